"""The pictures of the documentation, drawn by the project itself when the pages are built."""

import doctest
import functools
import re
from io import StringIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

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


# Curves, of what the code of a page has computed

BLUE, ORANGE, GREEN, GREY = "#3a8fc9", "#d98b00", "#009e73", "#808080"  # which can be seen on white and on black


def computed_on(page):
    """The names that the code of a page leaves behind."""
    names = {}
    text = (Path(__file__).parent / page).read_text(encoding="utf-8")
    for example in doctest.DocTestParser().get_examples(text):
        exec(compile(example.source, page, "exec"), names)
    return names


class plotted:
    """A picture by matplotlib, its ground transparent and its text grey: for light and dark pages."""

    def __init__(self, draw, width=6.0, height=3.4):
        style = {"svg.hashsalt": "", "font.size": 10, "legend.frameon": False}
        style |= dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), GREY)
        with mpl.rc_context(style):
            picture = Figure(figsize=(width, height), layout="constrained")
            axis = picture.subplots()
            axis.spines[["top", "right"]].set_visible(False)
            draw(axis)
            written = StringIO()
            picture.savefig(written, format="svg", transparent=True, metadata={"Date": None})
        self.svg = written.getvalue()


def attention():
    """Where the net that writes backwards has looked."""
    names = computed_on("tutorial/7-sequences.md")

    def draw(axis):
        axis.imshow(names["weights"], cmap="Blues", vmin=0, vmax=1)
        digits = names["question"][0]
        axis.set_xticks(range(8), digits)
        axis.set_yticks(range(8), digits[::-1])
        axis.set(xlabel="question", ylabel="answer")

    return plotted(draw, 3.4, 3.2)


def rates():
    """The loss at three rates."""
    losses, names = computed()["rates"], ("too small", "right", "too large")

    def draw(axis):
        for (rate, curve), name, color, line in zip(losses.items(), names, (GREEN, BLUE, ORANGE), ("-.", "-", "--"), strict=True):
            axis.plot(curve, color=color, linestyle=line, label=f"{rate:g}: {name}")
        axis.set(yscale="log", xlabel="step", ylabel="mean squared error")
        axis.legend()

    return plotted(draw)


def first_weights():
    """The size of each layer's gradient, for three sizes of the weights."""
    sizes, names = computed()["sizes"], ("it vanishes", "level", "it explodes")

    def draw(axis):
        for (gain, curve), name, color, mark in zip(sizes.items(), names, (GREEN, BLUE, ORANGE), "vos", strict=True):
            axis.plot(range(1, len(curve) + 1), curve, color=color, marker=mark, markersize=4, label=f"{gain:g} / √width: {name}")
        axis.set(yscale="log", xlabel="layer", ylabel="size of the gradient", xticks=[1, 5, 10, 15, 20])
        axis.legend()

    return plotted(draw)


def by_heart():
    """The loss of the hundred images, and of those that the net does not see."""
    names = computed()
    history, epoch = names["history"], names["epoch"]

    def draw(axis):
        axis.plot(history[:, 0], color=BLUE, label="training")
        axis.plot(history[:, 1], color=ORANGE, linestyle="--", label="validation")
        axis.plot(epoch, history[epoch, 1], "o", color=ORANGE)
        axis.annotate("stop here", (epoch, history[epoch, 1]), (8, -12), textcoords="offset points")
        axis.set(xlabel="epoch", ylabel="cross-entropy", ylim=(0, None))
        axis.legend()

    return plotted(draw)


@functools.cache
def computed():
    return computed_on("tutorial/8-what-goes-wrong.md")


FIGURES = {"adding-up": adding_up, "order": order, "zero-grad": zero_grad, "nan": nan, "walk": walk, "attention": attention,
           "rates": rates, "first-weights": first_weights, "by-heart": by_heart}  # fmt: skip


def draw_all(folder):
    """Write every figure into the folder."""
    folder.mkdir(exist_ok=True)
    for name, figure in FIGURES.items():
        (folder / f"{name}.svg").write_text(figure().svg, encoding="utf-8")
