"""The ranks of a layout and their contents: boxes, and waypoints where an edge passes a rank."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from autograd_core.visualize.ranks import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import Clusters, ModulePath, Size


class Item:
    """A box or a waypoint in its rank."""

    # home     the modules' frames that it is in
    # main     whether it is on the longest way to an output
    # trunk    whether it is an operation or input, or on the way from one
    # weight   how much it resists being moved aside
    # key      what its rank is sorted by; in the end the y of its middle
    # pulls    for each neighbour above, and each below, how much the edge wants to be straight

    __slots__ = (
        "above", "below", "height", "home", "id", "key", "main", "place", "pulls_above", "pulls_below", "rank", "trunk",
        "weight", "width", "x",
    )  # fmt: skip

    def __init__(
        self,
        identity: str | None,
        rank: int,
        width: float,
        height: float,
        home: tuple[ModulePath, ...],
        trunk: bool,
        weight: float,
    ) -> None:
        self.id, self.rank, self.width, self.height, self.home, self.trunk = identity, rank, width, height, home, trunk
        self.above: list[Item] = []
        self.below: list[Item] = []
        self.pulls_above: list[float] = []
        self.pulls_below: list[float] = []
        self.x, self.place, self.key, self.weight = 0.0, 0, 0.0, weight
        self.main = False


class Grid:
    """The ranks, top one first, each a list of items from left to right."""

    def __init__(self, records: Sequence[Record], sizes: Mapping[str, Size], height: dict[str, int], clusters: Clusters) -> None:
        self.records, self.clusters = records, clusters
        top = max(height.values())
        self.item: dict[str, Item] = {}
        self.chains: list[tuple[list[Item], int | None]] = []
        self.dotted: list[tuple[Item, Item]] = []
        by_id = {record.id: record for record in records}
        met = _as_drawn(records, by_id)
        for place, identity in enumerate(met):
            record = by_id[identity]
            home = tuple([path for k in range(1, len(record.module) + 1) if (path := record.module[:k]) in clusters])
            trunk = record.kind in (*OPERATIONS, "output", "input")
            self.item[identity] = Item(identity, top - height[identity], *sizes[identity], home, trunk, 4 if trunk else 1)
            self.item[identity].key = place
        self.extent: dict[ModulePath, list[int]] = {}  # path -> [first rank, last rank]
        for item in self.item.values():
            for path in item.home:
                first, last = self.extent.setdefault(path, [item.rank, item.rank])
                self.extent[path] = [min(first, item.rank), max(last, item.rank)]
        self.ranks: list[list[Item]] = [[] for _ in range(top + 1)]
        for item in self.item.values():
            self.ranks[item.rank].append(item)
        depth: dict[str, int] = {}
        for record in records:
            depths = [depth[edge.id] for edge in record.inputs]
            deepest = max(depths, default=-1)
            depth[record.id] = deepest + 1
            for number, edge in enumerate(record.inputs):
                self._connect(self.item[edge.id], self.item[record.id], number, depths[number] == deepest)
            if record.base is not None:
                base, view = self.item[record.base], self.item[record.id]
                if base.rank < view.rank:
                    self._connect(base, view, None, False)
                else:
                    self.dotted.append((base, view))
        self._find_main(records, depth)

    def _find_main(self, records: Sequence[Record], depth: dict[str, int]) -> None:
        """Mark the longest way to each output."""
        for record in reversed(records):
            item = self.item[record.id]
            item.main |= not item.below
            if item.main and record.inputs:
                self.item[max(record.inputs, key=lambda edge: depth[edge.id]).id].main = True
        for chain, _ in self.chains:
            for waypoint in chain[1:-1]:
                waypoint.main = chain[0].main and chain[-1].main

    def _connect(self, start: Item, end: Item, number: int | None, longest_way: bool) -> None:
        chain = [start]
        for rank in range(start.rank + 1, end.rank):
            home = max(
                ([path for path in side.home if self.extent[path][0] <= rank <= self.extent[path][1]] for side in (end, start)),
                key=len,
            )
            waypoint = Item(None, rank, 2.0, 0.0, tuple(home), start.trunk, 16 / (end.rank - start.rank) if start.trunk else 1)
            waypoint.key = start.key
            self.ranks[rank].append(waypoint)
            chain.append(waypoint)
        chain.append(end)
        for a, b in pairwise(chain):
            pull: float = (
                (8 if a.id is None and b.id is None else 4 if a.id is not None and b.id is not None else 3) if start.trunk else 1
            )
            pull *= 1.5 if longest_way else 1
            a.below.append(b)
            b.above.append(a)
            a.pulls_below.append(pull)
            b.pulls_above.append(pull)
        self.chains.append((chain, number))


def _as_drawn(records: Sequence[Record], by_id: dict[str, Record]) -> list[str]:
    """The ids in the order in which a walk from the outputs, operand by operand, meets them: a good order to start from."""
    met, seen = [], set()
    for record in reversed(records):
        stack = [record.id]
        while stack:
            identity = stack.pop()
            if identity not in seen:
                seen.add(identity)
                met.append(identity)
                stack += [edge.id for edge in reversed(by_id[identity].inputs)]
    return met
