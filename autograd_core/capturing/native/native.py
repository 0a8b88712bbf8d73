"""`NativeProgram`: a recorded program as machine code."""

import re
from time import perf_counter

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.build import Builder, number_dtype
from autograd_core.capturing.native.c import C
from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.entry import AGAIN, Entry, contiguous
from autograd_core.capturing.native.llvm import LLVM
from autograd_core.capturing.native.machine import compiled
from autograd_core.capturing.native.operations import KINDS, kind_of
from autograd_core.capturing.native.part import in_print, result
from autograd_core.capturing.native.schedule import SHORT, Element, Schedule
from autograd_core.capturing.program.order import let_go
from autograd_core.capturing.replay import HELD, MISS, Compiled
from autograd_core.capturing.replay.compiled import described as form
from autograd_core.capturing.replay.compiled import size
from autograd_core.capturing.replay.held import bytes_of


class NativeProgram:
    """A recorded step as machine code: what `capture(step, native=True).program` is. `print` it to see what it does.

    address    of the machine code, as an int, for those who call it without Python: `numba`, `cffi`, `scipy.LowLevelCallable`
    signature  its type in C. `double (double)` for a function of numbers that returns one, `double (int, double *)` for one of an
               array, the length and its elements; they return NaN if the program does not apply.
               Otherwise `int (const double *, …, double *)`: all that is read, then all that is written, in the order of
               `c_source()`; it returns 0 if it is done, 1 if the program does not apply

    The address is good for as long as this object lives. Work is done in memory of its own: one call at a time.

    >>> import ctypes
    >>> import numpy as np
    >>> from autograd_core import capture
    >>> fast = capture(lambda x: np.sin(x) * x, native=True)
    >>> [round(float(fast(np.float64(i))), 6) for i in range(3)]
    [0.0, 0.841471, 1.818595]
    >>> fast.program.signature
    'double (double)'
    >>> f = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(fast.program.address)
    >>> round(f(2.0), 6)
    1.818595
    """

    def __init__(self, program, guard, mode):
        if not objects.agrees():
            raise NotLoweredError("arrays, which lie otherwise in the memory of this Python than machine code reads them")
        self.program, self.guard, self.mode, self._plain = program, guard, mode, None
        start = perf_counter()
        builder = Builder(program).build()
        self.entry = Entry(program, guard, builder).write()
        self.outputs = [result(builder, value, p.order) for value, p in self.entry.outputs]
        self.inputs = [builder.inputs[value] for value, _ in self.entry.inputs]
        self.schedule = Schedule(builder.code, [ids for _, ids in self.outputs])
        self.count, self.indices = builder.code.count, builder.indices
        printer = LLVM(self.schedule, self.inputs, self.outputs)
        printer.write()
        self.signature, direct = self.for_others(printer.name)
        text = printer.text() + self.entry.llvm(printer.name) + direct
        self.machine = compiled(text, printer.with_loops, self.schedule.length < SHORT, printer.parallel_text())
        self.address = self.machine.get_function_address("direct" if direct else printer.name)
        function, kept = objects.function_at(self.machine.get_function_address("entry"))
        w = self.entry.w
        if self.entry.quick is not None:
            w.env["AGAIN"] = AGAIN
            w.env["quick"], also = objects.function_at(self.machine.get_function_address("quick"))
            kept = kept, also, self.entry.quick.table
        w.env.update(native=function, contiguous=contiguous, otherwise=self.otherwise, kept=(self.machine, kept))
        self.text = self.entry.text()
        exec(compile(self.text, "<native step>", "exec"), w.env)
        self.run, self.seconds = w.env["replay"], perf_counter() - start
        let_go([call.out for call in program.calls])

    def otherwise(self, *args):
        """The call by NumPy, for arrays that lie in memory in another way."""
        if self._plain is None:
            self._plain = Compiled(self.program, self.guard, self.mode)
        result = self._plain.run(*args)
        if result is HELD:
            self._plain.build()
            result = self._plain.run(*args)
        return result

    def replay(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.guard.parameters) or sorted(kwargs) != self.guard.names:
            return MISS
        return self.run(*args, *(kwargs[name] for name in self.guard.names))

    @property
    def nbytes(self):
        """Of its memory, and of the Python objects around it; not of the machine code."""
        return self.memory + bytes_of(self)

    @property
    def memory(self):
        return sum(KINDS[kind].dtype.itemsize * count for kind, count in self.schedule.memory.items())

    def for_others(self, name):
        """(signature, LLVM's text of the function that has it), with an empty text if it is the one that all programs have."""
        inputs, outputs = [(r.kind, p) for r, (_, p) in zip(self.inputs, self.entry.inputs, strict=True)], self.entry.outputs
        one = len(outputs) == 1 and self.outputs[0][0] == "f8" and type(outputs[0][0]) is tuple and self.outputs[0][1].size == 1
        given = [p.label for _, p in inputs]
        numbers = all(kind == "f8" and not p.shape and p.how != "memory" for kind, p in inputs) and inputs
        array = len(inputs) == 1 and inputs[0][0] == "f8" and len(inputs[0][1].shape) == 1
        if not one or not (numbers or array) or any(source.kind != "argument" for source in self.program.parts()):
            kinds = [f"const {KINDS[kind].c} *" for kind, _ in inputs] + [f"{KINDS[kind].c} *" for kind, _ in self.outputs]
            return f"int ({', '.join(kinds) or 'void'})", ""
        if numbers and given == self.guard.parameters:
            arguments = [f"double %a{i}" for i in range(len(inputs))]
            places = [f"%p{i} = alloca double\nstore double %a{i}, ptr %p{i}" for i in range(len(inputs))]
            pointers, signature = [f"ptr %p{i}" for i in range(len(inputs))], f"double ({', '.join(['double'] * len(inputs))})"
        elif array:
            arguments, pointers, signature = ["i32 %n", "ptr %a"], ["ptr %a"], "double (int, double *)"
            places = [
                f"%s = icmp eq i32 %n, {inputs[0][1].shape[0]}", "br i1 %s, label %run, label %other",
                "other:", "ret double 0x7FF8000000000000", "run:",
            ]  # fmt: skip
        else:
            return f"int ({', '.join(['const double *'] * len(inputs))}, double *)", ""
        return signature, "\n".join([
            f"define double @direct({', '.join(arguments)}) {{", "%r = alloca double", *places,
            f"%u = call i32 @{name}({', '.join([*pointers, 'ptr %r'])})", "%t = icmp eq i32 %u, 0", "%v = load double, ptr %r",
            "%w = select i1 %t, double %v, double 0x7FF8000000000000", "ret double %w", "}\n",
        ])  # fmt: skip

    def c_source(self, name="step"):
        """The program as one file of C: the function `int name(…)`, without dependencies but libm and without allocation.

        Its arguments stand in the comment at the top. Compile it with -ffp-contract=off, or the compiler may round otherwise than
        NumPy does. Raises ValueError for a name that C has no use for.
        """
        if not re.fullmatch(r"[A-Za-z_]\w*", name) or not name.isascii():
            raise ValueError(f"c_source: name must be an identifier of C, got {name!r}")
        printer = C(self.schedule, self.inputs, self.outputs, name)
        printer.write()
        lines = [
            f"   p{i}  {described(r.kind, p)}" for i, (r, (_, p)) in enumerate(zip(self.inputs, self.entry.inputs, strict=True))
        ]
        lines += [
            f"   r{i}  {described(kind, p)}"
            for i, ((kind, _), (_, p)) in enumerate(zip(self.outputs, self.entry.outputs, strict=True))
        ]
        return HEAD.format(name=name, arguments="\n".join(lines)) + printer.text()

    def __str__(self):
        program, schedule = self.program, self.schedule
        nests = sum(type(item) is not Element for item in schedule.items)
        counts = [
            counted(len(program.calls), "call") + " as " + counted(self.count, "operation"), counted(nests, "loop"),
            counted(len(program.guards), "test"), counted(len(program.effects), "effect"), f"{size(self.memory)} of memory",
        ]  # fmt: skip
        head = [f"native code: {', '.join(counts)}, compiled in {self.seconds * 1e3:.0f} ms", *(f"  {n}" for n in program.notes)]
        names = {value: f"p{i}" for i, (value, _) in enumerate(self.entry.inputs)}
        head += [
            "reads",
            *[f"  {names[value]:<5} {described(kind_of(number_dtype(value)), p)}" for value, p in self.entry.inputs],
        ]
        lines = ["calls, all in native code"]
        for call in program.calls:
            names[call.out] = f"v{len(lines)}"
            lines.append(f"  {in_print(call, names):<48} # {form(call.out.sample)}")
        ends = [
            "writes",
            *[f"  {described(kind, p)}" for (kind, _), (_, p) in zip(self.outputs, self.entry.outputs, strict=True)],
        ]
        return "\n".join([*head, *lines, *ends])


HEAD = """/* {name}: made by autograd_core from a recorded program. Compile it with -ffp-contract=off.

{arguments}

   p… is what it reads, r… what it writes; they may not overlap. Returns 0, or 1 if the program does not apply to these
   numbers: nothing is written then. It works in memory of its own, so that it is for one thread at a time. */

#include <math.h>
#include <stdint.h>

"""


def described(kind, parameter):
    """A kind of number, a shape, and what it is."""
    shape = " x ".join(map(str, parameter.shape)) or "1"
    order = ", columns first" if parameter.order == "F" else ""
    return f"{KINDS[kind].c}[{shape}]{order}  {parameter.label}"


def counted(count, what):
    return f"{count:,} {what}{'' if count == 1 else 's'}"
