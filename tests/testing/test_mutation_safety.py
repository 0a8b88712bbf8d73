"""Programs of computations, changes in place, views and backward passes, drawn at random: an error, or the right gradient.

The right one comes from `Copy`, which computes the derivative forward, in arrays that NumPy itself changes in place, and
copies whatever a computation makes, so that no later change can reach what was computed before.
"""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from autograd_core import Tensor, detect_anomaly, no_grad
from autograd_core.errors import GraphError
from autograd_core.testing.strategies import indices

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others

SHAPE = (2, 3)
LIMIT = 1e4  # what grows beyond is not worth comparing
MOST = 16  # Tensors alive at once

COMPUTATIONS = {  # what rules save: both operands, the result, an operand, nothing, a condition
    "a * b": (2, lambda a, b: a * b, lambda a, b: [b, a]),
    "a + b": (2, lambda a, b: a + b, lambda a, b: [np.ones(()), np.ones(())]),
    "a / (1 + b²)": (2, lambda a, b: a / (1 + b * b), lambda a, b: [1 / (1 + b * b), -2 * a * b / (1 + b * b) ** 2]),
    "a where b > 0": (2, lambda a, b: np.where(_value(b) > 0, a, 0.0), lambda a, b: [np.where(b > 0, 1.0, 0.0), np.zeros(())]),
    "sin a": (1, lambda a: np.sin(a), lambda a: [np.cos(a)]),
    "tanh a": (1, lambda a: np.tanh(a), lambda a: [1 - np.tanh(a) ** 2]),
}
VIEWS = {
    "row": lambda t: t[0],
    "last": lambda t: t[-1:],
    "reversed": lambda t: t[::-1],
    "transpose": lambda t: np.transpose(t),
    "flat": lambda t: np.reshape(t, -1),
    "new axis": lambda t: t[None],
    "everything": lambda t: t[...],
}
REFUSED = ["of the leaf", "into the leaf"]  # changes that are an error at once, and change nothing
NOTICED = "was changed"
BEHIND = "was then changed in place, but not through a Tensor"
RELEASED = "second pass through the graph"


def _value(t):
    return t.detach().numpy() if isinstance(t, Tensor) else t


class Copy:
    """A value, and its derivatives by each element of the leaves: `tangents`, arrays of its shape."""

    def __init__(self, value, tangents):
        self.value, self.tangents = value, tangents

    def through(self, function):
        """What a function that makes views makes of it: arrays that share its memory."""
        return Copy(np.asarray(function(self.value)), [np.asarray(function(tangent)) for tangent in self.tangents])

    def write(self, index, other):
        value, tangents = np.copy(other.value), [np.copy(tangent) for tangent in other.tangents]
        self.value[index] = value
        for mine, its in zip(self.tangents, tangents, strict=True):
            mine[index] = its

    def constant(self, value):
        return Copy(np.asarray(value), [np.zeros(()) for _ in self.tangents])


def computed(name, copies):
    _, function, derivative = COMPUTATIONS[name]
    values = [copy.value for copy in copies]
    value = function(*values)
    rows = zip(*[copy.tangents for copy in copies], strict=True)
    slopes = derivative(*values)
    whole = np.zeros(value.shape)
    tangents = [sum((d * part for d, part in zip(slopes, parts, strict=True)), whole) for parts in rows]
    return Copy(np.array(value), [np.array(tangent) for tangent in tangents])


def expect_words(error, allowed):
    assert any(words in str(error) for words in allowed), error


class Changes(RuleBasedStateMachine):
    """Changes through Tensors only. They are noticed everywhere."""

    def __init__(self):
        super().__init__()
        self.pairs = []  # (Tensor, Copy)
        self.released = self.edited = self.behind = False

    @initialize(seed=st.integers(0, 9))
    def start(self, seed):
        r = np.random.default_rng(seed)
        self.shapes = [SHAPE, SHAPE[1:]]
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        self.leaves, self.expected = [], [np.zeros(shape) for shape in self.shapes]
        for i, shape in enumerate(self.shapes):
            value = r.uniform(-1, 1, shape)
            t = Tensor(value, requires_grad=True, name=f"leaf {i}")
            tangents = [np.zeros(shape) for _ in range(sum(sizes))]
            for k in range(sizes[i]):
                tangents[sum(sizes[:i]) + k].flat[k] = 1
            self.leaves.append((t, Copy(value.copy(), tangents)))
        self.array = r.uniform(-1, 1, SHAPE)  # the user's own
        constant = Copy(self.array.copy(), [np.zeros(SHAPE) for _ in range(sum(sizes))])
        self.pairs = [*self.leaves, (Tensor(self.array, name="constant"), constant)]

    def pick(self, i):
        return self.pairs[i % len(self.pairs)]

    def keep(self, t, copy):
        if np.max(np.abs(copy.value), initial=0) < LIMIT and max(np.max(np.abs(d), initial=0) for d in copy.tangents) < LIMIT:
            self.pairs.append((t, copy))
            if len(self.pairs) > MOST:
                del self.pairs[3]  # not a leaf or the constant

    numbers = st.integers(0, 50)

    @rule(name=st.sampled_from(sorted(COMPUTATIONS)), i=numbers, j=numbers)
    def compute(self, name, i, j):
        chosen = [self.pick(i), self.pick(j)][: COMPUTATIONS[name][0]]
        try:
            np.broadcast_shapes(*[copy.value.shape for _, copy in chosen])
        except ValueError:
            return
        self.keep(COMPUTATIONS[name][1](*[t for t, _ in chosen]), computed(name, [copy for _, copy in chosen]))

    @rule(name=st.sampled_from(sorted(VIEWS)), i=numbers)
    def view(self, name, i):
        t, copy = self.pick(i)
        if copy.value.ndim:
            self.keep(VIEWS[name](t), copy.through(VIEWS[name]))

    @rule(i=numbers, data=st.data())
    def choose(self, i, data):
        t, copy = self.pick(i)
        index = data.draw(indices(copy.value.shape))
        found = t[index]
        if found.size and found.ndim:
            self.keep(found, copy.through(lambda array: array[index]))

    def change(self, t, copy, index, new, do):
        """Do it to the Tensor, and to the copy unless it was refused as a change of a leaf."""
        largest = max(np.max(np.abs(array), initial=0) for array in (new.value, *new.tangents))
        if largest > LIMIT or copy.value.ndim == 0:
            return
        try:
            do()
        except GraphError as error:
            expect_words(error, REFUSED)
            return
        copy.write(index, new)

    @rule(i=numbers, j=numbers, number=st.sampled_from([None, 0.5, -1.0]), data=st.data())
    def assign(self, i, j, number, data):
        t, copy = self.pick(i)
        index = data.draw(indices(copy.value.shape))
        other, new = self.pick(j) if number is None else (number, copy.constant(number))
        try:
            copy.value.copy()[index] = new.value
        except (ValueError, TypeError):  # what NumPy refuses
            with pytest.raises((ValueError, TypeError, GraphError)):
                t[index] = other
            return
        if not writes_once(copy.value.shape, index):
            return  # of several values for one element NumPy does not say which one stays

        def do():
            t[index] = other

        self.change(t, copy, index, new, do)

    @rule(i=numbers, j=numbers, way=st.sampled_from(["+=", "*=", "out="]))
    def change_whole(self, i, j, way):
        (t, copy), (other, its) = self.pick(i), self.pick(j)
        if not fits(its.value.shape, copy.value.shape):
            return
        new = computed("a + b" if way == "+=" else "a * b", [copy, its])

        def do():
            same = t
            if way == "+=":
                same += other
            elif way == "*=":
                same *= other
            else:
                np.multiply(t, other, out=t)
            assert same is t

        self.change(t, copy, ..., new, do)

    @rule(i=numbers, way=st.sampled_from(["scale", "replace", "no_grad"]))
    def change_data(self, i, way):
        t, copy = self.pick(i)
        if not t.is_leaf or not copy.value.ndim:
            return
        if not t.data.flags.writeable or np.max(np.abs(copy.value), initial=0) > LIMIT:
            return
        self.edited = True
        if way == "scale":
            t.data *= -0.75
            copy.value *= -0.75
        elif way == "replace":
            t.data = t.data - 0.25
            copy.value = copy.value - 0.25
        elif t.requires_grad:
            with no_grad():
                t[..., 0] = 0.5
            copy.value[..., 0] = 0.5

    def backward(self, i, retain):
        t, copy = self.pick(i)
        if not t.requires_grad:
            return
        weights = np.arange(1.0, t.size + 1).reshape(t.shape)
        before = [None if leaf.grad is None else leaf.grad.copy() for leaf, _ in self.leaves]
        try:
            t.backward(weights, retain_graph=retain)
        except GraphError as error:
            expect_words(error, [RELEASED] * self.released + [NOTICED] * self.edited + [BEHIND] * self.behind)
            for (leaf, _), old in zip(self.leaves, before, strict=True):  # all or nothing
                np.testing.assert_array_equal(leaf.grad, old)
            return
        self.released |= not retain
        gradient = np.array([np.sum(weights * tangent) for tangent in copy.tangents])
        start = 0
        for k, (leaf, _) in enumerate(self.leaves):
            self.expected[k] += gradient[start : start + leaf.size].reshape(leaf.shape)
            start += leaf.size
            found = np.zeros(leaf.shape) if leaf.grad is None else leaf.grad
            np.testing.assert_allclose(found, self.expected[k], rtol=1e-8, atol=1e-8 * (1 + np.max(np.abs(self.expected[k]))))

    @rule(i=numbers)
    def backward_once(self, i):
        self.backward(i, False)

    @rule(i=numbers)
    def backward_retaining(self, i):
        self.backward(i, True)

    @invariant()
    def values_agree(self):
        for t, copy in self.pairs:
            np.testing.assert_allclose(t.numpy(), copy.value, rtol=1e-12, atol=1e-12)


class ChangesBehindTheBack(Changes):
    """What NumPy can write into: inside detect_anomaly that is noticed too."""

    def __init__(self):
        super().__init__()
        self.mode = detect_anomaly(check_nan=False)
        self.mode.__enter__()

    def teardown(self):
        self.mode.__exit__(None, None, None)

    @rule(i=Changes.numbers, k=Changes.numbers, way=st.sampled_from(["data", "detach"]))
    def write_behind(self, i, k, way):
        t, _ = self.pick(i)
        array = t.data if way == "data" else t.detach().numpy()
        self.fill(array, k)

    @rule(k=Changes.numbers)
    def write_own_array(self, k):
        self.fill(self.array, k)

    def fill(self, array, k):
        if not array.flags.writeable or not array.ndim or not array.size:
            return
        array[np.unravel_index(k % array.size, array.shape)] = 0.125
        self.behind = True
        for t, copy in self.pairs:  # of all that now have another value: they are seen as NumPy shows them
            copy.value[...] = t.numpy()


def fits(shape, target):
    """Whether NumPy assigns `shape` into `target`."""
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False


def writes_once(shape, index):
    """Whether an index chooses no element twice."""
    count = np.zeros(shape)
    np.add.at(count, index, 1)
    return np.max(count, initial=0) <= 1


@pytest.mark.parametrize("machine", [Changes, ChangesBehindTheBack])
def test_any_program_of_changes_fails_or_is_right(machine):
    run_state_machine_as_test(machine, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))


# What the machines found once


def test_another_array_parts_a_tensor_from_its_views():
    base, x = Tensor(np.zeros(3)), Tensor([1.0, 2.0, 3.0], requires_grad=True)
    one, other, part = base[...], base[::-1], base[1:]
    inner = part[1:]
    base.data = np.full(3, 7.0)
    part.data = np.full(2, 5.0)
    base *= x
    one += x  # the views go on sharing the old memory, but for `part`
    other += 1
    for t, expected in ((base, [7, 14, 21]), (one, [2, 3, 4]), (other, [4, 3, 2]), (part, [5, 5]), (inner, [4])):
        np.testing.assert_array_equal(t.numpy(), expected)
    np.sum(one * [1.0, 10, 100] + base).backward()
    np.testing.assert_array_equal(x.grad, [8, 17, 107])


def test_a_view_of_what_a_leaf_was_still_cannot_be_changed():
    p = Tensor([1.0, 2.0], requires_grad=True)
    view = p[:1]
    p.data = [3.0, 4.0]
    with pytest.raises(GraphError, match="of the leaf"):
        view += 1
    np.testing.assert_array_equal(view.numpy(), [1])
    np.testing.assert_array_equal(p.data, [3, 4])
