"""What the explorer draws: the whole graph if it is small, and one view for every call of a module.

In a view the calls inside it are closed: one box each. A call is a run of operations, in the order of their creation, inside one
module; so a module that is called twice has two, and no box can come both before and after another. What is repeated is a view
too, as if it were a module: see repeats.py.

A view is a dict, as the page gets it:

    name, path  of the module; the root is "graph"
    up          number of the view that it is in, None for the root
    count       how many boxes are inside, calls gone into
    key         where it stands in the order of the computation
    box         [[i, x, y, w, h], …]; i is a record's number, or minus that of a closed view. A leaf with far uses has several
    edge        [[from, to, path, operand], …]; operand is None if it goes into a closed view
    frame       [[name, x, y, w, h], …] around the modules that are open
    ext         those of the boxes that lie outside, and are drawn for their edges into it
    size        [width, height]
    wide        {box, edge, frame, size} of the same leading to the right, if the view is not too large
    all         whether it shows everything open
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from autograd_core.visualize.labels import cut
from autograd_core.visualize.labels import width as width_of
from autograd_core.visualize.layout import layout
from autograd_core.visualize.records import Edge, Record
from autograd_core.visualize.repeats import paths_with_repeats
from autograd_core.visualize.simplify import beside_uses
from autograd_core.visualize.svg import curve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from autograd_core.visualize.keep import Part
    from autograd_core.visualize.layout import Plan
    from autograd_core.visualize.types import Point, Size

ROOM = 820, 560  # what there is for the graph on a screen of 1280 × 800: the page opens with all modules open if that fits, …
WIDE = 200  # … leading down or, with up to this many boxes, to the right
DOWN, ACROSS = 40, 96  # between the ranks: for the numbers on the arrows
MOST = 1000  # up to this many boxes can be shown all at once. In a larger graph, calls with more than …
CROWD = 500
PART = 250  # … are divided into parts of this many


class Views:
    """The views of a list of records; `home` has for each record the view that it is directly in, `start` the first to show.

    lines   function: number of a record -> the lines of text in its box
    """

    def __init__(self, records: list[Record], lines: Callable[[int], list[str]]) -> None:
        self.records, self.lines = records, lines
        self.paths = paths_with_repeats(records)
        index = {record.id: i for i, record in enumerate(records)}
        self.sources = [[index[edge.id] for edge in record.inputs] for record in records]
        self.users: list[list[int]] = [[] for _ in records]
        for i, sources in enumerate(self.sources):
            for source in sources:
                self.users[source].append(i)
        self.views: list[dict[str, Any]] = []
        self.home = [0] * len(records)
        self.modules: set[int] = set()  # the views of modules, not of repeats
        self._plans: dict[Any, tuple[Plan, list[str]]] = {}
        self._grow()
        self._settle_leaves()
        self.closed: list[list[int]] = [[] for _ in self.views]
        self.inside: list[list[int]] = [[] for _ in self.views]
        for v, view in enumerate(self.views):
            if v:
                self.closed[view["up"]].append(v)
        for i, home in enumerate(self.home):
            for v in self._upwards(home):
                self.inside[v].append(i)
        for v, view in enumerate(self.views):
            view["count"] = len(self.inside[v])
        for v in range(len(self.views)):
            self._arrange(v)
        self.start = 0
        if len(self.views) > 1 and len(records) <= MOST:
            self._arrange_all()
            self.start = len(self.views) - 1 if _fits(self.views[-1]) else 0

    def _new(self, name: str, path: str, up: int | None, key: int) -> int:
        self.views.append({"name": name, "path": path, "up": up, "key": key})
        return len(self.views) - 1

    def _grow(self) -> None:
        """Make the views: each divides its operations into calls of the modules inside it."""
        operations = [i for i, record in enumerate(self.records) if record.kind == "op"]
        todo = [(self._new("graph", "", None, 0), operations, 0)]
        for v, members, depth in todo:  # grows while it is walked
            runs: list[tuple[Part | None, list[int]]] = []
            for i in members:
                module = self.paths[i]
                part = module[depth] if len(module) > depth else None
                if part is None or not runs or runs[-1][0] != part:
                    runs.append((part, []))
                runs[-1][1].append(i)
            if len(runs) > CROWD and len(self.records) > MOST:
                for start in range(0, len(runs), PART):
                    some = [i for _, run in runs[start : start + PART] for i in run]
                    name = f"part {1 + start // PART} of {-(-len(runs) // PART)}"
                    todo.append((self._new(name, self.views[v]["path"], v, some[-1]), some, depth))
                continue
            calls: dict[Part, int] = {}
            for part, run in runs:
                if part is None or (len(run) == 1 and not self._has_parameters(run[0])):
                    for i in run:
                        self.home[i] = v
                    continue
                calls[part] = calls.get(part, 0) + 1
                name = part[0] + (f" : {part[1]}" if part[1] not in ("", part[0]) else "")
                name += f", call {calls[part]}" if calls[part] > 1 else ""
                path = f"{self.views[v]['path']}.{part[0]}".lstrip(".")
                todo.append((self._new(name, path, v, run[-1]), run, depth + 1))
                if part[1]:
                    self.modules.add(len(self.views) - 1)

    def _has_parameters(self, i: int) -> bool:
        return any(self.records[source].kind == "param" for source in self.sources[i])

    def _settle_leaves(self) -> None:
        """A leaf is in the innermost view that has all its uses, the base of an output in the view that made it."""
        for i, record in enumerate(self.records):
            if record.kind == "base":
                self.home[i] = self.home[self.sources[i][0]]
            elif record.kind not in ("op", "output") and self.users[i]:
                shared, *others = {self.home[user] for user in self.users[i]}
                for other in others:
                    above = set(self._upwards(other))
                    shared = next(v for v in self._upwards(shared) if v in above)
                while record.kind == "input" and shared in self.modules:  # it comes from elsewhere
                    shared = self.views[shared]["up"]
                self.home[i] = shared

    def _upwards(self, v: int | None) -> Iterator[int]:
        while v is not None:
            yield v
            v = self.views[v]["up"]

    def _arrange(self, v: int) -> None:
        """Place what is directly in a view and the closed ones in it, and outside them what they come from and go to."""
        own = [i for i in self.inside[v] if self.home[i] == v] + [-w for w in self.closed[v]]
        shown = set(own)
        inputs: dict[int, dict[tuple[int, int | None], None]] = {item: {} for item in own}
        ext: set[int] = set()
        for i in self.inside[v]:
            item: Any = self._stands_for(i, shown)
            for operand, source in enumerate(self.sources[i]):
                other: Any = self._stands_for(source, shown)
                if other is None:
                    ext.add(source)
                    other = source
                if other != item:
                    inputs[item][other, operand if item >= 0 else None] = None
            for user in self.users[i]:
                if self._stands_for(user, shown) is None:
                    ext.add(user)
                    inputs.setdefault(user, {})[item, self.sources[user].index(i)] = None
        self._place(self.views[v], inputs, sorted(ext))

    def _arrange_all(self) -> None:
        view = self.views[self._new("graph", "", None, 0)]
        view["count"], view["all"] = len(self.records), True
        self._place(view, {i: {(s, k): None for k, s in enumerate(sources)} for i, sources in enumerate(self.sources)}, [])

    def _place(self, view: dict[str, Any], inputs: dict[int, dict[tuple[int, int | None], None]], ext: list[int]) -> None:
        """Lay out the boxes, given {box: {(box it comes from, operand): None}}, and put the result into the view."""
        for i in ext:
            inputs.setdefault(i, {})
        boxes = []
        for item in sorted(inputs, key=lambda item: (bool(inputs[item]), self._key(item))):
            edges = [Edge(str(source), str(operand)) for source, operand in inputs[item]]
            record = self.records[item] if item >= 0 else None
            kind = record.kind if record else "module"
            kind = kind if edges or kind != "op" else "input"
            boxes.append(Record(str(item), kind, inputs=edges, module=record.module if record and view.get("all") else ()))
        boxes = beside_uses(boxes)
        sizes = {box.id: self._size(number_of(box.id)) for box in boxes}
        view |= self._drawn(boxes, sizes, False)
        view["ext"] = ext
        if len(boxes) <= WIDE:
            view["wide"] = self._drawn(boxes, sizes, True)

    def _drawn(self, boxes: list[Record], sizes: dict[str, Size], across: bool) -> dict[str, Any]:
        """The places of everything, leading down or across."""
        turned = {identity: (high, wide) for identity, (wide, high) in sizes.items()} if across else sizes
        plan, into = self._plan(boxes, turned, across), {box.id: box.inputs for box in boxes}

        def turn(x: float, y: float) -> Point:
            return (y, x) if across else (x, y)

        drawn: dict[str, Any] = {"box": []}
        for identity, place in plan.at.items():
            (x, y), (wide, high) = turn(*place), sizes[identity]
            drawn["box"].append([number_of(identity), round(x - wide / 2, 1), round(y - high / 2, 1), wide, high])
        drawn["edge"] = [
            [number_of(start), number_of(end), curve(points, turn), None if end[0] == "-" else int(into[end][number].operand)]
            for start, end, number, points in plan.routes
            if number is not None
        ]
        drawn["frame"] = [
            [parts[-1][0], *map(round, (*turn(x, y), *turn(wide, high)))] for parts, x, y, wide, high in plan.frames
        ]
        drawn["size"] = [round(length) for length in turn(plan.width, plan.height)]
        return drawn

    def _plan(self, boxes: list[Record], sizes: dict[str, Size], across: bool) -> Plan:
        """The layout; an earlier one if its boxes were the same in all but name, as in the layers of a deep net."""
        place = {box.id: k for k, box in enumerate(boxes)}
        shape: Any = (
            across,
            tuple(
                [
                    (box.kind, sizes[box.id], box.module, tuple([(place[edge.id], edge.operand) for edge in box.inputs]))
                    for box in boxes
                ]
            ),
        )
        if shape not in self._plans:
            self._plans[shape] = layout(boxes, sizes, gap=ACROSS if across else DOWN), [box.id for box in boxes]
        plan, names = self._plans[shape]
        new = {name: box.id for name, box in zip(names, boxes, strict=True)}
        at = {new[name]: where for name, where in plan.at.items()}
        return replace(plan, at=at, routes=[(new[start], new[end], *rest) for start, end, *rest in plan.routes])

    def _key(self, item: int) -> int:
        return item if item >= 0 else self.views[-item]["key"]

    def _size(self, item: int) -> Size:
        lines = self.lines(item) if item >= 0 else [re.sub(r"\(.*\)", "", self.views[-item]["name"]), "0000 nodes"]
        return round(max(map(width_of, map(cut_line, lines))) * 7.3 + 20), 15 * len(lines) + 12

    def _stands_for(self, i: int, shown: set[int]) -> int | None:
        """What a record is in a view of the boxes `shown`: itself, or the closed view that it is in; None outside."""
        if i in shown:
            return i
        return next((-v for v in self._upwards(self.home[i]) if v and -v in shown), None)


def _fits(view: dict[str, Any]) -> bool:
    sizes = [view["size"], *([view["wide"]["size"]] if "wide" in view else [])]
    return any(wide <= ROOM[0] and high <= ROOM[1] for wide, high in sizes)


def cut_line(text: str) -> str:
    return cut(text, 40)


def number_of(identity: str) -> int:
    """The number of a box; of those of one leaf beside its uses ("7_u0"), the leaf's."""
    return int(identity.partition("_")[0])
