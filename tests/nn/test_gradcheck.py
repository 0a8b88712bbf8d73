"""Every layer and loss, and users' own operations, go through the project's checker: to second order where they are smooth."""

import json

import numpy as np
import pytest

import nn
from autograd_core import primitive
from autograd_core.errors import GradientError
from autograd_core.testing import gradcheck
from tests.nn.cases import LAYERS, LOSSES
from tests.nn.test_parity import flat, made

CLASSES = 4


def title(case):
    return " ".join(str(part) for part in case)


def operand(rng, kind, shape):
    """An input of a layer, of a kind in make_nn.py."""
    if kind[0] in "[-":
        return np.array(json.loads(kind))
    if kind.startswith("below "):
        return rng.integers(0, int(kind.removeprefix("below ")), shape)
    x = rng.normal(size=shape)
    others = {"mask": x > 0, "sign": np.sign(x), "positive": np.abs(x) + 0.1, "bit": (x > 0) * 1.0}
    return x if kind == "real" else nn.functional.softmax(x, -1) if kind == "distribution" else others[kind]


class Summed(nn.Module):
    """The layer with the sum of its results, where it has several, each weighted otherwise."""

    def __init__(self, layer):
        self.layer = layer

    def forward(self, *inputs):
        outs = flat([self.layer(*inputs)])
        smooth = [out for out in outs if out.dtype.kind == "f"]
        return smooth[0] if len(outs) == 1 else sum(np.sum(out) * (i + 1) for i, out in enumerate(smooth))


# What these send back is no derivative: they leave out rows, or divide by how often a row was taken, or change the weights
NO_DERIVATIVE = ("Embedding(7, 3, ", "EmbeddingBag(7, 3, 1.0, 1.0")


# Second derivatives of these take seconds; those of their cells and of attention do not
SLOW = ("RNN(", "LSTM(", "GRU(", "Transformer")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=title(case), marks=[pytest.mark.heavy] * case[0].startswith(SLOW))
        for case in LAYERS
        if not case[0].startswith(NO_DERIVATIVE)
    ],
)
def test_layer(case, rng):
    expression, shapes, mode, kinds = (*case, *("train", "real")[len(case) - 2 :])
    nn.manual_seed(0)
    layer = made(expression).train(mode == "train")
    shapes = shapes if isinstance(shapes, list) else [shapes]
    kinds = kinds if isinstance(kinds, list) else [kinds] * len(shapes)
    inputs = [operand(rng, kind, shape) for kind, shape in zip(kinds, shapes, strict=True)]
    # Targets of two values, and their kind, have no neighbours in which the loss would be defined
    real = tuple(i for i, x in enumerate(inputs) if x.dtype.kind == "f" and kinds[i] not in ("sign", "bit"))
    # A bias before BatchNorm changes nothing: behind ReLU its slope is rounding, which has no second derivative to compare
    order = 1 if "BatchNorm2d(2), ReLU()" in expression else 2
    assert gradcheck(
        layer if len(shapes) == 1 else Summed(layer),
        *inputs,
        order=order,
        **({"argnums": real} if len(real) < len(inputs) and real else {}),
    )


# At probabilities of 0 and 1 a loss has no derivative; what is there instead is PyTorch's, see test_parity
SMOOTH = [case for case in LOSSES if case[2] != "bit"]
TARGETS = {
    "real": lambda rng, shape: rng.normal(size=shape),
    "probability": lambda rng, shape: rng.uniform(0.1, 0.9, shape),
    "bit": lambda rng, shape: rng.integers(0, 2, shape),
    "class": lambda rng, shape: rng.integers(0, CLASSES, shape[:1] + shape[2:] if len(shape) > 1 else ()),
    "some class": lambda rng, shape: np.where(
        np.arange(shape[0]).reshape(-1, *(1,) * (len(shape) - 2)) % 3 == 1, -100, TARGETS["class"](rng, shape)
    ),
    "positive": lambda rng, shape: rng.uniform(0.1, 3, shape),
    "sign": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
    "log-probability": lambda rng, shape: nn.functional.log_softmax(rng.normal(size=shape), 1),
    "distribution": lambda rng, shape: nn.functional.softmax(rng.normal(size=shape), 1),
}


@pytest.mark.parametrize("case", SMOOTH, ids=title)
def test_loss(case, rng):
    expression, shape, kind, kind_of_target = case
    names = {"W": rng.uniform(0.5, 2, shape[-1]), "V": rng.uniform(0.5, 2, shape[1] if len(shape) > 1 else shape[0])}
    loss = eval(expression, {**vars(nn), **names})
    x = rng.uniform(0.1, 0.9, shape) if kind in ("probability", "positive") else rng.normal(size=shape)
    target = TARGETS[kind_of_target](rng, shape)
    if kind_of_target == "class" and getattr(loss, "ignore_index", -100) >= 0:
        target.flat[:2] = loss.ignore_index, (loss.ignore_index + 1) % CLASSES  # one that does not count, one that does
    assert gradcheck(loss, x, target, argnums=0)


@primitive("x³ | 3 ḡ x²", x=lambda g, x: 3 * g * x * x)
def cube(x):
    return x**3


@primitive("x³ | 2 ḡ x²", x=lambda g, x: 2 * g * x * x)
def wrong_cube(x):
    return x**3


class Cubed(nn.Module):
    """A user's layer around a user's operation."""

    def __init__(self, operation):
        self.inner, self.operation = nn.Linear(3, 2, generator=0), operation

    def forward(self, x):
        return self.operation(self.inner(x))


def test_a_users_operation_inside_a_users_layer(rng):
    x = rng.normal(size=(4, 3))
    assert gradcheck(Cubed(cube), x)
    with pytest.raises(GradientError, match="Cubed"):
        gradcheck(Cubed(wrong_cube), x)
