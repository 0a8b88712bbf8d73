"""Optimizers beyond their numbers: what they take, keep, warn of and refuse. Their paths are in test_optim_parity.py."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Tensor, errors, no_grad
from nn import optim

KINDS = [optim.SGD, optim.ASGD, optim.Rprop, optim.Adagrad, optim.RMSprop, optim.Adadelta, optim.Adam, optim.AdamW, optim.Adamax,
         optim.NAdam, optim.RAdam]  # fmt: skip


def parameter(*values, name=None, dtype=float):
    return Tensor(np.array(values, dtype), requires_grad=True, name=name)


def lower(optimizer, *parameters, steps=1):
    """Steps down the sum of squares."""
    for _ in range(steps):
        optimizer.zero_grad()
        for p in parameters:
            np.sum(np.abs(p) ** 2).backward()
        optimizer.step()


# What parameters may be


def test_any_iterable_is_taken_and_a_generator_once():
    p, q = parameter(1.0), parameter(2.0)
    optimizer = optim.SGD((one for one in (p, q)), lr=0.25)
    lower(optimizer, p, q, steps=2)
    np.testing.assert_array_equal([p.data, q.data], [[0.25], [0.5]])


MISTAKES = {
    "no parameters": (lambda: optim.SGD([]), ValueError, "SGD: there are no parameters; if they came from a generator"),
    "none in a group": (lambda: optim.SGD([{"params": []}]), ValueError, "there are no parameters"),
    "a Tensor": (
        lambda: optim.Adam(parameter(1.0)),
        TypeError,
        r"Adam: params must be Tensors in an iterable, got one Tensor; write \[…\]",
    ),
    "a Module": (lambda: optim.Adam(nn.Linear(1, 1)), TypeError, r"got one Linear; write model\.parameters\(\)"),
    "an array": (lambda: optim.SGD([parameter(1.0), np.ones(2)]), TypeError, "parameter 1 must be a Tensor, got ndarray"),
    "names": (lambda: optim.SGD(nn.Linear(1, 1).named_parameters()), TypeError, "parameter 0 must be a Tensor, got tuple"),
    "frozen": (
        lambda: optim.SGD([Tensor(np.ones(2), name="w")]),
        ValueError,
        r"'w' of shape \(2,\) does not require a gradient.* leave it out",
    ),
    "a result": (lambda: optim.SGD([parameter(1.0) * 2]), ValueError, r"0 of shape \(1,\) is the result of an operation"),
    "twice": (lambda: optim.SGD([W, W]), ValueError, r"parameter 1 of shape \(1,\) is there twice"),
    "twice in groups": (lambda: optim.SGD([{"params": [W]}, {"params": W}]), ValueError, "is there twice"),
    "an option misspelt": (
        lambda: optim.SGD([{"params": W, "momentun": 0.9}]),
        ValueError,
        "did you mean 'momentum'",
    ),
    "an unknown option": (lambda: optim.SGD([{"params": W, "beta": 0.9}]), ValueError, "'beta'; there are lr, momentum"),
    "a group without params": (lambda: optim.SGD([W]).add_param_group({"lr": 1}), TypeError, 'must be a dict with "params"'),
    "lr": (lambda: optim.SGD([W], lr=-1), ValueError, "SGD: lr must be at least 0, got -1"),
    "lr NaN": (lambda: optim.Adam([W], lr=float("nan")), ValueError, "Adam: lr must be at least 0, got nan"),
    "lr of a group": (lambda: optim.SGD([{"params": W, "lr": -1}]), ValueError, "lr must be at least 0"),
    "betas": (
        lambda: optim.Adam([W], betas=(0.9, 1.0)),
        ValueError,
        r"betas must be at least 0 and less than 1, got \(0",
    ),
    "one beta": (lambda: optim.AdamW([W], betas=(0.9,)), ValueError, "AdamW: betas must be two numbers"),
    "nesterov": (lambda: optim.SGD([W], nesterov=True), ValueError, "nesterov needs a momentum above 0, and no dampening"),
    "eps": (lambda: optim.RMSprop([W], eps=-1), ValueError, "eps must be at least 0"),
    "rho": (lambda: optim.Adadelta([W], rho=1.5), ValueError, "Adadelta: rho must be from 0 to 1, got 1.5"),
    "etas": (lambda: optim.Rprop([W], etas=(1.2, 0.5)), ValueError, "a number between 0 and 1 and one above 1"),
    "sizes": (lambda: optim.Rprop([W], step_sizes=(1,)), ValueError, "Rprop: step_sizes must be two numbers"),
    "closure": (lambda: optim.SGD([W]).step(3), TypeError, "closure must be a function that returns the loss, got int"),
    "a schedule of nothing": (lambda: optim.StepLR(W, 1), TypeError, "StepLR: expected an optimizer, got Tensor"),
    "step_size": (lambda: optim.StepLR(optim.SGD([W]), 0), ValueError, "step_size must be at least 1, got 0"),
    "T_max": (lambda: optim.CosineAnnealingLR(optim.SGD([W]), 0), ValueError, "T_max must be at least 1, got 0"),
}
W = parameter(1.0)


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run()


def test_a_group_that_is_refused_is_not_added():
    optimizer = optim.SGD([W])
    with pytest.raises(ValueError, match="lr must be"):
        optimizer.add_param_group({"params": parameter(2.0), "lr": -1})
    assert len(optimizer.param_groups) == 1


def test_groups_have_options_of_their_own():
    p, q = parameter(1.0), parameter(1.0)
    optimizer = optim.SGD([{"params": [p]}], lr=0.25)
    optimizer.add_param_group({"params": q, "lr": 0.125})
    lower(optimizer, p, q)
    np.testing.assert_array_equal([p.data, q.data], [[0.5], [0.75]])
    optimizer.param_groups[0]["lr"] = 0.5  # read at every step
    lower(optimizer, p, q)
    np.testing.assert_array_equal([p.data, q.data], [[0.0], [0.5625]])


# Steps


def test_a_step_without_any_gradient_warns_once():
    optimizer = optim.Adam([parameter(1.0, name="bias"), parameter(1.0, 2.0)])
    with pytest.warns(UserWarning, match=r"Adam.step\(\) did nothing.*: 'bias' of shape \(1,\), 1 of shape \(2,\)\. Call"):
        optimizer.step()
    optimizer.step()
    assert optimizer.state == {}


def test_a_parameter_without_a_gradient_stays():
    p, q = parameter(1.0), parameter(1.0)
    lower(optim.Adam([p, q], weight_decay=0.1), p)
    assert q.data == 1
    assert p.data != 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_backward_pass_is_noticed(kind):
    p = parameter(1.0)
    loss = np.sum(p * p)
    loss.backward(retain_graph=True)
    optimizer = kind([p])
    optimizer.step()
    with pytest.raises(errors.GraphError, match=r"was changed after multiply had saved"):
        loss.backward()


@pytest.mark.parametrize("kind", KINDS)
def test_the_array_of_a_parameter_stays_the_same_one(kind):
    p = parameter(1.0, 2.0)
    array = p.data
    lower(kind([p]), p)
    assert p.data is array
    assert array[0] != 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("block", [2**17, 5])
@pytest.mark.parametrize("dtype", [float, complex])
def test_the_order_in_memory_does_not_matter(kind, block, dtype, monkeypatch, rng):
    monkeypatch.setattr("nn.optim.blocks.BLOCK", block)
    value = rng.standard_normal((3, 4)).astype(dtype)
    p, q = (Tensor(value, requires_grad=True) for _ in range(2))
    q.data = np.asfortranarray(value)
    assert not q.data.flags.c_contiguous
    options = {"momentum": 0.5} if kind in (optim.SGD, optim.RMSprop) else {}
    one, other = kind([p], **options), kind([q], **options)
    lower(one, p, steps=2)
    lower(other, q, steps=2)
    other.load_state_dict(other.state_dict())
    lower(one, p)
    lower(other, q)
    np.testing.assert_allclose(p.data, q.data, rtol=1e-14)


def test_complex_parameters_go_down():
    target = 1 - 2j
    z = Tensor(0j, requires_grad=True)
    optimizer = optim.SGD([z], lr=0.25)
    for _ in range(60):
        optimizer.zero_grad()
        (np.abs(z - target) ** 2).backward()
        optimizer.step()
    np.testing.assert_allclose(z.data, target)


def test_gradients_that_are_tensors_themselves():
    p = parameter(3.0)
    optimizer = optim.SGD([p], lr=0.5)
    np.sum(p * p).backward(create_graph=True)
    optimizer.step()
    assert p.data == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_closure_is_called_once_and_recorded_under_no_grad(kind):
    p = parameter(1.0, 2.0)
    optimizer = kind([p])
    calls = []

    def closure():
        optimizer.zero_grad()
        loss = np.sum(p * p)
        loss.backward()
        calls.append(loss)
        return loss

    with no_grad():
        assert optimizer.step(closure) is calls[0]
    assert len(calls) == 1
    assert p.data[0] < 1
    assert optimizer.step() is None


def test_gradients_are_forgotten_or_set_to_zero():
    p, q = parameter(1.0), parameter(2.0)
    optimizer = optim.SGD([p, q])
    np.sum(p * p).backward()
    gradient = p.grad
    optimizer.zero_grad(set_to_none=False)
    assert p.grad is gradient
    assert (p.grad[0], q.grad) == (0, None)
    np.sum(p * p).backward(create_graph=True)
    optimizer.zero_grad(set_to_none=False)
    assert not isinstance(p.grad, Tensor)
    assert p.grad[0] == 0
    optimizer.zero_grad()
    assert p.grad is None


def test_asgd_keeps_the_mean_of_where_it_was():
    p = parameter(4.0)
    optimizer = optim.ASGD([p], lr=0.25, lambd=0, t0=0)
    places = []
    for _ in range(5):
        lower(optimizer, p)
        places.append(p.data[0])
    np.testing.assert_allclose(optimizer.state[p]["ax"], np.mean(places[1:]))  # μ is 1 in the first two steps


def test_centered_rmsprop_survives_gradients_that_stay_the_same():
    p = parameter(1.0, dtype=np.float32)
    optimizer = optim.RMSprop([p], alpha=0.5, centered=True, lr=1e-12)
    for _ in range(200):
        p.grad = np.array([0.3], np.float32)
        optimizer.step()
    assert np.isfinite(p.data).all()


def test_an_optimizer_of_ones_own():
    class SignDescent(optim.Optimizer):
        def __init__(self, params, lr=0.1):
            super().__init__(params, lr=lr)

        def update(self, p, g, state, group, s, t):
            t = np.sign(g, out=t)
            t *= group["lr"]
            p -= t

    p = parameter(1.0, -2.0)
    lower(SignDescent([p], lr=0.5), p)
    np.testing.assert_array_equal(p.data, [0.5, -1.5])
    with pytest.raises(NotImplementedError, match="Optimizer has no method update"):
        lower(optim.Optimizer([p]), p)


# State


@pytest.mark.parametrize("kind", KINDS)
def test_training_goes_on_from_a_state(kind):
    options = {"momentum": 0.5} if kind in (optim.SGD, optim.RMSprop) else {}
    p, q = parameter(1.0, 2.0), parameter(3.0)
    first = kind([{"params": [p], "lr": 0.01}, {"params": [q]}], **options)
    lower(first, p, q, steps=3)
    state = copy.deepcopy(first.state_dict())
    p2, q2 = parameter(*p.data), parameter(*q.data)
    second = kind([{"params": [p2]}, {"params": [q2]}], **options)
    second.load_state_dict(first.state_dict())
    lower(second, p2, q2, steps=3)  # must not reach into the first one
    np.testing.assert_equal(first.state_dict(), state)
    lower(first, p, q, steps=3)
    np.testing.assert_array_equal([*p.data, *q.data], [*p2.data, *q2.data])


@pytest.mark.parametrize("make_copy", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_copies_train_on_their_own(make_copy):
    p = parameter(1.0, 2.0)
    optimizer = optim.Adam([p])
    lower(optimizer, p)
    p2, other = make_copy((p, optimizer))
    assert other.param_groups[0]["params"][0] is p2
    before = p.data.copy()
    lower(other, p2)
    np.testing.assert_array_equal(p.data, before)
    lower(optimizer, p)
    np.testing.assert_array_equal(p.data, p2.data)


def test_a_state_of_pytorch_is_taken(request):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.set_default_dtype(torch.float64)  # in which it keeps numbers such as mu_product
    request.addfinalizer(lambda: torch.set_default_dtype(torch.float32))
    for name, options in [
        ("Adam", {"amsgrad": True}),
        ("SGD", {"momentum": 0.9, "dampening": 0.5}),
        ("RMSprop", {"centered": True}),
        ("NAdam", {}),
        ("ASGD", {"t0": 1}),
        ("Rprop", {}),
    ]:
        theirs_p = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
        theirs = getattr(torch.optim, name)([theirs_p], lr=0.1, **options)

        def step(p, optimizer):
            optimizer.zero_grad()
            (p * p).sum().backward()
            optimizer.step()

        step(theirs_p, theirs)
        p = parameter(*theirs_p.tolist())
        ours = getattr(optim, name)([p])
        ours.load_state_dict(theirs.state_dict())
        for _ in range(3):
            step(theirs_p, theirs)
            step(p, ours)
        np.testing.assert_allclose(p.data, theirs_p.detach().numpy(), rtol=1e-12, err_msg=name)


def changed(state, change):
    change(state)
    return state


STATES = {
    "groups": (
        lambda s: s["param_groups"].append(s["param_groups"][0]),
        r"groups here have \[2\] .* the state \[2, 2\]",
    ),
    "shape": (
        lambda s: s["state"][1].update(exp_avg=np.ones(3)),
        r"1 of shape \(1,\): exp_avg has shape \(3,\)",
    ),
    "arrays": (lambda s: s["state"][1].pop("exp_avg"), r"needs \['exp_avg', 'exp_avg_sq'\], the state has \['exp_avg_sq'\]"),
    "options": (lambda s: s["param_groups"][0].pop("betas"), "the state has no option 'betas'; it is of another optimizer"),
    "range": (lambda s: s["param_groups"][0].update(lr=-1), "lr must be at least 0"),
}


@pytest.mark.parametrize("case", STATES)
def test_states_that_do_not_fit_change_nothing(case):
    change, words = STATES[case]
    p, q = parameter(1.0, 2.0), parameter(3.0)
    optimizer = optim.Adam([p, q], lr=0.1)
    lower(optimizer, p, q)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=words):
        optimizer.load_state_dict(changed(optim.Adam.state_dict(optimizer), change))
    np.testing.assert_equal(optimizer.state_dict(), before)


def test_a_state_of_another_optimizer():
    p = parameter(1.0)
    with pytest.raises(ValueError, match="it is of another optimizer"):
        optim.Adam([p]).load_state_dict(optim.SGD([p]).state_dict())


def test_repr_shows_the_options():
    assert repr(optim.StepLR) == "<class 'nn.optim.lr_scheduler.factors.StepLR'>"
    assert repr(optim.Adagrad([W], lr=0.5)).startswith("Adagrad(lr=0.5, lr_decay=0, ")


# Schedules and clipping


def test_a_schedule_goes_on_from_its_state():
    def made():
        optimizer = optim.SGD([parameter(1.0)], lr=0.5)
        return optimizer, optim.CosineAnnealingLR(optimizer, T_max=7)

    (one, schedule), (other, second) = made(), made()
    for _ in range(3):
        schedule.step()
    second.load_state_dict(schedule.state_dict())
    other.load_state_dict(one.state_dict())
    for _ in range(6):
        schedule.step()
        second.step()
    assert second.get_last_lr() == schedule.get_last_lr() != [0.5]
    with pytest.raises(ValueError, match="the state has no 'gamma'; it is of another schedule"):
        optim.StepLR(one, 3).load_state_dict(schedule.state_dict())
    with pytest.raises(ValueError, match="the optimizer has 1 groups, the state is of 2"):
        second.load_state_dict({**schedule.state_dict(), "base_lrs": [1, 2]})


def test_schedules_work_together():
    optimizer = optim.SGD([parameter(1.0)], lr=1.0)
    schedules = optim.StepLR(optimizer, 2, gamma=0.5), optim.ExponentialLR(optimizer, gamma=0.1)
    for _ in range(2):
        for schedule in schedules:
            schedule.step()
    np.testing.assert_allclose(schedules[0].get_last_lr(), [0.005])


def test_clipping_by_value():
    p, q = parameter(1.0, 2.0), parameter(1.0)
    p.grad = np.array([-3.0, 0.5])
    optim.clip_grad_value_([p, q], 1.0)
    np.testing.assert_array_equal(p.grad, [-1.0, 0.5])
    assert q.grad is None


def test_clipping_where_squares_overflow():
    p = parameter(1.0, 1.0, dtype=np.float32)
    p.grad = np.array([3e30, 4e30], np.float32)
    np.testing.assert_allclose(optim.clip_grad_norm_(p, 1.0), 5e30, rtol=1e-6)
    np.testing.assert_allclose(p.grad, [0.6, 0.8], rtol=1e-6)


def test_clipping_of_nothing_and_of_what_is_not_finite():
    p = parameter(1.0)
    assert optim.clip_grad_norm_([p], 1.0) == 0
    p.grad = np.array([np.inf])
    with pytest.raises(FloatingPointError, match="the norm of the gradients is inf; search with detect_anomaly"):
        optim.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)


def test_clipping_of_gradients_that_are_tensors_stays_in_the_graph():
    p = parameter(3.0)
    np.sum(p**3).backward(create_graph=True)
    optim.clip_grad_norm_([p], 1.0)
    np.testing.assert_allclose(p.grad.data, [1.0], rtol=1e-6)
    assert p.grad.requires_grad


def test_a_group_added_later_has_its_schedule_too():
    first, second = (Tensor([1.0], requires_grad=True) for _ in range(2))
    optimizer = nn.optim.SGD([first], lr=0.1)
    schedule = nn.optim.StepLR(optimizer, step_size=1, gamma=0.5)
    optimizer.add_param_group({"params": [second], "lr": 0.3})
    schedule.step()
    assert schedule.get_last_lr() == [0.05, 0.15]


@pytest.mark.parametrize("size", [(3, 4), (700, 300), (3, 4, 5), (60, 70, 80)])
@pytest.mark.parametrize("make", [lambda p: optim.Adam(p, lr=0.1), lambda p: optim.SGD(p, lr=0.1, momentum=0.9)])
def test_parameters_in_other_orders_in_memory(make, size):
    """In C's order, Fortran's, or one that is neither, changed on the way: the same steps."""
    r = np.random.default_rng(0)
    start, grads = r.normal(size=size), r.normal(size=(4, *size))
    orders = ["C", "F", "A", "A"]
    found = []
    for changed in (False, True):
        p = nn.Parameter(start)
        optimizer = make([p])
        for order, g in zip(orders, grads, strict=True):
            if changed:
                p.data = p.data.copy(order) if order != "A" else np.moveaxis(np.moveaxis(p.data, 0, 1).copy(), 1, 0)
            p.grad = g.copy("F") if changed else g
            optimizer.step()
        found.append(p.data)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-12, atol=1e-12)
