"""The lines of random programs: which smooth functions there are, and which of them fits a value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_core.derivatives import activations
from autograd_core.derivatives.softmax import logsumexp, softmax
from autograd_core.derivatives.table import TABLE
from autograd_core.testing.strategies.indices import axes, indices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from autograd_core.testing.types import Array, Sides

    Made: TypeAlias = tuple[str, list["Operand"], float, float]  # text, operands, lowest and highest value

OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
# In the table as elementwise, but constant between their jumps, not smooth where their operands are equal, or 0 for real operands
UNFIT = {
    "floor", "ceil", "trunc", "rint", "fix", "round", "around", "spacing", "sign", "heaviside", "floor_divide", "nextafter",
    "imag", "maximum", "minimum", "fmax", "fmin",
}  # fmt: skip
MARGIN = 0.1  # between a value and the end of a domain, or a kink
LARGEST, MOST = 20.0, 64  # absolute value and size of a result
NUMBERS = (2.0, 0.5, -1.5, 3.0)


class Operand(NamedTuple):
    """A value of the program: its name, an example of it, and the interval that its elements lie in."""

    name: str
    example: Any
    low: float
    high: float

    @property
    def shape(self) -> Sides:
        return np.shape(self.example)


def _elementwise(count: int) -> dict[str, Any]:
    """{text of the call: entry} of the smooth elementwise functions of `count` operands in the table, but for SciPy's."""
    entries = {}
    for function, entry in TABLE.items():
        if entry.name.startswith("special."):
            continue
        own = function is entry and entry.forward.__module__ == activations.__name__
        if entry.domain and len(entry.domain) == count and entry.name not in UNFIT and (own or function is not entry):
            call = ("" if own else "np.") + entry.name + ("({})" if count == 1 else "({}, {})")
            entries["{} " + OPERATORS[entry.name] + " {}" if entry.name in OPERATORS else call] = entry
    return entries


UNARY, BINARY = _elementwise(1), _elementwise(2)
NAMESPACE = {"np": np, "logsumexp": logsumexp, "softmax": softmax}
NAMESPACE |= {entry.name: entry for entry in UNARY.values() if entry.function is entry}


# The kinds of lines. Each function returns (text, operands, low, high), or None if nothing of the kind fits.


def _choose(draw: st.DrawFn, values: list[Operand]) -> Operand:
    """One of the values, the newest as the simplest choice, so that programs that shrink stay in one piece."""
    return draw(st.sampled_from(values[::-1]))


def _unary(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    x = _choose(draw, values)
    fitting = [call for call, entry in UNARY.items() if _fits(entry, 0, x)]
    call = draw(st.sampled_from(fitting))
    points = np.linspace(x.low, x.high, 65)
    with np.errstate(all="ignore"):
        return call.format(x.name), [x], *_range(UNARY[call].function(points))


def _binary(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    a = _choose(draw, values)
    number = draw(st.sampled_from(NUMBERS))
    others = [value for value in values if _together(a.shape, value.shape)]
    b = _choose(draw, [Operand(str(number), number, number, number), *others])
    if draw(st.booleans()):
        a, b = b, a
    fitting = [call for call, entry in BINARY.items() if _fits(entry, 0, a) and _fits(entry, 1, b)]
    call = draw(st.sampled_from(fitting))
    value, other = np.meshgrid(np.linspace(a.low, a.high, 33), np.linspace(b.low, b.high, 33))
    with np.errstate(all="ignore"):
        return call.format(a.name, b.name), [a, b], *_range(BINARY[call].function(value, other))


def _reduction(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    x = _choose(draw, values)
    kind = draw(st.sampled_from(["sum", "mean", "prod", "var", "logsumexp", "softmax", "cumsum"]))
    several = kind not in ("cumsum", "softmax")  # axes at once
    axis = draw(axes(len(x.shape), none=kind != "softmax", several=several, min_count=1)) if x.shape else None
    if kind == "softmax" and axis is None:
        return None
    named = [] if axis is None else [f"axis={axis}"]
    if several and draw(st.booleans()):
        named.append("keepdims=True")
    n = x.example.size if axis is None else math.prod(x.shape[k] for k in np.atleast_1d(axis))
    low, high = x.low, x.high
    largest = max(abs(low), abs(high))
    low, high = {
        "sum": (n * low, n * high),
        "mean": (low, high),
        "prod": (low**n, high**n) if low >= 0 else (-(largest**n), largest**n),
        "var": (0, (high - low) ** 2 / 4),
        "logsumexp": (low + math.log(n), high + math.log(n)),
        "softmax": (0, 1),
        "cumsum": (min(low, n * low), max(high, n * high)),
    }[kind]
    name = kind if kind in NAMESPACE else f"np.{kind}"
    return f"{name}({', '.join([x.name, *named])})", [x], low, high


def _reshaped(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    x = _choose(draw, values)
    ways = ["np.reshape({}, -1)", "{}.T", "{}[None]", "np.broadcast_to({}, (2, *np.shape({})))", "np.ravel({})"]
    if x.shape:
        axis = draw(axes(len(x.shape), none=False, several=False))
        ways += [f"np.flip({{}}, {axis})", f"np.roll({{}}, 1, {axis})", f"np.repeat({{}}, 2, {axis})"]
    if len(x.shape) == 2:
        ways += ["np.swapaxes({}, 0, 1)", "np.triu({})"]
    way = draw(st.sampled_from(ways))
    low = min(x.low, 0) if "triu" in way else x.low
    return way.format(x.name, x.name), [x], low, max(x.high, 0) if "triu" in way else x.high


def _indexed(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    x = _choose(draw, values)
    return f"{x.name}[{index_text(draw(indices(x.shape)))}]", [x], x.low, x.high


def _joined(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    a = _choose(draw, values)
    b = _choose(draw, [value for value in values if value.shape == a.shape])
    ways = ["np.stack([{}, {}])"] + ["np.concatenate([{}, {}], axis=-1)"] * bool(a.shape)
    way = draw(st.sampled_from(ways))
    return way.format(a.name, b.name), [a, b], min(a.low, b.low), max(a.high, b.high)


def _product(draw: st.DrawFn, values: list[Operand]) -> Made | None:
    arrays = [value for value in values if value.shape]
    if not arrays:
        return None
    a, b = _choose(draw, arrays), _choose(draw, arrays)
    ways = ["np.outer({}, {})", "np.inner({}, {})"] if a.shape[-1] == b.shape[-1] else ["np.outer({}, {})"]
    if a.shape[-1] == b.shape[max(len(b.shape) - 2, 0)]:
        ways = ["{} @ {}", *ways]
    way = draw(st.sampled_from(ways))
    n = 1 if "outer" in way else a.shape[-1]
    corners = [n * value * other for value in (a.low, a.high) for other in (b.low, b.high)]
    return way.format(a.name, b.name), [a, b], min(corners), max(corners)


STEPS = (_unary, _binary, _unary, _binary, _reduction, _reshaped, _indexed, _joined, _product)


def made(name: str, text: str, operands: Sequence[Operand], low: float, high: float) -> Operand | None:
    """The value that a line makes; None if it would be too large, empty, or not finite."""
    if not (math.isfinite(low) and math.isfinite(high)) or max(-low, high) > LARGEST:
        return None
    try:
        example = eval(text, NAMESPACE, {operand.name: operand.example for operand in operands})
    except ValueError:  # matrices in stacks that do not broadcast
        return None
    return Operand(name, example, low, high) if 0 < example.size <= MOST else None


def _fits(entry: Any, i: int, x: Operand) -> bool:
    """Whether the values of x stay inside the entry's domain for operand i, with a margin, and away from its kinks."""
    low, high = entry.domain[i]
    inside = low + MARGIN <= x.low and x.high <= high - MARGIN
    return inside and not any(x.low - MARGIN < kink < x.high + MARGIN for kink in entry.kinks)


def _range(values: Array) -> tuple[float, float]:
    """Bounds of a function from its values at equally spaced points; between these it can go beyond by an eighth of the
    second difference."""
    bend = sum(np.max(np.abs(np.diff(values, 2, axis=k)), initial=0) for k in range(values.ndim)) / 4
    return float(np.min(values) - bend), float(np.max(values) + bend)


def _together(*shapes: Sides) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def index_text(index: Any) -> str:
    """An index as it is written between brackets."""
    if isinstance(index, tuple):
        return ", ".join(map(index_text, index)) + "," * (len(index) == 1) if index else "()"
    if isinstance(index, slice):
        parts = ["" if part is None else str(part) for part in (index.start, index.stop, index.step)]
        return ":".join(parts if parts[2] else parts[:2])
    if isinstance(index, np.ndarray):
        empty = f".reshape({index.shape})" if not index.size else ""
        return f"np.array({index.tolist()}, dtype={index.dtype.name!r}){empty}"
    return "..." if index is Ellipsis else repr(index)
