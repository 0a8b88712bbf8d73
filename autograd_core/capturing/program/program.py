"""What a recorded step is: calls in the order in which they were made, each of values that no later call changes.

    Value    an array or number that takes part: where it comes from, its shape and dtype, and what it was while recording
    Call     one call of NumPy: a function, its arguments (values in them, also in lists and tuples), and its result
    Guard    what the recording took for granted about a value: whether it is true, or that it holds no NaN
    Effect   what the step leaves behind: the new value of an array that is there before, the `.grad` of a Tensor
    Program  all of these, and the values that the step returns

Writing into an array is here a call that makes a new value ("p less the step"), and an effect at the end. So every
pass over a program may look at a call alone; that a buffer is written in place again is found when buffers are given out.
"""

from dataclasses import dataclass, field
from math import prod
from types import MappingProxyType

import numpy as np

from autograd_core.capturing.program import functions


class Value:
    """One array or number. `origin` is its Call, or the Source that it is read from at each replay, or None for a constant."""

    __slots__ = ("dtype", "origin", "sample", "shape")

    def __init__(self, sample, origin):
        self.sample, self.origin = sample, origin
        self.shape, self.dtype = getattr(sample, "shape", ()), getattr(sample, "dtype", None)

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def size(self):
        return prod(self.shape)

    @property
    def is_constant(self):
        return self.origin is None

    def __repr__(self):
        return f"<{self.dtype}{list(self.shape)}>"


class Source:
    """Where a value is read at each replay: an argument of the step, or something that the step closes over.

    kind   "argument", "tensor" (its array), "grad" (that of a Tensor), "array" or "number" (what is in a Place), "flat" (an
           array of which other sources are parts)
    name   what it is called in the printed program
    holder the Tensor, the Place, the path of the argument, or the list of the parts
    value  what is read there
    found  the array that was there when it was recorded; a pass may want another one there, which is value.sample then
    alone  whether nobody could tell if it were another array with the same elements
    moves  whether there is another array at each replay
    """

    __slots__ = ("alone", "found", "holder", "kind", "moves", "name", "value")

    def __init__(self, kind, name, holder, sample):
        self.kind, self.name, self.holder, self.found = kind, name, holder, sample
        self.alone = self.moves = False
        self.value = Value(sample, self)


class Call:
    """One call: `function(*args, **kwargs)`, with Values in the places of arrays. `line` is the user's, (code object, number)."""

    __slots__ = ("args", "function", "kwargs", "line", "note", "operands", "out")

    def __init__(self, function, args, kwargs, sample, line=None, note=""):
        self.function, self.line, self.note = function, line, note
        self.out = Value(sample, self)
        self.take(args, kwargs)

    def take(self, args, kwargs):
        """Take other arguments. `operands` are the Values in them."""
        self.args, self.kwargs = args, kwargs
        self.operands = []
        for item in (*args, *kwargs.values()):
            if type(item) is Value:
                self.operands.append(item)
            elif type(item) in NESTED:
                self.operands += values_in(item)

    def __repr__(self):
        return f"{getattr(self.function, '__name__', self.function)}{self.operands}"


@dataclass
class Guard:
    """`value` must be `expected` when tested for truth; with `kind` "finite", free of NaN and infinities."""

    value: Value
    expected: bool = True
    kind: str = "truth"
    line: tuple | None = None


@dataclass
class Effect:
    """What is done at the end with `value`.

    kind   "write": into the array of `target`; "rebind": it becomes what `target` holds; "grad": the `.grad` of the Tensor
           `target` (None where value is None)
    """

    kind: str
    target: object
    value: Value | None


@dataclass
class Program:
    """A whole step. `returned` are the values that it returns, in order; `steady` those that are made again only where what they
    are made of was changed."""

    sources: list
    calls: list
    guards: list
    effects: list
    returned: list
    notes: list = field(default_factory=list)
    steady: frozenset = frozenset()

    def replaced(self, **changes):
        """This program with other parts."""
        return Program(**{**vars(self), **changes})

    def uses(self):
        """{value: calls that take it}"""
        found = {}
        for call in self.calls:
            for value in set(call.operands):
                if value in found:
                    found[value].append(call)
                else:
                    found[value] = [call]
        return found

    def wanted(self):
        """The values that must be there in the end: returned, left behind, or tested."""
        return [
            *self.returned,
            *(effect.value for effect in self.effects if effect.value is not None),
            *(guard.value for guard in self.guards),
        ]

    def guards_first(self):
        """The program with all that a guard needs before all that none needs, so that where one fails nothing is
        written; and what may raise an error on numbers (a quotient by 0) before, too."""
        needed = {guard.value for guard in self.guards} | self.steady
        needed |= {call.out for call in self.calls if not call.out.shape and call.function in functions.MAY_RAISE}
        drawn = False  # draws stay in order
        for call in reversed(self.calls):
            drawn = drawn or (functions.is_draw(call) and call.out in needed)
            if call.out in needed or (drawn and functions.is_draw(call)):
                needed.update((call.out, *call.operands))
        first = [call for call in self.calls if call.out in needed]
        return self.replaced(calls=first + [call for call in self.calls if call.out not in needed])

    def renamed(self, names):
        """This program with values put in the place of others, {old: new}; the calls of the old ones are gone."""
        if not names:
            return self

        def new(value):
            while value in names:
                value = names[value]
            return value

        calls, untouched = [call for call in self.calls if call.out not in names], names.keys().isdisjoint
        for call in calls:
            if not untouched(call.operands):
                call.take(mapped(call.args, new), mapped(call.kwargs, new))
        for guard in self.guards:
            guard.value = new(guard.value)
        for effect in self.effects:
            effect.value = None if effect.value is None else new(effect.value)
        return self.replaced(calls=calls, returned=[new(value) for value in self.returned])


def root(value):
    """The value of which this is a view, through any number of views."""
    while type(value.origin) is Call and functions.is_view(value.origin) and type(value.origin.args[0]) is Value:
        value = value.origin.args[0]
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
