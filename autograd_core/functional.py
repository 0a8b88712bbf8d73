"""Functions of functions: grad, value_and_grad, elementwise_grad, vjp, jvp, jacobian, hessian, hvp.

All of them call the function on Tensors and walk the graph that it leaves (`Trace`), so that they nest in any
combination: a Tensor of an outer call keeps its place in the outer graph. Plain arrays and numbers in, plain arrays out.
"""

import functools

import numpy as np

from autograd_core.backward import seed_for
from autograd_core.errors import DTypeError, GraphError, ShapeError
from autograd_core.graph import collect
from autograd_core.record import wrap
from autograd_core.rewrap import goes_forward
from autograd_core.trace import Pushforward, Trace, as_result, inside, name_of_function, recorded_in
from autograd_core.trees import flatten
from autograd_core.variable import Variable


def _single(trace, f, what):
    """The one output of a function, which must be a real scalar."""
    if len(trace.outputs) != 1:
        raise TypeError(
            f"{what}: {name_of_function(f)} must return one scalar, got {len(trace.outputs)} outputs; use vjp or jacobian"
        )
    (output,) = trace.outputs
    if output.size != 1:
        raise GraphError(
            f"{what}: {name_of_function(f)} must return a scalar, got shape {output.shape}; use jacobian or "
            "elementwise_grad, or return its sum"
        )
    if output.dtype.kind == "c":
        raise DTypeError(
            f"{what}: {name_of_function(f)} must return a real number, got {output.dtype}; return np.real(…) or use vjp"
        )
    return output


def _selected(f, argnum, args, kwargs, what):
    """The function of just the chosen arguments, and those: `argnum` is a position or a tuple of positions."""
    numbers = argnum if isinstance(argnum, (tuple, list)) else (argnum,)
    for number in numbers:
        if not isinstance(number, int) or not -len(args) <= number < len(args):
            raise TypeError(
                f"{what}: argnum must be a position among the {len(args)} arguments given by position, got {number!r}"
            )

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

    The gradient has the shapes and containers of the argument. With `scipy.optimize.minimize(…, jac=True)`:

    >>> import numpy as np
    >>> f = value_and_grad(lambda x: np.sum((x - 3) ** 2))
    >>> f(np.array([1.0, 3.0]))
    (np.float64(4.0), array([-4.,  0.]))
    """
    _check_function(f, "value_and_grad")

    @functools.wraps(f, updated=())
    def with_gradient(*args, **kwargs):
        chosen, primals = _selected(f, argnum, args, kwargs, "grad")
        trace = Trace(chosen, primals, has_aux)
        output = _single(trace, f, "grad")
        found = trace.gradients([seed_for(output, None, trace.nested)], keep=trace.nested)
        gradient = trace.rebuild([trace.released(g) for g in found])
        value = trace.released(output)
        return ((value, _plain_aux(trace)) if has_aux else value), gradient

    return with_gradient


def _plain_aux(trace):
    values, rebuild = flatten(trace.aux)
    return rebuild([trace.released(value) if isinstance(value, Variable) else value for value in values])


def grad(f, argnum=0, has_aux=False):
    """The gradient function of a scalar-valued f: (arguments of f) -> d f / d argument.

    argnum    which argument to differentiate by, or a tuple of several; an argument may be a nested container of arrays
    has_aux   f returns (value, aux) and the result is (gradient, aux)

    >>> import numpy as np
    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(np.sin))(0.5) == -np.sin(0.5)
    np.True_
    """
    _check_function(f, "grad")
    both = value_and_grad(f, argnum, has_aux)

    @functools.wraps(f, updated=())
    def gradient(*args, **kwargs):
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def elementwise_grad(f, argnum=0):
    """The derivative of an elementwise f at every element: the gradient of the sum of f, whatever its shape.

    >>> import numpy as np
    >>> elementwise_grad(np.square)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    _check_function(f, "elementwise_grad")
    return grad(lambda *args, **kwargs: np.sum(_one(f(*args, **kwargs), f)), argnum)


def _one(output, f):
    return output if isinstance(output, Variable) else wrap(as_result(output, f))


def _check_function(f, what):
    if not callable(f):
        raise TypeError(f"{what} needs a function and returns one: write {what}(f)(x), got {type(f).__name__}")


def vjp(f, *primals, has_aux=False):
    """The result of f and its pullback: (f(*primals), pullback), and with `has_aux` also what f returned beside it.

    pullback(cotangent) returns a tuple with one cotangent for each primal, and can be called again. The cotangent has
    the containers and shapes of the result.

    >>> out, pullback = vjp(lambda a, b: a * b, 3.0, 4.0)
    >>> pullback(1.0)
    (np.float64(4.0), np.float64(3.0))
    """
    _check_function(f, "vjp")
    values, rebuild = flatten(primals)
    copies = [value.copy() if isinstance(value, np.ndarray) else value for value in values]  # the caller may fill them again
    trace = Trace(_on_tuple(f), rebuild(copies), has_aux)

    def pullback(cotangent):
        values, _ = flatten(cotangent)
        if len(values) != len(trace.outputs):
            raise ShapeError(
                f"vjp: the cotangent must have the containers of the result of {name_of_function(f)}, with "
                f"{len(trace.outputs)} arrays in "
                f"them, got {len(values)}"
            )
        nested = trace.nested or inside.get() or recorded_in(values)
        what = "vjp: a cotangent must have the {} of its output"
        seeds = [seed_for(output, value, nested, what) for output, value in zip(trace.outputs, values, strict=True)]
        return trace.rebuild([trace.released(g, nested) for g in trace.gradients(seeds, create_graph=nested)])

    out = _released_outputs(trace)
    return (out, pullback, _plain_aux(trace)) if has_aux else (out, pullback)


def jvp(f, primals, tangents, has_aux=False):
    """The result of f and its derivative in a direction: (f(*primals), d f · tangents), and with `has_aux` the rest.

    primals, tangents   tuples of the same length, with the same containers and shapes

    >>> import numpy as np
    >>> jvp(np.sin, (0.0,), (2.0,))
    (np.float64(0.0), np.float64(2.0))
    """
    _check_function(f, "jvp")
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp: primals and tangents must be tuples, with one entry for each argument: jvp(f, (x,), (v,))")
    trace = Trace(_on_tuple(f), tuple(primals), has_aux)
    values, _ = flatten(tuple(tangents))
    if len(values) != len(trace.inputs):
        raise ShapeError(f"jvp: expected {len(trace.inputs)} tangents, one for each primal, got {len(values)}")
    nested = trace.nested or inside.get() or recorded_in(values)
    pushed = Pushforward(trace, nested)(values)
    result = _released_outputs(trace), trace.rebuild_outputs([trace.released(t, nested) for t in pushed])
    return (*result, _plain_aux(trace)) if has_aux else result


def _on_tuple(f):
    def on_tuple(values):
        return f(*values)

    on_tuple.__name__ = name_of_function(f)
    return on_tuple


def _released_outputs(trace):
    return trace.rebuild_outputs([trace.released(output) for output in trace.outputs])


def jacobian(f, argnum=0, has_aux=False, strict=False):
    """The Jacobian of f: (arguments of f) -> an array of shape out.shape + x.shape.

    argnum    which argument to differentiate by, or a tuple of several
    strict    raise instead of returning zeros where an output does not depend on an input

    Where argument or result is a nested container of arrays, the result is a container of the result's kind with
    one of the argument's kind in each place. Takes one pass for each element of the result or of the argument,
    whichever are fewer.

    >>> import numpy as np
    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    _check_function(f, "jacobian")

    @functools.wraps(f, updated=())
    def of(*args, **kwargs):
        chosen, primals = _selected(f, argnum, args, kwargs, "jacobian")
        trace = Trace(chosen, primals, has_aux)
        if strict:
            _check_dependence(trace, f)
        rows = _by_columns(trace) if _columns_are_fewer(trace) else _by_rows(trace)
        blocks = [trace.rebuild([trace.released(block) for block in row]) for row in rows]
        result = trace.rebuild_outputs(blocks)
        return (result, _plain_aux(trace)) if has_aux else result

    return of


def _columns_are_fewer(trace):
    # A column costs a pass through a graph about three times as large as that of a row
    return (
        3 * sum(x.size for x in trace.inputs) < sum(y.size for y in trace.outputs)
        and all(x.dtype.kind == "f" for x in (*trace.inputs, *trace.outputs))
        and goes_forward([y._node for y in trace.outputs if y._node is not None], trace.targets)
    )


def _by_rows(trace):
    """For each output its Jacobian blocks, one for each input: one reverse pass for each element of the output."""
    rows = []
    for i, output in enumerate(trace.outputs):
        passes = []
        for k in range(output.size):
            seeds = [_one_hot(other, k if j == i else None, trace.nested) for j, other in enumerate(trace.outputs)]
            passes.append(trace.gradients(seeds))
        rows.append([_stacked([one[j] for one in passes], output.shape, x) for j, x in enumerate(trace.inputs)])
    return rows


def _by_columns(trace):
    """The same blocks by forward mode: one pass for each element of the inputs."""
    push = Pushforward(trace, trace.nested)
    columns = []
    for i, x in enumerate(trace.inputs):
        basis = ([_one_hot(y, k if j == i else None, trace.nested) for j, y in enumerate(trace.inputs)] for k in range(x.size))
        columns.append([push(direction) for direction in basis])
    return [
        [
            np.moveaxis(_stacked([one[j] for one in columns[i]], x.shape, y), range(x.ndim), range(-x.ndim, 0))
            for i, x in enumerate(trace.inputs)
        ]
        for j, y in enumerate(trace.outputs)
    ]


def _one_hot(like, k, nested):
    seed = np.zeros(like.size, like.dtype)
    if k is not None:
        seed[k] = 1
    seed = seed.reshape(like.shape)[()]
    return wrap(seed) if nested else seed


def _stacked(passes, shape, like):
    if not passes:
        return wrap(np.zeros(shape + like.shape, like.dtype))
    return np.reshape(np.stack(passes), shape + like.shape)


def _check_dependence(trace, f):
    for i, output in enumerate(trace.outputs):
        for j, target in enumerate(trace.targets):
            if target is not output._node and (output._node is None or not depends(output._node, target)):
                raise GraphError(
                    f"jacobian: output {i} of {name_of_function(f)} does not depend on input {j}; strict=False gives zeros"
                )


def depends(node, target):
    """Whether `node` was computed from `target`."""
    _, needed = collect([node], [target])
    return node in needed


def hessian(f, argnum=0):
    """The matrix of second derivatives of a scalar-valued f: (arguments of f) -> an array of shape x.shape + x.shape.

    For nested containers, a container of containers, as `jacobian` returns them.

    >>> import numpy as np
    >>> hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    _check_function(f, "hessian")

    def scalar(*args, **kwargs):
        result = f(*args, **kwargs)
        if np.size(result) != 1:
            raise GraphError(
                f"hessian: {name_of_function(f)} must return a scalar, got shape {np.shape(result)}; write "
                "jacobian(jacobian(f)) for all "
                "second derivatives, of shape out.shape + x.shape + x.shape"
            )
        return result

    return jacobian(grad(scalar, argnum), argnum)


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
    _check_function(f, "hvp")
    gradient = grad(f, argnum)

    @functools.wraps(f, updated=())
    def product(*args, **kwargs):
        if not -len(args) <= vector < len(args) or len(args) < 2:
            where = "and then the vector: hvp(f)(x, v)" if vector == -1 else f"and the vector at position {vector}"
            raise TypeError(f"hvp(f) takes the arguments of f {where}, got {len(args)} arguments")
        args = list(args)
        direction = args.pop(vector)
        chosen, primals = _selected(gradient, argnum, args, kwargs, "hvp")
        trace = Trace(chosen, primals)
        values, _ = flatten(direction)
        if [np.shape(v) for v in values] != [x.shape for x in trace.inputs]:
            raise ShapeError(
                f"hvp: the vector must have the shape of the argument, {[x.shape for x in trace.inputs]}, "
                f"got {[np.shape(v) for v in values]}"
            )
        nested = trace.nested or recorded_in(values)
        what = "hvp: the vector must have the {} of the argument"
        seeds = [seed_for(output, value, nested, what) for output, value in zip(trace.outputs, values, strict=True)]
        return trace.rebuild([trace.released(g, nested) for g in trace.gradients(seeds, create_graph=nested)])  # H is symmetric

    return product
