"""Random programs: smooth functions of arrays, whose intermediate results are used once, many times or in many ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from autograd_core.testing.strategies.arrays import arrays, shapes
from autograd_core.testing.strategies.lines import NAMESPACE, STEPS, Operand, made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hypothesis.strategies import SearchStrategy
    from numpy.typing import DTypeLike

    from autograd_core.testing.types import Array, Function, Layouts

INTERVALS = (-0.875, 0.875), (0.25, 2.0)  # of the inputs: inside (-1, 1), or positive
CALL = re.compile(r"[a-z][\w.]*(?=\()|(?<=\w)\.T|(?<=\w)\[|(?<= )(?:\*\*|[-+*/@])(?= )")  # of a function or operator, in a line


class Expression:
    """A function of arrays or Tensors that was put together at random; `repr` is the program that it runs.

    source      its text, which also runs when pasted after `import numpy as np` and `from autograd_core import *`
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

    def __init__(
        self,
        lines: Sequence[str],
        result: str,
        shapes: Sequence[Sequence[int]],
        intervals: Sequence[tuple[float, float]] | None = None,
    ) -> None:
        self.shapes = tuple(map(tuple, shapes))
        self.intervals = tuple(intervals or [INTERVALS[0]] * len(self.shapes))
        self.calls = tuple([call for line in lines for call in CALL.findall(line)])
        names = [f"x{i}" for i in range(len(self.shapes))]
        told = ", ".join(f"{name} of shape {shape}" for name, shape in zip(names, self.shapes, strict=True))
        body = [f"def f({', '.join(names)}):  # {told}", *lines, f"return {result}"]
        self.source = "\n    ".join(body)
        defined: dict[str, Function] = {}
        exec(self.source, NAMESPACE, defined)  # the text is what runs, so that it cannot tell anything else
        self.function = defined["f"]

    __name__ = "f"

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    def __repr__(self) -> str:
        return self.source

    def arguments(self, dtype: DTypeLike = np.float64, *, layout: Layouts = None) -> SearchStrategy[tuple[Array, ...]]:
        """A strategy for tuples of arrays to call it with, inside its intervals."""
        pairs = zip(self.shapes, self.intervals, strict=True)
        return st.tuples(*[arrays(shape, dtype, elements=interval, layout=layout) for shape, interval in pairs])


@st.composite
def expressions(
    draw: st.DrawFn, inputs: int | None = None, *, max_steps: int = 8, max_dims: int = 2, max_side: int = 3, scalar: bool = False
) -> Expression:
    """Random programs of one to `max_steps` lines, smooth at all `arguments()`: an `Expression` each.

    inputs   how many arguments: one to three by default
    scalar   whether the result is a single number, the sum of what it would otherwise be

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
    shapes_drawn, intervals = [], []
    values: list[Operand] = []
    lines: list[str] = []
    for i in range(count):
        if i and draw(st.booleans()):
            shape = draw(shapes(0, max_dims, 1, max_side))
        low, high = draw(st.sampled_from(INTERVALS))
        values.append(Operand(f"x{i}", np.full(shape, (low + high) / 2), low, high))
        shapes_drawn.append(shape)
        intervals.append((low, high))
    for _ in range(draw(st.integers(1, max_steps))):
        step = draw(st.sampled_from(STEPS))(draw, values)
        value = made(f"v{len(lines)}", *step) if step else None
        if step and value:
            lines.append(f"{value.name} = {step[0]}")
            values.append(value)
    used = set(re.findall(r"\b[vx]\d+\b", " ".join(line.partition(" = ")[2] for line in lines)))
    last, *others = [value for value in values[::-1] if value.name not in used]
    terms = [
        f"np.sum({last.name})" if scalar and last.shape else last.name,
        *[f"np.mean({value.name})" for value in others[::-1]],
    ]
    if len(terms) > 1 or terms[0] != last.name:  # so that nothing is computed in vain, and every argument matters
        last = last._replace(name=f"v{len(lines)}")
        lines.append(f"{last.name} = {' + '.join(terms)}")
    return Expression(lines, last.name, shapes_drawn, intervals)


def calls(
    inputs: int | None = None, dtype: DTypeLike = np.float64, *, layout: Layouts = None, **like_expressions: Any
) -> SearchStrategy[tuple[Expression, tuple[Array, ...]]]:
    """Pairs of an `Expression` and a tuple of arrays to call it with.

    >>> from autograd_core.testing.strategies import calls, hypothesis
    >>> f, arguments = hypothesis.find(calls(2, max_steps=1), lambda pair: "*" in pair[0].calls)
    >>> f(*arguments).shape == ()
    True
    """
    programs = expressions(inputs, **like_expressions)
    return programs.flatmap(lambda f: st.tuples(st.just(f), f.arguments(dtype, layout=layout)))
