"""Gradients of a loss that is a sum over rows, with the rows in many places: Dask arrays, or a program in many processes (MPI).

    f = value_and_grad(loss)                loss(params, X, t), a sum over rows; X and t Dask arrays, chunked by rows
    grad, hvp, hessian                      likewise, under the names of autograd_core
    gradients = Gradients(model, loss)      fills `.grad` of a model's parameters from all chunks, and returns the loss
    allreduce(parameters, comm, weight)     under mpiexec: after backward(), before step()
    broadcast(parameters, comm)             the same start in all processes

The plain engine works on each chunk in one task; what travels is one gradient a chunk, added up in a tree. Where the tasks run
is Dask's to say: in threads, or where a `distributed.Client` leads to.

chunks      which chunks of several arrays belong together
passes      the same work for all chunks, and the sum of what comes out
rows        whether a loss is the sum over rows that it is said to be
functions   value_and_grad, grad, hvp, hessian
models      Gradients
processes   allreduce, broadcast
"""

from autograd_core.parallel.functions import grad, hessian, hvp, value_and_grad
from autograd_core.parallel.models import Gradients
from autograd_core.parallel.processes import allreduce, broadcast

__all__ = ["Gradients", "allreduce", "broadcast", "grad", "hessian", "hvp", "value_and_grad"]
