"""When each value of a program is needed for the last time, and which may be written over their old contents."""

from functools import cached_property

from autograd_core.capturing.program.calls import Value

END = 1 << 60


class Liveness:
    """`last` is {value: position of the last call that needs it}; what is needed in the end is at END."""

    def __init__(self, program):
        self.program, self.last = program, {}
        for i, call in enumerate(program.calls):
            self.last[call.out] = i
            for value in call.operands:
                self.last[value] = i
        for value in (*program.returned, *(effect.value for effect in program.effects)):  # None does no harm
            self.last[value] = END

    @cached_property
    def until(self):
        """{value: position of the last call that needs it or a view of it}"""
        until = dict(self.last)
        for base, views in reversed(self.viewers.items()):
            until[base] = max([until.get(base, -1), *[until[call.out] for call in views]])
        return until

    @cached_property
    def viewers(self):
        """{value: the calls that give views of it}"""
        views = {}
        for call in self.program.calls:
            if call.is_view and type(call.args[0]) is Value:
                views.setdefault(call.args[0], []).append(call)
        return views

    def family(self, value):
        """A value and all views of it."""
        members = [value]
        for member in members:
            members += [call.out for call in self.viewers.get(member, ())]
        return members

    def in_place(self, arrays, start=0):
        """{value: the source whose array it is written into at once} for new contents of which nobody reads the old ones later.

        Only after the last guard, and from `start` on: until then nothing may be changed. `arrays` are those of the sources.
        """
        program, places, guarded = self.program, {}, {guard.value for guard in self.program.guards}
        position = {call.out: i for i, call in enumerate(program.calls)}
        ready = max([i for i, call in enumerate(program.calls) if call.out in guarded or call.may_raise], default=-1)
        arguments = [source.value for source in program.sources if source.kind == "argument"]  # which may share its memory
        ready = max([ready, start - 1, *(self.last.get(member, -1) - 1 for value in arguments for member in self.family(value))])
        left = [*program.returned, *(effect.value for effect in program.effects)]
        for effect in program.effects:
            value, target = effect.value, effect.target.value
            array = arrays.get(target) if effect.kind == "write" else None
            if array is None or not array.ndim or value not in position or value in places:
                continue
            call, family = program.origins[value], self.family(target)
            if (
                position[value] > ready
                and max((self.last.get(member, -1) for member in family), default=-1) <= position[value]
                and program.written.count(effect.target) == 1
                and not any(member in left for member in family)
                and (value.shape, value.dtype) == (array.shape, array.dtype)
                and call.is_elementwise
            ):
                places[value] = target
        return places
