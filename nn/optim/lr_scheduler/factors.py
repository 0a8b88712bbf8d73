"""Learning rates that follow a formula of the epoch n, the same for all groups but for their first rates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nn.optim.lr_scheduler.base import LRScheduler, check, functions_for_groups
from nn.values import cos

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from nn.optim.optimizer import Optimizer


class LambdaLR(LRScheduler):
    """The first learning rate times `lr_lambda(n)`; a list of functions has one for each group.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
    >>> schedule = LambdaLR(optimizer, lambda n: 1 / (n + 1))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    of_groups = ("lr_lambdas",)

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Callable[[int], float] | list[Callable[[int], float]], last_epoch: int = -1
    ) -> None:
        self.lr_lambdas = functions_for_groups(type(self).__name__, lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        return [start * function(self.last_epoch) for function, start in zip(self.lr_lambdas, self.base_lrs, strict=True)]


class MultiplicativeLR(LambdaLR):
    """The learning rate times `lr_lambda(n)` after every epoch; a list of functions has one for each group.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = MultiplicativeLR(optimizer, lambda n: 0.5)
    >>> for epoch in range(4):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    1.0 0.5 0.25 0.125
    """

    def get_lr(self) -> list[Any]:
        if self.starting:
            return self.get_last_lr()
        return [lr * function(self.last_epoch) for function, lr in zip(self.lr_lambdas, self.get_last_lr(), strict=True)]


class StepLR(LRScheduler):
    """The learning rate times `gamma` after every `step_size` epochs.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = StepLR(optimizer, step_size=2)
    >>> for epoch in range(5):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    1.0 1.0 0.1 0.1 0.01
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        check("StepLR", "step_size", step_size, 1)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: Any, start: Any) -> Any:
        return lr if self.last_epoch == 0 or self.last_epoch % self.step_size else lr * self.gamma

    first_lr = next_lr

    def rate_at(self, start: Any) -> Any:
        return start * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """The learning rate times `gamma` after each of the epochs `milestones`.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = MultiStepLR(optimizer, milestones=[1, 3])
    >>> for epoch in range(4):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    1.0 0.1 0.1 0.01
    """

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: Any, start: Any) -> Any:
        return lr * self.gamma ** sum(1 for n in self.milestones if n == self.last_epoch)

    first_lr = next_lr

    def rate_at(self, start: Any) -> Any:
        return start * self.gamma ** sum(1 for n in self.milestones if n <= self.last_epoch)


class ConstantLR(LRScheduler):
    """The first learning rate times `factor` for `total_iters` epochs, then as it is.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> for epoch in range(4):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    0.5 0.5 1.0 1.0
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        check("ConstantLR", "factor", factor, 0, 1)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: Any, start: Any) -> Any:
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1.0 / self.factor) if self.last_epoch == self.total_iters else lr

    first_lr = next_lr

    def rate_at(self, start: Any) -> Any:
        return start if self.last_epoch >= self.total_iters else start * self.factor


class LinearLR(LRScheduler):
    """From the first learning rate times `start_factor` to that times `end_factor` in `total_iters` equal steps.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> for epoch in range(4):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    0.5 0.75 1.0 1.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"LinearLR: start_factor must be above 0 and at most 1, got {start_factor}")
        check("LinearLR", "end_factor", end_factor, 0, 1)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def first_lr(self, lr: Any, start: Any) -> Any:
        return lr * self.start_factor if self.last_epoch == 0 else lr

    def next_lr(self, lr: Any, start: Any) -> Any:
        if self.last_epoch > self.total_iters:
            return lr
        rise = self.end_factor - self.start_factor
        return lr * (1.0 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise))

    def rate_at(self, start: Any) -> Any:
        part = min(self.total_iters, self.last_epoch) / self.total_iters
        return start * (self.start_factor + (self.end_factor - self.start_factor) * part)


class ExponentialLR(LRScheduler):
    """The learning rate times `gamma` after every epoch.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = ExponentialLR(optimizer, gamma=0.5)
    >>> for epoch in range(4):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    1.0 0.5 0.25 0.125
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: Any, start: Any) -> Any:
        return lr * self.gamma

    def rate_at(self, start: Any) -> Any:
        return start * self.gamma**self.last_epoch


class PolynomialLR(LRScheduler):
    """The first learning rate times (1 − n / total_iters)^power, then 0.

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = PolynomialLR(optimizer, total_iters=4)
    >>> for epoch in range(5):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    1.0 0.75 0.5 0.25 0.0
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        check("PolynomialLR", "total_iters", total_iters, 1)
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: Any, start: Any) -> Any:
        n, last = self.last_epoch, self.total_iters
        return lr if n > last else lr * ((1.0 - n / last) / (1.0 - (n - 1) / last)) ** self.power

    def rate_at(self, start: Any) -> Any:
        return start * (1.0 - min(self.total_iters, self.last_epoch) / self.total_iters) ** self.power


class CosineAnnealingLR(LRScheduler):
    """From the first learning rate down to `eta_min` in `T_max` epochs, along half a cosine; then up again, and so on.

    (Loshchilov and Hutter 2017, without restarts.)

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = CosineAnnealingLR(optimizer, T_max=4)
    >>> for epoch in range(5):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    1.0 0.8536 0.5 0.1464 0.0
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        check("CosineAnnealingLR", "T_max", T_max, 1)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def next_lr(self, lr: Any, start: Any) -> Any:
        n, T, low = self.last_epoch, self.T_max, self.eta_min
        if (n - 1 - T) % (2 * T) == 0:  # at the bottom, from which no factor leads up
            return lr + (start - low) * (1 - cos(math.pi / T)) / 2
        return (1 + cos(math.pi * n / T)) / (1 + cos(math.pi * (n - 1) / T)) * (lr - low) + low

    def rate_at(self, start: Any) -> Any:
        return self.eta_min + (start - self.eta_min) * (1 + cos(math.pi * self.last_epoch / self.T_max)) / 2
