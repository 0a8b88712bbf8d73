"""Recurrent layers: all states of a sequence by one operation, differentiated by backpropagation through time in one function.

    rnn_states    hₜ = tanh (or relu) of gₜ + W hₜ₋₁
    lstm_states   i, f, n, o = σ, σ, tanh, σ of gₜ + W hₜ₋₁;  cₜ = f cₜ₋₁ + i n;  hₜ = o tanh cₜ
    gru_states    r, z = σ of gₜ + W hₜ₋₁ + b;  n = tanh(gₜ + r (W hₜ₋₁ + b));  hₜ = n + z (hₜ₋₁ - n)

Here gₜ, the "gates", is what the input xₜ adds, W_ih xₜ + b_ih: one product for all steps, made before. Shapes are
(time, batch, …). Where a mask is False, a step leaves the state as it is, as after the end of a shorter sequence.

The operations keep what the way back needs in an object with a function `pull`. In a pass that is itself recorded this object is
`_Steps`: the same recurrence, one step after another in recorded operations, which has derivatives of every order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import primitive, vjp

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class _Once:
    """Gradients of all operands at once, kept for the rules of the others, which follow with the same gradient."""

    def __init__(self, pull: Callable[[Any], tuple[Any, ...]]) -> None:
        self._pull, self._g = pull, None
        self._gradients: dict[int, Any] = {}

    def __call__(self, g: Any, number: int) -> Any:
        if g is not self._g or number not in self._gradients:  # what was taken is asked for again by another pass
            self._g, self._gradients = g, dict(enumerate(self._pull(g)))
        return self._gradients.pop(number)


class _Steps(_Once):
    """The way back through recorded operations."""

    def __init__(self, step: Callable[..., Any], operands: tuple[Any, ...], mask: Any) -> None:
        given = [k for k, operand in enumerate(operands) if operand is not None]

        def states(*values: Any) -> Any:
            full: dict[int, Any] = dict(zip(given, values, strict=True))
            gates, state, rest = full[0], full[1], [full.get(k) for k in range(2, len(operands))]
            out = []
            for t in range(gates.shape[0]):
                new = step(gates[t], state, *rest)
                state = new if mask is None else np.where(mask[t], new, state)
                out.append(state)
            return np.stack(out)

        _, pull = vjp(states, *[operands[k] for k in given])
        super().__init__(lambda g: self._placed(pull(g)))
        self._given, self._count = given, len(operands)

    def _placed(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        placed = dict(zip(self._given, gradients, strict=True))
        return tuple([placed.get(k) for k in range(self._count)])


def _lists(count: int) -> list[list[Any]]:
    return [[] for _ in range(count)]


def _joined(parts: list[Any]) -> Any:
    """`np.stack`, which takes twice as long for parts of 4 kB."""
    return np.reshape(np.concatenate(parts), (len(parts), *parts[0].shape))


def _before(states: Any, first: Any) -> Any:
    """The states that each step started from."""
    return np.concatenate([first[None], states[:-1]])


def _of_weight(slopes: Any, before: Any) -> Any:
    """Σ over all steps and samples of slope hᵀ, by one product."""
    return slopes.reshape(-1, slopes.shape[-1]).T @ before.reshape(-1, before.shape[-1])


def _backwards(gs: Any, mask: Any, step: Callable[..., Any], firsts: Any) -> tuple[Any, ...]:
    """Go back through time, with the gradients of the parts of the state: `step` has for those at t that of the gates, and
    those of the state before. Returns all of the gates, and those of the first state."""
    (slopes,), flows = _lists(1), [np.zeros_like(first) for first in firsts]
    for t in range(len(gs[0]) - 1, -1, -1):
        flows = [g[t] + flow for g, flow in zip(gs, flows, strict=True)]
        if mask is None:
            slope, *flows = step(t, *flows)
        else:
            past = [np.where(mask[t], 0, flow) for flow in flows]
            slope, *flows = step(t, *[np.where(mask[t], flow, 0) for flow in flows])
            flows = [flow + kept for flow, kept in zip(flows, past, strict=True)]
        slopes.append(slope)
    return _joined(slopes[::-1]), *flows


# Plain recurrence


def _rnn_step(gates: Any, state: Any, weight: Any, relu: bool) -> Any:
    z = gates + state @ weight.T
    return np.maximum(z, 0) if relu else np.tanh(z)


@primitive(
    "all states | by backpropagation through time",
    name="rnn",
    kept={
        "back": lambda gates, state, weight, relu, mask: _Steps(
            lambda g, h, w: _rnn_step(g, h, w, relu), (gates, state, weight), mask
        )
    },
    gates=lambda g, back: back(g, 0),
    state=lambda g, back: back(g, 1),
    weight=lambda g, back: back(g, 2),
)
def rnn_states(gates: Any, state: Any, weight: Any, relu: bool = False, mask: Any = None) -> Any:
    """(time, batch, hidden), (batch, hidden), (hidden, hidden) -> (time, batch, hidden)."""
    first, turned = state, weight.T
    out: list[Any] = []
    for t in range(gates.shape[0]):
        new = state @ turned
        new = gates[t] + new
        new = np.maximum(new, 0) if relu else np.tanh(new)
        state = new if mask is None else np.where(mask[t], new, state)
        out.append(state)
    states = np.stack(out)

    def pull(g: Any) -> tuple[Any, ...]:
        slope = states > 0 if relu else 1 - states * states

        def step(t: int, flow: Any) -> tuple[Any, Any]:
            z = flow * slope[t]
            return z, z @ weight

        slopes, flow = _backwards((g,), mask, step, (first,))
        return slopes, flow, _of_weight(slopes, _before(states, first))

    return states, _Once(pull)


# LSTM


def _sigmoid(z: Any) -> Any:
    return 0.5 * np.tanh(0.5 * z) + 0.5


def _lstm_step(gates: Any, state: Any, weight: Any, projection: Any = None) -> Any:
    n = gates.shape[-1] // 4
    h, c = state[:, :-n], state[:, -n:]
    z = gates + h @ weight.T
    i, f, u, o = (z[:, k * n : (k + 1) * n] for k in range(4))
    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(u)
    h = _sigmoid(o) * np.tanh(c)
    return np.concatenate([h if projection is None else h @ projection.T, c], axis=1)


@primitive(
    "all states | by backpropagation through time",
    name="lstm",
    kept={"back": lambda gates, state, weight, projection, mask: _Steps(_lstm_step, (gates, state, weight, projection), mask)},
    gates=lambda g, back: back(g, 0),
    state=lambda g, back: back(g, 1),
    weight=lambda g, back: back(g, 2),
    projection=lambda g, back: back(g, 3),
)
def lstm_states(gates: Any, state: Any, weight: Any, projection: Any = None, mask: Any = None) -> Any:
    """(time, batch, 4 hidden), (batch, out + hidden), (4 hidden, out), (out, hidden) or None -> (time, batch, out + hidden).

    A state is h and c side by side; `out` is `hidden` without a projection. The sigmoid is ½ tanh(x/2) + ½, so that one call
    of tanh serves all four gates. These come first among the axes of a step, (4, batch, hidden), so that each lies in one piece.
    """
    n = weight.shape[0] // 4
    each = (gates.shape[1], 4, n)
    third = np.broadcast_to(np.arange(4)[:, None, None] == 2, (4, gates.shape[1], n))
    scale = np.where(third, 1, 0.5).astype(gates.dtype)
    shift = np.where(third, 0, 0.5).astype(gates.dtype)
    turned = np.transpose(np.reshape(weight, (4, n, weight.shape[1])), (0, 2, 1))
    first, h, c = state, state[:, :-n], state[:, -n:]
    acts, tanhs, cells, hiddens, outs = _lists(5)
    for t in range(gates.shape[0]):
        a = h @ turned + np.transpose(np.reshape(gates[t], each), (1, 0, 2))
        a *= scale
        a = np.tanh(a)
        a *= scale
        a += shift
        i, f, u, o = a
        new = f * c
        new += i * u
        tanh = np.tanh(new)
        hidden = o * tanh
        out = hidden if projection is None else hidden @ projection.T
        h, c = (out, new) if mask is None else (np.where(mask[t], out, h), np.where(mask[t], new, c))
        for parts, part in ((acts, a), (tanhs, tanh), (cells, c), (outs, h), (hiddens, hidden)):
            parts.append(part)
    states = np.concatenate([_joined(outs), _joined(cells)], axis=2)

    def pull(g: Any) -> tuple[Any, ...]:
        a, tanh = _joined(acts), _joined(tanhs)
        i, f, u, o = (a[:, k] for k in range(4))
        c = _before(states[..., -n:], first[:, -n:])
        # What the gradients of c, for the first three gates, and of h are multiplied by
        by_c = np.stack([u * i * (1 - i), c * f * (1 - f), i * (1 - u * u)], axis=2)
        by_h, to_c = tanh * o * (1 - o), o * (1 - tanh * tanh)
        (of_hidden,) = _lists(1)

        def step(t: int, dh: Any, dc: Any) -> tuple[Any, Any, Any]:
            if projection is not None:
                of_hidden.append(dh)
                dh = dh @ projection
            dc = dh * to_c[t] + dc
            z = np.concatenate([np.reshape(dc[:, None] * by_c[t], (-1, 3 * n)), dh * by_h[t]], axis=1)
            return z, z @ weight, dc * f[t]

        slopes, *flows = _backwards((g[..., :-n], g[..., -n:]), mask, step, (first[:, :-n], first[:, -n:]))
        before = _before(states[..., :-n], first[:, :-n])
        of_projection = None if projection is None else _of_weight(_joined(of_hidden[::-1]), _joined(hiddens))
        return slopes, np.concatenate(flows, axis=1), _of_weight(slopes, before), of_projection

    return states, _Once(pull)


# GRU


def _gru_step(gates: Any, state: Any, weight: Any, bias: Any = None) -> Any:
    n = gates.shape[-1] // 3
    w = state @ weight.T if bias is None else state @ weight.T + bias
    r, z = _sigmoid(gates[:, :n] + w[:, :n]), _sigmoid(gates[:, n : 2 * n] + w[:, n : 2 * n])
    new = np.tanh(gates[:, 2 * n :] + r * w[:, 2 * n :])
    return new + z * (state - new)


@primitive(
    "all states | by backpropagation through time",
    name="gru",
    kept={"back": lambda gates, state, weight, bias, mask: _Steps(_gru_step, (gates, state, weight, bias), mask)},
    gates=lambda g, back: back(g, 0),
    state=lambda g, back: back(g, 1),
    weight=lambda g, back: back(g, 2),
    bias=lambda g, back: back(g, 3),
)
def gru_states(gates: Any, state: Any, weight: Any, bias: Any = None, mask: Any = None) -> Any:
    """(time, batch, 3 hidden), (batch, hidden), (3 hidden, hidden), (3 hidden,) or None -> (time, batch, hidden)."""
    n, first, turned = weight.shape[0] // 3, state, weight.T
    opened, news, products, out = _lists(4)
    for t in range(gates.shape[0]):
        w = state @ turned
        w = w if bias is None else w + bias
        a = _sigmoid(gates[t, :, : 2 * n] + w[:, : 2 * n])
        r, z, w = a[:, :n], a[:, n:], w[:, 2 * n :]
        new = np.tanh(gates[t, :, 2 * n :] + r * w)
        step = new + z * (state - new)
        state = step if mask is None else np.where(mask[t], step, state)
        for parts, part in ((opened, a), (news, new), (products, w), (out, state)):
            parts.append(part)
    states = np.stack(out)

    def pull(g: Any) -> tuple[Any, ...]:
        a, new, w = np.stack(opened), np.stack(news), np.stack(products)
        r, z, before = a[..., :n], a[..., n:], _before(states, first)
        by_z, by_new = (before - new) * z * (1 - z), (1 - z) * (1 - new * new)
        by_r = w * r * (1 - r)

        def step(t: int, flow: Any) -> tuple[Any, Any]:
            of_new = flow * by_new[t]
            both = np.concatenate([of_new * by_r[t], flow * by_z[t]], axis=1)
            flow = flow * z[t] + np.concatenate([both, of_new * r[t]], axis=1) @ weight
            return np.concatenate([both, of_new], axis=1), flow

        slopes, flow = _backwards((g,), mask, step, (first,))
        of_product = np.concatenate([slopes[..., : 2 * n], slopes[..., 2 * n :] * r], axis=-1)
        of_bias = None if bias is None else np.sum(of_product, axis=(0, 1))
        return slopes, flow, _of_weight(of_product, before), of_bias

    return states, _Once(pull)
