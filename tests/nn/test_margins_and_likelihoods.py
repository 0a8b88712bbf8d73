"""Losses of signs, classes and distributions beyond parity: kinks, tails, targets, what is refused."""

import math

import numpy as np
import pytest

import nn
from autograd_core import Tensor, grad
from autograd_core.errors import DTypeError, ShapeError
from nn import functional

X, ROWS = np.array([0.5, -1.0, 2.0]), np.zeros((3, 4))
SIGNS, CLASSES = np.array([1, -1, 1]), np.array([0, 3, 1])


def test_margins_have_a_slope_where_they_begin():
    """As in PyTorch: with equal scores and no margin, there is something to learn from."""
    slope = grad(lambda x: functional.margin_ranking_loss(x, np.zeros(1), np.ones(1)))(np.zeros(1))
    assert slope.tolist() == [-1]
    slope = grad(lambda x: functional.hinge_embedding_loss(x, -np.ones(1)))(np.ones(1))
    assert slope.tolist() == [-1]
    slope = grad(lambda x: functional.multi_margin_loss(x, np.array([0])))(np.array([[1.0, 0.0, 2.0]]))
    np.testing.assert_allclose(slope, [[-1 / 3, 0, 1 / 3]], rtol=1e-15)  # but not here
    slope = grad(lambda x: functional.multilabel_margin_loss(x, np.array([[0, -1, -1]])))(np.array([[1.0, 0.0, 2.0]]))
    np.testing.assert_allclose(slope, [[-1 / 3, 0, 1 / 3]], rtol=1e-15)


def test_a_confident_right_answer_keeps_its_digits():
    loss = functional.soft_margin_loss(np.array([80.0, -60.0]), np.array([1, -1]), reduction="none")
    np.testing.assert_allclose(loss, [math.exp(-80), math.exp(-60)], rtol=1e-14)


def test_a_probability_of_0_counts_0():
    p, q = np.array([[0.0, 1.0]]), Tensor(np.array([[-np.inf, 0.0]]), requires_grad=True)
    loss = functional.kl_div(q, p, reduction="batchmean")
    loss.backward()
    assert loss.item() == 0
    np.testing.assert_array_equal(q.grad, [[0, -1]])


def test_kl_of_two_normal_distributions():
    """On a fine grid it is the closed form ln(σ₂ / σ₁) + (σ₁² + (μ₁ - μ₂)²) / 2 σ₂² - ½."""
    x = np.linspace(-30, 30, 200_001)
    p, q = (np.exp(-(((x - m) / s) ** 2) / 2) / s for m, s in ((0.5, 1.0), (-0.3, 2.0)))
    p, q = p / p.sum(), q / q.sum()
    expected = math.log(2) + (1 + 0.8**2) / 8 - 0.5
    assert functional.kl_div(np.log(q)[None], p[None], reduction="batchmean") == pytest.approx(expected, rel=1e-9)
    with np.errstate(divide="ignore"):
        log_p = np.log(p[None])
    loss = functional.kl_div(np.log(q)[None], np.maximum(log_p, -700), reduction="batchmean", log_target=True)
    assert loss == pytest.approx(expected, rel=1e-9)


def test_a_variance_below_eps_is_not_stuck():
    x, t = np.array([1.0]), np.array([1.5])
    var = Tensor([1e-9], requires_grad=True)
    functional.gaussian_nll_loss(x, t, var, eps=0.01).backward()
    assert var.grad.item() == pytest.approx(0.5 * (1 / 0.01 - 0.25 / 0.01**2), rel=1e-12)  # that of eps, as in PyTorch
    assert functional.gaussian_nll_loss(x, t, var, eps=0.01).item() == pytest.approx(0.5 * (math.log(0.01) + 25), rel=1e-12)
    assert functional.gaussian_nll_loss(x, t, 4.0, full=True) == pytest.approx(
        0.5 * (math.log(2 * math.pi * 4) + 0.25 / 4), rel=1e-14
    )


def test_counts_by_stirling():
    n = np.array([0.0, 1, 20, 170])
    log_rate = np.log(np.array([0.5, 1, 18, 160]))
    exact = np.exp(log_rate) - n * log_rate + [math.lgamma(k + 1) for k in n]
    np.testing.assert_allclose(functional.poisson_nll_loss(log_rate, n, full=True, reduction="none"), exact, atol=0.005)


PAIRS = [
    "kl_div",
    "smooth_l1_loss",
    "poisson_nll_loss",
    "hinge_embedding_loss",
    "soft_margin_loss",
    "multilabel_soft_margin_loss",
]


@pytest.mark.parametrize(
    "name", ["mse_loss", "l1_loss", "huber_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"]
)
def test_so_do_those_of_everyday_losses(name):
    x = Tensor(np.full((2, 3), 0.5, np.float32), requires_grad=True)
    for target in (np.ones((2, 3), np.int64), np.ones((2, 3), bool), [[1, 1, 1], [0, 0, 0]]):
        loss = getattr(functional, name)(x, target)
        loss.backward()
        assert loss.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize("name", PAIRS)
def test_targets_of_integers_leave_float32_as_it_is(name):
    x = np.full((2, 3), 0.5, np.float32)
    target = np.ones((2, 3), np.int64)
    assert getattr(functional, name)(Tensor(x), target).dtype == np.float32
    with pytest.raises(ShapeError, match=rf"{name}: input and target must have the same shape, got \(2, 3\) and \(6,\)"):
        getattr(functional, name)(x, target.ravel())
    with pytest.raises(ValueError, match=rf"{name}: reduction must be"):
        getattr(functional, name)(x, target, reduction="average")


def test_a_focal_loss_is_a_cross_entropy_with_weights():
    """The example in the tutorial; for gamma = 0 it is the cross entropy itself."""

    def focal_loss(scores, target, gamma=2.0):
        losses = functional.cross_entropy(scores, target, reduction="none")
        return np.mean((1 - np.exp(-losses)) ** gamma * losses)

    scores = np.random.default_rng(0).normal(size=(3, 4))
    assert focal_loss(scores, CLASSES, 0.0) == pytest.approx(functional.cross_entropy(scores, CLASSES), rel=1e-14)
    p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    p = p[np.arange(3), CLASSES]
    assert focal_loss(scores, CLASSES) == pytest.approx(np.mean(-((1 - p) ** 2) * np.log(p)), rel=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_rows_of_minus_100_are_left_out(reduction):
    scores, target = np.random.default_rng(0).normal(size=(4, 3, 2)), np.array([[0, -100], [2, 1], [-100, -100], [1, 0]])
    kept = np.moveaxis(scores, 1, -1)[target >= 0]
    weight = np.array([1.0, 2.0, 3.0])
    expected = functional.cross_entropy(kept, target[target >= 0], weight, ignore_index=None, reduction=reduction)
    out = functional.cross_entropy(scores, target, weight, reduction=reduction)
    out = out if reduction != "none" else out[target >= 0]
    np.testing.assert_allclose(out, expected, rtol=1e-14)
    assert functional.cross_entropy(scores, np.full((4, 2), -100), reduction="sum") == 0
    single = Tensor(scores.astype(np.float32), requires_grad=True)
    loss = functional.cross_entropy(single, target, weight, reduction="mean")
    loss.backward()
    assert loss.dtype == single.grad.dtype == np.float32
    assert (np.moveaxis(single.grad, 1, -1)[target < 0] == 0).all()


F = functional
WORDS = {
    "signs": (lambda: F.soft_margin_loss(X, np.array([1, 0, 1])), ValueError, r"targets must be 1 or -1, got 0 at index \(1,\)"),
    "NaN as sign": (lambda: F.hinge_embedding_loss(X, SIGNS * np.nan), ValueError, "targets must be 1 or -1, got nan at index"),
    "ranking": (lambda: F.margin_ranking_loss(X, X[:2], SIGNS), ShapeError, r"input1 and input2 .* got \(3,\) and \(2,\)"),
    "signs of rows": (lambda: F.cosine_embedding_loss(ROWS, ROWS, SIGNS[:2]), ShapeError, r"got \(3,\) and \(2,\)"),
    "cosine": (lambda: F.cosine_embedding_loss(ROWS[None], ROWS[None], SIGNS), ShapeError, r"\(features,\), got \(1, 3, 4\)"),
    "triplet": (lambda: nn.TripletMarginLoss()(ROWS, ROWS, ROWS[0]), ShapeError, r"anchor and negative .* \(3, 4\) and \(4,\)"),
    "no margin": (lambda: F.triplet_margin_loss(ROWS, ROWS, ROWS, 0.0), ValueError, "margin must be greater than 0, got 0.0"),
    "p": (lambda: F.multi_margin_loss(ROWS, CLASSES, p=3), ValueError, "multi_margin_loss: p must be 1 or 2, got 3"),
    "class": (lambda: F.multi_margin_loss(ROWS, CLASSES + 1), ValueError, r"class number 4 at index \(1,\) .* 0 to 3"),
    "classes": (lambda: F.multi_margin_loss(ROWS, CLASSES[:2]), ShapeError, r"for this one \(3,\), got \(3, 4\) and \(2,\)"),
    "floats": (lambda: F.multi_margin_loss(ROWS, CLASSES * 1.0), DTypeError, r"write target.astype\(int\)"),
    "weight": (lambda: F.multi_margin_loss(ROWS, CLASSES, weight=[1.0]), ShapeError, r"weight must have .*\(4,\), got \(1,\)"),
    "labels": (lambda: F.multilabel_margin_loss(ROWS, ROWS.astype(int) - 2), ValueError, r"-2 at index .* not one of -1 to 3"),
    "probability": (lambda: F.kl_div(ROWS, ROWS - 1), ValueError, r"got -1.0 at index \(0, 0\); .* write log_target=True"),
    "batchmean": (lambda: nn.SmoothL1Loss(reduction="batchmean"), ValueError, "SmoothL1Loss: reduction must be 'mean', 'sum' or"),
    "kl": (lambda: nn.KLDivLoss(reduction="x"), ValueError, "must be 'mean', 'sum', 'none' or 'batchmean', got 'x'"),
    "variance": (lambda: F.gaussian_nll_loss(X, X, -X), ValueError, r"a variance must be at least 0, got -0.5 at index \(0,\)"),
    "variances": (lambda: F.gaussian_nll_loss(X, X, X[:2]), ShapeError, r"var must have .*\(3,\), \(1,\) or \(\), got \(2,\)"),
    "beta": (lambda: F.smooth_l1_loss(X, X, beta=-1.0), ValueError, "beta must be at least 0, got -1.0"),
    "multilabel": (lambda: F.multilabel_soft_margin_loss(ROWS, ROWS + 2), ValueError, r"must be in \[0, 1\], got 2.0"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    call, kind, words = WORDS[case]
    with pytest.raises(kind, match=words):
        call()
