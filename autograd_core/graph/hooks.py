"""Functions of a user's own that look at the gradient of one Tensor, or replace it."""

from weakref import ref

from autograd_core.errors import GraphError
from autograd_core.graph.edits import lock
from autograd_core.graph.gradients import add
from autograd_core.graph.nodes import Leaf
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import Variable


def register_hook(self, hook):
    """Call `hook(gradient)` when the gradient of this Tensor is known; what it returns, unless None, replaces it.

    Returns a handle whose `remove()` takes the hook away.
    """
    if self._node is None:
        raise GraphError("register_hook: this Tensor does not require a gradient, so the hook would never be called")
    if not callable(hook):
        raise TypeError(f"register_hook: expected a function of the gradient, got {type(hook).__name__}")
    handle = HookHandle(self._node)
    _hook(self._node, handle, hook)
    return handle


def _hook(node, key, hook):
    """Give a node another hook: a new dict, since a pass in another thread may be going through the old one."""
    with lock:
        hooks = {**(node.hooks or {}), key: hook}
        if "retain" in hooks:  # after all others, since it keeps what they made of the gradient
            hooks["retain"] = hooks.pop("retain")
        node.hooks = hooks


class HookHandle:
    """What `register_hook` returns."""

    __slots__ = ("_node",)

    def __init__(self, node):
        self._node = ref(node)

    def remove(self):
        """Take the hook away; nothing happens if it is gone already."""
        node = self._node()
        if node is not None and node.hooks:
            with lock:
                node.hooks = {key: hook for key, hook in node.hooks.items() if key is not self}


def retain_grad(self):
    """Also keep the gradient of this Tensor in `.grad`, though it is a result and not a leaf."""
    node = self._node
    if node is None:
        raise GraphError("retain_grad: this Tensor does not require a gradient")
    if type(node) is Leaf:
        return
    owner = ref(self)

    def retain(g):
        tensor = owner()
        if tensor is not None:
            add(tensor, wrap(g._value, g._node) if isinstance(g, Variable) else g.copy())

    _hook(node, "retain", retain)
