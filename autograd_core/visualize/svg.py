"""The graph as SVG text, in the same look as `make_dot`, laid out by this package: nothing else is needed."""

from autograd_core.visualize.labels import cut, lines_of, module_title, shown_operands, summary, tooltip, visible, width
from autograd_core.visualize.layout import layout
from autograd_core.visualize.records import Edge, Record, common_dtype

INK = "#767676"  # of edges and borders: 4.5 : 1 against white and against black
FILLS = {
    "op": "lightgrey", "param": "lightblue", "input": "white", "const": "white", "output": "#caff70", "base": "#a2cd5a",
    "saved": "orange", "module": "gainsboro",
}  # fmt: skip
DASHED = ' stroke-dasharray="4 2"'
BORDERS = {
    "op": ' rx="6"', "module": ' rx="6" stroke-width="2"', "param": ' stroke-width="2"', "base": "",
    "input": DASHED, "const": DASHED,
}  # fmt: skip
LETTER, LINE = 6.02, 12  # width of a letter in Courier of 10 px, and the height of a line


def svg_of(boxes, values=False, grads=False, attrs=False, saved=False, most=50):
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
    sizes = {one.id: size(lines[one.id], one.kind) for one in drawn}
    plan = layout(drawn, sizes)
    parts = [_frame(*frame) for frame in plan.frames]
    names = {record.id: shown_operands(record, by_id) for record in boxes}
    for start, end, number, points in plan.routes:
        kind = "base" if number is None else "saved" if end not in by_id else "edge"
        parts.append(_edge(start, end, points, kind, names[end][number] if kind == "edge" else ""))
    for own, of in kept:
        if of is not None:
            parts.append(_link(plan.at[of], plan.at[own.id], of, own.id, sizes))
    parts += [_box(record, lines[record.id], plan.at[record.id], sizes[record.id]) for record in drawn]
    return _page(parts, plan.width, plan.height)


def size(lines, kind):
    """Width and height of a box with these lines."""
    margin, height = (5, 4) if kind == "const" else (9, 8)
    return max(map(width, lines)) * LETTER + 2 * margin, len(lines) * LINE + height


PAGE = """<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" \
font-family="Courier, monospace" font-size="10" text-anchor="middle">
<defs><marker id="arrow" viewBox="0 0 8 6" refX="8" refY="3" markerWidth="8" markerHeight="6" orient="auto">\
<path d="M0 0L8 3L0 6z" fill="{ink}"/></marker></defs>
{parts}
</svg>
"""


def _page(parts, wide, high):
    return PAGE.format(wide=shown(wide), high=shown(high), ink=INK, parts="\n".join(parts))


def _frame(path, x, y, wide, high):
    rect = f'<rect x="{shown(x)}" y="{shown(y)}" width="{shown(wide)}" height="{shown(high)}" rx="8" fill="{INK}" '
    title = cut(module_title(path[-1]), max(2, int((wide - 10) / LETTER)))
    tip = f"<title>{escape('.'.join(visible(part.name) for part in path))}</title>"
    text = f'<text x="{shown(x + 7)}" y="{shown(y + 12)}" fill="{INK}" text-anchor="start">{escape(title)}</text>'
    return f'<g class="module">{tip}{rect}fill-opacity="0.08" stroke="{INK}"/>{text}</g>'


def _box(record, lines, at, size):
    (x, y), (wide, high) = at, size
    left, top = x - wide / 2, y - high / 2
    look = f'fill="{FILLS[record.kind]}" stroke="{INK}"'
    rect = f'x="{shown(left)}" y="{shown(top)}" width="{shown(wide)}" height="{shown(high)}"'
    if record.kind == "saved":
        path = f"M{shown(left)} {shown(top)}H{shown(left + wide - 7)}l7 7V{shown(top + high)}H{shown(left)}z"
        shape = f'<path d="{path}m{shown(wide - 7)} 0v7h7" {look}/>'
    elif record.kind == "output":
        inner = f'x="{shown(left + 2.5)}" y="{shown(top + 2.5)}" width="{shown(wide - 5)}" height="{shown(high - 5)}"'
        shape = f'<rect {rect} {look}/><rect {inner} fill="none" stroke="{INK}"/>'
    else:
        shape = f"<rect {rect} {look}{BORDERS[record.kind]}/>"
    first = y - len(lines) * LINE / 2 + 9
    texts = "".join(
        f'<text x="{shown(x)}" y="{shown(first + i * LINE)}" xml:space="preserve">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    tip = tooltip(record) if record.kind != "saved" else f"{visible(record.name)}, saved by {record.inputs[0].id}"
    return f'<g id="{record.id}" class="{record.kind}"><title>{escape(tip)}</title>{shape}{texts}</g>'


def _edge(start, end, points, kind, operand):
    (x, y), *rest = points
    path = f"M{shown(x)} {shown(y)}"
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        straight = abs(to_x - x) < 0.05 or kind == "base"
        path += (
            f"L{shown(to_x)} {shown(to_y)}" if straight
            else f"C{shown(x)} {shown(middle)} {shown(to_x)} {shown(middle)} {shown(to_x)} {shown(to_y)}"
        )  # fmt: skip
        x, y = to_x, to_y
    look = {"base": ' stroke-dasharray="1 3" marker-end="url(#arrow)"', "saved": "", "edge": ' marker-end="url(#arrow)"'}[kind]
    line = f'<path class="edge" data-from="{start}" data-to="{end}" d="{path}" fill="none" stroke="{INK}"{look}/>'
    if not operand:
        return line
    label = f'<text x="{shown(x + 4)}" y="{shown(y - 9)}" fill="{INK}" font-size="8" text-anchor="start">{escape(operand)}</text>'
    return line + label


def _link(of, own, start, end, sizes):
    """The dotted line from a box to the saved array that it is."""
    (x, y), (to_x, to_y) = of, own
    side = 1 if x < to_x else -1
    x, to_x = x + side * sizes[start][0] / 2, to_x - side * sizes[end][0] / 2
    line = f'd="M{shown(x)} {shown(y)}L{shown(to_x)} {shown(to_y)}"'
    return f'<path class="edge" data-from="{start}" data-to="{end}" {line} fill="none" stroke="{INK}" stroke-dasharray="1 3"/>'


def escape(text):
    """A text as it is written between tags."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def shown(number):
    """A coordinate with at most one digit behind the point."""
    return f"{number:.1f}".removesuffix(".0")
