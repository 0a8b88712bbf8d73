"""Updates of parameters in flat arrays: which arrays move, who can tell, what stays as it is."""

import copy
import pickle
from itertools import pairwise

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture
from autograd_core.capturing.passes import PASSES, cleaning, updates
from autograd_core.capturing.replay.gathering import BLOCK, LONG
from nn import optim
from tests.capture.common import NATIVE, Twins, equal, replays

r = np.random.default_rng(0)
X, Y = r.normal(size=(5, 3)), r.normal(size=(5, 2))
OPTIMIZERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01, amsgrad=True),
}


def net(sizes=(3, 8, 2), dtype=np.float64, optimizer=OPTIMIZERS["Adam"]):
    """make() for Twins: a step of a net, and all its state."""

    def make():
        layers = []
        for n_in, n_out in pairwise(sizes):
            layers += [nn.Linear(n_in, n_out, dtype=dtype), nn.Tanh()]
        model = nn.Sequential(*layers[:-1])
        for i, p in enumerate(model.parameters()):
            p.data = np.random.default_rng(i).normal(size=p.shape).astype(dtype) / 3
        trained = optimizer(model.parameters())

        def step(x, y):
            trained.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            trained.step()
            return loss.detach()

        step.model, step.optimizer = model, trained
        return step, dict(model.named_parameters())

    return make


def bases(captured_state):
    return {id(p._value.base) for p in captured_state.values()}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_all_parameters_are_updated_by_the_calls_for_one(optimizer):
    """As many calls for four layers as for one, and what an optimizer keeps is the same array for all, too."""
    counts = []
    for sizes in ((3, 8, 2), (3, 8, 8, 8, 2)):
        both = Twins(net(sizes, optimizer=optimizer))
        for _ in range(4):
            both(X, Y)
        update = str(both.captured.program).split("calls\n")[1]
        counts.append(sum(" arrays as one" in line for line in update.splitlines()))
        assert len(bases(both.captured_state)) == 1
        for p in both.captured_state.values():
            assert p._value.base is not None
    assert counts[0] == counts[1] > 0


def test_what_is_done_for_one_parameter_alone_stays():
    def make():
        p = [Tensor(r.normal(size=(3, 2)), requires_grad=True), Tensor(np.ones(2), requires_grad=True)]
        p[0].data = np.arange(6.0).reshape(3, 2)

        def step(x, y):
            for one in p:
                one.grad = None
            np.mean((x @ p[0] + p[1] - y) ** 2).backward()
            p[0].data -= 0.1 * p[0].grad
            p[1].data -= 0.2 * p[1].grad  # another number

        return step, {"W": p[0], "b": p[1]}

    both = Twins(make)
    for _ in range(4):
        both(X, Y)
    assert all(p._value.base is None for p in both.captured_state.values())


def test_other_batch_sizes_find_the_parameters_where_they_are():
    both = Twins(net())
    for k in range(12):
        both(*((X, Y) if k % 3 else (X[:2], Y[:2])))
    replays(both.captured, X, Y)
    replays(both.captured, X[:2], Y[:2])
    assert len(bases(both.captured_state)) == 1
    assert "arrays as one" in str(both.captured.program)


def test_arrays_that_somebody_else_holds_do_not_move():
    make = net()
    step, state = make()
    twin, expected = make()
    held = [p.data for p in state.values()]
    views = [p.data[:1] for p in state.values()]
    fast = capture(step, strict=True)
    for _ in range(5):
        equal(fast(X, Y), twin(X, Y))
    for p, array, view in zip(state.values(), held, views, strict=True):
        assert p._value is array
        np.testing.assert_array_equal(view, array[:1])
    equal(state, expected)


@pytest.mark.parametrize("places", [(0, 3, 7, 12), (7, 0, 3, 12), (1, 3, 7, 12), (0, 4, 7, 12)])
def test_arrays_that_are_parts_of_the_users_own_stay_there(places):
    """One after the other, without a gap, they are updated at once, else each alone; the user's array sees it."""
    sizes = {0: 3, 3: 4, 7: 5, 1: 2, 4: 3}

    def make():
        whole = np.zeros(12)
        means = [whole[start : start + sizes[start]] for start in places[:3]]

        def step(*values):
            for mean, new in zip(means, values, strict=True):
                mean += 0.1 * (new * 2 - mean)
            return means[0].sum()

        return step, {"whole": whole, "means": means}

    both = Twins(make)
    for k in range(5):
        both(*(np.full(len(mean), float(k)) for mean in both.state["means"]))
    assert all(mean.base is both.captured_state["whole"] for mean in both.captured_state["means"])
    assert ("3 arrays as one" in str(both.captured.program)) == (4 not in places)


def test_new_arrays_are_found_and_then_moved():
    both = Twins(net())
    for k in range(9):
        if k == 4:
            for state in (both.state, both.captured_state):
                for i, p in enumerate(state.values()):
                    p.data = np.random.default_rng(10 + i).normal(size=p.shape)
        both(X, Y)
    replays(both.captured, X, Y)


@pytest.mark.parametrize("sizes", [(3, 2), (3, 8, 2)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_one_new_array_among_parts_of_a_flat_one(optimizer, sizes):
    both = Twins(net(sizes, optimizer=optimizer))
    for k in range(9):
        if k == 4:
            for state in (both.state, both.captured_state):
                p = next(iter(state.values()))
                p.data = np.ones(p.shape)
        both(X, Y)
    replays(both.captured, X, Y)


def test_copies_and_files_hold_a_parameter_alone():
    both = Twins(net((3, 400, 2)))
    for _ in range(3):
        both(X, Y)
    largest = max(both.captured_state.values(), key=lambda p: p.size)
    whole = largest._value.base.nbytes
    array = largest.data
    assert copy.deepcopy(array).base is None
    assert len(pickle.dumps(array)) < whole
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(array)), array)


def test_gradients_that_are_clipped():
    """Each by the same factor: that is done at once, too."""

    def make():
        step, state = net()()
        model, trained = step.model, step.optimizer

        def clipped(x, y):
            trained.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            norm = optim.clip_grad_norm_(model.parameters(), 0.1)
            trained.step()
            return loss.detach(), norm

        return clipped, state

    both = Twins(make)
    for _ in range(5):
        both(X, Y)
    replays(both.captured, X, Y)


def test_a_gradient_that_is_held_on_to_is_not_written_over():
    """Also where it is only a view of a part of the flat array of all gradients."""
    both = Twins(net())
    for _ in range(3):
        both(X, Y)
    p = both.captured_state["0.weight"]
    view, before = p.grad[1:], p.grad[1:].copy()
    for _ in range(2):
        both(X * 2, Y)
    np.testing.assert_array_equal(view, before)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_long_updates_go_by_blocks(optimizer, dtype):
    """With a rest that is no whole block; temporaries are as long as a block. Large weights are in Fortran's order then."""
    sizes = (61, LONG // 61 // np.dtype(dtype).itemsize + 7, 3)
    x, y = r.normal(size=(9, 61)).astype(dtype), r.normal(size=(9, 3)).astype(dtype)
    both = Twins(net(sizes, dtype, OPTIMIZERS[optimizer]))
    for _ in range(4):
        both(x, y)
    assert both.captured.program.program.sources[-1].value.dtype == dtype
    count = sum(p.size for p in both.captured_state.values())
    assert count % (BLOCK // np.dtype(dtype).itemsize)
    assert "def block1(" in both.captured.program.text
    weight = both.captured_state["0.weight"]._value
    assert weight.flags.f_contiguous
    grads = count * np.dtype(dtype).itemsize
    activations = sum(9 * n * np.dtype(dtype).itemsize for n in sizes)
    assert both.captured.program.run.writer.plan.nbytes < grads + 3 * LONG // 2 + 6 * activations


def test_a_value_of_the_update_that_is_returned():
    """Then it is whole, and no block's."""

    def make():
        w = [Tensor(np.ones(LONG // 8 + 5), requires_grad=True), Tensor(np.ones(3), requires_grad=True)]

        def step(x):
            for one in w:
                one.grad = None
            (np.sum(w[0] * x) + np.sum(w[1] ** 2)).backward()
            moved = [0.1 * one.grad for one in w]
            for one, by in zip(w, moved, strict=True):
                one.data -= by
            return moved[0]

        return step, {"a": w[0], "b": w[1]}

    both = Twins(make)
    for k in range(4):
        both(r.normal(size=LONG // 8 + 5) + k)


def test_lanes_that_read_each_other():
    """p and q change places: what is written into one is not made of itself, so nothing is joined that must not be."""

    def make():
        p, q = Tensor(np.arange(3.0), requires_grad=True), Tensor(np.ones(3), requires_grad=True)

        def step(x):
            old = p.data * 1.0
            p.data[...] = q.data * 0.5
            q.data[...] = old * 0.5
            return p.data + q.data + x

        return step, {"p": p, "q": q}

    both = Twins(make)
    for _ in range(5):
        both(np.ones(3))


def test_moments_without_gradients():
    """Running means of several arrays, of plain NumPy."""

    def make():
        means = {name: np.zeros(n) for name, n in (("a", 3), ("b", 4), ("c", 5))}

        def step(a, b, c):
            for mean, new in zip(means.values(), (a, b, c), strict=True):
                mean += 0.1 * (new * 2 - mean)
            return means["a"].sum()

        return step, means

    both = Twins(make)
    for k in range(5):
        both(*(np.full(n, float(k)) for n in (3, 4, 5)))
    replays(both.captured, np.zeros(3), np.zeros(4), np.zeros(5))
    assert "3 arrays as one" in str(both.captured.program)


@pytest.mark.parametrize("passes", [(updates.flat,), (updates.flat, updates.flat), PASSES[:-1]])
def test_the_pass_alone_and_twice(passes):
    both = Twins(net(), passes=(cleaning.direct, cleaning.shared, *passes))
    for _ in range(4):
        both(X, Y)
    assert "arrays as one" in str(both.captured.program)


@NATIVE
@pytest.mark.parametrize("kind", ["a net", "a long parameter", "an array"])
def test_what_is_read_only_by_now_is_not_written(kind, native):
    """NumPy's error, as from the step itself, also where the replay writes into views that it has cut before."""
    state, x = {"w": np.ones(7)}, np.linspace(0, 1, 20).reshape(5, 4)
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
    parameter = Tensor(np.linspace(-1, 1, LONG // 8 + 5), requires_grad=True)
    parameters = list(model.parameters()) if kind == "a net" else [parameter]
    optimizer = nn.optim.SGD(parameters, lr=0.1)

    def step():
        if kind == "an array":
            state["w"] *= 0.5
            return
        optimizer.zero_grad()
        ((model(x) if kind == "a net" else parameter) ** 2).sum().backward()
        optimizer.step()

    fast = capture(step, native=native)
    for _ in range(5):
        fast()
    array = state["w"] if kind == "an array" else parameters[0]._value
    before = array.copy()
    array.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        fast()
    np.testing.assert_array_equal(array, before)
    array.flags.writeable = True
    fast()
    assert not np.array_equal(array, before)
