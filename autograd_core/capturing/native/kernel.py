"""A run of calls on long arrays as one loop of machine code, through which each element passes once, in registers.

NumPy's replay makes such calls block by block (see `replay.loops`), each a pass over a block in the cache. Here those by elements
become one; what sums and extremes are made of is left in memory for NumPy. A kernel lets go of the interpreter's lock, so several
threads can share the blocks as they do otherwise.
"""

from functools import lru_cache
from time import perf_counter

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.build import Builder
from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.entry import Parameter
from autograd_core.capturing.native.llvm import literal
from autograd_core.capturing.native.machine import compiled
from autograd_core.capturing.native.operations import KINDS
from autograd_core.capturing.native.part import in_print, not_again
from autograd_core.capturing.native.vectors import Vectors
from autograd_core.capturing.program.calls import Call, Value, mapped
from autograd_core.capturing.program.program import Guard
from autograd_core.capturing.replay.writer import Line

MOST = 1_000  # operations of one element: registers are given out for all of them at once


class Kernels:
    """Those of a program, each made once however many sets of buffers there are."""

    def __init__(self):
        self.known = {}  # {calls and what they make: Kernel or None}
        self.taken = {}  # {result: whether there is code for the call that makes it}

    def takes(self, program, call):
        """Whether there is vector code for a call by elements."""
        if call.out not in self.taken:
            try:
                Kernel(program, [call], [call.out], {}).loop()
            except NotLoweredError:
                self.taken[call.out] = False
            else:
                self.taken[call.out] = objects.agrees()
        return self.taken[call.out]

    def make(self, program, calls, makes, guards):
        """The Kernel of these calls by elements, or None if they are too many. `makes` are the values that others need of them,
        `guards` {value: its tests}."""
        key = (*[call.out for call in calls], *makes)
        if key not in self.known:
            try:
                self.known[key] = Kernel(program, calls, makes, guards).compiled()
            except NotLoweredError:
                self.known[key] = None
        return self.known[key]

    def made(self):
        return [kernel for kernel in self.known.values() if kernel is not None]


class Kernel:
    """Machine code for calls by elements of arrays of one shape.

    reads    the long arrays that it reads
    numbers  [(value, the array of one element in which it is read)]
    makes    the long arrays that it writes
    """

    def __init__(self, program, calls, makes, guards):
        self.calls, self.makes = calls, makes
        made, elements = {call.out for call in calls}, {}

        def element(value):
            """The value that stands for one element of this one."""
            if value not in elements:
                read = value.source is not None or value in program.origins
                elements[value] = Value(np.zeros((), value.dtype)[()]) if value.shape else Value(value.sample) if read else value
            return elements[value]

        inner = program.replaced(
            calls=tuple([call.replaced(mapped(call.args, element), call.kwargs, element(call.out)) for call in calls]),
            guards=tuple([Guard(element(v), each.expected, each.kind) for v, tests in guards.items() for each in tests]),
            effects=(), arrays={}, returned=tuple([element(value) for value in makes]),
        )  # fmt: skip
        outside = {one: value for value, one in elements.items() if value not in made and one is not value}
        builder = Builder(inner, outside.keys()).build()
        inputs = [(outside[one], region) for one, region in builder.inputs.items()]
        self.reads = [value for value, _ in inputs if value.shape]
        self.numbers = [(value, np.zeros(1, KINDS[region.kind].dtype)) for value, region in inputs if not value.shape]
        self.long, self.single = (
            [region for value, region in inputs if bool(value.shape) is is_long] for is_long in (True, False)
        )
        self.code, self.outputs = builder.code, [builder.value(element(value)) for value in makes]
        self.count = builder.code.count

    def loop(self):
        """LLVM's text of it."""
        return Loop(self.code, self.long, self.single, self.outputs).text()

    def compiled(self):
        start = perf_counter()
        read, written = Parameter("array", 0), Parameter("array", 0, written=True)
        pointers = [*[read] * (len(self.long) + len(self.single)), *[written] * len(self.makes)]
        self.function, self.kept = function_of(self.loop(), pointers, 0 if self.long else len(self.single))
        self.seconds = perf_counter() - start
        return self

    def write_numbers(self, w):
        """The lines that put numbers where the loop reads them, before the first block."""
        for value, room in self.numbers:
            w.line(f"{w.once('n', room)}[0] = {w.text(value)}")

    def write(self, w):
        """The lines of a block's function that call it."""
        rooms = [w.once("n", room) for _, room in self.numbers]
        arguments = ", ".join([*map(w.text, self.reads), *rooms, *map(w.text, self.makes)])
        name, known, shown = w.once("native", self.function), dict(w.names), []
        for call in self.calls:
            if call.out not in known:
                known[call.out] = f"x{len(shown) + 1}"
            here = Call(call.function, call.args, call.kwargs, None, "", call.errors, call.out)  # its note is about NumPy
            shown.append(Line("        ", "        " + in_print(call, known), here, ()))
        w.line(f"{f'u = {name}({arguments})':<44} # native code, {self.count:,} operations for each element", inside=shown)
        again = f"{w.function(not_again)}(u, {name}, {w.name('k', ['C'] * len(self.reads))}, [{arguments}])"
        w.line(f"if u and {again}: return False")


class Loop:
    """The text of a loop over code for one element. `long` and `single` are the regions of what is read, by elements and of
    numbers; `outputs` the Arrays that are written, by elements."""

    def __init__(self, code, long, single, outputs):
        if code.count > MOST or any(row.size != 1 for row in code.rows):
            raise NotLoweredError(f"{code.count:,} operations for an element")
        self.code, self.long, self.single, self.outputs = code, long, single, outputs
        self.names = {}  # {id of a number: its name}
        self.lines, self.tests = [], []  # of the loop; the names of truths
        self.declared, self.vectors = {}, Vectors()  # what LLVM has to know of functions

    def text(self):
        kinds = [region.kind for region in (*self.long, *self.single)] + [x.kind for x in self.outputs]
        for i, region in enumerate(self.long):
            self.load(region, i, self.lines)
        once = []
        for i, region in enumerate(self.single, len(self.long)):
            self.load(region, i, once)
        for row in self.code.rows:
            self.operate(row)
        for i, x in enumerate(self.outputs, len(self.long) + len(self.single)):
            self.store(x, i)
        parameters = ", ".join(f"ptr %p{i}" for i in range(len(kinds)))
        return "\n".join([
            *self.declared, self.vectors.text(),
            f"define internal i32 @loop(i64 %n, {parameters}) noinline {{", "entry:", *once, "br label %loop", "loop:",
            "%i = phi i64 [ 0, %entry ], [ %j, %loop ]", "%bad = phi i32 [ 0, %entry ], [ %worse, %loop ]", *self.lines,
            *self.failures(), "%j = add nuw nsw i64 %i, 1", "%more = icmp slt i64 %j, %n",
            "br i1 %more, label %loop, label %end, !llvm.loop !0", "end:", "ret i32 %worse", "}",
            "!0 = distinct !{!0, !1}", '!1 = !{!"llvm.loop.parallel_accesses", !2}', "!2 = distinct !{}", "",
        ])  # fmt: skip

    def load(self, region, i, lines):
        """Read a number, by the pointer of this position."""
        kind, name = KINDS[region.kind], f"%v{region.start}"
        place, mark = f"%p{i}", ""
        if lines is self.lines:
            lines.append(f"%g{i} = getelementptr {kind.memory}, ptr %p{i}, i64 %i")
            place, mark = f"%g{i}", ", !llvm.access.group !2"
        if region.kind != "b1":
            lines.append(f"{name} = load {kind.memory}, ptr {place}{mark}")
        else:
            lines += [f"%b{i} = load i8, ptr {place}{mark}", f"{name} = icmp ne i8 %b{i}, 0"]
        self.names[region.start] = name

    def store(self, x, i):
        name, kind = self.name(x.ids), KINDS[x.kind]
        if x.kind == "b1":
            self.lines.append(f"%b{i} = zext i1 {name} to i8")
            name = f"%b{i}"
        self.lines.append(f"%g{i} = getelementptr {kind.memory}, ptr %p{i}, i64 %i")
        self.lines.append(f"store {kind.memory} {name}, ptr %g{i}, !llvm.access.group !2")

    def name(self, i):
        """A number: what was read or made, or a constant."""
        if i in self.names:
            return self.names[i]
        region = self.code.singles[i]
        return literal(region.kind, region.values[0])

    def operate(self, row):
        operation, names = row.operation, [self.name(i) for i in row.operands]
        if operation.name == "check":
            self.tests.append(names[0])
            return
        if operation.name == "mov":
            self.names[row.start] = names[0]
            return
        text = operation.llvm.format(*names)
        if operation.declared:
            self.declared[operation.declared] = None
            if "@llvm." not in operation.declared:
                mark = self.vectors.mark(operation, len(names))
                if not mark:
                    raise NotLoweredError(f"{operation.name} of several numbers at once")
                text += mark
        self.names[row.start] = f"%v{row.start}"
        self.lines.append(f"%v{row.start} = {text}")

    def failures(self):
        """The lines that note whether a test has failed."""
        lines, bad = [], "%bad"
        for i, test in enumerate(self.tests):
            lines += [f"%f{i} = xor i1 {test}, true", f"%e{i} = zext i1 %f{i} to i32", f"%w{i} = or i32 {bad}, %e{i}"]
            bad = f"%w{i}"
        return [*lines, f"%worse = or i32 {bad}, 0"]


@lru_cache(64)
def machine_code(text):
    """Kernels of the same text, such as those of a program with other buffers, are compiled once."""
    return compiled(text, {"loop"}, True)


def function_of(text, parameters, long):
    """(function of Python's for a loop, what must live as long)"""
    engine = machine_code(text + called(parameters, long))
    function, method = objects.function_at(engine.get_function_address("entry"))
    return function, (engine, method)


def called(parameters, long):
    """LLVM's text of `object entry(self, objects, count)`, which finds the data in arrays, lets go of the lock and runs the loop
    over as many elements as the array in position `long` has."""
    address = lambda name: f"inttoptr (i64 {objects.address_of(name)} to ptr)"
    lines = []
    for i, p in enumerate(parameters):
        lines += [f"%h{i} = getelementptr ptr, ptr %objects, i64 {i}", f"%q{i} = load ptr, ptr %h{i}", *objects.data_of(i, p)]
    return "\n".join([
        "define ptr @entry(ptr %self, ptr %objects, i64 %count) {", "start:", *lines,
        f"%sa = getelementptr i8, ptr %q{long}, i64 {objects.SHAPE}", "%sb = load ptr, ptr %sa", "%n = load i64, ptr %sb",
        f"%state = call ptr {address('PyEval_SaveThread')}()",
        f"%u = call i32 @loop(i64 %n, {', '.join(f'ptr %d{i}' for i in range(len(parameters)))})",
        f"call void {address('PyEval_RestoreThread')}(ptr %state)", "%w = sext i32 %u to i64",
        f"%y = call ptr {address('PyLong_FromLong')}(i64 %w)", "ret ptr %y",
        "otherwise:", f"%z = call ptr {address('PyLong_FromLong')}(i64 2)", "ret ptr %z", "}", "",
    ])  # fmt: skip
