"""The training step on this project's Tensors: in operators alone, and with the functions made for nets."""

from autograd_core import Tensor, binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy, linear, mse_loss


class Step:
    """A net's numbers as Tensors; `step()` is one training step and returns the loss before it."""

    def __init__(self, net, loss):
        self.net, self.loss = net, loss
        self.x, self.y = net.data()
        self.reset()

    def reset(self):
        self.p = [Tensor(p, requires_grad=True) for p in self.net.parameters()]

    def step(self):
        for p in self.p:
            p.grad = None
        loss = self.loss(self.x, self.y, *self.p)
        loss.backward()
        lr = self.net.lr
        for p in self.p:
            g = p.grad  # in place, as by hand: the gradient is not needed any more
            g *= lr
            p.data -= g
        return loss.data

    def parameters(self):
        return [p.data for p in self.p]


# In operators and NumPy's functions


def tanh_sigmoid(x, y, W1, b1, W2, b2):
    p = ((x @ W1 + b1).tanh() @ W2 + b2).sigmoid()
    return -(y * p.log() + (1 - y) * (1 - p).log()).sum() / len(x)


def sigmoid_linear(x, y, W1, b1, W2, b2):
    e = (x @ W1 + b1).sigmoid() @ W2 + b2 - y
    return (e * e).sum() / (2 * len(x))


def digits(x, y, W1, W2, W3):
    z = ((x @ W1).sigmoid() @ W2).sigmoid() @ W3
    z = z - z.numpy().max(axis=1, keepdims=True)  # a constant shift leaves softmax as it is
    return (z.exp().sum(axis=1).log().sum() - z[range(len(x)), y].sum()) / len(x)


OPERATORS = {"sigmoid_bce": tanh_sigmoid, "half_mse": sigmoid_linear, "softmax_cross_entropy": digits}


def make_operators(net):
    return Step(net, OPERATORS[net.loss])


# With the functions made for nets, whose weights are (outputs, inputs)


class FusedStep(Step):
    def reset(self):
        self.p = [Tensor(p.T, requires_grad=True) for p in self.net.parameters()]

    def parameters(self):
        return [p.data.T for p in self.p]


def fused_tanh_sigmoid(x, y, W1, b1, W2, b2):
    p = linear(linear(x, W1, b1).tanh(), W2, b2).sigmoid()
    return binary_cross_entropy(p, y)


def fused_with_logits(x, y, W1, b1, W2, b2):
    return binary_cross_entropy_with_logits(linear(linear(x, W1, b1).tanh(), W2, b2), y)


def fused_sigmoid_linear(x, y, W1, b1, W2, b2):
    return mse_loss(linear(linear(x, W1, b1).sigmoid(), W2, b2), y) / 2


def fused_digits(x, y, W1, W2, W3):
    return cross_entropy(linear(linear(linear(x, W1).sigmoid(), W2).sigmoid(), W3), y)


FUSED = {"sigmoid_bce": fused_tanh_sigmoid, "half_mse": fused_sigmoid_linear, "softmax_cross_entropy": fused_digits}


def make_fused(net):
    return FusedStep(net, FUSED[net.loss])


def make_with_logits(net):
    return FusedStep(net, fused_with_logits)
