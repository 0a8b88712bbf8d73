"""Views: if NumPy's result shares memory with its operand, changing one Tensor changes the other, as in NumPy.

Assignment makes new values instead of writing into old ones (what the graph saved must stay true), so shared memory
alone does not do it. A view therefore knows its base and how it was made from it, and the base knows its views by weak
references. Assigning to a base makes its views anew; assigning to a view puts the new values into the base.

A view of one element (`t[1, ...]`, `np.squeeze`) reads its number from the array (see `memory`), and a view of a 0-d Tensor
lets that read its own from one.
"""

from weakref import ref

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.complex_parts import of_parts
from autograd_core.derivatives.kinds import beside, stands_in
from autograd_core.derivatives.operands import detached
from autograd_core.errors import DetachError, GraphError
from autograd_core.graph.edits import acquire, lock, owner_of, release
from autograd_core.graph.memory import CLASS, NODE, VALUE, array_of, memory, own_class, put
from autograd_core.graph.nodes import is_retained
from autograd_core.graph.variable import Variable


def shares(out, operand):
    """Whether an array is (a view of) the same memory as another that it was made from."""
    return out is operand or owner_of(out) is owner_of(operand)


def view_of_number(tensor, entry, rest, kwargs):
    """What an entry makes of the 0-d array that a Tensor is, if that is a view of it; else None."""
    array = np.asarray(array_of(tensor))
    out = entry.forward(array, *rest, **kwargs)
    if type(out) is not ndarray or not shares(out, array):
        return None
    own = memory(tensor, array)
    return out if own is array else entry.forward(own, *rest, **kwargs)  # another thread was first


def _as_array(value):
    return np.asarray(value) if isinstance(value, generic) else value


def written(tensor):
    """After a value of another kind than NumPy's was written to: views with one element of it get their new values."""
    for reference in getattr(tensor, "_views", None) or ():
        view = reference()
        if view is not None:
            if stands_in(view._value) and (not view._value.shape or not tensor._value.shape):
                _, entry, args, kwargs = view._view
                view._value = entry.forward(_as_array(tensor._value), *args, **kwargs)
            written(view)


def link(base, view, entry, args, kwargs):
    """Remember that `view` is `entry(base, *args, **kwargs)` and shares its memory."""
    view._view = (base, entry, args, kwargs)
    acquire()  # many threads may take rows of one Tensor, which changes nothing that they could see
    try:
        views = getattr(base, "_views", None)
        if views is None:
            base._views = [ref(view)]
            return
        views.append(ref(view))
        count = len(views)
        if count & (count - 1) == 0 and count > 4:  # at powers of two, so that a long loop over rows stays linear
            base._views = [reference for reference in views if reference() is not None]
    finally:
        release()


def unlink(tensor):
    """Before a Tensor is given another array: its views go on sharing the memory of the old one, with each other and with what
    it was a view of, but not with the Tensor."""
    for reference in tuple(getattr(tensor, "_outdated", {}).values()):
        if (view := reference()) is not None:
            view._value  # noqa: B018  makes it anew
    tensor._outdated = {}
    place, views = (
        getattr(tensor, "_view", None),
        [reference for reference in getattr(tensor, "_views", None) or () if reference() is not None],
    )
    if place is None and not views:
        return
    old = object.__new__(own_class(tensor))  # kept by its views
    old._node, old._views = tensor._node, views
    put(old, array_of(tensor))
    for reference in views:
        view = reference()
        view._view = (old, *view._view[1:])
    tensor._views = []
    if place is not None:
        base, *how = place
        del tensor._view
        with lock:
            base._views = [reference for reference in base._views if reference() is not tensor]
        link(base, old, *how)


def move(tensor, result):
    """Give a Tensor the value and the place in the graph of another; if it retains its gradient, that of the new place."""
    retained = is_retained(tensor._node)
    if retained:
        tensor._node.hooks = {key: hook for key, hook in tensor._node.hooks.items() if key != "retain"}
    put(tensor, array_of(result) if isinstance(result, Variable) else result)
    tensor._node = getattr(result, "_node", None)
    if retained and tensor._node is not None:
        tensor.retain_grad()


def base_changed(base, again):
    """Make the live views of a Tensor anew, after it was changed, by `again(entry, args, kwargs, view)`."""
    for reference in tuple(getattr(base, "_views", None) or ()):
        view = reference()
        if view is not None:
            _, entry, args, kwargs = view._view
            move(view, again(entry, (base, *args), kwargs, view))
            base_changed(view, again)


def can_wait(base):
    """Whether the views of a Tensor may be made anew later: not while `capture` records a step, nor if one retains its gradient,
    which is that of the place in the graph that it has then."""
    if stands_in(base._value):
        return False
    views = [view for reference in base._views if (view := reference()) is not None]
    return not any(is_retained(view._node) or (getattr(view, "_views", None) and not can_wait(view)) for view in views)


def outdate(base, outdated):
    """Let the live views of a Tensor be made anew when somebody next looks at them, as which each gets the class
    `outdated(its own)`.

    So with a thousand views of one Tensor a change costs no more than of those that were looked at since the one before.
    """
    with lock:
        views, base._views = [view for reference in base._views if (view := reference()) is not None], []
        waiting = getattr(base, "_outdated", {})
        before = len(waiting)
        waiting.update({id(view): ref(view) for view in views})
        if len(waiting) > before and len(waiting) & (len(waiting) - 1) == 0:
            waiting = {key: reference for key, reference in waiting.items() if reference() is not None}
        base._outdated = waiting
    for view in views:
        kind = own_class(view)
        if not getattr(kind, "is_outdated", False):
            if getattr(view, "_views", None):
                outdate(view, outdated)
            CLASS.__set__(view, outdated(kind))
            VALUE.__delete__(view)  # which may be all that is left of a large array, or of a graph
            NODE.__delete__(view)


def looked_at(view, made, kind):
    """Give an outdated view its class again, and the value and the place in the graph of another Tensor."""
    NODE.__set__(view, made._node)
    put(view, array_of(made), kind)  # last, since another thread may be looking at it
    with lock:
        view._view[0]._views.append(ref(view))


def base_of(tensor):
    """The Tensor of which another is a view, or None."""
    return getattr(tensor, "_view", (None,))[0]


def root_of(tensor):
    """What a view is one of in the end, or the Tensor itself."""
    while (base := base_of(tensor)) is not None:
        tensor = base
    return tensor


def has_no_views(tensor):
    """Whether a Tensor is no view, and there is none of it."""
    return not (hasattr(tensor, "_view") or views_of(tensor))


def views_of(tensor):
    """The live views of a Tensor itself, also those that are still to be made anew."""
    references = [*(getattr(tensor, "_views", None) or ()), *getattr(tensor, "_outdated", {}).values()]
    return [view for reference in references if (view := reference()) is not None]


TIES = ("_view", "_views", "_outdated")


def family(tensor):
    """The Tensors that are views of one another, this one among them."""
    found = [root_of(tensor)]
    for one in found:
        found += views_of(one)
    return found


def ties(tensor):
    """What ties a Tensor to its base and its views, for `tie`."""
    return [(name, _own(getattr(tensor, name))) for name in TIES if hasattr(tensor, name)]


def tie(tensor, before):
    """Tie it as it was tied before."""
    for name in TIES:
        if hasattr(tensor, name):
            delattr(tensor, name)
    for name, value in before:
        setattr(tensor, name, _own(value))


def _own(value):
    return value.copy() if type(value) in (list, dict) else value  # to the list of views others may be added


def in_graph(tensor, apply):
    """A Tensor; for a view of a Tensor of a graph that was made under `no_grad()`, the same view recorded."""
    base = base_of(tensor)
    if base is None or tensor._node is not None:
        return tensor
    _, entry, args, kwargs = tensor._view
    return apply(entry, (in_graph(base, apply), *args), kwargs)


def with_view(view, result, base=None):
    """The base of a view with `result` in the place of the view, as a Tensor."""
    own, entry, args, kwargs = view._view
    if entry is detached:
        if isinstance(result, Variable) and result._node is not None:
            raise DetachError(
                "a change in place of what t.detach() gave, by a value that requires a gradient, which t would lose: write "
                "d = d + value in the place of d += value, or d = t.detach().copy() first"
            )
        return result
    base = own if base is None else base
    made = array_of(view)
    made = made if isinstance(made, ndarray) or made.shape else entry.forward(_as_array(own._value), *args, **kwargs)
    if not made.flags.writeable:
        raise GraphError(
            f"assignment into a read-only view, the result of {entry.name}; write t = t.copy() first, or assign to its base"
        )
    if base.dtype.kind == "c" and result.dtype.kind != "c":
        return of_parts(np.real(base), result) if entry.name == "imag" else of_parts(result, np.imag(base))
    pattern = entry.only or entry.first_alone()
    saved = pattern.pick(entry.bind((base._value, *args), kwargs), view._value)
    pull = pattern.pulls[0]  # a view chooses elements, and the rule of its gradient puts them back in their places

    def put_back(values):
        whole = pull(values, saved)
        return whole.dense() if hasattr(whole, "dense") else whole

    chosen = put_back(beside(np.ones(view.shape), view._value)) != 0
    return np.where(chosen, put_back(result), base)
