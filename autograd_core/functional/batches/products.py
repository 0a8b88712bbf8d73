"""Products for a batch, and the functions of matrices of which LAPACK takes stacks."""

import numpy as np

from autograd_core.functional.batches.calls import (
    batched_among,
    batching,
    data_of,
    elementwise,
    is_batched,
    made,
    ndim_of,
)


@batching(np.matmul)
def matmul(a, b):
    if not is_batched(a) and a.ndim == 2 and b.ndim == 1:
        return made(b, np.matmul(b.data, np.transpose(a)))
    if not is_batched(b):
        if a.ndim == 2 and b.ndim <= 2:  # all rows of all arrays in one product
            n, m, k = a.data.shape
            return made(a, np.reshape(np.matmul(np.reshape(a.data, (n * m, k)), b), (n, m, *b.shape[1:])))
        if a.ndim == 1 and b.ndim <= 2:
            return made(a, np.matmul(a.data, b))
    like = batched_among((a, b))[0]
    row, column = ndim_of(a) == 1, ndim_of(b) == 1
    a = a[None, :] if row and is_batched(a) else a
    b = b[:, None] if column and is_batched(b) else b
    row, column = row and is_batched(a), column and is_batched(b)
    ndim = max(ndim_of(a), ndim_of(b), 2)
    out = np.matmul(data_of(a, ndim), data_of(b, ndim))
    if column:
        out = out[..., 0]
    if row:
        out = out[..., 0, :] if not column else out[..., 0]
    return made(like, out)


@batching(np.vecdot)
def vecdot(a, b, axis=-1):
    return elementwise(np.vecdot, (a, b), {}) if axis == -1 else NotImplemented


@batching(np.dot)
def dot(a, b, out=None):
    if not ndim_of(a) or not ndim_of(b):
        return np.multiply(a, b)
    return np.matmul(a, b) if ndim_of(b) <= 2 else NotImplemented


@batching(np.outer)
def outer(a, b, out=None):
    return np.multiply(np.reshape(a, (-1, 1)), np.reshape(b, (1, -1)))


@batching(np.vdot)
def vdot(a, b, /):
    return np.sum(np.multiply(np.conjugate(np.ravel(a)), np.ravel(b)))


@batching(np.inner)
def inner(a, b, /):
    if ndim_of(a) == 1 == ndim_of(b):
        return np.matmul(a, b)
    return (
        np.multiply(a, b)
        if not ndim_of(a) or not ndim_of(b)
        else np.matmul(a, np.matrix_transpose(b))
        if (ndim_of(a) == 2 == ndim_of(b))
        else NotImplemented
    )


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@batching(np.einsum)
def einsum(subscripts, *operands, out=None, optimize=False, **kwargs):
    if not isinstance(subscripts, str) or kwargs:
        return NotImplemented
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    new = next(letter for letter in LETTERS if letter not in subscripts)
    if not arrow:
        letters = inputs.replace(",", "").replace("...", "")
        output = ("..." if "..." in inputs else "") + "".join(sorted(x for x in set(letters) if letters.count(x) == 1))
    given = ",".join([new + part if is_batched(x) else part for part, x in zip(inputs.split(","), operands, strict=True)])
    like = batched_among(operands)[0]
    return made(like, np.einsum(f"{given}->{new}{output}", *[data_of(x, 0) for x in operands], optimize=optimize))


@batching(np.tensordot)
def tensordot(a, b, axes=2):
    try:
        first, second = axes
        first, second = (list(np.atleast_1d(part)) for part in (first, second))
    except TypeError:
        first, second = list(range(ndim_of(a) - axes, ndim_of(a))), list(range(axes))
    of_a, of_b = LETTERS[: ndim_of(a)], list(LETTERS[ndim_of(a) : ndim_of(a) + ndim_of(b)])
    for i, j in zip(first, second, strict=True):
        of_b[j] = of_a[i]
    kept = [x for x in of_a if x not in of_b] + [x for x in of_b if x not in of_a]
    return np.einsum(f"{of_a},{''.join(of_b)}->{''.join(kept)}", a, b, optimize=True)


# Matrices, of which LAPACK takes stacks

for name in ["inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh", "qr", "svd", "eig", "eigvals"]:

    @batching(getattr(np.linalg, name))
    def _(a, *args, name=name, **kwargs):
        return made(a, getattr(np.linalg, name)(a.data, *args, **kwargs))


@batching(np.linalg.solve)
def solve(a, b):
    like, column = batched_among((a, b))[0], ndim_of(b) == 1
    b = np.expand_dims(b, -1) if column else b
    ndim = max(ndim_of(a), ndim_of(b))
    out = np.linalg.solve(data_of(a, ndim), data_of(b, ndim))
    return made(like, out[..., 0] if column else out)
