"""make_dot: the graph as a `graphviz.Digraph`, in the look of torchviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core.errors import DrawingError
from autograd_core.visualize.labels import lines_of, module_title, shown_operands, summary, tooltip, visible
from autograd_core.visualize.records import common_dtype
from autograd_core.visualize.simplify import simplified
from autograd_core.visualize.style import INK, STYLES
from autograd_core.visualize.walk import records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_core.visualize.notebook import Digraph
    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import Depth, Direction, Output, Params

DIRECTIONS = {"down": "TB", "up": "BT", "right": "LR", "left": "RL"}


def make_dot(
    output: Output,
    params: Params = None,
    show_attrs: bool = False,
    show_saved: bool = False,
    max_attr_chars: int = 50,
    *,
    values: bool = False,
    grads: bool = False,
    constants: bool = True,
    depth: Depth = "auto",
    direction: Direction = "down",
) -> Digraph:
    """The graph of everything that `output` was computed from, as a `graphviz.Digraph`; its `source` is the DOT text.

    blue, thick border      a parameter: a leaf that a gradient was asked for
    white, dashed           an input or a constant
    grey, rounded           an operation; an edge leads from each operand, named if the order matters
    green, double border    an output; dotted from the darker green box that it is a view of
    orange, folded corner   with show_saved: an array that is kept for the backward pass, dotted to the box that it is

    output          a Tensor, or a list, tuple or dict of Tensors
    params          names: a dict such as dict(model.named_parameters()), or the module itself
    show_attrs      the other arguments of operations, each cut at max_attr_chars
    values, grads   the numbers that are known (`record()` keeps all), – for a gradient that was not computed
    constants       draw inputs and constants, too
    depth           modules this deep are one box each, and equal ones in a row are one box, "×12". "auto" is 1 for a model, whose
                    modules `record()` has seen or `params` has, and folds the repeats of a long graph; None draws everything
    direction       which way it leads: "down", "up", "right" or "left"

    Also draws a graph that a backward pass has used up, and those of gradients (create_graph=True). The text is the same
    each time. Raises TypeError for anything but a Tensor of a graph, saying what to pass, and
    DrawingError if the package graphviz is missing.

    >>> from autograd_core import Tensor
    >>> from autograd_core.visualize import make_dot
    >>> a = Tensor(2.0, requires_grad=True, name="a")
    >>> [line.strip() for line in make_dot(a * a).source.splitlines()[-4:]]
    ['n0 -> n1', 'n0 -> n1', 'n1 -> n2', '}']
    """
    boxes = simplified(records(output, params, constants), depth)
    return digraph(boxes, direction, values=values, grads=grads, attrs=show_attrs, saved=show_saved, most=max_attr_chars)


def digraph(boxes: Sequence[Record], direction: Direction = "down", **shown: Any) -> Digraph:
    """Simplified records as a `graphviz.Digraph`; a notebook shows it even if there is no program `dot`."""
    try:
        from autograd_core.visualize.notebook import Digraph
    except ImportError as error:
        raise DrawingError(
            "make_dot needs the package graphviz: pip install graphviz. draw, listing and explore do without it"
        ) from error

    drawing = Digraph(**attributes(direction), body=dot_lines(boxes, **shown))
    drawing.boxes, drawing.shown = boxes, {"direction": direction, **shown}
    return drawing


def dot_text(boxes: Sequence[Record], direction: Direction = "down", **shown: Any) -> str:
    """The DOT text of simplified records; the same as that of `digraph`, but without the graphviz package."""
    settings = [
        f"\t{kind.removesuffix('_attr')} [{' '.join(f'{name}={quoted(value)}' for name, value in values.items())}]\n"
        for kind, values in attributes(direction).items()
    ]
    return "".join(["digraph {\n", *settings, *dot_lines(boxes, **shown), "}\n"])


def rankdir(direction: str) -> str:
    """Graphviz's word for a direction."""
    if direction not in DIRECTIONS:
        raise ValueError(f"direction must be one of {', '.join(DIRECTIONS)}; got {direction!r}")
    return DIRECTIONS[direction]


def attributes(direction: Direction) -> dict[str, dict[str, str]]:
    return {
        "graph_attr": {"bgcolor": "transparent", "rankdir": rankdir(direction)},
        "node_attr": {"color": INK, "fontname": "Courier", "fontsize": "10", "height": "0.2"},
        "edge_attr": {
            "arrowsize": "0.7",
            "color": INK,
            "fontcolor": INK,
            "fontname": "Courier",
            "fontsize": "8",
            "labeldistance": "1.6",
        },
    }  # fmt: skip


def dot_lines(
    boxes: Sequence[Record], values: bool = False, grads: bool = False, attrs: bool = False, saved: bool = False, most: int = 50
) -> list[str]:
    """The lines of the DOT text between the brackets: boxes, in the clusters of their modules, then edges."""
    dtype, by_id = common_dtype(boxes), {record.id: record for record in boxes}
    tree: dict[Any, Any] = {}  # {"": [lines of boxes], Part: the same inside}
    edges: list[str] = []
    for record in boxes:
        inside = tree
        for part in record.module:
            inside = inside.setdefault(part, {})
        here = inside.setdefault("", [])
        lines = lines_of(record, dtype, values, grads, attrs, most)
        here.append(_box(record.id, lines, record.kind, tooltip(record)))
        for edge, operand in zip(record.inputs, shown_operands(record, by_id), strict=True):
            edges.append(f"\t{edge.id} -> {record.id}{f' [headlabel={quoted(operand)}]' if operand else ''}\n")
        if record.base is not None:
            edges.append(f"\t{record.base} -> {record.id} [style=dotted]\n")
        for i, item in enumerate(record.saved if saved else ()):
            own = f"{record.id}_s{i}"
            text = [visible(item.name), str(item.value.shape), *([f"v {summary(item.value)}"] if values else [])]
            here.append(_box(own, text, "saved", f"{visible(item.name)}, saved by {record.id}"))
            edges.append(f"\t{record.id} -> {own} [dir=none]\n")
            if item.of not in (None, record.id):
                edges.append(f"\t{item.of} -> {own} [dir=none style=dotted constraint=false]\n")
    body: list[str] = []
    _clusters(tree, body)
    return body + edges


def _box(identity: str, lines: list[str], kind: str, tip: str) -> str:
    label = quoted("\n".join(lines))
    return f"\t{identity} [label={label} {STYLES[kind].dot()} class={kind} id={identity} tooltip={quoted(tip)}]\n"


def _clusters(tree: dict[Any, Any], body: list[str]) -> None:
    """The boxes of a tree of modules, nested as they are. Names in a cluster's id are numbers: only the labels are for people."""
    stack, count = [(tree, "\t", iter(tree.items()))], 0
    while stack:
        _, indent, rest = stack[-1]
        for part, content in rest:
            if part == "":
                body.extend([indent[1:] + line for line in content])
                continue
            body.append(f"{indent}subgraph cluster_{count} {{\n")
            look = f"style=rounded color={quoted(INK)} fontcolor={quoted(INK)} fontname=Courier fontsize=10"
            body.append(
                f"{indent}\tgraph [label={quoted(module_title(part))} {look} labeljust=l tooltip={quoted(visible(part.name))}]\n"
            )
            count += 1
            stack.append((content, indent + "\t", iter(content.items())))
            break
        else:
            stack.pop()
            if stack:
                body.append(f"{stack[-1][1]}}}\n")


def quoted(text: str) -> str:
    """A text as a DOT string that shows exactly that text: no escapes such as \\N, no HTML entities, no raw line breaks."""
    if "\\" in text or "&" in text or '"' in text:  # rare; this check takes a tenth of the time
        text = text.replace("\\", "\\\\").replace("&", "&amp;").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n") + '"'
