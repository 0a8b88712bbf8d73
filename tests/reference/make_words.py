"""PyTorch's public names, and the results of its lines in `errors.words`: `python -m tests.reference.make_words`."""

import json
import pathlib
import types
import warnings

import numpy as np

from autograd_core.errors import hints
from tests.words import OPERANDS, arrays, run

HERE = pathlib.Path(__file__).parent


def lines():
    """The lines of which the numbers are compared."""
    same = [f"torch.{name}(p)" for name in hints.OF_ONE.split()]
    same += [f"torch.{name}(t, u)" for name in hints.OF_TWO.split()]
    same += [f"torch.{name}(k, k)" if name != "bitwise_not" else "torch.bitwise_not(k)" for name in hints.OF_INTEGERS.split()]
    return [*dict.fromkeys(theirs for _, theirs, compared, _ in hints.rows() if compared), *same]


def main():
    import torch
    from torch.nn import functional
    from torch.utils import data

    warnings.simplefilter("ignore")
    torch.set_default_dtype(torch.float64)
    results = {}
    for line in lines():
        names = {name: torch.from_numpy(np.array(value)) for name, value in OPERANDS.items() if name != "a"}
        names |= {"torch": torch, "F": functional, "a": OPERANDS["a"]}
        found = arrays(run(line, names))
        results[line] = [
            [str(x.dtype), np.stack([x.real, x.imag], -1).tolist() if x.dtype.kind == "c" else x.tolist()] for x in found
        ]
    spaces = {
        "Tensor": torch.Tensor,
        "torch": torch,
        "nn": torch.nn,
        "nn.functional": functional,
        "nn.optim": torch.optim,
        "nn.data": data,
    }
    public = {
        where: sorted(n for n in dir(space) if n[0] != "_" and not isinstance(getattr(space, n, None), types.ModuleType))
        for where, space in spaces.items()
    }
    parts = [
        f"{json.dumps(name)}: {json.dumps(value)}" for name, value in {"version": torch.__version__, "names": public}.items()
    ]
    rows = ",\n".join(f"{json.dumps(line)}: {json.dumps(value)}" for line, value in results.items())
    (HERE / "torch_words.json").write_text("{" + ",\n".join(parts) + ',\n"results": {\n' + rows + "}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
