"""What was changed in place through a Tensor's `.data`, so that a backward pass that saved the old value fails.

Nodes, leaves and edits take their numbers from one counter, so that a smaller number is an earlier event.

What a user writes into an array behind the library's back leaves no trace. Constants are looked at all the same (see
`derivatives.stamps`); inside `detect_anomaly` each node leaves a checksum of everything that it saved. (Making these arrays
read-only would be no substitute: views that exist already can still be written to, and `p.data -= …` would fail for
parameters of a graph that is never run backward.)
"""

import sys
from _thread import RLock  # as functools does: `threading` takes a millisecond to import
from collections import deque
from itertools import count
from weakref import WeakKeyDictionary, ref

from numpy import generic, ndarray

from autograd_core.derivatives.stamps import bits
from autograd_core.errors import GraphError

# Held for a few instructions where threads that share a Tensor would lose what one of them adds: never while NumPy or a
# user's function runs. It can be entered again, since the garbage collector may run a user's code anywhere.
lock = RLock()
acquire, release = lock.acquire, lock.release  # where it counts: `with lock:` takes twice the time, 0.2 µs
next_number = count(1).__next__

if not getattr(sys, "_is_gil_enabled", lambda: True)():  # two threads might get the same number, or one out of order
    _next = next_number

    def next_number():
        with lock:
            return _next()


class Edits:
    """The edits of values so far. They cost the forward pass nothing: only a graph with nodes older than one is searched."""

    def __init__(self):
        self.last = 0
        self.arrays = {}  # id -> [number, weak reference to the array, weak reference to its Tensor]
        self.watched = WeakKeyDictionary()  # node -> fingerprint of what it saved, of nodes made inside detect_anomaly
        self.lines = deque(maxlen=256)  # (number, (code object, line number)) of the last edits inside detect_anomaly

    def number(self):
        """The number of a new edit. An earlier one never comes to stand in `last` after it."""
        acquire()
        try:
            self.last = number = next_number()
            return number
        finally:
            release()

    def note(self, data, tensor, line=None):
        """Remember that `tensor` was changed, and with it all views of `data`."""
        acquire()
        try:
            self.last = number = next_number()
            if line is not None:
                self.lines.append((number, line))
            if type(data) is ndarray:
                known = self.arrays.get(id(data))
                if known is not None and known[1]() is data:
                    known[0] = number
                else:
                    self._remember(number, data, tensor)
            if (leaf := tensor._node) is not None:
                leaf.edited = number
        finally:
            release()

    def _remember(self, number, data, tensor):
        key = id(data)
        self.arrays[key] = [number, ref(data, lambda _: self.arrays.pop(key, None)), ref(tensor)]

    def watch(self, node):
        """Remember what this new node saved, so that `check` notices changes that nobody announced."""
        self.number()
        self.watched[node] = fingerprint(node.saved)

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
            for value in arrays_in(node.saved or ()) if recent else ():
                number, shape, tensor = recent.get(id(owner_of(value)), UNEDITED)
                if number > node.number:
                    self._refuse(node, number, tensor, shape)
            before = self.watched.get(node)
            if before is not None and before != (now := fingerprint(node.saved)):
                refuse_changed(node, [a == b for a, b in zip(before, now, strict=True)].index(False))

    def _edited_since(self, number):
        """{id of the array that owns the memory: (number of the last edit, shape, Tensor)} of the edits after `number`."""
        edited = {}
        for edit, reference, tensor in self.arrays.copy().values():  # a copy, since other threads go on
            if edit > number and (array := reference()) is not None:
                owner = id(owner_of(array))
                if edit > edited.get(owner, UNEDITED)[0]:
                    edited[owner] = edit, array.shape, tensor()
        return edited

    def _refuse(self, node, number, tensor, shape):
        raise GraphError(
            f"backward: the Tensor {describe(tensor, shape)} was changed{at_line(dict(self.lines.copy()).get(number))} after "
            f"{node.pattern.entry.name} had saved its value{at_line(getattr(node, 'line', None))}, so the gradient would be "
            "wrong. Call backward() before you change it (loss.backward(), then p.data -= lr * p.grad), or compute the loss again"
        )


def refuse_changed(node, i):
    name, value = node.pattern.saves[i], node.saved[i]
    what = "its result" if name == "out" else f"its argument {name}"
    shape = f" of shape {value.shape}" if isinstance(value, ndarray) else ""
    raise GraphError(
        f"backward: {node.pattern.entry.name}{at_line(getattr(node, 'line', None))} had saved {what}{shape}, which was then "
        "changed in place, but not through a Tensor (your own array or list, t.data[0] = …, t.detach().numpy()), so the gradient "
        "would be wrong. Write to a copy, or call backward() before. If it is not plain which line does it, make the array "
        "read-only after that operation (array.flags.writeable = False), and NumPy will raise there"
    )


UNEDITED = 0, (), None
edits = Edits()


def owner_of(array):
    """What the memory of an array belongs to: itself, or what is at the end of its bases."""
    while (base := getattr(array, "base", None)) is not None:  # `as_strided` has one of another kind
        array = base
    return array


def arrays_in(values):
    """The arrays among saved values, also in tuples and lists of operands or indices."""
    for value in values:
        if type(value) is ndarray:
            yield value
        elif type(value) in (tuple, list):
            yield from arrays_in(value)


def fingerprint(value):
    """What tells whether arrays, or numbers in lists, are still the same: their checksums, and the numbers themselves."""
    if isinstance(value, ndarray):
        return hash(bits(value)) if value.dtype.kind != "O" else None
    if isinstance(value, (list, tuple)):
        return tuple([fingerprint(item) for item in value])
    return value if isinstance(value, (int, float, complex, str, generic)) else None


def describe(tensor, shape):
    """A Tensor in words: its name, if it has one, and its shape."""
    name = getattr(tensor, "name", None)
    return f"{name!r} of shape {shape}" if name else f"of shape {shape}"


def at_line(line):
    """' (file.py:12: the line)' of a (code object, line number), nothing for None."""
    if line is None:
        return ""
    import linecache

    code, number = line
    text = linecache.getline(code.co_filename, number).strip()
    return f" ({code.co_filename}:{number}{': ' + text if text else ''})"
