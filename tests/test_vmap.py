"""vmap: against a loop, for every entry of the table; axes, nesting, derivatives inside and outside, refusals."""

import warnings

import numpy as np
import pytest

import nn
from autograd_core import KinkWarning, LoopWarning, Tensor, grad, hessian, jacobian, jvp, no_grad, primitive, vjp, vmap
from autograd_core.errors import GraphError, ShapeError
from autograd_core.functional.batches import calls
from autograd_core.graph.variable import plain
from nn.utils.stateless import functional_call
from tests.derivatives.finite import directions
from tests.derivatives.test_table import CALLS, run

R = np.random.default_rng(0)
W, X, Y = R.normal(size=(4, 3)), R.normal(size=(5, 3)), R.normal(size=(5, 4))


def loss(W, x, y):
    return np.sum((np.tanh(W @ x) - y) ** 2)


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch):
    monkeypatch.setattr(calls, "_told", set())


# Against a loop, for the whole table


BY_NAME: dict = {}
for parameter in CALLS:
    BY_NAME.setdefault(parameter.values[0].__name__, []).append(parameter.values)


def of(entry, one):
    return lambda *values: tuple(run(entry, one, values))


def pulled(f):
    def gradients(*values):
        out, pullback = vjp(f, *values)
        return pullback(tuple(directions([np.zeros(np.shape(plain(part)), plain(part).dtype) for part in out], 2)))

    return gradients


def check(f, xs):
    batches = [np.stack([x, x * x.dtype.type(1.03)]) for x in xs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = [f(*[batch[i] for batch in batches]) for i in range(2)]
        except ArithmeticError:  # beyond its domain
            return
        if expected[0]:
            for ours, *parts in zip(vmap(f)(*batches), *expected, strict=True):
                wanted = np.stack([plain(part) for part in parts])
                assert ours.dtype == wanted.dtype
                np.testing.assert_allclose(plain(ours), wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("first", sorted({name[:6] for name in BY_NAME}))
def test_every_function(first):
    for name, found in BY_NAME.items():
        if name[:6] == first:
            for both in found[:: max(1, len(found) // 2)]:
                check(of(*both), both[1].operands())


@pytest.mark.heavy
@pytest.mark.parametrize("name", BY_NAME)
def test_more_calls_and_the_gradient_of_each(name):
    for both in BY_NAME[name][::3]:
        check(of(*both), both[1].operands())
        check(pulled(of(*both)), both[1].operands())


# Axes and containers


def test_axes():
    f = lambda x, y: np.outer(x, y)
    expected = np.stack([np.outer(x, y) for x, y in zip(X, Y, strict=True)])
    np.testing.assert_array_equal(vmap(f)(X, Y), expected)
    np.testing.assert_array_equal(vmap(f, (1, -1), 2)(X.T, Y.T), np.moveaxis(expected, 0, 2))
    np.testing.assert_array_equal(vmap(f, (0, None))(X, Y[0]), [np.outer(x, Y[0]) for x in X])
    np.testing.assert_allclose(vmap(lambda x, *, y: x @ y)(X, y=X), np.sum(X * X, axis=1), rtol=1e-14)


def test_containers():
    f = lambda p, x: {"sum": p["w"] @ x + p["b"], "same": (p["w"], 3.0)}
    out = vmap(f, ({"w": None, "b": 0}, 0), {"sum": 1, "same": 0})({"w": W, "b": Y}, X)
    np.testing.assert_allclose(out["sum"], (X @ W.T + Y).T, rtol=1e-14)
    np.testing.assert_array_equal(out["same"][0], np.broadcast_to(W, (5, 4, 3)))
    np.testing.assert_array_equal(out["same"][1], np.full(5, 3.0))
    assert all(type(part) is np.ndarray for part in (out["sum"], *out["same"]))


def test_what_comes_out_is_nobody_elses():
    out = vmap(lambda x: x)(X)
    assert not np.shares_memory(out, X)
    assert out.flags.writeable


def test_inside_another():
    kernel = lambda x, y: np.exp(-np.sum((x - y) ** 2))
    expected = np.exp(-np.sum((X[:, None] - X) ** 2, axis=-1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(vmap(vmap(kernel, (None, 0)), (0, None))(X, X), expected, rtol=1e-13)
    with pytest.warns(LoopWarning, match="meets an array of another batch"):
        closed = vmap(lambda x: vmap(lambda y: kernel(x, y))(X))(X)
    np.testing.assert_allclose(closed, expected, rtol=1e-13)


# Derivatives


@pytest.mark.filterwarnings("error")
def test_gradients_of_each_sample():
    expected = np.stack([grad(loss)(W, x, y) for x, y in zip(X, Y, strict=True)])
    np.testing.assert_allclose(vmap(grad(loss), (None, 0, 0))(W, X, Y), expected, rtol=1e-13)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("how", [
    lambda f: hessian(f), lambda f: jacobian(grad(f)), lambda f: lambda x: jvp(grad(f), (x,), (x,))[1],
    lambda f: lambda x: vjp(f, x)[1](2.0)[0],
])  # fmt: skip
def test_derivatives_inside(how):
    f = lambda x: np.sum(np.sin(x) ** 3) * x[0]
    np.testing.assert_allclose(vmap(how(f))(X), np.stack([how(f)(x) for x in X]), rtol=1e-12)


@pytest.mark.filterwarnings("error")
def test_derivatives_outside():
    each = lambda x: np.sum(np.sin(x) ** 3)
    whole = lambda X: np.sum(np.sin(X) ** 3, axis=1)
    np.testing.assert_allclose(grad(lambda X: np.sum(vmap(each)(X) ** 2))(X), grad(lambda X: np.sum(whole(X) ** 2))(X))
    np.testing.assert_allclose(jacobian(vmap(each))(X), jacobian(whole)(X), rtol=1e-13)
    slopes = lambda X: 3 * np.sin(X) ** 2 * np.cos(X)
    twice = lambda X: np.sum(vmap(grad(each))(X) ** 2)
    np.testing.assert_allclose(grad(twice)(X), grad(lambda X: np.sum(slopes(X) ** 2))(X), rtol=1e-12)
    shared = lambda W: np.sum(vmap(lambda x: W @ x)(X) ** 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoopWarning)
        np.testing.assert_allclose(grad(shared)(W), 2 * W @ X.T @ X, rtol=1e-13)


def test_derivatives_by_tensors_around_it_take_a_loop():
    weight = Tensor(W, requires_grad=True)
    f = vmap(lambda x, y: grad(lambda x: loss(weight, x, y))(x))
    with pytest.warns(LoopWarning, match=r"depends on Tensors around it that require a gradient; under no_grad\(\)"):
        found = f(X, Y)
    np.testing.assert_allclose(found.numpy(), [grad(lambda x, y=y: loss(W, x, y))(x) for x, y in zip(X, Y, strict=True)])
    np.sum(found**2).backward()
    assert weight.grad.shape == W.shape
    with no_grad(), warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(f(X, Y), found.numpy(), rtol=1e-13)


MODELS = {
    "perceptron": (lambda: nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 4)), (3,)),
    "normed": (lambda: nn.Sequential(nn.Linear(3, 8), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 4)), (3,)),
    "convolution": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(0), nn.Linear(8, 4)), (1, 6, 6),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_gradients_of_a_model_for_each_sample(name):
    make, shape = MODELS[name]
    model = make()
    parameters = {key: p.numpy() for key, p in model.named_parameters()}
    samples = R.normal(size=(5, *shape))
    of_one = lambda parameters, x, y: nn.functional.mse_loss(functional_call(model, parameters, (x,)), y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = vmap(grad(of_one), (None, 0, 0))(parameters, samples, Y)
    for i in range(5):
        expected = grad(of_one)(parameters, samples[i], Y[i])
        for key in parameters:
            np.testing.assert_allclose(found[key][i], expected[key], rtol=1e-10, atol=1e-13)
    model.zero_grad()
    nn.functional.mse_loss(functional_call(model, {}, (samples[0],)), Y[0]).backward()
    for key, p in model.named_parameters():
        np.testing.assert_allclose(found[key][0], p.grad, rtol=1e-10, atol=1e-13)


def test_kinks_that_a_function_smooths_out():
    f = lambda x: np.linalg.norm(x) ** 2 + np.max(np.stack([x, -x])) ** 2
    points = np.array([[0.0, 0.0], [3.0, 4.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoopWarning)
        warnings.simplefilter("ignore", KinkWarning)
        np.testing.assert_allclose(vmap(hessian(f))(points), np.stack([hessian(f)(x) for x in points]), rtol=1e-12)


# Loops


def test_a_loop_is_told_once():
    absolute = vmap(lambda x: x if x[0] > 0 else -x)
    with pytest.warns(LoopWarning, match=r"<lambda> \(what is done depends on a number \(bool\)\)"):
        found = absolute(X)
    np.testing.assert_array_equal(found, X * np.sign(X[:, :1]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        absolute(X)
    with pytest.warns(LoopWarning, match="convolve takes no batch, and is called once for each element"):
        found = vmap(lambda x, y: np.sin(np.convolve(x, y)))(X, Y)
    np.testing.assert_allclose(found, [np.sin(np.convolve(x, y)) for x, y in zip(X, Y, strict=True)])


def test_a_function_of_a_users_own():
    cube = primitive(x=lambda g, x: 3 * g * x**2)(lambda x: x**3)
    np.testing.assert_allclose(vmap(grad(lambda x: np.sum(cube(x))))(X), 3 * X**2, rtol=1e-14)


# Refusals


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: vmap(3), TypeError, r"vmap needs a function and returns one: write vmap\(f\)\(x\), got int"),
    (lambda: vmap(np.add, (0,))(X, X), TypeError, r"in_axes must have one entry for each of the 2 arguments of add, got \(0,\)"),
    (lambda: vmap(np.add, None)(X, X), TypeError, "add must have an argument with a batch axis, got in_axes of None for all"),
    (lambda: vmap(np.add)(X, 3.0), TypeError, r"add: argument\[1\] must be an array with a batch axis, got 3.0; write None"),
    (lambda: vmap(np.add)(X, Y[:2]), ShapeError, r"batches of one length, got 5 in argument\[0\], 2 in argument\[1\]"),
    (lambda: vmap(np.sin, 2)(X), ShapeError, r"argument\[0\] of shape \(5, 3\) has no axis 2 \(in_axes\)"),
    (lambda: vmap(np.sin, "0")(X), TypeError, "in_axes of sin must be ints or None"),
    (lambda: vmap(np.sum, 0, None)(X), TypeError, "out_axes must be ints, got None for a result of sum"),
    (lambda: vmap(np.sum, 0, 3)(X), ShapeError, r"a result of sum of shape \(5,\) has no axis 3 \(out_axes\)"),
    (lambda: vmap(lambda x: "x")(X), TypeError, "<lambda> must return arrays or numbers, got str"),
    (lambda: vmap(lambda x: x if x[0] > 0 else -x)(X[:0]), ShapeError, "cannot be called for a batch of 0, since what is"),
    (lambda: vmap(lambda x: x @ Y)(X), ShapeError, "do not go together"),
])  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_an_empty_batch():
    assert vmap(lambda x: np.sum(np.tanh(x) @ W.T))(X[:0]).shape == (0,)
    assert vmap(grad(loss), (None, 0, 0))(W, X[:0], Y[:0]).shape == (0, 4, 3)


def test_a_pass_inside_does_not_reach_tensors_outside():
    weight = Tensor(W, requires_grad=True)

    def f(x):
        loss = np.sum(weight @ x)
        loss.backward()
        return loss.detach()

    with pytest.raises(GraphError, match=r"each element of the batch has a gradient of its own, .* write vmap\(grad\(f\), …\)"):
        vmap(f)(X)
    assert weight.grad is None


def test_places_that_differ_in_number():
    with pytest.warns(LoopWarning, match="another number of places is found in each array"):
        found = vmap(lambda x: np.sum(x[np.where(x > 0)]))(X)
    np.testing.assert_allclose(found, np.sum(X * (X > 0), axis=1), rtol=1e-14)


def test_a_view_that_is_changed_in_a_vmap_inside_another():
    def f(x):
        y = x * 1
        part = y[1:]
        part *= 3
        return y

    with pytest.warns(LoopWarning, match="lies in memory"):
        found = vmap(vmap(f))(X.reshape(5, 3, 1) + Y[:, :2].reshape(5, 1, 2))
    np.testing.assert_array_equal(found, (X.reshape(5, 3, 1) + Y[:, :2].reshape(5, 1, 2)) * [1, 3])


def test_a_loop_does_not_change_the_array_that_was_given():
    def doubled(x):
        if x[0] > -9:
            x *= 2
        return x

    given = X.copy()
    with pytest.warns(LoopWarning, match="depends on a number"):
        np.testing.assert_array_equal(vmap(doubled)(given), 2 * X)
    np.testing.assert_array_equal(given, X)


@pytest.mark.parametrize("index", [
    (np.array([0, 1]), slice(None), np.array([1, 0])),
    (0, slice(None), [1, 0]),
    (0, slice(None), np.array([True, False])),
    ([True, False], slice(None), np.array([1, 1])),
    (np.array([[0], [1]]), slice(None), np.array([0, 1])),
    (0, None, [1]),
])  # fmt: skip
def test_indices_that_are_apart(index):
    x = R.normal(size=(2, 3, 2))
    places = np.arange(12).reshape(2, 3, 2)[index]
    expected = np.zeros((*places.shape, 12))
    np.put_along_axis(expected, places[..., None], 1, -1)
    np.testing.assert_array_equal(jacobian(lambda x: x[index])(x), expected.reshape(*places.shape, *x.shape))
    many = R.normal(size=(5, *x.shape))
    np.testing.assert_array_equal(vmap(lambda x: x[index])(many), [x[index] for x in many])
    np.testing.assert_allclose(
        vmap(grad(lambda x: np.sum(x[index] ** 3)))(many), [grad(lambda x: np.sum(x[index] ** 3))(x) for x in many], rtol=1e-14
    )


def test_what_does_not_fit_one_array_is_not_spread_over_the_batch():
    def f(x):
        y = x * 1
        y[...] = np.ones((5, 3))
        return y

    with pytest.raises(ShapeError, match=r"\(5, 3\)"):
        vmap(f)(X)


@pytest.mark.filterwarnings("ignore::autograd_core.LoopWarning")
def test_loops_over_lists_and_over_results_of_several_shapes():
    np.testing.assert_array_equal(vmap(lambda x: np.array(x.tolist()) * 2)(X), 2 * X)
    with pytest.raises(ShapeError, match=r"must return one shape for all of the batch, got \[\(1,\), \(2,\)\]"):
        vmap(lambda x: x[x > 0])(np.array([[1.0, 2.0], [-1.0, 2.0]]))
    with pytest.raises(ShapeError, match="must return one shape for all of the batch"):
        vmap(lambda x, n: np.repeat(x, n))(X[:2], np.array([[1, 1, 1], [1, 2, 1]]))


def written_into(view):
    """A function that changes a result through a view of it, and what NumPy makes of that."""

    def f(x):
        y = x * x
        part = view(y)
        part *= 2.0
        return np.sum(y * y)

    return f


@pytest.mark.parametrize(
    "view",
    [
        np.flip,
        np.rot90,
        lambda y: np.split(y, 2)[1],
        lambda y: y[::-1],
        lambda y: y.reshape(-1),
        lambda y: y[[0, 1, 0]].reshape(-1),
    ],
    ids=["flip", "rot90", "split", "[::-1]", "reshape", "reshape of a copy"],
)
@pytest.mark.filterwarnings("ignore::autograd_core.LoopWarning")
def test_what_is_written_into_a_view_is_not_lost(view):
    xs = np.random.default_rng(0).normal(size=(3, 2, 2))
    f = written_into(view)
    np.testing.assert_allclose(vmap(f)(xs), [f(x) for x in xs])
    step = 1e-6
    slopes = [(f(x + step) - f(x - step)) / (2 * step) for x in xs]
    np.testing.assert_allclose(np.sum(vmap(grad(f))(xs), axis=(1, 2)), slopes, rtol=1e-6)


@pytest.mark.parametrize("index", [[0, -1, 0], (slice(None), [1, 0]), ([1, 0], [0, 1]), [[0, 1], [1, 0]]], ids=str)
@pytest.mark.filterwarnings("ignore::autograd_core.LoopWarning")
def test_what_is_chosen_lies_in_memory_as_it_does_alone(index):
    def f(x):
        rows = (x * x)[index if type(index) is tuple else (index,)]
        flat = rows.reshape(-1)  # a view, or a copy, of what lies in C's order or not
        flat[1] = 3.0
        return np.sum(rows**2) + flat[0]

    xs = np.random.default_rng(0).normal(size=(3, 2, 2))
    np.testing.assert_allclose(vmap(f)(xs), [f(x) for x in xs])


@pytest.mark.filterwarnings("ignore::autograd_core.LoopWarning")
def test_elements_and_sums_are_numbers_that_do_not_follow():
    def f(x):
        first, y, total = x[0], np.copy(x), np.sum(x)
        before = y[1]
        y += 1.0
        largest = np.atleast_1d(total)
        largest[0] = 7.0
        whole = np.copy(total)
        whole.reshape(1)[0] = 2.0
        return first * before + total * y[0] + whole

    xs = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(vmap(f)(xs), [f(x) for x in xs])
    # x₀ x₁ + (x₀ + x₁) (x₀ + 1) + 2
    np.testing.assert_allclose(vmap(grad(f))(xs), [[2 * (a + b) + 1, 2 * a + 1] for a, b in xs])
