"""Models and whole checkpoints in files that hold numbers and no code: .npz, and .safetensors if that package is installed."""

from __future__ import annotations

import json
import math
import os
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor
from nn.errors import FileError
from nn.files import write_whole
from nn.module import Module

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import Any

    from nn.types import Array

STRUCTURE = "structure.json"  # whatever is not a flat {name: array}
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
LONGEST_NAME = 60_000  # bytes; a zip has 16 bits for the length
CHECKSUM = "autograd_core.crc32"  # among the metadata of a .safetensors file, which has none of its own


def save(what: Module | dict[str, Any], path: str | PathLike[str]) -> None:
    """Write a Module, a `state_dict()`, or a checkpoint such as {"model": state, "optimizer": state, "epoch": 3} to a file.

    what   a Module, or a dict, which may contain dicts, lists and tuples. Values are arrays, Tensors, numbers, strings, None
    path   its extension gives the format: .npz or .safetensors. A {name: array} has these names in the file, as PyTorch has

    The file is written as a whole or not at all: a crash leaves the old one. Its mode and owner stay, and of a link the target is
    written. Raises TypeError for values that would need pickle, ValueError for names that a file cannot hold, and OSError if the
    file or its directory may not be written.

    >>> import numpy as np, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "model.npz")
    >>> save({"weight": np.ones(2), "epoch": 3}, path)
    >>> load(path)
    {'weight': array([1., 1.]), 'epoch': 3}
    """
    path = Path(path)
    writer = _by_ending(path, _npz_bytes, _safetensors_bytes)
    what = what.state_dict() if isinstance(what, Module) else what
    if not isinstance(what, dict):
        raise TypeError(f"save: expected a Module or a dict of arrays, got {type(what).__name__}")
    arrays: dict[str, Any] = {}
    tree = _flattened(what, "", arrays)
    flat = list(arrays) == list(what)
    write_whole(path, writer(arrays, None if flat else json.dumps(tree)), "save")


def load(path: str | PathLike[str], max_bytes: int = 2**32) -> dict[str, Any]:
    """What `save` has written, or any .npz or .safetensors file of arrays: a dict, for `load_state_dict`.

    max_bytes   of all arrays together; a small file can claim to hold a large array

    Raises FileError, and loads nothing, if the file is damaged, too large, foreign, or would need pickle, which can run code.
    A damaged byte in a file of `save` is noticed or harmless; .safetensors files of other programs have no checksum.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save({"bias": [1.0, 2.0]}, f"{folder}/net.npz")
    ...     print(nn.load(f"{folder}/net.npz"))
    {'bias': [1.0, 2.0]}
    """
    path = Path(path)
    reader = _by_ending(path, _read_npz, _read_safetensors)
    if reader is _read_safetensors:
        _safetensors()  # if it is not installed, that is another error
    with open(path, "rb") as file:
        try:
            arrays, structure = reader(file, path, max_bytes)
            if structure is None:
                return arrays
            used: set[str] = set()
            content = _rebuilt(json.loads(structure), arrays, used)
        except FileError:
            raise
        except Exception as error:  # zipfile, NumPy, json and safetensors raise nearly anything for bytes that make no sense
            raise FileError(f"{path} is damaged, or no {path.suffix} file of arrays: {error}") from error
    if used != set(arrays):
        raise FileError(f"{path} is damaged: its structure has no place for {', '.join(sorted(set(arrays) - used))}")
    return content


def _by_ending(path: Path, npz: Callable[..., Any], safetensors: Callable[..., Any]) -> Callable[..., Any]:
    if path.suffix not in (".npz", ".safetensors"):
        raise ValueError(f"{path}: the name of the file must end in .npz or .safetensors")
    return npz if path.suffix == ".npz" else safetensors


# Trees: arrays go into a flat dict under their paths; everything else becomes JSON


def _flattened(value: Any, path: str, arrays: dict[str, Array]) -> dict[str, Any]:
    kind = type(value)
    if isinstance(value, dict):
        return {"dict": [[_key(k, path), _flattened(v, f"{path}.{k}" if path else str(k), arrays)] for k, v in value.items()]}
    if kind in (list, tuple):
        return {kind.__name__: [_flattened(v, f"{path}.{i}", arrays) for i, v in enumerate(value)]}
    if value is None or kind in (bool, int, float, str):
        return {"value": value}
    array = value.numpy() if isinstance(value, Tensor) else value
    if not isinstance(array, (np.ndarray, np.generic)) or array.dtype.kind not in "fciub":
        got = f"an array of dtype {array.dtype}" if isinstance(array, np.ndarray) else type(value).__name__
        raise TypeError(f"save: {path} is {got}, which would need pickle; expected arrays of numbers, numbers, strings or None")
    _check_name(path, arrays)
    arrays[path] = np.asarray(array)
    return {"array": path}


def _check_name(name: str, arrays: dict[str, Array]) -> None:
    """Raise for a name that a file would not return unchanged."""
    if name in arrays or name == STRUCTURE:
        raise ValueError(f"save: the name {name!r} is there twice, or not free")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise ValueError(f"save: the name {name!r} has half of a surrogate pair in it, which no file can hold") from None
    if "\0" in name or size > LONGEST_NAME:
        what = "has a NUL in it" if "\0" in name else f"has {size} bytes, more than {LONGEST_NAME}"
        raise ValueError(f"save: the name {name[:60]!r} {what}, which no file can hold")


def _key(key: Any, path: str) -> str | int:
    if type(key) not in (str, int):
        raise TypeError(f"save: keys must be strings or integers, got {key!r} in {path or 'the dict'}")
    return key


def _rebuilt(tree: dict[str, Any], arrays: dict[str, Array], used: set[str]) -> Any:
    """What was saved, from its structure; the names of the arrays in it are added to `used`."""
    ((kind, value),) = tree.items()
    if kind == "dict":
        return {key: _rebuilt(part, arrays, used) for key, part in value}
    if kind in ("list", "tuple"):
        return [list, tuple][kind == "tuple"](_rebuilt(part, arrays, used) for part in value)
    if kind == "array":
        used.add(value)
    return {"array": arrays.__getitem__, "value": lambda value: value}[kind](value)


# The two formats


def _npz_bytes(arrays: dict[str, Array], structure: str | None) -> memoryview:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(name + ".npy")
            info.filename = name + ".npy"  # ZipInfo makes "/" out of "\\" on Windows
            with archive.open(info, "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)
        if structure is not None:
            archive.writestr(zipfile.ZipInfo(STRUCTURE), structure)
    return content.getbuffer()


def _read_npz(file: Any, path: Path, max_bytes: int) -> tuple[dict[str, Array], bytes | None]:
    arrays, structure = {}, None
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if (declared := sum(entry.file_size for entry in entries)) > max_bytes:
            raise FileError(f"{path} says that it holds {declared} bytes, more than max_bytes={max_bytes}")
        _check_directory(file, archive)
        for entry in entries:
            name = entry.orig_filename.removesuffix(".npy")  # `filename` has "/" for "\\" on Windows
            if name == STRUCTURE:
                structure = archive.read(entry)
            elif name == entry.orig_filename or name in arrays:
                raise FileError(f"{path} is no .npz file of arrays: {name!r} is there twice, or no .npy")
            else:
                arrays[name] = _array(archive.read(entry), f"{path}: {name}")
    return arrays, structure


def _check_directory(file: Any, archive: zipfile.ZipFile) -> None:
    """Raise if the directory of a zip is not as long as it says, or contradicts the head of an entry.

    The contents have checksums, the directory has none; and `zipfile` believes whatever it says.
    """
    end = file.seek(-22 - len(archive.comment), os.SEEK_END)
    magic, *_, count, size, start, _ = struct.unpack("<4s4H2LH", file.read(22))
    if 0xFFFF in (count,) or 0xFFFFFFFF in (size, start):  # a larger number is in another record, before this one
        end = file.seek(end - 76)
        count, size, start = struct.unpack("<32x3Q20x", file.read(76))
    if magic != b"PK\5\6" or start + size != end or count != len(archive.infolist()):
        raise zipfile.BadZipFile(f"its directory of {count} entries is not complete")
    for entry in archive.infolist():
        file.seek(entry.header_offset)
        flags, method, crc, length = struct.unpack("<6x2H4xL8xH2x", file.read(30))
        later = flags & 8  # the checksum comes after the content
        name = file.read(length).decode("utf-8" if flags & 0x800 else "cp437")
        if (flags, method, name) != (entry.flag_bits, entry.compress_type, entry.orig_filename) or not (
            later or crc == entry.CRC
        ):
            raise zipfile.BadZipFile(f"its directory does not describe {entry.filename!r}")


def _array(content: bytes, what: str) -> Array:
    head = BytesIO(content)
    version = np.lib.format.read_magic(head)
    if version not in HEADERS:
        raise FileError(f"{what} is in version {version} of the .npy format")
    shape, fortran, dtype = HEADERS[version](head)
    if dtype.hasobject:
        raise FileError(f"{what} holds Python objects, and would need pickle, which can run any code; save arrays of numbers")
    if math.prod(shape) * dtype.itemsize != len(content) - head.tell():
        raise FileError(
            f"{what}: shape {shape} of {dtype} does not fit into the {len(content) - head.tell()} bytes that are there"
        )
    array = np.frombuffer(content, dtype, offset=head.tell()) if math.prod(shape) else np.empty(0, dtype)
    return array.reshape(shape, order="F" if fortran else "C").astype(dtype.newbyteorder("="))


def _safetensors_bytes(arrays: dict[str, Array], structure: str | None) -> bytes:
    library = _safetensors()
    try:
        arrays = {name: np.asarray(array, array.dtype.newbyteorder("="), order="C") for name, array in arrays.items()}
        metadata = {CHECKSUM: _checksum(arrays, structure)} | ({} if structure is None else {STRUCTURE: structure})
        return library.numpy.save(arrays, metadata=metadata)
    except (KeyError, library.SafetensorError) as error:
        raise TypeError(f"save: safetensors has no place for {error}; write to a name that ends in .npz") from error


def _read_safetensors(file: Any, path: Path, max_bytes: int) -> tuple[dict[str, Array], str | None]:
    library = _safetensors()
    size = os.fstat(file.fileno()).st_size
    if size > max_bytes:
        raise FileError(f"{path} has {size} bytes, more than max_bytes={max_bytes}")
    content = file.read()
    try:
        arrays = library.numpy.load(content)
    except library.SafetensorError as error:
        raise FileError(f"{path} is damaged, or no .safetensors file of arrays: {error}") from error
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    structure = metadata.get(STRUCTURE)
    expected = metadata.get(CHECKSUM)  # other programs write none
    if expected is not None and expected != (sum_now := _checksum(arrays, structure)):
        raise FileError(f"{path} is damaged: its checksum is {sum_now}, and should be {expected}")
    return arrays, structure


def _checksum(arrays: dict[str, Array], structure: str | None) -> str:
    """A number, as text, of the names, dtypes, shapes and elements of arrays, and of their structure."""
    total = zlib.crc32((structure or "").encode())
    for name in sorted(arrays):
        array = arrays[name]
        total = zlib.crc32(f"{name}\0{array.dtype.name}\0{array.shape}\0".encode(), total)
        total = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, total)
    return f"{total:08x}"


def _safetensors() -> Any:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("files in .safetensors need that package: pip install safetensors; or write .npz") from error
    return safetensors
