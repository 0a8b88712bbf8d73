"""Views of a Tensor that a captured step changes: a replay, or a recording that is refused, leaves them as the step does."""

import numpy as np
import pytest

from autograd_core import Tensor, capture, no_grad
from tests.capture.common import NATIVE

pytestmark = pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning")
VIEWS = {
    "a view": lambda w: w.reshape(1, 1), "detached": lambda w: w.detach(),
    "a view of what is detached": lambda w: w.detach().reshape(1), "a view of a view": lambda w: w.reshape(1).reshape(()),
}  # fmt: skip


def exchange(w, value):
    w.data = w.data + value


def add_to_data(w, value):
    w.data += value


CHANGES = {
    "everything": lambda w, value: w.__setitem__(..., value), "other data": exchange, "data +=": add_to_data,
    "+=": lambda w, value: w.__iadd__(value), "fill": lambda w, value: w.fill(3),
    "detached": lambda w, value: w.detach().fill(value),
}  # fmt: skip


def history(wrap, shape, requires_grad, view, change, made_at):
    w = Tensor(np.full(shape, 2.0), requires_grad=requires_grad)
    other, found = None, []

    def step(x):
        with no_grad():
            change(w, x.sum())
        return (x * w).detach()

    step = wrap(step)
    for i in range(7):
        if i == made_at:
            other = view(w)
        found += step(np.ones(2) * i).tolist()
        if i == 4:
            with no_grad():
                other[...] = 1.0
        found += [w.item(), None if other is None else other.item()]
    return found


@NATIVE
@pytest.mark.parametrize("made_at", [0, 3])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_views_from_outside(view, change, made_at, native):
    for shape in ((), (1,)):
        for requires_grad in (False, True):
            given = shape, requires_grad, view, change, made_at
            expected = history(lambda step: step, *given)
            assert history(lambda step: capture(step, native=native), *given) == expected
