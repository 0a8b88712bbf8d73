"""Models and whole checkpoints in files that hold numbers and no code: .npz, and .safetensors where that package is installed."""

from __future__ import annotations

import json
import lzma
import math
import os
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from autograd_core import Tensor
from nn.errors import FileError
from nn.module import Module

if TYPE_CHECKING:
    from os import PathLike
    from typing import Any

STRUCTURE = "structure.json"  # what is there beside a flat {name: array}
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
# What zipfile, NumPy and json raise on damaged content; opening the file is not among it
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, TypeError, LookupError,
           RuntimeError, OverflowError, MemoryError)  # fmt: skip


def save(what: Module | dict[str, Any], path: str | PathLike[str]) -> None:
    """Write a Module, a `state_dict()`, or a checkpoint such as {"model": state, "optimizer": state, "epoch": 3} to a file.

    what   a Module, or a dict; dicts, lists and tuples in it are gone into. Values are arrays, Tensors, numbers, strings, None
    path   its ending says what it becomes: .npz or .safetensors. A {name: array} has these names in the file, as PyTorch has

    The file is there as a whole or not at all: a crash leaves the old one. Raises TypeError for values that would need pickle.

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
    _replace(path, writer(arrays, None if flat else json.dumps(tree)))


def load(path: str | PathLike[str], max_bytes: int = 2**32) -> dict[str, Any]:
    """What `save` has written, or any .npz or .safetensors file of arrays: a dict, for `load_state_dict`.

    max_bytes   of all arrays together; a small file can claim to be a large one

    Raises FileError, and loads nothing, if the file is damaged, too large, foreign, or would need pickle, which can run code.
    """
    path = Path(path)
    reader = _by_ending(path, _read_npz, _read_safetensors)
    with open(path, "rb") as file:
        try:
            arrays, structure = reader(file, path, max_bytes)
            if structure is None:
                return arrays
            return _rebuilt(json.loads(structure), arrays)
        except FileError:
            raise
        except DAMAGED as error:
            raise FileError(f"{path} is damaged, or no {path.suffix} file of arrays: {error}") from error


def _by_ending(path, npz, safetensors):
    if path.suffix not in (".npz", ".safetensors"):
        raise ValueError(f"{path}: the name of the file must end in .npz or .safetensors")
    return npz if path.suffix == ".npz" else safetensors


# Trees: arrays go into a flat dict under their paths; everything else becomes JSON


def _flattened(value, path, arrays):
    kind = type(value)
    if isinstance(value, dict):
        return {"dict": [[_key(k, path), _flattened(v, f"{path}.{k}" if path else str(k), arrays)] for k, v in value.items()]}
    if kind in (list, tuple):
        return {kind.__name__: [_flattened(v, f"{path}.{i}", arrays) for i, v in enumerate(value)]}
    if value is None or kind in (bool, int, float, str):
        return {"value": value}
    array = value.numpy() if isinstance(value, Tensor) else value
    if not isinstance(array, (np.ndarray, np.generic)) or array.dtype.kind not in "fciub":
        found = f"an array of dtype {array.dtype}" if isinstance(array, np.ndarray) else type(value).__name__
        raise TypeError(f"save: {path} is {found}, which would need pickle; expected arrays of numbers, numbers, strings or None")
    if path in arrays or path == STRUCTURE:
        raise ValueError(f"save: the name {path!r} is there twice, or not free")
    arrays[path] = np.asarray(array)
    return {"array": path}


def _key(key, path):
    if type(key) not in (str, int):
        raise TypeError(f"save: keys must be strings or integers, got {key!r} in {path or 'the dict'}")
    return key


def _rebuilt(tree, arrays):
    ((kind, value),) = tree.items()
    if kind == "dict":
        return {key: _rebuilt(part, arrays) for key, part in value}
    if kind in ("list", "tuple"):
        return [list, tuple][kind == "tuple"](_rebuilt(part, arrays) for part in value)
    return {"array": arrays.__getitem__, "value": lambda value: value}[kind](value)


# The two formats


def _npz_bytes(arrays, structure):
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(name + ".npy"), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)
        if structure is not None:
            archive.writestr(zipfile.ZipInfo(STRUCTURE), structure)
    return content.getbuffer()


def _read_npz(file, path, max_bytes):
    arrays, structure = {}, None
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if (declared := sum(entry.file_size for entry in entries)) > max_bytes:
            raise FileError(f"{path} says that it holds {declared} bytes, more than max_bytes={max_bytes}")
        for entry in entries:
            name = entry.filename.removesuffix(".npy")
            if entry.filename == STRUCTURE:
                structure = archive.read(entry)
            elif name == entry.filename or name in arrays:
                raise FileError(f"{path} is no .npz file of arrays: {entry.filename!r} is there twice, or no .npy")
            else:
                arrays[name] = _array(archive.read(entry), f"{path}: {name}")
    return arrays, structure


def _array(content, what):
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


def _safetensors_bytes(arrays, structure):
    library = _safetensors()
    try:
        arrays = {name: np.asarray(array, order="C") for name, array in arrays.items()}
        return library.numpy.save(arrays, metadata=None if structure is None else {STRUCTURE: structure})
    except (KeyError, library.SafetensorError) as error:
        raise TypeError(f"save: safetensors has no place for {error}; write to a name that ends in .npz") from error


def _read_safetensors(file, path, max_bytes):
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
    return arrays, json.loads(content[8 : 8 + length]).get("__metadata__", {}).get(STRUCTURE)


def _safetensors():
    try:
        import safetensors
        import safetensors.numpy
    except ImportError as error:
        raise ImportError("files in .safetensors need that package: pip install safetensors; or write .npz") from error
    return safetensors


def _replace(path, content):
    """Write the file beside its place, then put it there in one move."""
    path = Path(os.path.realpath(path))
    beside = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
