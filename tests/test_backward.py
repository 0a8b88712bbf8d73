"""`t.backward()`: where it starts, how gradients add up, and that they are right in any graph."""

import itertools

import numpy as np
import pytest

from autograd_core import Tensor, linear, no_grad
from autograd_core.errors import DTypeError, GraphError, ShapeError


def leaf(data, **kwargs):
    return Tensor(data, requires_grad=True, **kwargs)


def test_a_scalar_expression():
    a, b = leaf(2.0), leaf(-3.0)
    y = a * b + b**2 / a
    y.backward()
    assert a.grad == -3 - 9 / 4
    assert b.grad == 2 - 3
    assert type(a.grad) is np.ndarray
    assert a.grad.shape == ()


def test_a_gradient_to_start_from():
    x = leaf([1.0, 2.0, 3.0])
    (x * x).backward(gradient=[1.0, 0.0, -1.0])
    np.testing.assert_array_equal(x.grad, [2, 0, -6])
    x.grad = None
    (x * 2).backward(Tensor([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(x.grad, [2, 4, 6])


def test_one_element_of_any_shape_needs_no_gradient():
    x = leaf([[3.0]])
    (x * x).backward()
    np.testing.assert_array_equal(x.grad, [[6]])


def test_a_leaf_can_be_the_start():
    x = leaf(2.0)
    x.backward()
    x.backward(3.0)
    assert x.grad == 4


def test_broadcasting_is_undone():
    column, row, number = leaf(np.ones((3, 1))), leaf(np.ones(4)), leaf(2.0)
    (column * row * number + np.zeros((2, 3, 4))).sum().backward()
    np.testing.assert_array_equal(column.grad, np.full((3, 1), 16))
    np.testing.assert_array_equal(row.grad, np.full(4, 12))
    assert number.grad == 24


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
def test_empty_tensors(shape):
    x, y = leaf(np.ones(shape)), leaf(2.0)
    (x * y).sum().backward()
    assert x.grad.shape == shape
    assert y.grad == 0


# Graphs in which values are shared


def test_a_diamond_counts_both_ways():
    x = leaf(3.0)
    y = x * x
    z = y * 2 + y * x
    z.backward()
    assert x.grad == 4 * 3 + 3 * 9


def test_a_result_used_again_is_visited_after_all_its_uses():
    # A walk that goes on from a node the first time it comes to it gives 6 here.
    x = leaf(2.0)
    y = x + 1
    z = y * y * y
    w = z + y * 4 - y - x * 9 + x
    w.backward()
    assert x.grad == 3 * 9 + 4 - 1 - 9 + 1


def test_a_node_that_is_not_a_leaf_is_used_again():
    # a, b as in an expression over b = a * a, c = b + a and their sums, each used at several depths
    a = leaf(-2.0)
    b = a * a
    c = a + b
    d = b * c
    e = d + c * b
    (e + d).backward()
    # e + d = 3 b c with b = a², c = a + a²: 3 (a³ + a⁴)
    assert a.grad == 9 * 4 + 12 * -8


def test_inner_gradients_do_not_leak_from_one_pass_into_the_next():
    a = leaf(1.0)
    b = a * 1
    c = b + b
    c.backward(retain_graph=True)
    assert a.grad == 2
    a.grad = None
    (c + b).backward()
    assert a.grad == 3


def test_a_leaf_on_both_sides():
    x = leaf([1.0, 2.0])
    (x / x + x - x).sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0])


# Several passes


def test_passes_add_up_exactly():
    x = leaf([0.1, 0.7])
    y = (np.exp(x) * x).sum()
    y.backward(retain_graph=True)
    once = x.grad.copy()
    for n in (2, 3):
        y.backward(retain_graph=True)
        np.testing.assert_allclose(x.grad, n * once, rtol=1e-15)
    x.grad = None
    y.backward()
    np.testing.assert_array_equal(x.grad, once)


CAUSES = r"second pass through the graph of .*value\.detach\(\).*\(loss1 \+ loss2\)\.backward\(\).*retain_graph=True"


def test_a_second_pass_names_the_two_usual_causes_before_retain_graph():
    x = leaf([1.0, 2.0])
    h = x * x
    loss = h.sum()
    loss.backward()
    first = x.grad.copy()
    for again in (loss, h.sum(), loss * 2):
        with pytest.raises(GraphError, match=CAUSES):
            again.backward()
    np.testing.assert_array_equal(x.grad, first)


def test_a_second_pass_names_the_operation():
    x = leaf([1.0, 2.0])
    h = np.exp(x)
    h.sum().backward()
    with pytest.raises(GraphError, match="second pass through the graph of exp, whose saved values"):
        (h * h).sum().backward()


def test_a_state_carried_on_without_detach_is_a_second_pass_and_with_it_is_none():
    w, state = leaf(0.5), Tensor(1.0)
    for _ in range(3):
        state = w * state.detach()
        state.backward()
    assert w.grad == 1 + 0.5 + 0.25
    with pytest.raises(GraphError, match="second pass"):
        (w * state).backward()


def test_a_pass_that_is_refused_releases_nothing():
    x = leaf([1.0, 2.0])
    y = x * x
    with pytest.raises(GraphError):
        y.backward()
    with pytest.raises(ShapeError):
        y.backward(np.ones(3))
    y.backward(np.ones(2))
    np.testing.assert_array_equal(x.grad, [2, 4])


# Higher order


def test_gradients_of_gradients():
    x = leaf(2.0)
    y = x**4
    for expected in (32, 48, 48, 24):
        x.grad = None
        y.backward(create_graph=True)
        y = x.grad
        assert isinstance(y, Tensor)
        assert y.item() == expected


def test_create_graph_accumulates_and_implies_retain_graph():
    x = leaf([1.0, 2.0])
    y = (x**3).sum()
    y.backward(create_graph=True)
    y.backward(create_graph=True)
    np.testing.assert_array_equal(x.grad.numpy(), [6, 24])
    g, x.grad = x.grad, None
    g.sum().backward()
    np.testing.assert_array_equal(x.grad, [12, 24])


def test_a_penalty_on_the_gradient():
    x, w = leaf([1.0, -2.0]), leaf([0.5, 3.0])
    np.tanh(w * x).sum().backward(create_graph=True)
    penalty = (x.grad**2).sum()
    w.grad = None
    penalty.backward()
    u, v = w.numpy() * x.numpy(), w.numpy()
    d = 1 / np.cosh(u) ** 2  # 1 - tanh² has lost 4 of its digits at 6
    np.testing.assert_allclose(w.grad, 2 * v * d**2 + 2 * (v * d) * v * (-2 * np.tanh(u) * d) * x.numpy(), rtol=1e-12)


def test_create_graph_records_also_under_no_grad():
    x = leaf(3.0)
    y = x**3
    with no_grad():
        y.backward(create_graph=True)
    x.grad.backward()
    assert isinstance(x.grad, Tensor)


# What cannot be done, in words


def under_no_grad(x):
    with no_grad():
        return x.sum()


REFUSED = {
    "not a scalar": (
        lambda x: (x * 2).backward(),
        GraphError,
        r"shape \(2,\) has no single gradient\. Write t\.sum\(\)\.backward\(\).* t\.backward\(gradient=…\) with .* shape \(2,\)",
    ),
    "a constant": (
        lambda x: Tensor([1, 2]).sum().backward(),
        GraphError,
        r"not depend on anything that requires a gradient.*Tensor\(data, requires_grad=True\).*no_grad\(\) or after detach",
    ),
    "not recorded": (lambda x: under_no_grad(x).backward(), GraphError, "does not depend on anything that requires a gradient"),
    "detached": (lambda x: x.detach().sum().backward(), GraphError, "does not depend on anything that requires a gradient"),
    "shape of gradient": (
        lambda x: (x * 2).backward(np.ones((2, 1))),
        ShapeError,
        r"gradient must have the shape of the Tensor, \(2,\), got \(2, 1\)",
    ),
    "dtype of gradient": (
        lambda x: (x * 2).backward([1j, 1]),
        DTypeError,
        "gradient must have the dtype of the Tensor, float64, got complex128",
    ),
    "complex": (
        lambda x: (x * 1j).sum().backward(),
        GraphError,
        r"complex result has no single gradient\. Write np\.real\(t\)\.backward\(\)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_refusals_are_told_apart(case):
    run, error, message = REFUSED[case]
    x = leaf([1.0, 2.0], name="x")
    with pytest.raises(error, match=message):
        run(x)
    assert x.grad is None


def test_the_gradient_of_a_result_warns_once_and_tells_of_retain_grad():
    x = leaf(2.0)
    y = x * x
    with pytest.warns(UserWarning, match=r"\.grad of the result of multiply is None.*Call t\.retain_grad\(\) before") as caught:
        assert y.grad is None
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_no_warning_for_leaves_constants_and_retained_results():
    x, constant = leaf(2.0), Tensor(1.0)
    y = x * constant
    y.retain_grad()
    assert (x.grad, constant.grad, y.grad) == (None, None, None)
    y.backward()
    assert y.grad == 1
    assert x.grad == 1


def test_what_a_leaf_is():
    x = leaf(2.0)
    assert x.is_leaf
    assert Tensor(1.0).is_leaf
    assert (Tensor(1.0) * 2).is_leaf
    assert not (x * 2).is_leaf
    with pytest.raises(GraphError, match=r"requires_grad of the result of multiply cannot be set.*Write t\.detach\(\)"):
        (x * 2).requires_grad = False
    with pytest.raises(GraphError, match=r"data of the result of multiply cannot be set.*t\.detach\(\)"):
        (x * 2).data = 1.0


def test_create_graph_gives_tensors_also_for_a_constant_derivative():
    x = Tensor([1.5, 2.5], requires_grad=True)
    np.sum(np.floor(x)).backward(create_graph=True)
    assert isinstance(x.grad, Tensor)
    np.sum(x * 2).backward(create_graph=True)
    assert isinstance(x.grad, Tensor)
    np.testing.assert_array_equal(x.grad.detach().numpy(), [2, 2])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_a_node_has_the_operands_that_are_part_of_the_graph_in_their_order(count):
    leaves = [Tensor([float(i), 2.0], requires_grad=True) for i in range(count)]
    out = np.stack([leaves[0], np.ones(2), *leaves[1:]])
    assert out._node.parents == tuple(leaf._node for leaf in leaves)
    out.backward(np.arange(2.0 * count + 2).reshape(count + 1, 2))
    rows = [0, *range(2, count + 1)]
    assert [leaf.grad.tolist() for leaf in leaves] == [[2.0 * i, 2.0 * i + 1] for i in rows]


@pytest.mark.parametrize("recorded", list(itertools.product([False, True], repeat=3)))
def test_a_function_of_three_tensors_of_which_some_require_gradients(recorded):
    x, w, b = (Tensor(np.full(shape, 2.0), requires_grad=on) for shape, on in zip([(5, 3), (4, 3), (4,)], recorded, strict=True))
    for _ in range(2):  # the second call of these types
        out = linear(x, w, b)
        assert out.requires_grad == any(recorded)
        with no_grad():
            assert not linear(x, w, b).requires_grad
        if any(recorded):
            out.sum().backward()
    for one, on, gradient in zip((x, w, b), recorded, (2 * 4, 2 * 5, 5), strict=True):
        assert (one.grad is not None) == on
        if on:
            np.testing.assert_array_equal(one.grad, np.full(one.shape, 2.0 * gradient))
