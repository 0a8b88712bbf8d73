"""Many chunks, many processes: value and gradient over Dask arrays, what a step on a cluster costs, allreduce, and memory.

What others are measured beside, where they are installed: dask-glm's logistic regression (the engine of dask-ml), PyTorch's
all_reduce on gloo, which its DDP uses.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

from benchmarks.report import Check, Table
from benchmarks.timing import Contender, Timing, interleaved, seconds

SIZES = {100_000: (80, 2), 1_000_000: (200, 20)}  # parameters -> ms a step on a cluster, ms of allreduce, at most


def logistic(w, x, t):
    """Minus the log likelihood, a sum over rows."""
    z = x @ w
    return np.sum(np.logaddexp(0, z) - t * z)


def chunks(quick):
    import dask
    import dask.array as da

    from autograd_core import parallel, value_and_grad

    rows, columns, rounds = 200_000 if quick else 10_000_000, 20, 2 if quick else 4
    random = np.random.default_rng(0)
    x, t = random.standard_normal((rows, columns)), (random.random(rows) < 0.5).astype(float)
    lazy_x = da.from_array(x, chunks=(rows // 100, columns))
    lazy_t = da.from_array(t, chunks=rows // 100)
    w, whole, by_chunks = random.standard_normal(columns), value_and_grad(logistic), parallel.value_and_grad(logistic)
    runs = {
        "one pass over one ndarray": lambda: whole(w, x, t),
        "parallel, 100 chunks on threads": lambda: by_chunks(w, lazy_x, lazy_t),
    }
    if importlib.util.find_spec("dask_glm"):
        from dask_glm.families import Logistic

        def glm():
            z = lazy_x.dot(w)
            return dask.compute(Logistic.loglike(z, lazy_t), Logistic.gradient(z, lazy_x, lazy_t))

        runs["dask-glm's Logistic, written by hand"] = glm
    results = [run() for run in runs.values()]
    for value, gradient in results[1:]:
        np.testing.assert_allclose(value, results[0][0], rtol=1e-10)
        np.testing.assert_allclose(gradient, results[0][1], rtol=1e-8)
    found = {name: Timing() for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].rounds.append(seconds(run, 1))
    base = found["one pass over one ndarray"]
    table = Table(
        f"Logistic regression, {rows:,} × {columns}, value and gradient",
        ("", "ms (min)", "× one pass"),
        [(name, time.best * 1e3, time.over(base)[0]) for name, time in found.items()],
        [f"{rounds} rounds, interleaved; Dask's threads: {os.cpu_count()}"],
    )
    table.checks.append(Check("100 chunks over one pass", max(found["parallel, 100 chunks on threads"].over(base)), 1))
    return [table]


def touch(w, x):
    return np.sum(w) * np.sum(x)


def steps(quick):
    """A step that computes nearly nothing: what is left is sending the parameters and collecting the gradients."""
    import dask.array as da
    from distributed import Client, LocalCluster

    from autograd_core import parallel

    rounds = 3 if quick else 40
    table = Table(
        "A step on a LocalCluster of two processes that computes nearly nothing",
        ("parameters", "ms (min)", "ms (median)"),
        notes=[f"{rounds} rounds; float64, two chunks"],
    )
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster, Client(cluster):
        x = da.ones((2, 3), chunks=(1, 3)).persist()
        for size, (bar, _) in SIZES.items():
            w, gradient = np.zeros(size), parallel.value_and_grad(touch)
            time = interleaved([Contender("", lambda w=w, f=gradient: f(w, x))], rounds)[""]
            table.rows.append((f"{size:,}", time.best * 1e3, time.median * 1e3))
            table.checks.append(Check(f"a step with {size:,} parameters", time.best * 1e3, bar, "ms"))
    return [table]


def processes(quick):
    if shutil.which("mpiexec") is None or not importlib.util.find_spec("mpi4py"):
        return [Table("allreduce in two processes", ("",), notes=["left out: no mpiexec, or no mpi4py"])]
    env = os.environ | {
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "OMPI_MCA_mpi_yield_when_idle": "1",
    }
    with tempfile.TemporaryDirectory() as folder:
        command = ["mpiexec", "-n", "2", sys.executable, "-m", "benchmarks.allreduce", folder, "5" if quick else "50"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    table = Table(
        "The mean of gradients over two processes, one float64 parameter",
        ("parameters", "parallel.allreduce, ms (min)", "PyTorch on gloo, ms (min)"),
        notes=[f"{found['rounds']} rounds, in turn; {found['library']}"],
    )
    for size, (_, bar) in SIZES.items():
        ours, theirs = found[str(size)]
        table.rows.append((f"{size:,}", ours, theirs))
        table.checks.append(Check(f"allreduce of {size:,} parameters", ours, bar, "ms"))
    return [table]


def memory(quick):
    import dask.array as da
    import zarr
    from distributed import Client, LocalCluster

    from autograd_core import parallel

    rows, chunk = 1_000_000 if quick else 10_000_000, 100_000
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(n_workers=2, threads_per_worker=1, memory_limit="700 MB", dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        options = {"chunks": (chunk, 20), "dtype": "f8", "compressors": None}
        stored, random = zarr.create_array(folder, shape=(rows, 20), **options), np.random.default_rng(0)
        for start in range(0, rows, chunk):
            stored[start : start + chunk] = random.standard_normal((chunk, 20))
        bare = max(client.run(peak, imports=True).values())
        x, loss = da.from_zarr(folder), parallel.value_and_grad(squares)
        for _ in range(3):
            loss(np.ones(20), x)
        most = max(client.run(peak).values())
    table = Table(
        f"Three passes over {stored.nbytes / 1e9:.1f} GB of Zarr, chunks of 16 MB, two workers of 700 MB",
        ("", "MB"),
        [("a worker that has imported dask.array, zarr and autograd_core", bare), ("the most that a worker needed", most)],
    )
    table.checks.append(Check("the most that a worker needed", most, 300, "MB"))
    return [table]


def squares(w, x):
    return np.sum((x @ w) ** 2)


def peak(imports=False):
    """The most memory that this process had at any time, in MB."""
    if imports:
        import dask.array  # noqa: F401
        import zarr  # noqa: F401

        import autograd_core.parallel  # noqa: F401
    with open("/proc/self/status", encoding="utf-8") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


SECTIONS = {"chunks": chunks, "steps": steps, "allreduce": processes, "memory": memory}
