"""Passes over the update of the parameters."""

import numpy as np

from autograd_core.capturing import kinds
from autograd_core.capturing.program import Call, Value, signature_of


def packed(*parts):
    """The elements of all parts, one after the other. A replay lets the parts be written there in the first place."""
    return np.concatenate([np.ravel(part) for part in parts])


def unpacked(flat, start, shape, order="C"):
    """The part of a flat array that begins at `start`, in its shape."""
    return flat[start : start + int(np.prod(shape, dtype=int))].reshape(shape, order=order)


def flat(program):
    """The same call with the same number on each of several gradients (lr · g) is one call on all of them, in one buffer."""
    groups, uses = {}, program.uses()
    position = {call.out: i for i, call in enumerate(program.calls)}
    for call in program.calls:
        found = _with_number(call)
        if found is not None and _placeable(found[0]):
            groups.setdefault((call.function, found[1], call.out.dtype), []).append((call, found[0]))
    calls, names, notes = list(program.calls), {}, list(program.notes)
    for (function, _, dtype), members in groups.items():
        members = [(call, part) for call, part in members if call in calls]
        parts = [part for _, part in members]
        if len(members) < 2 or len(set(parts)) < len(parts) or any(part.dtype != dtype for part in parts):
            continue
        last = max(position[part] for part in parts)
        first_use = min([position[use.out] for call, _ in members for use in uses.get(call.out, ())], default=len(calls) + 1)
        if first_use < last:
            continue
        first, part = members[0]
        pack = Call(packed, tuple(parts), {}, packed(*[part.sample for part in parts]), first.line)
        args = tuple([pack.out if arg is part else arg for arg in first.args])
        sample = function(*[arg.sample if type(arg) is Value else arg for arg in args])
        whole = Call(function, args, {}, sample, first.line, f"{len(parts)} arrays as one")
        views, start = [], 0
        for call, part in members:
            view = Call(unpacked, (whole.out, start, part.shape), {}, call.out.sample, call.line)
            start += part.size
            views.append(view)
            names[call.out] = view.out
        at = max(calls.index(part.origin) for part in parts) + 1
        calls[at:at] = [pack, whole, *views]
        notes.append(f"{kinds.shown(function)} of {len(parts)} arrays as one call on one buffer")
    return program.replaced(calls=calls, notes=notes).renamed(names)


def _with_number(call):
    """(the array, what is equal for equal numbers) where a call is elementwise, of an array and a number."""
    if call.function not in (np.multiply, np.divide, np.add, np.subtract) or call.kwargs or not call.out.shape:
        return None
    for i in (0, 1):
        array, number = call.args[i], call.args[1 - i]
        if (
            type(array) is Value
            and array.shape == call.out.shape
            and np.ndim(number.sample if type(number) is Value else number) == 0
        ):
            return array, (i, signature_of(number))
    return None


def _placeable(value):
    origin = value.origin
    return (
        type(origin) is Call
        and not kinds.is_view(origin)
        and (
            origin.function in (np.dot, np.matmul) or kinds.is_elementwise(origin.function) or kinds.is_reduction(origin.function)
        )
    )


def turn(program, reached):
    """Keep large weights, (outputs, inputs), in Fortran's order if they are multiplied by transposed: that is quicker by a third.

    And what an optimizer keeps for them likewise. Only where nobody else holds the arrays, who could see that they move; values,
    shapes and dtypes stay.
    """
    written = {effect.target for effect in program.effects if effect.kind == "write"}
    shapes = set()
    for source in [source for source in written if source.kind == "tensor"]:
        array = source.value.sample
        transposed = [call.out for call in program.uses().get(source.value, ()) if call.function is np.transpose]
        products = [call for value in transposed for call in program.uses().get(value, ()) if call.function is np.dot]
        large = array.ndim == 2 and array.size >= 4096 and array.flags.c_contiguous
        if large and any(call.args[1] in transposed and call.args[0].shape[0] >= 8 for call in products):
            shapes.add(array.shape)
    for shape in shapes:
        sources = [source for source in written if source.value.shape == shape]
        if all(reached.alone[id(source.holder if source.kind == "tensor" else source.value.sample)] for source in sources):
            for source in sources:
                array = source.value.sample
                source.value.sample = turned = np.asfortranarray(array)
                reached.moved[id(array)] = array, turned
                if source.kind == "tensor":
                    source.holder._value = turned
                else:
                    source.holder.set(turned)
