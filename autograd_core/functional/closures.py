"""What a function depends on beside its arguments: Tensors that it closes over, or finds in objects and globals."""

from autograd_core.graph.nodes import Leaf, is_wanted


def closed_over(outputs, own, start):
    """The nodes that `outputs` depend on beside `own`: those that are older than number `start`, and leaves."""
    own = set(own)
    todo = list(dict.fromkeys(output._node for output in outputs))
    seen, others = set(todo), []
    for node in todo:  # grows while it is walked
        if node in own:
            continue
        if node.number < start or type(node) is Leaf:
            if is_wanted(node):
                others.append(node)
            continue
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return others
