"""graphviz's Digraph, which in a notebook without `dot` shows our own SVG instead of an error. Imported on first use: it is what
needs the graphviz package."""

import graphviz

from autograd_core.visualize.svg import svg_of


class Digraph(graphviz.Digraph):
    """A `graphviz.Digraph` with its `boxes`, and the settings `shown` with which they were drawn."""

    boxes = shown = None

    def _repr_image_svg_xml(self):
        try:
            return super()._repr_image_svg_xml()
        except graphviz.ExecutableNotFound:
            if self.boxes is None:
                raise
            return svg_of(self.boxes, **self.shown)
