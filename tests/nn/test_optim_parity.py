"""Optimizers, schedules and clipping go step for step where PyTorch's went: tests/reference/optim.json, from make_optim.py."""

import json
from pathlib import Path

import numpy as np
import pytest

from autograd_core import Tensor
from nn import optim

SHAPES = ((4, 2), (3,), ())
RECORDED = json.loads((Path(__file__).parents[1] / "reference" / "optim.json").read_text(encoding="utf-8"))
RTOL = {"float64": 1e-12, "complex128": 1e-12, "float32": 1e-6}


def start(dtype):
    values = []
    for i, shape in enumerate(SHAPES):
        value = np.cos(np.arange(1.0, np.prod(shape) + 1) * (i + 1)).reshape(shape)
        value = np.asarray(value * (1 + 0.5j) if dtype.startswith("complex") else value, dtype)
        values.append(Tensor(value, requires_grad=True))
    return values


def set_gradients(parameters, n):
    for p in parameters:
        wave = np.sin(n * np.arange(1.0, p.size + 1)).reshape(p.shape)
        wave = wave * (1 + 2j) if p.dtype.kind == "c" else wave
        p.grad = np.conj(wave.astype(p.dtype) + np.asarray(0.3, p.dtype) * p.data)


def numbers(arrays):
    return np.concatenate([np.ravel(np.ascontiguousarray(a).view(a.real.dtype)) for a in arrays])


def named(case):
    given = ", ".join(f"{k}={v}" for k, v in case["options"].items())
    return f"{case.get('optimizer', case.get('schedule'))}({given}) {case.get('dtype', '')}"


@pytest.mark.parametrize("block", [65536, 3], ids=["whole", "in blocks"])
@pytest.mark.parametrize("case", RECORDED["optimizers"], ids=named)
def test_same_path_as_pytorch(case, block, monkeypatch):
    monkeypatch.setattr("nn.optim.optimizer.BLOCK", block)
    parameters = start(case["dtype"])
    optimizer = getattr(optim, case["optimizer"])(parameters, **case["options"])
    for n in range(1, max(map(int, case["path"])) + 1):
        set_gradients(parameters, n)
        before = [p.grad.copy() for p in parameters]
        optimizer.step()
        for p, g in zip(parameters, before, strict=True):
            np.testing.assert_array_equal(p.grad, g)
            assert p.dtype == case["dtype"]
        if (expected := case["path"].get(str(n))) is not None:
            tolerance = RTOL[case["dtype"]]
            np.testing.assert_allclose(numbers([p.data for p in parameters]), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("case", RECORDED["schedules"], ids=named)
def test_same_learning_rates_as_pytorch(case):
    parameters = start("float64")
    optimizer = optim.SGD([{"params": parameters[0]}, {"params": parameters[1:], "lr": 0.02}], lr=0.1)
    schedule = getattr(optim, case["schedule"])(optimizer, **case["options"])
    found = [schedule.get_last_lr()]
    for _ in case["rates"][1:]:
        schedule.step()
        found.append(schedule.get_last_lr())
    np.testing.assert_allclose(found, case["rates"], rtol=1e-12, atol=1e-15)
    assert [group["lr"] for group in optimizer.param_groups] == found[-1]


@pytest.mark.parametrize(
    "case", RECORDED["clipping"], ids=lambda case: " ".join(str(case[k]) for k in ("norm_type", "max_norm", "dtype"))
)
def test_clipped_as_by_pytorch(case):
    parameters = start(case["dtype"])
    set_gradients(parameters, 1)
    norm = optim.clip_grad_norm_(iter(parameters), case["max_norm"], float(case["norm_type"]))
    rtol = RTOL[case["dtype"]]
    np.testing.assert_allclose(norm, case["norm"], rtol=rtol)
    np.testing.assert_allclose(numbers([np.conj(p.grad) for p in parameters]), case["gradients"], rtol=rtol, atol=rtol)
