"""Drawing: the text for Graphviz, the SVG laid out here, weights shared by 200 steps, and a chain of 100,000 operations."""

from time import perf_counter

import numpy as np

import autograd_core
from autograd_core import Tensor
from autograd_core.visualize import draw, make_dot, records
from benchmarks import pages
from benchmarks.report import Check, Table
from benchmarks.timing import settle


def section(quick):
    rounds = 3 if quick else 10
    table = Table(
        "Drawing a graph",
        ("", "boxes", "seconds (min)", "seconds (median)", "kB of text"),
        notes=[f"{rounds} rounds, interleaved; layers are h = tanh(h @ w + b), a recurrent step has four weights"],
    )
    (layered, _one), (large, _other), recurrent = layers(700), layers(1000), steps(200)
    cases = (
        ("make_dot, 700 layers", layered, lambda: make_dot(layered).source, 0.1),
        ("SVG, 1,000 layers", large, lambda: draw(large).svg, 0.5),
        ("SVG, 200 recurrent steps", recurrent, lambda: draw(recurrent).svg, 2.0),
    )
    settle()
    found = {name: [] for name, *_ in cases}
    texts = {}
    for _ in range(rounds):
        for name, _, run, _ in cases:
            start = perf_counter()
            texts[name] = run()
            found[name].append(perf_counter() - start)
    for name, output, _, bar in cases:
        times = sorted(found[name])
        row = (name, len(records(output)), times[0], times[len(times) // 2], len(texts[name]) / 1e3)
        table.rows.append(row)
        table.checks.append(Check(name, times[0], bar, "s"))
    return [table, long_chain(10_000 if quick else 100_000)]


def layers(count):
    """(output, weights) of a net with 5 boxes in each layer."""
    h, weights = Tensor(np.ones((2, 2))), []
    for i in range(count):
        w = Tensor(np.eye(2), requires_grad=True, name=f"layer{i}.weight")
        b = Tensor(np.zeros(2), requires_grad=True, name=f"layer{i}.bias")
        h = np.tanh(h @ w + b)
        weights += w, b
    return h, weights  # a graph reaches its leaves by weak references, and names go with them


def steps(count):
    """A recurrent net, unrolled: each weight is used in every step."""
    W, U, b, c = (Tensor(value, requires_grad=True) for value in (np.eye(4), np.eye(4), np.zeros(4), np.zeros(4)))
    h = np.zeros((2, 4))
    for step in range(count):
        h = np.tanh(np.full((2, 4), float(step)) @ W + b + (h @ U + c))
    return h


def long_chain(count):
    """A chain of operations: its text, and the refusal to draw what nobody could look at."""
    y = Tensor(1.0, requires_grad=True, name="x")
    for _ in range(count):
        y = -y
    start = perf_counter()
    length = len(make_dot(y).source)
    text = perf_counter() - start
    table = Table(f"A chain of {count:,} operations", ("", "seconds", "kB of text"))
    table.rows.append(("make_dot", text, length / 1e3))
    table.checks.append(Check("make_dot of the chain, per 1,000 operations", text / count * 1e6, 150, "ms"))
    start = perf_counter()
    try:
        kilobytes = len(draw(y).svg) / 1e3
    except autograd_core.errors.DrawingError as error:
        kilobytes = None
        table.notes.append(f"SVG: {error}")
    table.rows.append(("SVG, or why not", perf_counter() - start, kilobytes))
    return table


SECTIONS = {"drawing": section, "page": pages.section}
