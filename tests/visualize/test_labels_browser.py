"""Texts on the arrows of the explorer's page: in Chromium, over the pages of the documentation, at every step."""

import sys
from pathlib import Path

import pytest

from tests.visualize.browsing import NEEDED
from tests.visualize.test_explore_browser import net, rnn
from tests.visualize.test_lesson_browser import expression

pytestmark = NEEDED

DOCS = Path(__file__).parents[2] / "docs"
COVERED = """turned => {
    at.turned = turned;
    open(at.view, true);
    const before = (a, b, start, length) => a[start] + a[length] <= b[start] + 1;
    const apart = (a, b) => [["x", "width"], ["y", "height"]].some(way => before(a, b, ...way) || before(b, a, ...way));
    const found = [];
    let seen = 0;
    for (let step = 0; step <= STEPS; step++) {
        go(step);
        const texts = [...document.querySelectorAll('.l')].filter(e => e.textContent).map(e => [e.textContent, e.getBBox()]);
        const solid = places.map(box => [title(box.i), { x: box.x, y: box.y, width: box.w, height: box.h }]);
        seen += texts.length;
        texts.forEach(([text, box], k) => [...texts.slice(k + 1), ...solid].forEach(([other, its]) => {
            if (!apart(box, its)) found.push(`step ${step}: ${text} on ${other}`);
        }));
    }
    return [seen, found];
}"""


def documented(name):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    sys.path.insert(0, str(DOCS))
    try:
        import figures
    finally:
        sys.path.remove(str(DOCS))
    return figures.PAGES[name]()


@pytest.mark.parametrize("name", ["explore-1", "explore-2", "explore-3", "expression", "net", "rnn"])
def test_texts_on_arrows_cover_no_box_and_no_other_text(name, visit, rng, tmp_path):
    makers = {"expression": expression, "net": lambda: net(rng), "rnn": lambda: rnn(rng, 4)}
    if name in makers:
        page = visit(makers[name]())
    else:
        (tmp_path / "page.html").write_text(documented(name).text, encoding="utf-8")
        page = visit((tmp_path / "page.html").as_uri())
    for turned in (False, True):
        seen, found = page.evaluate(COVERED, turned)
        assert seen > 5
        assert found == []
