"""The random generators that a function may draw from, so that it can be run again with the same numbers.

Found are those that the function can reach: in its arguments, its closure, the globals that its code names (`np.random` and
`random` among them), the attributes of the objects there (the modules of a net), and the same of the functions that it
calls. A generator that is reached in another way, or made anew with each call, is not among them.
"""

import functools
import random
import sys
import types
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import numpy as np

from autograd_core.derivatives.entry import PLAIN
from autograd_core.graph.variable import Variable

LIMIT = 20_000  # objects looked at; more is somebody's data base
GENERATORS = (np.random.Generator, np.random.BitGenerator, np.random.RandomState, random.Random)
NUMBERS = PLAIN | {str, bytes, range, slice, type(Ellipsis), np.ufunc}
OUR_OWN = {"autograd_core", "numpy", "builtins"}  # a user's function does not draw from what is in these
SHARED = {"numpy", "numpy.random", "random"}  # but for the functions of these modules that draw from the process's generators


class Draws:
    """What a function draws while it runs: made before it, with the function and its arguments.

    draws = Draws(f, arguments)
    f(*arguments)
    again = draws.again()
    with again():           # (None if nothing was drawn)
        f(*arguments)       # draws the same numbers, and leaves all generators as they were before
    """

    def __init__(self, *roots):
        self._states = [(generator, _state(generator)) for generator in generators_in(*roots)]

    def again(self):
        """What makes the context in which the same numbers are drawn; None if there were none."""
        used = [(generator, state) for generator, state in self._states if _key(_state(generator)) != _key(state)]
        return functools.partial(_restored, used) if used else None


@contextmanager
def _restored(states):
    now = [(generator, _state(generator)) for generator, _ in states]
    try:
        for generator, state in states:
            _set_state(generator, state)
        yield
    finally:
        for generator, state in now:
            _set_state(generator, state)


def _state(generator):
    if isinstance(generator, random.Random):
        return generator.getstate()
    return (
        generator.get_state(legacy=False)
        if isinstance(generator, np.random.RandomState)
        else getattr(generator, "bit_generator", generator).state
    )


def _set_state(generator, state):
    if isinstance(generator, random.Random):
        generator.setstate(state)
    elif isinstance(generator, np.random.RandomState):
        generator.set_state(state)
    else:
        getattr(generator, "bit_generator", generator).state = state


def _key(state):
    """A state as something to compare."""
    if isinstance(state, dict):
        return [(name, _key(part)) for name, part in state.items()]
    return state.tobytes() if isinstance(state, np.ndarray) else state


def generators_in(*roots):
    """The random generators that can be reached from functions and values, in no particular order."""
    generators, seen, todo = [], {}, list(roots)
    while todo and len(seen) < LIMIT:
        value = todo.pop()
        kind = type(value)
        if kind in NUMBERS or value is None or id(value) in seen or isinstance(value, Variable):
            continue
        seen[id(value)] = value  # held, so that no other object gets the id
        if isinstance(value, GENERATORS):
            if not isinstance(value, random.SystemRandom):
                generators.append(value)
        elif kind is types.FunctionType:
            todo += _in_function(value)
        elif kind is functools.partial:
            todo += (value.func, value.args, value.keywords)
        elif isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, (list, tuple, set, frozenset)):
            todo += value
        elif isinstance(value, type):
            todo += _in_class(value)
        elif hasattr(value, "__self__"):  # a method
            todo += (getattr(value, "__func__", None), value.__self__)
        elif _top(kind) not in OUR_OWN and kind is not types.ModuleType:
            todo.append(kind)
            todo += getattr(value, "__dict__", {}).values()
            todo += [getattr(value, name, None) for name in _slots(kind)]
    return generators


def _in_function(function):
    """What a function can reach: by its closure, its defaults, the globals that its code names, and what it is wrapped around."""
    if hasattr(function, "__wrapped__"):
        yield function.__wrapped__
    if _top(function) in OUR_OWN:
        return
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not set yet
            continue
    yield from function.__defaults__ or ()
    yield function.__kwdefaults__
    yield from _now(_places(function.__code__, _Scope(function.__globals__)))


def _in_class(kind):
    """What the functions of a class can reach by the globals that they name. Looked up once for each class."""
    if _top(kind) in OUR_OWN or _top(kind) in sys.stdlib_module_names - {"__main__"}:
        return ()
    if kind not in _classes:
        places = set()
        for base in kind.__mro__:
            for value in vars(base).values() if _top(base) not in OUR_OWN else ():
                value = getattr(value, "__func__", getattr(value, "fget", value))
                if type(value) is types.FunctionType:
                    places |= _places(value.__code__, _Scope(value.__globals__))
        _classes[kind] = places
    return _now(_classes[kind])


_classes: WeakKeyDictionary = WeakKeyDictionary()


class _Scope:
    """The globals of a module, as the key of a cache."""

    def __init__(self, names):
        self.names = names

    def __hash__(self):
        return id(self.names)

    def __eq__(self, other):
        return self.names is other.names


def _now(places):
    for scope, name in places:
        if name in scope.names:
            yield scope.names[name]


@functools.cache
def _places(code, scope):
    """{(scope, name)} of the globals that code names and that may hold a generator, also those of the functions named in it.

    That is a search through all the code of a program, but one whose result stays: it takes place once.
    """
    places, seen, todo = set(), set(), [(code, scope)]
    while todo:
        code, scope = todo.pop()
        if (code, scope) in seen:
            continue
        seen.add((code, scope))
        names = _names(code)
        scopes = [scope]
        for scope in scopes:  # grows by the modules that are named: `layers.dropout(x)`
            for name in names & scope.names.keys():
                value = scope.names[name]
                kind = type(value)
                if kind is types.ModuleType:
                    top = value.__name__.partition(".")[0]
                    inner = _Scope(vars(value))
                    if (value.__name__ in SHARED or top not in OUR_OWN | sys.stdlib_module_names) and inner not in scopes:
                        scopes.append(inner)
                elif kind is types.FunctionType and value.__closure__ is None and not hasattr(value, "__wrapped__"):
                    if _top(value) not in OUR_OWN:
                        todo.append((value.__code__, _Scope(value.__globals__)))
                elif kind is type:
                    if _top(value) not in OUR_OWN | sys.stdlib_module_names - {"__main__"}:
                        places.add((scope, name))
                elif kind not in NUMBERS and (_top(kind) not in OUR_OWN or kind in CONTAINERS or draws(value)):
                    places.add((scope, name))
    return places


CONTAINERS = {types.FunctionType, type(None), list, dict, tuple, set, frozenset}  # of generators; None may become one


def draws(value):
    """Whether a value is a generator or a method of one, as `np.random.normal` is."""
    return isinstance(getattr(value, "__self__", value), GENERATORS)


@functools.cache
def _names(code):
    """The names of globals and attributes in a code object and those inside it."""
    return frozenset(code.co_names).union(*[_names(part) for part in code.co_consts if isinstance(part, types.CodeType)])


def _slots(kind):
    """The names of the attributes that objects of a class keep outside their dict."""
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def _top(thing):
    """The top package of a class or function."""
    return (getattr(thing, "__module__", None) or "builtins").partition(".")[0]
