"""An array of another kind as the value of a Tensor: never converted, and gradients are of its kind (see `derivatives.kinds`)."""

import inspect

import numpy as np
import pytest

import autograd_core
import nn
from autograd_core import Tensor, mse_loss
from autograd_core.errors import DTypeError, UnsupportedError


class Kind(np.lib.mixins.NDArrayOperatorsMixin):
    """It has what `kinds` asks for, and none of what may be left out."""

    __stands_for_array__ = True

    def __init__(self, held):
        self.held = np.asarray(held)

    shape = property(lambda self: self.held.shape)
    ndim = property(lambda self: self.held.ndim)
    size = property(lambda self: self.held.size)
    dtype = property(lambda self: self.held.dtype)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if any(isinstance(x, Tensor) for x in inputs):
            return NotImplemented
        return Kind(getattr(ufunc, method)(*opened(inputs), **opened(kwargs)))

    def __array_function__(self, function, types, args, kwargs):
        if any(issubclass(kind, Tensor) for kind in types):
            return NotImplemented
        result = function(*opened(args), **opened(kwargs))
        return Kind(result) if isinstance(result, (np.ndarray, np.generic)) else result

    def __getitem__(self, index):
        return Kind(self.held[opened(index)])

    def astype(self, dtype, copy=True):
        return Kind(self.held.astype(dtype, copy=copy))

    def reshape(self, shape, order="C"):
        return Kind(self.held.reshape(shape, order=order))

    def copy(self):
        return Kind(self.held.copy())

    def __shares_memory__(self, other):
        return np.may_share_memory(self.held, other.held)

    def __as_array__(self):
        return self

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("converted to an array of NumPy's")

    def __bool__(self):
        raise AssertionError("decided by a value")


def opened(tree):
    if isinstance(tree, Kind):
        return tree.held
    if type(tree) in (list, tuple):
        return type(tree)(map(opened, tree))
    return {key: opened(item) for key, item in tree.items()} if type(tree) is dict else tree


X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])


@pytest.mark.parametrize(("f", "slope"), [
    (lambda t: np.sum(np.tanh(t)), 1 / np.cosh(X) ** 2),
    (lambda t: np.sum(t * t * 3), 6 * X),
    (lambda t: np.sum((t[0] - 1) ** 2), np.array([2 * (X[0] - 1), np.zeros(3)])),
    (lambda t: np.sum(t.T @ Kind([1.0, 2.0])), np.array([[1.0] * 3, [2.0] * 3])),
    (lambda t: np.mean(np.exp(t.reshape(3, 2))), np.exp(X) / 6),
])  # fmt: skip
def test_gradients_are_of_its_kind(f, slope):
    t = Tensor(Kind(X), requires_grad=True)
    result = f(t)
    result.backward()
    assert type(result.detach().numpy()) is type(t.grad) is Kind
    np.testing.assert_allclose(t.grad.held, slope, rtol=1e-14)


def test_a_step_of_gradient_descent():
    t = Tensor(Kind(X), requires_grad=True)
    for k in range(3):
        t.grad = None
        np.sum(t * t).backward()
        t.data = t.data - 0.25 * t.grad  # half of it stays
        np.testing.assert_array_equal(t.data.held, X / 2 ** (k + 1))


def test_a_leaf_takes_a_copy_and_a_view_knows_what_it_is_of():
    mine = Kind(X.copy())
    t = Tensor(mine, requires_grad=True)
    assert not np.may_share_memory(t.data.held, mine.held)
    constant = Tensor(mine)
    assert constant.numpy() is mine
    constant[0].numpy().held[:] = 7
    assert mine.held[0].tolist() == [7, 7, 7]


OWN = ["sigmoid", "relu", "elu", "silu", "gelu", "normal_cdf", "softmax", "log_softmax"]


def matrix(x):
    with pytest.warns(PendingDeprecationWarning):
        return np.matrix(x)


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("kind", ["a masked array", "an np.matrix"])
def test_no_mask_is_ignored_and_no_product_is_another(name, kind):
    """Of NumPy's own functions a masked array keeps its mask. What is made of several loses it, or multiplies matrices."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    if kind == "a masked array":
        operand, cure = np.ma.masked_greater(x, 3), r"write x\.filled\(value\)"
    else:
        operand, cure = matrix(x), r"np\.asarray\(x\)"
    with pytest.raises(DTypeError, match=rf"{name}: x is {kind}, .*{cure}"):
        getattr(autograd_core, name)(operand)


def test_losses_of_masked_arrays_are_refused():
    masked = np.ma.masked_greater([1.0, 2.0, 30.0], 3)
    for name, given in (
        ("prediction", lambda: mse_loss(masked, np.zeros(3))),
        ("target", lambda: mse_loss(np.zeros(3), masked)),
        ("target", lambda: mse_loss(np.zeros(3), target=masked)),
    ):
        with pytest.raises(DTypeError, match=rf"mse_loss: {name} is a masked array, .*write {name}\.filled\(value\)"):
            given()


def test_no_mask_is_lost_in_a_list():
    masked = np.ma.masked_greater([1.0, 2.0, 30.0], 3)
    t = Tensor(np.ones(3), requires_grad=True)
    for given in (
        lambda: autograd_core.softmax([masked, masked]), lambda: autograd_core.logsumexp([[masked]]), lambda: t * [*masked],
        lambda: Tensor([masked, masked]), lambda: mse_loss([[1.0, 2.0, 3.0]], [masked]), lambda: Tensor(([1.0], masked)),
    ):  # fmt: skip
        with pytest.raises(DTypeError, match=r"a part of a list is a masked array, .*write part\.filled\(value\)"):
            given()


# NumPy's own tanh keeps a mask
@pytest.mark.parametrize("name", sorted({*nn.functional.__all__} - {"tanh"}))
@pytest.mark.parametrize("kind", ["a masked array", "an np.matrix"])
def test_no_function_of_nn_takes_them(name, kind):
    f = getattr(nn.functional, name)
    x = np.array([[0.25, 0.5], [0.75, 1.0]])
    operand = np.ma.masked_greater(x, 0.7) if kind == "a masked array" else matrix(x)
    needed = [p for p in inspect.signature(f).parameters.values() if p.default is p.empty]
    for i, p in enumerate(needed if f.__module__.startswith("nn.") else needed[:1]):
        with pytest.raises(DTypeError, match=rf"^{name}: \w+ is {kind}, .*\b{p.name}\b"):
            f(*[operand if k == i else x for k in range(len(needed))])
        if kind == "a masked array" and f.__module__.startswith("nn."):
            with pytest.raises(DTypeError, match=rf"^{name}: {p.name} holds a masked array, .*write part\.filled"):
                f(*[[operand] if k == i else x for k in range(len(needed))])


LAYERS = {
    "GRU": (lambda: nn.GRU(4, 4), 1),
    "LSTM": (lambda: nn.LSTM(4, 4), 1),
    "RNN": (lambda: nn.RNN(4, 4), 2),
    "GRUCell": (lambda: nn.GRUCell(4, 4), 2),
    "LSTMCell": (lambda: nn.LSTMCell(4, 4), 1),
    "RNNCell": (lambda: nn.RNNCell(4, 4), 2),
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2), 4),
    "TransformerDecoderLayer": (lambda: nn.TransformerDecoderLayer(4, 2), 4),
    "Tanh": (nn.Tanh, 1),
    "pad_sequence": (lambda: lambda *parts: nn.utils.rnn.pad_sequence(parts), 2),
}


@pytest.mark.parametrize("make", [lambda x: x, list, lambda x: [list(x), list(x)]], ids=["array", "rows", "nested"])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_that_take_lists_refuse_masked_arrays_in_them(name, make):
    layer, count = LAYERS[name][0](), LAYERS[name][1]
    x = np.ones((4, 4))
    masked = make(np.ma.masked_array(x, mask=x > 0))
    for i in range(count):
        with pytest.raises((DTypeError, UnsupportedError), match="mask"):
            layer(*(masked if i == j else x for j in range(count)))
