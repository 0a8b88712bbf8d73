"""Changes in place: `t[index] = value`, `t += value`, `out=t`. A Tensor moves on to a new value and place in the graph, and its
views with it; only into the array of a leaf, under `no_grad()`, is written."""

import functools

import numpy as np

from autograd_core.derivatives.indexing import setitem
from autograd_core.derivatives.operands import detached
from autograd_core.errors import DTypeError, GraphError, ShapeError
from autograd_core.graph.apply import apply
from autograd_core.graph.edits import describe
from autograd_core.graph.memory import array_of, in_memory, is_array, memory, put
from autograd_core.graph.modes import enable_grad, no_grad
from autograd_core.graph.nodes import in_words, is_leaf, is_result
from autograd_core.graph.refusals import explained
from autograd_core.graph.results import recording
from autograd_core.graph.variable import count_recorded, index_of, plain
from autograd_core.graph.views import (
    base_changed,
    base_of,
    can_wait,
    in_graph,
    looked_at,
    move,
    outdate,
    root_of,
    with_view,
)


def assign(self, index, value):
    """`t[index] = value`."""
    index = index_of(index)
    refuse_number(self)
    if self._value.dtype.kind not in "fc" and count_recorded((value,)) and recording() is not False:
        raise DTypeError(
            f"assignment of a recorded value into a Tensor of dtype {self.dtype} would lose its gradient; "
            "write t = t.astype(float)"
        )
    if is_leaf(self._node):
        if recording() is not False:
            raise GraphError(
                f"assignment into the leaf {describe(self, self.shape)}, which requires a gradient: "
                "write y = t.copy(); y[index] = value for a recorded change, "
                "or do it inside `with no_grad():` to change the leaf itself"
            )
        self._edit(index, value)
    elif recording() is False and is_result(self._node):  # what is written is a constant, the rest stays in the graph
        value = plain(value)
        with enable_grad():
            result = apply(setitem, (self, index, value), {})
        self._become(result)
    else:
        self._become(apply(setitem, (self, index, value), {}))


def refuse_number(tensor):
    """Raise if somebody wants to write into a number that a function returned, such as an element: nothing else would see it."""
    if isinstance(tensor._value, np.generic) and not tensor._value.shape and not is_array(tensor):
        what = "a result" if tensor._node is None else in_words(tensor._node)
        raise GraphError(
            f"a change in place of {what} of shape (), which is a number, as in NumPy, and shares no memory: write x[i] = value "
            "for an element of x, x[i, ...] for a view of it, or t = t.copy() for what can be changed"
        )


def edit(self, index, value):
    """Write into the array of a leaf itself."""
    array = array_of(self)
    array = array if array.ndim or type(array) is np.ndarray else np.array(array)
    value = plain(value)
    try:
        array[index] = value
    except (ValueError, TypeError) as error:
        raise explained(setitem, (array, index, value), {}, error) from None
    self.data = array if array.ndim or in_memory(self) else array[()]


def become(self, result):
    """Move on to another value and place in the graph, as assignment and `+=` do; what was saved before stays true."""
    if is_leaf(self._node):
        if recording() is not False:
            raise GraphError(
                f"a change in place (+=, out=) of the leaf {describe(self, self.shape)}, which requires a gradient: "
                "write y = t + 1, or do it inside `with no_grad():` to change the leaf itself"
            )
        self._edit(..., result)
        return self
    refuse_number(self)
    constant = recording() is False and getattr(result, "_node", None) is None
    if constant and is_result(self._node) and not is_leaf(root_of(self)._node):
        raise GraphError(
            f"a change in place (+=, out=) of {in_words(self._node)} under no_grad() would cut it out of its graph: "
            "write t = t + 1 for a constant of that value, or leave no_grad() to have the change recorded"
        )
    if np.shape(plain(result)) != self.shape:
        raise ShapeError(
            "a change in place (+=, out=) cannot change the shape: "
            f"the Tensor has {self.shape}, the result {np.shape(plain(result))}"
        )
    if result.dtype != self.dtype:
        if not np.can_cast(result.dtype, self.dtype, "same_kind"):
            raise DTypeError(
                "a change in place (+=, out=) keeps the dtype: "
                f"a result of {result.dtype} does not go into {self.dtype}; write t = t + …"
            )
        result = np.astype(result, self.dtype)
    base = base_of(self)
    if base is not None:
        if self._node is None and recording() is not False and is_leaf((leaf := root_of(self))._node):
            whose = describe(leaf, leaf.shape)
            raise GraphError(
                f"a change in place of memory that is also that of the leaf {whose}, which requires a gradient: "
                "do it inside `with no_grad():` to change the leaf too, or write d = t.detach().copy() for values of its own"
            )
        base._become(with_view(self, result) if recording() is not False else _with_constant_view(self, result))
        return self  # made anew, with all other views
    move(self, result)
    if getattr(self, "_views", None):
        if recording() is False:
            base_changed(self, _again_under_no_grad)
        elif can_wait(self):
            outdate(self, _outdated)
        else:
            base_changed(self, _again)
    return self


def _again(entry, args, kwargs, view=None):
    made = apply(entry, args, kwargs)
    if entry is detached and isinstance(made._value, np.generic):
        put(made, memory(args[0]))  # a number would be one of its own
    return made


# Under `no_grad()` what is written is a constant, and the rest of a result stays in the graph


def _again_under_no_grad(entry, args, kwargs, view):
    with enable_grad() if is_result(view._node) else no_grad():
        return _again(entry, args, kwargs)


def _with_constant_view(view, result):
    with enable_grad():
        base = in_graph(base_of(view), apply)
    with enable_grad() if is_result(base._node) else no_grad():
        return with_view(view, result, base)


@functools.cache
def _outdated(kind):
    """The class of views whose base was changed: whoever looks at one first makes it anew, and a Tensor again."""

    def look(view):
        base, entry, args, kwargs = view._view
        with enable_grad():
            made = _again(entry, (base, *args), kwargs)
        looked_at(view, made, kind)

    def slot(name):
        def get(view):
            look(view)
            return getattr(view, name)

        def put(view, value):
            look(view)
            setattr(view, name, value)

        return property(get, put)

    slots = {"_value": slot("_value"), "_node": slot("_node")}
    return type(kind.__name__, (kind,), {"__slots__": (), "is_outdated": True, **slots})
