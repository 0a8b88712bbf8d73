"""Ctrl-C while a step is recorded, at every call of it: model, names and modes are what they were, and training goes on."""

import builtins
import math

import numpy as np
import pytest

import nn
from autograd_core import capture
from autograd_core.capturing.recording import session
from autograd_core.capturing.recording.recorder import Recorder
from autograd_core.graph.modes import anomaly, recording
from nn import optim
from tests.capture.common import replays

r = np.random.default_rng(0)
X, Y = r.normal(size=(4, 3)), r.normal(size=(4, 1))


def training():
    model = nn.Sequential(nn.Linear(3, 2, generator=0), nn.Tanh(), nn.Dropout(0.5, generator=1), nn.Linear(2, 1, generator=2))
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    state = {"n": 0, "mean": np.zeros(())}

    def step(x, y):
        state["n"] += 1
        optimizer.zero_grad()
        loss = np.mean((model(np.asarray(x)) - y) ** 2) * math.sqrt(state["n"])
        loss.backward()
        optimizer.step()
        state["mean"][...] = 0.9 * state["mean"] + 0.1 * loss.detach().numpy()
        return loss.detach()

    return step, model, optimizer, state


def shown(model, optimizer, state):
    arrays = [*model.state_dict().values(), *(p.grad for p in model.parameters())]
    moments = [array for kept in optimizer.state.values() for array in kept.values()]
    return [np.array(value) for value in (*arrays, *moments, state["n"], state["mean"])]


def count_calls():
    step, *_ = training()
    fast = capture(step, strict=True)
    fast(X, Y)
    before, calls = Recorder.note, []
    Recorder.note = lambda self, *args: (calls.append(1), before(self, *args))[1]
    try:
        fast(X, Y)
    finally:
        Recorder.note = before
    return len(calls)


CALLS = count_calls()


@pytest.mark.parametrize("at", range(1, CALLS + 1, 3))
def test_an_interrupt_at_a_call(at, monkeypatch):
    step, *world = training()
    eager, *twin = training()
    fast = capture(step, strict=True)
    fast(X, Y)
    eager(X, Y)
    names = (print, math.sqrt, np.asarray, np.array, step.__globals__["np"], step.__globals__["math"])
    before, count = Recorder.note, iter(range(1, CALLS + 1))

    def note(self, *args):
        if next(count) == at:
            raise KeyboardInterrupt
        return before(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "note", note)
        with pytest.raises(KeyboardInterrupt):
            fast(X, Y)
    eager(X, Y)  # the step itself had run before it was recorded
    assert (builtins.print, math.sqrt, np.asarray, np.array, np, math) == names
    assert recording.get() is True
    assert anomaly.get() is None
    assert not session.TURN.holder
    for a, b in zip(shown(*world), shown(*twin), strict=True):
        assert type(a) is np.ndarray
        np.testing.assert_array_equal(a, b)
    for _ in range(3):
        fast(X, Y)
        eager(X, Y)
    for a, b in zip(shown(*world), shown(*twin), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    replays(fast, X, Y)
