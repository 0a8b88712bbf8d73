"""Which calls of a program become machine code where some cannot, and in which order they are made then.

The calls that are ready and have no scalar code are left to NumPy, then those that are ready and have some become a stretch, and
so on: as few changes between the two as there can be. What is left to NumPy waits until all tests are made, unless these need it
themselves: it could warn of numbers that the program is not for. A view costs nothing on either side, so each side makes the
views that it needs.
"""

import operator
from typing import NamedTuple

from autograd_core.capturing.native.build import Builder
from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.program import functions
from autograd_core.capturing.replay.lowering.numbers import template

LONG = 2**11  # elements: over so many, NumPy's own loops are as quick
MOST = 30_000  # operations of one call, for which its products are
NUMBER = 0.1  # of the time that a call of NumPy takes, for Python's arithmetic on numbers
LEAST = 2  # calls of NumPy that a stretch stands for: one takes no longer


QUICK = "for which NumPy is as quick"


class Stretch(NamedTuple):
    """Calls that follow one another in a program, and become one piece of machine code.

    calls   those that stand there
    whole   the same, and the views that it makes as others do
    makes   the values that others need of it
    """

    calls: list
    whole: list
    makes: list


def refused(program):
    """{call: why it is left to NumPy}"""
    builder, found, wanted = Builder(program, {call.out for call in program.calls}), {}, set(program.wanted())
    for call in program.calls:
        count = builder.code.count
        try:
            longest = max([value.size for value in (call.out, *call.operands)])
            if longest > LONG and not call.is_view:
                raise NotLoweredError(f"{longest:,} elements, {QUICK}", functions.shown(call.function))
            made = builder.made(call)
            if type(made) is tuple and (call.out in wanted or not all(map(is_picked, program.uses.get(call.out, ())))):
                raise NotLoweredError("several results at once", functions.shown(call.function))
            if builder.code.count - count > MOST:
                count = builder.code.count - count
                raise NotLoweredError(f"{count:,} operations, {QUICK}", functions.shown(call.function))
        except NotLoweredError as error:
            found[call] = str(error)
        else:
            builder.arrays[call.out] = made
    return found


def is_picked(call):
    """Whether a call takes one of several results."""
    return call.function is operator.getitem and type(call.args[1]) is int


class Division:
    """`refused` is {call: why}, to which the calls of stretches are added that are too short to pay."""

    def __init__(self, program, refused):
        self.program, self.refused = program, refused
        self.views = {call.out: call for call in program.calls if self.is_free(call)}
        self.groups = self.grouped()
        while short := [call for native, group in self.groups if native and weight(group) < LEAST for call in group]:
            refused.update(dict.fromkeys(short, ""))
            self.groups = self.grouped()

    def is_free(self, call):
        """Whether it is a view that costs nothing on either side."""
        made = self.program.origins
        return call.is_view and call not in self.refused and all(value not in made for value in call.operands[1:])

    def base(self, value):
        while value in self.views:
            value = self.views[value].args[0]
        return value

    def grouped(self):
        """[(whether they are native, calls)], without the views."""
        program, refused, groups, native = self.program, self.refused, [], False
        waiting = [call for call in program.guards_first().calls if call.out not in self.views]
        missing = {call.out for call in waiting}
        tests = missing & program.needed
        while waiting:
            group, rest, drawn = [], [], False
            for call in waiting:
                ready = (call not in refused) is native and not any(self.base(value) in missing for value in call.operands)
                if ready and not native:
                    ready = not drawn if call.is_draw else call.out in tests or not tests
                if ready:
                    group.append(call)
                    missing.discard(call.out)
                    tests.discard(call.out)
                else:
                    rest.append(call)
                    drawn = drawn or call.is_draw
            if group:
                groups.append((native, group))
            waiting, native = rest, not native
        return groups

    def through(self, calls, known):
        """These calls, each after the views that it needs and that are not known yet."""
        found = []
        for call in calls:
            for value in call.operands:
                chain = []
                while value in self.views and value not in known:
                    known.add(value)
                    chain.append(self.views[value])
                    value = self.views[value].args[0]
                found += chain[::-1]
            found.append(call)
        return found

    def outside(self):
        """The values that are needed elsewhere than in the stretch that makes them."""
        program = self.program
        left = [*program.returned, *[effect.value for effect in program.effects]]
        needed = {*left, *[guard.value for guard in program.guards if guard.value in self.views]}
        for native, group in self.groups:
            if not native:
                needed.update([value for call in group for value in call.operands])
        for call in reversed(program.calls):
            if call.out in self.views and call.out in needed:
                needed.update(call.operands)
        for native, group in self.groups:
            if native:
                needed.update({self.base(value) for call in group for value in call.operands} - {call.out for call in group})
        return needed

    def divided(self):
        """(the program in this order, {position: Stretch})."""
        needed, calls, stretches, made, placed = self.outside(), [], {}, set(), set()
        for native, group in self.groups:
            if not native:
                calls += self.through(group, made)
                continue
            whole = self.through(group, set())
            own = [call for call in whole if call.out not in self.views or call.out not in needed | placed]
            placed.update([call.out for call in own])
            stretches[len(calls)] = Stretch(own, whole, [call.out for call in group if call.out in needed])
            calls += own
        rest = [call for call in self.program.calls if call.out in self.views and call.out in needed and call.out not in made]
        return self.program.replaced(calls=(*calls, *rest)), stretches


def weight(calls):
    """How many calls of NumPy take as long."""
    return sum([1 if call.out.shape or template(call) is None else NUMBER for call in calls])
