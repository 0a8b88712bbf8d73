"""What a GradientError says: where a gradient is wrong and by how much, and a program that shows it again."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.testing.vectors import unfolded
from autograd_core.testing.verdict import KINK, NOISY, WRONG

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.testing.compare import Comparison, Failure
    from autograd_core.testing.maps import Map
    from autograd_core.testing.subject import Subject
    from autograd_core.testing.types import Array, Function

PRINTED = 500  # arrays with more elements are not written into the snippet
ADVICE = {
    WRONG: "differences at several steps agree with each other, and not with this derivative",
    KINK: "the function has a kink or jump here, or too near; move the inputs away, or say kinks='accept' to accept any value "
    "between the slopes",
    NOISY: "the function rounds so much that differences of it cannot tell; scale it, or take away a large constant",
}


def error_of(subject: Subject, failure: Failure, comparison: Comparison, order: int, seed: int, options: str) -> GradientError:
    """The GradientError for a Failure. `options` are those of the call, as they are written."""
    map, verdict = comparison.map, failure.verdict
    lines, details = _where(subject, failure, map, order)
    ours, numeric, error, slopes = verdict.ours, verdict.numeric, verdict.error, verdict.slopes
    if failure.source is not None:  # slopes are along the direction; say them for the element itself
        scale = comparison.scales[failure.source]
        ours, numeric, error = ours / scale, numeric / scale, error / scale
        slopes = slopes and tuple(slope / scale for slope in slopes)
        step = f"{verdict.step * scale:.1e}"
    else:
        step = f"{verdict.step:.1e} of each input's size"
    difference = abs(ours - numeric)
    relative = difference / max(abs(ours), abs(numeric)) if max(abs(ours), abs(numeric)) > 0 else 0.0
    allowed = failure.allowed / (comparison.scales[failure.source] if failure.source is not None else 1)
    lines += [
        f"    ours       {_number(ours)}",
        f"    numeric    {_number(numeric)}  (known to {error:.0e}; extrapolated from steps of {step} and smaller)"
        if not verdict.jump
        else "    numeric    none: the function jumps here, ends, or has an infinite slope",
        f"    difference {difference:.3e} absolute, {relative:.3e} relative; allowed {allowed:.1e}",
    ]
    if slopes is not None:
        lines.append(f"    slopes     {_number(slopes[0])} from the left, {_number(slopes[1])} from the right")
    if verdict.order is not None:
        lines.append(f"    remainder  f(x + h) - f(x) - h·ours falls as h^{verdict.order:.2f} (right: 2 or more, wrong: 1)")
    lines.append(f"  Verdict: {verdict.kind}. That is: {ADVICE[verdict.kind]}.")
    text = snippet(subject, options)
    lines += [f"  Seed {seed}. To see it again:", *("    " + line for line in text.splitlines())]
    return GradientError(
        "\n".join(lines), verdict=verdict.kind, function=subject.name, mode=failure.mode, order=order,
        ours=float(ours), numeric=float(numeric), slopes=slopes, step=verdict.step, seed=seed, snippet=text, **details,
    )  # fmt: skip


def _where(subject: Subject, failure: Failure, map: Map, order: int) -> tuple[list[str], dict[str, Any]]:
    """The first lines of the message: which derivative, of what, by what, at which element."""
    what = {1: "the gradient", 2: "the second derivative"}.get(order, f"the derivative of order {order}")
    by = f"along {failure.along}" if failure.source is None else ""
    details: dict[str, Any] = {"argument": None, "index": None}
    at = []
    if failure.source is not None:
        name, index, shape, part = map.inputs.where(failure.source)
        details = {"argument": name, "index": index}
        by = f"with respect to {name}"
        at.append(f"at index {index} of {name}, which has shape {shape}{part}")
    if failure.target is not None:
        name, index, shape, part = map.outputs.where(failure.target)
        if shape or len(map.outputs.names) > 1 or order > 1:
            at.append(f"for {name} at index {index} of shape {shape}{part}" if shape else f"for {name}{part}")
    elif map.middle.size > 1:
        at.append("for a random weighted sum of the results")
    mode = {"reverse": "reverse mode", "forward": "forward mode"}[failure.mode]
    head = f"{subject.what}: {what} of {subject.name} {by} does not agree with finite differences ({mode})"
    return [head, *([f"  worst {', '.join(at)}:"] if at else [])], details


def _number(x: Any) -> str:
    return f"{float(x):.15g}"


def snippet(subject: Subject, options: str) -> str:
    """A program with the full inputs, each number such that it is read back as the same."""
    arguments = subject.rebuild(subject.values)
    names = ["x"] if len(arguments) == 1 else [f"x{i}" for i in range(len(arguments))]
    inputs = [f"{name} = {written(argument)}" for name, argument in zip(names, arguments, strict=True)]
    count = len(subject.places)
    closed = list(zip(subject.names[count:], subject.leaves[count:], strict=True))
    inputs += [f"# {name}: {written(leaf)}" for name, leaf in closed]
    special = ["from numpy import inf, nan"] if any("nan" in line or "inf" in line for line in inputs) else []
    if subject.what == "gradcheck":
        given = ["f", *names, *(["wrt=..."] if closed else [])]
    else:
        given = ["f", "rule", f"({', '.join(names)},)"]
    return "\n".join(
        [
            "import numpy as np",
            *special,
            f"from autograd_core.testing import {subject.what}",
            f"f = ...  # {described(subject.f).splitlines()[0]}",
            *inputs,
            f"{subject.what}({', '.join([*given, options])})",
        ]
    )


def described(f: Function) -> str:
    """A function, and where it was written."""
    code = getattr(inspect.unwrap(f), "__code__", None)
    name = getattr(f, "__qualname__", None) or repr(f)
    return f"{name}, {code.co_filename}:{code.co_firstlineno}" if code else name


def written(value: Any) -> str:
    """A value as Python reads it back to the last bit; containers are gone into."""
    value = getattr(value, "_value", value)  # of a Tensor
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        inside = ", ".join(map(written, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(np.asarray(value))
    return repr(value)


def _array(array: Array) -> str:
    if array.size > PRINTED:
        return f"...  # {array.dtype} of shape {array.shape}, too large to write here"
    base, flips = unfolded(array)
    if array.dtype in (np.longdouble, np.clongdouble):
        values = f"np.array([{', '.join(repr(str(x)) for x in base.ravel())}]).astype('{array.dtype}').reshape({base.shape})"
    else:
        order = ", order='F'" if base.flags.f_contiguous and not base.flags.c_contiguous else ""
        shape = f".reshape({base.shape})" if base.size == 0 else ""
        values = f"np.array({base.tolist()!r}, dtype='{array.dtype}'{order}){shape}"
    if any(flip.step for flip in flips):
        values += f"[{', '.join('::-1' if flip.step else ':' for flip in flips)}]"
    return f"np.broadcast_to({values}, {array.shape})" if base.shape != array.shape else values
