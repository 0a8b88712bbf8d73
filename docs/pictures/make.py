"""The README's pictures: an expression and its gradients as a moving SVG, the 3-4-1 net, and a page of the explorer as a PNG.

`python -m docs.pictures.make` writes them beside this file; the PNG needs playwright and chromium.
"""

import re
import shutil
import tempfile
from pathlib import Path

import nn
from autograd_core import Tensor, visualize
from examples.common import optional
from examples.explore_graph import digits_net, small_net

HERE = Path(__file__).parent


def recorded(net):
    nn.manual_seed(0)
    with visualize.record():
        loss, model = net()
    loss.name = "loss"
    return loss, model


def moving(seconds=1.2):
    """The README's expression: its values appear in the order in which they are computed, then the gradients in the other one."""
    a, b = Tensor(2.0, requires_grad=True, name="a"), Tensor(-3.0, requires_grad=True, name="b")
    with visualize.record():
        y = a * b + a**2
        y.name = "y"
        y.backward()
    boxes = visualize.records(y)
    svg = visualize.draw(y, values=True, grads=True).svg
    operations = [box for box in boxes if box.kind == "op"]
    steps = [("v", box.id, {box.id}) for box in [*operations, boxes[-1]]]
    users = {box.id: [op.id for op in operations if any(edge.id == box.id for edge in op.inputs)] for box in boxes}
    order = [box for box in reversed(boxes) if box.grad is not None]  # users come first
    steps += [("g", box.id, {box.id, *users[box.id]}) for box in sorted(order, key=lambda box: box.kind != "op")]
    times = [round(100 * when / (len(steps) + 3), 1) for when in range(1, len(steps) + 2)]
    rules, marked = [], {}
    for (letter, box, active), start, end in zip(steps, times, times[1:], strict=False):
        name = letter + box
        svg = re.sub(rf'(<g id="{box}"(?:(?!</g>).)*<text) (?=[^<]*>{letter} )', rf'\1 class="{name}" ', svg, count=1)
        rules += [f"@keyframes {name}{{0%{{opacity:0}}{start}%,100%{{opacity:1}}}}", f".{name}{{animation-name:{name}}}"]
        for i in active:
            marked[i] = marked.get(i, "0%{stroke:#767676}") + f"{start}%{{stroke:#d55e00}}{end}%{{stroke:#767676}}"
    for i, frames in marked.items():
        rules += [f"@keyframes {i}{{{frames}}}", f"#{i}>rect{{animation-name:{i};stroke-width:2}}"]
    timing = f"text,rect{{animation:{seconds * (len(steps) + 3):g}s step-end infinite}}"
    style = f"<style>@media (prefers-reduced-motion:no-preference){{{timing}{''.join(rules)}}}</style>"
    svg = re.sub(r'(\bwidth="|\bheight=")([\d.]+)', lambda size: f"{size[1]}{1.6 * float(size[2]):g}", svg, count=2)
    return svg.replace("<defs>", style + "<defs>", 1)


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
    (HERE / "backward.svg").write_text(moving(), encoding="utf-8")
    loss, model = recorded(small_net)
    visualize.draw(loss, HERE / "graph.svg", model, depth=None)
    with tempfile.TemporaryDirectory() as folder:
        explorer(Path(folder))
