"""A formula of the table with its numbers filled in: `aᵇ` is `2²`, and `ḡ b aᵇ⁻¹` is `1·2·2¹`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MINUS = "\N{MINUS SIGN}"
FEW = 3  # elements of an array that is written out
DIGITS = set(f"0123456789{MINUS}")
RAISED = str.maketrans(f"0123456789{MINUS}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
WORDS = (
    "out|sin|cos|tan|ln|exp|sinh|cosh|tanh|sign|sigmoid|softmax|max|min|trunc|floor|ceil|mod|arcsin|arccos|arctan|arsinh|arcosh|"
    "artanh|where|else|Re|Im"
)
EXPONENTS = {"ᵃ": "a", "ᵇ": "b", "ˣ": "x", "ⁱ": "i"}
_NAME = r"(?:ḡ|[A-Za-zμλ][A-Za-z_]*)(?![₀-₉ᵢⱼₖₙ'])"
_PART = re.compile(rf"(?P<base>\d+|{_NAME})?(?P<sign>⁻?)(?P<letter>[ᵃᵇˣⁱ])(?P<less>⁻¹)?|(?P<name>{_NAME})")
_PROSE = re.compile(rf"(?<![A-Za-z])(?!(?:{WORDS})(?![A-Za-z]))[A-Za-z][A-Za-z_]+|[ᵢⱼₖₙ₀-₉]|'")


def filled(text: str, values: Mapping[str, Any]) -> str:
    """The formula with the values {name: array or number}; "" if it has one that is not known, or is too large to be written.

    >>> filled("ḡ b aᵇ⁻¹", {"ḡ": 1.0, "a": 2.0, "b": 2.0})
    '1·2·2¹'
    >>> filled("ḡ where x > 0", {"ḡ": 3.0, "x": -0.5})
    '3 where (−0.5) > 0'
    """
    values = {name: value for name, value in values.items() if value is not None}
    if any(name not in values for name in _PROSE.findall(text)):
        return ""
    unknown = False

    def number(match: re.Match[str]) -> str:
        nonlocal unknown
        if match["name"]:
            return named(match["name"])
        value = values.get(EXPONENTS[match["letter"]])
        if value is None or np.size(value) != 1 or np.iscomplexobj(value):
            unknown = True
            return match[0]
        exponent = float(np.asarray(value).reshape(())) * (-1 if match["sign"] else 1) - (1 if match["less"] else 0)
        raised = digits(exponent)
        raised = raised.translate(RAISED) if set(raised) <= DIGITS else f"^{bracketed(raised)}"
        return named(match["base"] or "") + raised

    def named(name: str) -> str:
        nonlocal unknown
        text = written(values[name]) if name in values else None
        unknown |= text is None and (name in values or (len(name) == 1 and name.isalpha() and name != "e"))
        return bracketed(text) if text is not None else name

    result = _PART.sub(number, text)
    if unknown or result == text:
        return ""
    return re.sub(r"(?:(?<=[\d)\]])|(?<=[\d)\]][⁰¹²³⁴⁵⁶⁷⁸⁹])) (?=[\d(\[√])", "·", result.replace("-", MINUS))


def bracketed(text: str) -> str:
    return f"({text})" if text.startswith(MINUS) or "j" in text else text


def written(value: Any) -> str | None:
    """A number, or a row of up to three; None for anything larger."""
    array = np.asarray(value)
    if array.size > FEW or array.ndim > 1 or array.dtype.kind not in "biufc":
        return None
    return digits(array[()]) if not array.ndim else f"[{', '.join([digits(x) for x in array])}]"


def digits(number: Any) -> str:
    """A number in four digits, with a minus sign that is one."""
    if isinstance(number, (bool, np.bool)):
        return str(bool(number))
    text = f"{number:.4g}" if not np.iscomplexobj(number) else f"{number:.3g}"
    return re.sub(r"e([+-])0*(\d+)", lambda m: f"e{m[1].replace('+', '')}{m[2]}", text).replace("-", MINUS)
