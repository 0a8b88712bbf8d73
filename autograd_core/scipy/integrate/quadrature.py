"""Integrals of functions: in their limits, and in what the function depends on.

d ∫ₐᵇ f(x, θ) dx = f(b) db - f(a) da + ∫ₐᵇ f_θ dx dθ, where the last integral is computed like the first: with the same
function of SciPy and the same options, one element of θ after the other. In a pass that is itself recorded it is an integral of
this module, so every order follows.
"""

import functools
import itertools
from _thread import get_ident

import numpy as np
import scipy.integrate as original
from scipy.special import roots_legendre

from autograd_core.errors import UnsupportedError
from autograd_core.graph.modes import enable_grad, no_grad, recording
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.solved import (
    Solved,
    Traced,
    as_tensor,
    as_tuple,
    bits_of,
    changed,
    dependencies,
    is_recorded,
    on_values,
    place,
    shape_of,
    size_of,
    with_args,
)

LOOKED_AT = np.array([-0.94, -0.44, 0.0, 0.54, 0.94])  # places in an interval, to see which Tensors f uses


def quad(func, a, b, args=(), full_output=0, epsabs=1.49e-8, epsrel=1.49e-8, limit=50, **options):
    """The integral of func from a to b, and an estimate of its error, with derivatives by a, b, `args` and closures.

    The options are SciPy's. With `weight`, the limits have no derivative. Infinite limits are constants.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> laplace = lambda s: integrate.quad(lambda t: t * np.exp(-s * t), 0, np.inf)[0]       # 1 / s²
    >>> grad(laplace)(2.0).round(6), grad(grad(laplace))(2.0).round(6)
    (np.float64(-0.25), np.float64(0.375))
    """
    f = with_args(func, args)
    options = {"epsabs": epsabs, "epsrel": epsrel, "limit": limit, **options}
    limits = [float(plain(end)) for end in (a, b)]
    value, *rest = original.quad(
        on_values(f), *limits, full_output=full_output, **{key: plain(one) for key, one in options.items()}
    )
    nodes = dependencies(f, *[(x,) for x in _inside(*limits)])
    operands = _limits((a, b), limits)
    _refuse(options, operands, nodes)
    if nodes or any(map(is_recorded, operands)):
        of_part = lambda part: quad(part, a, b, **options)[0]
        value = place(
            "scipy.integrate.quad",
            value,
            Integral(f, nodes, "scipy.integrate.quad", limits, _one_by_one(of_part)),
            operands,
            nodes,
        )
    return (value, *rest)


def quad_vec(f, a, b, full_output=False, args=(), **options):
    """The integral of a function with many results from a to b, and an estimate of its error, as `quad`.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> k = np.array([1.0, 2.0])
    >>> total = lambda k: np.sum(integrate.quad_vec(lambda x: np.exp(-k * x), 0, np.inf)[0])      # Σ 1 / k
    >>> grad(total)(k).round(6)
    array([-1.  , -0.25])
    """
    g = with_args(f, args)
    many = lambda x: as_tensor(g(x), f)
    limits = [float(plain(end)) for end in (a, b)]
    value, *others = original.quad_vec(on_values(many), *limits, full_output=full_output, **options)
    nodes = dependencies(many, *[(x,) for x in _inside(*limits)])
    operands = _limits((a, b), limits)
    again = lambda part, _: quad_vec(part, a, b, **options)[0]
    value = place(
        "scipy.integrate.quad_vec", value, Integral(many, nodes, "scipy.integrate.quad_vec", limits, again), operands, nodes
    )
    return (value[()] if isinstance(value, np.ndarray) else value, *others)


def _limits(given, values):
    """The limits as operands: an infinite one is a constant."""
    return tuple([end if np.isfinite(value) else value for end, value in zip(given, values, strict=True)])


def _inside(a, b):
    """Points between two limits, which may be infinite."""
    if np.isfinite(a) and np.isfinite(b):
        return [float(x) for x in (a + b) / 2 + (b - a) / 2 * LOOKED_AT]
    away = (1 + LOOKED_AT) / (1 - LOOKED_AT)
    if np.isfinite(a):
        return [float(x) for x in a + np.sign(b) * away]
    if np.isfinite(b):
        return [float(x) for x in b + np.sign(a) * away]
    return [float(x) for x in LOOKED_AT / (1 - LOOKED_AT**2)]


def _one_by_one(integrate):
    """The integral of a function with many results, by a function that integrates one."""
    return lambda f, size: np.stack([integrate(lambda x, j=j: f(x)[j]) for j in range(size)])


def _refuse(options, operands, nodes):
    if options.get("complex_func") and (nodes or any(map(is_recorded, operands))):
        raise UnsupportedError(
            "scipy.integrate.quad: there is no derivative with complex_func=True; integrate the real and the imaginary part"
        )
    if options.get("weight") is not None and any(map(is_recorded, operands)):
        raise UnsupportedError(
            "scipy.integrate.quad: with weight= there is no derivative by the limits; write it into the function"
        )
    for name in ("wvar", "points"):
        given = options.get(name)
        if any(map(is_recorded, given if isinstance(given, (list, tuple)) else [given])):
            raise UnsupportedError(f"scipy.integrate.quad: there is no derivative by {name}; write the weight into the function")


class Integral(Solved):
    """How the gradient of an integral is pulled back.

    again   what integrates a function with a number of results in the same way
    """

    def __init__(self, f, nodes, name, limits, again):
        super().__init__()
        self.f, self.nodes, self.name, self.limits, self.again = f, nodes, name, limits, again
        self.bits = self._bits()

    def _bits(self):
        return bits_of(self.f, [(x,) for x in _inside(*self.limits)[1:4:2]])

    def gradient(self, g, i, out, operands):
        if i < 2:
            return self._of_limit(g, operands[i], 2 * i - 1)
        thread = get_ident()
        before, among, slopes = self.pending.get(thread, (None, None, None))
        if before is not g or among is not operands:
            self._check()
            record = isinstance(g, Variable) or any(isinstance(one, Variable) for one in operands)
            slopes = _Slopes(self.f, self.nodes, self.name, g, record)
            if not record:  # nothing of a recorded pass must outlive it
                self.pending[thread] = g, operands, slopes
        with enable_grad() if slopes.record else no_grad():
            whole = self.again(functools.partial(slopes, i - 2), size_of(self.nodes[i - 2]))
        return np.reshape(whole, shape_of(self.nodes[i - 2]))

    def _of_limit(self, g, x, sign):
        if isinstance(g, Variable) or isinstance(x, Variable):
            return sign * np.sum(g * as_tensor(self.f(x), self.f))
        return sign * np.sum(g * np.asarray(on_values(self.f)(float(x))))

    def _check(self):
        if self._bits() != self.bits:
            raise changed(self.name)


class _Slopes:
    """ḡ f_θ(x), for one of the nodes at a time. Plain values are kept, since each node asks for them at the same places."""

    def __init__(self, f, nodes, name, g, record):
        self.f, self.nodes, self.name, self.g, self.record, self.known = f, nodes, name, g, record, {}

    def __call__(self, k, x):
        if recording.get() is not False:
            return np.reshape(self._pulled(x)[k], -1)
        if x not in self.known:
            self.known[x] = [np.reshape(plain(part), -1) for part in self._pulled(x)]
        return self.known[x][k]

    def _pulled(self, x):
        traced = Traced(self.f, [x], self.nodes, self.name)
        record = traced.between.is_recorded((self.g, x))
        g = self.g if record else plain(self.g)
        return traced.pull(np.reshape(g, traced.output.shape), record)[1:]


def nquad(func, ranges, args=None, opts=None, full_output=False):
    """An integral over several variables, func(x0, …, xn, *args), with derivatives as in `quad`; ranges[0] is the innermost.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> area = lambda r: integrate.nquad(lambda y, x: 1.0, [lambda x: (0, r - x), (0, r)])[0]       # r² / 2
    >>> round(float(grad(area)(3.0)), 6)
    3.0
    """
    rest = as_tuple(args)
    ranges = [one if callable(one) else (lambda *_, one=one: one) for one in ranges]
    given = opts if isinstance(opts, (list, tuple)) else [opts] * len(ranges)
    given = [one if callable(one) else (lambda *_, one=one: one or {}) for one in given]

    def inner(level, outer):
        def integrand(x):
            return func(x, *outer, *rest) if level == 0 else inner(level - 1, (x, *outer))[0]

        a, b = ranges[level](*outer, *rest)
        return quad(integrand, a, b, **given[level](*outer, *rest))

    def everything(*places):
        outer, ends = (), []
        for level, place_ in zip(reversed(range(len(ranges))), places, strict=True):
            a, b = ranges[level](*outer, *rest)
            ends += [a, b]
            outer = (_inside(float(plain(a)), float(plain(b)))[place_], *outer)
        return [func(*outer, *rest), *ends]

    if not dependencies(everything, *itertools.product((1, 3), repeat=len(ranges))):
        plain_ranges = [on_values(one) for one in ranges]
        return original.nquad(on_values(func), plain_ranges, plain(rest), given if opts is not None else None, full_output)
    if full_output:
        raise UnsupportedError("scipy.integrate.nquad: there is no derivative with full_output=True; leave it out")
    return inner(len(ranges) - 1, ())


def _limit(end):
    return end if callable(end) else lambda *_: end


def dblquad(func, a, b, gfun, hfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8):
    """The integral of func(y, x, *args) over x from a to b and y from gfun(x) to hfun(x), with derivatives as in `quad`.

    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> volume = lambda a, b: integrate.dblquad(lambda y, x: x * y, 0, a, 0, b)[0]           # a² b² / 4
    >>> [round(float(g), 6) for g in grad(volume, (0, 1))(2.0, 3.0)]
    [9.0, 6.0]
    """
    low, high = _limit(gfun), _limit(hfun)
    ranges = [lambda x, *_: (low(x), high(x)), (a, b)]
    return nquad(func, ranges, args, {"epsabs": epsabs, "epsrel": epsrel})


def tplquad(func, a, b, gfun, hfun, qfun, rfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8):
    """The integral of func(z, y, x, *args), with y from gfun(x) to hfun(x) and z from qfun(x, y) to rfun(x, y); see `dblquad`."""
    low, high, bottom, top = map(_limit, (gfun, hfun, qfun, rfun))
    ranges = [lambda y, x, *_: (bottom(x, y), top(x, y)), lambda x, *_: (low(x), high(x)), (a, b)]
    return nquad(func, ranges, args, {"epsabs": epsabs, "epsrel": epsrel})


def fixed_quad(func, a, b, args=(), n=5):
    """The integral of func from a to b by Gauss-Legendre of order n, as (value, None), with derivatives by everything.

    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> round(float(grad(lambda b: integrate.fixed_quad(lambda x: x**2, 0, b)[0])(3.0)), 9)
    9.0
    """
    if not all(np.isfinite(plain(end)) for end in (a, b)):
        raise ValueError("scipy.integrate.fixed_quad: Gauss-Legendre needs finite limits; write quad(func, a, b)")
    points, weights = roots_legendre(n)
    x = (b - a) * (np.real(points) + 1) / 2 + a
    return (b - a) / 2 * np.sum(weights * as_tensor_or_array(func(x, *as_tuple(args))), axis=-1), None


def as_tensor_or_array(value):
    return value if isinstance(value, Variable) else np.asarray(value)
