"""Elementwise functions beyond what their `domain` says: complex operands, integer ones beside real ones, all keyword forms."""

import numpy as np

from tests.derivatives.cases import C, M, P, R, call, covers

HOLOMORPHIC = """
    negative positive square sqrt reciprocal exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan
    sinh cosh tanh arcsinh arccosh arctanh sinc
"""
PARTS = "conjugate absolute sign real imag real_if_close angle nan_to_num"
for name in f"{HOLOMORPHIC} {PARTS}".split():
    covers(name, call(C(3, 2)), call(C()))
for name in ["add", "subtract", "multiply", "divide", "power", "float_power", "maximum", "minimum", "fmax", "fmin"]:
    covers(name, call(C(3, 2), C(3, 2)))
for name in ["add", "subtract", "multiply", "divide", "power", "float_power"]:
    covers(name, call(C(3, 1), R(2)), call(P(3, 2), C(2)))
for name in ["floor", "ceil", "rint", "trunc", "round"]:
    covers(name, call(R(3, 2)), call(M(-2.3), out=None) if name == "round" else call(M(-2.3)))

covers("of_parts", call(R(3, 2), R(3, 2)), call(R(), R()))

covers(
    "power", call(R(3, 2), 3), call(R(3, 2), 3.0), call(R(4), 1), call(R(4), 0), call(R(4), -1), call(R(4), -2), call(P(4), 0.5)
)
covers(
    "power",
    call(R(3), np.array([2, 3, -1])),
    call(P(3), np.array([0.5, 1.0, 0.0])),
    call(2, R(3)),
    call(2.5, R(3)),
    call(P(3), 2 + 1j),
)
covers("power", call(np.array([0.0, 2.0]), P(3, 2)), call(np.array([-2.0, 2.0]), C(3, 2)), call(P(), 1.5), call(P(2), -0.7))
covers("product_of_roots", call(P(3), P(3), P(3), 1.0), call(np.array([0.0, 2.0]), np.array([0.0, 2.0]), P(2), 2.0))
covers("power_of_root", call(P(3), P(3), 2, 1.0), call(P(), P(), 2, 1.0), call(np.array([0.0, 2.0]), P(2), 4.0, 2.0))
covers("float_power", call(R(3), 2), call(P(3), -0.5), call(3, R(2)))
covers("remainder", call(M([5.3, -5.3, 5.3, -5.3]), M([2.0, 2.0, -2.0, -2.0])), call(R(3), 0.7))
covers("fmod", call(M([5.3, -5.3, 5.3, -5.3]), M([2.0, 2.0, -2.0, -2.0])), call(R(3), 0.7))
covers("floor_divide", call(M([5.3, -5.3, 5.3, -5.3]), M([2.0, 2.0, -2.0, -2.0])))
covers("divmod", call(M([5.3, -5.3, 5.3, -5.3]), M([2.0, 2.0, -2.0, -2.0])), call(M(5.3), M([2.0, 3.0])), call(R(3), 0.7))
covers("modf", call(R(3, 2)), call(M(-2.3)), call(R(0)))
covers("frexp", call(M([0.6, -1.5, 3.3])), call(M(0.7)), call(R(0)))
covers("ldexp", call(R(3), np.array([1, -2, 0])), call(R(3), 2), call(R(), 3), call(R(2, 1), np.array([1, 2, 3])))
covers("round", call(R(3, 2), 1), call(R(3), decimals=1), call(M([123.4, 178.0]), -2), call(C(3), 1))
covers("around", call(R(3, 2), 1), call(R(3), decimals=0, out=None))
covers("copysign", call(R(3), -1.0), call(-2.0, R(3)))
covers("heaviside", call(np.array([-1.0, 0.0, 2.0]), R(3)), call(R(3), 0.5))
covers("arctan2", call(M([1.0, -1.0, 1.0, -1.0]), M([1.0, 1.0, -1.0, -1.0])), call(R(3), 2.0), call(1, R(3)))
covers("hypot", call(R(3), M([1.0, 0.0, -2.0])), call(R(3), 4))
covers("logaddexp", call(M([1.0, -800.0, 0.0]), M([1.0, 800.0, -30.0])), call(R(3), -np.inf))
covers("logaddexp2", call(M([1.0, -800.0, 0.0]), M([1.0, 800.0, -30.0])), call(R(3), -np.inf))
covers("sinc", call(M([0.0, 1e-9, 1e-4, 0.4999, 0.5001, 1.0, -2.0, 30.0])))
covers("i0", call(M([0.0, 1e-6, -7.99, 8.01, 30.0])), call(M(3.0)), call(R(0)))
covers("bessel", call(R(3, 2), 0), call(R(3), 1), call(R(3), 2), call(R(), 3), call(R(3), -1))
covers("angle", call(C(3), True), call(C(3), deg=False), call(R(3)))
covers("real_if_close", call(R(3), 10), call(C(2), tol=1000))
covers(
    "unwrap",
    call(M([0.0, 3.0, 6.5, -3.0])),
    call(R(3, 4), None, 0),
    call(M([[0.0, 0.7, 1.5]]), period=1.0, axis=1),
    call(M([0.0, 9.0]), discont=4.0),
)
covers("unwrap", call(R(0)), call(R(2, 3), discont=None, axis=-1, period=6.283185307179586))

# Choosing

HIGHER, LOWER = np.array([1.0, 0.3, -2.0, 0.0]), np.array([0.1, 1.2, -1.0, -0.4])
for name in ["maximum", "minimum", "fmax", "fmin"]:
    covers(name, call(M(HIGHER), M(LOWER)), call(R(3), 0.03), call(0, R(3)), call(M(HIGHER), M(LOWER[:, None])))
covers("fmax", call(M(HIGHER), np.array([np.nan, 1.0, 2.0, np.nan])))
covers("fmin", call(np.array([np.nan, 1.0, 2.0, np.nan]), M(HIGHER)))
covers(
    "clamp",
    call(R(3, 4), M(-0.7), M(0.6)),
    call(R(3), None, 0.5),
    call(R(3), M([-1.0, 0.0, 1.0]), None),
    call(np.array([0.2, 3.0]), M(0.5), 2),
)
covers(
    "clip", call(R(3, 4), -0.7, 0.6), call(R(3), 0.04, None), call(R(3), None, 0.04), call(R(3), a_min=-0.5, a_max=0.6, out=None)
)
covers(
    "clip",
    call(R(3), min=-0.5, max=0.6),
    call(R(3), min=0.04),
    call(R(3), max=M(0.04)),
    call(a=R(3), min=None, max=0.5),
    call(R(3), None, None),
)
covers(
    "clip",
    call(R(2, 3), M([-1.0, 0.0, 0.5]), M([[0.7], [1.3]])),
    call(R(3), 0.5, -0.5),
    call(R(3), M(0.5), M(-0.5)),
    call(R(0), 0, 1),
    call(R(), -9, 9),
)
covers("clip", call(R(3)), call(R(3), -0.5, 0.6, dtype=np.float64), call(C(3), 0.1, 1 + 1j))
MASK = np.array([True, False, True])
covers(
    "where",
    call(MASK, R(3), R(3)),
    call(MASK, R(2, 3), R()),
    call(MASK[:, None], R(3, 2), 0),
    call(True, R(3), 1.0),
    call(False, 0.0, R(3)),
)
covers(
    "where",
    call(MASK, C(3), R(3)),
    call(np.array([0, 2, 1]), R(3), R(1)),
    call(True, R(), R()),
    call(MASK[:0], R(0), R(1)),
    call(MASK, R(3), R(3)),
)
covers("select", call([MASK, [True, True, False]], [R(3), R(3)]), call([MASK], [R(3)], 2.0), call([MASK], [R(2, 3)], default=1))
covers(
    "select",
    call([MASK, ~MASK], (R(3), 1.0), R()),
    call([True, False], [R(3), R(3)]),
    call([MASK, MASK[:, None]], [R(), R(3)]),
    call([MASK], [C(3)], R(3)),
)
LINE = np.array([-1.5, -0.5, 0.5, 1.5])
covers(
    "piecewise",
    call(M(LINE), [LINE < 0, LINE > 1], [np.square, np.sin]),
    call(M(LINE), [LINE < 0, LINE > 1], [np.exp, 3.0, np.square]),
)
covers("piecewise", call(M(LINE), LINE < 0, [np.multiply, np.power], 3), call(M(LINE), [LINE < 0], [np.square, 0]))
covers(
    "piecewise",
    call(M(LINE), [LINE < 1, LINE < 0], [np.exp, np.sin, np.cos]),
    call(M(0.7), [True], [np.sin, 1]),
    call(R(0), [LINE[:0] > 0], [np.sin, 1.0]),
)
covers("piecewise", call(R(2, 3), [np.array([MASK, ~MASK])], [np.exp, np.square]), call(M(0.7), True, [np.sin, np.cos]))
covers("nan_to_num", call(R(3), True, 0.0, None, None), call(R(3), nan=1.0, posinf=2.0, neginf=3.0))
