"""Learning rate schedules, closures and averages of weights, inside and between captured steps."""

import numpy as np
import pytest

import nn
from autograd_core import capture, errors
from nn import optim
from nn.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from tests.capture.common import Twins, replays
from tests.capture.test_nn import LAYERS, Pair, training

r = np.random.default_rng(0)
X, Y = r.normal(size=(5, 3)), r.normal(size=(5, 2))
SCHEDULES = {
    "LambdaLR": lambda o: LambdaLR(o, lambda n: 0.9**n),
    "MultiplicativeLR": lambda o: MultiplicativeLR(o, lambda n: 0.9),
    "StepLR": lambda o: StepLR(o, 3, 0.5),
    "MultiStepLR": lambda o: MultiStepLR(o, [2, 5], 0.5),
    "ConstantLR": lambda o: ConstantLR(o, total_iters=4),
    "LinearLR": lambda o: LinearLR(o, total_iters=4),
    "PolynomialLR": lambda o: PolynomialLR(o, 20),
    "CosineAnnealingWarmRestarts": lambda o: CosineAnnealingWarmRestarts(o, 3, 2),
    "CyclicLR": lambda o: CyclicLR(o, 0.01, 0.1, 4, mode="triangular2"),
    "OneCycleLR": lambda o: OneCycleLR(o, 0.1, 100),
    "SequentialLR": lambda o: SequentialLR(o, [LinearLR(o, total_iters=3), ExponentialLR(o, 0.9)], [3]),
    "ChainedScheduler": lambda o: ChainedScheduler([LinearLR(o, total_iters=3), ExponentialLR(o, 0.9)]),
    "SWALR": lambda o: optim.swa_utils.SWALR(o, 0.05, 5),
    "ReduceLROnPlateau": lambda o: ReduceLROnPlateau(o, patience=1),
}


def advance(schedule, loss):
    if isinstance(schedule, ReduceLROnPlateau):
        schedule.step(loss)
    else:
        schedule.step()


def group_of(state):
    return state["optimizer"].param_groups[0]


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "between"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name, inside):
    def make():
        step, state = training(lambda p: optim.Adam(p, lr=0.1), LAYERS["plain"], schedule=SCHEDULES[name])()
        (schedule,) = state["schedules"]

        def scheduled(x, y):
            loss = step(x, y)
            advance(schedule, loss)
            return loss

        return scheduled if inside else step, state

    both = Pair(make)
    seen = set()
    for k in range(10):
        loss = both(r.normal(size=(5, 3)) + k, r.normal(size=(5, 2)))
        if not inside:
            for state in (both.state, both.captured_state):
                advance(state["schedules"][0], loss)
        expected, found = group_of(both.state), group_of(both.captured_state)
        assert found["lr"] == pytest.approx(expected["lr"], rel=1e-12)
        assert found["betas"][0] == pytest.approx(expected["betas"][0], rel=1e-12)
        assert type(found["lr"]) is type(expected["lr"])
        seen.add(found["lr"])
    assert len(seen) > 1
    assert len(both.captured._programs) <= 5


def test_a_rate_beside_a_mask_that_nn_keeps():
    """The causal mask is in a cache of nn's, which no rate can be in: one program reads each new rate."""
    layer = nn.Linear(4, 4)
    optimizer = optim.SGD(layer.parameters(), lr=0.1)
    schedule = ExponentialLR(optimizer, 0.9)

    @capture
    def step(x):
        optimizer.zero_grad()
        q = layer(x)
        loss = np.mean(nn.functional.scaled_dot_product_attention(q, q, q, is_causal=True) ** 2)
        loss.backward()
        optimizer.step()
        return loss

    for _ in range(8):
        step(r.normal(size=(3, 4)))
        schedule.step()
    assert len(step._programs) <= 2


def test_a_closure_inside_a_step():
    def make():
        _, state = training(lambda p: optim.SGD(p, lr=0.1), LAYERS["plain"])()
        model, trained = state["model"], state["optimizer"]

        def with_closure(x, y):
            def closure():
                trained.zero_grad()
                loss = nn.functional.mse_loss(model(x), y)
                loss.backward()
                return loss

            return trained.step(closure)

        return with_closure, state

    both = Pair(make)
    for _ in range(4):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
    replays(both.captured, X, Y)


def test_gradients_set_to_zero_in_place():
    def make():
        _, state = training(lambda p: optim.SGD(p, lr=0.1), LAYERS["plain"])()
        model, trained = state["model"], state["optimizer"]

        def zeroed(x, y):
            trained.zero_grad(set_to_none=False)
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            trained.step()
            return loss

        return zeroed, state

    both = Pair(make)
    for _ in range(5):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
    replays(both.captured, X, Y)


def test_lbfgs_is_refused_by_name_and_takes_a_captured_closure():
    model = nn.Linear(3, 2, generator=0)
    start = model.state_dict()

    def closure():
        trained.zero_grad()
        loss = nn.functional.mse_loss(model(X), Y)
        loss.backward()
        return loss.detach()

    for options, words in (
        ({}, r"puts another tuple into trained\.state"),
        ({"tolerance_grad": 1e9}, "LBFGS.step, .* capture the closure"),  # makes no step, and so leaves no history
    ):
        trained = optim.LBFGS(model.parameters(), max_iter=5, **options)
        whole = capture(lambda: trained.step(closure), strict=True)  # noqa: B023
        with pytest.raises(errors.CaptureError, match=words):  # noqa: PT012 the first call runs as it is
            whole()
            whole()
    losses = []
    for function in (closure, capture(closure, strict=True)):
        model.load_state_dict(start)
        trained = optim.LBFGS(model.parameters(), max_iter=5)
        losses.append([trained.step(function).item() for _ in range(3)])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-9)
    assert losses[0][2] < losses[0][0]


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "between"])
def test_averaged_weights(inside):
    def make():
        step, state = training(lambda p: optim.SGD(p, lr=0.1), LAYERS["plain"])()
        average = optim.swa_utils.AveragedModel(state["model"], avg_fn=optim.swa_utils.get_ema_avg_fn(0.5))

        def averaged(x, y):
            loss = step(x, y)
            average.update_parameters(state["model"])
            return loss

        kept = {f"average of {name}": p for name, p in average.named_parameters()}
        return averaged if inside else step, {**state, **kept, "average": average}

    both = Twins(make)
    hidden = ("model", "optimizer", "schedules", "average")
    others = [{name: state.pop(name) for name in hidden} for state in (both.state, both.captured_state)]
    for _ in range(6):
        both(r.normal(size=(5, 3)), r.normal(size=(5, 2)))
        if not inside:
            for one in others:
                one["average"].update_parameters(one["model"])
            both.same()
    first = both.state["average of module.0.weight"].data
    assert not np.allclose(first, both.state["0.weight"].data)
