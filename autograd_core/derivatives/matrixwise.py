"""Rules for stacks of matrices, of which some are not finite: each matrix for itself.

A rule with a product or a factorisation would make NaN of 0 times infinity, and LAPACK, given an infinity, may never return.
So matrices with an infinity or NaN are taken out before, and diagonal ones put in their place. What goes back to them is 0 if
their whole ḡ is 0, as for everything that is masked away (see `strong`), and NaN else.
"""

import functools
import operator

import numpy as np

from autograd_core.derivatives.strong import finite, nowhere


def matrixwise(rule, gs, operands, cores=None, result=2, seen=lambda gs: gs):
    """rule(gs, operands), where those matrices that are not finite take no part.

    gs        a ḡ, or a tuple of them with None for those that are not there
    operands  what the rule computes with: stacks of matrices, or of vectors
    cores     how many axes belong to one matrix, vector or number: of each of gs, then of each operand; 2 if not given
    result    how many axes belong to what goes back to one of them
    seen      gs -> what of them the rule looks at: of a triangle's ḡ the triangle
    """
    if all(map(finite, operands)):
        return rule(gs, operands)
    several = isinstance(gs, tuple)
    parts = gs if several else (gs,)
    cores = cores or (2,) * (len(parts) + len(operands))
    of_g, of_operands = cores[: len(parts)], cores[len(parts) :]
    bad = [~np.all(np.isfinite(x), axis=axes(core)) for x, core in zip(operands, of_operands, strict=True)]
    bad = functools.reduce(operator.or_, bad)
    if nowhere(bad):
        return rule(gs, operands)
    looked_at = seen(gs) if several else (seen(gs),)
    idle = [np.all(g == 0, axis=axes(core)) for g, core in zip(looked_at, of_g, strict=True) if g is not None]
    idle = functools.reduce(operator.and_, idle)
    clean = [np.where(wide(bad, core), ordinary(x, core), x) for x, core in zip(operands, of_operands, strict=True)]
    parts = [g if g is None else np.where(wide(bad, core), 0, g) for g, core in zip(parts, of_g, strict=True)]
    back = rule(tuple(parts) if several else parts[0], clean)
    total = sum(np.sum(g, axis=axes(core)) for g, core in zip(looked_at, of_g, strict=True) if g is not None)
    return np.where(wide(bad, result), wide(total * np.where(idle, 0, np.nan), result), back)


def axes(core):
    return tuple(range(-core, 0))


def wide(mask, core):
    return mask[(..., *(None,) * core)]


def ordinary(x, core):
    """What every rule can cope with: n, …, 3, 2, 1 (on the diagonal of a matrix)."""
    falling = np.arange(x.shape[-1], 0, -1).astype(x.dtype) if core else 1
    return falling if core < 2 else np.eye(*x.shape[-2:], dtype=x.dtype) * falling
