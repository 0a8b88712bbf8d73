"""What a recorded step is: calls in the order in which they were made, each of values that no later call changes.

    Value    an array or number that takes part: its shape, its dtype, and what it was while recording
    Source   where a value is read at each replay
    Call     one call of NumPy: a function, its arguments (values in them, also in lists and tuples), and its result
    Guard    what the recording took for granted about a value: whether it is true, or that it holds no NaN
    Effect   what the step leaves behind: the new value of an array that existed before, the `.grad` of a Tensor
    Program  all of these, and the values that the step returns

Writing into an array is here a call that makes a new value ("p less the step"), and an effect at the end. So every
pass over a program may look at a call alone; that a buffer is written in place again is decided when buffers are given out.

Nothing here changes once it is made. A pass makes another Program, which shares what stayed the same; which call makes a
value is therefore asked of the program (`program.origins`), not of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from autograd_core.capturing.program.calls import Call, Source, Value, mapped


@dataclass(frozen=True)
class Guard:
    """`value` must be `expected`: when tested for truth, or what `kind` says: "shape"; "within" ±expected; "finite" (without
    NaN and infinities); "nonzero" (no element is 0)."""

    value: Value
    expected: object = True
    kind: str = "truth"


@dataclass(frozen=True)
class Effect:
    """What is done at the end with `value`.

    kind   "write": into the array of `target`; "rebind": it becomes what `target` holds; "grad": the `.grad` of the Tensor
           that `target` holds (None if value is None)
    """

    kind: str
    target: Source
    value: Value | None


@dataclass(frozen=True, eq=False)
class Program:
    """A whole step.

    returned  the values that it returns, in order
    notes     what the passes have to say, for print
    steady    values that are made again only if what they are made of was changed
    alone     values of sources whose arrays may be moved: nobody could tell if it were another array with the same elements
    moving    values of sources whose array is another one at each replay
    arrays    {value of a source: the array that a pass wants in the place of the recorded one}
    in_registers  whether calls by elements are one loop of machine code, which pays for shorter arrays than NumPy's blocks
    """

    sources: tuple[Source, ...]
    calls: tuple[Call, ...]
    guards: tuple[Guard, ...]
    effects: tuple[Effect, ...]
    returned: tuple[Value, ...]
    notes: tuple[str, ...] = ()
    steady: frozenset[Value] = frozenset()
    alone: frozenset[Value] = frozenset()
    moving: frozenset[Value] = frozenset()
    arrays: dict[Value, np.ndarray] = field(default_factory=dict)
    in_registers: bool = False

    def replaced(self, **changes: Any) -> Program:
        """This program with other parts."""
        if others := changes.keys() - PARTS:
            raise TypeError(f"replaced: expected parts of a program, {', '.join(PARTS)}; got {', '.join(sorted(others))}")
        new = object.__new__(Program)  # `dataclasses.replace` takes five times as long
        known = vars(self)
        vars(new).update({name: known[name] for name in PARTS}, **changes)
        if "calls" not in changes:  # what is known of these alone
            vars(new).update({name: known[name] for name in OF_CALLS if name in known})
        return new

    def forget(self) -> None:
        """Let go of what was found out about the calls; should it be asked for, it is found out again."""
        for name in (*OF_CALLS, "needed"):
            vars(self).pop(name, None)

    @cached_property
    def origins(self) -> dict[Value, Call]:
        """{value: the call that makes it}"""
        return {call.out: call for call in self.calls}

    @cached_property
    def uses(self) -> dict[Value, list[Call]]:
        """{value: calls that take it}"""
        users: dict[Value, list[Call]] = {}
        for call in self.calls:
            operands = call.operands
            for value in operands if len(operands) < 2 else dict.fromkeys(operands):
                if value in users:
                    users[value].append(call)
                else:
                    users[value] = [call]
        return users

    def made_by(self, value: Any, *makers: Any) -> Call | None:
        """The call that makes a value, if it is one of these functions without keywords; else None."""
        call = self.origins.get(value) if type(value) is Value else None
        return call if call is not None and call.function in makers and not call.kwargs else None

    def parts(self) -> list[Source]:
        """The sources, with the parts of a flat one in its place."""
        return [part for source in self.sources for part in source.parts()]

    def array(self, value: Value) -> Any:
        """What was there for a value while recording, or what a pass wants there in its place."""
        return self.arrays.get(value, value.sample)

    @cached_property
    def roots(self) -> dict[Value, Value]:
        """{view: the value of which it is one, through any number of views}"""
        roots: dict[Value, Value] = {}
        for call in self.calls:
            if call.is_view and type(base := call.args[0]) is Value:
                roots[call.out] = roots.get(base, base)
        return roots

    def root(self, value: Value) -> Value:
        return self.roots.get(value, value)

    @cached_property
    def written(self) -> tuple[Source, ...]:
        """The sources into whose arrays something is written."""
        return tuple([effect.target for effect in self.effects if effect.kind == "write"])

    def wanted(self) -> list[Value]:
        """The values that must be there in the end: returned, left behind, or tested."""
        return [
            *self.returned,
            *(effect.value for effect in self.effects if effect.value is not None),
            *(guard.value for guard in self.guards),
        ]

    @cached_property
    def needed(self) -> set[Value]:
        """The values that must be there before anything may be changed: see `guards_first`."""
        needed = {guard.value for guard in self.guards} | self.steady
        needed |= {call.out for call in self.calls if call.may_raise}
        drawn = False  # draws stay in order
        for call in reversed(self.calls):
            if call.is_draw:
                drawn = drawn or call.out in needed
                if drawn:
                    needed.add(call.out)
            if call.out in needed:
                needed.update(call.operands)
        return needed

    def guards_first(self) -> Program:
        """The program with steady calls first, then all that a guard needs, so that nothing is written if one fails; and what
        may raise an error on numbers (a quotient by 0) before all else, too."""
        needed = self.needed
        order: tuple[list[Call], ...] = ([], [], [])
        for call in self.calls:
            order[0 if call.out in self.steady else 1 if call.out in needed else 2].append(call)
        return self.replaced(calls=tuple([call for part in order for call in part]))

    def renamed(self, names: dict[Value, Value]) -> Program:
        """This program with values put in the place of others, {old: new}; the calls of the old ones are gone."""
        if not names:
            return self

        def new(value: Value) -> Value:
            while value in names:
                value = names[value]
            return value

        untouched = names.keys().isdisjoint
        return self.replaced(
            calls=tuple([
                call if untouched(call.operands) else call.replaced(mapped(call.args, new), mapped(call.kwargs, new))
                for call in self.calls if call.out not in names
            ]),
            guards=tuple([g if g.value not in names else replace(g, value=new(g.value)) for g in self.guards]),
            effects=tuple([e if e.value not in names else replace(e, value=new(e.value)) for e in self.effects]),
            returned=tuple(map(new, self.returned)),
        )  # fmt: skip


PARTS, OF_CALLS = Program.__dataclass_fields__.keys(), ("origins", "uses", "roots")


def replaced_calls(program: Program, of: Container[Any], change: Callable[[Call], list[Call] | None]) -> Program:
    """The program with the calls that `change(call)` returns (a list that ends in one that makes the result) in the place of
    each call of these functions; None leaves it."""
    changed = {}
    for call in program.calls:
        if call.function in of and (instead := change(call)) is not None:
            changed[call] = [*instead[:-1], instead[-1].replaced(out=call.out)]
    if not changed:
        return program
    return program.replaced(calls=tuple([each for call in program.calls for each in changed.get(call, (call,))]))
