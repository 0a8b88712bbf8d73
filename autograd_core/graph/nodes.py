"""The nodes of the graph.

    Leaf   a value whose gradient somebody asked for
    Node   one recorded operation: its entry in the table of derivatives, the nodes of its operands, and the
           values that the rules need to take a gradient back to these

Nodes are numbered as they are made, so the topological order is: collect what can be reached, sort by number. A
node points to earlier nodes only, never to a Tensor, and a leaf reaches its Tensor by a weak reference: a graph
has no reference cycles, and goes the moment the last Tensor of it goes.
"""

from weakref import WeakKeyDictionary, ref

from numpy import generic, ndarray

from autograd_core.graph.edits import at_line, next_number


class Node:
    """One recorded operation.

    number    creation number; those of its parents are smaller
    pattern   the table's entry, and which of its operands are part of the graph
    parents   the nodes of those operands. They are kept as the `first`, and as the `rest`: None, one node, or a tuple of several.
              A tuple for each node would be one object more for the garbage collector to visit again and again
    saved     the values that the pattern's rules need; None once a backward pass has released them
    spec      what its gradient must be: (shape, dtype), or for a scalar its type
    stamp     what tells whether constants among them are still the same, or None
    hooks     {key: function}, or None
    mark      number of the last pass that collected it
    line      (code object, line number) of the user's call, set only inside detect_anomaly
    """

    __slots__ = ("__weakref__", "first", "hooks", "line", "mark", "number", "pattern", "rest", "saved", "spec", "stamp")

    @property
    def parents(self):
        rest = self.rest
        return (self.first,) if rest is None else (self.first, *rest) if type(rest) is tuple else (self.first, rest)

    @parents.setter
    def parents(self, parents):
        self.first, self.rest = split(tuple(parents))


def split(parents):
    """Operands of a node as it keeps them: the first, and the rest."""
    count = len(parents)
    return parents[0], None if count == 1 else parents[1] if count == 2 else parents[1:]


class Leaf:
    """The place in the graph of a Tensor that requires a gradient and was not computed from others.

    number    creation number
    owner     weak reference to the Tensor
    edited    number of the last edit of its value, 0 if there was none
    argument  whether it is the argument of a function that is being differentiated, and so no leaf to that function
    name      that of the Tensor, which a drawing knows it by when the Tensor is gone
    """

    __slots__ = ("__weakref__", "argument", "edited", "hooks", "mark", "name", "number", "owner", "spec")
    parents = saved = ()
    pattern = line = None

    def __init__(self, owner, data, name=None, argument=False):
        self.number, self.owner, self.spec, self.name = next_number(), ref(owner), spec_of(data), name
        self.edited, self.hooks, self.mark, self.argument = 0, None, 0, argument

    @property
    def shape(self):
        return self.spec[0] if type(self.spec) is tuple else ()


class Released:
    """What is left of a result whose graph a backward pass has used up: computing on with it (`total += loss`, ten
    thousand times) must not keep ten thousand graphs."""

    __slots__ = ("__weakref__", "hooks", "mark", "name", "number", "spec")
    parents, saved, pattern, line = (None,), None, None, None

    def __init__(self, node):
        self.number, self.name, self.spec, self.hooks, self.mark = node.number, name_of(node), node.spec, None, 0


named: WeakKeyDictionary = (
    WeakKeyDictionary()
)  # node of a result -> the name that its Tensor was given: few are, so a node has no place for it


def give_name(node, name):
    """Let drawings call a place in the graph what the user calls the Tensor there."""
    if type(node) is Leaf:
        node.name = name
    elif node is not None:
        named[node] = name


def spec_of(value):
    """What a gradient of `value` must be: (shape, dtype), or just the type if that says both (NumPy's scalars)."""
    kind = type(value)
    return (value.shape, value.dtype) if kind is ndarray or not issubclass(kind, generic) else kind


def is_leaf(node):
    """Whether this is the place of a leaf, whose value may be set: the argument of a function that is being differentiated is
    none, since to the function it is a value like any other."""
    return type(node) is Leaf and not node.argument


def is_result(node):
    """Whether a gradient would be lost by taking the value alone: not of a leaf, nor of what a backward pass has used up."""
    return node is not None and node.saved is not None and not is_leaf(node)


def is_wanted(node):
    """Whether anybody can ask for a gradient of a node: not of a leaf whose Tensor is gone, such as the variable of a
    derivative that has been taken."""
    return type(node) is not Leaf or node.owner() is not None or node.hooks is not None


def is_retained(node):
    """Whether `retain_grad` was called on the result of this node."""
    return node is not None and node.hooks is not None and "retain" in node.hooks


def name_of(node):
    """The name of a node's operation, in messages; for one of several outputs, of the operation that they all are outputs of."""
    if type(node) is Released:
        return node.name
    return node.pattern.entry.name or name_of(node.parents[0]) if node.pattern else "leaf"


def in_words(node):
    """What a Tensor at this place is: `the result of exp`."""
    if type(node) is Leaf or (node.pattern is not None and node.pattern.entry.__name__ == "variable"):
        return "the argument of a function that is being differentiated"
    return f"the result of {name_of(node)}"


def user_line(node):
    """' (file.py:12: the line)' if the node knows it."""
    return at_line(getattr(node, "line", None))


def released_message(node):
    return (
        f"backward: a second pass through the graph of {name_of(node)}{user_line(node)}, whose saved values the first one "
        "released. Usual causes: a value carried from one step to the next still has its old graph: carry value.detach(); or two "
        "losses share a graph: call (loss1 + loss2).backward() once. If you do want two passes, give the first one "
        "retain_graph=True"
    )
