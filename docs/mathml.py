"""Formulas as MathML, which browsers typeset without a script: a renderer for Sphinx over docutils' converter."""

from docutils import nodes
from docutils.utils.math import latex2mathml


def inline(writer, node):
    writer.body.append(latex2mathml.tex2mathml(node.astext()))
    raise nodes.SkipNode


def block(writer, node):
    writer.body.append(f'<div class="math">{latex2mathml.tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
