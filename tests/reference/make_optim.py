"""Makes optim.json with PyTorch, the paths that its optimizers and schedules take: python -m tests.reference.make_optim

Three parameters start from `start`; the gradient in step n is sin(n · (1 … size)) + 0.3 · p, in the dtype of the parameter, for
complex ones PyTorch's, which is the conjugate of ours. Of each path, the values after some steps are there. LBFGS minimises
`valley`. Numbers have 16 digits, those of float32 9.
"""

import itertools
import json
import warnings
from operator import attrgetter
from pathlib import Path

import numpy as np
import torch

from tests.nn.optim_cases import LINES, OPTIMIZERS, SCHEDULES, SHAPES, STEPS, rates


def start(dtype):
    values = []
    for i, shape in enumerate(SHAPES):
        value = np.cos(np.arange(1.0, np.prod(shape) + 1) * (i + 1)).reshape(shape)
        values.append(
            torch.from_numpy(np.asarray(value * (1 + 0.5j) if dtype.startswith("complex") else value, dtype)).requires_grad_()
        )
    return values


def set_gradients(parameters, n):
    for p in parameters:
        wave = torch.sin(n * torch.arange(1, p.numel() + 1, dtype=torch.float64)).reshape(p.shape)
        p.grad = (wave * (1 + 2j) if p.is_complex() else wave).to(p.dtype) + 0.3 * p.detach()


def numbers(tensors):
    found = []
    for t in tensors:
        digits = 9 if t.dtype == torch.float32 else 16
        flat = (torch.view_as_real(t.detach()) if t.is_complex() else t.detach()).flatten().tolist()
        found += [float(f"{x:.{digits}g}") for x in flat]
    return found


def valley(parameters):
    x = torch.cat([p.reshape(-1) for p in parameters])
    if x.is_complex():
        r = x * x - (1 + 2j)
        return (r.real**2 + r.imag**2).sum()
    return ((1 - x) ** 2).sum() + 10 * ((x[1:] - x[:-1] ** 2) ** 2).sum()


def path(name, options, dtype):
    torch.set_default_dtype(
        torch.float32 if dtype == "float32" else torch.float64
    )  # in which it keeps numbers such as mu_product
    parameters = start(dtype)
    optimizer = getattr(torch.optim, name)(parameters, **options)
    found = {}
    for n in range(1, max(STEPS) + 1):
        set_gradients(parameters, n)
        optimizer.step()
        if n in STEPS:
            found[n] = numbers(parameters)
    torch.set_default_dtype(torch.float32)
    return {"optimizer": name, "options": options, "dtype": dtype, "path": found}


def line(options, dtype):
    parameters = start(dtype)
    optimizer = torch.optim.LBFGS(parameters, **options)
    found = []

    def closure():
        optimizer.zero_grad()
        loss = valley(parameters)
        loss.backward()
        return loss

    for _ in range(2):
        loss = optimizer.step(closure).item()
        state = optimizer.state[parameters[0]]
        found.append([loss, state["func_evals"], state["n_iter"], *numbers(parameters)])
    return {"options": options, "dtype": dtype, "path": found}


def scheduled(name, options, given=None, kind="Adam"):
    torch.set_default_dtype(torch.float64)
    parameters = start("float64")
    groups = [{"params": parameters[:1]}, {"params": parameters[1:], "lr": 0.02}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = rates(torch.optim, groups, name, options, given, kind)
    torch.set_default_dtype(torch.float32)
    return {"schedule": name, "options": options, "given": given, "optimizer": kind, "rates": found}


def clipped(norm_type, max_norm, dtype):
    parameters = start(dtype)
    set_gradients(parameters, 1)
    total = torch.nn.utils.clip_grad_norm_(parameters, max_norm, norm_type)
    return {
        "norm_type": str(norm_type),
        "max_norm": max_norm,
        "dtype": dtype,
        "norm": total.item(),
        "gradients": numbers([p.grad for p in parameters]),
    }


def weights(function, options):
    """A linear layer 3 -> 4 with a weight made of others, called twice in training and once after eval."""
    layer = torch.nn.Linear(3, 4).double()
    with torch.no_grad():
        layer.weight.copy_(torch.arange(1.0, 13, dtype=torch.float64).reshape(4, 3).cos())
        layer.bias.zero_()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        attrgetter(function)(torch.nn.utils)(layer, **options)
    for buffer in layer.buffers():  # of a spectral norm
        value = torch.arange(1.0, buffer.numel() + 1, dtype=torch.float64)
        buffer.copy_(value / value.norm())
    x = torch.arange(6.0, dtype=torch.float64).reshape(2, 3).sin()
    for training in (True, True, False):
        layer.train(training)
        layer.zero_grad()
        out = layer(x)
        (out**2).sum().backward()
    state = {name: numbers([value]) for name, value in layer.state_dict().items()}
    gradients = {name: numbers([p.grad]) for name, p in layer.named_parameters()}
    return {"function": function, "options": options, "output": numbers([out]), "state": state, "gradients": gradients}


def main():
    real = [(name, options, dtype) for name, cases in OPTIMIZERS.items() for options in cases for dtype in ("float64", "float32")]
    complex_ones = [(name, cases[-1], "complex128") for name, cases in OPTIMIZERS.items()]
    complex_ones.append(("Adagrad", OPTIMIZERS["Adagrad"][1], "complex128"))
    norms = itertools.product((2.0, 1.0, float("inf")), (0.5, 100.0), ("float64", "float32", "complex128"))
    lines = [(options, "float64") for options in LINES] + [
        (options, dtype) for options in (LINES[1], LINES[3]) for dtype in ("float32", "complex128")
    ]
    cycles = [(*case, *[None] * (3 - len(case)), "SGD") for case in SCHEDULES if case[0] in ("CyclicLR", "OneCycleLR")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {
            "torch": torch.__version__,
            "optimizers": [path(*case) for case in real + complex_ones],
            "lines": [line(*case) for case in lines],
            "schedules": [scheduled(*case) for case in SCHEDULES + cycles[:4]],
            "clipping": [clipped(*case) for case in norms],
            "weights": [
                *[weights("weight_norm", {"dim": dim}) for dim in (0, 1, None)],
                *[weights("spectral_norm", options) for options in ({}, {"n_power_iterations": 3, "dim": 1})],
                *[weights("parametrizations.weight_norm", {"dim": dim}) for dim in (0, 1)],
                *[weights("parametrizations.spectral_norm", options) for options in ({}, {"n_power_iterations": 3, "dim": 1})],
            ],
        }
    text = [json.dumps("torch") + ": " + json.dumps(found.pop("torch"))]
    for section, rows in found.items():
        text.append(json.dumps(section) + ": [\n" + ",\n".join(map(json.dumps, rows)) + "\n]")
    Path(__file__).with_name("optim.json").write_text("{\n" + ",\n".join(text) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
