"""The lines after the machine code once more as machine code: new arrays, what the step leaves behind, and what it returns.

As for the guard, the text is what counts. A line that is not known here leaves the whole end to Python, which is then handed the
new arrays. Nothing fails in here but for want of memory, or because a user's own `__setattr__` raises, as it would in Python.
"""

import ast
import sys

import numpy as np

from autograd_core.capturing.native import objects
from autograd_core.capturing.native.looking import of_python, pointer
from autograd_core.capturing.native.objects import offset_of
from autograd_core.capturing.native.quick import NOTHING, UnknownTestError
from autograd_core.graph import edits
from autograd_core.graph.results import wrap
from autograd_core.tensor import Tensor

MAKE = {int: ("PyLong_FromLongLong", "i64"), float: ("PyFloat_FromDouble", "double")}
REGISTER = {np.dtype(kind): name for kind, name in (("f8", "double"), ("f4", "float"), ("i8", "i64"), ("i4", "i32"), ("?", "i8"))}


class Ending:
    """`arrays` are [(name, shape, dtype)] of what is new. `before` are LLVM's lines that make these, `body` those at the end,
    which return, or go with an exception set to `failed3`, if three objects are to be dropped then."""

    def __init__(self, quick, arrays, lines):
        self.quick, self.env, self.count = quick, quick.env, 0
        self.registers, self.owned, self.body, self.rooms = dict(quick.registers), [], [], {}
        for name, shape, dtype in arrays:
            self.registers[name] = self.new_array(shape, dtype)
        self.before, self.body = self.body, []
        tree = ast.parse("\n".join(lines)).body
        for node in ast.walk(ast.Module(tree, [])):
            self.load_number(node)
        for statement in tree:
            self.statement(statement)

    def line(self, *lines):
        self.body += lines

    def new(self):
        self.count += 1
        return f"%end{self.count}"

    def at(self, thing):
        return pointer(self.quick.at(thing))

    def call(self, name, arguments, result="ptr"):
        register = self.new()
        self.line(f"{register} = {name if ' ' in name else of_python(name, result)}({arguments})")
        return register

    def there(self, register):
        """Go on only if something was made."""
        self.count += 1
        self.line(f"%null{self.count} = icmp eq ptr {register}, null")
        self.line(f"br i1 %null{self.count}, label %failed{len(self.owned)}, label %made{self.count}", f"made{self.count}:")
        return register

    def mine(self, register):
        """One more object that goes at the end, unless somebody else holds it."""
        self.owned.append(self.there(register))
        return register

    def hold(self, register):
        self.line(f"{of_python('Py_IncRef', 'void')}(ptr {register})")

    def drop(self, register):
        self.line(f"{of_python('Py_DecRef', 'void')}(ptr {register})")

    def succeed(self, code):
        """Go on only if a function did not say -1."""
        self.count += 1
        self.line(f"%bad{self.count} = icmp ne i32 {code}, 0")
        self.line(f"br i1 %bad{self.count}, label %failed{len(self.owned)}, label %done{self.count}", f"done{self.count}:")

    def failures(self):
        """The lines after an exception: what is owned by then is dropped, the last first."""
        lines, drop = [], of_python("Py_DecRef", "void")
        for i in range(len(self.owned), 0, -1):
            lines += [f"failed{i}:", f"{drop}(ptr {self.owned[i - 1]})", f"br label %failed{i - 1}"]
        return [*lines, "failed0:", *self.quick.let_go(), "ret ptr null"]

    def new_array(self, shape, dtype):
        axes = np.array(shape or (0,), np.intp)
        self.quick.kept.append(axes)
        self.hold(self.at(dtype))  # which the next line takes
        arguments = f"i32 {len(shape)}, ptr {pointer(axes.ctypes.data)}, ptr {self.at(dtype)}, i32 0"
        return self.mine(self.call(f"call ptr {pointer(objects.of_numpy('empty'))}", arguments))

    # Statements

    def statement(self, node):
        if isinstance(node, ast.Return):
            return self.leave(self.value(node.value))
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            raise UnknownTestError(ast.unparse(node))
        target, value = node.targets[0], self.value(node.value)
        if isinstance(target, ast.Name):
            self.registers[target.id] = value
            return None
        thing = self.quick.constant(target.value)
        if thing is NOTHING:
            raise UnknownTestError(ast.unparse(node))
        if isinstance(target, ast.Attribute):
            return self.set_attribute(thing, target.attr, value)
        key = self.quick.constant(target.slice)
        if type(thing) is list and type(key) is int:
            self.hold(value)  # which is taken
            self.succeed(self.call("PyList_SetItem", f"ptr {self.at(thing)}, i64 {key}, ptr {value}", "i32"))
        elif key is not NOTHING:
            key = self.at(sys.intern(key) if type(key) is str else key)
            function = "PyDict_SetItem" if type(thing) is dict else "PyObject_SetItem"
            self.succeed(self.call(function, f"ptr {self.at(thing)}, ptr {key}, ptr {value}", "i32"))
        else:
            raise UnknownTestError(ast.unparse(node))
        return None

    def set_attribute(self, thing, name, value):
        offset = offset_of(type(thing), name) if type(thing).__setattr__ is object.__setattr__ else None
        if offset is None or offset < objects.HEAD:
            arguments = f"ptr {self.at(thing)}, ptr {self.at(sys.intern(name))}, ptr {value}"
            self.succeed(self.call("PyObject_SetAttr", arguments, "i32"))
            return
        self.set_slot(self.at(thing), offset, value, old=True)

    def set_slot(self, thing, offset, value, old):
        place = self.new()
        self.line(f"{place} = getelementptr i8, ptr {thing}, i64 {offset}")
        self.hold(value)
        if old:
            before = self.new()
            self.line(f"{before} = load ptr, ptr {place}")
        self.line(f"store ptr {value}, ptr {place}")
        if old:
            self.drop(before)

    def leave(self, value):
        if value not in self.owned:
            self.hold(value)
        for register in self.owned:
            if register != value:
                self.drop(register)
        self.line(*self.quick.let_go(), f"ret ptr {value}")

    # Values

    def load_number(self, node):
        """Read a number from our memory, before anything else can happen."""
        if isinstance(node, ast.Subscript) and type(room := self.quick.constant(node.value)) is np.ndarray:
            index, text = self.quick.constant(node.slice), ast.unparse(node)
            if text not in self.rooms and room.dtype in REGISTER and type(index) is int:
                register = self.new()
                self.line(f"{register} = load {REGISTER[room.dtype]}, ptr {pointer(room.ctypes.data + index * room.itemsize)}")
                self.rooms[text] = register, room.dtype

    def value(self, node):
        """The register of an expression."""
        text = ast.unparse(node)
        if text in self.registers:
            if self.registers[text] in self.quick.borrowed:
                self.quick.hold_all()
            return self.registers[text]
        if (constant := self.quick.constant(node)) is not NOTHING:
            return self.at(constant)
        if isinstance(node, ast.Tuple):
            return self.sequence("PyTuple", node.elts)
        if isinstance(node, ast.List):
            return self.sequence("PyList", node.elts)
        if isinstance(node, ast.Call) and not node.keywords:
            return self.called(node)
        raise UnknownTestError(text)

    def sequence(self, kind, nodes):
        values = [self.value(node) for node in nodes]
        made = self.mine(self.call(f"{kind}_New", f"i64 {len(values)}"))
        for i, value in enumerate(values):
            self.hold(value)  # which is taken
            self.succeed(self.call(f"{kind}_SetItem", f"ptr {made}, i64 {i}, ptr {value}", "i32"))
        return made

    def called(self, node):
        if ast.unparse(node.func) == "edits.number" and self.env["edits"] is edits.edits and not node.args:
            return self.mine(self.call("PyObject_CallNoArgs", f"ptr {self.at(edits.edits.number)}"))
        function, room = self.quick.constant(node.func), self.rooms.get(ast.unparse(node.args[0])) if node.args else None
        if function is NOTHING:
            raise UnknownTestError(ast.unparse(node))
        if room is not None:
            return self.number(function, *room, node)
        if function is wrap and len(node.args) == 2:
            return self.tensor(*map(self.value, node.args))
        if len(node.args) == 1:
            return self.mine(self.call("PyObject_CallOneArg", f"ptr {self.at(function)}, ptr {self.value(node.args[0])}"))
        raise UnknownTestError(ast.unparse(node))

    def number(self, kind, register, dtype, node):
        """A number of Python's or of NumPy's, or an array without axes, with what was read."""
        if kind in MAKE and MAKE[kind][1] == REGISTER[dtype]:
            return self.mine(self.call(MAKE[kind][0], f"{MAKE[kind][1]} {register}"))
        if isinstance(kind, type) and issubclass(kind, np.generic) and np.dtype(kind) == dtype:
            place = self.new()
            self.line(f"{place} = alloca {REGISTER[dtype]}", f"store {REGISTER[dtype]} {register}, ptr {place}")
            arguments = f"ptr {place}, ptr {self.at(np.dtype(kind))}, ptr null"
            return self.mine(self.call(f"call ptr {pointer(objects.of_numpy('scalar'))}", arguments))
        wanted = self.quick.constant(node.args[1]) if kind is np.array and len(node.args) == 2 else None
        if wanted == dtype:
            made = self.new_array((), wanted)
            place, data = self.new(), self.new()
            self.line(f"{place} = getelementptr i8, ptr {made}, i64 {objects.DATA}", f"{data} = load ptr, ptr {place}")
            self.line(f"store {REGISTER[dtype]} {register}, ptr {data}")
            return made
        raise UnknownTestError(ast.unparse(node))

    def tensor(self, data, node):
        """What `wrap` makes."""
        made = self.mine(self.call("PyType_GenericAlloc", f"ptr {self.at(Tensor)}, i64 0"))
        self.set_slot(made, offset_of(Tensor, "_value"), data, old=False)
        self.set_slot(made, offset_of(Tensor, "_node"), node, old=False)
        return made
