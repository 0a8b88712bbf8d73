"""Derivatives of a few expressions, of NumPy code and of a simulation, each compared with finite differences.

Run it with `python -m examples.quickstart`.
"""

import sys

import numpy as np

from autograd_core import Tensor, grad, hessian, jacobian, jvp, value_and_grad
from examples.common import Options


def expressions():
    """Tensors: write an expression, call backward(), read the gradients off the inputs."""
    a = Tensor(2.0, requires_grad=True, name="a")
    b = Tensor(-3.0, requires_grad=True, name="b")
    y = a * b + np.sin(a * a) / b
    y.backward()
    print(f"y = a b + sin(a²) / b   at a = 2, b = -3:  y = {y.item():.6f}")

    def by_hand(a, b):
        return a * b + np.sin(a * a) / b

    compare("∂y/∂a", a.grad, difference(lambda v: by_hand(v, -3.0), 2.0))
    compare("∂y/∂b", b.grad, difference(lambda v: by_hand(2.0, v), -3.0))

    x = Tensor(np.linspace(0.5, 2.0, 6).reshape(2, 3), requires_grad=True, name="x")
    w = Tensor(np.ones((3, 2)), requires_grad=True, name="w")
    loss = (np.tanh(x @ w) ** 2).mean()
    loss.backward()
    compare("∂ mean(tanh(x w)²) / ∂x", x.grad, difference(lambda v: np.mean(np.tanh(v @ w.numpy()) ** 2), x.numpy()))


def rosenbrock(x):
    """Ordinary NumPy code, which knows nothing of this package."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def numpy_code():
    """Functions of functions: grad, value_and_grad, hessian take a function and return one."""
    x = np.array([-1.2, 1.0, 0.5, 2.0])
    value, gradient = value_and_grad(rosenbrock)(x)
    print(f"\nRosenbrock's function of {x}: {value:.4f}")
    compare("gradient", gradient, difference(rosenbrock, x))
    compare("Hessian", hessian(rosenbrock)(x), difference(grad(rosenbrock), x))
    compare("derivative along (1, 1, 1, 1)", jvp(rosenbrock, (x,), (np.ones(4),))[1], np.sum(difference(rosenbrock, x)))


def simulate(parameters, steps=400, dt=0.02):
    """Predators and prey (Lotka and Volterra), by Runge-Kutta steps of fourth order: the state at the end."""
    birth, hunt, feed, death = parameters

    def slope(state):
        prey, predators = state
        return np.stack([birth * prey - hunt * prey * predators, feed * prey * predators - death * predators])

    state = np.array([1.0, 0.5])
    for _ in range(steps):
        k1 = slope(state)
        k2 = slope(state + dt / 2 * k1)
        k3 = slope(state + dt / 2 * k2)
        k4 = slope(state + dt * k3)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return state


def simulation():
    """Through a loop: how the end of a simulation depends on its start."""
    parameters = np.array([1.1, 0.4, 0.1, 0.4])
    print(f"\nPrey and predators after 400 Runge-Kutta steps: {simulate(parameters).round(6)}")
    compare("∂ end / ∂ (birth, hunt, feed, death)", jacobian(simulate)(parameters), difference(simulate, parameters))


def difference(f, x, step=1e-3):
    """The derivative of f by central differences, extrapolated twice, for each element of x."""
    x = np.asarray(x, float)
    columns = []
    for i in np.ndindex(x.shape):
        direction = np.zeros(x.shape)
        direction[i] = 1
        d = [(f(x + h * direction) - f(x - h * direction)) / (2 * h) for h in (step, step / 2, step / 4)]
        d = [(4 * d[1] - d[0]) / 3, (4 * d[2] - d[1]) / 3]
        columns.append(np.asarray((16 * d[1] - d[0]) / 15))
    return np.moveaxis(np.reshape(columns, x.shape + columns[0].shape), range(x.ndim), range(-x.ndim, 0))


def compare(what, ours, numeric):
    """Print a derivative and how far finite differences are from it; stop if that is far."""
    distance = np.max(np.abs(ours - numeric)) / max(1.0, np.max(np.abs(numeric)))
    shown = np.array2string(np.asarray(ours), precision=5, suppress_small=True, max_line_width=100).replace("\n", "\n    ")
    print(f"  {what}: differs from finite differences by {distance:.0e}\n    {shown}")
    if not distance < 1e-7:
        sys.exit(f"quickstart: {what} is wrong: {ours} against {numeric}")


if __name__ == "__main__":
    Options(__doc__, trains=False, writes=False).parse()
    expressions()
    numpy_code()
    simulation()
    print("\nAll derivatives agree.")
