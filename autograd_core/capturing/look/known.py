"""What is known of types: which hold nothing that can change, which are followed, and which a replay cannot look into.

A type that is in none of these lists, and that is not a class written in Python, is refused. So a new kind of object is an
error with its name until somebody says here what is to become of it.
"""

import array
import builtins
import collections
import contextvars
import enum
import functools
import io
import operator
import random
import re
import sys
import types
import weakref

import numpy as np

NUMBERS = (bool, int, float, complex, str, bytes, type(None), np.generic)
OWN, LIBRARY, EXTENSION = "own", "library", "extension"  # whose a function or class is
MADE = 1 << 9  # the flag of a class that is made while Python runs (Py_TPFLAGS_HEAPTYPE)

# Objects of these types never change, or hold nothing that a step computes with; that they are the same ones is enough
CONSTANT = (
    np.ufunc, np.dtype, np.random.BitGenerator, np.finfo, np.iinfo, type(np.sum), enum.Enum, types.ModuleType,
    types.CodeType, types.GetSetDescriptorType, types.MemberDescriptorType, types.WrapperDescriptorType,
    types.MethodDescriptorType, types.ClassMethodDescriptorType, types.MethodWrapperType, types.GenericAlias, types.UnionType,
    slice, range, type(Ellipsis), type(NotImplemented), re.Pattern, operator.itemgetter,
    type(vars(collections.namedtuple("Pair", "first second"))["first"]),
)  # fmt: skip
CONSTANT_NAMES = {  # types of Python's library that would take long to import
    "datetime.date", "datetime.time", "datetime.datetime", "datetime.timedelta", "datetime.timezone", "decimal.Decimal",
    "fractions.Fraction", "uuid.UUID", "pathlib.PurePath", "pathlib._local.PurePath", "inspect.Signature", "zoneinfo.ZoneInfo",
}  # fmt: skip

# What a program keeps in these, of Python's own library, is followed like the attributes of one's own classes
BOXES = {
    "types.SimpleNamespace", "argparse.Namespace", "_thread._local", "collections.UserDict", "collections.UserList",
    "collections.ChainMap", "collections.Counter", "collections.OrderedDict", "functools.partialmethod",
    "functools.singledispatchmethod", "functools.cached_property", "dataclasses.Field", "enum.property",
    "types.DynamicClassAttribute",
}  # fmt: skip

HIDDEN = (
    np.random.RandomState, random.Random, contextvars.ContextVar, array.array, bytearray, memoryview, np.void,
    *io.IOBase.__mro__[:-1],  # of which the last one is that of files, too
    weakref.WeakKeyDictionary, weakref.WeakValueDictionary, weakref.WeakSet,
)  # fmt: skip

# Classes written in C of which it is known what they hold
FOLLOWED = (
    object, dict, list, tuple, set, frozenset, collections.deque, collections.OrderedDict, collections.defaultdict, type,
    functools.partial, property, classmethod, staticmethod, types.MethodType, types.FunctionType, weakref.ref,
    types.SimpleNamespace, functools.partial, BaseException, Exception,
)  # fmt: skip
DICTS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)

# Modules of Python's library whose functions depend on their arguments alone and do nothing else: those that read no attributes
# of the objects that they are given …
UNASKING = {
    "math", "cmath", "itertools", "functools", "_operator", "contextlib", "typing", "collections", "abc", "enum", "numbers",
    "types", "string", "re", "fractions", "decimal", "_decimal", "statistics", "bisect", "_bisect", "heapq", "_heapq",
    "weakref", "_weakref", "_collections", "_functools", "collections.abc", "_collections_abc", "_abc", "_thread",
    "threading", "random", "_random", "operator", "contextvars", "concurrent", "concurrent.futures", "__future__",
}  # fmt: skip
# … and those that may
PURE = UNASKING | {
    "_contextvars", "_pickle", "_queue", "_struct", "argparse", "array", "base64", "binascii", "calendar", "copy", "ctypes",
    "dataclasses", "difflib", "gc", "graphlib", "hashlib", "inspect", "json", "keyword", "pickle", "pprint", "queue", "reprlib",
    "struct", "textwrap", "traceback", "unicodedata", "unittest", "unittest.mock", "zlib",
}  # fmt: skip


OF_THIS_LOOK: list[dict] = []  # dicts of answers about classes of the user's, which can be given methods and bases at any time


def look_again():
    """Forget what holds for one look at all that a step reaches."""
    for known in OF_THIS_LOOK:
        known.clear()


FAMILIES: dict[int, tuple] = {}  # id of a class: (weak reference to it, whether all its bases are of libraries)
OF_THIS_LOOK.append(FAMILIES)


def is_of_libraries(kind):
    """Whether a class and all its bases are, asked once in a look."""
    if (known := FAMILIES.get(id(kind))) is not None and known[0]() is kind:
        return known[1]
    answer = all(map(library_of, kind.__mro__))
    FAMILIES[id(kind)] = weakref.ref(kind), answer
    return answer


def remembered(function):
    """`function` of a class or of code, asked once for each, which is not held; for each class of the user's, once a look."""
    known, recent = {}, {}
    OF_THIS_LOOK.append(recent)

    def ask(thing):
        key = id(thing)
        if (answer := known.get(key) or recent.get(key)) is not None:
            return answer[1]
        changes = isinstance(thing, type) and not is_of_libraries(thing)
        answers, answer = recent if changes else known, function(thing)
        answers[key] = weakref.ref(thing, lambda _: answers.pop(key, None)), answer
        return answer

    return functools.wraps(function)(ask)


def library_of(thing):
    """OWN if a function or class is this package's, NumPy's or built in; EXTENSION if of a package that says that it belongs
    to it; LIBRARY if of Python's own library; else nothing."""
    if type(thing) is types.FunctionType:  # by the module of its code: `functools.wraps` gives it the name of another
        return library(thing.__globals__.get("__name__") or "")
    module = getattr(thing, "__module__", None) or "builtins"
    if (
        module == "builtins"
        and isinstance(thing, type)
        and thing.__flags__ & MADE
        and vars(builtins).get(thing.__name__) is not thing
    ):
        return ""  # a class by `exec` in a dict without `__name__`, which says that it is built in
    return library(module)


def is_code(value):
    """Whether a global of a library is a function, a class, a module or a tuple of such, for which it puts nothing else."""
    if type(value) is types.FunctionType:  # as most are
        return library(value.__globals__.get("__name__") or "") in (OWN, EXTENSION)
    if isinstance(value, (type, types.ModuleType)):
        return True
    return all(map(is_code, value)) if type(value) is tuple else callable(value) and library_of(value) in (OWN, EXTENSION)


def is_among(module, modules):
    """Whether a module, or the package that it is in, is one of these."""
    return module in modules or module.partition(".")[0] in modules


@functools.cache
def library(module):
    top = module.partition(".")[0]
    if top in ("autograd_core", "numpy", "builtins"):
        return OWN
    if getattr(sys.modules.get(top), "__extends_autograd_core__", False):
        return EXTENSION
    return LIBRARY if top in sys.stdlib_module_names and top != "__main__" else ""


@remembered
def is_written_in_python(kind):
    """Whether all that an object of this class holds is in its `__dict__`, in slots, and in what `FOLLOWED` says of its bases."""
    return all(base in FOLLOWED or not _in_c(base) for base in kind.__mro__)


@remembered
def _in_c(kind):
    """Python's own classes have no methods in C of themselves."""
    methods = (types.WrapperDescriptorType, types.MethodDescriptorType)
    return any(isinstance(v, methods) and v.__objclass__ is kind for v in vars(kind).values())


@remembered
def is_constant(kind):
    """Whether an object of this class never changes."""
    return (
        issubclass(kind, CONSTANT)
        or not CONSTANT_NAMES.isdisjoint(qualified(base) for base in kind.__mro__)
        or (kind.__module__ in ("typing", "annotationlib"))
    )


@remembered
def reads_its_items(kind):
    """Whether a container of the user's own does something else with its items than what it is a subclass of."""
    methods = ("__getitem__", "__setitem__", "__len__", "__iter__", "items", "values", "__missing__")
    return any(name in vars(base) for base in kind.__mro__ if not library_of(base) for name in methods)


@remembered
def is_box(kind):
    return not BOXES.isdisjoint(qualified(base) for base in kind.__mro__)


def qualified(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


def with_article(kind):
    """A class with its article."""
    return f"{'an' if kind.__name__[0] in 'aeiouAEIOU' else 'a'} {kind.__name__}"
