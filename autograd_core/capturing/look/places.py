"""Where arrays, numbers and other objects are kept: in a container, a closure, an attribute."""

import types
from operator import getitem, is_, itemgetter

import numpy as np

GONE = type("Gone", (), {"__repr__": lambda self: "nothing"})()  # what is in a place that is not there any more


class Place:
    """Where something is kept: `container[key]`, with the contents of a closure's cell under the key None; with a `path`, the
    item of the tuple that is there."""

    __slots__ = ("container", "key", "name", "path")

    def __init__(self, container, key, name, path=()):
        self.container, self.key, self.name, self.path = container, key, name, path

    def inside(self, index, name):
        """The place of an item of the tuple that is here."""
        return type(self)(self.container, self.key, name, (*self.path, index))

    def whole(self):
        """What is there, of which the path leads to a part."""
        return self.container.cell_contents if self.key is None else self.container[self.key]

    def get(self):
        value = self.whole()
        for i in self.path:
            value = value[i]
        return value

    def set(self, value):
        self.put(exchanged(self.whole(), self.path, value) if self.path else value)

    def put(self, value):
        """Put a value there, the whole of it."""
        if self.key is None:
            self.container.cell_contents = value
        else:
            self.container[self.key] = value

    def remove(self):
        """Leave nothing there."""
        if self.key is None:
            del self.container.cell_contents
        else:
            del self.container[self.key]

    @property
    def can_change(self):
        """Whether something else can be put there."""
        return not isinstance(self.container, types.MappingProxyType)

    def text(self, container, key):
        """The expression that reads it."""
        base = f"{container}.cell_contents" if self.key is None else f"{container}[{key}]"
        return base + "".join([f"[{i}]" for i in self.path]) if self.path else base


class Attribute(Place):
    """Where something is an attribute: of an object with slots, of a function."""

    __slots__ = ()
    can_change = True

    def whole(self):
        return getattr(self.container, self.key)

    def put(self, value):
        setattr(self.container, self.key, value)

    def remove(self):
        delattr(self.container, self.key)

    def text(self, container, key):
        base = f"{container}.{self.key}"
        return base + "".join([f"[{i}]" for i in self.path]) if self.path else base


class ReadOnly(Attribute):
    """An attribute that nobody can set."""

    __slots__ = ()
    can_change = False


class InClass(Place):
    """An entry in the namespace of a class, as it stands there: a function, not a method. `container` is its namespace."""

    __slots__ = ("owner",)
    can_change = True

    def __init__(self, owner, key, name, path=(), container=None):
        self.container = container if container is not None else vars(owner)
        self.owner, self.key, self.name, self.path = owner, key, name, path

    def inside(self, index, name):
        return InClass(self.owner, self.key, name, (*self.path, index), self.container)

    def put(self, value):
        setattr(self.owner, self.key, value)

    def remove(self):
        delattr(self.owner, self.key)


class Called(Place):
    """What a function without arguments answers, such as which thread this is."""

    __slots__ = ()
    can_change = False

    def whole(self):
        return self.container()

    def text(self, container, key):
        return f"{container}()"


def exchanged(items, path, value):
    """A tuple with another value where the path leads."""
    new = list(items)
    new[path[0]] = exchanged(items[path[0]], path[1:], value) if path[1:] else value
    return type(items)._make(new) if hasattr(items, "_make") else tuple(new)


MISSING = (LookupError, ValueError, AttributeError, TypeError)  # what a place raises that is not there any more


def current(place):
    """What is in a place now; GONE if the place is."""
    try:
        return place.get() if place.path else place.whole()
    except MISSING:
        return GONE


def now(places):
    """[(place, what is there now)]"""
    try:  # all are there, nearly always: in half the time
        return [(place, place.get() if place.path else place.whole()) for place in places]
    except MISSING:
        return [(place, current(place)) for place in places]


def displaced(entries):
    """Those of [(place, what was there)] that hold another object now."""
    try:
        return [
            (place, value) for place, value in entries if (place.get() if place.path else place.whole()) is not value
        ]  # fmt: skip
    except MISSING:
        return [(place, value) for place, value in entries if current(place) is not value]


class Table:
    """Entries, [(place, what was there)], that are read again and again: all at once, in a third of the time.

    at   the numbers of the entries in the order in which they are read
    was  what was there, in this order
    """

    def __init__(self, entries):
        items, attributes, others = [], [], []
        for i, (place, value) in enumerate(entries):
            key = place.key
            if place.path or type(place) is Called:
                others.append((None, None, i, place, value))
            elif key is None:
                attributes.append((place.container, "cell_contents", i, place, value))
            else:
                (attributes if isinstance(place, Attribute) else items).append((place.container, key, i, place, value))
        containers, keys, self.at, self.places, self.was = zip(*items, *attributes, *others, strict=True) if entries else [()] * 5
        n, m = len(items), len(items) + len(attributes)
        self.items, self.attributes, self.others = (containers[:n], keys[:n]), (containers[n:m], keys[n:m]), self.places[m:]

    def now(self):
        """What is in each place now, GONE if the place is."""
        try:
            found = [*map(getitem, *self.items), *map(getattr, *self.attributes)]
            return found + [place.get() for place in self.others] if self.others else found
        except MISSING:
            return [current(place) for place in self.places]

    def is_the_same(self):
        """Whether each place holds the very object that was there."""
        return all(map(is_, self.now(), self.was))

    def displaced(self, was=None):
        """[(place, what was there)] of those that hold another object now than `was`, in the order of the entries."""
        now, was = self.now(), self.was if was is None else was
        if all(map(is_, now, was)):
            return []
        found = [(i, place, old) for i, place, old, new in zip(self.at, self.places, was, now, strict=True) if new is not old]
        return [(place, old) for _, place, old in sorted(found, key=itemgetter(0))]


def put_back(entries):
    """Put [(place, what was there)] where it was."""
    for place, value in displaced(entries):
        if place.can_change and current(place) is not value:  # once a tuple is back, so are its items
            place.remove() if value is GONE else place.set(value)


def same_number(a, b):
    """Whether two numbers are the same to any program: of one type, and 0.0 is not -0.0. Other objects are only themselves."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same_number, a, b))
    if not isinstance(a, SIMPLE):
        return False
    return bool((a == b and (a != 0 or repr(a) == repr(b))) or (a != a and b != b and _same_nan(a, b)))


def _same_nan(a, b):
    """Whether two of one type are the same NaN: `copysign` sees its sign, and one part of a complex one may be a number."""
    if isinstance(a, (complex, np.complexfloating)):
        return same_number(a.real, b.real) and same_number(a.imag, b.imag)
    return not isinstance(a, (float, np.floating)) or np.signbit(a) == np.signbit(b)


def same_items(containers):
    """Whether each of these sets and dicts, [(container, its items or keys before)], has the same ones in the same order. They
    may be equal and not the same: 1 and True, 0.0 and -0.0."""
    return all(len(container) == len(items) and all(map(same_number, container, items)) for container, items in containers)


SIMPLE = (bool, int, float, complex, str, bytes, np.generic)
