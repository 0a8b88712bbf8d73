"""What objects show of themselves in a notebook and at a prompt."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture
from autograd_core.visualize import draw, listing


def shown(tensor):
    """The HTML, as a tree: it is well-formed."""
    return ET.fromstring(tensor._repr_html_())


def words(tree):
    return " | ".join(text.strip() for text in tree.itertext() if text.strip())


@pytest.mark.parametrize(
    ("tensor", "place"),
    [
        (Tensor([1.0, -2.0]), "a constant"),
        (Tensor([1.0, -2.0], requires_grad=True), "a leaf, gets a gradient"),
        (Tensor([1.0, -2.0], requires_grad=True) * 2, "from multiply"),
    ],
)
def test_a_tensor_says_its_place_in_the_graph(tensor, place):
    assert f"Tensor (2,) · float64 · {place}" in words(shown(tensor))


def test_a_small_matrix_is_a_heatmap_with_a_cell_for_each_number():
    tree = shown(Tensor([[0.0, 1.0, -2.0], [4.0, np.nan, np.inf]], name="w<1>"))
    cells = tree.findall(".//rect")
    assert [cell.get("fill") for cell in cells[:1]] == ["#ffffff"]
    assert cells[3].get("fill") == "#d55e00"  # the largest of them, in absolute value
    assert [cell.get("fill") for cell in cells[4:]] == ["#808080", "#808080"]
    assert [cell.find("title").text for cell in cells][:3] == ["[0, 0] 0.0", "[0, 1] 1.0", "[0, 2] -2.0"]
    assert "w<1>" in words(tree)
    assert "from -2 to 4, and 2 that are not finite" in words(tree)


def test_a_number_is_shown_as_a_number_and_a_large_array_by_its_range():
    assert "| 3.5" in words(shown(Tensor(3.5)))
    large = Tensor(np.linspace(-1, 2, 5000).reshape(100, 50))
    assert not shown(large).findall(".//rect")
    assert "5,000 numbers from -1 to 2" in words(shown(large))
    assert len(large._repr_html_()) < 400
    images = Tensor(np.ones((2, 3, 4)))
    assert "24 numbers from 1 to 1" in words(shown(images))


@pytest.mark.parametrize(
    "value", [np.zeros((0, 3)), np.full(3, np.nan), np.array([1 + 2j]), np.array([True, False]), np.float16(2)]
)
def test_every_kind_of_array_is_shown(value):
    assert str(Tensor(value).dtype) in words(shown(Tensor(value)))


def test_a_gradient_that_has_arrived_is_mentioned():
    w = Tensor([1.0, 2.0], requires_grad=True)
    assert "gradient has arrived" not in words(shown(w))
    (w * w).sum().backward()
    assert "its gradient has arrived, (2,)" in words(shown(w))


def test_a_drawing_is_in_the_middle():
    drawing = draw(Tensor(2.0, requires_grad=True) * 3.0)
    assert drawing._repr_html_() == f'<div style="text-align: center; overflow-x: auto">{drawing.svg}</div>'


def test_texts_show_their_lines_at_a_prompt():
    text = listing(Tensor(2.0, requires_grad=True) * 3.0)
    assert repr(text) == str(text)
    assert isinstance(text, str)
    step = capture(lambda x: np.tanh(x) * 2)
    step(np.ones(3))
    assert repr(step.program) == str(step.program)
    assert "tanh" in repr(step.program)
    assert repr(nn.Linear(2, 3).summary((1, 2))).startswith("layer")


class Stream(nn.data.IterableDataset):
    def __iter__(self):
        return iter([1, 2])


@pytest.mark.parametrize(
    ("data", "options", "text"),
    [
        (range(1000), {"batch_size": 64, "shuffle": True}, "1,000 samples, batch_size=64, shuffle=True)  # 16 batches"),
        ([1, 2, 3], {"batch_size": None}, "3 samples)  # 3 batches"),
        ([1, 2, 3], {"batch_size": 2, "drop_last": True}, "3 samples, batch_size=2, drop_last=True)  # 1 batch"),
        (Stream(), {"batch_size": 2}, "Stream, batch_size=2)"),
    ],
    ids=["data set", "no batches", "one batch", "stream"],
)
def test_a_data_loader_says_what_it_has(data, options, text):
    assert repr(nn.data.DataLoader(data, **options)) == f"DataLoader({text}"
