"""Choosing elements and rows, and putting values there: gather, scatter, masks and indices along an axis."""

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.promotion import alike, cast, result_type

FUNCTIONS_ONLY = ("where", "isin", "bucketize")
REDUCE = {"sum": np.add, "add": np.add, "prod": np.multiply, "multiply": np.multiply, "amax": np.maximum, "amin": np.minimum}


def _values(tensor):
    return tensor.detach().numpy() if isinstance(tensor, core.Tensor) else np.asarray(tensor)


def _along(index, dim, length=None):
    """The index for `x[…]` of the places that `index` names along dim, in PyTorch's way: its own shape elsewhere."""
    index = _values(index)
    if index.dtype.kind not in "iu":
        raise RuntimeError(f"gather(), scatter(): the index must be of dtype torch.int64, got {index.dtype}; write .long()")
    index = index if index.ndim else index.reshape(1)
    grid = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    grid[dim] = index
    return tuple(grid)


def gather(input, dim, index):
    """out[i, j] = input[i, index[i, j]] for dim=1, and so on."""
    if input.ndim == 0:
        return input[np.zeros(index.shape, int)]
    return input[_along(index, dim)]


def _given(src, value, index):
    """The part of src that the index names, or the number to put everywhere."""
    src = value if src is None else src
    return src if not isinstance(src, core.Tensor) or src.ndim == 0 else src[tuple(slice(n) for n in index.shape)]


def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    """A copy with out[i, index[i, j]] = src[i, j] for dim=1, and so on; src may be a number."""
    given = _given(src, value, index)
    if reduce is not None:
        return _put(input, _along(index, dim), given, reduce)
    out = input.copy()
    out[_along(index, dim)] = given
    return out


def scatter_reduce(input, dim, index, src, reduce, *, include_self=True):
    """`scatter`, in which what meets is combined by "sum", "prod", "amax" or "amin"."""
    if not include_self:
        raise NotImplementedError("scatter_reduce: include_self=False is not there; write it with torch.zeros and scatter_add")
    return _put(input, _along(index, dim), _given(src, None, index), reduce)


def _put(input, where, given, reduce):
    if reduce not in REDUCE:
        raise RuntimeError(f"scatter: reduce must be one of {', '.join(REDUCE)}, got {reduce!r}")
    out = input.copy()
    REDUCE[reduce].at(out, where, given)
    return out


def _rows(input, dim, index):
    index = _values(index)
    return (slice(None),) * range(input.ndim)[dim] + (index,)


def index_add(input, dim, index, source, *, alpha=1):
    """A copy with the rows of source added to these rows along dim."""
    return _put(input, _rows(input, dim, index), source if alpha == 1 else source * alpha, "add")


def index_put(input, indices, values, accumulate=False):
    """A copy with these values at these indices."""
    indices = tuple(map(_values, indices))
    return _put(input, indices, values, "add") if accumulate else _with(input, indices, values)


def _with(input, index, value):
    out = input.copy()
    out[index] = value
    return out


def masked_fill(input, mask, value):
    """A copy with one value where the mask is true."""
    return np.where(_mask(mask, "masked_fill"), cast(value, input.dtype) if isinstance(value, core.Tensor) else value, input)


def masked_select(input, mask):
    """The elements where the mask is true, in a row."""
    mask = _mask(mask, "masked_select")
    shape = np.broadcast_shapes(input.shape, mask.shape)
    return np.broadcast_to(input, shape)[np.broadcast_to(mask, shape)]


def masked_scatter(input, mask, source):
    """A copy with the first elements of source where the mask is true."""
    mask = np.broadcast_to(_mask(mask, "masked_scatter"), input.shape)
    return _with(input, mask, np.ravel(source)[: int(mask.sum())])


def _mask(mask, name):
    mask = _values(mask)
    if mask.dtype != bool:
        raise RuntimeError(f"{name}: the mask must be of dtype torch.bool, got {mask.dtype}; write mask.bool() or mask == 0")
    return mask


def where(condition, input=None, other=None):
    """input where the condition is true, else other; without them the indices, as `nonzero(as_tuple=True)`."""
    if input is None and other is None:
        return np.nonzero(condition)
    a, b = alike(input, other)
    if isinstance(a, (int, float, complex)) and isinstance(b, (int, float, complex)):
        a = np.asarray(a, result_type(a, b))
    return np.where(_values(condition), a, b)


def nonzero(input, *, as_tuple=False):
    """The indices of what is not 0: as rows, or as a tuple with an array for each axis."""
    return np.nonzero(input) if as_tuple else np.argwhere(input)


argwhere = nonzero


def searchsorted(input, values, *, right=False):
    """Where values would go into what is sorted along the last axis."""
    return np.searchsorted(_values(input), _values(values), "right" if right else "left")


def bucketize(input, boundaries, *, right=False):
    """In which of the buckets between sorted boundaries each element is."""
    return np.searchsorted(_values(boundaries), _values(input), "right" if right else "left")


TABLE = {  # what one expression says
    "take_along_dim": lambda input, indices, dim=None: np.take_along_axis(input, _values(indices), dim),
    "scatter_add": lambda input, dim, index, src: _put(input, _along(index, dim), _given(src, None, index), "add"),
    "index_select": lambda input, dim, index: np.take(input, _values(index), axis=dim),
    "index_fill": lambda input, dim, index, value: _with(input, _rows(input, dim, index), value),
    "index_copy": lambda input, dim, index, tensor: _with(input, _rows(input, dim, index), tensor),
    "take": lambda input, index: np.take(np.ravel(input), _values(index)),
    "isin": lambda elements, test_elements: np.isin(elements, test_elements),
}  # fmt: skip
