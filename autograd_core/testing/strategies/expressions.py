"""Random programs: smooth functions of arrays, whose intermediate results are used once, many times or in many ways."""

import math
import re
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_core.derivatives import activations
from autograd_core.derivatives.softmax import logsumexp, softmax
from autograd_core.derivatives.table import TABLE
from autograd_core.testing.strategies.arrays import arrays, shapes
from autograd_core.testing.strategies.indices import axes, indices

OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
# In the table as elementwise, but constant between their jumps, not smooth where their operands are equal, or 0 for real operands
UNFIT = {
    "floor", "ceil", "trunc", "rint", "fix", "round", "around", "spacing", "sign", "heaviside", "floor_divide", "nextafter",
    "imag", "maximum", "minimum", "fmax", "fmin",
}  # fmt: skip
INTERVALS = (-0.875, 0.875), (0.25, 2.0)  # of the inputs: inside (-1, 1), or positive
MARGIN = 0.1  # between a value and the end of a domain, or a kink
LARGEST, MOST = 20.0, 64  # absolute value and size of a result
CALL = re.compile(r"[a-z][\w.]*(?=\()|(?<=\w)\.T|(?<=\w)\[|(?<= )(?:\*\*|[-+*/@])(?= )")  # of a function or operator, in a line
NUMBERS = (2.0, 0.5, -1.5, 3.0)


class Operand(NamedTuple):
    """A value of the program: its name, an example of it, and the interval that its elements lie in."""

    name: str
    example: object
    low: float
    high: float

    @property
    def shape(self):
        return np.shape(self.example)


def _elementwise(count):
    """{text of the call: entry} of the smooth elementwise functions of `count` operands in the table, but for SciPy's."""
    found = {}
    for function, entry in TABLE.items():
        if entry.name.startswith("special."):
            continue
        own = function is entry and entry.forward.__module__ == activations.__name__
        if entry.domain and len(entry.domain) == count and entry.name not in UNFIT and (own or function is not entry):
            call = ("" if own else "np.") + entry.name + ("({})" if count == 1 else "({}, {})")
            found["{} " + OPERATORS[entry.name] + " {}" if entry.name in OPERATORS else call] = entry
    return found


UNARY, BINARY = _elementwise(1), _elementwise(2)
NAMESPACE = {"np": np, "logsumexp": logsumexp, "softmax": softmax}
NAMESPACE |= {entry.name: entry for entry in UNARY.values() if entry.function is entry}


class Expression:
    """A function of arrays or Tensors that was put together at random; `repr` is the program that it runs.

    source      its text, which also runs where it is pasted, after `import numpy as np` and `from autograd_core import *`
    shapes      the shapes of its arguments
    intervals   for each argument the interval in which the function is smooth
    calls       what it does, in order: "np.tanh", "+", "[", ".T", …

    >>> import numpy as np
    >>> from autograd_core.testing.strategies import Expression
    >>> f = Expression(["v0 = np.tanh(x0)", "v1 = v0 * v0"], "v1", [(3,)])
    >>> f
    def f(x0):  # x0 of shape (3,)
        v0 = np.tanh(x0)
        v1 = v0 * v0
        return v1
    >>> f(np.zeros(3))
    array([0., 0., 0.])
    """

    def __init__(self, lines, result, shapes, intervals=None):
        self.shapes = tuple(map(tuple, shapes))
        self.intervals = tuple(intervals or [INTERVALS[0]] * len(self.shapes))
        self.calls = tuple([one for line in lines for one in CALL.findall(line)])
        names = [f"x{i}" for i in range(len(self.shapes))]
        told = ", ".join(f"{name} of shape {shape}" for name, shape in zip(names, self.shapes, strict=True))
        body = [f"def f({', '.join(names)}):  # {told}", *lines, f"return {result}"]
        self.source = "\n    ".join(body)
        made = {}
        exec(self.source, NAMESPACE, made)  # the text is what runs, so that it cannot tell anything else
        self.function = made["f"]

    __name__ = "f"

    def __call__(self, *arguments):
        return self.function(*arguments)

    def __repr__(self):
        return self.source

    def arguments(self, dtype=np.float64, *, layout=None):
        """A strategy for tuples of arrays to call it with, inside its intervals."""
        pairs = zip(self.shapes, self.intervals, strict=True)
        return st.tuples(*[arrays(shape, dtype, elements=interval, layout=layout) for shape, interval in pairs])


@st.composite
def expressions(draw, inputs=None, *, max_steps=8, max_dims=2, max_side=3, scalar=False):
    """Random programs of one to `max_steps` lines, smooth wherever `arguments()` leads: an `Expression` each.

    inputs   how many arguments: one to three by default
    scalar   whether the result is a single number, the sum of what it would have been

    They are made of the smooth elementwise functions of the table of derivatives, operators with Tensors and numbers,
    reductions, products of matrices, and what reshapes, indexes and joins. A line takes any earlier results, so programs
    are graphs with shared parts. Which function fits which value is known from the intervals that values lie in.

    >>> from autograd_core.testing.strategies import expressions, hypothesis
    >>> hypothesis.find(expressions(1, max_steps=1), lambda f: "@" in f.calls)
    def f(x0):  # x0 of shape (1,)
        v0 = x0 @ x0
        return v0
    """
    count = draw(st.integers(1, 3)) if inputs is None else inputs
    shape = draw(shapes(0, max_dims, 1, max_side))
    found, intervals, values, lines = [], [], [], []
    for i in range(count):
        if i and draw(st.booleans()):
            shape = draw(shapes(0, max_dims, 1, max_side))
        low, high = draw(st.sampled_from(INTERVALS))
        values.append(Operand(f"x{i}", np.full(shape, (low + high) / 2), low, high))
        found.append(shape)
        intervals.append((low, high))
    for _ in range(draw(st.integers(1, max_steps))):
        step = draw(st.sampled_from(STEPS))(draw, values)
        made = step and _made(f"v{len(lines)}", *step)
        if made:
            lines.append(f"{made.name} = {step[0]}")
            values.append(made)
    used = set(re.findall(r"\b[vx]\d+\b", " ".join(line.partition(" = ")[2] for line in lines)))
    last, *others = [one for one in values[::-1] if one.name not in used]
    terms = [f"np.sum({last.name})" if scalar and last.shape else last.name, *[f"np.mean({one.name})" for one in others[::-1]]]
    if len(terms) > 1 or terms[0] != last.name:  # so that nothing is computed in vain, and every argument matters
        last = last._replace(name=f"v{len(lines)}")
        lines.append(f"{last.name} = {' + '.join(terms)}")
    return Expression(lines, last.name, found, intervals)


def calls(inputs=None, dtype=np.float64, *, layout=None, **like_expressions):
    """Pairs of an `Expression` and a tuple of arrays to call it with.

    >>> from autograd_core.testing.strategies import calls, hypothesis
    >>> f, arguments = hypothesis.find(calls(2, max_steps=1), lambda pair: "*" in pair[0].calls)
    >>> f(*arguments).shape == ()
    True
    """
    found = expressions(inputs, **like_expressions)
    return found.flatmap(lambda f: st.tuples(st.just(f), f.arguments(dtype, layout=layout)))


# The kinds of lines. Each function returns (text, operands, low, high), or None where nothing of the kind fits.


def _choose(draw, values):
    """One of the values, the newest as the simplest choice, so that programs that shrink stay in one piece."""
    return draw(st.sampled_from(values[::-1]))


def _unary(draw, values):
    x = _choose(draw, values)
    fitting = [call for call, entry in UNARY.items() if _fits(entry, 0, x)]
    call = draw(st.sampled_from(fitting))
    points = np.linspace(x.low, x.high, 65)
    with np.errstate(all="ignore"):
        return call.format(x.name), [x], *_range(UNARY[call].function(points))


def _binary(draw, values):
    a = _choose(draw, values)
    number = draw(st.sampled_from(NUMBERS))
    others = [one for one in values if _together(a.shape, one.shape)]
    b = _choose(draw, [Operand(str(number), number, number, number), *others])
    if draw(st.booleans()):
        a, b = b, a
    fitting = [call for call, entry in BINARY.items() if _fits(entry, 0, a) and _fits(entry, 1, b)]
    call = draw(st.sampled_from(fitting))
    one, other = np.meshgrid(np.linspace(a.low, a.high, 33), np.linspace(b.low, b.high, 33))
    with np.errstate(all="ignore"):
        return call.format(a.name, b.name), [a, b], *_range(BINARY[call].function(one, other))


def _reduction(draw, values):
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


def _reshaped(draw, values):
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


def _indexed(draw, values):
    x = _choose(draw, values)
    return f"{x.name}[{index_text(draw(indices(x.shape)))}]", [x], x.low, x.high


def _joined(draw, values):
    a = _choose(draw, values)
    b = _choose(draw, [one for one in values if one.shape == a.shape])
    ways = ["np.stack([{}, {}])"] + ["np.concatenate([{}, {}], axis=-1)"] * bool(a.shape)
    way = draw(st.sampled_from(ways))
    return way.format(a.name, b.name), [a, b], min(a.low, b.low), max(a.high, b.high)


def _product(draw, values):
    arrays = [one for one in values if one.shape]
    if not arrays:
        return None
    a, b = _choose(draw, arrays), _choose(draw, arrays)
    ways = ["np.outer({}, {})", "np.inner({}, {})"] if a.shape[-1] == b.shape[-1] else ["np.outer({}, {})"]
    if a.shape[-1] == b.shape[max(len(b.shape) - 2, 0)]:
        ways = ["{} @ {}", *ways]
    way = draw(st.sampled_from(ways))
    n = 1 if "outer" in way else a.shape[-1]
    corners = [n * one * other for one in (a.low, a.high) for other in (b.low, b.high)]
    return way.format(a.name, b.name), [a, b], min(corners), max(corners)


STEPS = (_unary, _binary, _unary, _binary, _reduction, _reshaped, _indexed, _joined, _product)


def _made(name, text, operands, low, high):
    """The value that a line makes; None where it would be too large, empty, or not finite."""
    if not (math.isfinite(low) and math.isfinite(high)) or max(-low, high) > LARGEST:
        return None
    try:
        example = eval(text, NAMESPACE, {one.name: one.example for one in operands})
    except ValueError:  # matrices in stacks that do not broadcast
        return None
    return Operand(name, example, low, high) if 0 < example.size <= MOST else None


def _fits(entry, i, x):
    """Whether the values of x stay inside the entry's domain for operand i, with a margin, and away from its kinks."""
    low, high = entry.domain[i]
    inside = low + MARGIN <= x.low and x.high <= high - MARGIN
    return inside and not any(x.low - MARGIN < kink < x.high + MARGIN for kink in entry.kinks)


def _range(values):
    """Bounds of a function from its values at equally spaced points; between these it can go beyond by an eighth of the
    second difference."""
    bend = sum(np.max(np.abs(np.diff(values, 2, axis=k)), initial=0) for k in range(values.ndim)) / 4
    return float(np.min(values) - bend), float(np.max(values) + bend)


def _together(*shapes):
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def index_text(index):
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
