"""What a step can reach: Tensors, arrays, numbers and random generators that it closes over, and where each is kept.

A step is a function; it finds what it works on in its closure, in the globals that its code names, in its defaults, and in
the attributes, lists and dicts of the objects there, such as modules and optimizers. Each array and number found is a
`Place`, so that the recorder can stand in for it while the step is recorded, and so that a replay can look whether
it is still what it was.
"""

import functools
import sys
import types

import numpy as np

from autograd_core.variable import Variable

NUMBERS = (bool, int, float, complex, str, bytes, type(None), np.generic)
OWN = ("autograd_core", "numpy", "builtins", "functools", "collections", "types", "weakref", "contextlib")
LIMIT = 20_000  # objects looked at; more is somebody's data base


class Place:
    """Where something is kept: `container[key]`, with the contents of a closure's cell under the key None."""

    __slots__ = ("container", "key", "name")

    def __init__(self, container, key, name):
        self.container, self.key, self.name = container, key, name

    def get(self):
        return self.container.cell_contents if self.key is None else self.container[self.key]

    def set(self, value):
        if self.key is None:
            self.container.cell_contents = value
        else:
            self.container[self.key] = value


class Reached:
    """Everything found: {id: Tensor}, and the places of arrays, of numbers and of generators, with what is there now."""

    def __init__(self, step):
        self.tensors, self.names, self.alone = {}, {}, {}
        self.moved = {}  # id of an array -> (the array, the one that has taken its place), see `turn`
        self.arrays, self.numbers, self.generators, self.sizes = [], [], [], []
        self._seen, self._step = set(), getattr(step, "__func__", step)
        todo = [(None, None, step, getattr(step, "__name__", "step"))]
        while todo and len(self._seen) < LIMIT:
            self._look(*todo.pop(), todo)

    def _look(self, container, key, value, name, todo):
        kind = type(value)
        if kind in NUMBERS or isinstance(value, NUMBERS):
            if container is not None:
                self.numbers.append((Place(container, key, name), value))
            return
        if kind is np.ndarray:
            if container is not None and type(container) is not tuple:
                self.arrays.append((Place(container, key, name), value))
                self.alone[id(value)] = sys.getrefcount(value) <= ALONE
            return
        if id(value) in self._seen:
            return
        self._seen.add(id(value))
        if isinstance(value, Variable):
            self._tensor(value, name)
        elif isinstance(value, np.random.Generator):
            if container is not None and type(container) is not tuple:
                self.generators.append((Place(container, key, name), value))
        elif kind is types.FunctionType:
            self._function(value, todo)
        elif kind is types.MethodType:
            todo.append((None, None, value.__func__, name))
            todo.append((None, None, value.__self__, name.rpartition(".")[0] or "self"))
        elif kind is dict:
            self.sizes.append((value, len(value), name))
            todo += [(value, k, v, f"{name}[{k!r}]" if type(k) in (str, int) else f"{name}[…]") for k, v in list(value.items())]
        elif kind is list:
            self.sizes.append((value, len(value), name))
            todo += [(value, i, v, f"{name}[{i}]") for i, v in enumerate(value)]
        elif kind is tuple and container is not None and all(isinstance(v, NUMBERS) for v in value):
            self.numbers.append((Place(container, key, name), value))
        elif kind in (tuple, set, frozenset):
            todo += [(None, None, v, f"{name}[{i}]") for i, v in enumerate(value)]
        elif not isinstance(value, (type, types.ModuleType, types.BuiltinFunctionType)):
            self._object(value, name, todo)

    def _function(self, function, todo):
        if belongs(function) and function is not self._step:
            return
        if hasattr(function, "__wrapped__"):
            todo.append((None, None, function.__wrapped__, function.__name__))
        for cell, name in zip(function.__closure__ or (), function.__code__.co_freevars, strict=True):
            try:
                todo.append((cell, None, cell.cell_contents, name))
            except ValueError:  # not set yet
                continue
        todo += [(None, None, value, name) for name, value in zip("abcdefgh", function.__defaults__ or (), strict=False)]
        todo += [(None, None, value, name) for name, value in (function.__kwdefaults__ or {}).items()]
        names = [name for name in names_in(function.__code__) if not name.startswith("__")]
        found = [(function.__globals__, name) for name in names if name in function.__globals__]
        for container, name in found:
            value = container[name]
            if isinstance(value, types.ModuleType):
                if value.__name__.partition(".")[0] not in (*OWN, "math"):
                    todo += [(vars(value), n, vars(value)[n], f"{name}.{n}") for n in names if n in vars(value)]
            else:
                todo.append((container, name, value, name))

    def _object(self, value, name, todo):
        if belongs(type(value)) and not isinstance(value, dict):
            for part in ("func", "args", "keywords") if isinstance(value, functools.partial) else ("step",):
                if hasattr(value, part):  # of a captured step
                    todo.append((None, None, getattr(value, part), name))
            return
        attributes = getattr(value, "__dict__", None)
        if isinstance(attributes, dict):
            self.sizes.append((attributes, len(attributes), name))
            todo += [(attributes, k, v, f"{name}.{k}") for k, v in list(attributes.items())]
        if isinstance(value, dict):
            self.sizes.append((value, len(value), name))
            todo += [(value, k, v, f"{name}[…]") for k, v in list(value.items())]
        for kind in type(value).__mro__:
            if not belongs(kind):
                todo += [(None, None, v, n) for n, v in vars(kind).items() if type(v) is types.FunctionType]

    def add(self, tensor):
        """One more Tensor."""
        if id(tensor) not in self.tensors:
            self._tensor(tensor, "an argument")

    def _tensor(self, tensor, name):
        self.tensors[id(tensor)] = tensor
        self.names[id(tensor)] = getattr(tensor, "_name", None) or name
        self.alone[id(tensor)] = sys.getrefcount(tensor._value) <= 2  # nobody else can tell if it moves

    def changed(self):
        """The places of numbers whose number is another one now, and the name of a container that has grown or shrunk."""
        numbers = [place for place, value in self.numbers if not same_number(current(place), value)]
        grown = next((name for container, size, name in self.sizes if len(container) != size), None)
        return numbers, grown


def _count_alone():
    global ALONE
    box = {"array": np.zeros(1)}
    while not Reached(box).alone[id(box["array"])]:  # it differs between Pythons
        ALONE += 1


ALONE = 1  # what getrefcount says, where it is asked above, of an array that only one container holds


def current(place):
    """What is in a place now; None where the place is gone."""
    try:
        return place.get()
    except (KeyError, IndexError, ValueError):
        return None


def same_number(a, b):
    return a is b or (type(a) is type(b) and (a == b or (a != a and b != b)))


def belongs(thing):
    """Whether a function or class is this package's, NumPy's or Python's own."""
    return (getattr(thing, "__module__", None) or "builtins").partition(".")[0] in OWN


@functools.cache
def names_in(code):
    """The names of globals and attributes in a code object and those inside it."""
    found = dict.fromkeys(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found.update(names_in(constant))
    return found


_count_alone()
