"""Arrays as the explorer's page gets them: JSON text, small enough for thousands of them.

    s   shape; absent for a scalar
    t   dtype, if it is not the page's common one
    x   the values: all digits of up to 16 elements, else 4 significant digits
    b   the shape of the blocks whose means `x` holds, if the array has more than 4096 elements
    m   of a complex array, the magnitudes of `x`, which colours show
    q   [min, max, mean, std] of the finite values, of the magnitudes if they are complex
    n   [how many are 0, NaN, +inf, -inf], if there are any
    h   how many finite values lie in each of equal bins between min and max

The page computes nothing: what it shows of an array is here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.types import Array

WHOLE = 4096  # the most elements of which all values are written
EXACT = 16  # the most of which all digits are
BINS = 32
FLOAT = np.dtype(float)
SIDE = 64  # of the grid of block means


class Payloads:
    """All arrays of one page, each text once: many gradients are one array passed on."""

    def __init__(self, dtype: np.dtype[Any], largest: int) -> None:
        self.dtype, self.largest, self.dropped = dtype, largest, 0
        self.texts: list[str] = []
        self._number: dict[str, int] = {}
        self._known: dict[int, tuple[int, Any]] = {}

    def add(self, value: Any) -> int:
        """The number of an array in `texts`."""
        known = self._known.get(id(value))
        if known is not None:
            return known[0]
        array = np.asarray(value)
        with_values = array.size <= self.largest
        self.dropped += not with_values
        text = payload(array, self.dtype, with_values)
        number = self._number.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        self._known[id(value)] = number, value  # which keeps it alive, so that the id stays its own
        return number


def payload(array: Array, dtype: np.dtype[Any] = FLOAT, with_values: bool = True) -> str:
    """The JSON text of one array.

    >>> import numpy as np
    >>> payload(np.array([1.5, np.nan]))
    '{"s":[2],"x":[1.5,"nan"],"q":[1.5,1.5,1.5,0],"n":[0,1,0,0]}'
    """
    parts = []
    if array.ndim:
        parts.append(f'"s":{list(array.shape)}'.replace(" ", ""))
    if array.dtype != dtype:
        parts.append(f'"t":"{array.dtype}"')
    flat = array.reshape(-1)
    with np.errstate(all="ignore"):
        if with_values:
            parts.append(_values(array, flat))
        if flat.size > 1 or not with_values:
            parts.append(_statistics(np.abs(flat) if flat.dtype.kind == "c" else flat))
    return "{" + ",".join([part for part in parts if part]) + "}"


def size_of(count: int) -> tuple[int, int]:
    """About how many bytes `payload` writes for an array of `count` elements: (without its values, for its values)."""
    return 40 + 60 * (count > 1) + 3 * BINS * (count > EXACT), min(count, WHOLE) * (20 if count <= EXACT else 9)


def _values(array: Array, flat: Array) -> str:
    block = ""
    if flat.size > WHOLE:
        array, shape = block_means(array)
        flat, block = array.reshape(-1), f',"b":{list(shape)}'.replace(" ", "")
    if flat.dtype.kind == "c":
        texts = [_complex(z, flat.size) for z in flat.tolist()]
        return f'"x":[{",".join(texts)}],"m":[{numbers(np.abs(flat))}]' + block
    return f'"x":[{numbers(flat)}]' + block


def _complex(z: complex, count: int) -> str:
    form = "{:.15g}{:+.15g}j" if count <= EXACT else "{:.4g}{:+.4g}j"
    return f'"{form.format(z.real, z.imag)}"'


def numbers(flat: Array) -> str:
    """The elements of a row, divided by commas; NaN and infinities, which JSON lacks, as strings."""
    if flat.size <= EXACT and flat.dtype.kind not in "f":
        return ",".join([repr(int(value)) for value in flat.tolist()])
    if flat.size <= EXACT:
        return ",".join([shortest(value) for value in flat])
    text = ("%.4g," * flat.size) % tuple(flat.tolist())
    if "n" in text:  # nan, inf
        return ",".join([_quoted(number) for number in text[:-1].split(",")])
    return text[:-1]


def shortest(value: Any) -> str:
    """All digits of a number, and no more: 0.1 of float32 is 0.1."""
    text = str(value)
    return text[:-2] if text.endswith(".0") else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{text}"' if "n" in text else text


def _statistics(flat: Array) -> str:
    values = flat.astype(float, copy=False)
    finite, unusual = values, (0, 0, 0)
    if not math.isfinite(values.sum()):
        finite = values[np.isfinite(values)]
        unusual = np.isnan(values).sum(), np.isposinf(values).sum(), np.isneginf(values).sum()
    counts = [values.size - np.count_nonzero(values), *unusual]
    parts = []
    if finite.size:
        low, high = finite.min(), finite.max()
        mean = finite.sum() / finite.size
        away = finite - mean
        numbers = [_quoted(f"{x:.4g}") for x in (low, high, mean, math.sqrt(away @ away / away.size))]
        parts.append(f'"q":[{",".join(numbers)}]')
    if any(counts):
        parts.append(f'"n":[{",".join(map(str, counts))}]')
    if finite.size > EXACT and 0 < (scale := BINS / (high - low)) < np.inf:
        places = ((finite - low) * scale).astype(np.intp)
        bins = np.bincount(np.minimum(places, BINS - 1), minlength=BINS)
        parts.append(f'"h":{bins.tolist()}'.replace(" ", ""))
    return ",".join(parts)


def block_means(array: Array) -> tuple[Array, tuple[int, ...]]:
    """An array as a picture of at most 64 by 64: the means of blocks of its rows and columns, and the blocks' shape.

    The rows are all axes but the last, one under the other.
    """
    rows = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(1, -1)
    shape = tuple([-(-n // SIDE) for n in rows.shape])
    means = rows.astype(complex if array.dtype.kind == "c" else float)
    for axis, step in enumerate(shape):
        if step > 1:
            starts = np.arange(0, means.shape[axis], step)
            lengths = np.diff(np.append(starts, means.shape[axis]))
            sums = np.add.reduceat(means, starts, axis=axis)
            means = sums / (lengths[:, None] if axis == 0 else lengths)
    return means, shape
