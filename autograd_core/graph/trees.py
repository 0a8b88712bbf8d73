"""Nested containers of arrays: lists, tuples, named tuples and dicts, as arguments and results of functions."""

from autograd_core.derivatives.entry import PLAIN


def flatten(tree):
    """The values in nested lists, tuples and dicts, in order, and the function that puts others in their places."""
    if not isinstance(tree, (dict, list, tuple)):
        return [tree], _first
    if type(tree) is tuple and (PLAIN.issuperset(map(type, tree)) or not any(map(_is_container, tree))):
        return list(tree), tuple
    values = []
    rebuild = _walk(tree, values)
    return values, lambda others: rebuild(iter(others))


def _is_container(value):
    return isinstance(value, (dict, list, tuple))


def _first(others):
    return next(iter(others))


def _walk(tree, values):
    if isinstance(tree, dict):
        parts = {key: _walk(item, values) for key, item in tree.items()}
        empty = tree.copy()  # an OrderedDict or defaultdict stays one
        empty.clear()
        return lambda others: _filled(empty.copy(), parts, others)
    if isinstance(tree, (list, tuple)):
        parts = [_walk(item, values) for item in tree]
        if hasattr(tree, "_fields"):
            return lambda others: type(tree)(*[part(others) for part in parts])
        return lambda others: type(tree)([part(others) for part in parts])
    values.append(tree)
    return next


def _filled(made, parts, others):
    for key, part in parts.items():
        made[key] = part(others)
    return made


def paths(tree):
    """Where each value of a tree is, as it is written after the tree's name: ["['w'][0]", "['w'][1]", …]."""
    if isinstance(tree, dict):
        return [f"[{key!r}]{path}" for key, item in tree.items() for path in paths(item)]
    if hasattr(tree, "_fields") and isinstance(tree, tuple):
        return [f".{name}{path}" for name, item in zip(tree._fields, tree, strict=True) for path in paths(item)]
    if isinstance(tree, (list, tuple)):
        return [f"[{i}]{path}" for i, item in enumerate(tree) for path in paths(item)]
    return [""]
