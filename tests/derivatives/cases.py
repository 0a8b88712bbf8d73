"""Where each entry of the table is smooth: the one line that a new entry needs.

    covers("sum", call(R(3, 4)), call(R(3, 4), axis=0, keepdims=True), call(R(0, 3), axis=0))

says that `np.sum` is differentiable at these calls, with respect to every operand made by R (real), P (positive),
C (complex) or M (an array given whole). Other arguments are static. Every call is tested in every way there is, in
test_table.py. Elementwise entries need no line: they say in the table where they are smooth (`domain`, `kinks`).
"""

import zlib

import numpy as np

CASES = {}  # name of a function of NumPy, or `__name__` of an own entry -> list of Call


class Operand:
    """An array to differentiate by."""

    def __init__(self, value):
        self.value = np.asarray(value)


class Call:
    """The arguments of one call, with operands in them, also in lists and tuples."""

    def __init__(self, args, kwargs):
        self.args, self.kwargs = args, kwargs

    def operands(self):
        found = []
        self._map((self.args, self.kwargs), lambda operand: found.append(operand.value))
        return found

    def with_operands(self, values):
        """(args, kwargs) with the operands replaced, in order."""
        values = iter(values)
        return self._map((self.args, self.kwargs), lambda _: next(values))

    def _map(self, tree, function):
        if isinstance(tree, Operand):
            return function(tree)
        if type(tree) in (list, tuple):
            return type(tree)([self._map(item, function) for item in tree])
        if type(tree) is dict:
            return {key: self._map(item, function) for key, item in tree.items()}
        return tree

    def __repr__(self):
        return ", ".join([*map(_shown, self.args), *(f"{name}={_shown(value)}" for name, value in self.kwargs.items())])


def _shown(value):
    """An argument as part of a test's name: the same in every process."""
    if isinstance(value, Operand):
        value = value.value
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}"
    if type(value) in (list, tuple):
        return f"{'[' if type(value) is list else '('}{', '.join(map(_shown, value))}{']' if type(value) is list else ')'}"
    return getattr(value, "__name__", None) or repr(value)


def call(*args, **kwargs):
    return Call(args, kwargs)


def covers(name, *calls):
    """Say where the entry `name` is smooth."""
    CASES.setdefault(name, []).extend(calls)


_made = {}


def _generator(kind, shape):
    """A new generator for every array, the same ones in every run."""
    count = _made[kind, shape] = _made.get((kind, shape), 0) + 1
    return np.random.default_rng(zlib.crc32(repr((kind, shape, count)).encode()))


def R(*shape):
    """A real operand: values in (-2, 2), all different, none nearer than 0.1 to 0 or to another where there are few."""
    size = int(np.prod(shape))
    steps = np.linspace(-2, 2, 2 * size + 2)[1::2][:size] if size else np.zeros(0)
    steps = np.where(np.abs(steps) < 0.1, 0.15, steps)
    return Operand(_generator("R", shape).permutation(steps).reshape(shape))


def P(*shape):
    """A positive operand, values in (0.3, 2.3)."""
    return Operand(_generator("P", shape).permutation(np.linspace(0.3, 2.3, int(np.prod(shape)))).reshape(shape))


def C(*shape):
    """A complex operand."""
    r = _generator("C", shape)
    return Operand(r.uniform(0.3, 1.5, shape) * np.exp(1j * r.uniform(-3, 3, shape)))


def M(array):
    """An operand given whole."""
    return Operand(np.asarray(array))
