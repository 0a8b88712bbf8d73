"""An LSTM of plain arrays: the calls of `lstm_states`, to the last bit, with results that go straight to their places.

Stacks of what the steps made are a fifth of the time there. A step that is captured has no arrays to write into: a replay gives
each result its place itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any


def forward(gates: Any, state: Any, turned: Any, scale: Any, shift: Any) -> tuple[Any, Any, Any]:
    """All states, the four gates and tanh c of each step. `gates` and `turned` are scaled."""
    n = state.shape[-1] // 2
    steps, batch, _ = gates.shape
    states, acts = np.empty((steps, batch, 2 * n), gates.dtype), np.empty(gates.shape, gates.dtype)
    tanhs = np.empty((steps, batch, n), gates.dtype)
    h, c = state[:, :n], state[:, n:]
    for given, a, tanh, out in zip(gates, acts, tanhs, states, strict=True):
        np.matmul(h, turned, out=a)
        a += given
        np.tanh(a, out=a)
        a *= scale
        a += shift
        h, before, c = out[:, :n], c, out[:, n:]
        np.multiply(a[:, n : 2 * n], before, out=c)
        c += a[:, :n] * a[:, 2 * n : 3 * n]
        np.tanh(c, out=tanh)
        np.multiply(a[:, 3 * n :], tanh, out=h)
    return states, acts, tanhs


def backward(g: Any, acts: Any, tanhs: Any, before: Any, weight: Any) -> tuple[Any, Any]:
    """The gradients of the gates and of the first state. `before` are the cells that the steps started from."""
    steps, batch, n = tanhs.shape
    i, f, u, o = (acts[..., k * n : (k + 1) * n] for k in range(4))
    by = (acts * (1 - acts)).reshape(steps, batch, 4, n)  # what the gradients of c, and for the last gate of h are multiplied by
    by[:, :, 0] *= u
    by[:, :, 1] *= before
    np.multiply(i, 1 - u * u, out=by[:, :, 2])
    by[:, :, 3] *= tanhs
    to_c = o * (1 - tanhs * tanhs)
    slopes = np.empty(by.shape, by.dtype)
    dh = dc = np.zeros((batch, n), g.dtype)
    for t in range(steps - 1, -1, -1):
        dh = g[t, :, :n] + dh
        dc = dh * to_c[t] + (g[t, :, n:] + dc)
        z, factor = slopes[t], by[t]
        np.multiply(dc[:, None], factor[:, :3], out=z[:, :3])
        np.multiply(dh, factor[:, 3], out=z[:, 3])
        dh = z.reshape(batch, 4 * n) @ weight
        dc = dc * f[t]
    return slopes.reshape(acts.shape), np.concatenate([dh, dc], axis=1)
