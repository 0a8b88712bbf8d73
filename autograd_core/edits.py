"""What was changed in place through a Tensor's `.data`, so that a backward pass that saved the old value fails.

Nodes, leaves and edits take their numbers from one counter, so that a smaller number is an earlier event.
"""

from collections import deque
from itertools import count
from weakref import ref

import numpy as np

from autograd_core.errors import GraphError

next_number = count(1).__next__


class Edits:
    """The edits of values so far. They cost the forward pass nothing: only a graph with nodes older than one is searched."""

    def __init__(self):
        self.last = 0
        self.arrays = {}  # id -> [number, weak reference to the array, weak reference to its Tensor]
        self.lines = deque(maxlen=256)  # (number, (code object, line number)) of the last edits inside detect_anomaly

    def note(self, data, tensor, line=None):
        """Remember that `tensor` was changed, and with it all views of `data`; the number of the edit."""
        self.last = next_number()
        if line is not None:
            self.lines.append((self.last, line))
        if type(data) is np.ndarray:
            key = id(data)
            known = self.arrays.get(key)
            if known is not None and known[1]() is data:
                known[0] = self.last
            else:
                self.arrays[key] = [self.last, ref(data, lambda _: self.arrays.pop(key, None)), ref(tensor)]
        return self.last

    def check(self, order):
        """Raise if a node of `order` (newest first) saved a value that was edited after the node was made."""
        recent = self._edited_since(order[-1].number)
        for node in order:
            if node.number > self.last:
                continue
            for key, parent in zip(node.pattern.keys, node.parents, strict=True):
                if not parent.parents and parent.edited > node.number:  # a leaf
                    name = key if type(key) is str else key[0]
                    if name in node.pattern.saves:
                        self._refuse(node, parent.edited, parent.owner(), parent.shape)
            for value in arrays_in(node.saved) if recent else ():
                number, shape, tensor = recent.get(id(owner_of(value)), UNEDITED)
                if number > node.number:
                    self._refuse(node, number, tensor, shape)

    def _edited_since(self, number):
        """{id of the array that owns the memory: (number of the last edit, shape, Tensor)} of the edits after `number`."""
        found = {}
        for edit, reference, tensor in list(self.arrays.values()):
            if edit > number and (array := reference()) is not None:
                owner = id(owner_of(array))
                if edit > found.get(owner, UNEDITED)[0]:
                    found[owner] = edit, array.shape, tensor()
        return found

    def _refuse(self, node, number, tensor, shape):
        raise GraphError(
            f"backward: the Tensor {describe(tensor, shape)} was changed{place(dict(self.lines).get(number))} after "
            f"{node.pattern.entry.name} had saved its value{place(getattr(node, 'line', None))}, so the gradient would be wrong. "
            "Call backward() before you change it (loss.backward(), then p.data -= lr * p.grad), or compute the loss again"
        )


UNEDITED = 0, (), None
edits = Edits()


def owner_of(array):
    """What the memory of an array belongs to: itself, or what is at the end of its bases."""
    while (base := getattr(array, "base", None)) is not None:  # one of another kind stands behind `as_strided`
        array = base
    return array


def arrays_in(values):
    """The arrays among saved values, also in tuples and lists of operands or indices."""
    for value in values:
        if type(value) is np.ndarray:
            yield value
        elif type(value) in (tuple, list):
            yield from arrays_in(value)


def describe(tensor, shape):
    """A Tensor in words: its name, where it has one, and its shape."""
    name = getattr(tensor, "name", None)
    return f"{name!r} of shape {shape}" if name else f"of shape {shape}"


def place(line):
    """' (file.py:12: the line)' of a (code object, line number), nothing for None."""
    if line is None:
        return ""
    import linecache

    code, number = line
    text = linecache.getline(code.co_filename, number).strip()
    return f" ({code.co_filename}:{number}{': ' + text if text else ''})"
