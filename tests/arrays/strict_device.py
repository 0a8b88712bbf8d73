"""An array as strict as CuPy's, in NumPy's memory, with CuPy's functions and their arguments: tests/reference/cupy.json has them.

Every conversion to an array of NumPy's is refused and counted. What would wait for the device is counted: taking a number out, or
a shape that depends on numbers. An array of NumPy's beside one of these is an error, as there.
"""

import inspect
import json
import sys
import types
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np

RECORDED = json.loads((Path(__file__).parents[1] / "reference" / "cupy.json").read_text(encoding="utf-8"))
UFUNCS = set(RECORDED["ufuncs"])
AT = {"add", "subtract", "maximum", "minimum", "bitwise_and", "bitwise_or", "bitwise_xor"}  # of CuPy's documentation
WAITING = {"unique", "nonzero", "flatnonzero", "argwhere", "extract", "compress", "trim_zeros", "array_equal", "allclose"}
counts = Counter()


class ndarray(np.lib.mixins.NDArrayOperatorsMixin):
    __array_priority__ = 100
    __hash__ = None

    def __init__(self, memory):
        self._memory = memory if isinstance(memory, np.ndarray) else np.array(memory)

    shape = property(lambda self: self._memory.shape)
    ndim = property(lambda self: self._memory.ndim)
    size = property(lambda self: self._memory.size)
    dtype = property(lambda self: self._memory.dtype)

    def __array__(self, dtype=None, copy=None):
        counts["conversions"] += 1
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct one explicitly.")

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        name = ufunc.__name__
        if name not in UFUNCS or method not in ("__call__", "at") or (method == "at" and name not in AT):
            return NotImplemented
        for x in (*inputs, *(out or ())):
            if isinstance(x, np.ndarray):
                counts["mixed"] += 1
                raise TypeError(f"Unsupported type {type(x)}")
            if not isinstance(x, (ndarray, np.generic, int, float, complex, bool)) and method == "__call__":
                return NotImplemented
        result = getattr(ufunc, method)(*bare(inputs), **bare(kwargs))
        if out:
            out[0]._memory[...] = result
            return out[0]
        return placed(result)

    def __array_function__(self, function, types, args, kwargs):
        path = ".".join([*(function.__module__ or "numpy").split(".")[1:], function.__name__])
        if path not in RECORDED["functions"]:
            return NotImplemented
        return called(path, function, args, kwargs)

    def __getitem__(self, index):
        for part in index if isinstance(index, tuple) else (index,):
            if getattr(part, "dtype", np.dtype(int)).kind == "b":
                counts["waits"] += 1  # for the number of elements
        return ndarray(self._memory[bare(index)])

    def __setitem__(self, index, value):
        if isinstance(value, np.ndarray):
            counts["mixed"] += 1
            raise TypeError(f"Unsupported type {type(value)}")
        self._memory[bare(index)] = bare(value)

    def astype(self, dtype, order="K", casting=None, subok=None, copy=True):
        return ndarray(self._memory.astype(dtype, copy=copy))

    def copy(self, order="C"):
        return ndarray(self._memory.copy(order))

    def get(self):
        return self._memory.copy()

    def _waited(self, value):
        counts["waits"] += 1
        return value

    def item(self):
        return self._waited(self._memory.item())

    def tolist(self):
        return self._waited(self._memory.tolist())

    def __bool__(self):
        return self._waited(bool(self._memory))

    def __float__(self):
        return self._waited(float(self._memory))

    def __int__(self):
        return self._waited(int(self._memory))

    def __index__(self):
        return self._waited(self._memory.__index__())

    def __complex__(self):
        return self._waited(complex(self._memory))

    def __len__(self):
        return len(self._memory)

    def __repr__(self):
        return f"strict_device.ndarray(shape={self.shape}, dtype={self.dtype})"


def called(path, function, args, kwargs):
    """A function with the arguments that CuPy's has."""
    if has_numpys((args, kwargs)):
        counts["mixed"] += 1
        raise TypeError(f"Unsupported type numpy.ndarray in {path}")
    if RECORDED["functions"][path] is not None:
        SIGNATURES[path].bind(*args, **kwargs)
    counts["waits"] += function.__name__ in WAITING
    return placed(function(*bare(args), **bare(kwargs)))


def signature(text):
    """The signature that is written so."""
    return inspect.signature(eval(f"lambda {text[1:-1]}: None"))


def has_numpys(tree):
    if isinstance(tree, dict):
        tree = tuple(tree.values())
    return isinstance(tree, np.ndarray) and tree.ndim > 0 if not isinstance(tree, (list, tuple)) else any(map(has_numpys, tree))


def bare(tree):
    if isinstance(tree, ndarray):
        return tree._memory
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(bare, tree))
    if type(tree) in (list, tuple):
        return type(tree)(map(bare, tree))
    return {key: bare(item) for key, item in tree.items()} if type(tree) is dict else tree


def placed(tree):
    if isinstance(tree, (np.ndarray, np.generic)):
        return ndarray(np.asarray(tree))
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(placed, tree))
    return type(tree)(map(placed, tree)) if type(tree) in (list, tuple) else tree


class Namespace(types.ModuleType):
    """The library's module, with the functions that were recorded."""

    def __init__(self, name, numpys, prefix=""):
        super().__init__(name)
        self._numpys, self._prefix = numpys, prefix

    def __getattr__(self, name):
        path = f"{self._prefix}{name}"
        if path in RECORDED["functions"]:
            function = getattr(self._numpys, name)

            def its(*args, **kwargs):
                if isinstance(function, np.ufunc):
                    return function(*args, **kwargs)
                return called(path, function, args, kwargs)

            its.__name__ = name
            if RECORDED["functions"][path] is not None:
                its.__signature__ = SIGNATURES[path]
            if name in AT:
                its.at = function.at
            return its
        inner = getattr(self._numpys, name, None)
        if isinstance(inner, types.ModuleType) and any(known.startswith(f"{path}.") for known in RECORDED["functions"]):
            return Namespace(f"{self.__name__}.{name}", inner, f"{path}.")
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


SIGNATURES = {path: signature(text) for path, text in RECORDED["functions"].items() if text is not None}


def asarray(array):
    """Memory of the host's, on the device: explicit, and no conversion."""
    return array if isinstance(array, ndarray) else ndarray(np.array(array))


namespace = sys.modules["strict_device"] = Namespace("strict_device", np)
namespace.ndarray, namespace.asarray = ndarray, asarray
namespace.may_share_memory = lambda a, b: np.may_share_memory(a._memory, b._memory)
ndarray.__module__ = "strict_device"


# For the survey


def place(array):
    return asarray(np.asarray(array))


def back(array):
    return array if isinstance(array, (np.ndarray, np.generic)) else array.get()


@contextmanager
def watched():
    """Nothing is converted, and nothing waited for."""
    counts.clear()
    yield
    assert not counts["conversions"], "converted"
    assert not counts["waits"], "waited for the device"


constant = place
