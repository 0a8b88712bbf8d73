"""The one walk over the graph, iterative, that makes the list of records."""

from __future__ import annotations

import functools
import inspect
import linecache
import os
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.derivatives.declaring import signature
from autograd_core.graph.nodes import Leaf, Released, named
from autograd_core.visualize.keep import kept, parameters, title_of
from autograd_core.visualize.modules import put_in_modules
from autograd_core.visualize.outputs import names_of, outputs_of
from autograd_core.visualize.records import Edge, Record, Saved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autograd_core.visualize.types import Node, Output, Params


def records(output: Output, params: Params = None, constants: bool = True) -> list[Record]:
    """The records of everything that `output` was computed from.

    output     a Tensor, or a list, tuple or dict of Tensors
    params     names: {name: Tensor or array}, or a module, whose parameters then have the names of its `named_parameters()`
    constants  whether inputs and constants, which no gradient was asked for, get boxes too

    Raises TypeError, saying what to pass, for anything else, and for Tensors that are not part of a graph.

    >>> from autograd_core import Tensor
    >>> x = Tensor(2.0, requires_grad=True, name="x")
    >>> [(box.kind, box.name) for box in records(x * x)]
    [('param', 'x'), ('op', None), ('output', 'output')]
    """
    walk = _Walk(outputs_of(output), names_of(params))
    module: Any = params if hasattr(params, "named_modules") else None
    titles = {path: title_of(part) for path, part in module.named_modules()} if module is not None else {}
    put_in_modules(walk.records, titles)
    return walk.records if constants else without_constants(walk.records)


UNKNOWN = object()  # the value of an argument of which nothing is known


class _Walk:
    """One pass over the graph, from the oldest node to the outputs."""

    def __init__(self, outputs: list[tuple[str, Any]], names: dict[int, str]) -> None:
        self.names = names
        self.records: list[Record] = []
        self.of: dict[Node, Record] = {}
        self.used: set[Node] = set()  # leaves whose values are those that a recorded operation used
        self.bases: dict[Node, Record] = {}  # node -> the Record of a base that it made
        self.arrays: dict[
            int, tuple[Record, Any]
        ] = {}  # id of an array outside the graph -> (its Record, the array, which is thereby kept alive)
        roots = [present(tensor) for _, tensor in outputs]
        nodes = _reachable(roots)
        self.prefixes = _prefixes(nodes)
        for node in nodes:
            if type(node) is Leaf:
                self._leaf(node)
            elif type(node) is Released:
                self._add("op", node, op=node.name, released=True)
            elif node.pattern.entry.name is None:
                self._part(node)
            else:
                self._operation(node)
        for (name, tensor), node in zip(outputs, roots, strict=True):
            self._output(name, tensor, node)

    def _add(
        self, kind: str, node: Node | None = None, shape: tuple[int, ...] | None = None, dtype: Any = None, **fields: Any
    ) -> Record:
        if node is not None:
            shape, dtype = _spec(node)
        record = Record(f"n{len(self.records)}", kind, node=node, shape=shape, dtype=dtype, **fields)
        self.records.append(record)
        if node is not None:
            self.of.setdefault(node, record)
        return record

    def _leaf(self, leaf: Node) -> None:
        owner = leaf.owner()
        root, path = parameters.get(leaf, (None, None))
        if root in self.prefixes:
            path = f"{root}.{path}"
        record = self._add("param", leaf, name=self.names.get(id(leaf)) or path or leaf.name)
        if owner is not None:
            record.value, record.grad = owner._value, _value(getattr(owner, "_grad", None))

    def _part(self, node: Node) -> None:
        """One of the several outputs of an operation: a box of its own, `linalg.eigh[0]`."""
        whole, keep = self.of[node.parents[0]], kept.get(node)
        k = node.saved[0] if node.saved else "…"
        record = self._add("op", node, op=f"{whole.op}[{k}]", inputs=[Edge(whole.id, "x")], module=whole.module)
        if keep is not None:
            record.value, record.grad = keep.value, keep.grad

    def _operation(self, node: Node) -> None:
        pattern, keep = node.pattern, kept.get(node)
        saved = dict(zip(pattern.saves, node.saved, strict=True)) if node.saved is not None else {}
        given = saved
        if keep is not None:
            saved = {**saved, **dict(zip(pattern.entry.parameters, keep.operands, strict=False))}
            given = dict(zip(pattern.entry.parameters, keep.given, strict=False))
        inputs, attrs = self._operands(node, saved, given)
        record = self._add(
            "op", node, op=pattern.entry.name, name=self.names.get(id(node)) or named.get(node), inputs=inputs, attrs=attrs
        )
        value = keep.value if keep is not None else saved.get("out")
        record.value = value if isinstance(value, (np.ndarray, np.generic)) else None
        if keep is not None:
            self._as_it_was(node, keep)
            record.grad = _value(keep.grad)
            if keep.seed is not None:  # a pass began here
                record.grad = keep.seed[1] if record.grad is None else record.grad + keep.seed[1]
            record.module = keep.modules if keep.modules and keep.modules[0].name in self.prefixes else keep.modules[1:]
        line = keep.line if keep is not None else getattr(node, "line", None)
        record.source = _source(line) if line is not None else None
        if node.saved:
            edges = {edge.operand: edge.id for edge in inputs}
            for name, value in zip(pattern.saves, node.saved, strict=True):
                if name in (pattern.entry.kept or ()):
                    continue  # a by-product, which the formula does not have
                if isinstance(value, (np.ndarray, np.generic)):
                    record.saved.append(Saved(name, value, record.id if name == "out" else edges.get(name)))

    def _as_it_was(self, node: Node, keep: Any) -> None:
        """Give leaves the values that the operation used: they may have been trained since, or their Tensors be gone."""
        values = dict(zip(node.pattern.entry.parameters, keep.operands, strict=False))
        for i, (key, leaf) in enumerate(zip(node.pattern.keys, node.parents, strict=True)):
            if type(leaf) is Leaf:
                box = self.of[leaf]
                if leaf not in self.used:
                    self.used.add(leaf)
                    box.value = values[key] if type(key) is str else values[key[0]][key[1]]
                if leaf.owner() is None and i in keep.sent:
                    given = keep.sent[i][2]
                    box.grad = given if box.grad is None else box.grad + given

    def _operands(self, node: Node, values: dict[str, Any], given: dict[str, Any]) -> tuple[list[Edge], dict[str, Any]]:
        """The edges that come in, in the order of the signature, and the arguments that are no operands.

        values   {argument: value} as far as they are known
        given    the same, but the objects by which an array that is used twice is known to be one
        """
        entry, inputs, attrs = node.pattern.entry, [], {}
        parents = dict(zip(node.pattern.keys, node.parents, strict=True))
        for name in entry.parameters:
            value = values.get(name, UNKNOWN)
            if name == entry.sequence:
                places = {key[1] for key in parents if type(key) is tuple}
                if value is UNKNOWN:
                    inputs += [self._edge(parents[name, i], str(i), None) for i in sorted(places)]
                else:
                    for i, (item, same) in enumerate(zip(value, given[name], strict=True)):
                        known = i in places
                        inputs.append(self._edge(parents[name, i], str(i), item) if known else self._constant(item, same, str(i)))
            elif name in parents:
                inputs.append(self._edge(parents[name], name, value))
            elif isinstance(value, np.ndarray):
                inputs.append(self._constant(value, given[name], name))
            elif name in entry.rules:
                if value is UNKNOWN:
                    if not _optional(entry, name):
                        shape = values.get(f"{name}_shape")
                        inputs.append(Edge(self._add("input" if shape else "const", shape=shape).id, name))
                elif value is not None and value is not np._NoValue:
                    inputs.append(self._constant(value, given[name], name))
            elif value is not UNKNOWN and value is not np._NoValue:
                attrs[name] = value
        return inputs, attrs

    def _edge(self, parent: Node, operand: str, value: Any) -> Edge:
        box = self.of[parent]
        if box.value is None and isinstance(value, (np.ndarray, np.generic)):
            box.value = value  # kept as an operand
        return Edge(box.id, operand)

    def _constant(self, value: Any, given: Any, operand: str) -> Edge:
        """The edge from an operand outside the graph. An array that is used twice is one box; a number has a box for each use."""
        known = self.arrays.get(id(given))
        if known is None:
            array, name = np.asarray(value), self.names.get(id(given))
            kind = "input" if array.ndim or name else "const"
            record = self._add(kind, name=name, shape=array.shape, dtype=array.dtype, value=array if array.ndim else array[()])
            known = record, given
            if kind == "input":
                self.arrays[id(given)] = known
        return Edge(known[0].id, operand)

    def _output(self, name: str, tensor: Any, node: Node | None) -> None:
        name = self.names.get(id(tensor)) or (name if name != "output" else tensor.name or name)
        base = self._base_of(tensor)
        inputs = [Edge(self.of[node].id, "")] if node is not None else []
        record = self._add("output", name=name, shape=tensor.shape, dtype=tensor.dtype, inputs=inputs, base=base)
        record.node, record.value, record.grad = node, tensor._value, _value(getattr(tensor, "_grad", None))
        if node is not None:
            made = self.of[node]
            made.value = tensor._value if made.value is None else made.value
            record.module = ()
            if record.grad is None:
                record.grad = made.grad

    def _base_of(self, tensor: Any) -> str | None:
        """The id of the box of what an output is a view of, or None."""
        base = tensor
        while (view := getattr(base, "_view", None)) is not None:
            base = view[0]
        node = present(base)
        if base is tensor or node not in self.of:
            return None
        made = self.of[node]
        if made.kind != "op":
            return made.id
        if node not in self.bases:
            name = self.names.get(id(base)) or base.name
            self.bases[node] = self._add("base", name=name, shape=base.shape, dtype=base.dtype, inputs=[Edge(made.id, "")])
            self.bases[node].node, self.bases[node].value = node, base._value
        return self.bases[node].id


def present(tensor: Any) -> Node | None:
    """The node to draw for a Tensor: after a backward pass, the one it had before."""
    node = tensor._node
    past = getattr(tensor, "_past", None) if type(node) is Released else None
    return past if past is not None and past.number == node.number else node


def _reachable(roots: Iterable[Node | None]) -> list[Node]:
    """All nodes that the roots were computed from, themselves included, oldest first."""
    nodes = [node for node in dict.fromkeys(roots) if node is not None]
    seen = set(nodes)
    for node in nodes:  # grows while it is walked
        if type(node) is not Released:
            for parent in node.parents:
                if parent not in seen:
                    seen.add(parent)
                    nodes.append(parent)
    nodes.sort(key=attrgetter("number"))
    return nodes


def _spec(node: Node) -> tuple[Any, Any]:
    """(shape, dtype) of what a node made; (None, None) for several outputs."""
    if node.spec is None:
        return None, None
    return node.spec if type(node.spec) is tuple else ((), np.dtype(node.spec))


def _prefixes(nodes: Sequence[Node]) -> set[str]:
    """The names of the outermost modules, if a drawing has several with parameters; a single one needs no name."""
    roots = {parameters[node][0] for node in nodes if node in parameters}
    return roots if len(roots) > 1 else set()


def _value(grad: Any) -> Any:
    return getattr(grad, "_value", grad)


def _source(line: Any) -> tuple[str, int, str]:
    """(file's name, line number, text). Without the directory, so that every machine draws the same."""
    code, number = line
    return os.path.basename(code.co_filename), number, linecache.getline(code.co_filename, number).strip()


@functools.cache
def _optional(entry: Any, name: str) -> bool:
    """Whether an argument has a default, so that it may not have been given at all."""
    if isinstance(entry.function, np.ufunc):
        return False
    parameters_of = signature(entry.forward if entry.function is entry else entry.function).parameters
    return name in parameters_of and parameters_of[name].default is not inspect.Parameter.empty


def without_constants(records: list[Record]) -> list[Record]:
    """The records that a gradient can reach; those that stay keep their ids."""
    gone = {record.id for record in records if record.kind in ("input", "const")}
    stay = [record for record in records if record.id not in gone]
    for record in stay:
        record.inputs = [edge for edge in record.inputs if edge.id not in gone]
        record.saved = [item._replace(of=None) if item.of in gone else item for item in record.saved]
    return stay
