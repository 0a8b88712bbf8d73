"""The frames of a moving picture of both passes, and the picture as an SVG that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_core.errors import DrawingError
from autograd_core.visualize.formulas import MINUS, digits
from autograd_core.visualize.labels import cut, width
from autograd_core.visualize.layout import layout
from autograd_core.visualize.passes import Passes
from autograd_core.visualize.style import INK, STYLES
from autograd_core.visualize.svg import curve, escape, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from autograd_core.visualize.export import Export
    from autograd_core.visualize.layout import Plan
    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import Size

LETTER, LINE, GAP = 7.23, 15, 42  # of a letter of 12 px, and between ranks, where the contributions stand
FORWARD, BACKWARD = "#1c5fa8", "#a8480a"


class Frame(NamedTuple):
    """One step: what is said of it, the boxes that are active, the edge (from, to, number) that carries `label`."""

    words: str
    active: tuple[int, ...]
    edge: tuple[int, int] | None
    label: str


class Film:
    """The layout of an Export, and its frames."""

    def __init__(self, export: Export) -> None:
        self.boxes = export.boxes
        rows = Passes(export.outputs, export.boxes)
        if rows.banner:
            raise DrawingError(f"animate: {rows.banner}")
        number = export.number
        self.inputs = [[number[edge.id] for edge in box.inputs] for box in self.boxes]
        self.frames: list[Frame] = [Frame("The inputs are given.", (), None, "")]
        values = [short(box.value) for box in self.boxes]
        self.value_from = [0 if not sources else -1 for sources in self.inputs]
        self.grads: list[list[tuple[int, str]]] = [[] for _ in self.boxes]  # of each box: (frame, text), …
        for i, box in enumerate(self.boxes):
            if box.kind == "op":
                self.value_from[i] = len(self.frames)
                self.frames.append(Frame(f"{self._called(i)} computes {values[i]}", (i, *self.inputs[i]), None, ""))
            elif self.inputs[i]:
                self.value_from[i] = max(self.value_from[k] for k in self.inputs[i])
        for i, seed in rows.seeds:
            self.grads[i].append((len(self.frames), short(seed)))
        starts = tuple([i for i, _ in rows.seeds])
        self.frames.append(
            Frame(f"Backward: the gradient of the output by itself is {short(rows.seeds[0][1])}", starts, None, "")
        )
        for sender, operand, to, given, total, _, local in rows.events:
            self.grads[to].append((len(self.frames), short(total)))
            of_one = local is not None and np.ndim(local) == 0 == np.ndim(given)
            times = f"{short(self._gradient(rows, sender))} × {short(local)} = " if of_one else ""
            words = f"{self._called(sender)} sends {times}{short(given)} to {self._called(to)}"
            self.frames.append(Frame(words, (sender, to), (sender, operand), short(given)))
        self.frames.append(Frame("All gradients are complete.", (), None, ""))
        self.values = values
        self.sizes: dict[str, Size] = {}
        for i, box in enumerate(self.boxes):
            widest = [self._title(i), *self._most(i)]
            self.sizes[box.id] = (max(64.0, max(map(width, widest)) * LETTER + 18), 12 + LINE * len(widest))
        self.plan: Plan = layout(self.boxes, self.sizes, gap=GAP)
        self.high = self.plan.height + 40
        self.wide = max(self.plan.width + 60, max(width(frame.words) for frame in self.frames) * 7.0 + 24, 320)
        self.left = (self.wide - self.plan.width) / 2

    def _gradient(self, rows: Passes, i: int) -> Any:
        return rows.gradients.get(self.boxes[i].node)

    def _called(self, i: int) -> str:
        return self._title(i)

    def _title(self, i: int) -> str:
        box = self.boxes[i]
        if box.kind == "const":
            return short(box.value)
        return cut(str(box.name or box.op or box.kind), 30)

    def _most(self, i: int) -> list[str]:
        """The widest lines of numbers that a box gets."""
        box = self.boxes[i]
        if box.kind == "const":
            return []
        grads = [f"g {text}" for _, text in self.grads[i]]
        return [f"v {self.values[i]}", max([*grads, "g –"], key=width)]

    def box(self, record: Record) -> tuple[float, float, float, float]:
        (x, y), (wide, high) = self.plan.at[record.id], self.sizes[record.id]
        return x - wide / 2 + self.left, y - high / 2, wide, high

    def lines(self, i: int, frame: int) -> list[tuple[str, str]]:
        """[(text, colour)] of a box in a frame."""
        lines = [(self._title(i), "#1d2127")]
        if self.boxes[i].kind != "const":
            lines.append((f"v {self.values[i]}" if frame >= self.value_from[i] else "", FORWARD))
            known = [text for at, text in self.grads[i] if at <= frame]
            lines.append((f"g {known[-1]}" if known else "", BACKWARD))
        return lines

    def svg(self, seconds: float) -> str:
        """One SVG whose parts are there at their times."""
        count = len(self.frames)
        length = f'dur="{shown(count * seconds)}s" repeatCount="indefinite" calcMode="discrete"'

        def during(first: int, last: int) -> str:
            """Seen from a frame up to, and without, another."""
            marks = sorted({0, first, min(last, count)} - {count})
            values = ";".join("visible" if first <= mark < last else "hidden" for mark in marks)
            times = ";".join(f"{mark / count:.4g}" for mark in marks)
            return f'<animate attributeName="visibility" values="{values}" keyTimes="{times}" {length}/>'

        parts = [f'<rect width="{shown(self.wide)}" height="{shown(self.high)}" fill="#fff"/>']
        moving: list[str] = []
        for _, end, number, points in self.plan.routes:
            path = curve([(x + self.left, y) for x, y in points])
            parts.append(f'<path d="{path}" fill="none" stroke="{INK}" marker-end="url(#arrow)"/>')
            for k, frame in enumerate(self.frames):
                if self.is_hot(k, end, number):
                    x, y = self.middle(points)
                    seen = during(k, k + 1)
                    moving.append(
                        f'<g visibility="hidden"><path d="{path}" fill="none" stroke="{BACKWARD}" stroke-width="3.5" '
                        'marker-start="url(#back)"/>'
                        f'<text x="{shown(x + 7)}" y="{shown(y + 4)}" fill="{BACKWARD}" font-weight="bold" text-anchor="start" '
                        f'stroke="#fff" stroke-width="4" paint-order="stroke">{escape(frame.label)}</text>{seen}</g>'
                    )
        for i, box in enumerate(self.boxes):
            x, y, wide, high = self.box(box)
            rect = f'x="{shown(x)}" y="{shown(y)}" width="{shown(wide)}" height="{shown(high)}"'
            parts.append(f"<rect {rect} {STYLES[box.kind].svg()}/>")
            for k, frame in enumerate(self.frames):
                if i in frame.active:
                    colour = BACKWARD if self.is_back(k) else FORWARD
                    parts.append(
                        f'<rect {rect} rx="4" fill="none" stroke="{colour}" stroke-width="3.5" visibility="hidden">'
                        f"{during(k, k + 1)}</rect>"
                    )
            parts += self._texts(i, x + wide / 2, y, during)
        for k, frame in enumerate(self.frames):
            words = f'<text x="{shown(self.wide / 2)}" y="{shown(self.high - 14)}" visibility="hidden">{escape(frame.words)}'
            moving.append(f"{words}{during(k, k + 1)}</text>")
        size = f'width="{shown(self.wide)}" height="{shown(self.high)}" viewBox="0 0 {shown(self.wide)} {shown(self.high)}"'
        marker = (
            '<defs><marker id="arrow" viewBox="0 0 8 6" refX="8" refY="3" markerWidth="8" markerHeight="6" orient="auto">'
            f'<path d="M0 0L8 3L0 6z" fill="{INK}"/></marker><marker id="back" viewBox="0 0 8 6" refX="7" refY="3" '
            'markerWidth="12" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
            f'<path d="M0 0L8 3L0 6z" fill="{BACKWARD}"/></marker></defs>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Courier, monospace" font-size="12" '
            f'text-anchor="middle">\n{marker}\n' + "\n".join([*parts, *moving]) + "\n</svg>\n"
        )

    def _texts(self, i: int, x: float, y: float, during: Callable[[int, int], str]) -> list[str]:
        count = len(self.frames)
        at = [f'x="{shown(x)}" y="{shown(y + 17 + LINE * k)}"' for k in range(3)]
        texts = [f'<text {at[0]} font-weight="bold">{escape(self._title(i))}</text>']
        if self.boxes[i].kind != "const":
            seen = during(self.value_from[i], count) if self.value_from[i] else ""
            texts.append(f'<text {at[1]} fill="{FORWARD}">v {escape(self.values[i])}{seen}</text>')
        for k, (first, text) in enumerate(self.grads[i]):
            last = self.grads[i][k + 1][0] if k + 1 < len(self.grads[i]) else count
            texts.append(f'<text {at[2]} fill="{BACKWARD}" visibility="hidden">g {escape(text)}{during(first, last)}</text>')
        return texts

    def is_hot(self, k: int, end: str, number: int | None) -> bool:
        """Whether the edge that comes into the box `end` as its input of that number carries a contribution in frame k."""
        edge = self.frames[k].edge
        return edge is not None and self.boxes[edge[0]].id == end and edge[1] == number

    def is_back(self, frame: int) -> bool:
        return frame > sum(box.kind == "op" for box in self.boxes)

    def middle(self, points: Sequence[Any]) -> tuple[float, float]:
        (x, y), (to_x, to_y) = points[0], points[-1]
        return (x + to_x) / 2 + self.left, (y + to_y) / 2


def short(value: Any) -> str:
    """A number, a few numbers, or the shape."""
    if value is None:
        return "?"
    array = np.asarray(value)
    if array.dtype.kind not in "biufc" or array.size > 3 or array.ndim > 1:
        return str(array.shape)
    return number(array[()]) if not array.ndim else f"[{', '.join([number(x) for x in array])}]"


def number(x: Any) -> str:
    return digits(x) if isinstance(x, (bool, np.bool, np.integer)) else f"{x:.3g}".replace("-", MINUS)
