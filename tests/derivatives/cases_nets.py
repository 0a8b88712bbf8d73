# ruff: noqa: E501 (calls, one family to a line)
import numpy as np

from autograd_core.derivatives import losses, nets  # noqa: F401 (their entries are in the table once they are imported)
from tests.derivatives.cases import M, R, call, covers

covers("leaky_relu", call(R(3, 4), 0.2), call(R(4), negative_slope=-0.5))
covers("elu", call(R(3, 4), 0.5), call(R(4), alpha=2.0))
covers(
    "logsumexp",
    call(R(3, 4)), call(R(3, 4), 0), call(R(3, 4), axis=-1), call(R(3, 4), axis=1, keepdims=True), call(R(3, 4), None, True),
    call(R(2, 3, 2), axis=(0, -1)), call(R(2, 3, 2), axis=(-1, 0), keepdims=True), call(R()), call(R(1)), call(R(0, 3), axis=1),
)  # fmt: skip
for name in ("softmax", "log_softmax"):
    covers(
        name,
        call(R(3, 4)),
        call(R(3, 4), 0),
        call(R(2, 3, 2), axis=(0, 2)),
        call(R(2, 3), axis=None),
        call(R(5)),
        call(R(3, 1)),
        call(R(0, 3)),
    )
covers(
    "linear",
    call(R(3, 4), R(2, 4), R(2)), call(R(3, 4), R(2, 4)), call(R(1, 4), R(2, 4), R(2)), call(R(4), R(2, 4), R(2)), call(R(4), weight=R(2, 4)),
    call(R(2, 3, 4), R(5, 4), bias=R(5)), call(R(1, 1, 4), R(3, 4), R(3)), call(R(0, 4), R(2, 4), R(2)), call(R(3, 1), R(1, 1), R(1)),
)  # fmt: skip

U = M(np.array([[0.2, 0.5, 0.7], [0.9, 0.35, 0.6]]))
HARD = np.array([[0, 1, 1], [1, 0, 0]])
for name, prediction, target in [
    ("mse_loss", R(2, 3), R(2, 3)),
    ("binary_cross_entropy", U, M(U.value[::-1])),
    ("binary_cross_entropy_with_logits", R(2, 3), M(U.value)),
]:
    covers(
        name,
        call(prediction, target),
        call(prediction, target, "sum"),
        call(prediction, target, reduction="none"),
        call(prediction, HARD),
    )
    covers(
        name, call(M(prediction.value[0, 0]), M(target.value[0, 0])), call(M(prediction.value[:0]), M(target.value[:0]), "sum")
    )

covers("missed", call(R(2, 3), U), call(R(), M(0.3)), call(R(3), HARD[0]))

LABELS, MIX = np.array([2, 0, 1]), M(np.array([[0.2, 0.5, 0.3], [0.1, 0.8, 0.1], [0.4, 0.4, 0.2]]))
W = np.array([1.0, 0.5, 2.0])
covers(
    "cross_entropy",
    call(R(3, 3), LABELS), call(R(3, 3), LABELS, None, "sum"), call(R(3, 3), LABELS, reduction="none"), call(R(3, 3), LABELS, W),
    call(R(3, 3), LABELS, weight=W, label_smoothing=0.2), call(R(3, 3), LABELS, label_smoothing=0.1, reduction="none"),
    call(R(3, 3), MIX), call(R(3, 3), MIX, W, "none", 0.3), call(R(3, 3), MIX, weight=W, reduction="sum"), call(R(3), 1), call(R(3), M(MIX.value[0])),
    call(R(2, 3, 3), np.stack([LABELS, LABELS[::-1]])), call(R(2, 3, 3), np.stack([LABELS, LABELS]), W, "none"), call(R(0, 3), LABELS[:0], None, "sum"),
)  # fmt: skip
covers(
    "nll_loss",
    call(R(3, 3), LABELS), call(R(3, 3), LABELS, None, "sum"), call(R(3, 3), LABELS, reduction="none"), call(R(3, 3), LABELS, W),
    call(R(3, 3), LABELS, W, "none"), call(R(3), 1), call(R(2, 3, 3), np.stack([LABELS, LABELS[::-1]]), weight=W),
)  # fmt: skip
