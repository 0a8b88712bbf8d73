"""A net of single neurons on numbers, whose gradients are compared with those of a hand-made engine (in the manner of micrograd)."""

import math

import numpy as np
import torch

rng = np.random.RandomState(10)


class Value:
    """A number with a gradient: the engine that is built in the lesson."""

    def __init__(self, data, children=()):
        self.data, self.grad, self._prev, self._backward = data, 0.0, set(children), lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    __radd__, __rmul__ = __add__, __mul__

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = 1.0
        for node in reversed(topo):
            node._backward()


def mlp(x, layers):
    for i, (W, b) in enumerate(layers):
        x = [sum((w * xi for w, xi in zip(row, x)), bias).tanh() for row, bias in zip(W, b)]
    return x[0]


sizes = [3, 4, 1]
numbers = [(rng.uniform(-1, 1, (o, i)), rng.uniform(-1, 1, o)) for i, o in zip(sizes, sizes[1:])]
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]

ours = [([[Value(w) for w in row] for row in W], [Value(v) for v in b]) for W, b in numbers]
theirs = [
    (
        [[torch.tensor(w, dtype=torch.double, requires_grad=True) for w in row] for row in W.tolist()],
        [torch.tensor(v, dtype=torch.double, requires_grad=True) for v in b.tolist()],
    )
    for W, b in numbers
]
flat = lambda layers: [p for W, b in layers for p in [*[w for row in W for w in row], *b]]

losses, same = [], []
for k in range(5):
    loss = sum((mlp([Value(v) for v in x], ours) + (-y)) * (mlp([Value(v) for v in x], ours) + (-y)) for x, y in zip(xs, ys))
    for p in flat(ours):
        p.grad = 0.0
    loss.backward()
    total = sum((mlp([torch.tensor(v).double() for v in x], theirs) - y) ** 2 for x, y in zip(xs, ys))
    for p in flat(theirs):
        p.grad = None
    total.backward()
    same.append(all(abs(a.grad - b.grad.item()) < 1e-9 for a, b in zip(flat(ours), flat(theirs))))
    for p in flat(ours):
        p.data += -0.05 * p.grad
    for p in flat(theirs):
        p.data += -0.05 * p.grad
    losses.append(total.item())
results = {"losses": losses, "same": all(same), "weight": flat(theirs)[0].item()}
