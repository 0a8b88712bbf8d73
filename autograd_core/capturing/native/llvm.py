"""Scalar code as LLVM writes it, and as machine code."""

import re
import struct

import numpy as np

from autograd_core.capturing.native.operations import FLOATS, KINDS, LIBRARY
from autograd_core.capturing.native.printing import Printer
from autograd_core.capturing.native.schedule import SHORT, Nest
from autograd_core.capturing.native.vectors import Vectors


def literal(kind, value):
    """A constant."""
    if kind in FLOATS:
        return f"0x{struct.unpack('<Q', struct.pack('<d', float(value)))[0]:016X}"
    return str(int(value)) if kind != "b1" else "true" if value else "false"


class LLVM(Printer):
    """The function `i32 @step(ptr %p0, …, ptr %r0, …)`: 0, or 1 if the program does not apply."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.declared, self.passed, self.loops_in_last, self.count_of_loops = {}, "true", False, 0
        self.vectors, self.parallel, self.parallel_loops = Vectors(), False, []
        self.apart = []  # the text of functions with parallel loops alone, if the whole is too long for LLVM's passes
        self.in_part = len(self.schedule.parts) > 1  # what is written now

    def literal(self, kind, value):
        return literal(kind, value)

    def place(self, kind, memory, index):
        first, terms = index
        at = str(first)
        for variable, step in terms:
            n = self.new()
            if step != 1:
                self.lines.append(f"%m{n} = mul i64 {variable}, {step}")
                variable = f"%m{n}"
            if at == "0":
                at = variable
            else:
                self.lines.append(f"%x{n} = add i64 {at}, {variable}")
                at = f"%x{n}"
        base = f"@{memory}" if memory.startswith("table") or (memory.startswith("work") and not self.in_part) else f"%{memory}"
        if at == "0":
            return base
        n = self.new()
        self.lines.append(f"%g{n} = getelementptr {KINDS[kind].memory}, ptr {base}, i64 {at}")
        return f"%g{n}"

    def load(self, kind, memory, index):
        place, n = self.place(kind, memory, index), self.new()
        if kind != "b1":
            self.lines.append(f"%v{n} = load {KINDS[kind].memory}, ptr {place}{self.access}")
            return f"%v{n}"
        self.lines.append(f"%l{n} = load i8, ptr {place}{self.access}")
        self.lines.append(f"%v{n} = icmp ne i8 %l{n}, 0")
        return f"%v{n}"

    def store(self, kind, memory, index, name):
        place = self.place(kind, memory, index)
        if kind == "b1":
            n = self.new()
            self.lines.append(f"%z{n} = zext i1 {name} to i8")
            name = f"%z{n}"
        self.lines.append(f"store {KINDS[kind].memory} {name}, ptr {place}{self.access}")

    @property
    def access(self):
        """What says of a load or store that no other element's depends on it."""
        return ", !llvm.access.group !0" if self.parallel else ""

    def nest(self, nest):
        self.parallel = nest.parallel
        super().nest(nest)
        self.parallel = False

    def operate(self, operation, names):
        if operation.name == "mov":
            return names[0]
        if operation.declared:
            self.declared[operation.declared] = None
        mark = self.vectors.mark(operation, len(names)) if self.loops and operation.name in LIBRARY else ""
        n = self.new()
        self.lines.append(f"%v{n} = {operation.llvm.format(*names)}{mark}")
        return f"%v{n}"

    def check(self, name):
        n = self.new()
        if not self.loops:
            self.lines.append(f"%a{n} = and i1 {self.passed}, {name}")
            self.passed = f"%a{n}"
            return
        self.lines += [f"%o{n} = load i1, ptr %ok", f"%a{n} = and i1 %o{n}, {name}", f"store i1 %a{n}, ptr %ok"]

    def end_part(self, number, loops):
        # Long straight code takes LLVM's quick selection of instructions, `optnone`: the code is as quick, and made in a third of
        # the time. It gives up at the address of a global, at a truth that is returned as one bit, and at `fabs`.
        apart = self.is_apart(number)
        where, how = ("", "") if apart else ("internal ", " noinline" if loops else " noinline optnone")
        head = f"define {where}zeroext i1 @part{number}({self.pointers('%')}){how} {{\nentry:"
        if loops:
            head += "\n%ok = alloca i1\nstore i1 true, ptr %ok"
        self.passed_in_loops(loops)
        text = "\n".join([head, *self.lines, f"ret i1 {self.passed}", "}"])
        if apart:
            self.apart.append(text)
            text, loops = f"declare zeroext i1 @part{number}({self.pointers('%')})", False
        self.functions.append((text, loops))
        self.lines, self.passed = [], "true"

    def is_apart(self, number):
        """Whether a part becomes a function of the other module."""
        return self.schedule.length >= SHORT and all(type(item) is Nest and item.parallel for item in self.schedule.parts[number])

    def passed_in_loops(self, loops):
        if loops:
            n = self.new()
            self.lines += [f"%o{n} = load i1, ptr %ok", f"%a{n} = and i1 %o{n}, {self.passed}"]
            self.passed = f"%a{n}"

    def pointers(self, sign):
        """What a part is given: inputs, and the memory of each kind."""
        inputs = [f"ptr %p{i}" for i in range(len(self.inputs))]
        return ", ".join([*inputs, *(f"ptr {sign}work_{kind}" for kind in self.schedule.memory)])

    def last_test(self):
        self.in_part = False
        self.loops_in_last = not self.functions and any(type(item) is Nest for item in self.schedule.items)
        for number in range(len(self.functions)):
            n = self.new()
            self.lines += [f"%c{n} = call zeroext i1 @part{number}({self.pointers('@')})", f"%a{n} = and i1 {self.passed}, %c{n}"]
            self.passed = f"%a{n}"
        self.passed_in_loops(self.loops_in_last)
        self.lines += [f"br i1 {self.passed}, label %write, label %leave", "leave:", "ret i32 1", "write:"]

    def begin(self, count):
        n = self.new()
        self.count_of_loops += 1
        self.lines += [
            f"br label %before{n}", f"before{n}:", f"br label %loop{n}", f"loop{n}:",
            f"%i{n} = phi i64 [ 0, %before{n} ], [ %j{n}, %end{n} ]",
        ]  # fmt: skip
        self.loops.append((n, count))
        return f"%i{n}"

    def end(self):
        n, count = self.loops.pop()
        mark = ""
        if self.parallel:
            self.parallel, mark = False, f", !llvm.loop !{2 + len(self.parallel_loops)}"  # the innermost alone
            self.parallel_loops.append(f"!{2 + len(self.parallel_loops)} = distinct !{{!{2 + len(self.parallel_loops)}, !1}}")
        self.lines += [
            f"br label %end{n}", f"end{n}:", f"%j{n} = add i64 %i{n}, 1", f"%t{n} = icmp slt i64 %j{n}, {count}",
            f"br i1 %t{n}, label %loop{n}, label %after{n}{mark}", f"after{n}:",
        ]  # fmt: skip

    def text(self):
        parameters = [f"ptr %p{i}" for i in range(len(self.inputs))] + [f"ptr %r{i}" for i in range(len(self.outputs))]
        body = "\n".join(self.lines)
        memory = "\n".join(
            f"@work_{kind} = internal global [{count} x {KINDS[kind].memory}] zeroinitializer, align 64"
            for kind, count in self.schedule.memory.items()
        )
        parts = "\n".join([text for text, _ in self.functions])
        test = "%ok = alloca i1\nstore i1 true, ptr %ok\n" if self.loops_in_last else ""
        step = f"define i32 @{self.name}({', '.join(parameters)}) {{\nentry:\n{test}{body}\nret i32 0\n}}\n"
        return f"{memory}\n{self.module(parts + step)}"

    def parallel_text(self):
        """The other module: what LLVM's passes look at although the whole is too long for them. "" if there is none."""
        return self.module("\n".join(self.apart)) if self.apart else ""

    def module(self, functions):
        """These functions with what they refer to."""
        tables = [
            self.table(self.schedule.code.regions[at], name) for at, name in self.tables.items()
            if re.search(rf"@{name}\b", functions)
        ]  # fmt: skip
        loops = ["!0 = distinct !{}", '!1 = !{!"llvm.loop.parallel_accesses", !0}', *self.parallel_loops]
        everything = [*self.declared, *tables, functions, self.vectors.text(), *(loops if self.parallel_loops else ())]
        return "\n".join(everything) + "\n"

    @property
    def with_loops(self):
        """The names of the functions that have loops in them."""
        names = {f"part{i}" for i, (_, loops) in enumerate(self.functions) if loops}
        return names | ({self.name} if self.loops_in_last or self.count_of_loops else set())

    def table(self, region, name):
        kind = KINDS[region.kind].memory
        values = [f"{kind} {self.literal(region.kind, x) if region.kind != 'b1' else int(x)}" for x in np.ravel(region.values)]
        return f"@{name} = internal constant [{len(values)} x {kind}] [{', '.join(values)}], align 64"
