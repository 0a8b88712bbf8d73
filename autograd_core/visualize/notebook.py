"""graphviz's Digraph, which in a notebook without `dot` shows our own SVG instead of an error. Imported on first use, since it
needs the package graphviz."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import graphviz

from autograd_core.visualize.svg import svg_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from autograd_core.visualize.records import Record


class Digraph(graphviz.Digraph):
    """A `graphviz.Digraph` with its `boxes`, and the settings `shown` with which they were drawn."""

    boxes: Sequence[Record] | None = None
    shown: Mapping[str, Any] = MappingProxyType({})

    def _repr_image_svg_xml(self) -> str:
        try:
            return super()._repr_image_svg_xml()
        except graphviz.ExecutableNotFound:
            if self.boxes is None:
                raise
            return svg_of(self.boxes, **self.shown)
