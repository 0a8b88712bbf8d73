"""gradcheck: what passes, what fails, with which verdict, and what its message says. It is itself checked with wrong rules."""

import os
import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor, cross_entropy, detect_anomaly, elementwise_grad, errors, primitive, relu, softmax
from autograd_core.errors import DTypeError, GradientError, GraphError
from autograd_core.testing import gradcheck

QUICK = os.environ.get("HYPOTHESIS_PROFILE") == "quick"
X = np.array([0.3, -0.5, 1.2])


@primitive(x=lambda g, out: 1.03 * g * (1 - out**2))
def three_percent(x):
    return np.tanh(x)


@primitive(x=lambda g, x: g / np.cosh(x._value if isinstance(x, Tensor) else x) ** 2)
def first_order_only(x):
    return np.tanh(x)


@primitive(x=lambda g, x: 2 * g * x, once=True)
def once(x):
    return x * x


@primitive(x=lambda g, x: g * np.cos(x) * (1.5 if x.dtype == np.float16 else 1))
def wrong_in_half(x):
    return np.sin(x)


@primitive(x=lambda g: -g if np.ndim(g) else g)  # not linear: right for scalars alone
def wrong_for_vectors(x):
    return x * 1


def failure(f, *args, **options):
    with pytest.raises(GradientError) as caught:
        gradcheck(f, *args, **options)
    return caught.value


# Precision and scale


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128"])
def test_a_right_gradient_passes_and_a_wrong_one_fails_in_every_dtype(dtype):
    assert gradcheck(np.tanh, X.astype(dtype)) is True
    error = failure(three_percent, X.astype(dtype))
    assert error.verdict == "gradient wrong"
    assert error.ours / error.numeric == pytest.approx(1.03, abs=1e-6)


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e-3, 1e4])
@pytest.mark.parametrize("f", [np.square, np.sin, lambda x: x**3 + x, lambda x: np.sum(x) * x, np.abs])
def test_scales(f, scale):
    assert gradcheck(f, X * scale)


def test_what_is_far_from_zero_and_near_a_kink():
    """The function rounds as it does here, not as it does far away, and small steps are not taken for a jump."""
    for f in (relu, np.abs, lambda x: np.tanh(1000 * x)):
        assert gradcheck(lambda x, f=f: f(x - 1e6), 1e6 + X * 1e-3)
        assert failure(lambda x, f=f: f(three_percent(x - 1e6)), 1e6 + X * 1e-3, order=1).verdict == "gradient wrong"
    assert gradcheck(np.max, 1e6 + X * 1e-3)


@pytest.mark.parametrize("distance", [100.0, 600.0])
def test_gradients_that_saturate(distance):
    """The second derivatives of softmax are then below the last digit of what its gradient is the difference of."""
    assert gradcheck(softmax, np.array([0.0, -distance, distance]))
    assert gradcheck(softmax, np.array([0.0, -distance, distance], np.longdouble))


def test_a_gradient_that_is_zero_but_for_rounding(rng):
    """That by the bias in front of a BatchNorm1d: what its sums round to is no jump."""
    for _ in range(5):
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
        before = model.state_dict()
        assert gradcheck(model, rng.normal(size=(5, 3)))
        for name, value in model.state_dict().items():
            np.testing.assert_array_equal(value, before[name], err_msg=f"gradcheck left {name} changed")


def test_what_underflows_in_a_narrow_dtype_is_not_the_gradients_fault():
    assert gradcheck(np.linalg.norm, (X * 1e-6).astype(np.float16))
    assert gradcheck(softmax, np.array([1, 2, 10], np.float16))


def test_an_error_of_a_thousandth_is_wrong_and_not_noise():
    for wrong in (
        primitive(x=lambda g, x: 1.001 * g * np.sign(x))(lambda x: np.abs(x)),
        primitive(x=lambda g, x: 1.001 * g * np.cos(x))(lambda x: np.sin(x)),
    ):
        assert failure(wrong, X, order=1).verdict == "gradient wrong"


def test_scales_side_by_side():
    assert gradcheck(np.log, np.array([1e-6, 1.0, 1e4]))
    assert failure(lambda x: three_percent(np.log(x)), np.array([1e-6, 1.0, 1e4])).verdict == "gradient wrong"


def test_an_error_in_the_smallest_of_unequal_elements_is_seen():
    """Its part of a derivative along a direction would be a millionth, and is looked at alone."""

    @primitive(x=lambda g, x: g * np.array([1e6, 1.03]))
    def f(x):
        return np.array([1e6, 1.0]) * x

    error = failure(f, np.array([1.0, 1.0]), order=1)
    assert (error.index, error.ours) == ((1,), pytest.approx(1.03))


def test_a_gradient_wrong_only_in_one_dtype():
    assert gradcheck(wrong_in_half, X)
    assert gradcheck(wrong_in_half, X.astype(np.float32))
    error = failure(wrong_in_half, X.astype(np.float16))
    assert re.search(r"by x is right in float64 and wrong in float16: at index \(\d,\) of shape \(3,\)", str(error))


def test_functions_without_this_dtype_are_checked_in_float64():
    assert gradcheck(np.linalg.inv, np.array([[2, 1], [0, 1]], np.float16))


# Both orders, both modes


def test_wrong_at_second_order_only():
    assert gradcheck(first_order_only, X, order=1, modes=("reverse",))
    error = failure(first_order_only, X)
    assert (error.order, error.verdict) == (2, "gradient wrong")
    assert "the second derivative of first_order_only with respect to x" in str(error)


def test_wrong_at_third_order_only():
    @primitive(x=lambda g, x: g * cosine(x))
    def sine(x):
        return np.sin(x)

    @primitive(x=lambda g, x: -g * np.sin(x._value if isinstance(x, Tensor) else x))
    def cosine(x):
        return np.cos(x)

    assert gradcheck(sine, X, order=2, modes=("reverse",))
    assert failure(sine, X, order=3, modes=("reverse",)).order == 3


def test_forward_mode_alone():
    error = failure(three_percent, X, modes=("forward",))
    assert (error.mode, error.order) == ("forward", 1)
    assert "(forward mode)" in str(error)


def test_a_rule_that_is_not_linear():
    assert failure(wrong_for_vectors, X, order=1, modes=("reverse",)).verdict == "gradient wrong"


def test_once():
    assert gradcheck(once, X, order=1, modes=("reverse",))
    with pytest.raises(GraphError, match=r"once: its derivative cannot be differentiated \(once=True\)") as caught:
        gradcheck(once, X, modes=("reverse",))
    assert "order=2 needs the derivative of that rule; check what there is with order=1" in caught.value.__notes__[-1]


def test_the_complex_step_as_a_second_witness():
    assert gradcheck(lambda x: np.exp(x) * np.sin(x), X, complex_step=True)

    @primitive(x=lambda g, x: g * np.cos(x) * (1 + 1e-9))
    def nearly(x):
        return np.sin(x)

    assert gradcheck(nearly, X)
    with pytest.raises(GradientError, match="by the complex step"):
        gradcheck(nearly, X, complex_step=True)
    with pytest.raises(ValueError, match="complex step and finite differences of absolute disagree, so it is not analytic"):
        gradcheck(np.abs, X, complex_step=True)


# Kinks and noise


KINKED = [relu, np.abs, np.max, np.sort, lambda x: np.clip(x, 0, 1), np.linalg.norm]


@pytest.mark.heavy
@pytest.mark.parametrize("f", KINKED, ids=["relu", "abs", "max", "sort", "clip", "norm"])
def test_a_thousand_runs_at_and_near_kinks(f, rng):
    for i in range(100 if QUICK else 1000):
        x = rng.normal(size=3)
        if i % 2:
            x *= 10.0 ** rng.integers(-14, 0, 3) * rng.integers(0, 2, 3)
        if i % 5 == 0:
            x[0] = x[1]
        assert gradcheck(f, x, kinks="accept", order=1, modes=("reverse",), seed=i)


def test_kinks_are_no_excuse_for_values_beyond_the_slopes():
    @primitive(x=lambda g, x: g * np.where(x == 0, 1.5, np.sign(x)))
    def wrong_abs(x):
        return np.abs(x)

    error = failure(wrong_abs, np.array([0.0, 1.0]), order=1, kinks="accept")
    assert (error.verdict, error.index) == ("gradient wrong", (0,))
    assert error.slopes == pytest.approx((-1, 1))


def test_a_kink_is_rejected_by_its_name():
    error = failure(relu, np.array([0.0, 1.0]), order=1)
    assert (error.verdict, error.argument, error.index) == ("not differentiable here", "x", (0,))
    assert error.slopes == pytest.approx((0, 1))
    assert "0 from the left, 1 from the right" in str(error)


@pytest.mark.parametrize("f", [np.floor, np.sign, np.sqrt, np.cbrt])
def test_jumps_and_infinite_slopes_are_kinks(f):
    assert failure(lambda x: f(x) + x, np.array([0.0, 1.5]), order=1, rtol=1e-6).verdict == "not differentiable here"
    assert gradcheck(f, np.array([0.0, 1.5]), order=1, kinks="accept")


@pytest.mark.parametrize("distance", [1e-2, 1e-5, 1e-9])
def test_near_a_kink_smaller_steps_are_taken(distance):
    assert gradcheck(np.abs, np.array([distance, 1.0]))
    assert failure(lambda x: three_percent(np.abs(x)), np.array([distance, 1.0])).verdict == "gradient wrong"


def test_a_wrong_gradient_is_no_noise():
    assert gradcheck(lambda x: 1e9 + np.tanh(x), X)
    assert failure(lambda x: 1e9 + three_percent(x), X).verdict == "gradient wrong"


def test_noise_is_called_noise():
    @primitive(x=lambda g, x: g / np.cosh(x) ** 2)
    def in_single_precision(x):
        return (1000 + np.tanh(x).astype(np.float32)).astype(np.float64)

    assert failure(in_single_precision, X, order=1).verdict == "finite difference too noisy"


def test_functions_that_compute_in_float32():
    assert gradcheck(lambda x: np.tanh(x.astype(np.float32)), X, order=1, rtol=1e-3)
    assert failure(lambda x: three_percent(x.astype(np.float32)), X, order=1, rtol=1e-3).verdict == "gradient wrong"


# Arguments


def test_containers_and_where_they_are_named():
    params = {"w": [np.ones((2, 2)), (X[:2], 2.0)], "labels": np.array([1, 0])}
    f = lambda params, k: {"out": params["w"][0] @ params["w"][1][0] * params["w"][1][1] ** k, "n": 3}
    assert gradcheck(f, params, 2)
    error = failure(lambda p, k: f({**p, "w": [p["w"][0], (three_percent(p["w"][1][0]), p["w"][1][1])]}, k), params, 2)
    assert error.argument == "p['w'][1][0]"


def test_argnums():
    f = lambda a, b: np.tanh(a) * three_percent(b)
    assert gradcheck(f, X, X, argnums=0)
    assert failure(f, X, X, argnums=(0, 1)).argument == "b"


LAYOUTS = {
    "broadcast": np.broadcast_to(X, (2, 3)),
    "Fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3) + 0.5),
    "backwards": X[::-1],
    "transposed": np.broadcast_to(X[::-1], (2, 3)).T,
    "0-d": np.array(0.3),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_and_read_only_arrays(layout):
    x = LAYOUTS[layout]
    before = x.copy()
    seen = []
    assert gradcheck(lambda x: (seen.append(x.numpy().strides), np.tanh(x) * x)[1], x)
    assert x.strides in seen, "no call had an argument laid out as the original"
    locked = x.copy()
    locked.flags.writeable = False
    assert gradcheck(lambda x: np.tanh(x) * x, locked)
    np.testing.assert_array_equal(x, before)
    code = failure(three_percent, x).snippet
    scope = {}
    exec("\n".join(line for line in code.splitlines() if line.startswith(("import numpy", "x ="))), scope)
    np.testing.assert_array_equal(scope["x"], x)
    assert scope["x"].strides == x.strides


def test_complex_arguments_and_results():
    z = np.array([1 + 2j, 0.3 - 1j])
    assert gradcheck(lambda z: np.exp(z) * np.conj(z), z)
    assert gradcheck(lambda z, x: (np.real(z) * x, x + 1j * z), z, X[:2])
    wrong = primitive(z=lambda g: np.conj(g))(lambda z: z * 1)
    error = failure(wrong, z, order=1)
    assert error.verdict == "gradient wrong"
    assert "part)" in str(error)


def test_empty_beside_full():
    assert gradcheck(lambda x, y: np.sum(x) + np.sum(y**2), np.zeros((0, 3)), X)


# Modules, and Tensors closed over


def test_the_parameters_of_a_module():
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    before = [p.data.copy() for p in model.parameters()]
    assert gradcheck(model, X)
    assert gradcheck(lambda: np.sum(model(X) ** 2), wrt=model)
    assert gradcheck(lambda model, x: model(x), model, X)
    wrong = lambda x: three_percent(x @ model[0].weight.T)
    error = failure(wrong, X, wrt={"parts": [model[0].weight]})
    assert error.argument in ("wrt['parts'][0]", "x", model[0].weight.name)
    for p, value in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, value)
        assert p.requires_grad
        assert p.is_leaf
        assert p.grad is None


def test_after_a_failing_function_tensors_are_as_before():
    w = Tensor(X, requires_grad=True, name="w")

    def fails():
        raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        gradcheck(fails, wrt=w)
    assert w.requires_grad
    np.testing.assert_array_equal(w.data, X)


def test_a_large_network_takes_few_evaluations(rng):
    """Some 60 for each of its tensors, not two for each of its 110,000 numbers."""
    model = nn.Sequential(nn.Linear(784, 128), nn.Sigmoid(), nn.Linear(128, 64), nn.Sigmoid(), nn.Linear(64, 10))
    x, labels = rng.random((4, 784)), rng.integers(0, 10, 4)
    assert sum(p.size for p in model.parameters()) > 100_000
    calls = []
    assert gradcheck(lambda: calls.append(1) or cross_entropy(model(x), labels), wrt=model)
    assert len(calls) < 500

    @primitive(x=lambda g, x: g * np.where(np.arange(x.size).reshape(x.shape) == 77_777, 1.05, 1.0))
    def one_weight_wrong(x):
        return x * 1

    first = model[0].weight
    error = failure(lambda: cross_entropy(model[2:](model[1](x @ one_weight_wrong(first).T)), labels), wrt=model, order=1)
    assert error.index == np.unravel_index(77_777, first.shape)
    assert error.ours / error.numeric == pytest.approx(1.05)


# The message


def test_the_message_names_everything_and_reproduces():
    x = np.array([0.1, 1 / 3, 2e-7], np.float32)
    error = failure(lambda x: three_percent(x), x, seed=5)
    text = str(error)
    for part in ("gradcheck: the gradient of <lambda> with respect to x", "index (", "ours ", "numeric ", "absolute", "relative",
                 "steps of", "Verdict: gradient wrong", "Seed 5", "f = ...  # "):  # fmt: skip
        assert part in text
    assert float(re.search(r"falls as h\^(\S+)", text)[1]) == pytest.approx(1, abs=0.05)
    scope = {"f": three_percent}
    code = error.snippet.replace("f = ...", "#")
    with pytest.raises(GradientError) as again:
        exec(code, scope)
    assert scope["x"].dtype == np.float32
    np.testing.assert_array_equal(scope["x"], x)
    assert (again.value.index, again.value.ours, again.value.numeric) == (error.index, error.ours, error.numeric)


def test_the_same_call_says_the_same():
    assert str(failure(three_percent, X)) == str(failure(three_percent, X))


# What cannot be checked


def random(x):
    return x * np.random.default_rng().random()


def changing(x):
    x[0] = 2.0
    return x * 1


def changing_a_constant(x, counts):
    counts += 1
    return x * counts


REFUSED = {
    "random": (lambda: gradcheck(random, X), GradientError, "random is random: called twice with the same arguments, result was"),
    "mutation": (lambda: gradcheck(changing, X), GradientError, "changing changes its argument x in place; write x = x.copy"),
    "mutation of a constant": (lambda: gradcheck(changing_a_constant, X, np.ones(3, int)), GradientError, "argument 1 in place"),
    "no float argument": (lambda: gradcheck(np.sin, 1), DTypeError, r"no argument of sin\(.*\) can be .* got int64; write"),
    "no argument": (lambda: gradcheck(lambda: 1.0), DTypeError, "got no arguments at all"),
    "integer asked for": (lambda: gradcheck(np.add, X, 1, argnums=1), DTypeError, "must be float or complex .*, got dtype int64"),
    "text asked for": (
        lambda: gradcheck(lambda x, s: x, X, "a", argnums=1),
        DTypeError,
        "s must be float or complex .*, got str",
    ),
    "argnums": (lambda: gradcheck(np.sin, X, argnums=3), TypeError, "argnums must be positions among the 1 arguments, got 3"),
    "returns None": (lambda: gradcheck(lambda x: None, X), TypeError, "<lambda> must return arrays, .* got NoneType"),
    "returns text": (lambda: gradcheck(lambda x: [x, "a"], X), TypeError, r"must return arrays.* got str at result\[1\]"),
    "returns integers": (lambda: gradcheck(np.argmax, X), TypeError, "argmax must return something float or complex, got int64"),
    "returns nothing": (lambda: gradcheck(lambda x: [], X), TypeError, "something float or complex, got an empty container"),
    "empty": (lambda: gradcheck(np.sin, np.zeros((0, 3))), ValueError, r"nothing to check, .* are empty: \S+ \(0, 3\)"),
    "NaN in": (lambda: gradcheck(np.sin, np.array([0, np.nan])), ValueError, r"must be finite, got nan at index \(1,\)"),
    "NaN out": (lambda: gradcheck(np.log, -X), ValueError, r"result of log is nan at index \(0,\) of shape \(3,\); finite diff"),
    "infinity out": (lambda: gradcheck(np.exp, X * 1e4), ValueError, r"result of exp is inf at index \(0,\)"),
    "no function": (lambda: gradcheck(X), TypeError, r"expected a function first, got ndarray; write gradcheck\(f, \*args\)"),
    "order": (lambda: gradcheck(np.sin, X, order=0), ValueError, "order must be 1, 2, …, got 0"),
    "modes": (lambda: gradcheck(np.sin, X, modes="reverse"), ValueError, r"modes must be some of .*; write modes=\('reverse',\)"),
    "kinks": (lambda: gradcheck(np.sin, X, kinks="ignore"), ValueError, "kinks must be 'reject' or 'accept', got 'ignore'"),
    "wrt": (lambda: gradcheck(np.sin, X, wrt=[X]), TypeError, r"wrt\[0\] must be a float or complex leaf Tensor, or a module"),
    "not analytic": (lambda: gradcheck(np.sin, X + 0j, complex_step=True), TypeError, "for functions of real arguments"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input(case):
    run, kind, words = REFUSED[case]
    with pytest.raises(kind, match=words), np.errstate(all="ignore"):
        run()


def test_inside_detect_anomaly_and_as_an_assertion():
    with detect_anomaly():
        assert gradcheck(np.tanh, X)
    assert issubclass(errors.GradientError, AssertionError)


def test_functions_that_close_over_tensors_that_require_gradients():
    """Their derivatives are Tensors elsewhere; what is checked is the derivative by the arguments alone."""
    w = Tensor([0.3, -0.7], requires_grad=True)
    gradcheck(lambda x: np.sin(w * x), np.array([0.5, 2.0]))
    gradcheck(lambda x: elementwise_grad(lambda y: np.sin(w * y))(x), np.array([0.5, 2.0]))
    wrong = primitive(x=lambda g, x: 2 * g)(lambda x: x * 1.0)
    with pytest.raises(GradientError, match="Verdict: gradient wrong"):
        gradcheck(lambda x: wrong(x) * w, np.array([0.5, 2.0]))
