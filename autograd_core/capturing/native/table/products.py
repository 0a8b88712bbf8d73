"""Products of matrices: sums of products from the first to the last, where a library may take another order."""

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError, kind_or_raise
from autograd_core.capturing.native.operations import FLOATS
from autograd_core.capturing.native.table.table import entry, only_arguments


@entry(np.dot, np.matmul)
def product(b, call):
    only_arguments(call)
    kind = kind_or_raise(call.out.dtype, "a product")
    x, y = (b.array(arg, kind) for arg in call.args)
    if kind == "b1":
        raise NotLoweredError("booleans")
    found = matmul(b.code, x, y, call.function is np.dot)
    return found if call.function is np.matmul else by_a_number(b.code, x, y, found)


def matmul(c, x, y, dot=False):
    """x @ y; `np.dot` of more axes than two pairs all rows with all columns."""
    if not x.ndim or not y.ndim:
        return begun_with_zero(x * y)
    one, other = x.ndim == 1, y.ndim == 1
    a = x.array()[None, :] if one else x.array()
    z = y.array()[:, None] if other else y.array()
    if dot and a.ndim + z.ndim > 4:
        raise NotLoweredError("arrays of more than two axes")
    n = a.shape[-1]
    if not n:
        raise NotLoweredError("empty arrays")
    found = None
    for k in range(n):
        term = x.moved(a[..., :, k, None]) * y.moved(z[..., k, None, :])
        found = term if found is None else found + term
    ids = begun_with_zero(found).array()
    ids = ids[..., 0, :] if one else ids
    return found.moved(ids[..., 0] if other else ids)


def by_a_number(c, x, y, found):
    """np.dot and np.inner of a single number and an array, as BLAS has it: times 0 is 0, even of NaN; two are multiplied."""
    if x.kind not in FLOATS or max(x.ndim, y.ndim) > 2 or 1 not in (x.size, y.size):
        return found
    if x.size == y.size:
        return (x.reshape() * y.reshape()).reshape(*found.shape)
    number = x if x.size == 1 else y
    return c.select(number.reshape().equals(0), 0.0, found)


def begun_with_zero(x):
    """The same sum that began with 0.0, as libraries have it: it is never -0.0."""
    return x + 0 if x.kind in FLOATS else x


@entry(np.outer)
def outer(b, call):
    kind = kind_or_raise(call.out.dtype, "a product")
    x, y = (b.array(arg, kind) for arg in call.args[:2])
    return x.reshape(-1, 1) * y.reshape(1, -1)


@entry(np.vdot, np.inner)
def inner(b, call):
    kind = kind_or_raise(call.out.dtype, "a product")
    x, y = (b.array(arg, kind) for arg in call.args[:2])
    if call.function is np.vdot:
        return matmul(b.code, x.reshape(-1), y.reshape(-1))
    found = matmul(b.code, x, y if not x.ndim or y.ndim < 2 else y.moved(y.array().T))
    return by_a_number(b.code, x, y, found)


@entry(np.tensordot)
def tensordot(b, call):
    axes = call.args[2] if len(call.args) > 2 else call.kwargs.get("axes", 2)
    kind = kind_or_raise(call.out.dtype, "a product")
    x, y = (b.array(arg, kind) for arg in call.args[:2])
    if isinstance(axes, int):
        axes = range(x.ndim - axes, x.ndim), range(axes)
    of_x, of_y = ([a % part.ndim for a in np.atleast_1d(axis)] for axis, part in zip(map(list_of, axes), (x, y), strict=True))
    rest_x, rest_y = ([i for i in range(part.ndim) if i not in used] for part, used in ((x, of_x), (y, of_y)))
    shape = [x.shape[i] for i in rest_x] + [y.shape[i] for i in rest_y]
    if not of_x:
        return begun_with_zero(x.reshape(*x.shape, *[1] * y.ndim) * y)
    count = int(np.prod([x.shape[i] for i in of_x]))
    if not x.size or not y.size:
        raise NotLoweredError("empty arrays")
    left = x.moved(x.array().transpose(rest_x + of_x).reshape(-1, count))
    right = y.moved(y.array().transpose(of_y + rest_y).reshape(count, -1))
    return matmul(b.code, left, right).reshape(*shape)


def list_of(axis):
    return list(axis) if isinstance(axis, (range, tuple, list)) else [axis]


@entry(np.einsum)
def summed_products(b, call):
    """Subscripts of one or two arrays, with letters only."""
    subscripts, *arrays = call.args
    only_arguments(call, 3, "optimize")
    if not isinstance(subscripts, str) or "." in subscripts:
        raise NotLoweredError("subscripts in lists" if not isinstance(subscripts, str) else "subscripts with an ellipsis")
    kind = kind_or_raise(call.out.dtype, "a product")
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    inputs = inputs.split(",")
    if not arrow or any(len(set(letters)) < len(letters) for letters in (*inputs, result)):
        raise NotLoweredError("subscripts without ->" if not arrow else "a letter twice in the subscripts of one array")
    parts = [b.array(array, kind) for array in arrays]
    if not all(part.size for part in parts):
        raise NotLoweredError("empty arrays")
    lengths = [x for letters, part in zip(inputs, parts, strict=True) for x in zip(letters, part.shape, strict=True)]
    sizes = dict(lengths)
    if any(sizes[letter] != n for letter, n in lengths):
        raise NotLoweredError("an axis of one element beside a longer one")
    inner_letters = [letter for letter in sizes if letter not in result]
    order = [*result, *inner_letters]
    spread = []
    for letters, part in zip(inputs, parts, strict=True):
        ids = part.array().transpose([letters.index(x) for x in order if x in letters])
        ids = ids.reshape([sizes[x] if x in letters else 1 for x in order])
        spread.append(np.broadcast_to(ids, [*ids.shape[: len(result)], *[sizes[x] for x in inner_letters]]))
    spread = [part.moved(ids.reshape(*ids.shape[: len(result)], -1)) for part, ids in zip(parts, spread, strict=True)]
    found = None
    for k in range(spread[0].shape[-1]):
        term = spread[0][..., k] if len(spread) == 1 else spread[0][..., k] * spread[1][..., k]
        found = term if found is None else found + term
    found = begun_with_zero(found)
    return found.moved(np.broadcast_to(found.array(), [sizes[x] for x in result]))
