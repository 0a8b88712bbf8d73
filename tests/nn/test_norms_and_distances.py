"""Norms, distances and other layers of one or two inputs, beyond parity: definitions, edges, what is refused."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, grad
from autograd_core.errors import ShapeError
from autograd_core.testing import gradcheck
from nn import functional

X = np.random.default_rng(0).normal(size=(2, 6, 4))


def test_norms_are_what_they_are_called():
    for out, axes in (
        (functional.group_norm(X, 3).reshape(2, 3, 8), (2,)),
        (functional.instance_norm(X), (2,)),
        (functional.layer_norm(X, (6, 4)), (1, 2)),
    ):
        np.testing.assert_allclose(out.mean(axes), 0, atol=1e-14)
        np.testing.assert_allclose(out.var(axes), 1, atol=1e-3)
    np.testing.assert_allclose(np.mean(functional.rms_norm(X, 4) ** 2, axis=-1), 1, rtol=1e-12)
    squares = np.pad(X * X, ((0, 0), (2, 1), (0, 0)))  # four neighbours: two before, one after
    means = np.mean([squares[:, i : i + 6] for i in range(4)], axis=0)
    np.testing.assert_allclose(functional.local_response_norm(X, 4, 0.5, 0.6, 0.7), X / (0.7 + 0.5 * means) ** 0.6, rtol=1e-14)


def test_many_rows_are_normalised_as_each_alone():
    """Sums of many rows are products; of one row NumPy makes them."""
    rng = np.random.default_rng(1)
    x, w, b, g = rng.normal(size=(9, 7, 12)), rng.normal(size=12), rng.normal(size=12), rng.normal(size=(9, 7, 12))
    t = Tensor(x, requires_grad=True)
    out = functional.layer_norm(t, 12, w, b)
    out.backward(g)
    for i in np.ndindex(9, 7):
        row = Tensor(x[i], requires_grad=True)
        alone = functional.layer_norm(row, 12, w, b)
        alone.backward(g[i])
        np.testing.assert_allclose(out.data[i], alone.data, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(t.grad[i], row.grad, rtol=1e-10, atol=1e-13)
    assert gradcheck(lambda x: functional.layer_norm(x, 12, w, b), x[:2, :2])


def test_rms_norm_takes_the_eps_of_its_dtype():
    x = np.full((1, 4), 1e-4, np.float32)
    expected = 1e-4 / np.sqrt(1e-8 + np.finfo(np.float32).eps)
    np.testing.assert_allclose(nn.RMSNorm(4, dtype=np.float32)(x).numpy(), np.full((1, 4), expected), rtol=1e-6)


def test_running_statistics_of_instances_are_means_over_the_batch():
    layer = nn.InstanceNorm1d(6, momentum=0.25, track_running_stats=True)
    layer(X)
    np.testing.assert_allclose(layer.running_mean.numpy(), 0.25 * X.mean((0, 2)), rtol=1e-14)
    np.testing.assert_allclose(layer.running_var.numpy(), 0.75 + 0.25 * X.var(2, ddof=1).mean(0), rtol=1e-14)
    layer.eval()
    expected = (X - layer.running_mean.numpy()[:, None]) / np.sqrt(layer.running_var.numpy()[:, None] + layer.eps)
    np.testing.assert_allclose(layer(X).numpy(), expected, rtol=1e-13)


def test_float32_stays_so():
    x = Tensor(X.astype(np.float32), requires_grad=True)
    layers = [
        nn.GroupNorm(2, 6, dtype=np.float32), nn.InstanceNorm1d(6, affine=True, dtype=np.float32),
        nn.RMSNorm(4, dtype=np.float32), nn.LocalResponseNorm(2), nn.PReLU(6, dtype=np.float32), nn.AlphaDropout(0.2),
    ]  # fmt: skip
    out = nn.Sequential(*layers)(x)
    similar = functional.cosine_similarity(out, x, -1) + functional.pairwise_distance(out, functional.normalize(x))
    assert out.dtype == similar.dtype == np.float32
    similar.sum().backward()
    assert x.grad.dtype == np.float32


def test_vectors_of_zeros():
    zeros = np.zeros((2, 3))
    assert not functional.normalize(zeros).any()
    assert functional.cosine_similarity(zeros, np.ones((2, 3))).tolist() == [0, 0]
    np.testing.assert_array_equal(grad(lambda x: functional.normalize(x).sum())(zeros), np.full((2, 3), 1e12))
    assert np.isfinite(grad(lambda x: functional.pairwise_distance(x, zeros, eps=0.0).sum())(zeros)).all()


def test_cosine_similarity_broadcasts():
    a, b = X[:, :1], X[0]  # (2, 1, 4) and (6, 4)
    out = functional.cosine_similarity(a, b, dim=-1)
    expected = np.sum(a * b, -1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1))
    np.testing.assert_allclose(out, expected, rtol=1e-14)
    wide = functional.cosine_similarity(np.ones((3, 1)), X[0, :3], dim=1)  # an axis of one beside one of four
    np.testing.assert_allclose(wide, X[0, :3].sum(1) / (2 * np.linalg.norm(X[0, :3], axis=1)), rtol=1e-14)
    assert gradcheck(functional.cosine_similarity, np.ones((3, 1)) + 0.1, X[0, :3], order=2)


def test_bilinear_is_the_sum_that_defines_it():
    a, b, w = X[0, :, :3], X[1], np.random.default_rng(1).normal(size=(2, 3, 4))
    expected = np.einsum("ni,oij,nj->no", a, w, b) + np.array([1.0, 2.0])
    np.testing.assert_allclose(functional.bilinear(a, b, w, np.array([1.0, 2.0])), expected, rtol=1e-13)
    layer = nn.Bilinear(3, 4, 2, generator=0)
    assert np.abs(layer.weight.data).max() <= 3**-0.5
    assert gradcheck(layer, a, b, order=2)


def test_unflatten_turns_flatten_round():
    assert functional.unflatten(functional.flatten(X, 1), 1, (6, -1)).tolist() == X.tolist()
    shuffled = functional.channel_shuffle(X, 3)
    np.testing.assert_array_equal(functional.channel_shuffle(shuffled, 2), X)


WORDS = {
    "groups": (lambda: nn.GroupNorm(4, 6), "GroupNorm: num_channels must be a multiple of num_groups, got 6 and 4"),
    "channels": (lambda: nn.GroupNorm(2, 4)(X), r"group_norm: expected an input of shape \(n, 4, …\), got \(2, 6, 4\)"),
    "group norm": (lambda: functional.group_norm(X, 4), r"a multiple of num_groups=4 channels, got \(2, 6, 4\)"),
    "one value": (lambda: functional.group_norm(X[:, :, 0], 6), r"one value for each group has no variance, got \(2, 6\)"),
    "weight": (lambda: functional.group_norm(X, 3, np.ones(3)), r"group_norm: weight must have the shape \(6,\), .*got \(3,\)"),
    "instance axes": (lambda: nn.InstanceNorm2d(6)(X[0]), r"\(n, 6, height, width\) or \(6, height, width\), got \(6, 4\)"),
    "instance channels": (lambda: nn.InstanceNorm1d(4)(X), r"\(n, 4, length\) or \(4, length\), got \(2, 6, 4\)"),
    "instance of one": (lambda: functional.instance_norm(X[..., :1]), r"one value for each channel has no .* \(2, 6, 1\)"),
    "running": (lambda: functional.instance_norm(X, use_input_stats=False), "instance_norm: running_mean and running_var"),
    "rms": (lambda: nn.RMSNorm(3)(X), r"rms_norm: the last axes of input must have the shape \(3,\), got \(2, 6, 4\)"),
    "lrn size": (lambda: functional.local_response_norm(X, 0), "size must be an integer ≥ 1, got 0"),
    "lrn axes": (lambda: nn.LocalResponseNorm(2)(X[0]), r"must have the shape \(n, channels, length, …\), got \(6, 4\)"),
    "batch norm": (lambda: nn.BatchNorm3d(6)(X), r"\(n, 6, depth, height, width\), got \(2, 6, 4\)"),
    "normalize": (lambda: functional.normalize(X[0, 0]), r"normalize: there is no axis 1 in shape \(4,\); write dim=-1"),
    "cosine axis": (lambda: functional.cosine_similarity(X, X, 3), r"there is no axis 3 in shape \(2, 6, 4\); write dim=-1"),
    "cosine": (lambda: functional.cosine_similarity(X, X[:, :3]), r"the same shape, got \(2, 6, 4\) and \(2, 3, 4\)"),
    "bilinear": (lambda: nn.Bilinear(3, 4, 2)(X, X), r"got \(2, 6, 4\), \(2, 6, 4\) and \(2, 3, 4\)"),
    "bilinear rows": (lambda: nn.Bilinear(4, 4, 2)(X, X[0]), r"same shape but for the last axis, got \(2, 6, 4\) and \(6, 4\)"),
    "unflatten": (lambda: nn.Unflatten(1, (4, -1))(X), r"axis 1 of shape \(2, 6, 4\) has 6 elements, which \(4, -1\) does not"),
    "unflatten axis": (lambda: nn.Unflatten(3, (2, 3))(X), r"unflatten: there is no axis 3 in shape \(2, 6, 4\)"),
    "shuffle": (lambda: nn.ChannelShuffle(4)(X), r"a multiple of groups=4 channels, got \(2, 6, 4\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    call, words = WORDS[case]
    with pytest.raises((ShapeError, ValueError), match=words):
        call()


def test_means_of_half_precision_are_added_up_in_single():
    """A sum of 4,096 numbers may be beyond float16, whose greatest is 65,504."""
    x = (np.random.default_rng(0).normal(size=(2, 4096)) * 10 + 100).astype("f2")
    wide = x.astype("f8")
    expected = (wide - wide.mean(-1, keepdims=True)) / np.sqrt(wide.var(-1, keepdims=True) + 1e-5)
    found = nn.functional.layer_norm(Tensor(x), (4096,)).data
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, expected, atol=0.02)
