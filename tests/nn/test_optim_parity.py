"""Optimizers, schedules and clipping go step for step where PyTorch's went: tests/reference/optim.json, from make_optim.py."""

import json
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from nn import optim
from tests.nn.optim_cases import SHAPES, rates

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
    kind = case.get("schedule") or case.get("function") or case.get("optimizer", "LBFGS")
    return f"{kind}({given}) {case.get('dtype', '')}"


@pytest.mark.parametrize("block", [65536, 3], ids=["whole", "in blocks"])
@pytest.mark.parametrize("case", RECORDED["optimizers"], ids=named)
def test_same_path_as_pytorch(case, block, monkeypatch):
    monkeypatch.setattr("nn.optim.blocks.BLOCK", block)
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


def valley(parameters):
    x = np.concatenate([p.reshape(-1) for p in parameters])
    if x.dtype.kind == "c":
        r = x * x - (1 + 2j)
        return np.sum(r.real**2 + r.imag**2)
    return np.sum((1 - x) ** 2) + 10 * np.sum((x[1:] - x[:-1] ** 2) ** 2)


@pytest.mark.parametrize("case", RECORDED["lines"], ids=named)
def test_lbfgs_takes_the_same_steps_as_pytorch(case):
    parameters = start(case["dtype"])
    optimizer = optim.LBFGS(parameters, **case["options"])

    def closure():
        optimizer.zero_grad()
        loss = valley(parameters)
        loss.backward()
        return loss

    for loss, calls, steps, *values in case["path"]:
        assert optimizer.step(closure).item() == pytest.approx(loss, rel=RTOL[case["dtype"]])
        state = optimizer.state[parameters[0]]
        assert (state["func_evals"], state["n_iter"]) == (calls, steps)
        tolerance = RTOL[case["dtype"]]
        np.testing.assert_allclose(numbers([p.data for p in parameters]), values, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("case", RECORDED["schedules"], ids=named)
def test_same_learning_rates_as_pytorch(case):
    parameters = start("float64")
    for p in parameters:
        p.grad = np.ones_like(p.data)
    groups = [{"params": parameters[:1]}, {"params": parameters[1:], "lr": 0.02}]
    found = rates(optim, groups, case["schedule"], case["options"], case["given"], case["optimizer"])
    np.testing.assert_allclose(found, case["rates"], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("case", RECORDED["weights"], ids=named)
def test_weights_that_are_made_of_others_as_in_pytorch(case):
    layer = nn.Linear(3, 4)
    layer.weight.data, layer.bias.data = np.cos(np.arange(1.0, 13).reshape(4, 3)), np.zeros(4)
    assert attrgetter(case["function"])(nn.utils)(layer, **case["options"]) is layer
    for part in layer.buffers():  # of a spectral norm
        value = np.arange(1.0, part.size + 1)
        part.data = value / np.linalg.norm(value)
    x = np.sin(np.arange(6.0)).reshape(2, 3)
    for training in (True, True, False):
        layer.train(training)
        layer.zero_grad()
        out = layer(x)
        np.sum(out**2).backward()
    state, gradients = layer.state_dict(), {name: p.grad for name, p in layer.named_parameters()}
    assert list(state) == list(case["state"])
    for found, expected in ((state, case["state"]), (gradients, case["gradients"]), ({"": out.data}, {"": case["output"]})):
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_allclose(np.ravel(found[name]), value, rtol=1e-12, atol=1e-12, err_msg=name)
    before = layer(x).data
    if case["function"].startswith("param"):
        nn.utils.parametrize.remove_parametrizations(layer, "weight")
    else:
        getattr(nn.utils, f"remove_{case['function']}")(layer)
    np.testing.assert_allclose(layer(x).data, before, rtol=1e-12)
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    assert type(layer) is nn.Linear
    assert isinstance(layer.weight, nn.Parameter)


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
