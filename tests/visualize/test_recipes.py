"""What the documentation tells people to write makes pages that have a backward step for every leaf."""

import doctest
import json
import re
import warnings
from pathlib import Path

import pytest

from autograd_core import visualize
from autograd_core.visualize.live import Live

ROOT = Path(__file__).parent.parent.parent
RECIPES = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if "explore(" in path.read_text(encoding="utf-8")
]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def backward_steps(page):
    """For each computation of a page, {name of a leaf: how many backward steps reach it}."""
    text = page.page() if isinstance(page, Live) else page.text
    for data in json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])["frames"]:
        reached = [to for _, _, to, *_ in data["bwd"]]
        yield {node.get("name", f"n{i}"): reached.count(i) for i, node in enumerate(data["nodes"]) if node["k"] == "param"}


@pytest.mark.heavy
@pytest.mark.parametrize("path", RECIPES, ids=[path.name for path in RECIPES])
def test_every_leaf_of_every_documented_page_has_a_backward_step(path, monkeypatch, tmp_path):
    text = path.read_text(encoding="utf-8")
    if not re.search(r"^>>> .*explore\(", text, re.MULTILINE):
        pytest.skip("explore is mentioned, and not called")
    pages, explore = [], visualize.explore

    def kept(*args, **kwargs):
        pages.append(explore(*args, **kwargs))
        return pages[-1]

    monkeypatch.setattr(visualize, "explore", kept)
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(text, {}, path.name, str(path), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(test, out=lambda _: None)
    assert len(pages) == len(re.findall(r"^>>> .*explore\(", text, re.MULTILINE))
    for page in pages:
        for steps in backward_steps(page):
            assert steps
            assert min(steps.values()) >= 1, steps


def test_the_recipes_are_found():
    assert {"README.md", "draw-a-graph.md"} <= {path.name for path in RECIPES}
