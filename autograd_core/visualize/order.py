"""The order in each rank: the second step of a layout. It follows the mean place of the neighbours, swept down and up until it
settles (barycentre heuristic: Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11, 1981), the boxes of a module side by side."""

from __future__ import annotations

from bisect import bisect_right, insort
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.grid import Grid, Item

SWEEPS = 8


def order(grid: Grid) -> None:
    """Sort every rank of the grid."""
    for rank in grid.ranks:
        rank.sort(key=attrgetter("key"))
        if grid.clusters:
            _group(rank)
        for place, item in enumerate(rank):
            item.place = item.key = place
    best, fewest = grid.ranks, None
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        changed = False
        for rank in grid.ranks if down else reversed(grid.ranks):
            changed |= _sort(grid, rank, down)
        count = _crossings(grid)
        if fewest is None or count < fewest:
            best, fewest = [list(rank) for rank in grid.ranks], count
        if not fewest or not changed:
            break
    grid.ranks = best
    for rank in grid.ranks:
        _middle(rank)
        for place, item in enumerate(rank):
            item.place = place


def _sort(grid: Grid, rank: list[Item], down: bool) -> bool:
    if len(rank) < 2:
        return False
    for item in rank:
        others = item.above if down else item.below
        item.key = sum([other.place for other in others]) / len(others) if others else item.place
    rank.sort(key=attrgetter("key"))
    if grid.clusters:
        _group(rank)
    changed = False
    for place, item in enumerate(rank):
        changed |= item.place != place
        item.place = place
    return changed


def _group(rank: list[Item], level: int = 0) -> None:
    """Put the boxes of a module side by side, in each rank at the mean place of the module."""
    if not any(len(item.home) > level for item in rank):
        return
    groups: dict[Any, list[Item]] = {}
    for item in rank:
        groups.setdefault(item.home[level] if len(item.home) > level else item, []).append(item)
    for path, group in groups.items():
        if type(path) is tuple:
            _group(group, level + 1)
    ordered = sorted(groups.values(), key=lambda group: sum(item.key for item in group) / len(group))
    rank[:] = [item for group in ordered for item in group]


def _middle(rank: list[Item]) -> None:
    """Among neighbours that all go into one box, put a single operation into the middle, so that the chain runs straight
    between the leaves. No other edges are affected, so none cross."""
    start = 0
    while start < len(rank):
        end = start + 1
        while end < len(rank) and _alike(rank[start], rank[end]):
            end += 1
        group = rank[start:end]
        trunk = [item for item in group if item.trunk]
        if len(group) > 2 and len(trunk) == 1:
            group.remove(trunk[0])
            group.insert((len(group) + 1) // 2, trunk[0])
            rank[start:end] = group
        start = end


def _crossings(grid: Grid) -> int:
    """How many pairs of edges cross, counted as inversions between neighbouring ranks."""
    count = 0
    for rank in grid.ranks:
        ends = [sorted(other.place for other in item.below) for item in rank]
        if sum(map(len, ends)) < 2:
            continue
        seen: list[int] = []
        for places in ends:
            count += sum(len(seen) - bisect_right(seen, place) for place in places)
            for place in places:
                insort(seen, place)
    return count


def _alike(a: Item, b: Item) -> bool:
    """Whether both go into one and the same box only, in the same frames, and are operations or leaves right above it."""
    if not all(item.trunk or not item.above for item in (a, b)):
        return False
    return len(a.below) == len(b.below) == 1 and a.below[0] is b.below[0] and a.home == b.home
