"""Functions of one's own: what `primitive` accepts, and derivatives that have none themselves."""

import gc
import weakref

import numpy as np
import pytest

from autograd_core import Tensor, grad, hessian, hvp, jvp, primitive, vjp
from autograd_core.errors import GraphError

X = np.array([0.3, 0.5])


def only_arrays(*values):
    assert not any(isinstance(value, Tensor) for value in values)


def rule(g, x):
    """A rule that leaves NumPy, as one that calls a solver would."""
    only_arrays(g, x)
    return g * np.asarray(2 * x)


@primitive(x=rule, once=True)
def square(x):
    return x * x


@primitive(a=lambda g, b: g[0] * b + (0 if g[1] is None else g[1]), b=lambda g, a: g[0] * a, outputs=2, once=True)
def product_and_first(a, b):
    return a * b, a * 1


def test_once_has_a_first_derivative():
    assert grad(square)(3.0) == 6
    np.testing.assert_array_equal(vjp(square, X)[1](np.ones(2))[0], 2 * X)
    x = Tensor(X, requires_grad=True)
    square(x * 3).sum().backward()
    np.testing.assert_array_equal(x.grad, 18 * X)


SECOND = {
    "grad of grad": lambda: grad(grad(square))(3.0),
    "hessian": lambda: hessian(lambda x: np.sum(square(x)))(X),
    "hvp": lambda: hvp(lambda x: np.sum(square(x)))(X, X),
    "jvp": lambda: jvp(square, (X,), (X,)),
    "through another function": lambda: grad(grad(lambda x: square(np.sin(x)) * x))(3.0),
    "of one of several outputs": lambda: grad(grad(lambda x: product_and_first(x, x * 2)[0]))(3.0),
}


@pytest.mark.parametrize("case", SECOND)
def test_once_has_no_second_derivative(case):
    name = "product_and_first" if "outputs" in case else "square"
    with pytest.raises(GraphError, match=rf"^{name}: its derivative cannot be differentiated \(once=True\)"):
        SECOND[case]()


def test_create_graph_alone_does_not_need_the_second_derivative():
    x = Tensor(X, requires_grad=True)
    square(x).sum().backward(create_graph=True)
    np.testing.assert_array_equal(x.grad.numpy(), 2 * X)
    assert x.grad.requires_grad
    with pytest.raises(GraphError, match="square: its derivative cannot be differentiated"):
        (x.grad**2).sum().backward()


def test_once_beside_others_leaves_their_second_derivatives():
    """Only a pass that goes through the derivative is refused, not one that goes past it."""
    f = lambda x, y: square(x) + y**3
    assert grad(grad(f, 1), 1)(2.0, 3.0) == 18


def test_float32_and_broadcasting():
    double = primitive(x=lambda g: np.asarray(g, float) * np.ones((2, 2)), once=True)(lambda x: x + np.zeros((2, 2), np.float32))
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    double(x).sum().backward(create_graph=True)
    assert (x.grad.dtype, x.grad.shape) == (np.float32, (2,))


def test_a_function_that_nobody_holds_any_more_is_freed():
    gone = []
    for i in range(3):

        def forward(x, factor=i):
            return x * factor

        scaled = primitive(x=lambda g, factor: g * factor)(forward)
        assert grad(scaled)(2.0) == i
        gone.append(weakref.ref(forward))
    del forward, scaled
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3
