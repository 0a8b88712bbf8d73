"""Makes optim.json with PyTorch: the paths that its optimizers, schedules and clipping take. python tests/reference/make_optim.py

Three parameters start from `start`; the gradient in step n is sin(n · (1 … size)) + 0.3 · p, in the dtype of the parameter, for
complex ones PyTorch's, which is the conjugate of ours. Of each path, the values after some steps are there.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import torch

STEPS = (1, 2, 3, 7, 20)
SHAPES = ((4, 2), (3,), ())
DECAY, MAXIMIZE = {"weight_decay": 0.1}, {"maximize": True}
CASES = {
    "SGD": [{}, {"lr": 0.1, **DECAY}, {"lr": 0.1, **MAXIMIZE}, {"lr": 0.1, **DECAY, **MAXIMIZE}, {"lr": 0.1, "momentum": 0.9},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}, {"lr": 0.1, "momentum": 0.9, "nesterov": True},
            {"lr": 0.1, "momentum": 0.5, "nesterov": True, **DECAY, **MAXIMIZE}],
    "Adagrad": [{}, {"lr": 0.1, "lr_decay": 0.05, "initial_accumulator_value": 0.2, "eps": 1e-4}, DECAY, MAXIMIZE,
                {**DECAY, **MAXIMIZE}],
    "RMSprop": [{}, {"lr": 0.05, "alpha": 0.9, "eps": 1e-3}, {"momentum": 0.8}, {"centered": True},
                {"momentum": 0.8, "centered": True, **DECAY}, {**DECAY, **MAXIMIZE}],
    "Adam": [{}, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3}, {"amsgrad": True, "betas": (0.9, 0.5)}, DECAY, MAXIMIZE,
             {"amsgrad": True, **DECAY, **MAXIMIZE}],
    "AdamW": [{}, {"lr": 0.05, **DECAY}, {"amsgrad": True, "betas": (0.9, 0.5), **DECAY, **MAXIMIZE}],
}  # fmt: skip
SCHEDULES = [("StepLR", {"step_size": 3}), ("StepLR", {"step_size": 2, "gamma": 0.5}),
             ("ExponentialLR", {"gamma": 0.9}),
             ("CosineAnnealingLR", {"T_max": 5}), ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.01}),
             ("CosineAnnealingLR", {"T_max": 1})]  # fmt: skip


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
    return [x for t in tensors for x in (torch.view_as_real(t.detach()) if t.is_complex() else t.detach()).flatten().tolist()]


def path(name, options, dtype):
    parameters = start(dtype)
    optimizer = getattr(torch.optim, name)(parameters, **options)
    found = {}
    for n in range(1, max(STEPS) + 1):
        set_gradients(parameters, n)
        optimizer.step()
        if n in STEPS:
            found[n] = numbers(parameters)
    return {"optimizer": name, "options": options, "dtype": dtype, "path": found}


def rates(name, options):
    optimizer = torch.optim.SGD([{"params": start("float64")[:1]}, {"params": start("float64")[1:], "lr": 0.02}], lr=0.1)
    schedule = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    found = [schedule.get_last_lr()]
    for _ in range(12):
        optimizer.step()
        schedule.step()
        found.append(schedule.get_last_lr())
    return {"schedule": name, "options": options, "rates": found}


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


def main():
    real = [(name, options, dtype) for name, cases in CASES.items() for options in cases for dtype in ("float64", "float32")]
    complex_ones = [(name, cases[-1], "complex128") for name, cases in CASES.items()]
    norms = itertools.product((2.0, 1.0, float("inf")), (0.5, 100.0), ("float64", "float32", "complex128"))
    found = {
        "torch": torch.__version__,
        "optimizers": [path(*case) for case in real + complex_ones],
        "schedules": [rates(*case) for case in SCHEDULES],
        "clipping": [clipped(*case) for case in norms],
    }
    lines = [json.dumps("torch") + ": " + json.dumps(found.pop("torch"))]
    for section, rows in found.items():
        lines.append(json.dumps(section) + ": [\n" + ",\n".join(map(json.dumps, rows)) + "\n]")
    Path(__file__).with_name("optim.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
