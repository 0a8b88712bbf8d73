"""The pictures of the documentation, drawn by the project itself when the pages are built."""

import re

import numpy as np

from autograd_core import Tensor, binary_cross_entropy, linear, sigmoid
from autograd_core.visualize import draw, record


def adding_up():
    """One value, three ways to the result."""
    a = Tensor(3.0, requires_grad=True, name="a")
    with record():
        y = a + a * a
        y.backward()
    return draw(y, values=True, grads=True)


def order():
    """x sends its gradient on only when both of its users have sent theirs."""
    w = Tensor(3.0, requires_grad=True, name="w")
    with record():
        x = w * 2.0
        y = x * (x * x)
        y.backward()
    return draw(y, values=True, grads=True)


def zero_grad():
    """The same step twice: with what was in .grad, and after clearing it."""
    pictures = []
    for caption, clear in (("second step, .grad not cleared", False), ("second step, .grad cleared", True)):
        w = Tensor(1.0, requires_grad=True, name="w")
        (w * 2.0).backward()
        if clear:
            w.grad = None
        with record():
            y = w * 2.0
            y.backward()
        pictures.append((caption, draw(y, values=True, grads=True)))
    return side_by_side(pictures)


def nan():
    """A softmax by the book, for a large score."""
    scores = Tensor([1000.0, 0.0], requires_grad=True, name="scores")
    with record(), np.errstate(all="ignore"):
        e = np.exp(scores)
        y = (e / e.sum())[0]
        y.backward()
    return draw(y, values=True, grads=True)


def walk():
    """The 3-4-1 net and its loss."""
    r = np.random.default_rng(0)
    x, t = Tensor(r.normal(size=(5, 3)), name="x"), Tensor(np.array([[0.0], [1], [0], [1], [1]]), name="t")
    W1, b1 = Tensor(r.normal(size=(4, 3)), requires_grad=True, name="W1"), Tensor(np.zeros(4), requires_grad=True, name="b1")
    W2, b2 = Tensor(r.normal(size=(1, 4)), requires_grad=True, name="W2"), Tensor(np.zeros(1), requires_grad=True, name="b2")
    with record():
        loss = binary_cross_entropy(sigmoid(linear(np.tanh(linear(x, W1, b1)), W2, b2)), t)
    return draw(loss)


class side_by_side:
    """Several drawings in one SVG, each under its caption."""

    def __init__(self, pictures, gap=40):
        parts, x, height = [], 0.0, 0.0
        for caption, drawing in pictures:
            text = drawing.svg[drawing.svg.index("<svg") :]
            wide, high = (float(n) for n in re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', text).groups())
            wide = max(wide, 6.1 * len(caption))
            body = re.sub(r"<svg ", f'<svg x="{x:g}" y="20" ', text, count=1)
            font = 'text-anchor="middle" font-family="Courier,monospace" font-size="10" fill="gray"'
            parts.append(f'<text x="{x + wide / 2:g}" y="12" {font}>{caption}</text>\n{body}')
            x, height = x + wide + gap, max(height, high)
        size = f'width="{x - gap:g}" height="{height + 20:g}" viewBox="0 0 {x - gap:g} {height + 20:g}"'
        self.svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n' + "\n".join(parts) + "\n</svg>\n"


FIGURES = {"adding-up": adding_up, "order": order, "zero-grad": zero_grad, "nan": nan, "walk": walk}


def draw_all(folder):
    """Write every figure into the folder."""
    folder.mkdir(exist_ok=True)
    for name, figure in FIGURES.items():
        (folder / f"{name}.svg").write_text(figure().svg, encoding="utf-8")
