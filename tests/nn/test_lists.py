"""Every function of nn.functional takes lists of numbers where it takes arrays, as NumPy's do; `linear` says what to write."""

import inspect

import numpy as np
import pytest

from autograd_core import Tensor, linear
from autograd_core.errors import DTypeError
from nn import functional

rng = np.random.default_rng(0)


def A(*shape):
    return rng.uniform(0.1, 0.9, shape)


def signs(*shape):
    return rng.choice([-1.0, 1.0], shape)


def classes(n, *shape):
    return rng.integers(0, n, shape)


ONE = """elu gelu leaky_relu log_softmax relu sigmoid silu softmax softmin softplus tanh celu glu hardshrink hardsigmoid hardswish
hardtanh logsigmoid mish relu6 selu softshrink softsign tanhshrink normalize gumbel_softmax rrelu dropout alpha_dropout"""
CALLS = {
    **{name: [(A(2, 4),)] for name in ONE.split()},
    **{name: [(A(2, 4), -1)] for name in ("softmax", "log_softmax", "softmin")},
    **{name: [(A(4), A(4))] for name in ("huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss", "kl_div", "poisson_nll_loss")},
    "prelu": [(A(2, 4), A(4))], "threshold": [(A(2, 4), 0.3, 0.1)], "one_hot": [(classes(3, 4), 3)],
    "batch_norm": [(A(3, 2), A(2), A(2), A(2), A(2))], "feature_alpha_dropout": [(A(2, 4, 2), 0.5, True)],
    "dropout1d": [(A(2, 4, 2), 0.5, True)], "dropout2d": [(A(2, 4, 2, 2), 0.5, True)],
    "dropout3d": [(A(2, 4, 2, 2, 2), 0.5, True)],
    "embedding": [(classes(3, 2), A(3, 4))], "embedding_bag": [(classes(3, 2, 2), A(3, 4))], "flatten": [(A(2, 3, 2), 1)],
    "layer_norm": [(A(2, 4), (4,), A(4), A(4)), (A(2, 4), (4,))], "rms_norm": [(A(2, 3), (3,), A(3))],
    "bilinear": [(A(2, 3), A(2, 2), A(4, 3, 2), A(4))], "channel_shuffle": [(A(1, 4, 2, 2), 2)],
    "cosine_similarity": [(A(2, 3), A(2, 3))], "pairwise_distance": [(A(2, 3), A(2, 3))],
    "group_norm": [(A(2, 4, 2), 2, A(4), A(4))], "instance_norm": [(A(2, 3, 4), None, None, A(3), A(3))],
    "local_response_norm": [(A(1, 3, 4), 2)], "unflatten": [(A(2, 4), 1, (2, 2))], "fold": [(A(1, 8, 4), (3, 3), 2)],
    "unfold": [(A(1, 2, 3, 3), 2)], "interpolate": [(A(1, 1, 3, 3), (6, 6))], "upsample": [(A(1, 1, 3, 3), 6)],
    "pad": [(A(2, 3), (1, 1)), (A(1, 2, 3), (1, 1), "reflect")], "pixel_shuffle": [(A(1, 4, 2, 2), 2)],
    "pixel_unshuffle": [(A(1, 1, 4, 4), 2)],
    "scaled_dot_product_attention": [(A(1, 3, 4), A(1, 3, 4), A(1, 3, 4), np.eye(3) > 0)],
    "binary_cross_entropy": [(A(4), A(4), A(4))], "binary_cross_entropy_with_logits": [(A(4), A(4), A(4), "mean", A(4))],
    "cross_entropy": [(A(2, 3), classes(3, 2)), (A(2, 3), A(2, 3))], "nll_loss": [(A(2, 3), classes(3, 2))],
    "cosine_embedding_loss": [(A(2, 3), A(2, 3), signs(2))], "gaussian_nll_loss": [(A(4), A(4), A(4))],
    "ctc_loss": [(np.log(A(5, 1, 3)), np.array([[1, 2]]), np.array([5]), np.array([2]))],
    "hinge_embedding_loss": [(A(4), signs(4))], "soft_margin_loss": [(A(4), signs(4))],
    "margin_ranking_loss": [(A(4), A(4), signs(4))], "multi_margin_loss": [(A(2, 3), classes(3, 2), 1, 1.0, A(3))],
    "multilabel_margin_loss": [(A(1, 3), np.array([[1, -1, 0]]))],
    "multilabel_soft_margin_loss": [(A(2, 3), classes(2, 2, 3), A(3))],
    **{name: [(A(2, 3), A(2, 3), A(2, 3))] for name in ("triplet_margin_loss", "triplet_margin_with_distance_loss")},
    **{f"conv{d}d": [(A(1, 2, *(4,) * d), A(3, 2, *(2,) * d), A(3))] for d in (1, 2, 3)},
    **{f"conv_transpose{d}d": [(A(1, 2, *(4,) * d), A(2, 3, *(2,) * d), A(3))] for d in (1, 2, 3)},
    **{f"{kind}_pool{d}d": [(A(1, 2, *(4,) * d), 2)] for d in (1, 2) for kind in ("adaptive_avg", "adaptive_max", "avg", "max")},
    **{f"lp_pool{d}d": [(A(1, 2, *(4,) * d), 2, 2)] for d in (1, 2)},
    **{f"max_unpool{d}d": [(A(1, 2, *(2,) * d), 2 * classes(2, 1, 2, *(2,) * d), 2)] for d in (1, 2)},
}  # fmt: skip


def run(name, args):
    """The arrays that a function returns, drawn alike each time."""
    draws = "generator" in inspect.signature(getattr(functional, name)).parameters
    found = getattr(functional, name)(*args, **({"generator": np.random.default_rng(0)} if draws else {}))
    return [value.numpy() if isinstance(value, Tensor) else value for value in (found if isinstance(found, tuple) else (found,))]


def test_all_are_called():
    assert {
        name for name in functional.__all__ if inspect.isroutine(getattr(functional, name)) or callable(getattr(functional, name))
    } == {*CALLS, "linear"}


@pytest.mark.parametrize("name", CALLS)
def test_lists(name):
    """One operand after the other, beside arrays and beside Tensors, and all of them."""
    for args in CALLS[name]:
        arrays = [i for i, value in enumerate(args) if isinstance(value, np.ndarray)]
        expected = run(name, args)
        for listed in [arrays, *([i] for i in arrays)]:
            given = [value.tolist() if i in listed else value for i, value in enumerate(args)]
            for one, other in zip(run(name, given), expected, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-14)
        if len(arrays) > 1 and args[0].dtype.kind == "f":
            given = [
                Tensor(args[0], requires_grad=True),
                *[value.tolist() if i in arrays else value for i, value in enumerate(args)][1:],
            ]
            np.testing.assert_allclose(run(name, given)[0], expected[0], rtol=1e-14)


def test_a_list_by_name():
    np.testing.assert_array_equal(functional.layer_norm(A(1, 2), (2,), weight=[0.0, 0.0], bias=[1.0, 2.0]), [[1, 2]])


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (([1.0], A(3, 1)), "x"),
        ((A(2, 1), [[1.0]], A(1)), "weight"),
        ((A(2, 1), Tensor(A(1, 1), requires_grad=True), [1.0]), "bias"),
    ],
)
def test_linear(args, name):
    assert functional.linear is linear
    with pytest.raises(
        DTypeError, match=rf"^linear: {name} must be an array or a Tensor, got a list; write np\.asarray\({name}\)$"
    ):
        linear(*args)
