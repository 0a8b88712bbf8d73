"""The engine on what the strategies draw: random programs in every mode, indices of every kind, layouts, matrices."""

import contextlib

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from autograd_core import Tensor, checkpoint, grad, hvp, jvp, linear, vjp
from autograd_core.testing import gradcheck
from autograd_core.testing.strategies import (
    Expression,
    arrays,
    axes,
    calls,
    expressions,
    indices,
    networks,
    operands,
    positive_definite,
    shapes,
    well_conditioned,
)
from autograd_core.testing.strategies.lines import BINARY, UNARY

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others

few = settings(max_examples=25)
REDUCTIONS = [np.sum, np.mean, np.prod, np.var]


def weights(shape, start=1):
    """Different numbers of this shape, with both signs."""
    return np.cos(np.arange(start, start + int(np.prod(shape)))).reshape(shape)


def total(out, start=1):
    return np.sum(out * weights(np.shape(out), start))


def slope(f, x, t):
    """d/ds f(x + s t) at s = 0, by differences that are exact for polynomials of degree 8."""
    moved = lambda s: f([a + s * b for a, b in zip(x, t, strict=True)])
    h, terms = 2e-2, ((1, 4 / 5), (2, -1 / 5), (3, 4 / 105), (4, -1 / 280))
    return sum(c * (moved(k * h) - moved(-k * h)) for k, c in terms) / h


# Random programs


@given(calls())
def test_programs_are_smooth_and_finite_where_they_are_called(case):
    f, arguments = case
    out = f(*arguments)
    assert np.all(np.isfinite(out))
    tensors = [Tensor(x, requires_grad=True) for x in arguments]
    np.testing.assert_array_equal(f(*tensors).numpy(), out)
    assert all(f"x{i}" in f.source.partition("\n")[2] for i in range(len(arguments)))


@given(calls())
def test_reverse_and_forward_mode_agree_on_programs(case):
    """⟨Jᵀ w, t⟩ = ⟨w, J t⟩."""
    f, arguments = case
    out, pull = vjp(f, *arguments)
    tangents = [weights(x.shape, 7) for x in arguments]
    w = weights(np.shape(out))
    pulled = sum(np.sum(g * t) for g, t in zip(pull(w), tangents, strict=True))
    pushed = np.sum(w * jvp(f, arguments, tuple(tangents))[1])
    size = 1 + sum(np.sum(np.abs(g * t)) for g, t in zip(pull(w), tangents, strict=True))
    np.testing.assert_allclose(pulled, pushed, rtol=1e-10, atol=1e-10 * size)


@few
@given(calls(max_steps=5))
def test_programs_against_finite_differences(case):
    f, arguments = case
    gradcheck(f, *arguments, order=1)


@given(calls(scalar=True, max_steps=5))
def test_hessians_of_programs_are_symmetric(case):
    f, arguments = case
    shapes, sizes = [x.shape for x in arguments], [x.size for x in arguments]

    def of_one(v):
        parts = np.split(v, np.cumsum(sizes)[:-1])
        return f(*[np.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)])

    x = np.concatenate([np.ravel(x) for x in arguments])
    a, b = weights(x.shape), weights(x.shape, 50)
    left, right = np.sum(a * hvp(of_one)(x, b)), np.sum(b * hvp(of_one)(x, a))
    np.testing.assert_allclose(left, right, rtol=1e-8, atol=1e-8 * (1 + abs(left)))


@given(calls(scalar=True))
def test_backward_grad_and_checkpoint_agree_on_programs(case):
    f, arguments = case
    tensors = [Tensor(x, requires_grad=True) for x in arguments]
    f(*tensors).backward()
    numbers = tuple(range(len(arguments)))
    for transformed in (f, checkpoint(f)):
        for t, g in zip(tensors, grad(transformed, numbers)(*arguments), strict=True):
            np.testing.assert_array_equal(t.grad, g)


@given(calls(scalar=True, dtype=np.float32, layout="F"))
def test_gradients_of_float32_programs_have_their_dtype(case):
    f, arguments = case
    tensors = [Tensor(x, requires_grad=True) for x in arguments]
    f(*tensors).backward()
    assert {t.grad.dtype for t in tensors} == {np.dtype(np.float32)}
    assert [t.grad.shape for t in tensors] == [x.shape for x in arguments]


def test_the_text_of_a_program_is_the_program():
    f = Expression(["v0 = np.tanh(x0)", "v1 = v0 @ x1"], "v1", [(2, 3), (3,)])
    assert repr(f) == (
        "def f(x0, x1):  # x0 of shape (2, 3), x1 of shape (3,)\n    v0 = np.tanh(x0)\n    v1 = v0 @ x1\n    return v1"
    )
    assert f.calls == ("np.tanh", "@")
    x, w = np.ones((2, 3)), np.ones(3)
    np.testing.assert_array_equal(f(x, w), np.tanh(x) @ w)


OCCURS = {
    "a shared value": lambda f: any(f.source.count(f"v{k}") > 2 for k in range(len(f.calls))),
    "a reduction": lambda f: "np.sum" in f.calls,
    "a product of matrices": lambda f: "@" in f.calls,
    "a choice": lambda f: "[" in f.calls,
    "a stack": lambda f: "np.stack" in f.calls,
    "a logarithm": lambda f: "np.log" in f.calls,
    "a function of this package": lambda f: "softplus" in f.calls,
    "a number": lambda f: " 2.0" in f.source,
    "eight lines": lambda f: f.source.count("\n") > 8,
    "three arguments": lambda f: len(f.shapes) == 3,
    "scalars": lambda f: f.shapes[0] == (),
    "broadcasting": lambda f: len({shape for shape in f.shapes if shape}) > 1,
}


def test_programs_have():
    """Each of these among the same 3,000."""
    missing = set(OCCURS)

    def last(f):
        missing.difference_update([case for case in missing if OCCURS[case](f)])
        return not missing

    with contextlib.suppress(NoSuchExample):
        find(expressions(), last, settings=settings(max_examples=3000, database=None, phases=[Phase.generate]))
    assert missing == set()


def test_programs_are_made_of_the_smooth_part_of_the_table():
    assert {"np.tanh({})", "np.log({})", "sigmoid({})", "np.arctanh({})"} <= set(UNARY)
    assert {"{} + {}", "{} / {}", "{} ** {}", "np.hypot({}, {})"} <= set(BINARY)
    assert not {"np.floor({})", "np.sign({})"} & set(UNARY)
    assert not {"np.maximum({}, {})"} & set(BINARY)


# Indices, axes, layouts


@st.composite
def indexed(draw):
    shape = draw(shapes(0, 3, 0, 3))
    return draw(arrays(shape)), draw(indices(shape))


@given(indexed())
def test_every_index_against_finite_differences(case):
    """The derivative of what is chosen, squared, along a direction: differences of a polynomial are exact."""
    x, index = case
    f = lambda v: total(v[index] ** 2)
    g, t = grad(f)(x), weights(x.shape, 3)
    assert g.shape == x.shape
    np.testing.assert_allclose(np.sum(g * t), slope(lambda v: f(v[0]), [x], [t]), rtol=1e-8, atol=1e-9)


@given(indexed())
def test_assigning_at_every_index_against_finite_differences(case):
    x, index = case
    count = np.zeros(x.shape)
    np.add.at(count, index, 1)
    if not x.shape or np.any(count > 1):
        return  # NumPy's scalars cannot be assigned to; which of several values stays is not settled: test_indexing has the rule

    def f(v, w):
        y = v * v
        y[index] = w
        y[index] *= v[index]
        return total(y * y)

    w = weights(np.shape(x[index]), 9)
    ours = grad(f, (0, 1))(x, w)
    t = [weights(x.shape, 3), weights(w.shape, 4)]
    exact = slope(lambda both: f(both[0].copy(), both[1]), [x, w], t)
    np.testing.assert_allclose(sum(np.sum(g * one) for g, one in zip(ours, t, strict=True)), exact, rtol=1e-8, atol=1e-8)


@st.composite
def reduced(draw):
    shape = draw(shapes(0, 3, 1, 3))
    return draw(arrays(shape)), draw(axes(len(shape))), draw(st.booleans()), draw(st.sampled_from(REDUCTIONS))


@given(reduced())
def test_reductions_over_every_axis_against_finite_differences(case):
    x, axis, keepdims, function = case
    f = lambda v: total(function(v, axis=axis, keepdims=keepdims))
    t = weights(x.shape, 3)
    np.testing.assert_allclose(np.sum(grad(f)(x) * t), slope(lambda v: f(v[0]), [x], [t]), rtol=1e-7, atol=1e-7)


@given(operands(3, elements=(0.5, 2)))
def test_broadcasting_in_every_layout(three):
    """Constants in any layout, and gradients of each operand's own shape, written out: of a b / c."""
    a, b, c = three
    w = weights(np.broadcast_shapes(a.shape, b.shape, c.shape))
    grads = grad(lambda a, b, c: np.sum(w * (a * b / c)), (0, 1, 2))(a, b, c)
    whole = [w * b / c, w * a / c, -w * a * b / c**2]
    for x, g, full in zip(three, grads, whole, strict=True):
        missing = tuple(range(full.ndim - x.ndim))
        stretched = tuple(k for k, n in enumerate(full.shape) if k in missing or x.shape[k - full.ndim] != n)
        np.testing.assert_allclose(g, np.sum(full, axis=stretched, keepdims=True).reshape(x.shape), rtol=1e-12, atol=1e-12)
    for k, x in enumerate(three):  # the same, where the others are constants
        alone = Tensor(x, requires_grad=True)
        np.sum(w * ((alone if k == 0 else a) * (alone if k == 1 else b) / (alone if k == 2 else c))).backward()
        np.testing.assert_allclose(alone.grad, grads[k], rtol=1e-12, atol=1e-12)


# Matrices and networks


@few
@given(well_conditioned(3), arrays(shape=(3, 2)))
def test_solve_by_its_definition(a, b):
    """x = a⁻¹ b: d⟨w, x⟩/db = a⁻ᵀ w, d⟨w, x⟩/da = -a⁻ᵀ w xᵀ."""
    w = weights(b.shape)
    of_a, of_b = grad(lambda a, b: np.sum(w * np.linalg.solve(a, b)), (0, 1))(a, b)
    back = np.linalg.inv(a).T @ w
    np.testing.assert_allclose(of_b, back, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(of_a, -back @ (np.linalg.inv(a) @ b).T, rtol=1e-9, atol=1e-9)


@few
@given(positive_definite())
def test_eigenvalues_of_positive_definite_matrices(a):
    """d λₖ = vₖᵀ da vₖ, and d ln det a = tr(a⁻¹ da)."""
    values, vectors = np.linalg.eigh(a)
    w = weights(values.shape)
    g = grad(lambda a: np.sum(w * np.linalg.eigvalsh(a)))(a)  # it reads the lower triangle alone
    np.testing.assert_allclose((g + g.T) / 2, (vectors * w) @ vectors.T, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(grad(lambda a: np.linalg.slogdet(a)[1])(a), np.linalg.inv(a).T, rtol=1e-9, atol=1e-9)


@few
@given(networks(), st.data())
def test_networks_of_any_size(net, data):
    x = data.draw(arrays((net.batch, net.sizes[0]), layout="C"))
    parameters = [data.draw(arrays(shape, elements=(-1, 1))) for shape in net.parameters]

    def f(x, *parameters):
        for k in range(0, len(parameters), 2):
            x = np.tanh(linear(x, parameters[k].T, parameters[k + 1]))
        return x

    gradcheck(f, x, *parameters, order=1)
