"""Jacobians by passes for many rows or columns at once: their gradients or tangents have an axis more, which rules do not see.

If a function on the way takes no such axis (see `batches`), or chooses by numbers, there is None instead.
"""

import math

import numpy as np

from autograd_core.derivatives.kinds import stands_in
from autograd_core.functional.batches.batched import Batched
from autograd_core.functional.batches.calls import Batch, CannotBatch, is_batched
from autograd_core.functional.pushforward import in_one_pass
from autograd_core.graph.modes import anomaly

LARGEST = 1 << 22  # elements of the largest value on the way, for all rows of one pass together
FEW = 4  # rows from which on it pays


def all_rows(trace):
    """For each output its Jacobian blocks, one for each input; None if this cannot be done."""
    if not _fits(trace, trace.outputs):
        return None
    try:
        rows = []
        for i, output in enumerate(trace.outputs):
            seeds = [None] * len(trace.outputs)
            blocks = [[] for _ in trace.inputs]
            for seeds[i], count in _units(output, trace):
                for block, g in zip(blocks, trace.pulled(seeds, False), strict=True):
                    block.append(_of_each(g, count))
            rows.append([_joined(block, output, x) for block, x in zip(blocks, trace.inputs, strict=True)])
    except CannotBatch:
        return None
    return rows


def all_columns(trace):
    """The same by tangents."""
    if not _fits(trace, trace.inputs):
        return None
    try:
        columns = []
        for i, x in enumerate(trace.inputs):
            seeds = [np.zeros_like(y._value)[()] for y in trace.inputs]
            blocks = [[] for _ in trace.outputs]
            for seeds[i], count in _units(x, trace):
                tangents = in_one_pass(trace, seeds)
                if tangents is None:
                    return None
                for block, t in zip(blocks, tangents, strict=True):
                    block.append(_of_each(t, count))
            columns.append([_joined(block, x, y) for block, y in zip(blocks, trace.outputs, strict=True)])
    except CannotBatch:
        return None
    turned = [[np.moveaxis(column[j], range(x.ndim), range(-x.ndim, 0)) for x, column in zip(trace.inputs, columns, strict=True)]
              for j in range(len(trace.outputs))]  # fmt: skip
    return [[np.ascontiguousarray(block) if block.ndim else block for block in row] for row in turned]


def _fits(trace, along):
    tensors = [*trace.outputs, *trace.inputs]
    if any(node.hooks is not None or node.pattern.entry.once for node in trace.order) or anomaly.get() is not None:
        return False  # functions of a user's own see gradients, and know nothing of a batch
    return not any(stands_in(x._value) or x.dtype.kind != "f" for x in tensors) and sum(x.size for x in along) >= FEW


def _units(like, trace):
    """Batches of unit vectors in the shape of a Tensor, and how many are in each."""
    largest = max([like.size, 1, *[math.prod(node.spec[0]) for node in trace.order if type(node.spec) is tuple]])
    at_once, batch = max(1, LARGEST // largest), Batch(loops=False)
    for start in range(0, like.size, at_once):
        count = min(at_once, like.size - start)
        yield Batched(np.eye(count, like.size, start, dtype=like.dtype).reshape(count, *like.shape), batch), count


def _of_each(g, count):
    return g.data if is_batched(g) else np.broadcast_to(g, (count, *np.shape(g)))


def _joined(blocks, first, second):
    """Blocks with the axes of two Tensors."""
    if not blocks:
        return np.zeros(first.shape + second.shape, second.dtype)
    return np.reshape(np.concatenate(blocks), first.shape + second.shape)[()]
