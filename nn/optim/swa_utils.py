"""Averages of weights on the way: of the last ones that a cycle visits (SWA), or with exponentially falling weights (EMA)."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors, no_grad
from nn.module import Buffer, Module
from nn.normalization import _BatchNorm
from nn.optim.lr_scheduler.base import LRScheduler, check, check_choice, checked, for_groups
from nn.values import cos

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from nn.optim.optimizer import Optimizer

    Average = Callable[[Any, Any, Any], Any]

__all__ = ["SWALR", "AveragedModel", "get_ema_avg_fn", "get_swa_avg_fn", "update_bn"]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The function (average, value, count) -> decay · average + (1 − decay) · value, for `avg_fn` of an AveragedModel."""
    check("get_ema_avg_fn", "decay", decay, 0, 1)
    return lambda average, value, count: decay * average + (1 - decay) * value


def get_swa_avg_fn() -> Average:
    """The function (average, value, count) -> the mean of count + 1 values, for `avg_fn` of an AveragedModel: its default."""
    return lambda average, value, count: average + (value - average) / (count + 1)


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of the model's: call `update_parameters(model)` after its steps.

    avg_fn        (average, value, how many were averaged) -> average, of arrays: the mean of all, if it is not given;
                  `get_ema_avg_fn(0.999)` for an exponential one
    use_buffers   average buffers too, such as the running means of batch norm; otherwise they are copied

    (Polyak and Juditsky 1992; Izmailov et al. 2018.)

    >>> import numpy as np, nn
    >>> model = nn.Linear(1, 1, bias=False)
    >>> average = AveragedModel(model, avg_fn=get_ema_avg_fn(0.5))
    >>> for value in (1.0, 3.0):
    ...     model.weight.data = np.array([[value]])
    ...     average.update_parameters(model)
    >>> average(np.ones((1, 1))).numpy()
    array([[2.]])
    """

    def __init__(self, model: Module, device: object = None, avg_fn: Average | None = None, use_buffers: bool = False) -> None:
        self.module = deepcopy(model)
        self.module.to(device=device)
        self.n_averaged = Buffer(0)
        self.avg_fn = get_swa_avg_fn() if avg_fn is None else avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the parameters of the model into the average."""
        count = self.n_averaged.data
        pairs = paired(self.module.parameters(), model.parameters())
        buffers = paired(self.module.buffers(), model.buffers())
        for average, tensor in pairs + buffers * self.use_buffers:
            put(average, tensor.data if count == 0 else self.avg_fn(average.data, tensor.data, count))
        for copied, tensor in buffers if not self.use_buffers else ():
            put(copied, tensor.data)
        self.n_averaged.data = count + 1


def paired(own: Iterable[Tensor], others: Iterable[Tensor]) -> list[tuple[Tensor, Tensor]]:
    """The Tensors of the average beside those of the model; an error if they are of another model."""
    own, others = list(own), list(others)
    if [t.shape for t in own] != [t.shape for t in others]:
        raise errors.ShapeError(
            f"update_parameters: the average was made of a model whose Tensors have the shapes {[t.shape for t in own]}, this "
            f"one's have {[t.shape for t in others]}"
        )
    return list(zip(own, others, strict=True))


def put(tensor: Tensor, value: Any) -> None:
    """Set the value of a Tensor in place, in its own dtype."""
    data: Any = tensor.data
    value = value.data if isinstance(value, Tensor) else value
    if isinstance(data, np.ndarray):
        data[...] = value
        value = data
    else:
        value = np.asarray(value).astype(tensor.dtype) if not hasattr(value, "__stands_for_array__") else value
    tensor.data = value


def update_bn(loader: Iterable[Any], model: Module, device: object = None) -> None:
    """Make the running means and variances of all batch norms in a model anew, as the mean over the batches of a loader.

    A batch is the input, or a list or tuple that begins with it. Averaged weights have had no running means of their own.
    """
    model.to(device=device)
    norms = [(part, part.momentum) for part in model.modules() if isinstance(part, _BatchNorm)]
    if not norms:
        return
    modes = [(part, part.training) for part in model.modules()]
    try:
        for norm, _ in norms:
            _reset(norm)
            norm.momentum = None
        model.train()
        with no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    finally:
        for norm, momentum in norms:
            norm.momentum = momentum
        for part, mode in modes:
            part.training = mode


def _reset(norm: Any) -> None:
    for buffer, value in ((norm.running_mean, 0), (norm.running_var, 1), (norm.num_batches_tracked, 0)):
        if buffer is not None:
            put(buffer, value)


class SWALR(LRScheduler):
    """From the learning rate as it is to `swa_lr`, a number or a list with one for each group, in `anneal_epochs`; then constant.

    anneal_strategy   along half a cosine ("cos") or straight ("linear")
    """

    of_groups = ("swa_lrs",)

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        check_choice("SWALR", "anneal_strategy", anneal_strategy, ("cos", "linear"))
        check("SWALR", "anneal_epochs", anneal_epochs, 0)
        self.swa_lrs = for_groups("SWALR", "swa_lr", swa_lr, checked(optimizer, "SWALR"))
        for group, rate in zip(optimizer.param_groups, self.swa_lrs, strict=True):
            group["swa_lr"] = rate
        self.anneal_epochs, self.anneal_strategy = anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        n = self.last_epoch
        if self.anneal_epochs == 0:
            n = max(1, n)
        before, part = self._part(n - 1), self._part(n)
        rates = []
        for group in self.optimizer.param_groups:
            last = group["swa_lr"]
            start = last if before == 1 else (group["lr"] - before * last) / (1 - before)
            rates.append(last * part + start * (1 - part))
        return rates

    def _part(self, n: Any) -> Any:
        """How much of the way is done at epoch n."""
        part = max(0, min(1, n / max(1, self.anneal_epochs)))
        return part if self.anneal_strategy == "linear" else (1 - cos(math.pi * part)) / 2
