"""@property_gradcheck, as pytest runs it in a user's file: right functions pass, wrong ones fail at a small counterexample."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

import autograd_core
from autograd_core import Tensor, linear, primitive, relu
from autograd_core.errors import DTypeError, GradientError
from autograd_core.testing import property_gradcheck
from autograd_core.testing.strategies import arrays, indices, positive_definite, shapes

FILE = """
import numpy as np
import pytest

from autograd_core import primitive, relu
from autograd_core.testing import property_gradcheck
from autograd_core.testing.strategies import arrays, operands, shapes


@property_gradcheck(x=arrays(shape=(3, 4)), max_examples=10)
def test_right(x):
    return np.log(np.cosh(x))


@property_gradcheck(arrays(away_from=0), max_examples=20)
def test_kink_kept_away_from(x):
    return relu(x)


@pytest.mark.parametrize("power", [2, 3])
@property_gradcheck(x=arrays(shape=2), max_examples=5)
def test_parametrized(x, power):
    return x**power


@primitive(x=lambda g, x: 3 * g * x * np.abs(x))
def cube(x):
    return x**3


@property_gradcheck(x=arrays(shape=shapes(0, 2, 0, 2)), order=1, seed=1)
def test_wrong(x):
    return cube(x)


@primitive(a=lambda g, b: g * b, b=lambda g, a: -g * a)
def product(a, b):
    return a * b


class TestInAClass:
    @staticmethod
    @property_gradcheck(pair=operands(max_dims=2, max_side=2), order=1, seed=1)
    def test_wrong_second(pair):
        return product(*pair)
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What pytest prints of the file above, in a directory of its own."""
    place = tmp_path_factory.mktemp("user")
    (place / "test_mine.py").write_text(FILE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", "--rootdir", str(place), str(place)]
    path = os.pathsep.join([str(Path(autograd_core.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run(command, cwd=place, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    return run.stdout


def section(outcome, name):
    """The part about one failing test."""
    return re.split(r"\n_{3,}", outcome.partition(f" {name} ___")[2])[0]


def test_right_functions_pass_under_pytest(outcome):
    assert "2 failed, 4 passed" in outcome
    for name in ("test_right", "test_kink_kept_away_from", "test_parametrized[2]", "test_parametrized[3]"):
        assert f"test_mine.py::{name}\n" in outcome


def test_a_wrong_primitive_fails_at_a_small_counterexample(outcome):
    text = section(outcome, "test_wrong")
    assert "the gradient of test_wrong with respect to x does not agree with finite differences" in text
    assert re.search(r"ours +-3\b[\s\S]*numeric +3\b", text)
    assert re.search(r"x = np.array\(-1.0, dtype='float64'\)\n.*gradcheck\(f, x, order=1, seed=1\)", text), (
        "the snippet that reproduces it"
    )
    assert "x=array(-1.)," in text, "a scalar, and the simplest number for which the rule is wrong"


def test_the_message_names_the_argument_that_is_wrong(outcome):
    text = section(outcome, "TestInAClass.test_wrong_second")
    assert "the gradient of test_wrong_second with respect to pair[1] does not agree" in text
    assert re.search(r"pair=\(\s*array\(1\.\),\s*array\(1\.\)", text)


def test_as_a_function_without_pytest():
    seen = []

    @property_gradcheck(x=arrays(shape=shapes(0, 2, 0, 3)), rows=st.lists(st.integers(0, 2), min_size=1), max_examples=20)
    def right(x, rows):
        """What it says."""
        seen.append((x.size, rows))
        return np.sum(x) * np.ones(3)[rows]

    right()
    assert (right.__name__, right.__doc__) == ("right", "What it says.")
    assert {0, 1} <= {size for size, _ in seen}, "empty arrays too, of which both passes are run"


def test_an_error_for_empty_arrays_is_an_error():
    @primitive(x=lambda g, x: g / x.size * np.zeros(int(1 / x.size)))
    def fails(x):
        return x * 1

    test = property_gradcheck(x=arrays(shape=(0, 2)))(lambda x: fails(x))
    with pytest.raises(ZeroDivisionError):
        test()


@property_gradcheck(x=arrays(shape=(2, 3)), w=arrays(shape=(2, 3)), b=arrays(shape=2), max_examples=5)
def test_several_arguments(x, w, b):
    return np.tanh(linear(x, w, b))


@property_gradcheck(a=positive_definite(), max_examples=10)
def test_functions_of_matrices(a):
    return np.linalg.cholesky((a + a.T) / 2)


@property_gradcheck(
    case=shapes(1, 2, 1, 3).flatmap(lambda shape: st.tuples(arrays(shape), indices(shape))), max_examples=20, order=1
)
def test_containers_and_indices(case):
    x, index = case
    return 2 * x[index]


@property_gradcheck(params=st.fixed_dictionaries({"w": arrays(shape=2), "b": arrays(shape=())}), max_examples=5)
def test_nested_containers(params):
    return np.sin(params["w"]) * params["b"]


def test_options_go_to_gradcheck():
    at_the_kink = {"x": st.just(np.zeros(2)), "max_examples": 2, "order": 1}
    property_gradcheck(**at_the_kink, kinks="accept")(relu)()
    with pytest.raises(GradientError, match="not differentiable here"):
        property_gradcheck(**at_the_kink)(relu)()
    half = primitive(x=lambda g: 0.5 * g)(lambda x: 1.0 * x)
    of_y_alone = property_gradcheck(x=arrays(shape=2), y=arrays(shape=2), argnums=(1,), max_examples=3)
    of_y_alone(lambda x, y: half(x) + y)()


def test_the_same_seed_draws_the_same():
    def drawn():
        seen = []
        property_gradcheck(x=arrays(shape=2), seed=3, max_examples=5, order=1)(
            lambda x: (seen.append(np.array(x.tolist())), x)[1]
        )()
        return np.array(seen)

    np.testing.assert_array_equal(drawn(), drawn())


def f(x, y):
    return x * y


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: property_gradcheck(f), r"strategies are missing; write @property_gradcheck\(x=arrays\(\)\) above f"),
        (lambda: property_gradcheck()(f), r"no strategy for f\(x, y\); write @property_gradcheck\(x=arrays\(\)\) above it"),
        (lambda: property_gradcheck(z=arrays())(f), r"f\(x, y\) has no parameter 'z', nor is that an option; .* order, modes"),
        (lambda: property_gradcheck(arrays(), x=arrays())(f), r"two strategies for parameter 'x' of f\(x, y\)"),
        (lambda: property_gradcheck(arrays(), arrays(), arrays())(f), r"3 strategies for the 2 parameters of f\(x, y\)"),
        (
            lambda: property_gradcheck(x=np.ones(3))(f),
            r"parameter 'x' of f\(x, y\) needs a strategy, got ndarray; write .*just\(value\)",
        ),
        (lambda: property_gradcheck(arrays())(lambda *x: x), r"parameters must have names to be drawn by, got \*x"),
    ],
)
def test_strategies_and_parameters_must_match(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_nothing_to_differentiate_by():
    with pytest.raises(DTypeError, match=r"no argument of .* can be differentiated by"):
        property_gradcheck(x=st.integers())(lambda x: x)()


def test_tensors_may_be_drawn_too():
    seen = []
    property_gradcheck(x=arrays(shape=2).map(Tensor), max_examples=3)(lambda x: (seen.append(type(x)), x * x)[1])()
    assert Tensor in seen
