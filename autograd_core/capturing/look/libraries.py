"""What functions, modules and classes of a library lead to. Nobody replaces its code while it runs, so that is found out
once; should somebody put something else into a place all the same, the next look sees it, and goes there.
"""

import types
from operator import is_
from typing import NamedTuple

from autograd_core.capturing.look import known
from autograd_core.capturing.look.known import EXTENSION, LIBRARY, NUMBERS, OWN, is_code, library, library_of
from autograd_core.capturing.look.names import roughly_named_in


class Led(NamedTuple):
    """Where a function leads."""

    made_of: tuple  # the function's code and defaults
    asked: frozenset  # names of attributes
    names: tuple  # of globals that are code
    code: tuple  # (name, value, whether there is anything to follow) of these
    settings: frozenset  # names of other globals
    absent: tuple  # names that are no globals
    written: frozenset  # names of globals that it sets
    dynamic: bool  # whether it asks for attributes in another way


def led(function):
    """The Led of a function; None if it has to be looked at each time: it is of no such library, or has a closure or the like,
    or somebody has put other code into it."""
    where = led_at_first(function)
    return where if where is None or all(map(is_, made_of(function), where.made_of)) else None


def made_of(function):
    return function.__code__, function.__defaults__, function.__kwdefaults__


@known.remembered
def led_at_first(function):
    if library_of(function) != EXTENSION or function.__closure__ or hasattr(function, "__wrapped__"):
        return None
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    names, scope = roughly_named_in(function.__code__), function.__globals__
    if "globals" in names.attributes or not all(isinstance(value, NUMBERS) for value in defaults):
        return None
    code, coded, settings, there = [], [], [*names.written], scope.keys() & names.read
    for name in sorted(there):
        if name[:2] == "__":
            continue
        value = scope[name]
        if is_code(value):
            coded.append(name)
            code.append((name, value, not leads_nowhere(value)))
        else:
            settings.append(name)
    dynamic = names.dynamic and not own_code(function)
    absent = tuple(names.read - there)
    return Led(made_of(function), names.asked, tuple(coded), tuple(code), frozenset(settings), absent, names.written, dynamic)


def leads_nowhere(value):
    """Whether there is nothing to follow in a module or class."""
    return is_closed(value) or (isinstance(value, type) and library_of(value) in (OWN, LIBRARY))


def is_closed(value):
    """Whether it is a module in which nothing is followed."""
    return isinstance(value, types.ModuleType) and library(value.__name__) in (OWN, LIBRARY)


def own_code(function):
    """Whether a function belongs to a class that is reached as a whole anyway."""
    return any(isinstance(v, type) and "__reached_whole__" in vars(v) for v in function.__globals__.values())


def while_the_same(sort):
    """A function of a module or class, asked once for each, and again only if there are other names or objects in it."""

    @known.remembered
    def at_first(owner):
        return contents(owner), sort(owner)

    def ask(owner):
        (was, answer), now = at_first(owner), contents(owner)
        return answer if len(now) == len(was) and all(map(is_, now, was)) else sort(owner)

    return ask


def contents(owner):
    return [*vars(owner), *vars(owner).values()]


@while_the_same
def code_and_others(module):
    """What is in a module: {name: entry} of what is code, and [(name, value)] of all else."""
    code, others = {}, []
    for key, value in list(vars(module).items()):
        if key[:2] == "__" or (isinstance(value, types.ModuleType) and is_closed(value)):
            continue
        if is_code(value):
            code[key] = None, value, f"{module.__name__}.{key}"
        else:
            others.append((key, value))
    return code, others
