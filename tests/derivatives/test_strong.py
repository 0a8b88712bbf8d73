"""The strong zero: where the incoming gradient is 0, so is what goes out, whatever the derivative. Warnings are errors here."""

import warnings

import numpy as np
import pytest

from autograd_core import Tensor, capture, grad, hvp, jvp, linear
from autograd_core.derivatives.strong import FEW
from tests.derivatives.test_elementwise import derivatives

NAN, INF = np.nan, np.inf

SINGULAR = [
    (np.sqrt, [0.0, -1.0]),
    (np.cbrt, [0.0]),
    (np.log, [0.0, -1.0]),
    (np.log2, [0.0, -1.0]),
    (np.log10, [0.0, -1.0]),
    (np.log1p, [-1.0, -2.0]),
    (np.reciprocal, [0.0]),
    (lambda x: 1 / x, [0.0]),
    (lambda x: x / 0.0, [0.0, 1.0]),
    (lambda x: x / x, [0.0]),
    (lambda x: x**0.5, [0.0, -1.0]),
    (lambda x: x**1.5, [-1.0]),
    (lambda x: x**-1, [0.0]),
    (lambda x: x**-2.5, [0.0, -1.0]),
    (lambda x: x**x, [0.0, -1.5]),
    (lambda x: 0.0**x, [-1.0, 0.0]),
    (lambda x: np.float_power(x, 0.5), [0.0, -1.0]),
    (np.arcsin, [1.0, -1.0, 2.0]),
    (np.arccos, [1.0, -1.0, 2.0]),
    (np.arccosh, [1.0, 0.5, -1.0]),
    (np.arctanh, [1.0, -1.0, 2.0]),
    (np.exp, [1000.0]),
    (np.exp2, [2000.0]),
    (np.expm1, [1000.0]),
    (np.sinh, [1000.0]),
    (np.cosh, [-1000.0]),
    (lambda x: np.exp(x) * x, [1000.0]),
    (lambda x: np.hypot(x, 0.0), [0.0]),
    (lambda x: np.linalg.norm(np.stack([x, x])), [0.0]),
    (lambda x: np.sqrt(np.log(x)), [0.0, 1.0]),
    (lambda x: np.sin(x) / x, [0.0]),
    *[
        (f, [NAN, INF])
        for f in (np.square, np.sin, np.cos, np.tan, np.tanh, np.exp, np.abs, lambda x: x * x, lambda x: x**3, lambda x: x - x)
    ],
]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("f", "at"), [(f, at) for f, points in SINGULAR for at in points])
def test_what_where_did_not_take_contributes_zero(f, at, order):
    """Neither to x nor to a w that everything shares; alone, beside others, and in the second derivative."""
    assert derivatives(lambda x: np.where(False, f(x), 3.0), at, order=order) == [0]
    x, w = Tensor([at, at, 1.5], requires_grad=True), Tensor(2.0, requires_grad=True)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        y = np.sum(np.where([False, False, True], w * w * x, 0) + np.where(False, w * f(x) + f(w * x), 0))
    y.backward(create_graph=order == 2)
    if order == 2:
        y = w.grad + np.sum(x.grad * x.grad)
        x.grad = w.grad = None
        y.backward()
    # y = w² x₂, and in the second round ∂y/∂w + (∂y/∂x)² = 2 w x₂ + w⁴, at w = 2 and x₂ = 1.5
    assert x.grad.tolist() == [[0, 0, 4], [0, 0, 4]][order - 1]
    assert w.grad == [6, 3 + 32][order - 1]


def test_masked_nan_in_the_data():
    """A target that is missing sends nothing to the weights."""
    target = np.array([1.0, NAN, 3.0])
    w = Tensor(2.0, requires_grad=True)
    loss = np.sum(np.where(np.isnan(target), 0, (w - target) ** 2 + w * target))
    loss.backward()
    assert w.grad == 2 * (1 - 1) + 1 + 3


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: np.where(x < 1, x, np.sqrt(x)), 1),
        (lambda x: np.where(x <= 0, x, x * np.log(x)), 1),
        (lambda x: np.where(x == 0, 1.0, np.sin(x) / x), 0),
        (lambda x: np.where(x <= 0, 1 + x, np.exp(1000 + x)), 1),
    ],
)
def test_the_usual_recipes_at_zero(f, expected):
    assert derivatives(f, 0.0) == [expected]
    assert derivatives(f, 0.0, order=2) == [0]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x, y: np.exp(x) * y, np.exp(0.5)),
        (lambda x, y: np.sqrt(x) * y, 0.5 / np.sqrt(0.5)),
        (lambda x, y: x**3 * y, 0.75),
        (lambda x, y: y / x, -4),
        (lambda x, y: np.tanh(x) * y, 1 - np.tanh(0.5) ** 2),
        (lambda x, y: np.where(y > -1, np.log(x) * y, 0), 2),
    ],
)
def test_a_gradient_that_happens_to_be_zero_still_has_a_derivative(f, expected):
    """∂²(f(x) y)/∂x∂y = f'(x), also at y = 0 where the gradient that reaches f is 0."""
    np.testing.assert_allclose(grad(grad(f), 1)(0.5, 0.0), expected, rtol=1e-15)
    np.testing.assert_allclose(grad(grad(f, 1), 0)(0.5, 0.0), expected, rtol=1e-15)
    np.testing.assert_allclose(
        grad(lambda y: np.sum(grad(lambda x: np.sum(f(x, y)))(np.array([0.5, 0.5]))))(0.0), 2 * expected, rtol=1e-15
    )


@pytest.mark.parametrize(
    "f", [lambda x: np.maximum(x, 0), lambda x: np.clip(x, 0, None), lambda x: np.where(x > 0, x, 0), np.floor, np.sign]
)
def test_an_infinite_gradient_is_not_sent_to_what_was_not_taken(f):
    """√f is constant left of 0, where √' is infinite."""
    x = Tensor([-0.5, -3.0], requires_grad=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        np.sum(np.sqrt(f(x))).backward()
    np.testing.assert_array_equal(x.grad, 0)


# Products of matrices, against the same with the masked row left out


@pytest.mark.parametrize("bad", [NAN, INF])
@pytest.mark.parametrize(
    "product",
    [
        np.matmul,
        np.dot,
        lambda a, b: linear(a, b.T),
        lambda a, b: np.tensordot(a, b, 1),
        lambda a, b: np.einsum("ij,jk->ik", a, b),
    ],
    ids=["matmul", "dot", "linear", "tensordot", "einsum"],
)
def test_a_masked_row_of_a_product_contributes_zero_and_one_that_counts_is_not_finite(product, bad):
    r = np.random.default_rng(0)
    a, b, ok = r.normal(size=(4, 3)), r.normal(size=(3, 2)), np.array([True, False, True, True])
    a[1, 2] = bad
    with np.errstate(all="ignore"):
        masked = lambda b: np.sum(np.where(ok[:, None], product(a, b), 0) ** 3)
        alone = lambda b: np.sum(product(a[ok], b) ** 3)
        np.testing.assert_allclose(grad(masked)(b), grad(alone)(b), rtol=1e-13)
        np.testing.assert_allclose(hvp(masked)(b, b), hvp(alone)(b, b), rtol=1e-13)
        np.testing.assert_allclose(jvp(masked, (b,), (b,))[1], jvp(alone, (b,), (b,))[1], rtol=1e-13)
        whole = grad(lambda b: np.sum(product(a, b)))(b)
    np.testing.assert_allclose(whole[:2], np.broadcast_to(np.sum(a, axis=0)[:2, None], (2, 2)))
    assert not np.isfinite(whole[2]).any()


def test_a_masked_sample_in_a_captured_step():
    """The program holds for as long as all is finite, and is recorded anew then."""
    w = Tensor([[1.0, -2.0]], requires_grad=True)

    def step(x, ok):
        w.grad = None
        np.sum(np.where(ok, linear(x, w), 0)).backward()

    captured, x = capture(step), np.array([[1.0, 2.0], [3.0, 4.0]])
    ok = np.array([[True], [False]])
    for value in (4.0, 4.0, 4.0, NAN, NAN, 4.0):
        x = np.array([[1.0, 2.0], [3.0, value]])
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            captured(x, ok)
        assert w.grad.tolist() == [[1, 2]]


@pytest.mark.parametrize("size", [1, FEW - 1, FEW, FEW + 1, 2000])
@pytest.mark.parametrize("zeros", [False, True])
def test_factors_of_any_size_with_and_without_zeros_in_the_gradient(size, zeros):
    """Below FEW elements it is ḡ that is looked at first. An infinity reaches what took it, and nothing else."""
    w = np.linspace(1, 2, size)
    w[0] = INF
    taken = np.arange(size) > 0 if zeros else np.ones(size, bool)
    x = Tensor(np.linspace(1, 2, size), requires_grad=True)
    np.where(taken, x * w, 0).backward(np.ones(size))
    np.testing.assert_array_equal(x.grad, np.where(taken, w, 0))
    rows = Tensor(np.ones((size, 2)), requires_grad=True)
    np.where(taken[:, None], rows * np.stack([w, w], 1), 0).sum().backward()
    np.testing.assert_array_equal(rows.grad, np.where(taken, w, 0)[:, None] * np.ones(2))


@pytest.mark.parametrize("rows", [3, FEW - 1, FEW, FEW + 1])
@pytest.mark.parametrize("masked", [False, True])
def test_a_sample_with_nan_of_any_batch(rows, masked):
    """What is masked contributes nothing to the weights; what is not makes them NaN."""
    data, w = np.ones((rows, 2)), Tensor(np.ones((2, 1)), requires_grad=True)
    data[0] = NAN
    with np.errstate(invalid="ignore"):
        out = data @ w
        (np.where(np.arange(rows)[:, None] > 0, out, 0) if masked else out).sum().backward()
    np.testing.assert_array_equal(w.grad, [[rows - 1], [rows - 1]] if masked else [[NAN], [NAN]])
