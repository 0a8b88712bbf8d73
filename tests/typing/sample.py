"""User code as a type checker sees it: `mypy --strict` and pyright must accept it. test_typing.py runs both, and runs it."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from autograd_core import (
    Tensor,
    checkpoint,
    cross_entropy,
    detect_anomaly,
    errors,
    grad,
    hessian,
    jvp,
    no_grad,
    primitive,
    relu,
    softmax,
    value_and_grad,
    vjp,
)


def expressions() -> float:
    a = Tensor(2.0, requires_grad=True, name="a")
    b = Tensor([1.0, 2.0], requires_grad=True)
    y = a * b + 1 - b / 2 + 3 * a**2 + np.ones(2)
    assert_type(y, Tensor)
    assert_type(y[0], Tensor)
    assert_type(np.ones((3, 2)) @ y, Tensor)
    loss = np.sin(y).mean()  # a ufunc of NumPy: no cast needed
    loss.backward()
    assert_type(b.numpy(), NDArray[Any])
    print(b.grad.shape, b.shape[0], y.T.dtype, len(y), [v.item() for v in b])
    b.data -= 0.1 * b.grad
    return float(loss.item())


def functions(x: NDArray[np.float64]) -> NDArray[np.float64]:
    def f(x: Any) -> Any:
        return (x**2).sum()

    value, gradient = value_and_grad(f)(x)
    out, pullback = vjp(f, x)
    out, tangent = jvp(f, (x,), (x,))
    print(value, out, pullback(1.0), tangent, hessian(f)(x), grad(f, argnum=0)(x))
    result: NDArray[np.float64] = gradient
    return result


@primitive("x³ | 3 ḡ x²", x=lambda g, x: 3 * g * x**2)
def cube(x: Any) -> Any:
    return x**3


@no_grad()
def accuracy(scores: Tensor, labels: NDArray[np.int64]) -> float:
    return float((scores.argmax(axis=1) == labels).mean())


@checkpoint
def block(x: Tensor) -> Tensor:
    return relu(x).tanh()


def nets(x: NDArray[np.float64], labels: NDArray[np.int64]) -> None:
    w = Tensor(np.zeros((x.shape[1], 3)), requires_grad=True)
    with detect_anomaly(check_inf=True):
        scores = block(x @ w)
        assert_type(cross_entropy(scores, labels, reduction="mean"), Tensor)
        assert_type(softmax(scores), Tensor)
        assert_type(softmax(x), NDArray[Any])
        cross_entropy(scores, labels).backward()
    print(accuracy(scores, labels), cube(w).shape)
    try:
        cross_entropy(scores, labels + 5)
    except (errors.AutogradError, ValueError) as error:
        print(error)


if __name__ == "__main__":
    r = np.random.default_rng(0)
    print(expressions(), functions(r.normal(size=3)))
    nets(r.normal(size=(4, 2)), np.array([0, 1, 2, 0]))
