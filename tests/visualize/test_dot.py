"""make_dot: its structure beside torchviz's own output, its look, and the cases that torchviz draws wrong."""

import re
from pathlib import Path

import graphviz
import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.visualize import listing, make_dot, record
from autograd_core.visualize.style import PALETTE
from tests.visualize import make_golden
from tests.visualize.graphs import GRAPHS, a_net, b_bce, c_shared, d_slice, layers, parameters, rnn, saved_leaf
from tests.visualize.structure import our_kinds, read, read_torchviz, shape_of, torchviz_kinds

TORCHVIZ = Path(__file__).parents[1] / "reference" / "torchviz"
HOSTILE = {
    "closing tag": "</script><b>&amp;",
    "node id": r"\N \G \E",
    "quotes": 'a"b\\',
    "long": "x" * 200,
    "emoji": "🧠 東京",
    "right to left": "\u202eabc עברית",
    "line breaks": "\n\nfirst",
    "blank": "   ",
    "html": "<b>bold</b>",
    "port": "a:b",
    "null": "\x00\ud800",
}


def leaf(value, name=None):
    return Tensor(value, requires_grad=True, name=name)


def boxes_of(dot):
    return read(dot.source)[0]


@pytest.mark.parametrize(
    ("file", "make"),
    [("tv_a_net", a_net), ("tv_b_bce_attrs", b_bce), ("tv_c_shared", c_shared), ("tv_d_slice", d_slice)],
)
def test_the_structure_is_torchviz_s(file, make):
    theirs = shape_of(*read_torchviz((TORCHVIZ / f"{file}.norm.dot").read_text(encoding="utf-8")), torchviz_kinds)
    output, params = make()
    assert shape_of(*read(make_dot(output, params).source), our_kinds) == theirs


def test_saved_arrays_are_torchviz_s():
    def saved(boxes, arrows, kinds):
        links = [(start, end) for start, end, rest in arrows if "dir=none" in rest and "constraint=false" not in rest]
        shapes = [re.findall(r"\d+", boxes[end][0].partition("\\n")[2]) for _, end in links]
        owners = [boxes[start][0].partition("\\n")[0] for start, _ in links]
        return sorted((owner, sorted(shape)) for owner, shape in zip(owners, shapes, strict=True))  # mat2 is weight.T

    theirs = saved(*read_torchviz((TORCHVIZ / "tv_b_bce_attrs.norm.dot").read_text(encoding="utf-8")), torchviz_kinds)
    output, params = b_bce()
    assert saved(*read(make_dot(output, params, show_saved=True).source), our_kinds) == theirs


@pytest.mark.filterwarnings("ignore:distutils Version classes are deprecated")
def test_the_structure_is_that_of_the_installed_torchviz():
    torchviz = pytest.importorskip("torchviz")
    torch = pytest.importorskip("torch")
    p = {name: torch.tensor(t.numpy().tolist(), requires_grad=True) for name, t in parameters().items()}
    X = torch.tensor(np.arange(15.0).reshape(5, 3).tolist())
    h = torch.tanh(torch.nn.functional.linear(X, p["fc1.weight"], p["fc1.bias"]))
    y = torch.sigmoid(torch.nn.functional.linear(h, p["fc2.weight"], p["fc2.bias"]))
    theirs = shape_of(*read_torchviz(torchviz.make_dot(y, params=p).source), torchviz_kinds)
    output, params = a_net()
    assert shape_of(*read(make_dot(output, params).source), our_kinds) == theirs


@pytest.mark.parametrize("name", sorted(make_golden.texts()))
def test_golden_files(name):
    expected = (make_golden.GOLDEN / name).read_text(encoding="utf-8")
    assert make_golden.texts()[name] == expected, "python -m tests.visualize.make_golden, look at it, and say why"


def test_every_golden_file_is_made():
    assert {path.name for path in make_golden.GOLDEN.iterdir()} == set(make_golden.texts())


def test_it_is_a_digraph_whose_text_we_write_without_the_package_too():
    from autograd_core.visualize import draw

    output, params = b_bce()
    dot = make_dot(output, params)
    assert isinstance(dot, graphviz.Digraph)
    assert dot.source.replace("\n", "").replace('"', "") == draw(output, params=params).dot.replace("\n", "").replace('"', "")


def test_the_look_is_torchviz_s():
    output, params = d_slice()
    looks = {our_kinds(*box): box[1] for box in boxes_of(make_dot(output, params)).values()}
    for kind, colour in {
        "param": "#c9e1f8", "op": "#e8eaed", "output": "#d3edc3", "base": "#a9cf95", "const": "white",
    }.items():  # fmt: skip
        assert f'fillcolor="{colour}" ' in looks[kind]
    assert 'style="rounded,filled"' in looks["op"]
    assert "penwidth=2" in looks["param"]
    assert "peripheries=2" in looks["output"]
    assert 'style="filled,dashed"' in looks["const"]


def test_a_saved_leaf_keeps_its_name_and_its_colour():
    output, params = saved_leaf()
    dot = make_dot(output, params, show_saved=True)
    (x,) = [one for one, (label, rest) in boxes_of(dot).items() if label.startswith("x\\n")]
    assert PALETTE["param"][0] in boxes_of(dot)[x][1]
    orange = [one for one, (label, rest) in boxes_of(dot).items() if PALETTE["saved"][0] in rest]
    assert x not in orange
    assert re.search(rf"{x} -> \w+ \[dir=none style=dotted constraint=false\]", dot.source)


def test_the_order_of_operands_shows():
    a, b = leaf(1.0, "a"), leaf(2.0, "b")
    assert make_dot(a - b).source != make_dot(b - a).source
    assert 'n0 -> n2 [headlabel="a"]' in make_dot(a - b).source
    assert 'n0 -> n2 [headlabel="b"]' in make_dot(b - a).source
    assert "headlabel" not in "".join(line for line in make_dot(a + b).source.splitlines() if "->" in line)
    assert make_dot(a * a).source.count("n0 -> n1") == 2


@pytest.mark.parametrize("name", GRAPHS)
def test_no_first_line_is_empty(name):
    output, params = GRAPHS[name]()
    for options in ({}, {"values": True, "grads": True, "show_saved": True, "show_attrs": True}):
        labels = [label for label, _ in boxes_of(make_dot(output, params, **options)).values()]
        assert all(label.split("\\n")[0].strip() for label in labels)
    output, _ = GRAPHS[name]()  # without names too
    assert all(label.split("\\n")[0].strip() for label, _ in boxes_of(make_dot(output)).values())


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_stay_text(name):
    x = leaf(np.ones(2), name)
    source = make_dot({name: x * 2}, {f"{name}.weight": x}).source
    boxes, arrows = read(source)
    assert (len(boxes), len(arrows)) == (4, 3)
    assert source.count("subgraph") <= 2
    labels = [label for label, _ in boxes.values()]
    assert all(label.split("\\n")[0].strip() for label in labels)
    for label in labels:
        assert not re.search(r"(?<!\\)(\\\\)*\\[NGETHLlr]", label)  # no escape that Graphviz would fill in
        assert not re.search(r"&(?!amp;)", label)
    assert all(c.isprintable() or c in "\n\t" for c in source)
    source.encode()


def test_the_same_program_gives_the_same_text():
    for make in GRAPHS.values():
        texts = set()
        for _ in range(2):
            output, params = make()
            texts.add(make_dot(output, params, show_saved=True, show_attrs=True).source)
        assert len(texts) == 1
        assert "0x" not in texts.pop()


def test_numbers_in_the_boxes():
    a, b = leaf(2.0, "a"), leaf(-3.0, "b")
    y = a * b
    (before,) = [label for label, _ in boxes_of(make_dot(y, values=True, grads=True)).values() if label.startswith("a\\n")]
    assert before == "a\\n()\\nv 2\\ng –"
    y.backward()
    labels = [label for label, _ in boxes_of(make_dot(y, values=True, grads=True)).values()]
    assert labels == ["a\\n()\\nv 2\\ng -3", "b\\n()\\nv -3\\ng 2", "multiply\\n()\\nv -6", "output\\n()\\nv -6"]


def test_a_dtype_is_said_where_it_is_not_the_common_one():
    x, y = leaf(np.ones(2), "x"), leaf(np.ones(2, np.float32), "y")
    labels = [label for label, _ in boxes_of(make_dot(x * np.tanh(y) * x)).values()]
    assert labels[:4] == ["x\\n(2,)", "y\\n(2,) float32", "tanh\\n(2,) float32", "multiply\\n(2,)"]


def test_attributes_are_cut():
    x = leaf(np.ones(30), "x")
    with record():
        y = x.sum(axis=(0,), keepdims=True)
    (label,) = [label for label, _ in boxes_of(make_dot(y, show_attrs=True)).values() if label.startswith("sum")]
    assert "axis    : (0,)" in re.sub(": +", ": ", label)
    dot = make_dot(x[list(range(30))], show_attrs=True, max_attr_chars=10)
    (label,) = [label for label, _ in boxes_of(dot).values() if "getitem" in label]
    assert label.endswith("index: [0, 1, 2,…")


def test_directions():
    a = leaf(1.0)
    assert "rankdir=LR" in make_dot(a * a, direction="right").source
    with pytest.raises(ValueError, match="direction must be one of down, up, right, left; got 'LR'"):
        make_dot(a * a, direction="LR")


def test_a_long_chain_does_not_recurse():
    x = leaf(1.0, "x")
    y = x
    for _ in range(20_000):
        y = -y
    assert make_dot(y, depth=None).source.count("->") == 20_001
    assert listing(y).count("\n") == 20_001


# Modules


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 4)

    def forward(self, x):
        return x + self.b(np.tanh(self.a(x)))


class Deep(nn.Module):
    def __init__(self, count=12):
        super().__init__()
        self.blocks, self.head = [Block() for _ in range(count)], nn.Linear(4, 2)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def deep(count=12):
    model = Deep(count)
    with record():
        return model(np.ones((3, 4)))


def test_modules_are_clusters():
    source = make_dot(deep(2), depth=None).source
    titles = re.findall(r'graph \[label="([^"]*)"', source)
    block = ["a : Linear(4, 8)", "b : Linear(8, 4)"]
    assert titles == ["blocks", "0 : Block", *block, "1 : Block", *block, "head : Linear(4, 2)"]
    assert source.count("{") == source.count("}")


def test_clusters_come_from_the_names_of_parameters_too():
    source = make_dot(*a_net()).source
    assert re.findall(r'graph \[label="([^"]*)"', source) == ["fc1", "fc2"]


def test_depth_makes_one_box_of_a_module_and_counts_repeats():
    y = deep()
    labels = [label for label, _ in boxes_of(make_dot(y, depth=1)).values()]
    count = 4 * 8 + 8 + 8 * 4 + 4
    assert sorted(labels) == [
        f"0 … 11 : Block ×12\\n(3, 4)\\n{count} parameters each",
        "head : Linear(4, 2)\\n(3, 2)\\n10 parameters",
        "input\\n(3, 4)",
        "output\\n(3, 2)",
    ]
    two = [label.partition("\\n")[0] for label, _ in boxes_of(make_dot(y, depth=2)).values()]
    assert two.count("a : Linear(4, 8)") == 12
    assert two.count("add") == 12
    for depth in (0, -1, 1.5, True, "1"):
        with pytest.raises(ValueError, match=r'depth must be None, "auto", or how many levels of modules'):
            make_dot(y, depth=depth)


def test_depth_without_a_record_counts_dotted_names():
    output, params = a_net()
    assert [label.partition("\\n")[0] for label, _ in boxes_of(make_dot(output, params, depth=1)).values()] == [
        "input", "fc1", "tanh", "fc2", "sigmoid", "output",
    ]  # fmt: skip


def test_a_module_called_again_gives_no_circle():
    cell = nn.Linear(4, 4)

    class Loop(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = cell

        def forward(self, x):
            for _ in range(3):
                x = np.tanh(self.cell(x))
            return x

    with record():
        y = Loop()(np.ones((1, 4)))
    boxes, arrows = read(make_dot(y, depth=1).source)
    assert [label.partition("\\n")[0] for label, _ in boxes.values()].count("cell : Linear(4, 4)") == 3
    order = list(boxes)
    assert len(arrows) == 7
    number = {one: int(one[1:]) for one in order}
    assert all(number[start] < number[end] for start, end, _ in arrows)


def test_far_reaching_leaves_are_drawn_once_for_each_use():
    output, params = rnn(50)
    source = make_dot(output, params, depth=None).source
    assert source.count('label="W\\n(4, 4)\\n×50 uses"') == 50
    few = make_dot(*rnn(3)).source
    assert few.count('label="W\\n') == 1
    assert "uses" not in make_dot(*layers(500)).source


def test_a_model_is_drawn_by_its_modules_and_a_long_loop_by_its_repeats():
    assert make_dot(deep()).source == make_dot(deep(), depth=1).source
    output, params = rnn(50)
    labels = [label for label, _ in boxes_of(make_dot(output, params)).values()]
    assert sorted(labels) == sorted(
        ["W\\n(4, 4)", "U\\n(4, 4)", "b\\n(4,)", "c\\n(4,)", "matmul … tanh ×50\\n(2, 4)", "output\\n(2, 4)"]
    )
    few = make_dot(*rnn(3))
    assert few.source == make_dot(*rnn(3), depth=None).source
