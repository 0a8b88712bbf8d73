"""The Python function around machine code: the replay's guard, the call, the replay's effects.

The machine code is called with objects: arguments, numbers that are read, and new arrays for results. It reads arrays and numbers
where they are (see `objects`), looks whether arrays lie in memory as they are expected to, and answers

    0   done
    1   the program does not apply; nothing was changed
    2   an array lies otherwise in memory; nothing was changed
"""

from contextlib import suppress
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.ending import Ending
from autograd_core.capturing.native.looking import function, of_python
from autograd_core.capturing.native.operations import KINDS, kind_of
from autograd_core.capturing.native.quick import Quick, UnknownTestError
from autograd_core.capturing.replay.effects import Effects, write_results
from autograd_core.capturing.replay.writer import Writer

AGAIN = object()  # what machine code answers if Python has to look whether the program applies


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
        self.allocated, self.outputs = [], []  # [(name, shape, dtype)] of what is new; [(value, Parameter)]
        self.scalars = {}  # {kind: [values]} that are numbers

    def write(self):
        w, program, guard = self.w, self.program, self.guard
        self.head = guard.lines(w, whole=True)
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
        self.add_quick_function()
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
        name = f"r{len(self.allocated)}"
        self.allocated.append((name, value.shape, value.dtype))
        self.outputs.append((value, Parameter("array", self.object(name), None, "C", False, value.shape, self.label(value))))
        return name

    # The function

    def add_quick_function(self):
        """Put guard and end into machine code as well; the end is left to Python if it is not known how, and so are both."""
        self.quick = self.ending = None
        self.end = [*self.w.texts(self.w.lines), f"return {self.w.result}"]
        if objects.tells():
            with suppress(UnknownTestError):
                self.quick = Quick(self.head, self.w.env, self.guard.parameters)
        if self.quick is None:
            return
        try:
            self.ending, self.is_whole = Ending(self.quick, self.allocated, self.end), True
        except UnknownTestError:
            names = "".join([f"{name}, " for name, *_ in self.allocated])
            self.ending, self.is_whole = Ending(self.quick, self.allocated, [f"return ({names})"]), False

    def text(self):
        w, given = self.w, ", ".join(self.guard.parameters)
        call = lambda objects: f"native({', '.join(objects)})"
        arrays = [name for name in self.objects if name[0] in "azs" and self.is_array(name)]
        again = [f"contiguous({name}, {self.order(name)!r})" if name in arrays else name for name in self.objects]
        body = [f"{name} = {w.function(np.empty)}({shape}, {w.once('d', dtype)})" for name, shape, dtype in self.allocated]
        body += ["try:", *("    " + line for line in self.head or ["pass"]), f"except Exception: return {w.miss}"]
        body += [f"u = {call(self.objects)}", "if u:", "    if u == 1: return MISS", f"    u = {call(again)}"]
        body += [f"    if u: return MISS if u == 1 else otherwise({given})"]
        if self.quick is not None and self.is_whole:
            body = [f"result = quick({given})", "if result is not AGAIN: return result", *body]
        elif self.quick is not None:
            names = "".join([f"{name}, " for name, *_ in self.allocated])
            body = [f"new = quick({given})", "if new is AGAIN:", *("    " + line for line in body)]
            body += [f"else: {names}= new"] if names else []
        body += self.end
        return f"def replay({given}):\n" + "\n".join("    " + line for line in body) + "\n"

    def parameters(self):
        return [p for _, p in self.inputs] + [p for _, p in self.outputs]

    def order(self, name):
        return next((p.order for p in self.parameters() if p.at == self.objects.index(name) and p.how == "array"), "C")

    def is_array(self, name):
        at = self.objects.index(name)
        mine = [p for p in self.parameters() if p.at == at]
        return all(p.how == "array" and not p.written for p in mine)

    def llvm(self, name):
        """The functions that are called by Python: they find the pointers, and call the one that computes."""
        texts = [objects.called(name, self.parameters())]
        if self.quick is not None:
            texts.append(self.function("quick", self.whole(name)))
        return "".join(texts)

    def function(self, name, lines):
        return f"define ptr @{name}(ptr %self, ptr %objects, i64 %count) {{\nstart:\n" + "\n".join(lines) + "\n}\n"

    def whole(self, name):
        """The one that is given the arguments, looks itself whether everything is as it was, and does what is to be done in the
        end. It returns AGAIN if it cannot tell, and has changed nothing then."""
        quick, ending, drop = self.quick, self.ending, of_python("Py_DecRef", "void")
        lines = [f"%moved = {quick.table.same()}", "%kept = icmp eq i32 %moved, 0", "br i1 %kept, label %here, label %otherwise"]
        lines = [*quick.hold, *lines, "here:", *quick.body]
        new, late, pointers = {name for name, *_ in self.allocated}, [], []
        for i, p in enumerate(self.parameters()):
            text = None if p.at is None else self.objects[p.at]
            if text in new:  # made last, when nothing can come between
                late += [
                    f"%p{i} = getelementptr i8, ptr {ending.registers[text]}, i64 {objects.DATA}",
                    f"%d{i} = load ptr, ptr %p{i}",
                ]
            else:
                register = None if text is None else quick.registers[text]
                lines += self.place(i, p, [f"%q{i} = getelementptr i8, ptr {register}, i64 0"])
            pointers.append(self.pointer(i, p))
        lines += [*ending.before, *late, f"%u = call i32 @{name}({', '.join(pointers)})", "%z = icmp eq i32 %u, 0"]
        lines += ["br i1 %z, label %computed, label %undo", "computed:", *ending.body]
        lines += ["undo:", *(f"{drop}(ptr {ending.registers[name]})" for name, *_ in self.allocated), "br label %otherwise"]
        again = f"inttoptr (i64 {id(AGAIN)} to ptr)"
        lines += ["otherwise:", *quick.let_go(), f"%raise = call i1 {function('raises')}()"]
        lines += ["br i1 %raise, label %raised, label %again", "raised:", "ret ptr null"]
        lines += ["again:", f"{of_python('Py_IncRef', 'void')}(ptr {again})", f"ret ptr {again}"]
        return [*lines, *ending.failures()]

    def place(self, i, p, found):
        """The lines that find what is at a parameter; `found` are those for something that is another one at each call."""
        if p.how == "memory":
            return []
        lines = [f"%q{i} = inttoptr i64 {id(p.thing)} to ptr"] if p.at is None else found
        known = f"%d{i} = getelementptr i8, ptr %q{i}, i64 {objects.HEAD}"
        return [*lines, *([known] if p.how == "number" else objects.data_of(i, p, self.quick.runs_code))]

    def pointer(self, i, p):
        return f"ptr inttoptr (i64 {p.thing.ctypes.data} to ptr)" if p.how == "memory" else f"ptr %d{i}"


def contiguous(array, order):
    """An array in this order, aligned: itself or a copy. What is no array stays as it is."""
    return np.require(array, requirements=[order, "ALIGNED"]) if type(array) is np.ndarray else array
