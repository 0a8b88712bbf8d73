"""A learning rate that is reduced when the loss no longer gets better."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor
from nn.optim.lr_scheduler.base import LRScheduler, check_choice, checked, for_groups

if TYPE_CHECKING:
    from typing import Any

    from nn.optim.optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """The learning rate times `factor` after more than `patience` epochs without a better loss: call `step(loss)` once an epoch.

    mode             whether the loss is to be small ("min") or something like accuracy large ("max")
    threshold        what counts as better: by this part of the best so far, or with threshold_mode="abs" by this much
    cooldown         epochs after a reduction that do not count
    min_lr           the least rate, also a list with one for each group; a change by less than `eps` is not made

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
    >>> schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        who = "ReduceLROnPlateau"
        self.optimizer = checked(optimizer, who)
        check_choice(who, "mode", mode, ("min", "max"))
        check_choice(who, "threshold_mode", threshold_mode, ("rel", "abs"))
        if not factor < 1:
            raise ValueError(f"{who}: factor must be less than 1, got {factor}")
        self.mode, self.factor, self.patience, self.cooldown, self.eps = mode, factor, patience, cooldown, eps
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = for_groups(who, "min_lr", min_lr, optimizer)
        self.last_epoch = 0
        self.best = math.inf if mode == "min" else -math.inf
        self.cooldown_counter = self.num_bad_epochs = 0

    def step(self, metrics: Any, epoch: Any = None) -> None:  # type: ignore[override]
        """Go on to the next epoch, after one that had this loss, a number or a Tensor of one."""
        value = metrics.detach().data if isinstance(metrics, Tensor) else metrics
        value = value[()] if isinstance(value, np.ndarray) and not value.ndim else value
        if not isinstance(value, np.generic) and not hasattr(value, "__stands_for_array__"):
            value = float(value)
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self._is_better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, value: Any) -> bool:
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "rel":
            return bool(sign * value > sign * self.best * (1.0 + sign * self.threshold))
        return bool(sign * value > sign * (self.best + sign * self.threshold))

    def _reduce(self) -> None:
        groups = self.optimizer.param_groups
        missing = len(groups) - len(self.min_lrs)
        if missing and self.default_min_lr is None:
            raise ValueError(
                f"ReduceLROnPlateau: min_lr has {len(self.min_lrs)} entries, the optimizer {len(groups)} groups now; set "
                "`min_lrs`, a list with one for each"
            )
        self.min_lrs += [self.default_min_lr] * missing
        for group, least in zip(groups, self.min_lrs, strict=True):
            rate = max(group["lr"] * self.factor, least)
            if group["lr"] - rate > self.eps:
                group["lr"] = rate
