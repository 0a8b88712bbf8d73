"""The training step as somebody writes it who knows backpropagation and NumPy, for each of the kinds of net.

No loops over layers, since they would cost; the gradient of an activation and its loss taken together (p - y); an outer
product in place of a matrix product if the batch is one; no intermediate that is not needed, updates in place.
Every gradient is an array of its own before it is used, as it is for the others.
"""

import numpy as np


class Step:
    """A net's numbers; `step()` is one training step and returns the loss before it."""

    def __init__(self, net):
        self.net = net
        (self.x, self.y), self.lr = net.data(), net.lr
        self.reset()

    def reset(self):
        self.p = self.net.parameters()

    def parameters(self):
        return self.p


class TanhSigmoid(Step):
    """Nets A and D: tanh, sigmoid, binary cross-entropy averaged over the batch."""

    def step(self):
        x, y, lr, (W1, b1, W2, b2) = self.x, self.y, self.lr, self.p
        m = len(x)
        a = np.tanh(x @ W1 + b1)
        p = 1 / (1 + np.exp(-(a @ W2 + b2)))
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum() / m
        dz2 = (p - y) / m
        dW2 = a.T @ dz2
        db2 = dz2.sum(axis=0)
        dz1 = dz2 @ W2.T * (1 - a * a)
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
        return loss


class SigmoidLinear(Step):
    """Net C: sigmoid, linear, half the mean squared error."""

    def step(self):
        x, y, lr, (W1, b1, W2, b2) = self.x, self.y, self.lr, self.p
        m = len(x)
        a = 1 / (1 + np.exp(-(x @ W1 + b1)))
        e = a @ W2 + b2 - y
        loss = (e * e).sum() / (2 * m)
        e /= m
        dW2 = a.T @ e
        db2 = e.sum(axis=0)
        dz1 = e @ W2.T * (a * (1 - a))
        dW1 = x.T @ dz1
        db1 = dz1.sum(axis=0)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
        return loss


class Digits(Step):
    """Net E: two sigmoid layers and a softmax with cross-entropy, no biases."""

    def __init__(self, net):
        super().__init__(net)
        self.rows = np.arange(net.batch)

    def step(self):
        x, y, rows, lr, (W1, W2, W3) = self.x, self.y, self.rows, self.lr, self.p
        m = len(x)
        a1 = 1 / (1 + np.exp(-(x @ W1)))
        a2 = 1 / (1 + np.exp(-(a1 @ W2)))
        z = a2 @ W3
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        loss = (np.log(total).sum() - z[rows, y].sum()) / m
        p /= total
        p[rows, y] -= 1
        p /= m
        d2 = p @ W3.T * (a2 * (1 - a2))
        d1 = d2 @ W2.T * (a1 * (1 - a1))
        if m == 1:
            dW3, dW2, dW1 = a2.T * p, a1.T * d2, x.T * d1
        else:
            dW3, dW2, dW1 = a2.T @ p, a1.T @ d2, x.T @ d1
        for W, dW in ((W1, dW1), (W2, dW2), (W3, dW3)):
            dW *= lr
            W -= dW
        return loss


KINDS = {"sigmoid_bce": TanhSigmoid, "half_mse": SigmoidLinear, "softmax_cross_entropy": Digits}


def make(net):
    return KINDS[net.loss](net)
