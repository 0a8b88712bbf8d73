"""Integers give what the same floating numbers give: nothing that is put among them is cut."""

import numpy as np
import pytest

from nn import functional

X = np.array([[-2, 1, 3, -1], [0, 4, -3, 2]])
CALLS = {
    "dropout": lambda x: functional.dropout(x, 0.3, generator=0),
    "dropout1d": lambda x: functional.dropout1d(x, 0.3, generator=0),
    "alpha_dropout": lambda x: functional.alpha_dropout(x, 0.3, True, generator=0),
    "rrelu": lambda x: functional.rrelu(x, training=True, generator=0),
    "gumbel_softmax": lambda x: functional.gumbel_softmax(x, generator=0),
    "gumbel_softmax, hard": lambda x: functional.gumbel_softmax(x, hard=True, generator=0),
    "threshold": lambda x: functional.threshold(x, 0.5, 0.25),
    "hardshrink": lambda x: functional.hardshrink(x, 1.5),
    "softshrink": functional.softshrink,
    "tanhshrink": functional.tanhshrink,
    "softsign": functional.softsign,
    "hardtanh": lambda x: functional.hardtanh(x, -0.5, 0.5),
    "hardswish": functional.hardswish,
    "prelu": lambda x: functional.prelu(x, np.array([0.25])),
    "mish": functional.mish,
    "glu": functional.glu,
    "rms_norm": lambda x: functional.rms_norm(x, 4),
    "group_norm": lambda x: functional.group_norm(x, 2),
    "layer_norm": lambda x: functional.layer_norm(x, 4),
    "normalize": functional.normalize,
    "cosine_similarity": lambda x: functional.cosine_similarity(x, x[::-1]),
    "pairwise_distance": lambda x: functional.pairwise_distance(x, x[::-1]),
    "embedding_bag": lambda x: functional.embedding_bag([[0, 1], [1, 1]], x, mode="mean"),
    "embedding_bag, weights": lambda x: functional.embedding_bag([[1]], x, mode="sum", per_sample_weights=np.array([[0.5]])),
    "embedding, frequencies": lambda x: functional.embedding([0, 1, 1], x, scale_grad_by_freq=True),
    "gaussian_nll_loss": lambda x: functional.gaussian_nll_loss(x, x[::-1], 0.5),
    "poisson_nll_loss": lambda x: functional.poisson_nll_loss(x, np.abs(x), full=True),
    "kl_div": lambda x: functional.kl_div(x, np.abs(x)),
    "smooth_l1_loss": lambda x: functional.smooth_l1_loss(x, x[::-1], beta=0.5),
    "margin_ranking_loss": lambda x: functional.margin_ranking_loss(x, x[::-1], np.where(x > 0, 1, -1), 0.5),
    "multi_margin_loss": lambda x: functional.multi_margin_loss(x, np.array([0, 3]), weight=[0.5, 0.25, 1.0, 0.75]),
    "multilabel_margin_loss": lambda x: functional.multilabel_margin_loss(x, np.array([[0, 3, -1, 0], [1, -1, 0, 0]])),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_integers(name):
    np.testing.assert_allclose(CALLS[name](X), CALLS[name](X * 1.0), rtol=1e-15)
