"""From a program to a Python function: one line a call, with buffers that are there already.

What a replay does, in this order, so that nothing is half-done should it turn out not to apply:

    1. look whether arguments and everything closed over are what they were (shapes, dtypes, identities, numbers)
    2. make all calls, each into its buffer, and test what the program takes for granted; where it fails, return `MISS`
    3. write: parameters, gradients, numbers that count steps

Buffers are given out by liveness: a call writes over an operand of the same shape that nobody needs any more, or into
a buffer that is free, or into a new one. Views of what stays in its place are made once, now. Numbers are Python's
own where they are float64: the same IEEE arithmetic, in a tenth of the time.
"""

import operator
import sys

import numpy as np

from autograd_core.capturing import kinds
from autograd_core.capturing.listing import listing
from autograd_core.capturing.passes.updates import packed, unpacked
from autograd_core.capturing.program import Call, Value, signature_of, values_in
from autograd_core.capturing.recorder import astype, setitem
from autograd_core.edits import edits, next_number

END = 1 << 60
HELD = object()  # … and where somebody keeps a gradient of the replay before: then there must be new buffers
MISS = object()  # what a replay returns where the program does not apply; nothing has been changed then


def undrawn(*states):
    """MISS, with generators set back to their states."""
    for generator, state in states:
        generator.bit_generator.state = state
    return MISS


class Buffers:
    """Memory for arrays, given out and taken back; by dtype and size, since a longer one would not stay in the cache."""

    def __init__(self):
        self.free, self.made = {}, []

    def get(self, shape, dtype):
        size = int(np.prod(shape, dtype=int))
        found = self.free.get((size, dtype))
        if found:
            return found.pop()
        flat = np.empty(size, dtype)
        self.made.append(flat)
        return flat

    def put(self, flat):
        self.free.setdefault((flat.size, flat.dtype), []).append(flat)

    @property
    def nbytes(self):
        return sum(flat.nbytes for flat in self.made)


class Compiled:
    """A program as a function `run(*args)`, its text, and the bytes that it holds."""

    def __init__(self, program, entry, results, mode):
        self.program, self.entry, self.results, self.mode = program.guards_first(), entry, results, mode
        self.build()

    def build(self):
        """Write the function, with buffers of its own."""
        writer = Writer(self.program, self.entry, self.results)
        self.text, env = writer.write()
        self.nbytes = writer.buffers.nbytes
        self.listing = listing(writer)
        gradients = [writer.find(array) for array in (*writer.gradients, *writer.packs)]
        del writer
        exec(compile(self.text, "<captured step>", "exec"), env)
        self.run = env["replay"]
        # How many references there are to each gradient when nobody but the function has one
        env["LIMITS"] = tuple([eval(f"refs({name})", env) for name in gradients])

    def __str__(self):
        return self.listing

    def run_safely(self, *args):
        try:
            result = self.run(*args)
            if result is HELD:
                self.build()
                result = self.run(*args)
            return result
        except (
            ZeroDivisionError,
            OverflowError,
            TypeError,
        ):  # of Python's numbers, where NumPy's would be inf; nothing is written yet
            return MISS

    def call(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.entry.parameters) or sorted(kwargs) != self.entry.names:
            return MISS
        return self.run_safely(*args, *(kwargs[name] for name in self.entry.names))


class Writer:
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
        self.lines, self.listing = [], {}  # the text; {position in it: Call}
        numbers = {value.dtype for call in program.calls for value in (call.out, *call.operands)}
        # Python's float in the place of NumPy's float64 changes no result, unless it meets a shorter dtype
        self.in_floats = all(dtype is None or dtype.kind not in "fc" or dtype == np.float64 for dtype in numbers)
        self.buffers = Buffers()
        self.miss, self.drawn, self.undraw = "MISS", [], []
        self.functions, self.count = {}, 0
        self.layouts = {}  # of flat buffers, the order of the part that begins at each place
        self.views = []  # (name, expression) of what is made once
        self.permanent = set()  # values in buffers that keep them until the next replay
        self.gradients, self.packs, self.holders = [], [], []  # the arrays of gradients, what they are parts of, whose they are

    # Names

    def name(self, prefix, thing):
        """A new global of the function for `thing`."""
        self.count += 1
        name = f"{prefix}{self.count}"
        self.env[name] = thing
        return name

    def function(self, function):
        found = self.functions.get(function)
        if found is None:
            base = kinds.shown(function).replace(".", "_").replace("<", "").replace(">", "")
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
        head = self.entry.lines(self)
        self.last = self.last_uses()
        self.written = self.in_place()
        self.kept = set(program.returned) | {e.value for e in program.effects if e.kind == "rebind"}
        for effect in program.effects:
            if effect.value is not None and effect.value.is_constant:
                self.names[effect.value] = self.name("k", effect.value.sample)
        self.transposed = self.turned()
        for call in program.calls:
            if call.function is packed:
                self.place_parts(call)
        for effect in program.effects:
            if effect.kind == "grad" and effect.value is not None:
                self.place_gradient(effect.value)
        guards = {}
        for guard in program.guards:
            guards.setdefault(guard.value, []).append(guard)
        for value, found in guards.items():
            if type(value.origin) is not Call:
                self.test(value, found)
        for i, call in enumerate(program.calls):
            if kinds.is_draw(call):
                self.draws(call.function.__self__)
            self.call(call, i)
            if call.out in guards:
                self.test(call.out, guards[call.out])
            self.release(call, i)
        self.leave(program.effects)
        returned = self.returned()
        body = [*head, *self.held(), *self.lines, f"return {returned}"]
        self.result = returned
        text = f"def replay({', '.join(self.entry.parameters)}):\n" + "\n".join("    " + line for line in body) + "\n"
        return text, self.env

    def held(self):
        """The test whether somebody else holds a gradient: more references than there were, and the Tensor's own."""
        tests = [
            f"refs({self.find(array)}) > LIMITS[{i}] + ({tensor}._grad is {self.find(array)})"
            for i, (array, tensor) in enumerate(zip(self.gradients, self.holders, strict=True))
        ]
        for array in self.gradients:
            if array.base is not None and not any(array.base is pack for pack in self.packs):
                self.packs.append(array.base)
        tests += [f"refs({self.find(pack)}) > LIMITS[{len(self.gradients) + i}]" for i, pack in enumerate(self.packs)]
        return [f"if {' or '.join(tests)}: return HELD"] if tests else []

    def find(self, array):
        """The name of an array."""
        for name, found in self.env.items():
            if found is array:
                return name
        return self.name("m", array)

    def draws(self, generator):
        """Before the first draw of a generator, keep its state if a guard may still fail."""
        if generator in self.drawn or not any(call.out in {g.value for g in self.program.guards} for call in self.program.calls):
            return
        self.drawn.append(generator)
        name = self.name("q", generator)
        self.line(f"{name}_state = {name}.bit_generator.state")
        self.undraw.append(f"({name}, {name}_state)")
        self.miss = f"undrawn({', '.join(self.undraw)})"

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
        for effect in self.program.effects:
            value, target = effect.value, effect.target.value if effect.kind == "write" else None
            array = self.bound.get(target)
            if array is None or type(value.origin) is not Call or value in found or written.count(target) > 1:
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
                and kinds.is_elementwise(value.origin.function)
                and not value.origin.kwargs
            ):
                found[value] = target
        return found

    def may_raise(self, value):
        return not value.shape and value.origin.function in kinds.MAY_RAISE

    def root(self, value):
        """The value of which this is a view, through any number of views."""
        while getattr(value.origin, "function", None) is not None and kinds.is_view(value.origin) and value.origin.args:
            value = value.origin.args[0]
            if type(value) is not Value:
                break
        return value

    # Calls

    def text(self, tree):
        """An argument as an expression."""
        kind = type(tree)
        if kind is Value:
            return self.names[tree]
        if kind is tuple:
            return f"({', '.join(map(self.text, tree))}{',' if len(tree) == 1 else ''})"
        if kind is list:
            return f"[{', '.join(map(self.text, tree))}]"
        if kind is dict:
            return "{" + ", ".join(f"{key!r}: {self.text(item)}" for key, item in tree.items()) + "}"
        if tree is None or tree is True or tree is False or tree is Ellipsis or kind is int or kind is str:
            return repr(tree)
        if kind is float and tree == tree and abs(tree) != np.inf:
            return repr(tree)
        return self.name("k", tree)

    def call(self, call, i):
        function, value = call.function, call.out
        if function is packed:
            return
        if kinds.is_view(call) and self.view(call):
            return
        if not value.shape and (expression := self.expression(call)) is not None:
            self.assign(value, expression, call)
            return
        if kinds.is_elementwise(function) and not call.kwargs and value.shape:
            self.elementwise(call, i)
        elif function is setitem:
            self.setitem(call, i)
        elif function is astype and value.shape:
            out = self.out(value, call, i, ())
            self.line(f"{self.function(np.copyto)}({out}, {self.text(call.args[0])}, 'unsafe')", call)
        elif function in (np.matmul, np.dot) and not call.kwargs and value.ndim >= 1 and value not in self.kept:
            self.product(call, i)
        elif kinds.is_reduction(function) and value.shape and self.reduction(call, i):
            pass
        else:
            arguments = [*map(self.text, call.args), *(f"{name}={self.text(item)}" for name, item in call.kwargs.items())]
            self.assign(value, f"{self.function(function)}({', '.join(arguments)})", call)

    def assign(self, value, expression, call):
        name = self.names[value] = f"v{len(self.names)}"
        self.line(f"{name} = {expression}", call)

    def line(self, text, call=None):
        self.lines.append(text)
        if call is not None:
            self.listing[len(self.lines) - 1] = call

    def view(self, call):
        """A view of something that stays in its place is made now, once."""
        base = call.args[0]
        array = self.bound.get(base) if type(base) is Value else None
        if array is None or next(values_in((call.args[1:], call.kwargs)), None) is not None:
            return False
        order = self.layouts[base][call.args[1]] if base in self.layouts else "C"
        result = (
            unpacked(array, *call.args[1:], order)
            if call.function is unpacked
            else call.function(array, *call.args[1:], **call.kwargs)
        )
        if type(result) is not np.ndarray or (result.size and not np.may_share_memory(result, array)):
            return False
        self.bind(call.out, result, "b")
        arguments = [self.names[base], *map(repr, call.args[1:]), *(f"{name}={item!r}" for name, item in call.kwargs.items())]
        self.views.append((self.names[call.out], f"{kinds.shown(call.function)}({', '.join(arguments)})"))
        return True

    def expression(self, call):
        """The Python expression for a call on numbers, or None."""
        function, args = kinds.UFUNCS.get(call.function, call.function), call.args
        if call.kwargs or any(np.shape(a.sample if type(a) is Value else a) for a in args if not isinstance(a, (tuple, list))):
            return None
        if function in (operator.pow, np.power):
            return self.power(*args)
        if function in kinds.EXPRESSIONS:
            return kinds.EXPRESSIONS[function].format(*map(self.number, args))
        if function in (np.maximum, np.minimum):
            a, b = map(self.number, args)
            sign = ">" if function is np.maximum else "<"
            return f"({a} if {a} {sign}= {b} or {a} != {a} else {b})"
        if function is np.where and len(args) == 3:
            condition, a, b = map(self.number, args)
            return f"({a} if {condition} else {b})"
        return None

    def power(self, base, exponent):
        """Python would answer a complex number for a root of a negative one, so only what has none is left to it."""
        if type(exponent) is int and exponent == 2:
            return f"({self.number(base)} * {self.number(base)})"
        if type(exponent) is int or (type(base) in (int, float) and base > 0):
            return f"({self.number(base)} ** {self.number(exponent)})"
        return None

    def number(self, x):
        return f"({self.text(x)})" if type(x) is not Value else self.names[x]

    def elementwise(self, call, i):
        for operand in call.operands:
            if operand in self.layouts:
                self.layouts[call.out] = self.layouts[operand]
        args = [self.constant(x, call) for x in call.args]
        if call.out in self.written:
            target = self.written[call.out]
            self.bound[call.out], self.names[call.out] = self.bound[target], self.names[target]
            self.into(call, args, self.names[call.out])
        elif call.out in self.kept:
            self.assign(call.out, f"{self.function(call.function)}({', '.join(args)})", call)
        else:
            self.into(call, args, self.out(call.out, call, i, call.operands))

    def into(self, call, args, out):
        """By position, which is quicker; but NumPy wants a keyword for these two, which some believe to take three arrays."""
        name = "out=" if call.function in (np.maximum, np.minimum) else ""
        self.line(f"{self.function(call.function)}({', '.join(args)}, {name}{out})", call)

    def constant(self, x, call):
        """An operand; a number becomes an array of the dtype in which it is used, which takes half the time."""
        if type(x) is Value or np.ndim(x):
            return self.text(x)
        dtypes = [v.dtype for v in call.operands if v.shape]
        if not dtypes or (isinstance(x, np.generic) and x.dtype != dtypes[0]):
            return self.text(x)
        dtype = dtypes[0]
        if dtype.kind not in "fc" or (isinstance(x, complex) and dtype.kind != "c") or any(d != dtype for d in dtypes):
            return self.text(x)
        key = ("constant", dtype, signature_of(x))
        if key not in self.functions:
            self.functions[key] = self.name("c", np.asarray(x, dtype))
        return self.functions[key]

    def setitem(self, call, i):
        array, index, new = call.args
        index, new = self.text(index), self.text(new)
        if not call.out.shape:
            self.assign(call.out, f"{self.function(setitem)}({self.text(array)}, {index}, {new})", call)
            return
        out = self.out(call.out, call, i, [array] if type(array) is Value else (), fresh=call.out in self.kept)
        if type(array) is not Value or (self.names[array] != out and self.bound.get(array) is not self.bound[call.out]):
            self.line(f"{self.function(np.copyto)}({out}, {self.text(array)})", call)
        self.line(f"{out}[{index}] = {new}", call)

    def product(self, call, i):
        a, b = call.args
        out = self.out(call.out, call, i)
        array = self.bound[call.out]
        if call.function is np.dot and array.ndim == 2 and not array.flags.c_contiguous:  # (a b)ᵀ = bᵀ aᵀ
            a, b, out = self.transposed_name(b), self.transposed_name(a), self.name("b", array.T)
        else:
            a, b = self.text(a), self.text(b)
        self.line(f"{self.function(call.function)}({a}, {b}, {out})", call)

    def transposed_name(self, x):
        array = self.bound.get(x) if type(x) is Value else x
        return self.name("b", array.T) if array is not None else f"{self.names[x]}.T"

    def reduction(self, call, i):
        if set(call.kwargs) - {"axis", "keepdims"} or len(call.args) > 2 or call.out in self.kept:
            return False
        axis = call.args[1] if len(call.args) > 1 else call.kwargs.get("axis", 0)
        out = self.out(call.out, call, i)
        keep = ", True" if call.kwargs.get("keepdims") else ""
        self.line(f"{self.function(call.function)}({self.text(call.args[0])}, {axis!r}, None, {out}{keep})", call)
        return True

    # Buffers

    def out(self, value, call, i, candidates=(), fresh=False):
        """The name of the array to write a value into: over an operand that is not needed any more, or a free buffer."""
        if value in self.bound:  # a gradient has its place
            return self.names[value]
        for operand in candidates:
            if (
                operand.shape == value.shape
                and operand.dtype == value.dtype
                and operand in self.storage
                and self.storage[operand][1] == 1
                and self.root(operand) is operand
                and self.dead_after(operand, i)
            ):
                flat = self.storage[operand][0]
                self.storage[value] = self.storage[operand] = [flat, 2]
                self.bound[value], self.names[value] = self.bound[operand], self.names[operand]
                self.storage[value] = [flat, 1]
                del self.storage[operand]
                return self.names[value]
        flat = self.buffers.get(value.shape, value.dtype)
        self.storage[value] = [flat, 1]
        arrays = [self.bound[v] for v in candidates if v in self.bound and v.shape == value.shape]
        turned = value.ndim > 1 and arrays and all(a.flags.f_contiguous and not a.flags.c_contiguous for a in arrays)
        self.bind(value, flat.reshape(value.shape, order="F" if turned else "C"))
        return self.names[value]

    def dead_after(self, value, i):
        return i is not None and all(self.last.get(v, -1) <= i for v in self.family(value))

    def family(self, value):
        """A value and all views of it."""
        found = [value]
        for one in found:
            found += [call.out for call in self.viewers.get(one, ())]
        return found

    @property
    def viewers(self):
        found = self.__dict__.get("_viewers")
        if found is None:
            found = self._viewers = {}
            for call in self.program.calls:
                if kinds.is_view(call) and type(call.args[0]) is Value:
                    found.setdefault(call.args[0], []).append(call)
        return found

    def release(self, call, i):
        """Take back the buffers of what was needed for the last time."""
        for value in dict.fromkeys([*map(self.root, call.operands), call.out]):
            if value in self.storage and self.dead_after(value, i):
                self.buffers.put(self.storage.pop(value)[0])

    def place_parts(self, call):
        """One buffer for all parts of a flat array, each of which is written into its place there."""
        whole = np.empty(call.out.shape, call.out.dtype)
        self.buffers.made.append(whole)
        self.bind(call.out, whole, "f")
        start, self.layouts[call.out] = 0, {}
        for part in call.operands:
            order = self.layouts[call.out][start] = self.order_of(part)
            self.bind(part, unpacked(whole, start, part.shape, order), "g")
            self.views.append((self.names[part], f"{self.names[call.out]}[{start}:{start + part.size}]"))
            start += part.size
        self.permanent.update((call.out, *call.operands))
        uses = self.program.uses()
        uses = [uses.get(value, []) for value in (call.out, *call.operands)]
        wanted = self.program.wanted()
        if all(len(found) == 1 for found in uses) and not any(value in wanted for value in (call.out, *call.operands)):
            (after,) = uses[0]
            if kinds.is_elementwise(after.function) and not after.kwargs and after.out.shape == call.out.shape:
                self.bound[after.out], self.names[after.out] = whole, self.names[call.out]  # written over the parts
                self.layouts[after.out] = self.layouts[call.out]
                self.permanent.add(after.out)

    def place_gradient(self, value):
        """A gradient stays in a buffer of its own until the next replay: that is what `.grad` is."""
        value = self.root(value)
        if value.shape and value not in self.bound and self.may_place(value):
            array = np.empty(value.shape, value.dtype, self.order_of(value))
            self.buffers.made.append(array)
            self.bind(value, array, "g")
            self.permanent.add(value)

    def order_of(self, value):
        """ "F" for a product that becomes the gradient of a parameter whose memory is in that order, else "C"."""
        product = type(value.origin) is Call and value.origin.function is np.dot and value.ndim == 2
        return "F" if product and value in self.transposed else "C"

    def turned(self):
        """The values that go into a parameter in Fortran's order, and all that they are computed from by elements."""
        found = set()
        todo = [
            effect.value for effect in self.program.effects
            if effect.kind == "write" and (array := self.bound.get(effect.target.value)) is not None
            and array.ndim == 2 and array.flags.f_contiguous and not array.flags.c_contiguous
        ]  # fmt: skip
        parts = {}
        for call in self.program.calls:
            if call.function is packed:
                parts[call.out] = call.operands
        while todo:
            value = todo.pop()
            call = value.origin
            if value in found or type(call) is not Call:
                continue
            found.add(value)
            if kinds.is_elementwise(call.function):
                todo += [operand for operand in call.operands if operand.shape == value.shape]
            elif call.function is unpacked:  # of an elementwise call on a pack
                todo += [
                    part
                    for operand in call.args[0].origin.operands
                    for part in self.part_at(parts.get(operand, ()), call.args[1])
                ]
        return found

    def part_at(self, parts, start):
        at = 0
        for part in parts:
            if at == start:
                return [part]
            at += part.size
        return []

    def may_place(self, value):
        function = getattr(value.origin, "function", None)
        return function in (np.matmul, np.dot) or kinds.is_elementwise(function) or kinds.is_reduction(function)

    # Tests, effects, results

    def test(self, value, guards):
        name = self.names[value]
        for guard in guards:
            if guard.kind == "shape":
                test = f"{name}.shape != {guard.expected}"
            elif guard.kind == "within":  # the sum of squares takes a third of the time, and says enough for a few numbers
                far = f"{self.function(np.absolute)}({name}).max() <= {guard.expected!r}"
                test = f"not vdot({name}, {name}) <= {guard.expected**2!r} and not {far}"
            elif guard.kind == "finite" and not value.shape:
                test = f"not ({name} - {name} == 0)"
            elif guard.kind == "finite":
                test = f"not vdot({name}, {name}) < inf" if value.size < 10_000 else f"not isfinite({name}).all()"
            else:
                test = f"not {name}" if guard.expected else name
            self.line(f"if {test}: return {self.miss}")

    def leave(self, effects):
        """The lines that write what the step leaves behind."""
        writes = [effect for effect in effects if effect.kind == "write" and effect.value not in self.written]
        places = {effect.target.value for effect in effects if effect.kind == "write"}
        for effect in effects:  # what is read from a place that is written too is read before
            if (
                effect.value is not None
                and effect.value not in self.written
                and self.root(effect.value) in places
                and len(effects) > 1
            ):
                self.early(effect.value)
        for effect in writes:
            self.line(f"{self.function(np.copyto)}({self.names[effect.target.value]}, {self.text(effect.value)})")
        stamped = []
        for effect in effects:
            holder = effect.target.holder
            if effect.kind == "grad":
                tensor = self.holder = self.name("t", holder)
                self.line(f"{tensor}._grad = {None if effect.value is None else self.gradient(effect.value, holder.dtype)}")
            else:
                if effect.kind == "rebind":
                    self.line(f"{self.entry.access(self, effect.target)} = {self.fresh(effect.value)}")
                if effect.target.kind == "tensor" and holder._node is not None:
                    stamped.append(holder)
        if stamped:
            self.line("edits.last = n = next_number()")
        for tensor in stamped:
            self.line(f"{self.name('l', tensor._node)}.edited = n")
            known = edits.arrays.get(id(tensor._value))
            if known is not None:
                self.line(f"{self.name('e', known)}[0] = n")

    def early(self, value):
        name = f"w{len(self.lines)}"
        self.line(f"{name} = {self.fresh(value)}")
        self.names[value] = name

    def gradient(self, value, dtype):
        """What becomes `.grad`: an array of its own."""
        if not value.shape:
            return f"{self.function(np.array)}({self.names[value]}, {self.name('d', dtype)})"
        stays = self.root(value) in self.permanent and self.names[value] in self.env
        if stays and not any(np.may_share_memory(self.bound[value], array) for array in self.gradients):
            self.gradients.append(self.bound[value])
            self.holders.append(self.holder)
            return self.names[value]
        return self.fresh(value)

    def fresh(self, value):
        """The value as something that no later replay changes."""
        if not value.shape:
            return self.scalar(value)
        own = type(value.origin) is Call and value not in self.bound and not kinds.is_view(value.origin)
        return self.names[value] if own else f"{self.function(np.copy)}({self.names[value]})"

    def scalar(self, value):
        """A number of the type that it had while recording."""
        kind = type(value.sample)
        if kind is np.ndarray:
            return f"{self.function(np.array)}({self.names[value]}, {self.name('d', value.dtype)})"
        return f"{self.function(kind)}({self.names[value]})"

    def returned(self):
        return self.results(self, [self.fresh(value) for value in self.program.returned])
