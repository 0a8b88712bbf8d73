"""Modules of another dtype, the default dtype, and what is said about devices."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, errors

CONVERSIONS = {
    "float": (lambda m: m.float(), "float32"),
    "double": (lambda m: m.double(), "float64"),
    "half": (lambda m: m.half(), "float16"),
    "dtype": (lambda m: m.to(np.float32), "float32"),
    "name": (lambda m: m.to("float32"), "float32"),
    "keyword": (lambda m: m.to(dtype=np.float32), "float32"),
    "device and dtype": (lambda m: m.to("cpu", np.float32), "float32"),
    "like": (lambda m: m.to(np.ones(1, np.float32)), "float32"),
    "like a Tensor": (lambda m: m.to(Tensor(np.ones(1, np.float32))), "float32"),
    "nothing": (lambda m: m.to("cpu").cpu().to("cpu:0").to(device="cpu").to(None), "float64"),
}


@pytest.mark.parametrize("case", CONVERSIONS)
def test_parameters_and_buffers_change_and_stay_the_same_objects(case):
    convert, dtype = CONVERSIONS[case]
    model = nn.Sequential(nn.Linear(2, 3, generator=0), nn.BatchNorm1d(3))
    model[0].frozen = nn.Parameter(np.ones(2), requires_grad=False)
    parts, before = [*model.parameters(), *model.buffers()], model.state_dict()
    assert convert(model) is model
    for part, kept in zip([*model.parameters(), *model.buffers()], parts, strict=True):
        assert part is kept
    for name, value in model.state_dict().items():
        if name == "1.num_batches_tracked":
            assert value.dtype == np.int64
        else:
            assert value.dtype == dtype
            np.testing.assert_array_equal(value, before[name].astype(dtype))
    assert [p.requires_grad for p in model.parameters()] == [True, True, False, True, True]
    assert model[0].weight.data.flags.f_contiguous


def test_optimizers_and_ties_go_on_after_it():
    model = nn.Sequential(nn.Linear(2, 2, generator=0), nn.Linear(2, 2, generator=1))
    model[1].weight = model[0].weight
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    x = np.ones((3, 2))
    model(x).sum().backward()
    model.float()
    assert model[0].weight.grad.dtype == np.float32
    optimizer.zero_grad()
    np.sum(model(x.astype(np.float32))).backward()
    before = model[0].weight.data.copy()
    gradient = model[0].weight.grad
    optimizer.step()
    assert model[1].weight is model[0].weight
    np.testing.assert_allclose(model[0].weight.data, before - np.float32(0.1) * gradient)
    assert model(x.astype(np.float32)).dtype == np.float32


def test_a_graph_of_the_old_dtype_is_refused():
    layer = nn.Linear(2, 1)
    x = Tensor(np.ones((3, 2)), requires_grad=True)
    loss = layer(x).sum()
    layer.float()
    with pytest.raises(errors.GraphError, match="was changed after"):
        loss.backward()


def test_a_captured_step_follows():
    results = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        model = nn.Sequential(nn.Linear(2, 3, generator=0), nn.Tanh(), nn.Linear(3, 1, generator=1))
        optimizer = nn.optim.Adam(model.parameters(), lr=0.1)

        @wrap
        def step(x, model=model, optimizer=optimizer):
            optimizer.zero_grad()
            loss = np.mean(model(x) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        x = np.arange(6.0).reshape(3, 2)
        losses = [step(x).item() for _ in range(4)]
        model.float()
        losses += [step(x.astype(np.float32)).item() for _ in range(4)]
        assert model[0].weight.dtype == np.float32
        results.append(losses)
    np.testing.assert_allclose(results[1], results[0], rtol=1e-5)


def test_all_also_integers():
    norm = nn.BatchNorm1d(2).type(np.float32)
    assert norm.num_batches_tracked.dtype == np.float32


def test_complex_parameters():
    layer = nn.Identity()
    layer.z, layer.x = nn.Parameter(np.ones(2, complex)), nn.Parameter(np.ones(2))
    layer.float()
    assert (layer.z.dtype, layer.x.dtype) == (np.complex128, np.float32)
    layer.to(np.complex64)
    assert (layer.z.dtype, layer.x.dtype) == (np.complex64, np.complex64)
    for convert in (lambda: layer.to(np.float32), lambda: layer.type(np.float64)):
        with pytest.raises(TypeError, match="z is complex, and would lose its imaginary part"):
            convert()
    assert layer.x.dtype == np.complex64


DEVICES = {
    "cuda": lambda m: m.cuda(),
    "to": lambda m: m.to("cuda"),
    "a number": lambda m: m.to("cuda:0"),
    "mps": lambda m: m.to(device="mps"),
    "an integer": lambda m: m.to(0),
}


@pytest.mark.parametrize("case", DEVICES)
def test_other_devices_are_not_there(case):
    with pytest.raises(
        errors.UnsupportedError, match=r"there is no device '?(cuda|mps|0).*computes on the CPU.* write \.to\('cpu'\)"
    ):
        DEVICES[case](nn.Linear(1, 1))


def test_dtypes_that_cannot_be():
    with pytest.raises(TypeError, match=r"Module\.to: dtype must be floating or complex, got int64"):
        nn.Linear(1, 1).to(int)
    for dtype in (int, complex, None):
        with pytest.raises(TypeError, match="set_default_dtype: dtype must be a floating one"):
            nn.set_default_dtype(dtype)


@pytest.fixture
def single():
    nn.set_default_dtype(np.float32)
    yield
    nn.set_default_dtype(np.float64)


LAYERS = [
    lambda dtype: nn.Linear(2, 3, dtype=dtype),
    lambda dtype: nn.Embedding(4, 2, dtype=dtype),
    lambda dtype: nn.Conv2d(1, 2, 3, dtype=dtype),
    lambda dtype: nn.BatchNorm1d(2, dtype=dtype),
    lambda dtype: nn.LayerNorm(2, dtype=dtype),
]


@pytest.mark.parametrize("layer", LAYERS)
def test_the_default_dtype(layer, single):
    assert nn.get_default_dtype() == np.float32
    for dtype, expected in ((None, np.float32), (np.float64, np.float64)):
        made = layer(dtype)
        floating = [t for t in (*made.parameters(), *made.buffers()) if t.dtype.kind == "f"]
        assert floating
        assert {t.dtype for t in floating} == {np.dtype(expected)}
