"""Graphs go by reference counting alone, saved values as soon as they were used, and long chains take no stack."""

import gc
import itertools
import tracemalloc
import weakref
from contextlib import suppress

import numpy as np
import pytest

from autograd_core import Tensor, detect_anomaly, no_grad, primitive, vjp
from autograd_core.derivatives import partial
from autograd_core.graph.backward_pass import collect


@pytest.fixture(autouse=True)
def no_garbage_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def leaf(data=(0.5, -1.0, 2.0)):
    return Tensor(np.array(data), requires_grad=True)


@primitive("x | fails", x=lambda g: g.no_such_attribute)
def fails(x):
    return x * 1


def forward(w):
    return (np.tanh(w * w) / (w + 3) - w[0]).sum()


def step_plain(w):
    w.grad = None
    forward(w).backward()
    w.data -= 1e-3 * w.grad


def step_without_backward(w):
    forward(w)


def step_create_graph(w):
    w.grad = None
    forward(w).backward(create_graph=True)
    g, w.grad = w.grad, None
    (g * g).sum().backward()


def step_hooks(w):
    y = w * 2
    y.register_hook(lambda g: g * 2)
    y.retain_grad()
    handle = w.register_hook(lambda g: None)
    forward(y).backward()
    handle.remove()


def step_error_in_a_rule(w):
    with suppress(AttributeError):
        (fails(w * w) * w).sum().backward()


def step_refused(w):
    for wrong in (lambda: (w * w).backward(), lambda: np.asarray(w * w), lambda: w.__iadd__(1), lambda: w * np.ones(5)):
        with suppress(RuntimeError, TypeError, ValueError):
            wrong()


def step_in_place(w):
    y = w * 1
    y[0] = y[1] * 2
    y += w
    forward(y).backward()
    with no_grad():
        w *= 1.0


def step_functional(w):
    out, pullback = vjp(forward, w.numpy())
    pullback(out)


def step_anomaly(w):
    with detect_anomaly():
        step_plain(w)


STEPS = [step_plain, step_without_backward, step_create_graph, step_hooks, step_error_in_a_rule]
STEPS += [step_refused, step_in_place, step_functional, step_anomaly]
every_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)


@every_step
def test_steps_leave_no_reference_cycle(step):
    w = leaf()
    step(w)
    gc.collect()
    for _ in range(3):
        step(w)
    assert gc.collect() == 0


@every_step
def test_memory_is_flat_over_many_steps(step):
    w = leaf()
    for _ in range(20):
        step(w)
    tracemalloc.start()
    try:
        held = []
        for _ in range(4):
            for _ in range(300):
                step(w)
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    grown = [after - before for before, after in itertools.pairwise(held)]
    assert min(grown) < 300 * 4, f"{grown} bytes in 300 steps each"  # a leak is in all three; a cache that fills is in one


def test_an_intermediate_value_dies_with_the_loss():
    w = leaf()
    h = w * w
    node, tensor = weakref.ref(h._node), weakref.ref(h)
    loss = np.exp(h).sum()
    del h
    assert tensor() is None
    assert node() is not None
    del loss
    assert node() is None


def test_the_input_of_exp_dies_when_nobody_holds_it():
    w = leaf()
    h = w * w
    array = weakref.ref(h._value)
    y = np.exp(h)
    assert array() is not None
    del h
    assert array() is None
    y.sum().backward()


def test_backward_releases_each_node_before_the_next():
    alive = []
    y = leaf()
    refs = []

    def rule(g, out):
        alive.append(sum(ref() is not None for ref in refs))
        return g

    watch = primitive("x | ḡ", x=rule)(lambda x: x + 0)
    for _ in range(5):
        y = watch(y)
        refs.append(weakref.ref(y._value))
    loss = y.sum()
    del y
    loss.backward()
    assert alive == [5, 4, 3, 2, 1]


def test_a_result_keeps_no_graph_after_backward():
    w = leaf()
    total = Tensor(0.0)
    tracemalloc.start()
    try:
        for i in range(2100):
            loss = forward(w)
            loss.backward()
            total += loss
            if i == 100:
                before = tracemalloc.get_traced_memory()[0]
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 2000 * 1000
    assert np.isclose(total.item(), 2100 * forward(w).item())


# Long chains


def test_a_long_chain_is_built_differentiated_and_freed():
    n = 200_000
    x = leaf(1.0)
    y = x
    for _ in range(n):
        y = y * 1.00001
    node = weakref.ref(y._node)
    y.backward()
    assert np.isclose(x.grad, 1.00001**n, rtol=1e-9)
    del y
    assert node() is None
    y = x
    for _ in range(n):
        y = y + x
    del y  # never differentiated: the whole graph goes at once


def test_the_gradient_of_the_gradient_of_a_long_chain():
    n = 5000
    x = leaf(1.0)
    y = x
    for _ in range(n):
        y = y * x
    y.backward(create_graph=True)
    g, x.grad = x.grad, None
    assert g.item() == n + 1
    g.backward()
    assert x.grad == (n + 1) * n
    del y, g


def test_a_leaf_outlived_by_its_graph_takes_no_gradient():
    w, other = leaf(), leaf()
    loss = (w * other).sum()
    gone = weakref.ref(w)
    del w
    assert gone() is None
    loss.backward()
    np.testing.assert_array_equal(other.grad, [0.5, -1, 2])


# Indexing in a loop


def test_reading_every_element_takes_steps_in_proportion(monkeypatch):
    """Counted: one array of zeros for the gradient of all reads, whatever their number."""
    made = []
    zeros = np.zeros
    monkeypatch.setattr(partial.np, "zeros", lambda *args, **kwargs: made.append(args) or zeros(*args, **kwargs))
    x = leaf(np.arange(300.0))
    total = Tensor(0.0)
    for i in range(300):
        total = total + x[i] * i
    made.clear()
    total.backward()
    assert len(made) == 1
    np.testing.assert_array_equal(x.grad, np.arange(300.0))


def test_elements_added_to_a_sum_of_arrays_are_added_in_place(monkeypatch):
    dense = []
    monkeypatch.setattr(partial.Scattered, "dense", lambda self: dense.append(self))
    x = leaf(np.arange(300.0))
    reads = [x[i] for i in range(300)]  # made first, so that the pass comes to them last
    whole = x * 2 + x * 3
    total = whole.sum()
    for read in reads:
        total = total + read
    total.backward()
    assert not dense
    np.testing.assert_array_equal(x.grad, np.full(300, 6))


def test_nodes_of_one_shared_value_are_collected_once():
    y = leaf(1.0)
    for _ in range(60):
        y = y + y
    order, *_ = collect([y._node])
    assert len(order) == 60
    y.backward()
