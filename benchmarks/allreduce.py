"""What `benchmarks.parallel` runs under mpiexec: the mean of gradients, by MPI and by PyTorch on gloo, in turn."""

import importlib.util
import json
import sys
from time import perf_counter

import numpy as np
from mpi4py import MPI

from autograd_core import Tensor, parallel
from benchmarks.parallel import SIZES


def main(folder, rounds):
    comm = MPI.COMM_WORLD
    torch = importlib.util.find_spec("torch") and gloo(folder, comm)
    found = {"rounds": rounds, "library": MPI.Get_library_version().split(",")[0]}
    for size in SIZES:
        p = Tensor(np.zeros(size), requires_grad=True)
        p.grad = np.full(size, comm.Get_rank() + 1.0)
        runs = [lambda p=p: parallel.allreduce([p], comm)]
        if torch:
            theirs = torch.full((size,), comm.Get_rank() + 1.0, dtype=torch.float64)
            runs.append(lambda t=theirs: torch.distributed.all_reduce(t.div_(comm.Get_size())))
        times = [[] for _ in runs]
        for _ in range(rounds):
            for run, taken in zip(runs, times, strict=True):
                comm.Barrier()
                start = perf_counter()
                run()
                taken.append(comm.allreduce(perf_counter() - start, MPI.MAX))  # of the slowest
        np.testing.assert_allclose(p.grad, 1.5)
        found[size] = [min(taken) * 1e3 for taken in times] + [None] * (not torch)
    if comm.Get_rank() == 0:
        print(json.dumps(found))
    if torch:
        torch.distributed.destroy_process_group()


def gloo(folder, comm):
    import torch

    options = {"rank": comm.Get_rank(), "world_size": comm.Get_size()}
    torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/gloo", **options)
    torch.set_num_threads(1)
    return torch


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
