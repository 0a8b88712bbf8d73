"""Learning rates that change during training: call `step()` once an epoch, after the optimizer's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from nn.optim.optimizer import Optimizer

from nn.values import cos


class Schedule:
    """The base of schedules: write `next_lr(lr, start)`, the learning rate that follows on `lr`; `start` is the first one.

    Each rate is computed from the one before, as in PyTorch, so that schedules can be combined, and `group["lr"]` set by hand.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not hasattr(optimizer, "param_groups"):
            raise TypeError(f"{type(self).__name__}: expected an optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.base_lrs: list[float] = []
        self.last_epoch = 0
        self._note_groups()

    def _note_groups(self) -> None:
        """Remember the first learning rate of every group; some may have come since the last time."""
        for group in self.optimizer.param_groups[len(self.base_lrs) :]:
            group.setdefault("initial_lr", group["lr"])
            self.base_lrs.append(group["initial_lr"])

    def step(self) -> None:
        """Go on to the next epoch, and set the learning rate of every group."""
        self._note_groups()
        self.last_epoch += 1
        for group, start in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = self.next_lr(group["lr"], start)

    def next_lr(self, lr: float, start: float) -> float:
        """The learning rate that follows on `lr`; `start` is the first one."""
        raise NotImplementedError(f"{type(self).__name__} has no method next_lr(self, lr, start): write one")

    def get_last_lr(self) -> list[float]:
        """The learning rates of the groups as they are now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Its position: numbers and lists of them. The learning rates themselves are in the optimizer's state."""
        return {
            name: list(value) if isinstance(value, list) else value for name, value in vars(self).items() if name != "optimizer"
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a `state_dict()` of the same kind of schedule."""
        if missing := sorted(self.state_dict().keys() - state_dict.keys()):
            raise ValueError(f"{type(self).__name__}.load_state_dict: the state has no {missing[0]!r}; it is of another schedule")
        if len(state_dict["base_lrs"]) != len(self.base_lrs):
            raise ValueError(
                f"{type(self).__name__}.load_state_dict: the optimizer has {len(self.base_lrs)} groups, "
                f"the state is of {len(state_dict['base_lrs'])}"
            )
        vars(self).update({name: state_dict[name] for name in self.state_dict()})


class StepLR(Schedule):
    """The learning rate times `gamma` after every `step_size` epochs."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        if not step_size >= 1:
            raise ValueError(f"StepLR: step_size must be at least 1, got {step_size}")
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def next_lr(self, lr: float, start: float) -> float:
        return lr if self.last_epoch % self.step_size else lr * self.gamma


class ExponentialLR(Schedule):
    """The learning rate times `gamma` after every epoch."""

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def next_lr(self, lr: float, start: float) -> float:
        return lr * self.gamma


class CosineAnnealingLR(Schedule):
    """From the first learning rate down to `eta_min` in `T_max` epochs, along half a cosine; then up again, and so on.

    (Loshchilov and Hutter 2017, without restarts.)
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        if not T_max >= 1:
            raise ValueError(f"CosineAnnealingLR: T_max must be at least 1, got {T_max}")
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def next_lr(self, lr: float, start: float) -> float:
        n, T, low = self.last_epoch, self.T_max, self.eta_min
        if (n - 1 - T) % (2 * T) == 0:  # at the bottom, from which no factor leads up
            return lr + (start - low) * (1 - cos(math.pi / T)) / 2
        return (1 + cos(math.pi * n / T)) / (1 + cos(math.pi * (n - 1) / T)) * (lr - low) + low
