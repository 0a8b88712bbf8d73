"""The graph as SVG text, in the same look as `make_dot`, laid out by this package: nothing else is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core.visualize.labels import cut, lines_of, module_title, shown_operands, summary, tooltip, visible, width
from autograd_core.visualize.layout import RANK_GAP, layout, room_for
from autograd_core.visualize.records import Edge, Record, common_dtype
from autograd_core.visualize.style import INK, STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograd_core.visualize.keep import Part
    from autograd_core.visualize.layout import Plan
    from autograd_core.visualize.types import Direction, ModulePath, Point, Size

LETTER, LINE = 6.02, 12  # width of a letter in Courier of 10 px, and the height of a line
SMALL, SMALL_LINE = 4.82, 8  # the same of 8 px
ACROSS = ("right", "left")


def svg_of(
    boxes: Sequence[Record],
    direction: Direction = "down",
    values: bool = False,
    grads: bool = False,
    attrs: bool = False,
    saved: bool = False,
    most: int = 50,
) -> str:
    """The SVG text of simplified records."""
    dtype, by_id = common_dtype(boxes), {record.id: record for record in boxes}
    lines = {record.id: lines_of(record, dtype, values, grads, attrs, most) for record in boxes}
    kept = []
    for record in boxes:
        for i, item in enumerate(record.saved if saved else ()):
            own = Record(f"{record.id}_s{i}", "saved", name=item.name, inputs=[Edge(record.id, "")], module=record.module)
            lines[own.id] = [visible(item.name), str(item.value.shape), *([f"v {summary(item.value)}"] if values else [])]
            kept.append((own, item.of if item.of != record.id else None))
    drawn = [*boxes, *[own for own, _ in kept]]
    names = {record.id: shown for record in boxes if any(shown := shown_operands(record, by_id))}
    sizes, plan = _laid_out(drawn, lines, names, direction)
    turn = _turn(direction, plan.height)
    at = {identity: turn(*place) for identity, place in plan.at.items()}
    frames = [_frame(path, turn(x, y), turn(x + wide, y + high), direction) for path, x, y, wide, high in plan.frames]
    parts = [frame for frame, _ in frames]
    for start, end, number, points in plan.routes:
        kind = "base" if number is None else "saved" if end not in by_id else "edge"
        parts.append(_edge(start, end, curve(points, turn), kind))
    for (identity, number), (x, side) in plan.labels.items():
        parts.append(_label(names[identity][number], x, side, at[identity], sizes[identity], direction))
    parts += [text for _, text in frames]
    parts += [_link(at[of], at[own.id], of, own.id, sizes) for own, of in kept if of is not None]
    parts += [_box(record, lines[record.id], at[record.id], sizes[record.id]) for record in drawn]
    return _page(parts, *((plan.height, plan.width) if direction in ACROSS else (plan.width, plan.height)))


def _laid_out(
    boxes: Sequence[Record], lines: dict[str, list[str]], names: dict[str, list[str]], direction: Direction
) -> tuple[dict[str, Size], Plan]:
    """({id: (width, height)}, Plan). The layout leads down; for the other directions the plan is turned, and so are the boxes."""
    if direction in ACROSS:  # names of operands are then stacked, and their length lies between the ranks
        room: dict[str, list[float]] = {
            identity: [SMALL_LINE if name else 0 for name in shown] for identity, shown in names.items()
        }
        gap = RANK_GAP + max((width(name) * SMALL for shown in names.values() for name in shown), default=0)
    else:
        room, gap = {identity: [width(name) * SMALL for name in shown] for identity, shown in names.items()}, RANK_GAP
    sizes = {}
    for box in boxes:
        wide, high = size(lines[box.id], box.kind)
        needed = room_for(room.get(box.id, ()))
        sizes[box.id] = (wide, max(high, needed)) if direction in ACROSS else (max(wide, needed), high)
    if direction not in ACROSS:
        _make_room_for_titles(boxes, sizes)
    turned = {identity: (high, wide) for identity, (wide, high) in sizes.items()} if direction in ACROSS else sizes
    return sizes, layout(boxes, turned, room, gap)


def _make_room_for_titles(boxes: Sequence[Record], sizes: dict[str, Size]) -> None:
    """Make the widest box of a module wide enough for the title of the frame."""
    widest: dict[ModulePath, Record] = {}
    for box in boxes:
        for k in range(1, len(box.module) + 1):
            path = box.module[:k]
            if path not in widest or sizes[box.id][0] > sizes[widest[path].id][0]:
                widest[path] = box
    for path, box in widest.items():
        wide, high = sizes[box.id]
        sizes[box.id] = max(wide, width(frame_title(path[-1])) * LETTER + 2), high


def _turn(direction: Direction, length: float) -> Callable[[float, float], Point]:
    """The function that turns a point of a plan of this length, which leads down, into the direction."""
    return {
        "down": lambda x, y: (x, y), "up": lambda x, y: (x, length - y),
        "right": lambda x, y: (y, x), "left": lambda x, y: (length - y, x),
    }[direction]  # fmt: skip


def size(lines: list[str], kind: str) -> Size:
    """Width and height of a box with these lines."""
    margin, height = (5, 4) if STYLES[kind].narrow else (9, 8)
    return max(map(width, lines)) * LETTER + 2 * margin, len(lines) * LINE + height


PAGE = """<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" \
font-family="Courier, monospace" font-size="10" text-anchor="middle">
<defs><marker id="arrow" viewBox="0 0 8 6" refX="8" refY="3" markerWidth="8" markerHeight="6" orient="auto">\
<path d="M0 0L8 3L0 6z" fill="{ink}"/></marker></defs>
{parts}
</svg>
"""


def _page(parts: list[str], wide: float, high: float) -> str:
    return PAGE.format(wide=shown(wide), high=shown(high), ink=INK, parts="\n".join(parts))


def _frame(path: ModulePath, corner: Point, other: Point, direction: Direction) -> tuple[str, str]:
    """(The frame around a module, its title): titles are drawn over the arrows that enter, on a plate of their own."""
    (x, end_x), (y, end_y) = (sorted(ends) for ends in zip(corner, other, strict=True))
    wide, high = end_x - x, end_y - y
    rect = f'<rect x="{shown(x)}" y="{shown(y)}" width="{shown(wide)}" height="{shown(high)}" rx="8" fill="{INK}" '
    tip = f"<title>{escape('.'.join(visible(part.name) for part in path))}</title>"
    turned = {  # on the side where the plan has room for it
        "down": f"translate({shown(x)} {shown(y + 12)})", "up": f"translate({shown(x)} {shown(end_y - 6)})",
        "right": f"translate({shown(x + 12)} {shown(end_y)}) rotate(-90)",
        "left": f"translate({shown(end_x - 12)} {shown(y)}) rotate(90)",
    }[direction]  # fmt: skip
    length = high if direction in ACROSS else wide
    columns = int((length - 14) / LETTER)
    words = frame_title(path[-1])
    whole = module_title(path[-1])
    words = cut(whole if width(whole) <= columns else words, max(2, columns))
    plate = f'<rect x="4" y="-9" width="{shown(width(words) * LETTER + 6)}" height="12" rx="2" fill="#f2f2f2"/>'
    text = f'{plate}<text x="7" text-anchor="start" fill="{INK}">{escape(words)}</text>'
    return (
        f'<g class="module">{tip}{rect}fill-opacity="0.08" stroke="{INK}"/></g>',
        f'<g class="title" transform="{turned}">{text}</g>',
    )


def frame_title(part: Part) -> str:
    """'fc1 : Linear': without the arguments, if there is no room for them."""
    kind = visible(part.title).partition("(")[0]
    return visible(part.name) + (f" : {kind}" if kind else "")


def _box(record: Record, lines: list[str], at: Point, size: Point) -> str:
    (x, y), (wide, high) = at, size
    left, top = x - wide / 2, y - high / 2
    style = STYLES[record.kind]
    look = style.svg()
    rect = f'x="{shown(left)}" y="{shown(top)}" width="{shown(wide)}" height="{shown(high)}"'
    if style.folded:
        path = f"M{shown(left)} {shown(top)}H{shown(left + wide - 7)}l7 7V{shown(top + high)}H{shown(left)}z"
        shape = f'<path d="{path}m{shown(wide - 7)} 0v7h7" {look}/>'
    elif style.double:
        inner = f'x="{shown(left + 2.5)}" y="{shown(top + 2.5)}" width="{shown(wide - 5)}" height="{shown(high - 5)}"'
        shape = f'<rect {rect} {look}/><rect {inner} fill="none" stroke="{INK}"/>'
    else:
        shape = f"<rect {rect} {look}/>"
    first = y - len(lines) * LINE / 2 + 9
    texts = "".join(
        f'<text x="{shown(x)}" y="{shown(first + i * LINE)}" xml:space="preserve">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    tip = tooltip(record) if record.kind != "saved" else f"{visible(record.name)}, saved by {record.inputs[0].id}"
    return f'<g id="{record.id}" class="{record.kind}"><title>{escape(tip)}</title>{shape}{texts}</g>'


def _edge(start: str, end: str, path: str, kind: str) -> str:
    look = {"base": ' stroke-dasharray="1 3" marker-end="url(#arrow)"', "saved": "", "edge": ' marker-end="url(#arrow)"'}[kind]
    return f'<path class="edge" data-from="{start}" data-to="{end}" d="{path}" fill="none" stroke="{INK}"{look}/>'


def curve(points: Sequence[Point], turn: Callable[[float, float], Point] = lambda x, y: (x, y)) -> str:
    """An SVG path along the points of a route, each turned, bent where x changes.

    >>> curve([(0, 0), (0, 4), (10, 24), (10, 30)])
    'M0 0L0 4C0 14 10 14 10 24L10 30'
    """
    (x, y), *rest = points
    path, drawn = "M" + _point(turn(x, y)), y
    if len(points) == 2:  # from side to side
        return f"{path}L{_point(turn(*rest[0]))}"
    for to_x, to_y in rest:
        if abs(to_x - x) > 0.05:
            straight = f"L{_point(turn(x, y))}" if y > drawn + 0.05 else ""
            middle = (y + to_y) / 2
            path += f"{straight}C{_point(turn(x, middle))} {_point(turn(to_x, middle))} {_point(turn(to_x, to_y))}"
            x, drawn = to_x, to_y
        y = to_y
    return path + f"L{_point(turn(x, y))}" if y > drawn + 0.05 else path


def _point(at: Point) -> str:
    return f"{shown(at[0])} {shown(at[1])}"


def _label(text: str, place: float, side: int, at: Point, size: Point, direction: Direction) -> str:
    """An operand's name beside the arrow that ends at this place of a box's side."""
    (x, y), (wide, high) = at, size
    if direction in ACROSS:
        x, y = x - wide / 2 - 10 if direction == "right" else x + wide / 2 + 10, place + (6 if side > 0 else -1)
        anchor = "end" if direction == "right" else "start"
    else:
        x, y = place, y - high / 2 - 9 if direction == "down" else y + high / 2 + 15
        anchor = "start" if side > 0 else "end"
    look = f'fill="{INK}" font-size="8" text-anchor="{anchor}"'
    return f'<text class="operand" x="{shown(x)}" y="{shown(y)}" {look}>{escape(text)}</text>'


def _link(of: Point, own: Point, start: str, end: str, sizes: dict[str, Size]) -> str:
    """The dotted line from a box to the saved array that it is."""
    (x, y), (to_x, to_y) = of, own
    side = 1 if x < to_x else -1
    x, to_x = x + side * sizes[start][0] / 2, to_x - side * sizes[end][0] / 2
    line = f'd="M{shown(x)} {shown(y)}L{shown(to_x)} {shown(to_y)}"'
    return f'<path class="edge" data-from="{start}" data-to="{end}" {line} fill="none" stroke="{INK}" stroke-dasharray="1 3"/>'


def escape(text: str) -> str:
    """A text as it is written between tags."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def shown(number: float) -> str:
    """A coordinate with at most one digit after the point."""
    return f"{number:.1f}".removesuffix(".0")
