"""Layers beyond parity: derivatives of any order, ties, running statistics, dropout, dtypes, plain arrays."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, grad, no_grad
from nn import functional
from tests.derivatives.finite import directional

FUNCTIONS = {
    "conv2d": (lambda x, w, b: functional.conv2d(x, w, b), [(2, 2, 4, 5), (3, 2, 2, 3), (3,)]),
    "conv2d with stride and padding": (lambda x, w: functional.conv2d(x, w, None, (2, 1), (1, 2)), [(2, 2, 4, 5), (3, 2, 3, 2)]),
    "conv2d same": (lambda x, w: functional.conv2d(x, w, padding="same"), [(1, 2, 4, 3), (2, 2, 2, 3)]),
    "max_pool2d": (lambda x: functional.max_pool2d(x, 3, 2, 1) ** 3, [(2, 2, 5, 6)]),
    "avg_pool2d": (lambda x: functional.avg_pool2d(x, 2, 1) ** 3, [(2, 2, 3, 4)]),
    "layer_norm": (lambda x, w, b: functional.layer_norm(x, (3, 2), w, b), [(4, 3, 2), (3, 2), (3, 2)]),
    "batch_norm": (lambda x, w, b: functional.batch_norm(x, None, None, w, b, training=True), [(4, 3, 2), (3,), (3,)]),
    "batch_norm of rows": (lambda x: functional.batch_norm(x, training=True), [(5, 3)]),
    "batch_norm by running values": (
        lambda x, m, w: functional.batch_norm(x, m, np.array([0.5, 1, 2]), w), [(4, 3), (3,), (3,)],
    ),
    "embedding": (lambda w: functional.embedding([[0, 2], [2, 1]], w) ** 3, [(3, 2)]),
    "softplus": (lambda x: functional.softplus(x, 3), [(4,)]),
    "huber_loss": (lambda x, y: functional.huber_loss(x, y, delta=0.7), [(5, 2), (5, 2)]),
    "binary_cross_entropy_with_logits": (
        lambda x: functional.binary_cross_entropy_with_logits(x, np.eye(3), np.arange(1.0, 4), "none", np.arange(2.0, 5)),
        [(3, 3)],
    ),
    "cross_entropy": (
        lambda x: functional.cross_entropy(
            x, np.array([[0, 2], [1, 1]]), np.array([1.0, 2, 3]), ignore_index=2, label_smoothing=0.1,
        ),
        [(2, 3, 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("order", [1, 2])
def test_derivatives(name, order, rng):
    function, shapes = FUNCTIONS[name]
    xs, ts = ([rng.normal(size=shape) for shape in shapes] for _ in range(2))
    weights = rng.normal(size=np.shape(function(*xs)))

    def value(*xs):
        return np.sum(function(*xs) * weights)

    def slope(*xs):  # its gradient is one of second order, of all arguments at once
        return sum(np.sum(g * t) for g, t in zip(grad(value, argnum=tuple(range(len(xs))))(*xs), ts, strict=True))

    tested = value if order == 1 else slope
    ours = sum(np.sum(g * t) for g, t in zip(grad(tested, argnum=tuple(range(len(xs))))(*xs), ts, strict=True))
    (expected,) = directional(lambda xs: [tested(*xs)], xs, ts)
    np.testing.assert_allclose(ours, expected, rtol=1e-7, atol=1e-7)


def test_conv2d_is_the_sum_that_defines_it(rng):
    x, w, b = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    out = functional.conv2d(x, w, b, stride=(2, 1), padding=(1, 0))
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)))
    for n, o, i, j in np.ndindex(*out.shape):
        assert out[n, o, i, j] == pytest.approx(np.sum(padded[n, :, 2 * i : 2 * i + 3, j : j + 2] * w[o]) + b[o])
    assert out.shape == (2, 4, 4, 5)


def test_conv2d_of_mixed_dtypes():
    x, w = np.ones((1, 1, 2, 2), np.float32), np.ones((1, 1, 2, 2), np.float32)
    assert functional.conv2d(x, w, np.array([1e-9])).item() == 4 + 1e-9


def test_equal_elements_of_a_window_share_the_gradient():
    x = Tensor(np.array([[3.0, 3.0, 1.0, 0.0], [3.0, 0.0, 2.0, 2.0]]).reshape(1, 1, 2, 4), requires_grad=True)
    nn.MaxPool2d(2)(x).sum().backward()
    np.testing.assert_allclose(x.grad[0, 0], [[1 / 3, 1 / 3, 0, 0], [1 / 3, 0, 0.5, 0.5]])


def test_the_padding_of_a_pool_is_never_the_greatest_and_counts_in_a_mean():
    x = -np.ones((1, 1, 2, 2))
    np.testing.assert_array_equal(functional.max_pool2d(x, 2, padding=1)[0, 0], -np.ones((2, 2)))
    np.testing.assert_array_equal(functional.avg_pool2d(x, 2, padding=1)[0, 0], -np.ones((2, 2)) / 4)
    np.testing.assert_array_equal(functional.max_pool2d(np.arange(16).reshape(1, 1, 4, 4), 2)[0, 0], [[5, 7], [13, 15]])


def test_a_window_with_a_nan_has_nan():
    x = np.array([[np.nan, 1.0], [0.0, 2.0]]).reshape(1, 1, 2, 2)
    assert np.isnan(functional.max_pool2d(x, 2)).all()


def test_running_statistics(rng):
    layer = nn.BatchNorm1d(2, momentum=0.25)
    first, second = rng.normal(3, 2, size=(2, 50, 2))
    layer(first), layer(second)
    mean = 0.75 * 0.25 * first.mean(0) + 0.25 * second.mean(0)
    np.testing.assert_allclose(layer.running_mean.numpy(), mean)
    var = 0.75**2 + 0.75 * 0.25 * first.var(0, ddof=1) + 0.25 * second.var(0, ddof=1)
    np.testing.assert_allclose(layer.running_var.numpy(), var)
    assert layer.num_batches_tracked.item() == 2
    layer.eval()
    np.testing.assert_allclose(layer(first).numpy(), (first - mean) / np.sqrt(var + layer.eps))
    np.testing.assert_array_equal(layer.running_mean.numpy(), layer.state_dict()["running_mean"])
    assert layer.num_batches_tracked.item() == 2


def test_without_momentum_the_running_mean_is_that_of_all_batches(rng):
    layer = nn.BatchNorm1d(2, momentum=None)
    batches = rng.normal(size=(5, 8, 2))
    for batch in batches:
        layer(batch)
    np.testing.assert_allclose(layer.running_mean.numpy(), batches.mean((0, 1)))


def test_layers_of_float32_stay_so():
    x = Tensor(np.random.default_rng(0).normal(size=(4, 2, 6, 6)).astype(np.float32), requires_grad=True)
    kind = {"dtype": np.float32}
    net = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, **kind), nn.BatchNorm2d(3, **kind), nn.GELU(), nn.MaxPool2d(2), nn.AvgPool2d(2),
        nn.Dropout(0.5), nn.Flatten(), nn.LayerNorm(3, **kind), nn.Linear(3, 2, **kind), nn.ELU(), nn.Softplus(beta=2),
        nn.LogSoftmax(),
    )  # fmt: skip
    for loss, target in (
        (nn.CrossEntropyLoss(weight=[1.0, 2.0], label_smoothing=0.1), np.array([0, 1, 0, 1])),
        (nn.BCEWithLogitsLoss(weight=[1.0, 2.0], pos_weight=3.0), np.zeros((4, 2), np.float32)),
        (nn.HuberLoss(), np.zeros((4, 2), np.float32)),
        (nn.L1Loss(), np.zeros((4, 2), np.float32)),
    ):
        value = loss(net(x), target)
        assert value.dtype == np.float32
        value.backward()
    assert all(p.dtype == p.grad.dtype == np.float32 for p in net.parameters())
    assert all(b.dtype == np.float32 for name, b in net.named_buffers() if "running" in name)


def test_dropout():
    x = Tensor(np.ones((200, 500)), requires_grad=True)
    layer = nn.Dropout(0.3, generator=0)
    out = layer(x)
    assert set(np.unique(out.numpy())) == {0, 1 / 0.7}
    assert (out.numpy() == 0).mean() == pytest.approx(0.3, abs=0.01)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, out.numpy())
    assert (layer(x).numpy() != out.numpy()).any()  # the next numbers of its generator
    np.testing.assert_array_equal(nn.Dropout(0.3, generator=0)(x).numpy(), out.numpy())
    assert layer.eval()(x) is x
    assert nn.Dropout(0)(x) is x
    assert (nn.Dropout(1)(x).numpy() == 0).all()


def test_random_numbers_come_from_the_seed_or_the_generator_given():
    def drawn(*arguments):
        layers = [nn.Linear(2, 3, generator=g) for g in arguments]
        return [layer.weight.numpy().tolist() for layer in layers]

    nn.manual_seed(5)
    first = drawn(None, None)
    nn.manual_seed(5)
    assert drawn(None, None) == first
    assert first[0] != first[1]
    assert drawn(7)[0] == drawn(np.random.default_rng(7))[0] == drawn(np.int64(7))[0] != first[0]
    generator = np.random.default_rng(1)
    assert drawn(generator)[0] != drawn(generator)[0]


def test_a_convolutional_net_can_be_captured(rng):
    """A captured step makes the numbers of the plain one; a step that can't be captured would warn, which fails here."""
    x, y = rng.normal(size=(6, 2, 7, 7)), rng.integers(0, 3, 6)

    def trained(captured):
        nn.manual_seed(0)
        net = nn.Sequential(
            nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, padding="same"),
            nn.AvgPool2d(3, 1, padding=1), nn.Flatten(), nn.Linear(16, 3),
        )  # fmt: skip
        optimizer, loss = nn.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss()

        def step(x, y):
            optimizer.zero_grad()
            error = loss(net(x), y)
            error.backward()
            optimizer.step()
            return error.detach()

        step = capture(step) if captured else step
        return [step(x, y).item() for _ in range(5)]

    np.testing.assert_allclose(trained(True), trained(False), rtol=1e-12)


def test_functions_of_plain_arrays_give_plain_arrays():
    image, x = np.ones((1, 1, 4, 4)), np.ones((2, 3))
    for out in (
        functional.conv2d(image, np.ones((1, 1, 2, 2)), np.ones(1)), functional.max_pool2d(image, 2),
        functional.avg_pool2d(image, 2), functional.layer_norm(x, (3,)), functional.batch_norm(x, training=True),
        functional.embedding([0], x), functional.dropout(x),
        functional.flatten(image), functional.softmax(x), functional.linear(x, x), functional.softplus(x, 2),
    ):  # fmt: skip
        assert type(out) is np.ndarray
    assert functional.one_hot(np.array([[0, 1]]), 3).tolist() == [[[1, 0, 0], [0, 1, 0]]]
    assert functional.one_hot(np.zeros(0, int)).shape == (0, 0)
    assert isinstance(functional.l1_loss(x, x), np.floating)


def test_nothing_is_recorded_without_a_gradient():
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    with no_grad():
        assert not net(np.eye(2)).requires_grad


def test_repeated_rows_of_an_embedding_add_up():
    layer = nn.Embedding(4, 2)
    layer(np.array([1, 1, 3], np.uint8)).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, [[0, 0], [2, 2], [0, 0], [1, 1]])


def test_convolution_of_an_empty_batch_is_empty():
    x = Tensor(np.zeros((0, 3, 4, 8)), requires_grad=True)
    layer = nn.Conv2d(3, 2, (3, 2), stride=(2, 3), padding=2)
    out = layer(x)
    assert out.shape == (0, 2, 3, 4)
    out.sum().backward()
    assert x.grad.shape == x.shape
    assert not layer.weight.grad.any()


def test_layer_norm_takes_a_number_for_one_axis():
    x = np.random.default_rng(0).normal(size=(2, 3))
    np.testing.assert_array_equal(nn.functional.layer_norm(x, 3), nn.functional.layer_norm(x, (3,)))
