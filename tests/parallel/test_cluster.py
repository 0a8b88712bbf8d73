"""On a real cluster of two processes: the same numbers, also when one of them is killed; errors arrive with their notes."""

import os
import threading
import time

import numpy as np
import pytest

pytest.importorskip("distributed", reason="dask[distributed] is not installed")

import dask
import dask.array as da
from distributed import Client, LocalCluster

import autograd_core
import nn
from autograd_core import errors, parallel
from tests.parallel.problems import T, W, X, cross_entropy, failing, leaves, logistic, net, slow
from tests.parallel.test_functions import dask_arrays
from tests.parallel.test_models import gradients_of

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets of a worker that was killed
]


@pytest.fixture(scope="module")
def client():
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": "CRITICAL"}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture(autouse=True)
def both_workers(client):
    client.wait_for_workers(2, timeout=30)


def killed_during(client, run):
    """The result of run(), while which one of the workers is killed."""
    victim = next(iter(client.run(os.getpid).values()))
    timer = threading.Timer(0.4, os.kill, (victim, 9))
    timer.start()
    try:
        return run()
    finally:
        timer.join()
        assert is_gone(victim)


def is_gone(process):
    """Whether there is no such process any more. One that was killed is there until its parent has asked how it ended."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_the_value_and_the_gradient_are_those_of_one_process(client):
    found = parallel.value_and_grad(logistic)(W, *dask_arrays((7, 3)))
    np.testing.assert_allclose(leaves(found), leaves(autograd_core.value_and_grad(logistic)(W, X, T)), rtol=1e-12)


def of_zarr(tmp_path):
    zarr = pytest.importorskip("zarr", reason="Zarr is not installed")
    for name, values in (("x", X), ("t", T)):
        zarr.create_array(tmp_path / name, shape=values.shape, chunks=(20, *X.shape[1:])[: values.ndim], dtype="f8")[:] = values
    return da.from_zarr(tmp_path / "x"), da.from_zarr(tmp_path / "t")


MAKERS = {
    "from_array": lambda tmp_path: dask_arrays((20, 3)),
    "persisted": lambda tmp_path: dask.persist(*dask_arrays((20, 3))),
    "zarr": of_zarr,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_killed_worker_changes_nothing(client, kind, tmp_path):
    arrays = MAKERS[kind](tmp_path)
    found = killed_during(client, lambda: parallel.value_and_grad(slow)(W, *arrays))
    np.testing.assert_allclose(leaves(found), leaves(autograd_core.value_and_grad(logistic)(W, X, T)), rtol=1e-12)


def test_scattered_data_is_lost_with_its_worker(client):
    def scattered(values):
        parts = [values[i : i + 20] for i in range(0, 200, 20)]
        lazy = [da.from_delayed(dask.delayed(client.scatter(part)), part.shape, part.dtype) for part in parts]
        return da.concatenate(lazy)

    x, t = scattered(X), scattered(T)
    with pytest.raises(errors.ParallelError, match=r"If a worker died, data went with it .* client.scatter .* write dask.array"):
        killed_during(client, lambda: parallel.value_and_grad(slow)(W, x, t))


def test_an_error_arrives_with_its_notes(client):
    with pytest.raises(errors.ShapeError, match="do not go together") as caught:
        parallel.grad(failing)(W, *dask_arrays())
    assert "in chunk 2 of the arrays, their rows 100 to 149" in caught.value.__notes__


def test_a_model_and_its_dropout_are_those_of_threads(client):
    class Twice(nn.Module):  # no worker can import it
        def __init__(self):
            self.inner = net(nn.Dropout())

        def forward(self, x):
            return self.inner(x) * 2

    losses, gradients = [], []
    for scheduler in ("threads", None):
        model = Twice()
        nn.manual_seed(3)
        with dask.config.set(scheduler=scheduler) if scheduler else dask.config.set():
            losses.append(parallel.Gradients(model, cross_entropy)(*dask_arrays()))
        gradients.append(gradients_of(model))
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-12)
    for ours, theirs in zip(*gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_the_bar_is_dasks(client, capsys):
    parallel.grad(logistic, progress=True)(W, *dask_arrays())
    assert "100% Completed" in capsys.readouterr().out


def test_many_parameters_are_no_reason_to_warn(client):
    x, _ = dask_arrays()
    w = np.zeros(2_000_000)  # 16 MB in the graph, of which Dask would warn, and the suite's warnings are errors
    gradient = parallel.grad(lambda w, x: np.sum(w) * np.sum(x))(w, x)
    np.testing.assert_allclose(gradient, np.full(len(w), X.sum()), rtol=1e-10)
