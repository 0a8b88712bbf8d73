"""What a recorded step is: calls in the order in which they were made, each of values that no later call changes.

    Value    an array or number that takes part: its shape, its dtype, and what it was while recording
    Source   where a value is read at each replay
    Call     one call of NumPy: a function, its arguments (values in them, also in lists and tuples), and its result
    Guard    what the recording took for granted about a value: whether it is true, or that it holds no NaN
    Effect   what the step leaves behind: the new value of an array that is there before, the `.grad` of a Tensor
    Program  all of these, and the values that the step returns

Writing into an array is here a call that makes a new value ("p less the step"), and an effect at the end. So every
pass over a program may look at a call alone; that a buffer is written in place again is decided when buffers are given out.

Nothing here changes once it is made. A pass makes another Program, which shares what stayed the same; which call makes a
value is therefore asked of the program (`program.origins`), not of the value.
"""

import operator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from types import MappingProxyType

import numpy as np

from autograd_core.capturing.program import functions


class Value:
    """One array or number. `source` is the Source that it is read from at each replay, or None."""

    __slots__ = ("dtype", "ndim", "sample", "shape", "size", "source")

    def __init__(self, sample, source=None):
        self.sample, self.source = sample, source
        self.shape, self.dtype = getattr(sample, "shape", ()), getattr(sample, "dtype", None)
        self.ndim, self.size = len(self.shape), prod(self.shape)

    def __repr__(self):
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

    def __init__(self, kind, name, holder, sample):
        self.kind, self.name, self.holder = kind, name, holder
        self.value = Value(sample, self)

    def parts(self):
        """The sources of which this is made: itself, or the parts of a flat one."""
        return self.holder if self.kind == "flat" else (self,)

    @property
    def where(self):
        """The same for all sources that are read in the same place."""
        if self.kind == "tensor":
            return id(self.holder)
        return id(self.holder.container), self.holder.key, self.holder.path


class Call:
    """One call: `function(*args, **kwargs)`, with Values in the places of arrays; `operands` are the Values in them.

    line            the user's, (code object, number)
    errors          what the step had said about warnings just here, by np.errstate: ((kind, mode), …)
    is_elementwise  whether element i of the result depends on the elements i of the operands only, and there are no keywords
    is_view         whether it gives a view of its first operand, or may
    is_draw         whether it draws random numbers: such are made each time, in order, and never left out
    may_raise       whether it is on numbers, and Python's own arithmetic may raise an error in its place
    """

    __slots__ = (
        "args", "errors", "function", "is_draw", "is_elementwise", "is_view", "kwargs", "line", "may_raise", "note", "operands",
        "out",
    )  # fmt: skip

    def __init__(self, function, args, kwargs, sample, line=None, note="", errors=(), out=None):
        self.function, self.args, self.kwargs = function, args, kwargs
        self.line, self.note, self.errors = line, note, errors
        self.out = Value(sample) if out is None else out
        self.operands = []
        for item in (*args, *kwargs.values()):
            if type(item) is Value:
                self.operands.append(item)
            elif type(item) in NESTED:
                self.operands += values_in(item)
        self.is_elementwise = type(function) is np.ufunc and not kwargs and function.signature is None and function.nout == 1
        self.is_view = function in functions.VIEWS or (function is operator.getitem and functions.picks_a_view(*args))
        self.is_draw = isinstance(getattr(function, "__self__", None), np.random.Generator)
        self.may_raise = not self.out.shape and function in functions.MAY_RAISE

    def replaced(self, args=None, kwargs=None, out=None, errors=None):
        """The same call of other arguments, or with its result under another name."""
        args, kwargs = self.args if args is None else args, self.kwargs if kwargs is None else kwargs
        errors, out = self.errors if errors is None else errors, self.out if out is None else out
        return Call(self.function, args, kwargs, None, self.line, self.note, errors, out)

    def __repr__(self):
        return f"{functions.shown(self.function)}{self.operands}"


@dataclass(frozen=True)
class Guard:
    """`value` must be `expected`: when tested for truth, or what `kind` says: "shape"; "within" ±expected; "finite" (without
    NaN and infinities); "nonzero" (no element is 0)."""

    value: Value
    expected: object = True
    kind: str = "truth"
    line: tuple | None = None


@dataclass(frozen=True)
class Effect:
    """What is done at the end with `value`.

    kind   "write": into the array of `target`; "rebind": it becomes what `target` holds; "grad": the `.grad` of the Tensor
           that `target` holds (None where value is None)
    """

    kind: str
    target: Source
    value: Value | None


@dataclass(frozen=True, eq=False)
class Program:
    """A whole step.

    returned  the values that it returns, in order
    notes     what the passes have to say, for print
    steady    values that are made again only if what they are made of was changed
    alone     values of sources whose arrays may be moved: nobody could tell if it were another array with the same elements
    moving    values of sources where there is another array at each replay
    arrays    {value of a source: the array that a pass wants in the place of the recorded one}
    """

    sources: tuple
    calls: tuple
    guards: tuple
    effects: tuple
    returned: tuple
    notes: tuple = ()
    steady: frozenset = frozenset()
    alone: frozenset = frozenset()
    moving: frozenset = frozenset()
    arrays: dict = field(default_factory=dict)

    def replaced(self, **changes):
        """This program with other parts."""
        return replace(self, **changes)

    @cached_property
    def origins(self):
        """{value: the call that makes it}"""
        return {call.out: call for call in self.calls}

    @cached_property
    def uses(self):
        """{value: calls that take it}"""
        users = {}
        for call in self.calls:
            for value in set(call.operands):
                if value in users:
                    users[value].append(call)
                else:
                    users[value] = [call]
        return users

    def made_by(self, value, *makers):
        """The call that makes a value, if it is one of these functions without keywords; else None."""
        call = self.origins.get(value) if type(value) is Value else None
        return call if call is not None and call.function in makers and not call.kwargs else None

    def parts(self):
        """The sources, with the parts of a flat one in its place."""
        return [part for source in self.sources for part in source.parts()]

    def array(self, value):
        """What was there for a value while recording, or what a pass wants there in its place."""
        return self.arrays.get(value, value.sample)

    @cached_property
    def roots(self):
        """{view: the value of which it is one, through any number of views}"""
        roots = {}
        for call in self.calls:
            if call.is_view and type(base := call.args[0]) is Value:
                roots[call.out] = roots.get(base, base)
        return roots

    def root(self, value):
        return self.roots.get(value, value)

    @cached_property
    def written(self):
        """The sources into whose arrays something is written."""
        return tuple([effect.target for effect in self.effects if effect.kind == "write"])

    def wanted(self):
        """The values that must be there in the end: returned, left behind, or tested."""
        return [
            *self.returned,
            *(effect.value for effect in self.effects if effect.value is not None),
            *(guard.value for guard in self.guards),
        ]

    def guards_first(self):
        """The program with steady calls first, then all that a guard needs, so that nothing is written if one fails; and what
        may raise an error on numbers (a quotient by 0) before all else, too."""
        needed = {guard.value for guard in self.guards} | self.steady
        needed |= {call.out for call in self.calls if call.may_raise}
        drawn = False  # draws stay in order
        for call in reversed(self.calls):
            drawn = drawn or (call.is_draw and call.out in needed)
            if call.out in needed or (drawn and call.is_draw):
                needed.update((call.out, *call.operands))
        order = sorted(self.calls, key=lambda call: 0 if call.out in self.steady else 1 if call.out in needed else 2)
        return self.replaced(calls=tuple(order))

    def renamed(self, names):
        """This program with values put in the place of others, {old: new}; the calls of the old ones are gone."""
        if not names:
            return self

        def new(value):
            while value in names:
                value = names[value]
            return value

        untouched = names.keys().isdisjoint
        return self.replaced(
            calls=tuple([
                call if untouched(call.operands) else call.replaced(mapped(call.args, new), mapped(call.kwargs, new))
                for call in self.calls if call.out not in names
            ]),
            guards=tuple([g if g.value not in names else replace(g, value=new(g.value)) for g in self.guards]),
            effects=tuple([e if e.value not in names else replace(e, value=new(e.value)) for e in self.effects]),
            returned=tuple(map(new, self.returned)),
        )  # fmt: skip


def root(value, origins):
    """The value of which this is a view, through any number of views; `origins` is {value: the call that makes it}."""
    while (call := origins.get(value)) is not None and call.is_view and type(call.args[0]) is Value:
        value = call.args[0]
    return value


NESTED = {tuple, list, dict}


def values_in(tree):
    """The Values in nested tuples, lists and dicts."""
    kind = type(tree)
    if kind is Value:
        yield tree
    elif kind is tuple or kind is list:
        for item in tree:
            yield from values_in(item)
    elif kind is dict:
        for item in tree.values():
            yield from values_in(item)


def is_static(tree):
    """Whether there is no Value in a tree."""
    return next(values_in(tree), None) is None


def mapped(tree, function):
    """The tree with `function` of each Value in its place."""
    kind = type(tree)
    if kind is Value:
        return function(tree)
    if kind is tuple or kind is list:
        return kind([mapped(item, function) for item in tree])
    if kind is dict:
        return {key: mapped(item, function) for key, item in tree.items()}
    return tree


def signature_of(tree, names=MappingProxyType({})):
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
