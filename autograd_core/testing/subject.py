"""What is checked: a user's function and its arguments, as a function of those arrays among them that have a gradient."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, no_grad
from autograd_core.errors import DTypeError, GradientError
from autograd_core.errors.arguments import name_of_function
from autograd_core.graph.memory import array_of, put
from autograd_core.graph.trees import flatten, paths
from autograd_core.graph.variable import plain
from autograd_core.testing.vectors import copied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from autograd_core.testing.types import Argnums, Array, Function

MISSING = object()


class Subject:
    """A function, its arguments, and the arrays in them to differentiate by.

    name      what messages call the function
    names     where each of the arrays is, as a user would write it: "x", "params['w'][0]"
    leaves    the arrays, in their own dtype, as copies with the layout of the originals
    run       the function of just these arrays (or Tensors), as a tuple of its float and complex results
    """

    def __init__(self, what: str, f: Function, args: Sequence[Any], argnums: Argnums = None, wrt: Any = None) -> None:
        if not callable(f):
            raise TypeError(f"{what}: expected a function first, got {type(f).__name__}; write {what}(f, *args)")
        self.what, self.f, self.args, self.name = what, f, args, name_of_function(f)
        values, self.rebuild = flatten(tuple(args))
        self.values = [_copy(value) for value in values]
        self.parameters = _parameters(what, f, values, wrt)
        modules = [part for part in (f, *values, *(flatten(wrt)[0] if wrt is not None else ())) if _is_module(part)]
        self.buffers = [buffer for module in modules if hasattr(module, "buffers") for buffer in module.buffers()]
        where, heads = paths(tuple(args)), argument_names(f, len(args))
        chosen = None if argnums is None else _positions(what, argnums, len(args))
        self.places, self.names, self.of_argument = [], [], []
        for i, (value, path) in enumerate(zip(values, where, strict=True)):
            number, _, rest = path[1:].partition("]")
            name = heads[int(number)] + rest
            if (chosen is None or int(number) in chosen) and self._takes(value, name, asked=chosen is not None):
                self.places.append(i)
                self.names.append(name)
                self.of_argument.append(int(number))
        self.leaves = [self.values[i] for i in self.places]
        for name, tensor in self.parameters:
            self.names.append(name)
            self.leaves.append(np.array(tensor._value))
        self.outputs: list[str] = []  # names of the results that have a derivative; known after a call, as is:
        self.containers: Function  # (values for these results) -> what f returns, with None for the other results
        self._check_leaves(values, heads)

    def _takes(self, value: Any, name: str, asked: bool) -> bool:
        """Whether to differentiate by a value among the arguments."""
        if _is_module(value):
            return False
        kind = np.asarray(plain(value)).dtype.kind
        if kind not in "fc" and asked:
            got = f"dtype {np.asarray(plain(value)).dtype}" if kind in "iub" else type(value).__name__
            raise DTypeError(f"{self.what}: {name} must be float or complex to be differentiated by, got {got}")
        return kind in "fc"

    def _check_leaves(self, values: Sequence[Any], heads: list[str]) -> None:
        call = f"{self.name}({', '.join(heads)})"
        if not self.leaves:
            dtypes = ", ".join(str(np.asarray(plain(value)).dtype) for value in values) or "no arguments at all"
            raise DTypeError(
                f"{self.what}: no argument of {call} can be differentiated by: they must be float or complex arrays "
                f"(in containers too) or modules with parameters, got {dtypes}; write x.astype(float)"
            )
        if not any(leaf.size for leaf in self.leaves):
            shapes = ", ".join(f"{name} {leaf.shape}" for name, leaf in zip(self.names, self.leaves, strict=True))
            raise ValueError(f"{self.what}: nothing to check, since the inputs of {call} are empty: {shapes}")
        for name, leaf in zip(self.names, self.leaves, strict=True):
            if not np.isfinite(leaf).all():
                index = tuple(int(k) for k in np.argwhere(~np.isfinite(leaf))[0])
                raise ValueError(f"{self.what}: {name} must be finite, got {leaf[index]} at index {index} of shape {leaf.shape}")

    def widened(self) -> list[Array]:
        """The leaves in float64 or complex128, or wider if they are."""
        return [copied(leaf, np.result_type(leaf.dtype, np.float64)) for leaf in self.leaves]

    @contextmanager
    def state_kept(self) -> Iterator[None]:
        """Restore the buffers of modules, such as the running means of BatchNorm, to their values."""
        before = [np.array(buffer.data) for buffer in self.buffers]
        try:
            yield
        finally:
            for buffer, value in zip(self.buffers, before, strict=True):
                buffer.data = value

    def run(self, *leaves: Any) -> tuple[Any, ...]:
        count = len(self.places)
        values = list(self.values)
        for place, leaf in zip(self.places, leaves, strict=False):
            values[place] = leaf
        with self.state_kept(), _standing_for([tensor for _, tensor in self.parameters], leaves[count:]):
            result = self.f(*self.rebuild(values))
        return self._results(result)

    def _results(self, result: Any) -> tuple[Any, ...]:
        values, rebuild = flatten(result)
        where, results, names = paths(result), {}, []
        for i, (value, path) in enumerate(zip(values, where, strict=True)):
            dtype = np.asarray(plain(value)).dtype
            if dtype.kind not in "fciub":
                raise TypeError(
                    f"{self.what}: {self.name} must return arrays, numbers or Tensors (or nested containers of them), "
                    f"got {type(value).__name__}{f' at result{path}' if path else ''}"
                )
            if dtype.kind in "fc":
                results[i] = value
                names.append(f"result{path}")
        if not results:
            got = ", ".join(str(np.asarray(plain(value)).dtype) for value in values) or "an empty container"
            raise TypeError(f"{self.what}: {self.name} must return something float or complex, got {got}")
        self.outputs = names
        self.containers = lambda others: rebuild([dict(zip(results, others, strict=True)).get(i) for i in range(len(values))])
        return tuple(results.values())

    def check_behaviour(self, wide: Sequence[Array], make: Function = Tensor) -> list[Array]:
        """Call the function twice: it must return the same, finite values, and leave its arguments alone."""
        first = self._call(wide, make)
        for name, value in zip(self.outputs, first, strict=True):
            bad = ~np.isfinite(value)
            if bad.any():
                index = tuple(int(k) for k in np.argwhere(bad)[0])
                raise ValueError(
                    f"{self.what}: {name} of {self.name} is {value[index]} at index {index} of shape {value.shape}; "
                    "finite differences need finite values: give it inputs inside its domain"
                )
        second = self._call(wide, make)
        for name, a, b in zip(self.outputs, first, second, strict=True):
            if a.shape != b.shape or not np.allclose(a, b, rtol=1e3 * np.finfo(a.dtype).eps, atol=0):
                raise GradientError(
                    f"{self.what}: {self.name} is random: called twice with the same arguments, {name} was\n{a}\nand then\n{b}\n"
                    "Fix its random numbers inside it (rng = np.random.default_rng(0)), or switch off what draws them (dropout)",
                    verdict="random", function=self.name,
                )  # fmt: skip
        return first

    def _call(self, wide: Sequence[Array], make: Function) -> list[Array]:
        given = [array.copy() for array in wide]
        static = [(i, value.copy()) for i, value in enumerate(self.values) if isinstance(value, np.ndarray)]
        operands = [make(array) for array in given]
        with no_grad(), np.errstate(all="ignore"):
            results = [np.array(plain(value)) for value in self.run(*operands)]
        changed = [name for name, a, b in zip(self.names, operands, wide, strict=True) if not np.array_equal(plain(a), b)]
        changed += [f"argument {i}" for i, value in static if not _equal(value, self.values[i])]
        if changed:
            raise GradientError(
                f"{self.what}: {self.name} changes its argument {', '.join(changed)} in place; "
                "write x = x.copy() at its start, or x = x + 1 for x += 1",
                verdict="changes its arguments", function=self.name, argument=changed[0],
            )  # fmt: skip
        return results


def _equal(a: Array, b: Array) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def _copy(value: Any) -> Any:
    value = getattr(value, "_value", value)  # of a Tensor
    if isinstance(value, np.ndarray):
        return copied(value, value.dtype)
    return np.asarray(value) if isinstance(value, (float, complex, np.inexact)) else value


def _positions(what: str, argnums: Argnums, count: int) -> set[int]:
    numbers = argnums if isinstance(argnums, (tuple, list)) else (argnums,)
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not -count <= number < count:
            raise TypeError(f"{what}: argnums must be positions among the {count} arguments, got {number!r}")
    return {number % count for number in numbers}


def argument_names(f: Function, count: int) -> list[str]:
    """What a function calls its first arguments."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (ValueError, TypeError):
        parameters = []
    names = []
    for i in range(count):
        named = i < len(parameters) and parameters[i].kind in (parameters[i].POSITIONAL_ONLY, parameters[i].POSITIONAL_OR_KEYWORD)
        names.append(parameters[i].name if named else f"args[{i}]")
    return names


def _parameters(what: str, f: Function, values: Sequence[Any], wrt: Any) -> list[tuple[str, Any]]:
    """[(name, Tensor)] of the Tensors that the function closes over: those of modules, and those given as `wrt`."""
    sources = [value for value in (f, *values) if _is_module(value)]
    parameters = [pair for source in sources for pair in _of_module(source)]
    if wrt is not None:
        tensors, where = flatten(wrt)[0], paths(wrt)
        for value, path in zip(tensors, where, strict=True):
            if _is_module(value):
                parameters += _of_module(value)
            elif isinstance(value, Tensor) and value.is_leaf and value.dtype.kind in "fc":
                parameters.append((value.name or f"wrt{path}", value))
            else:
                raise TypeError(
                    f"{what}: wrt{path} must be a float or complex leaf Tensor, or a module, got {type(value).__name__}"
                )
    once: dict[int, tuple[str, Any]] = {}
    for name, tensor in parameters:
        once.setdefault(id(tensor), (name, tensor))
    return list(once.values())


def _is_module(value: Any) -> bool:
    return callable(getattr(type(value), "parameters", None))


def _of_module(module: Any) -> list[tuple[str, Any]]:
    named = module.named_parameters() if hasattr(module, "named_parameters") else enumerate(module.parameters())
    return [(name if type(name) is str else f"parameters()[{name}]", tensor) for name, tensor in named]


@contextmanager
def _standing_for(tensors: Sequence[Any], others: Sequence[Any]) -> Iterator[None]:
    """Let Tensors that a function closes over have other values, and another place in the graph, for the time of a call."""
    before = [(array_of(tensor), tensor._node, getattr(tensor, "_views", MISSING)) for tensor in tensors]
    try:
        for tensor, other in zip(tensors, others, strict=True):
            put(tensor, getattr(other, "_value", other))
            tensor._node = getattr(other, "_node", None)
            tensor._views = []
        yield
    finally:
        for tensor, (value, node, views) in zip(tensors, before, strict=True):
            put(tensor, value)
            tensor._node = node
            if views is MISSING:
                del tensor._views
            else:
                tensor._views = views
