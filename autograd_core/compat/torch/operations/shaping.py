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


def unflatten(input, dim, sizes):
    """The axis dim as several axes of these sizes."""
    dim = range(input.ndim)[dim]
    sizes = list(sizes)
    if -1 in sizes:
        sizes[sizes.index(-1)] = input.shape[dim] // -math.prod(sizes)
    return np.reshape(input, (*input.shape[:dim], *sizes, *input.shape[dim + 1 :]))


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


def movedim(input, source, destination):
    """Axes moved to other places."""
    return np.moveaxis(input, source, destination)


moveaxis = movedim


def expand(input, *sizes):
    """Axes of length 1 repeated, without a copy; -1 keeps an axis."""
    sizes = _sizes(sizes)
    own = (None,) * (len(sizes) - input.ndim) + tuple(input.shape)
    return np.broadcast_to(input, tuple(n if size == -1 else size for size, n in zip(sizes, own, strict=True)))


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


def unfold(input, dimension, size, step):
    """Windows along an axis, as a new last axis."""
    windows = np.lib.stride_tricks.sliding_window_view(input, size, axis=dimension)
    return windows[(slice(None),) * range(input.ndim)[dimension] + (slice(None, None, step),)]


def diagonal(input, offset=0, dim1=0, dim2=1):
    """The diagonal of the matrices in two axes."""
    return np.diagonal(input, offset, dim1, dim2)


# Of several


def cat(tensors, dim=0):
    """Joined along an axis."""
    tensors = [t for t in tensors if t.shape != (0,)] or list(tensors)  # PyTorch takes these for nothing at all
    return np.concatenate(alike(*tensors), axis=dim)


concat = concatenate = cat


def vstack(tensors):
    """Joined along the first axis, vectors as rows."""
    return np.vstack(alike(*tensors))


row_stack = vstack


def block_diag(*tensors):
    """A matrix with these blocks on its diagonal, and zeros elsewhere."""
    tensors = [np.atleast_2d(t) for t in alike(*tensors)]
    widths = [t.shape[1] for t in tensors]
    rows = [
        np.pad(one, ((0, 0), (sum(widths[:i]), sum(widths[i + 1 :])))) if len(tensors) > 1 else one
        for i, one in enumerate(tensors)
    ]
    return np.concatenate(rows)


def meshgrid(*tensors, indexing="ij"):
    """Grids of coordinates: the first varies along the first axis, unless indexing="xy"."""
    tensors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    return tuple(np.meshgrid(*tensors, indexing=indexing))


def combinations(input, r=2, with_replacement=False):
    """All combinations of r elements, as rows."""
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    return input[np.array(list(choose(range(len(input)), r)), int).reshape(-1, r)]


def broadcast_shapes(*shapes):
    """The shape of these together."""
    from autograd_core.compat.torch.words import Size

    return Size(np.broadcast_shapes(*[tuple(shape) if isinstance(shape, (tuple, list)) else shape for shape in shapes]))


TABLE = {  # what one expression says
    "hsplit": lambda input, sections: tensor_split(input, sections, 1 if input.ndim > 1 else 0),
    "vsplit": lambda input, sections: tensor_split(input, sections, 0),
    "dsplit": lambda input, sections: tensor_split(input, sections, 2),
    "diagflat": lambda input, offset=0: np.diag(np.ravel(input), offset),
    "view": lambda input, *shape: np.reshape(input, _sizes(shape)),
    "reshape": lambda input, *sizes, shape=(): np.reshape(input, _sizes(sizes or (shape,))),
    "ravel": lambda input: np.reshape(input, (-1,)),
    "unsqueeze": lambda input, dim: np.expand_dims(input, dim),
    "adjoint": lambda input: np.conj(np.matrix_transpose(input)) if input.dtype.kind == "c" else np.matrix_transpose(input),
    "permute": lambda input, *axes, dims=(): np.transpose(input, _sizes(axes or dims)),
    "contiguous": lambda input: input,
    "expand_as": lambda input, other: np.broadcast_to(input, other.shape),
    "broadcast_to": lambda input, size: expand(input, size),
    "repeat": lambda input, *repeats: np.tile(input, _sizes(repeats)),
    "tile": lambda input, *repeats, dims=(): np.tile(input, _sizes(repeats or (dims,))),
    "chunk": lambda input, chunks, dim=0: split(input, max(-(-input.shape[dim] // chunks), 1), dim),
    "select": lambda input, dim, index: input[(slice(None),) * range(input.ndim)[dim] + (index,)],
    "flip": lambda input, *axes, dims=(): np.flip(input, _sizes(axes or dims)),
    "fliplr": lambda input: np.flip(input, 1),
    "flipud": lambda input: np.flip(input, 0),
    "roll": lambda input, shifts, dims=None: np.roll(input, shifts, dims),
    "rot90": lambda input, k=1, dims=(0, 1): np.rot90(input, k, dims),
    "tril": lambda input, diagonal=0: np.tril(input, diagonal),
    "triu": lambda input, diagonal=0: np.triu(input, diagonal),
    "diag": lambda input, diagonal=0: np.diag(input, diagonal),
    "diag_embed": lambda input: input[..., None] * np.eye(input.shape[-1], dtype=input.dtype),
    "trace": lambda input: np.trace(input),
    "stack": lambda tensors, dim=0: np.stack(alike(*tensors), axis=dim),
    "hstack": lambda tensors: np.hstack(alike(*tensors)),
    "dstack": lambda tensors: np.dstack(alike(*tensors)),
    "column_stack": lambda tensors: np.column_stack(alike(*tensors)),
    "cartesian_prod": lambda *tensors: np.stack([np.ravel(grid) for grid in np.meshgrid(*tensors, indexing="ij")], axis=-1),
    "broadcast_tensors": lambda *tensors: tuple(np.broadcast_arrays(*tensors)),
    "atleast_1d": lambda input: np.atleast_1d(input),
    "atleast_2d": lambda input: np.atleast_2d(input),
}  # fmt: skip
