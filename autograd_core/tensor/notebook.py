"""A Tensor as a notebook shows it: what it is, where it stands in the graph, and its numbers as colours."""

import html

import numpy as np

from autograd_core.derivatives.kinds import stands_in
from autograd_core.graph.nodes import Leaf, is_retained, name_of

MOST = 32  # rows and columns that are shown as cells
CELL = 14


def as_html(tensor):
    """Shape, dtype and place in the graph; under them the number, a heatmap of up to 32 × 32 elements, or the range of more."""
    head = [tensor.name] if tensor.name is not None else []
    head += [f"{type(tensor).__name__} {tensor.shape}", str(tensor.dtype), role(tensor)]
    parts = [f"<div>{html.escape(' · '.join(head))}</div>"]
    value = None if stands_in(tensor._value) else np.asarray(tensor._value)
    if value is not None and value.size:
        parts += [f"<pre>{value!s}</pre>"] if value.ndim == 0 else pictured(value)
    kept = tensor._node is not None and (type(tensor._node) is Leaf or is_retained(tensor._node))  # else .grad warns
    if kept and tensor.grad is not None:
        parts.append(f"<div>its gradient has arrived, {html.escape(str(np.shape(tensor.grad)))}</div>")
    return '<div style="font-family: monospace">' + "".join(parts) + "</div>"


def role(tensor):
    """What this Tensor is for the graph, in words."""
    if tensor._node is None:
        return "a constant"
    return "a leaf, gets a gradient" if type(tensor._node) is Leaf else f"from {name_of(tensor._node)}"


def pictured(value):
    """The heatmap of a vector or matrix, if it is small enough, and the range of the numbers."""
    if value.dtype.kind == "c":
        return ["<div>complex numbers</div>"]
    finite = value[np.isfinite(value)]
    if not finite.size:
        return ["<div>no finite number</div>"]
    least, greatest = finite.min(), finite.max()
    words = f"from {least:.4g} to {greatest:.4g}"
    if lost := value.size - finite.size:
        words += f", and {lost:,} that are not finite"
    rows = np.atleast_2d(value)
    if rows.ndim > 2 or max(rows.shape) > MOST:
        return [f"<div>{value.size:,} numbers {words}</div>"]
    scale = float(max(abs(least), abs(greatest))) or 1.0
    cells = [
        f'<rect x="{j * CELL}" y="{i * CELL}" width="{CELL}" height="{CELL}" fill="{colour(float(number) / scale)}">'
        f"<title>[{', '.join(map(str, (i, j)[-value.ndim :]))}] {number}</title></rect>"
        for (i, j), number in np.ndenumerate(rows)
    ]
    high, wide = (CELL * n for n in rows.shape)
    label = f'role="img" aria-label="heatmap, {words}"'
    return [
        f'<svg {label} width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">{"".join(cells)}</svg>',
        f"<div>{words}</div>",
    ]


def colour(part):
    """White for 0, orange for 1, blue for -1; grey for what is not finite."""
    if not np.isfinite(part):
        return "#808080"
    r, g, b = (213, 94, 0) if part > 0 else (0, 114, 178)
    near = abs(part)
    return "#" + "".join(f"{round(255 + (channel - 255) * near):02x}" for channel in (r, g, b))
