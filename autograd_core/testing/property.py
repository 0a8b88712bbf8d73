"""A decorator that makes a property test of its gradient out of a function."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import vjp
from autograd_core.graph.trees import flatten
from autograd_core.graph.variable import Variable, plain
from autograd_core.testing.check import gradcheck
from autograd_core.testing.strategies import hypothesis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from hypothesis.strategies import SearchStrategy

    from autograd_core.testing.types import Function

OPTIONS = [name for name, p in inspect.signature(gradcheck).parameters.items() if p.default is not p.empty and name != "seed"]


def property_gradcheck(
    *positional: SearchStrategy[Any], max_examples: int = 50, seed: int | None = None, **named: Any
) -> Callable[[Function], Callable[..., None]]:
    """Make a test out of a function: that its gradients are right at whatever the strategies draw.

    positional, named   a hypothesis strategy for each parameter, as for `hypothesis.given`; names that are no parameters
                        of the function are options of `gradcheck`: order, modes, argnums, rtol, atol, kinks, …
    max_examples        how many examples are drawn
    seed                a number that settles what is drawn; as hypothesis is set up, if None

    The function returns what is to be differentiated, by all its arguments in which there are floats; others, such as indices,
    are given to it as they are drawn. Parameters without a strategy are left to pytest: fixtures, `parametrize`. If
    all arrays come out empty, there is nothing to compare, and the test is only that both passes run.

    A wrong gradient raises GradientError at a small counterexample, which hypothesis prints after it.
    Raises TypeError if strategies and parameters do not match.

    >>> import numpy as np
    >>> from autograd_core.testing import property_gradcheck
    >>> from autograd_core.testing.strategies import arrays
    >>> @property_gradcheck(x=arrays(shape=(3, 4)), max_examples=5)
    ... def test_log_cosh(x):
    ...     return np.log(np.cosh(x))
    >>> test_log_cosh()
    """
    if len(positional) == 1 and not named and inspect.isfunction(positional[0]):
        name = positional[0].__name__
        raise TypeError(f"property_gradcheck: strategies are missing; write @property_gradcheck(x=arrays()) above {name}")

    def decorate(function: Function) -> Callable[..., None]:
        strategies, options = _bound(function, positional, named)
        names = list(inspect.signature(function).parameters)

        @functools.wraps(function)
        def checked(**values: Any) -> None:
            _check(function, [values[name] for name in names], options, seed)

        # Without the phase that explains a failure by lines of code: they would be this package's, and finding them takes longest
        phases = [phase for phase in hypothesis.settings().phases if phase is not hypothesis.Phase.explain]
        settings = hypothesis.settings(max_examples=max_examples, deadline=None, phases=phases)
        test = settings(hypothesis.given(**strategies)(checked))
        return test if seed is None else hypothesis.seed(seed)(test)

    return decorate


def _check(function: Function, arguments: Sequence[Any], options: dict[str, Any], seed: int | None) -> None:
    floats = {i: values for i, argument in enumerate(arguments) if (values := [*filter(_is_float, flatten(argument)[0])])}
    if not floats or any(np.size(plain(value)) for values in floats.values() for value in values):
        gradcheck(function, *arguments, seed=seed or 0, **options)
        return

    def of_floats(*given: Any) -> Any:
        full = dict(enumerate(arguments)) | dict(zip(floats, given, strict=True))
        return function(*full.values())

    out, pull = vjp(of_floats, *[plain(arguments[i]) for i in floats])
    values, rebuild = flatten(out)
    pull(rebuild([np.ones_like(value) for value in values]))


def _is_float(value: Any) -> bool:
    value = plain(value) if isinstance(value, Variable) else value
    return isinstance(value, (float, complex)) or (isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc")


def _bound(
    function: Function, positional: Sequence[Any], named: dict[str, Any]
) -> tuple[dict[str, SearchStrategy[Any]], dict[str, Any]]:
    """{parameter: strategy} for the function, and what remains of the named arguments: options of gradcheck."""
    parameters = inspect.signature(function).parameters
    name = f"{function.__name__}({', '.join(map(str, parameters.values()))})"
    for parameter in parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise TypeError(f"property_gradcheck: parameters must have names to be drawn by, got {parameter} in {name}")
    if len(positional) > len(parameters):
        raise TypeError(f"property_gradcheck: {len(positional)} strategies for the {len(parameters)} parameters of {name}")
    strategies = dict(zip(parameters, positional, strict=False))
    options: dict[str, Any] = {}
    for key, value in named.items():
        if key in strategies:
            raise TypeError(f"property_gradcheck: two strategies for parameter {key!r} of {name}")
        if key not in parameters and key not in OPTIONS:
            known = ", ".join(["max_examples", *OPTIONS])
            raise TypeError(f"property_gradcheck: {name} has no parameter {key!r}, nor is that an option; these are {known}")
        (strategies if key in parameters else options)[key] = value
    for key, value in strategies.items():
        if not isinstance(value, hypothesis.strategies.SearchStrategy):
            raise TypeError(
                f"property_gradcheck: parameter {key!r} of {name} needs a strategy, got {type(value).__name__}; "
                "write hypothesis.strategies.just(value) for a constant"
            )
    if not strategies:
        raise TypeError(f"property_gradcheck: no strategy for {name}; write @property_gradcheck(x=arrays()) above it")
    return strategies, options
