"""What is known of NumPy's functions beyond how to call them: which can write into a buffer, which give a view, and so on."""

import operator

import numpy as np

# An operator on arrays is this ufunc
UFUNCS = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.divide,
    operator.floordiv: np.floor_divide, operator.mod: np.remainder, operator.matmul: np.matmul,
    operator.and_: np.bitwise_and, operator.or_: np.bitwise_or, operator.xor: np.bitwise_xor,
    operator.lshift: np.left_shift, operator.rshift: np.right_shift, operator.neg: np.negative, operator.pos: np.positive,
    operator.abs: np.absolute, operator.invert: np.invert, operator.eq: np.equal, operator.ne: np.not_equal,
    operator.lt: np.less, operator.le: np.less_equal, operator.gt: np.greater, operator.ge: np.greater_equal,
}  # fmt: skip

# On numbers, the expression for it; for floats it is the same IEEE operation
EXPRESSIONS = {
    np.add: "({} + {})", np.subtract: "({} - {})", np.multiply: "({} * {})", np.divide: "({} / {})", np.negative: "(-{})",
    np.positive: "{}", np.absolute: "abs({})", np.equal: "({} == {})", np.not_equal: "({} != {})", np.less: "({} < {})",
    np.less_equal: "({} <= {})", np.greater: "({} > {})", np.greater_equal: "({} >= {})",
}  # fmt: skip

VIEWS = {
    np.transpose, np.reshape, np.ravel, np.squeeze, np.expand_dims, np.swapaxes, np.moveaxis, np.matrix_transpose,
    np.broadcast_to, np.rollaxis, np.flip, np.fliplr, np.flipud, np.rot90, np.diagonal, np.atleast_1d,
    np.atleast_2d, np.atleast_3d,
}  # fmt: skip

# A NaN in an operand is a NaN in the result, where it depends on that element at all
NAN_STAYS = {
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive, np.matmul, np.dot, np.vdot, np.tensordot, np.inner,
    np.outer, np.einsum, np.exp, np.expm1, np.log, np.log1p, np.log2, np.log10, np.sqrt, np.cbrt, np.square, np.tanh, np.sin,
    np.cos, np.tan, np.sinh, np.cosh, np.arctan, np.arcsinh, np.absolute, np.fabs, np.maximum, np.minimum, np.conjugate,
    np.reciprocal, np.add.reduce, np.multiply.reduce, np.maximum.reduce, np.minimum.reduce, np.sum, np.mean, np.max, np.min,
    np.cumsum, np.concatenate, np.stack, np.where, np.copy, operator.getitem, np.trace, np.diag, *VIEWS,
}  # fmt: skip

# On numbers, Python raises an error where NumPy answers inf or nan
MAY_RAISE = {
    np.divide, np.floor_divide, np.remainder, np.power, operator.truediv, operator.floordiv, operator.mod, operator.pow,
}  # fmt: skip


def owner_of_method(function):
    """The ufunc of which a bound method such as `np.add.reduce` is, or None."""
    owner = getattr(function, "__self__", None)
    return owner if isinstance(owner, np.ufunc) else None


def is_elementwise(function):
    """Whether element i of the result depends on the elements i of the operands only."""
    return isinstance(function, np.ufunc) and function.signature is None and function.nout == 1


def is_draw(call):
    """Whether a call draws random numbers: such are made each time, in order, and never left out."""
    return isinstance(getattr(call.function, "__self__", None), np.random.Generator)


def is_reduction(function):
    return owner_of_method(function) is not None and function.__name__ == "reduce"


def is_basic_index(index):
    """Whether `array[index]` is a view."""
    parts = index if type(index) is tuple else (index,)
    return all(type(part) in (int, slice, type(None), type(Ellipsis)) or isinstance(part, np.integer) for part in parts)


def is_view(call):
    """Whether a call gives a view of its first operand, or may."""
    if call.function is operator.getitem:
        return type(call.args[0].sample) is np.ndarray and is_basic_index(call.args[1])
    return call.function in VIEWS or call.function.__name__ == "unpacked"


def shown(function):
    """A function's name in the printed program."""
    owner = owner_of_method(function)
    name = getattr(function, "__name__", str(function))
    return f"{owner.__name__}.{name}" if owner is not None else name
