"""The training step in each of the peers, as their own documentation writes it; imported when first asked for.

Each has `reset()`, `step()` (returns the loss before the step, finished, not promised) and `parameters()`.
"""

import numpy as np

from benchmarks import THREADS


class TorchStep:
    """PyTorch, eager: functions of torch.nn.functional and torch.optim.SGD."""

    def __init__(self, net):
        import torch

        torch.set_num_threads(THREADS)
        self.torch, self.net = torch, net
        functional = torch.nn.functional
        self.hidden = getattr(torch, net.hidden)
        self.loss = {
            "sigmoid_bce": lambda z, y: functional.binary_cross_entropy(torch.sigmoid(z), y),
            "half_mse": lambda z, y: functional.mse_loss(z, y) / 2,
            "softmax_cross_entropy": functional.cross_entropy,
        }[net.loss]
        self.x, self.y = map(torch.from_numpy, net.data())
        self.reset()

    def reset(self):
        self.p = [self.torch.tensor(p, requires_grad=True) for p in self.net.parameters()]
        self.optimizer = self.torch.optim.SGD(self.p, lr=self.net.lr)

    def step(self):
        self.optimizer.zero_grad()
        z = self.x
        layers = self.net.biases + 1
        for i in range(0, len(self.p), layers):
            if i:
                z = self.hidden(z)
            z = self.torch.addmm(self.p[i + 1], z, self.p[i]) if self.net.biases else z @ self.p[i]
        loss = self.loss(z, self.y)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def parameters(self):
        return [p.detach().numpy() for p in self.p]


def forward(xp, net, parameters, x, y):
    """The loss in NumPy's functions, for the peers that have these in a module `xp`."""
    sigmoid = lambda z: 1 / (1 + xp.exp(-z))
    hidden = xp.tanh if net.hidden == "tanh" else sigmoid
    z, layers = x, net.biases + 1
    for i in range(0, len(parameters), layers):
        if i:
            z = hidden(z)
        z = xp.matmul(z, parameters[i]) + parameters[i + 1] if net.biases else xp.matmul(z, parameters[i])
    if net.loss == "sigmoid_bce":
        p = sigmoid(z)
        return -xp.sum(y * xp.log(p) + (1 - y) * xp.log(1 - p)) / len(x)
    if net.loss == "half_mse":
        e = z - y
        return xp.sum(e * e) / (2 * len(x))
    z = z - xp.max(z, axis=1, keepdims=True)
    return (xp.sum(xp.log(xp.sum(xp.exp(z), axis=1))) - xp.sum(z * y)) / len(x)


def one_hot(net, y):
    return np.eye(net.sizes[-1], dtype=net.dtype)[y] if net.loss == "softmax_cross_entropy" else y


class HipsStep:
    """HIPS autograd: value_and_grad of a function of a list of arrays."""

    def __init__(self, net):
        import autograd.numpy
        from autograd import value_and_grad

        self.net = net
        x, y = net.data()
        y = one_hot(net, y)
        self.both = value_and_grad(lambda parameters: forward(autograd.numpy, net, parameters, x, y))
        self.reset()

    def reset(self):
        self.p = self.net.parameters()

    def step(self):
        loss, gradients = self.both(self.p)
        for p, g in zip(self.p, gradients, strict=True):
            p -= self.net.lr * g
        return loss

    def parameters(self):
        return self.p


class JaxStep:
    """JAX: the whole step under jit, its arguments donated, waited for."""

    def __init__(self, net):
        import jax

        jax.config.update("jax_enable_x64", True)
        self.net, self.jax = net, jax
        x, y = net.data()
        self.x, self.y = jax.numpy.asarray(x), jax.numpy.asarray(one_hot(net, y))
        lr = net.lr

        def update(parameters, x, y):
            loss, gradients = jax.value_and_grad(lambda p: forward(jax.numpy, net, p, x, y))(parameters)
            return loss, [p - lr * g for p, g in zip(parameters, gradients, strict=True)]

        self.update = jax.jit(update, donate_argnums=0)
        self.reset()

    def reset(self):
        self.p = [self.jax.numpy.array(p) for p in self.net.parameters()]

    def step(self):
        loss, self.p = self.jax.block_until_ready(self.update(self.p, self.x, self.y))
        return loss

    def parameters(self):
        return self.p


class MyGradStep:
    """MyGrad: its Tensors, its fused sigmoid and softmax cross-entropy."""

    def __init__(self, net):
        import mygrad
        from mygrad.nnet.activations import sigmoid
        from mygrad.nnet.losses import softmax_crossentropy

        self.mg, self.net, self.sigmoid, self.softmax = mygrad, net, sigmoid, softmax_crossentropy
        self.x, self.y = net.data()
        self.reset()

    def reset(self):
        self.p = [self.mg.tensor(p) for p in self.net.parameters()]

    def step(self):
        net, mg, y = self.net, self.mg, self.y
        for p in self.p:
            p.null_grad()
        hidden = mg.tanh if net.hidden == "tanh" else self.sigmoid
        z, layers = self.x, net.biases + 1
        for i in range(0, len(self.p), layers):
            if i:
                z = hidden(z)
            z = mg.matmul(z, self.p[i]) + self.p[i + 1] if net.biases else mg.matmul(z, self.p[i])
        if net.loss == "sigmoid_bce":
            p = self.sigmoid(z)
            loss = -mg.sum(y * mg.log(p) + (1 - y) * mg.log(1 - p)) / len(y)
        elif net.loss == "half_mse":
            e = z - y
            loss = mg.sum(e * e) / (2 * len(y))
        else:
            loss = self.softmax(z, y)
        loss.backward()
        for p in self.p:
            p.data -= net.lr * p.grad
        return loss.data

    def parameters(self):
        return [p.data for p in self.p]


STEPS = {"PyTorch": TorchStep, "HIPS autograd": HipsStep, "MyGrad": MyGradStep, "JAX": JaxStep}
