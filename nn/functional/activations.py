"""Activations whose arguments have other names in PyTorch than in autograd_core; the others are those of autograd_core."""

import numpy as np

import autograd_core

tanh = np.tanh


def softmax(input, dim=-1):
    """eˣ / Σ eˣ along the axis dim, without overflow."""
    return autograd_core.softmax(input, dim)


def log_softmax(input, dim=-1):
    """ln softmax(x) along the axis dim, to full relative precision."""
    return autograd_core.log_softmax(input, dim)


def softplus(input, beta=1.0):
    """ln(1 + eᵇˣ) / b with b = beta, to full precision for every x. (PyTorch takes x itself for more than 20 / b.)"""
    return autograd_core.softplus(input) if beta == 1 else autograd_core.softplus(input * beta) / beta
