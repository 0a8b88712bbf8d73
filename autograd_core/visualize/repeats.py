"""What a computation does again and again, as one more level of modules: the steps of an unrolled net, the blocks of a deep one.

Equal runs of operations in a row, or of calls of equal modules, are put into a Part "matmul … tanh ×20", and in it each run of
several operations into "1 of 20", "2 of 20", … A closed part is one box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core.visualize.keep import Part

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import ModulePath

TIMES = 3  # how often at least, …
LONGEST = 60  # … of at most so many operations and calls each, …
BOXES = 12  # … and of so many together
FEW = 3  # names that a title lists


class Repeat(Part):
    """The level of all repetitions of something, "matmul … tanh ×20"."""

    __slots__ = ()


def paths_with_repeats(records: Sequence[Record]) -> list[ModulePath]:
    """The modules of every record, with the levels of repeats among them."""
    paths = [record.module for record in records]
    params: dict[str, list[str]] = {
        record.id: [edge.id for edge in record.inputs if edge.id in leaves]
        for leaves in [{record.id for record in records if record.kind == "param"}]
        for record in records
    }
    signs = [(record.op, record.shape, tuple(params[record.id])) for record in records]
    todo = [(0, [i for i, record in enumerate(records) if record.kind == "op"])]
    for depth, members in todo:  # grows while it is walked
        runs: list[tuple[Part | None, list[int]]] = []
        for i in members:
            part = paths[i][depth] if len(paths[i]) > depth else None
            if part is None or not runs or runs[-1][0] != part:
                runs.append((part, []))
            runs[-1][1].append(i)
        order: dict[Hashable, int] = {}
        keys = [order.setdefault(_sign(part, run, signs, params, records), len(order)) for part, run in runs]
        at = 0
        while at < len(runs):
            period, times = _repeat(keys, at)
            if not times:
                part, run = runs[at]
                if part is not None:
                    todo.append((depth + 1, run))
                at += 1
                continue
            whole = runs[at : at + period * times]
            title = Repeat(_title(whole[:period], whole[-1], times, records), "")
            for k in range(times):
                some = whole[k * period : (k + 1) * period]
                inner = () if period == 1 else (Part(f"{k + 1} of {times}", ""),)
                for part, run in some:
                    for i in run:
                        paths[i] = (*paths[i][:depth], title, *inner, *paths[i][depth:])
                    if part is not None:
                        todo.append((depth + 2 + len(inner), run))
            at += period * times
    return paths


def _sign(
    part: Part | None, run: list[int], signs: Sequence[Hashable], params: dict[str, list[str]], records: Sequence[Record]
) -> Hashable:
    """What two runs have in common if they are the same thing done again; of modules, parameters may be others."""
    if part is None:
        return signs[run[0]]
    if "(" in part.title:  # no container: the title says all that it does, and a first call may lack the operations of a state
        return part.title, records[run[-1]].shape
    return part.title or part.name, tuple([(records[i].op, records[i].shape, len(params[records[i].id])) for i in run])


def _repeat(keys: list[int], at: int) -> tuple[int, int]:
    """(how many keys, how often) of the longest repetition that begins at `at`; (0, 0) if there is none."""
    best = 0, 0
    for period in range(1, min(LONGEST, (len(keys) - at) // TIMES) + 1):
        if keys[at] != keys[at + period]:
            continue
        times, first = 1, keys[at : at + period]
        while keys[at + times * period : at + (times + 1) * period] == first:
            times += 1
        if times >= TIMES and period * times >= BOXES and period * times > best[0] * best[1]:
            best = period, times
    return best


def _title(
    first: list[tuple[Part | None, list[int]]], last: tuple[Part | None, list[int]], times: int, records: Sequence[Record]
) -> str:
    names = [_word(part) if part else str(records[run[0]].op) for part, run in first]
    if len(first) > 1:
        return f"{', '.join(names) if len(names) <= FEW else f'{names[0]} … {names[-1]}'} ×{times}"
    part = first[0][0]
    if part is None:
        return f"{names[0]} ×{times}"
    end = last[0].name if last[0] else ""
    names = [part.name, *([end] if end != part.name else [])]
    return f"{' … '.join(names)} : {part.title or 'module'} ×{times}"


def _word(part: Part) -> str:
    """'cell'; for a module that has just a number in a list, its kind."""
    return part.title.partition("(")[0] or part.name if part.name.isdigit() else part.name
