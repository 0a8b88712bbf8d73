"""How high every box is: the first step of a layout, which also tells how long edges will be."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import Cluster, Clusters

OPERATIONS = ("op", "module")


def heights(records: Sequence[Record], clusters: Sequence[Cluster] = ()) -> dict[str, int] | None:
    """{id: height}: 0 for outputs and 1 more than the highest box it goes into for any other.

    clusters   [(members, ids that must be above all of them, ids that must be below)]
    Returns None if no heights satisfy the clusters.
    """
    height = _framed_heights(records, clusters) if clusters else _free_heights(records)
    if height is None:
        return None
    for record in records:  # right after what made it, though nothing requires it
        if record.kind in ("output", "base", "saved") and record.inputs:
            height[record.id] = height[record.inputs[0].id] - 1
    used = {level: i for i, level in enumerate(sorted({height[record.id] for record in records}))}  # without ranks that are empty
    return {record.id: used[height[record.id]] for record in records}


def _free_heights(records: Sequence[Record]) -> dict[str, int]:
    height = dict.fromkeys([record.id for record in records], 0)
    for record in reversed(records):
        least = height[record.id] + 1
        for edge in record.inputs:
            if height[edge.id] < least:
                height[edge.id] = least
    return height


def _framed_heights(records: Sequence[Record], clusters: Sequence[Cluster]) -> dict[Any, int] | None:
    """With clusters, the order of creation is not a topological order: boxes are taken as soon as all below them are done."""
    below: dict[Any, list[tuple[Any, int]]] = defaultdict(list)
    for record in records:
        for edge in record.inputs:
            below[edge.id].append((record.id, 1))
    for i, (members, before, after) in enumerate(clusters):
        top, bottom = ("top", i), ("bottom", i)
        for box in before:
            below[box].append((top, 1))
        below[top] = [(box, 0) for box in members]
        for box in members:
            below[box].append((bottom, 1))
        below[bottom] = [(box, 0) for box in after]
    order: list[Any] = [record.id for record in records]
    order += [(end, i) for end in ("top", "bottom") for i in range(len(clusters))]
    waiting = dict.fromkeys(order, 0)
    above = defaultdict(list)
    for box in order:
        for other, weight in below.get(box, ()):
            waiting[box] += 1
            above[other].append((box, weight))
    height = dict.fromkeys(order, 0)
    ready = [box for box in order if not waiting[box]]
    for box in ready:  # grows while it is walked
        for other, weight in above[box]:
            height[other] = max(height[other], height[box] + weight)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return height if len(ready) == len(order) else None


def clusters_of(records: Sequence[Record]) -> Clusters:
    """{path: (path, members, what must be above, what must be below)} of all modules with an operation."""
    by_id = {record.id: record for record in records}
    members = defaultdict(list)
    for record in records:
        for k in range(1, len(record.module) + 1):
            members[record.module[:k]].append(record.id)
    clusters: Clusters = {}
    for path, ids in members.items():
        inside = set(ids)
        operations = sum(by_id[identity].kind in OPERATIONS for identity in ids)
        if not operations:
            continue
        # An input above the frame makes a straight line; next to a module with many operations it stays near its use
        from_above = OPERATIONS + (("input", "const") if operations <= 6 else ())
        before = [
            edge.id
            for identity in ids
            for edge in by_id[identity].inputs
            if edge.id not in inside and by_id[edge.id].kind in from_above
        ]
        clusters[path] = path, ids, list(dict.fromkeys(before)), {}
    for record in records:
        paths = {record.module[:k] for k in range(1, len(record.module) + 1)}
        for edge in record.inputs if record.kind != "output" else ():
            source = by_id[edge.id]
            for k in range(1, len(source.module) + 1):
                path = source.module[:k]
                if path in clusters and path not in paths:
                    clusters[path][3][record.id] = None
    return clusters


def without_tangled(records: Sequence[Record], clusters: Clusters) -> Clusters:
    """The clusters without those that their own results enter again: a frame cannot hold them."""
    paths = list(clusters)
    loose = [path for path in paths if heights(records, [clusters[path][1:]]) is None]
    if not loose:  # each could have its frame, but not all together
        loose = [max(paths, key=lambda path: len(clusters[path][1]))]
    return {path: cluster for path, cluster in clusters.items() if path not in loose}
