"""Losses beyond parity: what they refuse, and what they mean."""

import math

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DTypeError, ShapeError

P, Y = np.full((4, 1), 0.5), np.ones((4, 1))
SCORES, CLASSES = np.zeros((3, 4)), np.zeros(3, int)
PAIRS = [nn.MSELoss, nn.L1Loss, nn.HuberLoss, nn.BCELoss, nn.BCEWithLogitsLoss]


@pytest.mark.parametrize("kind", PAIRS)
def test_unequal_shapes_are_no_broadcast(kind):
    with pytest.raises(ShapeError, match=r"the same shape, got \(4, 1\) and \(4,\); write target.reshape\(\(4, 1\)\)"):
        kind()(P, Y[:, 0])


CASES = {
    "probability": (lambda: nn.BCELoss()(P + 1, Y), ValueError, r"in \[0, 1\], got 1.5 at index \(0, 0\)"),
    "NaN for a probability": (lambda: nn.BCELoss()(P * np.nan, Y), ValueError, "got nan at index"),
    "target": (lambda: nn.BCELoss()(P, Y * 2), ValueError, r"targets must be in \[0, 1\], got 2.0 at index \(0, 0\)"),
    "target beside logits": (lambda: nn.BCEWithLogitsLoss()(P, -Y), ValueError, r"got -1.0 at index \(0, 0\)"),
    "Tensor as target": (lambda: nn.BCEWithLogitsLoss()(P, Tensor(-Y)), ValueError, r"got -1.0 at index \(0, 0\)"),
    "class": (lambda: nn.CrossEntropyLoss()(SCORES, np.array([0, 4, 1])), ValueError, r"4 at index \(1,\) .* 4 classes"),
    "-100": (
        lambda: nn.CrossEntropyLoss(ignore_index=None)(SCORES, np.array([0, -100, 1])), ValueError, r"-100 at index \(1,\)",
    ),
    "another negative one": (lambda: nn.CrossEntropyLoss()(SCORES, np.array([0, -100, -1])), ValueError, r"-1 at index \(2,\)"),
    "class of NLL": (lambda: nn.NLLLoss()(SCORES, np.array([0, 1, -1])), ValueError, r"-1 at index \(2,\)"),
    "class as float": (lambda: nn.CrossEntropyLoss()(SCORES, np.zeros(3)), DTypeError, r"write target.astype\(int\)"),
    "number of rows": (lambda: nn.CrossEntropyLoss()(SCORES, np.zeros(4, int)), ShapeError, r"got shape \(4,\)"),
    "ignoring probabilities": (
        lambda: nn.CrossEntropyLoss(ignore_index=0)(SCORES, SCORES), ShapeError, r"needs class numbers of shape \(3,\)",
    ),
    "ignoring all": (
        lambda: nn.NLLLoss(ignore_index=0)(SCORES, CLASSES), ShapeError,
        r"nll_loss: all 3 targets are 0, which ignore_index=0 leaves out, so there is no mean: .*write reduction='sum'",
    ),
    "ignoring all unasked": (lambda: nn.CrossEntropyLoss()(SCORES, CLASSES - 100), ShapeError, "all 3 targets are -100"),
    "class weights": (lambda: nn.CrossEntropyLoss(weight=[1.0])(SCORES, CLASSES), ShapeError, r"weight must .*\(4,\)"),
    "weight": (lambda: nn.BCELoss(weight=np.ones(3))(P, Y), ShapeError, r"weight must go with .*\(4, 1\), got shape \(3,\)"),
    "pos_weight": (lambda: nn.BCEWithLogitsLoss(pos_weight=np.ones(3))(P, Y), ShapeError, r"pos_weight must go with .*\(4, 3\)"),
    "delta": (lambda: nn.HuberLoss(delta=0)(P, Y), ValueError, "delta must be greater than 0, got 0"),
    "nothing": (lambda: nn.L1Loss()(P[:0], Y[:0]), ShapeError, r"of shape \(0, 1\), has no mean"),
    "smoothing": (lambda: nn.CrossEntropyLoss(label_smoothing=2)(SCORES, CLASSES), ValueError, "must be from 0 to 1, got 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_words(case):
    call, kind, words = CASES[case]
    with pytest.raises(kind, match=words):
        call()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
def test_class_numbers_of_any_integer_dtype(dtype):
    loss = nn.CrossEntropyLoss()(SCORES, np.array([0, 3, 1], dtype))
    assert loss == pytest.approx(math.log(4))


def test_logarithms_are_clamped():
    loss = nn.BCELoss(reduction="none")(np.array([0.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0]))
    assert loss.tolist() == [100, 100, 0]


def test_a_confident_right_answer_keeps_its_digits():
    loss = nn.BCEWithLogitsLoss()(np.array([80.0]), np.array([1.0]))
    assert loss == pytest.approx(math.exp(-80), rel=1e-12)


def test_pos_weight_counts_the_ones():
    x, y = np.array([0.3, -2.0, 1.0]), np.array([1.0, 0.0, 1.0])
    once, thrice = (nn.BCEWithLogitsLoss(reduction="none", pos_weight=weight)(x, y) for weight in (1, 3))
    np.testing.assert_allclose(thrice, once * np.array([3, 1, 3]))


def test_ignored_rows_have_no_gradient():
    scores = Tensor(np.random.default_rng(0).normal(size=(3, 4)), requires_grad=True)
    nn.CrossEntropyLoss()(scores, np.array([1, -100, 2])).backward()
    assert (scores.grad[1] == 0).all()
    np.testing.assert_allclose(scores.grad[[0, 2]], softmax_minus_one(scores.numpy()[[0, 2]], [1, 2]) / 2)


def softmax_minus_one(scores, targets):
    p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    p[np.arange(len(targets)), targets] -= 1
    return p


def test_huber_is_half_the_square_inside_and_linear_outside():
    x = np.array([-3.0, -1.0, 0.5, 1.0, 2.0])
    expected = [2.5, 0.5, 0.125, 0.5, 1.5]
    np.testing.assert_allclose(nn.HuberLoss(reduction="none")(x, np.zeros(5)), expected)


def test_line_that_the_broadcast_would_spoil():
    """A regression of (n, 1) predictions on (n,) targets would go to their mean; here it is refused, and right when reshaped."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (50, 1))
    y = 3 * x[:, 0] + 1
    net, loss = nn.Linear(1, 1, generator=0), nn.MSELoss()
    with pytest.raises(ShapeError, match="same shape"):
        loss(net(x), y)
    for _ in range(200):
        net.zero_grad()
        loss(net(x), y.reshape(-1, 1)).backward()
        for p in net.parameters():
            p.data -= 0.5 * p.grad
    assert net.weight.item() == pytest.approx(3, abs=1e-6)
    assert net.bias.item() == pytest.approx(1, abs=1e-6)
