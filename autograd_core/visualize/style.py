"""How each kind of box looks, in DOT and in SVG alike: a kind is one line of STYLES."""

from __future__ import annotations

from typing import NamedTuple

INK = "#767676"  # of edges and borders: 4.5 : 1 against white and against black


class Style(NamedTuple):
    """The look of one kind of box.

    fill     a colour, by Graphviz's name
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

    @property
    def css_fill(self) -> str:
        """The fill as SVG knows it."""
        return CSS.get(self.fill, self.fill)

    def dot(self) -> str:
        """The style as attributes of a DOT node."""
        words = [*["rounded"] * self.rounded, "filled", *["dashed"] * self.dashed]
        style = words[0] if len(words) == 1 else f'"{",".join(words)}"'
        border = " penwidth=2" * self.thick + " peripheries=2" * self.double
        room = ' margin="0.04,0.02" width=0.2' * self.narrow
        return f"shape={'note' if self.folded else 'box'} style={style} fillcolor={self.fill}{border}{room}"

    def svg(self) -> str:
        """The style as attributes of an SVG rectangle, without those of its place."""
        round_corners, dashes, wide = ' rx="6"' * self.rounded, ' stroke-dasharray="4 2"' * self.dashed, ' stroke-width="2"'
        return f'fill="{self.css_fill}" stroke="{INK}"{round_corners}{dashes}{wide * self.thick}'


CSS = {"darkolivegreen1": "#caff70", "darkolivegreen3": "#a2cd5a"}  # Graphviz's names that CSS does not have
STYLES = {
    "op": Style("lightgrey", rounded=True),
    "param": Style("lightblue", thick=True),
    "input": Style("white", dashed=True),
    "const": Style("white", dashed=True, narrow=True),
    "output": Style("darkolivegreen1", double=True),
    "base": Style("darkolivegreen3"),
    "saved": Style("orange", folded=True),
    "module": Style("gainsboro", rounded=True, thick=True),
}
