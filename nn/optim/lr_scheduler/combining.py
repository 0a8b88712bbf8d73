"""Schedules of schedules: one after another, or all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn.optim.lr_scheduler.base import LRScheduler
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.optim.optimizer import Optimizer


class SequentialLR(LRScheduler):
    """One schedule after another: the next begins, with its first rate, at each of the epochs `milestones`.

    A warm-up over 3 steps, and a cosine after it:

    >>> import nn
    >>> from nn.optim.lr_scheduler import CosineAnnealingLR, LinearLR
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
    >>> warmup = LinearLR(optimizer, start_factor=0.1, total_iters=3)
    >>> schedule = SequentialLR(optimizer, [warmup, CosineAnnealingLR(optimizer, T_max=2)], milestones=[3])
    >>> rates = []
    >>> for _ in range(6):
    ...     rates += schedule.get_last_lr()
    ...     schedule.step()
    >>> [round(rate, 3) for rate in rates]
    [0.05, 0.2, 0.35, 0.5, 0.25, 0.0]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        self._schedulers = _of_one(type(self).__name__, schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedules need {len(schedulers) - 1} milestones, one between two, got "
                f"{len(milestones)}"
            )
        self._milestones = list(milestones)
        self.optimizer = optimizer
        self.last_epoch = last_epoch + 1
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        _undo(self)
        self._schedulers[sum(1 for n in self._milestones if n <= 0)]._start()

    def step(self, epoch: None = None) -> None:
        """Go on to the next epoch, of the schedule whose turn it is."""
        _no_epoch(self, epoch)
        self.last_epoch += 1
        turn = sum(1 for n in self._milestones if n <= self.last_epoch)
        schedule = self._schedulers[turn]
        if turn > 0 and self._milestones[turn - 1] == self.last_epoch:
            for group, rate in zip(self.optimizer.param_groups, schedule._rates_at(0), strict=True):
                group["lr"] = rate
        else:
            schedule.step()


class ChainedScheduler(LRScheduler):
    """Several schedules at once: each changes the learning rate that the one before it has made.

    >>> import nn
    >>> from nn.optim.lr_scheduler import ConstantLR, ExponentialLR
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = ChainedScheduler([ConstantLR(optimizer, 0.5, total_iters=2), ExponentialLR(optimizer, 0.5)])
    >>> for epoch in range(4):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    0.5 0.25 0.25 0.125
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._schedulers = _of_one(type(self).__name__, schedulers, optimizer)
        self.optimizer = self._schedulers[0].optimizer

    def step(self, epoch: None = None) -> None:
        """Go on to the next epoch of each."""
        _no_epoch(self, epoch)
        for schedule in self._schedulers:
            schedule.step()


def _undo(schedule: Any) -> None:
    """Go back by the step that each of the schedules has made when it was constructed."""
    if hasattr(schedule, "_schedulers"):
        for part in schedule._schedulers:
            _undo(part)
    else:
        schedule.last_epoch -= 1


def _no_epoch(schedule: LRScheduler, epoch: object) -> None:
    if epoch is not None:
        raise TypeError(f"{type(schedule).__name__}.step takes no epoch, since its schedules count on their own; write step()")


def _of_one(who: str, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> list[LRScheduler]:
    """The schedules, all of this optimizer."""
    schedulers = list(schedulers)
    if not schedulers:
        raise ValueError(f"{who}: expected schedules in a list, got none")
    for i, schedule in enumerate(schedulers):
        if not isinstance(schedule, LRScheduler):
            raise TypeError(f"{who}: expected schedules in a list, got {type(schedule).__name__} at {i}")
        if isinstance(schedule, ReduceLROnPlateau):
            raise ValueError(f"{who}: ReduceLROnPlateau needs the loss at each step; call its step(loss) beside this schedule's")
        if schedule.optimizer is not (optimizer or schedulers[0].optimizer):
            raise ValueError(f"{who}: the schedule at {i}, {type(schedule).__name__}, is of another optimizer")
    return schedulers
