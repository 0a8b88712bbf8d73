"""A backward pass written by hand is wrong, and nothing in the training shows it: a gradient check finds where and by how much.

A 784-128-64-10 net classifies images of digits: two hidden layers of sigmoids, a softmax, no biases, one image at a time. Its
backward pass multiplies by the wrong activations and sums instead of taking an outer product. NumPy does not complain, since
a number can be subtracted from a matrix; the net even learns a little, in some runs.

Run it with `python -m examples.find_wrong_gradient`.
"""

from itertools import pairwise

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.testing import check_vjp, gradcheck
from examples.common import Options

SIZES = (784, 128, 64, 10)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def forward(w1, w2, w3, image):
    a1 = sigmoid(w1 @ image)
    a2 = sigmoid(w2 @ a1)
    return a1, a2, softmax(w3 @ a2)


def loss(w1, w2, w3, image, target):
    """The cross-entropy of the prediction."""
    return -np.sum(target * np.log(forward(w1, w2, w3, image)[2]))


def wrong_backward(g, w1, w2, w3, image, target):
    """The gradients of the loss by w1, w2, w3, times g, as they were first written."""
    a1, a2, output = forward(w1, w2, w3, image)
    error3 = g * (output - target)
    error2 = (w3.T @ error3) * a2 * (1 - a2)
    error1 = (w2.T @ error2) * a1 * (1 - a1)
    # Each layer's error times the activations that come out of it, and that summed up: one number for a whole matrix,
    # which `w -= rate * number` then subtracts from every weight
    numbers = np.dot(error1, a1), np.dot(error2, a2), np.dot(error3, output)
    return tuple([np.full(w.shape, number) for w, number in zip((w1, w2, w3), numbers, strict=True)])


def right_backward(g, w1, w2, w3, image, target):
    """The same, with the outer product of each layer's error and the activations that went into it."""
    a1, a2, output = forward(w1, w2, w3, image)
    error3 = g * (output - target)
    error2 = (w3.T @ error3) * a2 * (1 - a2)
    error1 = (w2.T @ error2) * a1 * (1 - a1)
    return np.outer(error1, image), np.outer(error2, a1), np.outer(error3, a2)


def examine(backward, args):
    """Check each layer's gradient by itself; the number of those that are wrong."""
    wrong = []
    for layer, name in enumerate(("w1", "w2", "w3")):
        try:
            check_vjp(loss, lambda g, *args, layer=layer: backward(g, *args)[layer], args, argnums=layer)
            print(f"  {name}: right")
        except GradientError as error:
            wrong.append(error)
            off = abs(error.ours - error.numeric) / max(abs(error.ours), abs(error.numeric))
            print(
                f"  {name}: wrong. At {error.index} it says {error.ours:+.6f}, the slope is {error.numeric:+.6f}: {off:.0%} off"
            )
    return wrong


def main():
    Options(__doc__, trains=False, writes=False).parse()
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((n, m)) / np.sqrt(n) for m, n in pairwise(SIZES)]
    image, target = rng.random(784), np.eye(10)[3]
    args = (*weights, image, target)

    print("The backward pass as it was first written, against finite differences of the loss:")
    wrong = examine(wrong_backward, args)
    print("\nAll that the check has to say of the last layer:\n")
    print("  " + str(wrong[-1]).replace("\n", "\n  "))

    print("\nWith outer products of each layer's error and what went into the layer:")
    found = examine(right_backward, args)
    print("\nAnd without a backward pass, by autograd_core, at first and second order, backward and forward:")
    gradcheck(lambda w1, w2, w3: loss(w1, w2, w3, image, target), *weights)
    print(f"  w1, w2, w3: right\n\n{len(wrong)} wrong gradients found, {len(found)} left.")


if __name__ == "__main__":
    main()
