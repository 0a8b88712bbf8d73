"""The beginning and the end of a replay: whether the program applies, where its values are read, what it returns."""

import numpy as np

from autograd_core.capturing.places import current, same_number
from autograd_core.capturing.program import functions
from autograd_core.capturing.program.moving import where
from autograd_core.capturing.program.order import hollow
from autograd_core.record import wrap
from autograd_core.trees import flatten, paths
from autograd_core.variable import Variable


class Entry:
    """What must be as it was for a program to apply; `args` and `kwargs` are the step's, with stand-ins."""

    def __init__(self, session, args, kwargs):
        self.session, self.names = session, sorted(kwargs)
        flat = (*args, *(kwargs[name] for name in self.names))
        self.parameters = [f"a{i}" for i in range(len(flat))]
        values, rebuild = flatten(flat)
        self.paths = [f"a{path[1:].replace(']', '', 1)}" for path in paths(flat)]
        self.values = values
        built = rebuild([session.argument(path, value) for path, value in zip(self.paths, values, strict=True)])
        self.args, self.kwargs = built[: len(args)], dict(zip(self.names, built[len(args) :], strict=True))
        self.kinds = self.kinds_of(flat)

    def finish(self, program):
        self.program, self.args, self.kwargs = program, None, None
        self.values = [hollow(value) for value in self.values]  # the user's arrays are not to be held
        lifted = self.session.lift
        self.numbers = [(p, value) for p, value in self.session.reached.numbers if p not in lifted and not p.path]

    def moved(self):
        """Where there is another array now."""
        return {
            where(source)
            for source in self.program.parts()
            if source.kind in ("tensor", "array") and there(source) is not self.program.array(source.value)
        }

    def lines(self, writer):
        """The first lines of the function: tests, and the names of what is read."""
        found = []
        used = {value for call in writer.program.calls for value in call.operands}.union(writer.program.wanted())
        used |= {effect.target.value for effect in writer.program.effects if effect.kind == "write"}
        if self.kinds:
            found.append(f"if {' or '.join(self.kinds)}: return MISS")
        for path, value in zip(self.paths, self.values, strict=True):
            found += self.argument(writer, path, value)
        for source in self.program.sources:
            found += self.source(writer, source, source.value in used)
        drawn = {id(call.function.__self__) for call in self.program.calls if functions.is_draw(call)}
        for place, generator in self.session.reached.generators:
            if id(generator) in drawn:
                where = self.place(writer, place)
                found.append(f"if {where} is not {writer.name('q', generator)}: return MISS")
        for tensor, missing in self.session.gradients:
            found.append(f"if {writer.name('t', tensor)}._grad is {'not None' if missing else 'None'}: return MISS")
        for double, source in self.session.doubles:
            found.append(f"if {self.access(writer, double)} is not {self.access(writer, source)}: return MISS")
        for place, source in self.session.alike:
            if source.value in writer.names:
                where = self.place(writer, place)
                found.append(f"if {where} != {writer.names[source.value]}: return MISS")
        return joined([*found, *self.overlaps(writer), *self.same_objects(writer), *self.same_numbers(writer)])

    def kinds_of(self, arguments):
        """Tests of the nested containers of the arguments."""
        found = []

        def look(tree, path):
            if isinstance(tree, (list, tuple)):
                found.append(f"len({path}) != {len(tree)}")
                for i, item in enumerate(tree):
                    look(item, f"{path}[{i}]")
            elif isinstance(tree, dict):
                found.append(f"len({path}) != {len(tree)}")
                for key, item in tree.items():
                    look(item, f"{path}[{key!r}]")

        for i, tree in enumerate(arguments):
            look(tree, f"a{i}")
        return found

    def argument(self, writer, path, value):
        if isinstance(value, Variable):
            if value._node is not None:
                return [f"if {path} is not {writer.name('t', value)}: return MISS"]
            found = [f"if type({path}) is not {writer.name('y', type(value))} or {path}._node is not None: return MISS"]
            name = f"z{len(writer.names)}_{len(self.paths)}_{self.paths.index(path)}"
            return [*found, f"{name} = {path}._value", *self.array(writer, path, name, value._value)]
        if isinstance(value, (np.ndarray, np.generic)):
            return self.array(writer, path, path, value)
        constant = writer.name("k", value)
        return [f"if {path} is not {constant} and not {writer.function(same_number)}({path}, {constant}): return MISS"]

    def array(self, writer, path, name, value):
        for source in self.program.sources:
            if source.kind == "argument" and source.holder == path:
                writer.names[source.value] = name
        kind = writer.name("y", type(value))
        if type(value) is np.ndarray:
            test = f"type({name}) is not {kind} or {name}.shape != {value.shape}"
            return [f"if {test} or {name}.dtype is not {writer.name('d', value.dtype)}: return MISS"]
        return [f"if type({name}) is not {kind}: return MISS"]

    def access(self, writer, source):
        """The expression under which a source is kept."""
        if source.kind == "tensor":
            return f"{writer.name('t', source.holder)}._value"
        if source.kind == "grad":
            return f"{writer.name('t', source.holder)}._grad"
        return self.place(writer, source.holder)

    def place(self, writer, place):
        """The expression for what is in a place."""
        return place.text(writer.once("o", place.container), None if place.key is None else writer.text(place.key))

    def source(self, writer, source, used):
        if source.kind == "argument":
            return []
        if source.kind == "flat":  # whoever puts another array into the place of a part means another one
            writer.bind(source.value, self.program.array(source.value), "x")
            return [line for part in source.holder for line in self.source(writer, part, used=True)]
        access, sample = self.access(writer, source), self.program.array(source.value)
        if not used:  # its shape may have been asked for
            if source.kind in ("grad", "number"):
                return []
            expected = writer.name("x", sample)
            return [f"if {access} is not {expected} and not {writer.function(alike)}({access}, {expected}): return MISS"]
        kept = []
        if source.kind == "tensor":  # that it requires a gradient, or does not
            kept = [f"if {writer.name('t', source.holder)}._node is not {writer.name('n', source.holder._node)}: return MISS"]
        if type(sample) is np.ndarray and source.kind != "grad" and source.value not in self.program.moving:
            writer.bind(source.value, sample, "x")
            return [f"if {access} is not {writer.names[source.value]}: return MISS", *kept]
        name = writer.names[source.value] = f"s{len(writer.names)}"
        found = [*kept, f"{name} = {access}"]
        if type(sample) is np.ndarray:
            kind, dtype = writer.function(np.ndarray), writer.name("d", sample.dtype)
            found.append(
                f"if type({name}) is not {kind} or {name}.shape != {sample.shape} or {name}.dtype is not {dtype}: return MISS"
            )
        else:
            found.append(f"if type({name}) is not {writer.function(type(sample))}: return MISS")
            if type(sample) is np.float64 and writer.in_floats:
                found.append(f"{name} = {name}.item()")
        return found

    def same_numbers(self, writer):
        """One test of all numbers that the recording took as they were; where another object is there it may be equal."""
        if not self.numbers:
            return []
        tests = [f"{self.place(writer, place)} is not {writer.once('k', value)}" for place, value in self.numbers]
        return [f"if ({' or '.join(dict.fromkeys(tests))}) and not {writer.name('same', self.holds)}(): return MISS"]

    def holds(self):
        return all(same_number(current(place), value) for place, value in self.numbers)

    def same_objects(self, writer):
        """One test that every object on the way to what is read is the same one, and that containers are as long as they were."""
        reached = self.session.reached
        tests = [f"{self.place(writer, place)} is not {writer.once('o', value)}" for place, value in reached.links]
        tests += [f"len({writer.once('o', container)}) != {length}" for container, length, _ in reached.sizes]
        tests += [f"{writer.once('o', one)} != {writer.name('k', copy)}" for one, copy, _ in reached.sets]
        return [f"if {' or '.join(dict.fromkeys(tests))}: return MISS"] if tests else []

    def overlaps(self, writer):
        """Tests that arguments share no memory with what is written, where that would make a difference."""
        written = [effect.target for effect in self.program.effects if effect.kind == "write"]
        late = self.session.on.late
        arguments = [source for source in self.program.sources if source.kind == "argument"]
        pairs = [(one, target) for one in arguments if id(one.value) in late for target in written]
        names = [[writer.names.get(source.value) for source in pair] for pair in pairs]
        arrays = [all(type(source.value.sample) is np.ndarray for source in pair) for pair in pairs]
        share = writer.function(np.may_share_memory)
        tests = [f"{share}({a}, {b})" for (a, b), both in zip(names, arrays, strict=True) if both and a and b]
        return [f"if {' or '.join(dict.fromkeys(tests))}: return MISS"] if tests else []


def joined(lines):
    """Tests that follow each other as one, which is compiled sooner."""
    found, end = [], ": return MISS"
    for line in lines:
        if found and line.startswith("if ") and found[-1].startswith("if "):
            found[-1] = f"{found[-1].removesuffix(end)} or {line[3:]}"
        else:
            found.append(line)
    return found


def alike(a, b):
    """Whether two arrays are of one type, shape and dtype."""
    return type(a) is type(b) and np.shape(a) == np.shape(b) and np.result_type(a) == np.result_type(b)


def there(source):
    """What is there now."""
    return source.holder._value if source.kind == "tensor" else current(source.holder)


def own(writer, value):
    """The expression of a result that does not depend on anything: an array of the caller's own, too."""
    name = writer.name("r", value)
    if type(value) is np.ndarray:
        return f"{writer.function(np.copy)}({name})"
    if isinstance(value, Variable) and id(value) not in writer.entry.session.reached.tensors:
        return f"{writer.function(wrap)}({name}._value.copy(), {name}._node)"
    return name


def results_for(returned, rebuild, expected):
    """The function that writes the expression of what a replay returns, of the types of `expected`."""
    expected, _ = flatten(expected)

    def results(writer, expressions):
        found, k = [], 0
        for (of_program, kind), like in zip(returned, expected, strict=True):
            if not of_program:
                found.append(own(writer, kind))
                continue
            expression = expressions[k]
            k += 1
            if kind is None and type(like) is np.ndarray and not like.shape:
                expression = f"{writer.function(np.asarray)}({expression})"
            if isinstance(getattr(like, "_value", like), np.generic):
                like = getattr(like, "_value", like)
                expression = f"{writer.function(type(like))}({expression})"
            if kind is not None:
                node = "None" if kind[1] is None else writer.name("n", kind[1])
                expression = f"{writer.function(wrap)}({expression}, {node})"
            found.append(expression)
        if len(found) == 1 and rebuild([0]) == 0:
            return found[0]
        simple = rebuild(found)
        if type(simple) is tuple and len(simple) == len(found) and all(a is b for a, b in zip(simple, found, strict=True)):
            return f"({', '.join(found)},)" if found else "()"
        return f"{writer.name('f', rebuild)}([{', '.join(found)}])"

    return results
