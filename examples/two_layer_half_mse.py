"""Error flowing back through two sigmoid layers, 2-3-2, with nothing but Tensors.

Rows are samples: X is (10, 2), a layer is sigmoid(X W + b), and the cost is 1/(2m) Σ (output - Y)².
All weights and biases start at one, so that the three hidden units always do the same. Training stops when the cost is below 0.1.
"""

import sys

import numpy as np

from autograd_core import Tensor, sigmoid
from examples.common import BLUE, GREY, ORANGE, Options, agrees, figure, positive, progress, save, verdict

REFERENCE = {  # from the same start, made by a program that has every derivative written by hand
    "initial_cost": 0.23723470293383464,
    "first_grads": {
        "W3": [[0.01155010885294605, 0.006308737293770178]] * 3,
        "b3": [[0.01332312335310684, 0.007171468965394441]],
        "W2": [[0.0007971070976514907] * 3, [0.001025592845726349] * 3],
        "b2": [[0.002220939884420199] * 3],
    },
    "steps_to_cost_below_0_1": 2980,
    "final_cost": 0.09997766507023174,
}


def data():
    random = np.random.RandomState(0)
    return random.rand(10, 2), random.rand(10, 2)


def cost_of(parameters, X, Y):
    W2, b2, W3, b3 = parameters.values()
    hidden = sigmoid(X @ W2 + b2)
    output = sigmoid(hidden @ W3 + b3)
    return np.sum((output - Y) ** 2) / (2 * len(X))


def train(X, Y, lr=0.01, goal=0.1, steps=100_000, quick=False):
    """Gradient descent until the cost is below the goal: the costs, the sizes of the gradients, and the first gradients."""
    shapes = {"W2": (2, 3), "b2": (1, 3), "W3": (3, 2), "b3": (1, 2)}
    parameters = {name: Tensor(np.ones(shape), requires_grad=True, name=name) for name, shape in shapes.items()}
    costs, sizes, first = [], [], {}
    for step in (bar := progress(steps, quick)):
        cost = cost_of(parameters, X, Y)
        costs.append(cost.item())
        if step % 100 == 0:
            bar.write(f"step {step:4}: cost {costs[-1]:.6f}")
        cost.backward()  # the error flows back, from the cost to every parameter
        first = first or {name: p.grad.copy() for name, p in parameters.items()}
        sizes.append([np.linalg.norm(parameters[name].grad) for name in ("W2", "W3")])
        if costs[-1] < goal:
            bar.write(f"step {step:4}: cost {costs[-1]:.6f}, which is below {goal}")
            break
        for p in parameters.values():
            p.data -= lr * p.grad
            p.grad = None
    bar.close()
    return costs, np.array(sizes), first


def draw(costs, sizes, goal, path):
    picture, (left, right) = figure(1, 2, 9, 3.6)
    left.plot(costs, color=BLUE)
    left.axhline(goal, color=GREY, linestyle=":")
    left.annotate(f"goal: {goal}", (0, goal), (0, 4), textcoords="offset points", color=GREY)
    left.set(xlabel="step", ylabel="cost", title="The cost falls …")
    right.semilogy(sizes[:, 1], color=ORANGE, linestyle="--", label="W3, at the output")
    right.semilogy(sizes[:, 0], color=BLUE, label="W2, one sigmoid further back")
    right.set(xlabel="step", ylabel="length of the gradient", title="… and a sigmoid weakens the error")
    right.legend(frameon=False)
    save(picture, path)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--lr", type=positive(float), default=0.01, help="learning rate (0.01)")
    parser.add_argument("--goal", type=positive(float), default=0.1, help="stop at a cost below this (0.1)")
    options = parser.parse(argv)
    X, Y = data()
    costs, sizes, first = train(X, Y, options.lr, options.goal, 301 if options.quick else 100_000, options.quick)
    steps = len(costs) - 1
    print(f"{steps} steps; the gradient of W2 began {sizes[0, 1] / sizes[0, 0]:.1f} times smaller than that of W3")
    draw(costs, sizes, options.goal, options.out / "cost.png")

    print("Compared with derivatives written by hand:")
    results = [agrees("first cost", costs[0], REFERENCE["initial_cost"], 12)]
    results += [agrees(f"first gradient of {name}", first[name], known, 12) for name, known in REFERENCE["first_grads"].items()]
    if not options.quick and (options.lr, options.goal) == (0.01, 0.1):
        results.append(agrees("number of steps", steps, REFERENCE["steps_to_cost_below_0_1"], 0))
        results.append(agrees("last cost", costs[-1], REFERENCE["final_cost"], 9))
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
