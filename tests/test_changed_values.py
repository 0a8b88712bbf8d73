"""Values changed between forward and backward: the pass fails and names them, or is right, and is never a wrong number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Tensor, detect_anomaly, no_grad
from autograd_core.errors import GraphError
from autograd_core.graph.edits import edits


def leaf(data, **kwargs):
    return Tensor(data, requires_grad=True, **kwargs)


def product(p, w):
    return (p * w).sum()


CHANGES = {
    "subtracting": lambda p: exec("p.data -= 1.0", {"p": p}),
    "setting": lambda p: setattr(p, "data", np.zeros(2)),
    "no_grad": lambda p: change_under_no_grad(p),
}


def change_under_no_grad(p):
    with no_grad():
        p[0] = 5.0


@pytest.mark.parametrize("change", CHANGES)
def test_a_leaf_changed_after_its_value_was_saved_is_named(change):
    p, w = leaf([1.0, 2.0], name="weight"), leaf([3.0, 4.0])
    loss = product(p, w)
    CHANGES[change](p)
    message = r"the Tensor 'weight' of shape \(2,\) was changed after multiply had saved its value.*Call backward\(\) before you"
    with pytest.raises(GraphError, match=message):
        loss.backward()
    assert w.grad is None
    loss = product(p, w)
    loss.backward()
    np.testing.assert_array_equal(w.grad, p.data)


def test_a_scalar_leaf_changed():
    s = leaf(2.0)
    y = s * s
    s.data -= 1
    with pytest.raises(GraphError, match=r"the Tensor of shape \(\) was changed after multiply"):
        y.backward()


def test_what_did_not_save_the_value_does_not_mind():
    p, w = leaf([1.0, 2.0]), Tensor([3.0, 4.0])
    for loss_of in (
        lambda p: (p + 1).sum(),
        lambda p: (-p).sum(),
        lambda p: (p * w).sum(),
        lambda p: np.exp(p).sum(),
        lambda p: p[0],
    ):
        loss = loss_of(p)
        p.data -= 0.5
        loss.backward()


def test_what_was_computed_after_the_change_does_not_mind():
    p = leaf([1.0, 2.0])
    for _ in range(3):
        p.grad = None
        (p * p).sum().backward()
        np.testing.assert_array_equal(p.grad, 2 * p.data)
        p.data -= 0.1 * p.grad


def test_a_change_is_seen_through_views():
    p, w = leaf(np.ones((2, 3)), name="p"), leaf(np.ones(6))
    y = (p.reshape(6) * w).sum()
    p.data *= 2
    with pytest.raises(GraphError, match=r"the Tensor 'p' of shape \(2, 3\) was changed after multiply"):
        y.backward()


def test_a_new_array_for_a_viewed_leaf_leaves_the_old_gradient_right():
    p, w = leaf(np.ones((2, 3)), name="p"), leaf(np.ones(6))
    y = (p.reshape(6) * w).sum()
    p.data = np.zeros((2, 3))
    y.backward()
    np.testing.assert_array_equal(w.grad, np.ones(6))


def test_a_constant_changed_in_place_is_noticed():
    p, c = leaf([1.0, 2.0]), Tensor(np.array([3.0, 4.0]), name="c")
    y = (p * c).sum()
    c.data *= 2
    with pytest.raises(GraphError, match=r"the Tensor 'c' of shape \(2,\) was changed after multiply"):
        y.backward()
    y = (p * c).sum()
    c.data = np.array([0.0, 0.0])
    y.backward()
    np.testing.assert_array_equal(p.grad, [6, 8])


def test_an_index_changed_in_place_is_noticed():
    p, at = leaf([1.0, 2.0, 3.0]), Tensor([0, 1], name="at")
    y = p[at, ...].sum()
    at.data += 1
    with pytest.raises(GraphError, match=r"the Tensor 'at' of shape \(2,\) was changed after getitem"):
        y.backward()


def test_the_line_of_a_changed_scalar_is_named_too():
    s = leaf(2.0)
    with detect_anomaly():
        y = s * s
        s.data -= 1  # the line
        with pytest.raises(GraphError, match=r"was changed \(.*s\.data -= 1  # the line\) after multiply"):
            y.backward()


def test_inside_detect_anomaly_both_lines_are_named():
    p = leaf([1.0, 2.0], name="p")
    with detect_anomaly():
        loss = (p * p).sum()  # the line that saved
        p.data -= 1.0  # the line that changed
        with pytest.raises(GraphError) as caught:
            loss.backward()
    message = str(caught.value)
    assert f"was changed ({__file__}:" in message
    assert "p.data -= 1.0  # the line that changed" in message
    assert "loss = (p * p).sum()  # the line that saved" in message


def test_of_two_changes_of_one_memory_the_last_counts():
    array = np.array([3.0, 4.0])
    p, whole, part = leaf([1.0, 2.0]), Tensor(array, name="whole"), Tensor(array[:1], name="part")
    part.data *= 2
    whole.data *= 2
    part.data *= 2
    y = p * 1
    loss = (y * whole).sum()
    loss.backward(retain_graph=True)
    part.data *= 2
    with pytest.raises(GraphError, match=r"the Tensor 'part' of shape \(1,\) was changed after multiply"):
        loss.backward()


def test_a_check_looks_through_the_edits_once(monkeypatch):
    p, c = leaf([1.0, 2.0]), Tensor([0.0, 0.0])
    y = p
    for _ in range(50):
        y = y * p
    c.data += 1
    looks = []
    search = type(edits)._edited_since
    monkeypatch.setattr(type(edits), "_edited_since", lambda self, number: looks.append(number) or search(self, number))
    y.sum().backward()
    assert len(looks) == 1


# Any program of computations and changes

kinds = st.sampled_from(["multiply", "add", "view", "assign", "add in place", "edit", "replace", "no_grad", "write a constant"])
statements = st.lists(st.tuples(kinds, *[st.integers(0, 20)] * 2), min_size=2, max_size=14)


class Dual:
    """A value and its derivative in one direction, in arrays that NumPy itself changes in place: what is right at every step."""

    def __init__(self, value, tangent):
        self.value, self.tangent = value, tangent

    def write(self, index, other):
        self.value[index], self.tangent[index] = other.value, other.tangent


def execute(statements, leaves, constant, tangents):
    """Run the program on Tensors and on duals; all of both, and whether a value was changed from outside of the graph."""
    pairs = [(t, Dual(t.numpy().copy(), tangent.copy())) for t, tangent in zip(leaves, tangents, strict=True)]
    pairs.append((constant, Dual(constant.numpy().copy(), np.zeros(3))))
    sources, edited = len(pairs), False
    for kind, i, j in statements:
        (a, ca), (b, cb) = pairs[i % len(pairs)], pairs[j % len(pairs)]
        if kind == "multiply":
            pairs.append((a * b, Dual(ca.value * cb.value, ca.tangent * cb.value + ca.value * cb.tangent)))
        elif kind == "add":
            pairs.append((a + b, Dual(ca.value + cb.value, ca.tangent + cb.tangent)))
        elif kind == "view":
            pairs.append((a[::-1].reshape(3), Dual(ca.value[::-1].reshape(3), ca.tangent[::-1].reshape(3))))
        elif kind in ("assign", "add in place"):
            try:
                if kind == "assign":
                    a[1:] = b[:2]
                else:
                    a += b
            except GraphError as error:  # a leaf, or a view of one
                if "of the leaf" in str(error) or "into the leaf" in str(error):
                    continue
                raise
            if kind == "assign":
                ca.write(slice(1, None), Dual(cb.value[:2], cb.tangent[:2]))
            else:
                ca.write(..., Dual(ca.value + cb.value, ca.tangent + cb.tangent))
        elif kind == "write a constant":  # into a result or a constant; into a leaf it is the kind "no_grad"
            if not any(t.requires_grad and np.shares_memory(a.numpy(), t.numpy()) for t, _ in pairs[:sources]):
                with no_grad():
                    a[1:] = b[:2]
                ca.write(slice(1, None), Dual(cb.value[:2], 0.0))
        else:
            t, c = pairs[i % sources]
            edited = True
            if kind == "edit" and t.is_leaf:
                t.data *= 2
                c.value *= 2
            elif kind == "replace" and t.requires_grad and t.is_leaf:
                t.data = t.data - 1
                c.value = c.value - 1
            elif kind == "no_grad" and t.requires_grad and t.is_leaf:
                with no_grad():
                    t[2] = 0.5
                c.value[2] = 0.5
    return pairs, edited


@given(statements)
def test_any_program_of_changes_fails_or_is_right(statements):
    r = np.random.default_rng(3)
    leaves, constant = [leaf(r.uniform(0.5, 1.5, 3)) for _ in range(2)], Tensor(r.uniform(0.5, 1.5, 3))
    tangents = [r.standard_normal(3) for _ in leaves]
    pairs, edited = execute(statements, leaves, constant, tangents)
    for t, dual in pairs:
        np.testing.assert_allclose(t.numpy(), dual.value)
    out, expected = pairs[-1]
    if not out.requires_grad:
        return
    g = r.standard_normal(3)
    try:
        out.backward(g)
    except GraphError as error:
        if edited and "was changed after" in str(error):
            return
        raise
    found = sum(np.sum(t.grad * tangent) for t, tangent in zip(leaves, tangents, strict=True) if t.grad is not None)
    np.testing.assert_allclose(found, np.sum(g * expected.tangent), rtol=1e-9, atol=1e-9)
