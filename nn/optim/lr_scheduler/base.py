"""What all schedules share: the epoch they are in, the first learning rates, and how the optimizer gets the next ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from nn.optim.optimizer import Optimizer


class LRScheduler:
    """The base of schedules: write `next_lr(lr, start)`, the learning rate that follows on `lr`; `start` is the first one.

    last_epoch   the epoch to go on from; the groups of the optimizer have an "initial_lr" then, as its state has it. -1 to begin

    Each rate is computed from the one before, as in PyTorch, so that schedules can be combined, and `group["lr"]` set by hand.
    A schedule that computes it from `self.last_epoch` alone has `rate_at(start)` instead, one that treats groups differently
    `get_lr()`, a list with the rate of each.

    >>> import nn
    >>> class Halved(nn.optim.lr_scheduler.LRScheduler):
    ...     def next_lr(self, lr, start):
    ...         return lr / 2
    >>> schedule = Halved(nn.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.5))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    of_groups: tuple[str, ...] = ()  # attributes that are lists with something for each group
    starting = False  # whether this is the step that the constructor makes

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(optimizer, type(self).__name__)
        if last_epoch != -1:
            for i, group in enumerate(optimizer.param_groups):
                if "initial_lr" not in group:
                    raise KeyError(
                        f"{type(self).__name__}: to go on from last_epoch={last_epoch}, group {i} of the optimizer needs its "
                        "'initial_lr': load the optimizer's state first, or leave last_epoch out"
                    )
        self.base_lrs: list[Any] = []
        self.last_epoch: Any = last_epoch
        self._note_groups()
        self._start()

    def _note_groups(self) -> None:
        """Remember the first learning rate of every group; some may have come since the last time."""
        for group in self.optimizer.param_groups[len(self.base_lrs) :]:
            group.setdefault("initial_lr", group["lr"])
            self.base_lrs.append(group["initial_lr"])
        if any(len(getattr(self, name)) != len(self.base_lrs) for name in self.of_groups):
            raise ValueError(
                f"{type(self).__name__}: the optimizer has another group now, for which this schedule was told nothing; make "
                "a new schedule after add_param_group"
            )

    def _start(self) -> None:
        """Set the learning rates of the first epoch."""
        self.starting = True
        try:
            self.step()
        finally:
            del self.starting

    def step(self, epoch: Any = None) -> None:
        """Go on to the next epoch, or to the given one, and set the learning rate of every group."""
        self._note_groups()
        if epoch is None:
            self.last_epoch += 1
            rates = self.get_lr()
        else:
            rates = self._rates_at(epoch)
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def _rates_at(self, epoch: Any) -> list[Any]:
        """The learning rates of an epoch, from `rate_at` if there is one: the last ones may be of any other epoch."""
        self.last_epoch = epoch
        if type(self).rate_at is LRScheduler.rate_at:
            return self.get_lr()
        return [self.rate_at(start) for start in self.base_lrs]

    def get_lr(self) -> list[Any]:
        """The learning rate of every group that follows on those of now; `step` sets them."""
        rate_of = self.first_lr if self.starting else self.next_lr
        return [rate_of(group["lr"], start) for group, start in zip(self.optimizer.param_groups, self.base_lrs, strict=True)]

    def first_lr(self, lr: Any, start: Any) -> Any:
        """The learning rate to begin with, or to go on with from `last_epoch`; `lr` is what the group has."""
        return (
            lr
            if type(self).rate_at is LRScheduler.rate_at or type(self).next_lr is not LRScheduler.next_lr
            else self.rate_at(start)
        )

    def next_lr(self, lr: Any, start: Any) -> Any:
        """The learning rate that follows on `lr`; `start` is the first one."""
        if type(self).rate_at is LRScheduler.rate_at:
            raise NotImplementedError(f"{type(self).__name__} has no method next_lr(self, lr, start): write one")
        return self.rate_at(start)

    def rate_at(self, start: Any) -> Any:
        """The learning rate of epoch `self.last_epoch`, from the first one."""
        raise NotImplementedError

    def get_last_lr(self) -> list[Any]:
        """The learning rates of the groups as they are now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Its position: numbers and lists of them. The learning rates themselves are in the optimizer's state.

        Of functions it has None, of objects that are called what they remember.
        """
        return {name: _stateful(value) for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a `state_dict()` of the same kind of schedule."""
        who = f"{type(self).__name__}.load_state_dict"
        if missing := sorted(self.state_dict().keys() - state_dict.keys()):
            raise ValueError(f"{who}: the state has no {missing[0]!r}; it is of another schedule")
        if len(state_dict.get("base_lrs", ())) != len(getattr(self, "base_lrs", ())):
            raise ValueError(
                f"{who}: the optimizer has {len(self.base_lrs)} groups, the state is of {len(state_dict['base_lrs'])}"
            )
        for name, value in vars(self).items():
            if name != "optimizer":
                vars(self)[name] = _restored(value, state_dict[name])


def checked(optimizer: Any, who: str) -> Any:
    """The optimizer; TypeError for anything else."""
    if not hasattr(optimizer, "param_groups"):
        raise TypeError(f"{who}: expected an optimizer, got {type(optimizer).__name__}")
    return optimizer


def check(who: str, name: str, value: Any, least: float, most: float = float("inf")) -> None:
    """Raise for a number out of range."""
    if not least <= value <= most:
        raise ValueError(f"{who}: {name} must be at least {least}{f' and at most {most}' * (most < float('inf'))}, got {value}")


def check_choice(who: str, name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise for a word that is none of the choices."""
    if value not in choices:
        raise ValueError(f"{who}: {name} must be {' or '.join(map(repr, choices))}, got {value!r}")


def for_groups(who: str, name: str, value: Any, optimizer: Any) -> list[Any]:
    """One value for each group, from one for all or a list."""
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(
            f"{who}: {name} has {len(value)} entries, the optimizer {count} groups; give one for each, or one for all"
        )
    return list(value)


def functions_for_groups(who: str, value: Callable[..., Any] | list[Callable[..., Any]], optimizer: Any) -> list[Any]:
    """The same of functions."""
    functions = for_groups(who, "lr_lambda", value, checked(optimizer, who))
    for function in functions:
        if not callable(function):
            raise TypeError(f"{who}: lr_lambda must be a function of the epoch, got {type(function).__name__}")
    return functions


def _stateful(value: Any) -> Any:
    if isinstance(value, LRScheduler):
        return value.state_dict()
    if isinstance(value, list):
        return [_stateful(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if callable(value):
        return None if type(value) in FUNCTIONS else dict(vars(value))
    return value


def _restored(own: Any, saved: Any) -> Any:
    if isinstance(own, LRScheduler):
        own.load_state_dict(saved)
    elif isinstance(own, list) and any(callable(item) or isinstance(item, LRScheduler) for item in own):
        return [_restored(item, state) for item, state in zip(own, saved, strict=True)]
    elif callable(own):
        if saved is not None:
            vars(own).update(saved)
    else:
        return list(saved) if isinstance(saved, list) else saved
    return own


FUNCTIONS = (type(lambda: None), type(len), type)
