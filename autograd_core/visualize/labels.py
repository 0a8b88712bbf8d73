"""The lines of text in a box, and how wide they are."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from autograd_core.visualize.keep import Part
    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import Array

CUT = 60  # characters of a line; the whole name is in the tooltip
WORDS = {"param": "parameter", "input": "input", "const": "constant", "base": "base", "output": "output", "module": "module"}
ANY_ORDER = frozenset(["add", "multiply", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2", "vdot"])


def lines_of(
    record: Record,
    dtype: np.dtype[Any] | None = None,
    values: bool = False,
    grads: bool = False,
    attrs: bool = False,
    most: int = 50,
) -> list[str]:
    """The lines of a record's box: what it is, its shape (and dtype, if it is not the common one), its numbers.

    The first is never empty: labels that begin with an empty line crash Graphviz if it runs inside another process.
    """
    lines = [cut(title(record)), *cut_all(shape_line(record, dtype))]
    if record.uses > 1 and record.kind != "module":
        lines.append(f"×{record.uses} uses")
    if record.released:
        lines.append("graph released")
    if values and record.value is not None and not (record.kind == "const" and not np.ndim(record.value)):
        lines.append(f"v {summary(record.value)}")
    if grads and record.grad is not None:
        lines.append(f"g {summary(record.grad)}")
    elif grads and record.kind == "param" and record.value is not None:  # of a Tensor that is gone, nobody knows
        lines.append("g –")
    if record.kind == "module":
        lines += [f"{count:,} parameters{' each' if record.uses > 1 else ''}" for count in record.attrs.values()]
    elif attrs and record.attrs:
        lines += attribute_lines(record.attrs, most)
    return lines


def title(record: Record) -> str:
    """The first line: the operation, the name, or a number."""
    if record.kind == "module":
        times = f" ×{record.uses}" if record.uses > 1 else ""
        return f"{visible(record.name)} : {visible(record.op)}{times}" if record.op else visible(record.name) + times
    if record.kind == "op":
        return f"{visible(record.name)} = {visible(record.op)}" if record.name else visible(record.op)
    if record.kind == "const" and record.value is not None:
        return number(record.value)
    return visible(record.name) if record.name else WORDS[record.kind]


def cut_all(line: str) -> list[str]:
    return [cut(line)] if line else []


def shape_line(record: Record, dtype: np.dtype[Any] | None) -> str:
    """'(5, 4)', with the dtype if it is not the common one. The number of a constant says it all."""
    if record.shape is None or (record.kind == "const" and not record.shape):
        return ""
    kind = f" {record.dtype}" if record.dtype is not None and record.dtype != dtype else ""
    return f"{record.shape}{kind}"


def attribute_lines(attrs: dict[str, Any], most: int) -> list[str]:
    """'axis:  0' for each, values to the right, as torchviz writes them."""
    texts = {visible(name): cut(visible(attribute(value)), most) for name, value in attrs.items()}
    left, right = max(map(width, texts)), max(map(width, texts.values()))
    lines = [f"{name}{' ' * (left - width(name))}: {' ' * (right - width(text))}{text}" for name, text in texts.items()]
    return ["-" * (left + right + 2), *lines]


def attribute(value: Any) -> str:
    """An argument as one would write it: 1:3, ::2 for slices."""
    if isinstance(value, slice):
        start, stop, step = ["" if part is None else str(part) for part in (value.start, value.stop, value.step)]
        return f"{start}:{stop}" + (f":{step}" if step else "")
    if isinstance(value, tuple) and any(isinstance(item, slice) for item in value):
        return ", ".join(map(attribute, value))
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}"
    if value is Ellipsis:
        return "..."
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__  # a repr would show an address
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return type(value).__name__ if " at 0x" in text else text


def number(value: Any) -> str:
    """A number in up to four digits: 2, 0.5, 1.234e+05."""
    value = np.asarray(value)[()]
    if isinstance(value, np.bool):
        return str(bool(value))
    return f"{value:.4g}" if isinstance(value, np.inexact) else str(value)


def summary(value: Any) -> str:
    """The numbers of a small array, or what a large one is like.

    >>> summary(np.array([[1.0, 2.0], [3.0, 4.5]]))
    '[[1, 2], [3, 4.5]]'
    >>> summary(np.arange(10.0))
    '0 … 9, mean 4.5'
    """
    array = np.asarray(value)
    if array.size <= 4:
        return _nested(array)
    if array.dtype.kind == "c":
        return f"|·| {number(np.abs(array).min())} … {number(np.abs(array).max())}"
    if array.dtype.kind == "b":
        return f"{np.count_nonzero(array)} of {array.size} True"
    finite = array[np.isfinite(array)]
    strange = [f"{count} {word}" for word, count in (("NaN", np.isnan(array).sum()), ("inf", np.isinf(array).sum())) if count]
    usual = [f"{number(finite.min())} … {number(finite.max())}, mean {number(finite.mean())}"] if finite.size else []
    return ", ".join([*usual, *strange])


def _nested(array: Array) -> str:
    return number(array) if array.ndim == 0 else f"[{', '.join(map(_nested, array))}]"


def shown_operands(record: Record, by_id: Mapping[str, Record]) -> list[str]:
    """For each edge that comes into a box the operand's name, or "" if it says nothing.

    It says something if the order matters, unless all operands but one are parameters of modules that have the operands' names.
    """
    named = [edge.operand for edge in record.inputs]
    if record.kind != "op" or len(named) < 2 or record.op in ANY_ORDER:
        return [""] * len(named)
    told = [str(by_id[edge.id].name or "").endswith(f".{edge.operand}") for edge in record.inputs]
    if told.count(False) <= 1:
        return [""] * len(named)
    return ["" if known else visible(name) for name, known in zip(named, told, strict=True)]


def tooltip(record: Record) -> str:
    """What hovering shows: the whole name, the operation, where it is in the source."""
    name, kind = visible(record.name or ""), visible(record.op or WORDS[record.kind])
    parts = [record.id, name if name != kind else "", kind]
    if record.module:
        parts.append("in " + ".".join(visible(part.name) for part in record.module))
    if record.source:
        file, line, text = record.source
        place = f"{visible(file)}:{line}"
        parts.append(f"{place}: {visible(text)}" if text else place)
    return ", ".join(part for part in parts if part)


def module_title(part: Part) -> str:
    """'fc1 : Linear(3, 4)'."""
    return cut(f"{visible(part.name)} : {visible(part.title)}" if part.title else visible(part.name))


def visible(text: object) -> str:
    """A text as one line of visible characters: the others, such as line breaks and marks that turn the direction, as escapes."""
    text = str(text)
    if text.isprintable() and text.strip() == text:
        return text
    shown = "".join([c if c.isprintable() or c == "\u200d" else c.encode("unicode_escape").decode() for c in text])
    return shown if shown.strip() == shown else f"'{shown}'"


def cut(text: str, most: int = CUT) -> str:
    """A text of at most `most` characters, with … where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"


def width(text: str) -> int:
    """How many columns a text takes in a font of fixed width: East Asian letters and emoji take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) or c in "\u200d\ufe0f" else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text
    )
