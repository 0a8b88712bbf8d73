"""Files: by extension, with and without Graphviz, and never half of one."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import graphviz
import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.errors import DrawingError
from autograd_core.visualize import draw, listing, make_dot
from autograd_core.visualize import draw as draw_function
from tests.visualize.graphs import a_net, b_bce, layers, rnn

MODULE = sys.modules[draw_function.__module__]
ROOT = Path(__file__).parents[2]
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz's program dot is not installed")


@pytest.fixture
def without_tools(monkeypatch):
    monkeypatch.setattr(MODULE.shutil, "which", lambda name: None)
    monkeypatch.setattr(MODULE, "find_spec", lambda name: None)


def test_the_extension_says_what_is_written(tmp_path):
    output, params = a_net()
    drawing = draw(output, tmp_path / "net.svg", params)
    assert ET.parse(tmp_path / "net.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == drawing.svg == drawing._repr_svg_()
    for name in ("net.dot", "net.gv"):
        drawing.save(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8") == drawing.dot
    assert repr(drawing) == "<Drawing of 10 boxes: save('graph.svg') writes it>"


@needs_dot
@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_by_dot(tmp_path, kind, start):
    output, params = b_bce()
    draw(output, str(tmp_path / f"net.{kind}"), params, show_saved=True, values=True)
    assert (tmp_path / f"net.{kind}").read_bytes().startswith(start)
    assert os.listdir(tmp_path) == [f"net.{kind}"]


def test_by_pygraphviz(tmp_path, monkeypatch):
    pytest.importorskip("pygraphviz")
    monkeypatch.setattr(MODULE.shutil, "which", lambda name: None)
    output, params = a_net()
    draw(output, tmp_path / "net.png", params)
    assert (tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")


def test_300_drawings_in_one_process_with_pygraphviz():
    """An empty first line in a label crashes Python here; there is none."""
    pytest.importorskip("pygraphviz")
    code = """
import pygraphviz
from autograd_core.visualize import make_dot
from tests.visualize.graphs import GRAPHS
texts = [make_dot(*make(), show_saved=True, values=True).source for make in GRAPHS.values()]
for i in range(300):
    assert pygraphviz.AGraph(string=texts[i % len(texts)]).draw(format="svg", prog="dot")
print("survived")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout == "survived\n", done.stderr[-2000:]


def test_without_tools_svg_works_and_png_says_what_to_install(tmp_path, without_tools):
    output, params = a_net()
    draw(output, tmp_path / "net.svg", params)
    (tmp_path / "net.png").write_bytes(b"old")
    with pytest.raises(DrawingError, match=r"\.png needs Graphviz: its program dot .*pip install pygraphviz. An \.svg is"):
        draw(output, tmp_path / "net.png", params)
    assert (tmp_path / "net.png").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["net.png", "net.svg"]


def test_with_an_empty_path_and_without_the_graphviz_package(tmp_path):
    code = f"""
import sys
sys.modules["graphviz"] = None
from autograd_core.visualize import draw, listing
from tests.visualize.graphs import a_net
output, params = a_net()
drawing = draw(output, {str(tmp_path / "net.svg")!r}, params)
drawing.save({str(tmp_path / "net.dot")!r})
print(listing(output, params))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("n0 ")
    assert sorted(os.listdir(tmp_path)) == ["net.dot", "net.svg"]


def test_a_notebook_shows_make_dot_without_dot(monkeypatch):
    output, params = a_net()
    dot = make_dot(output, params, direction="right")

    def pipe(*args, **kwargs):
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr(graphviz.Digraph, "pipe", pipe)
    shown = dot._repr_mimebundle_(include=["image/svg+xml"])
    assert shown == {"image/svg+xml": draw(output, params=params, direction="right").svg}


def test_a_direction_that_is_none(tmp_path):
    with pytest.raises(ValueError, match="direction must be one of down, up, right, left; got 'LR'"):
        draw(a_net()[0], tmp_path / "net.svg", direction="LR")
    assert os.listdir(tmp_path) == []


@needs_dot
def test_dot_gets_so_much_time_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(MODULE, "SECONDS", 0.001)
    output, params = layers(300)
    with pytest.raises(DrawingError, match=r"not done with 1,5\d\d boxes and 1,\d\d\d edges after 0.001 s.*\.svg.*depth=1"):
        draw(output, tmp_path / "net.png", params)
    assert os.listdir(tmp_path) == []


def test_what_graphviz_says_is_passed_on(tmp_path, monkeypatch):
    monkeypatch.setattr(MODULE.shutil, "which", lambda name: sys.executable)  # which knows no -Tpng
    output, params = a_net()
    with pytest.raises(DrawingError, match=r"Graphviz failed with code \d+: (?s:.+)An .svg is drawn without it"):
        draw(output, tmp_path / "net.png", params)


@pytest.mark.parametrize("name", ["net", "net.docx", "net.svgz"])
def test_unknown_extensions(tmp_path, name):
    output, params = a_net()
    with pytest.raises(ValueError, match=rf"the extension says what to write, one of \.svg, \.dot, .*got '{name}'"):
        draw(output, tmp_path / name, params)
    assert os.listdir(tmp_path) == []


def test_a_graph_too_large_for_a_picture_says_so(monkeypatch):
    monkeypatch.setattr(MODULE, "TOO_MANY", 100)
    output, params = layers(40)
    with pytest.raises(DrawingError, match=r"the graph has 20\d boxes.*more than 100 .*depth=1.*make_dot and listing"):
        draw(output, params=params).svg  # noqa: B018
    assert draw(output, params=params, depth=1).svg.startswith("<svg")
    assert listing(output).count("\n") > 150


@pytest.mark.heavy
def test_a_chain_of_100_000_operations_does_not_recurse():
    x = Tensor(1.0, requires_grad=True, name="x")
    y = x
    for _ in range(100_000):
        y = -y
    with pytest.raises(DrawingError, match="the graph has 100,002 boxes"):
        draw(y, depth=None).svg  # noqa: B018


def test_a_weight_used_in_200_steps(tmp_path):
    output, params = rnn(200)
    draw(output, tmp_path / "rnn.svg", params, depth=None)
    text = (tmp_path / "rnn.svg").read_text(encoding="utf-8")
    assert text.count(">W</text>") == 200
    assert text.count("×200 uses") == 800


def test_the_listing_names_what_a_terminal_should_show():
    a, b = (Tensor(value, requires_grad=True, name=name) for name, value in (("a", 2.0), ("b", -3.0)))
    y = a * b
    y.backward()
    assert listing({"product": y}, values=True, grads=True).splitlines() == [
        "n0  a         param           ()  2   gradient -3",
        "n1  b         param           ()  -3  gradient 2",
        "n2  multiply  op      n0, n1  ()  -6",
        "n3  product   output  n2      ()  -6",
    ]
    assert "view of n0" in listing(Tensor(np.ones((2, 3)), requires_grad=True)[1:])
