"""HIPS autograd's convolution of some axes of two arrays, with products summed over others."""

import numpy as np

from autograd_core.compat.hips.arrays import asarray

MODES = ("full", "valid", "same")


def convolve(A, B, axes=None, dot_axes=((), ()), mode="full"):
    """The convolution of A and B along pairs of axes.

    axes       (axes of A, axes of B) to convolve; all of them, in order, if not given
    dot_axes   (axes of A, axes of B) to multiply and sum over
    mode       "full", "valid", or "same", which has A's size

    The result has the other axes of A, those of B, and then the convolved ones.
    """
    if mode not in MODES:
        raise ValueError(f"convolve: mode must be one of {', '.join(MODES)}, got {mode!r}")
    A, B = asarray(A), asarray(B)
    if axes is None:
        axes = (range(A.ndim), range(A.ndim))
    axes, dot_axes = [list(part) for part in axes], [list(part) for part in dot_axes]
    sizes = [(A.shape[i], B.shape[j]) for i, j in zip(*axes, strict=True)]
    if mode == "valid" and any(n < m for n, m in sizes):
        if any(n > m for n, m in sizes):
            raise ValueError("convolve: in mode 'valid' one array must be at least as long as the other along all convolved axes")
        return _swapped(convolve(B, A, axes[::-1], dot_axes[::-1], mode), A, B, axes, dot_axes)
    padded = A
    if mode != "valid":
        widths = [(0, 0)] * A.ndim
        for i, (_, m) in zip(axes[0], sizes, strict=True):
            widths[i] = (m - 1, m - 1) if mode == "full" else (m - 1 - (m - 1) // 2, (m - 1) // 2)
        padded = np.pad(A, widths)
    windows = np.lib.stride_tricks.sliding_window_view(padded, [m for _, m in sizes], tuple(axes[0]))
    flipped = np.flip(B, tuple(axes[1]))
    return _contracted(windows, flipped, A.ndim, axes, dot_axes)


def _contracted(windows, B, ndim, axes, dot_axes):
    """Σ over the windows' positions and the axes to sum over, by einsum."""
    of_A = list(range(windows.ndim))
    of_B = [100 + j for j in range(B.ndim)]
    for k, j in enumerate(axes[1]):
        of_B[j] = ndim + k
    for i, j in zip(*dot_axes, strict=True):
        of_B[j] = of_A[i]
    others_A = [i for i in range(ndim) if i not in axes[0] and i not in dot_axes[0]]
    others_B = [of_B[j] for j in range(B.ndim) if j not in axes[1] and j not in dot_axes[1]]
    known = {label: n for n, label in enumerate(sorted({*of_A, *of_B}))}
    renamed = lambda labels: [known[label] for label in labels]
    return np.einsum(windows, renamed(of_A), B, renamed(of_B), renamed(others_A + others_B + axes[0]))


def _swapped(result, A, B, axes, dot_axes):
    """A convolution of B and A, with A's own axes first again."""
    of_A = A.ndim - len(axes[0]) - len(dot_axes[0])
    of_B = B.ndim - len(axes[1]) - len(dot_axes[1])
    return np.transpose(result, [*range(of_B, of_B + of_A), *range(of_B), *range(of_B + of_A, result.ndim)])
