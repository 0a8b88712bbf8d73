"""Activations whose arguments have other names in PyTorch than in autograd_core; the others are those of autograd_core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd_core

if TYPE_CHECKING:
    from nn.types import Elementwise, X

tanh: Elementwise = np.tanh


def softmax(input: X, dim: int = -1) -> X:
    """eˣ / Σ eˣ along the axis dim, without overflow."""
    return autograd_core.softmax(input, dim)


def log_softmax(input: X, dim: int = -1) -> X:
    """ln softmax(x) along the axis dim, to full relative precision."""
    return autograd_core.log_softmax(input, dim)


def softplus(input: X, beta: float = 1.0) -> X:
    """ln(1 + eᵇˣ) / b with b = beta, to full precision for every x. (PyTorch takes x itself for more than 20 / b.)"""
    return autograd_core.softplus(input) if beta == 1 else autograd_core.softplus(input * beta) / beta
