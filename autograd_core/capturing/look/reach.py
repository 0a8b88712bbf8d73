"""What a step can reach: Tensors, arrays, numbers and random generators that it works on, and where each is kept.

A step is a function; what it works on is in its closure, in the globals that its code names, in its defaults, in objects that
it is given, and in the attributes, lists, dicts and tuples of all these, such as modules and optimizers. Of the attributes of an
object only those count whose names are in code that can be reached too, unless that code asks for attributes in another way
(`vars`), or a function of a library does that is not known to ask for none.

Each array and number is a `Place`, so that the recorder can stand in for it, and so that a replay can look whether it is still
what it was. All else on the way to one is a link: a replay looks whether the same object is still there, functions and their
code among them. What cannot be looked into, such as an iterator, is refused: what it gives next would not be seen.

Three markers let a package say what it is, without being known here:

    __extends_autograd_core__ = True   in a package: its code is that of a library, which nobody replaces while it runs
    __keys_in_any_order__ = True       in a class: nothing depends on the order of keys in the dicts that its objects hold
    __reached_whole__ = True           in a class: whoever reaches an object of it reaches all of its attributes, since its own
                                       code looks at them with `vars`; that code looks at no other objects in this way
"""

import functools
import operator
import sys
import types
import weakref
from collections import deque
from enum import Enum

import numpy as np

from autograd_core.capturing.look import known
from autograd_core.capturing.look.classes import follow_attributes, follow_class
from autograd_core.capturing.look.functions import CALLED, answer, ask, ask_by_any_name, follow_function, follow_module
from autograd_core.capturing.look.known import EXTENSION, NUMBERS, OWN, library_of
from autograd_core.capturing.look.places import Attribute, Place, ReadOnly, Table, current, displaced, same_items, same_number
from autograd_core.graph.variable import Variable

PLAIN = {bool, int, float, complex, str, bytes, type(None)}
LIMIT = 20_000  # objects looked at; more is somebody's data base


class Reached:
    """All that `step` reaches, and all that is in `given`, [(object, name)]: {id: Tensor}, and the places of arrays, of numbers,
    of generators and of all else, with what is there."""

    def __init__(self, step, given=()):
        self.tensors, self.names, self.alone = {}, {}, {}
        self.moved = {}  # id of an array -> (the array, the one that has taken its place), see `placing`
        self.arrays, self.numbers, self.generators, self.links = [], [], [], []
        self.sizes = []  # (container, length, name)
        self.orders = []  # (dict, its keys, name)
        self.sets = []  # (set, what is in it, name)
        self.unordered = set()  # ids of containers in which the order of keys does not matter
        self.compares = False  # whether code of the user's compares by `is`, which for stand-ins has another answer
        self.asked_of_tensors = set()  # which of a Tensor's name and gradient the user's code asks for
        self.absent = []  # (Place, GONE) of names that are only written, and not there yet
        self.builtins = []  # (Place, GONE) of builtins that the code names, as long as no global hides them
        self.remembers = (
            False  # whether a function of the user's with a cache is among it, which hands out what it computed before
        )
        self.hidden = []  # names of what cannot be looked into
        self.vocabulary = []  # (Place, module or function) that the step calls by name
        self.seen, self.step = {}, getattr(step, "__func__", step)  # by id; held, so that no other object gets the id
        self.named, self.all_named, self.waiting, self.by_name = set(), False, {}, {}
        self.asked, self.spaces = [], []  # sets of names that are to be answered; [{name: what is to be looked at}]
        self.computed, self.users_code = False, {}  # whether names are computed, and the code that they may be names of
        self.scopes = {}  # id of a module's globals -> the names that were looked at
        self.todo = [(None, step, getattr(step, "__name__", "step")), *((None, value, name) for value, name in given)]
        self._walk()

    def _walk(self):
        self._tables = None
        known.look_again()
        todo, seen, numbers = self.todo, self.seen, self.numbers
        while (todo or answer(self)) and len(seen) <= LIMIT:
            place, value, name = todo.pop()
            if type(value) not in PLAIN:
                self._look(place, value, name)
            elif place is not None:
                numbers.append((place, value))
        if self.todo:
            self.hidden.append(f"more than {LIMIT:,} objects")
            self.todo.clear()

    def close(self):
        """Let go of what only a further walk would ask for."""
        self.named, self.spaces, self._tables = set(), [], None
        for each in (self.seen, self.moved, self.waiting, self.by_name, self.users_code, self.scopes):
            each.clear()

    def holds(self, value):
        """Whether this very object was reached."""
        return self.seen.get(id(value)) is value

    # One value

    def _look(self, place, value, name):
        kind = type(value)
        if kind is types.FunctionType:
            self._link(place, value)
            if id(value) not in self.seen:
                self.seen[id(value)] = value
                follow_function(self, value, name)
        elif kind is np.ndarray:
            if place is None or not place.can_change:
                self.hidden.append(f"the array {name}")
            else:
                self.arrays.append((place, value))
                self.alone[id(value)] = not place.path and sys.getrefcount(value) <= ALONE
        elif kind is tuple:
            self._tuple(place, value, name)
        elif kind is types.ModuleType:
            self._link(place, value)
            follow_module(self, value, name)
        elif id(value) in self.seen:
            self._link(place, value)
        elif isinstance(value, NUMBERS) and kind is not np.void:
            if place is not None:
                self.numbers.append((place, value))
        elif isinstance(value, tuple):
            self._tuple(place, value, name)
        elif kind is np.random.Generator:
            if place is None or not place.can_change:
                self.hidden.append(f"the random generator {name}")
            else:
                self.generators.append((place, value))
        elif isinstance(value, types.ModuleType):
            self._link(place, value)
            follow_module(self, value, name)
        else:
            self._link(place, value)
            self.seen[id(value)] = value
            self._into(value, kind, name)

    def _link(self, place, value):
        if place is not None and not place.path:
            self.links.append((place, value))

    def _tuple(self, place, value, name):
        if type(value) is not tuple:
            follow_class(self, type(value), asked=False)
        if place is not None and all(isinstance(v, NUMBERS) for v in value):
            self.numbers.append((place, value))
            return
        self._link(place, value)
        for i, v in enumerate(value):
            self.todo.append((None if place is None else place.inside(i, f"{name}[{i}]"), v, f"{name}[{i}]"))

    def _into(self, value, kind, name):
        """What is in an object: by its type, and in its attributes."""
        ask_by_any_name(self, value)
        if _answers_otherwise(value, kind):
            self._hidden(value, kind, name)
            return
        shown = value.__class__  # a proxy is looked at as what it stands for
        if not way_into(shown if isinstance(shown, type) else kind)(self, value, kind, name):
            follow_attributes(self, value, kind, name)

    # Each of these says whether that is all, or attributes come next

    def _variable(self, value, kind, name):
        self._tensor(value, name)
        return library_of(kind) in (OWN, EXTENSION)

    def _method(self, value, kind, name):
        self.todo += [(None, value.__func__, name), (None, value.__self__, name.rpartition(".")[0] or "self")]
        return True

    def _partial(self, value, kind, name):
        for part in ("func", "args", "keywords"):  # which `__setstate__` exchanges
            inner = getattr(value, part)
            self.links.append((ReadOnly(value, part, f"{name}.{part}"), inner))
            self.todo.append((None, inner, name if part == "func" else f"{name}.{part}"))

    def _weak(self, value, kind, name):
        self.todo.append((None, value(), name))
        return True

    def _hidden(self, value, kind, name):
        self.hidden.append(f"{name}, {known.with_article(kind)}")
        return True

    def _mapping(self, value, kind, name):
        self._dict(value, name)
        return kind is types.MappingProxyType

    def _list(self, value, kind, name):
        self.sizes.append((value, len(value), name))
        self.in_any_order(value, value)
        self.todo += [(Place(value, i, f"{name}[{i}]"), v, f"{name}[{i}]") for i, v in enumerate(value)]

    def _set(self, value, kind, name):
        if not isinstance(value, frozenset):  # which nobody can change
            self.sets.append((value, list(value), name))
        self.todo += [(None, v, f"{name}[…]") for v in value if not isinstance(v, NUMBERS)]

    def _class(self, value, kind, name):
        follow_class(self, value, asked=True)
        return True

    def _getter(self, value, kind, name):
        ask(self, {part for text in value.__reduce__()[1] if isinstance(text, str) for part in text.split(".")})
        return True

    def _property(self, value, kind, name):
        parts = (getattr(value, part, None) for part in ("fget", "fset", "func", "__func__"))
        self.todo += [(None, part, name) for part in parts if part is not None]
        return True

    def _constant(self, value, kind, name):
        if isinstance(value, Enum):
            follow_class(self, kind, asked=False)
            self.todo += _attributes_of(value, name)
        return True

    def _error(self, value, kind, name):
        self.todo.append((Attribute(value, "args", f"{name}.args"), value.args, f"{name}.args"))
        self.todo += _attributes_of(value, name)
        return True

    def _other(self, value, kind, name):
        if "__wrapped__" in (getattr(value, "__dict__", None) or ()):  # of functools, or made like it
            self.todo.append((None, value.__wrapped__, name))
            if kind.__module__ != "functools":
                return False
            if library_of(value.__wrapped__) not in (OWN, EXTENSION):  # whose caches hold nothing that comes from a number here
                self.remembers = self.remembers or hasattr(kind, "cache_info")
            return True
        if isinstance(value, CALLED) or (not known.is_written_in_python(kind) and hasattr(value, "__self__")):
            if not isinstance(value.__self__, (types.ModuleType, type, np.ufunc)):  # a method of an object, such as items.append
                self.todo.append((None, value.__self__, name))
            return True
        if hasattr(kind, "__next__") and not _is_manager(kind):
            self.hidden.append(f"{name}, an iterator ({kind.__name__})")
            return True
        return False

    def _dict(self, value, name):
        if self.in_any_order(value, value.values()):
            self.sizes.append((value, len(value), name))
        else:
            self.orders.append((value, list(value), name))
        for k, v in list(value.items()):
            inner = f"{name}[{k!r}]" if type(k) in (str, int) else f"{name}[…]"
            self.todo.append((Place(value, k, inner), v, inner))
            if not isinstance(k, NUMBERS):
                self.todo.append((None, k, f"a key of {name}"))

    def in_any_order(self, container, items):
        """Whether the order of keys does not matter in a container; then it does not in those inside it."""
        if id(container) not in self.unordered:
            return False
        self.unordered.update(id(item) for item in items if isinstance(item, (dict, list)))
        return True

    # Tensors

    def add(self, tensor):
        """One more Tensor."""
        if id(tensor) not in self.tensors:
            self._tensor(tensor, "an argument")
            self._walk()

    def _tensor(self, tensor, name):
        self.tensors[id(tensor)] = tensor
        self.names[id(tensor)] = getattr(tensor, "_name", None) or name
        self.alone[id(tensor)] = sys.getrefcount(tensor._value) <= 2  # nobody else can tell if it moves
        hooks = getattr(tensor._node, "hooks", None)
        if tensor._node is not None and not tensor._node.parents:
            self.links.append((Attribute(tensor._node, "hooks", f"{name}: its hooks"), hooks))
            if hooks is not None:
                self.todo.append((None, hooks, f"{name}: its hooks"))

    # What another look would find

    def tables(self):
        """Tables of links, of numbers, and of arrays and generators. (Links first: a tuple is put back before what is in it.)"""
        if self._tables is None:
            self._tables = Table(self.links), Table(self.numbers), Table([*self.arrays, *self.generators])
        return self._tables

    def changed(self):
        """[(place, what was there)] of numbers that have changed."""
        changed = self.tables()[1].displaced()
        return [(place, value) for place, value in changed if not same_number(current(place), value)]

    def grown(self):
        """What has other contents now: it is longer or shorter, has other keys, or was not there before."""
        for container, size, name in self.sizes:
            if len(container) != size:
                return f"{name} longer or shorter"
        for container, keys, name in self.orders:
            if len(container) != len(keys):
                return f"{name} longer or shorter"
            if not same_items([(container, keys)]):
                return f"the keys of {name} others"
        for container, items, name in self.sets:
            if not same_items([(container, items)]):
                return f"{name} longer or shorter"
        return next((f"{place.name} anew" for place, _ in displaced(self.absent)), None)

    def replaced(self, but=()):
        """A place that holds another object now, or None.

        `but` are places that do not count, {(id of the container, key)}.
        """
        displaced = self.tables()[0].displaced()
        return next((place for place, _ in displaced if (id(place.container), place.key) not in but), None)


@known.remembered
def way_into(kind):
    """The method of Reached that looks into objects of this class."""
    if issubclass(kind, (dict, list, deque)) and known.reads_its_items(kind):
        return Reached._hidden
    bases = set(map(id, kind.__mro__))  # `issubclass` would ask abstract classes, which look at all that are derived from them
    ways = ((way, known.is_constant(kind) if kinds is None else not bases.isdisjoint(map(id, kinds))) for kinds, way in WAYS)
    return next(way for way, fits in ways if fits)


WAYS = (
    ((Variable,), Reached._variable),
    ((types.MethodType,), Reached._method),
    ((functools.partial,), Reached._partial),
    ((weakref.ReferenceType,), Reached._weak),
    ((*known.HIDDEN, np.ndarray, np.random.Generator), Reached._hidden),
    ((dict, types.MappingProxyType), Reached._mapping),
    ((list, deque), Reached._list),
    ((set, frozenset), Reached._set),
    ((type,), Reached._class),
    ((operator.attrgetter, operator.methodcaller), Reached._getter),
    ((property, functools.cached_property, classmethod, staticmethod), Reached._property),
    (None, Reached._constant),
    ((BaseException,), Reached._error),
    ((object,), Reached._other),
)  # fmt: skip


def _attributes_of(value, name):
    return [(Place(vars(value), k, f"{name}.{k}"), v, f"{name}.{k}") for k, v in vars(value).items() if k[:2] != "__"]


def _answers_otherwise(value, kind):
    """Whether its own `__getattribute__` does not even say of which class it is and what is in it."""
    if type(kind.__getattribute__) is not types.FunctionType:
        return False
    try:
        return not isinstance(value.__class__, type) or type(getattr(value, "__dict__", {})) is not dict
    except Exception:  # whatever it raises
        return True


def _is_manager(kind):
    return hasattr(kind, "__enter__")


def _count_alone():
    global ALONE
    box = {"array": np.zeros(1)}
    while not Reached(box).alone[id(box["array"])]:  # it differs between Pythons
        ALONE += 1


ALONE = 1  # what getrefcount says above of an array that only one container holds
_count_alone()
