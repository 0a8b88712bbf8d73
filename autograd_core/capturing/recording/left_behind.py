"""Finds stand-ins that outlive a recording: something keeps values of the step in a place where capture did not look."""

import gc
import sys
import types
from collections import deque

from autograd_core.capturing.recording.stand_in import StandIn
from autograd_core.capturing.recording.vocabulary import GeneratorStandIn
from autograd_core.graph.variable import Variable

STEPS = 6  # from a stand-in to something that has a name


def left_behind(recorder, known):
    """Where a stand-in of this recording is left, in words; None if none is. Real arrays are put into the place of all.

    `known` are objects of the recording itself, which lead nowhere.
    """
    gc.collect()  # what the step made may refer to itself
    stand_ins = [thing for thing in gc.get_referrers(recorder) if type(thing) in (StandIn, GeneratorStandIn)]
    if not stand_ins:
        return None
    where = _where(stand_ins, known)
    for stand_in in stand_ins:
        real = stand_in.now if type(stand_in) is StandIn else stand_in.generator
        for holder in gc.get_referrers(stand_in):
            if holder is not stand_ins:
                _exchange(holder, stand_in, real)
    return where


def _exchange(holder, stand_in, real):
    """Put the real thing into the place of its stand-in."""
    if isinstance(holder, Variable):
        if getattr(holder, "_value", None) is stand_in:
            holder._value = real
        if getattr(holder, "_grad", None) is stand_in:
            holder._grad = real
    elif isinstance(holder, dict):
        for key, value in list(holder.items()):
            if value is stand_in:
                holder[key] = real
    elif isinstance(holder, (list, deque)):
        for i, value in enumerate(holder):
            if value is stand_in:
                holder[i] = real
    elif isinstance(holder, types.CellType):
        holder.cell_contents = real
    elif not isinstance(holder, (StandIn, types.FrameType)):
        for name, value in list(getattr(holder, "__dict__", {}).items()):
            if value is stand_in:
                setattr(holder, name, real)


def _where(stand_ins, known):
    """The nearest thing with a name that refers to one."""
    layer, seen = list(stand_ins), {id(stand_ins), *map(id, known)}
    fallback = None
    for _ in range(STEPS):
        above = []
        for thing in layer:
            for holder in gc.get_referrers(thing):
                if id(holder) in seen or holder is layer or holder is above or _is_ours(holder):
                    continue
                seen.add(id(holder))
                name = _name_in(holder, thing)
                if name is not None:
                    return name
                if fallback is None and type(holder) not in (StandIn, tuple) and not isinstance(holder, Variable):
                    fallback = f"a {type(holder).__name__}"
                above.append(holder)
        layer = above
    return fallback or "something that it made"


def _is_ours(holder):
    kind = type(holder)
    return kind is types.FrameType or (kind.__module__.startswith("autograd_core.capturing") and kind is not StandIn)


def _name_in(holder, thing):
    if isinstance(holder, dict):
        key = next((k for k, v in list(holder.items()) if v is thing), None)
        if type(key) is not str:
            return None
        module = sys.modules.get(holder.get("__name__", ""), None)
        if (module is not None and vars(module) is holder) or "__builtins__" in holder:
            return key
        return None
    if isinstance(holder, types.FunctionType):
        cells = zip(holder.__closure__ or (), holder.__code__.co_freevars, strict=True)
        return next((name for cell, name in cells if cell is thing), None)
    attributes = getattr(holder, "__dict__", None)
    if isinstance(attributes, dict) and not isinstance(holder, types.ModuleType):
        name = next((k for k, v in attributes.items() if v is thing), None)
        if name is not None:
            return f"the attribute {name} of a {type(holder).__name__}"
    return None
