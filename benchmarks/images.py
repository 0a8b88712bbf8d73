"""Nets of convolutions against PyTorch: LeNet, convolutions with batch norm on digits, and eight convolutions with shortcuts."""

import numpy as np

import nn
from autograd_core import capture
from benchmarks import THREADS
from benchmarks.machine import installed
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved

MODULES, CAPTURED, TORCH = "nn and nn.optim", "captured", "PyTorch"


def torch():
    import torch

    torch.set_num_threads(THREADS)
    return torch


def lenet(lib, **kwargs):
    """LeCun's net of 1998 for images of 28×28, with ReLU and max pooling."""
    return lib.Sequential(
        lib.Conv2d(1, 6, 5, padding=2, **kwargs), lib.ReLU(), lib.MaxPool2d(2),
        lib.Conv2d(6, 16, 5, **kwargs), lib.ReLU(), lib.MaxPool2d(2),
        lib.Flatten(),
        lib.Linear(400, 120, **kwargs), lib.ReLU(), lib.Linear(120, 84, **kwargs), lib.ReLU(), lib.Linear(84, 10, **kwargs),
    )  # fmt: skip


def digits(lib, **kwargs):
    """Two convolutions with batch norm, for digits of 8×8."""
    return lib.Sequential(
        lib.Conv2d(1, 16, 3, padding=1, **kwargs), lib.BatchNorm2d(16, **kwargs), lib.ReLU(), lib.MaxPool2d(2),
        lib.Conv2d(16, 32, 3, padding=1, **kwargs), lib.BatchNorm2d(32, **kwargs), lib.ReLU(), lib.MaxPool2d(2),
        lib.Flatten(), lib.Linear(128, 10, **kwargs),
    )  # fmt: skip


def resnet(lib, **kwargs):
    """Eight convolutions, of which two pairs have a shortcut around them (He et al., 2016), for images of 3×32×32."""

    def conv(a, b, stride=1):
        return lib.Conv2d(a, b, 3, stride, 1, bias=False, **kwargs), lib.BatchNorm2d(b, **kwargs)

    class Block(lib.Module):
        """x + two convolutions of it."""

        def __init__(self, channels):
            super().__init__()
            self.inner = lib.Sequential(*conv(channels, channels), lib.ReLU(), *conv(channels, channels))
            self.relu = lib.ReLU()

        def forward(self, x):
            return self.relu(x + self.inner(x))

    return lib.Sequential(
        *conv(3, 16), lib.ReLU(), Block(16), *conv(16, 32, 2), lib.ReLU(), Block(32), *conv(32, 64, 2), lib.ReLU(),
        *conv(64, 64), lib.ReLU(), lib.AdaptiveAvgPool2d(1), lib.Flatten(), lib.Linear(64, 10, **kwargs),
    )  # fmt: skip


# net, shape of a batch, bars over PyTorch: as it is, captured
NETS = {
    "LeNet, 28×28, batch 64": (lenet, (64, 1, 28, 28), 2.0, None),
    "conv + batch norm, 8×8, batch 64": (digits, (64, 1, 8, 8), 0.8, 0.4),
    "8 convolutions with shortcuts, 3×32×32, batch 32": (resnet, (32, 3, 32, 32), 1.5, 1.2),
}


def training(model, loss, optimizer, x, y):
    """A function that makes one step and returns the loss before it."""

    def step():
        optimizer.zero_grad()
        found = loss(model(x), y)
        found.backward()
        optimizer.step()
        return found.detach()

    return step


def steps_of(make, x, y):
    """{name: step} of everybody, from the same weights."""
    runs, first = {}, make(nn, dtype=np.float32).state_dict()
    for name in (MODULES, CAPTURED):
        model = make(nn, dtype=np.float32)
        model.load_state_dict(first)
        step = training(model, nn.CrossEntropyLoss(), nn.optim.SGD(model.parameters(), lr=0.01), x, y)
        runs[name] = capture(step, strict=True) if name == CAPTURED else step
    if installed(TORCH):
        library = torch()
        theirs = make(library.nn)
        theirs.load_state_dict({name: library.from_numpy(np.asarray(value)) for name, value in first.items()})
        optimizer = library.optim.SGD(theirs.parameters(), lr=0.01)
        runs[TORCH] = training(theirs, library.nn.CrossEntropyLoss(), optimizer, library.from_numpy(x), library.from_numpy(y))
    return runs


def section(quick):
    rng, tables = np.random.default_rng(0), []
    for title, (make, shape, *bars) in NETS.items():
        x, y = rng.standard_normal(shape, np.float32), rng.integers(0, 10, shape[0])
        tables.append(table(title, make, x, y, *bars, 3 if quick else 20))
    return tables


def table(title, make, x, y, eager, captured, rounds):
    """One net: its step as it is, captured, and in PyTorch; the bars are over PyTorch's."""
    runs = steps_of(make, x, y)
    losses = [[run().item() for _ in range(3)] for run in runs.values()]
    for mine in losses:
        np.testing.assert_allclose(mine, losses[-1], rtol=1e-3, err_msg=f"losses of {title}")
    found = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
    base = found[list(runs)[-1]]
    rows = [(name, timing.best * 1e3, timing.median * 1e3, *timing.over(base)) for name, timing in found.items()]
    columns = ("", "min ms", "median ms", f"× {list(runs)[-1]} (min)", "(median)")
    result = Table(f"One training step of {title}, float32", columns, rows, [f"{rounds} interleaved rounds"])
    if TORCH in found:
        for name, bar in ((MODULES, eager), (CAPTURED, captured)):
            if bar is not None:
                over = max(found[name].over(found[TORCH]))
                result.checks.append(Check(f"{title}: {name}, over PyTorch", over, bar))
    return result
