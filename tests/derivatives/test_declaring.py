"""Putting functions into the table: each once, and each under the name by which its user knows it."""

import functools

import numpy as np
import pytest

from autograd_core import Tensor, detect_anomaly, primitive
from autograd_core.derivatives.table import TABLE, composed, derivative, resolve, unsupported, value_only
from autograd_core.errors import AnomalyError, GraphError, UnsupportedError
from autograd_core.graph.backward_pass import collect
from autograd_core.graph.nodes import name_of

# Functions with an own primitive behind them, which is recorded in their name
SHOWN = {
    "astype": lambda x: np.astype(x, np.float32),
    "choose": lambda x: np.choose([0, 1, 0], [x[0], x[1]]),
    "clip": lambda x: np.clip(x, -1, 1),
    "concatenate": lambda x: np.concatenate([x, x]),
    "einsum": lambda x: np.einsum("ij->i", x),
    "linalg.cond": lambda x: np.linalg.cond(x + np.inf),
    "linalg.qr": lambda x: np.linalg.qr(x)[1],
    "linalg.svd": lambda x: np.linalg.svd(x)[0],
    "linspace": lambda x: np.linspace(x[0], x[1]),
    "multiply": lambda x: np.sqrt(x * 0) * np.sqrt(x * 0),
    "power": lambda x: np.sqrt(x * 0) ** 2,
    "pad": lambda x: np.pad(x, 1),
    "stack": lambda x: np.stack([x, x]),
}


def matrix():
    return Tensor([[1.0, 2.0, 3.0], [5.0, 3.0, 1.0], [1.0, 1.0, 4.0]], requires_grad=True)


@pytest.mark.parametrize("name", SHOWN)
def test_a_result_shows_numpys_name(name):
    result = SHOWN[name](matrix())
    assert name_of(result._node) == name
    assert repr(result).endswith(f"from {name})")


@pytest.mark.parametrize("name", SHOWN)
def test_messages_show_numpys_name(name):
    result = SHOWN[name](matrix())
    result.backward(np.ones(result.shape, result.dtype))
    with pytest.raises(GraphError, match=rf"a second pass through the graph of {name}, whose"):
        result.backward(np.ones(result.shape, result.dtype))


def test_an_anomaly_in_one_of_several_outputs_shows_the_operation():
    with pytest.raises(AnomalyError, match=r"linalg.svd"), detect_anomaly():
        np.linalg.svd(matrix() * 1)[1].backward(np.array([1.0, np.nan, 1.0]))


def test_each_output_shows_the_operation():
    factors = np.linalg.svd(matrix())
    assert [name_of(factor._node) for factor in factors] == ["linalg.svd"] * 3
    total = factors[0].sum() + factors[1].sum()
    assert "output" not in {name_of(node) for node in collect([total._node])[0]}


def _is_of_the_engine(module):
    return module.startswith("autograd_core.") and not module.startswith(("autograd_core.scipy", "autograd_core.compat"))


def test_names_given_to_own_functions_are_numpys():
    own = [entry for entry in TABLE.values() if entry.function is entry and _is_of_the_engine(entry.forward.__module__)]
    renamed = {entry.name for entry in own if entry.name != entry.__name__}
    assert renamed == set(SHOWN)
    assert all(resolve(name) is not None for name in renamed)


def test_name_of_a_users_primitive():
    @primitive("c |x|² | 2 ḡ c x", name="energy", x=lambda g, x, c: 2 * g * c * x)
    def _inner(x, c=1.0):
        return c * np.vdot(x, x)

    x = Tensor([1.0, 2.0], requires_grad=True)
    assert repr(_inner(x)) == "Tensor(5., dtype=float64, from energy)"
    assert repr(_inner) == "<energy: c |x|² | 2 ḡ c x>"
    assert _inner.__name__ == "_inner"
    with pytest.raises(UnsupportedError, match=r"^energy: there is no derivative with respect to argument c, only to x"):
        _inner(x, x[0])


@pytest.mark.parametrize("declare", [
    lambda path: derivative(path, "x | ḡ", x=lambda g: g),
    lambda path: composed(path)(lambda x: x),
    lambda path: value_only(f"array_equal_ {path}"),
    lambda path: unsupported({path: "write something else"}),
], ids=["derivative", "composed", "value_only", "unsupported"])  # fmt: skip
@pytest.mark.parametrize("path", ["exp", "fliplr", "argmax", "roots"])
def test_a_function_is_declared_once(declare, path):
    with pytest.raises(ValueError, match=f"^{path} is in the table of derivatives already$"):
        declare(path)


def test_the_quick_way_for_one_operand_is_that_of_the_first_argument():
    """A call with a Tensor in front takes it where there is one rule: that must be the first argument's."""
    wrong = [entry.name for entry in TABLE.values() if entry.simple and entry.parameters[0] not in entry.rules]
    assert wrong == []


def test_a_first_argument_without_a_rule_is_refused():
    @primitive(x=lambda g, n: g * n)
    def scaled_by(n, x):
        return n * x

    t = Tensor(3.0, requires_grad=True)
    with pytest.raises(UnsupportedError, match="scaled_by: there is no derivative with respect to argument n, only to x"):
        scaled_by(t, 2.0)
    assert scaled_by(3.0, t).requires_grad
    bound = functools.partial(scaled_by.__wrapped__)
    with pytest.raises(UnsupportedError, match="with respect to argument n, only to x"):
        primitive(x=lambda g, n: g * n)(bound)(t, 2.0)
