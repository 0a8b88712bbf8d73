"""Functions of functions that return matrices: jacobian, hessian."""

import functools

import numpy as np

from autograd_core.derivatives.kinds import undecided
from autograd_core.errors import DTypeError, GraphError
from autograd_core.errors.arguments import check_function, name_of_function
from autograd_core.functional.pushforward import Pushforward
from autograd_core.functional.trace import Trace, of_kind
from autograd_core.functional.transforms import gradient_of, selected
from autograd_core.graph.backward_pass import collect
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import plain


def jacobian(f, argnum=0, has_aux=False, strict=False):
    """The Jacobian of f: (arguments of f) -> an array of shape out.shape + x.shape.

    argnum    which argument to differentiate by, or a tuple of several
    strict    raise instead of returning zeros if an output does not depend on an input

    If argument or result is a nested container of arrays, the result is a container of the result's kind with
    one of the argument's kind in each place. For a complex f of complex numbers it is ∂f/∂z, and DTypeError is raised
    if there is none; rows of a real f are those of `grad`. Takes a row for each element of the result, or if these are
    fewer a column for each element of the argument, and if the functions on the way allow it all of them in one pass.

    >>> import numpy as np
    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return _jacobian(f, argnum, has_aux, strict, "jacobian", f)


def _jacobian(f, argnum, has_aux, strict, what, of_what):
    """`jacobian` of f. `what` and `of_what` are the function that the user called, and that which the user gave to it."""
    check_function(f, what)

    @functools.wraps(f, updated=())
    def of(*args, **kwargs):
        chosen, primals = selected(f, argnum, args, kwargs, what)
        trace = Trace(chosen, primals, has_aux)
        if strict:
            _check_dependence(trace, f)
        rows = _by_columns(trace) if _columns_are_fewer(trace) else _by_rows(trace, what, of_what)
        result = trace.rebuild_outputs([trace.rebuild(row) for row in rows])
        return (result, trace.released_aux()) if has_aux else result

    return of


def _columns_are_fewer(trace):
    # If one pass forward will not do, a column costs a pass through a graph about three times as large as that of a row
    return (
        2 * sum(x.size for x in trace.inputs) < sum(y.size for y in trace.outputs)
        and all(x.dtype.kind == "f" for x in (*trace.inputs, *trace.outputs))
        and goes_forward(trace.order)
    )


def _by_rows(trace, what, f):
    """For each output its Jacobian blocks, one for each input: one reverse pass for each element of the output, two if it
    is complex."""
    record = trace.is_recorded()
    if not record and (rows := _in_batches().all_rows(trace)) is not None:
        return rows

    def passes(i, number):
        seeds = [None] * len(trace.outputs)
        blocks = []
        for k in range(trace.outputs[i].size):
            seeds[i] = _one_hot(trace.outputs[i], k, number, record)
            blocks.append(trace.pulled(seeds, record))
        return [_stacked([row[j] for row in blocks], trace.outputs[i].shape, x) for j, x in enumerate(trace.inputs)]

    rows = []
    for i, output in enumerate(trace.outputs):
        row = passes(i, 1)
        if output.dtype.kind == "c":
            row = [_complex(*parts, what, f) for parts in zip(row, passes(i, 1j), trace.inputs, strict=True)]
        rows.append(row)
    return rows


def _in_batches():
    from autograd_core.functional import in_batches  # with numpy.fft a millisecond of this package's import

    return in_batches


def _complex(pulled, turned, x, what, f):
    """A block of complex outputs, from what the cotangents 1 and i are pulled back to: Re J and -Im J for a real x.

    For a complex z, ḡ is pulled back to ḡ ∂f/∂z + conj(ḡ ∂f/∂z̄) in the convention of `grad`, so that both derivatives can be
    told from the two. Only if the second is 0 does one complex number say how f changes.
    """
    if x.dtype.kind != "c":
        return pulled - 1j * turned
    first, second = plain(pulled), plain(turned)
    size = np.maximum(np.abs(first), np.abs(second))
    largest = np.max(size, axis=tuple(range(size.ndim - x.ndim, size.ndim)), keepdims=True, initial=0)
    rounding = np.finfo(x.dtype).eps
    if np.any(np.abs(first + 1j * second) > np.maximum(rounding**0.5 * size, 1e3 * rounding * largest)):
        raise DTypeError(_NOT_COMPLEX[what].format(name_of_function(f)))
    return (pulled - 1j * turned) / 2


_NOT_COMPLEX = {
    "jacobian": "jacobian: {} has no complex derivative here: it depends on the conjugate of its argument too, as np.conj and "
    "np.abs do. Differentiate by the real and the imaginary part: "
    "jacobian(lambda x, y: f(x + 1j * y), (0, 1))(z.real, z.imag)",
    "hessian": "hessian: the gradient of {} has no complex derivative here, so no complex matrix says how it changes. "
    "Differentiate by the real and the imaginary part: hessian(lambda x, y: f(x + 1j * y), (0, 1))(z.real, z.imag); "
    "or take one direction: hvp(f)(z, v)",
}


def _by_columns(trace):
    """The same blocks by forward mode: one pass for each element of the inputs."""
    if not trace.is_recorded() and (rows := _in_batches().all_columns(trace)) is not None:
        return rows
    push = Pushforward(trace)
    columns = []
    for i, x in enumerate(trace.inputs):
        basis = ([_one_hot(y, k if j == i else None) for j, y in enumerate(trace.inputs)] for k in range(x.size))
        columns.append([push(direction) for direction in basis])
    return [
        [
            np.moveaxis(_stacked([column[j] for column in columns[i]], x.shape, y), range(x.ndim), range(-x.ndim, 0))
            for i, x in enumerate(trace.inputs)
        ]
        for j, y in enumerate(trace.outputs)
    ]


def _one_hot(like, k, number=1, record=False):
    seed = np.zeros(like.size, like.dtype)
    if k is not None:
        seed[k] = number
    seed = seed.reshape(like.shape)
    seed = of_kind(like._value, seed) if undecided(like) else seed[()]
    return wrap(seed) if record else seed


def _stacked(passes, shape, like):
    """Gradients of `like`, of whose shape each is, as a block whose first axes have the given shape."""
    if not passes:
        return np.zeros(shape + like.shape, like.dtype)
    whole = shape + like.shape
    return np.reshape(np.stack(passes), whole) if whole else passes[0]


def _check_dependence(trace, f):
    for i, output in enumerate(trace.outputs):
        for j, x in enumerate(trace.targets):
            if x is not output._node and (output._node is None or not depends(output._node, x)):
                raise GraphError(
                    f"jacobian: output {i} of {name_of_function(f)} does not depend on input {j}; strict=False gives zeros"
                )


def depends(node, target):
    """Whether `node` was computed from `target`."""
    return node in collect([node], [target])[1]


def hessian(f, argnum=0):
    """The matrix of second derivatives of a scalar-valued f: (arguments of f) -> an array of shape x.shape + x.shape.

    For nested containers, a container of containers, as `jacobian` returns them.

    >>> import numpy as np
    >>> hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    check_function(f, "hessian")

    @functools.wraps(f, updated=())
    def scalar(*args, **kwargs):
        result = f(*args, **kwargs)
        if np.size(result) != 1:
            raise GraphError(
                f"hessian: {name_of_function(f)} must return a scalar, got shape {np.shape(result)}; write "
                "jacobian(jacobian(f)) for all "
                "second derivatives, of shape out.shape + x.shape + x.shape"
            )
        return result

    return _jacobian(gradient_of(scalar, argnum, False, "hessian"), argnum, False, False, "hessian", f)


def goes_forward(order):
    """Whether forward mode can go through these nodes: not through a rule that has no derivative, and no forward rule."""
    return all(not node.pattern.entry.once or node.pattern.entry.jvp is not None for node in order)
