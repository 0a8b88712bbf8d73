"""Handwritten digits: 1,797 of 8×8 that come with scikit-learn, and the 70,000 of 28×28 of MNIST."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nn.data.idx import read_idx
from nn.errors import FileError

if TYPE_CHECKING:
    from os import PathLike
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from nn.types import Array

EXTRA = "pip install scikit-learn"
PARTS = {"train": ("train-images", "train-labels"), "test": ("t10k-images", "t10k-labels")}
ENDINGS = ("-idx3-ubyte", "-idx1-ubyte")


def load_digits(dtype: DTypeLike = float) -> tuple[Array, NDArray[np.int64]]:
    """(images (1797, 8, 8) between 0 and 1, labels (1797,)): real scans, from scikit-learn, without a download.

    dtype   of the images, float64 as the layers' parameters are: float32 beside float64 would be computed in float64

    Raises ImportError, with what to install, if scikit-learn is missing.

    >>> images, labels = load_digits()
    >>> images.shape, labels[:5]
    ((1797, 8, 8), array([0, 1, 2, 3, 4]))
    """
    digits = _datasets("load_digits").load_digits()
    return (digits.images / 16).astype(dtype), digits.target.astype(np.int64)


def load_mnist(folder: str | PathLike[str] | None = None, dtype: DTypeLike = float) -> tuple[Array, NDArray[np.int64]]:
    """(images (70000, 28, 28) between 0 and 1, labels (70000,)) of MNIST; the last 10,000 are its test set.

    folder   with the four IDX files (train-images-idx3-ubyte and so on, gzipped or not); None downloads from OpenML, once
    dtype    of the images, as in `load_digits`; np.float32 takes half of the 440 MB

    Raises FileError for files that are missing, damaged or do not go together; ConnectionError without a network.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:   # an image and its label for each part, as IDX files
    ...     for part in ("train", "t10k"):
    ...         image = bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28]) + bytes(28 * 28)
    ...         _ = Path(folder, f"{part}-images-idx3-ubyte").write_bytes(image)
    ...         _ = Path(folder, f"{part}-labels-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
    ...     images, labels = load_mnist(folder)
    >>> images.shape, labels
    ((2, 28, 28), array([7, 7]))
    """
    if folder is not None:
        parts = [_part(Path(folder), *names) for names in PARTS.values()]
        images, labels = (np.concatenate(both) for both in zip(*parts, strict=True))
    else:
        datasets = _datasets("load_mnist")
        try:
            mnist = datasets.fetch_openml("mnist_784", version=1, as_frame=False, parser="liac-arff")
        except OSError as error:
            raise ConnectionError(
                f"load_mnist: it could not be downloaded from OpenML ({error}). Put its four files, train-images-idx3-ubyte.gz, "
                "train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into a folder and write "
                "load_mnist(folder), or use load_digits(), which needs no network"
            ) from error
        images, labels = np.asarray(mnist.data).reshape(-1, 28, 28), np.asarray(mnist.target)
    return (images / np.asarray(255, dtype)).astype(dtype, copy=False), labels.astype(np.int64)


def _datasets(who: str) -> Any:
    try:
        import sklearn.datasets
    except ImportError as error:
        raise ImportError(f"{who} needs scikit-learn: {EXTRA}") from error
    return sklearn.datasets


def _part(folder: Path, *names: str) -> tuple[Array, Array]:
    paths = [_found(folder, name, ending) for name, ending in zip(names, ENDINGS, strict=True)]
    images, labels = map(read_idx, paths)
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        raise FileError(
            f"{paths[0]} and {paths[1]} do not go together: images of shape {images.shape}, labels of shape {labels.shape}; "
            "expected (n, rows, columns) and (n,)"
        )
    if labels.size and not 0 <= labels.min() <= labels.max() <= 9:
        raise FileError(f"{paths[1]}: labels must be 0 … 9, there are {labels.min()} … {labels.max()}")
    return images, labels


def _found(folder: Path, name: str, ending: str) -> Path:
    for written in (name + ending, name + ending.replace("-idx", ".idx")):
        for path in (folder / written, folder / (written + ".gz")):
            if path.is_file():
                return path
    raise FileError(f"load_mnist: there is no {name}{ending} or {name}{ending}.gz in {folder}")
