"""A stretch of a program as machine code: one step of the replay's plan, in the place of its calls.

It reads the objects that the replay has for the values it needs, and writes into the buffers of those that others need of it.
Nothing is written unless all its tests are passed, so a replay may go on to say that the program does not apply.
"""

import sys
from functools import lru_cache
from math import prod
from time import perf_counter

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.build import Builder, number_dtype
from autograd_core.capturing.native.entry import Parameter, contiguous
from autograd_core.capturing.native.llvm import LLVM
from autograd_core.capturing.native.machine import compiled
from autograd_core.capturing.native.operations import KINDS, kind_of
from autograd_core.capturing.native.schedule import SHORT, Schedule
from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Value
from autograd_core.capturing.program.order import in_memory, order_of
from autograd_core.capturing.replay.compiled import described
from autograd_core.capturing.replay.loops import make_fresh
from autograd_core.capturing.replay.writer import Line


class Part:
    """Machine code for a Stretch of a program.

    numbers   [(value, the array of one element in which it is read)]
    rooms     [(values, the array into which they are written)]: those that are numbers, by kind
    """

    def __init__(self, program, stretch):
        start = perf_counter()
        self.calls, self.whole = stretch.calls, stretch.whole
        made = {call.out for call in stretch.whole}
        self.makes = [value for value in stretch.makes if value.shape]
        inner = program.replaced(
            calls=tuple(stretch.whole), effects=(), returned=tuple(stretch.makes),
            guards=tuple([guard for guard in program.guards if guard.value in made]),
        )  # fmt: skip
        builder = Builder(inner, program.origins.keys() - made).build()
        self.reads = [(value, order_of(program.array(value))) for value in builder.inputs if value.shape]
        self.numbers = [
            (value, np.zeros(1, KINDS[kind_of(number_dtype(value))].dtype)) for value in builder.inputs if not value.shape
        ]
        given = {value: i for i, (value, _) in enumerate([*self.reads, *self.numbers])}
        orders = dict(self.reads)
        parameters = [Parameter("array", given[value], order=orders.get(value, "C")) for value in builder.inputs]
        outputs = [result(builder, value, axes_of(value)) for value in self.makes]
        numbers = by_kind(value for value in stretch.makes if not value.shape)
        outputs += [result(builder, values) for values in numbers.values()]
        self.rooms = [(values, np.zeros(len(values), KINDS[kind].dtype)) for kind, values in numbers.items()]
        parameters += [Parameter("array", len(parameters) + i, written=True) for i in range(len(outputs))]
        schedule = Schedule(builder.code, [ids for _, ids in outputs])
        printer = LLVM(schedule, list(builder.inputs.values()), outputs)
        printer.write()
        self.count, self.indices, text = (
            builder.code.count,
            builder.indices,
            printer.text() + objects.called(printer.name, parameters),
        )
        self.machine = machine_code(text, frozenset(printer.with_loops), schedule.length < SHORT, printer.parallel_text())
        self.function, self.kept = objects.function_at(self.machine.get_function_address("entry"))
        self.nbytes = sum(KINDS[kind].dtype.itemsize * count for kind, count in schedule.memory.items())
        self.seconds = perf_counter() - start

    # As a step of a plan

    def write(self, w, tests):
        """The lines that run it. Its tests are those of the machine code."""
        w.errors = ()
        for value, room in self.numbers:
            w.line(f"{w.once('n', room)}[0] = {w.text(value)}")
        given, places, arguments = [w.text(value) for value, _ in self.reads], [], {}
        for value in self.makes:
            axes, array = axes_of(value), w.plan.arrays.get(value)
            if array is None:
                make_fresh(w, value, axes)
                turned = "" if axes == tuple(range(value.ndim)) else f".transpose({axes})"
                places.append(w.text(value) + turned)
            else:
                w.text(value)
                places.append(w.once("b", array.transpose(axes)))
        name = w.once("native", self.function)
        rooms = [[w.once("n", room) for _, room in each] for each in (self.numbers, self.rooms)]
        arguments = ", ".join([*given, *rooms[0], *places, *rooms[1]])
        w.line(f"{f'u = {name}({arguments})':<48} # native code, as {self.count:,} operations", inside=self.lines(w))
        orders = w.name("k", [order for _, order in self.reads])
        w.line(f"if u and {w.function(not_again)}(u, {name}, {orders}, [{arguments}]): return {w.miss}")
        for values, room in self.rooms:
            name = w.once("n", room)
            for i, value in enumerate(values):
                w.names[value] = f"v{len(w.names)}"
                w.line(f"{w.names[value]} = {name}{f'[{i}]' if value.dtype is not None else f'.item({i})'}")

    def lines(self, w):
        """What is printed of the calls in it."""
        names, lines = dict(w.names), []
        for call in self.whole:
            if call.out not in names:
                names[call.out] = f"x{len(lines) + 1}"
            lines.append(Line("    ", "    " + in_print(call, names), call, ()))
        return lines


def machine_code(text, with_loops, short, parallel):
    """Parts of the same text, such as those of the steps of a recurrent net, are compiled once. They work in the same memory; but
    one call of them is made at a time, since they keep the interpreter's lock."""
    make = shared if getattr(sys, "_is_gil_enabled", lambda: True)() else compiled
    return make(text, with_loops, short, parallel)


shared = lru_cache(64)(compiled)


def not_again(answer, function, orders, given):
    """Whether the program does not apply; if only arrays lie otherwise in memory, copies of them serve as well."""
    read = [contiguous(array, order) for array, order in zip(given, orders, strict=False)]
    return answer == 1 or function(*read, *given[len(read) :]) != 0


def result(builder, value, order="C"):
    """(kind, ids) of a result, or of several numbers as one, in the order in which it lies in memory: "C", "F", or that of its
    axes. What is read is copied before anything is written."""
    code = builder.code
    if type(value) is tuple:
        arrays = [builder.value(each) for each in value]
        kind = arrays[0].kind
        ids = np.array([x.ids for x in arrays])
    else:
        x = builder.value(value)
        kind, ids = x.kind, np.ravel(x.array(), order) if type(order) is str else np.ravel(x.array().transpose(order))
    read = np.zeros(code.next, bool)
    for region in code.regions:
        read[region.start : region.start + region.size] = region.role == "input"
    if ids.size and read[ids].any():
        ids = np.atleast_1d(code.apply("mov", type(builder.code.number(0, kind))(code, ids, kind)).array())
    return kind, ids


def axes_of(value):
    """The axes of an array as they follow each other in memory: as NumPy has chosen while recording."""
    short = [axis for axis, n in enumerate(value.shape) if n < 2]
    return (*short, *in_memory(value.shape, value.sample.strides)) if prod(value.shape) else tuple(range(value.ndim))


def by_kind(numbers):
    found = {}
    for value in numbers:
        found[kind_of(number_dtype(value))] = (*found.get(kind_of(number_dtype(value)), ()), value)
    return found


def in_print(call, names):
    """A call as a line of text; values that have no name there are shown by their form."""
    arguments = [shown(x, names) for x in call.args] + [f"{key}={shown(x, names)}" for key, x in call.kwargs.items()]
    return f"{names[call.out]} = {functions.shown(call.function)}({', '.join(arguments)})"


def shown(x, names):
    """An argument of a call in print."""
    if type(x) is Value:
        return names.get(x) or f"[{described(x.sample)}]"
    if isinstance(x, (tuple, list)):
        return f"({', '.join([shown(item, names) for item in x])})"
    return f"[{described(x)}]" if isinstance(x, np.ndarray) and x.ndim else repr(x) if not isinstance(x, np.generic) else str(x)
