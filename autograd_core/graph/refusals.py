"""What is said when an operation cannot be done: NumPy's complaints with names and shapes, and refusals of our own."""

import re

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.kinds import stands_in
from autograd_core.errors import AutogradError, DTypeError, ShapeError, UnsupportedError
from autograd_core.errors.arguments import refused
from autograd_core.graph.variable import Variable, count_recorded

OF_SHAPES = (
    "could not be broadcast", "could not broadcast", "mismatch", "not aligned", "cannot reshape", "Incompatible dimensions",
    "not have enough dimensions",
)  # fmt: skip
# What NumPy says of products of vectors and matrices, with their signature: "(n?,k),(k,m?)->(n?,m?)"
OF_CORES = (
    (
        r".* mismatch in its core dimension .* \(size (\d+) is different from (\d+)\)",
        r"\2 elements of the first operand meet \1 of the second",
    ),
    (
        r".*operand (\d) does not have enough dimensions \(has (\d+), .* requires (\d+)\)",
        r"operand \1 has \2 axes, and \3 are needed",
    ),
)


def in_plain_words(error):
    """What NumPy says, without the letters of its inner loops."""
    words = str(error)
    for pattern, meaning in OF_CORES:
        words = re.sub(pattern, meaning, words)
    return words


def explained(entry, args, kwargs, error):
    """NumPy's complaint about the operands of `entry`, with the name of the operation and the shapes of all operands."""
    if isinstance(error, AutogradError):
        return error
    if type(error) is TypeError and str(error).startswith(
        f"{getattr(entry.forward, '__qualname__', '')}() "
    ):  # of the call itself
        return refused(entry.name, (), kwargs or {}, error)
    given = entry.operands(args, kwargs or {})
    operands = [part for name, value in given for part in (value if name == entry.sequence else (value,))]
    shapes = [np.shape(part) for part in operands if isinstance(part, (ndarray, generic, int, float, complex)) or stands_in(part)]
    words = " and ".join(map(str, shapes))
    if isinstance(error, ValueError) and any(phrase in str(error) for phrase in OF_SHAPES):
        kind = np.linalg.LinAlgError if isinstance(error, np.linalg.LinAlgError) else ShapeError
        what = f"the shapes {words} do not go together" if len(set(shapes)) > 1 else f"this cannot be done with shape {words}"
        return kind(f"{entry.name}: {what} ({in_plain_words(error)})")
    error.add_note(f"in {entry.name} of operands with shapes {words}")
    return error


def refuse_dtype(name, dtype):
    raise DTypeError(
        f"{name}: a result of dtype {dtype} has no derivative; give it the values, t.detach(), "
        f"or write .astype({dtype}) after it for a plain array"
    )


def refuse_without_rule(entry, args, kwargs):
    """Raise, since a recorded Tensor was given for an argument without a rule."""
    for i, value in [*enumerate(args), *kwargs.items()]:
        name = i if type(i) is str else entry.parameters[i] if i < len(entry.parameters) else i
        if name == entry.sequence and not isinstance(value, Variable):
            value = [item for item in value if not isinstance(item, Variable)]
        if not isinstance(value, Variable) and count_recorded([value]) and name in entry.rules:
            kind = type(value).__name__
            raise UnsupportedError(f"{entry.name}: argument {name} is a {kind} of Tensors; write np.stack(...) around it")
        if count_recorded([value]) and name not in entry.rules:
            others = f", only to {', '.join(entry.rules)}" if entry.rules else ""
            raise UnsupportedError(
                f"{entry.name}: there is no derivative with respect to argument {name}{others}; "
                f"write {name}.detach() if its gradient is not wanted"
            )
