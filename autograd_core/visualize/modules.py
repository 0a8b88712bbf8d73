"""In which module's frame each box is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autograd_core.visualize.keep import kept, parts_of
from autograd_core.visualize.ranks import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograd_core.visualize.keep import Part
    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import ModulePath


def put_in_modules(records: Sequence[Record], titles: Mapping[str, str]) -> None:
    """Give every record its module, as far as the names of parameters tell.

    An operation that `record()` has not seen in a module belongs to the module of all its parameters, if that is one. What is
    used only inside a module is inside it too, except inputs, which come from elsewhere.
    """
    by_id = {record.id: record for record in records}
    for record in records:
        if record.kind == "param" and record.name and "." in record.name:
            record.module = parts_of(record.name.rpartition(".")[0], titles)
    for record in records:
        if record.kind == "op" and not record.module and kept.get(record.node) is None:
            homes = {by_id[edge.id].module for edge in record.inputs if by_id[edge.id].kind == "param"}
            if len(homes) == 1:
                record.module = homes.pop()
    if not any(record.module for record in records):
        return
    users: dict[str, list[ModulePath]] = {}
    for record in records:
        for edge in record.inputs:
            users.setdefault(edge.id, []).append(record.module)
    for record in records:
        if record.kind in ("param", "const") and users.get(record.id):
            home = _common(users[record.id])
            if record.kind == "const" or not record.module or _names(home) == _names(record.module):
                record.module = home


def _common(paths: Sequence[ModulePath]) -> ModulePath:
    """What several paths begin with."""
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return tuple(shared)


def _names(path: ModulePath) -> list[str]:
    return [part.name for part in path]


def calls_apart(records: Sequence[Record]) -> list[Record]:
    """Give each call of a module that was called several times a frame of its own.

    If calls share weights and are not connected otherwise, they get none: one frame around all of them would pull an unrolled
    net apart.
    """
    by_id = {record.id: record for record in records}
    modules: dict[str, list[Part]] = {record.id: [] for record in records}
    for level in range(max((len(record.module) for record in records), default=0)):
        groups: dict[ModulePath, list[Record]] = {}
        for record in records:
            if len(record.module) > level:
                groups.setdefault((*modules[record.id], record.module[level]), []).append(record)
        for path, group in groups.items():
            every = _connected(group, by_id)
            operations = [record for record in group if record.kind in OPERATIONS]
            calls = _connected(operations, by_id)
            if len(set(calls.values())) > len({every[record.id] for record in operations}):
                continue
            order = {call: i for i, call in enumerate(dict.fromkeys(every[record.id] for record in operations))}
            for record in group:
                modules[record.id].append(path[-1]._replace(call=order.get(every[record.id], 0)))
    return [
        record if tuple(modules[record.id]) == record.module else replace(record, module=tuple(modules[record.id]))
        for record in records
    ]


def _connected(records: Sequence[Record], by_id: dict[str, Record]) -> dict[str, str]:
    """{id: id of the first one that it is connected with}, by edges between these records alone."""
    leader = {record.id: record.id for record in records}

    def first(identity: str) -> str:
        while leader[identity] != identity:
            leader[identity] = identity = leader[leader[identity]]
        return identity

    for record in records:
        for edge in record.inputs:
            if edge.id in leader:
                leader[first(edge.id)] = first(record.id)
    return {identity: first(identity) for identity in leader}
