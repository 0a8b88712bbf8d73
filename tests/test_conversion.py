"""Ways in which a value could leave the graph unnoticed, each refused with the line to write instead."""

import math

import numpy as np
import pytest

from autograd_core import Tensor, no_grad
from autograd_core.errors import AutogradError, DetachError, UnsupportedError


def vector():
    return Tensor([1.0, 2.0], requires_grad=True) * 1


def scalar():
    return Tensor(2.0, requires_grad=True) * 1


def assign(array, index, value):
    array[index] = value
    return array


def add_to(array, value):
    array += value
    return array


STACK = r"write t\.numpy\(\) for the value, np\.stack\(\[t, …\]\) for a recorded array"
FLOAT = r"write t\.item\(\) for the value, np\.f\(t\) for a recorded result, np\.stack"
CONVERSIONS = {
    "np.asarray": (lambda t: np.asarray(t), vector, STACK),
    "np.array of two": (lambda t: np.array([t, t]), vector, STACK),
    "np.array of two scalars": (lambda t: np.array([t, t]), scalar, STACK),
    "np.array with a dtype": (lambda t: np.array(t, dtype=np.float32), vector, STACK),
    "np.mean of a list": (lambda t: np.mean([t, t]), vector, STACK),
    "np.sum of a list": (lambda t: np.sum([t, t]), scalar, STACK),
    "np.sin of a list": (lambda t: np.sin([t, t]), vector, STACK),
    "arr[:] = t": (lambda t: assign(np.zeros(2), slice(None), t), vector, STACK),
    "arr[1:] = scalar": (lambda t: assign(np.zeros(2), slice(1, None), t), scalar, STACK),
    "list in an expression": (lambda t: np.ones(2) * [t, t], scalar, STACK),
    "arr += t": (lambda t: add_to(np.zeros(2), t), vector, r"Write `result = a \+ b` instead of `arr \+= b`"),
    "out=": (lambda t: np.add(t, 1, out=np.zeros(2)), vector, r"instead of `arr \+= b` or `np\.add\(a, b, out=arr\)`"),
    "float": (float, scalar, FLOAT),
    "math.log": (math.log, scalar, FLOAT),
    "math.pow": (lambda t: math.pow(t, 2), scalar, FLOAT),
    "int": (int, scalar, r"write int\(t\.item\(\)\)"),
    "complex": (complex, scalar, r"write t\.item\(\)"),
    "list of floats": (lambda t: [float(x) for x in t], vector, FLOAT),
}


@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_refused_while_recorded(conversion):
    run, make, instead = CONVERSIONS[conversion]
    with pytest.raises(DetachError, match=instead) as caught:
        run(make())
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, AutogradError)


@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_allowed_under_no_grad_and_after_detach(conversion):
    run, make, _ = CONVERSIONS[conversion]
    with no_grad():
        under = run(make())
    detached = run(make().detach())
    expected = run(make().numpy()[()])
    np.testing.assert_array_equal(under, expected)
    np.testing.assert_array_equal(detached, expected)


def test_assigning_to_an_element_of_an_array():
    """NumPy puts an error of its own before ours, for everything that has a length; ours is shown as its cause."""
    with pytest.raises(ValueError, match="setting an array element with a sequence") as caught:
        assign(np.zeros(2), 0, scalar())
    assert isinstance(caught.value.__cause__, DetachError)
    assert "arr[i] = t would cut the Tensor out of the graph; write t.item()" in str(caught.value.__cause__)
    with no_grad():
        np.testing.assert_array_equal(assign(np.zeros(2), 0, scalar()), [2, 0])
    np.testing.assert_array_equal(assign(np.zeros(2), 1, scalar().detach()), [0, 2])


def test_explicit_conversion_always_works():
    t = vector()
    np.testing.assert_array_equal(t.numpy(), [1, 2])
    assert t.tolist() == [1, 2]
    assert scalar().item() == 2
    assert math.log(scalar().item()) == math.log(2)
    assert type(np.asarray(t.numpy())) is np.ndarray


def test_arrays_of_constants_are_what_numpy_makes_of_them():
    c = Tensor(np.ones((2, 2), np.float32))
    assert np.asarray(c) is c.data
    assert np.array(c) is not c.data
    assert np.asarray(c, np.float64).dtype == np.float64
    assert np.array([c, c]).shape == (2, 2, 2)
    assert np.array([Tensor(1.0), 2]).dtype == np.float64
    with pytest.raises(ValueError, match="copy"):
        np.array(c, dtype=np.float64, copy=False)


def test_a_recorded_tensor_is_no_index():
    with pytest.raises(DetachError, match=r"t as an index would cut .* write int\(t\.item\(\)\)"):
        [1, 2, 3][scalar()]
    with pytest.raises(TypeError):
        [1, 2, 3][scalar().detach()]


def test_nothing_becomes_an_object_array():
    t = vector()
    for result in (np.add(t, [1, 2]), [1, 2] * t, np.multiply([[3], [4]], t), np.float64(2) * t, np.ones(2) @ t):
        assert result.dtype == np.float64


MASKED = np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0])


@pytest.mark.parametrize(
    "use",
    [lambda t: t * MASKED, lambda t: MASKED * t, lambda t: t @ MASKED, lambda t: np.add(MASKED, t), lambda t: np.ma.sin(t)],
    ids=["right", "left", "product", "function", "ma"],
)
def test_a_masked_array_is_refused_and_not_taken_for_its_data(use):
    with pytest.raises((UnsupportedError, DetachError), match=r"write np\.where\(mask, 0, t\)|write t\.numpy\(\)"):
        use(Tensor([0.5, 1.0, 2.0], requires_grad=True))


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_a_matrix_is_refused():
    with pytest.raises(UnsupportedError, match=r"an np\.matrix beside a Tensor: .* write np\.asarray\(matrix\)"):
        np.asmatrix(np.eye(3)) @ Tensor([0.5, 1.0, 2.0], requires_grad=True)
