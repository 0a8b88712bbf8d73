"""What a comparison of a replay with the step excuses: nothing but what rounding makes of gradients."""

import numpy as np
import pytest

from autograd_core.capturing.look.compare import alike, disagreement

G = np.array([1.0, -0.5])  # so that a gradient of 1 may be off by 1000 units in its last place, 2.2e-13
TINY = np.array([1e-9, 3e-9])


def first_that_differs(**changed):
    """The name in what the comparison says, if these are other values in the replay."""
    state = {"w": TINY, "w.grad": G, "moment": TINY, "statistics": np.array([1e-9, 2e-9, 3e-9]), "n": np.int64(3)}
    replayed = {name: value + changed.get(name, 0) for name, value in state.items()}
    answer = disagreement(None, None, list(state.items()), list(replayed.items()), lambda value: False)
    return answer and answer[0]


def test_the_same():
    assert first_that_differs() is None


@pytest.mark.parametrize(("name", "off", "excused"), [
    ("w.grad", 2e-13, True),
    ("w.grad", 1e-11, False),
    ("moment", 2e-13, True),  # a sum of gradients is as exact as they are
    ("moment", 1e-12, False),
    ("w", 2e-13, False),  # a parameter is no sum of them, nor is what has another shape
    ("statistics", 2e-13, False),
    ("n", 1, False),
])  # fmt: skip
def test_what_is_excused(name, off, excused):
    assert first_that_differs(**{name: off}) == (None if excused else name)


def test_what_an_optimizer_makes_of_noise_alone():
    """Adam divides by the size of a gradient: one of 1e-16 moves its parameter as far as one of 1."""
    state = [("w", np.array([1.0, 2.0])), ("w.grad", np.array([1.0, 1e-16]))]
    noise = [("w", np.array([1.0, 2.1])), ("w.grad", np.array([1.0, -1e-16]))]
    wrong = [("w", np.array([1.1, 2.0])), ("w.grad", np.array([1.0, 1e-16]))]
    assert disagreement(None, None, state, noise, lambda value: False) is None
    assert disagreement(None, None, state, wrong, lambda value: False)[0] == "w"


def test_short_floats_are_compared_too():
    """Half as much again is no rounding error, not even of float16."""
    for dtype in (np.float16, np.float32, np.float64):
        x = np.array([2.0, -4.0, 6.0], dtype)
        assert alike(x, x)
        assert alike(x, x * dtype(1 + 100 * np.finfo(dtype).eps * (dtype is not np.float16)))
        assert not alike(x, x * dtype(1.5))
        assert not alike(x, x * dtype(1.5), np.finfo(np.float16).eps)
