"""Pictures of two nets: a page that steps through the forward and the backward pass, an SVG and a listing of each; and of an
expression a page, a page of its training, and a GIF of the backward pass.

`python -m examples.explore_graph --out DIR` writes them into DIR (default: out/explore_graph); open the .html files in a browser.
"""

import numpy as np

import nn
from autograd_core import Tensor, visualize
from examples.common import Options, optional


def expression(x, w, b):
    return (w * x + b) ** 2


class Net(nn.Module):
    """Three numbers in, one probability out: the 3-4-1 net."""

    def __init__(self):
        self.fc1, self.fc2 = nn.Linear(3, 4), nn.Linear(4, 1)

    def forward(self, x):
        return nn.functional.sigmoid(self.fc2(np.tanh(self.fc1(x))))


class Digits(nn.Module):
    """64 pixels in, the scores of ten digits out."""

    def __init__(self):
        self.fc1, self.fc2, self.fc3 = nn.Linear(64, 128), nn.Linear(128, 64), nn.Linear(64, 10)

    def forward(self, x):
        x = nn.functional.relu(self.fc1(x))
        return self.fc3(nn.functional.relu(self.fc2(x)))


def small_net():
    """The loss of the 3-4-1 net on five made-up examples, and the net."""
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(5, 3)), rng.integers(0, 2, size=(5, 1)).astype(float)
    model = Net()
    return nn.BCELoss()(model(x), target), model


def digits_net():
    """The loss of the digits net on the first 32 digits of scikit-learn's, and the net."""
    images, labels = optional("sklearn.datasets").load_digits(return_X_y=True)
    model = Digits()
    return nn.CrossEntropyLoss()(model(images[:32] / 16), labels[:32]), model


def main(out):
    for name, compute in (("net_3_4_1", small_net), ("digits", digits_net)):
        nn.manual_seed(0)
        with visualize.record():
            loss, model = compute()
        loss.name = "loss"
        visualize.explore(loss, out / f"{name}.html", model)
        visualize.draw(loss, out / f"{name}.svg", model, depth=None)
        text = visualize.listing(loss, model)
        (out / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")
        print(f"{name}: loss {loss.item():.4f}\n{text}\n")
    numbers = {"x": 2.0, "w": 3.0, "b": 1.0}
    visualize.explore(expression, out / "expression.html", **numbers)
    visualize.explore(expression, out / "training.html", **numbers, steps=12, lr=0.01)
    optional("matplotlib")
    leaves = {name: Tensor(value, requires_grad=True, name=name) for name, value in numbers.items()}
    visualize.animate(lambda: expression(**leaves), out / "backward.gif")
    print(f"Written to {out}: open {out / 'net_3_4_1.html'} in a browser.")


if __name__ == "__main__":
    main(Options(__doc__, trains=False).parse().out)
