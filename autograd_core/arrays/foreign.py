"""Foreign: what stands inside for an array of another library.

Rules of the table are plain NumPy, and use all of it. Libraries have a part: no `np.add.reduce`, say, or no `initial=`. What they
lack is written here by what they have, and anything else is refused by name. It can be changed in place like any array: if the
array that it holds cannot, it holds another one from then on.
"""

import math
from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from autograd_core.arrays.arguments import arguments
from autograd_core.arrays.lacking import ACCUMULATED, ASKED, OWN, REDUCED, UFUNCS, UNSET
from autograd_core.derivatives.array_methods import ArrayMethods
from autograd_core.derivatives.kinds import is_foreign, is_ours
from autograd_core.derivatives.partial import hits_once
from autograd_core.derivatives.table import COMPOSED
from autograd_core.errors import DTypeError, ShapeError, UnsupportedError

IN_C_ORDER = SimpleNamespace(c_contiguous=True, f_contiguous=False, writeable=True)


class Foreign(ArrayMethods, np.lib.mixins.NDArrayOperatorsMixin):
    """An array of another library, `held`."""

    __stands_for_array__ = __undecided__ = True
    __slots__ = ("held",)
    __hash__ = None  # type: ignore[assignment]
    library = "another library"  # in messages
    has_functions = True  # under NumPy's names, in a namespace of its own
    number = "t.item()"  # how its user gets a number
    alone = False  # whether no array of NumPy's can stand beside it
    own: ClassVar[dict] = {}  # functions of NumPy -> the same by others that the library has
    flags = IN_C_ORDER  # how it lies in memory is no matter to those who compute with it

    def __init__(self, held):
        self.held = held

    shape = property(lambda self: self.held.shape)
    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))
    dtype = property(lambda self: self.held.dtype)
    itemsize = property(lambda self: self.dtype.itemsize)
    nbytes = property(lambda self: self.size * self.itemsize)

    def astype(self, dtype, copy=True):
        return self if self.dtype == dtype and not copy else type(self)(self.held.astype(dtype))

    def copy(self, order="K"):
        return type(self)(self.held.copy())

    # What the engine asks (see `derivatives.kinds`)

    def __shares_memory__(self, other):
        return False

    def __as_array__(self):
        return self.__hand_out__()

    def __hand_out__(self):
        return self.held

    def __place__(self, constant):
        return constant

    def __postponed__(self, good, words):
        return None

    # NumPy's protocols

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        if any(hasattr(type(x), "__autograd_function__") for x in inputs):
            return NotImplemented
        self.look_at(ufunc.__name__, inputs)
        if method == "at":
            return self._at(ufunc, *inputs)
        if method == "__call__":
            where = kwargs.pop("where", True)
            result = self._called(ufunc, inputs, kwargs)
            if where is not True:
                result = np.where(where, result, np.zeros_like(result) if out is None else out[0])
        elif method == "reduce" and ufunc in REDUCED:
            result = self._reduced(ufunc, *inputs, **kwargs)
        elif method == "accumulate" and ufunc in ACCUMULATED:
            result = ACCUMULATED[ufunc](*inputs, **{"axis": 0, **kwargs})
        elif method == "outer":
            a, b = inputs
            result = ufunc(np.reshape(a, (*np.shape(a), *[1] * np.ndim(b))), b, **kwargs)
        else:
            raise self._missing(f"{ufunc.__name__}.{method}")
        if out is None or all(target is None for target in out):
            return result
        return out[0]._store(result) if len(out) == 1 else tuple(map(Foreign._store, out, result))

    def __array_function__(self, function, types, args, kwargs):
        if any(hasattr(kind, "__autograd_function__") for kind in types):
            return NotImplemented
        name = function.__name__
        self.look_at(name, (*args, *kwargs.values()))
        into = kwargs.get("out")
        if into is not None:
            return into._store(function(*args, **{key: value for key, value in kwargs.items() if key != "out"}))
        asked = ASKED.get(function)
        if asked is not None:
            return asked(*args, **kwargs)
        for own in (self.own, OWN):
            if function in own:
                result = own[function](*args, **kwargs)
                if result is not NotImplemented:
                    return result
        its = self._library_function(function)
        if its is not None:
            args, kwargs = arguments(function, its, self._opened(args), self._opened(kwargs), self.library)
            return self._lifted(its(*args, **kwargs))
        if function in COMPOSED:
            return COMPOSED[function](*args, **kwargs)
        raise self._missing(name)

    def _called(self, ufunc, inputs, kwargs):
        if not self._has(ufunc):
            if ufunc not in UFUNCS or kwargs:
                raise self._missing(ufunc.__name__)
            return UFUNCS[ufunc](*inputs)
        return self._lifted(self._ufunc(ufunc, *self._opened(inputs), **self._opened(kwargs)))

    def _has(self, ufunc):
        """Whether the library has a ufunc."""
        return True

    def _ufunc(self, ufunc, *inputs, **kwargs):
        """A ufunc of arrays of the library, if it differs from NumPy's."""
        return ufunc(*inputs, **kwargs)

    def _opened(self, tree):
        """Arguments with the library's own arrays."""
        return opened(tree)

    @property
    def namespace(self):
        """The module of the library's functions."""
        raise NotImplementedError

    def _library_function(self, function):
        """The library's own function for one of NumPy's, or None."""
        module = self.namespace
        for name in function.__module__.split(".")[1:]:
            module = getattr(module, name, None)
        its = getattr(module, function.__name__, None)
        return None if its is function else its

    def _missing(self, name):
        return UnsupportedError(
            f"{name}: there is no such function for arrays of {self.library}; write it with those that it has, or make it one "
            "with autograd_core.primitive"
        )

    def look_at(self, name, values):
        """Refuse arrays of two libraries in one call."""
        for value in values:
            if isinstance(value, (list, tuple)):
                self.look_at(name, value)
            elif isinstance(value, Foreign):
                if value.library != self.library:
                    raise UnsupportedError(
                        f"{name}: arrays of two libraries, {self.library} and {value.library}, cannot stand in one call; convert "
                        "one of them first"
                    )
            elif isinstance(value, np.ndarray):
                if self.alone and value.ndim and not is_ours():
                    raise UnsupportedError(
                        f"{name}: an array of NumPy's cannot stand beside one of {self.library}; convert it first, with "
                        f"{self.library}.asarray(x)"
                    )
            elif is_foreign(type(value)) and not isinstance(value, type(self.held)):
                raise UnsupportedError(
                    f"{name}: an array of {self.library} and a {type(value).__name__} cannot stand in one call; convert one first"
                )

    def _lifted(self, result):
        """A result of the library, with what are arrays of its kind as what stands for them."""
        if isinstance(result, tuple) and hasattr(result, "_fields"):
            return type(result)(*map(self._lifted, result))
        if type(result) in (tuple, list):
            return type(result)(map(self._lifted, result))
        return type(self)(result) if self._is_array(result) else result

    def _is_array(self, x):
        return isinstance(x, type(self.held))

    def _reduced(self, ufunc, a, axis=0, dtype=None, keepdims=False, initial=UNSET, where=True):
        """`ufunc.reduce` by the function of that name. Few libraries know `initial` and `where`."""
        function = REDUCED[ufunc]
        if where is not True and where is not UNSET:
            start = ufunc.identity if initial is UNSET or ufunc.identity is not None else initial
            if start is None:
                raise self._missing(f"{function.__name__} with where= and without initial=")
            a = np.where(where, a, np.asarray(start, a.dtype)[()])
        options = {} if dtype is None else {"dtype": dtype}
        if not a.shape:
            result = a if dtype is None else a.astype(dtype)
            result = result if function not in (np.any, np.all) else result != 0
        elif initial is not UNSET and 0 in a.shape:
            a = np.concatenate([np.ravel(a)[:0], np.full_like(a, initial, shape=(1,))])  # nothing else is there
            shape = np.empty(self.shape, bool).sum(axis=axis, keepdims=keepdims).shape
            return np.broadcast_to(a[0], shape).copy()
        else:
            result = function(a, axis=axis, **options, **({"keepdims": True} if keepdims else {}))
        return result if initial is UNSET else ufunc(result, initial).astype(result.dtype, copy=False)

    def _at(self, ufunc, target, index, *operands):
        """`ufunc.at`, of an index that hits no element twice."""
        if not isinstance(target, Foreign) or not hits_once(index):
            raise self._missing(f"{ufunc.__name__}.at with an index that may hit an element twice")
        target[index] = ufunc(target[index], *operands)

    # Changes in place

    def __getitem__(self, index):
        return type(self)(self.held[opened(index)])

    def __setitem__(self, index, value):
        self.look_at("assignment", (value,))
        self._put(opened(index), opened(value))

    def _put(self, index, value):
        self.held[index] = value

    def _store(self, result):
        """Take the value of `result`, as `out=` does."""
        if np.shape(result) != self.shape:
            if len(np.broadcast_shapes(np.shape(result), self.shape)) != self.ndim:
                raise ShapeError(f"out=: a result of shape {np.shape(result)} does not go into {self.shape}")
            result = np.broadcast_to(result, self.shape)
        if not np.can_cast(result.dtype, self.dtype, "same_kind"):
            raise DTypeError(f"out=: a result of {result.dtype} does not go into {self.dtype}")
        self._become(result.astype(self.dtype, copy=False))
        return self

    def _become(self, result):
        self.held = result.held if isinstance(result, Foreign) else result

    # What would take numbers out

    def _refuse(self, what):
        return UnsupportedError(
            f"{what} asks for the numbers of an array of {self.library}, which are never taken out by themselves; write "
            f"{self.number} where they are wanted"
        )

    def __bool__(self):
        raise self._refuse("a branch, or bool(x),")

    def __float__(self):
        raise self._refuse("float(x)")

    def __int__(self):
        raise self._refuse("int(x)")

    def __index__(self):
        raise self._refuse("x as an index or a count")

    def __complex__(self):
        raise self._refuse("complex(x)")

    def __array__(self, dtype=None, copy=None):
        raise self._refuse("np.asarray(x), or a function that works on NumPy's arrays alone,")

    def item(self):
        return self.held.item()

    def tolist(self):
        return self.held.tolist()

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of an array without axes")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        return repr(self.held)


def opened(tree):
    """With every Foreign in it, also in lists, tuples and dicts, replaced by the library's own array."""
    if isinstance(tree, Foreign):
        return tree.held
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(opened, tree))
    if type(tree) in (list, tuple):
        return type(tree)(map(opened, tree))
    return {key: opened(item) for key, item in tree.items()} if type(tree) is dict else tree


def opened_beside(tree, like):
    """The same, with arrays of NumPy's, which are constants of a rule, put where `like` is."""
    if isinstance(tree, np.ndarray):
        return opened(like.__place__(tree))
    if type(tree) in (list, tuple):
        return type(tree)([opened_beside(part, like) for part in tree])
    if type(tree) is dict:
        return {key: opened_beside(item, like) for key, item in tree.items()}
    return opened(tree)
