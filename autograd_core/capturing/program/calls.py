"""Calls, the values that they take and make, and where these are read. See `program` for what is made of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from math import isfinite, prod
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.capturing.program import functions

FLOAT64: Any = np.dtype(np.float64)


class Value:
    """One array or number. `source` is the Source that it is read from at each replay, or None."""

    __slots__ = ("dtype", "ndim", "sample", "shape", "size", "source")

    def __init__(self, sample: Any, source: Source | None = None):
        self.sample, self.source = sample, source
        if type(sample) is np.float64:  # in a third of the time
            self.shape, self.dtype, self.ndim, self.size = (), FLOAT64, 0, 1
            return
        self.shape = shape = getattr(sample, "shape", ())
        self.dtype = getattr(sample, "dtype", None)
        self.ndim, self.size = len(shape), prod(shape) if shape else 1

    def __repr__(self) -> str:
        return f"<{self.dtype}{list(self.shape)}>"


class Source:
    """Where a value is read at each replay: an argument of the step, or something that the step closes over.

    kind   "argument", "tensor" (its array), "grad" (that of a Tensor), "array" or "number" (what is in a Place), "flat" (an
           array of which other sources are parts)
    name   what it is called in the printed program
    holder the Tensor, the Place, the path of the argument, or the tuple of the parts
    value  what is read there
    """

    __slots__ = ("holder", "kind", "name", "value")

    def __init__(self, kind: str, name: str, holder: Any, sample: Any):
        self.kind, self.name, self.holder = kind, name, holder
        self.value = Value(sample, self)

    def parts(self) -> tuple[Source, ...]:
        """The sources of which this is made: itself, or the parts of a flat one."""
        return self.holder if self.kind == "flat" else (self,)

    @property
    def location(self) -> object:
        """The same for all sources that are read in the same place."""
        if self.kind == "tensor":
            return id(self.holder)
        return id(self.holder.container), self.holder.key, self.holder.path


class Call:
    """One call: `function(*args, **kwargs)`, with Values in the places of arrays; `operands` are the Values in them.

    errors          what the step had said about warnings just here, by np.errstate: ((kind, mode), …)
    is_elementwise  whether element i of the result depends on the elements i of the operands only, and there are no keywords
    is_view         whether it gives a view of its first operand, or may
    is_draw         whether it draws random numbers: such are made each time, in order, and never left out
    may_raise       whether it is on numbers, and Python's own arithmetic may raise an error in its place
    """

    __slots__ = (
        "args", "errors", "function", "is_draw", "is_elementwise", "is_view", "kwargs", "may_raise", "note", "operands", "out",
    )  # fmt: skip

    def __init__(
        self, function: Any, args: tuple, kwargs: dict[str, Any], sample: Any, note: str = "",
        errors: tuple = (), out: Value | None = None,
    ):  # fmt: skip
        self.function, self.args, self.kwargs = function, args, kwargs
        self.note, self.errors = note, errors
        self.out = Value(sample) if out is None else out
        operands = [x for x in args if type(x) is Value]
        if not kwargs and len(operands) == len(args):
            self.operands: tuple[Value, ...] = args
        elif kwargs or not NESTED.isdisjoint(map(type, args)):
            self.operands = tuple(values_in([*args, *kwargs.values()]))
        else:
            self.operands = tuple(operands)
        self.may_raise = not self.out.shape and function in functions.MAY_RAISE
        if type(function) is np.ufunc:  # half of all
            self.is_elementwise = not kwargs and function.signature is None and function.nout == 1
            self.is_view = self.is_draw = False
            return
        self.is_elementwise = False
        self.is_view = function in functions.VIEWS or (function is operator.getitem and functions.picks_a_view(*args))
        self.is_draw = isinstance(getattr(function, "__self__", None), np.random.Generator)

    def replaced(
        self, args: Any = None, kwargs: Any = None, out: Value | None = None, errors: tuple | None = None,
    ) -> Call:  # fmt: skip
        """The same call of other arguments, or with its result under another name."""
        args, kwargs = self.args if args is None else args, self.kwargs if kwargs is None else kwargs
        errors, out = self.errors if errors is None else errors, self.out if out is None else out
        return Call(self.function, args, kwargs, None, self.note, errors, out)

    def __repr__(self) -> str:
        return f"{functions.shown(self.function)}{list(self.operands)}"


def made(function: Any, args: tuple, like: Call, kwargs: dict | None = None, sample: Any = None, note: str = "") -> Call:
    """A new call whose result is as that of `like`."""
    return Call(function, args, kwargs or {}, like.out.sample if sample is None else sample, note, like.errors)


BY_BLOCKS = "sum of the sums of blocks"  # the note of a sum that may be added up in this order
SUM_OVER_COLUMNS = "sum over columns"  # the note of a product with ones
NESTED = {tuple, list, dict}


def values_in(tree: Any) -> list[Value]:
    """The Values in nested tuples, lists and dicts."""
    kind = type(tree)
    if kind is Value:
        return [tree]
    if kind is tuple or kind is list:
        items = tree
    elif kind is dict:
        items = tree.values()
    else:
        return []
    found: list[Value] = []
    for item in items:
        if type(item) is Value:
            found.append(item)
        elif type(item) in NESTED:
            found += values_in(item)
    return found


def is_finite(x: Any) -> bool:
    """Whether an array or number holds neither infinities nor NaNs."""
    if type(x) in FLOATS:  # in a hundredth of the time
        return isfinite(x)
    return bool(np.all(np.isfinite(x)))


FLOATS = {float, np.float64, np.float32}


def is_static(tree: Any) -> bool:
    """Whether there is no Value in a tree."""
    return not values_in(tree)


def mapped(tree: Any, function: Callable[[Value], Any]) -> Any:
    """The tree with `function` of each Value in its place."""
    kind = type(tree)
    if kind is Value:
        return function(tree)
    if kind is tuple or kind is list:
        return kind([mapped(item, function) for item in tree])
    if kind is dict:
        return {key: mapped(item, function) for key, item in tree.items()}
    return tree


def signature_of(tree: Any, names: Mapping[Value, Value] = MappingProxyType({})) -> Any:
    """Something hashable that is equal for equal trees of static values and the same Values, with `names`, {old: new}, put in."""
    kind = type(tree)
    if kind is Value:
        return id(names.get(tree, tree))
    if kind is int or kind is str or tree is None:
        return kind, tree
    if kind is tuple or kind is list:
        return kind, *[signature_of(item, names) for item in tree]
    if kind is dict:
        return tuple([(key, signature_of(tree[key], names)) for key in sorted(tree)])
    if isinstance(tree, np.ndarray):
        return id(tree)
    if kind is slice:
        return kind, tree.start, tree.stop, tree.step
    if kind is float:  # 0.0 and -0.0 are equal
        return kind, repr(tree)
    try:
        hash(tree)
    except TypeError:
        return id(tree)
    return kind, tree
