"""A DataLoader over Dask arrays, Zarr arrays and files: the batches of the arrays in memory, loaded one by one."""

import numpy as np
import pytest

from autograd_core import errors
from nn.data import DataLoader

X, Y = np.arange(60.0).reshape(20, 3), np.arange(20)


def memmap(folder):
    stored = np.memmap(folder / "x", X.dtype, "w+", shape=X.shape)
    stored[:] = X
    return stored


def zarr(folder):
    module = pytest.importorskip("zarr", reason="Zarr is not installed")
    stored = module.create_array(folder / "x.zarr", shape=X.shape, chunks=(6, 3), dtype="f8")
    stored[:] = X
    return stored


def dask(folder):
    return pytest.importorskip("dask.array", reason="Dask is not installed").from_array(X, chunks=(7, 2))


@pytest.fixture(params=[memmap, zarr, dask], ids=lambda make: make.__name__)
def stored(request, tmp_path):
    return request.param(tmp_path)


OPTIONS = [
    {},
    {"shuffle": True, "seed": 0},
    {"shuffle": True, "seed": 0, "prefetch_factor": 2},
    {"batch_sampler": [[3, 1, 3], [19]], "batch_size": 1},
    {"batch_size": None},
    {"sampler": [5, 2]},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_batches_are_those_of_the_array(stored, options):
    options = {"batch_size": 6} | options
    batches = zip(DataLoader(stored, Y, **options), DataLoader(X, Y, **options), strict=True)
    for (x, y), (expected_x, expected_y) in batches:
        assert type(x) is np.ndarray
        assert x.dtype == expected_x.dtype
        np.testing.assert_array_equal(x, expected_x)
        np.testing.assert_array_equal(y, expected_y)


def test_a_batch_is_no_view_of_the_file(tmp_path):
    stored = memmap(tmp_path)
    for batch in DataLoader(stored, batch_size=6):
        batch += 1
    np.testing.assert_array_equal(stored, X)


def test_chunks_are_opened_when_their_batch_comes():
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    opened = []

    def watched(block):
        opened.append(len(block))
        return block

    loader = DataLoader(da.from_array(X, chunks=(5, 3)).map_blocks(watched, meta=X[:0]), batch_size=5)
    assert opened == []
    for count, _ in enumerate(loader, 1):
        assert opened == [5] * count


@pytest.mark.heavy
def test_workers_read_zarr(tmp_path):
    found = list(DataLoader(zarr(tmp_path), batch_size=6, num_workers=2))
    np.testing.assert_array_equal(np.concatenate(found), X)


def test_what_cannot_be_done(tmp_path):
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    x = da.from_array(X, chunks=(7, 2))
    with pytest.raises(ValueError, match=r"Dask loads batches in threads .*, got num_workers=2; write prefetch_factor=2"):
        DataLoader(x, num_workers=2)
    with pytest.raises(
        errors.ShapeError, match=r"a Dask array has chunks of unknown length; write a = a.compute_chunk_sizes\(\)"
    ):
        DataLoader(x[x[:, 0] > 5], Y)
    with pytest.raises(errors.ShapeError, match=r"same number of rows, got shapes \(20, 3\), \(19,\)"):
        DataLoader(x, Y[1:])
    with pytest.raises(TypeError, match=r"(?s)must be picklable.*an np.memmap would be sent as a whole"):
        list(DataLoader(memmap(tmp_path), num_workers=1, multiprocessing_context="spawn"))
