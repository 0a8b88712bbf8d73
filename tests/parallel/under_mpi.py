"""What `test_processes` runs under mpiexec: every process raises if something is not as it should be."""

import numpy as np
import pytest
from mpi4py import MPI

import nn
from autograd_core import Tensor, errors, parallel
from tests.parallel.problems import T, X, cross_entropy, net

comm = MPI.COMM_WORLD
rank, size = comm.Get_rank(), comm.Get_size()
START, END = (0, 70, 200)[rank : rank + 2]  # rows, unequal


def raises(kind, words, run):
    with pytest.raises(kind, match=words):
        run()


def test_steps_are_those_of_one_process():
    model, whole = net(), net()
    if rank:
        nn.init.zeros_(model[0].weight)
    parallel.broadcast(model.parameters(), comm)
    optimizers = nn.optim.Adam(model.parameters()), nn.optim.Adam(whole.parameters())
    for _ in range(3):
        for optimizer, some, rows in zip(optimizers, (model, whole), (slice(START, END), slice(None)), strict=True):
            optimizer.zero_grad()
            cross_entropy(some, X[rows], T[rows]).backward()
            if some is model:
                parallel.allreduce(model.parameters(), comm, weight=END - START)
            optimizer.step()
    for ours, p in zip(model.parameters(), whole.parameters(), strict=True):
        np.testing.assert_allclose(ours.data, p.data, rtol=1e-12, atol=1e-12)


def test_every_dtype_and_what_has_no_gradient():
    kinds = (np.float16, np.float32, np.float64, np.complex128)
    some = [Tensor(np.ones((2, 3), kind), requires_grad=True) for kind in kinds]
    here, nowhere = (Tensor([1.0], requires_grad=True) for _ in range(2))
    for tensor in some:
        tensor.grad = np.full((2, 3), rank + 1.0, tensor.dtype)
    if rank == 1:
        here.grad = np.array([4.0])
    parallel.allreduce((*some, here, nowhere), comm, weight=(3, 1)[rank])
    for tensor in some:
        assert tensor.grad.dtype == tensor.dtype
        np.testing.assert_array_equal(tensor.grad, np.full((2, 3), 1.25))
    assert here.grad.tolist() == [1.0]
    assert nowhere.grad is None
    scalar = Tensor(float(rank))
    parallel.broadcast([scalar], comm, root=1)
    assert scalar.data == 1


def test_bad_input_is_an_error_in_every_process():
    p = Tensor([1.0, 2.0], requires_grad=True)
    other = Tensor(np.ones(2 + rank), requires_grad=True)
    for function in (parallel.allreduce, parallel.broadcast):
        name = f"parallel.{function.__name__}"
        raises(errors.ParallelError, f"{name}: the processes have different parameters", lambda f=function: f([other], comm))
        raises(errors.ParallelError, "make the same model", lambda f=function: f([p] * (1 + rank), comm))
        raises(TypeError, f"{name}: comm must be a communicator of mpi4py", lambda f=function: f([p], None))
    raises(ValueError, "weight must be a finite number of at least 0, got -1", lambda: parallel.allreduce([p], comm, -1))
    raises(ValueError, "the weights of all processes are 0", lambda: parallel.allreduce([p], comm, 0))
    raises(ValueError, "root must be one of the 2 processes, got 2", lambda: parallel.broadcast([p], comm, 2))


if __name__ == "__main__":
    assert size == 2
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            comm.Barrier()
    if not rank:
        print("all right")
