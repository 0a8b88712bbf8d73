"""Whether all that a step reaches is unchanged is asked in two ways: by columns at first, by tests that are compiled later."""

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.capturing.replay import unchanged

X = np.array([1.0, 2.0, 3.0])
SOON = 5  # replays


class Bag:
    rate = 1.0

    def __init__(self):
        self.scale, self.items = 2.0, [3.0]


CHANGES = {  # what is reached, in each kind of place that there is: a dict, a list, a class, a cell, a default, a function's code
    "attribute": lambda bag, of, value: setattr(bag, "scale", value),
    "dict": lambda bag, of, value: vars(bag).update(scale=value),
    "item": lambda bag, of, value: bag.items.__setitem__(0, value),
    "class": lambda bag, of, value: setattr(Bag, "rate", value),
    "more items": lambda bag, of, value: bag.items.append(value),
    "another list": lambda bag, of, value: setattr(bag, "items", [value]),
    "default": lambda bag, of, value: setattr(of, "__defaults__", (value,)),
    "code": lambda bag, of, value: setattr(of, "__code__", (lambda x, by=1.0: x * by * 7.0).__code__),
    "new global": lambda bag, of, value: of.__globals__.__setitem__("sum", lambda items: value),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("at", [3, SOON + 1, SOON + 2, SOON + 3, SOON + 6])
def test_a_change_is_seen_whenever_it_is_made(change, at, monkeypatch):
    monkeypatch.setattr(unchanged, "ENOUGH", SOON)
    monkeypatch.setattr(Bag, "rate", 1.0)
    monkeypatch.setitem(globals(), "sum", sum)
    monkeypatch.delitem(globals(), "sum")  # as it is again in the end
    bag = Bag()

    def of(x, by=4.0):
        return x * by

    step = lambda x: of(x) * bag.scale * bag.rate + sum(bag.items)
    fast = capture(step, strict=True)
    for i in range(at + 3):
        if i == at:
            before = step(X)
            CHANGES[change](bag, of, 5.0)
            assert not np.array_equal(step(X), before)
        np.testing.assert_array_equal(fast(X), step(X))
    if at > SOON + 2:
        assert fast._programs[-1].guard.unchanged.columns is None  # tests have taken their place


@pytest.mark.parametrize("held", [1, 2])
def test_each_set_of_buffers_asks_in_the_same_way(held, monkeypatch):
    """Of which there are several if somebody holds on to gradients."""
    monkeypatch.setattr(unchanged, "ENOUGH", SOON)
    w, box = Tensor([1.0, 2.0, 3.0], requires_grad=True), {"scale": 2.0}

    @capture(strict=True)
    def step(x):
        w.grad = None
        np.sum(w * x * box["scale"]).backward()

    gradients = []
    for i in range(3 * SOON):
        if i == 2 * SOON:
            box["scale"] = 3.0
        step(X)
        gradients = [*gradients[-held:], w.grad]
        np.testing.assert_array_equal(w.grad, X * box["scale"])
    asked = {run.__globals__["changed"] for program in step._programs for run in program.runs}
    assert len(asked) == len(step._programs)
