"""Fewer and better boxes, from records to records: modules as one box, leaves next to their uses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.visualize.modules import calls_apart
from autograd_core.visualize.ranks import heights
from autograd_core.visualize.records import Edge, Record, consumers_of
from autograd_core.visualize.repeats import Repeat, paths_with_repeats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from autograd_core.visualize.types import Depth, ModulePath

MANY, MANY_MODULES = 60, 20  # boxes, beyond which what is repeated is drawn once
SEVERAL = 3  # inputs without a name, or edges from one box, into another, beyond which they are drawn as one
LONG = 40  # ranks that the edges of one leaf may pass together; if more, each of its uses gets its own box


def simplified(records: list[Record], depth: Depth = "auto") -> list[Record]:
    """What is drawn of the records: modules at `depth` folded, and far-reaching leaves drawn once for each use."""
    if depth == "auto":
        records = _folded_as_needed(records)
    elif depth is not None:
        records = folded(records, depth)
    return calls_apart(beside_uses(records))


def _folded_as_needed(records: list[Record]) -> list[Record]:
    """Modules, of which not just the names are known, as one box each; and where that leaves many boxes, what is repeated."""
    boxes = records
    if any(part.title for record in records for part in record.module):
        boxes = folded(records, 1)
        if len(boxes) <= MANY_MODULES:
            return boxes
    elif len(records) <= MANY or any(record.module for record in records):
        return records
    paths = paths_with_repeats(records)
    if not any(isinstance(part, Repeat) for path in paths for part in path):
        return boxes
    return folded([replace(record, module=path) for record, path in zip(records, paths, strict=True)], 1)


def beside_uses(records: list[Record]) -> list[Record]:
    """Give a leaf whose edges would cross half the picture a box beside each of its uses: "×50 uses".

    One weight of an unrolled RNN with 200 steps is one box with edges over up to 600 ranks; `dot` needs minutes for these.
    """
    height, uses = heights(records) or {}, consumers_of(records)
    by_consumer: dict[str, dict[str, Record]] = {}
    gone: dict[str | None, str] = {}
    for record in records:
        users = list(dict.fromkeys(user for user, _ in uses[record.id]))
        if record.kind in ("param", "input") and sum(height[record.id] - height[user] - 1 for user in users) > LONG:
            for i, user in enumerate(users):
                twin = replace(record, id=f"{record.id}_u{i}", uses=len(users))
                by_consumer.setdefault(user, {})[record.id] = twin
                gone.setdefault(record.id, twin.id)
    if not gone:
        return records
    boxes: list[Record] = []
    for record in records:
        if record.id in gone:
            continue
        twins = by_consumer.get(record.id, {})
        boxes += twins.values()
        if twins or record.base in gone:
            edges = [Edge(twins[edge.id].id, edge.operand) if edge.id in twins else edge for edge in record.inputs]
            saved = [item._replace(of=twins[item.of].id) if item.of in twins else item for item in record.saved]
            record = replace(record, inputs=edges, saved=saved, base=gone.get(record.base, record.base))
        boxes.append(record)
    return boxes


def folded(records: list[Record], depth: Any) -> list[Record]:
    """Modules that are `depth` deep as one box for each call, and equal boxes in a row as one."""
    if isinstance(depth, bool) or not isinstance(depth, (int, np.integer)) or depth < 1:
        raise ValueError(
            f'depth must be None, "auto", or how many levels of modules to show, a whole number from 1 on; got {depth!r}'
        )
    return edges_counted(inputs_counted(repeats_counted(modules_folded(records, int(depth)))))


def modules_folded(records: list[Record], depth: int) -> list[Record]:
    """One box for every run of operations inside a module: whatever is made between two of its operations is inside too,
    so no box can come both before and after it. Leaves that are used there alone can be inside too."""
    titled = any(part.title for record in records for part in record.module)  # then a list of modules is no level
    home = {record.id: _down_to(record.module, depth, titled) for record in records}
    calls: dict[str, list[Record]] = {}  # id of an operation -> all operations in its box
    current: list[Record] | None = None
    for record in records:
        if record.kind != "op":
            continue
        if home[record.id] is None:
            current = None
            continue
        if current is None or home[current[0].id] != home[record.id]:
            current = []
        current.append(record)
        calls[record.id] = current
    uses = consumers_of(records)
    by_id = {record.id: record for record in records}
    inside: dict[str | None, str | None] = {}  # id -> id of the box that it is in
    for record in records:
        if record.id in calls:
            inside[record.id] = calls[record.id][0].id
        elif uses[record.id]:
            homes = {home[user] for user, _ in uses[record.id]}
            if len(homes) == 1 and all(user in calls and _goes_in(record, home[user]) for user, _ in uses[record.id]):
                inside[record.id] = None  # in every box that uses it
    boxes = []
    for record in records:
        if record.id in calls:
            call = calls[record.id]
            if record is call[-1]:
                boxes.append(_box_of(call, home[record.id] or (), inside, by_id, uses))
        elif record.id not in inside:
            boxes.append(replace(record, inputs=_outer(record.inputs, inside), base=inside.get(record.base, record.base)))
    return boxes


def _box_of(
    call: list[Record],
    path: ModulePath,
    inside: Mapping[str | None, str | None],
    by_id: dict[str, Record],
    uses: dict[str, list[tuple[str, str]]],
) -> Record:
    """The box of the operations `call`: what comes in from outside, and the last result that is used outside."""
    members = {record.id for record in call}
    edges, weights = [], {}
    for record in call:
        for edge in record.inputs:
            source = by_id[edge.id]
            if edge.id not in members and inside.get(edge.id, edge.id) is not None:
                edges.append(edge)
            elif source.kind == "param":
                weights[source.id] = int(np.prod(source.shape or ()))
    last = next((record for record in reversed(call) if any(user not in members for user, _ in uses[record.id])), call[-1])
    box = Record(call[0].id, "module", op=path[-1].title or None, name=path[-1].name, module=path[:-1], source=call[0].source)
    box.inputs = [Edge(source_id, "") for source_id in dict.fromkeys(edge.id for edge in _outer(edges, inside))]
    box.shape, box.dtype, box.value, box.grad = last.shape, last.dtype, last.value, last.grad
    box.attrs = {"parameters": sum(weights.values())} if weights else {}
    return box


def _goes_in(leaf: Record, path: ModulePath | None) -> bool:
    """Whether a leaf is drawn inside a box: a module's parameters are; of what is repeated also the inputs of each step."""
    if leaf.kind == "const" or not path:
        return leaf.kind == "const"
    if isinstance(path[-1], Repeat):
        return not leaf.name if leaf.kind == "input" else bool(leaf.module)
    return leaf.kind == "param"


def _down_to(path: ModulePath, depth: int, titled: bool) -> ModulePath | None:
    """The part of a path that is `depth` modules deep, or None if it is not that deep."""
    for i, part in enumerate(path):
        depth -= bool(part.title) or isinstance(part, Repeat) or not titled
        if not depth:
            return path[: i + 1]
    return None


def _outer(edges: Iterable[Edge], inside: Mapping[Any, Any]) -> list[Edge]:
    return [Edge(inside.get(edge.id, edge.id), edge.operand) for edge in edges]


def inputs_counted(records: list[Record]) -> list[Record]:
    """The inputs without a name that a box gets one by one, as an unrolled cell does, as one: "20 inputs"."""
    uses = consumers_of(records)
    alike: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        users = {user for user, _ in uses[record.id]}
        if record.kind == "input" and not record.name and len(users) == 1:
            alike.setdefault((users.pop(), record.shape, record.dtype), []).append(record)
    gone: dict[str, str] = {}
    for group in alike.values():
        if len(group) > SEVERAL:
            gone |= {record.id: group[0].id for record in group[1:]}
            group[0].name, group[0].value = f"{len(group)} inputs", None
    kept = [record for record in records if record.id not in gone]
    for record in kept:
        record.inputs = [Edge(gone.get(edge.id, edge.id), edge.operand) for edge in record.inputs]
    return kept


def edges_counted(records: list[Record]) -> list[Record]:
    """More than a few edges from one box to another as one: "0 … 19"."""
    for record in records:
        alike: dict[str, list[Edge]] = {}
        for edge in record.inputs:
            alike.setdefault(edge.id, []).append(edge)
        if max(map(len, alike.values()), default=0) > SEVERAL:
            record.inputs = [
                edge
                for edges in alike.values()
                for edge in (edges if len(edges) <= SEVERAL else [Edge(edges[0].id, _from_to(edges))])
            ]
    return records


def _from_to(edges: list[Edge]) -> str:
    first, last = edges[0].operand, edges[-1].operand
    return first if first == last else f"{first} … {last}"


def repeats_counted(records: list[Record]) -> list[Record]:
    """Equal boxes of modules, each fed only by the one before, as one box: "0 … 11 : Block ×12"."""
    uses, by_id = consumers_of(records), {record.id: record for record in records}
    runs: list[list[Record]] = []
    run_of: dict[str, list[Record]] = {}
    for record in records:
        source = by_id.get(record.inputs[0].id) if record.kind == "module" and len(record.inputs) == 1 else None
        if source is not None and source.id in run_of and len(uses[source.id]) == 1 and _same(source, record):
            run = run_of[source.id]
        elif record.kind == "module":
            run = []
            runs.append(run)
        else:
            continue
        run.append(record)
        run_of[record.id] = run
    gone = {}
    for run in runs:
        first, last = run[0], run[-1]
        gone.update({record.id: first.id for record in run[1:]})
        if len(run) > 1:
            names = first.name if first.name == last.name else f"{first.name} … {last.name}"
            first.name, first.uses, first.value, first.grad = names, len(run), last.value, last.grad
    kept = [record for record in records if record.id not in gone]
    for record in kept:
        record.inputs = [Edge(gone.get(edge.id, edge.id), edge.operand) for edge in record.inputs]
    return kept


def _same(a: Record, b: Record) -> bool:
    return (a.op, a.module, a.shape, a.dtype, a.attrs) == (b.op, b.module, b.shape, b.dtype, b.attrs)
