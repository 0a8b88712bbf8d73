"""Initialisers beyond their distribution: what they fill, and with what generator."""

import numpy as np
import pytest

import nn
from nn import init

RANDOM = [
    init.uniform_, init.normal_, init.xavier_uniform_, init.xavier_normal_, init.kaiming_uniform_, init.kaiming_normal_,
    init.orthogonal_,
]  # fmt: skip


@pytest.mark.parametrize("fill", RANDOM)
def test_generator(fill):
    first, second, third = (fill(np.zeros((3, 4)), generator=g) for g in (1, np.random.default_rng(1), 2))
    np.testing.assert_array_equal(first, second)
    assert (first != third).any()
    nn.manual_seed(3)
    shared = fill(np.zeros((3, 4)))
    np.testing.assert_array_equal(shared, fill(np.zeros((3, 4)), generator=3))


@pytest.mark.parametrize("fill", [*RANDOM, init.zeros_, init.ones_, lambda w: init.constant_(w, 0.5)])
def test_parameters_are_filled_in_place_and_keep_their_dtype(fill):
    w = nn.Parameter(np.full((3, 4), 9, np.float32))
    array = np.full((3, 4), 9, np.float32)
    assert fill(w) is w
    assert fill(array) is array
    assert w.dtype == array.dtype == np.float32
    assert (w.numpy() != 9).all()
    assert w.is_leaf
    assert w.requires_grad


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 2, 3)])
def test_orthogonal(shape):
    w = init.orthogonal_(np.zeros(shape), gain=2, generator=0).reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-14)


def test_default_bounds_of_layers():
    for layer, fan in ((nn.Linear(50, 200), 50), (nn.Conv2d(3, 40, (2, 5)), 30)):
        for p in layer.parameters():
            assert np.abs(p.numpy()).max() <= 1 / np.sqrt(fan)
            assert np.abs(p.numpy()).max() > 0.9 / np.sqrt(fan)


def test_layers_without_inputs():
    assert nn.Linear(0, 3)(np.zeros((2, 0))).shape == (2, 3)
