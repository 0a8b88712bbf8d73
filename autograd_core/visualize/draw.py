"""draw: pictures as files and in notebooks. SVG by this package's own layout; PNG, PDF and others by Graphviz."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_core.errors import DrawingError
from autograd_core.visualize.dot import dot_text, rankdir
from autograd_core.visualize.simplify import simplified
from autograd_core.visualize.svg import svg_of
from autograd_core.visualize.walk import records

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import Depth, Direction, FilePath, Output, Params

SECONDS = 20  # that Graphviz may take
TOO_MANY = 20_000  # boxes: a picture of them helps nobody, and takes seconds and megabytes
BY_GRAPHVIZ = frozenset(["png", "pdf", "jpg", "jpeg", "gif", "webp", "ps", "eps"])
IN_A_CHILD = (  # in which a crash or a long run of Graphviz does no harm
    "import sys, pygraphviz; text, kind = sys.stdin.buffer.read().decode(), sys.argv[1]; "
    "sys.stdout.buffer.write(pygraphviz.AGraph(string=text).draw(format=kind, prog='dot'))"
)


def draw(
    output: Output,
    path: FilePath | None = None,
    params: Params = None,
    *,
    values: bool = False,
    grads: bool = False,
    show_attrs: bool = False,
    show_saved: bool = False,
    max_attr_chars: int = 50,
    constants: bool = True,
    depth: Depth = "auto",
    direction: Direction = "down",
) -> Drawing:
    """Draw the graph of `output` as `make_dot` does, into a file whose extension says how; returns the `Drawing`.

    .svg                  by this package's own layout, with nothing else installed
    .dot, .gv             the DOT text
    .png, .pdf and more   by the program `dot`, or by pygraphviz if that is installed

    Without a path nothing is written: a notebook shows the Drawing. The other arguments are those of `make_dot`.

    >>> from autograd_core import Tensor
    >>> a = Tensor(2.0, requires_grad=True, name="a")
    >>> draw(a * a).svg[:4]
    '<svg'
    """
    rankdir(direction)  # refuses anything but a direction before a file is written
    boxes = simplified(records(output, params, constants), depth)
    shown = {
        "direction": direction,
        "values": values,
        "grads": grads,
        "attrs": show_attrs,
        "saved": show_saved,
        "most": max_attr_chars,
    }
    drawing = Drawing(boxes, shown)
    if path is not None:
        drawing.save(path)
    return drawing


class Drawing:
    """A picture of a graph: `svg` and `dot` are its texts, `save(path)` writes a file, a notebook shows it.

    >>> from autograd_core import Tensor, visualize
    >>> picture = visualize.draw(Tensor(2.0, requires_grad=True, name="x") * 3.0)
    >>> picture.svg[:4], picture.dot[:7]
    ('<svg', 'digraph')
    """

    def __init__(self, boxes: list[Record], shown: dict[str, Any]) -> None:
        self._boxes, self._shown = boxes, shown
        self._svg: str | None = None

    @property
    def svg(self) -> str:
        """The SVG text."""
        if len(self._boxes) > TOO_MANY:
            raise DrawingError(
                f"draw: the graph has {len(self._boxes):,} boxes, and a picture of more than {TOO_MANY:,} helps nobody. Draw "
                "modules as one box each with depth=1, or the output of a part of it; make_dot and listing write any number"
            )
        if self._svg is None:
            self._svg = svg_of(self._boxes, **self._shown)
        return self._svg

    @property
    def dot(self) -> str:
        """The DOT text."""
        return dot_text(self._boxes, **self._shown)

    def save(self, path: FilePath) -> None:
        """Write the picture in the format that the extension names."""
        target = Path(path)
        kind = target.suffix[1:].lower()
        if kind == "svg":
            content = self.svg.encode()
        elif kind in ("dot", "gv"):
            content = self.dot.encode()
        elif kind in BY_GRAPHVIZ:
            content = self._by_graphviz(kind)
        else:
            known = ", ".join(f".{extension}" for extension in ("svg", "dot", "gv", *sorted(BY_GRAPHVIZ)))
            raise ValueError(f"draw: the extension says what to write, one of {known}; got {target.name!r}")
        unfinished = target.with_name(target.name + ".part")
        unfinished.write_bytes(content)
        os.replace(unfinished, target)

    def _by_graphviz(self, kind: str) -> bytes:
        program = shutil.which("dot")
        if program is not None:
            command = [program, f"-T{kind}"]
        elif find_spec("pygraphviz") is not None:
            command = [sys.executable, "-c", IN_A_CHILD, kind]
        else:
            raise DrawingError(
                f"draw: .{kind} needs Graphviz: its program dot (apt install graphviz, brew install graphviz), or pip install "
                "pygraphviz. An .svg is drawn without either"
            )
        try:
            return subprocess.run(command, input=self.dot.encode(), capture_output=True, timeout=SECONDS, check=True).stdout
        except subprocess.TimeoutExpired:
            edges = sum(len(record.inputs) for record in self._boxes)
            raise DrawingError(
                f"draw: Graphviz was not done with {len(self._boxes):,} boxes and {edges:,} edges after {SECONDS} s. Save it "
                "as .svg, which takes a fraction of that, or draw modules as one box each with depth=1"
            ) from None
        except subprocess.CalledProcessError as error:
            words = error.stderr.decode(errors="replace").strip()
            raise DrawingError(
                f"draw: Graphviz failed with code {error.returncode}: {words}. An .svg is drawn without it"
            ) from None

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="text-align: center; overflow-x: auto">{self.svg}</div>'

    def __repr__(self) -> str:
        return f"<Drawing of {len(self._boxes)} boxes: save('graph.svg') writes it>"
