"""The pictures of digit_classification: progress, what was taken for what, digits misread, what the first layer looks for,
and a page that steps through the backward pass of a few images."""

import numpy as np

import nn
from autograd_core import visualize
from examples.common import RED, draw_curves, figure, save


def draw_all(model, history, images, labels, read, folder):
    """history (epochs, 4) is what `train` gives; labels and what was read (n,) belong to images (n, side, side)."""
    draw_progress(history, folder / "progress.png")
    draw_confusion(labels, read, folder / "confusion.png")
    draw_misread(images, labels, read, folder / "misread.png")
    draw_first_layer(next(model.parameters()).numpy(), images.shape[1:], folder / "first_layer.png")
    page = visualize.explore(lambda: nn.CrossEntropyLoss()(model(images[:8]), labels[:8]), folder / "backward.html", model)
    print(f"wrote {page.path}: open it in a browser to step through the backward pass")


def draw_progress(history, path):
    picture, (left, right) = figure(1, 2, 9, 3.6)
    epochs = np.arange(1, len(history) + 1)
    curves = lambda values: {"training": (epochs, values[:, 0]), "validation": (epochs, values[:, 1])}
    draw_curves(left, curves(history[:, ::2]), yscale="log", xlabel="epoch", ylabel="cross-entropy", title="Loss")
    draw_curves(right, curves(100 * history[:, 1::2]), xlabel="epoch", ylabel="% read right", title="Accuracy")
    right.annotate(f"{history[-1, 3]:.2%}", (epochs[-1], 100 * history[-1, 3]), (0, -14), textcoords="offset points", ha="right")
    save(picture, path)


def draw_confusion(labels, read, path):
    table = np.zeros((10, 10), int)
    np.add.at(table, (labels, read), 1)
    picture, axis = figure(1, 1, 5.4, 5.4)
    axis.imshow(table / np.maximum(table.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for (true, taken_for), count in np.ndenumerate(table):
        if count:
            style = {"color": "white"} if true == taken_for else {"color": RED, "weight": "bold"}
            axis.text(taken_for, true, count, ha="center", va="center", **style)
    axis.set(xlabel="read as", ylabel="is", title="What was taken for what", xticks=range(10), yticks=range(10))
    save(picture, path)


def draw_misread(images, labels, read, path):
    wrong = np.flatnonzero(labels != read)
    shown = wrong[:18]
    rows = max(1, -(-len(shown) // 6))
    picture, axes = figure(rows, 6, 8, 0.6 + 1.6 * rows)
    more = f"; here are {len(shown)}" if len(shown) < len(wrong) else ""
    picture.suptitle(f"Misread: {len(wrong)} of {len(labels):,}{more}")
    for axis in axes.flat:
        axis.axis("off")
    for axis, i in zip(axes.flat, shown, strict=False):
        axis.imshow(images[i], cmap="gray_r")
        axis.set_title(f"{labels[i]} read as {read[i]}", fontsize=10)
    save(picture, path)


def draw_first_layer(weight, shape, path):
    """The weights of up to 16 units, as images: blue counts for the unit, red against it."""
    kernels = weight[:16].reshape(-1, *(shape if weight.ndim == 2 else weight.shape[2:]))
    picture, axes = figure(2, 8, 8, 2.6)
    picture.suptitle("What units of the first layer look for (blue) and what speaks against it (red)")
    for axis in axes.flat:
        axis.axis("off")
    for axis, kernel in zip(axes.flat, kernels, strict=False):
        reach = np.abs(kernel).max()
        axis.imshow(kernel, cmap="RdBu", vmin=-reach, vmax=reach)
    save(picture, path)
