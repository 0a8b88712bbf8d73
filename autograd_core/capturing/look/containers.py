"""Nested containers among arguments and results: what is in them, what kind each is, and how to make one like it.

Lists, tuples, named tuples and dicts, and classes that are one of these and hold nothing else. In what a step returns also
dataclasses, namespaces, deques and the containers of `collections`, which a replay makes anew. All else is one value.
"""

import collections
import dataclasses
import functools
import types

from autograd_core.capturing.look.known import DICTS, NUMBERS

KEYS = (str, int, float, bool, bytes, type(None))
BASES = (dict, list, tuple)


def never(tree):
    return False


class _Shape:
    """One container: its class, its keys, and the function that makes another one of items, which holds nothing of this one."""

    __slots__ = ("items", "keys", "kind", "make")

    def __init__(self, kind, keys, items, make):
        self.kind, self.keys, self.items, self.make = kind, keys, items, make


def shape_of(tree, result=False):
    """How a tree is made of others; None if it is one value."""
    kind = type(tree)
    if kind is tuple or kind is list:
        return _Shape(kind, None, tree, kind)
    if issubclass(kind, NUMBERS):
        return None
    if kind in DICTS:
        return _of_dict(tree, kind, _empty(tree)) if result or all(map(_simple, tree)) else None
    if isinstance(tree, BASES) and _adds_nothing(tree, kind):
        if isinstance(tree, dict):
            return _of_dict(tree, kind, lambda: dict.__new__(kind)) if result or all(map(_simple, tree)) else None
        if isinstance(tree, tuple):
            return _Shape(kind, None, tree, lambda items: tuple.__new__(kind, items))
        return _Shape(kind, None, tree, lambda items: _extended(list.__new__(kind), items))
    if not result:
        return None
    if kind is types.SimpleNamespace:
        names = list(vars(tree))
        return _Shape(kind, names, list(vars(tree).values()), lambda items: kind(**dict(zip(names, items, strict=True))))
    if kind is collections.deque:
        return _Shape(kind, None, list(tree), functools.partial(kind, maxlen=tree.maxlen))
    if kind in (collections.UserDict, collections.UserList):
        return _Shape(kind, ["data"], [tree.data], lambda items: _with(kind, {"data": items[0]}))
    if dataclasses.is_dataclass(kind):
        state = _state(tree)
        names = list(state)
        return _Shape(kind, names, list(state.values()), lambda items: _with(kind, dict(zip(names, items, strict=True))))
    return None


def flatten(tree, whole=never, result=False):
    """The values in nested containers, in order, and the function that puts others in their places.

    whole    says of which objects nothing is taken apart
    result   whether objects that a step may return are gone into
    """
    values = []
    rebuild = _walk(tree, values, {}, whole, result)
    return values, lambda others: rebuild(iter(others))


def _walk(tree, values, known, whole, result):
    shape = None if whole(tree) else shape_of(tree, result)
    if shape is None:
        values.append(tree)
        return next
    if id(tree) in known:  # the same container again; one that contains itself is one value
        if known[id(tree)] is None:
            values.append(tree)
            return next
        return known[id(tree)].again
    known[id(tree)] = None
    parts = [_walk(item, values, known, whole, result) for item in shape.items]
    made = known[id(tree)] = _Made(parts, shape.make)
    return made


class _Made:
    """A container that is made of the next values; `made` is the last one, for the other places that hold it."""

    def __init__(self, parts, make):
        self.parts, self.make, self.made = parts, make, None

    def __call__(self, others):
        self.made = self.make([part(others) for part in self.parts])
        return self.made

    def again(self, others):
        return self.made


def structure(tree, whole=never, result=False):
    """Classes and keys of nested containers, to be compared."""
    shape = None if whole(tree) else shape_of(tree, result)
    if shape is None:
        return None
    keys = None if shape.keys is None else tuple(shape.keys)
    return shape.kind, keys, tuple([structure(item, whole, result) for item in shape.items])


def paths(tree):
    """Where each value of a tree of arguments is, as it is written after its name: ["['w'][0]", "['w'][1]", …]."""
    shape = shape_of(tree)
    if shape is None:
        return [""]
    keys = range(len(shape.items)) if shape.keys is None else shape.keys
    return [f"[{key!r}]{path}" for key, item in zip(keys, shape.items, strict=True) for path in paths(item)]


def arguments(args, kwargs):
    """[(path, value)] of what a step is given: `a1['w'][0]` is in the second one. Those by name come last, in order."""
    given = (*args, *(kwargs[name] for name in sorted(kwargs)))
    at = [f"a{path[1:].replace(']', '', 1)}" for path in paths(given)]
    return list(zip(at, flatten(given)[0], strict=True))


def tests(tree, path, name):
    """Expressions that are true if a tree of arguments is of other containers; `name(thing)` is what a thing is called there."""
    shape = shape_of(tree)
    if shape is None:
        return []
    expressions = [f"type({path}) is not {name(shape.kind)}"]
    if shape.keys is None:
        expressions.append(f"len({path}) != {len(shape.items)}")
        keys = range(len(shape.items))
    else:
        expressions.append(f"[*{path}] != {name(list(shape.keys))}")
        if not all(type(key) is str for key in shape.keys):  # 1, 1.0 and True are equal
            expressions.append(f"[*map({name(type)}, {path})] != {name([*map(type, shape.keys)])}")
        if any(type(key) is float and key == 0 for key in shape.keys):  # 0.0 and -0.0
            expressions.append(f"[*map({name(repr)}, {path})] != {name([*map(repr, shape.keys)])}")
        keys = shape.keys
    for key, item in zip(keys, shape.items, strict=True):
        expressions += tests(item, f"{path}[{key!r}]", name)
    return expressions


def _adds_nothing(tree, kind):
    """Whether a list, tuple or dict of a class of its own is nothing else, or a named tuple."""
    if kind.__mro__[-2] not in BASES or getattr(tree, "__dict__", None):
        return False
    return isinstance(tree, tuple) or all(NAMED.issuperset(vars(base)) for base in kind.__mro__[:-2])


NAMED = {  # what every class has
    "__module__", "__doc__", "__dict__", "__weakref__", "__slots__", "__firstlineno__", "__static_attributes__",
    "__orig_bases__", "__parameters__", "__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__",
}  # fmt: skip


def _simple(key):
    return type(key) in KEYS and key == key


def _of_dict(tree, kind, empty):
    keys = list(dict.keys(tree))
    return _Shape(kind, keys, list(dict.values(tree)), lambda items: _filled(empty(), keys, items))


def _filled(made, keys, items):
    for key, item in zip(keys, items, strict=True):
        made[key] = item
    return made


def _empty(tree):
    """The function that makes an empty one of a dict of Python's own, which may know how to make what is missing."""
    kind = type(tree)
    return functools.partial(kind, tree.default_factory) if kind is collections.defaultdict else kind


def _extended(made, items):
    list.extend(made, items)
    return made


def _with(kind, state):
    made = object.__new__(kind)
    for name, value in state.items():
        object.__setattr__(made, name, value)
    return made


def _state(thing):
    """The attributes of an object, in its dict and in its slots."""
    names = list(getattr(thing, "__dict__", ()))
    names += [field.name for field in dataclasses.fields(thing) if field.name not in names and _in_slot(type(thing), field.name)]
    return {name: getattr(thing, name) for name in names if hasattr(thing, name)}


def _in_slot(kind, name):
    return any(isinstance(vars(base).get(name), types.MemberDescriptorType) for base in kind.__mro__)
