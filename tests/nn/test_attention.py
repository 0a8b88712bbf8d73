"""Attention beyond parity: masks, dropout, shared heads, causal order, capture, words of refusal, beside the formula in NumPy."""

import numpy as np
import pytest

import nn
from autograd_core import capture, grad
from autograd_core.errors import ShapeError
from autograd_core.testing import gradcheck
from nn.functional import scaled_dot_product_attention as attention


def by_hand(q, k, v, mask=None, scale=None):
    """The formula, with the rows of what may attend to nothing 0."""
    scores = q @ np.swapaxes(k, -1, -2) * (1 / np.sqrt(q.shape[-1]) if scale is None else scale)
    scores = scores if mask is None else scores + mask
    top = scores.max(axis=-1, keepdims=True)
    p = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = p.sum(axis=-1, keepdims=True)
    return p / np.where(total == 0, 1, total) @ v


def qkv(rng, length=3, others=5, size=4, heads=2):
    return rng.normal(size=(heads, length, size)), rng.normal(size=(heads, others, size)), rng.normal(size=(heads, others, 6))


@pytest.mark.parametrize("kind", ["none", "floats", "bools", "-inf", "causal", "a row of nothing", "scale"])
def test_value_and_derivatives(kind, rng):
    q, k, v = qkv(rng)
    floats = rng.normal(size=(3, 5))
    bools = floats > -0.5
    if kind == "a row of nothing":
        bools[1] = False
    infinite = np.where(bools, 0.0, -np.inf)
    arguments, mask, scale = {
        "none": ({}, None, None),
        "floats": ({"attn_mask": floats}, floats, None),
        "bools": ({"attn_mask": bools}, infinite, None),
        "-inf": ({"attn_mask": infinite}, infinite, None),
        "causal": ({"is_causal": True}, np.where(np.tril(np.ones((3, 5))) > 0, 0.0, -np.inf), None),
        "a row of nothing": ({"attn_mask": bools}, infinite, None),
        "scale": ({"scale": 0.3}, None, 0.3),
    }[kind]
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(attention(q, k, v, **arguments), by_hand(q, k, v, mask, scale), rtol=1e-12)
    assert gradcheck(lambda q, k, v: attention(q, k, v, **arguments), q, k, v)


def test_a_mask_can_be_learned(rng):
    q, k, v = qkv(rng)
    assert gradcheck(lambda mask: attention(q, k, v, attn_mask=mask), rng.normal(size=(3, 5)))


def test_heads_that_are_shared(rng):
    q, k, v = rng.normal(size=(4, 3, 2)), rng.normal(size=(2, 5, 2)), rng.normal(size=(1, 5, 3))
    expected = by_hand(q, np.repeat(k, 2, axis=0), np.repeat(v, 4, axis=0))
    np.testing.assert_allclose(attention(q, k, v, enable_gqa=True), expected, rtol=1e-12)


def test_no_query_sees_what_comes_later(rng):
    """The derivative of a result by a later key or value is exactly 0."""
    q, k, v = qkv(rng, 4, 4)
    for t in range(4):
        f = lambda k, v, t=t: np.sum(attention(q, k, v, is_causal=True)[:, t])
        by_key, by_value = grad(f, (0, 1))(k, v)
        assert np.all(by_value[:, : t + 1])
        for gradient in (by_key, by_value):
            np.testing.assert_array_equal(gradient[:, t + 1 :], 0)


def test_dropout_keeps_the_mean(rng):
    q, k = np.zeros((1, 1, 2)), np.zeros((1, 20_000, 2))
    out = attention(q, k, np.ones((1, 20_000, 1)), dropout_p=0.25, generator=0)
    assert out.item() == pytest.approx(1, abs=0.02)
    assert out.item() != 1


def test_padded_keys_change_nothing(rng):
    """Keys under key_padding_mask, even NaN, leave the results and the gradients of the others what they are."""
    layer = nn.MultiheadAttention(4, 2, batch_first=True, generator=0)
    x = rng.normal(size=(1, 3, 4))
    longer = np.concatenate([x, np.full((1, 2, 4), 7.0)], axis=1)
    padding = np.array([[False, False, False, True, True]])
    for expected, got in zip(layer(x, x, x), layer(x, longer, longer, key_padding_mask=padding), strict=True):
        np.testing.assert_allclose(got.numpy()[..., :3], expected.numpy()[..., :3], rtol=1e-12)


def test_lists_are_arrays():
    x = [[1.0, 0.0], [0.0, 1.0]]
    np.testing.assert_array_equal(attention(x, x, x), attention(np.array(x), np.array(x), np.array(x)))
    layer = nn.MultiheadAttention(2, 1, generator=0)
    np.testing.assert_array_equal(layer(x, x, x)[0].numpy(), layer(*[np.array(x)] * 3)[0].numpy())


@pytest.mark.parametrize("norm_first", [False, True])
def test_captured(norm_first, rng):
    """A causal encoder with dropout of its own generator: captured as eager, over several steps."""
    xs = rng.normal(size=(5, 6, 2, 8))
    losses = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, norm_first=norm_first, generator=0)
        optimizer = nn.optim.Adam(layer.parameters(), lr=0.01)
        mask = nn.Transformer.generate_square_subsequent_mask(6)

        def step(x, layer=layer, optimizer=optimizer, mask=mask):
            optimizer.zero_grad()
            loss = np.mean((layer(x, src_mask=mask) - x) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        run = wrap(step)
        losses.append([run(x).item() for x in xs])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    assert len(set(losses[0])) == 5


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda x: attention(x, x[:, :2], x), ShapeError, r"query, key and value must have the shapes .* got \(2, 3, 4\)"),
        (lambda x: attention(x, x, x, attn_mask=np.ones((2, 2))), ShapeError, r"attn_mask must broadcast to \(2, 3, 3\)"),
        (lambda x: attention(x, x, x, np.ones((3, 3)), is_causal=True), ValueError, r"exclude each other"),
        (lambda x: attention(x, x, x, dropout_p=2.0), ValueError, r"dropout_p must be a probability from 0 to 1, got 2.0"),
        (lambda x: attention(x, x, x, attn_mask=np.ones((3, 3), int)), TypeError, r"attn_mask must be of bools or floats"),
        (lambda x: nn.MultiheadAttention(4, 3), ValueError, r"embed_dim"),
    ],
)
def test_wrong_calls_say_what_is_wrong(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong(np.ones((2, 3, 4)))
