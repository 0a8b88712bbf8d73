"""detect_anomaly finds the first NaN, forward or backward; errors in backward rules say where they come from."""

import re

import numpy as np
import pytest

from autograd_core import Tensor, detect_anomaly, grad, primitive, vjp
from autograd_core.errors import AnomalyError, AutogradError

HERE = re.escape(__file__)


@pytest.fixture(autouse=True)
def quiet_numpy():
    with np.errstate(all="ignore"):
        yield


@pytest.fixture
def x():
    return Tensor([1.0, 0.0, -1.0], requires_grad=True)


@primitive("x | NaN", x=lambda g: g * np.nan)
def nan_backward(x):
    return x * 1


@primitive("x | ∞", x=lambda g: g * np.inf)
def infinite_backward(x):
    return x * 1


def test_the_first_nan_forward_is_named_with_operation_index_and_line(x):
    with detect_anomaly():
        y = np.exp(x)
        with pytest.raises(
            AnomalyError, match=rf"log made a NaN at index \(2,\) of shape \(3,\) \({HERE}:\d+: np\.log\(x\)  # here\)"
        ) as caught:
            np.log(x)  # here
    assert isinstance(caught.value, FloatingPointError)
    assert isinstance(caught.value, AutogradError)
    (y * 2).sum().backward()


FORWARD = {
    "operator": ("divide", lambda x: x / x),
    "reflected operator": ("divide", lambda x: 0.0 / x),
    "method": ("log", lambda x: x.log()),
    "ufunc": ("sqrt", lambda x: np.sqrt(x)),
    "function": ("sum", lambda x: np.sum(x * 1, initial=np.nan)),
    "reduction method": ("sum", lambda x: x.__mul__([np.inf, 1, np.inf]).sum()),
    "indexing": ("getitem", lambda x: x.__mul__(1)[0] if x.data.fill(np.nan) else x[0]),
    "assignment": ("setitem", lambda x: (x * 1).__setitem__(0, np.nan)),
}


@pytest.mark.parametrize("case", FORWARD)
def test_a_nan_forward_is_found_wherever_it_is_made(x, case):
    name, run = FORWARD[case]
    with detect_anomaly(), pytest.raises(AnomalyError, match=f"{name} made a NaN at index .*{HERE}"):
        run(x)


def test_the_first_nan_backward_is_named(x):
    with detect_anomaly():
        y = nan_backward(x)  # made here
        z = (y * 2).sum()
        with pytest.raises(
            AnomalyError, match=r"the derivative of nan_backward sent a NaN at index \(0,\) of shape \(3,\)"
        ) as caught:
            z.backward()
    assert re.search(rf"\({HERE}:\d+: y = nan_backward\(x\)  # made here\)", str(caught.value))
    assert x.grad is None


def test_backward_of_functions_of_functions_is_searched_too():
    with detect_anomaly(), pytest.raises(AnomalyError, match="the derivative of nan_backward sent a NaN"):
        grad(lambda v: np.sum(nan_backward(v)))(np.ones(2))
    with detect_anomaly(), pytest.raises(AnomalyError, match="NaN"):
        vjp(nan_backward, np.ones(2))[1](np.ones(2))


def test_a_recorded_backward_pass_is_searched_too(x):
    with detect_anomaly(), pytest.raises(AnomalyError, match="NaN"):
        nan_backward(x).sum().backward(create_graph=True)


def test_infinities_only_where_asked_for(x):
    with detect_anomaly():
        y = (1 / x) * 1
        infinite_backward(x).sum().backward()
    assert np.isinf(y.numpy()).any()
    with detect_anomaly(check_inf=True), pytest.raises(AnomalyError, match=r"divide made an infinity at index \(1,\)"):
        1 / x
    with (
        detect_anomaly(check_inf=True),
        pytest.raises(AnomalyError, match="the derivative of infinite_backward sent an infinity"),
    ):
        infinite_backward(x).sum().backward()
    with detect_anomaly(check_nan=False):
        assert np.isnan((x / x).numpy()).any()


def test_scalars_and_integers_are_looked_at_too():
    s = Tensor(0.0, requires_grad=True)
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"divide made a NaN at index \(\) of shape \(\)"):
        s / s
    with detect_anomaly():
        assert (Tensor([1, 2]) * 2).tolist() == [2, 4]


def test_nothing_is_searched_outside(x):
    y = nan_backward(x / x)
    y.sum().backward()
    assert np.isnan(x.grad).all()


def test_as_a_decorator_it_keeps_its_settings(x):
    @detect_anomaly(check_inf=True)
    def f():
        return 1 / x

    with pytest.raises(AnomalyError, match="divide made an infinity"):
        f()


# Errors in rules


def failing(error):
    def rule(g):
        raise error

    @primitive("x | fails", x=rule)
    def fails(x):
        return x * 1

    return fails


class CustomError(Exception):
    pass


@pytest.mark.parametrize("error", [ValueError("why"), CustomError("why"), ZeroDivisionError("why")], ids=repr)
def test_an_error_in_a_rule_keeps_its_type_and_says_where(x, error):
    y = failing(error)(x * 2).sum()
    with pytest.raises(type(error), match="why") as caught:
        y.backward()
    assert caught.value is error
    (note,) = caught.value.__notes__
    assert note == "in the backward pass of fails, argument x; run inside autograd_core.detect_anomaly() to see the line"


def test_inside_detect_anomaly_the_note_has_the_line(x):
    fails = failing(ValueError("why"))
    with detect_anomaly():
        y = fails(x)  # the line
        with pytest.raises(ValueError, match="why") as caught:
            y.sum().backward()
    (note,) = caught.value.__notes__
    assert note.startswith(f"in the backward pass of fails, argument x ({__file__}:")
    assert note.endswith("y = fails(x)  # the line)")


def test_the_note_names_the_argument():
    @primitive(a=lambda g, b: g * b, b=lambda g, a: g * a.missing)
    def product(a, b):
        return a * b

    a, b = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    with pytest.raises(AttributeError, match="missing") as caught:
        product(a, b).backward()
    assert "in the backward pass of product, argument b" in caught.value.__notes__[0]


def test_a_rule_that_returns_the_wrong_thing_is_named(x):
    wrong_shape = primitive("x | wrong", x=lambda g: np.ones(5))(lambda x: x * 1)
    nothing = primitive("x | wrong", x=lambda g: None)(lambda x: x * 1)
    with pytest.raises(ValueError, match=r"the rule must return a gradient of shape \(3,\), that of its operand.*got \(5,\)"):
        wrong_shape(x).sum().backward()
    with pytest.raises(RuntimeError, match=r"the rule must return an array of shape \(3,\), got NoneType"):
        nothing(x).sum().backward()


def test_a_second_pass_names_the_line(x):
    with detect_anomaly():
        y = np.exp(x).sum()  # summed here
        y.backward()
        with pytest.raises(RuntimeError, match="second pass through the graph of sum"):
            y.backward()
        h = np.exp(x)  # the line
        h.sum().backward()
        with pytest.raises(RuntimeError, match=rf"graph of exp \({HERE}:\d+: h = np\.exp\(x\)  # the line\)"):
            (h * 2).sum().backward()
