"""Products: einsum with generated subscripts, and points of interest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core import Tensor, grad, vjp
from tests.derivatives.finite import directional

SIZES = {"a": 2, "b": 3, "c": 1, "d": 2}


@st.composite
def einsum_calls(draw):
    """Subscripts and shapes: repeated letters, letters of one operand only, axes of length 1, an ellipsis, no output."""
    terms = draw(st.lists(st.text("abcd", max_size=3), min_size=1, max_size=3))
    dots = [draw(st.integers(0, 2)) if draw(st.booleans()) else None for _ in terms]
    shapes = []
    for term, count in zip(terms, dots, strict=True):
        # NumPy does not stretch an axis whose letter stands twice in one term
        sizes = [1 if term.count(letter) == 1 and draw(st.integers(0, 3)) == 0 else SIZES[letter] for letter in term]
        shapes.append(tuple([[3, 2][-count:][k] if count else 0 for k in range(count or 0)] + sizes))
    spelled = [term if count is None else "..." + term for term, count in zip(terms, dots, strict=True)]
    subscripts = ",".join(spelled)
    if draw(st.booleans()) or any(count is not None for count in dots):
        used = sorted(set("".join(terms)))
        out = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
        subscripts += "->" + ("..." if any(count is not None for count in dots) else "") + "".join(out)
    return subscripts, shapes


@settings(max_examples=150, deadline=None, derandomize=True)
@given(einsum_calls(), st.booleans())
def test_einsum_of_any_subscripts(call, optimize):
    subscripts, shapes = call
    r = np.random.default_rng(0)
    xs, ts = ([r.standard_normal(shape) for shape in shapes] for _ in range(2))
    f = lambda *values: np.einsum(subscripts, *values, optimize=optimize)
    out, pullback = vjp(f, *xs)
    g = r.standard_normal(np.shape(out))
    found = pullback(g)
    np.testing.assert_allclose(out, f(*xs), rtol=1e-12, atol=1e-12)
    assert [np.shape(one) for one in found] == shapes
    (numeric,) = directional(lambda values: [f(*values)], xs, ts)
    total = sum(np.sum(one * t) for one, t in zip(found, ts, strict=True))
    np.testing.assert_allclose(total, np.sum(g * numeric), rtol=1e-7, atol=1e-8)


GOLDEN = [  # subscripts, shapes, the gradients of the sum of all elements where the operands are 1, 2, 3, …
    ("ii->", [(2, 2)], [[[1, 0], [0, 1]]]),
    ("i,i", [(2,), (1,)], [[1, 1], [3]]),
    ("ij->i", [(2, 2)], [[[1, 1], [1, 1]]]),
    ("i,j->", [(2,), (3,)], [[6, 6], [3, 3, 3]]),
]


@pytest.mark.parametrize(("subscripts", "shapes", "expected"), GOLDEN)
def test_einsum_golden(subscripts, shapes, expected):
    xs = [Tensor(np.arange(1.0, 1 + np.prod(shape)).reshape(shape), requires_grad=True) for shape in shapes]
    np.sum(np.einsum(subscripts, *xs)).backward()
    for x, g in zip(xs, expected, strict=True):
        np.testing.assert_array_equal(x.grad, g)


def test_einsum_with_the_same_operand_twice_and_arrays_beside_it():
    x, a = np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 5.0]])
    np.testing.assert_allclose(grad(lambda x: np.einsum("i,ij,j", x, a, x))(x), (a + a.T) @ x)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("ij,jk", np.ones((2, 2))), "2 terms, but there are 1 operands"),
        (("ijk", np.ones((2, 2))), "'ijk' does not fit an operand of 2"),
    ],
)
def test_einsum_errors(args, words):
    with pytest.raises(ValueError, match=words):
        np.einsum(args[0], *(Tensor(x, requires_grad=True) for x in args[1:]))


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weight_gradient_of_one_row_is_the_outer_product(rows, dtype):
    x, w = np.arange(3 * rows, dtype=dtype).reshape(rows, 3), np.ones((3, 2), dtype)
    weight = Tensor(w, requires_grad=True)
    g = np.arange(1, 2 * rows + 1, dtype=dtype).reshape(rows, 2)
    (x @ weight).backward(g)
    assert weight.grad.dtype == dtype
    np.testing.assert_array_equal(weight.grad, x.T @ g)


def test_one_matrix_for_a_stack_makes_no_stack_of_gradients():
    """The gradient of W in x @ W, with x of shape (b, t, n), is one product: NumPy's own, bit for bit."""
    r = np.random.default_rng(1)
    x, g, w = r.standard_normal((4, 5, 3)), r.standard_normal((4, 5, 2)), Tensor(r.standard_normal((3, 2)), requires_grad=True)
    (x @ w).backward(g)
    np.testing.assert_array_equal(w.grad, x.reshape(20, 3).T @ g.reshape(20, 2))


def test_vecdot_conjugates_its_first_argument():
    a, b = np.array([1 + 2j, 3 - 1j]), np.array([2 - 1j, 1j])
    of_a, of_b = vjp(np.vecdot, a, b)[1](np.complex128(1))
    np.testing.assert_allclose(of_a, b.conj())
    np.testing.assert_allclose(of_b, a.conj())


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) >= "2.5.0", reason="NumPy 2.5 has no cross of two elements")
@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 3), (3, 2)])
def test_cross_of_two_elements(m, n):
    a, b = np.array([1.0, 2, 3])[:m], np.array([4.0, 7, 5])[:n]
    with pytest.warns(DeprecationWarning, match="2-dimensional vectors"):
        expected = np.cross(a, b)
    with pytest.warns(DeprecationWarning, match="cross"):
        out, pullback = vjp(lambda a, b: np.cross(a, b), a, b)
    np.testing.assert_allclose(out, expected)
    of_a, of_b = pullback(np.ones_like(out))
    full = [np.pad(v, (0, 3 - len(v))) for v in (a, b)]
    weight = np.array([0, 0, 1.0]) if m == n == 2 else np.ones(3)
    np.testing.assert_allclose(of_a, np.cross(full[1], weight)[:m])
    np.testing.assert_allclose(of_b, np.cross(weight, full[0])[:n])


def test_cross_refuses_other_lengths():
    with pytest.raises(ValueError, match="cross: the vectors must have 2 or 3 elements, got 4 and 3"):
        np.cross(Tensor(np.ones(4), requires_grad=True), np.ones(3))
