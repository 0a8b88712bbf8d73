"""The layout and the SVG made of it: nothing overlaps, nothing sticks out, chains are straight, frames hold what is theirs."""

import re
import shutil
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd_core import Tensor, linear
from autograd_core.visualize import draw, record, records
from autograd_core.visualize.layout import layout
from autograd_core.visualize.places import apart
from autograd_core.visualize.ranks import heights
from autograd_core.visualize.simplify import simplified
from examples.explore_graph import small_net
from tests.visualize.graphs import GRAPHS, layers, rnn
from tests.visualize.test_dot import HOSTILE, deep, leaf

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others

SVG = "{http://www.w3.org/2000/svg}"
LETTER = 6.0  # Courier is 0.6 em wide, and the em is 10 px here
DRAWN = {**GRAPHS, "deep": lambda: (deep(3), None), "rnn_50": lambda: rnn(50), "layers_40": lambda: layers(40)}
OPTIONS = {"plain": {}, "everything": {"values": True, "grads": True, "show_saved": True, "show_attrs": True}}
TURNED = {direction: {"direction": direction, "values": True} for direction in ("up", "right", "left")}


def parsed(output, params=None, **options):
    return ET.fromstring(draw(output, params=params, **{"depth": None, **options}).svg)


def rectangle(element):
    x, y, wide, high = (float(element.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def boxes_in(svg):
    """{id: its rectangle} of all boxes but the notes of saved arrays, which are drawn as paths."""
    groups = [group for group in svg.iter(f"{SVG}g") if group.get("id")]
    return {group.get("id"): rectangle(group.find(f"{SVG}rect")) for group in groups if group.find(f"{SVG}rect") is not None}


def overlapping(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def within(inner, outer):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@pytest.mark.parametrize("options", (OPTIONS | TURNED).values(), ids=OPTIONS | TURNED)
@pytest.mark.parametrize("name", DRAWN)
def test_boxes_are_inside_the_picture_and_apart(name, options):
    svg = parsed(*DRAWN[name](), **options)
    page = tuple(float(part) for part in svg.get("viewBox").split())
    boxes = boxes_in(svg)
    for i, (one, box) in enumerate(boxes.items()):
        assert within(box, page), one
        for other, another in list(boxes.items())[i + 1 :]:
            assert not overlapping(box, another), (one, other)
    frames = [rectangle(group.find(f"{SVG}rect")) for group in svg.iter(f"{SVG}g") if group.get("class") == "module"]
    for frame in frames:
        assert within(frame, page)
        assert all(within(box, frame) or not overlapping(box, frame) for box in boxes.values())
        assert all(within(frame, other) or within(other, frame) or not overlapping(frame, other) for other in frames)
    for path in svg.iter(f"{SVG}path"):
        if path.get("class") == "edge":
            assert all(0 <= x <= page[2] and 0 <= y <= page[3] for x, y in sampled(path.get("d")))


def sampled(path):
    """Points on a path of the commands M, L, V and C, some for each."""
    parts = [(part[0], [float(number) for number in part[1:].split()]) for part in re.findall("[MLVC][^MLVC]+", path)]
    (x, y), points = parts[0][1], []
    for command, numbers in parts[1:]:
        x1, y1, x2, y2, to_x, to_y = (
            numbers if command == "C" else [x, y, *[x, *numbers][-2:] * 2] if command == "V" else [x, y, *numbers * 2]
        )
        for t in (k / 24 for k in range(25)):
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            points.append((a * x + b * x1 + c * x2 + d * to_x, a * y + b * y1 + c * y2 + d * to_y))
        x, y = to_x, to_y
    return points


def crossings(svg):
    """(end, end, box) for each edge whose path is inside a box that it neither comes from nor goes to."""
    boxes = boxes_in(svg)
    found = set()
    for path in svg.iter(f"{SVG}path"):
        if path.get("class") == "edge" and "_s" not in path.get("data-to"):  # the dotted ones of saved arrays pass beneath
            ends = path.get("data-from"), path.get("data-to")
            for x, y in sampled(path.get("d")):
                found |= {
                    (*ends, one) for one, (left, top, right, foot) in boxes.items()
                    if one not in ends and left < x < right and top < y < foot
                }  # fmt: skip
    return found


@pytest.mark.parametrize("options", (OPTIONS | TURNED).values(), ids=OPTIONS | TURNED)
@pytest.mark.parametrize("name", DRAWN)
def test_no_edge_crosses_a_box(name, options):
    svg = parsed(*DRAWN[name](), **options)
    assert crossings(svg) == set()
    boxes = boxes_in(svg)
    for path in svg.iter(f"{SVG}path"):
        if path.get("class") == "edge" and "_s" not in path.get("data-to"):
            for (x, y), end in zip(np.array(sampled(path.get("d")))[[0, -1]], ("data-from", "data-to"), strict=True):
                left, top, right, foot = boxes[path.get(end)]
                assert left - 0.2 <= x <= right + 0.2
                assert top - 0.2 <= y <= foot + 0.2


def test_an_edge_beside_a_large_box_keeps_clear_of_it():
    a = leaf(3.0, "a")
    with record():
        y = a + a * a
        y.backward()
    assert crossings(parsed(y, values=True, grads=True)) == set()


def labels_in(svg):
    """[(text, its rectangle)] of the operands' names: 8 px Courier."""
    found = []
    for text in svg.iter(f"{SVG}text"):
        if text.get("class") == "operand":
            x, y, wide = float(text.get("x")), float(text.get("y")), len(text.text) * 4.8
            left = x if text.get("text-anchor") == "start" else x - wide
            found.append((text.text, (left, y - 6, left + wide, y + 2)))
    return found


def operands():
    """Names of operands that are wider than the boxes below them."""
    r = np.random.RandomState(0)
    x, w, b = (leaf(r.normal(size=shape), name) for shape, name in (((5, 3), "x"), ((4, 3), "w"), ((4,), "b")))
    h = linear(x, w, b)
    rows = np.concatenate([h[i : i + 1] for i in range(5)] * 3)
    return (np.where(rows > 0, rows, 0.1) ** 2.0).sum(), None


@pytest.mark.parametrize("direction", ["down", *TURNED])
@pytest.mark.parametrize("make", [operands, *[GRAPHS[name] for name in ("b_bce", "rnn_4", "rnn_12", "recorded")]])
def test_names_of_operands_do_not_overlap(make, direction):
    svg = parsed(*make(), direction=direction)
    labels, boxes = labels_in(svg), list(boxes_in(svg).values())
    assert labels
    for i, (text, label) in enumerate(labels):
        assert not any(overlapping(label, other) for _, other in labels[i + 1 :]), text
        assert not any(overlapping(label, box) for box in boxes), text


@pytest.mark.parametrize("name", [*DRAWN, *HOSTILE])
def test_texts_fit_their_boxes(name):
    output, params = DRAWN[name]() if name in DRAWN else hostile(HOSTILE[name])
    for group in parsed(output, params, values=True, grads=True).iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        if rect is None or group.get("class") in ("module", "title"):
            continue
        left, top, right, bottom = rectangle(rect)
        for text in group.iter(f"{SVG}text"):
            half = len(text.text) * LETTER / 2 if text.text.isascii() else 0
            assert left <= float(text.get("x")) - half
            assert float(text.get("x")) + half <= right
            assert top + 8 <= float(text.get("y")) <= bottom - 2


def hostile(name):
    x = leaf(np.ones(2), name)
    return {name: x * 2}, {f"{name}.weight": x}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_stay_text(name):
    svg = parsed(*hostile(name))
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
        "svg", "defs", "marker", "path", "g", "rect", "text", "title",
    }  # fmt: skip
    assert len(boxes_in(svg)) == 4


def test_texts_fit_their_boxes_in_a_browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    svgs = [draw(output, params=params, values=True).svg for output, params in (make() for make in GRAPHS.values())]
    svgs += [draw(*hostile(name)[:1], params=hostile(name)[1]).svg for name in HOSTILE.values()]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            page.set_content("".join(svgs))
            outside = page.evaluate("""() => [...document.querySelectorAll('g[id]')].flatMap(group => {
                const box = (group.querySelector('rect') || group.querySelector('path')).getBBox();
                return [...group.querySelectorAll('text')].filter(text => {
                    const its = text.getBBox();
                    return its.x < box.x || its.x + its.width > box.x + box.width || its.y < box.y - 1
                        || its.y + its.height > box.y + box.height + 1;
                }).map(text => group.id + ': ' + text.textContent);
            })""")
        finally:
            browser.close()
    assert outside == []


def middles(svg):
    return {one: ((left + right) / 2, top) for one, (left, top, right, _) in boxes_in(svg).items()}


@pytest.mark.parametrize("make", [GRAPHS["b_bce"], lambda: layers(8), lambda: rnn(4)], ids=["net", "layers", "rnn"])
def test_the_chain_of_operations_is_straight(make):
    output, params = make()
    at = middles(parsed(output, params))
    chain = [box for box in records(output, params) if box.op in ("tanh", "sigmoid", "binary_cross_entropy")]
    assert max(at[box.id][0] for box in chain) - min(at[box.id][0] for box in chain) < 0.2


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_made_of_something_is_below_it(name):
    output, params = DRAWN[name]()
    boxes = simplified(records(output, params), None)
    at = middles(parsed(output, params))
    assert all(at[edge.id][1] < at[box.id][1] for box in boxes for edge in box.inputs)


@pytest.mark.parametrize("direction", ["up", "right", "left"])
def test_directions(direction):
    output, params = GRAPHS["b_bce"]()
    at = middles(parsed(output, params, direction=direction))
    axis, sign = {"up": (1, -1), "right": (0, 1), "left": (0, -1)}[direction]
    boxes = records(output, params)
    assert all(sign * at[edge.id][axis] < sign * at[box.id][axis] for box in boxes for edge in box.inputs)


def test_edges_of_a_chain_of_layers_do_not_cross():
    output, params = layers(10)
    boxes = simplified(records(output, params))
    plan = layout(boxes, {box.id: (60.0, 30.0) for box in boxes})
    lines = [(points[0], points[-1]) for _, _, _, points in plan.routes]
    for i, (a, b) in enumerate(lines):
        for c, d in lines[i + 1 :]:
            if a[1] == c[1] and b[1] == d[1]:
                assert (a[0] - c[0]) * (b[0] - d[0]) >= 0


def test_leaves_are_right_above_their_use():
    output, params = layers(5)
    boxes = records(output, params)
    height = heights(boxes)
    assert all(height[edge.id] == height[box.id] + 1 for box in boxes for edge in box.inputs)


def test_every_module_of_a_deep_net_has_its_frame():
    svg = parsed(deep(3))
    titles = [group.find(f"{SVG}title").text for group in svg.iter(f"{SVG}g") if group.get("class") == "module"]
    expected = ["blocks", *[f"blocks.{i}{part}" for i in range(3) for part in ("", ".a", ".b")], "head"]
    assert sorted(titles) == sorted(expected)


@pytest.mark.parametrize("make", [lambda: recorded_net(small_net), lambda: recorded_net(attention)], ids=["net", "attention"])
def test_titles_are_whole_inside_their_frames_and_over_the_arrows(make):
    svg = parsed(*make())
    parts = list(svg)
    frames = [group for group in parts if group.get("class") == "module"]
    titles = [group for group in parts if group.get("class") == "title"]
    assert len(frames) == len(titles) >= 2
    assert min(map(parts.index, titles)) > max(i for i, part in enumerate(parts) if part.get("class") == "edge")
    for frame, title in zip(frames, titles, strict=True):
        left, top, right, _ = rectangle(frame.find(f"{SVG}rect"))
        text, plate = title.find(f"{SVG}text"), title.find(f"{SVG}rect")
        x, y = map(float, re.search(r"translate\(([\d.]+) ([\d.]+)\)", title.get("transform")).groups())
        assert re.fullmatch(r"\w+( : \w+(\(.*\))?)?", text.text)
        assert left <= x + float(plate.get("x"))
        assert x + 7 + len(text.text) * LETTER <= min(right, x + float(plate.get("x")) + float(plate.get("width")))
        assert top < y - 9


def attention():
    nn.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0)
    return layer(np.ones((2, 4, 8))).sum(), layer


def recorded_net(make):
    with record():
        return make()


def test_modules_that_take_turns_have_no_frame_and_nothing_breaks():
    a, b = leaf(np.eye(2)), leaf(np.eye(2))
    h = Tensor(np.ones((1, 2)))
    for _ in range(2):
        h = np.tanh(h @ a) @ b
    svg = parsed(h, {"a.w": a, "b.w": b})
    assert [group for group in svg.iter(f"{SVG}g") if group.get("class") == "module"] == []


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0.5, 8), st.floats(0, 20)), min_size=1, max_size=8),
    st.lists(st.floats(-3, 3), min_size=8, max_size=8),
)
def test_apart_is_the_least_squares_solution(items, moves):
    """No other places that keep the distances are nearer to the wanted ones (the problem is convex: near ones are enough)."""
    wanted, weights, gaps = (list(column) for column in zip(*items, strict=True))
    gaps = gaps[1:]
    places = apart(wanted, weights, gaps)

    def kept(places, slack=0.0):
        return all(b - a >= gap - slack for a, b, gap in zip(places, places[1:], gaps, strict=False))

    def cost(places):
        return sum(weight * (x - want) ** 2 for x, want, weight in zip(places, wanted, weights, strict=True))

    assert kept(places, 1e-9)
    other = [place + move for place, move in zip(places, moves, strict=False)]
    assert not kept(other) or cost(other) >= cost(places) - 1e-6
    for scale in (0.1, 1e-3):
        other = [place + scale * move for place, move in zip(places, moves, strict=False)]
        assert not kept(other) or cost(other) >= cost(places) - 1e-6


EXPRESSIONS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=25)


@given(EXPRESSIONS)
def test_any_graph_is_drawn(pairs):
    values = [leaf(1.0, f"x{i}") for i in range(3)]
    for i, j in pairs:
        values.append(values[i % len(values)] * values[j % len(values)])
    svg = parsed(values[-1])
    boxes = list(boxes_in(svg).values())
    page = tuple(float(part) for part in svg.get("viewBox").split())
    assert all(within(box, page) for box in boxes)
    assert not any(overlapping(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert crossings(svg) == set()
