"""The hierarchy of errors: each is also the built-in error that code written for NumPy catches."""

import numpy as np
import pytest

from autograd_core import Tensor, detect_anomaly, errors, no_grad, primitive

TREE = {
    "GraphError": RuntimeError,
    "ShapeError": ValueError,
    "DTypeError": TypeError,
    "DetachError": TypeError,
    "UnsupportedError": TypeError,
    "AnomalyError": FloatingPointError,
    "CaptureError": TypeError,
    "ConvergenceError": RuntimeError,
    "ParallelError": RuntimeError,
    "DrawingError": RuntimeError,
    "GradientError": AssertionError,
}
W = Tensor([1.0, 2.0], requires_grad=True, name="w")


def raised(run):
    with pytest.raises(errors.AutogradError) as caught, detect_anomaly(), np.errstate(all="ignore"):
        run()
    return type(caught.value)


@pytest.mark.parametrize("name", TREE)
def test_each_is_also_a_built_in_error(name):
    kind = getattr(errors, name)
    assert issubclass(kind, errors.AutogradError)
    assert issubclass(kind, TREE[name])
    assert kind.__doc__


def test_the_tree_is_complete_and_in_the_docstring():
    found = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert found == {*TREE, "AutogradError"}
    for name, builtin in TREE.items():
        (line,) = [line for line in errors.__doc__.splitlines() if name in line]
        assert f"({builtin.__name__})" in line


def test_each_is_raised_where_it_belongs():
    assert raised(lambda: (W * 2).backward()) is errors.GraphError
    assert raised(lambda: W + np.ones(3)) is errors.ShapeError
    assert raised(lambda: Tensor([1, 2], requires_grad=True)) is errors.DTypeError
    assert raised(lambda: np.asarray(W)) is errors.DetachError
    assert raised(lambda: np.frompyfunc(abs, 1, 1)(W)) is errors.UnsupportedError
    assert raised(lambda: (W - W) / (W - W)) is errors.AnomalyError


M = Tensor(np.ones((2, 3)), requires_grad=True)


@primitive(x=lambda g, y: g * y, y=lambda g, x: g * x)
def own_product(x, y, flag=None):
    if flag:
        raise ValueError("flag must not be set")
    return x * y


def write(t, index, value):
    t[index] = value


SHAPES = {
    "operator": (lambda: W + np.ones(3), r"add: the shapes \(2,\) and \(3,\) do not go together \(operands could not"),
    "axes are no operands": (lambda: np.tensordot(M, W, axes=1), r"tensordot: the shapes \(2, 3\) and \(2,\) do not go together"),
    "condition": (lambda: np.where(np.array([True, False, True]), W, 0), r"where: the shapes \(3,\) and \(2,\) and \(\) do not"),
    "matmul": (lambda: M @ W, r"matmul: the shapes \(2, 3\) and \(2,\) do not go together"),
    "own function": (lambda: own_product(W, np.ones(3)), r"own_product: the shapes \(2,\) and \(3,\) do not go together"),
    "reshape": (lambda: W.reshape(3, 3), r"reshape: this cannot be done with shape \(2,\) \(.* of size 2 into shape \(3,3\)\)"),
    "assignment": (lambda: write(M * 1, 0, np.ones(2)), r"setitem: the shapes \(2, 3\) and \(2,\) do not .* into shape \(3,\)"),
    "assignment to a slice": (
        lambda: write(W * 1, slice(1), np.ones(2)),
        r"setitem: this cannot be done with shape \(2,\) and \(2,\) \(.*from shape \(2,\) into shape \(1,\)",
    ),
    "lstsq": (lambda: np.linalg.lstsq(M, np.ones(4)), r"lstsq: the shapes \(2, 3\) and \(4,\) do not go together \(Incompatible"),
}


@pytest.mark.parametrize("case", SHAPES)
def test_shapes_that_do_not_go_together(case):
    run, words = SHAPES[case]
    with pytest.raises(ValueError, match=words) as caught:
        run()
    assert isinstance(caught.value, (errors.ShapeError, np.linalg.LinAlgError))


def test_assignment_to_a_leaf_names_the_shapes_too():
    t = Tensor([1.0, 2.0], requires_grad=True)
    with no_grad(), pytest.raises(errors.ShapeError, match=r"setitem: the shapes \(2,\) and \(3,\) do not go together"):
        t[:] = np.ones(3)


def test_what_a_function_raises_of_its_own_accord_stays():
    with pytest.raises(ValueError, match="flag") as caught:
        own_product(W, np.ones(2), True)
    assert (type(caught.value), str(caught.value)) == (ValueError, "flag must not be set")
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        np.linalg.solve(Tensor(np.zeros((2, 2)), requires_grad=True), np.ones((2, 3)))


INTEGERS = {
    "sum": lambda t: t.sum(dtype=int),
    "prod": lambda t: np.prod(t, dtype=int),
    "cumsum": lambda t: np.cumsum(t, dtype=int),
    "of one element": lambda t: t[0].sum(dtype=np.int8),
    "bool": lambda t: np.sum(t, dtype=bool),
    "mean": lambda t: np.mean(t, dtype=int),
    "trace": lambda t: np.trace(np.ones((2, 2)) * t, dtype=int),
    "einsum": lambda t: np.einsum("i->", t, dtype=int, casting="unsafe"),
    "reduce": lambda t: np.add.reduce(t, dtype=int),
    "accumulate": lambda t: np.add.accumulate(t, dtype=int),
    "reduceat": lambda t: np.add.reduceat(t, [0], dtype=int),
    "ufunc": lambda t: np.add(t, 1, dtype=int, casting="unsafe"),
    "clip": lambda t: np.clip(t, 0, 1, dtype=int, casting="unsafe"),
    "concatenate": lambda t: np.concatenate([t], dtype=int, casting="unsafe"),
    "stack": lambda t: np.stack([t], dtype=int, casting="unsafe"),
    "insert": lambda t: np.insert([1, 2], 0, t[0]),
    "linspace": lambda t: np.linspace(t, t + 1, 3, dtype=int),
    "linspace with step": lambda t: np.linspace(t, t + 1, 3, retstep=True, dtype=int),
    "geomspace": lambda t: np.geomspace(t, t + 1, 3, dtype=int),
    "full_like": lambda t: np.full_like(t, t, dtype=int),
    "own function": primitive(x=lambda g: g)(lambda x: np.floor(x).astype(int)),
    "own function of a number": primitive(x=lambda g: g)(lambda x: int(x[0])),
}


@pytest.mark.parametrize("run", INTEGERS.values(), ids=INTEGERS)
def test_an_integer_result_of_a_recorded_operation_is_refused(run):
    with pytest.raises(errors.DTypeError, match=r"a result of dtype (int64|int8|bool) has no derivative.*t\.detach\(\)"):
        run(W)
    with no_grad():
        assert not isinstance(run(W), Tensor) or run(W).dtype.kind in "ib"


def test_integers_that_are_meant_stay_plain():
    for run in (lambda: W.astype(int), lambda: np.zeros_like(W, dtype=int), lambda: np.full_like(W, 7, dtype=int), lambda: W > 1):
        assert type(run()) is np.ndarray
    mantissa, exponent = np.frexp(W)
    assert mantissa.requires_grad
    assert exponent.dtype == np.int32


def test_full_like_of_an_array_says_what_to_write():
    with pytest.raises(errors.DetachError, match=r"np\.full_like\(arr, t\) copies too: write np\.broadcast_to\(t, arr\.shape\)"):
        np.full_like(np.zeros(2), W)


def test_an_index_error_is_numpys():
    with pytest.raises(IndexError, match="out of bounds"):
        W[5]


def test_messages_fit_on_a_few_lines():
    for run in (lambda: (W * 2).backward(), lambda: W + np.ones(3), lambda: float(W.sum()), lambda: W.__setitem__(0, 1.0)):
        with pytest.raises(errors.AutogradError) as caught:
            run()
        assert 40 < len(str(caught.value)) < 400
