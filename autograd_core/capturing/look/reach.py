"""What a step can reach: Tensors, arrays, numbers and random generators that it works on, and where each is kept.

A step is a function; what it works on is in its closure, in the globals that its code names, in its defaults, in objects that
it is given, and in the attributes, lists, dicts and tuples of all these, such as modules and optimizers. Of the attributes of an
object only those count whose names are in code that can be reached too, unless that code asks for attributes in another way
(`vars`), or a function of a library does that is not known to ask for none.

Each array and number is a `Place`, so that the recorder can stand in for it, and so that a replay can look whether it is still
what it was. All else on the way to one is a link: a replay looks whether the same object is still there, functions and their
code among them. What cannot be looked into, such as an iterator, is refused: what it gives next would not be seen.

Two markers let a package say what it is, without being known here:

    __extends_autograd_core__ = True   in a package: its code is that of a library, which nobody replaces while it runs
    __reached_whole__ = True           in a class: whoever reaches an object of it reaches all of its attributes, since its own
                                       code looks at them with `vars`; that code looks at no other objects in this way
"""

import builtins
import functools
import operator
import sys
import threading
import types
import weakref
from collections import deque
from enum import Enum

import numpy as np

from autograd_core.capturing.look import known
from autograd_core.capturing.look.code import names_in
from autograd_core.capturing.look.known import EXTENSION, LIBRARY, NUMBERS, OWN, library, library_of
from autograd_core.capturing.look.places import GONE, Attribute, Called, InClass, Place, current, same_number
from autograd_core.variable import Variable

LIMIT = 20_000  # objects looked at; more is somebody's data base
UNASKED = {  # what a class does at other times than when its objects are used
    "__init__", "__new__", "__del__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__init_subclass__",
    "__class_getitem__", "__copy__", "__deepcopy__", "__sizeof__", "__dir__", "__annotate__", "__annotate_func__",
    "__annotations__", "__annotations_cache__",
}  # fmt: skip
IN_WORDS = {"__repr__", "__str__", "__format__"}  # and these only if the step makes words of something
CODE = (types.FunctionType, property, functools.cached_property, classmethod, staticmethod, functools.singledispatchmethod)
CALLED = (types.BuiltinFunctionType, types.MethodWrapperType)
OF_NO_ACCOUNT = ("dispatch_cache", "cache_token")  # in the closure of a function by functools.singledispatch


class Reached:
    """All that `step` reaches, and all that is in `given`, [(object, name)]: {id: Tensor}, and the places of arrays, of numbers,
    of generators and of all else, with what is there."""

    def __init__(self, step, given=()):
        self.tensors, self.names, self.alone = {}, {}, {}
        self.moved = {}  # id of an array -> (the array, the one that has taken its place), see `placing`
        self.arrays, self.numbers, self.generators, self.links = [], [], [], []
        self.sizes = []  # (container, length, name)
        self.orders = []  # (dict, its keys, name)
        self.sets = []  # (set, a copy, name)
        self.absent = []  # (Place, name) of names that are only written, and not there yet
        self.hidden = []  # names of what cannot be looked into
        self.vocabulary = []  # (Place, module or function) that the step calls by name
        self._seen, self._step = {}, getattr(step, "__func__", step)  # by id; held, so that no other object gets the id
        self._named, self._all, self._waiting, self._by_name = set(), False, {}, {}
        self._scopes = {}  # id of a module's globals -> the names that were looked at
        self._todo = [(None, step, getattr(step, "__name__", "step")), *((None, value, name) for value, name in given)]
        while self._todo and len(self._seen) <= LIMIT:
            self._look(*self._todo.pop())
        if self._todo:
            self.hidden.append(f"more than {LIMIT:,} objects")

    def holds(self, value):
        """Whether this very object was reached."""
        return self._seen.get(id(value)) is value

    # One value

    def _look(self, place, value, name):
        kind = type(value)
        if kind is types.FunctionType:  # half of all
            self._link(place, value)
            if id(value) not in self._seen:
                self._seen[id(value)] = value
                self._function(value, name)
        elif isinstance(value, NUMBERS) and kind is not np.void:
            if place is not None:
                self.numbers.append((place, value))
        elif kind is np.ndarray:
            if place is None or not place.can_change:
                self.hidden.append(f"the array {name}")
            else:
                self.arrays.append((place, value))
                self.alone[id(value)] = not place.path and sys.getrefcount(value) <= ALONE
        elif isinstance(value, tuple):
            self._tuple(place, value, name)
        elif kind is np.random.Generator:
            if place is None or not place.can_change:
                self.hidden.append(f"the random generator {name}")
            else:
                self.generators.append((place, value))
        elif isinstance(value, types.ModuleType):
            self._link(place, value)
            self._module(value, name)
        else:
            self._link(place, value)
            if id(value) not in self._seen:
                self._seen[id(value)] = value
                self._into(value, kind, name)

    def _link(self, place, value):
        if place is not None and not place.path:
            self.links.append((place, value))

    def _tuple(self, place, value, name):
        if type(value) is not tuple:
            self._class(type(value), asked=False)
        if place is not None and all(isinstance(v, NUMBERS) for v in value):
            self.numbers.append((place, value))
            return
        self._link(place, value)
        for i, v in enumerate(value):
            self._todo.append((None if place is None else place.inside(i, f"{name}[{i}]"), v, f"{name}[{i}]"))

    def _into(self, value, kind, name):
        """What is in an object: by its type, and in its attributes."""
        todo = self._todo
        if isinstance(value, Variable):
            self._tensor(value, name)
            if library_of(kind) in (OWN, EXTENSION):
                return
        elif kind is types.MethodType:
            todo += [(None, value.__func__, name), (None, value.__self__, name.rpartition(".")[0] or "self")]
            return
        elif isinstance(value, functools.partial):
            todo += [(None, value.func, name), (None, value.args, f"{name}.args"), (None, value.keywords, f"{name}.keywords")]
        elif isinstance(value, weakref.ReferenceType):
            todo.append((None, value(), name))
            return
        elif isinstance(value, (*known.HIDDEN, np.ndarray, np.random.Generator)):
            self.hidden.append(f"{name}, {known.a(kind)}")
            return
        elif isinstance(value, dict):
            self._dict(value, name)
        elif isinstance(value, (list, deque)):
            self.sizes.append((value, len(value), name))
            todo += [(Place(value, i, f"{name}[{i}]"), v, f"{name}[{i}]") for i, v in enumerate(value)]
        elif isinstance(value, (set, frozenset)):
            self.sets.append((value, frozenset(value), name))
            todo += [(None, v, f"{name}[…]") for v in value if not isinstance(v, NUMBERS)]
        elif isinstance(value, types.MappingProxyType):
            self._dict(value, name)
            return
        elif isinstance(value, type):
            self._class(value, asked=True)
            return
        elif isinstance(value, (operator.attrgetter, operator.methodcaller)):
            self._ask({part for text in value.__reduce__()[1] if isinstance(text, str) for part in text.split(".")})
            return
        elif isinstance(value, (property, functools.cached_property, classmethod, staticmethod)):
            parts = (getattr(value, part, None) for part in ("fget", "fset", "func", "__func__"))
            todo += [(None, part, name) for part in parts if part is not None]
            return
        elif known.is_constant(kind):
            if isinstance(value, Enum):
                self._class(kind, asked=False)
                todo += [
                    (Place(vars(value), k, f"{name}.{k}"), v, f"{name}.{k}") for k, v in vars(value).items() if k[:2] != "__"
                ]
            return
        elif isinstance(value, BaseException):
            todo.append((Attribute(value, "args", f"{name}.args"), value.args, f"{name}.args"))
            todo += [(Place(vars(value), k, f"{name}.{k}"), v, f"{name}.{k}") for k, v in vars(value).items()]
            return
        elif "__wrapped__" in (getattr(value, "__dict__", None) or ()):  # of functools, or made like it
            todo.append((None, value.__wrapped__, name))
            if kind.__module__ == "functools":
                return
        elif isinstance(value, CALLED) or (not known.is_written_in_python(kind) and hasattr(value, "__self__")):
            if not isinstance(value.__self__, (types.ModuleType, type, np.ufunc)):  # a method of an object, such as items.append
                todo.append((None, value.__self__, name))
            return
        elif hasattr(kind, "__next__") and not _is_manager(kind):
            self.hidden.append(f"{name}, an iterator ({kind.__name__})")
            return
        self._attributes(value, kind, name)

    def _dict(self, value, name):
        self.sizes.append((value, len(value), name))
        self.orders.append((value, list(value), name))
        for k, v in list(value.items()):
            inner = f"{name}[{k!r}]" if type(k) in (str, int) else f"{name}[…]"
            self._todo.append((Place(value, k, inner), v, inner))

    def _attributes(self, value, kind, name):
        origin = library_of(kind)
        box = known.is_box(kind)
        if kind in known.FOLLOWED and not box:
            return
        of_numpy = kind.__module__.partition(".")[0] == "numpy" and kind is not np.errstate
        if not box and (not known.is_written_in_python(kind) or origin == LIBRARY or of_numpy):
            self.hidden.append(f"{name}, {known.a(kind)}")
            return
        own = getattr(kind, "__own_attributes__", None)
        every = box or origin == OWN or getattr(kind, "__reached_whole__", False) or any(map(_reads_unseen, kind.__mro__))
        attributes = getattr(value, "__dict__", None)
        if isinstance(value, threading.local):
            self._of_this_thread()
        if isinstance(attributes, dict):
            self.sizes.append((attributes, len(attributes), name))
            if not origin or origin == EXTENSION:
                self.links.append((Attribute(value, "__class__", f"the class of {name}"), kind))
            for k, v in list(attributes.items()):
                if own is not None and k in own:
                    continue
                place = Place(attributes, k, f"{name}.{k}")
                if every:
                    self._todo.append((place, v, place.name))
                else:
                    self._named_one(k, place, v)
        for one in kind.__mro__:
            if library_of(one) not in (OWN, LIBRARY):
                self._class(one, asked=False)
                slots = vars(one).get("__slots__", ())
                for k in (slots,) if isinstance(slots, str) else slots:
                    k = f"_{one.__name__.lstrip('_')}{k}" if k.startswith("__") and not k.endswith("__") else k
                    if k not in ("__dict__", "__weakref__") and hasattr(value, k):
                        self._named_one(k, Attribute(value, k, f"{name}.{k}"), getattr(value, k))

    def _class(self, one, asked):
        """What is in a class; `asked` if it is itself what was reached, so that it may make objects."""
        origin = library_of(one)
        if (one, asked) in self._seen or origin in (OWN, LIBRARY):
            return
        self._seen[one, asked] = one
        namespace = vars(one)
        used = (one, not asked) in self._seen  # then all but what makes objects is known
        if not used:
            if library_of(type(one)) not in (OWN, LIBRARY):
                self._class(type(one), asked=False)
            if not origin:
                self.sizes.append((namespace, len(namespace), one.__name__))
                self.links.append((Attribute(one, "__bases__", f"the bases of {one.__name__}"), one.__bases__))
        for k, v in list(namespace.items()):
            code = isinstance(v, CODE)
            place = InClass(one, k, f"{one.__name__}.{k}", container=namespace)
            if code and k.startswith("__"):
                unasked = k in UNASKED
                if k in IN_WORDS and not used:
                    self._named_one(k, None if origin else place, v)
                elif k not in IN_WORDS and (unasked if used else asked or not unasked):
                    self._todo.append((None if origin else place, v, k))
            elif used:
                continue
            elif code:
                self._named_one(k, None if origin else place, v)
            elif not (k.startswith("__") or k == "_abc_impl" or issubclass(one, Enum) or type(v) is types.MemberDescriptorType):
                self._named_one(k, place if hasattr(type(v), "__get__") else Attribute(one, k, place.name), v)
        if asked:
            for base in one.__mro__[1:]:
                self._class(base, asked)

    def _named_one(self, key, place, value):
        """Something that counts if the name is anywhere in the code."""
        entry = (place, value, place.name if place is not None else key)
        code = isinstance(value, CODE) and (place is None or isinstance(place, InClass))
        if (self._all and not code) or type(key) is not str or key in self._named:
            self._todo.append(entry)
        else:
            waiting = self._by_name if code else self._waiting
            waiting.setdefault(key, []).append(entry)

    # Code

    def _function(self, function, name):
        origin = "" if function is self._step else library_of(function)
        if hasattr(function, "__wrapped__"):
            self._todo.append((None, function.__wrapped__, function.__name__))
        for cell, variable in zip(function.__closure__ or (), function.__code__.co_freevars, strict=True):
            if origin and variable in OF_NO_ACCOUNT:
                continue
            place = Place(cell, None, variable)
            if (value := current(place)) is not GONE:
                self._todo.append((place, value, variable))
                self._spoken(place, value, origin)
        if origin in (OWN, LIBRARY):
            return
        for part in ("__defaults__", "__kwdefaults__"):
            value = getattr(function, part)
            if not origin or (value and not all(isinstance(v, NUMBERS) for v in value)):
                self._todo.append((Attribute(function, part, f"{name}.{part}"), value, f"{name}.{part}"))
        names = names_in(function.__code__)
        if not origin:
            self.links.append((Attribute(function, "__code__", f"{name}.__code__"), function.__code__))
            attributes = vars(function)
            self.sizes.append((attributes, len(attributes), name))
            for k, v in attributes.items():
                if k != "__wrapped__":
                    self._named_one(k, Place(attributes, k, f"{name}.{k}"), v)
            for module in sorted(names.imported):
                self._imported(module)
        self._ask(names.attributes | names.texts if "getattr" in names.attributes else names.attributes)
        if names.dynamic and not _own_code(function):
            self._ask_all()
        read = names.read | names.written
        if "globals" in names.attributes:
            read = read | {key for key in function.__globals__ if type(key) is str}
        if not origin and names.attributes & {"current_thread", "get_ident"}:
            self._of_this_thread()
        self._globals(function.__globals__, read, names.written, origin)

    def _ask(self, names):
        new = names - self._named
        if new:
            for waiting in (self._waiting, self._by_name):
                for name in sorted(new & waiting.keys()):
                    self._todo += waiting.pop(name)
            self._named |= new

    def _ask_all(self):
        """From now on every attribute counts."""
        if not self._all:
            self._all = True
            for entries in self._waiting.values():
                self._todo += entries
            self._waiting.clear()

    def _globals(self, scope, names, written, origin):
        looked = self._scopes.setdefault(id(scope), set())
        for name in sorted(names - looked):
            if name.startswith("__"):
                continue
            place = Place(scope, name, name)
            if name not in scope:
                if name in written or (not origin and name not in vars(builtins)):
                    self.absent.append((place, name))
                elif not origin:
                    self.vocabulary.append((place, vars(builtins)[name]))
                continue
            value = scope[name]
            if origin and isinstance(value, (types.FunctionType, type, types.ModuleType, *CALLED)):
                place = None
            self._todo.append((place, value, name))
            self._spoken(place, value, origin)
        looked |= names

    def _spoken(self, place, value, origin):
        """A module or function that code of the user's calls by name."""
        if origin or not isinstance(value, (types.ModuleType, types.FunctionType, type, *CALLED, type(np.sum))):
            return
        module = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None) or ""
        self.vocabulary.append((place, value))
        if library(module) == LIBRARY and module not in known.UNASKING and module.partition(".")[0] not in known.UNASKING:
            self._ask_all()

    def _of_this_thread(self):
        """What follows holds for this thread alone."""
        self.links.append((Called(threading.current_thread, None, "the thread"), threading.current_thread()))

    def _imported(self, name):
        """A module that a function imports by itself."""
        module = sys.modules.get(name)
        if library(name) == LIBRARY:
            if name not in known.PURE and name.partition(".")[0] not in known.PURE:
                self.hidden.append(f"{name}, a module of Python's library")
            elif name not in known.UNASKING:
                self._ask_all()
        elif module is not None:
            self.links.append((Place(sys.modules, name, name), module))
            self._module(module, name)
        else:
            self.absent.append((Place(sys.modules, name, f"the module {name}"), f"the module {name}"))

    def _module(self, module, name):
        origin = library(module.__name__)
        if id(module) in self._seen or origin in (OWN, LIBRARY):
            return
        self._seen[id(module)] = module
        if isinstance(getter := vars(module).get("__getattr__"), types.FunctionType):
            self._todo.append((None if origin else Place(vars(module), "__getattr__", f"{name}.__getattr__"), getter, name))
        for key, value in list(vars(module).items()):
            if key.startswith("__"):
                continue
            place, inner = Place(vars(module), key, f"{name}.{key}"), f"{name}.{key}"
            if isinstance(value, types.ModuleType) and library(value.__name__) in (OWN, LIBRARY):
                continue
            if origin and isinstance(value, (types.FunctionType, type, types.ModuleType, *CALLED)):
                place = None
            if key in self._named:
                self._todo.append((place, value, inner))
            else:
                self._by_name.setdefault(key, []).append((place, value, inner))

    # Tensors

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

    # What another look would find

    def changed(self):
        """[(place, what was there)] of numbers that are others now."""
        return [(place, value) for place, value in self.numbers if not same_number(current(place), value)]

    def grown(self):
        """The name of what has other contents now: is longer or shorter, has other keys, is there for the first time."""
        for container, size, name in self.sizes:
            if len(container) != size:
                return f"{name} longer or shorter"
        for container, keys, name in self.orders:
            if not _same_keys(list(container), keys):
                return f"the keys of {name} others"
        for container, copy, name in self.sets:
            if container != copy:
                return f"{name} longer or shorter"
        return next((f"{name} anew" for place, name in self.absent if current(place) is not GONE), None)

    def replaced(self, but=()):
        """The place of an object in whose place there is another one now, or None.

        `but` are places that do not count, {(id of the container, key)}.
        """
        for place, value in self.links:
            if current(place) is not value and (id(place.container), place.key) not in but:
                return place
        return None

    def put_back(self):
        """Numbers and other objects into the places where they were."""
        for place, value in (*self.links, *self.numbers):
            if current(place) is not value and place.can_change:
                place.set(value)
        for place, _ in self.absent:
            if current(place) is not GONE:
                place.remove()


def _same_keys(keys, others):
    return all(a is b or (type(a) is type(b) and isinstance(a, NUMBERS) and a == b) for a, b in zip(keys, others, strict=True))


def _is_manager(kind):
    return hasattr(kind, "__enter__")


def _reads_unseen(one):
    """Whether a base class is of a library, so that its methods read attributes by code that is not looked at."""
    return library_of(one) == LIBRARY and one.__module__ not in ("abc", "typing", "enum", "collections.abc", "_collections_abc")


def _own_code(function):
    """Whether a function belongs to a class that is reached as a whole anyway."""
    return any(isinstance(v, type) and "__reached_whole__" in vars(v) for v in function.__globals__.values())


def _count_alone():
    global ALONE
    box = {"array": np.zeros(1)}
    while not Reached(box).alone[id(box["array"])]:  # it differs between Pythons
        ALONE += 1


ALONE = 1  # what getrefcount says, where it is asked above, of an array that only one container holds
_count_alone()
