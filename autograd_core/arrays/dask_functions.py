"""What Dask lacks of NumPy's functions, or has in another way: lazily, most of it for matrices and rows in one chunk each."""

import functools

import dask
import dask.array as da
import numpy as np

from autograd_core.arrays.dask import Lazy
from autograd_core.arrays.foreign import opened
from autograd_core.arrays.lacking import UNSET
from autograd_core.derivatives.kinds import undecided
from autograd_core.errors import UnsupportedError


def _in_one_chunk(function, signature):
    """A function of NumPy's whose core dimensions are in one chunk; an error of Dask's says so if they are not."""

    def apply(*arrays, **options):
        arrays = opened(arrays)
        dtypes = _dtypes_of(function, tuple(x.dtype for x in arrays), tuple(2 if "," in s else 1 for s in _inputs(signature)))
        dtypes = dtypes if "),(" in signature.partition("->")[2] else dtypes[0]
        made = da.apply_gufunc(functools.partial(function, **options), signature, *arrays, output_dtypes=dtypes)
        return tuple(map(Lazy, made)) if isinstance(made, tuple) else Lazy(made)

    return apply


def _inputs(signature):
    return signature.partition("->")[0].split("),(")


@functools.lru_cache(None)
def _dtypes_of(function, dtypes, ndims):
    made = function(*[np.ones((1,) * ndim, dtype) for dtype, ndim in zip(dtypes, ndims, strict=True)])
    return [part.dtype for part in (made if isinstance(made, tuple) else (made,))]


def _along(function):
    """A function along one axis, which leaves the shape as it is and may take another array or numbers for each row."""

    def apply(a, *others, axis=-1, **options):
        if axis is None:
            a, axis = np.ravel(a), 0
        if not a.ndim or any(map(undecided, others)):
            return NotImplemented
        rows = _in_one_chunk(lambda row: function(row, *others, axis=-1, **options), "(n)->(n)")(np.moveaxis(a, axis, -1))
        return np.moveaxis(rows, -1, axis)

    return apply


def _take_along_axis(arr, indices, axis=-1):
    if axis is None:
        arr, indices, axis = np.ravel(arr), np.ravel(indices), 0
    rows, places = (np.moveaxis(x, axis, -1) for x in (arr, indices))
    outer = np.broadcast_shapes(rows.shape[:-1], places.shape[:-1])
    places = np.broadcast_to(places, (*outer, places.shape[-1]))
    taken = da.apply_gufunc(_taken, "(n),(k)->(k)", *opened((rows, places)), output_dtypes=arr.dtype)
    return np.moveaxis(Lazy(taken), -1, axis)


def _taken(rows, places):
    return np.take_along_axis(np.broadcast_to(rows, (*places.shape[:-1], rows.shape[-1])), places, -1)


def _svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """In one chunk it is NumPy's; in several the signs of vectors are others, which are arbitrary."""
    if hermitian or (full_matrices and compute_uv and a.shape[-1] != a.shape[-2]):
        raise UnsupportedError("svd: that of Dask has full_matrices=False only; write np.linalg.svd(a, full_matrices=False)")
    m, n = a.shape[-2:]
    if a.ndim > 2 or a.held.npartitions == 1:
        few = "(m,n)->(m,n),(n),(n,n)" if m >= n else "(m,n)->(m,m),(m),(m,n)"
        parts = _in_one_chunk(_thin_svd, few)(a)
    else:
        parts = tuple(map(Lazy, da.linalg.svd(a.held)))
    return type(np.linalg.svd(np.eye(1)))(*parts) if compute_uv else parts[1]


def _thin_svd(a):
    return tuple(np.linalg.svd(a, full_matrices=False))


def _qr(a, mode="reduced"):
    if mode not in ("reduced", "r"):
        raise UnsupportedError(f"qr: that of Dask has no mode {mode!r}; write np.linalg.qr(a), whose factors are reduced")
    m, n = a.shape[-2:]
    if a.ndim > 2 or a.held.npartitions == 1:
        parts = _in_one_chunk(_thin_qr, "(m,n)->(m,n),(n,n)" if m >= n else "(m,n)->(m,m),(m,n)")(a)
    elif m >= n:
        parts = tuple(map(Lazy, da.linalg.tsqr(a.held)))
    else:
        raise UnsupportedError("qr: a wide matrix must be in one chunk; write np.linalg.qr(a.rechunk(-1))")
    return parts[1] if mode == "r" else type(np.linalg.qr(np.eye(1)))(*parts)


def _thin_qr(a):
    return tuple(np.linalg.qr(a))


def _tensordot(a, b, axes=2):
    if type(axes) is not int:  # Dask takes a negative one for another
        of_a, of_b = (tuple(k % x.ndim for k in np.ravel(axis)) for axis, x in zip(axes, (a, b), strict=True))
        axes = of_a, of_b
    return Lazy(da.tensordot(*opened((a, b)), axes=axes))


def _convolve(a, v, mode="full"):
    if mode not in LENGTHS or np.ndim(a) != 1 or np.ndim(v) != 1:
        return NotImplemented
    made = dask.delayed(np.convolve)(*opened((a, v)), mode)  # in one task
    return Lazy(da.from_delayed(made, (LENGTHS[mode](len(a), len(v)),), np.result_type(a, v)))


LENGTHS = {"full": lambda n, k: n + k - 1, "same": max, "valid": lambda n, k: max(n, k) - min(n, k) + 1}


def _lstsq(a, b, rcond=None):
    raise UnsupportedError("lstsq: its residuals and rank depend on the numbers; write np.linalg.pinv(a) @ b")


def _linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    if retstep or (dtype is not None and np.dtype(dtype).kind not in "fc"):
        return NotImplemented
    steps = np.linspace(0, 1, num, endpoint)
    shape = np.broadcast_shapes(np.shape(start), np.shape(stop))
    steps = np.reshape(steps, (num, *[1] * len(shape)))
    made = np.moveaxis(start * (1 - steps) + stop * steps, 0, axis)
    return made if dtype is None else made.astype(dtype, copy=False)


Lazy.own = {
    np.linspace: _linspace,
    np.tensordot: _tensordot,
    np.convolve: _convolve,
    np.linalg.lstsq: _lstsq,
    np.take_along_axis: _take_along_axis,
    np.linalg.svd: _svd,
    np.linalg.svdvals: lambda x: _svd(x, compute_uv=False),
    np.linalg.qr: _qr,
    np.linalg.det: _in_one_chunk(np.linalg.det, "(m,m)->()"),
    np.linalg.slogdet: lambda a: type(np.linalg.slogdet(np.eye(1)))(*_in_one_chunk(np.linalg.slogdet, "(m,m)->(),()")(a)),
    np.linalg.cholesky: lambda a, upper=False: _in_one_chunk(np.linalg.cholesky, "(m,m)->(m,m)")(a, upper=upper),
    np.linalg.pinv: lambda a, rcond=None, hermitian=False, *, rtol=UNSET: _in_one_chunk(np.linalg.pinv, "(m,n)->(n,m)")(
        a, rcond=rcond, hermitian=hermitian, rtol=rtol
    ),
    np.linalg.inv: _in_one_chunk(np.linalg.inv, "(m,m)->(m,m)"),
    np.linalg.eigh: lambda a, UPLO="L": type(np.linalg.eigh(np.eye(1)))(
        *_in_one_chunk(np.linalg.eigh, "(m,m)->(m),(m,m)")(a, UPLO=UPLO)
    ),
    np.linalg.eigvalsh: lambda a, UPLO="L": _in_one_chunk(np.linalg.eigvalsh, "(m,m)->(m)")(a, UPLO=UPLO),
    np.sort: lambda a, axis=-1, kind=None, order=None, *, stable=None: _along(np.sort)(a, axis=axis, kind=kind, stable=stable),
    np.argsort: lambda a, axis=-1, kind=None, order=None, *, stable=None: _along(np.argsort)(a, axis=axis, kind="stable"),
    np.partition: lambda a, kth, axis=-1, kind="introselect", order=None: _along(np.partition)(a, kth, axis=axis),
    np.argpartition: lambda a, kth, axis=-1, kind="introselect", order=None: _along(np.argpartition)(a, kth, axis=axis),
}
