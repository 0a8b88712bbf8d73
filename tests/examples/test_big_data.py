"""The likelihood that the example fits is SciPy's, and its closed form the least squares solution. (.ci/run runs all of it.)"""

import numpy as np
import pytest

from examples import big_data


def test_the_likelihood_is_that_of_scipy():
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(50, 3)), rng.normal(size=50), rng.normal(size=3)
    found = big_data.minus_log_likelihood({"w": w, "log_sigma": np.log(0.3)}, x, y)
    np.testing.assert_allclose(found, -np.sum(stats.norm.logpdf(y, x @ w, 0.3)), rtol=1e-12)


def test_what_is_written_adds_up_to_the_closed_form(tmp_path, monkeypatch):
    zarr = pytest.importorskip("zarr", reason="Zarr is not installed")
    monkeypatch.setattr(big_data, "CHUNK", 400)
    sums, size = big_data.write(tmp_path, 1000)
    x, y = zarr.open_array(tmp_path / "x")[:], zarr.open_array(tmp_path / "y")[:]
    w, (square,), *_ = np.linalg.lstsq(x, y)
    found, sigma, errors = big_data.closed_form(sums, 1000)
    assert size == x.nbytes + y.nbytes
    np.testing.assert_allclose(found, w, rtol=1e-10)
    np.testing.assert_allclose(sigma, np.sqrt(square / 1000), rtol=1e-10)
    np.testing.assert_allclose(errors, sigma * np.sqrt(np.diag(np.linalg.inv(x.T @ x))), rtol=1e-10)
