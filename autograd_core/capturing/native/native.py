"""`NativeProgram`: a recorded program as machine code."""

from time import perf_counter

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.build import Builder
from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.entry import Entry, contiguous
from autograd_core.capturing.native.llvm import LLVM
from autograd_core.capturing.native.machine import compiled
from autograd_core.capturing.native.schedule import Schedule
from autograd_core.capturing.program.order import let_go
from autograd_core.capturing.replay import MISS, Compiled


class NativeProgram:
    """A program as a function `run(*args)` around machine code. Raises NotLoweredError if there is none for it.

    >>> import numpy as np
    >>> from autograd_core import capture
    >>> fast = capture(lambda x: np.sin(x) * x, native=True)
    >>> [float(fast(np.float64(i))) for i in range(3)]
    [0.0, 0.8414709848078965, 1.8185948536513634]
    """

    def __init__(self, program, guard, mode):
        if not objects.agrees():
            raise NotLoweredError("arrays, which lie otherwise in the memory of this Python than machine code reads them")
        self.program, self.guard, self.mode, self._plain = program, guard, mode, None
        start = perf_counter()
        builder = Builder(program).build()
        self.entry = Entry(program, guard, builder).write()
        self.outputs = [self.result(builder, value, p) for value, p in self.entry.outputs]
        self.inputs = [builder.inputs[value] for value, _ in self.entry.inputs]
        self.schedule = Schedule(builder.code, [ids for _, ids in self.outputs])
        printer = LLVM(self.schedule, self.inputs, self.outputs)
        printer.write()
        self.machine = compiled(printer.text() + self.entry.llvm(printer.name), printer.with_loops, self.schedule.length)
        function, kept = objects.function_at(self.machine.get_function_address("entry"))
        w = self.entry.w
        w.env.update(native=function, contiguous=contiguous, otherwise=self.otherwise, kept=(self.machine, kept))
        self.text = self.entry.text()
        exec(compile(self.text, "<native step>", "exec"), w.env)
        self.run, self.seconds = w.env["replay"], perf_counter() - start
        let_go([call.out for call in program.calls])

    def result(self, builder, value, parameter):
        """(kind, ids) of a result, in the order in which it lies in memory. What is read is copied before anything is written."""
        code = builder.code
        if type(value) is tuple:
            arrays = [builder.value(each) for each in value]
            kind = arrays[0].kind
            ids = np.array([x.ids for x in arrays])
        else:
            x = builder.value(value)
            kind, ids = x.kind, np.ravel(x.array(), parameter.order)
        read = np.zeros(code.next, bool)
        for region in code.regions:
            read[region.start : region.start + region.size] = region.role == "input"
        if ids.size and read[ids].any():
            ids = np.atleast_1d(code.apply("mov", type(builder.code.number(0, kind))(code, ids, kind)).array())
        return kind, ids

    def otherwise(self, *args):
        """The call by NumPy, for arrays that lie in memory in another way."""
        if self._plain is None:
            self._plain = Compiled(self.program, self.guard, self.mode)
        return self._plain.run(*args)

    def replay(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.guard.parameters) or sorted(kwargs) != self.guard.names:
            return MISS
        return self.run(*args, *(kwargs[name] for name in self.guard.names))
