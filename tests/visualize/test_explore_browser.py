"""The explorer's page in headless Chromium: offline, every step, keyboard alone, screen readers, contrast, speed.

Needs the package playwright (extra [browser]) and a Chromium, and for the accessibility rules axe-core's axe.min.js:

    apt-get install chromium
    pip install -e ".[browser]"
    npm install --no-save --prefix .cache axe-core
"""

import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor, binary_cross_entropy, sigmoid
from autograd_core.derivatives.partial import Partial
from autograd_core.graph.backward_pass import backward_pass, collect
from tests.visualize.browsing import AXE, NEEDED

pytestmark = NEEDED


# The graphs


ALIVE = []  # a leaf that nobody holds has no name and no value any more


def leaf(rng, name, *shape):
    ALIVE.append(Tensor(rng.normal(size=shape), requires_grad=True, name=name))
    return ALIVE[-1]


def net(rng, loss=True):
    x, t = rng.normal(size=(5, 3)), rng.integers(0, 2, (5, 1)).astype(float)
    w1, b1, w2, b2 = leaf(rng, "W1", 3, 4), leaf(rng, "b1", 4), leaf(rng, "W2", 4, 1), leaf(rng, "b2", 1)
    out = sigmoid(np.tanh(x @ w1 + b1) @ w2 + b2)
    return binary_cross_entropy(out, t) if loss else out


def diamond(rng):
    x = leaf(rng, "x", 3)
    return (x**2).sum() * x.mean()


def view(rng):
    return (leaf(rng, "x", 4, 6) * 2)[1:3, ::2]


def convolution(rng):
    nn.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(27, 2))
    images = rng.normal(size=(2, 1, 8, 8))
    return lambda: nn.CrossEntropyLoss()(model(images), np.array([0, 1]))


def rnn(rng, steps=40):
    w, u, b, h = leaf(rng, "W", 2, 4), leaf(rng, "U", 4, 4), leaf(rng, "b", 4), np.zeros((1, 4))
    for x in rng.normal(size=(steps, 1, 2)):
        h = np.tanh(x @ w + h @ u * 0.5 + b)
    return (h**2).sum()


GRAPHS = {
    "net": lambda rng: net(rng, loss=False), "net and loss": net, "diamond": diamond, "view": view,
    "convolution": convolution, "rnn": rnn,
}  # fmt: skip


def recorded_sums(output):
    """[(contribution, sum so far)] of every edge, by adding up here what the engine's pass hands over."""
    sums, rows = {output._node: np.ones(output.shape)}, []

    def check(node, i, given):
        to = node.parents[i]
        given = np.array(given.dense() if isinstance(given, Partial) else given)
        sums[to] = sums[to] + given if to in sums else given
        rows.append((given, sums[to]))

    order, *_ = collect([output._node])
    backward_pass(order, {output._node: np.ones(output.shape)[()]}, keep=True, check=check)
    return rows


STEPS = """() => {
  const found = [];
  for (let step = F + 2; step <= STEPS; step++) {
    go(step);
    const [from, operand, to, given] = bwd[step - F - 2];
    found.push([arrays[given].x, arrays[gradAt(to, at.step)].x, $("say").textContent]);
  }
  return found;
}"""


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.heavy] * (name == "rnn")) for name in GRAPHS])
def test_every_step_shows_the_sums_of_the_engine(name, visit, rng):
    output = GRAPHS[name](rng)
    page = visit(output)
    if callable(output):
        output = output()
    expected, found = recorded_sums(output), page.evaluate(STEPS)
    assert len(found) == len(expected) > 1
    for (given, total, words), (own_given, own_total) in zip(found, expected, strict=True):
        exact = own_total.size <= 16
        for shown, own in ((given, own_given), (total, own_total)):
            np.testing.assert_allclose(np.array(shown, float), own.ravel(), rtol=1e-12 if exact else 6e-4, atol=1e-300)
        assert re.match(r"Backward\..* sends its gradient back to .* gives .*Gradient of .* was .*, is now .*\.", words)
    assert "all gradients are complete" in words


def test_the_words_of_a_small_backward_pass(visit):
    a = Tensor(2.0, requires_grad=True, name="a")
    page = visit(lambda: a * a)
    words = page.evaluate("() => Array.from({ length: STEPS + 1 }, (_, k) => (go(k), $('say').textContent))")
    assert words == [
        "Start.What is given: 1 input, parameters among them. 1 operation will use them, then 2 gradients come back.",
        "Forward.multiply (n1) takes a, b = a and computes a b = 2·2 → 4",
        "Backward.It starts at output, whose gradient by itself is 1.",
        "Backward.multiply (n1) sends its gradient back to a: the rule ḡ b = 1·2 gives 2. Gradient of a was –, is now 2.",
        (
            "Backward.multiply (n1) sends its gradient back to a: the rule ḡ a = 1·2 gives 2. Gradient of a was 2, is now 4. "
            "Contributions add up. That was the last one: all gradients are complete."
        ),
    ]


def test_it_opens_offline_with_one_request_under_its_own_policy(visit, rng):
    page = visit(net(rng), evaluate=False)
    assert len(page.requests) == 1
    page.locator("#next").click()
    assert page.locator("#where").inner_text().startswith("1 /")
    refused = page.evaluate("""() => new Promise(done => {
      document.addEventListener("securitypolicyviolation", e => done(e.effectiveDirective));
      fetch("data:,x").catch(() => {});
    })""")
    assert refused == "connect-src"
    assert "Content Security Policy" in page.complaints.pop()
    page.complaints.clear()


def test_a_link_opens_the_step_and_the_node(visit, rng):
    page = visit(net(rng), "#step=9&node=n2")
    assert page.locator("#where").inner_text().startswith("9 /")
    assert page.locator("#inspector h2").inner_text() == "W2"
    page.locator("#next").click()
    assert page.evaluate("location.hash") == f"#step=10&node=n{page.evaluate('active()[0]')}"


def test_the_keyboard_alone_reaches_every_node_and_control(visit, rng):
    page = visit(net(rng))
    press, focused = page.keyboard.press, "document.activeElement"
    reached = set()
    for _ in range(40):
        press("Tab")
        reached.add(page.evaluate(f"{focused}.id || {focused}.getAttribute('class') || {focused}.tagName"))
        if "n " in page.evaluate(f"({focused}.getAttribute('class') || '') + ' '"):
            break
    assert {"search", "as-table", "theme", "ask", "next", "last", "play", "slider"} <= reached
    names = set()
    for _ in range(page.evaluate("nodes.length")):
        press("j")
        names.add(page.evaluate(f"{focused}.getAttribute('aria-label')"))
    assert len(names) == page.evaluate("nodes.length")
    assert any(name.startswith("matmul (5, 4), op n") and "shape 5 by 4, operands input and W1" in name for name in names)
    step = page.locator("#where")
    for key, wanted in (("End", "18 / 18"), ("Home", "0 / 18"), ("ArrowRight", "1 / 18"), ("ArrowLeft", "0 / 18")):
        press(key)
        assert step.inner_text() == wanted
    page.evaluate("select(0)")
    press("Shift+ArrowRight")
    assert step.inner_text() == "18 / 18"  # W1 gets its gradient last
    press("o")
    assert page.locator("#inspector h2").inner_text() == "matmul"
    press("i")
    assert page.locator("#inspector h2").inner_text() == "input"
    press("Shift+I")
    assert page.locator("#inspector h2").inner_text() == "W1"
    press("v")
    assert page.evaluate(f"{focused}.id") == "value"
    page.evaluate("select(0)")
    press("Enter")
    assert page.evaluate(f"{focused}.id") == "inspector"
    press("Escape")
    press("/")
    page.keyboard.type("tanh")
    press("Enter")
    assert page.locator("#inspector h2").inner_text() == "tanh"
    press("?")
    assert page.locator("#help").is_visible()
    press("Escape")
    assert not page.locator("#help").is_visible()


def test_play_goes_on_by_itself_and_stops(visit, rng):
    page = visit(diamond(rng))
    page.clock.install()
    page.locator("#play").click()
    page.clock.run_for(60_000)
    shown = page.locator("#where").inner_text().split(" / ")
    assert shown[0] == shown[1]
    assert page.locator("#play").get_attribute("aria-pressed") == "false"


def test_modules_open_and_close(visit):
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    x = np.ones((1, 2))
    page = visit(lambda: model(x).sum())
    page.evaluate("open(0)")
    boxes = page.evaluate("[...boxes.keys()].filter(i => i < 0).length")
    assert boxes == 2
    page.get_by_role("button", name=re.compile("^0 : Linear.* nodes, module")).dblclick()
    assert page.locator("#crumbs").inner_text().replace("\n", " ").startswith("graph › 0 : Linear(2, 2)")
    page.evaluate("boxes.get(at.sel).e.focus()")
    page.keyboard.press("Backspace")
    assert page.evaluate("at.view") == 0


def test_the_table_has_every_node_and_follows_the_steps(visit, rng):
    page = visit(net(rng))
    page.locator("#as-table").click()
    rows = page.locator("#list tbody tr")
    assert rows.count() == page.evaluate("nodes.length")
    assert rows.first.locator("td").last.inner_text() == "–"
    page.locator("#last").click()
    assert rows.first.locator("td").last.inner_text() != "–"
    rows.nth(1).locator("button").first.click()
    assert page.locator("#inspector h2").inner_text() == rows.nth(1).locator("button").first.inner_text()


HOSTILE = ["</script><img src=x onerror=console.log(1)>", "\\N", "😀", "y" * 200, "\u202eabc", "<b>&amp;"]


def test_hostile_names_are_shown_as_text(visit):
    leaves = [Tensor(1.0, requires_grad=True, name=name) for name in HOSTILE]
    page = visit(sum(leaves[1:], leaves[0]))
    for i, name in enumerate(HOSTILE):
        page.evaluate(f"select({i})")
        assert page.locator("#inspector h2").text_content() == name
    page.locator("#as-table").click()
    assert page.locator("img, #list b").count() == 0


ODD = {
    "nan": np.array([[np.nan, 1.0], [np.inf, -np.inf]]), "empty": np.zeros((0, 3)), "0-d": np.array(2.0),
    "complex": np.array([1 + 2j, 3j]), "all zero": np.zeros((20, 20)), "large": np.ones((300, 200)),
    "4-d": np.arange(2.0 * 3 * 13 * 14).reshape(2, 3, 13, 14),
    "nan in a heatmap": np.where(np.eye(15) > 0, np.nan, 1.0), "float32": np.float32([0.1, 0.2]),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_every_kind_of_array_is_shown(name, visit):
    x = Tensor(ODD[name], requires_grad=True, name="x")
    page = visit(lambda: x.copy())
    page.evaluate("select(0); go(STEPS)")
    value = page.locator("#value")
    text = value.inner_text()
    expected = {
        "nan": "NaN", "empty": "empty: no elements", "0-d": "2", "complex": "1+2j", "all zero": "400 zero", "4-d": "axis 1",
        "large": "averaged over blocks of 5 × 4", "nan in a heatmap": "15 NaN", "float32": "0.1",
    }[name]  # fmt: skip
    assert expected in text
    if value.locator("canvas").count():
        value.locator("canvas").focus()
        page.keyboard.press("ArrowRight")
        assert re.search(r"\[.*1\] = ", value.inner_text())


def test_bools_and_integers_among_the_inputs_are_shown(visit):
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    page = visit(lambda: np.where(np.array([True, False, True]), x, 0.0).sum() + (x * np.array([1, 2, 3])).sum())
    texts = page.evaluate("nodes.map((node, i) => (select(i), $('value').textContent))")
    assert any("True" in text and "False" in text and "bool" in text for text in texts)
    assert any("int64" in text for text in texts)


CONTRAST = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const css = e => getComputedStyle(e), page = css(document.body).backgroundColor;
  const light = colour => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const shares = [...pen.getImageData(0, 0, 1, 1).data].map(v => v / 255);
    const linear = shares.map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
  };
  const ratio = (...colours) => {
    const [dark, bright] = colours.map(light).sort((a, b) => a - b);
    return (bright + .05) / (dark + .05);
  };
  const texts = [], lines = [];
  for (let step = 0; step <= STEPS; step++) {
    go(step);
    for (const { e } of places) {
      const rect = e.querySelectorAll("rect")[1], inside = css(rect).fill == "none" ? page : css(rect).fill;
      for (const text of e.querySelectorAll("text")) texts.push(ratio(css(text).fill, inside));
      lines.push(ratio(css(rect).stroke, page));
    }
    for (const edge of edges) lines.push(ratio(css(edge.e).stroke, page));
  }
  return [Math.min(...texts), Math.min(...lines)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_of_the_graph_stand_out(scheme, visit, rng):
    page = visit(net(rng), scheme=scheme, motion="reduce")
    texts, lines = page.evaluate(CONTRAST)
    assert texts >= 4.5
    assert lines >= 3
    assert len(set(page.screenshot())) > 200


def test_the_two_themes_differ_and_the_button_changes_them(visit, rng):
    page = visit(diamond(rng))
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.locator("#theme").click()
    assert page.evaluate(colour) != light


@pytest.mark.skipif(not AXE.exists(), reason=f"there is no axe-core at {AXE}: npm install --no-save --prefix .cache axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme, visit, rng):
    page = visit(net(rng), "#step=9&node=n0", scheme=scheme)
    page.add_script_tag(path=AXE)
    check = "() => axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120))}`))"
    assert page.evaluate(check) == []
    page.locator("#as-table").click()
    assert page.evaluate(check) == []
    page.locator("#ask").click()
    assert page.evaluate(check) == []


@pytest.mark.parametrize("size", [(1280, 800), (640, 900), (400, 700)])
def test_nothing_is_cut_off_in_a_narrow_window(size, visit, rng):
    page = visit(net(rng), size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    small = page.evaluate(
        "[...document.querySelectorAll('button')].filter(b => b.checkVisibility())"
        ".map(b => b.getBoundingClientRect()).filter(r => r.width < 24 || r.height < 24).length"
    )
    assert small == 0


def test_two_fingers_zoom_around_what_is_between_them(visit, rng):
    page = visit(net(rng))
    left, top = page.evaluate("[pane.getBoundingClientRect().x, pane.getBoundingClientRect().y]")
    x, y = left + 300, top + 200
    between = f"[cam.x + {x - left} / cam.k, cam.y + {y - top} / cam.k]"
    before, scale = page.evaluate(between), page.evaluate("cam.k")
    fingers = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 40), ("touchMove", 50), ("touchMove", 60), ("touchEnd", None)):
        points = [{"x": x + side * apart, "y": y, "id": side + 1} for side in (-1, 1)] if apart else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("!graph.classList.contains('moving')")
    assert page.evaluate("cam.k") / scale == pytest.approx(60 / 40)
    assert page.evaluate(between) == pytest.approx(before)


def test_on_paper_there_is_the_graph_and_the_inspector_and_nothing_to_press(visit, rng):
    page = visit(net(rng))
    page.evaluate("document.documentElement.style.colorScheme = 'dark'")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("#slider").is_visible()
    assert not page.locator("header button").first.is_visible()
    assert page.locator("#inspector h2").is_visible()
    assert page.locator("#inspector").bounding_box()["width"] == page.evaluate("document.documentElement.clientWidth")


def test_a_parameter_shows_the_rule_that_its_gradient_came_by(visit, rng):
    page = visit(leaf(rng, "a") * leaf(rng, "b"))
    page.evaluate("select(0)")
    assert "from multiply (n2)" in page.locator("#inspector").inner_text()
    assert page.locator("#inspector section:has(h3:text('Gradient')) code").last.inner_text() == "ḡ b"


def test_text_fits_into_its_box(visit, rng):
    page = visit(net(rng))
    page.evaluate("go(STEPS)")
    over = page.evaluate(
        "places.flatMap(p => [...p.e.querySelectorAll('text')].filter(t => t.getBBox().width > p.w - 4).map(t => t.textContent))"
    )
    assert over == []


def wide(rng, count=980):
    leaves = [leaf(rng, f"x{i}") for i in range(count // 2)]
    return np.stack([np.sin(x) for x in leaves]).sum()


DRAG = """() => { // what of the page changes while the graph is dragged, over 60 moves
  const box = pane.getBoundingClientRect(), watch = new MutationObserver(() => {});
  const drag = (name, k) => graph.dispatchEvent(new PointerEvent(
    name, { pointerId: 1, bubbles: true, clientX: box.x + 300 + 3 * k, clientY: box.y + 300 + k % 7 }));
  pane.setPointerCapture = () => {};
  watch.observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
  drag("pointerdown", 0);
  for (let k = 1; k <= 60; k++) drag("pointermove", k);
  const changes = watch.takeRecords().map(r => `${r.target.id || r.target.nodeName} ${r.attributeName || r.type}`);
  const moved = graph.style.transform;
  drag("pointerup", 60);
  return [[...new Set(changes)].sort(), moved];
}"""


def test_a_graph_that_is_dragged_is_moved_as_a_whole(visit, rng):
    """Nothing in it is drawn anew, however many nodes it has; `benchmarks visualize` counts the frames."""
    page = visit(wide(rng))
    assert page.evaluate("places.length") > 950
    page.evaluate("() => { cam.k = .5; settle(); }")
    changes, moved = page.evaluate(DRAG)
    assert changes == ["graph class", "graph style"]
    assert moved == "translate(180px, 4px) scale(1)"


STEP_ON = """() => { // how many changes a step makes to the page
  const watch = new MutationObserver(() => {});
  watch.observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
  go(at.step + 1);
  return watch.takeRecords().length;
}"""


@pytest.mark.parametrize("count", [900, 9_990])
def test_a_large_graph_opens_folded_and_a_step_changes_what_is_new(visit, count):
    """As many as of a graph of ten nodes: what is shown and what a step changes do not grow with the graph."""
    x = Tensor(0.5, requires_grad=True)
    for _ in range(count):
        x = np.sin(x)
    page = visit(x)
    assert page.evaluate("document.querySelectorAll('*').length") < 400
    page.evaluate(f"go(F + {count // 3})")
    assert max(page.evaluate(STEP_ON) for _ in range(5)) < 50
