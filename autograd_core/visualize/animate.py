"""animate: both passes as a moving picture, an animated GIF or SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core.errors import DrawingError
from autograd_core.visualize.film import BACKWARD, FORWARD, LINE, Film
from autograd_core.visualize.given import export_of, path_of
from autograd_core.visualize.style import INK, STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from autograd_core.visualize.types import FilePath, Output, Params

MOST = 60  # boxes of a picture in which each step can be seen


def animate(
    output: Output | Callable[[], Any], path: FilePath, params: Params = None, *, seconds: float = 1.2, dpi: int = 100
) -> Path:
    """Write both passes as a moving picture: every operation with its value, then every contribution with its sum.

    output   a Tensor that was computed, a list, tuple or dict of them, or a function of no arguments that computes one
    path     a file whose extension says what to write: .gif, by matplotlib and Pillow (`pip install matplotlib`), or .svg
    params   names: {name: Tensor}, or a module
    seconds  how long each step stays
    dpi      dots an inch of a GIF

    Returns the path. Raises ValueError for another extension and for a graph of more than 60 boxes, and DrawingError if no
    backward pass can be shown or matplotlib is missing.

    >>> import tempfile
    >>> from autograd_core import Tensor
    >>> from autograd_core.visualize import animate
    >>> w = Tensor(3.0, requires_grad=True, name="w")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     animate(lambda: w * w + 1, f"{folder}/backward.svg").read_text()[:4]
    '<svg'
    """
    target = path_of("animate", path)
    kind = "" if target is None else target.suffix.lower()
    if target is None or kind not in (".gif", ".svg"):
        raise ValueError(f"animate: the extension says what to write, .gif or .svg; got {str(path)!r}")
    if not seconds > 0:
        raise ValueError(f"animate: seconds must be more than 0, got {seconds!r}")
    export = export_of(output, params, True, True, 10**9)
    if len(export.boxes) > MOST:
        raise ValueError(
            f"animate: the graph has {len(export.boxes)} boxes, and a picture of more than {MOST} cannot be followed. Animate a "
            "part of it, or write a page with explore"
        )
    film = Film(export)
    if kind == ".svg":
        target.write_text(film.svg(seconds), encoding="utf-8", newline="\n")
    else:
        _gif(film, target, seconds, dpi)
    return target


def _gif(film: Film, target: Path, seconds: float, dpi: int) -> None:
    """The frames drawn by matplotlib, and put together by Pillow."""
    try:
        from matplotlib.animation import PillowWriter
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DrawingError("animate: a .gif needs matplotlib: pip install matplotlib. An .svg is written without") from error
    figure = Figure(figsize=(film.wide / 72, film.high / 72), dpi=dpi)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    rate: Any = 1 / seconds
    writer = PillowWriter(fps=rate)
    with writer.saving(figure, str(target), dpi):
        for k in range(len(film.frames)):
            axes.clear()
            axes.set(xlim=(0, film.wide), ylim=(film.high, 0))
            axes.axis("off")
            _paint(film, axes, k)
            writer.grab_frame()


def _paint(film: Film, axes: Any, k: int) -> None:
    from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
    from matplotlib.path import Path as Curve

    frame = film.frames[k]
    font = {"family": "monospace", "size": 11, "va": "center"}
    for _, end, number, points in film.plan.routes:
        hot = film.is_hot(k, end, number)
        route, codes = _bends([(x + film.left, y) for x, y in points])
        kinds = {"M": Curve.MOVETO, "L": Curve.LINETO, "C": Curve.CURVE4}
        colour, thick = (BACKWARD, 3.0) if hot else (INK, 1.0)
        axes.add_patch(PathPatch(Curve(route, [kinds[code] for code in codes]), fill=False, ec=colour, lw=thick))
        (x, y), side, size = (route[0], 1, 6.5) if hot else (route[-1], -1, 4.0)  # the tip, and where its arrow comes from
        axes.add_patch(Polygon([(x, y), (x - size, y + side * 2 * size), (x + size, y + side * 2 * size)], color=colour, lw=0))
        if hot:
            x, y = film.middle(points)
            halo = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"}
            axes.text(x + 9, y, frame.label, color=BACKWARD, weight="bold", bbox=halo, **font)
    for i, box in enumerate(film.boxes):
        x, y, wide, high = film.box(box)
        style, active = STYLES[box.kind], i in frame.active
        edge = (BACKWARD if film.is_back(k) else FORWARD) if active else INK
        patch = FancyBboxPatch(
            (x + 3, y + 3), wide - 6, high - 6, boxstyle=f"round,pad=3,rounding_size={5 if style.rounded else 0.1}",
            fc=style.fill, ec=edge, lw=3 if active else 1.8 if style.thick else 1,
            ls="--" if style.dashed and not active else "-",
        )  # fmt: skip
        axes.add_patch(patch)
        for line, (text, colour) in enumerate(film.lines(i, k)):
            place = x + wide / 2, y + 14 + LINE * line
            axes.text(*place, text, ha="center", weight="normal" if line else "bold", color=colour, **font)
    axes.text(film.wide / 2, film.high - 16, frame.words, ha="center", **font)


def _bends(points: Sequence[Any]) -> tuple[list[Any], str]:
    """The points and codes of a route: M, L and the three of each C, as `svg.curve` draws it."""
    (x, y), *rest = points
    route, codes = [(x, y)], "M"
    for to_x, to_y in rest:
        if abs(to_x - x) > 0.05:
            middle = (y + to_y) / 2
            route += [(x, middle), (to_x, middle), (to_x, to_y)]
            codes += "CCC"
        else:
            route.append((to_x, to_y))
            codes += "L"
        x, y = to_x, to_y
    return route, codes
