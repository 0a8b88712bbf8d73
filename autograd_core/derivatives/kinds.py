"""Arrays of other kinds than NumPy's: what a class must answer for its objects to be the values of Tensors.

   __stands_for_array__ = True   nothing converts them: no `np.asarray`, no numbers taken out
   NumPy's two protocols         `__array_ufunc__` and `__array_function__`, which hand over to Tensors among the arguments
   what arrays have              shape, ndim, size, dtype, x[index], the operators, astype(dtype, copy=…), copy(),
                                 reshape(shape, order=…)
   __shares_memory__(other)      whether it is a view of the memory of the other, so that a change of one changes both
   __as_array__()                itself, as what `t.numpy()` hands out: changes in place are changes of it

and, if it can be told without waiting for a computation (without these the way is taken that is right for any numbers):

   __finite__(part=None)         whether all of it, or of this part, is finite
   __no_zeros__()                whether no element is 0
   __nowhere__()                 whether a mask is False everywhere
   __call_on_number__(f)         a function of Python's, such as `math.cos`, of the number that it stands for
   __tied__(name)                told of a mask that is True where the function of that name chooses between equals, in a pass
                                 that is recorded: second derivatives there take a look at the numbers

   __leaves_no_trace__ = True    they live in one call only, and may not become the `.grad` of a Tensor made outside

The stand-ins of `capture` are such a class. Arrays of other libraries need not know any of this: NumPy's two protocols are
enough, and `taken_in` puts each behind a class of `autograd_core.arrays`, which answers

   __undecided__ = True          nothing can be decided by its numbers: they are not computed yet, or lie on a device
   __place__(constant)           an array of NumPy's, as one that can stand beside it
   __postponed__(good, words)    itself, to be checked once it is computed: an error of these words where a mask is False; or None
                                 if it cannot be
   __hand_out__()                what a user gets: the array of that library
"""

from contextvars import ContextVar
from types import MappingProxyType

import numpy as np
from numpy import ndarray

from autograd_core.errors import DTypeError
from autograd_core.errors.arguments import holds_masked, unsuited

finder: list = []  # `autograd_core` puts here the function (type of an array) -> the class that stands for it
_adapters: dict = {}  # the type of an array of another library -> the class that stands for it here; None for all other types


def stands_in(x):
    """Whether something is such an array."""
    return hasattr(type(x), "__stands_for_array__")


def from_lists(parts, dtype=None):
    """What `np.asarray` makes of nested lists. Raises DTypeError for a masked array in them, which it would unmask."""
    if isinstance(parts, (list, tuple)) and holds_masked(parts):
        raise DTypeError(f"a part of a list is {unsuited(np.ma.MaskedArray, 'part')}")
    return np.asarray(parts, dtype)


def shares_memory(out, data):
    """Whether a result that is no array of NumPy's is a view of `data`."""
    return stands_in(out) and out.__shares_memory__(data)


def taken_in(x):
    """What a Tensor holds of x: of an array of another library what stands for it here, else x itself."""
    kind = type(x)
    try:
        adapter = _adapters[kind]
    except KeyError:
        adapter = _adapters[kind] = _adapter_of(kind)
    return x if adapter is None else adapter(x)


def is_foreign(kind):
    """Whether objects of this type are arrays of a library that has functions under NumPy's names, not the protocols alone."""
    if kind not in _adapters:
        _adapters[kind] = _adapter_of(kind)
    return _adapters[kind] is not None and _adapters[kind].has_functions


def _adapter_of(kind):
    if getattr(kind, "__array_function__", None) is None or getattr(kind, "__array_ufunc__", None) is None:
        return None
    if issubclass(kind, ndarray) or hasattr(kind, "__stands_for_array__") or hasattr(kind, "__autograd_function__"):
        return None
    return finder[0](kind)


def handed_out(x):
    """What a user gets of a value: of what stands for an array of another library that array."""
    return x.__hand_out__() if hasattr(type(x), "__hand_out__") and not _ours.get() else x


def ours(function, args, kwargs=MappingProxyType({})):
    """A function of ours, which compares and chooses as users do, but gets what stands for arrays of other libraries as it is: it
    decides nothing by their numbers."""
    token = _ours.set(True)
    try:
        return function(*args, **kwargs)
    finally:
        _ours.reset(token)


def is_ours():
    """Whether one of our functions runs so: then an array of NumPy's beside one of another library is a constant of its own."""
    return _ours.get()


_ours = ContextVar("ours", default=False)


def undecided(x):
    """Whether nothing can be decided by the numbers of x, since they are not computed yet, or lie on a device."""
    return type(x) is not ndarray and getattr(x, "__undecided__", False)


def beside(constant, x):
    """An array that a rule made, as one that can stand beside x: on the device where x is."""
    return constant if type(x) is ndarray or not hasattr(x, "__place__") else x.__place__(constant)
