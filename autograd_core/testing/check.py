"""gradcheck, check_vjp and check_jvp: derivatives against finite differences, with a verdict on each disagreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core.errors import GradientError, GraphError, ShapeError
from autograd_core.graph.trees import flatten
from autograd_core.graph.variable import plain
from autograd_core.testing.compare import Comparison
from autograd_core.testing.maps import HandMap, Map
from autograd_core.testing.narrow import check_own_dtype
from autograd_core.testing.report import error_of
from autograd_core.testing.subject import Subject
from autograd_core.testing.witness import compare_witnesses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

    from autograd_core.testing.types import Argnums, Array, Function, Kinks, Mode, Modes

MODES: tuple[Mode, ...] = ("reverse", "forward")
DEFAULTS = {"order": 2, "modes": MODES, "argnums": None, "rtol": 1e-7, "atol": None, "kinks": "reject", "directions": None}


def gradcheck(
    f: Function,
    *args: Any,
    order: int = 2,
    modes: Modes = MODES,
    argnums: Argnums = None,
    wrt: Any = None,
    rtol: float = 1e-7,
    atol: float | None = None,
    kinks: Kinks = "reject",
    seed: int = 0,
    directions: int | None = None,
    complex_step: bool = False,
) -> Literal[True]:
    """Whether the derivatives of f at these arguments are what finite differences say: True, or a GradientError.

    f           a function of arrays, numbers and nested containers of them, or a module (its parameters are then checked too)
    args        its arguments; integers, bools, strings and functions among them are passed on as they are
    order       1 for the gradient, 2 for the gradient of the gradient as well, and so on
    modes       "reverse" (the pullback), "forward" (the pushforward), or both, which then must also agree with each other
    argnums     the positions of the arguments to differentiate by; all float and complex ones if None
    wrt         leaf Tensors, modules, or containers of them that f closes over, to differentiate by as well
    rtol, atol  |ours - numeric| <= atol + rtol * max(|ours|, |numeric|); atol=None takes it from the sizes of gradient and input
    kinks       "reject" a point where f is not differentiable, or "accept" any value between the slopes from both sides
    seed        of the random weights and directions
    directions  how many random directions to check; None checks each element of small inputs
    complex_step  compare with the complex step as well (see `complex_step`): exact to rounding, for f that is analytic in NumPy

    Everything is computed in float64, or wider, whatever the dtype of the arguments, on copies of them. For arguments of float32
    or float16, the gradient in their own dtype is then compared with the one in float64: it is wrong if it is off by more than 8
    roundings of itself, 4 of f divided by the argument, and 8 times the change of the gradient at points a rounding away,
    and to the same side at four of these points.
    Finite differences are central, extrapolated from two steps, which are relative to the size of each element. If they
    differ from ours, every other step is tried too, from both sides, before a verdict is given: the gradient is wrong, the
    differences are too noisy to tell, or the function is not differentiable here.

    Inputs of up to 100 elements together are checked element by element, larger arrays along three random directions, in which
    each element moves by ½ to 1½ of its size to either side. If the difference allowed along a direction is τ, an error e in
    any element (times its size) passes one direction with a probability of at most τ/|e|, however many elements there are, and
    three with the cube of that; an error in a single element passes only if it is below 2 τ. Order 2 and forward
    mode (of more than 16 elements) are checked along random directions. For a network with 100,000 parameters and rtol = 1e-7, τ
    is 1e-7 of the derivative along the direction: an error of 1 % in one typical weight passes with less than 1 in 10⁵.

    If each element is checked, so is each entry of the Jacobian (up to 20,000), and each is judged by how far its own
    differences may be off: an error counts if it is 30 times that, however small the entry is beside others.

    Nothing below the rounding of f can be seen: a slope so small that a change of the element by all its size moves f by no
    more than 1e-12 of f itself passes, whatever it is. With kinks="accept", each element is checked by itself.

    Raises GradientError also if f is random or changes its arguments, DTypeError and TypeError if there is nothing to
    differentiate, and ValueError for empty inputs and for values that are not finite.

    >>> import numpy as np
    >>> gradcheck(lambda x, w: np.sum(np.tanh(x @ w)), np.ones((2, 3)), np.full((3, 2), 0.1))
    True
    """
    _check_settings("gradcheck", order, modes, kinks)
    subject = Subject("gradcheck", f, args, argnums, wrt)
    wide = subject.widened()
    subject.check_behaviour(wide)
    map = Map(subject.run, wide, subject.names, subject.outputs)
    rng = np.random.default_rng(seed)
    options = _options(
        seed, order=order, modes=tuple(modes), argnums=argnums, rtol=rtol, atol=atol, kinks=kinks, directions=directions
    )
    for n in range(1, order + 1):
        looked = directions or (1 if n > 1 else None)
        comparison = Comparison(map, rng, rtol, atol, kinks, directions=looked, joint=n > 1)
        try:
            with np.errstate(all="ignore"):  # at the edge of a domain, infinities are compared as they are
                _check_modes(subject, comparison, modes, n, seed, options)
                if n < order:
                    map = map.gradient(comparison.weights(map.middle.size))
        except GraphError as error:
            _explain_once(error, n)
            raise
    if complex_step:
        compare_witnesses(subject, wide, seed)
    check_own_dtype(subject, rng)
    return True


def _check_settings(what: str, order: int, modes: Modes, kinks: Kinks) -> None:
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"{what}: order must be 1, 2, …, got {order!r}")
    if isinstance(modes, str) or not modes or not set(modes) <= set(MODES):
        raise ValueError(f"{what}: modes must be some of {MODES}, got {modes!r}; write modes=('reverse',) for one")
    if kinks not in ("reject", "accept"):
        raise ValueError(f"{what}: kinks must be 'reject' or 'accept', got {kinks!r}")


def _options(seed: int, **given: Any) -> str:
    """The options of a call that differ from the defaults, as they are written."""
    return ", ".join([*(f"{name}={value!r}" for name, value in given.items() if value != DEFAULTS[name]), f"seed={seed}"])


def _check_modes(subject: Subject, comparison: Comparison, modes: Modes, order: int, seed: int, options: str) -> None:
    for mode in modes:
        failure = getattr(comparison, mode)()
        if failure is not None:
            raise error_of(subject, failure, comparison, order, seed, options)
    if len(set(modes)) == 2 and comparison.map.middle.size:
        apart, allowed = comparison.transposed()
        if apart > allowed and np.isfinite(apart):  # infinite slopes have been judged, each mode by itself
            raise GradientError(
                f"{subject.what}: reverse and forward mode of {subject.name} differ at order {order}: ⟨w, J t⟩ and ⟨Jᵀ w, t⟩ are "
                f"{apart:.2e} apart for random w and t, allowed are {allowed:.2e} (seed {seed})",
                verdict="modes differ", function=subject.name, order=order, seed=seed,
            )  # fmt: skip


def _explain_once(error: GraphError, order: int) -> None:
    """Say what to check instead if a rule has no derivative itself."""
    if "once=True" in str(error):
        what = "order=2 needs" if order > 1 else "forward mode, and order=2, need"
        error.add_note(f"gradcheck: {what} the derivative of that rule; check what there is with order=1, modes=('reverse',)")


def check_vjp(
    f: Function,
    rule: Function,
    args: Sequence[Any],
    *,
    argnums: Argnums = None,
    rtol: float = 1e-7,
    atol: float | None = None,
    kinks: Kinks = "reject",
    seed: int = 0,
) -> Literal[True]:
    """Whether a backward pass written by hand is that of f: True, or a GradientError that says where it differs.

    f      a function of arrays in plain NumPy; it need not know this package
    rule   rule(g, *args) -> the gradients, for the gradient g of f's result: for one differentiable argument its gradient, for
           several a tuple with one for each, in their containers
    args   the tuple of arguments

    The other arguments, and the errors, are those of `gradcheck`.

    >>> import numpy as np
    >>> check_vjp(lambda a, b: a @ b, lambda g, a, b: (g @ b.T, a.T @ g), (np.ones((2, 3)), np.ones((3, 2))))
    True
    """
    _check_settings("check_vjp", 1, ("reverse",), kinks)
    subject, wide, _ = _by_hand("check_vjp", f, args, argnums)

    def pull(cotangents: Sequence[Array]) -> list[Array]:
        gradients = rule(subject.containers(cotangents), *_arguments(subject, wide))
        return _in_place(gradients, subject, "check_vjp: the rule")

    map = HandMap(subject.run, wide, subject.names, subject.outputs, pull=pull)
    comparison = Comparison(map, np.random.default_rng(seed), rtol, atol, kinks)
    options = _options(seed, argnums=argnums, rtol=rtol, atol=atol, kinks=kinks)
    _check_modes(subject, comparison, ("reverse",), 1, seed, options)
    return True


def check_jvp(
    f: Function,
    rule: Function,
    args: Sequence[Any],
    *,
    argnums: Argnums = None,
    rtol: float = 1e-7,
    atol: float | None = None,
    kinks: Kinks = "reject",
    seed: int = 0,
) -> Literal[True]:
    """Whether a forward derivative written by hand is that of f: True, or a GradientError that says where it differs.

    rule   rule(tangents, *args) -> the change of f's result, with the tuple of tangents of the differentiable arguments

    All else is as in `check_vjp`.

    >>> import numpy as np
    >>> check_jvp(np.multiply, lambda t, a, b: t[0] * b + a * t[1], (np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    True
    """
    _check_settings("check_jvp", 1, ("forward",), kinks)
    subject, wide, results = _by_hand("check_jvp", f, args, argnums)

    def push(tangents: Sequence[Array]) -> list[Array]:
        changes = flatten(rule(_grouped(subject, tangents), *_arguments(subject, wide)))[0]
        shapes, expected = [np.shape(array) for array in changes], [array.shape for array in results]
        if shapes != expected:
            raise ShapeError(f"check_jvp: the rule must return what {subject.name} returns, of shapes {expected}, got {shapes}")
        return [np.asarray(plain(array)) for array in changes]

    map = HandMap(subject.run, wide, subject.names, subject.outputs, push=push)
    comparison = Comparison(map, np.random.default_rng(seed), rtol, atol, kinks)
    options = _options(seed, argnums=argnums, rtol=rtol, atol=atol, kinks=kinks)
    _check_modes(subject, comparison, ("forward",), 1, seed, options)
    return True


def _by_hand(what: str, f: Function, args: Any, argnums: Argnums) -> tuple[Subject, list[Array], list[Array]]:
    if not isinstance(args, (tuple, list)):
        raise TypeError(f"{what}: args must be the tuple of arguments, got {type(args).__name__}; write {what}(f, rule, (x,))")
    subject = Subject(what, f, tuple(args), argnums)
    wide = subject.widened()
    results = subject.check_behaviour(wide, make=lambda leaf: leaf)
    return subject, wide, results


def _arguments(subject: Subject, leaves: Sequence[Array]) -> Any:
    values = list(subject.values)
    for place, leaf in zip(subject.places, leaves, strict=True):
        values[place] = leaf.copy()
    return subject.rebuild(values)


def _grouped(subject: Subject, leaves: Sequence[Array]) -> tuple[Any, ...]:
    """Values for the leaves, in the containers of the differentiable arguments: a tuple with one for each of these."""
    full = dict(zip(subject.places, leaves, strict=True))
    tree = subject.rebuild([full.get(i) for i in range(len(subject.values))])
    return tuple(tree[number] for number in sorted(set(subject.of_argument)))


def _in_place(returned: Any, subject: Subject, what: str) -> list[Array]:
    """The gradients that a rule returned, one for each leaf."""
    count = len(set(subject.of_argument))
    if count > 1 and (not isinstance(returned, (tuple, list)) or len(returned) != count):
        got = f"{len(returned)}" if isinstance(returned, (tuple, list)) else type(returned).__name__
        raise TypeError(f"{what} must return a tuple of {count} gradients, one for each argument, got {got}")
    flat = flatten(returned)[0]
    shapes = [leaf.shape for leaf in subject.leaves]
    if len(flat) != len(shapes):
        raise TypeError(f"{what} must return a gradient for each of {', '.join(subject.names)}, got {len(flat)} arrays")
    gradients = [np.asarray(plain(gradient)) for gradient in flat]
    for name, gradient, shape in zip(subject.names, gradients, shapes, strict=True):
        if gradient.shape != shape:
            raise ShapeError(f"{what} must return for {name} a gradient of its shape, {shape}, got {gradient.shape}")
    return [gradient.astype(np.result_type(gradient, leaf)) for gradient, leaf in zip(gradients, subject.leaves, strict=True)]
