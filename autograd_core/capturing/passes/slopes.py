"""A pass that makes a function and its slope of one exponential."""

import numpy as np

from autograd_core.capturing.passes.cleaning import is_number
from autograd_core.capturing.program.calls import Value, made
from autograd_core.capturing.program.functions import is_quick
from autograd_core.capturing.program.program import Guard
from autograd_core.derivatives.bells import NEAR

ENOUGH = 512  # elements, from which seven more calls take less than the time that an element takes less


def tanh_with_its_slope(program):
    """tanh x and 1 / cosh² x of E = e^(2|x|) - 1: |tanh x| = r = ½E / (1 + ½E), and the slope is (1 + r) / (1 + ½E).

    Nothing cancels there, so both have all digits for every x, but for the last one or two. Holds while E is finite, which is
    looked at. On many processors NumPy has quick code for neither cosh nor expm1 in float64; then one takes less than two. With
    AVX-512 it has, and nothing is changed.
    """
    for call in program.calls:
        if call.function is np.tanh and not call.kwargs and call.out.size >= ENOUGH:
            x = call.args[0]
            if type(x) is Value and x.dtype.char == "d" and not is_quick("cosh") and np.all(np.abs(x.sample) <= NEAR["d"]):
                program = _together(program, call, x)
    return program


def _together(program, tanh, x):
    """The program with tanh x and its slopes made of one exponential, if there are any slopes of the same x."""
    quotients, slopes = _by_cosh(program, x), _by_exp(program, x)
    if not quotients and not slopes:
        return program
    size = made(np.absolute, (x,), tanh)
    twice = made(np.multiply, (2.0, size.out), tanh)
    less = made(np.expm1, (twice.out,), tanh)
    half = made(np.multiply, (0.5, less.out), tanh)
    total = made(np.add, (1.0, half.out), tanh)
    r = made(np.divide, (half.out, total.out), tanh)
    one_more = made(np.add, (1.0, r.out), tanh)
    slope = made(np.divide, (one_more.out, total.out), tanh)

    late, before, after = {call.out for call in (*quotients, *slopes)}, [size, twice, less, half, total, r], [one_more, slope]
    calls = []
    for call in program.calls:
        if call is tanh or call.out in late:
            calls += before
            before = []
        if call.out in late:
            calls += after
            after = []
        if call is tanh:
            call = made(np.copysign, (r.out, x), tanh, note="tanh with its slope").replaced(out=tanh.out)
        elif call in quotients:
            call = made(np.multiply, (call.args[0], slope.out), call).replaced(out=call.out)
        calls.append(call)
    guards = program.guards
    if not any(guard.value is x and guard.kind == "within" and guard.expected <= NEAR["d"] for guard in guards):
        guards = (*guards, Guard(x, kind="within", expected=NEAR["d"]))
    return program.replaced(calls=tuple(calls), guards=guards).renamed({call.out: slope.out for call in slopes})


def _users(program, value, function):
    return [call for call in program.uses.get(value, ()) if call.function is function and not call.kwargs]


def _by_cosh(program, x):
    """The quotients ḡ / cosh² x."""
    squares = [
        square.out for cosh in _users(program, x, np.cosh) for square in _users(program, cosh.out, np.multiply)
        if square.args[0] is square.args[1]
    ]  # fmt: skip
    return [call for square in squares for call in _users(program, square, np.divide) if _is_under(call, square)]


def _is_under(call, value):
    """Whether a call divides something else by a value, whose shape the quotient has."""
    return call.args[1] is value is not call.args[0] and call.out.shape == value.shape


def _by_exp(program, x):
    """The slopes 4 e / (1 + e)² with e = e^(-2|x|)."""
    found = []
    for size in _users(program, x, np.absolute):
        for twice in _users(program, size.out, np.multiply):
            for e in _users(program, twice.out, np.exp) if is_number(twice.args[0], -2) else ():
                found += [
                    call for four in _users(program, e.out, np.multiply) if is_number(four.args[0], 4)
                    for call in _users(program, four.out, np.divide) if _is_square_of_one_more(program, call.args[1], e.out)
                ]  # fmt: skip
    return found


def _is_square_of_one_more(program, value, e):
    square = program.made_by(value, np.square)
    total = square and program.made_by(square.args[0], np.add)
    return total is not None and is_number(total.args[0], 1) and total.args[1] is e
