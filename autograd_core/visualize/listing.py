"""The graph as text for terminals, one line for each box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core.visualize.labels import summary, title, visible, width
from autograd_core.visualize.records import common_dtype
from autograd_core.visualize.simplify import folded
from autograd_core.visualize.walk import records

if TYPE_CHECKING:
    from autograd_core.visualize.types import Output, Params


class Listing(str):
    """Lines of text that show themselves at a prompt and in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def listing(
    output: Output,
    params: Params = None,
    *,
    values: bool = False,
    grads: bool = False,
    constants: bool = True,
    depth: int | None = None,
) -> Listing:
    """The graph of `output` as text: a line for each box with its id, what it is, where it comes from and its shape.

    values, grads   also the numbers that are known, – for a gradient that was not computed
    constants       also what no gradient was asked for
    depth           modules this deep are one line each

    The text is a `str` that shows its lines at a prompt, too.

    >>> from autograd_core import Tensor
    >>> a = Tensor([1.0, 2.0], requires_grad=True, name="a")
    >>> listing((a * a).sum(), values=True)
    n0  a         param           (2,)  [1, 2]
    n1  multiply  op      n0, n0  (2,)
    n2  sum       op      n1      ()    5
    n3  output    output  n2      ()    5
    """
    boxes = records(output, params, constants)
    boxes = boxes if depth is None else folded(boxes, depth)
    dtype = common_dtype(boxes)
    rows = []
    for record in boxes:
        sources = ", ".join(edge.id for edge in record.inputs) + (f", view of {record.base}" if record.base else "")
        kind = str(record.dtype) if record.dtype not in (None, dtype) else ""
        value = summary(record.value) if values and record.value is not None else ""
        grad = f"gradient {'–' if record.grad is None else summary(record.grad)}" if grads and record.kind == "param" else ""
        grad = f"gradient {summary(record.grad)}" if grads and record.grad is not None else grad
        module = ".".join(visible(part.name) for part in record.module)
        line = f"{visible(record.source[0])}:{record.source[1]}" if record.source else ""
        shape = "" if record.shape is None else str(record.shape)
        rows.append((record.id, title(record), record.kind, sources, shape, kind, module, line, value, grad))
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(padded(cell, wide) for cell, wide in zip(row, widths, strict=True) if wide).rstrip() for row in rows]
    return Listing("\n".join(lines))


def padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
