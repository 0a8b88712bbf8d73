"""Convolutions, pools, pads and resizing beyond parity: conventions, captured steps, errors."""

import inspect

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, grad
from autograd_core.errors import DTypeError, ShapeError
from autograd_core.testing import gradcheck
from nn import functional

LINE, IMAGE = np.arange(6.0).reshape(1, 1, 6), np.arange(16.0).reshape(1, 1, 4, 4)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_a_recorded_gradient_is_the_gradient(mode, rng):
    """Of a convolution whose gradients lie in memory with the batch last, which padding adds up by indices."""
    layer, x = nn.Conv3d(2, 2, 1, padding=1, groups=2, padding_mode=mode), rng.normal(size=(2, 2, 6, 4, 3))
    t = Tensor(x, requires_grad=True)
    (g,) = grad(np.sum(np.square(layer(t))), [t], create_graph=True)
    v, step = rng.normal(size=x.shape), 1e-6
    loss = lambda z: np.sum(np.square(layer(z).numpy()))
    assert np.sum(g.numpy() * v) == pytest.approx((loss(x + step * v) - loss(x - step * v)) / (2 * step), rel=1e-6)


def test_a_transposed_convolution_is_the_transpose(rng):
    """⟨conv x, y⟩ = ⟨x, transposed y⟩, with strides that leave some of x out of every window."""
    w, x, y = rng.normal(size=(4, 3, 3, 2)), rng.normal(size=(2, 6, 8, 9)), rng.normal(size=(2, 4, 4, 3))
    forwards = functional.conv2d(x, w, None, (2, 3), (1, 0), (1, 2), groups=2)
    back = functional.conv_transpose2d(y, w, None, (2, 3), (1, 0), (1, 0), 2, (1, 2))
    assert np.sum(forwards * y) == pytest.approx(np.sum(x * back))


def by_definition(x, w, stride):
    """The convolution with a padding of 1, from the sum that defines it."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], (2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijkl,ockl->noij", windows, w)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_convolution_done_in_several_blocks(stride, rng):
    x, v = rng.normal(size=(2, 40, 3, 24, 21))
    w, u = rng.normal(size=(2, 4, 3, 3, 3))
    expected = by_definition(x, w, stride)
    g = rng.normal(size=expected.shape)
    np.testing.assert_allclose(functional.conv2d(x, w, None, stride, 1), expected, rtol=1e-10, atol=1e-10)

    def form(x, w):
        return np.sum(functional.conv2d(x, w, None, stride, 1) * g)

    of_x, of_w = grad(form, argnum=(0, 1))(x, w)
    assert np.sum(of_x * v) == pytest.approx(np.sum(by_definition(v, w, stride) * g))
    assert np.sum(of_w * u) == pytest.approx(np.sum(by_definition(x, u, stride) * g))
    mixed = grad(lambda w: np.sum(grad(form)(x, w) * v))(w)  # what it is bilinear in
    assert np.sum(mixed * u) == pytest.approx(np.sum(by_definition(v, u, stride) * g))


def test_conv3d_is_the_sum_that_defines_it(rng):
    x, w = rng.normal(size=(2, 4, 3, 4, 5)), rng.normal(size=(2, 2, 2, 1, 3))
    out = functional.conv3d(x, w, stride=(1, 2, 1), dilation=(1, 1, 2), groups=2)
    assert out.shape == (2, 2, 2, 2, 1)
    for n, o, d, i, j in np.ndindex(*out.shape):
        window = x[n, 2 * o : 2 * o + 2, d : d + 2, 2 * i : 2 * i + 1, j : j + 5 : 2]
        assert out[n, o, d, i, j] == pytest.approx(np.sum(window * w[o]))


def test_the_size_of_a_transposed_convolution_can_be_asked_for(rng):
    layer, x = nn.ConvTranspose2d(2, 1, 3, stride=(3, 2), padding=1), rng.normal(size=(5, 2, 4, 4))
    for size in [(10, 7), (11, 8), (12, 7)]:
        out = layer(x, output_size=size)
        assert out.shape == (5, 1, *size)
        np.testing.assert_array_equal(out.numpy()[..., :10, :7], layer(x).numpy())
    assert layer(x, output_size=[5, 1, 11, 8]).shape == (5, 1, 11, 8)
    with pytest.raises(ValueError, match=r"output_size must be from \(10, 7\) to \(12, 8\) .*, got \(13, 7\)"):
        layer(x, output_size=(13, 7))


def test_with_indices_the_first_of_equal_elements_gets_the_gradient():
    for layer, expected in ((nn.MaxPool2d(2, return_indices=True), [1, 0, 0, 0]), (nn.MaxPool2d(2), [1 / 3, 1 / 3, 1 / 3, 0])):
        x = Tensor(np.array([[3.0, 3.0], [3.0, 1.0]])[None], requires_grad=True)
        out = layer(x)
        np.sum(out[0] if layer.return_indices else out).backward()
        np.testing.assert_allclose(x.grad.ravel(), expected)


@pytest.mark.parametrize("pool", [nn.MaxPool2d(2, return_indices=True), nn.AdaptiveMaxPool2d(2, return_indices=True)], ids=repr)
def test_an_empty_batch_has_indices_too_and_goes_back(pool):
    x = Tensor(np.zeros((0, 3, 4, 4)), requires_grad=True)
    values, indices = pool(x)
    assert values.shape == indices.shape == (0, 3, 2, 2)
    back = nn.MaxUnpool2d(2)(values, indices)
    assert back.shape == (0, 3, 4, 4)
    back.sum().backward()
    assert x.grad.shape == (0, 3, 4, 4)


def test_indices_are_of_elements_even_where_all_are_infinite():
    out, indices = functional.max_pool2d(np.full((1, 2, 2), -np.inf), 2, padding=1, return_indices=True)
    assert np.isneginf(out).all()
    np.testing.assert_array_equal(indices, [[[0, 1], [2, 3]]])
    out, indices = functional.max_pool1d(np.array([[1.0, np.nan, 3.0, 2.0]]), 2, return_indices=True)
    np.testing.assert_array_equal(out, [[np.nan, 3.0]])
    np.testing.assert_array_equal(indices, [[1, 2]])


def test_a_place_that_two_values_were_put_into_has_the_last_and_only_that_gets_a_gradient():
    values, indices = np.array([[[2.0, 5.0, 7.0]]]), np.array([[[1, 3, 1]]])
    np.testing.assert_array_equal(functional.max_unpool1d(values, indices, 2), [[[0, 7, 0, 5, 0, 0]]])
    slopes = grad(lambda v: np.sum(functional.max_unpool1d(v, indices, 2) * np.arange(6.0)))(values)
    np.testing.assert_array_equal(slopes, [[[0, 3, 1]]])
    assert gradcheck(lambda v: functional.max_unpool1d(v, indices, 2) ** 2, values, order=2)


def test_what_was_pooled_goes_back_to_its_place(rng):
    x = rng.normal(size=(2, 3, 5, 6))
    out, indices = nn.MaxPool2d(2, return_indices=True)(x)
    back = nn.MaxUnpool2d(2)(out, indices, output_size=x.shape)
    assert back.shape == x.shape
    np.testing.assert_array_equal(back, np.where(back == 0, 0, x))
    assert np.count_nonzero(back) == out.size


def test_a_nan_stays_near_where_it_is():
    x = np.array([[[0.0, 1.0, np.nan, 3.0, 4.0, 5.0]]])
    for mode, spoilt in (("nearest", 2), ("linear", 4), ("area", 2)):
        assert np.isnan(functional.interpolate(x, 12, mode=mode)).sum() == spoilt


def test_adaptive_pools_share_among_equal_elements_of_uneven_windows():
    slopes = grad(lambda x: np.sum(functional.adaptive_max_pool1d(x, 2)))(np.ones((1, 3)))
    np.testing.assert_allclose(slopes, [[0.5, 1, 0.5]])  # windows 0-1 and 1-2


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation"), [
    (2, 2, 0, 1), (2, 2, 1, 1), (3, 2, 1, 1), (2, 3, 1, 2), (2, 4, 0, 3), (3, 1, 0, 2), ((1, 2), (2, 1), 0, 1),
])  # fmt: skip
def test_fold_is_the_transpose_of_unfold(order, kernel, stride, padding, dilation, rng):
    """Windows that lie apart are set and others added; of arrays in C's order they are seen in another way."""
    x = np.asarray(rng.normal(size=(2, 3, 9, 8)), order=order)
    turned = np.transpose(np.asarray(np.transpose(x, (1, 2, 3, 0)), order="C"), (3, 0, 1, 2))  # the batch last in memory
    windows = functional.unfold(x, kernel, dilation, padding, stride)
    np.testing.assert_array_equal(functional.unfold(turned, kernel, dilation, padding, stride), windows)
    w = rng.normal(size=windows.shape)
    image = functional.fold(w, (9, 8), kernel, dilation, padding, stride)
    assert np.sum(windows * w) == pytest.approx(np.sum(x * image), rel=1e-12)
    fast = capture(lambda w: functional.fold(w * 2, (9, 8), kernel, dilation, padding, stride) * 0.5, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(fast(w), image)


def test_functions_of_plain_arrays_give_plain_arrays_and_of_float32_give_float32():
    line, image = LINE.astype(np.float32), IMAGE.astype(np.float32)
    w = np.ones((1, 1, 2, 2), np.float32)
    for out in (
        functional.conv1d(line, w[0, :, :1]), functional.conv_transpose2d(image, w, np.ones(1, np.float32)),
        functional.unfold(image, 2),
        functional.avg_pool2d(image, 3, ceil_mode=True), functional.adaptive_avg_pool2d(image, 3),
        functional.lp_pool1d(line, 2, 2),
        functional.adaptive_max_pool2d(image, 3), functional.interpolate(image, 7, mode="bicubic"),
        functional.interpolate(line, 9, mode="linear"), functional.upsample(line, 3), functional.pad(line, (1, 2), "reflect"),
        functional.pixel_unshuffle(image, 2), functional.max_unpool1d(line, np.arange(6)[None, None], 1),
    ):  # fmt: skip
        assert type(out) is np.ndarray
        assert out.dtype == np.float32


def test_integers_can_be_pooled_and_padded():
    image = np.arange(16).reshape(1, 4, 4)
    np.testing.assert_array_equal(functional.max_pool2d(image, 2, padding=1)[0], [[0, 2, 3], [8, 10, 11], [12, 14, 15]])
    np.testing.assert_array_equal(functional.avg_pool2d(image, 2), [[[2.5, 4.5], [10.5, 12.5]]])
    assert functional.pad(image, (1, 0)).dtype == image.dtype


NETS = {
    "groups, dilation, transposed": lambda: nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=2, dilation=2, groups=2, padding_mode="replicate"), nn.BatchNorm2d(4), nn.ReLU(),
        nn.MaxPool2d(2, dilation=2, ceil_mode=True), nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1),
        nn.Flatten(), nn.Linear(2 * 6 * 6, 3),
    ),
    "pools and pads": lambda: nn.Sequential(
        nn.ReflectionPad2d(1), nn.Conv2d(2, 3, 1), nn.LPPool2d(2, 2, 1), nn.AvgPool2d(3, 2, 1, count_include_pad=False),
        nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(27, 3),
    ),
    "resizing": lambda: nn.Sequential(
        nn.Conv2d(2, 4, 3, 2), nn.PixelShuffle(2), nn.Upsample((9, 5), mode="bilinear"), nn.Upsample(scale_factor=2),
        nn.AdaptiveMaxPool2d((4, 3)), nn.Unfold(2), nn.Flatten(), nn.Linear(24, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_captured_steps_are_the_steps(name, rng):
    batches = rng.normal(size=(4, 5, 2, 7, 7))
    y = rng.integers(0, 3, 5)

    def trained(captured):
        nn.manual_seed(0)
        net, loss = NETS[name](), nn.CrossEntropyLoss()
        optimizer = nn.optim.SGD(net.parameters(), lr=0.1)

        def step(x):
            optimizer.zero_grad()
            error = loss(net(x), y)
            error.backward()
            optimizer.step()
            return error.detach()

        step = capture(step, strict=True) if captured else step
        return [step(x).item() for x in batches]

    np.testing.assert_allclose(trained(True), trained(False), rtol=1e-12)


def test_what_is_ours_is_a_keyword():
    """As the sixth argument of Conv2d was: it was taken for the bias, and is the dilation."""
    for layer in (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d):
        kinds = {name: p.kind for name, p in inspect.signature(layer).parameters.items()}
        assert kinds["dtype"] == kinds["generator"] == inspect.Parameter.KEYWORD_ONLY
    assert nn.Conv2d(1, 1, 3, 1, 1, 2).dilation == 2


def test_how_they_look():
    shown = "Conv1d(in_channels=2, out_channels=2, kernel_size=(3,), stride=1, padding=0, groups=2)  # 8 parameters"
    assert repr(nn.Conv1d(2, 2, 3, groups=2)) == shown
    assert repr(nn.MaxPool2d(2, ceil_mode=True)) == "MaxPool2d(kernel_size=2, stride=2, padding=0, ceil_mode=True)"


W = np.ones((2, 1, 3))
ERRORS = {
    "groups and channels": (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "must be multiples of groups, 2; got 3, 4"),
    "groups": (lambda: functional.conv1d(LINE, W, groups=0), ValueError, "conv1d: groups must be an integer ≥ 1, got 0"),
    "groups and weight": (lambda: functional.conv1d(LINE, W[:1], groups=2), ShapeError, "a multiple of it, got .1, 1, 3."),
    "groups and input": (
        lambda: functional.conv1d(LINE, W, groups=2), ShapeError,
        r"weight \(outputs, c / 2, kernel length\), got \(1, 1, 6\) and \(2, 1, 3\)",
    ),
    "bias": (lambda: nn.Conv2d(1, 1, 3, bias=1), TypeError, "Conv2d: bias must be True or False, got 1"),
    "padding_mode": (lambda: nn.Conv1d(1, 1, 3, padding_mode="mirror"), ValueError, "one of 'zeros', 'reflect', .*got 'mirror'"),
    "one size too many": (lambda: nn.Conv1d(1, 1, (3, 3)), ValueError, r"kernel_size must be an integer ≥ 1, got \(3, 3\)"),
    "dilation": (
        lambda: nn.Conv1d(1, 1, 4, dilation=2)(LINE), ShapeError,
        r"kernel of \(4,\), which with dilation reaches over \(7,\), is larger than the image, \(6,\)",
    ),
    "transposed padding": (lambda: nn.ConvTranspose1d(1, 1, 3, padding="same"), ValueError, "must be an integer ≥ 0, got 'same'"),
    "transposed mode": (lambda: nn.ConvTranspose1d(1, 1, 3, padding_mode="reflect"), ValueError, "can only be 'zeros'"),
    "output_padding": (
        lambda: nn.ConvTranspose1d(1, 1, 3, output_padding=1)(LINE), ValueError,
        r"smaller than the stride or the dilation, got \(1,\)",
    ),
    "transposed to nothing": (lambda: nn.ConvTranspose1d(1, 1, 2, padding=4)(LINE), ShapeError, r"nothing is left .*\(-1,\)"),
    "transposed input": (
        lambda: nn.ConvTranspose1d(2, 1, 3)(LINE), ShapeError,
        r"weight \(c, outputs, kernel length\), got \(1, 1, 6\) and \(2, 1, 3\)",
    ),
    "fold": (lambda: functional.fold(np.ones((1, 8, 5)), 3, 2), ShapeError, r"\(n, c × 4, 4\), got \(1, 8, 5\)"),
    "pool of padding": (
        lambda: functional.max_pool1d(np.ones((1, 1)), 2, 3, 1, 2, return_indices=True), ValueError, "nothing but padding",
    ),
    "unpool dtype": (lambda: functional.max_unpool1d(LINE, LINE, 2), DTypeError, "indices must be integers, got dtype float64"),
    "unpool shape": (lambda: functional.max_unpool1d(LINE, np.zeros(6, int), 2), ShapeError, r"shape of input, \(1, 1, 6\)"),
    "unpool index": (
        lambda: functional.max_unpool1d(LINE, np.full((1, 1, 6), 12), 2), ValueError, r"index 12 is not in an output of \(12,\)",
    ),
    "unpool size": (
        lambda: functional.max_unpool1d(LINE, np.zeros((1, 1, 6), int), 2, output_size=(14,)), ValueError,
        r"away from \(12,\), got",
    ),
    "divisor": (lambda: functional.avg_pool2d(IMAGE, 2, divisor_override=0), ValueError, "an integer other than 0, got 0"),
    "adaptive": (lambda: nn.AdaptiveAvgPool2d((2, 0))(IMAGE), ValueError, r"output_size must be an integer ≥ 1.*got \(2, 0\)"),
    "adaptive axes": (lambda: nn.AdaptiveAvgPool2d(2)(IMAGE[0, 0]), ShapeError, r"or \(channels, height, width\), got \(4, 4\)"),
    "interpolate twice": (lambda: functional.interpolate(LINE, 3, 2), ValueError, "one of them, got 3 and 2"),
    "interpolate mode": (lambda: functional.interpolate(LINE, 3, mode="cubic"), ValueError, "one of 'nearest', .*got 'cubic'"),
    "interpolate axes": (
        lambda: functional.interpolate(LINE, 3, mode="bilinear"), ShapeError,
        r"of shape \(n, c, height, width\), got \(1, 1, 6\)",
    ),
    "interpolate corners": (lambda: nn.Upsample(3, align_corners=True)(LINE), ValueError, "linear and cubic modes, got True"),
    "interpolate size": (lambda: functional.interpolate(LINE, (3, 4)), ValueError, r"size must be a positive integer, or 1 for"),
    "interpolate to nothing": (lambda: functional.interpolate(LINE, scale_factor=0.1), ShapeError, r"\(6,\) cannot become"),
    "antialias": (lambda: functional.interpolate(IMAGE, 3, mode="bilinear", antialias=True), ValueError, "average first"),
    "pad": (lambda: functional.pad(LINE, (1, 2, 3)), ValueError, r"integers in pairs.*got \(1, 2, 3\)"),
    "pad axes": (lambda: functional.pad(np.ones(3), (1, 2, 3, 4)), ShapeError, r"4 numbers are for 2 axes, got .* \(3,\)"),
    "pad mode": (lambda: functional.pad(LINE, (1, 2), "edge"), ValueError, "'replicate' or 'circular', got 'edge'"),
    "pad value": (lambda: functional.pad(LINE, (1, 2), "reflect", 1.0), ValueError, "value is for mode='constant', got 1.0"),
    "pad reflection": (lambda: nn.ReflectionPad1d(6)(LINE), ShapeError, "mode='reflect' can add at most 5 to an axis of 6"),
    "pad away": (lambda: functional.pad(LINE, (-4, -3)), ShapeError, r"\(-4, -3\) takes more away than"),
    "pad layer": (lambda: nn.ZeroPad2d((1, 2)), ValueError, r"an integer, or \(left, right, top, bottom\), got \(1, 2\)"),
    "pad layer axes": (lambda: nn.ZeroPad2d(1)(LINE[0, 0]), ShapeError, r"ZeroPad2d: input must have the shape .*got \(6,\)"),
    "pixel_shuffle": (lambda: nn.PixelShuffle(2)(np.ones((3, 2, 2))), ShapeError, r"a multiple of 2², got .*\(3, 2, 2\)"),
    "pixel_unshuffle": (lambda: nn.PixelUnshuffle(2)(np.ones((1, 3, 2))), ShapeError, r"multiples of 2, got .*\(1, 3, 2\)"),
}  # fmt: skip


@pytest.mark.parametrize("call", ERRORS)
def test_words(call):
    function, error, words = ERRORS[call]
    with pytest.raises(error, match=words):
        function()


def test_a_truth_is_a_number():
    """As in Python, True is 1."""
    x = np.random.default_rng(0).normal(size=(1, 2, 3, 3))
    np.testing.assert_array_equal(nn.functional.max_pool2d(x, True).data, x)
