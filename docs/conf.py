"""Settings of the documentation: `python -m sphinx -W docs docs/_build` builds it."""

import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent)]

import figures  # noqa: E402 (it stands beside this file)
import markup  # noqa: E402
import reference  # noqa: E402
import signatures  # noqa: E402

from autograd_core import __version__  # noqa: E402
from docs.pictures import gallery  # noqa: E402

project = "autograd_core"
author = copyright = "the autograd_core developers"
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx_copybutton", "mathml"]
exclude_patterns = ["_build", "jupyter_execute"]
html_theme = "furo"
html_title = "autograd_core"
html_static_path = ["_static", "_figures"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_math_renderer = "mathml"
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
default_role = "code"  # our docstrings write `names` so
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings give shapes and dtypes; the types would fill three lines of a phone


def finished(app, page, source):
    """The cards of gallery.md; and code without its last empty line, which only doctest needs."""
    source[0] = source[0].replace("<!-- gallery -->", gallery.page())
    source[0] = re.sub(r"\n\n( *```)$", r"\n\1", source[0], flags=re.MULTILINE)


def setup(app):
    figures.draw_all(Path(__file__).parent / "_figures")
    app.connect("source-read", reference.read)
    app.connect("source-read", finished)
    app.connect("build-finished", markup.mend)
    app.connect("autodoc-process-docstring", signatures.as_lists)
    app.connect("autodoc-process-signature", reference.signature)
