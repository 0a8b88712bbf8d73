"""The benchmark of SciPy's functions runs and compares results; how long anything takes is not tested."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="SciPy is not installed")

from benchmarks import scipy as suite
from benchmarks import solvers
from benchmarks.__main__ import main


def test_a_call_of_ours_alone(monkeypatch):
    monkeypatch.setattr(suite, "installed", lambda peer: None)
    x = np.array([0.5, 2.0])
    table = suite.compared("One", [("gammaln", lambda X, x: X.np.sum(X.special.gammaln(x)), (x,), suite.BOTH)], True)
    assert table.rows[0][0] == "gammaln"
    assert table.rows[0][2:] == (None, None)
    assert table.checks == []


def test_another_result_is_an_error():
    right, wrong = (1.0, (np.ones(2), np.ones(1))), (1.0, (np.ones(2), np.zeros(1)))
    suite.check_same("f", {"autograd_core": right, "JAX": right})
    with pytest.raises(AssertionError, match=r"f: JAX has \[0\.\] … instead of \[1\.\]"):
        suite.check_same("f", {"autograd_core": right, "JAX": wrong})


@pytest.mark.parametrize(
    ("name", "f", "y0", "p", "end", "stiff"), solvers.PROBLEMS, ids=lambda x: x if isinstance(x, str) else ""
)
@pytest.mark.heavy
def test_the_problems_have_right_gradients(name, f, y0, p, end, stiff):
    """By the parameters, against differences of SciPy's own solution."""
    from scipy.integrate import solve_ivp

    def value(q):
        rhs = lambda t, y: f(np, np.stack, t, y, q)
        return np.sum(solve_ivp(rhs, (0, end), y0, "LSODA", rtol=1e-11, atol=1e-13).y[:, -1] ** 2)

    p = np.array(p)
    _, (_, by_p) = solvers.ours(f, np.array(y0), p, end, stiff)()
    for i, found in enumerate(by_p):
        step = 1e-4 * p[i] * np.eye(len(p))[i]
        assert found == pytest.approx((value(p + step) - value(p - step)) / (2 * step[i]), rel=2e-4)


@pytest.mark.heavy
def test_main_runs_a_section(capsys):
    main(["scipy", "--quick", "--only", "minimize"])
    assert "minimize, a Poisson regression with 50 coefficients" in capsys.readouterr().out
