"""Record what PyTorch makes of the cases in tests/nn/cases/: `python -m tests.reference.make_nn FAMILY …` writes nn/FAMILY.npz.

Without a name it records all families. Each file holds the index as JSON, and the numbers of both dtypes as one long array
each: a thousand small arrays would take four times the space. tests/nn/test_parity.py reads it; PyTorch is not needed there.
"""

import json
import pathlib
import sys

import numpy as np
import torch

from tests.nn.cases import FAMILIES, cases

FOLDER = pathlib.Path(__file__).with_name("nn")
QUANTILES = np.linspace(0, 1, 11)
kept = {"float32": [], "float64": []}


def keep(tensor):
    """Put the numbers away; say where."""
    array = tensor.detach().numpy()
    name = "float32" if array.dtype == np.float32 else "float64"
    start = sum(part.size for part in kept[name])
    kept[name].append(array.ravel().astype(name))
    return {"in": name, "start": start, "dtype": str(array.dtype), "shape": list(array.shape)}


def random(kind, shape, dtype):
    x = torch.randn(shape, dtype=dtype)
    if kind == "some class":
        some = random("class", shape, dtype)
        return torch.where(torch.rand(some.shape) < 0.4, -100, some)
    if kind == "class":
        return torch.randint(0, shape[1] if len(shape) > 1 else shape[0], (*shape[:1], *shape[2:]) if len(shape) > 1 else ())
    if kind[0] in "[-":
        return torch.tensor(json.loads(kind))
    if kind.startswith("below "):
        return torch.randint(0, int(kind.removeprefix("below ")), shape)
    return {
        "real": lambda: x,
        "large": lambda: x * 30,
        "bit": lambda: (x > 0).to(dtype),
        "mask": lambda: x > 0,
        "sign": lambda: torch.sign(x),
        "positive": lambda: x.abs() + 0.1,
        "probability": lambda: torch.sigmoid(x),
        "distribution": lambda: torch.softmax(x, -1 if x.ndim < 3 else 1),
        "log-probability": lambda: torch.log_softmax(x, -1 if x.ndim < 3 else 1),
    }[kind]()


def flat(results):
    """The tensors of nested tuples, such as a recurrent layer's (out, (h, c))."""
    return [part for result in results for part in flat(result)] if isinstance(results, tuple | list) else [results]


class Called(torch.nn.Module):
    """A function as a Module; or a Module with a function of it and its inputs, (module, function)."""

    def __init__(self, made):
        super().__init__()
        self.inner, self.function = made if isinstance(made, tuple) else (torch.nn.Identity(), lambda _, *inputs: made(*inputs))

    def forward(self, *inputs):
        return self.function(self.inner, *inputs)


def layer(expression, shapes, mode="train", kinds="real", spread=1):
    shapes = shapes if isinstance(shapes, list) else [shapes]
    kinds = kinds if isinstance(kinds, list) else [kinds] * len(shapes)
    for dtype in (torch.float32, torch.float64):
        module = eval(expression, {**vars(torch.nn), "torch": torch})
        module = (module if isinstance(module, torch.nn.Module) else Called(module)).to(dtype).train(mode == "train")
        with torch.no_grad():
            for name, part in [*module.named_parameters(), *module.named_buffers()]:
                if "num_batches" not in name:
                    part.copy_(torch.rand(part.shape) + 0.5 if "var" in name else torch.randn(part.shape) * spread)
        inputs = [random(kind, shape, dtype) for kind, shape in zip(kinds, shapes, strict=True)]
        for x in inputs:
            x.requires_grad_(x.is_floating_point())
        before = {name: keep(part) for name, part in module.state_dict().items()}
        outs = flat([module(*inputs)])
        gs = [torch.randn(out.shape, dtype=dtype) if out.is_floating_point() else torch.zeros(0) for out in outs]
        torch.autograd.backward(*zip(*[(o, g) for o, g in zip(outs, gs, strict=True) if o.requires_grad], strict=True))
        grads = {name: keep(part.grad) for name, part in module.named_parameters()}
        after = {name: keep(part) for name, part in module.named_buffers()}
        yield {
            "expression": expression, "mode": mode, "before": before, "inputs": [keep(x) for x in inputs],
            "outs": [keep(out) for out in outs], "gs": [keep(g) for g in gs], "grads": grads,
            "input_grads": [keep(x.grad) if x.requires_grad else None for x in inputs], "after": after,
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


def record(family):
    torch.manual_seed(0)
    kept["float32"].clear(), kept["float64"].clear()
    index = {
        "torch": torch.__version__,
        "layers": [one for case in cases(family, "LAYERS") for one in layer(*case, **cases(family, "OPTIONS", {}))],
        "losses": [one for case in cases(family, "LOSSES") for one in loss(*case)],
        "inits": [one for case in cases(family, "INITS") for one in init(*case)],
        "gains": [[*case, torch.nn.init.calculate_gain(*case)] for case in cases(family, "GAINS")],
    }
    file = FOLDER / f"{family}.npz"
    np.savez_compressed(file, index=json.dumps(index), **{name: np.concatenate(parts) for name, parts in kept.items()})
    print(f"{file}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for family in sys.argv[1:] or FAMILIES:
        record(family)
