"""Libraries that are written for the Array API standard, on Tensors: values, gradients, and the page that lists them.

SciPy has to be imported with SCIPY_ARRAY_API=1, so all of this happens in a process of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.array_api import walk

pytest.importorskip("scipy", minversion="1.16", reason="SciPy 1.16 or newer is not installed")
pytest.importorskip("sklearn")

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "array-api-coverage.md"
WORKS = {
    "scipy.fft": "fft ifft rfft irfft fftn irfft2 hfft fht ifht",
    "scipy.integrate": "trapezoid cumulative_trapezoid cumulative_simpson romb tanhsinh cubature nsum qmc_quad",
    "scipy.optimize.elementwise": "find_root find_minimum",
    "scipy.differentiate": "derivative jacobian hessian",
    "scipy.spatial.transform": "Rotation Rotation.from_quat Rotation.align_vectors RigidTransform.from_exp_coords",
    "sklearn.preprocessing": "StandardScaler MinMaxScaler Normalizer PolynomialFeatures",
    "sklearn.decomposition": "PCA",
    "array_api_extra": "cov at apply_where one_hot",
    "einops.array_api": "rearrange reduce repeat pack unpack",
}
MANY = {
    "scipy.special": "logsumexp softmax log_softmax polygamma multigammaln",
    "sklearn.linear_model": "Ridge RidgeCV",
    "scipy.stats": "zscore gmean skew kurtosis moment entropy tmean tvar iqr",
    "scipy.signal": "fftconvolve hilbert",
}


def walked():
    run = subprocess.run(
        [sys.executable, "-m", "tests.array_api.walk", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=600, env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


def check(found, works):
    """That nothing is wrong, and from SciPy 1.17 on that these work; fewer functions of 1.16 are written for the standard."""
    recent = tuple(map(int, found["version"].split("."))) >= (1, 17)
    for module, names in works.items() if recent else ():
        judged = found["found"].get(module)
        if judged is None:
            continue  # of a library that is not installed
        for name in names.split():
            assert [one for one in judged[name] if one[1] != "works"] == [], f"{module}.{name}"
    for module, functions in found["found"].items():
        for name, judged in functions.items():
            bad = [one for one in judged if one[1] in ("wrong", "invalid")]
            assert bad == [], f"{module}.{name}"
            assert all(one[1] != "cuts" for one in judged), f"{module}.{name}"


@pytest.mark.heavy
def test_all_of_scipy_and_the_page_of_it():
    found = walked()
    check(found, WORKS | MANY)
    page = PAGE.read_text(encoding="utf-8")
    if f"Of SciPy {found['version']}:" not in page:
        pytest.skip("the page is that of another SciPy")
    written = page.partition(walk.START)[2].partition(walk.END)[0]
    assert written.strip() == found["page"].strip(), f"write it anew with python -m tests.array_api.walk {PAGE.relative_to(ROOT)}"


def test_every_call_is_for_a_function_and_none_twice():
    calls = [(module, call, name) for module, call, names in walk.calls() for name in names]
    assert len(calls) > 500
    assert len(set(calls)) == len(calls)


@pytest.mark.parametrize(
    ("verdict", "call", "function"),
    [
        ("works", "f(x)", lambda x: x * x),
        ("wrong", "f(x)", lambda x: x * x if not hasattr(x, "detach") else x * x.detach()),  # half of the gradient
        ("wrong", "f(x)", lambda x: x * x if not hasattr(x, "detach") else x * x + 1e-3),
        ("cuts", "f(x)", lambda x: x * x if not hasattr(x, "detach") else (x * x).detach()),
        ("wrong", "f(x)", lambda x: (x, x) if not hasattr(x, "detach") else x),
        ("constant", "f(x)", lambda x: (x > 0.5) * 1.0),
        ("refuses", "f(x)", lambda x: float(x[0])),
        ("fails", "f(x)", lambda x: x.strides[0] * x),
        ("invalid", "f(x)", lambda x: x.nothing),
        ("invalid", "f(x)", lambda x: "text"),
    ],
)
def test_verdicts(verdict, call, function):
    """The walk finds what is wrong."""
    assert walk.judge(call, function)[0] == verdict
