"""What both printers share: the walk through a schedule, and what each number is called on the way.

A number is in a register as soon as it is made or read; what a nest leaves for others is in the memory of its kind, one array
for each kind.
"""

from abc import ABC, abstractmethod

from autograd_core.capturing.native.schedule import Element, Nest, Pattern


class Printer(ABC):
    """Writes a schedule. `inputs` are the regions that are parameters, `outputs` [(kind, ids)] the results, which are too."""

    def __init__(self, schedule, inputs, outputs, name="step"):
        self.schedule, self.inputs, self.outputs, self.name = schedule, inputs, outputs, name
        self.lines, self.count, self.known, self.loops = [], 0, {}, []
        self.parameters = {id(region): f"p{i}" for i, region in enumerate(inputs)}
        self.tables = {}  # {index of a region of constants: its name}
        self.functions = []  # (text, whether there are loops in it) of the parts

    def write(self):
        """A function for each part, and the one that calls them; if there is one part only, that is all."""
        parts = self.schedule.parts
        for number, part in enumerate(parts):
            for item in part:
                if type(item) is Element:
                    self.straight(item)
                else:
                    self.nest(item)
            if len(parts) > 1:
                self.end_part(number, any(type(item) is Nest for item in part))
                self.known = {}
        self.last_test()
        for i, (kind, ids) in enumerate(self.outputs):
            self.output(f"r{i}", kind, ids)

    def straight(self, element):
        names = [self.read(i) for i in element.operands]
        if element.operation.name == "check":
            self.check(names[0])
            return
        name = self.known[element.out] = self.operate(element.operation, names)
        slot = self.schedule.slots[element.out]
        if slot >= 0:
            self.store(element.operation.out, f"work_{element.operation.out}", (int(slot), ()), name)

    def nest(self, nest):
        outside, self.known = self.known, {}
        variables = [self.begin(n) for n in nest.counts]
        for element in nest.body:
            names = [self.read_pattern(p, nest.counts, variables, outside) for p in element.operands]
            if element.operation.name == "check":
                self.check(names[0])
                continue
            name = self.known[element.out] = self.operate(element.operation, names)
            if self.schedule.slots[element.out.base] >= 0:
                index = self.index(self.schedule.slots, element.out, nest.counts, variables)
                self.store(element.operation.out, f"work_{element.operation.out}", index, name)
        for _ in nest.counts:
            self.end()
        self.known = outside

    def output(self, name, kind, ids):
        """The last: results go where they are wanted, by a loop if they are many."""
        schedule, flat = self.schedule, ids.reshape(-1)
        slots = schedule.slots[flat]
        if flat.size > schedule.limit and (slots >= 0).all() and (slots[1:] - slots[:-1] == 1).all():
            variable = self.begin(flat.size)
            value = self.load(kind, f"work_{kind}", (int(slots[0]), ((variable, 1),)))
            self.store(kind, name, (0, ((variable, 1),)), value)
            self.end()
            return
        for i, number in enumerate(flat.tolist()):
            self.store(kind, name, (i, ()), self.read(number))

    # Where numbers are

    def read(self, i):
        """The name of a number, outside of loops."""
        name = self.known.get(i)
        if name is None:
            name = self.known[i] = self.read_at(Pattern(i, ()), (), ())
        return name

    def read_pattern(self, pattern, counts, variables, outside):
        name = self.known.get(pattern)
        if name is None and not any(pattern.steps) and pattern.base in outside:
            return outside[pattern.base]
        if name is None:
            name = self.known[pattern] = self.read_at(pattern, counts, variables)
        return name

    def read_at(self, pattern, counts, variables):
        schedule = self.schedule
        kind, at = schedule.kind(pattern.base), schedule.regions[pattern.base]
        if at < 0:
            return self.load(kind, f"work_{kind}", self.index(schedule.slots, pattern, counts, variables))
        region = schedule.code.regions[at]
        if region.role == "constant":
            if not any(pattern.steps):
                return self.literal(kind, region.values[pattern.base - region.start])
            name = self.tables.setdefault(at, f"table{len(self.tables)}")
        else:
            name = self.parameters[id(region)]
        start = pattern.base - region.start
        return self.load(kind, name, (start, tuple([(v, s) for v, s in zip(variables, pattern.steps, strict=True) if s])))

    def index(self, slots, pattern, counts, variables):
        """(first place, ((variable, step), …)) of a pattern in memory."""
        first, terms = int(slots[pattern.base]), []
        for variable, n, step in zip(variables, counts, pattern.steps, strict=True):
            if n > 1 and step:
                terms.append((variable, int(slots[pattern.base + step]) - first))
        return first, tuple(terms)

    def new(self):
        self.count += 1
        return self.count

    # What each language has its own way for

    @abstractmethod
    def literal(self, kind, value): ...

    @abstractmethod
    def load(self, kind, memory, index): ...

    @abstractmethod
    def store(self, kind, memory, index, name): ...

    @abstractmethod
    def operate(self, operation, names): ...

    @abstractmethod
    def check(self, name): ...

    @abstractmethod
    def end_part(self, number, loops): ...

    @abstractmethod
    def last_test(self): ...

    @abstractmethod
    def begin(self, count): ...

    @abstractmethod
    def end(self): ...

    @abstractmethod
    def text(self): ...
