"""B-splines at points, which `interpolate` and `ndimage` evaluate theirs with."""

import numpy as np

from autograd_core.graph.variable import plain


def basis(t, k, x):
    """(the first of the k + 1 B-splines that are not 0 at each x, their values): the recursion of Cox and de Boor."""
    n = len(t) - k - 1
    i = np.clip(np.searchsorted(t, plain(x), side="right") - 1, k, n - 1)
    values = [1.0 + 0 * x]
    for d in range(1, k + 1):
        raised = []
        for r in range(d + 1):
            total = 0.0
            if r > 0:
                low, high = t[i - d + r], t[i + r]
                total = total + values[r - 1] * (x - low) / or_one(high - low)
            if r < d:
                low, high = t[i - d + r + 1], t[i + r + 1]
                total = total + values[r] * (high - x) / or_one(high - low)
            raised.append(total)
        values = raised
    return i - k, values


def or_one(width):
    return np.where(width == 0, 1.0, width)
