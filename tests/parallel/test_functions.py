"""value_and_grad, grad, hvp and hessian over chunks are those of the whole, and what would be another number is refused."""

import numpy as np
import pytest

pytest.importorskip("dask", reason="Dask is not installed")

import dask.array as da
from dask.callbacks import Callback

import autograd_core
from autograd_core import Tensor, errors, parallel
from tests.parallel.problems import T, W, X, failing, leaves, logistic, mean_logistic

CHUNKS = [(50, 3), (200, 3), (7, 3), ((1, 0, 198, 1), 3), (64, 2), ((0, 0, 200), (1, 2))]
V = {"slopes": (np.array([1.0, -2.0]), np.array([0.5])), "shift": 3.0}


def dask_arrays(chunks=(50, 3)):
    x = da.from_array(X, chunks=chunks)
    return x, da.from_array(T, chunks=(x.chunks[0],))


def assert_same(found, expected):
    np.testing.assert_allclose(leaves(found), leaves(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_value_and_gradient_are_those_of_the_whole(chunks):
    value, gradient = parallel.value_and_grad(logistic)(W, *dask_arrays(chunks))
    assert_same((value, gradient), autograd_core.value_and_grad(logistic)(W, X, T))
    assert gradient.keys() == W.keys()
    assert type(gradient["slopes"]) is tuple


@pytest.mark.parametrize("name", ["grad", "hessian", "hvp"])
@pytest.mark.parametrize(("loss", "reduction"), [(logistic, "sum"), (mean_logistic, "mean")])
def test_the_others_are_those_of_the_whole(name, loss, reduction):
    vector = (V,) if name == "hvp" else ()
    found = getattr(parallel, name)(loss, reduction)(W, *dask_arrays((64, 3)), *vector)
    expected = getattr(autograd_core, name)(loss)(W, X, T, *vector)
    assert_same(found, expected)
    assert found.keys() == expected.keys()


def test_the_hessian_is_that_of_the_closed_form():
    loss = lambda w, x: np.sum((x @ w) ** 2) / 2
    x, _ = dask_arrays((30, 3))
    np.testing.assert_allclose(parallel.hessian(loss)(np.ones(3), x), X.T @ X, rtol=1e-12)
    np.testing.assert_allclose(parallel.hvp(loss, vector=1)(np.ones(3), np.array([1.0, 2.0, 3.0]), x), X.T @ X @ [1, 2, 3])


def test_what_is_given_by_name_is_the_same_for_every_chunk():
    found = parallel.value_and_grad(logistic)(W, *dask_arrays(), temperature=2.0)
    assert_same(found, autograd_core.value_and_grad(logistic)(W, X, T, temperature=2.0))


def test_float32_stays_float32():
    x = da.from_array(X.astype(np.float32), chunks=(50, 3))
    value, gradient = parallel.value_and_grad(lambda w, x: np.sum((x @ w) ** 2))(np.ones(3, np.float32), x)
    assert value.dtype == gradient.dtype == np.float32


def test_scipy_minimizes():
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
    loss = lambda w, x, t: np.sum((x @ w - t) ** 2)
    f, args = parallel.value_and_grad(loss), dask_arrays()
    found = optimize.minimize(f, np.zeros(3), args=args, jac=True, hessp=parallel.hvp(loss, vector=1), method="Newton-CG")
    np.testing.assert_allclose(found.x, np.linalg.lstsq(X, T)[0], rtol=1e-6)


def test_at_most_four_tasks_a_chunk():
    x, t = dask_arrays((5, 3))
    tasks = []
    with Callback(pretask=lambda key, graph, state: tasks.append(key)):
        parallel.value_and_grad(logistic)(W, 2 * x + 1, t)
    assert len(tasks) <= 4 * x.numblocks[0]


def test_nothing_is_computed_twice():
    calls = []

    def counted(block):
        calls.append(block.shape)
        return block

    x, t = dask_arrays()
    parallel.value_and_grad(logistic)(W, x.map_blocks(counted, dtype=float, meta=np.empty((0, 0))), t)
    assert calls == [(50, 3)] * 4


def test_progress_is_dasks_bar(capsys):
    parallel.grad(logistic, progress=True)(W, *dask_arrays())
    assert "100% Completed" in capsys.readouterr().out


def test_arrays_without_rows():
    x = da.from_array(X[:0], chunks=(50, 3))
    assert parallel.grad(lambda w, x: np.sum(x @ w))(np.ones(3), x).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("loss", "reduction"),
    [
        (mean_logistic, "sum"),
        (logistic, "mean"),
        (lambda w, x, t: logistic(w, x, t) + w["shift"] ** 2, "sum"),
        (lambda w, x, t: np.sum((x - np.mean(x, axis=0) * w["shift"]) ** 2), "sum"),
        (lambda w, x, t: logistic(w, x, t) * np.random.default_rng(len(x)).random(), "sum"),
        (lambda w, x, t: np.sum((1 + 5 * t) * (x[:, 0] * w["shift"]) ** 2) / np.sum(1 + 5 * t), "mean"),
    ],
    ids=["mean for sum", "sum for mean", "penalty", "centred", "random", "weighted mean"],
)
def test_what_is_no_sum_over_rows_is_refused(loss, reduction):
    with pytest.raises(errors.GraphError, match=f"parallel.grad: the loss is not a {reduction} over rows: of 50 rows it is"):
        parallel.grad(loss, reduction)(W, *dask_arrays())
    parallel.grad(loss, reduction, check=False)(W, *dask_arrays())  # as the user wants it


def test_an_error_says_in_which_chunk():
    with pytest.raises(errors.ShapeError, match="do not go together") as caught:
        parallel.grad(failing)(W, *dask_arrays())
    assert "in chunk 2 of the arrays, their rows 100 to 149" in caught.value.__notes__


UNKNOWN = r"argument 1 has chunks of unknown length; write a = a.compute_chunk_sizes\(\) first"
WRONG = [
    (
        lambda x, t: (W, X, t),
        TypeError,
        r"argument 1 must be a Dask array, got numpy.ndarray; write dask.array.from_array\(…, chunks",
    ),
    (lambda x, t: (W, x, T), TypeError, "argument 2 must be a Dask array, got numpy.ndarray; write dask"),
    (lambda x, t: (W, x, 3.0), TypeError, "argument 2 must be a Dask array, got builtins.float; give it by name"),
    (lambda x, t: (W,), TypeError, "expected Dask arrays whose rows the loss adds up, got none"),
    (lambda x, t: (), TypeError, "expected the parameters and then Dask arrays, got nothing"),
    (
        lambda x, t: (W, x, t.rechunk(40)),
        errors.ShapeError,
        r"got \(50, 50, 50, 50\) of argument 1 and \(40, 40, 40, 40, …\) of argument 2; write b.rechunk\({0: a.chunks",
    ),
    (lambda x, t: (W, x, t[:150]), errors.ShapeError, "number of rows, got 200 of argument 1 and 150 of argument 2"),
    (lambda x, t: (W, x[x[:, 0] > 0], t), errors.ShapeError, UNKNOWN),
    (lambda x, t: (W, x, t.sum()), errors.ShapeError, r"argument 2 must have rows, got a Dask array of shape \(\)"),
    (
        lambda x, t: (W | {"shift": t[0]}, x, t),
        TypeError,
        r"the parameters must be plain arrays, .*, got a Dask array; write .compute",
    ),
    (
        lambda x, t: (W | {"shift": Tensor(0.3, requires_grad=True)}, x, t),
        TypeError,
        "got a Tensor that requires a gradient, which would not get one; write t.numpy.*, and parallel.hvp or parallel.hessian",
    ),
]


@pytest.mark.parametrize(("args", "kind", "words"), WRONG)
def test_bad_input_is_one_clear_error(args, kind, words):
    with pytest.raises(kind, match="parallel.value_and_grad: .*" + words):
        parallel.value_and_grad(logistic)(*args(*dask_arrays()))


def test_a_graph_outside_and_options_that_do_not_exist_are_refused():
    outside = Tensor(2.0, requires_grad=True)
    with pytest.raises(errors.GraphError, match="depends on a Tensor outside that requires a gradient"):
        parallel.grad(lambda w, x: np.sum(x @ w * outside))(np.ones(3), dask_arrays()[0])
    with pytest.raises(TypeError, match=r"parallel\.hvp: the vector is at position 3 after the parameters, got 2 arguments"):
        parallel.hvp(logistic, vector=3)(W, dask_arrays()[0])
    with pytest.raises(ValueError, match=r"parallel\.hessian: reduction must be 'sum' or 'mean', .* got 'none'"):
        parallel.hessian(logistic, "none")
    with pytest.raises(TypeError, match=r"parallel.grad needs a function and returns one: write parallel.grad\(f\)\(x\)"):
        parallel.grad(np.ones(3))


def test_without_dask_one_line_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "dask", None)
    words = r'needs dask, which is not installed; write pip install "dask\[array,distributed\]"'
    for name in ("value_and_grad", "grad", "hvp", "hessian"):
        with pytest.raises(ImportError, match=f"parallel.{name} {words}"):
            getattr(parallel, name)(logistic)
    with pytest.raises(ImportError, match=f"parallel.Gradients {words}"):
        parallel.Gradients(None, logistic)
