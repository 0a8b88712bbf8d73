"""Constant arrays that are filled again before the backward pass: always an error, never a wrong gradient.

What is right is the gradient at the values that the forward pass saw, which a copy of the constant gives.
"""

import re
from contextlib import nullcontext

import numpy as np
import pytest

from autograd_core import Tensor, cross_entropy, detect_anomaly, grad, linear, no_grad, vjp
from autograd_core.derivatives import stamps
from autograd_core.errors import GraphError

r = np.random.default_rng(0)


def leaf(data, **kwargs):
    return Tensor(data, requires_grad=True, **kwargs)


SHAPES = {
    "one": (1,), "few": (3,), "kilobyte": (128,), "largest that is kept": (1024,), "summed": (64, 300), "sampled": (300, 200),
    "sampled rows": (100_000, 1), "sampled columns": (1, 100_000),
}  # fmt: skip
MEMORY = {
    "C": lambda a: a,
    "F": np.asfortranarray,
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "reversed": lambda a: a[::-1].copy()[::-1],
}


@pytest.mark.parametrize("dtype", [float, np.float32, complex, np.longdouble, np.float16], ids=lambda d: np.dtype(d).name)
@pytest.mark.parametrize("memory", MEMORY.values(), ids=MEMORY)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_batch_that_is_filled_again(shape, memory, dtype):
    w, batch = leaf(np.ones(shape[-1], dtype)), memory(r.random(shape).astype(dtype))
    loss = np.sum(np.real(batch * w))
    batch[...] = r.random(shape) / 2  # positive, so that no sum cancels to less than its rounding
    words = rf"backward: multiply had saved its argument [ab] of shape {re.escape(str(shape))}, which was then changed in place"
    with pytest.raises(GraphError, match=words):
        loss.backward()
    assert w.grad is None
    loss = np.sum(np.real(batch * w))
    loss.backward()  # and the next step is right
    np.testing.assert_allclose(w.grad, np.sum(batch, axis=0) if len(shape) > 1 else batch, rtol=1e-3)


@pytest.mark.parametrize("size", [1, 3, 1000, 1025, 10_000, stamps.SUMMED // 8])
def test_one_element_is_noticed_up_to_a_quarter_of_a_megabyte(size):
    for place in {0, size // 3, size - 1}:
        w, c = leaf(np.ones(size)), r.standard_normal(size)
        loss = np.sum(w * c)
        c[place] = np.nextafter(c[place], 9)
        with pytest.raises(GraphError, match="was then changed in place"):
            loss.backward()


def with_other_padding(values, octet):
    """The longdoubles, the bytes of which that have no value are all `octet`."""
    octets = np.ascontiguousarray(values).view(np.uint8).reshape(-1, np.dtype(np.longdouble).itemsize).copy()
    octets[:, 10:] = octet
    return octets.view(values.dtype).reshape(values.shape)


@pytest.mark.skipif(np.finfo(np.longdouble).nmant != 63, reason="only the 80 bits of x86 are padded")
@pytest.mark.parametrize("size", [1, 3, 600, 20_000, 40_000])
@pytest.mark.parametrize("watched", [nullcontext, detect_anomaly], ids=["plain", "detect_anomaly"])
def test_the_padding_of_longdoubles_is_no_value(size, watched):
    values = r.standard_normal(size).astype(np.longdouble)
    w, c = leaf(np.ones(size, np.longdouble)), with_other_padding(values, 0)
    with watched():
        loss = np.sum(w * c)
        c.view(np.uint8)[:] = with_other_padding(values, 255).view(np.uint8)
        loss.backward()
    np.testing.assert_array_equal(w.grad, values)


def test_longdoubles_beyond_the_doubles_are_told_apart():
    largest = np.finfo(np.longdouble).max
    if largest == np.finfo(float).max:
        pytest.skip("longdouble is double here")
    w, c = leaf(np.ones(2, np.longdouble)), np.array([largest, 1])
    loss = np.sum(w * c)
    c[0] = largest / 10
    with pytest.raises(GraphError, match="was then changed in place"):
        loss.backward()
    assert stamps.bits(largest) != stamps.bits(largest / 10)
    assert stamps.bits(largest) == stamps.bits(np.array([largest]))


def test_each_row_of_a_large_array_has_its_sample():
    for row in range(0, 300, 7):
        w, c = leaf(np.ones(1000)), r.standard_normal((300, 1000))
        loss = np.sum(w * c)
        c[row] = 0.0
        with pytest.raises(GraphError, match="was then changed in place"):
            loss.backward()


@pytest.mark.parametrize("shape", [(5, 3), (200, 30), (500, 300)], ids=str)
def test_a_batch_that_is_shuffled_in_place(shape):
    w, batch = leaf(np.ones(shape[1])), r.standard_normal(shape)
    loss = np.sum(np.tanh(batch @ w))
    r.shuffle(batch)
    with pytest.raises(GraphError, match="matmul had saved its argument a"):
        loss.backward()


def refilled_mask():
    mask = r.random((64, 65)) < 0.5
    return lambda x: np.sum(np.where(mask, x, 0.0)), mask, lambda: r.shuffle(mask.ravel()), "where .*condition"


def refilled_index():
    index = np.arange(5)
    return lambda x: np.sum(x[index] ** 2), index, lambda: index.fill(1), "getitem .*index"


def refilled_index_among_others():
    index = np.arange(5)
    return lambda x: np.sum(x[index, 1:] ** 2), index, lambda: index.fill(1), "getitem .*index"


def index_of_an_assignment():
    index = np.arange(5)

    def f(x):
        y = x * 1.0
        y[index] = x[:5] * 2.0
        return np.sum(y)

    return f, index, lambda: index.fill(7), "setitem .*index"


def einsum_operand():
    c = r.standard_normal((65, 4))
    return lambda x: np.sum(np.einsum("ij,jk->ik", x, c)), c, lambda: c.fill(0), "einsum .*operands"


def constant_tensor():
    c = r.standard_normal((64, 65))
    return lambda x: np.sum(Tensor(c) * x), c, lambda: c.fill(0), "multiply .*argument a"


def batch_of_a_layer():
    batch = r.standard_normal((7, 65))
    return lambda x: np.sum(linear(batch, x)), batch, lambda: batch.fill(0), "linear .*x"


def labels():
    y = np.zeros(64, int)
    return lambda x: cross_entropy(x, y), y, lambda: y.fill(1), "cross_entropy .*target"


def exponent():
    p = np.full(65, 2.0)
    return lambda x: np.sum(np.abs(x) ** p), p, lambda: p.fill(3.0), "power .*argument b"


def memory_map(tmp_path):
    c = np.memmap(tmp_path / "c", dtype=float, mode="w+", shape=(64, 65))
    return lambda x: np.sum(x * c), c, lambda: c.fill(1), "multiply .*argument b"


KINDS = [
    refilled_mask, refilled_index, refilled_index_among_others, index_of_an_assignment, einsum_operand,
    constant_tensor, batch_of_a_layer, labels, exponent, memory_map,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_constant(kind, tmp_path):
    x = leaf(r.standard_normal((64, 65)))
    f, _, refill, words = kind(tmp_path) if kind is memory_map else kind()
    loss = f(x)
    loss.backward(retain_graph=True)
    right, x.grad = x.grad, None
    loss.backward(retain_graph=True)  # what is not touched gives no false alarm
    np.testing.assert_array_equal(x.grad, right)
    x.grad = None
    refill()
    with pytest.raises(GraphError, match=f"backward: {words}.* was then changed in place"):
        loss.backward()
    assert x.grad is None


def test_what_is_not_saved_may_be_filled_again():
    x, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    loss = np.sum(x * x + c)
    c[:] = 0
    loss.backward()
    np.testing.assert_array_equal(x.grad, [2, 4])


def test_a_loop_over_one_buffer_with_a_backward_pass_for_each_batch():
    w, buffer, expected = leaf([0.5, -0.5]), np.empty((4, 2)), np.zeros(2)
    for _ in range(5):
        buffer[...] = r.standard_normal((4, 2))
        np.sum((buffer @ w) ** 2).backward()
        expected += 2 * buffer.T @ (buffer @ w.data)
    np.testing.assert_allclose(w.grad, expected, rtol=1e-12)


def test_losses_that_wait_for_one_backward_pass():
    w, buffer, total = leaf([0.5, -0.5]), np.empty((4, 2)), 0.0
    for _ in range(2):
        buffer[...] = r.standard_normal((4, 2))
        total = total + np.sum((buffer @ w) ** 2)
    with pytest.raises(GraphError, match=r"matmul had saved its argument a of shape \(4, 2\).*Write to a copy"):
        total.backward()


def test_nan_and_negative_zero_are_values_like_any_other():
    x = leaf([1.0, 2.0])
    for c in (np.array([np.nan, 0.0]), [np.nan, 0.0], np.full(5000, np.nan)[:2]):
        np.sum(np.where([True, False], x, c) * x).backward()
    c = np.array([0.0, 1.0])
    loss = np.sum(x * c)
    c[0] = -0.0  # 1 / it is another infinity
    with pytest.raises(GraphError, match="changed in place"):
        loss.backward()


def test_derivatives_of_derivatives():
    x, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    np.sum((x * c) ** 3).backward(create_graph=True)
    gradient = x.grad
    c[0] = 0.0
    with pytest.raises(GraphError, match="changed in place"):
        np.sum(gradient).backward()

    def f(x):
        return np.sum((x * buffer) ** 3)

    buffer = np.array([3.0, 4.0])
    np.testing.assert_allclose(grad(lambda x: np.sum(grad(f)(x)))(np.array([1.0, 2.0])), 6 * np.array([1, 2]) * buffer**3)


def test_the_primals_of_a_pullback_may_be_filled_again():
    x = np.array([0.3, 0.4])
    _, pull = vjp(np.sin, x)
    expected = np.cos(x)
    x[:] = 0
    np.testing.assert_array_equal(pull(np.ones(2))[0], expected)


def test_the_change_of_a_tensor_is_named_as_such():
    x, c = leaf([1.0, 2.0]), Tensor(np.array([3.0, 4.0]), name="c")
    loss = np.sum(x * c)
    c.data *= 2
    with pytest.raises(GraphError, match="the Tensor 'c' of shape"):
        loss.backward()


def test_nothing_is_stamped_where_nothing_is_recorded_or_can_change():
    x, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    assert (x * x)._node.stamp is None
    assert (x * 2.0)._node.stamp is None
    assert np.sum(x, axis=0)._node.stamp is None
    assert x[0:1]._node.stamp is None
    assert (x * c)._node.stamp == c.tobytes()
    with no_grad():
        assert (x * c)._node is None


@pytest.mark.parametrize("shape", [(1,), (7, 11), (784, 64), (3, 50_000), (50_000, 3), (1, 1, 99, 2), (40, 40, 40)], ids=str)
def test_samples_are_few_and_spread(shape):
    size = int(np.prod(shape))
    step = stamps._step(size, shape[-1])
    assert min(size, 200) <= len(range(0, size, step)) <= 2 * stamps.SAMPLED
    assert 1 <= np.zeros(shape)[stamps._grid(shape)].size <= stamps.SAMPLED


def test_a_list_of_indices_is_copied():
    x, index = leaf([1.0, 2.0, 3.0]), [0, 1]
    y = x[index].sum()
    index[0] = 2
    y.backward()
    np.testing.assert_array_equal(x.grad, [1, 1, 0])


def test_a_pullback_that_is_called_later_notices_it_too():
    weights = np.array([1.0, 2.0])
    _, pullback = vjp(lambda x: np.sum(x * weights), np.ones(2))
    np.testing.assert_array_equal(pullback(1.0)[0], [1, 2])
    weights[0] = 5
    with pytest.raises(GraphError, match=r"argument b of shape \(2,\), which was then changed in place"):
        pullback(1.0)
