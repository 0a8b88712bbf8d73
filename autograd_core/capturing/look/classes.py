"""Attributes of objects, and what is in their classes, as far as the code of the step names them."""

import threading
import types
from enum import Enum
from typing import NamedTuple

import numpy as np

from autograd_core.capturing.look import known
from autograd_core.capturing.look.functions import CODE, MAKING, follow_if_asked, follow_if_named, follow_space, of_this_thread
from autograd_core.capturing.look.known import EXTENSION, LIBRARY, OWN, library_of
from autograd_core.capturing.look.libraries import while_the_same
from autograd_core.capturing.look.places import Attribute, InClass, Place

COPYING = ("copy", "deepcopy", "replace")
UNASKED = {  # what a class does at other times than when its objects are used, and the names that lead to it all the same
    "__init__": (MAKING,), "__new__": (MAKING,), "__del__": (), "__init_subclass__": (), "__class_getitem__": (),
    "__reduce__": COPYING, "__reduce_ex__": COPYING, "__getstate__": COPYING, "__setstate__": COPYING, "__copy__": COPYING,
    "__deepcopy__": COPYING, "__replace__": COPYING, "__sizeof__": ("getsizeof",), "__dir__": ("dir",),
}  # fmt: skip
OF_OBJECTS = ("__dict__", "__weakref__")  # entries of a class that are about its objects
OF_TYPES = {"__annotate__", "__annotate_func__"}  # code of newer Pythons that says what types are written somewhere
IN_WORDS = {"__repr__", "__str__", "__format__"}  # and these only if the step makes words of something


class Following(NamedTuple):
    """How the objects of a class are looked into."""

    origin: str  # see `library_of`
    hidden: bool  # whether nobody can
    every: bool  # whether all attributes count
    bases: tuple  # (number of a base that is followed, attributes that are in its slots); the class itself would be held


@known.remembered
def following(kind):
    """The Following of a class; None if there is nothing in its objects."""
    origin, box = library_of(kind), known.is_box(kind)
    if kind in known.FOLLOWED and not box:
        return None
    of_numpy = kind.__module__.partition(".")[0] == "numpy" and kind is not np.errstate
    hidden = not box and (not known.is_written_in_python(kind) or origin == LIBRARY or of_numpy)
    every = box or origin == OWN or getattr(kind, "__reached_whole__", False) or any(map(_reads_unseen, kind.__mro__))
    bases = [(i, slots_of(base)) for i, base in enumerate(kind.__mro__) if library_of(base) not in (OWN, LIBRARY)]
    return Following(origin, hidden, every, tuple(bases))


def slots_of(base):
    slots = vars(base).get("__slots__", ())
    slots, owner = (slots,) if isinstance(slots, str) else slots, f"_{base.__name__.lstrip('_')}"
    names = [f"{owner}{k}" if k.startswith("__") and not k.endswith("__") else k for k in slots]
    return [k for k in names if k not in ("__dict__", "__weakref__")]


def follow_attributes(reached, value, kind, name):
    how = following(kind)
    if how is None:
        return
    if how.hidden:
        reached.hidden.append(f"{name}, {known.with_article(kind)}")
        return
    origin, every = how.origin, how.every
    own = getattr(kind, "__own_attributes__", None)
    attributes = getattr(value, "__dict__", None)
    if getattr(kind, "__keys_in_any_order__", False):
        reached.unordered.update(id(v) for v in attributes.values() if isinstance(v, (dict, list)))
    if isinstance(value, threading.local):
        of_this_thread(reached)
    if isinstance(attributes, dict):
        reached.sizes.append((attributes, len(attributes), name))
        if not origin or origin == EXTENSION:
            reached.links.append((Attribute(value, "__class__", f"the class of {name}"), kind))
            if value.__dict__ is attributes and not isinstance(value, threading.local):  # another dict can be put there
                reached.links.append((Attribute(value, "__dict__", f"the attributes of {name}"), attributes))
        for k, v in list(attributes.items()):
            if own is not None and k in own:
                continue
            place = Place(attributes, k, f"{name}.{k}")
            if every:
                reached.todo.append((place, v, place.name))
            else:
                follow_if_named(reached, k, place, v)
    for i, slots in how.bases:
        follow_class(reached, kind.__mro__[i], asked=False)
        for k in slots:
            if hasattr(value, k):
                follow_if_named(reached, k, Attribute(value, k, f"{name}.{k}"), getattr(value, k))


def follow_class(reached, kind, asked):
    """What is in a class; `asked` if it is itself what was reached, so that it may make objects."""
    if (kind, asked) in reached.seen:
        return
    reached.seen[kind, asked] = kind
    if (origin := library_of(kind)) in (OWN, LIBRARY):
        return
    if (kind, not asked) in reached.seen:  # then all but what makes objects is known
        namespace = vars(kind)
        for k in [k for k in namespace if k in UNASKED]:
            if isinstance(v := namespace[k], CODE):
                reached.todo.append((None if origin else InClass(kind, k, f"{kind.__name__}.{k}", container=namespace), v, k))
    else:
        follow_whole_class(reached, kind, origin, asked)
    if asked:
        for base in kind.__mro__[1:]:
            follow_class(reached, base, asked)


def follow_whole_class(reached, kind, origin, asked):
    namespace = vars(kind)
    if library_of(type(kind)) not in (OWN, LIBRARY):
        follow_class(reached, type(kind), asked=False)
    entries = list(namespace.items())
    if origin:
        methods, entries = methods_and_others(kind)
        follow_space(reached, methods)
    else:
        reached.sizes.append((namespace, len(namespace), kind.__name__))
        reached.links.append((Attribute(kind, "__bases__", f"the bases of {kind.__name__}"), kind.__bases__))
        for k in ("__name__", "__qualname__"):
            follow_if_asked(reached, k, Attribute(kind, k, f"{kind.__name__}.{k}"), getattr(kind, k))
    for k, v in entries:
        dunder = k[:2] == "__"
        code, name = isinstance(v, CODE), f"{kind.__name__}.{k}"
        if not code and dunder:
            if not (origin or k in OF_OBJECTS):
                follow_if_asked(reached, k, InClass(kind, k, name, container=namespace), v)
            continue
        if not code:
            unread = k == "_abc_impl" or type(v) is types.MemberDescriptorType
            if not unread and not issubclass(kind, Enum):
                raw = hasattr(type(v), "__get__")  # what the attribute gives is something else
                place = InClass(kind, k, name, container=namespace) if raw else Attribute(kind, k, name)
                follow_if_named(reached, k, place, v)
            continue
        place = None if origin else InClass(kind, k, name, container=namespace)
        if dunder and k not in IN_WORDS:
            if k not in OF_TYPES and (asked or k not in UNASKED):
                reached.todo.append((place, v, k))
            elif not origin:
                for asking in UNASKED.get(k, ()):
                    follow_if_asked(reached, asking, place, v)
        else:
            follow_if_named(reached, k, place, v)
    if issubclass(kind, Enum):
        reached.todo += [(None, member, f"{kind.__name__}.{k}") for k, member in kind.__members__.items()]


@while_the_same
def methods_and_others(kind):
    """What is in a class of a library: {name: entry} of methods, and [(name, value)] of all else."""
    methods, others = {}, []
    for k, v in list(vars(kind).items()):
        if type(v) is types.FunctionType and k[:2] != "__":  # most of what a library has
            methods[k] = None, v, k
        elif k[:2] != "__" or isinstance(v, CODE):
            others.append((k, v))
    return methods, others


def _reads_unseen(base):
    """Whether a base class is of a library, so that its methods read attributes by code that is not looked at."""
    return library_of(base) == LIBRARY and base.__module__ not in ("abc", "typing", "enum", "collections.abc", "_collections_abc")
