"""The guard at the entry of a program: does it apply to a call? And where its values are read.

A program applies if arguments and everything that the step closes over are what they were while recording: shapes, dtypes,
identities, numbers.
"""

from functools import partial

import numpy as np

from autograd_core.capturing.look.containers import arguments, tests
from autograd_core.capturing.look.known import NUMBERS
from autograd_core.capturing.look.places import current, same_number
from autograd_core.capturing.program.order import hollow
from autograd_core.capturing.replay.unchanged import Unchanged
from autograd_core.graph.memory import array_of, own_class
from autograd_core.graph.variable import Variable
from autograd_core.graph.views import has_no_views
from autograd_core.tensor import Tensor


class EntryGuard:
    """What must be as it was for a program to apply: the arguments of the recorded call, and all that the step reaches."""

    def __init__(self, session, program, args, kwargs):
        self.session, self.program, self.names = session, program, sorted(kwargs)
        given = (*args, *(kwargs[name] for name in self.names))
        self.parameters = [f"a{i}" for i in range(len(given))]
        self.arguments = [
            (path, hollow(value)) for path, value in arguments(args, kwargs)
        ]  # the user's arrays are not to be held
        self.named = {}  # what the tests of containers name
        self.rebound = {id(effect.target.holder) for effect in program.effects if effect.kind == "rebind"}
        self.exchanged = [e.target.holder for e in program.effects if e.kind == "rebind" and e.target.kind == "tensor"]
        self.containers = [test for i, tree in enumerate(given) for test in tests(tree, f"a{i}", self.name)]
        lifted = session.lift
        self.numbers = [(p, value) for p, value in session.reached.numbers if p not in lifted and not p.path]
        self.unchanged = Unchanged(session.reached, self.numbers)

    def name(self, thing):
        """What a thing is called in the tests of containers."""
        name = f"h{len(self.named)}"
        self.named[name] = thing
        return name

    def moved(self):
        """Where there is another array now."""
        return {
            source.location for source in self.program.parts()
            if source.kind in ("tensor", "array") and there(source) is not self.program.array(source.value)
        }  # fmt: skip

    def lines(self, w, whole=False):
        """The first lines of the function: tests, and the names of what is read. `whole` if nothing is to be left to a function
        that looks whether all that the step reaches is unchanged."""
        session, lines = self.session, []
        used = {value for call in w.program.calls for value in call.operands}.union(w.program.wanted())
        used |= {source.value for source in w.program.written}
        w.env.update(self.named)
        if self.containers:
            lines.append(f"if {' or '.join(self.containers)}: return MISS")
        for i, (path, value) in enumerate(self.arguments):
            lines += self.argument(w, i, path, value)
        for source in self.program.sources:
            lines += self.source(w, source, source.value in used)
        drawn = {id(call.function.__self__) for call in self.program.calls if call.is_draw}
        tests = w.displaced([(place, g) for place, g in session.reached.generators if id(g) in drawn], "q")
        for tensor, missing in session.gradients:
            tests.append(f"{w.once('t', tensor)}._grad is {'not None' if missing else 'None'}")
        tests += [f"{w.access(double)} is not {w.access(source)}" for double, source in session.doubles]
        tests += [test for place, source in session.alike if source.value in w.names for test in self.alike(w, place, source)]
        tests += [*self.met_twice(w), *self.labels(w)]
        if exchanged := [tensor for tensor in self.exchanged if type(array_of(tensor)) is np.ndarray]:
            tests.append(f"{w.name('have_no_views', partial(have_no_views, exchanged))}() is not True")
        tests += [*self.overlaps(w), *(self.unchanged.tests(w) if whole else [f"{self.unchanged.name(w)}()"])]
        return joined(lines, dict.fromkeys(tests))

    # Arguments

    def argument(self, w, i, path, value):
        if isinstance(value, Variable):
            if id(value) in self.session.reached.tensors:
                return [f"if {path} is not {w.once('t', value)}: return MISS"]
            if not self.is_first(path, value):
                return [f"if {path} is not {next(p for p, v in self.arguments if v is value)}: return MISS"]
            test = f"if type({path}) is not {w.once('y', type(value))} or {path}._node is not None: return MISS"
            return [test, f"z{i} = {path}._value", *self.array(w, path, f"z{i}", value._value)]
        if isinstance(value, (np.ndarray, np.generic)):
            return self.array(w, path, path, value)
        constant = w.name("k", value)
        if not isinstance(value, NUMBERS):
            return [f"if {path} is not {constant}: return MISS"]
        return [f"if {path} is not {constant} and not {w.function(same_number)}({path}, {constant}): return MISS"]

    def array(self, w, path, name, value):
        for source in self.program.sources:
            if source.kind == "argument" and source.holder == path:
                w.names[source.value] = name
        return [f"if {unlike(w, name, value) if type(value) is np.ndarray else other_type(w, name, value)}: return MISS"]

    # What the step closes over

    def source(self, w, source, used):
        if source.kind == "argument":
            return []
        if source.kind == "flat":  # with another array in the place of a part, it no longer holds what the step reads
            return [line for part in source.holder for line in self.source(w, part, used=True)]
        access, sample = w.access(source), self.program.array(source.value)
        if not used:  # its shape may have been asked for
            if source.kind == "grad":
                return []
            if source.kind == "number":  # it may have been read all the same, by a decision or by a function with a cache
                constant = w.once("k", sample)
                return [f"if {access} is not {constant} and not {w.function(same_number)}({access}, {constant}): return MISS"]
            expected = w.name("x", sample)
            return [f"if {access} is not {expected} and not {w.function(same_form)}({access}, {expected}): return MISS"]
        lines = []
        if source.kind == "tensor":  # that it requires a gradient, or does not
            lines = [f"if {w.once('t', source.holder)}._node is not {w.once('n', source.holder._node)}: return MISS"]
        if type(sample) is np.ndarray and source.kind != "grad" and source.value not in self.program.moving:
            name = w.names[source.value] = w.once("x", sample)  # the same array still, but its shape can be set
            return [f"if {access} is not {name} or {other_form(w, name, sample)}: return MISS", *lines]
        name = w.names[source.value] = f"s{len(w.names)}"
        lines.append(f"{name} = {access}")
        lines.append(f"if {unlike(w, name, sample) if type(sample) is np.ndarray else other_type(w, name, sample)}: return MISS")
        if source.kind == "tensor" and isinstance(sample, np.generic) and id(source.holder) in self.rebound:
            own = w.once("y", own_class(source.holder))
            lines.append(f"if type({w.once('t', source.holder)}) is not {own}: return MISS")  # somebody holds its memory
        if type(sample) is np.float64 and w.in_floats:
            lines.append(f"{name} = {name}.item()")
        return lines

    def alike(self, w, place, source):
        """That a number is still the same as another one. Not by `!=`: a NaN is the same as itself, and 0.0 is not -0.0."""
        a, b = w.read(place), w.access(source)
        return [f"({a} is not {b} and not {w.function(same_number)}({a}, {b}))"]

    def met_twice(self, w):
        """That no argument is a Tensor that the step has from elsewhere too, which may be a key; and no array, if the step asks
        which one it is."""
        reached = self.session.reached
        given = [path for path, value in self.arguments if isinstance(value, Variable) and self.is_first(path, value)]
        tests = different(w, given, [w.once("t", tensor) for tensor in reached.tensors.values() if tensor._node is None])
        if reached.compares:
            arrays = [path for path, value in self.arguments if type(value) is np.ndarray]
            arrays += [f"{path}._value" for path in given]
            others = [w.read(place) for place, _ in reached.arrays]
            tests += different(w, arrays, others + [f"{w.once('t', tensor)}._value" for tensor in reached.tensors.values()])
        return tests

    def labels(self, w):
        """That Tensors have the names that they had, and that what is given has no gradient, if the user's code asks for them."""
        reached = self.session.reached
        given = [(path, value) for path, value in self.arguments if isinstance(value, Variable) and self.is_first(path, value)]
        tests = [f"{path}.grad is not None" for path, _ in given] if "grad" in reached.asked_of_tensors else []
        if "name" in reached.asked_of_tensors:
            tests += [f"{path}.name is not {name_of(w, tensor)}" for path, tensor in given]
            for tensor in reached.tensors.values():  # its slot is read in a sixth of the time
                name = "_name" if type(tensor).name is Tensor.name and hasattr(tensor, "_name") else "name"
                tests.append(f"{w.once('t', tensor)}.{name} is not {name_of(w, tensor)}")
        return tests

    def is_first(self, path, value):
        """Whether a Tensor is given for the first time, and is none that the step reaches."""
        return id(value) not in self.session.reached.tensors and path == next(p for p, v in self.arguments if v is value)

    def overlaps(self, w):
        """That arguments share no memory with what is written, if that would make a difference."""
        late, share = self.session.recorder.late, w.function(np.may_share_memory)
        arguments = [source for source in self.program.sources if source.kind == "argument" and id(source.value) in late]
        return [
            f"{share}({w.names[argument.value]}, {w.text(target.value)})"
            for argument in arguments for target in self.program.written
            if argument.value in w.names and type(argument.value.sample) is type(self.program.array(target.value)) is np.ndarray
        ]  # fmt: skip


def name_of(w, tensor):
    return "None" if tensor.name is None else w.once("k", tensor.name)


def have_no_views(tensors):
    """Whether nothing looks at the arrays of these Tensors that would not look at those they are given."""
    return all(map(has_no_views, tensors))


PAIRS = 200  # more than these take longer than sets do, and their text grows with the square


def different(w, given, others):
    """The tests that are true if two of these are one and the same object."""
    if len(given) * (len(given) + 2 * len(others)) <= 2 * PAIRS:
        return [f"{a} is {b}" for i, a in enumerate(given) for b in (*given[i + 1 :], *others)]
    ids = "{" + ", ".join([f"{w.function(id)}({name})" for name in given]) + "}"
    tests = [f"len({ids}) != {len(given)}"]
    if others:
        tests.append(f"not {ids}.isdisjoint([{', '.join([f'{w.function(id)}({name})' for name in others])}])")
    return tests


def other_type(w, name, value):
    return f"type({name}) is not {w.once('y', type(value))}"


def unlike(w, name, array):
    """The test that an array is not of the type, shape and dtype of another one."""
    return f"{other_type(w, name, array)} or {other_form(w, name, array)}"


def other_form(w, name, array):
    """The test that an array is not of the shape and dtype of another one."""
    compare = "is not" if array.dtype.kind in "biufc" and array.dtype.isnative else "!="  # of these there is one object each
    return f"{name}.shape != {array.shape} or {name}.dtype {compare} {w.once('d', array.dtype)}"


def joined(lines, last):
    """Tests that follow each other as one, which is compiled sooner; `last` are the last ones, as expressions."""
    texts, tests, end = [], [], ": return MISS"
    for line in lines:
        if line.startswith("if "):
            tests.append(line[3:].removesuffix(end))
            continue
        if tests:
            texts.append(f"if {' or '.join(tests)}{end}")
            tests = []
        texts.append(line)
    tests += last
    return [*texts, f"if {' or '.join(tests)}{end}"] if tests else texts


def same_form(a, b):
    """Whether two arrays are of one type, shape and dtype."""
    return type(a) is type(b) and np.shape(a) == np.shape(b) and np.result_type(a) == np.result_type(b)


def there(source):
    """What is there now."""
    return source.holder._value if source.kind == "tensor" else current(source.holder)


def move(program, reached):
    """Put the arrays that the passes want into the places of those that were recorded: a weight in another order is multiplied
    more quickly, and parameters that are parts of one array are updated by one call. Values, shapes and dtypes stay."""
    for source in program.parts():
        old, new = source.value.sample, program.array(source.value)
        if new is not old:
            new[...] = old
            reached.moved[id(old)] = old, new
            if source.kind == "tensor":
                source.holder._value = new
            else:
                source.holder.set(new)
