"""The types of autograd_core.testing. What needs hypothesis is Any to a type checker where that is not installed."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from hypothesis.strategies import SearchStrategy
from numpy.typing import ArrayLike, DTypeLike

from autograd_core import Array, Tensor
from autograd_core.testing.strategies import Expression, Layouts, Network, Sides

__all__: list[str]

Function: TypeAlias = Callable[..., Any]
Mode: TypeAlias = Literal["reverse", "forward"]
Kinks: TypeAlias = Literal["reject", "accept"]
Shape: TypeAlias = int | Sequence[int] | SearchStrategy[Sides] | None
DType: TypeAlias = DTypeLike | SearchStrategy[Any]
Count: TypeAlias = int | SearchStrategy[int] | None

def gradcheck(
    f: Function,
    *args: Any,
    order: int = 2,
    modes: tuple[Mode, ...] | list[Mode] | set[Mode] = ...,
    argnums: int | Sequence[int] | None = None,
    wrt: Any = None,
    rtol: float = 1e-7,
    atol: float | None = None,
    kinks: Kinks = "reject",
    seed: int = 0,
    directions: int | None = None,
    complex_step: bool = False,
) -> Literal[True]: ...
def check_vjp(
    f: Function,
    rule: Function,
    args: Sequence[Any],
    *,
    argnums: int | Sequence[int] | None = None,
    rtol: float = 1e-7,
    atol: float | None = None,
    kinks: Kinks = "reject",
    seed: int = 0,
) -> Literal[True]: ...
def check_jvp(
    f: Function,
    rule: Function,
    args: Sequence[Any],
    *,
    argnums: int | Sequence[int] | None = None,
    rtol: float = 1e-7,
    atol: float | None = None,
    kinks: Kinks = "reject",
    seed: int = 0,
) -> Literal[True]: ...
def assert_allclose(actual: Any, expected: Any, rtol: float = 1e-7, atol: float = 0.0, name: str = "gradient") -> None: ...
def numerical_jacobian(f: Function, *args: Any, argnum: int = 0) -> Any: ...
def complex_step(f: Function, *args: Any, argnum: int = 0) -> Any: ...
def property_gradcheck(
    *positional: SearchStrategy[Any], max_examples: int = 50, seed: int | None = None, **named: Any
) -> Callable[[Function], Callable[..., None]]: ...

# Strategies

def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> SearchStrategy[Sides]: ...
def shapes_that_broadcast(
    count: int = 2, *, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> SearchStrategy[tuple[Sides, ...]]: ...
def arrays(
    shape: Shape = None,
    dtype: DType = ...,
    *,
    elements: tuple[float, float] | SearchStrategy[Any] = (-2, 2),
    away_from: ArrayLike = (),
    distance: float = 0.1,
    ties: bool | None = None,
    layout: Layouts = None,
) -> SearchStrategy[Array]: ...
def tensors(
    shape: Shape = None, dtype: DType = ..., *, requires_grad: bool = True, name: str | None = None, **like_arrays: Any
) -> SearchStrategy[Tensor]: ...
def operands(
    count: int = 2, dtype: DType = ..., *, max_dims: int = 3, min_side: int = 0, max_side: int = 4, **like_arrays: Any
) -> SearchStrategy[tuple[Array, ...]]: ...
def indices(shape: Sequence[int]) -> SearchStrategy[Any]: ...
def axes(ndim: int, *, none: bool = True, several: bool = True, min_count: int = 0) -> SearchStrategy[int | Sides | None]: ...
def orthogonal(n: Count = None, *, batch: Sequence[int] = (), dtype: DTypeLike = ...) -> SearchStrategy[Array]: ...
def well_conditioned(
    rows: Count = None, columns: Count = None, *, condition: float = 5, batch: Sequence[int] = (), dtype: DTypeLike = ...
) -> SearchStrategy[Array]: ...
def positive_definite(
    n: Count = None, *, condition: float = 5, batch: Sequence[int] = (), dtype: DTypeLike = ...
) -> SearchStrategy[Array]: ...
def networks(max_layers: int = 3, max_width: int = 5, max_batch: int = 4) -> SearchStrategy[Network]: ...
def expressions(
    inputs: int | None = None, *, max_steps: int = 8, max_dims: int = 2, max_side: int = 3, scalar: bool = False
) -> SearchStrategy[Expression]: ...
def calls(
    inputs: int | None = None, dtype: DTypeLike = ..., *, layout: Layouts = None, **like_expressions: Any
) -> SearchStrategy[tuple[Expression, tuple[Array, ...]]]: ...
