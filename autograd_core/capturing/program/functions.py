"""What is known of NumPy's functions beyond how to call them: which can write into a buffer, which give a view, and so on."""

import operator
import sys
from functools import cache
from typing import Any

import numpy as np
from numpy.lib import introspect

from autograd_core.capturing.program.forms import unpacked

# An operator on arrays is this ufunc
UFUNCS = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.divide,
    operator.floordiv: np.floor_divide, operator.mod: np.remainder, operator.matmul: np.matmul,
    operator.and_: np.bitwise_and, operator.or_: np.bitwise_or, operator.xor: np.bitwise_xor,
    operator.lshift: np.left_shift, operator.rshift: np.right_shift, operator.neg: np.negative, operator.pos: np.positive,
    operator.abs: np.absolute, operator.invert: np.invert, operator.eq: np.equal, operator.ne: np.not_equal,
    operator.lt: np.less, operator.le: np.less_equal, operator.gt: np.greater, operator.ge: np.greater_equal,
}  # fmt: skip

VIEWS = {
    np.transpose, np.reshape, np.ravel, np.squeeze, np.expand_dims, np.swapaxes, np.moveaxis, np.matrix_transpose,
    np.broadcast_to, np.rollaxis, np.flip, np.fliplr, np.flipud, np.rot90, np.diagonal, np.atleast_1d,
    np.atleast_2d, np.atleast_3d, np.lib.stride_tricks.sliding_window_view, unpacked,
}  # fmt: skip

# On numbers, Python raises an error and NumPy answers inf or nan
MAY_RAISE = {
    np.divide, np.floor_divide, np.remainder, np.power, operator.truediv, operator.floordiv, operator.mod, operator.pow,
}  # fmt: skip

# Into a buffer by the keyword out=, for the same result
BY_KEYWORD = {
    np.concatenate, np.stack, np.cumsum, np.cumprod, np.clip, np.einsum, np.round,
}  # fmt: skip


def owner_of_method(function: Any) -> np.ufunc | None:
    """The ufunc that a bound method such as `np.add.reduce` belongs to, or None."""
    owner = getattr(function, "__self__", None)
    return owner if isinstance(owner, np.ufunc) else None


def _leaks() -> bool:
    """Whether a reduction never lets go of its `out`, as in NumPy 2.3.0: a replay would take that reference for the user's."""
    out = np.empty(1)
    before = sys.getrefcount(out)
    add: Any = np.add.reduce  # as a replay calls it, by position
    add(np.ones((1, 1)), 0, None, out)
    return sys.getrefcount(out) > before


LEAKS = _leaks()


def is_choice(call: Any) -> bool:
    """Whether it is `np.where(test, a, b)`."""
    return call.function is np.where and len(call.args) == 3 and not call.kwargs


def is_reduction(function: Any) -> bool:
    return owner_of_method(function) is not None and function.__name__ == "reduce"


def takes_out(call: Any) -> bool:
    """Whether a replay can write the result into an array that is given to the call."""
    if not call.out.shape:
        return False
    if is_reduction(call.function):
        return not LEAKS and not set(call.kwargs) - {"axis", "keepdims"} and len(call.args) <= 2
    return not call.kwargs and (call.is_elementwise or call.function in (np.dot, np.matmul))


def takes_keyword(call: Any) -> bool:
    """Whether it can by the keyword `out=`, for the same result."""
    if call.function is np.sum or is_reduction(call.function):
        dtype = call.kwargs.get("dtype")
        return not LEAKS and "where" not in call.kwargs and (dtype is None or np.dtype(dtype) == call.out.dtype)
    if call.function is np.round and call.out.dtype.kind in "iu":  # which NumPy divides as floats if there are to be fewer digits
        return False
    return call.function in BY_KEYWORD and not {"where", "dtype"} & call.kwargs.keys()


def is_basic_index(index: Any) -> bool:
    """Whether `array[index]` is a view."""
    parts = index if type(index) is tuple else (index,)
    return all(type(part) in (int, slice, type(None), type(Ellipsis)) or isinstance(part, np.integer) for part in parts)


def picks_a_view(array: Any, index: Any) -> bool:
    """Whether `array[index]` is a view, with Values in the places of arrays."""
    if type(array.sample) is not np.ndarray:
        return False
    return is_basic_index(tuple([getattr(part, "sample", part) for part in (index if type(index) is tuple else (index,))]))


NAMES_OF_NUMPY = {"ufunc_at": "ufunc.at", "reshaped": "reshape", "with_zeros": "zeros", "with_ones": "ones"}


def shown(function: Any) -> str:
    """A function's name in the printed program: NumPy's, also for forms of ours that stand for functions of NumPy."""
    owner = owner_of_method(function)
    name = getattr(function, "__name__", str(function))
    name = NAMES_OF_NUMPY.get(name, name)
    return f"{owner.__name__}.{name}" if owner is not None else name


@cache
def is_quick(name: str) -> bool:
    """Whether NumPy says that it has code of its own for this processor, of a function of float64."""
    found = introspect.opt_func_info(func_name=f"^{name}$", signature="float64")
    return not found.get(name, {}).get("dd", {}).get("current", "baseline").startswith("baseline")
