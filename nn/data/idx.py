"""The IDX format of the MNIST files: a magic number, the dimensions, the numbers; big-endian, gzipped or not.

Source of the format: LeCun, Cortes and Burges, The MNIST database of handwritten digits.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from nn.errors import FileError

if TYPE_CHECKING:
    from os import PathLike

    from nn.types import Array

DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: str | PathLike[str], max_bytes: int = 2**30) -> Array:
    """The array in an IDX file, which may be gzipped. Raises FileError for anything else, and for more than `max_bytes`.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "numbers")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 10, 20, 30]))   # bytes, one axis, of length 3
    ...     print(read_idx(path))
    [10 20 30]
    """
    try:
        with open(path, "rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        with (gzip.open if zipped else open)(path, "rb") as file:
            head = file.read(4)
            if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in DTYPES or not head[3]:
                raise FileError(f"{path} is not an IDX file: it begins with {head.hex() or 'nothing'}, not 0000 and a known type")
            sizes = file.read(4 * head[3])
            if len(sizes) < 4 * head[3]:
                raise FileError(f"{path} ends within its head, of {head[3]} dimensions")
            shape, dtype = struct.unpack(f">{head[3]}I", sizes), np.dtype(DTYPES[head[2]])
            expected = math.prod(shape) * dtype.itemsize
            if expected > max_bytes:
                raise FileError(f"{path} says that its shape is {shape}, {expected} bytes, more than max_bytes={max_bytes}")
            content = file.read(expected + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileError(f"{path} is damaged: {error}") from None
    if len(content) != expected:
        amount = "more" if len(content) > expected else f"only {len(content)}"
        raise FileError(f"{path}: shape {shape} needs {expected} bytes, there are {amount}")
    return np.frombuffer(content, dtype).reshape(shape).astype(dtype.newbyteorder("="))
