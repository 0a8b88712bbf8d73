"""Gradients and parameters of a program that runs in several processes, under mpiexec."""

import numpy as np

from autograd_core.errors import ParallelError


def allreduce(parameters, comm, weight=1.0):
    """Replace every `.grad` by its mean over all processes: after `backward()`, before `optimizer.step()`.

    parameters   the Tensors, the same in every process
    comm         of mpi4py, say MPI.COMM_WORLD
    weight       what this process counts in the mean, say the rows of its batch, if the loss is their mean

    A gradient that is None counts as 0, and stays None if it is in all processes. One message for each dtype, whatever the number
    of parameters. Raises ParallelError, in all processes, if they have different parameters.

    >>> loss.backward(); allreduce(model.parameters(), comm, weight=len(x)); optimizer.step()  # doctest: +SKIP
    """
    MPI = _mpi("parallel.allreduce", comm)
    if not (weight >= 0 and np.isfinite(weight)):
        raise ValueError(f"parallel.allreduce: weight must be a finite number of at least 0, got {weight!r}")
    parameters = _alike("parallel.allreduce", parameters, comm)
    told = comm.allgather((float(weight), [p.grad is not None for p in parameters]))
    whole = sum(weight for weight, _ in told)
    if whole == 0:
        raise ValueError("parallel.allreduce: the weights of all processes are 0; give at least one of them rows")
    somewhere = [any(flags) for flags in zip(*(flags for _, flags in told), strict=True)]
    for part in _by_dtype([p for p, there in zip(parameters, somewhere, strict=True) if there]):
        message = np.concatenate([np.zeros(p.size, _sent(p)) if p.grad is None else _sendable(p, weight / whole) for p in part])
        comm.Allreduce(MPI.IN_PLACE, message, op=MPI.SUM)
        for p, gradient in _cut(message, part):
            p.grad = gradient


def broadcast(parameters, comm, root=0):
    """Give all processes the values that the Tensors have in process `root`: before the first step.

    Buffers count too: `broadcast([*model.parameters(), *model.buffers()], comm)`. One message for each dtype. Raises
    ParallelError, in all processes, if they have different parameters.

    >>> broadcast(model.parameters(), comm)  # doctest: +SKIP
    """
    _mpi("parallel.broadcast", comm)
    parameters = _alike("parallel.broadcast", parameters, comm)
    if not 0 <= root < comm.Get_size():
        raise ValueError(f"parallel.broadcast: root must be one of the {comm.Get_size()} processes, got {root!r}")
    for part in _by_dtype(parameters):
        message = np.concatenate([np.ravel(p.data).astype(_sent(p)) for p in part])
        comm.Bcast(message, root)
        for p, value in _cut(message, part):
            p.data = value


def _mpi(what, comm):
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:  # the second if there is mpi4py, but no MPI
        there = "which is not installed" if isinstance(error, ImportError) else f"which finds no MPI ({error})"
        raise ImportError(f"{what} needs mpi4py, {there}; write pip install mpi4py, and apt install openmpi-bin") from None
    if not isinstance(comm, MPI.Comm):
        raise TypeError(f"{what}: comm must be a communicator of mpi4py, such as MPI.COMM_WORLD, got {type(comm).__name__}")
    return MPI


def _alike(what, parameters, comm):
    """The parameters as a list, if all processes have the same. (If not, MPI would wait for ever, or mix them up.)"""
    parameters = list(parameters)
    own = [(p.shape, p.dtype.str) for p in parameters]
    for process, other in enumerate(comm.allgather(own)):
        if other != own:
            raise ParallelError(
                f"{what}: the processes have different parameters: {len(own)} here, in process {comm.Get_rank()}, and "
                f"{len(other)} in process {process}, or others by shape or dtype; make the same model in all of them"
            )
    return parameters


def _by_dtype(parameters):
    """Lists of those with one dtype, in the same order in all processes."""
    groups = {}
    for p in parameters:
        groups.setdefault(p.dtype, []).append(p)
    return groups.values()


def _sent(p):
    """The dtype in which it travels: MPI has no half precision."""
    return np.result_type(p.dtype, np.float32) if p.dtype.kind == "f" else p.dtype


def _sendable(p, factor):
    return np.ravel(np.asarray(p.grad)).astype(_sent(p)) * factor


def _cut(message, parameters):
    """Of each its part of a message, in its shape and dtype."""
    start = 0
    for p in parameters:
        yield p, message[start : start + p.size].reshape(p.shape).astype(p.dtype)
        start += p.size
