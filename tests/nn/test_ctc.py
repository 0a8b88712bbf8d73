"""CTC against the sum over all ways that defines it, its forms of targets, and what it refuses."""

import itertools

import numpy as np
import pytest

from autograd_core import Tensor, capture, grad, log_softmax
from autograd_core.errors import DTypeError, ShapeError
from autograd_core.testing import gradcheck
from nn import functional

STEPS, CLASSES = 5, 3
LABELS = np.array([[1, 1, 2], [2, 1, 0], [1, 0, 0], [0, 0, 0]])
BEFORE, MANY = np.array([5, 4, 3, 2]), np.array([3, 2, 1, 0])


def said(way):
    """The labels of a way: what repeats counts once, and blanks go."""
    return [label for label, _ in itertools.groupby(way) if label]


@pytest.fixture
def scores(rng):
    return log_softmax(rng.normal(size=(STEPS, len(LABELS), CLASSES)))


def test_the_loss_is_the_sum_over_all_ways(scores):
    losses = functional.ctc_loss(scores, LABELS, BEFORE, MANY, reduction="none")
    for n, (steps, many) in enumerate(zip(BEFORE, MANY, strict=True)):
        ways = [way for way in itertools.product(range(CLASSES), repeat=steps) if said(way) == LABELS[n, :many].tolist()]
        probability = sum(np.exp(sum(scores[t, n, c] for t, c in enumerate(way))) for way in ways)
        assert losses[n] == pytest.approx(-np.log(probability), rel=1e-13)


def test_derivatives_to_second_order(scores):
    assert gradcheck(lambda x: functional.ctc_loss(x, LABELS, BEFORE, MANY), scores, order=2)


def test_forms_of_targets_and_lengths(scores):
    expected = functional.ctc_loss(scores, LABELS, BEFORE, MANY, reduction="none")
    flat = np.concatenate([row[:many] for row, many in zip(LABELS, MANY, strict=True)])
    for targets in (flat, LABELS.astype(np.uint8), np.pad(LABELS, ((0, 0), (0, 2)), constant_values=9)):
        out = functional.ctc_loss(scores, targets, list(BEFORE), MANY.astype(np.int32), reduction="none")
        np.testing.assert_array_equal(out, expected)
    shifted = functional.ctc_loss(np.roll(scores, -1, axis=2), LABELS - 1, BEFORE, MANY, blank=2, reduction="none")
    np.testing.assert_allclose(shifted, expected, rtol=1e-15)
    one = functional.ctc_loss(scores[:, 1], LABELS[1, :2], 4, 2, reduction="none")
    np.testing.assert_allclose(one, expected[1], rtol=1e-15)
    mean = functional.ctc_loss(scores, LABELS, BEFORE, MANY)
    assert mean == pytest.approx(np.mean(expected / [3, 2, 1, 1]), rel=1e-14)


def test_a_target_too_long_for_its_steps(scores):
    x, before = Tensor(scores, requires_grad=True), np.array([3, 4, 3, 2])  # 1 1 2 needs four
    losses = functional.ctc_loss(x, LABELS, before, MANY, reduction="none")
    assert np.isposinf(losses.numpy()).tolist() == [True, False, False, False]
    losses.sum().backward()
    assert np.isnan(x.grad[:3, 0]).all()
    assert np.isfinite(x.grad[:, 1:]).all()
    slopes = grad(lambda x: functional.ctc_loss(x, LABELS, before, MANY, reduction="sum", zero_infinity=True))(scores)
    assert not slopes[:, 0].any()
    np.testing.assert_array_equal(slopes[:, 1:], x.grad[:, 1:])


def test_long_and_certain_sequences_keep_their_digits():
    x = np.full((400, 1, 3), -1000.0)
    x[:, 0, 0] = 0
    x[::4, 0, 0], x[::4, 0, 1] = -1000, 0  # a label, and three blanks
    loss = functional.ctc_loss(x, np.ones((1, 100), int), [400], [100], reduction="none")
    assert loss.tolist() == [0]
    slopes = grad(lambda x: functional.ctc_loss(x, np.ones((1, 100), int), [400], [100], reduction="sum"))(x)
    np.testing.assert_array_equal(slopes, np.where(x == 0, -1.0, 0.0))


def test_float32_stays_so(scores):
    x = Tensor(scores.astype(np.float32), requires_grad=True)
    loss = functional.ctc_loss(x, LABELS, BEFORE, MANY)
    loss.backward()
    assert loss.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize("flat", [False, True])
def test_captured(flat, rng):
    def step(x, *lengths):
        x = Tensor(x, requires_grad=True)
        loss = functional.ctc_loss(log_softmax(x), *lengths)
        loss.backward()
        return loss.detach(), x.grad

    replayed = capture(step, strict=True)
    for many in ([3, 2, 1, 0], [1, 2, 0, 0], [2, 1, 1, 0]):
        labels = np.concatenate([row[:n] for row, n in zip(LABELS, many, strict=True)]) if flat else LABELS
        arguments = rng.normal(size=(STEPS, 4, CLASSES)), labels, BEFORE, np.array(many)
        for ours, plain in zip(replayed(*arguments), step(*arguments), strict=True):
            np.testing.assert_allclose(ours, plain, rtol=1e-12)


ZEROS = np.zeros((5, 2, 3))


def loss(x=ZEROS, targets=((1, 2), (2, 1)), before=(5, 5), many=(2, 2), **options):
    return lambda: functional.ctc_loss(x, np.array(targets), np.array(before), np.array(many), **options)


WORDS = {
    "axes": (loss(np.zeros(3)), ShapeError, r"log_probs must have the shape \(steps, n, classes\) or .*got \(3,\)"),
    "integers": (loss(ZEROS.astype(int)), DTypeError, "log_probs must be floating numbers, got dtype int64"),
    "blank": (loss(blank=3), ValueError, "blank must be one of the 3 classes, from 0 to 2, got 3"),
    "label": (loss(targets=((1, 2), (2, 3))), ValueError, "label 1 of sample 1 is 3; labels are from 0 to 2, but 0"),
    "blank as label": (loss(targets=((1, 0), (2, 1))), ValueError, "label 1 of sample 0 is 0, the blank"),
    "dtype": (loss(targets=((1.0, 2.0), (2.0, 1.0))), DTypeError, r"targets must be integers.*write targets.astype\(int\)"),
    "steps": (loss(before=(5, 6)), ValueError, "input_lengths must be from 1 to 5, the steps of log_probs, got 6 for sample 1"),
    "no step": (loss(before=(0, 5)), ValueError, "input_lengths must be from 1 to 5, .* got 0 for sample 0"),
    "negative": (loss(many=(2, -1)), ValueError, "target_lengths must be at least 0, got -1 for sample 1"),
    "count": (loss(many=(2,)), ShapeError, r"target_lengths must be 2 integers, one a sample, got shape \(1,\) of int"),
    "too few": (loss(many=(2, 3)), ShapeError, r"targets must have the shape \(2, 3\), or \(5,\) for all labels .* got \(2, 2\)"),
    "flat": (loss(targets=(1, 2, 1)), ShapeError, r"targets must have the shape \(2, 2\), or \(4,\) .* got \(3,\)"),
    "reduction": (loss(reduction="batchmean"), ValueError, "ctc_loss: reduction must be 'mean', 'sum' or 'none'"),
}


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    call, kind, words = WORDS[case]
    with pytest.raises(kind, match=words):
        call()
