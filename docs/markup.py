"""What screen readers stumble over in the pages that Sphinx and its theme write, mended when all are written."""

import re
from pathlib import Path

MENDED = [
    (r'<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    (r"<pre(?![^>]*tabindex)", '<pre tabindex="0"'),  # wide code scrolls, by keyboard too
    (r'<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">'),
    (r'<aside class="toc-drawer([^"]*)">', r'<aside class="toc-drawer\1" aria-label="This page">'),
    (r'<div class="content-icon-container">', '<div class="content-icon-container" role="region" aria-label="View">'),
    (r'<th class="head(?: [^"]*)?"><p></p></th>', "<td></td>"),
    (r'(?<!</h1>)<div id="search-results">', '<h1>Search</h1><div id="search-results">'),
]


def mend(app, exception):
    """The pages of a finished build."""
    if exception is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            mended = text
            for wrong, right in MENDED:
                mended = re.sub(wrong, right, mended)
            if mended != text:
                page.write_text(mended, encoding="utf-8")
