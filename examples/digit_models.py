"""The two nets of digit_classification: images (n, side, side) in, scores (n, 10) out. `options` is its command line."""

from itertools import pairwise

import numpy as np

import nn
from examples.common import stop

ACTIVATIONS = {
    "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU,
}  # fmt: skip


def make_mlp(side, options):
    """Any number of layers of any size: (n, side, side) -> scores (n, 10)."""
    sizes, layers = [side * side, *options.hidden, 10], [nn.Flatten()]
    weights = sum(a * b for a, b in pairwise(sizes))
    if weights > 1e8:
        stop(f"--hidden {' '.join(map(str, options.hidden))} makes a net of {weights:,} weights; use fewer than 100,000,000")
    for n_in, n_out in pairwise(sizes):
        layers.append(nn.Linear(n_in, n_out, bias=options.biases, dtype=np.float32))
        nn.init.normal_(layers[-1].weight, std=n_out**-0.5)
        layers.append(ACTIVATIONS[options.activation]())
    return nn.Sequential(*layers[:-1])


class ConvNet(nn.Module):
    """Windows of 3×3 over the image, the greatest of each 2×2, and windows over that: (n, side, side) -> scores (n, 10)."""

    def __init__(self, side, options):
        activation, plain = ACTIVATIONS[options.activation], {"bias": options.biases, "dtype": np.float32}
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1, **plain), activation(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1, **plain), activation(), nn.Flatten(), nn.Dropout(0.3),
            nn.Linear(32 * (side // 2) ** 2, 64, **plain), activation(), nn.Linear(64, 10, **plain),
        )  # fmt: skip

    def forward(self, images):
        return self.layers(images[:, None])


MODELS = {"mlp": make_mlp, "conv": ConvNet}
