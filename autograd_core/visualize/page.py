"""The explorer's page: one text made of the template, its styles, its scripts and the data, that needs nothing else."""

from __future__ import annotations

import functools
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_core.visualize.style import PALETTE

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_name("page")
STYLES = ("base", "graph", "inspector")
SCRIPTS = ("data", "words", "graph", "camera", "arrays", "inspector", "player", "quiz", "export", "keys", "live", "start")
UNREAD = re.compile(r"^[ ]+|^//.*\n|(?<=[;{},)]) // .*$", re.MULTILINE)  # indentation and comments, a tenth of a page


class Page:
    """What `explore` returns: the page's `path`, its `text`, and itself in a notebook."""

    def __init__(self, path: Path | None, text: str) -> None:
        self.path, self.text = path, text

    def _repr_html_(self) -> str:
        return frame_of(self.text)

    def __repr__(self) -> str:
        return f"<explorer of {self.path}, {len(self.text.encode()):,} bytes>"


def frame_of(text: str) -> str:
    """The page inside another one, where it can do nothing but run its own script."""
    source = html.escape(text, quote=True)
    style = "display: block; width: 100%; max-width: 1400px; height: 720px; margin: auto; border: 0"
    sandbox = "allow-scripts allow-forms allow-downloads"
    return f'<iframe title="Computation graph" srcdoc="{source}" sandbox="{sandbox}" style="{style}"></iframe>'


def page_text(first: str, more: Sequence[str] = (), live: str = "null") -> str:
    """The page of one computation, or of several steps of one; `live` says what the page may ask the program for."""
    template, *parts = _parts(bool(more) or live != "null")
    if live != "null":
        template = template.replace("default-src 'none';", "default-src 'none'; connect-src 'self';")
    data = f'{{"live":{live},"frames":[{",".join([first, *more])}]}}'
    text = template
    for name, part in zip(("styles", "scripts"), parts, strict=True):
        text = text.replace(f"/* the {name} */", part)
    return text.replace('{"placeholder": "the graph"}', data)


@functools.cache
def _parts(changes: bool) -> tuple[str, str, str]:
    """The template, its styles and its scripts; the one for what `changes` only where something does."""

    def read(name: str) -> str:
        return UNREAD.sub("", (FOLDER / name).read_text(encoding="utf-8"))

    colours = "".join(f"--{name}: light-dark({light}, {dark}); " for name, (light, dark) in PALETTE.items())
    styles = f":root {{ {colours}}}\n" + "".join(read(f"{name}.css") for name in STYLES)
    return read("explorer.html"), styles, "".join(read(f"{name}.js") for name in SCRIPTS if name != "live" or changes)
