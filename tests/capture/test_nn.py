"""Whole training steps of nn: optimizers with their moments and counters, dropout, batch norm, schedules, modes."""

import numpy as np
import pytest

import nn
from autograd_core.capturing.passes import PASSES
from autograd_core.capturing.passes.products import turn
from nn import functional, optim
from tests.capture.common import Twins, replays

r = np.random.default_rng(0)
X, Y = r.normal(size=(5, 3)), r.normal(size=(5, 2))
OPTIMIZERS = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "SGD, momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01, amsgrad=True),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.01, centered=True, momentum=0.5),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.01, lr_decay=0.1),
}
OTHERS = {
    "ASGD": lambda p: optim.ASGD(p, t0=3),
    "Rprop": lambda p: optim.Rprop(p),
    "Adadelta": lambda p: optim.Adadelta(p),
    "Adamax": lambda p: optim.Adamax(p),
    "NAdam": lambda p: optim.NAdam(p, weight_decay=0.1),
    "RAdam": lambda p: optim.RAdam(p, betas=(0.9, 0.9), weight_decay=0.1, decoupled_weight_decay=True),
}
LAYERS = {
    "plain": lambda: [nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2)],
    "dropout": lambda: [nn.Linear(3, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2)],
    "batch norm": lambda: [nn.Linear(3, 8, bias=False), nn.BatchNorm1d(8), nn.Sigmoid(), nn.Linear(8, 2)],
}


def training(optimizer, layers, loss=functional.mse_loss, schedule=None):
    def make():
        model = nn.Sequential(*layers(), nn.Flatten())
        for i, p in enumerate(model.parameters()):
            p.data = np.random.default_rng(i).normal(size=p.shape) / 3
        for part in model.modules():
            if isinstance(part, nn.Dropout):
                part.generator = np.random.default_rng(7)
        trained = optimizer(model.parameters())
        schedules = [] if schedule is None else [schedule(trained)]

        def step(x, y):
            trained.zero_grad()
            value = loss(model(x), y)
            value.backward()
            trained.step()
            return value

        state = dict([*model.named_parameters(), *model.named_buffers()])
        return step, {**state, "model": model, "optimizer": trained, "schedules": schedules}

    return make


class Pair(Twins):
    def same(self, exact=False):
        for state in (self.state, self.captured_state):
            state["moments"] = state["optimizer"].state_dict()
        others = {"model", "optimizer", "schedules"}
        hidden = {name: (self.state.pop(name), self.captured_state.pop(name)) for name in others}
        super().same(exact)
        for name, (mine, its) in hidden.items():
            self.state[name], self.captured_state[name] = mine, its


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_training(optimizer, layers):
    both = Pair(training(optimizer, layers))
    for _ in range(6):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
    replays(both.captured, r.normal(size=(5, 3)), r.normal(size=(5, 2)))


@pytest.mark.parametrize("optimizer", OTHERS.values(), ids=OTHERS)
def test_other_optimizers(optimizer):
    both = Pair(training(optimizer, LAYERS["plain"]))
    for _ in range(7):  # RAdam changes over, ASGD begins to average
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
    assert len(both.captured._programs) <= 3
    replays(both.captured, r.normal(size=(5, 3)), r.normal(size=(5, 2)))


def test_a_schedule_is_followed_without_recording_each_time():
    both = Pair(training(OPTIMIZERS["Adam"], LAYERS["plain"], schedule=lambda o: optim.StepLR(o, 2, 0.5)))
    for _ in range(8):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
        for state in (both.state, both.captured_state):
            state["schedules"][0].step()
    assert len(both.captured._programs) == 2


def test_training_and_evaluation_have_programs_of_their_own():
    both = Pair(training(OPTIMIZERS["SGD"], LAYERS["batch norm"]))
    for mode in (True, True, False, True, False, True, False, True, False):
        for state in (both.state, both.captured_state):
            state["model"].train(mode)
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
    programs = len(both.captured._programs)
    replays(both.captured, X, Y)
    for mode in (True, False, True):
        both.captured_state["model"].train(mode)
        replays(both.captured, X, Y)
    assert programs <= 4


@pytest.mark.parametrize(
    ("loss", "target"),
    [
        (lambda z, y: functional.binary_cross_entropy(z.sigmoid(), y), lambda: r.integers(0, 2, (5, 2)).astype(float)),
        (functional.binary_cross_entropy_with_logits, lambda: r.uniform(size=(5, 2))),
        (functional.cross_entropy, lambda: r.integers(0, 2, 5)),
    ],
    ids=["sigmoid and cross-entropy", "logits", "classes"],
)
def test_losses(loss, target):
    both = Pair(training(OPTIMIZERS["SGD"], LAYERS["plain"], loss))
    for _ in range(5):
        both(r.normal(size=(5, 3)), target())


def test_weights_loaded_and_frozen_in_between():
    both = Pair(training(OPTIMIZERS["SGD, momentum"], LAYERS["plain"]))
    x, y = r.normal(size=(5, 3)), r.normal(size=(5, 2))
    both(x, y)
    both(x, y)
    saved = {name: array + 1 for name, array in both.state["model"].state_dict().items()}
    for state in (both.state, both.captured_state):
        state["model"].load_state_dict(saved)
    both(x, y)
    for state in (both.state, both.captured_state):
        state["0.bias"].requires_grad = False
    both(x, y)
    both(x, y)


def test_gradients_that_are_nothing_but_rounding():
    """The bias before a batch norm has the gradient 0, up to rounding, which no two orders of adding up share."""

    def make():
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))
        for i, p in enumerate(model.parameters()):
            p.data = np.random.default_rng(i).normal(size=p.shape)
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

        def step(x):
            optimizer.zero_grad()
            loss = np.mean(model(x) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return step, {}

    both = Twins(make)
    for i in range(6):
        both(np.random.default_rng(i).normal(size=(8, 3)))


def test_a_cosine_schedule_inside_the_step():
    """It takes a cosine, of `math`, of a number that counts."""

    def make():
        step, state = training(OPTIMIZERS["SGD"], LAYERS["plain"], schedule=lambda o: optim.CosineAnnealingLR(o, 30))()

        (schedule,) = state["schedules"]

        def scheduled(x, y):
            value = step(x, y)
            schedule.step()
            return value

        return scheduled, state

    both = Pair(make)
    for _ in range(12):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
        rates = [state["optimizer"].param_groups[0]["lr"] for state in (both.state, both.captured_state)]
        assert rates[0] == pytest.approx(rates[1], rel=1e-12)
        assert type(rates[0]) is type(rates[1])
    replays(both.captured, r.normal(size=(5, 3)), r.normal(size=(5, 2)))


def test_batch_norm_without_momentum():
    """All batches count alike: the mean over them."""
    both = Pair(training(OPTIMIZERS["SGD"], lambda: [nn.Linear(3, 8), nn.BatchNorm1d(8, momentum=None), nn.Linear(8, 2)]))
    for _ in range(6):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
    replays(both.captured, r.normal(size=(5, 3)), r.normal(size=(5, 2)))


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_gradient_of_one_weight_alone_lies_as_the_weight_does(order):
    def make():
        w = nn.Parameter(np.asarray(np.random.default_rng(1).normal(size=(70, 80)), order=order))
        optimizer = optim.SGD([w], lr=0.1)

        def step(x):
            optimizer.zero_grad()
            loss = np.mean(np.tanh(functional.linear(x, w)) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return step, {"w": w}

    both = Twins(make, passes=tuple(one for one in PASSES if one is not turn))
    for _ in range(4):
        both(r.normal(size=(9, 80)))
    for state in (both.state, both.captured_state):
        assert state["w"].data.flags[f"{order}_CONTIGUOUS"]
        assert state["w"].grad.flags[f"{order}_CONTIGUOUS"]


@pytest.mark.parametrize("seed", range(3))
def test_a_gradient_that_is_a_small_difference_of_large_numbers(seed):
    """The scale of a layer norm before a batch norm: two orders of adding up differ in what is left of it."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(8, 4)), rng.normal(size=(8, 4))

    def make():
        model = nn.Sequential(nn.Linear(4, 4, generator=seed), nn.LayerNorm(4), nn.BatchNorm1d(4, affine=False))

        def step(x, y):
            model.zero_grad()
            loss = functional.mse_loss(model(x), y)
            loss.backward()
            return loss.detach()

        return step, {}

    twins = Twins(make)
    for k in range(5):
        twins(x + k / 10, y)
    replays(twins.captured, x, y)
