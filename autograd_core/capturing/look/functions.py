"""Functions and modules: closures, defaults, code, and the globals that the code names."""

import builtins
import functools
import sys
import threading
import types

import numpy as np

from autograd_core.capturing.look import known
from autograd_core.capturing.look.known import EXTENSION, LIBRARY, NUMBERS, OWN, is_code, library, library_of
from autograd_core.capturing.look.libraries import code_and_others, is_closed, led, own_code
from autograd_core.capturing.look.names import ASKING, COMPARED, computes_names, names_in
from autograd_core.capturing.look.operations import calls_nothing
from autograd_core.capturing.look.places import GONE, Attribute, Called, InClass, Place, current
from autograd_core.graph.variable import Variable

CALLED = (types.BuiltinFunctionType, types.MethodWrapperType)
CODE = (types.FunctionType, property, functools.cached_property, classmethod, staticmethod, functools.singledispatchmethod)
SETTINGS = (*NUMBERS, np.ndarray, Variable, list, tuple, dict)
MAKING = "type()"  # no name, but what the user's code may do if it asks for the class of an object: make another one
OF_FROZEN = {"FrozenInstanceError", "__dataclass_builtins_object__"}  # in the closures of methods that `dataclass` writes
SAYING = {"__repr__", "__eq__", "__lt__", "__le__", "__gt__", "__ge__"}  # words and truths: what these return is no class
OF_TENSORS = {"name", "grad"}  # what a Tensor has that is neither followed nor compared for the sake of its value
OF_NO_ACCOUNT = ("dispatch_cache", "cache_token")  # in the closure of a function by functools.singledispatch


def follow_function(reached, function, name):
    if function is reached.step or (where := led(function)) is None:
        look_into_function(reached, function, name)
        return
    todo, seen = [(function, where)], reached.seen
    while todo:
        function, where = todo.pop()
        if not follow_led(reached, function, where, todo, seen):
            look_into_function(reached, function, function.__name__)


def follow_led(reached, function, where, todo, seen):
    """Follow a plain function of a library, with others that are put into `todo`; False if one of its globals is no longer what
    it was."""
    scope = function.__globals__
    looked = reached.scopes.get(id(scope))
    if looked is None:
        looked = reached.scopes[id(scope)] = set()
    if not scope.keys().isdisjoint(where.absent):
        return False
    for name, value, leads in where.code:
        if name not in looked:
            if scope.get(name) is not value:
                return False
            if leads and id(value) not in seen:
                if type(value) is types.FunctionType and value is not reached.step and (inner := led(value)) is not None:
                    seen[id(value)] = value
                    todo.append((value, inner))
                else:
                    reached.todo.append((None, value, name))
    if where.dynamic and not reached.all_named:
        ask_all(reached)
    ask(reached, where.asked)
    looked.update(where.names)
    if where.settings:
        follow_globals(reached, scope, where.settings, where.written, EXTENSION)
    return True


def look_into_function(reached, function, name):
    origin = "" if function is reached.step else library_of(function)
    if hasattr(function, "__wrapped__"):
        reached.todo.append((None, function.__wrapped__, function.__name__))
    if function.__closure__:
        for cell, variable in zip(function.__closure__, function.__code__.co_freevars, strict=True):
            if origin and variable in OF_NO_ACCOUNT:
                continue
            place = Place(cell, None, variable)
            if (value := current(place)) is not GONE:
                reached.todo.append((place, value, variable))
                note_spoken(reached, place, value, origin)
    if origin in (OWN, LIBRARY):
        return
    for part in ("__defaults__", "__kwdefaults__"):
        value = getattr(function, part)
        if not origin and part == "__kwdefaults__" and not function.__code__.co_kwonlyargcount:  # no call asks for them
            follow_if_named(reached, part, Attribute(function, part, f"{name}.{part}"), value)
        elif not origin or (value and not all(isinstance(v, NUMBERS) for v in value)):
            reached.todo.append((Attribute(function, part, f"{name}.{part}"), value, f"{name}.{part}"))
    names = names_in(function.__code__)
    if not origin:
        reached.compares = reached.compares or names.identities
        reached.links.append((Attribute(function, "__code__", f"{name}.__code__"), function.__code__))
        attributes = vars(function)
        reached.sizes.append((attributes, len(attributes), name))
        for k, v in attributes.items():
            if k != "__wrapped__":
                follow_if_named(reached, k, Place(attributes, k, f"{name}.{k}"), v)
        for module in sorted(names.imported):
            follow_import(reached, module)
    asked = names.asked
    ask(reached, asked)
    if not origin:
        reached.asked_of_tensors |= asked & OF_TENSORS
    if not origin and OF_FROZEN.isdisjoint(function.__code__.co_freevars):  # which set attributes by `super()` and `object`
        if not asked.isdisjoint(("type", "__class__")) and not (function.__name__ in SAYING and calls_nothing(function.__code__)):
            ask(reached, {MAKING})
        if computes_names(function.__code__):
            reached.asked_of_tensors |= OF_TENSORS
            ask_code(reached)
    if names.dynamic and not reached.all_named and not own_code(function):
        ask_all(reached)
    read = names.read | names.written if names.written else names.read
    if "globals" in names.attributes:
        read = read | {key for key in function.__globals__ if type(key) is str}
    if not origin and names.attributes & {"current_thread", "get_ident"}:
        of_this_thread(reached)
    follow_globals(reached, function.__globals__, read, names.written, origin)


def follow_if_named(reached, key, place, value):
    """Something that counts if the name is anywhere in the code."""
    entry = (place, value, place.name if place is not None else key)
    code = (place is None or isinstance(place, InClass)) and isinstance(value, CODE)
    wanted = reached.computed and place is not None if code else reached.all_named
    if wanted or type(key) is not str or key in reached.named:
        reached.todo.append(entry)
    else:
        waiting = reached.users_code if code and place is not None else reached.by_name if code else reached.waiting
        waiting.setdefault(key, []).append(entry)


def follow_if_asked(reached, key, place, value):
    """Something of the user's that counts if this very name is in the code, or, unless it is an object, if names are computed."""
    simple = isinstance(value, (*NUMBERS, tuple, *CODE))
    if key in reached.named or (simple and reached.computed):
        reached.todo.append((place, value, place.name))
    else:
        (reached.users_code if simple else reached.by_name).setdefault(key, []).append((place, value, place.name))


def ask(reached, names):
    """These names are in the code."""
    reached.asked.append(names)


def answer(reached):
    """What has a name that was asked for since the last time is to be looked at; whether there is anything. Many names at once:
    each time takes long."""
    new = set().union(*reached.asked) - reached.named
    reached.asked.clear()
    if not new:
        return False
    for waiting in (reached.waiting, reached.by_name, reached.users_code):
        if not waiting.keys().isdisjoint(new):
            for name in sorted(waiting.keys() & new):
                reached.todo += waiting.pop(name)
    for space in reached.spaces:
        if not space.keys().isdisjoint(new):
            reached.todo += [space[name] for name in sorted(space.keys() & new)]
    reached.named |= new
    return bool(reached.todo)


def follow_space(reached, space):
    """Follow what is named of {name: entry}, now and later."""
    reached.spaces.append(space)
    if not space.keys().isdisjoint(reached.named):
        reached.todo += [space[name] for name in sorted(space.keys() & reached.named)]


def ask_all(reached):
    """From now on every attribute counts."""
    if not reached.all_named:
        reached.all_named = True
        for entries in reached.waiting.values():
            reached.todo += entries
        reached.waiting.clear()


def ask_by_any_name(reached, value):
    """If this is a function that takes attributes by their names, these may be any; or one that asks which object this is."""
    if id(value) in ASKING:
        ask_all(reached)
        ask_code(reached)
    reached.compares = reached.compares or id(value) in COMPARED


def ask_code(reached):
    """From now on every method of the user's classes, and all that is in modules of theirs, counts too."""
    if not reached.computed:
        reached.computed = True
        for entries in reached.users_code.values():
            reached.todo += entries
        reached.users_code.clear()


def follow_globals(reached, scope, names, written, origin):
    looked = reached.scopes.setdefault(id(scope), set())
    todo = reached.todo
    for name in sorted(names - looked) if names else ():
        if name[:2] == "__":
            continue
        if origin and (value := scope.get(name, GONE)) is not GONE and is_code(value):
            todo.append((None, value, name))
            continue
        place = Place(scope, name, name)
        if name not in scope:
            if name in written or (not origin and name not in vars(builtins)):
                reached.absent.append((place, GONE))
            elif not origin:
                reached.builtins.append((place, GONE))
                reached.vocabulary.append((place, vars(builtins)[name]))
            continue
        value = scope[name]
        todo.append((place, value, name))
        note_spoken(reached, place, value, origin)
    looked |= names


def note_spoken(reached, place, value, origin):
    """A module or function that code of the user's calls by name."""
    if origin or not isinstance(value, (types.ModuleType, types.FunctionType, type, *CALLED, type(np.sum))):
        return
    module = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None) or ""
    reached.vocabulary.append((place, value))
    if library(module) == LIBRARY:
        ask_for_library(reached, module)


def ask_for_library(reached, module):
    """What a module of Python's library may read of the objects that its functions are given."""
    if not known.is_among(module, known.UNASKING):
        ask_all(reached)
        if module == "inspect":  # which hands out methods, too
            ask_code(reached)


def of_this_thread(reached):
    """What follows holds for this thread alone."""
    reached.links.append((Called(threading.current_thread, None, "the thread"), threading.current_thread()))


def follow_import(reached, name):
    """A module that a function imports by itself."""
    module = sys.modules.get(name)
    if library(name) == LIBRARY:
        if not known.is_among(name, known.PURE):
            reached.hidden.append(f"{name}, a module of Python's library")
        ask_for_library(reached, name)
    elif module is not None:
        reached.todo.append((Place(sys.modules, name, name), module, name))
    else:
        reached.absent.append((Place(sys.modules, name, f"the module {name}"), GONE))


def follow_module(reached, module, name):
    origin = library(module.__name__)
    if id(module) in reached.seen or origin in (OWN, LIBRARY):
        return
    reached.seen[id(module)] = module
    if isinstance(getter := vars(module).get("__getattr__"), types.FunctionType):
        reached.todo.append((None if origin else Place(vars(module), "__getattr__", f"{name}.__getattr__"), getter, name))
    namespace = vars(module)
    items = list(namespace.items())
    if origin:
        code, items = code_and_others(module)
        follow_space(reached, code)
    for key, value in items:
        if key[:2] == "__" or is_closed(value):
            continue
        inner = f"{name}.{key}"
        place = Place(namespace, key, inner)
        if key in reached.named:
            reached.todo.append((place, value, inner))
        elif not origin and isinstance(value, SETTINGS):  # which may be asked for by a name that is computed
            follow_if_named(reached, key, place, value)
        elif not origin and reached.computed:
            reached.todo.append((place, value, inner))
        else:
            (reached.by_name if origin else reached.users_code).setdefault(key, []).append((place, value, inner))
