"""Functions that make Tensors, all but those of `asarray` and `meshgrid` constants."""

import functools

import numpy as np

from autograd_core.array_api.array import Array, another, closed
from autograd_core.array_api.wrapping import check_device, of_numpy
from autograd_core.derivatives.entry import PLAIN
from autograd_core.graph.nodes import is_leaf
from autograd_core.graph.variable import Variable

meshgrid, tril, triu = of_numpy(np.meshgrid), of_numpy(np.tril), of_numpy(np.triu)


def _creating(function):
    """A function of NumPy that makes arrays, with a word of our own on devices."""

    @functools.wraps(function)
    def create(*args, device=None, **kwargs):
        check_device(function.__name__, device)
        return closed(function(*args, **kwargs))

    return create


arange, empty, eye, full = _creating(np.arange), _creating(np.empty), _creating(np.eye), _creating(np.full)
linspace, ones, zeros = _creating(np.linspace), _creating(np.ones), _creating(np.zeros)
empty_like, full_like = _creating(np.empty_like), _creating(np.full_like)
ones_like, zeros_like = _creating(np.ones_like), _creating(np.zeros_like)


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    """`obj` (a number, nested lists of numbers and Tensors, an array or a Tensor) as a Tensor.

    A Tensor is returned as it is, but for one that the user made and that requires a gradient: of that, a recorded copy, since
    it cannot be written to. `copy=True` gives a recorded copy in every case, `copy=False` an error if there has to be one.

    >>> from autograd_core import Tensor, array_api
    >>> t = Tensor([1.0, 2.0], requires_grad=True)
    >>> array_api.asarray(t)
    Tensor([1., 2.], dtype=float64, from copy)
    >>> array_api.asarray([t[0], 5.0])
    Tensor([1., 5.], dtype=float64, from stack)
    """
    check_device("asarray", device)
    if isinstance(obj, (list, tuple)) and _has_tensors(obj):
        if copy is False:
            raise ValueError("asarray: copy=False cannot be had of a list of Tensors")
        obj, copy = _stacked(obj), None
    if not isinstance(obj, Variable):
        if copy is False and type(obj) not in PLAIN and not hasattr(obj, "__array__") and not _has_buffer(obj):
            raise ValueError(f"asarray: copy=False cannot be had of a {type(obj).__name__}, which is no array")
        return Array(np.array(obj, dtype=dtype, copy=copy))
    if dtype is not None and obj.dtype != dtype:
        if copy is False:
            raise ValueError(f"asarray: copy=False cannot be had, {obj.dtype} has to become {np.dtype(dtype)}")
        return closed(obj.astype(dtype))
    if copy is False and is_leaf(obj._node):
        raise ValueError(
            "asarray: copy=False cannot be had of a Tensor that you made and that requires a gradient, since it must not be "
            "written to; write copy=None"
        )
    return closed(obj.copy("K")) if copy else obj if type(obj) is Array else another(obj)


def _has_buffer(obj):
    try:
        memoryview(obj)
    except TypeError:
        return False
    return True


def _has_tensors(values):
    return any(isinstance(value, Variable) or (isinstance(value, (list, tuple)) and _has_tensors(value)) for value in values)


def _stacked(values):
    return np.stack([_stacked(value) if isinstance(value, (list, tuple)) else value for value in values])


def from_dlpack(x, /, *, device=None, copy=None):
    """The array of another library that exports it by DLPack, as a constant Tensor; the memory is shared unless `copy=True`.

    >>> import numpy as np
    >>> from autograd_core import array_api
    >>> array_api.from_dlpack(np.arange(3.0))
    Tensor([0., 1., 2.], dtype=float64)
    """
    check_device("from_dlpack", device)
    return Array(np.from_dlpack(x, device=device, copy=copy))
