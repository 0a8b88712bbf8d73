"""The README's pictures: the 3-4-1 net with its loss as an SVG, and a page of the explorer as a PNG.

`python -m docs.pictures.make` writes both beside this file; the PNG needs playwright and chromium.
"""

import shutil
import tempfile
from pathlib import Path

import nn
from autograd_core import visualize
from examples.common import optional
from examples.explore_graph import digits_net, small_net

HERE = Path(__file__).parent


def recorded(net):
    nn.manual_seed(0)
    with visualize.record():
        loss, model = net()
    loss.name = "loss"
    return loss, model


def explorer(folder):
    """The page in the middle of the backward pass: the gradient of a weight has just arrived."""
    loss, model = recorded(digits_net)
    boxes = visualize.records(loss, model)
    weight = next(i for i, box in enumerate(boxes) if box.name == "fc3.weight")
    page = visualize.explore(loss, folder / "page.html", model)
    with optional("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1200, "height": 750}, color_scheme="light", reduced_motion="reduce")
        shown.goto(f"{page.path.as_uri()}#node=n{weight}")
        shown.locator("html[data-ready]").wait_for(state="attached")
        shown.get_by_role("button", name="Fit").click()
        shown.locator(".n.sel").press("Shift+ArrowRight")  # the forward pass reaches what uses it
        shown.locator(".n.sel").press("Shift+ArrowRight")
        shown.screenshot(path=HERE / "explorer.png")
        browser.close()


if __name__ == "__main__":
    loss, model = recorded(small_net)
    visualize.draw(loss, HERE / "graph.svg", model, depth=None)
    with tempfile.TemporaryDirectory() as folder:
        explorer(Path(folder))
