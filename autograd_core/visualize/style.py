"""How each kind of box looks, in DOT, in SVG and on the explorer's page: a line of STYLES, and its colour one of PALETTE."""

from __future__ import annotations

from typing import NamedTuple

INK = "#767676"  # of edges and borders: 4.5 : 1 against white and against black


PALETTE = {  # (on a light page and in pictures, on a dark page)
    "op": ("#e8eaed", "#2b313a"),
    "param": ("#c9e1f8", "#173a5c"),
    "output": ("#d3edc3", "#21431f"),
    "module": ("#eae2f9", "#2f2740"),
    "base": ("#a9cf95", "#35622f"),
    "saved": ("#fbc77d", "#6b4410"),
}


class Style(NamedTuple):
    """The look of one kind of box.

    fill     a colour
    rounded, dashed, thick, double, folded   the border: round corners, dashes, twice as wide, two lines, a folded corner
    narrow   less room around the text
    """

    fill: str
    rounded: bool = False
    dashed: bool = False
    thick: bool = False
    double: bool = False
    folded: bool = False
    narrow: bool = False

    def dot(self) -> str:
        """The style as attributes of a DOT node."""
        words = [*["rounded"] * self.rounded, "filled", *["dashed"] * self.dashed]
        style = words[0] if len(words) == 1 else f'"{",".join(words)}"'
        border = " penwidth=2" * self.thick + " peripheries=2" * self.double
        room = ' margin="0.04,0.02" width=0.2' * self.narrow
        return f'shape={"note" if self.folded else "box"} style={style} fillcolor="{self.fill}"{border}{room}'

    def svg(self) -> str:
        """The style as attributes of an SVG rectangle, without those of its place."""
        round_corners, dashes, wide = ' rx="6"' * self.rounded, ' stroke-dasharray="4 2"' * self.dashed, ' stroke-width="2"'
        return f'fill="{self.fill}" stroke="{INK}"{round_corners}{dashes}{wide * self.thick}'


STYLES = {
    "op": Style(PALETTE["op"][0], rounded=True),
    "param": Style(PALETTE["param"][0], thick=True),
    "input": Style("white", dashed=True),
    "const": Style("white", dashed=True, narrow=True),
    "output": Style(PALETTE["output"][0], double=True),
    "base": Style(PALETTE["base"][0]),
    "saved": Style(PALETTE["saved"][0], folded=True),
    "module": Style(PALETTE["module"][0], rounded=True, thick=True),
}
