"""`Shaped`: an array of which only shape and dtype are known, to find out what a rule does without computing it.

There are two kinds. One stands for ḡ, inside a Tensor, and counts as an array without zeros, infinities and NaN. The other stands
for what a node saved, and knows how it was computed from that (`call`), so that it can be computed for other numbers later
(`value_of`). Whatever asks for numbers raises `AsksForNumbers`.
"""

from functools import lru_cache

import numpy as np

from autograd_core.derivatives.matrixwise import ordinary
from autograd_core.derivatives.strong import finite
from autograd_core.derivatives.table import VALUE_ONLY
from autograd_core.graph.variable import Variable


class AsksForNumbers(Exception):  # noqa: N818 (not an error: the question of a rule, to which there is no answer yet)
    """A rule does something else for other numbers, so that shapes do not tell what it does."""


class Shaped(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of this shape and dtype.

    call      how to compute it from what a node saved: a position there, or (function, args, kwargs, number of the result or
              None); None for a ḡ, and for what was computed from one
    assumed   the list of those that were taken to be finite, with the index of the part that was
    """

    __slots__ = ("assumed", "call", "dtype", "shape")
    __stands_for_array__ = True
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, shape, dtype, call=None, assumed=None):
        self.shape, self.dtype, self.call, self.assumed = shape, dtype, call, assumed

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: int(np.prod(self.shape)))
    T = property(lambda self: np.transpose(self))
    real = property(lambda self: np.real(self))

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if any(isinstance(x, Variable) for x in inputs):
            return NotImplemented
        if method == "at":
            return self._changed()
        return _result(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs, ufunc)

    def __array_function__(self, function, types, args, kwargs):
        if any(issubclass(kind, Variable) for kind in types):
            return NotImplemented
        return _result(function, args, kwargs, function)

    def __getitem__(self, index):
        return _result(_getitem, (self, index), {}, _getitem)

    def __setitem__(self, index, value):
        self._changed()

    def _changed(self):
        self.call = None  # its shape is the same, but what call says is true no more

    def astype(self, dtype, copy=True):
        return _result(np.astype, (self, dtype), {}, np.astype)

    def reshape(self, *shape, order="C"):
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)

    def copy(self):
        return np.copy(self)

    def dot(self, other):
        return np.dot(self, other)

    def __shares_memory__(self, other):
        return False

    def __as_array__(self):
        raise AsksForNumbers

    def __array__(self, dtype=None, copy=None):
        raise AsksForNumbers

    __bool__ = __float__ = __int__ = __index__ = __complex__ = __iter__ = __as_array__

    def __finite__(self, part=None):
        if self.call is not None:
            self.assumed.append((self, part))
        return True

    def __no_zeros__(self):
        return self.call is None


def _getitem(x, index):
    return x[index]


def value_of(thing, saved, known):
    """What something with `Shaped` in it is, for what a node saved. `known` gets the values of all that is computed for it."""
    kind = type(thing)
    if kind is Shaped:
        if id(thing) not in known:
            call = thing.call
            if call is None:
                return thing
            if type(call) is int:
                return saved[call]
            function, args, kwargs, number = call
            out = function(*value_of(args, saved, known), **value_of(kwargs, saved, known))
            known[id(thing)] = out if number is None else out[number]
        return known[id(thing)]
    if kind is tuple or kind is list:
        return kind([value_of(part, saved, known) for part in thing])
    return {name: value_of(part, saved, known) for name, part in thing.items()} if kind is dict else thing


def has_shaped(thing):
    """Whether `value_of` makes something else of it."""
    kind = type(thing)
    if kind is tuple or kind is list:
        return any(map(has_shaped, thing))
    return kind is Shaped or (kind is dict and has_shaped(list(thing.values())))


def are_finite(assumed, saved, known):
    """Whether all that was taken to be finite is so."""
    for shaped, part in assumed:
        value = value_of(shaped, saved, known)
        value = value if part is None else value[part]
        if not (finite(value) or np.all(np.isfinite(value))):
            return False
    return True


# What functions return

MADE_LIKE = {np.zeros_like, np.ones_like, np.empty_like}
OF_KIND = {np.result_type, np.can_cast, np.common_type, np.iscomplexobj, np.isrealobj}
OF_SHAPE = {np.shape: lambda x: x.shape, np.ndim: lambda x: x.ndim, np.size: lambda x: x.size}


def _result(function, args, kwargs, asked):
    """What a call returns, as a `Shaped`. `asked` is the function, or the ufunc of which it is a method."""
    if function in OF_SHAPE:
        return OF_SHAPE[function](args[0])
    if function in OF_KIND:
        return function(*_with_any(args), **_with_any(kwargs))
    among = _among((args, kwargs), [])
    saved = all(shaped.call is not None for shaped in among)
    if asked in VALUE_ONLY and asked not in MADE_LIKE and not (saved and isinstance(asked, np.ufunc)):
        raise AsksForNumbers
    elementwise = function is np.where or type(function) is np.ufunc
    if kwargs.get("out") is not None or not (elementwise or all(shaped.dtype.kind in "fc" for shaped in among)):
        raise AsksForNumbers
    try:
        known = _known(function, _key(args, elementwise), _key(tuple(kwargs.items()), elementwise))
    except TypeError:  # something in a key that is no key
        known = _spec(function, _with_any(args), _with_any(kwargs))
    assumed = next((shaped.assumed for shaped in among), None) if saved else None
    if type(known) is Spec:
        return Shaped(*known, (function, args, kwargs, None) if saved else None, assumed)
    return tuple([Shaped(*spec, (function, args, kwargs, i) if saved else None, assumed) for i, spec in enumerate(known)])


def _among(tree, shaped):
    """All that are `Shaped`."""
    for part in tree.values() if type(tree) is dict else tree:
        kind = type(part)
        if kind is Shaped:
            shaped.append(part)
        elif kind is tuple or kind is list or kind is dict:
            _among(part, shaped)
    return shaped


@lru_cache(4096)
def _known(function, args, kwargs):
    return _spec(function, _from_key(args), dict(_from_key(kwargs)))


def _spec(function, args, kwargs):
    with np.errstate(all="ignore"):
        return _spec_of(function(*args, **kwargs))


def _spec_of(out):
    if isinstance(out, (np.ndarray, np.generic)):
        return Spec((out.shape, out.dtype))
    if isinstance(out, (tuple, list)) and all(isinstance(part, (np.ndarray, np.generic)) for part in out):
        return [Spec((part.shape, part.dtype)) for part in out]
    raise AsksForNumbers


class Spec(tuple):
    """The shape and dtype of an array, in a key."""

    __slots__ = ()


class Static(tuple):
    """The type and value of something else, or of a float the type alone."""

    __slots__ = ()


class Part(tuple):
    """The bounds of a slice."""

    __slots__ = ()


def _key(value, elementwise=False):
    """What the shape of a result depends on, as something to look up. TypeError for what cannot be."""
    kind = type(value)
    if kind is Shaped or (kind is np.ndarray and (elementwise or value.dtype.kind in "fc")):
        return Spec((value.shape, value.dtype))
    if kind is tuple:
        return tuple([_key(part, elementwise) for part in value])
    if kind is slice:
        return Part((value.start, value.stop, value.step))
    if kind is float or kind is complex:
        return Static((kind, kind(0)))
    if isinstance(value, np.generic) and (elementwise or value.dtype.kind in "fc"):
        return Spec(((), value.dtype))
    hash(value)
    return Static((kind, value))


def _from_key(key):
    kind = type(key)
    if kind is Spec:
        return _any(*key)
    if kind is Part:
        return slice(*key)
    return key[1] if kind is Static else tuple(map(_from_key, key))


def _any(shape, dtype):
    """An array of this shape, with which every function can do something: LAPACK too, if it is a matrix."""
    array = np.zeros(shape, dtype)
    if len(shape) > 1:
        array[...] = ordinary(array, 2)
    return array[()]


def _with_any(value):
    """The same value with arrays in the place of `Shaped`."""
    kind = type(value)
    if kind is Shaped:
        return _any(value.shape, value.dtype)
    if kind is tuple or kind is list:
        return kind([_with_any(part) for part in value])
    return {name: _with_any(part) for name, part in value.items()} if kind is dict else value
