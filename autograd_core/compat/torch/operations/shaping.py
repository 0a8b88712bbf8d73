"""Views, repetitions, joining and splitting, as PyTorch has them."""

import itertools
import math

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.promotion import alike

FUNCTIONS_ONLY = (
    "cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "row_stack", "column_stack", "meshgrid",
    "cartesian_prod", "combinations", "broadcast_tensors", "broadcast_shapes", "block_diag", "atleast_1d", "atleast_2d",
)  # fmt: skip
METHODS_ONLY = ("view", "expand", "repeat", "view_as", "reshape_as", "expand_as", "unfold", "contiguous", "type_as")


def _sizes(shape):
    """`t.view(2, 3)`, `t.view((2, 3))` and `t.view(torch.Size([2, 3]))` mean the same."""
    shape = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    return tuple([int(n) for n in shape])


def view(input, *shape):
    """The elements in another shape, in which one -1 is whatever remains."""
    return np.reshape(input, _sizes(shape))


def reshape(input, *sizes, shape=()):
    """The elements in another shape, in which one -1 is whatever remains."""
    return np.reshape(input, _sizes(sizes or (shape,)))


def view_as(input, other):
    """The elements in the shape of another Tensor."""
    return np.reshape(input, other.shape)


reshape_as = view_as


def flatten(input, start_dim=0, end_dim=-1):
    """The axes from start_dim to end_dim as one."""
    if input.ndim == 0:
        return np.reshape(input, (1,))
    start, end = range(input.ndim)[start_dim], range(input.ndim)[end_dim] + 1
    return np.reshape(input, (*input.shape[:start], math.prod(input.shape[start:end]), *input.shape[end:]))


def ravel(input):
    """All elements in a row."""
    return np.reshape(input, (-1,))


def unflatten(input, dim, sizes):
    """The axis dim as several axes of these sizes."""
    dim = range(input.ndim)[dim]
    sizes = list(sizes)
    if -1 in sizes:
        sizes[sizes.index(-1)] = input.shape[dim] // -math.prod(sizes)
    return np.reshape(input, (*input.shape[:dim], *sizes, *input.shape[dim + 1 :]))


def unsqueeze(input, dim):
    """A new axis of length 1 at this place."""
    return np.expand_dims(input, dim)


def squeeze(input, dim=None):
    """Without axes of length 1: all such, or those of dim that are."""
    if dim is None:
        return np.squeeze(input)
    dims = (dim,) if isinstance(dim, int) else dim
    if input.ndim == 0:
        return np.reshape(input, ())
    return np.squeeze(input, tuple(d for d in dims if input.shape[d] == 1))


def transpose(input, dim0, dim1):
    """Two axes swapped."""
    return np.swapaxes(input, dim0, dim1)


swapaxes = swapdims = transpose


def t(input):
    """A matrix with its axes swapped; a vector itself."""
    if input.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with at most 2 axes, got {input.ndim}; write .transpose(dim0, dim1)")
    return np.transpose(input)


def adjoint(input):
    """The last two axes swapped, of the conjugate."""
    return np.conj(np.matrix_transpose(input)) if input.dtype.kind == "c" else np.matrix_transpose(input)


def permute(input, *axes, dims=()):
    """The axes in another order."""
    return np.transpose(input, _sizes(axes or dims))


def movedim(input, source, destination):
    """Axes moved to other places."""
    return np.moveaxis(input, source, destination)


moveaxis = movedim


def contiguous(input):
    """The Tensor itself: NumPy's functions take any order in memory."""
    return input


def expand(input, *sizes):
    """Axes of length 1 repeated, without a copy; -1 keeps an axis."""
    sizes = _sizes(sizes)
    own = (None,) * (len(sizes) - input.ndim) + tuple(input.shape)
    return np.broadcast_to(input, tuple(n if size == -1 else size for size, n in zip(sizes, own, strict=True)))


def expand_as(input, other):
    """Repeated to the shape of another Tensor, without a copy."""
    return np.broadcast_to(input, other.shape)


def broadcast_to(input, size):
    """Repeated to this shape, without a copy."""
    return expand(input, size)


def repeat(input, *repeats):
    """The whole repeated so many times along each axis."""
    return np.tile(input, _sizes(repeats))


def tile(input, *repeats, dims=()):
    """The whole repeated so many times along each axis."""
    return np.tile(input, _sizes(repeats or (dims,)))


def repeat_interleave(input, repeats, dim=None):
    """Each element repeated."""
    repeats = repeats.detach().numpy() if isinstance(repeats, core.Tensor) else repeats
    return np.repeat(input, repeats, axis=dim)


def split(tensor, split_size_or_sections, dim=0):
    """Views of so many rows each, or of these numbers of rows."""
    length, sections = tensor.shape[dim], split_size_or_sections
    if isinstance(sections, int):
        sections = [min(sections, length - start) for start in range(0, length, sections)]
    elif sum(sections) != length:
        raise RuntimeError(f"split: the sizes must add up to {length}, the length of axis {dim}, got {list(sections)}")
    return _parts(tensor, np.cumsum([0, *sections]), dim)


def chunk(input, chunks, dim=0):
    """At most so many views of the same length, but for the last."""
    return split(input, max(-(-input.shape[dim] // chunks), 1), dim)


def tensor_split(input, indices_or_sections, dim=0):
    """Views as nearly of the same length as can be, or between these indices."""
    length = input.shape[dim]
    if isinstance(indices_or_sections, int):
        small, more = divmod(length, indices_or_sections)
        bounds = np.cumsum([0] + [small + 1] * more + [small] * (indices_or_sections - more))
    else:
        bounds = [0, *indices_or_sections, length]
    return _parts(input, bounds, dim)


def _parts(tensor, bounds, dim):
    before = (slice(None),) * range(tensor.ndim)[dim]
    return tuple(tensor[(*before, slice(int(i), int(j)))] for i, j in itertools.pairwise(bounds))


def unbind(input, dim=0):
    """A tuple of the rows along dim."""
    before = (slice(None),) * range(input.ndim)[dim]
    return tuple(input[(*before, i)] for i in range(input.shape[dim]))


def narrow(input, dim, start, length):
    """A view of so many rows along dim."""
    return input[(slice(None),) * range(input.ndim)[dim] + (slice(int(start), int(start) + length),)]


def select(input, dim, index):
    """One row along dim."""
    return input[(slice(None),) * range(input.ndim)[dim] + (index,)]


def unfold(input, dimension, size, step):
    """Windows along an axis, as a new last axis."""
    windows = np.lib.stride_tricks.sliding_window_view(input, size, axis=dimension)
    return windows[(slice(None),) * range(input.ndim)[dimension] + (slice(None, None, step),)]


def flip(input, *axes, dims=()):
    """These axes backwards."""
    return np.flip(input, _sizes(axes or dims))


def fliplr(input):
    """The second axis backwards."""
    return np.flip(input, 1)


def flipud(input):
    """The first axis backwards."""
    return np.flip(input, 0)


def roll(input, shifts, dims=None):
    """Shifted along axes, what leaves comes in again."""
    return np.roll(input, shifts, dims)


def rot90(input, k=1, dims=(0, 1)):
    """Turned by 90 degrees, k times."""
    return np.rot90(input, k, dims)


def tril(input, diagonal=0):
    """The lower triangle, zeros above."""
    return np.tril(input, diagonal)


def triu(input, diagonal=0):
    """The upper triangle, zeros below."""
    return np.triu(input, diagonal)


def diag(input, diagonal=0):
    """The diagonal of a matrix, or a matrix with this diagonal."""
    return np.diag(input, diagonal)


def diagonal(input, offset=0, dim1=0, dim2=1):
    """The diagonal of the matrices in two axes."""
    return np.diagonal(input, offset, dim1, dim2)


def diag_embed(input):
    """Matrices with these diagonals in the last two axes."""
    return input[..., None] * np.eye(input.shape[-1], dtype=input.dtype)


def trace(input):
    """The sum of the diagonal."""
    return np.trace(input)


# Of several


def cat(tensors, dim=0):
    """Joined along an axis."""
    tensors = [one for one in tensors if one.shape != (0,)] or list(tensors)  # PyTorch takes these for nothing at all
    return np.concatenate(alike(*tensors), axis=dim)


concat = concatenate = cat


def stack(tensors, dim=0):
    """Joined along a new axis."""
    return np.stack(alike(*tensors), axis=dim)


def hstack(tensors):
    """Joined along the second axis, vectors along the first."""
    return np.hstack(alike(*tensors))


def vstack(tensors):
    """Joined along the first axis, vectors as rows."""
    return np.vstack(alike(*tensors))


row_stack = vstack


def dstack(tensors):
    """Joined along the third axis."""
    return np.dstack(alike(*tensors))


def column_stack(tensors):
    """Joined along the second axis, vectors as columns."""
    return np.column_stack(alike(*tensors))


def block_diag(*tensors):
    """A matrix with these blocks on its diagonal, and zeros elsewhere."""
    tensors = [np.atleast_2d(one) for one in tensors]
    widths = [one.shape[1] for one in tensors]
    rows = [
        np.pad(one, ((0, 0), (sum(widths[:i]), sum(widths[i + 1 :])))) if len(tensors) > 1 else one
        for i, one in enumerate(tensors)
    ]
    return np.concatenate(rows)


def meshgrid(*tensors, indexing="ij"):
    """Grids of coordinates: the first varies along the first axis, unless indexing="xy"."""
    tensors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    return tuple(np.meshgrid(*tensors, indexing=indexing))


def cartesian_prod(*tensors):
    """All combinations of an element of each, as rows."""
    return np.stack([np.ravel(grid) for grid in np.meshgrid(*tensors, indexing="ij")], axis=-1)


def combinations(input, r=2, with_replacement=False):
    """All combinations of r elements, as rows."""
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    return input[np.array(list(choose(range(len(input)), r)), int).reshape(-1, r)]


def broadcast_tensors(*tensors):
    """All repeated to their common shape."""
    return tuple(np.broadcast_arrays(*tensors))


def broadcast_shapes(*shapes):
    """The shape of these together."""
    from autograd_core.compat.torch.words import Size

    return Size(np.broadcast_shapes(*[tuple(shape) if isinstance(shape, (tuple, list)) else shape for shape in shapes]))


def atleast_1d(input):
    """With one axis at least."""
    return np.atleast_1d(input)


def atleast_2d(input):
    """With two axes at least."""
    return np.atleast_2d(input)
