"""Functions of functions: grad, value_and_grad, elementwise_grad, vjp, jvp, hvp; `jacobians` has jacobian and hessian.

All of them call the function on Tensors and walk the graph that it leaves (`Trace`), so that they nest in any
combination: a Tensor of an outer call keeps its place in the outer graph. Plain arrays and numbers in, plain arrays out, unless
the function depends on something else that requires a gradient: then results are Tensors that depend on it too.
"""

import functools
from inspect import signature

import numpy as np
from numpy import ndarray

from autograd_core.errors import DTypeError, GraphError, ShapeError
from autograd_core.errors.arguments import check_function, name_of_function
from autograd_core.functional.pushforward import pushed, start
from autograd_core.functional.results import are_results, gradients
from autograd_core.functional.trace import Trace
from autograd_core.graph.gradients import seed_for
from autograd_core.graph.results import wrap
from autograd_core.graph.trees import flatten


def _single(trace, f, what):
    """The one output of a function, which must be a real scalar."""
    output = _real(trace, f, what)
    if output._value.size != 1:
        raise GraphError(
            f"{what}: {name_of_function(f)} must return a scalar, got shape {output.shape}; use jacobian or "
            "elementwise_grad, or return its sum"
        )
    return output


def _real(trace, f, what):
    """The one output of a function, which must be real."""
    if len(trace.outputs) != 1:
        raise TypeError(
            f"{what}: {name_of_function(f)} must return one scalar, got {len(trace.outputs)} outputs; use vjp or jacobian"
        )
    (output,) = trace.outputs
    if output._value.dtype.kind == "c":
        raise DTypeError(
            f"{what}: {name_of_function(f)} must return a real number, got {output.dtype}; return np.real(…) or use vjp"
        )
    return output


def selected(f, argnum, args, kwargs, what):
    """The function of just the chosen arguments, and those: `argnum` is a position or a tuple of positions."""
    if len(args) == 1 and type(argnum) is int and -1 <= argnum < 1 and not kwargs:
        return f, args[0]
    numbers = argnum if isinstance(argnum, (tuple, list)) else (argnum,)
    for number in numbers:
        if type(number) is not int or not -len(args) <= number < len(args):
            raise TypeError(
                f"{what}: argnum must be a position among the {len(args)} arguments given by position, got {number!r}"
            )
    if len(numbers) > 1 and len({number % len(args) for number in numbers}) < len(numbers):
        raise TypeError(f"{what}: argnum names an argument twice, {argnum}; name each once")

    def chosen(values):
        full = list(args)
        for number, value in zip(numbers, values if isinstance(argnum, (tuple, list)) else (values,), strict=True):
            full[number] = value
        return f(*full, **kwargs)

    chosen.__name__ = name_of_function(f)
    return chosen, tuple(args[n] for n in numbers) if isinstance(argnum, (tuple, list)) else args[argnum]


def value_and_grad(f, argnum=0, has_aux=False):
    """The function (arguments of f) -> (f(…), gradient), for a scalar-valued f.

    argnum    which argument to differentiate by, or a tuple of several; an argument may be a nested container of arrays
    has_aux   f returns (value, aux) and the result is ((value, aux), gradient)

    The gradient has the shapes and containers of the argument. It is plain, or a Tensor if it depends on Tensors outside that
    require a gradient (then take it under `no_grad()` for plain arrays); so is the value. With
    `scipy.optimize.minimize(…, jac=True)`:

    >>> import numpy as np
    >>> f = value_and_grad(lambda x: np.sum((x - 3) ** 2))
    >>> f(np.array([1.0, 3.0]))
    (np.float64(4.0), array([-4.,  0.]))
    """
    check_function(f, "value_and_grad")

    @functools.wraps(f, updated=())
    def with_gradient(*args, **kwargs):
        trace, output, gradient = _differentiated(f, argnum, has_aux, args, kwargs, "value_and_grad")
        value = trace.released(output)
        return ((value, trace.released_aux()) if has_aux else value), gradient

    return with_gradient


def _differentiated(f, argnum, has_aux, args, kwargs, what):
    """The trace of a scalar function, its output, and the gradient."""
    chosen, primals = selected(f, argnum, args, kwargs, what)
    trace = Trace(chosen, primals, has_aux)
    output = _single(trace, f, what)
    record = trace.is_recorded()
    return trace, output, trace.rebuild(trace.pulled([seed_for(output, None, record)], record, keep=record))


def grad(f=None, argnum=0, has_aux=False, **of_results):
    """The gradient function of a scalar-valued f, (arguments of f) -> d f / d argument; or the gradients of a result by Tensors.

    grad(f, argnum=0, has_aux=False)

    argnum    which argument to differentiate by, or a tuple of several; an argument may be a nested container of arrays
    has_aux   f returns (value, aux) and the result is (gradient, aux)

    The gradient of a function of plain arrays is plain; if f depends on Tensors outside that require a gradient, it does
    so too, and is a Tensor in their graph.

    >>> import numpy as np
    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(np.sin))(0.5) == -np.sin(0.5)
    np.True_

    grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, allow_unused=None, materialize_grads=False)

    outputs        a Tensor, or several whose gradients add up
    inputs         what to differentiate by, a Tensor or an iterable of them: leaves, and results on the way
    grad_outputs   where to start from, of the outputs' shapes; ones for scalars
    retain_graph   keep the saved values, so that another pass can follow; if not given, as create_graph
    create_graph   record the pass itself, so that the gradients are Tensors and have gradients
    allow_unused   None for an input that the outputs do not depend on, and not an error; with materialize_grads zeros

    Returns a tuple with one gradient for each input, also for a single one; no `.grad` is touched. (PyTorch's autograd.grad.)
    Raises GraphError if there is no gradient to be had, ShapeError for a gradient of another shape.

    >>> from autograd_core import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> (slope,) = grad(np.sum(x**3), x, create_graph=True)
    >>> grad(np.sum(slope), [x])
    (array([ 6., 12.]),)
    """
    if f is None or are_results(f):
        return of_tensors(f, argnum, has_aux, of_results)
    if of_results:
        raise TypeError(f"grad of a function has no option {next(iter(of_results))!r}; it has argnum and has_aux")
    return gradient_of(f, argnum, has_aux, "grad")


def of_tensors(f, argnum, has_aux, of_results):
    """`grad` of results, whose first arguments, if given by position, have the names that a function's have."""
    arguments = {
        name: value for name, value, default in (("inputs", argnum, 0), ("grad_outputs", has_aux, False)) if value is not default
    }
    if f is not None:
        arguments["outputs"] = f
    if twice := sorted(arguments.keys() & of_results.keys()):
        raise TypeError(f"grad: {twice[0]} is given twice")
    arguments |= of_results
    if "outputs" not in arguments:
        raise TypeError("grad needs a function, grad(f)(x), or a result and what to differentiate it by, grad(loss, params)")
    if unknown := sorted(arguments.keys() - OF_RESULTS):
        raise TypeError(f"grad of a result has no option {unknown[0]!r}; it has {', '.join(OF_RESULTS)}")
    return gradients(**arguments)


OF_RESULTS = tuple(signature(gradients).parameters)


def gradient_of(f, argnum, has_aux, what):
    check_function(f, what)

    @functools.wraps(f, updated=())
    def gradient(*args, **kwargs):
        trace, _, gradient = _differentiated(f, argnum, has_aux, args, kwargs, what)
        return (gradient, trace.released_aux()) if has_aux else gradient

    return gradient


def elementwise_grad(f, argnum=0):
    """The derivative of an elementwise f at every element: the gradient of the sum of f, whatever its shape.

    >>> import numpy as np
    >>> elementwise_grad(np.square)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    check_function(f, "elementwise_grad")

    @functools.wraps(f, updated=())
    def gradient(*args, **kwargs):
        chosen, primals = selected(f, argnum, args, kwargs, "elementwise_grad")
        trace = Trace(chosen, primals)
        output = _real(trace, f, "elementwise_grad")
        record = trace.is_recorded()
        ones = ones_like(output._value)
        return trace.rebuild(trace.pulled([wrap(ones) if record else ones], record, keep=record))

    return gradient


def ones_like(value):
    if type(value) is not ndarray:
        return np.ones(value.shape, value.dtype)[()]
    ones = np.empty(value.shape, value.dtype)  # in a third of the time of `np.ones`
    ones.fill(1)
    return ones


def vjp(f, *primals, has_aux=False):
    """The result of f and its pullback: (f(*primals), pullback), and with `has_aux` also what f returned beside it.

    pullback(cotangent) returns a tuple with one cotangent for each primal, and can be called again. The cotangent has
    the containers and shapes of the result.

    >>> out, pullback = vjp(lambda a, b: a * b, 3.0, 4.0)
    >>> pullback(1.0)
    (np.float64(4.0), np.float64(3.0))
    """
    check_function(f, "vjp")
    trace = Trace(_on_tuple(f), primals, has_aux, stays=True)

    def pullback(cotangent):
        values, _ = flatten(cotangent)
        if len(values) != len(trace.outputs):
            raise ShapeError(
                f"vjp: the cotangent must have the containers of the result of {name_of_function(f)}, with "
                f"{len(trace.outputs)} arrays in "
                f"them, got {len(values)}"
            )
        return trace.pull(values, "vjp: a cotangent must have the {} of its output")

    out = trace.released_outputs()
    trace.inputs = None  # so that what depends on them is a constant to everybody else
    return (out, pullback, trace.released_aux()) if has_aux else (out, pullback)


def jvp(f, primals, tangents, has_aux=False):
    """The result of f and its derivative in a direction: (f(*primals), d f · tangents), and with `has_aux` the rest.

    primals, tangents   tuples of the same length, with the same containers and shapes

    >>> import numpy as np
    >>> jvp(np.sin, (0.0,), (2.0,))
    (np.float64(0.0), np.float64(2.0))
    """
    check_function(f, "jvp")
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp: primals and tangents must be tuples, with one entry for each argument: jvp(f, (x,), (v,))")
    values, _ = flatten(tuple(tangents))
    trace = Trace(_on_tuple(f), tuple(primals), has_aux, start=lambda inputs: start(inputs, values))
    result = trace.released_outputs(), trace.rebuild_outputs(pushed(trace, values))
    return (*result, trace.released_aux()) if has_aux else result


def _on_tuple(f):
    def on_tuple(values):
        return f(*values)

    on_tuple.__name__ = name_of_function(f)
    return on_tuple


def hvp(f, argnum=0, vector=-1):
    """Products of the Hessian of a scalar-valued f with a vector: (arguments of f, vector) -> H · vector.

    argnum   which argument to differentiate by
    vector   the position of the vector among the arguments: the last; vector=1 for SciPy, which calls hessp(x, vector, *args)

    The vector has the shape (or containers) of the argument; the Hessian itself is never formed, the cost is a few
    times that of the gradient.

    >>> import numpy as np
    >>> hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    gradient = gradient_of(f, argnum, False, "hvp")

    @functools.wraps(f, updated=())
    def product(*args, **kwargs):
        if not -len(args) <= vector < len(args) or len(args) < 2:
            where = "and then the vector: hvp(f)(x, v)" if vector == -1 else f"and the vector at position {vector}"
            raise TypeError(f"hvp(f) takes the arguments of f {where}, got {len(args)} arguments")
        args = list(args)
        direction = args.pop(vector)
        chosen, primals = selected(gradient, argnum, args, kwargs, "hvp")
        trace = Trace(chosen, primals)
        values, _ = flatten(direction)
        if [np.shape(v) for v in values] != [x.shape for x in trace.inputs]:
            raise ShapeError(
                f"hvp: the vector must have the shape of the argument, {[x.shape for x in trace.inputs]}, "
                f"got {[np.shape(v) for v in values]}"
            )
        return trace.pull(values, "hvp: the vector must have the {} of the argument")  # H is symmetric

    return product
