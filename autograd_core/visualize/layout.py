"""Where boxes and edges go: a layered layout in plain Python, whose time grows with the number of boxes.

1. Heights: outputs at the bottom, everything else as low as what it goes into lets it, so that leaves sit next to their use.
   A module's boxes keep all ranks between them for themselves.
2. An edge over several ranks gets a waypoint in each, so that it is drawn around boxes and not across them.
3. The order in each rank follows the mean place of the neighbours, swept down and up until it stands (barycentre heuristic:
   Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11, 1981), the boxes of a module side by side.
4. Places: every box as near as possible to its weightiest neighbours, by least squares with the order kept, which for one
   rank is isotonic regression. The chain of operations weighs most, and comes out straight.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from autograd_core.visualize.ranks import OPERATIONS, clusters_of, heights, without_tangled

RANK_GAP, GAP, PAD, HEAD = 26, 14, 8, 14  # between ranks, between boxes, inside a module's frame, for its title
MARGIN, PORTS = 8, 14  # around the picture; between the arrows that end at one box
SWEEPS = 8


@dataclass
class Plan:
    """A finished layout; y grows downwards.

    at       {id: (x, y) of the centre}
    routes   [(id from, id to, operand number or None for a view's base, [(x, y), …])]
    frames   [(parts of the module's path, x, y, width, height)] of the modules that could be framed, outer ones first
    width, height
    """

    at: dict
    routes: list
    frames: list
    width: float
    height: float


def layout(records, sizes):
    """A Plan for records whose boxes have the `sizes` {id: (width, height)}.

    The records must be in topological order, as `records()` and `simplified()` return them.
    """
    clusters = clusters_of(records)
    height = None
    while height is None:
        height = heights(records, [cluster[1:] for cluster in clusters.values()])
        if height is None:
            clusters = without_tangled(records, clusters)
    grid = _Grid(records, sizes, height, clusters)
    grid.order()
    grid.place()
    return grid.plan()


def plan(grid):
    frames = _frames(grid)
    nested = _nested(grid, frames)
    tops, bottom = _tops(grid, nested)
    items = [item for rank in grid.ranks for item in rank]
    left = min([item.x - item.width / 2 for item in items] + [sides[0] for sides in frames.values()])
    right = max([item.x + item.width / 2 for item in items] + [sides[1] for sides in frames.values()])
    for rank, top in zip(grid.ranks, tops, strict=True):
        middle = top + max(item.height for item in rank) / 2
        for item in rank:
            item.x, item.key = item.x - left + MARGIN, middle
    shown = []
    for path, (start, end) in frames.items():
        first, last = grid.extent[path]
        inner = nested[path]
        y = tops[first] - PAD - HEAD - inner[0] * (PAD + HEAD)
        end_y = tops[last] + max(item.height for item in grid.ranks[last]) + PAD + inner[1] * PAD
        shown.append((path, start - left + MARGIN, y, end - start, end_y - y))
    at = {item.id: (item.x, item.key) for item in items if item.id is not None}
    return Plan(at, _routes(grid), shown, right - left + 2 * MARGIN, bottom)


def _frames(grid):
    """{path: (left, right)} of the modules whose frame holds just their own boxes."""
    found = {}
    for path in sorted(grid.extent, key=len):
        first, last = grid.extent[path]
        left, right = sides(grid, path)
        if path[:-1] and path[:-1] in grid.extent and path[:-1] not in found:
            continue
        strangers = (item for rank in grid.ranks[first : last + 1] for item in rank if path not in item.home)
        if all(item.x + item.width / 2 < left or item.x - item.width / 2 > right for item in strangers):
            found[path] = left, right
    return found


def _nested(grid, frames):
    """{path: (how many frames in it begin in its first rank, each in the other, how many end in its last)}."""
    found = dict.fromkeys(frames, (0, 0))
    for path in sorted(frames, key=len, reverse=True):
        outer = path[:-1]
        if outer in found:
            (first, last), (outer_first, outer_last) = grid.extent[path], grid.extent[outer]
            begin = found[path][0] + 1 if first == outer_first else 0
            end = found[path][1] + 1 if last == outer_last else 0
            found[outer] = max(found[outer][0], begin), max(found[outer][1], end)
    return found


def _tops(grid, nested):
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
        y += max(item.height for item in rank) + end[i] * PAD + RANK_GAP
    return tops, y - RANK_GAP + MARGIN


def _routes(grid):
    """The points of every edge: from the bottom of a box over its waypoints to a place on the top of the other."""
    arriving = defaultdict(list)
    for chain, number in grid.chains:
        arriving[chain[-1].id].append((chain[-2].x, number, chain))
    entry = {}
    for ends in arriving.values():
        ends.sort(key=lambda end: end[:2])
        item = ends[0][2][-1]
        room = item.width / 2 - 6
        wanted = [min(max(x, item.x - room), item.x + room) for x, _, _ in ends]
        step = min(PORTS, 2 * room / len(ends))
        places = apart(wanted, [8 if chain[-2].trunk else 1 for _, _, chain in ends], [step] * (len(ends) - 1))
        over = max(0.0, places[-1] - item.x - room) - max(0.0, item.x - room - places[0])
        for (_, _, chain), x in zip(ends, places, strict=True):
            entry[id(chain)] = x - over
    routes = []
    for chain, number in grid.chains:
        start, end = chain[0], chain[-1]
        x = entry[id(chain)]
        leave = min(max(chain[1].x if len(chain) > 2 else x, start.x - start.width / 2 + 6), start.x + start.width / 2 - 6)
        leave = leave if abs(leave - start.x) < PORTS else start.x
        points = [(leave, start.key + start.height / 2), *[(item.x, item.key) for item in chain[1:-1]]]
        routes.append((start.id, end.id, number, [*points, (x, end.key - end.height / 2)]))
    for start, end in grid.dotted:
        if start.rank < end.rank:
            points = [(start.x, start.key + start.height / 2), (end.x, end.key - end.height / 2)]
        else:
            side = 1 if start.x < end.x else -1
            points = [(start.x + side * start.width / 2, start.key), (end.x - side * end.width / 2, end.key)]
        routes.append((start.id, end.id, None, points))
    return routes
