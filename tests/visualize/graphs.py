"""The graphs that are drawn in tests: (a) to (d) are those of which `tests/reference/torchviz` has torchviz's own output."""

import numpy as np

from autograd_core import Tensor, binary_cross_entropy, linear, sigmoid
from autograd_core.visualize import record


def parameters():
    r = np.random.RandomState(0)
    shapes = {"fc1.weight": (4, 3), "fc1.bias": (4,), "fc2.weight": (1, 4), "fc2.bias": (1,)}
    return {name: Tensor(r.normal(size=shape), requires_grad=True) for name, shape in shapes.items()}


def net(p):
    X = np.arange(15.0).reshape(5, 3) / 8
    h = np.tanh(linear(X, p["fc1.weight"], p["fc1.bias"]))
    return sigmoid(linear(h, p["fc2.weight"], p["fc2.bias"]))


def a_net():
    p = parameters()
    return net(p), p


def b_bce():
    p = parameters()
    return binary_cross_entropy(net(p), np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])), p


def c_shared():
    x = Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    return (x**2).sum() * x.mean(), {"x": x}


def d_slice():
    x = Tensor(np.ones((4, 6)), requires_grad=True)
    return (x * 2)[1:3, ::2], {"x": x}


def saved_leaf():
    """The graph that torchviz draws wrong: x is saved by `power`, and its box was then taken for that of the saved array."""
    x = Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    return x.mean() * (x**2).sum(), {"x": x}


def rnn(steps, hidden=4):
    """Four weights, each used in every step."""
    p = {name: Tensor(np.eye(hidden), requires_grad=True) for name in ("W", "U")}
    p.update({name: Tensor(np.zeros(hidden), requires_grad=True) for name in ("b", "c")})
    h = np.zeros((2, hidden))
    for step in range(steps):
        h = np.tanh(np.full((2, hidden), float(step)) @ p["W"] + p["b"] + (h @ p["U"] + p["c"]))
    return h, p


def layers(count):
    """A deep net of small layers, 5 boxes each."""
    p, h = {}, Tensor(np.ones((2, 3)))
    for i in range(count):
        p[f"layer{i}.weight"] = Tensor(np.eye(3), requires_grad=True)
        p[f"layer{i}.bias"] = Tensor(np.zeros(3), requires_grad=True)
        h = np.tanh(h @ p[f"layer{i}.weight"] + p[f"layer{i}.bias"])
    return h, p


def recorded():
    """The net (b) with all values and gradients."""
    p = parameters()
    with record():
        y = binary_cross_entropy(net(p), np.array([[0.0], [1.0], [1.0], [0.0], [1.0]]))
        y.backward()
    return y, p


GRAPHS = {
    "a_net": a_net, "b_bce": b_bce, "c_shared": c_shared, "d_slice": d_slice, "saved_leaf": saved_leaf,
    "rnn_4": lambda: rnn(4), "rnn_12": lambda: rnn(12), "layers_6": lambda: layers(6), "recorded": recorded,
}  # fmt: skip
