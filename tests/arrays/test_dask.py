"""Arrays of Dask as values of Tensors: lazy, right, and of Dask's kind."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, cross_entropy, grad, hessian, hvp, jacobian, jvp, logsumexp, relu, softplus, value_and_grad, vjp
from autograd_core.errors import ShapeError, UnsupportedError

da = pytest.importorskip("dask.array", reason="Dask is not installed")

import dask  # noqa: E402

from tests.arrays import dask_kind  # noqa: E402

RNG = np.random.default_rng(3)
X, W, V = RNG.normal(size=(24, 3)), RNG.normal(size=3), RNG.normal(size=3)
T = RNG.normal(size=24)


def lazy(array, rows=7):
    return da.from_array(array, chunks=(rows, *array.shape[1:]))


def linear(w, x, t):
    return np.mean((x @ w - t) ** 2)


def logistic(w, x, t):
    return np.sum(softplus(x @ w) - (t > 0) * (x @ w))


def poisson(w, x, t):
    return np.sum(np.exp(x @ w) - np.abs(t) * (x @ w))


def mixture(w, x, t):
    """A Gaussian mixture: means w of three components, on one column."""
    log_density = -0.5 * (t[:, None] - w[None, :]) ** 2
    return -np.sum(logsumexp(log_density, axis=1))


MODELS = [linear, logistic, poisson, mixture]


@pytest.mark.parametrize("kind", ["NumPy's parameters", "Dask's"])
@pytest.mark.parametrize("f", [linear, *(pytest.param(f, marks=pytest.mark.heavy) for f in MODELS[1:])])
def test_gradients_are_lazy_and_right(f, kind):
    w = W if kind == "NumPy's parameters" else da.from_array(W, chunks=-1)
    with dask_kind.watched():
        value, gradient = value_and_grad(f)(w, lazy(X), lazy(T))
    assert type(value) is type(gradient) is da.Array
    found, right = dask.compute(value, gradient), value_and_grad(f)(W, X, T)
    np.testing.assert_allclose(found[0], right[0], rtol=1e-12)
    np.testing.assert_allclose(found[1], right[1], rtol=1e-12)


@pytest.mark.heavy
@pytest.mark.parametrize("f", MODELS)
def test_second_derivatives_are_lazy_and_right(f):
    x, t, w, v = lazy(X, 12), lazy(T, 12), da.from_array(W, chunks=-1), da.from_array(V, chunks=-1)
    with dask_kind.watched():
        parts = hvp(lambda w: f(w, x, t))(w, v), hessian(f)(w, x, t), jvp(lambda w: x @ w, (w,), (v,))[1]
    assert all(isinstance(part, da.Array) for part in parts)
    product, second, along = dask.compute(*parts)
    np.testing.assert_allclose(product, hvp(lambda w: f(w, X, T))(W, V), rtol=1e-11)
    np.testing.assert_allclose(second, hessian(f)(W, X, T), rtol=1e-11)
    np.testing.assert_allclose(along, X @ V, rtol=1e-12)


def test_linear_regression_has_its_closed_form():
    gradient = grad(linear)(W, lazy(X), lazy(T))
    np.testing.assert_allclose(gradient.compute(), 2 / 24 * X.T @ (X @ W - T), rtol=1e-13)


def test_pullbacks_and_jacobians():
    w = da.from_array(W, chunks=-1)
    with dask_kind.watched():
        value, pullback = vjp(lambda w: np.tanh(lazy(X) @ w), w)
        (pulled,) = pullback(da.ones(24, chunks=7))
        rows = jacobian(lambda w: np.sin(w) * w[0])(w)
        unused = grad(lambda a, b: np.sum(a), 1)(w, lazy(X))
    slope = 1 / np.cosh(X @ W) ** 2
    np.testing.assert_allclose(value.compute(), np.tanh(X @ W))
    np.testing.assert_allclose(pulled.compute(), X.T @ slope, rtol=1e-12)
    np.testing.assert_allclose(rows.compute(), np.diag(np.cos(W) * W[0]) + np.outer(np.sin(W), [1, 0, 0]), rtol=1e-12)
    assert isinstance(unused, da.Array)
    np.testing.assert_array_equal(unused.compute(), np.zeros_like(X))


def trained(place, optimizer, steps=3):
    """An MLP after some steps of training on data placed by `place`, with the loss of the last one."""
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4))
    for p in model.parameters():
        p.data = place(p.data)
    x, t = place(X), place(np.arange(24) % 4)
    optimizer, loss = optimizer(model.parameters()), nn.CrossEntropyLoss()
    for _ in range(steps):
        optimizer.zero_grad()
        last = loss(model(x), t)
        last.backward()
        optimizer.step()
    return [p.data for p in model.parameters()], last.data


OPTIMIZERS = {
    "SGD": lambda p: nn.optim.SGD(p, lr=0.1),
    "momentum": lambda p: nn.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: nn.optim.Adam(p, lr=0.01),
}


@pytest.mark.heavy
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_mlp_is_trained_lazily(name):
    with dask_kind.watched():
        found, loss = trained(lambda a: lazy(a, 12), OPTIMIZERS[name], steps=2)
    right, expected = trained(np.array, OPTIMIZERS[name], steps=2)
    found, loss = dask.compute(found, loss)
    np.testing.assert_allclose(loss, expected, rtol=1e-12)
    for a, b in zip(found, right, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-13)


@pytest.mark.heavy
def test_persist_keeps_the_graph_flat():
    w, x, t = Tensor(da.from_array(W, chunks=-1), requires_grad=True), lazy(X).persist(), lazy(T).persist()
    optimizer, sizes = nn.optim.Adam([w], lr=0.1), []
    for _ in range(4):
        optimizer.zero_grad()
        linear(w, x, t).backward()
        optimizer.step()
        state = optimizer.state[w]
        names = [name for name, value in state.items() if isinstance(value, da.Array)]
        w.data, *kept = dask.persist(w.data, *[state[name] for name in names])
        state.update(zip(names, kept, strict=True))
        sizes.append(len(dict(w.data.__dask_graph__())))
    assert names
    assert len(set(sizes)) == 1
    p = Tensor(W, requires_grad=True)
    optimizer = nn.optim.Adam([p], lr=0.1)
    for _ in range(4):
        optimizer.zero_grad()
        linear(p, X, T).backward()
        optimizer.step()
    np.testing.assert_allclose(w.data.compute(), p.data, rtol=1e-12)


@pytest.mark.heavy
def test_factors_of_a_tall_matrix_in_chunks():
    """Signs of rows of R and of singular vectors are arbitrary; squares of R, singular values and these gradients are not."""
    a = lazy(X, 8)
    with dask_kind.watched():
        s = grad(lambda a: np.sum(np.linalg.svdvals(a) ** 3))(a)
        r = grad(lambda a: np.sum(np.linalg.qr(a, mode="r") ** 2 * np.arange(9.0).reshape(3, 3)))(a)
        values = np.linalg.svdvals(Tensor(a)).data
    np.testing.assert_allclose(values.compute(), np.linalg.svd(X, compute_uv=False), rtol=1e-12)
    np.testing.assert_allclose(s.compute(), grad(lambda a: np.sum(np.linalg.svdvals(a) ** 3))(X), rtol=1e-10, atol=1e-12)
    right = grad(lambda a: np.sum(np.linalg.qr(a, mode="r") ** 2 * np.arange(9.0).reshape(3, 3)))(X)
    np.testing.assert_allclose(r.compute(), right, rtol=1e-9, atol=1e-11)
    with pytest.raises(UnsupportedError, match="qr: that of Dask has no mode 'complete'"):
        np.linalg.qr(Tensor(a, requires_grad=True), mode="complete")


@pytest.mark.heavy
def test_a_second_derivative_that_needs_a_look_is_nan():
    """‖w‖² has one at 0, but what it is can be told from the numbers alone; elsewhere it is right."""
    f = lambda w: np.linalg.norm(w) ** 2 + np.sum(relu(w) ** 2)
    w, v = da.from_array(W, chunks=2), da.from_array(V, chunks=2)
    np.testing.assert_allclose(hvp(f)(w, v).compute(), 2 * V + 2 * (W > 0) * V, rtol=1e-12)
    assert np.isnan(hvp(f)(0 * w, v).compute()).all()


def test_bad_input():
    t = Tensor(lazy(X), requires_grad=True)
    with pytest.raises(ShapeError, match=r"chunks are not known, of shape \(nan, 3\).*compute_chunk_sizes"):
        Tensor(lazy(X)[lazy(T) > 0])
    with pytest.raises(ShapeError, match="chunks are not known"):
        t[lazy(T) > 0]
    with pytest.raises(UnsupportedError, match=r"unwrap: there is no such function for arrays of Dask"):
        np.unwrap(t)
    with pytest.raises(ValueError, match=r"consists of multiple chunks.*rechunk"):
        np.sort(t, axis=0)
    classes = np.arange(24) % 3
    classes[20] = 3
    with dask_kind.watched():
        loss = cross_entropy(t, da.from_array(classes, chunks=7))
        loss.backward()
    for late in (loss.data, t.grad):  # each chunk is looked at when it is computed
        with pytest.raises(
            ValueError, match=r"a class number is not one of the 3 classes 0 to 2: 3 at index \(6,\) of its chunk"
        ):
            late.compute()
    p = Tensor(W, requires_grad=True)
    linear(p, lazy(X), lazy(T)).backward()
    with pytest.raises(TypeError, match=r"SGD: the gradient of a parameter of NumPy's is a Array; set p.grad"):
        nn.optim.SGD([p], lr=0.1).step()
    p.grad = p.grad.compute()
    nn.optim.SGD([p], lr=0.1).step()


def test_what_users_hold_is_of_dasks_kind():
    a = lazy(X)
    t = Tensor(a, requires_grad=True)
    hooked = []
    t.register_hook(hooked.append)
    y = t * 2
    with dask_kind.watched():
        np.sum(y).backward()
        seen = [t.data, t.grad, y.data, y.numpy(), t.detach().data, t > 0, ~(t > 0), np.argmax(t, axis=0), np.isnan(t), *hooked]
        shown = repr(t), repr(y)
    assert all(type(part) is da.Array for part in seen)
    assert "dask.array" in shown[0]
    assert "from multiply" in shown[1]
    assert np.sum(y).item() == pytest.approx(2 * X.sum())
    assert type(relu(a)) is da.Array  # a function of ours on Dask's arrays alone
    assert type(np.mean(a * t.detach()).data) is da.Array
