"""The benchmark of chunks and processes runs and compares results; how long anything takes is not tested."""

import pytest

pytest.importorskip("distributed", reason="dask[distributed] is not installed")
pytest.importorskip("zarr", reason="Zarr is not installed")

from benchmarks.__main__ import main


@pytest.mark.heavy
def test_main_runs_what_starts_no_processes(capsys):
    main(["parallel", "--quick", "--only", "chunks"])
    assert "parallel, 100 chunks on threads" in capsys.readouterr().out
