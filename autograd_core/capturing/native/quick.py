"""The guard's Python text once more as machine code, for calls in which nothing has changed.

The text is what counts: each of its tests becomes a row of a table (see `looking`), or a few lines of LLVM's where it is about
something that is another one at each call, such as an argument. A test that is not known here means that there is no such code
for the program. All that this code may do is to say that every test passes; wherever it cannot tell, Python runs the text itself.
"""

import ast
import operator
import sys
import types
from math import prod

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.looking import Row, function, of_python, pointer
from autograd_core.capturing.native.objects import inner_dict, offset_of
from autograd_core.capturing.native.rows import Table, words_of
from autograd_core.capturing.replay.writer import END, MISS
from autograd_core.tensor import Tensor

PARTS = {"__code__": "PyFunction_GetCode", "__defaults__": "PyFunction_GetDefaults", "__kwdefaults__": "PyFunction_GetKwDefaults"}
ITEMS = {  # of a class that has it from there, such as a named tuple
    dict.__getitem__: "PyDict_GetItemWithError", list.__getitem__: "PyList_GetItem", tuple.__getitem__: "PyTuple_GetItem",
}  # fmt: skip
SLOTS = {"grad": "_grad", "name": "_name"}  # of a Tensor, empty or None if there is none
NOTHING = object()


class UnknownTestError(Exception):
    """The guard tests something of which this does not know how to look at it."""


class Quick:
    """`lines` are the guard's, `env` its globals. `body` are LLVM's lines, which go on if all is as it was and else to the label
    `otherwise`; `registers` has the name there of each expression that was read, `{text: register}`.

    What is read belongs to others, who may let go of it as soon as a user's own code runs: before that it is held. The lines
    `hold` stand at the very beginning, and `let_go` at each end."""

    def __init__(self, lines, env, parameters):
        self.env, self.rows, self.kept, self.body, self.count = env, [], [], [], 0
        self.things = {}  # {address: what is there}, of all that is looked at
        self.registers, self.types, self.shapes, self.dtypes, self.ordered = {}, {}, {}, {}, {}
        self.borrowed, self.held = [], 0  # registers that are not held yet; how many are
        self.runs_code = False  # whether a user's own code may run among the lines
        self.forms = {}  # {id of an array: the row that tells its shape and dtype}
        for i, name in enumerate(parameters):
            self.line(f"%a{i}_at = getelementptr ptr, ptr %objects, i64 {i}", f"%a{i} = load ptr, ptr %a{i}_at")
            self.registers[name] = f"%a{i}"
        self.read_all(lines)
        self.table = Table(self.rows, self.things, self.kept)

    def read_all(self, lines):
        for statement in ast.parse("\n".join(lines)).body:
            self.statement(statement)

    def at(self, thing):
        """The address of something, which stays there."""
        self.things[id(thing)] = thing
        return id(thing)

    # Lines

    def line(self, *lines):
        self.body += lines

    def new(self):
        self.count += 1
        return self.count

    def demand(self, condition):
        """Go on only if an i1 is true."""
        n = self.new()
        self.line(f"br i1 {condition}, label %go{n}, label %otherwise", f"go{n}:")

    def load(self, register, offset, kind="ptr"):
        n = self.new()
        self.line(f"%at{n} = getelementptr i8, ptr {register}, i64 {offset}", f"%x{n} = load {kind}, ptr %at{n}")
        return f"%x{n}"

    def call(self, name, arguments, result="ptr"):
        n = self.new()
        self.line(f"%x{n} = {of_python(name, result)}({arguments})")
        return f"%x{n}"

    def hold_all(self):
        """Hold what was read, so that it is there until the end, whatever a user's code does meanwhile."""
        for register in self.borrowed:
            self.line(f"{of_python('Py_IncRef', 'void')}(ptr {register})", f"store ptr {register}, ptr %held{self.held}")
            self.held += 1
        self.borrowed = []

    def call_that_runs_code(self, name, arguments, result="ptr"):
        self.hold_all()
        self.runs_code = True
        return self.call(name, arguments, result)

    @property
    def hold(self):
        return [line for i in range(self.held) for line in (f"%held{i} = alloca ptr", f"store ptr null, ptr %held{i}")]

    def let_go(self):
        n, drop = self.new(), of_python("Py_DecRef", "void")  # which does nothing for null
        return [line for i in range(self.held) for line in (f"%w{n}_{i} = load ptr, ptr %held{i}", f"{drop}(ptr %w{n}_{i})")]

    def equal(self, a, b, kind="ptr"):
        n = self.new()
        self.line(f"%e{n} = icmp eq {kind} {a}, {b}")
        self.demand(f"%e{n}")

    # Statements

    def statement(self, node):
        if isinstance(node, ast.If) and not node.orelse and len(node.body) == 1 and isinstance(node.body[0], ast.Return):
            returned = node.body[0].value
            if isinstance(returned, ast.Name) and self.env.get(returned.id) is MISS:
                return self.test(node.test, numbers=False)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                self.registers[target.id] = self.read(node.value)
                return None
            if isinstance(target, ast.Subscript) and isinstance(node.value, ast.Name):
                return self.store(self.constant(target.value), node.value.id)
        raise UnknownTestError(ast.unparse(node))

    def store(self, room, name):
        """A number of Python's, into an array of ours."""
        kind, register, to = self.types.get(name), self.registers[name], pointer(room.ctypes.data)
        if kind is bool and room.dtype == np.bool_:
            n = self.new()
            self.line(f"%b{n} = icmp eq ptr {register}, {pointer(id(True))}", f"%c{n} = zext i1 %b{n} to i8")
            self.line(f"store i8 %c{n}, ptr {to}")
        elif kind is int and room.dtype == np.int64:
            number, n = self.call("PyLong_AsLongLong", f"ptr {register}", "i64"), self.new()
            self.line(f"%b{n} = icmp ne i64 {number}, -1")  # which it also says of those that are too long
            self.demand(f"%b{n}")
            self.line(f"store i64 {number}, ptr {to}")
        else:
            raise UnknownTestError(f"a number of type {kind}")

    # Tests

    def test(self, node, numbers):
        """That a test of the guard is false; `numbers` says whether another float of the same bits will do."""
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            for part in node.values:
                self.test(part, numbers)
        elif isinstance(node, ast.BoolOp) and isinstance(node.values[0], ast.UnaryOp):
            self.same_items(*node.values[0].operand.args[0].args[1:], node.values[1])
        elif isinstance(node, ast.BoolOp):  # the first is not true, so the whole is not: only numbers are looked at again
            self.test(node.values[0], numbers=True)
        elif isinstance(node, ast.Name) and type(self.constant(node)) in (dict, list):  # that it is empty
            self.rows.append(Row("length", self.at(self.constant(node)), 0, 0))
        elif isinstance(node, ast.Call) and self.constant(node.func) is np.may_share_memory:
            self.apart(*node.args)
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            self.comparison(node.left, node.ops[0], node.comparators[0], numbers)
        else:
            raise UnknownTestError(ast.unparse(node))

    def comparison(self, left, operator, right, numbers):
        expected = self.constant(right)
        if isinstance(left, ast.Attribute) and left.attr in ("shape", "dtype") and type(self.constant(left.value)) is np.ndarray:
            self.form(self.constant(left.value), left.attr, expected)
        elif isinstance(operator, ast.IsNot) and expected is None and (slot := self.slot_of_tensor(left)) is not None:
            register, n = self.load(self.read(left.value), slot), self.new()
            self.line(f"%n{n} = icmp eq ptr {register}, null", f"%m{n} = icmp eq ptr {register}, {pointer(id(None))}")
            self.line(f"%o{n} = or i1 %n{n}, %m{n}")
            self.demand(f"%o{n}")
        elif isinstance(operator, ast.IsNot):
            if isinstance(left, ast.Call) and self.constant(left.func) is type:
                self.equal(self.load(self.read(left.args[0]), objects.TYPE), pointer(self.at(expected)))
                self.types[ast.unparse(left.args[0])] = expected
            elif (row := self.row(left)) is not None and expected is not NOTHING:
                self.rows.append(
                    row._replace(expected=self.at(expected), more=row.more or int(numbers and type(expected) is float))
                )
            else:
                self.same(self.read(left), self.read(right), numbers and type(expected) is float)
                self.note_dtype(left, expected)
        elif isinstance(operator, ast.Is) and expected is None and (row := self.row(left)) is not None and row.what == "field":
            self.rows.append(row._replace(what="some"))
        elif isinstance(operator, ast.Is):
            n = self.new()
            self.line(f"%d{n} = icmp ne ptr {self.read(left)}, {self.read(right)}")
            self.demand(f"%d{n}")
        elif isinstance(operator, ast.In) and type(expected) is dict:
            self.rows.append(Row("absent", self.at(expected), self.key(left)))
        elif isinstance(operator, ast.NotEq):
            self.difference(left, right, expected)
        else:
            raise UnknownTestError(ast.unparse(left))

    def slot_of_tensor(self, node):
        """Where the gradient or the name of a Tensor lies that is given; None for anything else."""
        kind = self.types.get(ast.unparse(node.value)) if isinstance(node, ast.Attribute) and node.attr in SLOTS else None
        ours = kind is not None and getattr(kind, node.attr, None) is getattr(Tensor, node.attr)
        return offset_of(kind, SLOTS[node.attr]) if ours else None

    def same(self, found, expected, numbers):
        """That two pointers are one, or with `numbers` that both are floats of the same bits."""
        if not numbers:
            return self.equal(found, expected)
        n = self.new()
        self.line(
            f"%e{n} = icmp eq ptr {found}, {expected}", f"br i1 %e{n}, label %same{n}, label %other{n}", f"other{n}:",
        )  # fmt: skip
        self.equal(self.load(found, objects.TYPE), pointer(id(float)))
        self.equal(self.load(found, objects.HEAD, "i64"), self.load(expected, objects.HEAD, "i64"), "i64")
        self.line(f"br label %same{n}", f"same{n}:")
        return None

    def difference(self, left, right, expected):
        if isinstance(left, ast.Call) and self.constant(left.func) is len:
            container = self.constant(left.args[0])
            if container is NOTHING:
                size = self.call if self.types.get(ast.unparse(left.args[0])) in (list, tuple, dict) else self.call_that_runs_code
                self.equal(size("PyObject_Size", f"ptr {self.read(left.args[0])}", "i64"), expected, "i64")
            else:
                self.rows.append(Row("length", self.at(container), 0, expected))
        elif isinstance(left, ast.List) and all(isinstance(part, ast.Starred) for part in left.elts):
            self.keys([part.value for part in left.elts], expected)
        elif isinstance(left, ast.Attribute) and left.attr == "shape" and self.types.get(ast.unparse(left.value)) is np.ndarray:
            self.shape(ast.unparse(left.value), expected)
        elif isinstance(left, ast.Attribute) and left.attr == "dtype":
            self.equal(self.read(left), self.read(right))
            self.note_dtype(left, expected)
        else:
            self.equal(self.read(left), self.read(right))

    def note_dtype(self, attribute, dtype):
        if isinstance(attribute, ast.Attribute) and attribute.attr == "dtype":
            self.dtypes[ast.unparse(attribute.value)] = dtype

    def keys(self, parts, expected):
        """That dicts have these keys one after the other; or keys of these types, where they were seen to be the very same."""
        if len(parts) == 1 and isinstance(parts[0], ast.Call):
            called, *given = map(self.constant, (parts[0].func, *parts[0].args))
            keys = self.ordered.get(ast.unparse(parts[0].args[-1]))
            if called is not map or given[:-1] != [type] or keys is None or [*map(type, keys)] != expected:
                raise UnknownTestError(ast.unparse(parts[0]))
            return
        dicts = [inner_dict(self.constant(part)) for part in parts]
        if len(parts) == 1 and dicts[0] is NOTHING:
            text = ast.unparse(parts[0])
            if self.types.get(text) is not dict:
                raise UnknownTestError(text)
            words, n = words_of(expected, {}), self.new()
            self.kept += [expected, words]
            given = f"ptr {self.read(parts[0])}, ptr {pointer(words.ctypes.data)}, i64 {len(expected)}"
            self.line(f"%k{n} = call i32 {function('items_are')}({given})")
            self.equal(f"%k{n}", 0, "i32")
            self.ordered[text] = expected
            return
        if any(type(each) is not dict for each in dicts) or [key for each in dicts for key in each] != expected:
            raise UnknownTestError("keys")
        self.rows += [Row("items", self.at(each), 0, 0, len(each)) for each in dicts]

    def same_items(self, items, known, otherwise):
        """That dicts have the very same keys; of sets, Python is asked."""
        parts = [part.value for part in items.elts if isinstance(part, ast.Starred)]
        containers = [self.constant(part) for part in parts]
        found = [key for each in containers for key in (*each, END)]
        if all(type(each) is dict for each in containers) and all(map(operator.is_, found, self.constant(known))):
            self.keys(parts, [key for each in containers for key in each])
        else:
            self.test(otherwise, numbers=False)

    def form(self, array, what, expected):
        """That an array which is always the same has the shape and the dtype that it has now."""
        if getattr(array, what) != expected:
            raise UnknownTestError(what)
        if id(array) not in self.forms:
            axes = np.array(array.shape, np.int64)
            self.kept.append(axes)
            self.forms[id(array)] = Row("form", self.at(array), array.ndim, axes.ctypes.data, self.at(array.dtype))
        self.rows.append(self.forms[id(array)])

    def shape(self, text, expected):
        register = self.registers[text]
        self.equal(self.load(register, objects.NDIM, "i32"), len(expected), "i32")
        axes = self.load(register, objects.SHAPE) if expected else None
        for axis, length in enumerate(expected):
            self.equal(self.load(axes, 8 * axis, "i64"), length, "i64")
        self.shapes[text] = expected

    def apart(self, *arrays):
        """That two arrays, whose elements lie without gaps, share no memory."""
        ends = []
        for node in arrays:
            text, array = ast.unparse(node), self.constant(node)
            shape, dtype = (self.shapes.get(text), self.dtypes.get(text)) if array is NOTHING else (array.shape, array.dtype)
            if shape is None or dtype is None:
                raise UnknownTestError(text)
            register, n = self.read(node), self.new()
            flags = self.load(register, objects.FLAGS, "i32")
            self.line(f"%f{n} = and i32 {flags}, {objects.C_ORDER | objects.F_ORDER}", f"%g{n} = icmp ne i32 %f{n}, 0")
            self.demand(f"%g{n}")
            start = self.load(register, objects.DATA, "i64")
            self.line(f"%z{n} = add i64 {start}, {prod(shape) * dtype.itemsize}")
            ends.append((start, f"%z{n}"))
        (a, a_end), (b, b_end) = ends
        n = self.new()
        self.line(f"%u{n} = icmp ule i64 {a_end}, {b}", f"%v{n} = icmp ule i64 {b_end}, {a}", f"%s{n} = or i1 %u{n}, %v{n}")
        self.demand(f"%s{n}")

    # What is read

    def constant(self, node):
        """What an expression stands for, if it is the same at each call; else NOTHING."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name) and node.id not in self.registers:
            return self.env.get(node.id, BUILTINS.get(node.id, NOTHING))
        if isinstance(node, ast.Tuple) and all(isinstance(part, ast.Constant) for part in node.elts):
            return tuple([part.value for part in node.elts])
        return NOTHING

    def key(self, node):
        """The address of a key."""
        key = self.constant(node)
        if key is NOTHING:
            raise UnknownTestError(ast.unparse(node))
        if type(key) is str:
            key = sys.intern(key)
        return self.at(key)

    def row(self, node):
        """The row that reads a place in something that is always the same; None if it is in something else."""
        if isinstance(node, ast.Call) and not node.args and (function := self.constant(node.func)) is not NOTHING:
            return Row("called", self.at(function))
        if not isinstance(node, (ast.Attribute, ast.Subscript)) or (thing := self.constant(node.value)) is NOTHING:
            return None
        if isinstance(node, ast.Subscript):
            key = self.constant(node.slice)
            if type(thing) is list and type(key) is int and key >= 0:
                return Row("element", self.at(thing), key)
            if type(thing) in (dict, types.MappingProxyType) and type(inner := inner_dict(thing)) is dict:
                return Row("item", self.at(inner), self.key(node.slice))
            return Row("subscript", self.at(thing), self.key(node.slice))
        kind, name = type(thing), node.attr
        if (offset := offset_of(kind, name)) is not None:
            return Row("field", self.at(thing), offset)
        if kind is types.FunctionType and name in PARTS:
            return Row("part", self.at(thing), 0, 0, objects.address_of(PARTS[name]))
        return Row("attribute", self.at(thing), self.at(sys.intern(name)))

    def read(self, node):
        """The register of an expression."""
        text = ast.unparse(node)
        if text in self.registers:
            return self.registers[text]
        if (constant := self.constant(node)) is not NOTHING:
            return pointer(self.at(constant))
        if (row := self.row(node)) is not None:
            if isinstance(node, ast.Subscript) and type(self.constant(node.slice)) not in (str, int):  # whose `__eq__` is known
                raise UnknownTestError(text)
            register = self.read_row(row, text)
        elif isinstance(node, ast.Attribute):
            kind = self.types.get(ast.unparse(node.value))
            offset = objects.DESCR if kind is np.ndarray and node.attr == "dtype" else kind and offset_of(kind, node.attr)
            if offset is None:
                raise UnknownTestError(text)
            register = self.load(self.read(node.value), offset)
            self.there(register, borrowed=node.attr != "dtype")
        elif isinstance(node, ast.Subscript):
            kind, inner = self.types.get(ast.unparse(node.value), object), self.read(node.value)
            key, getter = self.constant(node.slice), ITEMS.get(getattr(kind, "__getitem__", None))
            if getter == "PyDict_GetItemWithError":  # its keys, of which all are known, have an `__eq__` of Python's own
                get = self.call if ast.unparse(node.value) in self.ordered else self.call_that_runs_code
                register = get(getter, f"ptr {inner}, ptr {pointer(self.key(node.slice))}")
            elif getter is not None and type(key) is int and key >= 0:
                register = self.call(getter, f"ptr {inner}, i64 {key}")
            else:
                raise UnknownTestError(text)
            self.there(register)
        else:
            raise UnknownTestError(text)
        self.registers[text] = register
        return register

    def read_row(self, row, text):
        thing = pointer(row.thing)
        if row.what == "field":
            register = self.load(thing, row.key)
        elif row.what == "item":
            register = self.call_that_runs_code("PyDict_GetItemWithError", f"ptr {thing}, ptr {pointer(row.key)}")
        elif row.what == "element":
            register = self.call("PyList_GetItem", f"ptr {thing}, i64 {row.key}")
        else:
            raise UnknownTestError(text)
        self.there(register)
        return register

    def there(self, register, borrowed=True):
        n = self.new()
        self.line(f"%n{n} = icmp ne ptr {register}, null")
        self.demand(f"%n{n}")
        if borrowed:
            self.borrowed.append(register)


BUILTINS = {"type": type, "len": len, "map": map}
