"""value_and_grad, grad, hvp and hessian of a loss that is a sum over the rows of Dask arrays."""

import functools

import autograd_core
from autograd_core.errors import GraphError
from autograd_core.errors.arguments import check_function
from autograd_core.graph.trees import flatten
from autograd_core.parallel.chunks import chunks_of, is_dask
from autograd_core.parallel.passes import imported, total
from autograd_core.parallel.rows import check_reduction, check_rows, share


def value_and_grad(loss, reduction="sum", *, check=True, progress=False):
    """`(params, *arrays, **others)` -> (value, gradient by params) of `loss(params, *arrays, **others)`, a sum over rows.

    arrays      Dask arrays of shapes (n, …), with the same chunks of rows; loss gets NumPy arrays of shapes (n of a chunk, …)
    others      by name: the same for every chunk
    reduction   "sum" or "mean": what `loss` does with its rows; the result is that over all n
    check       compare the loss of a few rows with that of their halves, in every call, and raise GraphError if they differ
    progress    show Dask's progress bar

    params may be a nested container; the gradient has its shapes and dtypes. Raises ShapeError for arrays that are not chunked
    alike, TypeError for others than Dask's, ParallelError if a worker's death took data with it. With SciPy,
    `minimize(f, w, args=(X, t), jac=True)`:

    >>> import numpy as np
    >>> import dask.array as da
    >>> X = da.from_array(np.arange(6.0).reshape(3, 2), chunks=(2, 2))
    >>> value_and_grad(lambda w, x: np.sum((x @ w) ** 2))(np.ones(2), X)
    (np.float64(107.0), array([ 92., 122.]))
    """
    return OverChunks("value_and_grad", loss, reduction, check, progress)


def grad(loss, reduction="sum", *, check=True, progress=False):
    """`(params, *arrays, **others)` -> the gradient by params; all else as in `value_and_grad`."""
    return OverChunks("grad", loss, reduction, check, progress)


def hvp(loss, reduction="sum", *, vector=-1, check=True, progress=False):
    """`(params, *arrays, v, **others)` -> H v, the Hessian by params times a vector in the containers of params.

    vector   the position of v among the arguments: the last; vector=1 for SciPy, which calls hessp(params, v, *arrays)

    All else as in `value_and_grad`.
    """
    return OverChunks("hvp", loss, reduction, check, progress, vector)


def hessian(loss, reduction="sum", *, check=True, progress=False):
    """`(params, *arrays, **others)` -> the Hessian, in containers of `autograd_core.hessian`; else as in `value_and_grad`."""
    return OverChunks("hessian", loss, reduction, check, progress)


class OverChunks:
    """A transformed loss: called, it has the transform of every chunk computed, and adds up."""

    def __init__(self, name, loss, reduction, check, progress, vector=None):
        self.what = f"parallel.{name}"
        imported("dask", self.what)
        check_function(loss, self.what)
        check_reduction(self.what, reduction)
        self.name, self.loss, self.reduction = name, loss, reduction
        self.check, self.progress, self.vector = check, progress, vector
        functools.update_wrapper(self, loss, updated=())

    def __call__(self, *args, **kwargs):
        if not args:
            raise TypeError(f"{self.what}: expected the parameters and then Dask arrays, got nothing")
        params, arrays = args[0], {f"argument {i}": arg for i, arg in enumerate(args) if i}
        vector = [] if self.vector is None else [arrays.pop(self._position_of_vector(len(args)))]
        values, rebuild = flatten(params)
        _check_constants(self.what, {"the parameters": params, "the vector": vector, **kwargs})
        parts = chunks_of(self.what, arrays)
        work = OfLoss(self, params, vector, kwargs, parts[-1][2])
        leaves = total(self.what, work, parts, self.progress)
        if self.name == "value_and_grad":
            return leaves[0], rebuild(leaves[1:])
        if self.name == "hessian":
            k = len(values)
            return rebuild([rebuild(leaves[i * k : i * k + k]) for i in range(k)])
        return rebuild(leaves)

    def _position_of_vector(self, count):
        if not -count < self.vector < count or not self.vector:
            raise TypeError(f"{self.what}: the vector is at position {self.vector} after the parameters, got {count} arguments")
        return f"argument {self.vector % count}"


class OfLoss:
    """The transform of one chunk, as a list of arrays. What every worker gets a copy of."""

    def __init__(self, of, params, vector, kwargs, rows):
        self.what, self.loss, self.reduction, self.check = of.what, of.loss, of.reduction, of.check
        self.transform, self.params, self.vector, self.kwargs, self.rows = of.name, params, vector, kwargs, rows

    def __call__(self, start, draws, *arrays):
        local = getattr(autograd_core, self.transform)(self.loss)
        leaves, _ = flatten(local(self.params, *arrays, *self.vector, **self.kwargs))
        if any(isinstance(leaf, autograd_core.Tensor) for leaf in leaves):
            raise GraphError(
                f"{self.what}: the loss depends on a Tensor outside that requires a gradient, which would not get one; make it "
                "one of the parameters, or write t.detach()"
            )
        if self.check and not start:
            check_rows(self.what, self.reduction, self._value, arrays)
        weight = share(self.reduction, arrays, self.rows)
        return leaves if weight == 1 else [leaf * weight for leaf in leaves]

    def _value(self, arrays):
        values, rebuild = flatten(self.params)
        with autograd_core.no_grad():
            value = self.loss(rebuild([autograd_core.Tensor(value) for value in values]), *arrays, **self.kwargs)
        return value.numpy()[()] if isinstance(value, autograd_core.Tensor) else value


def _check_constants(what, given):
    for name, tree in given.items():
        for value in flatten(tree)[0]:
            if is_dask(value):
                raise TypeError(
                    f"{what}: {name} must be plain arrays, the same for every chunk, got a Dask array; write .compute()"
                )
            if isinstance(value, autograd_core.Tensor) and value.requires_grad:
                raise TypeError(
                    f"{what}: {name} must be plain arrays, got a Tensor that requires a gradient, which would not get one; "
                    "write t.numpy(), and parallel.hvp or parallel.hessian for second derivatives"
                )
