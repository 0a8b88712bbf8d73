"""From a program to a Python function: one line a call, with buffers that are there already.

What a replay does, in this order, so that nothing is half-done should it turn out not to apply:

    1. look whether arguments and everything closed over are what they were (shapes, dtypes, identities, numbers)
    2. make all calls, each into its buffer, and test what the program takes for granted; where it fails, return `MISS`
    3. write: parameters, gradients, numbers that count steps

Buffers are given out by liveness: a call writes over an operand of the same shape that nobody needs any more, or into
a buffer that is free, or into a new one. Views of what stays in its place are made once, now. Numbers are Python's
own where they are float64: the same IEEE arithmetic, in a tenth of the time.
"""

import sys

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import packed
from autograd_core.capturing.replay.buffers import Buffers, Memory
from autograd_core.capturing.replay.calls import Calls
from autograd_core.capturing.replay.effects import Leaving
from autograd_core.capturing.replay.loops import Blocks
from autograd_core.capturing.replay.once import Once
from autograd_core.edits import edits, next_number

END = 1 << 60
HELD = object()  # what a replay returns where somebody keeps a gradient of the one before: then there must be new buffers
MISS = object()  # … where the program does not apply; nothing has been changed then


def undrawn(*states):
    """MISS, with generators set back to their states."""
    for generator, state in states:
        generator.bit_generator.state = state
    return MISS


class Writer(Calls, Blocks, Once, Memory, Leaving):
    """Writes the function of one program. `names` gives for each value what it is called there."""

    def __init__(self, program, entry, results):
        self.program, self.entry, self.results = program, entry, results
        self.env = {
            "MISS": MISS,
            "isfinite": np.isfinite,
            "edits": edits,
            "next_number": next_number,
            "vdot": np.vdot,
            "inf": np.inf,
            "refs": sys.getrefcount,
            "HELD": HELD,
            "undrawn": undrawn,
        }
        self.names, self.bound, self.storage = {}, {}, {}
        self.scalars = {}  # {value: the name of the number that it is for the caller}
        self.lines, self.listing, self.indent = [], {}, ""  # the text; {position in it: Call}
        numbers = {value.dtype for call in program.calls for value in (call.out, *call.operands)}
        # Python's float in the place of NumPy's float64 changes no result, unless it meets a shorter dtype
        self.in_floats = all(dtype is None or dtype.kind not in "fc" or dtype == np.float64 for dtype in numbers)
        self.buffers = Buffers()
        self.miss, self.first_write = "MISS", None  # the line of the first write
        self.functions, self.objects, self.count = {}, {}, 0
        self.views = []  # (name, expression) of what is made once
        self.permanent = set()  # values in buffers that keep them until the next replay
        self.gradients, self.packs, self.holders = [], [], []  # the arrays of gradients, what they are parts of, whose they are

    # Names

    def name(self, prefix, thing):
        """A new global of the function for `thing`."""
        self.count += 1
        name = f"{prefix}{self.count}"
        self.env[name] = thing
        self.objects.setdefault(id(thing), name)  # held by `env`
        return name

    def once(self, prefix, thing):
        """The name that it has already, or a new one."""
        return self.objects.get(id(thing)) or self.name(prefix, thing)

    def function(self, function):
        found = self.functions.get(function)
        if found is None:
            base = functions.shown(function).replace(".", "_").replace("<", "").replace(">", "")
            found = base if base not in self.env else f"{base}_{len(self.functions)}"
            self.functions[function], self.env[found] = found, function
        return found

    def bind(self, value, array, prefix="b"):
        """A value that is always in the same array."""
        self.bound[value] = array
        self.names[value] = self.name(prefix, array)

    # The whole

    def write(self):
        program = self.program
        self.draws()
        head = self.entry.lines(self)
        self.origins = program.origins
        self.last = self.last_uses()
        self.written = self.in_place()
        self.kept = set(program.returned) | {e.value for e in program.effects if e.kind == "rebind"}
        for effect in program.effects:
            if effect.value is not None and effect.value not in program.origins and effect.value.source is None:
                self.names[effect.value] = self.name("k", effect.value.sample)
        self.transposed = self.turned()
        read = {operand for call in program.calls for operand in call.operands}
        # To gradients that are there: then these must be whole should the program turn out not to apply
        self.adds_up = any(source.kind == "grad" and source.value in read for source in program.sources)
        for call in program.calls:
            if call.function is packed:
                self.place_parts(call)
        for effect in program.effects:
            if effect.kind == "grad" and effect.value is not None:
                self.place_gradient(effect.value)
        self.kept -= self.bound.keys()
        guards = {}
        for guard in program.guards:
            guards.setdefault(guard.value, []).append(guard)
        for value, found in guards.items():
            if value not in self.origins:
                self.test(value, found)
        done = self.same_each_time(guards)
        for i, call in enumerate(program.calls):
            if i >= done and (run := self.run(i, guards)):
                self.blocks(run, i)
                done = i + len(run)
                for j, one in enumerate(run, i):
                    self.release(one, j)
            elif i >= done:
                self.made(call, i, guards)
        self.leave(program.effects)
        returned = self.returned()
        first = len(self.lines) if self.first_write is None else self.first_write
        before = [*head, *self.held(), *self.lines[:first]] or ["pass"]
        body = [*self.states, "try:", *("    " + line for line in before), f"except Exception: return {self.miss}"]
        body += [*self.lines[first:], f"return {returned}"]
        self.result = returned
        if self.entry.session.on.ignored:  # somewhere in the step, by np.errstate; here in all of it
            ignored = ", ".join(f"{kind}='ignore'" for kind in sorted(self.entry.session.on.ignored))
            body = [f"with {self.function(np.errstate)}({ignored}):", *("    " + line for line in body)]
        text = f"def replay({', '.join(self.entry.parameters)}):\n" + "\n".join("    " + line for line in body) + "\n"
        return text, self.env

    def made(self, call, i, guards):
        """One call, with the tests of its result."""
        self.call(call, i)
        if call.out in guards:
            self.test(call.out, guards[call.out])
        self.release(call, i)

    def held(self):
        """The test whether somebody else holds a gradient: more references than there were, and the Tensor's own."""
        tests = [
            f"refs({self.once('m', array)}) > LIMITS[{i}] + ({tensor}._grad is {self.once('m', array)})"
            for i, (array, tensor) in enumerate(zip(self.gradients, self.holders, strict=True))
        ]
        for array in self.gradients:
            if array.base is not None and not any(array.base is pack for pack in self.packs):
                self.packs.append(array.base)
        tests += [f"refs({self.once('m', pack)}) > LIMITS[{len(self.gradients) + i}]" for i, pack in enumerate(self.packs)]
        return [f"if {' or '.join(tests)}: return HELD"] if tests else []

    def draws(self):
        """Keep the states of the generators that are drawn from, for the case that the program turns out not to apply."""
        generators = {
            id(call.function.__self__): call.function.__self__ for call in self.program.calls if functions.is_draw(call)
        }
        names = [self.name("q", generator) for generator in generators.values()]
        self.states = [f"{name}_state = {name}.bit_generator.state" for name in names]
        if names:
            self.miss = f"undrawn({', '.join(f'({name}, {name}_state)' for name in names)})"

    def last_uses(self):
        """{value: position of the last call that needs it}; values needed in the end are at infinity."""
        last = {}
        for i, call in enumerate(self.program.calls):
            last[call.out] = i
            for value in call.operands:
                last[value] = i
        for value in (*self.program.returned, *(effect.value for effect in self.program.effects)):  # None does no harm
            last[value] = END
        return last

    def in_place(self):
        """{value: the array that it is written into at once} for new contents of an array whose old ones nobody reads later.

        Only behind the last guard: until then nothing may be changed.
        """
        found, guarded = {}, {guard.value for guard in self.program.guards}
        position = {call.out: i for i, call in enumerate(self.program.calls)}
        ready = max([i for value, i in position.items() if value in guarded or self.may_raise(value)], default=-1)
        written = [effect.target.value for effect in self.program.effects if effect.kind == "write"]
        arguments = [source.value for source in self.program.sources if source.kind == "argument"]  # which may share its memory
        ready = max([ready, *(self.last.get(one, -1) - 1 for value in arguments for one in self.family(value))])
        for effect in self.program.effects:
            value, target = effect.value, effect.target.value if effect.kind == "write" else None
            array = self.bound.get(target)
            if array is None or not array.ndim or value not in position or value in found or written.count(target) > 1:
                continue
            i = position[value]
            late = max((self.last.get(one, -1) for one in self.family(target)), default=-1)
            elsewhere = any(one in self.family(target) for one in self.program.returned) or any(
                other.value in self.family(target) for other in self.program.effects
            )
            shaped = value.shape == array.shape and value.dtype == array.dtype
            if (
                i > ready
                and late <= i
                and not elsewhere
                and shaped
                and functions.is_elementwise(self.origins[value].function)
                and not self.origins[value].kwargs
            ):
                found[value] = target
        return found

    def may_raise(self, value):
        return functions.may_raise(self.origins[value])

    def root(self, value):
        return self.program.root(value)
