"""The page of a large graph in headless Chromium: frames while it is dragged, how soon it opens, how long a step takes."""

import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from autograd_core import Tensor
from autograd_core.visualize import explore
from benchmarks.report import Check, Table

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FRAME = """() => new Promise(done => { // milliseconds a frame, while the graph is dragged
  const box = pane.getBoundingClientRect(), times = [];
  const drag = (name, k) => graph.dispatchEvent(new PointerEvent(
    name, { pointerId: 1, bubbles: true, clientX: box.x + 300 + 3 * k, clientY: box.y + 300 + k % 7 }));
  pane.setPointerCapture = () => {};
  drag("pointerdown", 0);
  const frame = time => {
    times.push(time);
    drag("pointermove", times.length);
    if (times.length < 60) return requestAnimationFrame(frame);
    drag("pointerup", 60);
    done((times.at(-1) - times[10]) / (times.length - 11));
  };
  requestAnimationFrame(frame);
})"""
STEP = "() => { const start = performance.now(); go(at.step + 1); return performance.now() - start; }"


def section(quick):
    rounds = 2 if quick else 5
    table = Table("The page of a large graph", ("", "ms (min)", "ms (max)"), notes=[f"{rounds} rounds, in headless Chromium"])
    if find_spec("playwright") is None or CHROMIUM is None:
        table.notes.append("not measured: Playwright or Chromium is not installed")
        return [table]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

        def visit(output):
            # The page forbids eval, by which Playwright looks into it
            page = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800}).new_page()
            page.goto(explore(output, path=Path(folder) / "graph.html").path.as_uri())
            return page

        page = visit(wide(980))
        page.evaluate("() => { cam.k = .5; settle(); }")
        report(table, "a frame, 1,000 nodes dragged", [page.evaluate(FRAME) for _ in range(rounds)], 33)
        opened = []
        for _ in range(rounds):
            page = visit(chain(9_990))
            opened.append(page.evaluate("performance.now()"))
        report(table, "10,000 nodes open", opened, 8_000)
        page.evaluate("go(F + 3000)")
        report(table, "a step of 10,000 nodes", [page.evaluate(STEP) for _ in range(rounds)], 50)
        browser.close()
    return [table]


def report(table, what, found, bar):
    table.rows.append((what, min(found), max(found)))
    table.checks.append(Check(what, min(found), bar, "ms"))


def wide(count):
    """A graph of about `count` nodes beside each other."""
    rng = np.random.default_rng(0)
    leaves = [Tensor(rng.normal(), requires_grad=True, name=f"x{i}") for i in range(count // 2)]
    return np.stack([np.sin(x) for x in leaves]).sum()


def chain(count):
    x = Tensor(0.5, requires_grad=True)
    for _ in range(count):
        x = np.sin(x)
    return x
