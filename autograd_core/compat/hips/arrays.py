"""`autograd.numpy`: NumPy's names, whose functions also take lists with recorded values among their elements.

NumPy hands a call over for the arrays among the arguments of a function, not for those inside a list: `np.sum([t, u])`. Functions
that join or compare several arrays take lists anyway. Everything else has an array made of each such list.
"""

import functools
import types

import numpy as np

from autograd_core import Tensor
from autograd_core.compat.hips.boxes import as_array, getval, has_boxes

# Functions whose lists are several operands, each of which may be a list
OF_SEVERAL = set(str.split("""
    atleast_1d atleast_2d atleast_3d block broadcast_arrays choose column_stack concat concatenate dstack hstack lexsort
    linalg.multi_dot meshgrid piecewise row_stack select stack vstack
"""))  # fmt: skip
# … of them those whose first argument may be anything that can be iterated over, as a view of a dict's values
OF_ANY_ITERABLE = {"column_stack", "concat", "concatenate", "dstack", "hstack", "row_stack", "stack", "vstack"}
# … and those that ask about values alone, whatever they are given
OF_VALUES = {"iscomplexobj", "isrealobj", "ndim", "result_type", "shape", "size"}


def namespace(module, prefix=""):
    """{name: what it is} of the public names of one of NumPy's modules, or of SciPy's."""
    names = {}
    for name in dir(module):
        if not name.startswith("_"):
            value = getattr(module, name, None)
            names[name] = _wrapped(value, prefix + name) if _is_function(value) else value
    return names


def _is_function(value):
    return callable(value) and not isinstance(value, type) and not isinstance(value, types.ModuleType)


def _wrapped(function, path):
    several, of_values, of_iterable = path in OF_SEVERAL, path in OF_VALUES, path in OF_ANY_ITERABLE

    @functools.wraps(function, updated=())
    def of_lists(*args, **kwargs):
        if of_iterable and args and not hasattr(args[0], "__getitem__"):
            args = (list(args[0]), *args[1:])
        if any(map(_has_listed, args)):
            args = [_given(arg, several) for arg in args]
        if any(map(_has_listed, kwargs.values())):
            kwargs = {name: _given(value, several) for name, value in kwargs.items()}
        if of_values:
            args, kwargs = map(getval, args), {name: getval(value) for name, value in kwargs.items()}
        return function(*args, **kwargs)

    of_lists.__autograd_core_derivative__ = True
    for name in ("accumulate", "at", "nargs", "nin", "nout", "outer", "reduce", "reduceat"):  # of a ufunc
        if hasattr(function, name):
            setattr(of_lists, name, getattr(function, name))
    return of_lists


def _has_listed(value):
    return isinstance(value, (list, tuple)) and has_boxes(value)


def _given(value, several):
    if not _has_listed(value):
        return value
    if several:
        return [as_array(item) if _has_listed(item) else item for item in value]
    return as_array(value)


# What NumPy makes arrays with takes no Tensor; here it does


def asarray(a, dtype=None, order=None, **kwargs):
    """`np.asarray`, also of a recorded array, which it returns as it is."""
    if isinstance(a, Tensor):
        return a if dtype is None else a.astype(dtype)
    return as_array(a, dtype=dtype) if has_boxes(a) else np.asarray(a, dtype, order, **kwargs)


def full(shape, fill_value, dtype=None, order="C", **kwargs):
    """`np.full`, also with a recorded value."""
    if not has_boxes(fill_value):
        return np.full(shape, fill_value, dtype, order, **kwargs)
    return np.broadcast_to(as_array(fill_value, dtype=dtype), shape) + 0


def where(condition, *args, **kwargs):
    """`np.where`, which also takes `x` and `y` by name, and returns Python's numbers and lists if it is given no array at all."""
    x_y = [*args, *[kwargs.pop(name) for name in ("x", "y")[len(args) :] if name in kwargs]]
    if kwargs or len(x_y) not in (0, 2):
        raise ValueError("where: either both or neither of x and y should be given")
    if not x_y or not any(map(has_arrays, (condition, *x_y))):
        chosen = np.where(condition, *x_y)
        return chosen.tolist() if x_y else chosen
    return np.where(asarray(condition), *map(asarray, x_y))


def has_arrays(value):
    """Whether a value is an array, or there is one in nested lists."""
    if isinstance(value, (list, tuple)):
        return any(map(has_arrays, value))
    return isinstance(value, (Tensor, np.ndarray, np.generic))


class _Joined:
    """`np.r_` and `np.c_`, also of recorded arrays."""

    def __init__(self, joiner, name, columns):
        self.joiner, self.name, self.columns = joiner, name, columns

    def __getitem__(self, key):
        items = key if isinstance(key, tuple) else (key,)
        if not has_boxes(items):
            return self.joiner[key]
        if any(isinstance(item, str) for item in items):
            raise TypeError(f"{self.name}: write np.concatenate for what {items[0]!r} asks for, with recorded arrays")
        arrays = [np.r_[item] if isinstance(item, slice) else np.atleast_1d(asarray(item)) for item in items]
        if self.columns:
            return np.concatenate([array[:, None] if array.ndim == 1 else array for array in arrays], axis=-1)
        return np.concatenate(arrays)


def make_diagonal(D, offset=0, axis1=0, axis2=1):
    """Square matrices with these diagonals in their last two axes."""
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError("make_diagonal: only offset=0, axis1=-1, axis2=-2 are supported")
    return D[..., None] * np.eye(np.shape(D)[-1])


def metadata(A):
    """(shape, number of axes, dtype, whether it is complex)"""
    A = getval(A)
    return np.shape(A), np.ndim(A), np.result_type(A), np.iscomplexobj(A)


def _integer(kind):
    """NumPy's integer type, which also takes a recorded value: as a number, which has no derivative."""
    return type(kind.__name__, (kind,), {"__new__": lambda cls, *args, **kwargs: kind(*map(getval, args), **kwargs)})


def numpy_namespace():
    """The names of `autograd.numpy`."""
    names = namespace(np)
    integers = {name: kind for name, kind in names.items() if isinstance(kind, type) and issubclass(kind, np.signedinteger)}
    names.update({name: _integer(kind) for name, kind in integers.items()})
    return names | {
        "__version__": np.__version__,
        "array": as_array,
        "asarray": asarray,
        "asanyarray": asarray,
        "full": full,
        "where": where,
        "r_": _Joined(np.r_, "r_", columns=False),
        "c_": _Joined(np.c_, "c_", columns=True),
        "make_diagonal": make_diagonal,
        "metadata": metadata,
    }


def cholesky(a, **kwargs):
    """`np.linalg.cholesky`, whose gradient is symmetric, as HIPS autograd has it: NumPy reads the lower triangle alone."""
    if not isinstance(a, Tensor):
        return np.linalg.cholesky(a, **kwargs)
    symmetric = (a + np.swapaxes(a, -1, -2)) / 2
    unread = getval(a) - getval(symmetric)  # 0 for a symmetric matrix
    return np.linalg.cholesky(symmetric + unread, **kwargs)


# Helpers of its rules that programs use in their own


def unbroadcast(x, target_meta, broadcast_idx=0):
    """The sum of `x` over the axes along which what `target_meta` describes was broadcast."""
    shape, ndim, _, is_complex = target_meta
    while np.ndim(x) > ndim:
        x = np.sum(x, axis=broadcast_idx)
    for axis, size in enumerate(shape):
        if size == 1:
            x = np.sum(x, axis=axis, keepdims=True)
    return np.real(x) if np.iscomplexobj(getval(x)) and not is_complex else x


def unbroadcast_f(target, f):
    """f, whose result is summed to the shape of `target`."""
    meta = metadata(target)
    return lambda g: unbroadcast(f(g), meta)


def match_complex(target, x):
    """x as a real or complex array, as `target` is."""
    is_complex, wanted = np.iscomplexobj(getval(x)), np.iscomplexobj(getval(target))
    if is_complex == wanted:
        return x
    return np.real(x) if is_complex else x + 0j


def replace_zero(x, val):
    """x, with `val` for its zeros."""
    return np.where(getval(x) == 0, val, x)


def repeat_to_match_shape(g, shape, dtype, axis, keepdims):
    """(g repeated along the axes that a reduction of an array of this shape took away, how often)."""
    if shape == ():
        return g, 1
    axes = range(len(shape)) if axis is None else [i % len(shape) for i in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    kept = [1 if i in axes else n for i, n in enumerate(shape)]
    return np.broadcast_to(np.reshape(g, kept), shape) + np.zeros(shape, dtype), int(np.prod([shape[i] for i in axes]))
