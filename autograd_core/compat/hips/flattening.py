"""`autograd.misc`: nested parameters as one vector, and what is built on that."""

import functools

import numpy as np

from autograd_core.compat.hips.boxes import getval, map_leaves
from autograd_core.compat.hips.extend import defvjp, primitive
from autograd_core.compat.hips.operators import make_vjp_of_one
from autograd_core.compat.hips.spaces import vspace


def flatten(value):
    """(vector, unflatten): the numbers in nested tuples, lists and dicts (in the order of their sorted keys) as one vector."""
    unflatten, vector = make_vjp_of_one(_flatten, value)
    return vector, unflatten


def _flatten(value):
    if isinstance(value, (list, tuple)):
        return _joined([_flatten(item) for item in value])
    if isinstance(value, dict):
        return _joined([_flatten(value[key]) for key in sorted(value)])
    return np.ravel(value)


def _joined(parts):
    return np.concatenate(parts) if parts else np.zeros(0)


def flatten_func(func, example):
    """(func on vectors, unflatten, the vector of `example`)."""
    vector, unflatten = flatten(example)
    return (lambda x, *args: flatten(func(unflatten(x), *args))[0]), unflatten, vector


def const_graph(fun, *args, **kwargs):
    """The function. HIPS autograd replays the first call's operations; here `autograd_core.capture` does that, and checks."""
    return functools.partial(fun, *args, **kwargs)


def unflatten_optimizer(optimize):
    """An optimizer of vectors, for nested parameters."""

    @functools.wraps(optimize)
    def of_nested(grad, x0, callback=None, *args, **kwargs):
        vector, unflatten = flatten(x0)
        shown = (lambda x, i, g: callback(unflatten(x), i, unflatten(g))) if callback else None
        return unflatten(optimize(lambda x, i: flatten(grad(unflatten(x), i))[0], vector, shown, *args, **kwargs))

    return of_nested


@unflatten_optimizer
def sgd(grad, x, callback=None, num_iters=200, step_size=0.1, mass=0.9):
    """Gradient descent with momentum; `grad(x, i)` is the gradient in iteration i."""
    velocity = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        velocity = mass * velocity - (1 - mass) * g
        x = x + step_size * velocity
    return x


@unflatten_optimizer
def rmsprop(grad, x, callback=None, num_iters=100, step_size=0.1, gamma=0.9, eps=1e-8):
    """RMSprop (Tieleman and Hinton, 2012)."""
    square = np.ones(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        square = gamma * square + (1 - gamma) * g**2
        x = x - step_size * g / (np.sqrt(square) + eps)
    return x


@unflatten_optimizer
def adam(grad, x, callback=None, num_iters=100, step_size=0.001, b1=0.9, b2=0.999, eps=1e-8):
    """Adam (Kingma and Ba, 2015)."""
    mean, square = np.zeros(len(x)), np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        mean = b1 * mean + (1 - b1) * g
        square = b2 * square + (1 - b2) * g**2
        x = x - step_size * (mean / (1 - b1 ** (i + 1))) / (np.sqrt(square / (1 - b2 ** (i + 1))) + eps)
    return x


def fixed_point(f, a, x0, distance, tol):
    """The x with f(a)(x) = x, differentiable in `a` by the implicit function theorem."""
    start = map_leaves(getval, x0)

    @primitive
    def solved(a):
        step = f(a)
        x, previous = step(start), start
        while distance(x, previous) > tol:
            x, previous = step(x), x
        return x

    def solved_vjp(ans, a):
        def pullback(g):
            def adjoint(parameters):
                a, x, g = parameters
                vjp_x, _ = make_vjp_of_one(f(a), x)
                return lambda u: vspace(x).add(vjp_x(u), g)

            vjp_a, _ = make_vjp_of_one(lambda a: f(a)(ans), a)
            return vjp_a(fixed_point(adjoint, (a, ans, g), vspace(start).zeros(), distance, tol))

        return pullback

    defvjp(solved, solved_vjp)
    return solved(a)
