"""What a step can reach: Tensors, arrays, numbers and random generators that it closes over, and where each is kept.

A step is a function; it finds what it works on in its closure, in the globals that its code names, in its defaults, and in
the attributes, lists, dicts and tuples of the objects there, such as modules and optimizers. Of the attributes of an object only
those count whose names are in code that can be reached too, unless that code asks for attributes in another way (`vars`).

Each array and number found is a `Place`, so that the recorder can stand in for it, and so that a replay can look whether it is
still what it was. All else on the way to one is a link: a replay looks whether the same object is still there. What cannot
be looked into, such as an iterator, is refused: what it gives next would not be seen.
"""

import array
import collections
import contextvars
import dis
import enum
import functools
import io
import random
import sys
import types
import weakref

import numpy as np

from autograd_core.capturing.look.places import Attribute, Place, current, same_number
from autograd_core.variable import Variable

NUMBERS = (bool, int, float, complex, str, bytes, type(None), np.generic)
OWN, LIBRARY = "own", "library"  # whose a function or class is
LIMIT = 20_000  # objects looked at; more is somebody's data base
DYNAMIC = {"vars", "getattr", "attrgetter", "__dict__", "__getattribute__", "eval", "exec", "globals", "locals"}
MODULES = "nn.module"  # its code looks at all attributes, but of Modules only
SCRATCH = "_scratch"  # an attribute that holds nothing from one call to the next
UNASKED = {  # what a class does at other times than when its objects are used
    "__init__", "__new__", "__repr__", "__str__", "__del__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
    "__init_subclass__", "__class_getitem__", "__copy__", "__deepcopy__", "__sizeof__", "__dir__", "__format__",
}  # fmt: skip
CODE = (types.FunctionType, property, functools.cached_property, classmethod, staticmethod)
HIDDEN = (
    np.random.RandomState, random.Random, contextvars.ContextVar, array.array, bytearray, memoryview,
    weakref.WeakKeyDictionary, weakref.WeakValueDictionary, types.MappingProxyType,
)  # fmt: skip
BOXES = {  # of Python's own library, for what a program keeps in them
    "types.SimpleNamespace", "argparse.Namespace", "_thread._local", "collections.UserDict", "collections.UserList",
    "collections.ChainMap",
}  # fmt: skip
PLAIN = (  # nothing that a step computes with is in these
    np.ufunc, np.dtype, np.random.BitGenerator, enum.Enum, types.ModuleType, types.BuiltinFunctionType, types.CodeType,
    types.GetSetDescriptorType, types.MemberDescriptorType, types.WrapperDescriptorType, types.MethodDescriptorType,
    types.ClassMethodDescriptorType, types.MethodWrapperType, slice, range, type(Ellipsis),
    type(NotImplemented),
)  # fmt: skip


class Reached:
    """Everything found: {id: Tensor}, and the places of arrays, of numbers, of generators and of all else, with what is there."""

    def __init__(self, step):
        self.tensors, self.names, self.alone = {}, {}, {}
        self.moved = {}  # id of an array -> (the array, the one that has taken its place), see `placing`
        self.arrays, self.numbers, self.generators, self.links = [], [], [], []
        self.sizes = []  # (container, length, name)
        self.sets = []  # (set, a copy, name)
        self.hidden = []  # names of what cannot be looked into
        self._seen, self._step = {}, getattr(step, "__func__", step)  # by id; held, so that no other object gets the id
        self._named, self._all, self._waiting, self._by_name = set(), False, {}, {}
        self._scopes = {}  # id of a module's globals -> the names of which the values there are found
        self._todo = [(None, step, getattr(step, "__name__", "step"))]
        while self._todo and len(self._seen) <= LIMIT:
            self._look(*self._todo.pop())
        if self._todo:
            self.hidden.append(f"more than {LIMIT:,} objects")

    def _look(self, place, value, name):
        kind = type(value)
        if kind is types.FunctionType:  # half of what is found
            self._link(place, value)
            if id(value) not in self._seen:
                self._seen[id(value)] = value
                self._function(value)
        elif kind in NUMBERS or isinstance(value, NUMBERS):
            if place is not None:
                self.numbers.append((place, value))
        elif kind is np.ndarray:
            if place is None:
                self.hidden.append(f"the array {name}")
            else:
                self.arrays.append((place, value))
                self.alone[id(value)] = not place.path and sys.getrefcount(value) <= ALONE
        elif isinstance(value, tuple):
            if place is not None and all(isinstance(v, NUMBERS) for v in value):
                self.numbers.append((place, value))
            else:
                self._link(place, value)
                for i, v in enumerate(value):
                    inner = None if place is None else type(place)(place.container, place.key, f"{name}[{i}]", (*place.path, i))
                    self._todo.append((inner, v, f"{name}[{i}]"))
        elif isinstance(value, np.random.Generator):
            if place is None:
                self.hidden.append(f"the random generator {name}")
            else:
                self.generators.append((place, value))
        else:
            self._link(place, value)
            if id(value) not in self._seen:
                self._seen[id(value)] = value
                self._into(value, kind, name)

    def _link(self, place, value):
        if place is None or place.path or isinstance(value, types.ModuleType) or isinstance(place.container, types.FunctionType):
            return
        if isinstance(value, (types.FunctionType, type, types.BuiltinFunctionType)) and value.__name__ == place.key:
            return  # a `def`, `class` or `import`; other code in its place is out of reach
        if not (place.key is None and place.name == "__class__"):
            self.links.append((place, value))

    def _into(self, value, kind, name):
        if isinstance(value, Variable):
            self._tensor(value, name)
        elif kind is types.MethodType:
            self._todo.append((None, value.__func__, name))
            self._todo.append((None, value.__self__, name.rpartition(".")[0] or "self"))
        elif kind is functools.partial:
            self._todo += [(None, value.func, name), (None, value.args, f"{name}.args")]
            self._todo.append((None, value.keywords, f"{name}.keywords"))
        elif isinstance(value, (*HIDDEN, np.ndarray)):
            self.hidden.append(f"{name}, {a(kind)}")
        elif isinstance(value, weakref.ReferenceType):
            self._todo.append((None, value(), name))
        elif isinstance(value, dict):
            self.sizes.append((value, len(value), name))
            self._todo += [(Place(value, k, n), v, n) for k, v in list(value.items()) for n in (item(name, k),)]
        elif isinstance(value, (list, collections.deque)):
            self.sizes.append((value, len(value), name))
            self._todo += [(Place(value, i, f"{name}[{i}]"), v, f"{name}[{i}]") for i, v in enumerate(value)]
        elif isinstance(value, (set, frozenset)):
            self.sets.append((value, frozenset(value), name))
            self._todo += [(None, v, f"{name}[…]") for v in value if not isinstance(v, NUMBERS)]
        elif isinstance(value, type):
            self._class(value, asked=True)
            return
        elif isinstance(value, PLAIN):
            return
        elif hasattr(value, "__wrapped__"):  # of functools
            self._todo.append((None, value.__wrapped__, name))
        elif isinstance(value, (property, functools.cached_property, classmethod, staticmethod)):
            found = (getattr(value, part, None) for part in ("fget", "fset", "func", "__func__"))
            self._todo += [(None, part, name) for part in found if part is not None]
        elif hasattr(kind, "__next__") and not isinstance(value, io.IOBase):
            self.hidden.append(f"{name}, an iterator ({kind.__name__})")
            return
        self._attributes(value, kind, name)

    def _attributes(self, value, kind, name):
        library = library_of(kind)
        if library == OWN:
            return
        if library and BOXES.isdisjoint(f"{one.__module__}.{one.__qualname__}" for one in kind.__mro__):
            return
        attributes = getattr(value, "__dict__", None)
        if isinstance(attributes, dict):
            self.sizes.append((attributes, len(attributes), name))
            every = library or any(one.__module__ == MODULES for one in kind.__mro__)  # whose own code looks at all
            for k, v in list(attributes.items()):
                if k == SCRATCH:
                    continue
                place = Place(attributes, k, f"{name}.{k}")
                if every:
                    self._todo.append((place, v, place.name))
                else:
                    self._named_one(k, place, v)
        for one in kind.__mro__:
            if library_of(one) != OWN:
                self._class(one, asked=False)
                slots = vars(one).get("__slots__", ())
                for k in (slots,) if isinstance(slots, str) else slots:
                    if k not in ("__dict__", "__weakref__") and hasattr(value, k):
                        self._named_one(k, Attribute(value, k, f"{name}.{k}"), getattr(value, k))

    def _class(self, one, asked):
        """What is in a class; `asked` where it is itself what is found, so that it may make objects."""
        if (one, asked) in self._seen or library_of(one) or issubclass(one, (enum.Enum, tuple)):
            return
        self._seen[one, asked] = one
        used = (one, not asked) in self._seen  # then all but what makes objects is found
        for k, v in list(vars(one).items()):
            code = type(v) is types.FunctionType or isinstance(v, CODE)
            if code and k.startswith("__"):
                if k in UNASKED if used else asked or k not in UNASKED:
                    self._todo.append((None, v, k))
            elif used:
                continue
            elif code:
                self._named_one(k, None, v)
            elif not k.startswith("__") and k != "_abc_impl" and not isinstance(v, types.MemberDescriptorType):
                self._named_one(k, Attribute(one, k, f"{one.__name__}.{k}"), v)
        if asked:
            for base in one.__mro__[1:]:
                self._class(base, asked)

    def _named_one(self, key, place, value):
        """Something that counts if the name is anywhere in the code."""
        entry = (place, value, place.name if place is not None else key)
        if (self._all and place is not None) or type(key) is not str or key in self._named:
            self._todo.append(entry)
        else:
            waiting = self._by_name if place is None else self._waiting
            waiting.setdefault(key, []).append(entry)

    def _function(self, function):
        if library_of(function) and function is not self._step:
            return
        if hasattr(function, "__wrapped__"):
            self._todo.append((None, function.__wrapped__, function.__name__))
        if function.__closure__:
            for cell, name in zip(function.__closure__, function.__code__.co_freevars, strict=True):
                try:
                    self._todo.append((Place(cell, None, name), cell.cell_contents, name))
                except ValueError:  # not set yet
                    continue
        if function.__defaults__ and not all(isinstance(value, NUMBERS) for value in function.__defaults__):
            place = Attribute(function, "__defaults__", f"{function.__name__}.__defaults__")
            self._todo.append((place, function.__defaults__, place.name))
        if function.__kwdefaults__:
            self._todo.append((None, function.__kwdefaults__, f"{function.__name__}.__kwdefaults__"))
        names, texts = names_in(function.__code__)
        if "getattr" in names:
            names = names | texts
        new = names - self._named
        if new:
            for waiting in (self._waiting, self._by_name):
                for name in sorted(new & waiting.keys()):
                    self._todo += waiting.pop(name)
            self._named |= new
        if not self._all and not names.isdisjoint(DYNAMIC) and function.__module__ != MODULES:
            self._all = True
            for found in self._waiting.values():
                self._todo += found
            self._waiting.clear()
        found = globals_in(function.__code__)
        self._globals(function.__globals__, found | names | texts if "globals" in names else found)

    def _globals(self, scope, names):
        known = self._scopes.setdefault(id(scope), set())
        for name in sorted((names - known) & scope.keys()):
            if name.startswith("__"):
                continue
            if isinstance(scope[name], types.ModuleType):
                self._module(scope[name], name)
            else:
                self._todo.append((Place(scope, name, name), scope[name], name))
        known |= names

    def _module(self, module, name):
        if id(module) in self._seen or library(module.__name__):
            return
        self._seen[id(module)] = module
        for key, value in list(vars(module).items()):
            if key.startswith("__"):
                continue
            if isinstance(value, types.ModuleType):
                if key in self._named:
                    self._module(value, f"{name}.{key}")
                continue
            entry = (Place(vars(module), key, f"{name}.{key}"), value, f"{name}.{key}")
            if key in self._named:
                self._todo.append(entry)
            else:
                self._by_name.setdefault(key, []).append(entry)

    def add(self, tensor):
        """One more Tensor."""
        if id(tensor) not in self.tensors:
            self._tensor(tensor, "an argument")

    def _tensor(self, tensor, name):
        self.tensors[id(tensor)] = tensor
        self.names[id(tensor)] = getattr(tensor, "_name", None) or name
        self.alone[id(tensor)] = sys.getrefcount(tensor._value) <= 2  # nobody else can tell if it moves
        hooks = getattr(tensor._node, "hooks", None)
        if tensor._node is not None and not tensor._node.parents:
            self.links.append((Attribute(tensor._node, "hooks", f"{name}: its hooks"), hooks))
            if hooks is not None:
                self._todo.append((None, hooks, f"{name}: its hooks"))

    def changed(self):
        """What another look would find: the places of other numbers, and the name of what has grown, shrunk or been replaced."""
        numbers = [place for place, value in self.numbers if not same_number(current(place), value)]
        grown = next((name for container, size, name in self.sizes if len(container) != size), None)
        grown = grown or next((name for container, copy, name in self.sets if container != copy), None)
        return numbers, grown

    def replaced(self):
        """The place of an object in whose place there is another one now, or None."""
        return next((place for place, value in self.links if current(place) is not value), None)


def _count_alone():
    global ALONE
    box = {"array": np.zeros(1)}
    while not Reached(box).alone[id(box["array"])]:  # it differs between Pythons
        ALONE += 1


ALONE = 1  # what getrefcount says, where it is asked above, of an array that only one container holds


def library_of(thing):
    """OWN where a function or class is this package's, NumPy's or built in; LIBRARY where it is of Python's own library: locks,
    loggers, files, paths; else nothing."""
    return library(getattr(thing, "__module__", None) or "builtins")


@functools.cache
def library(module):
    top = module.partition(".")[0]
    if top in ("autograd_core", "numpy", "builtins"):
        return OWN
    return LIBRARY if top in sys.stdlib_module_names and top != "__main__" else ""


def a(kind):
    return f"{'an' if kind.__name__[0] in 'aeiouAEIOU' else 'a'} {kind.__name__}"


def item(name, key):
    return f"{name}[{key!r}]" if type(key) in (str, int) else f"{name}[…]"


@functools.cache
def names_in(code):
    """(names of globals and attributes, texts) in a code object and those inside it."""
    names, texts = set(code.co_names), set()
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner = names_in(constant)
            names |= inner[0]
            texts |= inner[1]
        elif isinstance(constant, str):
            texts.add(constant)
    return names, texts


@functools.cache
def globals_in(code):
    """The names of globals in a code object and those inside it. (An attribute with the name of one is something else.)"""
    names = {one.argval for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return names.union(*[globals_in(constant) for constant in code.co_consts if isinstance(constant, types.CodeType)])


_count_alone()
