"""From a program to the text of a Python function: one line a call, with buffers that are there already.

What a replay does, in this order, so that nothing is half-done should it turn out not to apply:

    1. the guard: are arguments and everything closed over what they were?
    2. all calls, each into its buffer, with tests of what the program takes for granted; if one fails, `MISS` is returned
    3. effects: parameters, gradients, numbers that count steps
"""

from autograd_core.capturing.program import functions
from autograd_core.capturing.replay.effects import Effects, write_tests
from autograd_core.capturing.replay.loops import Run, write_run
from autograd_core.capturing.replay.writer import Writer


def function_of(program, plan, guard, results):
    """(text, writer, names of the arrays that become gradients): the text defines `replay`, `writer.env` are its globals."""
    w = Writer(program, plan)
    states = draws(w)
    head = guard.lines(w)
    for effect in program.effects:
        if effect.value is not None and effect.value not in program.origins and effect.value.source is None:
            w.names[effect.value] = w.name("k", effect.value.sample)
    tests = {}
    for test in program.guards:
        tests.setdefault(test.value, []).append(test)
    for value, guards in tests.items():
        if value not in program.origins:
            write_tests(w, value, guards)
    write_calls(w, tests)
    effects = Effects(w)
    effects.write()
    w.result = results(w, [effects.own(value) for value in program.returned], guard.session.reached.tensors)
    first = w.first_write
    before = [*head, *effects.held(), *w.texts(0, first)] or ["pass"]
    body = [*states, "try:", *("    " + line for line in before), f"except Exception: return {w.miss}"]
    body += [*w.texts(first, None), f"return {w.result}"]
    text = f"def replay({', '.join(guard.parameters)}):\n" + "\n".join("    " + line for line in body) + "\n"
    return text, w, [w.once("m", array) for array in (*effects.gradients, *effects.packs)]


def draws(w):
    """Keep the states of the generators that are drawn from, in case the program turns out not to apply."""
    generators = {id(call.function.__self__): call.function.__self__ for call in w.program.calls if call.is_draw}
    names = [w.once("q", generator) for generator in generators.values()]
    if names:
        w.miss = f"undrawn({', '.join(f'({name}, {name}_state)' for name in names)})"
    return [f"{name}_state = {name}.bit_generator.state" for name in names]


def write_calls(w, tests):
    """The calls, those that are steady in front: after a comparison of what they are made of with a copy of it."""
    steady = w.program.steady
    for i, step in enumerate(w.plan.steps):
        if i == 0 and steady:
            copies = begin_steady(w)
        if type(step) is Run:
            write_run(w, step)
        else:
            write_step(w, step, tests)
        if i == len(steady) - 1:
            w.errors = ()
            w.line(copies)
            w.indent = ""


def write_step(w, step, tests):
    call, w.errors = step.call, step.call.errors
    if step.lowering is None:
        w.text(call.out)
        arguments = [w.text(call.args[0]), *map(repr, call.args[1:]), *(f"{name}={item!r}" for name, item in call.kwargs.items())]
        w.views.append((w.text(call.out), f"{functions.shown(call.function)}({', '.join(arguments)})"))
    else:
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
