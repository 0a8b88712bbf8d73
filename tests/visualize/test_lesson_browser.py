"""The lesson of the explorer's page in Chromium: it follows the steps, asks, trains, is live, folds, and is saved as a file."""

import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.visualize import explore
from tests.visualize.browsing import AXE, NEEDED
from tests.visualize.test_explore_browser import net, rnn

pytestmark = NEEDED

FOCUSED = "document.activeElement == document.body"


def expression():
    w, x, b = [Tensor(value, requires_grad=True, name=name) for name, value in (("w", 3.0), ("x", 2.0), ("b", 1.0))]
    return lambda: (w * x + b) ** 2


def test_keys_work_from_page_load_wherever_the_focus_is(visit):
    page = visit(expression())
    page.wait_for_function(FOCUSED)  # at the next frame after the tour, whose button had it, is gone
    page.keyboard.press("ArrowRight")
    assert page.locator("#where").inner_text() == "1 / 9"
    page.locator("#theme").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#where").inner_text() == "2 / 9"
    page.locator("#search").focus()
    page.keyboard.type("jk ")
    assert page.locator("#search").input_value() == "jk "
    page.locator("#ask").click()
    page.locator("#letters").uncheck()
    page.locator("#close").click()
    page.locator("#theme").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#where").inner_text() == "2 / 9"


def test_the_inspector_follows_every_step(visit):
    page = visit(expression())
    titles = page.evaluate(
        "Array.from({ length: STEPS }, (_, k) => (go(k + 1), document.querySelector('#inspector h2').textContent))"
    )
    assert titles == ["multiply", "add", "power", "output", "add", "multiply", "b", "w", "x"]


def test_play_and_next_have_different_signs_and_the_speed_is_kept(visit):
    page = visit(expression())
    signs = [page.locator(f"#{name} path:not([hidden])").get_attribute("d") for name in ("play", "next")]
    assert signs[0] != signs[1]
    page.locator("#speed").select_option("4")
    page.clock.install()
    page.locator("#play").click()
    assert page.locator("#play").inner_text() == "Pause"
    page.clock.run_for(1400)
    assert page.locator("#where").inner_text() == "4 / 9"


def test_arrows_carry_local_derivatives_and_contributions(visit):
    page = visit(expression())
    shown = "() => [...document.querySelectorAll('.l')].map(e => e.textContent).filter(Boolean)"
    page.evaluate("go(F)")
    assert sorted(page.evaluate(shown)) == ["×1", "×1", "×14", "×2", "×3"]
    page.evaluate("go(STEPS)")
    assert page.evaluate("document.querySelector('.l.hot').textContent") == "14×3 = 42"
    assert sorted(page.evaluate(shown)) == ["14", "14", "14", "14×3 = 42", "28"]
    product = page.locator(".product")
    assert re.sub(r"\s+", " ", product.inner_text()).lower() == (
        "this step: multiply (n3) → x rule ḡ a = 14·3 ḡ of multiply (n3) 14 × local derivative 3 = contribution 42 "
        "gradient of x: had none, is now 42"
    )


def test_formulas_have_their_numbers_and_one_minus_sign(visit):
    minus = -1.0  # here, since the page shows the source too
    page = visit(lambda: (Tensor(2.0, requires_grad=True, name="a") ** 2.0 - 3.0) * minus)
    page.evaluate("select(fwd[0]); go(STEPS)")
    page.evaluate("select(fwd[0])")
    text = page.locator("#inspector").inner_text()
    assert "aᵇ = 2²" in text.replace("\n", " ")
    assert "ḡ b aᵇ⁻¹ = (−1)·2·2¹" in text.replace("\n", " ")
    words = "[$('say'), $('inspector'), graph].map(e => e.textContent).join(' ')"
    every = page.evaluate(f"Array.from({{ length: STEPS + 1 }}, (_, k) => (go(k), {words}))")
    assert [words for words in every if re.search(r"(?<!\w)-[\d(]|a = a\b", words)] == []


def test_products_of_arrays_are_heatmaps(visit, rng):
    page = visit(net(rng, loss=False))
    sender = "bwd.findIndex(([from, , to]) => nodes[from].op == 'tanh') + F + 2"
    page.evaluate(f"go({sender})")
    assert page.locator(".product canvas").count() == 3
    assert page.locator(".product figcaption").all_inner_texts()[1] == "local derivative (5, 4)"


def test_the_tour_has_four_sentences_and_comes_once(visit):
    page = visit(expression(), tour=True)
    said = []
    for name in ("Go on", "Go on", "Go on", "Done"):
        said.append(page.locator("#tour p").inner_text())
        page.get_by_role("button", name=name).click()
    assert [text[:6] for text in said] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert not page.locator("#tour").is_visible()
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert not page.locator("#tour").is_visible()


def test_in_a_frame_no_tour_covers_the_graph(visit, tmp_path):
    path = explore(expression(), path=tmp_path / "framed.html").path
    outside = tmp_path / "outside.html"
    outside.write_text(f'<html data-ready><iframe src="{path.name}" width="600" height="500"></iframe>')
    frame = visit(outside.as_uri(), tour=True).frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached")
    assert frame.locator("#graph").is_visible()
    assert not frame.locator("#tour").is_visible()


def test_a_used_graph_has_a_banner(visit):
    x = Tensor(2.0, requires_grad=True, name="x")
    y = x * x
    y.backward()
    with pytest.warns(UserWarning, match="used up this graph"):
        page = visit(y)
    assert "used up this graph" in page.locator("#banner").inner_text()
    assert page.locator("#banner").bounding_box()["y"] < 100


def answer(page, text):
    page.locator("#answer").fill(text)
    page.keyboard.press("Enter")
    return page.locator("#question output").inner_text()


def test_the_quiz_asks_says_why_and_counts(visit):
    page = visit(expression(), "#quiz=1")
    assert page.locator("#where").inner_text() == "5 / 9"
    assert page.locator("#question").inner_text().startswith("What does power (n6) send back to add (n4)?")
    assert page.locator(".product .sign").all_inner_texts()[-1] == "?"
    shown = page.evaluate("nodes.findIndex(node => node.op == 'add')")
    assert page.evaluate(f"boxes.get({shown}).grad.textContent") == "g –"
    assert answer(page, "14") == "Right: the rule ḡ b aᵇ⁻¹ = 1·2·7¹ gives 14."
    assert page.evaluate(f"boxes.get({shown}).grad.textContent") == "g 14"
    page.keyboard.press("Enter")  # the button that has the focus: the next question
    assert answer(page, "-14").startswith("Not quite: the rule ḡ = 14 gives 14. The sign is the other one.")
    page.locator("#go-on").click()
    assert answer(page, "1").endswith("That is the local derivative alone: multiply it by ḡ.")
    page.locator("#go-on").click()
    assert answer(page, "56/2").startswith("Right")
    page.locator("#go-on").click()
    assert answer(page, "much") == "Write a number, such as 0.25, or 1/4."
    assert "The end: 3 of 5 right." in answer(page, "42")


def test_the_quiz_hides_no_less_in_arrays(visit, rng):
    page = visit(net(rng, loss=False))
    page.locator("#quiz").click()
    assert re.search(r"send back to .* at \[\d+, \d+\]\?", page.locator("#question").inner_text())
    right = page.evaluate("asked(at.step).right")
    assert answer(page, str(right)).startswith("Right")


def descent():
    w = Tensor([2.0, -1.0], requires_grad=True, name="w")

    def step():
        loss = (w * w).sum()
        w.grad = None
        loss.backward()
        w.data -= 0.1 * w.grad
        return loss

    return step


def test_training_steps_have_a_slider_and_a_curve(visit):
    page = visit(descent(), steps=5)
    slider = page.locator("#training")
    assert slider.get_attribute("max") == "4"
    slider.focus()
    page.keyboard.press("End")
    value = page.evaluate("arrays[nodes.find(node => node.name == 'w').val].x")
    np.testing.assert_allclose(value, np.array([2, -1]) * 0.8**4, rtol=1e-12)
    assert page.locator("#lab").inner_text().split()[-1] == f"{5 * 0.8**8:.4g}"
    assert page.locator("#lab svg path").get_attribute("d").count("L") == 4
    page.evaluate("go(STEPS)")
    assert page.locator("#where").inner_text() == "6 / 6"


@pytest.fixture
def live():
    page = explore(lambda x, w: ((w * x - 1) ** 2).sum(), x=2.0, w=np.ones(3), live=True)
    yield page
    page.close()


GRADIENT = "() => arrays[gradAt(nodes.findIndex(node => node.name == 'x'), STEPS)].x[0]"


def test_a_live_edit_changes_the_gradient_to_that_of_backward(visit, live):
    page = visit(live.url, evaluate=False)  # under its own policy
    field = page.locator("#lab input[type=number][aria-label=x]")
    field.fill("0.25")
    page.keyboard.press("Enter")
    page.get_by_text("loss 1.6875").wait_for()
    x, w = Tensor(0.25, requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    ((w * x - 1) ** 2).sum().backward()
    page.locator("#last").click()
    page.locator("#graph .n.param", has_text="x").click()
    assert f"{float(x.grad):.4g}".replace("-", "−") in page.locator("#gradient").inner_text()
    page.locator("#expression").fill("sin(x) * w.sum()")
    page.keyboard.press("Enter")
    page.locator("#graph .n", has_text="sin").wait_for()
    page.locator("#expression").fill("__import__(x)")
    page.keyboard.press("Enter")
    page.get_by_text("is no function that can be used here").wait_for()


def test_a_live_page_whose_program_has_ended_says_so(visit, live):
    page = visit(live.url)
    live.close()
    page.locator("#take").click()
    page.get_by_text("The program that computes for this page has ended.").wait_for()
    page.complaints.clear()


def test_a_slider_moves_the_numbers_and_repeat_trains(visit, live):
    page = visit(live.url)
    before = page.evaluate(GRADIENT)
    page.locator("#lab input[type=range][aria-label='x, slider']").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"({GRADIENT})() != {before}")
    page.locator("#repeat").click()
    page.wait_for_function("live.losses.length > 5 && live.losses.at(-1) < live.losses[2]")
    page.locator("#repeat").click()


def test_in_a_notebook_the_kernel_answers(browser, live):
    pytest.importorskip("anywidget", reason="anywidget is not installed")
    from autograd_core.visualize.widget import SCRIPT

    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.expose_function("answer", lambda request: live.answer(request))
    page.evaluate("source => { window.source = source; }", live.page("notebook"))
    harness = """
const heard = [];
const model = {
  get: () => window.source, on: (_, hear) => heard.push(hear), off: () => {},
  send: async ({ autograd, request }) => {
    const reply = JSON.parse(await answer(request));
    heard.forEach(hear => hear({ autograd, reply }));
  },
};
render({ model, el: document.body });
"""
    page.add_script_tag(content=SCRIPT.replace("export default { render };", harness), type="module")
    frame = page.frame_locator("iframe")
    frame.locator("#expression").fill("cos(x)")
    page.keyboard.press("Enter")
    frame.locator("#graph .n", has_text="cos").wait_for()
    frame.locator("#take").click()
    frame.get_by_text(f"loss {np.cos(2.0 + 0.1 * np.sin(2.0)):.5}".replace("-", "−")).wait_for()
    page.close()


@pytest.mark.skipif(not AXE.exists(), reason=f"there is no axe-core at {AXE}: npm install --no-save --prefix .cache axe-core")
@pytest.mark.parametrize("state", ["static", "live", "quiz", "embed", "tour", "steps", "folded", "table"])
def test_axe_finds_nothing_in_any_state(state, visit, live, rng):
    """All rules on a desktop in light colours; what depends on colours and sizes in dark ones and on a phone too."""
    page = {
        "static": lambda: visit(expression()),
        "live": lambda: visit(live.url),
        "quiz": lambda: visit(expression(), "#quiz=1"),
        "embed": lambda: visit(expression(), "#embed=1"),
        "tour": lambda: visit(expression(), tour=True),
        "steps": lambda: visit(descent(), steps=5),
        "folded": lambda: visit(rnn(rng, 20)),
        "table": lambda: visit(net(rng)),
    }[state]()
    page.add_script_tag(path=AXE)
    page.evaluate("() => { go(STEPS - 1); $('save').open = $('legend').open = true; }")
    if state == "table":
        page.locator("#as-table").click()
    check = """rules => axe.run(rules ? { runOnly: rules } : {}).then(
        r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120))}`))"""
    assert page.evaluate(check) == []
    for scheme, width, height in (("dark", 1280, 800), ("dark", 390, 844), ("light", 390, 844)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        looks = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
        assert page.evaluate(check, looks) == [], (scheme, width)


def test_a_long_rnn_opens_folded_and_what_is_stepped_through_opens_by_itself(visit, rng):
    page = visit(rnn(rng, 20))
    names = page.locator("#graph .n.module").all_text_contents()
    assert [name.split(",")[0] for name in names] == [names[0].split(",")[0]]
    assert "×20" in names[0]
    for step in (1, 50, "F + 40", "STEPS"):
        page.evaluate(f"go({step})")
        assert page.evaluate("active().every(i => boxes.has(i) || rep(i) < 0) && boxes.has(active().at(-1))")


READ = """() => { // the smallest text, how many boxes are in sight, and whether there is blank space where more of them could be
  const around = pane.getBoundingClientRect(), texts = [...graph.querySelectorAll("text")];
  const sizes = texts.map(text => parseFloat(getComputedStyle(text).fontSize) * cam.k);
  const seen = places.filter(({ e }) => {
    const box = e.getBoundingClientRect();
    return box.right > around.left && box.left < around.right && box.bottom > around.top && box.top < around.bottom;
  });
  const [wide, high] = plan().size, [w, h] = [pane.clientWidth / cam.k, pane.clientHeight / cam.k], edge = 25 / cam.k;
  const blank = (at, seen, all) => at < -edge && at + seen < all || at > 0 && at + seen > all + edge;
  return [Math.min(...sizes), seen.length, blank(cam.x, w, wide) || blank(cam.y, h, high)];
}"""


def deep():
    nn.manual_seed(0)
    model = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(12)], nn.Linear(4, 1))
    x = np.ones((2, 4))
    return lambda: model(x).sum()


@pytest.mark.parametrize("name", ["expression", "rnn", "deep", "net"])
def test_text_can_be_read_and_no_pane_is_blank(name, visit, rng):
    output = {"expression": expression(), "rnn": rnn(rng, 20), "deep": deep(), "net": net(rng)}[name]
    page = visit(output)
    for step in (0, 1, "F", "F + 3", "STEPS"):
        page.evaluate(f"go({step})")
        size, seen, blank = page.evaluate(READ)
        assert size >= 11
        assert seen >= 2
        assert not blank


def test_equal_blocks_fold(visit):
    page = visit(deep())
    assert page.evaluate("views[data.start].all") is None
    assert any("×12" in name for name in page.locator("#graph .n.module").all_text_contents())


def test_a_wide_window_has_the_graph_lead_to_the_right(visit):
    page = visit(expression(), size=(1900, 560))
    assert page.evaluate("at.wide")
    inputs, output = [page.locator(f"#graph .n.{kind}").first.bounding_box() for kind in ("param", "output")]
    assert inputs["x"] + inputs["width"] < output["x"]
    page.locator("#turn").click()
    assert not page.evaluate("at.wide")


def test_embedded_there_is_the_graph_and_the_player_alone(visit):
    page = visit(expression(), "#step=6&embed=1")
    assert not page.locator("header").is_visible()
    assert not page.locator("#inspector").is_visible()
    page.locator("#next").click()
    assert page.evaluate("location.hash").endswith("&embed=1")


def test_the_picture_is_saved_as_svg_and_png(visit, tmp_path):
    page = visit(expression(), "#step=6", evaluate=False)
    for kind, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        page.locator("#save summary").click()
        with page.expect_download() as download:
            page.locator(f"#save-{kind}").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.name == f"step-6.{kind}"
        assert path.read_bytes().startswith(start)
        page.locator("#save summary").click()
    text = (tmp_path / "step-6.svg").read_text(encoding="utf-8")
    assert "14×1 = 14" in text
    assert "var(" not in text


@pytest.mark.parametrize("state", ["#step=6", "#quiz=1"])
def test_nothing_is_cut_off_on_a_phone(state, visit):
    page = visit(expression(), state, size=(390, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#graph .n.now").bounding_box()["x"] > 0
