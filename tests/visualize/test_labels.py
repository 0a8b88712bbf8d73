"""The pictures of the documentation, and of nets that people draw: names on arrows, folded repeats, sizes that can be read."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.visualize import draw, record
from tests.visualize.test_layout import SVG, boxes_in, labels_in, overlapping, within

DOCS = Path(__file__).parents[2] / "docs"
DRAWN = ["adding-up", "chain", "convolutional", "modules", "nan", "order", "repeated", "walk"]
STORED = ["graph.svg", "backward.svg", "gallery/explore_graph.svg"]


def figure(name):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    sys.path.insert(0, str(DOCS))
    try:
        import figures
    finally:
        sys.path.remove(str(DOCS))
    return figures.FIGURES[name]().svg


def sequence(steps=20):
    """A cell and a head, step by step."""

    class Net(nn.Module):
        def __init__(self):
            self.cell, self.head = nn.LSTMCell(3, 4), nn.Linear(4, 2)

        def forward(self, x):
            state, scores = None, []
            for t in range(steps):
                state = self.cell(x[:, t], state)
                scores.append(self.head(state[0]))
            return np.stack(scores, 1)

    model = Net()
    with record():
        return (model(np.ones((2, steps, 3))) ** 2).mean(), model


def cell(steps=20):
    """A cell alone, each step with an input of its own, and then a head."""
    X, h, inner, head = np.ones((steps, 2, 3)), np.zeros((2, 4)), nn.RNNCell(3, 4), nn.Linear(4, 1)
    with record():
        for x in X:
            h = inner(x, h)
        return head(h).sum(), None


def loop(steps=20):
    W, U, h = Tensor(np.eye(4), requires_grad=True, name="W"), Tensor(np.eye(4), requires_grad=True, name="U"), np.zeros((2, 4))
    start = h = Tensor(h, name="h0")
    with record():
        for x in np.ones((steps, 2, 4)):
            h = np.tanh(x @ W + h @ U)
        return (h**2).sum(), {"h0": start, "W": W, "U": U}


def deep(layers=12):
    """Layers in a Sequential, where they have numbers for names."""
    model = nn.Sequential(*[part for _ in range(layers) for part in (nn.Linear(4, 4), nn.Tanh())], nn.Linear(4, 1))
    with record():
        return model(np.ones((2, 4))).sum(), model


def attention():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0)
    with record():
        return layer(np.ones((2, 4, 8))).sum(), layer


def lenet():
    model = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )
    with record():
        return nn.CrossEntropyLoss()(model(np.ones((2, 1, 28, 28))), np.zeros(2, int)), model


def edits():
    x = Tensor(np.arange(4.0), requires_grad=True, name="x")
    y = x * 2
    y[1:3] += 1.0
    part = y[::2]
    part *= 3.0
    return y.sum(), None


def second_order():
    x = Tensor(0.5, requires_grad=True, name="x")
    (np.sin(x) * x).backward(create_graph=True)
    return x.grad, {"x": x}


NETS = {make.__name__: make for make in (sequence, cell, loop, deep, attention, lenet, edits, second_order)}


def apart(svg):
    labels, boxes = labels_in(svg), list(boxes_in(svg).items())
    for i, (text, label) in enumerate(labels):
        assert not [other for other, its in labels[i + 1 :] if overlapping(label, its)], text
        assert not [name for name, box in boxes if overlapping(label, box)], text
    for i, (name, box) in enumerate(boxes):
        assert not [other for other, its in boxes[i + 1 :] if overlapping(box, its)], name
    titles = [group.find(f"{SVG}text") for group in svg.iter(f"{SVG}g") if group.get("class") == "title"]
    assert not [title.text for title in titles if title.text.endswith("…")]


@pytest.mark.parametrize("name", [*DRAWN, *STORED])
def test_in_pictures_of_the_documentation_nothing_covers_anything(name):
    text = (DOCS / "pictures" / name).read_text(encoding="utf-8") if name in STORED else figure(name)
    svg = ET.fromstring(text)
    assert len(boxes_in(svg)) >= 4
    apart(svg)


@pytest.mark.parametrize("depth", ["auto", None], ids=["folded", "open"])
@pytest.mark.parametrize("name", NETS)
def test_in_nets_that_people_draw_nothing_covers_anything(name, depth):
    output, params = NETS[name]()
    svg = ET.fromstring(draw(output, params=params, values=True, depth=depth).svg)
    apart(svg)
    page = tuple(float(part) for part in svg.get("viewBox").split())
    assert all(within(label, page) for _, label in labels_in(svg))


@pytest.mark.parametrize(
    ("make", "title", "named"),
    [
        (sequence, "cell, head ×20", set()),
        (deep, "Linear, Tanh ×12", set()),
        (loop, "matmul … tanh ×20", {"W", "U", "h0"}),
        (cell, "20 inputs", {"20 inputs"}),
    ],
)
def test_steps_and_layers_are_one_box_on_a_small_picture(make, title, named):
    output, params = make()
    svg = ET.fromstring(draw(output, params=params).svg)
    groups = [group for group in svg.iter(f"{SVG}g") if group.get("id")]
    texts = [group.find(f"{SVG}text").text for group in groups]
    assert title in texts
    assert named == {
        text for group, text in zip(groups, texts, strict=True) if group.get("class") in ("param", "input") and text != "input"
    }
    assert len(groups) <= 10
    assert float(svg.get("width")) < 400
    assert float(svg.get("height")) < 400


def test_what_is_not_the_same_again_is_not_folded():
    """Ten layers of ten sizes stay apart."""
    layers = [nn.Linear(3 + k, 4 + k) for k in range(10)]
    x = np.ones((2, 3))
    with record():
        for layer in layers:
            x = np.tanh(layer(x))
    texts = [text.text for text in ET.fromstring(draw(x.sum(), params=nn.ModuleList(layers)).svg).iter(f"{SVG}text")]
    assert not [text for text in texts if "×" in text]
