"""The Array API standard (https://data-apis.org/array-api) with Tensors for its arrays: what `t.__array_namespace__()` returns.

Libraries that are written for the standard ask their arguments for it: SciPy if SCIPY_ARRAY_API=1 is set before it is
imported, scikit-learn with array_api_dispatch=True, array-api-extra, einops. So they run on Tensors, and what they compute is
recorded. A program of your own needs it only to be as general: NumPy's functions take Tensors as they are.

Every function returns Tensors, integers and bools too, which are constants. Most are NumPy's own.

array                  Array, the class of these Tensors: comparisons with it are Tensors too
creation               functions that make Tensors
functions              what NumPy has with other arguments or results
linalg, fft            the standard's extensions
special                SciPy's special functions
wrapping               how a function of NumPy becomes one of these

>>> import numpy as np
>>> from autograd_core import Tensor, array_api
>>> t = Tensor([3.0, 4.0], requires_grad=True)
>>> xp = t.__array_namespace__()
>>> xp is array_api
True
>>> xp.linalg.vector_norm(t).backward()
>>> t.grad
array([0.6, 0.8])
"""

import numpy as np
from numpy import (
    bool,
    complex64,
    complex128,
    e,
    float32,
    float64,
    inf,
    int8,
    int16,
    int32,
    int64,
    nan,
    newaxis,
    pi,
    uint8,
    uint16,
    uint32,
    uint64,
)

from autograd_core.array_api import fft, linalg
from autograd_core.array_api import special as special
from autograd_core.array_api.creation import (
    arange,
    asarray,
    empty,
    empty_like,
    eye,
    from_dlpack,
    full,
    full_like,
    linspace,
    meshgrid,
    ones,
    ones_like,
    tril,
    triu,
    zeros,
    zeros_like,
)
from autograd_core.array_api.functions import (
    __array_namespace_info__,
    argsort,
    astype,
    clip,
    count_nonzero,
    diff,
    finfo,
    iinfo,
    isin,
    sort,
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)
from autograd_core.array_api.wrapping import lookup

__array_api_version__ = "2025.12"

OF_NUMPY = str.split("""
    abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert bitwise_left_shift bitwise_or bitwise_right_shift
    bitwise_xor ceil conj copysign cos cosh divide equal exp expm1 floor floor_divide greater greater_equal hypot imag
    isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp logical_and logical_not logical_or logical_xor maximum
    minimum multiply negative nextafter not_equal positive pow real reciprocal remainder round sign signbit sin sinh square
    sqrt subtract tan tanh trunc
    can_cast isdtype result_type
    take take_along_axis argmax argmin nonzero searchsorted where
    broadcast_arrays broadcast_shapes broadcast_to concat expand_dims flip moveaxis permute_dims repeat reshape roll squeeze
    stack tile unstack
    matmul matrix_transpose tensordot vecdot
    all any cumulative_prod cumulative_sum max mean min prod std sum var
""")

BEYOND = ("diag",)  # not in the standard, but SciPy's RBFInterpolator asks for it

__all__ = [
    *OF_NUMPY,
    "e", "inf", "nan", "newaxis", "pi", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128", "arange", "asarray", "empty", "empty_like", "eye", "from_dlpack", "full",
    "full_like", "linspace", "meshgrid", "ones", "ones_like", "tril", "triu", "zeros", "zeros_like", "argsort", "astype", "clip",
    "count_nonzero", "diff", "finfo", "iinfo", "isin", "sort", "unique_all", "unique_counts", "unique_inverse", "unique_values",
    "__array_namespace_info__", "__array_api_version__", "fft", "linalg",
]  # fmt: skip
__getattr__ = lookup(
    globals(), np, (*OF_NUMPY, *BEYOND), "it is no function of the Array API standard; np may have it, and takes Tensors"
)


def __dir__():
    return __all__
