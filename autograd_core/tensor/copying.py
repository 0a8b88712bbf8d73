"""copy, deepcopy and pickle of Tensors: a leaf's copy is a leaf of its own, and no graph is cut."""

import numpy as np

from autograd_core.errors import DetachError
from autograd_core.graph import results
from autograd_core.graph.memory import array_of, own_class, put
from autograd_core.graph.nodes import Leaf, in_words, is_leaf, is_result
from autograd_core.graph.results import recording, wrap
from autograd_core.graph.variable import plain


def copied(self):
    """A leaf's copy is a leaf of its own; a result's is another name for the same place in the graph."""
    if self.is_leaf:
        return _of_value(self, array_of(self))
    other = wrap(self._value, self._node)
    other._name = self.name
    return other


def deeply_copied(self, memo):
    """A leaf's copy is a leaf with its own gradient, a result's is recorded; under `no_grad()` it is the value alone."""
    if is_result(self._node) and recording() is not False:
        other = self.copy("K")
        other._name = self.name
        return other
    return _of_value(self, self._value.copy("K"))


def _of_value(tensor, data):
    kind = own_class(tensor)
    other = kind.__new__(kind)
    leaf = is_leaf(tensor._node)
    put(other, data.copy("K") if leaf else data)
    other._name, other._views = tensor.name, None
    other._node = Leaf(other, other._value, tensor.name) if leaf else None
    gradient = getattr(tensor, "_grad", None)
    other._grad = plain(gradient).copy() if gradient is not None else None
    return other


def reduced(self):
    """What pickle keeps: as of a deep copy, but a graph cannot be pickled."""
    if is_result(self._node) and recording() is not False:
        raise DetachError(
            f"pickle (and what uses it, such as multiprocessing) would cut {in_words(self._node)} out of its graph; write "
            "t.detach() for the value. What holds such Tensors, say a model its activations, can be pickled inside "
            "`with no_grad():`, with their values alone"
        )
    gradient = plain(getattr(self, "_grad", None))
    return _unpickle, (own_class(self), np.asarray(self._value), is_leaf(self._node), self.name, gradient)


def _unpickle(kind, data, requires_grad, name, grad):
    tensor = kind.__new__(kind)
    data = data if data.shape else data[()]
    results.Result.__init__(tensor, data, requires_grad, name)  # Tensor's own: that of a subclass may take something else
    tensor._grad = grad
    return tensor


_unpickle.__module__ = "autograd_core.tensor"  # what pickles name: it stays, wherever this file goes
