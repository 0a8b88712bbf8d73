"""An expression that somebody typed on the page, computed without `eval`: numbers, names of leaves, operators, and the NumPy
functions in FUNCTIONS; anything else is refused by name."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.derivatives.activations import relu, sigmoid, softplus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

LONGEST = 500  # characters
NAMES = [
    "abs", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "exp",
    "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "square", "sign", "maximum", "minimum", "clip", "where",
    "sum", "mean", "prod", "max", "min", "var", "std", "dot", "matmul", "inner", "cumsum", "sort", "hypot", "arctan2",
    "power", "logaddexp", "transpose", "ravel", "sinc", "real", "imag",
]  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {name: getattr(np, name) for name in NAMES}
OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.MatMult: operator.matmul, ast.Mod: operator.mod, ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
OWN: dict[str, Callable[..., Any]] = {"relu": relu, "sigmoid": sigmoid, "softplus": softplus}
METHODS = ("sum", "mean", "max", "min")
CONSTANTS = {"pi": np.pi, "e": np.e}


def evaluate(text: str, leaves: Mapping[str, Any]) -> Any:
    """The value of an expression of `leaves`. Raises ValueError, which names what is not allowed.

    >>> from autograd_core import Tensor
    >>> float(evaluate("sin(x)**2 + np.cos(x)**2", {"x": Tensor(0.3, requires_grad=True)}).data)
    1.0
    """
    if len(text) > LONGEST:
        raise ValueError(f"an expression may have {LONGEST} characters, this one has {len(text)}")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"this is no expression: {getattr(error, 'msg', error)}") from None
    return _value(tree.body, leaves)


def _value(node: ast.expr, leaves: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)  # an int to the power of an int to the power of an int would never end
    if isinstance(node, ast.Name):
        if node.id in leaves:
            return leaves[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        raise ValueError(f"{node.id} is not known; the names are {', '.join([*leaves, *CONSTANTS])}")
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left, leaves), _value(node.right, leaves))
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.operand, leaves))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPERATORS:
        return OPERATORS[type(node.ops[0])](_value(node.left, leaves), _value(node.comparators[0], leaves))
    if isinstance(node, ast.Call):
        return _call(node, leaves)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return _value(node.value, leaves).T
    if isinstance(node, ast.Subscript):
        return _value(node.value, leaves)[_index(node.slice)]
    raise ValueError(f"{ast.unparse(node)[:60]} is not allowed here: numbers, names, operators, and functions such as sin(x)")


def _call(node: ast.Call, leaves: Mapping[str, Any]) -> Any:
    called, function = node.func, None
    if isinstance(called, ast.Name):
        function = FUNCTIONS.get(called.id) or OWN.get(called.id)
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "np":
        function = FUNCTIONS.get(called.attr)
    elif isinstance(called, ast.Attribute) and called.attr in METHODS:
        function = getattr(_value(called.value, leaves), called.attr, None)
    if function is None:
        known = ", ".join([*FUNCTIONS, *OWN])
        raise ValueError(f"{ast.unparse(called)[:60]} is no function that can be used here; there are {known}")
    keywords: dict[Any, Any] = {keyword.arg: keyword.value for keyword in node.keywords}
    if any(name not in ("axis", "keepdims") for name in keywords):
        raise ValueError("a function may be given axis and keepdims by name, nothing else")
    arguments = [_value(argument, leaves) for argument in node.args]
    return function(*arguments, **{name: _integer(value, name) for name, value in keywords.items()})


def _integer(node: ast.expr, name: str | None) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_integer(node.operand, name)
    if isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        return node.value
    raise ValueError(f"{name} must be a whole number or True, got {ast.unparse(node)[:60]}")


def _index(node: ast.expr) -> Any:
    if isinstance(node, ast.Tuple):
        return tuple([_index(part) for part in node.elts])
    if isinstance(node, ast.Slice):
        return slice(*[None if part is None else _integer(part, "a slice") for part in (node.lower, node.upper, node.step)])
    return _integer(node, "an index")
