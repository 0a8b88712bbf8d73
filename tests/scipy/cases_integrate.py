"""scipy.integrate: each function with an integral or a differential equation that is smooth in the operands."""

import numpy as np

from tests.scipy.cases import M, P, R, call, covers


def y_of(result):
    return result.y


def y_and_events(result):
    return result.y[:, -1], result.t_events[0], result.y_events[0]


def first(result):
    return result[0]


# Integrals


def wave(x, a, b):
    return a * np.exp(-b * x) * np.cos(x)


def waves(x, a):
    return a * np.exp(-a * x)


def surface(y, x, a):
    return a * x * y + np.sin(a * y)


def solid(z, y, x, a):
    return a * x * y * z + z * z


# Finite differences of gradients take minutes here: the second order is in test_integrate.py
INTEGRAL = {"pick": first, "dtypes": (), "order": 1}
covers(
    "integrate.quad",
    call(wave, R(), P(), (P(), P())),
    call(wave, P(), np.inf, (P(), P())),
    call(wave, 0.0, 2.0, (P(), P()), weight="cos", wvar=3.0),
    call(wave, 0.0, 2.0, (P(), P()), points=[1.0]),
    **INTEGRAL,
)
covers("integrate.quad_vec", call(waves, R(), P(), args=(P(3),)), call(waves, P(), np.inf, args=(P(2),)), **INTEGRAL)
covers("integrate.fixed_quad", call(wave, R(), P(), (P(), P()), 7), pick=first, dtypes=())
covers("integrate.dblquad", call(surface, 0.0, P(), 0.0, P(), (P(),)), modes=("reverse",), **INTEGRAL)
covers("integrate.dblquad", call(surface, 0.0, 1.0, lambda x: 0.5 * x, 2.0, (P(),)), **INTEGRAL)
TRIPLE = call(solid, 0.0, 1.0, 0.0, 0.5, 0.0, P(), (P(),), 1e-5, 1e-5)
covers("integrate.tplquad", TRIPLE, modes=("reverse",), heavy=True, **INTEGRAL)
covers("integrate.nquad", call(surface, [(0.0, P()), (0.5, 1.0)], (P(),)), modes=("reverse",), **INTEGRAL)

# Samples

T = np.array([0.0, 0.4, 0.9, 1.1, 1.9])
SAMPLES = call(R(2, 5), dx=0.5), call(R(5, 2), M(T), axis=0), call(R(2, 4), M(T[:4])), call(R(2, 5), dx=P())
covers("integrate.trapezoid", *SAMPLES)
covers("integrate.simpson", *SAMPLES, dtypes=())  # of float32 at uneven x SciPy makes float64
covers("integrate.cumulative_trapezoid", call(R(2, 5), dx=0.5), call(R(5, 2), M(T), axis=0, initial=0), call(R(2, 4), M(T[:4])))
covers(
    "integrate.cumulative_simpson",
    call(R(2, 5), dx=0.5), call(R(5, 2), x=M(T), axis=0, initial=0.0), call(R(2, 4), x=M(T[:4])), call(R(2, 2)),
    dtypes=(),
)  # fmt: skip
covers("integrate.romb", call(R(2, 5)), call(R(9, 2), P(), 0))

# Differential equations


def predator_prey(t, y, k):
    return np.stack([k[0] * y[0] - k[1] * y[0] * y[1], k[1] * y[0] * y[1] - k[2] * y[1]])


def predator_prey_of_odeint(y, t, k):
    return predator_prey(t, y, k)


def spring(t, y, k):
    return [y[1], -k * y[0]]


def through_zero(t, y, k):
    return y[0]


through_zero.terminal, through_zero.direction = True, -1

RATES = M([1.1, 0.9, 1.3])
PRECISE = {"rtol": 1e-10, "atol": 1e-12}
covers(
    "integrate.solve_ivp",
    call(predator_prey, (0.0, 1.5), M([1.2, 0.7]), "DOP853", [0.5, 1.5], args=(RATES,), **PRECISE),
    pick=y_of, dtypes=(), rtol=1e-5, order=1,
)  # fmt: skip
covers(
    "integrate.solve_ivp",
    call(spring, (0.1, 4.0), [M(1.0), M(0.3)], "DOP853", events=through_zero, args=(M(1.7),), **PRECISE),
    heavy=True, pick=y_and_events, dtypes=(), rtol=1e-5, order=1,
)  # fmt: skip
covers(
    "integrate.odeint",
    call(predator_prey_of_odeint, M([1.2, 0.7]), M([0.0, 0.5, 1.0]), (RATES,), rtol=1e-11, atol=1e-12),
    heavy=True, dtypes=(), rtol=1e-5, order=1,
)  # fmt: skip
