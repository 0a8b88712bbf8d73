"""allreduce and broadcast, in two real processes of MPI."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from autograd_core import Tensor, parallel

ROOT = pathlib.Path(__file__).parents[2]
# Open MPI's: tests may run as root, and beside others on few cores
ENV = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_mpi_yield_when_idle": "1",
}


@pytest.mark.heavy
def test_two_processes_agree():
    pytest.importorskip("mpi4py", reason="mpi4py is not installed")
    if shutil.which("mpiexec") is None:
        pytest.skip("there is no mpiexec")
    command = ["mpiexec", "-n", "2", sys.executable, "-W", "error", "-m", "tests.parallel.under_mpi"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | ENV | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "all right\n"


def test_without_mpi4py_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    for function in (parallel.allreduce, parallel.broadcast):
        words = f"parallel.{function.__name__} needs mpi4py, which is not installed; write pip install mpi4py"
        with pytest.raises(ImportError, match=words):
            function([Tensor([1.0])], None)
