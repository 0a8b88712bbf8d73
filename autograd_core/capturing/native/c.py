"""Scalar code as one file of C, without dependencies but the library of mathematical functions, and without allocation."""

import numpy as np

from autograd_core.capturing.native.operations import FLOATS, KINDS
from autograd_core.capturing.native.printing import Printer


class C(Printer):
    """`int step(const double *p0, …, double *r0, …)`: 0, or 1 if the program does not apply."""

    def literal(self, kind, value):
        if kind in FLOATS:
            number = float(value)
            if number != number:
                return "NAN"
            if abs(number) == np.inf:
                return "INFINITY" if number > 0 else "-INFINITY"
            return repr(number) + ("f" if kind == "f4" else "")
        if kind == "i8" and int(value) == -(2**63):
            return "INT64_MIN"
        return str(int(value))

    def line(self, text):
        self.lines.append("    " * (1 + len(self.loops)) + text)

    def place(self, index):
        first, terms = index
        parts = [variable if step == 1 else f"{step} * {variable}" for variable, step in terms]
        return " + ".join([str(first), *parts] if first or not parts else parts)

    def named(self, kind, expression):
        name = f"v{self.new()}"
        self.line(f"const {KINDS[kind].c} {name} = {expression};")
        return name

    def load(self, kind, memory, index):
        return self.named(kind, f"{memory}[{self.place(index)}]")

    def store(self, kind, memory, index, name):
        self.line(f"{memory}[{self.place(index)}] = {name};")

    def operate(self, operation, names):
        names = [f"({name})" if name.startswith("-") else name for name in names]
        return self.named(operation.out, operation.c.format(*names))

    def check(self, name):
        self.line(f"ok &= {name};")

    def end_part(self, number, loops):
        head = f"static int part{number}({self.pointers(typed=True)})\n{{\n    int ok = 1;"
        self.functions.append(("\n".join([head, *self.lines, "    return ok;", "}\n"]), loops))
        self.lines = []

    def pointers(self, typed):
        named = [(f"const {KINDS[region.kind].c} *" if typed else "") + f"p{i}" for i, region in enumerate(self.inputs)]
        return ", ".join(named) or ("void" if typed else "")

    def last_test(self):
        for number in range(len(self.functions)):
            self.line(f"ok &= part{number}({self.pointers(typed=False)});")
        self.line("if (!ok) return 1;")

    def begin(self, count):
        name = f"i{self.new()}"
        self.line(f"for (int64_t {name} = 0; {name} < {count}; {name}++) {{")
        self.loops.append(name)
        return name

    def end(self):
        self.loops.pop()
        self.line("}")

    def text(self):
        parameters = [f"const {KINDS[region.kind].c} *p{i}" for i, region in enumerate(self.inputs)]
        parameters += [f"{KINDS[kind].c} *r{i}" for i, (kind, _) in enumerate(self.outputs)]
        memory = [f"static {KINDS[kind].c} work_{kind}[{count}];\n" for kind, count in self.schedule.memory.items()]
        tables = [self.table(self.schedule.code.regions[at], name) for at, name in self.tables.items()]
        body, parts = "\n".join(self.lines), "".join(["\n" + text for text, _ in self.functions])
        return (
            f"{''.join(memory)}{''.join(tables)}{parts}\nint {self.name}({', '.join(parameters) or 'void'})\n{{\n"
            f"    int ok = 1;\n{body}\n    return 0;\n}}\n"
        )

    def table(self, region, name):
        values = ", ".join([self.literal(region.kind, x) for x in np.ravel(region.values)])
        return f"static const {KINDS[region.kind].c} {name}[{region.size}] = {{{values}}};\n"
