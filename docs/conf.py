"""Settings of the documentation: `python -m sphinx -W docs docs/_build` builds it."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent)]

import figures  # noqa: E402 (it stands beside this file)
import reference  # noqa: E402
import signatures  # noqa: E402

from autograd_core import __version__  # noqa: E402

project = "autograd_core"
author = copyright = "the autograd_core developers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx.ext.mathjax"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "autograd_core"
html_static_path = ["_figures"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
default_role = "code"  # our docstrings write `names` so
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings give shapes and dtypes; the types would fill three lines of a phone


def setup(app):
    figures.draw_all(Path(__file__).parent / "_figures")
    app.connect("source-read", reference.read)
    app.connect("autodoc-process-docstring", signatures.as_lists)
    app.connect("autodoc-process-signature", reference.signature)
