"""Digits from scikit-learn, and MNIST from IDX files and from OpenML, on small files made here."""

import gzip
import struct
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import nn
from nn.data import load_digits, load_mnist, read_idx
from nn.errors import FileError

IMAGES = (np.arange(3 * 28 * 28) % 256).astype(np.uint8).reshape(3, 28, 28)
LABELS = np.array([7, 0, 9], np.uint8)


def idx(array, code=0x08, shape=None):
    shape = array.shape if shape is None else shape
    return struct.pack(f">HBB{len(shape)}I", 0, code, len(shape), *shape) + array.tobytes()


@pytest.fixture(params=["plain", "zipped"])
def folder(request, tmp_path):
    for name, array in [
        ("train-images-idx3", IMAGES),
        ("train-labels-idx1", LABELS),
        ("t10k-images-idx3", IMAGES[:1]),
        ("t10k-labels-idx1", LABELS[:1]),
    ]:
        if request.param == "plain":
            (tmp_path / f"{name}-ubyte").write_bytes(idx(array))
        else:
            (tmp_path / f"{name}-ubyte.gz").write_bytes(gzip.compress(idx(array)))
    return tmp_path


def test_mnist_from_a_folder(folder):
    images, labels = load_mnist(folder)
    np.testing.assert_array_equal(images, np.concatenate([IMAGES, IMAGES[:1]]) / 255, strict=True)
    np.testing.assert_array_equal(labels, np.array([7, 0, 9, 7]), strict=True)


def test_files_named_with_a_dot(tmp_path):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images.idx3-ubyte").write_bytes(idx(IMAGES))
        (tmp_path / f"{part}-labels.idx1-ubyte").write_bytes(idx(LABELS))
    images, _ = load_mnist(tmp_path, dtype=np.float32)
    np.testing.assert_array_equal(images[:3], IMAGES / np.float32(255), strict=True)


@pytest.mark.parametrize(("code", "dtype"), [(0x09, "i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")])
def test_all_types_of_idx(code, dtype, tmp_path):
    array = np.array([[1, -2, 3]], dtype)
    (tmp_path / "numbers").write_bytes(idx(array, code))
    found = read_idx(tmp_path / "numbers")
    np.testing.assert_array_equal(found, array)
    assert found.dtype.isnative


def broken_zip(content):
    zipped = bytearray(gzip.compress(content))
    zipped[-6] ^= 0xFF  # the checksum
    return bytes(zipped)


BAD = {
    "nothing": (b"", "is not an IDX file: it begins with nothing"),
    "a PNG": (b"\x89PNG\r\n", "it begins with 89504e47, not 0000 and a known type"),
    "an unknown type": (struct.pack(">HBBI", 0, 0x07, 1, 0), "known type"),
    "no dimensions": (struct.pack(">HBB", 0, 0x08, 0), "known type"),
    "half a head": (struct.pack(">HBBI", 0, 0x08, 3, 1), "ends within its head, of 3 dimensions"),
    "truncated": (idx(LABELS)[:-1], r"shape \(3,\) needs 3 bytes, there are only 2"),
    "trailing bytes": (idx(LABELS) + b"!", r"shape \(3,\) needs 3 bytes, there are more"),
    "an impossible size": (idx(LABELS, shape=(2**31, 2**31)), "4611686018427387904 bytes, more than max_bytes=1073741824"),
    "a truncated gzip": (gzip.compress(idx(LABELS))[:-10], "is damaged: "),
    "a wrong checksum": (broken_zip(idx(LABELS)), "is damaged: CRC check failed"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files(case, tmp_path):
    content, words = BAD[case]
    (tmp_path / "labels").write_bytes(content)
    with pytest.raises(FileError, match=words):
        read_idx(tmp_path / "labels")


def test_a_file_that_is_missing(folder):
    next(folder.glob("t10k-labels*")).unlink()
    with pytest.raises(FileError, match=r"there is no t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte\.gz in "):
        load_mnist(folder)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (LABELS[:2], r"do not go together: images of shape \(3, 28, 28\), labels of shape \(2,\)"),
        (LABELS + 1, "labels must be 0 … 9, there are 1 … 10"),
    ],
    ids=["too few", "too large"],
)
def test_labels_that_do_not_fit(labels, words, tmp_path):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(IMAGES))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(labels))
    with pytest.raises(FileError, match=words):
        load_mnist(tmp_path)


def stand_in(monkeypatch, fetch):
    datasets = SimpleNamespace(fetch_openml=fetch)
    monkeypatch.setitem(sys.modules, "sklearn", SimpleNamespace(datasets=datasets))
    monkeypatch.setitem(sys.modules, "sklearn.datasets", datasets)


def test_mnist_from_openml(monkeypatch):
    asked = []

    def fetch(*args, **kwargs):
        asked.append((args, kwargs["version"], kwargs["as_frame"]))
        return SimpleNamespace(data=IMAGES.reshape(3, 784).astype(float), target=np.array(["7", "0", "9"], dtype=object))

    stand_in(monkeypatch, fetch)
    images, labels = load_mnist()
    assert asked == [(("mnist_784",), 1, False)]
    np.testing.assert_array_equal(images, IMAGES / 255, strict=True)
    np.testing.assert_array_equal(labels, [7, 0, 9])


def test_without_a_network_the_error_says_what_to_do(monkeypatch):
    def fetch(*args, **kwargs):
        from urllib.error import URLError

        raise URLError("Name or service not known")

    stand_in(monkeypatch, fetch)
    with pytest.raises(
        ConnectionError,
        match=r"downloaded .*Name or service.* write load_mnist\(folder\), or use load_digits",
    ):
        load_mnist()


@pytest.mark.parametrize("load", [load_digits, load_mnist])
def test_without_scikit_learn(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=rf"{load.__name__} needs scikit-learn: pip install scikit-learn"):
        load()


def test_the_digits_that_come_with_scikit_learn():
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    images, labels = load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == nn.Linear(64, 10).weight.dtype
    assert load_digits(np.float32)[0].dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # as its documentation has it
