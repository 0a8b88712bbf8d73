"""The Python function around machine code: the replay's guard, the call, the replay's effects.

The machine code is called with objects: arguments, numbers that are read, and new arrays for results. It reads arrays and numbers
where they are (see `objects`), looks whether arrays lie in memory as they are expected to, and answers

    0   done
    1   the program does not apply; nothing was changed
    2   an array lies otherwise in memory; nothing was changed
"""

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.operations import KINDS, kind_of
from autograd_core.capturing.replay.effects import Effects, write_results
from autograd_core.capturing.replay.writer import Writer


class Parameter(NamedTuple):
    """Where machine code finds one of its pointers.

    how    "array": in the array that is argument `at` of the call, or the fixed one `thing`; "number": behind the head of the
           object that is argument `at`; "memory": it is the address of `thing`, an array of ours
    """

    how: str
    at: int | None
    thing: object = None
    order: str = "C"
    written: bool = False
    shape: tuple = ()
    label: str = ""  # what it is, for those who read


class NativeEffects(Effects):
    """The replay's effects, of results that are there already: `outputs` are [(value, Parameter)], in order."""

    def __init__(self, w, entry):
        super().__init__(w)
        self.entry = entry

    def gradient(self, value, dtype, tensor):
        if not value.shape:
            return f"{self.w.function(np.array)}({self.w.text(value)}, {self.w.once('d', dtype)})"
        return self.entry.fresh(value)

    def own(self, value):
        if value.shape and (value.source is not None or value in self.program.origins):
            return self.entry.fresh(value)
        return super().own(value)


class Entry:
    """Writes the function of a program. `parameters` are those of the machine code, `outputs` the values that it is to write."""

    def __init__(self, program, guard, builder):
        self.program, self.guard, self.builder = program, guard, builder
        written = {effect.value: effect.target for effect in program.effects if effect.kind == "write"}
        plan = SimpleNamespace(arrays={}, written=written, lasting=frozenset(), fresh=frozenset(), adds_up=False)
        self.w = Writer(program, plan)
        self.w.in_floats = False  # numbers of NumPy's stay as they are
        self.objects = []  # expressions of the objects in the call
        self.allocated, self.outputs = [], []  # lines; [(value, Parameter)]
        self.scalars = {}  # {kind: [values]} that are numbers

    def write(self):
        w, program, guard = self.w, self.program, self.guard
        self.head = guard.lines(w)
        self.inputs = [(value, self.input(value)) for value in self.builder.inputs]
        for effect in program.effects:
            value = effect.value
            if effect.kind == "write":
                self.outputs.append((value, self.target(effect.target)))
            elif value is not None and value not in program.origins and value.source is None:
                w.names[value] = w.name("k", value.sample)
        self.name_numbers()
        effects = NativeEffects(w, self)
        effects.write()
        w.result = write_results(w, guard.session, [effects.own(value) for value in program.returned])
        return self

    # What it is given

    def input(self, value):
        w, source, sample = self.w, value.source, self.program.array(value)
        name = w.names[value]
        if type(sample) is np.ndarray:
            order = "F" if sample.flags.f_contiguous and not sample.flags.c_contiguous else "C"
            if w.env.get(name) is sample:  # the guard sees that it is still there
                return Parameter("array", None, sample, order, False, sample.shape, source.name)
            return Parameter("array", self.object(name), None, order, False, sample.shape, source.name)
        if isinstance(sample, (float, np.generic)):
            return Parameter("number", self.object(name), label=source.name)
        room = np.zeros(1, KINDS[kind_of(np.dtype(type(sample)))].dtype)
        self.head.append(f"{w.name('n', room)}[0] = {name}")
        return Parameter("memory", None, room, label=source.name)

    def object(self, expression):
        if expression not in self.objects:
            self.objects.append(expression)
        return self.objects.index(expression)

    # What it writes

    def target(self, source):
        array, value = self.program.array(source.value), source.value
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        if not (array.flags.c_contiguous or array.flags.f_contiguous):
            raise NotLoweredError(f"{source.name} is written, and is not contiguous")
        name = self.w.names[value]
        if self.w.env.get(name) is array:
            return Parameter("array", None, array, order, True, array.shape, f"{source.name}, afterwards")
        return Parameter("array", self.object(name), None, order, True, array.shape, f"{source.name}, afterwards")

    def name_numbers(self):
        """The numbers among the results: places in an array for each kind, which is read after the call."""
        program, w = self.program, self.w
        wanted = [*program.returned, *(e.value for e in program.effects if e.kind != "write" and e.value is not None)]
        for value in dict.fromkeys(wanted):
            if not value.shape and (value.source is not None or value in program.origins):
                kind = kind_of(value.dtype if value.dtype is not None else np.dtype(type(value.sample)))
                self.scalars.setdefault(kind, []).append(value)
        for kind, values in self.scalars.items():
            room = np.zeros(len(values), KINDS[kind].dtype)
            name = w.name("o", room)
            for i, value in enumerate(values):
                w.names[value] = f"{name}[{i}]"
            self.outputs.append((tuple(values), Parameter("memory", None, room, "C", True, room.shape, self.labels(values))))

    def labels(self, values):
        """What numbers are: results of the step, or what they become."""
        return ", ".join([self.label(value) for value in values])

    def label(self, value):
        gradients = [e.target.holder for e in self.program.effects if e.kind == "grad" and e.value is value]
        names = {s.holder: s.name for s in self.program.parts() if s.kind == "tensor"} if gradients else {}
        rebound = [e.target.name for e in self.program.effects if e.kind == "rebind" and e.value is value]
        found = [f"{names.get(tensor, 'a Tensor')}.grad" for tensor in gradients] + rebound[:1]
        return found[0] if found else "result"

    def fresh(self, value):
        """The name of a new array in which the machine code leaves a value."""
        w, name = self.w, f"r{len(self.allocated)}"
        dtype = "" if value.dtype == np.float64 else f", {w.once('d', value.dtype)}"
        self.allocated.append(f"{name} = {w.function(np.empty)}({value.shape}{dtype})")
        self.outputs.append((value, Parameter("array", self.object(name), None, "C", False, value.shape, self.label(value))))
        return name

    # The function

    def text(self):
        w = self.w
        call = lambda objects: f"native({', '.join(objects)})"
        given = [name for name in self.objects if name[0] in "azs"]
        again = [
            f"contiguous({name}, {self.order(name)!r})" if name in given and self.is_array(name) else name
            for name in self.objects
        ]
        body = ["try:", *("    " + line for line in self.head or ["pass"]), f"except Exception: return {w.miss}", *self.allocated]
        body += [f"u = {call(self.objects)}", "if u:", "    if u == 1: return MISS", f"    u = {call(again)}"]
        body += [f"    if u: return MISS if u == 1 else otherwise({', '.join(self.guard.parameters)})"]
        body += [*w.texts(w.lines), f"return {w.result}"]
        return f"def replay({', '.join(self.guard.parameters)}):\n" + "\n".join("    " + line for line in body) + "\n"

    def parameters(self):
        return [p for _, p in self.inputs] + [p for _, p in self.outputs]

    def order(self, name):
        return next((p.order for p in self.parameters() if p.at == self.objects.index(name) and p.how == "array"), "C")

    def is_array(self, name):
        at = self.objects.index(name)
        mine = [p for p in self.parameters() if p.at == at]
        return all(p.how == "array" and not p.written for p in mine)

    def llvm(self, name):
        return objects.called(name, self.parameters())


def contiguous(array, order):
    """An array in this order, aligned: itself or a copy. What is no array stays as it is."""
    return np.require(array, requirements=[order, "ALIGNED"]) if type(array) is np.ndarray else array
