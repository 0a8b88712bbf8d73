"""Learning rates that go up and down again, and the momentum with them the other way round."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nn.optim.lr_scheduler.base import LRScheduler, check, check_choice, checked, for_groups
from nn.values import cos

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from nn.optim.optimizer import Optimizer


class _WithMomentum(LRScheduler):
    """A schedule that also moves `momentum`, or the first of `betas`, of an optimizer that has one."""

    of_groups = ("max_lrs",)
    cycle_momentum = False

    def _begin_momentum(self, base: Any, most: Any, last_epoch: int) -> tuple[list[Any], list[Any]]:
        who, optimizer = type(self).__name__, self.optimizer
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ValueError(
                f"{who}: {type(optimizer).__name__} has no momentum and no betas to move; write cycle_momentum=False"
            )
        bases, mosts = for_groups(who, "base_momentum", base, optimizer), for_groups(who, "max_momentum", most, optimizer)
        if last_epoch == -1:
            for group, low, high in zip(optimizer.param_groups, bases, mosts, strict=True):
                self._set_momentum(group, high)
                group["max_momentum"], group["base_momentum"] = high, low
        return bases, mosts

    def _set_momentum(self, group: dict[str, Any], momentum: Any) -> None:
        if "betas" in self.optimizer.defaults:
            if not isinstance(group["betas"], list):  # a tuple: `capture` follows numbers in lists
                group["betas"] = list(group["betas"])
            group["betas"][0] = momentum
        else:
            group["momentum"] = momentum


class CyclicLR(_WithMomentum):
    """From base_lr up to max_lr in `step_size_up` steps, and down again in `step_size_down`; call `step()` after every batch.

    mode             "triangular", "triangular2" with half the height in each cycle, "exp_range" with a height of gammaⁿ
    scale_fn         the height as a function of your own, of the cycle (1, 2, …) or with scale_mode="iterations" of n
    cycle_momentum   move the momentum (or the first of betas) from max_momentum down to base_momentum, and up again

    (Smith 2017.)

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = CyclicLR(optimizer, base_lr=0.1, max_lr=0.5, step_size_up=2, cycle_momentum=False)
    >>> for epoch in range(5):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    0.1 0.3 0.5 0.3 0.1
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[Any], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        who = "CyclicLR"
        self.optimizer = checked(optimizer, who)
        if scale_fn is None:
            check_choice(who, "mode", mode, ("triangular", "triangular2", "exp_range"))
            scale_mode = "iterations" if mode == "exp_range" else "cycle"
        check_choice(who, "scale_mode", scale_mode, ("cycle", "iterations"))
        check(who, "step_size_up", step_size_up, 1)
        base_lrs = for_groups(who, "base_lr", base_lr, optimizer)
        self.max_lrs = for_groups(who, "max_lr", max_lr, optimizer)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = group["initial_lr"] = rate
        self.total_size = step_size_up + (step_size_up if step_size_down is None else step_size_down)
        self.step_ratio = step_size_up / self.total_size
        self.mode, self.gamma, self.scale_function, self.scale_mode = mode, gamma, scale_fn, scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums, self.max_momentums = self._begin_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: Any) -> Any:
        """The height of a cycle, or of a step if `scale_mode` is "iterations"."""
        if self.scale_function is not None:
            return self.scale_function(x)
        return {"triangular": lambda: 1.0, "triangular2": lambda: 1 / 2.0 ** (x - 1), "exp_range": lambda: self.gamma**x}[
            self.mode
        ]()

    def get_lr(self) -> list[Any]:
        cycle = 1 + self.last_epoch // self.total_size
        x = 1.0 + self.last_epoch / self.total_size - cycle
        part = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        part = part * self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            for group, low, high in zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True):
                self._set_momentum(group, high - (high - low) * part)
        return [low + (high - low) * part for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]


class OneCycleLR(_WithMomentum):
    """One rise from max_lr / div_factor to max_lr, and one fall far below, in `total_steps`: call `step()` after every batch.

    total_steps       or epochs and steps_per_epoch, of which it is the product; a further step is an error
    pct_start         the part of the steps that rise
    anneal_strategy   along half a cosine ("cos") or straight ("linear")
    cycle_momentum    move the momentum (or the first of betas) from max_momentum down to base_momentum, and up again
    final_div_factor  the end is the start divided by it
    three_phase       fall to the start as fast as it rose, and from there to the end

    (Smith and Topin 2018.)

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=1.0)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=5, cycle_momentum=False)
    >>> for epoch in range(5):
    ...     print(round(schedule.get_last_lr()[0], 4), end=" ")
    ...     schedule.step()
    0.04 0.9505 0.6113 0.1883 0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        who = "OneCycleLR"
        self.optimizer = checked(optimizer, who)
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError(f"{who}: give total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        check(who, "total_steps", total_steps, 1)
        check(who, "pct_start", pct_start, 0, 1)
        check_choice(who, "anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.total_steps, self.anneal_strategy, self.cycle_momentum = total_steps, anneal_strategy, cycle_momentum
        top, last = float(pct_start * total_steps) - 1, total_steps - 1
        rise, fall = [top, "initial_lr", "max_lr", "max_momentum", "base_momentum"], ["base_momentum", "max_momentum"]
        end = ["initial_lr", "min_lr", "max_momentum", "max_momentum"]
        if three_phase:
            self._phases = [rise, [2 * (top + 1) - 2, "max_lr", "initial_lr", *fall], [last, *end]]
        else:
            self._phases = [rise, [last, "max_lr", "min_lr", *fall]]
        self.max_lrs = for_groups(who, "max_lr", max_lr, optimizer)
        if last_epoch == -1:
            for group, most in zip(optimizer.param_groups, self.max_lrs, strict=True):
                group["initial_lr"], group["max_lr"] = most / div_factor, most
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            self._begin_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        n = self.last_epoch
        begin: Any = 0.0
        if n > self.total_steps:
            raise ValueError(f"OneCycleLR: step {n} is after the last one, total_steps={self.total_steps}")
        phase: list[Any]
        for phase in self._phases:
            if n <= phase[0] or phase is self._phases[-1]:
                break
            begin = phase[0]
        end, *names = phase
        part = (n - begin) / (end - begin)
        rates = []
        for group in self.optimizer.param_groups:
            first, last, high, low = (group.get(name) for name in names)
            rates.append(self._between(first, last, part))
            if self.cycle_momentum:
                self._set_momentum(group, self._between(high, low, part))
        return rates

    def _between(self, first: Any, last: Any, part: Any) -> Any:
        if self.anneal_strategy == "linear":
            return (last - first) * part + first
        return last + (first - last) / 2.0 * (cos(math.pi * part) + 1)


class CosineAnnealingWarmRestarts(LRScheduler):
    """From the first learning rate down to `eta_min` in `T_0` epochs, along half a cosine; then anew, each time `T_mult` as long.

    `step(epoch)` takes any place, also between epochs: `schedule.step(epoch + i / batches)`. (Loshchilov and Hutter 2017.)

    >>> import nn
    >>> optimizer = nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5)
    >>> schedule = CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> rates = []
    >>> for _ in range(5):
    ...     rates += schedule.get_last_lr()
    ...     schedule.step()
    >>> [round(rate, 3) for rate in rates]
    [0.5, 0.25, 0.5, 0.25, 0.5]
    """

    def __init__(self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        for name, value in {"T_0": T_0, "T_mult": T_mult}.items():
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"CosineAnnealingWarmRestarts: {name} must be an integer of at least 1, got {value!r}")
        self.T_0, self.T_i, self.T_mult, self.eta_min = T_0, T_0, T_mult, eta_min
        self.T_cur: Any = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        return [self.eta_min + (start - self.eta_min) * (1 + cos(math.pi * self.T_cur / self.T_i)) / 2 for start in self.base_lrs]

    def step(self, epoch: Any = None) -> None:
        """Go on to the next epoch, or to the given place, and set the learning rate of every group."""
        self._note_groups()
        if epoch is None and self.last_epoch >= 0:
            self.last_epoch += 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur = self.T_cur % self.T_i
                self.T_i *= self.T_mult
        else:
            self._go_to(0 if epoch is None else epoch)
        for group, rate in zip(self.optimizer.param_groups, self.get_lr(), strict=True):
            group["lr"] = rate

    def _go_to(self, epoch: Any) -> None:
        check("CosineAnnealingWarmRestarts", "epoch", epoch, 0)
        self.T_i = self.T_0
        if epoch < self.T_0 or self.T_mult == 1:
            self.T_cur = epoch % self.T_0
        else:
            restarts = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
            self.T_cur = epoch - self.T_0 * (self.T_mult**restarts - 1) / (self.T_mult - 1)
            self.T_i = self.T_0 * self.T_mult**restarts
        self.last_epoch = math.floor(epoch)
