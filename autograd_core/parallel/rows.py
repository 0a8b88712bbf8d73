"""Whether a loss is the sum over rows, or the mean, that it is said to be. Else the sum over chunks is not that of the whole."""

import numpy as np

from autograd_core.errors import GraphError

ROWS = 256  # of one chunk are compared: as many as cost next to nothing
REDUCTIONS = ("sum", "mean")


def check_reduction(what, reduction):
    if reduction not in REDUCTIONS:
        raise ValueError(f"{what}: reduction must be 'sum' or 'mean', what the loss does with its rows, got {reduction!r}")


def share(reduction, arrays, rows):
    """What a chunk's loss counts in that of all `rows`."""
    return 1.0 if reduction == "sum" else len(arrays[0]) / max(rows, 1)


def check_rows(what, reduction, value, arrays):
    """Raise if the loss of some rows is not the sum (mean) of those of their halves; value(arrays) is the loss of a part."""
    n = min(len(arrays[0]), ROWS)
    if n < 2:
        return
    half = n // 2
    with np.errstate(all="ignore"):
        whole, first, second = (value([a[part] for a in arrays]) for part in (slice(n), slice(half), slice(half, n)))
    if reduction == "mean":
        first, second = first * half / n, second * (n - half) / n
    size = np.abs(whole) + np.abs(first) + np.abs(second)
    rounding = np.sqrt(np.finfo(np.result_type(whole, np.float16(0))).eps)
    if np.isfinite(size) and np.abs(whole - first - second) > rounding * size:
        raise GraphError(
            f"{what}: the loss is not a {reduction} over rows: of {n} rows it is {whole:.6g}, of their halves together "
            f"{first + second:.6g}. {HINTS[reduction]}; what mixes rows, or draws random numbers, is another thing in every "
            "chunking. (check=False leaves this comparison out.)"
        )


HINTS = {
    "sum": "If it is a mean, write reduction='mean'; add a term that has no rows, such as a penalty, to the result instead",
    "mean": "If it is a sum, write reduction='sum'; if it is a mean with weights, let it return a sum and divide the result",
}
