"""Data that does not fit: a maximum likelihood fit to rows that no process holds, and a net that two processes train.

1. A linear model with unknown noise, fitted by L-BFGS to a Zarr store that is larger than the memory of each worker of a
   `LocalCluster`. Values and gradients, and without --quick the Hessian for standard errors, come from
   `autograd_core.parallel`. Checked against the closed form: the normal equations, added up as the store is written.
2. The digits net under `mpiexec -n 2` (`examples.digit_processes`). Checked against one process.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

from autograd_core import flatten, parallel, value_and_grad
from examples.common import BLUE, Options, agrees, figure, optional, progress, save, stop, verdict

COLUMNS, CHUNK = 20, 50_000  # 8 MB a chunk
ROWS, LIMIT = 10_000_000, "700 MB"  # 1.7 GB; what a worker may use
QUICK_ROWS, QUICK_LIMIT = 2_550_000, "420 MB"  # 428 MB


def write(folder, rows):
    """x and y as Zarr arrays, chunk by chunk: y = x w + noise. Returns (xᵀ x, xᵀ y, yᵀ y), and how many bytes there are."""
    zarr, random = optional("zarr", "parallel"), np.random.default_rng(0)
    w = np.linspace(-1, 1, COLUMNS)
    options = {"dtype": "f8", "compressors": None}
    x = zarr.create_array(f"{folder}/x", shape=(rows, COLUMNS), chunks=(CHUNK, COLUMNS), **options)
    y = zarr.create_array(f"{folder}/y", shape=(rows,), chunks=(CHUNK,), **options)
    sums = [0, 0, 0]
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        some_x = random.standard_normal((count, COLUMNS))
        some_y = some_x @ w + 0.5 * random.standard_normal(count)
        x[start : start + count], y[start : start + count] = some_x, some_y
        sums = [total + part for total, part in zip(sums, (some_x.T @ some_x, some_x.T @ some_y, some_y @ some_y), strict=True)]
    return sums, x.nbytes + y.nbytes


def minus_log_likelihood(params, x, y):
    """-log p(y | x) of y = x w + noise of deviation σ, a sum over rows."""
    z = (y - x @ params["w"]) / np.exp(params["log_sigma"])
    return np.sum(z * z) / 2 + len(y) * (params["log_sigma"] + np.log(2 * np.pi) / 2)


def closed_form(sums, rows):
    """(w, σ, the standard errors of w): of the normal equations."""
    gram, right, square = sums
    w = np.linalg.solve(gram, right)
    sigma = np.sqrt((square - w @ right) / rows)
    return w, sigma, sigma * np.sqrt(np.diag(np.linalg.inv(gram)))


def largest():
    """The most memory that a worker had at any time, in MB; None where the system doesn't tell."""
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6
    except OSError:
        return None


def fit(quick, out):
    # Not at the top, which every worker imports too
    optimize = optional("scipy.optimize", "scipy")
    da, distributed = optional("dask.array", "parallel"), optional("distributed", "parallel")
    rows, limit = (QUICK_ROWS, QUICK_LIMIT) if quick else (ROWS, LIMIT)
    with (
        tempfile.TemporaryDirectory(dir=out) as folder,
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=limit, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
    ):
        sums, size = write(folder, rows)
        print(f"{rows:,} rows in {size / 1e6:,.0f} MB; two workers of at most {limit}")
        x, y = da.from_zarr(f"{folder}/x"), da.from_zarr(f"{folder}/y")
        start, unflatten = flatten({"w": np.zeros(COLUMNS), "log_sigma": 0.0})

        def objective(value_and_gradient, x, y):  # a row's share, of a vector
            def of(vector):
                value, gradient = value_and_gradient(unflatten(vector), x, y)
                return value / len(y), flatten(gradient)[0] / len(y)

            return of

        options = {"jac": True, "method": "L-BFGS-B", "options": {"ftol": 0, "gtol": 1e-5 if quick else 1e-7}}
        # Of the first chunk, in memory, a good start comes in no time
        of_chunk = objective(value_and_grad(minus_log_likelihood), x[:CHUNK].compute(), y[:CHUNK].compute())
        start = optimize.minimize(of_chunk, start, **options).x
        curve, bar, began = [], progress(8, quick), time.perf_counter()

        def shown(intermediate_result):
            curve.append(intermediate_result.fun)
            bar.update(1)
            bar.set_postfix(loss=f"{curve[-1]:.9f}")

        of_store = objective(parallel.value_and_grad(minus_log_likelihood), x, y)
        found = optimize.minimize(of_store, start, callback=shown, **options)
        bar.close()
        params, seconds = unflatten(found.x), (time.perf_counter() - began) / found.nfev
        print(f"L-BFGS: {found.nit} iterations, {found.nfev} passes over the store, {seconds:.2f} s each")
        hessian = None if quick else parallel.hessian(minus_log_likelihood)(params, x, y)["w"]["w"]
        w, sigma, expected = closed_form(sums, rows)
        peaks = client.run(largest).values()
        if None not in peaks:
            print(f"the most that a worker needed: {max(peaks):.0f} MB")
    picture, axes = figure(1, 1, 6, 4)
    axes.semilogy(np.array(curve) - min(curve) + 1e-16, "o-", color=BLUE)
    axes.set(xlabel="iteration", ylabel="-log likelihood a row, above the last", title="L-BFGS on a store of rows")
    save(picture, out / "convergence.png")
    results = [
        agrees("coefficients, in closed form", params["w"], w, 5),
        agrees("deviation of the noise, in closed form", np.exp(params["log_sigma"]), sigma, 5),
    ]
    if not quick:
        errors = np.sqrt(np.diag(np.linalg.inv(hessian)))
        results.append(agrees("standard errors, as multiples of those in closed form", errors / expected, np.ones(COLUMNS), 5))
    return results


def processes(quick):
    """The digits net in one process and in two. (None of the checks if there is no MPI.)"""
    try:
        from mpi4py import MPI  # noqa: F401
    except (ImportError, RuntimeError) as error:
        print(f"left out: no mpi4py ({error})")
        return []
    if shutil.which("mpiexec") is None:
        print("left out: no mpiexec")
        return []
    program = [sys.executable, "-m", "examples.digit_processes", "--epochs", "2" if quick else "10"]
    env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    # Open MPI's: also as root, as in a container, and with fewer cores than processes
    env |= {
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "OMPI_MCA_mpi_yield_when_idle": "1",
    }
    losses = []
    for command in (program, ["mpiexec", "-n", "2", *program]):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            stop(f"{' '.join(command)} failed:\n{done.stderr}")
        losses.append([float(line) for line in done.stdout.split()])
    print(f"loss of the last epoch: {losses[0][-1]:.15f} in one process, {losses[1][-1]:.15f} in two")
    return [agrees("all losses, in one process", losses[1], losses[0], 12)]


def main(argv=None):
    options = Options(__doc__).parse(argv)
    print("A fit to rows on disk")
    results = fit(options.quick, options.out)
    print("\nA net in two processes")
    return verdict(results + processes(options.quick))


if __name__ == "__main__":
    sys.exit(main())
