"""Scalar code: what a program does, as operations on single numbers. Each number has an id and is computed once.

An Array is an array of ids. So whatever only moves elements about (transposes, parts, stacks) is done once, here, by NumPy, on
the ids, and leaves no operation. An operation on arrays is one row of the code for each element.
"""

import math

import numpy as np

from autograd_core.capturing.native.operations import FLOATS, KINDS, OPERATIONS, kind_of


class NotLoweredError(Exception):
    """There is no scalar code for a program; it says of what: of a function, and with which arguments."""

    def __init__(self, reason, function=""):
        super().__init__(": ".join(filter(None, (function, reason))))
        self.function = function


class Region:
    """Numbers whose ids, and places in memory, follow one another.

    role     "input" (what the code is given), "constant", "result" (of operations)
    values   those of constants
    """

    __slots__ = ("kind", "role", "size", "start", "values")

    def __init__(self, role, kind, start, size, values=None):
        self.role, self.kind, self.start, self.size, self.values = role, kind, start, size, values


class Rows:
    """One operation on all elements of arrays: results have the ids start … start + size - 1."""

    __slots__ = ("operands", "operation", "shape", "size", "start")

    def __init__(self, operation, start, size, shape, operands):
        self.operation, self.start, self.size, self.shape, self.operands = operation, start, size, shape, operands


class Array:
    """Ids in a shape, all of one kind; a single number has an int."""

    __slots__ = ("code", "ids", "kind")

    def __init__(self, code, ids, kind):
        self.code, self.ids, self.kind = code, ids, kind

    @property
    def shape(self):
        return () if type(self.ids) is int else self.ids.shape

    @property
    def size(self):
        return 1 if type(self.ids) is int else self.ids.size

    @property
    def ndim(self):
        return len(self.shape)

    def moved(self, ids):
        """Other ids of this kind, such as some of these."""
        if type(ids) is not int and ids.shape == ():
            ids = int(ids)
        return Array(self.code, ids, self.kind)

    def simple(self):
        """The same, a single number with an int."""
        return self.moved(self.ids)

    def array(self):
        """The ids as an array of NumPy's."""
        return np.asarray(self.ids)

    def __getitem__(self, index):
        return self.moved(self.array()[index])

    def reshape(self, *shape):
        return self.moved(self.array().reshape(shape))

    def _with(self, name, other, turned=False):
        if type(other) is not Array:
            other = self.code.number(other, self.kind)
        return self.code.apply(name, other, self) if turned else self.code.apply(name, self, other)

    def __add__(self, other):
        return self._with("add", other)

    def __radd__(self, other):
        return self._with("add", other, True)

    def __sub__(self, other):
        return self._with("sub", other)

    def __rsub__(self, other):
        return self._with("sub", other, True)

    def __mul__(self, other):
        return self._with("mul", other)

    def __rmul__(self, other):
        return self._with("mul", other, True)

    def __truediv__(self, other):
        return self._with("div", other)

    def __rtruediv__(self, other):
        return self._with("div", other, True)

    def __neg__(self):
        return self.code.apply("neg", self)

    def __invert__(self):
        return self.code.apply("not", self)

    def __and__(self, other):
        return self._with("and", other)

    def __or__(self, other):
        return self._with("or", other)

    def __xor__(self, other):
        return self._with("xor", other)

    def __lt__(self, other):
        return self._with("lt", other)

    def __le__(self, other):
        return self._with("le", other)

    def __gt__(self, other):
        return self._with("lt", other, True)

    def __ge__(self, other):
        return self._with("le", other, True)

    def equals(self, other):
        return self._with("eq", other)

    def differs(self, other):
        return self._with("ne", other)


class Code:
    """Scalar code while it is written: `regions` by their first id, `rows` in order."""

    def __init__(self):
        self.regions, self.rows, self.next = [], [], 0
        self.constants, self.singles, self.whole, self.count = {}, {}, {}, 0

    def region(self, role, kind, size, values=None):
        """A new region; an id is left out after it, so that none goes over from one into the next."""
        region = Region(role, kind, self.next, size, values)
        self.regions.append(region)
        self.next += size + 1
        return region

    def input(self, kind, size):
        return self.region("input", kind, size)

    def number(self, value, kind):
        """A constant."""
        if type(value) is int and (known := self.whole.get((kind, value))) is not None:  # the same few again and again
            return known
        made = self.one(value, kind)
        if type(value) is int:
            self.whole[kind, value] = made
        return made

    def one(self, value, kind):
        try:
            value = KINDS[kind].dtype.type(value)
        except (OverflowError, ValueError):
            raise NotLoweredError(f"{value!r:.30} as a number of {KINDS[kind].dtype}") from None
        key = kind, value.tobytes()
        known = self.constants.get(key)
        if known is None:
            known = self.constants[key] = self.region("constant", kind, 1, np.array([value]))
            self.singles[known.start] = known
        return Array(self, known.start, kind)

    def constant(self, values, kind):
        """An array of constants."""
        values = np.ascontiguousarray(values, KINDS[kind].dtype).reshape(np.shape(values))
        if values.size and values.tobytes() == values.ravel()[:1].tobytes() * values.size:  # all the same
            return Array(self, np.full(values.shape, self.number(values.flat[0], kind).ids), kind).simple()
        key = kind, values.tobytes()
        region = self.constants.get(key) if values.size > 1 else None
        if region is None:
            region = self.constants[key] = self.region("constant", kind, values.size, values.ravel())
        return Array(self, np.arange(region.start, region.start + region.size).reshape(values.shape), kind).simple()

    def is_number(self, x):
        """Whether this is one constant, and no NaN."""
        if type(x.ids) is not int:
            return False
        region = self.singles.get(x.ids)
        return region is not None and region.values[0] == region.values[0]

    def apply(self, name, *operands):
        """The operation of each element of the operands, which are repeated as NumPy does it."""
        operation = OPERATIONS.get((name, tuple([x.kind for x in operands])))
        if operation is None:
            raise NotLoweredError(f"operands of {' and '.join([str(KINDS[x.kind].dtype) for x in operands])}")
        ids = [x.ids for x in operands]
        shapes = {x.shape for x in ids if type(x) is not int}
        start = self.next
        if not shapes:
            self.rows.append(Rows(operation, start, 1, (), ids))
            self.next += 1
            self.count += 1
            return Array(self, start, operation.out)
        if name == "mul" and (same := self.times_one(operands)) is not None:
            return same
        shape = shapes.pop() if len(shapes) == 1 else np.broadcast(*ids).shape
        size = math.prod(shape)
        if not size:
            return Array(self, np.zeros(shape, int), operation.out)
        self.rows.append(Rows(operation, start, size, shape, [spread(x, shape, size) for x in ids]))
        self.next += size
        self.count += size
        made = np.arange(start, start + size)
        return Array(self, made if len(shape) == 1 else made.reshape(shape), operation.out)

    def times_one(self, operands):
        """The other operand of a product by 1 that has its shape."""
        for one, other in (operands, operands[::-1]):
            if type(one.ids) is int or one.shape == other.shape:
                region = self.singles.get(one.ids if type(one.ids) is int else int(one.ids.flat[0]) if one.size else None)
                if region is not None and region.values[0] == 1 and (type(one.ids) is int or (one.ids == region.start).all()):
                    return other
        return None

    # What entries are written with

    def cast(self, x, kind):
        """Another kind of number, as `astype` does it."""
        if x.kind == kind:
            return x
        if x.kind in FLOATS and kind in ("i8", "i4"):  # what no integer can hold becomes the least one
            bound = float(2 ** (63 if kind == "i8" else 31))
            fits = (x >= -bound) & (x < bound)
            whole = self.apply(f"to_{kind}", self.select(fits, x, 0.0))
            return self.select(fits, whole, int(np.iinfo(KINDS[kind].dtype).min))
        return self.apply(f"to_{kind}", x)

    def select(self, test, a, b):
        """a where the test is true, else b."""
        kind = a.kind if type(a) is Array else b.kind
        a, b = (x if type(x) is Array else self.number(x, kind) for x in (a, b))
        return self.apply("select", test, a, b)

    def check(self, test):
        """The program applies only if this is true, everywhere."""
        if test.size:
            self.apply("check", test)

    def finite(self, x):
        """Whether numbers are neither infinite nor NaN."""
        return self.apply("ordered", x - x) if x.kind in FLOATS else x.equals(x)

    def stacked(self, arrays, axis=0):
        return arrays[0].moved(np.stack([x.array() for x in arrays], axis))


def spread(ids, shape, size):
    """Ids repeated to a shape, flat. (`np.broadcast_to` takes several times as long.)"""
    if type(ids) is int:
        repeated = np.empty(size, int)
        repeated.fill(ids)
        return repeated
    if ids.shape == shape:
        return ids if len(shape) == 1 else ids.reshape(-1)
    repeated = np.empty(shape, int)
    repeated[...] = ids
    return repeated.reshape(-1)


def kind_or_raise(dtype, what):
    """The kind of a dtype, or the error that says of what there is none."""
    kind = kind_of(dtype)
    if kind is None:
        raise NotLoweredError(f"{what} of {np.dtype(dtype)}")
    return kind
