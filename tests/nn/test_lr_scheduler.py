"""Schedules beyond their numbers, which are in test_optim_parity.py: states, resuming, new groups, own ones, errors."""

import copy

import numpy as np
import pytest

import nn
from nn import optim
from nn.optim import lr_scheduler
from nn.optim.lr_scheduler import ReduceLROnPlateau, SequentialLR, StepLR
from tests.nn.optim_cases import SCHEDULES, schedule_of


def optimizer_of(lr=0.1, kind=optim.Adam):
    return kind([nn.Parameter([1.0])], lr=lr)


def advance(schedule, n):
    schedule.step(1.0) if isinstance(schedule, ReduceLROnPlateau) else schedule.step()


@pytest.mark.parametrize("case", range(len(SCHEDULES)), ids=lambda i: f"{SCHEDULES[i][0]} {i}")
def test_each_goes_on_from_its_state(case):
    name, options, *_ = SCHEDULES[case]

    def made():
        optimizer = optim.Adam([{"params": nn.Parameter([1.0])}, {"params": nn.Parameter([1.0]), "lr": 0.02}], lr=0.1)
        return optimizer, schedule_of(optim, optimizer, name, options)

    (one, schedule), (other, second) = made(), made()
    for n in range(4):
        advance(schedule, n)
    states = schedule.state_dict(), one.state_dict()
    kept = copy.deepcopy(states)
    second.load_state_dict(states[0])
    other.load_state_dict(states[1])
    for n in range(6):
        advance(schedule, n)
        advance(second, n)
        assert second.get_last_lr() == schedule.get_last_lr()
        assert other.param_groups[0]["betas"] == one.param_groups[0]["betas"]
    assert states == kept  # nobody reached into them


def test_a_state_is_saved_in_a_file(tmp_path):
    optimizer = optimizer_of(0.5)
    schedule = SequentialLR(optimizer, [StepLR(optimizer, 2), ReduceLike(optimizer)], [3])
    for _ in range(4):
        schedule.step()
    nn.save({"schedule": schedule.state_dict()}, tmp_path / "s.npz")
    assert nn.load(tmp_path / "s.npz")["schedule"] == schedule.state_dict()


class ReduceLike(lr_scheduler.LRScheduler):
    """As PyTorch's users write theirs."""

    def get_lr(self):
        return [start * 0.5**self.last_epoch for start in self.base_lrs]


class Inverse(lr_scheduler.LRScheduler):
    def rate_at(self, start):
        return start / (self.last_epoch + 1)


def test_schedules_of_ones_own():
    optimizer = optimizer_of(0.5)
    schedule = ReduceLike(optimizer)
    assert schedule.get_last_lr() == [0.5]
    schedule.step()
    assert schedule.get_last_lr() == [0.25]
    schedule = Inverse(optimizer_of(0.6))
    rates = [schedule.step() or schedule.get_last_lr()[0] for _ in range(3)]
    np.testing.assert_allclose(rates, [0.3, 0.2, 0.15])
    schedule.step(5)
    np.testing.assert_allclose(schedule.get_last_lr(), [0.1])
    with pytest.raises(NotImplementedError, match="LRScheduler has no method next_lr"):
        lr_scheduler.LRScheduler(optimizer_of()).step()


def test_a_place_given_by_hand():
    schedule = StepLR(optimizer_of(0.8), 2, gamma=0.5)
    schedule.step(5)
    np.testing.assert_allclose(schedule.get_last_lr(), [0.2])
    schedule.step()
    np.testing.assert_allclose(schedule.get_last_lr(), [0.1])


def test_going_on_from_an_epoch():
    """The rates of a schedule made with last_epoch=n are those of one that has made n + 1 steps."""
    whole = optimizer_of(0.8)
    schedule = lr_scheduler.ExponentialLR(whole, 0.5)
    for _ in range(3):
        schedule.step()
    later = optimizer_of(0.8)
    later.load_state_dict(whole.state_dict())
    again = lr_scheduler.ExponentialLR(later, 0.5, last_epoch=2)
    assert again.last_epoch == schedule.last_epoch == 3
    for one in (schedule, again):
        one.step()
    assert again.get_last_lr() == schedule.get_last_lr()
    with pytest.raises(KeyError, match="group 0 of the optimizer needs its 'initial_lr'"):
        StepLR(optimizer_of(), 2, last_epoch=3)


def test_the_loss_may_be_a_tensor():
    p = nn.Parameter([1.0])
    optimizer = optim.SGD([p], lr=0.5)
    schedule = ReduceLROnPlateau(optimizer, patience=0)
    for _ in range(2):
        schedule.step(np.sum(p * p))
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.05)
    assert type(schedule.state_dict()["best"]) is float


def test_a_group_that_came_later():
    optimizer = optim.SGD([nn.Parameter([1.0])], lr=0.5)
    plateau, factors = ReduceLROnPlateau(optimizer, patience=0), lr_scheduler.LambdaLR(optimizer, lambda n: 0.5**n)
    optimizer.add_param_group({"params": nn.Parameter([1.0]), "lr": 0.25})
    for _ in range(2):
        plateau.step(1.0)
    np.testing.assert_allclose(plateau.get_last_lr(), [0.05, 0.025])
    with pytest.raises(ValueError, match="LambdaLR: the optimizer has another group now"):
        factors.step()


S = lr_scheduler
MISTAKES = {
    "no optimizer": (lambda o: S.LambdaLR(3, abs), TypeError, "LambdaLR: expected an optimizer, got int"),
    "no function": (lambda o: S.LambdaLR(o, 0.5), TypeError, "lr_lambda must be a function of the epoch, got float"),
    "functions": (lambda o: S.LambdaLR(o, [abs, abs]), ValueError, "lr_lambda has 2 entries, the optimizer 1 groups"),
    "factor": (lambda o: S.ConstantLR(o, 2.0), ValueError, "ConstantLR: factor must be at least 0 and at most 1, got 2.0"),
    "start": (lambda o: S.LinearLR(o, 0.0), ValueError, "start_factor must be above 0 and at most 1, got 0.0"),
    "mode": (lambda o: S.ReduceLROnPlateau(o, "least"), ValueError, "mode must be 'min' or 'max', got 'least'"),
    "growing": (lambda o: S.ReduceLROnPlateau(o, factor=1.0), ValueError, "factor must be less than 1, got 1.0"),
    "steps": (lambda o: S.OneCycleLR(o, 0.1), ValueError, "give total_steps, or epochs and steps_per_epoch"),
    "too far": (
        lambda o: [S.OneCycleLR(o, 0.1, 2)] + [s.step() for s in [S.OneCycleLR(o, 0.1, 2)] * 4],
        ValueError,
        "step 3 is after",
    ),
    "momentum": (lambda o: S.CyclicLR(optimizer_of(kind=optim.Adagrad), 0.1, 0.2), ValueError, "write cycle_momentum=False"),
    "restart": (lambda o: S.CosineAnnealingWarmRestarts(o, 2.5), ValueError, "T_0 must be an integer of at least 1, got 2.5"),
    "none": (lambda o: S.SequentialLR(o, [], []), ValueError, "SequentialLR: expected schedules in a list, got none"),
    "milestones": (lambda o: S.SequentialLR(o, [S.StepLR(o, 1)], [3]), ValueError, "1 schedules need 0 milestones"),
    "plateau": (lambda o: S.ChainedScheduler([S.ReduceLROnPlateau(o)]), ValueError, "ReduceLROnPlateau needs the loss"),
    "another": (lambda o: S.SequentialLR(o, [S.StepLR(optimizer_of(), 1)], []), ValueError, "is of another optimizer"),
    "no schedule": (lambda o: S.ChainedScheduler([o]), TypeError, "expected schedules in a list, got Adam at 0"),
    "epoch": (lambda o: S.ChainedScheduler([S.StepLR(o, 1)]).step(3), TypeError, r"takes no epoch.* write step\(\)"),
    "anneal": (lambda o: optim.swa_utils.SWALR(o, 0.1, anneal_strategy="log"), ValueError, "'cos' or 'linear', got 'log'"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run(optimizer_of())
