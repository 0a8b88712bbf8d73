"""Captured training steps make the numbers of plain ones, with state, draws, lengths and rows that are left out.

A step that can't be captured raises, since it is strict.
"""

import numpy as np
import pytest

import nn
from autograd_core import capture
from nn import functional

r = np.random.default_rng(0)


class Scaled(nn.Module):
    """The layer behind a parameter, so that there is something to train."""

    def __init__(self, layer):
        self.scale, self.layer = nn.Parameter(np.ones(1)), layer

    def forward(self, x, *others):
        return self.layer(x * self.scale, *others)


def arrays(*shape):
    return [(r.normal(size=shape),) for _ in range(4)]


def numbers(*shape, count=7):
    return [(r.integers(0, count, shape),) for _ in range(4)]


TARGETS = [[0, 1, 2, 1], [0, -100, 1, 2], [-100, -100, 1, 2], [0, 1, 1, 1]]
SMOOTH = (
    nn.Tanhshrink(), nn.Softsign(), nn.Mish(), nn.Hardswish(), nn.Softshrink(0.01), nn.Hardshrink(0.01), nn.Threshold(0.0, 0.1),
    nn.SELU(), nn.CELU(0.5), nn.LogSigmoid(), nn.GLU(), nn.Hardtanh(), nn.Hardsigmoid(), nn.Softmin(-1),
)  # fmt: skip
CASES = {
    "dropout of channels": (lambda: Scaled(nn.Dropout1d(0.4)), arrays(3, 4, 5)),
    "alpha dropout": (lambda: Scaled(nn.Sequential(nn.AlphaDropout(0.4), nn.FeatureAlphaDropout(0.4))), arrays(3, 4, 2)),
    "drawn slopes": (lambda: Scaled(nn.RReLU()), arrays(3, 4)),
    "drawn classes": (lambda: Scaled(lambda x: functional.gumbel_softmax(x, hard=True) * np.arange(4.0)), arrays(3, 4)),
    "activations": (lambda: Scaled(nn.Sequential(*SMOOTH)), arrays(3, 4)),
    "running statistics": (lambda: Scaled(nn.InstanceNorm1d(4, affine=True, track_running_stats=True)), arrays(3, 4, 5)),
    "norms": (lambda: nn.Sequential(nn.GroupNorm(2, 4), nn.RMSNorm(5), nn.LocalResponseNorm(3), nn.PReLU(4)), arrays(3, 4, 5)),
    "rows": (lambda: nn.Embedding(7, 3, padding_idx=2, scale_grad_by_freq=True), numbers(4)),
    "rows that are cut": (lambda: nn.Embedding(7, 3, max_norm=1.0), numbers(4)),
    "bags": (lambda: nn.EmbeddingBag(7, 3), [(x, np.array([0, 2, k])) for k, (x,) in zip([2, 4, 3, 5], numbers(5), strict=True)]),
    "lazy": (lambda: Scaled(built(nn.LazyLinear(2), (3, 4))), arrays(3, 4)),
    "left out unasked": (
        lambda: Scaled(functional.cross_entropy), [(r.normal(size=(4, 3)), np.array(target)) for target in TARGETS],
    ),
    "distances": (lambda: Scaled(lambda x: functional.triplet_margin_loss(x, x * x, x + 1, swap=True)), arrays(4, 3)),
    "signs": (
        lambda: Scaled(functional.hinge_embedding_loss), [(r.normal(size=4), np.array([1, -1, 1, k])) for k in (1, -1, 1)],
    ),
    "divergence": (
        lambda: Scaled(lambda x, t: functional.kl_div(functional.log_softmax(x), t, reduction="batchmean")),
        [(r.normal(size=(4, 3)), r.uniform(size=(4, 3)) * k) for k in (1, 0, 1)],
    ),
}  # fmt: skip


def built(lazy, shape):
    lazy(np.zeros(shape))
    return lazy


@pytest.mark.parametrize("case", CASES)
def test_a_captured_step_is_the_plain_one(case):
    make, batches = CASES[case]

    def trained(captured):
        nn.manual_seed(3)
        net = make()
        parameters = list(net.parameters())

        def step(*x):
            net.zero_grad()
            value = np.sum(net(*x) ** 2)
            value.backward()
            for p in parameters:
                p.data -= 0.01 * p.grad
            return value.detach()

        step = capture(step, strict=True) if captured else step
        losses = [step(*x).item() for x in batches]
        return losses, [value.tolist() for value in net.state_dict().values()]

    (losses, state), (plain_losses, plain_state) = trained(True), trained(False)
    np.testing.assert_allclose(losses, plain_losses, rtol=1e-12)
    for ours, plain in zip(state, plain_state, strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-11, atol=1e-13)
