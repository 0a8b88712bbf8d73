"""The pictures of the documentation, drawn by the project itself when the pages are built."""

import html
import math
import re
from pathlib import Path

import numpy as np
from curves import CURVES

import nn
from autograd_core import Tensor, binary_cross_entropy, linear, sigmoid
from autograd_core.visualize import draw, explore, record


def adding_up():
    """One value, three ways to the result."""
    a = Tensor(3.0, requires_grad=True, name="a")
    with record():
        y = a + a * a
        y.name = "y"
        y.backward()
    return draw(y, values=True, grads=True)


def chain():
    """Two multiplications in a row, with all gradients."""
    a, b = Tensor(2.0, requires_grad=True, name="a"), Tensor(-3.0, requires_grad=True, name="b")
    with record():
        y = a * b
        z = y * y
        y.name, z.name = "y", "z"
        z.backward()
    return draw(z, values=True, grads=True)


def repeated():
    """A row that is added to two rows."""
    x, b = Tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], name="x"), Tensor([1.0, 2.0, 3.0], requires_grad=True, name="b")
    with record():
        y = (x + b).sum()
        y.name = "y"
        y.backward()
    return draw(y, params={"x": x}, values=True, grads=True)


def product():
    """A product of matrices, and what came from further on."""
    r = np.random.default_rng(0)
    x, W = Tensor(r.normal(size=(5, 3)).round(1), name="x"), Tensor(r.normal(size=(3, 2)).round(1), requires_grad=True, name="W")
    with record():
        y = np.tanh(x @ W).sum()
    y.name = "y"
    return explore(y, path=None, params={"x": x})


def exclusive_or():
    """The net of chapter 3 at its first step."""
    r = np.random.default_rng(1)
    x, t = Tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]], name="X"), Tensor([[0.0], [1], [1], [0]], name="Y")
    W1, b1 = Tensor(r.normal(size=(2, 4)), requires_grad=True, name="W1"), Tensor(np.zeros(4), requires_grad=True, name="b1")
    W2, b2 = Tensor(r.normal(size=(4, 1)), requires_grad=True, name="W2"), Tensor(np.zeros(1), requires_grad=True, name="b2")
    with record():
        loss = binary_cross_entropy(sigmoid(np.tanh(x @ W1 + b1) @ W2 + b2), t)
    loss.name = "loss"
    return explore(loss, path=None, params={"X": x, "Y": t})


def modules():
    """A Sequential and its loss, each module one box."""
    with record():
        model = nn.Sequential(nn.Linear(2, 8, generator=0), nn.Tanh(), nn.Linear(8, 1, generator=1))
        loss = nn.BCEWithLogitsLoss()(model(np.zeros((4, 2))), np.zeros((4, 1)))
    return draw(loss, params=model, depth=1)


def convolutional():
    """The net of chapter 6, each module one box."""
    with record():
        model = nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1, generator=0), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1, generator=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(128, 10, generator=2)),
        )
        scores = model(np.zeros((32, 1, 8, 8)))
    return draw(scores, params=model, depth=1)


def first_steps():
    """z = (a b)², for the explorer of chapter 1."""
    a, b = Tensor(2.0, requires_grad=True, name="a"), Tensor(-3.0, requires_grad=True, name="b")
    with record():
        y = a * b
        z = y * y
    z.name = "z"
    return explore(z, path=None)


def order():
    """x sends its gradient on only when both of its users have sent theirs."""
    w = Tensor(3.0, requires_grad=True, name="w")
    with record():
        x = w * 2.0
        y = x * (x * x)
        x.name, y.name = "x", "y"
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
            y.name = "y"
            y.backward()
        pictures.append((caption, draw(y, values=True, grads=True)))
    return side_by_side(pictures)


def nan():
    """A softmax by the book, for a large score."""
    scores = Tensor([1000.0, 0.0], requires_grad=True, name="scores")
    with record(), np.errstate(all="ignore"):
        e = np.exp(scores)
        y = (e / e.sum())[0]
        e.name, y.name = "e", "y"
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
    loss.name = "loss"
    return draw(loss, params={"x": x, "t": t})


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


class steps:
    """The table of how-fast.md as points on one logarithmic axis, narrow enough for a phone."""

    WIDTH, LABELS, ROW = 360, 118, 17
    OURS = ("autograd_core", "captured")

    def __init__(self):
        text = (Path(__file__).parent / "how-fast.md").read_text(encoding="utf-8")
        head, *rows = re.search(r"^\| net \|.*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)[0].splitlines()
        names = [re.sub(r" \d.*", "", cell.strip()) for cell in head.strip("|").split("|")][2:]
        parts, y = [], 0
        for row in rows[1:]:
            net, _, *values = (cell.strip() for cell in row.strip("|").split("|"))
            y += 22
            parts.append(f'<text x="4" y="{y}" font-weight="bold">{html.escape(net)}</text>')
            for name, value in sorted(zip(names, map(float, values), strict=True), key=lambda pair: pair[1]):
                y += self.ROW
                colour = "#0b62a8" if name in self.OURS else "#767676"
                x = self.at(value)
                parts.append(f'<text x="{self.LABELS - 8}" y="{y}" text-anchor="end">{html.escape(name)}</text>')
                parts.append(f'<path d="M{self.LABELS} {y - 4}H{self.WIDTH - 8}" stroke="#e4e4e4"/>')
                parts.append(f'<circle cx="{x:.1f}" cy="{y - 4}" r="4.5" fill="{colour}"/>')
                parts.append(f'<text x="{x + 8:.1f}" y="{y}" font-size="11">{value:g}</text>')
        line = f'<path d="M{self.at(1):.1f} 8V{y + 6}" stroke="#222" stroke-dasharray="3 3"/>'
        size = f'width="{self.WIDTH}" height="{y + 26}" viewBox="0 0 {self.WIDTH} {y + 26}"'
        label = f'<text x="{self.at(1):.1f}" y="{y + 20}" text-anchor="middle" font-size="11">1: by hand</text>'
        style = 'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222"'
        self.svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n' + "\n".join([line, *parts, label]) + "\n</svg>\n"

    def at(self, value):
        """The place of a ratio, from 0.6 to 25."""
        return self.LABELS + (self.WIDTH - self.LABELS - 40) * math.log(value / 0.6) / math.log(25 / 0.6)


FIGURES = {
    **CURVES,
    "steps": steps,
    "adding-up": adding_up,
    "order": order,
    "chain": chain,
    "repeated": repeated,
    "modules": modules,
    "convolutional": convolutional,
    "zero-grad": zero_grad,
    "nan": nan,
    "walk": walk,
}
PAGES = {"explore-1": first_steps, "explore-2": product, "explore-3": exclusive_or}


def draw_all(folder):
    """Write every figure, and every page of the explorer, into the folder."""
    folder.mkdir(exist_ok=True)
    for name, figure in FIGURES.items():
        (folder / f"{name}.svg").write_text(figure().svg, encoding="utf-8")
    for name, page in PAGES.items():
        (folder / f"{name}.html").write_text(page().text, encoding="utf-8")
