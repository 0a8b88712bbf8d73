"""The curves of the documentation, of what the code of its pages has computed."""

import doctest
import functools
from io import StringIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

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


CURVES = {"attention": attention, "rates": rates, "first-weights": first_weights, "by-heart": by_heart}
