"""Activations, softmax, the linear layer and losses: their numbers at the edges, and what they say to bad input.

That their derivatives are those of their values is tested with all others, in test_table.py. Literal numbers of losses
and activations are those of PyTorch 2.13, whose conventions these follow.
"""

# ruff: noqa: E501 (tables of numbers and words)

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from autograd_core import Tensor, grad, jvp, vjp
from autograd_core.derivatives.activations import elu, gelu, leaky_relu, normal_cdf, relu, sigmoid, silu, softplus
from autograd_core.derivatives.class_losses import cross_entropy, nll_loss
from autograd_core.derivatives.losses import binary_cross_entropy, binary_cross_entropy_with_logits, mse_loss
from autograd_core.derivatives.nets import linear
from autograd_core.derivatives.softmax import log_softmax, logsumexp, softmax
from autograd_core.errors import DTypeError, ShapeError, UnsupportedError
from tests.derivatives.finite import close, directional, directions, pairing

WIDE = np.concatenate([-np.geomspace(1e4, 1e-8, 200), [0.0], np.geomspace(1e-8, 1e4, 200)])
ACTIVATIONS = [sigmoid, softplus, relu, leaky_relu, elu, silu, gelu, lambda x: gelu(x, "tanh"), normal_cdf]


def exact(function):
    """A function of floats, computed with 60 decimal digits."""

    def value(x):
        with localcontext() as context:
            context.prec = 60
            return float(function(Decimal(float(x))))

    return value


def gradient(f, *arrays):
    """The gradients of the sum of f."""
    tensors = [Tensor(x, requires_grad=True) for x in arrays]
    f(*tensors).sum().backward()
    return [t.grad for t in tensors]


# Activations

POINTS = np.array([-3.0, -0.5, 0.0, 1.0, 2.5])
GOLDEN = {
    "sigmoid": (sigmoid, [0.04742587317756678, 0.3775406687981454, 0.5, 0.7310585786300049, 0.9241418199787566],
                [0.04517665973091214, 0.2350037122015945, 0.25, 0.19661193324148185, 0.07010371654510807]),
    "softplus": (softplus, [0.04858735157374206, 0.4740769841801067, 0.6931471805599453, 1.3132616875182228, 2.5788897342925496],
                 [0.04742587317756679, 0.37754066879814546, 0.5, 0.7310585786300049, 0.9241418199787564]),
    "relu": (relu, [0, 0, 0, 1, 2.5], [0, 0, 0, 1, 1]),
    "leaky_relu": (leaky_relu, [-0.03, -0.005, 0, 1, 2.5], [0.01, 0.01, 0.01, 1, 1]),
    "elu": (elu, [-0.950212931632136, -0.3934693402873666, 0, 1, 2.5], [0.049787068367863944, 0.6065306597126334, 1, 1, 1]),
    "elu alpha": (lambda x: elu(x, 0.5), [-0.475106465816068, -0.1967346701436833, 0, 1, 2.5],
                  [0.024893534183931972, 0.3032653298563167, 0.5, 1, 1]),
    "silu": (silu, [-0.14227761953270035, -0.1887703343990727, 0, 0.7310585786300049, 2.3103545499468914],
             [-0.08810410601516962, 0.2600388126973482, 0.5, 0.9276705118714869, 1.0994011113415267]),
    "gelu": (gelu, [-0.00404969409489031, -0.15426876936299344, 0, 0.841344746068543, 2.4844758366855597],
             [-0.01194564720418392, 0.13250487534383712, 0.5, 1.0833154705876864, 1.037611085908145]),
    "gelu tanh": (lambda x: gelu(x, approximate="tanh"), [-0.0036373920817729943, -0.15428599017485606, 0, 0.8411919906082768, 2.484915733910001],
                  [-0.011584166630969648, 0.13263009646535764, 0.5, 1.0829640838457826, 1.037951576212666]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "values", "slopes"), [pytest.param(*case, id=name) for name, case in GOLDEN.items()])
def test_activations_at_points(f, values, slopes):
    np.testing.assert_allclose(f(POINTS), values, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(gradient(f, POINTS)[0], slopes, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose([f(float(x)) for x in POINTS], values, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(f([-3, 1]), [values[0], values[3]], rtol=1e-14)


@pytest.mark.parametrize("f", [silu, gelu, lambda x: gelu(x, "tanh")])
def test_second_derivative_of_composed_activations(f):
    x, (t,), (g,) = POINTS, directions([POINTS], 1), directions([POINTS], 2)
    h = lambda x: vjp(f, x)[1](g)[0]
    numeric = directional(lambda values: [h(*values)], [x], [t])
    close([jvp(h, (x,), (t,))[1]], numeric, rtol=1e-6)
    close([pairing(vjp(h, x)[1](g), [t])], [pairing([g], numeric)], rtol=1e-6)


@pytest.mark.parametrize(
    ("f", "truth"),
    [
        pytest.param(sigmoid, lambda x: 1 / (1 + (-x).exp()), id="sigmoid"),
        pytest.param(softplus, lambda x: (1 + x.exp()).ln() if x > -50 else x.exp() - (2 * x).exp() / 2, id="softplus"),
        pytest.param(
            lambda x: log_softmax(np.stack([x, 0 * x], -1))[..., 0],
            lambda x: -(1 + (-x).exp()).ln() if x < 50 else -(-x).exp(),
            id="log_softmax",
        ),
        pytest.param(
            lambda x: logsumexp(np.stack([x, 0 * x]), 0), lambda x: (1 + x.exp()).ln() if x > -50 else x.exp(), id="logsumexp"
        ),
    ],
)
def test_full_relative_precision(f, truth):
    found, expected = f(WIDE), np.array([exact(truth)(x) for x in WIDE])
    normal = np.abs(expected) > 1e-300  # what is nearer to zero has fewer digits in any formula
    assert normal.sum() > 300
    np.testing.assert_allclose(found[normal], expected[normal], rtol=1e-15)
    assert np.abs(found[~normal]).max() <= 1e-299


def test_normal_cdf_against_the_error_function():
    x = np.linspace(-37, 9, 4601)
    expected = np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in x])
    np.testing.assert_allclose(normal_cdf(x), expected, rtol=0, atol=1e-15)
    np.testing.assert_allclose(normal_cdf(x), expected, rtol=1e-12)


@pytest.mark.parametrize(("dtype", "end", "roundings"), [(np.float32, 13, 12), (np.float16, 3.5, 2)])
def test_normal_cdf_of_short_floats(dtype, end, roundings):
    """To the digits of the dtype from tail to tail, for arrays and for numbers."""
    x = np.linspace(-end, end, 20_001).astype(dtype)
    expected = np.array([math.erfc(-float(v) / math.sqrt(2)) / 2 for v in x])
    got = normal_cdf(x)
    assert got.dtype == dtype
    np.testing.assert_allclose(got.astype(float), expected, rtol=roundings * np.finfo(dtype).eps)
    np.testing.assert_array_equal([normal_cdf(v) for v in x[::1000]], got[::1000])
    edge = normal_cdf(np.array([-np.inf, -60, 60, np.inf, np.nan], dtype))
    np.testing.assert_array_equal(edge, [0, 0, 1, 1, np.nan])


def test_normal_cdf_and_gelu_at_infinity():
    np.testing.assert_array_equal(normal_cdf([-np.inf, np.inf, np.nan]), [0, 1, np.nan])
    np.testing.assert_array_equal(grad(lambda x: np.sum(normal_cdf(x)))(np.array([-np.inf, np.inf])), [0, 0])
    assert gelu(np.inf) == np.inf


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
@pytest.mark.parametrize("f", ACTIVATIONS)
def test_activations_of_huge_numbers_are_finite_and_silent(f, dtype):
    x = np.array([-1e4, -800, -90, -12, 12, 90, 800, 1e4]).astype(dtype)
    if f in ACTIVATIONS[-3:] and dtype == "float16":
        x = x[2:-2]  # the square of 800 is not a float16
    value = f(x)
    assert value.dtype == x.dtype
    assert np.isfinite(value).all()
    assert np.isfinite(gradient(f, x)[0]).all()


def test_sigmoid_and_softplus_at_infinity():
    x = np.array([-np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(sigmoid(x), [0, 1, np.nan])
    np.testing.assert_array_equal(softplus(x), [0, np.inf, np.nan])


def test_gelu_of_an_unknown_kind():
    with pytest.raises(ValueError, match="gelu: approximate must be 'none' or 'tanh', got 'erf'"):
        gelu(1.0, "erf")


# Softmax and its like

INF = np.inf


def test_a_masked_row_is_finite_and_a_row_of_nothing_is_nothing():
    x = np.array([[1.0, -INF, 3.0], [-INF, -INF, -INF]])
    p = math.exp(-2) / (1 + math.exp(-2))
    np.testing.assert_allclose(softmax(x), [[p, 0, 1 - p], [0, 0, 0]], rtol=1e-15)
    np.testing.assert_allclose(log_softmax(x), [[math.log(p), -INF, math.log(1 - p)], [-INF, -INF, -INF]], rtol=1e-14)
    np.testing.assert_allclose(logsumexp(x, axis=1), [3 + math.log1p(math.exp(-2)), -INF], rtol=1e-15)
    np.testing.assert_allclose(gradient(lambda x: logsumexp(x, axis=1), x)[0], softmax(x), rtol=1e-15)
    assert np.isfinite(gradient(lambda x: softmax(x) * [[1.0, 2, 3]], x)[0]).all()


def test_logsumexp_of_minus_infinity():
    assert logsumexp([-INF, -INF]) == -INF
    np.testing.assert_array_equal(gradient(logsumexp, np.array([-INF, -INF]))[0], [0, 0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(grad(logsumexp)(x)))(np.array([-INF, -INF])), [0, 0])


def test_an_infinite_maximum_takes_all():
    assert logsumexp([1.0, INF]) == INF
    np.testing.assert_array_equal(softmax([1.0, INF, INF]), [0, 0.5, 0.5])
    np.testing.assert_array_equal(gradient(logsumexp, np.array([1.0, INF]))[0], [0, 1])


def test_nan_stays_nan():
    assert np.isnan(logsumexp([1.0, np.nan]))
    assert np.isnan(softmax([1.0, np.nan])).all()
    assert np.isnan(log_softmax([[np.nan, INF], [0.0, 1.0]])[0]).all()


def test_large_logits():
    x = np.array([1e3, -1e3, 999.0])
    np.testing.assert_allclose(softmax(x), [1 / (1 + math.exp(-1)), 0, 1 / (1 + math.e)], rtol=1e-15)
    np.testing.assert_allclose(
        log_softmax(x), [-math.log1p(math.exp(-1)), -2000 - math.log1p(math.exp(-1)), -1 - math.log1p(math.exp(-1))]
    )


def test_second_derivative_of_a_masked_softmax():
    x = np.array([0.5, -INF, 1.0])
    p = softmax(x)
    rows = [grad(lambda x, k=k: softmax(x)[k])(x) for k in range(3)]
    np.testing.assert_allclose(rows, np.diag(p) - np.outer(p, p), atol=1e-15)
    twice = grad(lambda x: np.sum(grad(logsumexp)(x) * np.array([1.0, 2.0, 3.0])))(x)
    np.testing.assert_allclose(twice, (np.diag(p) - np.outer(p, p)) @ [1, 2, 3], atol=1e-15)


@pytest.mark.parametrize("f", [softmax, log_softmax, logsumexp])
def test_shapes_and_dtypes(f):
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    result = f(x, axis=-1)
    assert result.dtype == np.float32
    assert result.shape == ((2,) if f is logsumexp else (2, 3))
    np.testing.assert_allclose(f(x.astype(int), 1), f(x, 1), rtol=1e-6)


def test_logsumexp_of_an_empty_axis():
    with pytest.raises(ShapeError, match=r"logsumexp: an array of shape \(3, 0\) has nothing to sum along axis 1"):
        logsumexp(Tensor(np.zeros((3, 0)), requires_grad=True), axis=1)
    assert logsumexp(np.zeros((3, 0)), axis=0).shape == (0,)


# Linear


@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 4), (2, 3, 4), (0, 4)])
def test_linear_is_the_product(shape):
    r = np.random.default_rng(3)
    x, w, b, g = r.standard_normal(shape), r.standard_normal((2, 4)), r.standard_normal(2), r.standard_normal((*shape[:-1], 2))
    np.testing.assert_allclose(linear(x, w, b), x @ w.T + b, rtol=1e-14)
    found = gradient(lambda x, w, b: linear(x, w, b) * g, x, w, b)
    wanted = gradient(lambda x, w, b: (x @ np.transpose(w) + b) * g, x, w, b)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-14)


def test_linear_promotes():
    assert linear(np.ones((2, 3), np.float32), np.ones((4, 3), np.float32), np.zeros(4)).dtype == np.float64
    assert linear(np.ones((2, 3), np.float32), np.ones((4, 3), np.float32), np.zeros(4, np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("x", "weight", "bias", "words"),
    [
        (
            (3, 4),
            (4, 2),
            None,
            r"linear: x must have the shape \(…, 2\) for a weight of shape \(4, 2\), got \(3, 4\); .* pass weight.T",
        ),
        ((3, 4), (2, 5), None, r"linear: x must have the shape \(…, 5\) for a weight of shape \(2, 5\), got \(3, 4\)"),
        ((3, 4), (4,), None, r"linear: weight must have the shape \(outputs, inputs\), got \(4,\)"),
        ((3, 4), (3, 4), (3, 1), r"linear: bias must have the shape \(3,\) for a weight of shape \(3, 4\), got \(3, 1\)"),
    ],
)
def test_linear_refuses_other_shapes(x, weight, bias, words):
    with pytest.raises(ShapeError, match=words):
        linear(Tensor(np.ones(x), requires_grad=True), np.ones(weight), None if bias is None else np.ones(bias))


# Losses

X = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])
LABELS, WEIGHT = np.array([2, 1]), np.array([1.0, 0.5, 2.0])
MIXED = np.array([[0.2, 0.5, 0.3], [0.6, 0.0, 0.4]])
LOSSES = {
    "mse": (mse_loss, [1.0, 2.0, 4.0], [1.0, 0.0, 1.0], {}, 13 / 3, [0, 4 / 3, 2]),
    "mse sum": (mse_loss, [1.0, 2.0, 4.0], [1, 0, 1], {"reduction": "sum"}, 13, [0, 4, 6]),
    "mse none": (mse_loss, [1.0, 2.0, 4.0], [1, 0, 1], {"reduction": "none"}, [0, 4, 9], [0, 4, 6]),
    # logarithms count as -100 at least, p (1 - p) as 1e-12 at least
    "bce": (binary_cross_entropy, [0.0, 1.0, 0.0, 0.25], [0.0, 1.0, 1.0, 0.0], {}, 25.071920518112947, [0, 0, -2.5e11, 1 / 3]),
    "bce none": (binary_cross_entropy, [0.0, 1.0, 0.0, 0.25], [0, 1, 1, 0], {"reduction": "none"}, [0, 0, 100, 0.2876820724517809], [0, 0, -1e12, 4 / 3]),
    "bce logits": (binary_cross_entropy_with_logits, [-2.0, 0.0, 3.0], [0, 1, 0.5], {}, 0.7895541810588868,
                   [0.03973430734070585, -0.16666666666666666, 0.15085804227414445]),
    "ce": (cross_entropy, X, LABELS, {}, 1.2558682848905545,
           [[0.04501528658519022, 0.12236423552739882, -0.1673795221125891], [0.2732746936330898, -0.4390241738451356, 0.16574948021204575]]),
    "ce weight": (cross_entropy, X, LABELS, {"weight": WEIGHT}, 0.74691089262285,
                  [[0.07202445853630435, 0.19578277684383813, -0.26780723538014256], [0.10930987745323593, -0.17560966953805424, 0.0662997920848183]]),
    "ce weight, smooth": (cross_entropy, X, LABELS, {"weight": WEIGHT, "label_smoothing": 0.2}, 0.8052907939445169,
                          [[0.039355753658278994, 0.16613421210685161, -0.20548996576513068], [0.11179251144076552, -0.14243891474820203, 0.030646403307436523]]),
    "ce none": (cross_entropy, X, LABELS, {"weight": WEIGHT, "label_smoothing": 0.2, "reduction": "none"}, [0.9139442681480308, 1.0992827167132613],
                [[0.09838938414569748, 0.41533553026712905, -0.5137249144128266], [0.27948127860191374, -0.35609728687050507, 0.07661600826859127]]),
    "ce probabilities": (cross_entropy, X, MIXED, {}, 1.0558682848905543,
                         [[-0.05498471341480979, -0.12763576447260117, 0.1826204778874109], [-0.026725306366910173, 0.060975826154864424, -0.034250519787954264]]),
    "ce probabilities, all": (cross_entropy, X, MIXED, {"weight": WEIGHT, "label_smoothing": 0.2}, 1.189210243863004,
                              [[-0.06501692573189584, 0.01467094613274139, 0.05034597959915436], [0.09649841871678161, 0.06585395139624986, -0.16235237011303144]]),
    "nll": (nll_loss, X, LABELS, {"weight": WEIGHT}, -2.2, [[0, 0, -0.8], [0, -0.2, 0]]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "options", "value", "slope"), [pytest.param(*case, id=name) for name, case in LOSSES.items()]
)
def test_losses_at_points(loss, prediction, target, options, value, slope):
    prediction = np.asarray(prediction)
    np.testing.assert_allclose(loss(prediction, target, **options), value, rtol=1e-14)
    np.testing.assert_allclose(gradient(lambda p: loss(p, target, **options), prediction)[0], slope, rtol=1e-13, atol=1e-16)
    short = Tensor(prediction.astype(np.float32), requires_grad=True)
    result = loss(short, target if target is LABELS else np.asarray(target, np.float32), **options)
    assert result.dtype == np.float32
    result.sum().backward()
    np.testing.assert_allclose(short.grad, slope, rtol=1e-5, atol=1e-6)


def test_confident_answers_keep_the_digits_of_a_tiny_loss():
    np.testing.assert_allclose(binary_cross_entropy_with_logits([60.0, -60.0], [1, 0], "none"), [math.exp(-60)] * 2, rtol=1e-14)
    np.testing.assert_allclose(cross_entropy([60.0, 0.0], [1.0, 0.0]), math.exp(-60), rtol=1e-14)
    np.testing.assert_allclose(binary_cross_entropy([1e-30], [0]), 1e-30, rtol=1e-14)


def test_logits_of_any_size_are_finite_and_silent():
    x = np.array([-1e4, -1e3, 0.0, 1e3, 1e4])
    np.testing.assert_array_equal(binary_cross_entropy_with_logits(x, [1, 0, 1, 0, 1], "none"), [1e4, 0, math.log(2), 1e3, 0])
    np.testing.assert_array_equal(
        cross_entropy(np.stack([x, -x], 1), [1, 0, 1, 0, 1], reduction="none"), [0, 2e3, math.log(2), 0, 2e4]
    )


@pytest.mark.parametrize("target", [np.array([0, 2]), np.array([[1.0, 0, 0], [0.5, 0, 0.5]])])
def test_cross_entropy_with_a_class_ruled_out(target):
    x = np.array([[1.0, -INF, 2.0], [0.0, -INF, 0.0]])
    assert np.isfinite(cross_entropy(x, target))
    (slope,) = gradient(lambda x: cross_entropy(x, target), x)
    assert np.isfinite(slope).all()
    np.testing.assert_array_equal(slope[:, 1], 0)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64, np.int64])
def test_class_numbers_of_any_integer_dtype(dtype):
    expected = cross_entropy(X, LABELS, WEIGHT)
    for target in (LABELS.astype(dtype), Tensor(LABELS.astype(dtype))):
        assert cross_entropy(X, target, WEIGHT) == expected
        x = Tensor(X, requires_grad=True)
        cross_entropy(x, target, WEIGHT).backward()
        np.testing.assert_allclose(x.grad.sum(), 0, atol=1e-16)
    assert cross_entropy(X, [2, 1], [1.0, 0.5, 2.0]) == expected
    assert cross_entropy(X[:1].astype(int), [2], [0.5, 0.5, 0.5]) == cross_entropy(X[:1], [2], [0.5, 0.5, 0.5])


def test_nll_loss_after_log_softmax_is_cross_entropy():
    for options in ({}, {"weight": WEIGHT}, {"reduction": "sum"}):
        np.testing.assert_allclose(nll_loss(log_softmax(X), LABELS, **options), cross_entropy(X, LABELS, **options), rtol=1e-15)
        np.testing.assert_allclose(
            gradient(lambda x, o=options: nll_loss(log_softmax(x), LABELS, **o), X)[0],
            gradient(lambda x, o=options: cross_entropy(x, LABELS, **o), X)[0],
            atol=1e-15,
        )


def leaf(*shape):
    return Tensor(np.full(shape, 0.5), requires_grad=True)


ERRORS = {
    "(n, 1) and (n,)": (lambda: mse_loss(leaf(4, 1), np.zeros(4)), ShapeError,
                        r"^mse_loss: prediction and target must have the same shape, got \(4, 1\) and \(4,\); write target.reshape\(\(4, 1\)\)"),
    "one for all": (lambda: mse_loss(leaf(4), 0.0), ShapeError, r"got \(4,\) and \(\); write np.broadcast_to\(target, \(4,\)\)"),
    "bce shapes": (lambda: binary_cross_entropy(leaf(4), np.zeros((4, 1))), ShapeError, "^binary_cross_entropy: .* same shape"),
    "bce logits shapes": (lambda: binary_cross_entropy_with_logits(leaf(3), np.zeros(4)), ShapeError, "^binary_cross_entropy_with_logits: .* same shape"),
    "reduction": (lambda: mse_loss(leaf(2), np.zeros(2), reduction="avg"), ValueError, "mse_loss: reduction must be 'mean', 'sum' or 'none', got 'avg'"),
    "nothing": (lambda: mse_loss(leaf(0, 2), np.zeros((0, 2))), ShapeError, r"mse_loss: an empty array, of shape \(0, 2\), has no mean"),
    "complex": (lambda: mse_loss(leaf(2), np.ones(2) * 1j), DTypeError, "mse_loss: prediction and target must be real"),
    "a probability of 2": (lambda: binary_cross_entropy(leaf(2) * [1, 4], np.zeros(2)), ValueError,
                           r"prediction must be probabilities in \[0, 1\], got 2.0 at index \(1,\); apply sigmoid first"),
    "a probability of NaN": (lambda: binary_cross_entropy(leaf(1) * np.nan, np.zeros(1)), ValueError, r"got nan at index \(0,\)"),
    "class 3 of 3": (lambda: cross_entropy(leaf(2, 3), [0, 3]), ValueError,
                     r"^cross_entropy: class number 3 at index \(1,\) of target is not one of the 3 classes 0 to 2"),
    "class -100": (lambda: cross_entropy(leaf(2, 3), [-100, 0]), ValueError, r"class number -100 at index \(0,\)"),
    "nll class": (lambda: nll_loss(leaf(2, 3), [0, 5]), ValueError, r"^nll_loss: class number 5 at index \(1,\)"),
    "float classes": (lambda: cross_entropy(leaf(2, 3), np.zeros(2)), DTypeError, r"class numbers must be integers, got dtype float64; write target.astype\(int\)"),
    "a column of classes": (lambda: cross_entropy(leaf(2, 3), [[0], [1]]), ShapeError,
                            r"for scores of shape \(2, 3\) the target must be class numbers of shape \(2,\) or probabilities of shape \(2, 3\), got shape \(2, 1\)"),
    "too few": (lambda: cross_entropy(leaf(2, 3), [0]), ShapeError, r"got shape \(1,\)"),
    "no classes": (lambda: cross_entropy(leaf(), 0), ShapeError, r"the scores must have the shape \(…, classes\), got \(\)"),
    "target of logits": (lambda: cross_entropy(leaf(2, 2), [[-0.5, 1.5], [0, 1]]), ValueError, r"target must be probabilities in \[0, 1\], got -0.5 at index \(0, 0\)"),
    "nll of probabilities": (lambda: nll_loss(leaf(2, 2), [[0.5, 0.5], [0, 1]]), ShapeError, "use cross_entropy"),
    "weight": (lambda: cross_entropy(leaf(2, 3), [0, 1], np.ones(2)), ShapeError, r"weight must have the shape \(3,\), one number for each class, got \(2,\)"),
    "recorded weight": (lambda: cross_entropy(leaf(2, 3), [0, 1], leaf(3)), UnsupportedError, "weight"),
    "smoothing": (lambda: cross_entropy(leaf(2, 3), [0, 1], label_smoothing=10), ValueError, "label_smoothing must be from 0 to 1, got 10"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "error", "words"), [pytest.param(*case, id=name) for name, case in ERRORS.items()])
def test_errors(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.longdouble])
@pytest.mark.parametrize("x", [[-np.inf, -np.inf], [np.inf, 1], [np.nan, 1], 2.0], ids=str)
def test_softmax_and_its_relatives_keep_the_dtype(x, kind):
    x = kind(x) if np.ndim(x) == 0 else np.array(x, kind)
    for function in (softmax, log_softmax, lambda v, axis: logsumexp(v)):
        assert function(x, 0).dtype == kind
        t = Tensor(x, requires_grad=True)
        np.sum(function(t, 0)).backward()
        assert t.grad.dtype == kind


@pytest.mark.parametrize("function", [softmax, log_softmax])
@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3)])
def test_softmax_of_nothing_is_nothing(function, shape):
    x = Tensor(np.zeros(shape), requires_grad=True)
    y = function(x)
    assert y.shape == shape
    y.sum().backward()
    assert x.grad.shape == shape


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp])
def test_many_rows_are_as_each_row_alone(function, dtype):
    """Sums of many short rows are products, and their extremes are found in columns: of one row NumPy makes them."""
    x = np.random.default_rng(0).normal(size=(6, 40, 12)).astype(dtype) * 3
    x[0, 0], x[0, 1, :3], x[0, 2, 5] = -np.inf, -np.inf, 1000
    g = np.random.default_rng(1).normal(size=function(x, axis=-1).shape).astype(dtype)
    for turned in (x, x.transpose(1, 0, 2), np.asfortranarray(x)):
        back = g if turned.shape == x.shape else g.swapaxes(0, 1)
        t = Tensor(turned, requires_grad=True)
        out = function(t, axis=-1)
        out.backward(back)
        for i in np.ndindex(turned.shape[:-1]):
            row = Tensor(turned[i], requires_grad=True)
            alone = function(row, axis=-1)
            alone.backward(back[i])
            np.testing.assert_allclose(out.data[i], alone.data, rtol=20 * np.finfo(dtype).eps)
            np.testing.assert_allclose(t.grad[i], row.grad, rtol=100 * np.finfo(dtype).eps, atol=20 * np.finfo(dtype).eps)
