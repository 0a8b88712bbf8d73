"""Elementwise functions of one and two operands, with PyTorch's names, arguments and dtypes."""

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.promotion import alike, as_float, converted

AS_FLOATS = {  # of integers, in the default dtype
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p,
    "sqrt": np.sqrt, "rsqrt": lambda x: 1 / np.sqrt(x), "reciprocal": lambda x: 1 / x, "sin": np.sin, "cos": np.cos,
    "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "arctan": np.arctan, "sinh": np.sinh,
    "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "sigmoid": core.sigmoid,
    "arccos": np.arccos, "arcsin": np.arcsin, "arccosh": np.arccosh, "arcsinh": np.arcsinh, "arctanh": np.arctanh,
    "deg2rad": np.deg2rad, "rad2deg": np.rad2deg, "sinc": np.sinc,
}  # fmt: skip
AS_THEY_ARE = {
    "abs": np.abs, "absolute": np.abs, "neg": np.negative, "negative": np.negative, "square": np.square, "sign": np.sign,
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "relu": core.relu, "isnan": np.isnan, "isinf": np.isinf,
    "isfinite": np.isfinite, "logical_not": np.logical_not, "frac": lambda x: x - np.trunc(x), "conj": np.conj,
    "bitwise_not": np.invert, "positive": np.positive, "sgn": np.sign, "fix": np.trunc, "angle": np.angle, "signbit": np.signbit,
    "isposinf": np.isposinf, "isneginf": np.isneginf, "isreal": np.isreal,
}  # fmt: skip
OF_TWO = {
    "add": np.add, "sub": np.subtract, "subtract": np.subtract, "mul": np.multiply, "multiply": np.multiply,
    "maximum": np.maximum, "minimum": np.minimum, "fmax": np.fmax, "fmin": np.fmin, "fmod": np.fmod, "remainder": np.remainder,
    "hypot": np.hypot, "logaddexp": np.logaddexp, "floor_divide": np.floor_divide, "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or, "bitwise_xor": np.bitwise_xor, "eq": np.equal, "ne": np.not_equal, "lt": np.less,
    "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "less": np.less, "greater": np.greater,
    "logical_and": np.logical_and, "logical_or": np.logical_or, "logical_xor": np.logical_xor, "atan2": np.arctan2,
    "arctan2": np.arctan2, "less_equal": np.less_equal, "greater_equal": np.greater_equal, "not_equal": np.not_equal,
    "bitwise_left_shift": np.left_shift, "bitwise_right_shift": np.right_shift, "copysign": np.copysign, "gcd": np.gcd,
    "logaddexp2": np.logaddexp2, "float_power": np.float_power, "lcm": np.lcm,
}  # fmt: skip
OF_SCIPY = {  # of scipy.special, which is imported when one of them is first called
    "erf": "erf", "erfc": "erfc", "erfinv": "erfinv", "lgamma": "gammaln", "digamma": "digamma", "i0": "i0",
}  # fmt: skip


def _of_one(name, function):
    return lambda input: function(input)


def _of_float(name, function):
    return lambda input: function(as_float(input))


def _of_two(name, function):
    floats, scaled = name in ("atan2", "arctan2"), name in ("add", "sub", "subtract")

    def operation(input, other, **alpha):
        if alpha:
            (word, factor), *others = alpha.items()
            if not scaled or word != "alpha" or others:
                raise TypeError(f"{name}() got an unexpected keyword argument {word!r}")
            other = np.multiply(*alike(other, factor))
        a, b = alike(input, other)
        return function(as_float(a), as_float(b)) if floats else function(a, b)

    return operation


def _of_scipy(name, path):
    def operation(input):
        import scipy.special

        return getattr(scipy.special, path)(as_float(input))

    return operation


def div(input, other, rounding_mode=None):
    """input / other; with rounding_mode "floor" or "trunc" rounded to a whole number."""
    if rounding_mode == "floor":
        return np.floor_divide(*alike(input, other))
    a, b = alike(input, other)
    if rounding_mode == "trunc":
        quotient = np.trunc(np.divide(a, b))
        return quotient if np.result_type(a).kind in "fc" else quotient.astype(a.dtype)
    if rounding_mode is not None:
        raise RuntimeError(f"div: rounding_mode must be None, 'floor' or 'trunc', got {rounding_mode!r}")
    return np.divide(as_float(a) if isinstance(a, core.Tensor) else a, as_float(b) if isinstance(b, core.Tensor) else b)


divide = true_divide = div


def rsub(input, other, *, alpha=1):
    """other - alpha · input"""
    a, b = alike(input, other)
    return b - a * alpha


def clamp(input, min=None, max=None):
    """min where input is below it, max where it is above; the gradient at a bound is 1, as in PyTorch."""
    if min is None and max is None:
        raise RuntimeError("clamp: at least one of 'min' or 'max' must not be None")
    bounds = [bound for bound in (min, max) if bound is not None]
    input, *bounds = alike(input, *bounds)
    low = bounds[0] if min is not None else None
    high = bounds[-1] if max is not None else None
    out = input
    if low is not None:
        out = np.where(out < low, low, out)
    if high is not None:
        out = np.where(out > high, high, out)
    return out if out.dtype == input.dtype else converted(out, input.dtype)


clip = clamp


def _in(input, dtype):
    return input if dtype is None else converted(input, np.dtype(dtype))


def _or_implicit(input, dim):
    """The axis that PyTorch takes if it is given none, with a warning there."""
    return dim if dim is not None else 0 if input.ndim in (0, 1, 3) else 1


def logit(input, eps=None):
    """ln(x / (1 - x)); with eps, of x clamped to [eps, 1 - eps]."""
    input = as_float(input)
    x = input if eps is None else clamp(input, eps, 1 - eps)
    return np.log(x) - np.log1p(-x)


def allclose(input, other, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether all elements are equal within these tolerances."""
    return bool(np.allclose(input, other, rtol, atol, equal_nan))


TABLE = {  # what one expression says
    "nan_to_num": lambda input, nan=0.0, posinf=None, neginf=None: np.nan_to_num(input, True, nan, posinf, neginf),
    "clamp_min": lambda input, min: clamp(input, min),
    "clamp_max": lambda input, max: clamp(input, None, max),
    "is_same_size": lambda input, other: input.shape == other.shape,
    "pow": lambda input, exponent: np.power(*alike(input, exponent)),
    "round": lambda input, *, decimals=0: np.round(input, decimals),
    "lerp": lambda input, end, weight: input + weight * (end - input),
    "addcmul": lambda input, tensor1, tensor2, *, value=1: input + value * tensor1 * tensor2,
    "addcdiv": lambda input, tensor1, tensor2, *, value=1: input + value * tensor1 / tensor2,
    "softmax": lambda input, dim=None, dtype=None: core.softmax(_in(input, dtype), _or_implicit(input, dim)),
    "log_softmax": lambda input, dim=None, dtype=None: core.log_softmax(_in(input, dtype), _or_implicit(input, dim)),
    "isclose": lambda input, other, rtol=1e-05, atol=1e-08, equal_nan=False: np.isclose(input, other, rtol, atol, equal_nan),
    "equal": lambda input, other: bool(np.array_equal(input, other)),
}  # fmt: skip
for _table, _make in ((AS_FLOATS, _of_float), (AS_THEY_ARE, _of_one), (OF_TWO, _of_two), (OF_SCIPY, _of_scipy)):
    TABLE |= {name: _make(name, function) for name, function in _table.items()}
