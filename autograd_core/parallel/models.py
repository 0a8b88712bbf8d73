"""Gradients of a model's loss over all chunks of Dask arrays."""

import copy
from contextlib import nullcontext

import numpy as np

import autograd_core
from autograd_core.errors import GraphError, UnsupportedError
from autograd_core.parallel.chunks import chunks_of
from autograd_core.parallel.passes import imported, total
from autograd_core.parallel.rows import check_reduction, check_rows, share


class Gradients:
    """`gradients(*arrays)` -> the loss of a model over all rows of Dask arrays, with `.grad` of its parameters filled.

    model       anything with `parameters()`, the Tensors to differentiate by
    loss        loss(model, *arrays), a mean over rows, of NumPy arrays of shapes (n of a chunk, …)
    reduction   "mean" or "sum": what `loss` does with its rows
    check, progress   as in `value_and_grad`

    Gradients add up in `.grad`, as those of `backward()` do. In an nn.Module dropout draws other numbers in every chunk, the same
    in every run after `nn.manual_seed`, and layers that look at the whole batch (BatchNorm in training) are refused.
    docs/howto/big-data.md says what is asked of other models. Errors as of `value_and_grad`.

    >>> import dask.array as da
    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> class Line:
    ...     slope = Tensor(2.0, requires_grad=True)
    ...     def parameters(self):
    ...         return [self.slope]
    >>> line, x = Line(), da.from_array(np.arange(4.0), chunks=2)
    >>> Gradients(line, lambda model, x: np.mean((model.slope * x) ** 2))(x)
    np.float64(14.0)
    >>> line.slope.grad
    array(14.)
    """

    def __init__(self, model, loss, reduction="mean", *, check=True, progress=False):
        imported("dask", "parallel.Gradients")
        if not hasattr(model, "parameters"):
            raise TypeError(f"parallel.Gradients: model must have parameters(), as an nn.Module has, got {type(model).__name__}")
        if not callable(loss):
            raise TypeError(f"parallel.Gradients: loss must be a function of (model, *arrays), got {type(loss).__name__}")
        check_reduction("parallel.Gradients", reduction)
        self.model, self.loss, self.reduction, self.check, self.progress = model, loss, reduction, check, progress

    def __call__(self, *arrays):
        what = "parallel.Gradients"
        parts = chunks_of(what, {f"array {i}": array for i, array in enumerate(arrays)})
        for name, module in self.model.named_modules() if hasattr(self.model, "named_modules") else ():
            if getattr(module, "mixes_samples", False):
                raise UnsupportedError(
                    f"{what}: {f'layer {name}, ' * bool(name)}{type(module).__name__} computes with all samples of a batch, and "
                    "a chunk is not the batch; write model.eval() to take its running statistics, or use LayerNorm or GroupNorm"
                )
        params = _trained(self.model)
        before = [p.grad for p in params]
        for p in params:
            p.grad = None  # which would be sent to the workers with the model
        try:
            draws = self.model.independent_draws(len(parts)) if hasattr(self.model, "independent_draws") else None
            value, *gradients = total(what, OfModel(self, parts[-1][2]), parts, self.progress, draws)
        finally:
            for p, gradient in zip(params, before, strict=True):
                p.grad = gradient
        for p, gradient in zip(params, gradients, strict=True):
            if gradient is not None:
                p.grad = gradient if p.grad is None else p.grad + gradient
        return value


class OfModel:
    """The loss of one chunk and its gradients. What every worker gets a copy of, with the model in it."""

    def __init__(self, of, rows):
        self.model, self.loss, self.reduction, self.check, self.rows = of.model, of.loss, of.reduction, of.check, rows

    def __call__(self, start, draws, *arrays):
        """Threads share the model, so nothing of it is changed: its parameters get no `.grad` here."""
        params = _trained(self.model)
        state = [(name, buffer, np.copy(buffer.data)) for name, buffer in _buffers(self.model)]
        with draws or nullcontext() as generator:
            before = generator and generator.bit_generator.state
            value = self.loss(self.model, *arrays)
            gradients = autograd_core.grad(value, params, allow_unused=True)
            drawn = generator and generator.bit_generator.state != before
        self._check_buffers(state)
        if self.check and not start:
            # Two halves draw other numbers than the whole, so they are compared without any
            model = copy.deepcopy(self.model).eval() if drawn and hasattr(self.model, "eval") else self.model
            if not drawn or model is not self.model:
                check_rows("parallel.Gradients", self.reduction, lambda some: self._value(model, some), arrays)
        weight = share(self.reduction, arrays, self.rows)
        return [part if part is None or weight == 1 else part * weight for part in (value.numpy()[()], *gradients)]

    def _value(self, model, arrays):
        with autograd_core.no_grad():
            value = self.loss(model, *arrays)
        return value.numpy()[()] if isinstance(value, autograd_core.Tensor) else value

    def _check_buffers(self, state):
        changed = []
        for name, buffer, before in state:
            if not np.array_equal(buffer.data, before, equal_nan=before.dtype.kind in "fc"):
                changed.append(name)
                buffer.data = before
        if changed:
            raise GraphError(
                f"parallel.Gradients: the loss changes the buffer {changed[0]} of the model, and each chunk would change it "
                "by itself; write model.eval(), or update it apart from the gradients"
            )


def _trained(model):
    return [p for p in model.parameters() if p.requires_grad]


def _buffers(model):
    return list(model.named_buffers()) if hasattr(model, "named_buffers") else []
