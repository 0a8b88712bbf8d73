"""LBFGS beyond PyTorch's numbers, which are in test_optim_parity.py: what it finds, its state, and what it refuses."""

import copy

import numpy as np
import pytest

import nn
from nn import optim


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def closure_of(optimizer, p):
    def closure():
        optimizer.zero_grad()
        loss = rosenbrock(p)
        loss.backward()
        return loss

    return closure


@pytest.mark.parametrize("options", [{"line_search_fn": "strong_wolfe"}, {"lr": 0.2, "max_iter": 200}], ids=["wolfe", "fixed"])
def test_it_finds_the_minimum(options):
    p = nn.Parameter([-1.5, 2.0])
    optimizer = optim.LBFGS([p], tolerance_grad=1e-10, tolerance_change=1e-16, **options)
    first = optimizer.step(closure_of(optimizer, p))
    assert first.item() == (1 + 1.5) ** 2 + 100 * (2 - 2.25) ** 2  # the loss before the steps
    for _ in range(4):
        optimizer.step(closure_of(optimizer, p))
    np.testing.assert_allclose(p.data, [1, 1], rtol=1e-6)


def test_training_goes_on_from_a_state():
    p, q = nn.Parameter([-1.5, 2.0]), nn.Parameter([0.0, 0.0])
    one, other = (optim.LBFGS([t], max_iter=4) for t in (p, q))
    one.step(closure_of(one, p))
    state = one.state_dict()
    before = copy.deepcopy(state)
    q.data = p.data
    other.load_state_dict(state)
    other.step(closure_of(other, q))
    one.step(closure_of(one, p))
    np.testing.assert_array_equal(p.data, q.data)
    np.testing.assert_equal(state, before)


def test_a_state_of_pytorch_is_taken():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    theirs_p = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.LBFGS([theirs_p], max_iter=4)
    theirs.step(closure_of(theirs, theirs_p))
    p = nn.Parameter(theirs_p.tolist())
    ours = optim.LBFGS([p])
    ours.load_state_dict(theirs.state_dict())
    ours.step(closure_of(ours, p))
    theirs.step(closure_of(theirs, theirs_p))
    np.testing.assert_allclose(p.data, theirs_p.detach().numpy(), rtol=1e-9)


def test_parameters_without_a_gradient_and_of_several_shapes_stay_in_their_arrays():
    a, b, c = nn.Parameter(np.ones((2, 2))), nn.Parameter(1.0), nn.Parameter(np.ones(3))
    arrays = [a.data, c.data]
    optimizer = optim.LBFGS([a, b, c])

    def closure():
        optimizer.zero_grad()
        loss = np.sum(a**2) + b**2
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    np.testing.assert_allclose(a.data, np.zeros((2, 2)), atol=1e-6)
    np.testing.assert_allclose(b.data, 0, atol=1e-6)
    np.testing.assert_array_equal(c.data, np.ones(3))
    assert a.data is arrays[0]
    assert c.data is arrays[1]


MISTAKES = {
    "no closure": (lambda o: o.step(), TypeError, r"LBFGS\.step needs a closure.* optimizer\.step\(closure\)"),
    "not a closure": (lambda o: o.step(3.0), TypeError, "closure must be a function that returns the loss, got float"),
    "no loss": (lambda o: o.step(lambda: None), TypeError, "the closure must return the loss, a single number, got None"),
    "losses": (lambda o: o.step(lambda: np.ones(2)), TypeError, r"a single number, got ndarray of shape \(2,\)"),
    "groups": (lambda o: o.add_param_group({"params": nn.Parameter([1.0])}), ValueError, "one group of parameters"),
    "search": (
        lambda o: optim.LBFGS([nn.Parameter(1.0)], line_search_fn="armijo"),
        ValueError,
        "None or 'strong_wolfe', got 'armijo'",
    ),
    "state": (
        lambda o: o.load_state_dict(optim.SGD([nn.Parameter(1.0)]).state_dict()),
        ValueError,
        "has no option 'history_size'; it is of another optimizer",
    ),
    "size": (
        lambda o: o.load_state_dict({**o.state_dict(), "state": {0: {"d": np.ones(3)}}}),
        ValueError,
        "the parameters have 1 elements, those of the state 3",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run(optim.LBFGS([nn.Parameter([1.0])]))
