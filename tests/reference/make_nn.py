"""Record what PyTorch makes of the cases in tests/nn/cases.py: `python -m tests.reference.make_nn` writes nn.npz.

The file holds the index as JSON, and the numbers of both dtypes as one long array each: a thousand small arrays would take
four times the space. tests/nn/test_parity.py reads it; PyTorch is not needed there.
"""

import json
import pathlib

import numpy as np
import torch

from tests.nn.cases import GAINS, INITS, LAYERS, LOSSES

FILE = pathlib.Path(__file__).with_name("nn.npz")
QUANTILES = np.linspace(0, 1, 11)
kept = {"float32": [], "float64": []}


def keep(tensor):
    """Put the numbers away; say where."""
    array = tensor.detach().numpy()
    name = "float32" if array.dtype == np.float32 else "float64"
    start = sum(part.size for part in kept[name])
    kept[name].append(array.ravel().astype(name))
    return {"in": name, "start": start, "dtype": str(array.dtype), "shape": array.shape}


def random(kind, shape, dtype):
    x = torch.randn(shape, dtype=dtype)
    if kind == "class":
        return torch.randint(0, shape[1] if len(shape) > 1 else shape[0], (*shape[:1], *shape[2:]) if len(shape) > 1 else ())
    return {
        "real": lambda: x,
        "large": lambda: x * 30,
        "bit": lambda: (x > 0).to(dtype),
        "probability": lambda: torch.sigmoid(x),
        "distribution": lambda: torch.softmax(x, -1 if x.ndim < 3 else 1),
        "log-probability": lambda: torch.log_softmax(x, -1 if x.ndim < 3 else 1),
    }[kind]()


def layer(expression, shape, mode="train"):
    for dtype in (torch.float32, torch.float64):
        module = eval(expression, vars(torch.nn)).to(dtype).train(mode == "train")
        with torch.no_grad():
            for name, part in [*module.named_parameters(), *module.named_buffers()]:
                if "num_batches" not in name:
                    part.copy_(torch.rand(part.shape) + 0.5 if "var" in name else torch.randn(part.shape))
        integers = "Embedding" in expression
        x = torch.randint(0, 7, shape) if integers else torch.randn(shape, dtype=dtype).requires_grad_()
        before = {name: keep(part) for name, part in module.state_dict().items()}
        out = module(x)
        g = torch.randn(out.shape, dtype=dtype)
        out.backward(g) if out.requires_grad else None
        grads = {name: keep(part.grad) for name, part in module.named_parameters()}
        if not integers:
            grads["x"] = keep(x.grad)
        after = {name: keep(part) for name, part in module.named_buffers()}
        yield {
            "expression": expression, "mode": mode, "before": before,
            "x": keep(x), "out": keep(out), "g": keep(g), "grads": grads, "after": after,
        }  # fmt: skip


def loss(expression, shape, kind, target_kind):
    for dtype in (torch.float32, torch.float64):
        names = {"W": torch.rand(shape[-1], dtype=dtype) + 0.5, "V": torch.rand(shape[min(1, len(shape) - 1)], dtype=dtype) + 0.5}
        x, target = random(kind, shape, dtype).requires_grad_(), random(target_kind, shape, dtype)
        out = eval(expression, {**vars(torch.nn), **names})(x, target)
        g = torch.randn(out.shape, dtype=dtype)
        out.backward(g)
        yield {
            "expression": expression, "names": {name: keep(value) for name, value in names.items()},
            "x": keep(x), "target": keep(target), "out": keep(out), "g": keep(g), "grad": keep(x.grad),
        }  # fmt: skip


def init(expression, shape):
    w = eval(expression, {**vars(torch.nn), "w": None if shape is None else torch.empty(shape)}).detach().double().numpy()
    quantiles = np.quantile(w, QUANTILES).tolist()
    yield {"expression": expression, "shape": shape, "mean": w.mean(), "std": w.std(), "quantiles": quantiles}


if __name__ == "__main__":
    torch.manual_seed(0)
    index = {
        "torch": torch.__version__,
        "layers": [record for case in LAYERS for record in layer(*case)],
        "losses": [record for case in LOSSES for record in loss(*case)],
        "inits": [record for case in INITS for record in init(*case)],
        "gains": [[*case, torch.nn.init.calculate_gain(*case)] for case in GAINS],
    }
    np.savez_compressed(FILE, index=json.dumps(index), **{name: np.concatenate(parts) for name, parts in kept.items()})
    print(f"{FILE}: {FILE.stat().st_size} bytes")
