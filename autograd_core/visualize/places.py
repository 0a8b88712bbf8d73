"""Where in its rank each box stands: the third step of a layout.

Every box is as near as possible to its weightiest neighbours, by least squares with the order kept, which for one rank is
isotonic regression. The chain of operations weighs most, and comes out straight.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograd_core.visualize.grid import Grid, Item
    from autograd_core.visualize.types import ModulePath, Size

GAP, PAD = 14, 8  # between boxes, inside a module's frame


def place(grid: Grid) -> None:
    for rank in grid.ranks:
        x = 0.0
        for item in rank:
            item.x = x + item.width / 2
            x += item.width + GAP
        for item in rank:
            item.x -= x / 2
    spaces = [[_gap(a, b) for a, b in pairwise(rank)] for rank in grid.ranks]
    for item in (item for rank in grid.ranks for item in rank):
        item.above, item.pulls_above = _heaviest(item.above, item.pulls_above)
        item.below, item.pulls_below = _heaviest(item.below, item.pulls_below)
    for side in ("above", "below", "above", "branches"):
        for i in range(len(grid.ranks)) if side == "above" else reversed(range(len(grid.ranks))):
            _settle(grid.ranks[i], spaces[i], side)
    for _ in range(4):
        if not _make_room(grid):
            break


def _make_room(grid: Grid) -> bool:
    """Push boxes out of a module's frame that do not belong to it, to the side they are on."""
    moved = False
    for path in sorted(grid.extent, key=len):
        first, last = grid.extent[path]
        left, right = sides(grid, path)
        for rank in grid.ranks[first : last + 1]:
            inside = [i for i, item in enumerate(rank) if path in item.home]
            if not inside:
                continue
            moved |= _push(rank, inside[0] - 1, left - GAP, -1) | _push(rank, inside[-1] + 1, right + GAP, 1)
    return moved


def sides(grid: Grid, path: ModulePath) -> Size:
    """Left and right edge of a module's frame: around its boxes, and the frames in it."""
    first, last = grid.extent[path]
    left, right = [], []
    for rank in grid.ranks[first : last + 1]:
        for item in rank:
            if path in item.home:
                pad = PAD * (len(item.home) - item.home.index(path))
                left.append(item.x - item.width / 2 - pad)
                right.append(item.x + item.width / 2 + pad)
    return min(left), max(right)


def _heaviest(others: list[Item], pulls: list[float]) -> tuple[list[Item], list[float]]:
    """The neighbours with the greatest pull, and that."""
    if len(pulls) < 2:
        return others, pulls
    most = max(pulls)
    return [other for other, pull in zip(others, pulls, strict=True) if pull == most], [most]


def _settle(rank: list[Item], spaces: list[float], side: str) -> None:
    """Align the items of a rank with their heaviest neighbours "above" or "below".

    With "branches" the longest way stays in place, and the boxes that flow into it come close.
    """
    branches = side == "branches"
    if len(rank) == 1:
        (item,) = rank
        near = [] if branches and item.main and item.above else item.above if side == "above" else item.below
        item.x = sum([other.x for other in near]) / len(near) if near else item.x
        return
    wanted, weights = [], []
    for item in rank:
        if branches and item.main and item.above:
            wanted.append(item.x)
            weights.append(1e4)
            continue
        near, pulls = (item.above, item.pulls_above) if side == "above" else (item.below, item.pulls_below)
        wanted.append(item.x if not near else near[0].x if len(near) == 1 else sum([other.x for other in near]) / len(near))
        weights.append(item.weight * (pulls[0] if pulls else 0.1))
    for item, x in zip(rank, apart(wanted, weights, spaces), strict=True):
        item.x = x


def _gap(a: Item, b: Item) -> float:
    """How far apart the middles of neighbours must be: their halves, a gap, and the frames between them."""
    common = 0
    for path, other_path in zip(a.home, b.home, strict=False):
        if path != other_path:
            break
        common += 1
    borders = len(a.home) + len(b.home) - 2 * common
    return (a.width + b.width) / 2 + GAP + borders * PAD + (GAP if borders else 0)


def _push(rank: list[Item], i: int, limit: float, side: int) -> bool:
    """Move the item at `i`, and what then is in its way, beyond `limit` to one side; whether anything moved."""
    moved = False
    while 0 <= i < len(rank):
        item = rank[i]
        x = limit + side * item.width / 2
        if (item.x - x) * side >= -1e-6:
            break
        item.x, moved = x, True
        following = i + side
        if 0 <= following < len(rank):
            limit = x + side * (_gap(item, rank[following]) - rank[following].width / 2)
        i = following
    return moved


def apart(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The places nearest to `wanted` by weighted least squares that are in order and at least `gaps` apart.

    With the gaps taken off it is isotonic regression, by pooling neighbours that are in the wrong order.

    >>> apart([0, 0, 10], [1, 1, 1], [4, 4])
    [-2.0, 2.0, 10.0]
    """
    offset = 0.0
    blocks: list[tuple[float, float, int]] = []  #  [sum of weights, weighted sum, how many]
    offsets = []
    for i, (x, weight) in enumerate(zip(wanted, weights, strict=True)):
        offset += gaps[i - 1] if i else 0.0
        offsets.append(offset)
        block = (weight, weight * (x - offset), 1)
        while blocks and blocks[-1][1] * block[0] > block[1] * blocks[-1][0]:
            before = blocks.pop()
            block = (block[0] + before[0], block[1] + before[1], block[2] + before[2])
        blocks.append(block)
    places = []
    for weight, total, count in blocks:
        places += [total / weight] * count
    return [place + offset for place, offset in zip(places, offsets, strict=True)]
