"""Functions of scipy.special: against mpmath over their domain, and as SciPy has them where something is special."""

import numpy as np
import pytest

from tests.native.common import native, ulps

special = pytest.importorskip("scipy.special", reason="needs SciPy")
mpmath = pytest.importorskip("mpmath", reason="needs mpmath")

R = np.random.default_rng(0)
UNITS = 4  # in the last place, of the true value


def logarithm(x):
    return mpmath.log(x) if x else mpmath.mpf("-inf")


def times(x, y):
    return mpmath.mpf(0) if not x else x * y


EXACT = {  # the function, its true value, points
    "erf": (mpmath.erf, [R.normal(size=200) * 2, R.normal(size=50) * 1e-3, [5.9, -6.1, 1e-300, 1e-310]]),
    "erfc": (mpmath.erfc, [R.uniform(-6, 26, 250), [26.5, 1e-20, -1e-20]]),
    "gammaln": (
        lambda x: mpmath.log(abs(mpmath.gamma(x))) if abs(x) < 170 else mpmath.loggamma(x).real,
        [R.uniform(0, 50, 150), R.uniform(0.9, 2.1, 60), 10.0 ** R.uniform(-300, 300, 60), R.uniform(-20, 0, 100)],
    ),
    "gamma": (mpmath.gamma, [R.uniform(0, 170, 150), R.uniform(0, 3, 50), R.uniform(-20, 0, 60)]),
    "expit": (lambda x: 1 / (1 + mpmath.exp(-x)), [R.uniform(-700, 40, 100), R.normal(size=100)]),
    "log_expit": (lambda x: -mpmath.log1p(mpmath.exp(-x)), [R.uniform(-700, 700, 100), R.normal(size=100)]),
    "entr": (lambda x: -times(x, logarithm(x)), [R.uniform(0, 3, 100), 10.0 ** R.uniform(-300, 300, 40)]),
    "exp2": (lambda x: mpmath.mpf(2) ** x, [R.uniform(-1000, 1000, 60)]),
    "cbrt": (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), [R.normal(size=60), 10.0 ** R.uniform(-300, 300, 40)]),
    "expm1": (mpmath.expm1, [R.normal(size=60), R.normal(size=60) * 1e-9]),
    "log1p": (mpmath.log1p, [R.uniform(-1, 3, 60), R.normal(size=60) * 1e-9]),
    "xlogy": (lambda x, y: times(x, logarithm(y)), [R.normal(size=100)], [R.uniform(0, 3, 100)]),
    "xlog1py": (lambda x, y: times(x, mpmath.log1p(y)), [R.normal(size=100)], [R.uniform(-0.9, 3, 100)]),
    "rel_entr": (
        lambda x, y: times(x, mpmath.log(x / y)),
        [R.uniform(0, 3, 90), [1.0, 1e-200, 1e200, 1e-300]], [R.uniform(0, 3, 90), [1.0, 1e200, 1e-200, 1e300]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_the_true_values(name):
    exact, *points = EXACT[name]
    points = [np.concatenate(part) for part in points]
    f = getattr(special, name)
    _, found = native(lambda *args: f(*args), *points)
    with mpmath.workdps(60):
        for got, *args in zip(found, *points, strict=True):
            right = exact(*[mpmath.mpf(float(x)) for x in args])
            unit = mpmath.mpf(float(np.spacing(max(abs(float(right)), 1e-307))))
            assert abs(mpmath.mpf(float(got)) - right) <= UNITS * unit, args


EDGES = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, 2.0, -2.5, 3.0, 700.0, -745.0, 1e300, -1e300])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("kind", ["d", "f"])
def test_special_points_are_those_of_scipy(kind):
    """Of poles, infinities, NaN and signs of zeros; in single precision too."""
    ones, twos = [special.erf, special.erfc, special.gammaln, special.gamma, special.expit, special.log_expit, special.entr,
                  special.exp2, special.cbrt, special.expm1, special.log1p], [
                      special.xlogy, special.xlog1py, special.rel_entr, special.kl_div]  # fmt: skip
    x = EDGES[:-2].astype(kind) if kind == "f" else EDGES
    pairs = np.repeat(x, len(x)), np.tile(x, len(x))
    _, found = native(lambda x, a, b: [f(x) for f in ones] + [f(a, b) for f in twos], x, *pairs)
    for f, got in zip((*ones, *twos), found, strict=True):
        assert ulps(got, f(x) if f in ones else f(*pairs)) <= 8, f


def test_what_the_library_has_not_is_left_to_scipy():
    f = lambda x: special.jv(1.0, x) * np.exp(-x) + np.sin(x) * special.erf(x)
    from autograd_core import capture

    fast = capture(f, native=True, strict=True)
    for _ in range(3):
        result = fast(np.float64(0.7))
    assert result == pytest.approx(f(0.7), rel=1e-15)
    assert "by NumPy: no native code for jv" in str(fast.program)
