"""The strategies draw what goes wrong elsewhere: each kind of shape, layout, index and tie is found, and is sound."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from autograd_core import Tensor
from autograd_core.testing.strategies import (
    LAYOUTS,
    Network,
    arrays,
    axes,
    indices,
    networks,
    operands,
    orthogonal,
    positive_definite,
    shapes,
    shapes_that_broadcast,
    tensors,
    well_conditioned,
)

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others


def same_size(*shape):
    return lambda array: array.shape == shape


def negative(array):
    return array.size > 1 and any(stride < 0 for stride in array.strides)


def tie(array):
    return array.size > len(np.unique(array))


# What must occur: name -> (strategy, condition)
OCCURS = {
    "size 0": (arrays(), lambda x: x.size == 0),
    "size 0 beside others": (arrays(), lambda x: x.size == 0 and max(x.shape) > 1),
    "size 1": (arrays(), lambda x: x.size == 1 and x.ndim == 2),
    "shape ()": (arrays(), same_size()),
    "three axes": (arrays(), lambda x: x.ndim == 3 and x.size > 8),
    "ties": (arrays(), tie),
    "no ties": (arrays(), lambda x: x.size > 3 and not tie(x)),
    "negative strides": (arrays(), negative),
    "Fortran order": (arrays(), lambda x: x.flags.f_contiguous and not x.flags.c_contiguous),
    "C order": (arrays(), lambda x: x.flags.c_contiguous and not x.flags.f_contiguous),
    "gaps": (arrays(), lambda x: x.size > 1 and not x.flags.forc and min(x.strides) > 8),
    "read-only": (arrays(), lambda x: x.size > 1 and not x.flags.writeable and 0 not in x.strides),
    "strides of 0": (arrays(), lambda x: x.size > 1 and 0 in x.strides),
    "negative numbers": (arrays(shape=4), lambda x: np.all(x < 0)),
    "fractions": (arrays(shape=2), lambda x: np.all(x % 0.25)),
    "an end of the range": (arrays(shape=2), lambda x: 2 in x),
    "a scalar Tensor": (tensors(), lambda t: t.shape == ()),
    "a Tensor of size 0": (tensors(), lambda t: t.size == 0),
    "equal shapes": (shapes_that_broadcast(), lambda pair: pair[0] == pair[1] and len(pair[0]) == 2),
    "an axis of 1 beside another": (
        shapes_that_broadcast(),
        lambda pair: len(pair[0]) == len(pair[1]) and 1 in pair[0] and pair[1][0] > 1,
    ),
    "both stretched": (operands(), lambda pair: (pair[0] + pair[1]).size > max(pair[0].size, pair[1].size)),
    "a missing axis": (shapes_that_broadcast(), lambda pair: 1 <= len(pair[0]) < len(pair[1])),
    "a scalar operand": (operands(), lambda pair: pair[0].ndim == 0 and pair[1].ndim == 2),
    "1 beside 0": (operands(), lambda pair: {pair[0].size, pair[1].size} == {0, 1}),
    "three shapes": (shapes_that_broadcast(3), lambda three: len(set(three)) == 3),
}
SHAPE = (3, 2)
INDICES = {
    "an integer": lambda i: i == 2 if isinstance(i, int) else False,
    "a negative integer": lambda i: isinstance(i, int) and i < 0,
    "a slice": lambda i: isinstance(i, slice) and i.start is not None,
    "a negative step": lambda i: isinstance(i, slice) and i.step == -2,
    "...": lambda i: i is Ellipsis,
    "... in a tuple": lambda i: isinstance(i, tuple) and len(i) > 1 and any(part is Ellipsis for part in i),
    "nothing": lambda i: i == () if isinstance(i, tuple) else False,
    "newaxis": lambda i: isinstance(i, tuple) and any(part is None for part in i),
    "one element": lambda i: isinstance(i, tuple) and len(i) == 2 and all(isinstance(part, int) for part in i),
    "a mask": lambda i: isinstance(i, np.ndarray) and i.dtype == bool and i.shape == SHAPE and 0 < i.sum() < 6,
    "a mask of rows": lambda i: isinstance(i, np.ndarray) and i.dtype == bool and i.shape == SHAPE[:1],
    "a list": lambda i: isinstance(i, list) and len(i) > 1,
    "repeated integers": lambda i: isinstance(i, np.ndarray) and i.dtype == int and len(np.unique(i)) < i.size,
    "one row by two names": lambda i: isinstance(i, list) and len(set(i)) > len({k % 3 for k in i}),
    "integers of two axes": lambda i: isinstance(i, tuple) and sum(isinstance(k, np.ndarray) and k.ndim == 2 for k in i) == 2,
    "integers beside a slice": lambda i: isinstance(i, tuple) and {type(k) for k in i} == {slice, list},
    "an empty choice": lambda i: np.zeros(SHAPE)[i].size == 0,
    "a mask beside a slice": lambda i: isinstance(i, tuple) and any(isinstance(k, np.ndarray) and k.dtype.kind == "b" for k in i),
    "apart from each other": lambda i: isinstance(i, tuple) and any(k is None for k in i[1:-1]) and list in map(type, i),
}
quick = settings(max_examples=3000, database=None, phases=[Phase.generate])  # that it occurs is enough: no shrinking


@pytest.mark.parametrize("case", OCCURS)
def test_it_occurs(case):
    strategy, condition = OCCURS[case]
    assert condition(find(strategy, condition, settings=quick))


@pytest.mark.parametrize("case", INDICES)
def test_the_index_occurs(case):
    found = find(indices(SHAPE), INDICES[case], settings=quick)
    np.zeros(SHAPE)[found]


def test_axes_of_every_kind_occur():
    for axis in (None, 0, 2, -1, -3, (), (1,), (0, -1)):
        assert find(axes(3), lambda found, axis=axis: found == axis and type(found) is type(axis), settings=quick) == axis
    assert find(axes(0), lambda found: found == ()) == ()
    assert find(axes(2, none=False, several=False), lambda axis: True) == 0


@given(shapes(max_dims=3), st.data())
def test_every_index_and_axis_fits(shape, data):
    array = np.arange(float(np.prod(shape))).reshape(shape)
    array[data.draw(indices(shape))]
    np.sum(array, axis=data.draw(axes(len(shape))))


@given(st.sampled_from([1, 2, 3, 4]).flatmap(shapes_that_broadcast))
def test_shapes_that_broadcast_do(found):
    np.broadcast_shapes(*found)


# Numbers


@given(arrays(away_from=(0, 1), distance=0.25, elements=(-1, 3)))
def test_kinks_are_kept_away_from(x):
    assert np.all(np.abs(x) >= 0.25)
    assert np.all(np.abs(x - 1) >= 0.25)
    assert np.all((x >= -1) & (x <= 3))


@given(arrays(shape=shapes(1, 2, 2, 5), ties=True))
def test_ties_on_request(x):
    assert tie(x)


@given(arrays(shape=shapes(0, 2, 0, 5), ties=False, distance=0.125))
def test_no_ties_on_request(x):
    assert np.all(np.diff(np.sort(x, axis=None)) >= 0.125)
    assert not np.any((np.array(x.strides) == 0) & (np.array(x.shape) > 1))


def test_more_numbers_than_there_is_room_for_are_nearer():
    x = find(arrays(shape=200, ties=False), lambda x: True)
    assert np.min(np.diff(np.sort(x))) >= 4 / 512
    assert np.ptp(find(arrays(shape=500), lambda x: len(np.unique(x)) > 100)) > 1


@given(arrays(shape=(2, 2), dtype=st.sampled_from("?efdgFDil")), arrays(dtype=np.float32, elements=(0.001, 0.002)))
def test_every_dtype(x, small):
    assert np.all(np.isfinite(x))
    assert np.all(np.abs(x) <= 3)
    assert np.all((small >= 0.0009999) & (small <= 0.002))
    np.testing.assert_array_equal(x.astype(complex), x)


@given(arrays(shape=(3,), elements=st.integers(-3, 3).map(float), away_from=1, distance=1))
def test_elements_from_a_strategy(x):
    assert set(x) <= {-3, -2, -1, 0, 2, 3}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0), (3, 2), (1, 4, 2)], ids=str)
def test_each_layout_takes_each_shape(layout, shape):
    assert find(arrays(shape=shape, layout=layout), lambda x: True, settings=quick).shape == shape


@given(st.sampled_from(LAYOUTS).flatmap(lambda layout: st.tuples(st.just(layout), arrays(shape=(2, 3), layout=layout))))
def test_each_layout_is_what_it_says(case):
    layout, x = case
    assert x.shape == (2, 3)
    assert {
        "C": x.flags.c_contiguous,
        "F": x.flags.f_contiguous and x.strides == (8, 16),
        "reversed": x.strides == (-24, -8),
        "strided": x.strides == (96, 16),
        "read-only": not x.flags.writeable,
        "broadcast": 0 in x.strides,
    }[layout]


@given(tensors(shape=(2,), name="w"), tensors(dtype=np.int64, requires_grad=False))
def test_tensors(t, constant):
    assert type(t) is Tensor
    assert (t.name, t.requires_grad, t.shape) == ("w", True, (2,))
    assert not constant.requires_grad
    assert constant.dtype == np.int64


def test_counterexamples_shrink_to_round_numbers():
    found = find(arrays(shape=shapes(1, 3, 0, 4)), lambda x: np.sum(x) > 1.4)
    np.testing.assert_array_equal(found, [2.0])
    assert find(tensors(), lambda t: t.size > 1).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: arrays(elements=(2, 1)), r"elements=\(low, high\) must be finite numbers with low <= high, got \(2, 1\)"),
        (lambda: arrays(elements=(0, np.inf)), "must be finite numbers"),
        (lambda: arrays(elements=3), "elements must be .* or a strategy for numbers, got 3"),
        (lambda: arrays(elements=(-1, 1), away_from=0, distance=2), r"no number in elements=\(-1, 1\) is 2 away from \[0.0\]"),
        (lambda: arrays(layout="fortran"), "layout must be None or from C, F, reversed, .*, got 'fortran'"),
        (lambda: arrays(layout="broadcast", ties=False), "repeats its elements, which ties=False forbids"),
        (lambda: arrays(ties="some"), "ties must be True, False or None, got 'some'"),
        (lambda: arrays(shape=(-1, 2)), r"shape must be a tuple of sizes or a strategy for one, got \(-1, 2\)"),
        (lambda: arrays(shape="ab"), "shape must be a tuple of sizes"),
        (lambda: arrays(shape=(2,), dtype=int, elements=(0.25, 0.5)).example(), "no whole number in elements"),
        (lambda: arrays(shape=3, elements=(1, 1), ties=False).example(), "has no room for 3 different numbers"),
        (lambda: shapes(3, 1), "expected 0 <= min_dims <= max_dims, got 3 and 1"),
        (lambda: orthogonal(0), "must be a positive integer or a strategy for one, got 0"),
        (lambda: well_conditioned(2, condition=1), "condition .* must be above 1, got 1"),
        (lambda: axes(0, none=False, several=False).example(), "an array of no axes has none to choose"),
        (lambda: networks(max_width=0), "expected at least 1 of each, got max_layers=3, max_width=0"),
    ],
)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_wrong_settings(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# Matrices and networks

dtypes = st.sampled_from([np.float64, np.complex128, np.float32])


@given(dtypes.flatmap(lambda dtype: orthogonal(batch=(2,), dtype=dtype)))
def test_orthogonal(q):
    eps = np.finfo(q.dtype).eps
    np.testing.assert_allclose(q @ np.conj(np.swapaxes(q, -1, -2)), np.broadcast_to(np.eye(q.shape[-1]), q.shape), atol=60 * eps)


@given(dtypes.flatmap(lambda dtype: positive_definite(condition=10, dtype=dtype)))
def test_positive_definite(a):
    np.testing.assert_array_equal(a, np.conj(a.T))
    values = np.linalg.eigvalsh(a)
    assert np.all((values > 0.999) & (values < 10.001))
    assert np.all(np.diff(values) > 0.1)


@given(dtypes.flatmap(lambda dtype: well_conditioned(st.integers(1, 4), st.integers(1, 4), condition=7, dtype=dtype)))
def test_well_conditioned(a):
    values = np.linalg.svdvals(a)
    assert np.all((values > 0.999) & (values < 7.001))
    assert np.all(-np.diff(values) > 0.1)


def test_matrices_that_are_no_trivial_ones_occur():
    rotated = lambda a: a.shape == (3, 3) and np.all(np.abs(a) > 0.05)
    for strategy in (orthogonal(3), positive_definite(3), well_conditioned(3)):
        assert rotated(find(strategy, rotated, settings=quick))
    assert np.iscomplexobj(find(orthogonal(2, dtype=complex), lambda q: np.any(q.imag != 0), settings=quick))


def test_networks():
    assert find(networks(), lambda net: net.batch == 1 and len(net.sizes) == 4).parameters == [(1, 1), (1,)] * 3
    assert find(networks(), lambda net: net.batch > 1 and 1 in net.sizes[1:-1], settings=quick)
    assert Network(5, (3, 4, 1)).parameters == [(3, 4), (4,), (4, 1), (1,)]


# Importing


def test_hypothesis_is_imported_only_when_it_is_used():
    code = "import sys, autograd_core, autograd_core.testing; print('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("name", ["strategies", "property_gradcheck"])
def test_without_hypothesis_the_error_says_how_to_get_it(name):
    code = f"import sys; sys.modules['hypothesis'] = None\nfrom autograd_core.testing import {name}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode
    assert "need hypothesis: pip install hypothesis, or install autograd_core with its extra [test]" in done.stderr
