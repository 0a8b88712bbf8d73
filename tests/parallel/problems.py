"""Losses and data that workers import by name too: logistic regression and a small net."""

import numpy as np

import nn

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
T = (rng.random(200) < 0.5).astype(float)
W = {"slopes": (rng.normal(size=2), rng.normal(size=1)), "shift": 0.3}


def logistic(w, x, t, temperature=1.0):
    """Minus the log likelihood, a sum over rows; w is {"slopes": (two of them, the third), "shift": number}."""
    z = (x[:, :2] @ w["slopes"][0] + x[:, 2] * w["slopes"][1] + w["shift"]) / temperature
    return np.sum(np.logaddexp(0, z) - t * z)


def mean_logistic(w, x, t):
    return logistic(w, x, t) / len(x)


def slow(w, x, t):
    import time

    time.sleep(0.1)
    return logistic(w, x, t)


def failing(w, x, t):
    if x[0, 0] == X[100, 0]:
        x = x[:, 2:]
    return logistic(w, x, t)


def net(*layers):
    """Its parameters are the same in every process, whatever came before."""
    nn.manual_seed(1)
    return nn.Sequential(nn.Linear(3, 5), *(layers or (nn.Tanh(),)), nn.Linear(5, 1))


def cross_entropy(model, x, t):
    return nn.functional.binary_cross_entropy_with_logits(model(x)[:, 0], t)


def leaves(tree):
    """All numbers in nested containers, as one vector."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    return np.concatenate([leaves(part) for part in tree]) if isinstance(tree, (list, tuple)) else np.ravel(tree)
