"""Pages in headless Chromium."""

import pytest

from autograd_core.visualize import explore
from tests.visualize.browsing import CHROMIUM, FLAGS


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Function that opens the page of something to explore, and fails the test if the page complains of anything."""
    contexts, complaints, requests = [], [], []

    def open_page(output, hash="", evaluate=True, scheme="light", size=(1280, 800), motion="no-preference", tour=False, **how):
        # The page forbids eval, by which Playwright looks into it: tests that do so leave its policy out
        url = output if isinstance(output, str) else explore(output, path=tmp_path / "graph.html", **how).path.as_uri()
        contexts.append(
            browser.new_context(
                bypass_csp=evaluate, offline=url[:4] == "file", color_scheme=scheme, reduced_motion=motion,
                viewport={"width": size[0], "height": size[1]},
            )
        )  # fmt: skip
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(url + hash)
        page.wait_for_selector("html[data-ready]", state="attached")
        if not tour and page.locator("#tour").is_visible():
            page.get_by_role("button", name="Skip the tour").click()
        page.requests, page.complaints = requests, complaints
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
