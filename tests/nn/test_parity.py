"""Every layer, loss and initialiser gives PyTorch's numbers, as tests/reference/make_nn.py recorded them."""

import json
import pathlib

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from tests.nn.cases import FAMILIES, GAINS, INITS, LAYERS, LOSSES

COARSE = {"ardsigmoid": 1e-7}  # in PyTorch its slope is a float32 in float64 too
TOLERANCE = {np.dtype(np.float32): 1e-6, np.dtype(np.float64): 1e-12}


def restored(item, numbers):
    """The index with the arrays in their places."""
    if isinstance(item, dict) and "in" in item:
        part = numbers[item["in"]][item["start"] :][: int(np.prod(item["shape"]))]
        return part.reshape(item["shape"]).astype(item["dtype"])
    if isinstance(item, dict):
        return {name: restored(part, numbers) for name, part in item.items()}
    return [restored(part, numbers) for part in item] if isinstance(item, list) else item


def recorded():
    """The records of all families, one list a kind."""
    index = {"layers": [], "losses": [], "inits": [], "gains": []}
    for family in FAMILIES:
        with np.load(pathlib.Path(__file__).parent.parent / "reference" / "nn" / f"{family}.npz", allow_pickle=False) as file:
            numbers = {name: file[name] for name in ("float32", "float64")}
            parts = restored(json.loads(file["index"].item()), numbers)
        for kind, records in index.items():
            records += parts[kind]
    return index


INDEX = recorded()


def title(record):
    x, out = (record["inputs"][0], record["outs"][0]) if "inputs" in record else (record["x"], record["out"])
    return f"{record['expression']} {x.shape} {out.dtype} {record.get('mode', '')}"


class Called(nn.Module):
    """A function as a Module; or a Module with a function of it and its inputs, (module, function)."""

    def __init__(self, made):
        self.inner, self.function = made if isinstance(made, tuple) else (nn.Identity(), lambda _, *inputs: made(*inputs))

    def forward(self, *inputs):
        return self.function(self.inner, *inputs)


def made(expression):
    """The layer of a case in LAYERS."""
    found = eval(expression, vars(nn))
    return found if isinstance(found, nn.Module) else Called(found)


def with_dtype(module, dtype):
    """The module as one whose parameters have that dtype: what `dtype=` does for each layer."""
    for part in module.modules():
        for name, value in vars(part).items():
            if isinstance(value, Tensor) and value.dtype.kind == "f":
                setattr(part, name, type(value)(value.data.astype(dtype)))
    return module


def close(ours, theirs, tolerance=None):
    ours = ours.numpy() if isinstance(ours, Tensor) else ours
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    tolerance = tolerance or TOLERANCE.get(theirs.dtype, 0)
    scale = np.max(np.abs(theirs), initial=1)  # a sum of terms of that size has errors of that size
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)


def flat(results):
    return [part for result in results for part in flat(result)] if isinstance(results, tuple | list) else [results]


@pytest.mark.parametrize("record", INDEX["layers"], ids=title)
def test_layer(record):
    dtype = next(out.dtype for out in record["outs"] if out.dtype.kind == "f")
    module = with_dtype(made(record["expression"]), dtype).train(record["mode"] == "train")
    assert module.load_state_dict(record["before"]) == ([], [])
    coarse = next((value for name, value in COARSE.items() if name in record["expression"] and dtype.itemsize == 8), None)
    inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in record["inputs"]]
    outs = flat([module(*inputs)])
    for out, theirs in zip(outs, record["outs"], strict=True):
        close(out, theirs)
    sum(np.sum(out * g) for out, g in zip(outs, record["gs"], strict=True) if getattr(out, "requires_grad", False)).backward()
    for x, theirs in zip(inputs, record["input_grads"], strict=True):
        assert (x.grad is None) == (theirs is None)
        if theirs is not None:
            close(x.grad, theirs, coarse)
    grads = {name: parameter.grad for name, parameter in module.named_parameters()}
    assert grads.keys() == record["grads"].keys()
    for name, theirs in record["grads"].items():
        close(grads[name], theirs)
    buffers = dict(module.named_buffers())
    assert buffers.keys() == record["after"].keys()
    for name, theirs in record["after"].items():
        close(buffers[name], theirs)


@pytest.mark.parametrize("record", INDEX["losses"], ids=title)
def test_loss(record):
    x = Tensor(record["x"], requires_grad=True)
    out = eval(record["expression"], {**vars(nn), **record["names"]})(x, record["target"])
    close(out, record["out"])
    out.backward(record["g"])
    at_the_edge = np.max(np.abs(record["grad"])) > 1e9  # by 1e-12, which in PyTorch is a float32
    close(x.grad, record["grad"], 1e-8 if at_the_edge and x.dtype == float else None)


@pytest.mark.parametrize("record", INDEX["inits"], ids=lambda record: record["expression"])
def test_initial_distribution(record):
    nn.manual_seed(0)
    w = None if record["shape"] is None else np.empty(record["shape"])
    values = np.asarray(getattr(found := eval(record["expression"], {**vars(nn), "w": w}), "data", found))
    spread = record["quantiles"][-1] - record["quantiles"][0]
    assert values.mean() == pytest.approx(record["mean"], abs=spread / 100)
    assert values.std() == pytest.approx(record["std"], rel=0.03)
    inner = slice(1, -1)  # the extremes of a normal distribution are anywhere
    ours = np.quantile(values, np.linspace(0, 1, len(record["quantiles"])))
    np.testing.assert_allclose(ours[inner], record["quantiles"][inner], atol=spread / 100)
    if "uniform" in record["expression"] or "Linear" in record["expression"] or "Conv2d" in record["expression"]:
        np.testing.assert_allclose(ours, record["quantiles"], atol=spread / 100)


@pytest.mark.parametrize("record", INDEX["gains"], ids=str)
def test_gain(record):
    *arguments, gain = record
    assert nn.init.calculate_gain(*arguments) == pytest.approx(gain, rel=1e-15)


def test_everything_was_recorded():
    assert [record["expression"] for record in INDEX["layers"][::2]] == [case[0] for case in LAYERS]
    assert [record["expression"] for record in INDEX["losses"][::2]] == [case[0] for case in LOSSES]
    assert [record["expression"] for record in INDEX["inits"]] == [case[0] for case in INITS]
    assert [record[:2] for record in INDEX["gains"]] == [list(case) for case in GAINS]
    expressions = " ".join(case[0] for case in [*LAYERS, *LOSSES, *INITS])
    public = [name for name in nn.__all__ if isinstance(getattr(nn, name), type) and not name.endswith(("List", "Dict"))]
    lazy = {name for name in public if name.startswith("Lazy")}  # which become others
    not_recorded = {"Module", "Parameter", "Buffer"} | lazy  # abstract, or not in PyTorch
    assert [name for name in public if name not in not_recorded and f"{name}(" not in expressions] == []
    initialisers = [name for name in vars(nn.init) if name.endswith("_") and not name.startswith("_") and name != "default_"]
    assert [name for name in initialisers if f"init.{name}(" not in expressions] == []
