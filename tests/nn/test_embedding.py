"""Tables beyond parity: rows without a gradient, cut rows, bags of every form, what is refused."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DTypeError, GraphError, ShapeError
from autograd_core.testing import gradcheck
from nn import functional

WEIGHT = np.random.default_rng(0).normal(size=(7, 3))


def test_the_padding_row_is_zeros_and_not_trained():
    layer = nn.Embedding(5, 3, padding_idx=-4)
    assert layer.padding_idx == 1
    assert not layer.weight.data[1].any()
    assert repr(layer) == "Embedding(num_embeddings=5, embedding_dim=3, padding_idx=1)  # 15 parameters"
    (layer(np.array([[1, 2], [1, 1]])) * np.array([2.0, 3, 4])).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, np.array([[0.0], [0], [1], [0], [0]]) * [2.0, 3, 4])


def test_a_gradient_by_frequency_is_the_mean_of_those_of_each_place():
    for function in (functional.embedding, lambda x, w, **k: functional.embedding_bag(x, w, mode="sum", **k)):
        weight = Tensor(WEIGHT, requires_grad=True)
        out = function(np.array([[0, 1, 1], [1, 2, 3]]), weight, scale_grad_by_freq=True)
        out.sum().backward()
        np.testing.assert_allclose(weight.grad, np.repeat([[1.0], [0]], [4, 3], axis=0) * np.ones(3), rtol=1e-15)


def test_rows_that_are_taken_are_cut_to_the_greatest_norm_in_the_table():
    layer = nn.Embedding.from_pretrained(WEIGHT * 10, freeze=False, max_norm=2.0, norm_type=1)
    layer(np.array([2, 5, 2]))
    norms = np.abs(layer.weight.data).sum(axis=1)
    np.testing.assert_allclose(norms[[2, 5]], 2, rtol=1e-6)
    np.testing.assert_array_equal(np.delete(layer.weight.data, [2, 5], axis=0), np.delete(WEIGHT * 10, [2, 5], axis=0))
    small = nn.Embedding.from_pretrained(WEIGHT, max_norm=100.0)
    small(np.arange(7))
    np.testing.assert_array_equal(small.weight.data, WEIGHT)
    table = WEIGHT.copy()
    functional.embedding([3], table, max_norm=0.5)
    assert np.linalg.norm(table[3]) == pytest.approx(0.5, rel=1e-6)


def test_a_table_that_is_used_twice_is_only_changed_if_it_has_to_be():
    layer = nn.Embedding.from_pretrained(WEIGHT, freeze=False, max_norm=100.0)
    scores = lambda: functional.linear(layer([1, 2]), layer.weight) + functional.linear(layer([3, 4]), layer.weight)
    scores().sum().backward()
    expected = WEIGHT.sum(0) * np.isin(np.arange(7), [1, 2, 3, 4])[:, None] + WEIGHT[1:5].sum(0)
    np.testing.assert_allclose(layer.weight.grad, expected, rtol=1e-13)
    layer.max_norm = 0.5
    with pytest.raises(GraphError):  # the second look-up cuts rows that the first product has saved
        scores().sum().backward()


def test_from_pretrained():
    layer = nn.Embedding.from_pretrained(WEIGHT.astype(np.float32))
    assert layer.weight.dtype == np.float32
    assert not layer.weight.requires_grad
    np.testing.assert_array_equal(layer([6, 0]).numpy(), WEIGHT.astype(np.float32)[[6, 0]])
    layer.weight.data[0] = 0  # a copy
    assert WEIGHT[0].all()
    bag = nn.EmbeddingBag.from_pretrained(WEIGHT, freeze=False, mode="max")
    assert bag.weight.requires_grad
    np.testing.assert_array_equal(bag([[1, 2]]).numpy(), [WEIGHT[1:3].max(axis=0)])
    with pytest.raises(ShapeError, match=r"Embedding.from_pretrained: embeddings must have .*\(3,\)"):
        nn.Embedding.from_pretrained(WEIGHT[0])


BAGS = [[0, 3, 3], [], [6], [2, 1, 0, 0, 5]]
FLAT, OFFSETS = np.concatenate(BAGS).astype(int), np.cumsum([0, *map(len, BAGS[:-1])])


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding", [None, 3])
def test_a_bag_is_what_its_rows_make(mode, padding):
    layer = nn.EmbeddingBag.from_pretrained(WEIGHT, freeze=False, mode=mode, padding_idx=padding)
    rows = [WEIGHT[[i for i in bag if i != padding]] for bag in BAGS]
    expected = [getattr(np, mode)(part, axis=0) if len(part) else np.zeros(3) for part in rows]
    np.testing.assert_allclose(layer(FLAT, OFFSETS).numpy(), expected, rtol=1e-15)
    last = nn.EmbeddingBag.from_pretrained(WEIGHT, mode=mode, padding_idx=padding, include_last_offset=True)
    np.testing.assert_array_equal(last(FLAT, [*OFFSETS, len(FLAT)]).numpy(), layer(FLAT, OFFSETS).numpy())
    assert gradcheck(lambda w: functional.embedding_bag(FLAT, w, OFFSETS, mode=mode, padding_idx=padding), WEIGHT)


def test_what_is_in_no_bag_counts_for_nothing():
    weight = WEIGHT.copy()
    weight[0] = np.nan  # what fills the places behind the end of a short bag
    out = functional.embedding_bag([1, 2, 3], weight, [0, 1], mode="sum")
    np.testing.assert_allclose(out, [WEIGHT[1], WEIGHT[2] + WEIGHT[3]], rtol=1e-15)
    assert functional.embedding_bag(np.zeros(0, int), weight, [0, 0]).tolist() == [[0, 0, 0]] * 2
    for mode in ("sum", "max"):
        assert functional.embedding_bag(np.zeros((2, 0), int), WEIGHT, mode=mode).tolist() == [[0, 0, 0]] * 2


def bag(*arguments, **options):
    return lambda: functional.embedding_bag(*arguments, **options)


WORDS = {
    "mode": (lambda: nn.EmbeddingBag(7, 3, mode="min"), ValueError, "EmbeddingBag: mode must be .* or 'max', got 'min'"),
    "sparse": (lambda: nn.Embedding(7, 3, sparse=True), ValueError, "Embedding: gradients are whole arrays.*leave out sparse"),
    "padding": (lambda: nn.Embedding(7, 3, 7), ValueError, "padding_idx must be the number of one of the 7 rows, got 7"),
    "dtype as padding": (lambda: nn.Embedding(7, 3, np.float32), TypeError, "an integer or None, got float32; write dtype=…"),
    "padding of a function": (lambda: functional.embedding([0], WEIGHT, -8), ValueError, "from -7 to 6, got -8"),
    "weights": (bag([[0]], WEIGHT, per_sample_weights=np.ones((1, 1))), ValueError, "go with mode='sum', got 'mean'"),
    "shape of weights": (
        bag([[0, 1]], WEIGHT, mode="sum", per_sample_weights=np.ones(2)), ShapeError, r"the shape of input, \(1, 2\), got \(2,\)",
    ),
    "frequencies": (bag([[0]], WEIGHT, mode="max", scale_grad_by_freq=True), ValueError, "goes with mode='sum' and 'mean', got"),
    "no offsets": (bag([0, 1], WEIGHT), ShapeError, r"\(bags, numbers\), without offsets, or \(many,\) with offsets, got \(2,\)"),
    "offsets": (bag([0, 1], WEIGHT, [1]), ValueError, "must begin with 0, not fall, and not exceed the 2 numbers"),
    "falling": (bag([0, 1], WEIGHT, [0, 2, 1]), ValueError, "must begin with 0"),
    "far": (bag([0, 1], WEIGHT, [0, 3]), ValueError, "must begin with 0"),
    "far end": (bag([0, 1], WEIGHT, [0, 3], include_last_offset=True), ValueError, "must begin with 0"),
    "kind of offsets": (bag([0, 1], WEIGHT, [0.0]), ShapeError, r"offsets must be integers of shape \(bags,\)"),
    "number": (bag([[0, 7]], WEIGHT), ValueError, r"embedding_bag: index 7 at \(0, 1\) is not one of the 7"),
    "dtype": (bag([[0.5]], WEIGHT), DTypeError, "embedding_bag: indices must be integers"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    call, kind, words = WORDS[case]
    with pytest.raises(kind, match=words):
        call()
