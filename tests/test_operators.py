"""Operators: every pair of operands that NumPy takes, on both sides."""

import operator

import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.errors import ShapeError

OPERANDS = {
    "bool": True,
    "int": 3,
    "float": 1.5,
    "complex": 1 + 2j,
    "float64": np.float64(2.5),
    "float32": np.float32(0.5),
    "int64": np.int64(2),
    "0-d": np.array(1.25),
    "array": np.array([[1.0, 2.0], [0.5, 3.0]]),
    "float32 array": np.float32([[1], [2]]),
    "int array": np.array([1, 2]),
    "list": [0.5, 2.0],
    "tuple": (3, 4),
}
TENSORS = {f"{kind} Tensor": lambda data=data: Tensor(data) for kind, data in OPERANDS.items()}
LEAVES = {
    f"{kind} leaf": lambda data=data: Tensor(data, requires_grad=True)
    for kind, data in OPERANDS.items()
    if np.asarray(data).dtype.kind in "fc"
}
ALL = {kind: lambda data=data: data for kind, data in OPERANDS.items()} | TENSORS | LEAVES
ARITHMETIC = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "//": operator.floordiv, "%": operator.mod,
}  # fmt: skip


def value_of(operand):
    return operand._value if isinstance(operand, Tensor) else operand


def as_numpy(operand):
    """A list is an array here, as beside an ndarray."""
    return np.asarray(operand) if isinstance(operand, (list, tuple)) else operand


@pytest.mark.parametrize("kind", [*TENSORS, *LEAVES])
@pytest.mark.parametrize("symbol", ARITHMETIC)
def test_every_pair_gives_a_tensor_of_numpys_value(symbol, kind):
    operate = ARITHMETIC[symbol]
    tensor = ALL[kind]()
    for other_kind, make in ALL.items():
        other = make()
        for a, b in ((tensor, other), (other, tensor)):
            try:
                expected = operate(as_numpy(value_of(a)), as_numpy(value_of(b)))
            except TypeError:  # the remainder of a complex number
                with pytest.raises(TypeError):
                    operate(a, b)
                continue
            found = operate(a, b)
            assert type(found) is Tensor, f"{symbol} with {other_kind}"
            assert found.requires_grad == any(getattr(x, "requires_grad", False) for x in (a, b))
            assert found.dtype == np.asarray(expected).dtype
            assert found.dtype != object
            np.testing.assert_allclose(found.numpy(), expected, rtol=1e-15)  # Python's own complex power differs in the last bit


MATRICES = {
    "array": np.array([[1.0, 2.0], [0.5, 3.0]]),
    "float32": np.float32([[1, 0], [2, 1]]),
    "vector": np.array([1.0, 2.0]),
    "list": [[1, 2], [3, 4]],
}


@pytest.mark.parametrize("left", MATRICES)
@pytest.mark.parametrize("right", MATRICES)
@pytest.mark.parametrize("recorded", [True, False])
def test_matmul_takes_a_tensor_on_either_side(left, right, recorded):
    a, b = MATRICES[left], MATRICES[right]
    expected = np.matmul(a, b)
    recorded = recorded and "list" not in (left, right)
    for x, y in ((Tensor(a, recorded), b), (a, Tensor(b, recorded)), (Tensor(a, recorded), Tensor(b))):
        found = x @ y
        assert type(found) is Tensor
        assert found.requires_grad == recorded
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize("kind", OPERANDS)
@pytest.mark.parametrize("operate", [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge])
def test_comparisons_return_plain_numpy(operate, kind):
    data = OPERANDS[kind]
    for leaf in (Tensor([1.0, 2.0], requires_grad=True), Tensor(1.5, requires_grad=True)):
        for a, b in ((leaf, data), (data, leaf), (leaf, Tensor(data))):
            found = operate(a, b)
            assert type(found) in (np.ndarray, np.bool_)
            np.testing.assert_array_equal(found, operate(as_numpy(value_of(a)), as_numpy(value_of(b))))


def test_bits_of_integers_are_plain_numpy():
    t = Tensor([1, 2, 5])
    for operate in (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift):
        for a, b in ((t, 3), (3, t), (t, np.array([1, 2, 3])), (t, t)):
            found = operate(a, b)
            assert type(found) is np.ndarray
            np.testing.assert_array_equal(found, operate(value_of(a), value_of(b)))
    np.testing.assert_array_equal(~(t > 1), [True, False, False])
    np.testing.assert_array_equal(~Tensor([True, False]), [False, True])


def test_one_operand():
    t = Tensor([1.0, -2.0], requires_grad=True)
    (-t * 3 + +t + abs(t)).sum().backward()
    np.testing.assert_array_equal(t.grad, [-1, -3])


class Meters:
    """A type of somebody else's, with reflected operators of its own."""

    def __radd__(self, other):
        return "meters"

    __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = __rmod__ = __rfloordiv__ = __eq__ = __gt__ = __rand__ = __radd__
    __hash__ = None


@pytest.mark.parametrize("operate", [*ARITHMETIC.values(), operator.matmul, operator.eq, operator.lt, operator.and_])
def test_a_foreign_type_gets_its_reflected_operator(operate):
    assert operate(Tensor([1.0], requires_grad=True), Meters()) == "meters"


@pytest.mark.parametrize("other", ["text", None, {}, print], ids=repr)
def test_what_is_not_a_number_is_a_type_error_that_names_the_types(other):
    t = Tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match=rf"unsupported operand type\(s\) for \+: 'Tensor' and '{type(other).__name__}'"):
        t + other
    with pytest.raises(TypeError, match="'<' not supported between instances of 'Tensor' and"):
        t < other  # noqa: B015
    assert (t == other) is False


@pytest.mark.parametrize(("a", "b"), [((2,), (3,)), ((2, 3), (2,)), ((2, 3), (4, 1, 2, 2))])
def test_shapes_that_do_not_go_together_are_named(a, b):
    x, y = Tensor(np.ones(a), requires_grad=True), Tensor(np.ones(b))
    both = rf"{a} and {b}".replace("(", r"\(").replace(")", r"\)")
    for operate, name in (
        (operator.add, "add"),
        (np.add, "add"),
        (operator.mul, "multiply"),
        (operator.matmul, "matmul"),
        (np.matmul, "matmul"),
    ):
        for left, right in ((x, y), (x, y.numpy()), (x.numpy(), y)):
            with pytest.raises(ShapeError, match=f"{name}: the shapes {both} do not go together"):
                operate(left, right)
