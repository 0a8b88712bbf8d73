"""Ctrl-C in the middle of a call, of a recording, of what puts everything back: nothing is left behind."""

import math
import subprocess
import sys

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.graph.modes import anomaly, recording
from tests.capture.fuzz.compare import left_behind

PARTS = 25  # how many places are tried, evenly over all


def training():
    """A step that counts, its parameter, its counter."""
    w, count = Tensor(np.array([1.0, 2.0, 3.0]) / 10, requires_grad=True), {"n": 0}

    def step(x):
        w.grad = None
        count["n"] += 1
        np.sum(np.tanh(w * x) ** 2).backward()
        w.data -= 0.1 * w.grad / count["n"]

    return step, w, count


def interrupted(fast, at, inside):
    """Four calls, with a KeyboardInterrupt at the `at`th event for which inside(frame, event) is true; how many there were."""
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        if inside(frame, event):
            count += 1
            if count == at:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for _ in range(4):  # as it is, recorded, replayed
            fast(np.ones(3))
    except KeyboardInterrupt:
        assert count == at
    finally:
        sys.settrace(before)
    return count


def module_of(frame):
    return frame.f_globals.get("__name__", "")


def in_the_step(frame, event):
    return event == "line" and frame.f_code.co_name == "step"


def in_capture(frame, event):
    return event == "call" and module_of(frame).startswith("autograd_core.capturing")


def where_it_is_called():
    """Any line of the modules that call the step, of which one records it."""
    found = set()

    def look(frame, event):
        if event == "call" and frame.f_code.co_name == "step" and frame.f_back is not None:
            found.add(module_of(frame.f_back))
        return False

    interrupted(capture(training()[0]), None, look)
    return lambda frame, event: event == "line" and module_of(frame) in found


def leaves_nothing_behind(inside):
    """Raise AssertionError for what an interrupt leaves; and training must go on from where it was."""
    events = interrupted(capture(training()[0]), None, inside)
    assert events >= 5
    for at in sorted({1 + part * events // PARTS for part in range(PARTS)}):
        step, w, count = training()
        fast, originals = capture(step), (np.asarray, np.array, print, math.exp)
        interrupted(fast, at, inside)
        assert (np.asarray, np.array, print, math.exp) == originals, f"functions are replaced after an interrupt at {at}"
        assert recording.get() is True, f"recording is switched after an interrupt at {at}"
        assert anomaly.get() is None, f"detect_anomaly is switched after an interrupt at {at}"
        for value in (w.data, w.grad, w._value, count["n"]):
            assert not left_behind(value), f"a stand-in is left after an interrupt at {at}"
        eager, v, counted = training()
        v.data, counted["n"] = w.data.copy(), count["n"]
        for _ in range(4):
            fast(np.ones(3))
            eager(np.ones(3))
            assert np.allclose(w.data, v.data, rtol=1e-12), f"another step after an interrupt at {at}"
            assert count == counted, f"another count after an interrupt at {at}"
        assert fast.program is not None, f"nothing is recorded any more after an interrupt at {at}"


@pytest.mark.parametrize("inside", ["in_the_step", "in_capture", "where_it_is_called()"])
def test_an_interrupt_leaves_nothing_behind(inside):
    """In a process of its own, since a lock that stays held would fail all tests that follow."""
    code = f"from tests.capture.test_interrupts import *; leaves_nothing_behind({inside})"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
