"""A recorded program as a Python function that is compiled: one line for each call, into buffers made beforehand.

What a replay does, in this order, so that nothing is half-done should it turn out not to apply:

    1. the guard: are arguments and everything closed over what they were?
    2. all calls, each into its buffer, with tests of what the program takes for granted; if one fails, `MISS` is returned
    3. effects: parameters, gradients, numbers that count steps
"""

from sys import getrefcount

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.order import let_go
from autograd_core.capturing.replay.buffers import Step, plan
from autograd_core.capturing.replay.effects import Effects, write_results, write_tests
from autograd_core.capturing.replay.gathering import gathered
from autograd_core.capturing.replay.held import bytes_of
from autograd_core.capturing.replay.loops import Run, write_run
from autograd_core.capturing.replay.pool import LARGE
from autograd_core.capturing.replay.writer import HELD, MISS, Writer, code_of, own_copy

SETS = 3  # of buffers, kept for those who hold on to gradients for a call or two


class Compiled:
    """A program as a function `run(*args)`, its text, and the bytes that it holds: of buffers and of Python objects.

    `parts` are {position: step for some calls from there on}, which stand in the order in which they are to be made; `shorten`
    makes shorter lines of those of the guard, see `native.shorter`; `kernels` makes machine code for long calls, see
    `native.kernel`.
    """

    def __init__(self, program, guard, mode, threads=1, parts=None, shorten=None, kernels=None):
        self.program = gathered(program.guards_first()) if parts is None else program
        self.guard, self.mode, self.threads, self.parts = guard, mode, threads, parts or {}
        self.shorten, self.kernels = shorten, kernels
        self.text, self.runs = None, []
        self.build()
        arrays = self.program.arrays
        read = [source.value for source in self.program.parts() if source.kind in ("argument", "grad") or source.value in arrays]
        let_go([*[call.out for call in self.program.calls], *read])
        self.program.forget()
        guard.program.forget()

    def build(self):
        """Write the function, with buffers of its own."""
        text, writer, names = function_of(
            self.program, plan(self.program, self.threads, self.parts, self.kernels), self.guard, self.shorten
        )
        env = writer.env
        exec(code_of(text), env)
        self.text = text
        self.runs = [own_copy(env["replay"]), *self.runs[: SETS - 1]]
        self.run.writer = writer  # which has references to gradients, too
        # How many references there are to each gradient if nobody but the function has one
        env["LIMITS"] = tuple([getrefcount(env[name]) for name in names])

    def __str__(self):
        return listing(self.run.writer)

    __repr__ = __str__

    @property
    def run(self):
        """The function, with the buffers that were used last."""
        return self.runs[0]

    @property
    def nbytes(self):
        return len(self.runs) * self.run.writer.plan.nbytes + bytes_of(self)

    def replay(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.guard.parameters) or sorted(kwargs) != self.guard.names:
            return MISS
        args = (*args, *(kwargs[name] for name in self.guard.names))
        for run in self.runs:  # somebody holds a gradient of the last call: then by other buffers
            result = run(*args)
            if result is not HELD:
                self.runs.remove(run)
                self.runs.insert(0, run)
                return result
        self.build()
        return self.run(*args)


def function_of(program, plan, guard, shorten=None):
    """(text, writer, names of the arrays that become gradients): the text defines `replay`, `writer.env` are its globals."""
    w = Writer(program, plan)
    states = draws(w)
    head = guard.lines(w, whole=shorten is not None)
    if shorten is not None:
        head = shorten(w, head, guard.parameters)
    head += may_be_written(w)
    for effect in program.effects:
        if effect.value is not None and effect.value not in program.origins and effect.value.source is None:
            w.names[effect.value] = w.name("k", effect.value.sample)
    tests = {}
    for test in program.guards:
        tests.setdefault(test.value, []).append(test)
    for value, guards in tests.items():
        if value not in program.origins and value not in plan.tested:
            write_tests(w, value, guards)
    write_calls(w, tests)
    effects = Effects(w)
    effects.write()
    w.result = write_results(w, guard.session, [effects.own(value) for value in program.returned])
    first = w.first_write
    before = [*head, *effects.held(), *w.texts(w.lines[:first])] or ["pass"]
    body = [*states, "try:", *("    " + line for line in before), f"except Exception: return {w.miss}"]
    body += [*w.texts(w.lines[first:]), f"return {w.result}"]
    texts = [text for head, lines in w.blocks for text in (head, *w.texts(lines))]
    texts += [f"def replay({', '.join(guard.parameters)}):", *("    " + line for line in body)]
    text = "\n".join(texts) + "\n"
    return text, w, [w.once("m", array) for array in (*effects.gradients, *effects.packs)]


def may_be_written(w):
    """That nobody has made an array read-only that the step writes into: its views, cut beforehand, would not say so."""
    written = [part.value for target in w.program.written for part in target.parts() if part.value not in w.program.moving]
    arrays = [value for value in written if type(w.program.array(value)) is np.ndarray]
    tests = [f"{w.names[value]}.flags.writeable" for value in dict.fromkeys(arrays)]
    return [f"if not ({' and '.join(tests)}): return MISS"] if tests else []


def draws(w):
    """Keep the states of the generators that are drawn from, in case the program turns out not to apply."""
    generators = {id(call.function.__self__): call.function.__self__ for call in w.program.calls if call.is_draw}
    names = [w.once("q", generator) for generator in generators.values()]
    if names:
        w.miss = f"undrawn({', '.join(f'({name}, {name}_state)' for name in names)})"
    return [f"{name}_state = {name}.bit_generator.state" for name in names]


def write_calls(w, tests):
    """The calls, those that are steady in front: after a comparison of what they are made of with a copy of it."""
    steady, live, done = w.program.steady, w.plan.until, 0
    anew = made_anew(w)
    for i, step in enumerate(w.plan.steps):
        if i == 0 and steady:
            copies = begin_steady(w)
        if type(step) is Run:
            write_run(w, step, tests)
            for call in step.calls:
                if call.out in tests and not call.out.shape:
                    write_tests(w, call.out, tests[call.out])
        elif type(step) is Step:
            write_step(w, step, tests)
        else:
            step.write(w, tests)
        done += 1 if type(step) is Step else len(step.calls)
        if anew:
            calls = [step.call] if type(step) is Step else step.calls
            for value in dict.fromkeys([value for call in calls for value in (*call.operands, call.out)]):
                if value in anew and value in w.names and live[value] < done:
                    w.errors = ()
                    w.line(f"{w.text(value)} = None")  # it would be there until the end
        if type(step) is Step and w.assigned:
            for value in (*step.call.operands, step.call.out):
                if live[value] < done:
                    w.release(value)
        if i == len(steady) - 1:
            w.errors = ()
            w.line(copies)
            w.indent = ""


def made_anew(w):
    """The large arrays that have no buffer."""
    values = [call.out for call in w.program.calls if call.out.shape and call.out not in w.plan.arrays]
    return {value for value in values if value.size * value.dtype.itemsize >= LARGE}


def write_step(w, step, tests):
    call, w.errors = step.call, step.call.errors
    if step.lowering is not None:  # else it is a view that is there
        if call.out in w.plan.written:
            w.writes()
        step.lowering.write(w, call, *(() if step.scratch is None else [w.once("b", step.scratch)]))
    if call.out in tests:
        write_tests(w, call.out, tests[call.out])


def begin_steady(w):
    """The comparison before calls that come out the same each time; returns the line that ends them."""
    calls = [call for call in w.program.calls if call.out in w.program.steady]
    read = [w.program.root(value) for call in calls if not call.is_view for value in call.operands]
    names = [w.text(value) for value in dict.fromkeys(read) if value.source is not None]
    known = w.name("h", [bytearray()] * len(names))  # their bytes; a bytearray is compared with memory, without a copy
    w.line(f"if {' or '.join([f'{known}[{i}] != {name}' for i, name in enumerate(names)])}:")
    w.indent = "    "
    w.line(f"{known}[0] = bytearray()")  # should something go wrong on the way
    return f"{known}[:] = {', '.join([f'bytearray({name})' for name in names])},"


def listing(w):
    """The text that `print(captured.program)` shows."""
    everything = [each for line in w.lines for each in with_inside(line)]
    program, calls = w.program, [line for line in everything if line.call is not None]
    counts = f"{len(calls)} calls, {len(program.guards)} tests, {len(program.effects)} effects, {size(w.plan.nbytes)} of buffers"
    head = [counts, *(f"  {note}" for note in dict.fromkeys(program.notes)), "reads"]
    for source in program.sources:
        name = w.names.get(source.value)
        if name is not None:
            head.append(f"  {name:<6} {described(source.value.sample):<24} {source.name}")
    for name, thing in w.env.items():
        if name.startswith("c") and name[1:].isdigit():
            head.append(f"  {name:<6} {described(thing):<24} {thing!r}" if thing.ndim == 0 else f"  {name:<6} {described(thing)}")
    views = [f"  {name:<6} {described(w.env[name]):<24} {text}" for name, text in (*made_once(w), *w.views)]
    lines = ["views, made once", *views] if views else []
    lines.append("calls")
    for line in everything:
        note = "" if line.call is None else f"{described(line.call.out.sample)}{'; ' + line.call.note if line.call.note else ''}"
        lines.append(f"  {line.text:<48} {'# ' + note if note else ''}".rstrip())
    return "\n".join([*head, *lines, f"  return {w.result}"])


def with_inside(line):
    """A line, and those that stand below it."""
    return [line, *[each for inner in line.inside for each in with_inside(inner)]]


def made_once(w):
    """[(name, expression)] of the calls that give views of what stays in its place."""
    for step in w.plan.steps:
        if type(step) is Step and step.lowering is None:
            call = step.call
            items = [w.text(call.args[0]), *map(repr, call.args[1:]), *(f"{key}={item!r}" for key, item in call.kwargs.items())]
            yield w.text(call.out), f"{functions.shown(call.function)}({', '.join(items)})"


def described(value):
    """dtype and shape."""
    return f"{getattr(value, 'dtype', type(value).__name__)} {list(np.shape(value)) if np.ndim(value) else ''}".strip()


def size(count):
    """Bytes in words."""
    return f"{count} bytes" if count < 2000 else f"{count / 1e3:.1f} kB" if count < 2e6 else f"{count / 1e6:.1f} MB"
