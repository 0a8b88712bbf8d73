"""`python -m docs.accessible docs/_build [--all]`: what axe-core finds on the built pages, and which are too wide for a phone.

What axe checks depends on the kind of an element, mostly, so it looks at a few pages that together have every kind of element of
the site: with all rules, and for colours and sizes in both themes, on a desktop and a phone, at three of each kind. With `--all`
it looks at the text of every other page too, which takes minutes. The width is that of every page.
Needs playwright, a chromium and axe-core; says so and ends with status 0 if one of them is missing.
"""

import re
import sys
from pathlib import Path

from tests.visualize.browsing import AXE, CHROMIUM, FLAGS

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
RUN = """([where, rules]) => axe.run(where, {resultTypes: ["violations"], iframes: false, ...rules}).then(
    found => found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 100)}`)))"""
FEWER = """() => {
    const seen = {}, kind = e => e == document.body ? "" : `${kind(e.parentElement)} ${e.tagName}.${e.className}`;
    for (const e of document.body.querySelectorAll("*"))
        if (e.isConnected && (seen[kind(e)] = (seen[kind(e)] ?? 0) + 1) > 3) e.remove();
}"""
STRUCTURE = {"rules": {"color-contrast": {"enabled": False}}}
LOOKS = {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def pages_of(site):
    """What the project has written: no copies of its source, no index, and not JupyterLite's own pages."""
    others = {"_modules", "_static", "_sources", "try"}
    return [page for page in sorted(site.rglob("*.html")) if not others & set(page.relative_to(site).parts)]


def kinds(page):
    """(tag, class) of all elements of a page."""
    return set(re.findall(r'<(\w+)\b(?:[^>]*?\bclass="([^"]*)")?', page.read_text(encoding="utf-8")))


def covering(pages):
    """A few of the pages, which have every kind of element that any page has."""
    left, chosen = {page: kinds(page) for page in pages}, []
    missing = set().union(*left.values())
    while missing:
        best = max(left, key=lambda page: len(left[page] & missing) / page.stat().st_size)
        chosen.append(best)
        missing -= left[best]
    return chosen


def resize(shown, name):
    width, height = SIZES[name]
    shown.set_viewport_size({"width": width, "height": height})


def found(site, every):
    """[(page, how it was looked at, what is wrong)]."""
    from playwright.sync_api import sync_playwright

    pages, wrong = pages_of(site), []
    few, axe = covering(pages), AXE.read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shown = browser.new_context(offline=True, color_scheme="light").new_page()
        for page in pages:

            def look(how, said, page=page):
                wrong.extend((str(page.relative_to(site)), how, words) for words in said)

            shown.emulate_media(color_scheme="light")
            resize(shown, "desktop")
            shown.goto(page.as_uri(), wait_until="domcontentloaded")
            if page in few or every:
                shown.evaluate(axe)
                look("structure", shown.evaluate(RUN, ["html" if page in few else "article", STRUCTURE]))
            resize(shown, "phone")
            if (over := shown.evaluate(WIDER)) > 0:
                look("phone", [f"{over} px too wide"])
            if page in few:
                shown.evaluate(FEWER)
                for scheme in ("light", "dark"):
                    shown.emulate_media(color_scheme=scheme)
                    for name in SIZES:
                        resize(shown, name)
                        look(f"{scheme}, {name}", shown.evaluate(RUN, ["html", LOOKS]))
        browser.close()
    return len(pages), len(few), wrong


def main(site, every):
    try:
        import playwright  # noqa: F401
    except ImportError:
        return print("the pages were not looked at: pip install playwright")
    if CHROMIUM is None or not AXE.exists():
        return print(f"the pages were not looked at: there is no {'chromium' if CHROMIUM is None else AXE}")
    many, few, wrong = found(site, every)
    for page, how, words in wrong:
        print(f"{page} ({how}): {words}")
    if wrong:
        sys.exit(f"{len(wrong)} things are wrong on the pages")
    looked = f"{few} of them, with every kind of element, in both themes, on a desktop and a phone"
    return print(f"{many} pages without violations{'' if every else ' that can be seen by their kinds'}: {looked}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), "--all" in sys.argv[2:])
