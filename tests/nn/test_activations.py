"""Activations beyond parity: digits in the tails (mpmath), kinks and NaN as in PyTorch, what is drawn, softmax without dim."""

import mpmath
import numpy as np
import pytest

import nn
from autograd_core import Tensor, elementwise_grad
from autograd_core.errors import ShapeError
from nn import functional

mp = mpmath.mp.clone()
mp.dps = 50
EXACT = {
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "logsigmoid": lambda x: -mp.log1p(mp.exp(-x)),
    "tanhshrink": lambda x: x - mp.tanh(x),
    "softsign": lambda x: x / (1 + abs(x)),
}
TAILS = np.array([-600.0, -40.0, -3.0, -1.0, -0.99, -1e-3, -1e-9, 1e-12, 1e-5, 0.3, 0.999, 1.0, 2.5, 19.0, 37.0, 300.0, 1e6])


@pytest.mark.parametrize("name", ["mish", "logsigmoid", "tanhshrink", "softsign"])
def test_all_digits_from_tail_to_tail(name):
    function, exact = getattr(functional, name), EXACT[name]
    expected = np.array([float(exact(mp.mpf(float(x)))) for x in TAILS])
    np.testing.assert_allclose(function(TAILS), expected, rtol=2e-15)
    slopes = np.array([float(mp.diff(exact, mp.mpf(float(x)), h=mp.mpf(10) ** -20)) for x in TAILS])
    np.testing.assert_allclose(elementwise_grad(function)(TAILS), slopes, rtol=1e-14)


# (function, where, value, slope): what PyTorch 2.13 gives there
KINKS = [
    (functional.hardswish, [-3.0, 0.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.5, 1.0]),
    (functional.hardsigmoid, [-3.0, 3.0], [0.0, 1.0], [0.0, 0.0]),
    (functional.hardtanh, [-1.0, 1.0], [-1.0, 1.0], [0.0, 0.0]),
    (functional.relu6, [0.0, 6.0], [0.0, 6.0], [0.0, 0.0]),
    (functional.softshrink, [-0.5, 0.5], [0.0, 0.0], [0.0, 0.0]),
    (functional.hardshrink, [-0.5, 0.5], [0.0, 0.0], [0.0, 0.0]),
    (lambda x: functional.threshold(x, 1.0, 7.0), [1.0, 2.0], [7.0, 2.0], [0.0, 1.0]),
    (lambda x: functional.celu(x, 2.0), [0.0], [0.0], [1.0]),
    (functional.selu, [0.0], [0.0], [1.7580993408473766]),
    (lambda x: functional.prelu(x, np.array([0.25])), [0.0, -1.0], [0.0, -0.25], [0.25, 0.25]),
    (functional.softsign, [0.0], [0.0], [1.0]),
]


@pytest.mark.parametrize("case", KINKS)
def test_kinks(case):
    function, x, value, slope = case
    np.testing.assert_allclose(function(np.array(x)), value, rtol=1e-15)
    np.testing.assert_allclose(elementwise_grad(function)(np.array(x)), slope, rtol=1e-15)


ONE_BY_ONE = [
    "celu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "logsigmoid", "mish", "relu6", "selu", "softshrink", "softsign",
    "tanhshrink", "rrelu",
]  # fmt: skip


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_nan_stays_one_and_float32_stays_float32(name):
    function = getattr(functional, name)
    out = function(np.array([1.0, np.nan, 2.0], np.float32))
    assert out.dtype == np.float32
    assert np.isnan(out).tolist() == [False, True, False]
    assert np.isnan(functional.threshold(np.array([np.nan]), 0.0, 1.0)).all()
    x = Tensor(np.array([1.0, -2.0], np.float32), requires_grad=True)
    function(x).sum().backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("function", [functional.softmax, functional.log_softmax, functional.softmin])
def test_a_softmax_of_three_axes_asks_for_one(function):
    words = rf"{function.__name__}: say along which axis, since input has the shape \(2, 3, 4\): write dim=-1 for the last one"
    with pytest.raises(ShapeError, match=rf"{words} \(without dim, PyTorch takes axis 0 here\)"):
        function(np.zeros((2, 3, 4)))
    np.testing.assert_array_equal(function(np.eye(3)), function(np.eye(3), 1))
    np.testing.assert_array_equal(function(np.arange(3.0)), function(np.arange(3.0), 0))
    with pytest.raises(ShapeError, match=r"^LogSoftmax\(dim=None\): .*PyTorch takes axis 1 here"):
        nn.LogSoftmax()(np.zeros((1, 2, 3, 4)))


def test_prelu_of_a_number_is_a_number():
    layer, x = nn.PReLU(), Tensor(-2.0, requires_grad=True)
    y = layer(x)
    assert y.shape == ()
    assert y.item() == -0.5
    y.backward()
    assert x.grad == 0.25
    np.testing.assert_array_equal(layer.weight.grad, [-2.0])


def test_slopes_of_rrelu_are_uniform():
    x = Tensor(np.full(100_000, -1.0), requires_grad=True)
    layer = nn.RReLU(0.2, 0.4, generator=0)
    out = layer(x)
    slopes = -out.numpy()
    np.testing.assert_allclose(np.quantile(slopes, [0, 0.25, 0.5, 1]), [0.2, 0.25, 0.3, 0.4], atol=2e-3)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, slopes)
    assert (layer(Tensor(np.ones(3))).numpy() == 1).all()


def test_gumbel_softmax_draws_classes_with_their_probabilities():
    logits = np.log(np.array([0.2, 0.5, 0.3]))
    many = Tensor(np.tile(logits, (50_000, 1)), requires_grad=True)
    hard = functional.gumbel_softmax(many, 0.7, True, generator=0)
    np.testing.assert_allclose(hard.numpy().sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(hard.numpy().mean(axis=0), np.exp(logits), atol=0.01)
    soft = functional.gumbel_softmax(many, 0.7, generator=0)
    np.testing.assert_array_equal(hard.numpy().argmax(1), soft.numpy().argmax(1))
    (hard * np.arange(3.0)).sum().backward()
    straight_through, many.grad = many.grad, None
    (soft * np.arange(3.0)).sum().backward()
    np.testing.assert_array_equal(straight_through, many.grad)


WORDS = {
    "glu": (lambda: functional.glu(np.zeros((2, 3))), ShapeError, r"glu: the axis -1 must have an even number .*\(2, 3\)"),
    "prelu": (lambda: nn.PReLU(3)(np.zeros((2, 4))), ShapeError, r"prelu: weight must have .*got \(3,\) for an input .*\(2, 4\)"),
    "hardtanh": (lambda: functional.hardtanh(np.ones(2), 1.0, 1.0), ValueError, "min_val must be less than max_val"),
    "celu": (lambda: functional.celu(np.ones(2), 0.0), ValueError, "celu: alpha must be greater than 0, got 0.0"),
    "softshrink": (lambda: functional.softshrink(np.ones(2), -1.0), ValueError, "lambd must be at least 0, got -1.0"),
    "rrelu": (lambda: functional.rrelu(np.ones(2), 0.5, 0.1), ValueError, "lower must not be greater than upper"),
    "gumbel": (lambda: functional.gumbel_softmax(np.ones(2), 0.0), ValueError, "tau must be greater than 0, got 0.0"),
    "softmax2d": (lambda: nn.Softmax2d()(np.ones((2, 2))), ShapeError, r"Softmax2d\(\): softmax: expected .*got \(2, 2\)"),
}


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    call, kind, words = WORDS[case]
    with pytest.raises(kind, match=words):
        call()
