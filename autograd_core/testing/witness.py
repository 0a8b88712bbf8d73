"""Derivatives for comparison, without any rule: by finite differences, and by a step into the complex plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, no_grad
from autograd_core.errors import GradientError
from autograd_core.graph.backward_pass import collect
from autograd_core.graph.nodes import name_of
from autograd_core.graph.trees import flatten
from autograd_core.graph.variable import plain
from autograd_core.testing.differences import Ladder, directional, first_step, scales
from autograd_core.testing.maps import Map
from autograd_core.testing.subject import Subject
from autograd_core.testing.vectors import as_vector
from autograd_core.testing.verdict import WRONG

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_core.testing.types import Array, Function, Line

COMPLEX_STEP = 1e-100  # its square is 0 beside any value, and nothing is subtracted that it could drown in


def _unchanged(leaf: Array) -> Array:
    return leaf


def numerical_jacobian(f: Function, *args: Any, argnum: int = 0) -> Any:
    """The Jacobian of f by one of its arguments, by finite differences: of shape out.shape + x.shape.

    Central differences, extrapolated from two steps relative to the size of each element; if these do not settle, the best of
    all steps. For a smooth function it is right to about ten digits. For nested containers it is a container
    of containers, as `autograd_core.jacobian` returns them. Complex arguments and results follow the convention of this
    package, for functions that are analytic in them.

    >>> import numpy as np
    >>> numerical_jacobian(lambda x: x**2, np.array([1.0, 3.0])).round(8)
    array([[2., 0.],
           [0., 6.]])
    """
    subject, wide, results, rebuild = _chosen("numerical_jacobian", f, args, argnum)
    map = Map(subject.run, wide, subject.names, subject.outputs, make=_unchanged)
    size, step = scales(map.vector), first_step(float(map.eps))
    rows: list[list[Array]] = [[] for _ in map.outputs.slices]
    for i, leaf in enumerate(wide):
        stride = (
            2 if leaf.dtype.kind == "c" else 1
        )  # along the real axis: an analytic function has the same derivative along the other
        columns = []
        for place in range(map.inputs.slices[i].start, map.inputs.slices[i].stop, stride):
            direction = np.zeros_like(map.vector)
            direction[place] = size[place]
            own = abs(map.vector[place]) / size[place]
            columns.append(map.outputs.split(_settled(map.line(direction), step, map.eps, own) / size[place]))
        for k, row in enumerate(rows):
            row.append(_block([column[k] for column in columns], results[k], leaf))
    return subject.containers([rebuild(row) for row in rows])


def _settled(line: Line, step: float, eps: Any, own: float = 1.0) -> Array:
    """The derivative of a vector-valued line, by the usual steps, or by the best if two of them differ by more than rounding.

    own   the size of the element moved, relative to a step of 1; if it is smaller, steps relative to it are better if they tell
    """
    usual, other = directional(line, step), directional(line, step / 3)
    with np.errstate(all="ignore"):
        off = ~(np.abs(usual - other) <= 1e-9 * np.abs(other) + 1e3 * eps / step * np.abs(line(0.0)))
    if not off.any() and own >= 1:
        return other
    slopes = np.where(off, Ladder(line, eps).best()[0], other)
    if 0 < own < 1:
        nearer, error, _ = Ladder(lambda s: line(own * s), eps).best()
        slopes = np.where(error <= 1e-3 * np.abs(nearer), nearer / own, slopes)
    return slopes


def complex_step(f: Function, *args: Any, argnum: int = 0) -> Any:
    """The Jacobian of f by one real argument as Im f(x + i h) / h with h = 1e-100: exact to rounding, without subtraction.

    For functions that are analytic and accept complex arrays: no abs, norm, real or conj of values that depend on x. Raises
    TypeError, with the name of the culprit if it can be found, if finite differences contradict it. Of shape
    out.shape + x.shape; for nested containers a container of containers. (Squire and Trapp, SIAM Review 40, 1998.)

    >>> import numpy as np
    >>> float(complex_step(np.exp, 1.0)) == float(np.exp(1.0))
    True
    """
    subject, wide, results, rebuild = _chosen("complex_step", f, args, argnum)
    if any(leaf.dtype.kind == "c" for leaf in wide) or any(result.dtype.kind == "c" for result in results):
        raise TypeError(f"complex_step: arguments and results of {subject.name} must be real; use numerical_jacobian")
    try:
        blocks = _imaginary(subject, wide)
    except TypeError as error:
        message = f"complex_step: {subject.name} does not take complex arrays ({error}); use numerical_jacobian instead"
        raise TypeError(message) from error
    _refuse_unless_analytic(subject, wide, blocks)
    rows = [[_block(columns, result, leaf) for leaf, columns in zip(wide, of_result, strict=True)]
            for result, of_result in zip(results, blocks, strict=True)]  # fmt: skip
    return subject.containers([rebuild(row) for row in rows])


# What is not analytic, by the names of the table: it drops the imaginary part, or its sign
NOT_ANALYTIC = {
    "absolute", "fabs", "real", "imag", "conjugate", "angle", "sign", "hypot", "arctan2", "linalg.norm", "vdot", "std", "var",
    "linalg.cholesky", "linalg.eigh", "linalg.eigvalsh", "linalg.svd", "linalg.svdvals", "linalg.qr", "linalg.pinv", "astype",
}  # fmt: skip
COMPARED = 100  # up to this many elements of the argument are compared one by one, more along one direction


def _refuse_unless_analytic(subject: Subject, wide: Sequence[Array], blocks: Sequence[Sequence[Sequence[Array]]]) -> None:
    """Raise if finite differences contradict a complex step: by more than their error and a thousandth."""
    map = Map(subject.run, wide, subject.names, subject.outputs, make=_unchanged)
    size, count = scales(map.vector), map.vector.size
    per_leaf = zip(*blocks, strict=True)  # for each leaf, for each result, the columns
    exact = np.array(
        [as_vector(column) for of_leaf in per_leaf for column in zip(*of_leaf, strict=True)]
    )  # a row for each element
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (1, count))
    for direction in (np.eye(count) if count <= COMPARED else signs) * size:
        expected = direction @ exact
        with np.errstate(all="ignore"):
            usual = directional(map.line(direction), first_step(float(map.eps)))
            if np.all(np.abs(usual - expected) <= 1e-3 * np.abs(expected) + 1e-9 * map.size):
                continue
            numeric, error, _ = Ladder(map.line(direction), map.eps).best()
            off = np.abs(numeric - expected) > 30 * error + 1e-3 * np.maximum(np.abs(numeric), np.abs(expected))
        if off.any():
            k = int(np.argmax(off))
            raise TypeError(
                f"complex_step: {subject.name} is not analytic{_culprit(subject, wide)}: its complex step is {expected[k]:.6g}, "
                f"finite differences give {numeric[k]:.6g}; use numerical_jacobian instead"
            )


def _culprit(subject: Subject, wide: Sequence[Array]) -> str:
    """ " because of absolute", if a function of the table that is not analytic is among those that this one calls; else ""."""
    try:
        results = subject.run(*[Tensor(leaf, requires_grad=True) for leaf in wide])
        order, *_ = collect([result._node for result in results if getattr(result, "_node", None) is not None])
    except Exception:  # it need not take Tensors
        return ""
    names = sorted({name_of(node) for node in order} & NOT_ANALYTIC - {subject.name})
    return f" because of {', '.join(names)}" if names else ""


def _imaginary(subject: Subject, wide: Sequence[Array]) -> list[list[list[Array]]]:
    """For each result, for each leaf, the derivatives by each of its elements."""
    columns = []
    for i, leaf in enumerate(wide):
        steps = np.eye(leaf.size).reshape(leaf.size, *leaf.shape)
        columns.append([_complex_slopes(subject, wide, [step if j == i else 0 for j in range(len(wide))]) for step in steps])
    return [[[step[k] for step in passes] for passes in columns] for k in range(len(subject.outputs))]


def _complex_slopes(
    subject: Subject, wide: Sequence[Array], directions: Sequence[Any], make: Function = _unchanged
) -> list[Array]:
    given = [make(leaf + 1j * COMPLEX_STEP * np.asarray(direction)) for leaf, direction in zip(wide, directions, strict=True)]
    with no_grad(), np.errstate(all="ignore"):
        return [np.imag(plain(value)) / COMPLEX_STEP for value in subject.run(*given)]


def compare_witnesses(subject: Subject, wide: Sequence[Array], seed: int) -> None:
    """Raise if our forward derivative is not that of the complex step, in a random direction."""
    rng = np.random.default_rng(seed)
    if any(leaf.dtype.kind == "c" for leaf in wide):
        raise TypeError("gradcheck: complex_step=True is for functions of real arguments")
    directions = [rng.choice([-1.0, 1.0], leaf.shape) * rng.uniform(0.5, 1.5, leaf.shape) for leaf in wide]
    map = Map(subject.run, wide, subject.names, subject.outputs)
    vector = as_vector(directions)
    ours = map.pushforward(vector)
    try:
        exact = as_vector(_complex_slopes(subject, wide, directions, make=Tensor))
    except TypeError as error:
        raise TypeError(
            f"gradcheck: {subject.name} does not take complex arrays: leave out complex_step=True ({error})"
        ) from None
    numeric = _settled(map.line(vector), first_step(float(map.eps)), map.eps)
    size = np.max(np.abs(exact), initial=0) + np.max(np.abs(numeric), initial=0)
    if not np.all(np.abs(exact - numeric) <= 1e-5 * size):
        raise ValueError(
            f"gradcheck: the complex step and finite differences of {subject.name} disagree, so it is not analytic (it uses abs, "
            "real, conj, maximum, comparisons or the like of its argument): leave out complex_step=True"
        )
    off = np.abs(ours - exact)
    if not np.all(off <= 1e4 * map.eps * size):
        name, index, shape, _ = map.outputs.where(int(np.argmax(off)))
        raise GradientError(
            f"gradcheck: the derivative of {subject.name} along a random direction is {ours[np.argmax(off)]:.16g} for {name} at "
            f"index {index} of shape {shape}, and {exact[np.argmax(off)]:.16g} by the complex step (seed {seed})",
            verdict=WRONG, function=subject.name, mode="forward", order=1, seed=seed,
        )  # fmt: skip


def _block(columns: Sequence[Array], result: Array, leaf: Array) -> Array:
    """The Jacobian of one result by one leaf, from its columns."""
    if not columns:
        return np.zeros(result.shape + leaf.shape)
    stacked = np.stack([np.reshape(column, result.shape) for column in columns], axis=-1)
    return stacked.reshape(result.shape + leaf.shape)


def _chosen(what: str, f: Function, args: Sequence[Any], argnum: int) -> tuple[Subject, list[Array], list[Array], Function]:
    subject = Subject(what, f, args, (argnum,))
    subject.parameters.clear()
    wide = subject.widened()
    results = subject.check_behaviour(wide, make=_unchanged)
    return subject, wide, results, flatten(args[argnum])[1]
