"""Where boxes and edges go: a layered layout in plain Python, whose time grows with the number of boxes.

1. Heights (ranks.py): outputs at the bottom, everything else as low as what it goes into lets it, so that leaves sit next to
   their use. A module's boxes keep all ranks between them for themselves.
2. An edge over several ranks gets a waypoint in each (grid.py), so that it is drawn around boxes and not across them.
3. The order in each rank (order.py), with few crossings.
4. Places (places.py): near the neighbours, the chain of operations straight.
5. Frames around modules, and the way of each edge: here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from autograd_core.visualize.grid import Grid
from autograd_core.visualize.order import order
from autograd_core.visualize.places import PAD, apart, place, sides
from autograd_core.visualize.ranks import clusters_of, heights, without_tangled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import ModulePath, Size

RANK_GAP, HEAD = 26, 14  # between ranks, for the title of a frame
MARGIN, PORTS, EDGE = 8, 14, 6  # around the picture; between the arrows that end at one box; from those to its corners
ASIDE = 4  # between an arrow and the operand's name beside it


@dataclass
class Plan:
    """A finished layout; y grows downwards.

    at       {id: (x, y) of the centre}
    routes   [(id from, id to, operand number or None for a view's base, [(x, y), …])]; the way is straight down between
             the points 1 and 2, 3 and 4, …, which are beside boxes, and free to bend between the others. With two points
             alone it goes from side to side of two boxes of one rank
    labels   {(id, operand number): (x, side)}: where the operand's name starts (side 1) or ends (side -1)
    frames   [(parts of the module's path, x, y, width, height)] of the modules that could be framed, outer ones first
    width, height
    """

    at: dict
    routes: list
    labels: dict
    frames: list
    width: float
    height: float


def layout(
    records: Sequence[Record],
    sizes: Mapping[str, Size],
    names: Mapping[str, Sequence[float]] | None = None,
    gap: float = RANK_GAP,
) -> Plan:
    """A Plan for records whose boxes have the `sizes` {id: (width, height)}.

    names   {id: [the width of each operand's name, 0 for those that have none]}, which get room beside the arrows; the boxes
            must be so wide that they find it: see `room_for`
    gap     how far apart the ranks are

    The records must be in topological order, as `records()` and `simplified()` return them.
    """
    clusters = clusters_of(records)
    height = None
    while height is None:
        height = heights(records, [cluster[1:] for cluster in clusters.values()])
        if height is None:
            clusters = without_tangled(records, clusters)
    grid = Grid(records, sizes, height, clusters)
    order(grid)
    place(grid)
    return _plan(grid, names or {}, gap)


def room_for(widths: Sequence[float]) -> float:
    """How wide a box must be for the names of its operands, written side by side."""
    return sum([max(PORTS, width + 2 * ASIDE) for width in widths]) + 2 * EDGE if any(widths) else 0


def _plan(grid: Grid, names: Mapping[str, Sequence[float]], gap: float) -> Plan:
    frames = _frames(grid)
    nested = _nested(grid, frames)
    tops, bottom = _tops(grid, nested, gap)
    items = [item for rank in grid.ranks for item in rank]
    left = min([item.x - item.width / 2 for item in items] + [start for start, _ in frames.values()])
    right = max([item.x + item.width / 2 for item in items] + [end for _, end in frames.values()])
    bands = [(top, top + max(item.height for item in rank)) for rank, top in zip(grid.ranks, tops, strict=True)]
    for rank, (top, foot) in zip(grid.ranks, bands, strict=True):
        for item in rank:
            item.x, item.key = item.x - left + MARGIN, (top + foot) / 2
    shown = []
    for path, (start, end) in frames.items():
        first, last = grid.extent[path]
        inner = nested[path]
        y = tops[first] - PAD - HEAD - inner[0] * (PAD + HEAD)
        end_y = bands[last][1] + PAD + inner[1] * PAD
        shown.append((path, start - left + MARGIN, y, end - start, end_y - y))
    at = {item.id: (item.x, item.key) for item in items if item.id is not None}
    entries, labels = _entries(grid, names)
    return Plan(at, _routes(grid, bands, entries), labels, shown, right - left + 2 * MARGIN, bottom)


def _frames(grid: Grid) -> dict[ModulePath, Size]:
    """{path: (left, right)} of the modules whose frame holds just their own boxes."""
    frames = {}
    for path in sorted(grid.extent, key=len):
        first, last = grid.extent[path]
        left, right = sides(grid, path)
        if path[:-1] and path[:-1] in grid.extent and path[:-1] not in frames:
            continue
        strangers = (item for rank in grid.ranks[first : last + 1] for item in rank if path not in item.home)
        if all(item.x + item.width / 2 < left or item.x - item.width / 2 > right for item in strangers):
            frames[path] = left, right
    return frames


def _nested(grid: Grid, frames: dict[ModulePath, Size]) -> dict[ModulePath, tuple[int, int]]:
    """{path: (how many frames in it begin in its first rank, each in the other, how many end in its last)}."""
    nested = dict.fromkeys(frames, (0, 0))
    for path in sorted(frames, key=len, reverse=True):
        outer = path[:-1]
        if outer in nested:
            (first, last), (outer_first, outer_last) = grid.extent[path], grid.extent[outer]
            begin = nested[path][0] + 1 if first == outer_first else 0
            end = nested[path][1] + 1 if last == outer_last else 0
            nested[outer] = max(nested[outer][0], begin), max(nested[outer][1], end)
    return nested


def _tops(grid: Grid, nested: dict[ModulePath, tuple[int, int]], gap: float) -> tuple[list[float], float]:
    """The y of the top of each rank, with room for the titles of the frames that begin there, and the whole height."""
    begin, end = [0] * (len(grid.ranks) + 1), [0] * (len(grid.ranks) + 1)
    for path, inner in nested.items():
        first, last = grid.extent[path]
        begin[first] = max(begin[first], 1 + inner[0])
        end[last] = max(end[last], 1 + inner[1])
    tops, y = [], float(MARGIN)
    for i, rank in enumerate(grid.ranks):
        y += begin[i] * (PAD + HEAD)
        tops.append(y)
        y += max(item.height for item in rank) + end[i] * PAD + gap
    return tops, y - gap + MARGIN


def _entries(
    grid: Grid, names: Mapping[str, Sequence[float]]
) -> tuple[dict[int, float], dict[tuple[str, int], tuple[float, int]]]:
    """({number of a chain: x at which its arrow ends}, {(id, operand number): where its name is written}).

    A name is on the side that its edge does not come from, and two arrows as far apart as the names between them need.
    """
    arriving: dict[Any, list[Any]] = defaultdict(list)
    for i, (chain, number) in enumerate(grid.chains):
        arriving[chain[-1].id].append((chain[-2].x, -1 if number is None else number, i, chain))
    entries, labels = {}, {}
    for identity, ends in arriving.items():
        ends.sort(key=lambda end: end[:2])
        item, widths = ends[0][3][-1], names.get(identity)
        left, right = item.x - item.width / 2 + EDGE, item.x + item.width / 2 - EDGE
        places = [min(max(x, left), right) for x, *_ in ends]
        gaps: list[float] = [PORTS] * (len(ends) - 1)
        written: list[Size] = [(0, 0)] * len(ends)
        if widths and any(widths):
            written = [
                _extent(end, at, widths, first=end is ends[0] and bool(gaps)) for end, at in zip(ends, places, strict=True)
            ]
            gaps = [max(PORTS, a[1] + b[0] + ASIDE) for a, b in pairwise(written)]
            left, right = left + max(0, written[0][0] - EDGE), right - max(0, written[-1][1] - EDGE)
        needed = sum(gaps)
        if needed > right - left:
            gaps, needed = [gap * (right - left) / needed for gap in gaps], right - left
        if gaps:
            places = apart(places, [8 if chain[-2].trunk else 1 for *_, chain in ends], gaps)
        for (_, number, i, _), x, (before, after), off in zip(ends, places, written, accumulate(gaps, initial=0), strict=True):
            entries[i] = x = min(max(x - off, left), right - needed) + off
            if before or after:
                labels[identity, number] = x + (ASIDE if after else -ASIDE), 1 if after else -1
    return entries, labels


def _extent(end: Sequence[Any], at: float, widths: Sequence[float], first: bool) -> Size:
    """How far the name of an operand, whose arrow ends `at`, reaches to the left and to the right of that."""
    x, number = end[:2]
    extent = widths[number] + ASIDE if number >= 0 and widths[number] else 0
    to_the_left = x > at + 1 or (first and x >= at - 1)
    return (extent, 0) if to_the_left else (0, extent)


def _routes(grid: Grid, bands: Sequence[Size], entries: dict[int, float]) -> list[Any]:
    """The points of every edge: from the bottom of a box, straight down past the boxes of each rank, to the top of the other."""
    routes = []
    for i, (chain, number) in enumerate(grid.chains):
        start, end = chain[0], chain[-1]
        x = entries[i]
        leave = min(max(chain[1].x if len(chain) > 2 else x, start.x - start.width / 2 + EDGE), start.x + start.width / 2 - EDGE)
        leave = leave if abs(leave - start.x) < PORTS else start.x
        points = [(leave, start.key + start.height / 2), (leave, bands[start.rank][1])]
        for item in chain[1:-1]:
            top, foot = bands[item.rank]
            points += [(item.x, top), (item.x, foot)]
        routes.append((start.id, end.id, number, [*points, (x, bands[end.rank][0]), (x, end.key - end.height / 2)]))
    for start, end in grid.dotted:
        side = 1 if start.x < end.x else -1
        points = [(start.x + side * start.width / 2, start.key), (end.x - side * end.width / 2, end.key)]
        routes.append((start.id, end.id, None, points))
    return routes
