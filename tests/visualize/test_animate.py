"""Moving pictures of both passes."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.errors import DrawingError
from autograd_core.visualize import animate

SVG = "{http://www.w3.org/2000/svg}"


def leaves():
    return [Tensor(value, requires_grad=True, name=name) for name, value in (("w", 3.0), ("x", 2.0), ("b", 1.0))]


def test_the_svg_shows_every_contribution_and_every_sum_at_its_time(tmp_path):
    w, x, b = leaves()
    root = ET.fromstring(animate(lambda: w * x + x + b, tmp_path / "a.svg", seconds=1).read_text(encoding="utf-8"))
    frames = 1 + 3 + 1 + 6 + 1  # the start, operations, the seed, contributions, the end
    times = {animation.get("dur") for animation in root.iter(f"{SVG}animate")}
    assert times == {f"{frames}s"}
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "multiply computes 6" in words
    assert "multiply sends 1 × 3 = 3 to x" in words
    assert "All gradients are complete." in words
    assert [text for text in words if text in ("g 1", "g 4")].count("g 4") == 1  # x had 1, then 3 more


def seen(animation, at):
    """Whether an animated part is visible at a share of the time."""
    times, values = (animation.get(name).split(";") for name in ("keyTimes", "values"))
    return [value for time, value in zip(times, values, strict=True) if float(time) <= at + 1e-9][-1] == "visible"


def test_one_sentence_is_seen_at_a_time(tmp_path):
    w, x, b = leaves()
    root = ET.fromstring(animate(w * x + b, tmp_path / "a.svg").read_text(encoding="utf-8"))
    sentences = [text for text in root.iter(f"{SVG}text") if re.search(" computes | sends |given|gradient", text.text)]
    count = len(sentences)
    for k in range(count):
        shown = [text.text for text in sentences if seen(text.find(f"{SVG}animate"), (k + 0.5) / count)]
        assert shown == [sentences[k].text]


@pytest.mark.heavy
def test_the_gif_has_a_frame_for_every_step(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    w, x, b = leaves()
    with image.open(animate(w * x + b, tmp_path / "a.gif", seconds=0.5, dpi=40)) as picture:
        frames = []
        for k in range(picture.n_frames):
            picture.seek(k)
            frames.append(np.asarray(picture.convert("RGB")).copy())
        assert len(frames) == 1 + 2 + 1 + 4 + 1
        assert picture.info["duration"] == 500
    assert all((a != b).any() for a, b in pairwise(frames))


def test_what_cannot_be_animated_is_refused(tmp_path):
    w, x, b = leaves()
    loss = w * x + b
    with pytest.raises(ValueError, match=r"one of|\.gif or \.svg"):
        animate(loss, tmp_path / "a.mp4")
    with pytest.raises(ValueError, match="seconds must be more than 0"):
        animate(loss, tmp_path / "a.svg", seconds=0)
    with pytest.raises(ValueError, match="60"):
        animate(sum([w * k for k in range(40)], x), tmp_path / "a.svg")
    with pytest.raises(TypeError, match="write params"):
        animate(loss, {"w": w})
    loss.backward()
    with pytest.raises(DrawingError, match="used up this graph"):
        animate(loss, tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []
