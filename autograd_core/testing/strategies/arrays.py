"""Arrays and Tensors: which shapes, which numbers, and how they lie in memory."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from autograd_core import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hypothesis.strategies import SearchStrategy
    from numpy.typing import ArrayLike

    from autograd_core.testing.types import Array, DType, Elements, Layouts, MemoryLayout, Shape, Sides

STEPS = 256  # how many different numbers there are to choose from, about
SELDOM = st.sampled_from([False, False, False, True])
DRAWN_ONE_BY_ONE = 100  # larger arrays come from a generator whose seed is drawn: hypothesis has room for some thousand draws


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> SearchStrategy[Sides]:
    """Shapes, with () and sides of 0 and 1 among them.

    >>> from autograd_core.testing.strategies import hypothesis, shapes
    >>> hypothesis.find(shapes(), lambda shape: len(shape) == 2 and 0 not in shape)
    (1, 1)
    """
    _in_order("shapes", "dims", min_dims, max_dims)
    _in_order("shapes", "side", min_side, max_side)
    # 1 first, as the simplest; it and the next come up often, 0 seldom enough to leave something to test
    sides = [n for n in (1, 2, 3, *range(4, max_side + 1), 0) if min_side <= n <= max_side]
    return st.lists(st.sampled_from(sides), min_size=min_dims, max_size=max_dims).map(tuple)


@st.composite
def shapes_that_broadcast(
    draw: st.DrawFn, count: int = 2, *, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> tuple[Sides, ...]:
    """`count` shapes that NumPy broadcasts together: axes missing in front, sides of 1 beside others.

    >>> from autograd_core.testing.strategies import hypothesis, shapes_that_broadcast
    >>> hypothesis.find(shapes_that_broadcast(3), lambda shapes: True)
    ((), (), ())
    """
    whole = draw(shapes(0, max_dims, min_side, max_side))
    several = []
    for _ in range(count):
        kept = whole[draw(st.integers(0, len(whole)) if draw(st.booleans()) else st.just(0)) :]
        several.append(tuple([1 if draw(SELDOM) else n for n in kept]))
    return tuple(several)


def arrays(
    shape: Shape = None,
    dtype: DType = np.float64,
    *,
    elements: Elements = (-2, 2),
    away_from: ArrayLike = (),
    distance: float = 0.1,
    ties: bool | None = None,
    layout: Layouts = None,
) -> SearchStrategy[Array]:
    """Arrays of sane numbers, to differentiate at.

    shape      a tuple, an integer, or a strategy for them; any of `shapes()` by default
    dtype      float, complex (both parts from `elements`), integer or bool; or a strategy for dtypes
    elements   (low, high): multiples of a power of two between the two, so that equal ones occur; or a strategy for numbers
    away_from  a number, or several (the kinks of a function): nothing nearer than `distance` to one of them is drawn
    ties       True: at least two elements are equal, if there are two. False: no two are nearer to each other than
               `distance`, or than there is room for. None: as it comes
    layout     how it lies in memory: one of `LAYOUTS` ("C", "F", "reversed": negative strides, "strided": with gaps,
               "read-only", "broadcast": strides of 0, read-only), several of them, or None for any

    Counterexamples shrink to few elements, round numbers and layout "C". Raises ValueError if the arguments leave no
    number to draw.

    >>> import numpy as np
    >>> from autograd_core.testing.strategies import arrays, hypothesis
    >>> hypothesis.find(arrays(shape=(2, 3), away_from=0), lambda x: np.sum(x) > 3)
    array([[1., 1., 1.],
           [1., 1., 1.]])
    """
    sides = shape if isinstance(shape, st.SearchStrategy) else shapes() if shape is None else st.just(_as_shape(shape))
    dtypes = dtype if isinstance(dtype, st.SearchStrategy) else st.just(np.dtype(dtype))
    kinks = np.atleast_1d(np.asarray(away_from, dtype=float))
    kinds = _layouts(layout, ties)
    if not isinstance(elements, st.SearchStrategy):
        grid(elements, kinks, distance)  # the error now, and not at the first draw
    elif len(kinks):
        elements = elements.filter(lambda x: np.all(np.abs(x - kinks) >= distance))
    if ties not in (None, True, False):
        raise ValueError(f"arrays: ties must be True, False or None, got {ties!r}")
    return _arrays(sides, dtypes, elements, kinks, distance, ties, kinds)


@st.composite
def _arrays(
    draw: st.DrawFn,
    shapes: SearchStrategy[Sides],
    dtypes: SearchStrategy[Any],
    elements: Elements,
    kinks: Array,
    distance: float,
    ties: bool | None,
    kinds: Sequence[MemoryLayout],
) -> Array:
    shape, dtype = draw(shapes), np.dtype(draw(dtypes))
    size = math.prod(shape)
    layout = draw(st.sampled_from(kinds)) if len(kinds) > 1 else kinds[0]
    core = shape
    if layout == "broadcast" and shape:
        axis = draw(st.integers(0, len(shape) - 1))
        core = tuple([1 if i == axis and n else n for i, n in enumerate(shape)])
    count = math.prod(core)
    values: Any
    if dtype.kind == "b":
        values = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    elif dtype.kind == "c":
        real, imaginary = (_numbers(draw, count, elements, kinks, distance, ties) for _ in range(2))
        values = np.asarray(real) + 1j * np.asarray(imaginary)
    else:
        values = _numbers(draw, count, elements, kinks, distance, ties, whole=dtype.kind in "iu")
    array = np.array(values, dtype=dtype).reshape(core)
    if ties and count > 1 and layout != "broadcast":
        i, j = draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
        array.flat[i] = array.flat[j]
    return laid_out(array, layout, shape) if size else np.asarray(array).reshape(shape)


def _numbers(
    draw: st.DrawFn, count: int, elements: Elements, kinks: Array, distance: float, ties: bool | None, whole: bool = False
) -> Any:
    if isinstance(elements, st.SearchStrategy):
        unique = ties is False
        return draw(st.lists(elements, min_size=count, max_size=count, unique=unique))
    if ties is False:
        values = apart(elements, kinks, distance, count)
        if count <= DRAWN_ONE_BY_ONE:
            return draw(st.lists(st.sampled_from(values), min_size=count, max_size=count, unique=True)) if count else []
        return np.random.default_rng(draw(st.integers(0, 2**32 - 1))).permutation(values)[:count]
    values = grid(elements, kinks, distance)
    if whole:
        values = [x for x in values if x == round(x)]
        if not values:
            raise ValueError(f"arrays: there is no whole number in elements={elements}")
    if count <= DRAWN_ONE_BY_ONE:
        number = st.sampled_from(values) | st.sampled_from([x for x in values if x == round(x)] or values[:4])  # ties, and 0
        return draw(st.lists(number, min_size=count, max_size=count)) if count else []
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1))).choice(values, count)


def grid(elements: Any, kinks: Any = (), distance: float = 0.1, step: float | None = None, at_least: int = 1) -> list[float]:
    """The numbers that `arrays` draws from. Raises ValueError if there are too few."""
    try:
        low, high = map(float, elements)
    except (TypeError, ValueError):
        raise ValueError(f"arrays: elements must be (low, high) or a strategy for numbers, got {elements!r}") from None
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"arrays: elements=(low, high) must be finite numbers with low <= high, got {elements!r}")
    values = _grid(low, high, tuple([float(kink) for kink in kinks]), distance, step)
    if len(values) < at_least:
        raise ValueError(
            f"arrays: no number in elements={elements!r} is {distance} away from {[float(k) for k in kinks]}; "
            "widen elements, or give a smaller distance="
        )
    return values


@functools.lru_cache  # each array drawn asks for it
def _grid(low: float, high: float, kinks: tuple[float, ...], distance: float, step: float | None) -> list[float]:
    """Multiples of a power of two, about 1/256 of the way from low to high, so that float32 holds them exactly. The simplest
    come first."""
    if low == high:
        values = np.array([low])
    else:
        step = step or 2.0 ** round(math.log2((high - low) / STEPS))
        values = step * np.arange(math.ceil(low / step), math.floor(high / step) + 1)
    for kink in kinks:
        values = values[np.abs(values - kink) >= distance]
    return sorted(values.tolist(), key=_simplicity)


def apart(elements: Any, kinks: Array, distance: float, count: int) -> list[float]:
    """At least `count` numbers, none nearer to another than `distance`, or if that is too many, than there is room for."""
    step = 2.0 ** math.ceil(math.log2(distance))
    values = grid(elements, kinks, distance, step, at_least=0)
    while len(values) < count:
        if step < 1e-6 * distance:
            raise ValueError(f"arrays: elements={elements!r} has no room for {count} different numbers")
        step /= 2
        values = grid(elements, kinks, distance, step, at_least=0)
    return values


def _simplicity(x: float) -> tuple[Any, ...]:
    """1 before 2 before 3/2 before 1/2, all these before 0 (which hides what it is multiplied by), and -1, -2, … last.

    Hypothesis goes down a list step by step as long as the test fails: neighbours must be of a kind.
    """
    return x <= 0, x < 0, float(x).as_integer_ratio()[1], abs(abs(x) - 1), abs(x) < 1


def laid_out(array: Array, layout: str, shape: Sides | None = None) -> Array:
    """An equal array that lies in memory as `layout` says; for "broadcast", `array` stretched to `shape`."""
    if layout == "F":
        return np.asfortranarray(array) if array.ndim else array
    if layout == "reversed":
        everywhere = (slice(None, None, -1),) * array.ndim
        return array[everywhere].copy()[everywhere]
    if layout == "strided":
        held = np.full([2 * n for n in array.shape], array.dtype.type(1))
        held[(slice(None, None, 2),) * array.ndim] = array
        return held[(slice(None, None, 2),) * array.ndim]
    if layout == "broadcast":
        return np.broadcast_to(array, array.shape if shape is None else shape)
    if layout == "read-only":
        array.flags.writeable = False
    return array


LAYOUTS: tuple[MemoryLayout, ...] = ("C", "F", "reversed", "strided", "read-only", "broadcast")


def _layouts(layout: Layouts, ties: bool | None) -> Sequence[MemoryLayout]:
    if layout is None:
        return [kind for kind in LAYOUTS if kind != "broadcast" or ties is None]
    kinds = [layout] if isinstance(layout, str) else list(layout)
    unknown = [kind for kind in kinds if kind not in LAYOUTS]
    if unknown or not kinds:
        raise ValueError(f"arrays: layout must be None or from {', '.join(LAYOUTS)}, got {layout!r}")
    if "broadcast" in kinds and ties is False:
        raise ValueError("arrays: layout='broadcast' repeats its elements, which ties=False forbids")
    return kinds


def tensors(
    shape: Shape = None, dtype: DType = np.float64, *, requires_grad: bool = True, name: str | None = None, **like_arrays: Any
) -> SearchStrategy[Tensor]:
    """Tensors whose values are `arrays(shape, dtype, ...)`; leaves, or with requires_grad=False constants.

    A leaf owns its data in C order; to have another layout in a graph, draw a constant or write `x.T`.

    >>> from autograd_core.testing.strategies import hypothesis, tensors
    >>> hypothesis.find(tensors(shape=(2,)), lambda t: t.data[0] != t.data[1])
    Tensor([1., 2.], dtype=float64, requires_grad=True)
    """
    made = arrays(shape, dtype, **like_arrays)
    return made.map(lambda array: Tensor(array, requires_grad=requires_grad, name=name))


def operands(
    count: int = 2, dtype: DType = np.float64, *, max_dims: int = 3, min_side: int = 0, max_side: int = 4, **like_arrays: Any
) -> SearchStrategy[tuple[Array, ...]]:
    """Tuples of `count` arrays that NumPy broadcasts together.

    >>> from autograd_core.testing.strategies import hypothesis, operands
    >>> hypothesis.find(operands(elements=(3, 5)), lambda pair: True)
    (array(3.), array(3.))
    """
    together = shapes_that_broadcast(count, max_dims=max_dims, min_side=min_side, max_side=max_side)
    return together.flatmap(lambda several: st.tuples(*[arrays(shape, dtype, **like_arrays) for shape in several]))


def _as_shape(shape: Any) -> Sides:
    try:
        sides = (int(shape),) if np.ndim(shape) == 0 else tuple(map(int, shape))
    except (TypeError, ValueError):
        sides = (-1,)
    if any(n < 0 for n in sides):
        raise ValueError(f"arrays: shape must be a tuple of sizes or a strategy for one, got {shape!r}")
    return sides


def _in_order(function: str, what: str, low: int, high: int) -> None:
    if not 0 <= low <= high:
        raise ValueError(f"{function}: expected 0 <= min_{what} <= max_{what}, got {low} and {high}")
