"""How machine code reads Python's numbers and NumPy's arrays where they are, and how it becomes a function of Python's.

An array begins with its data's address, its number of axes, its shape, strides, base, dtype and flags: that is NumPy's binary
interface, which compiled packages rely on. A number of NumPy's, and Python's float, begin with their value. `agrees` looks
once whether it is so on this machine.
"""

import ctypes
import gc
import sys
import types
from functools import cache

import numpy as np

from autograd_core.capturing.look.known import OWN, library_of

HEAD = object.__basicsize__  # of every object: its count of references and its type
TYPE = HEAD - 8  # in it
DATA, NDIM, SHAPE, DESCR, FLAGS = HEAD, HEAD + 8, HEAD + 16, HEAD + 40, HEAD + 48
C_ORDER, F_ORDER, ALIGNED, WRITABLE = 0x1, 0x2, 0x100, 0x400  # NumPy's flags
FASTCALL = 0x80


@cache
def agrees():
    """Whether arrays and numbers lie in memory as they are read here."""
    if ctypes.sizeof(ctypes.c_void_p) != 8 or sys.implementation.name != "cpython" or sys.byteorder != "little":
        return False
    for array in (np.ones((2, 3)), np.ones((3, 2)).T, np.ones(4)[::2]):
        at = lambda offset, kind: kind.from_address(id(array) + offset).value  # noqa: B023
        flags, shape = at(FLAGS, ctypes.c_int), at(SHAPE, ctypes.c_void_p)
        lengths = tuple((ctypes.c_ssize_t * array.ndim).from_address(shape))
        known = array.flags
        expected = (
            known.c_contiguous * C_ORDER | known.f_contiguous * F_ORDER | known.aligned * ALIGNED | known.writeable * WRITABLE
        )
        if (at(DATA, ctypes.c_size_t), at(NDIM, ctypes.c_int), lengths) != (array.ctypes.data, array.ndim, array.shape):
            return False
        if flags & (C_ORDER | F_ORDER | ALIGNED | WRITABLE) != expected:
            return False
    numbers = (
        (1.5, ctypes.c_double),
        (np.float64(2.5), ctypes.c_double),
        (np.float32(2.5), ctypes.c_float),
        (np.int64(-3), ctypes.c_int64),
    )
    return all(kind.from_address(id(number) + HEAD).value == number for number, kind in numbers)


@cache
def tells():
    """Whether it can be told from the memory of objects what is in them: not where other threads may change them meanwhile."""
    if not agrees() or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return False
    at = lambda thing, offset: ctypes.c_size_t.from_address(id(thing) + offset).value
    array, cell = np.ones(2), types.CellType("content")
    there = (at(array, TYPE), at(array, DESCR), at(cell, HEAD)) == (id(np.ndarray), id(array.dtype), id(cell.cell_contents))
    return there and hasattr(getattr(getattr(np, "_core", None), "_multiarray_umath", None), "_ARRAY_API")


FUNCTIONS = {"scalar": 60, "empty": 184}  # where PyArray_Scalar and PyArray_Empty stand in the table of NumPy's functions


@cache
def of_numpy(name):
    """The address of a function of NumPy's C API."""
    pointer = python("PyCapsule_GetPointer", ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)
    table = pointer(np._core._multiarray_umath._ARRAY_API, None)
    return ctypes.c_void_p.from_address(table + 8 * FUNCTIONS[name]).value


def python(name, *kinds):
    """A function of CPython's. (One of `ctypes.pythonapi` itself is everybody's, and so are the types that are set there.)"""
    return ctypes.PYFUNCTYPE(*kinds)((name, ctypes.pythonapi))


def inner_dict(thing):
    """The dict that a mappingproxy shows."""
    if type(thing) is types.MappingProxyType:
        inner = gc.get_referents(thing)
        return inner[0] if len(inner) == 1 else thing
    return thing


def offset_of(kind, name):
    """Where a slot of our own classes, the class of an object or the content of a cell lies in it; None if that is not known."""
    if kind is types.CellType:
        return HEAD if name == "cell_contents" else None
    if name == "__class__":
        plain = kind.__getattribute__ in (object.__getattribute__, type.__getattribute__)
        return TYPE if plain and all("__class__" not in vars(base) for base in kind.__mro__[:-1]) else None
    found = next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), None)
    if type(found) is not types.MemberDescriptorType or library_of(found.__objclass__) != OWN:
        return None
    if kind.__getattribute__ is not object.__getattribute__:
        return None
    return offset_of_slot(found)


@cache
def offset_of_slot(member):
    """Where the value of a slot lies in an object, by its descriptor in a class of ours; None if that cannot be told."""
    thing, mark = object.__new__(member.__objclass__), object()
    member.__set__(thing, mark)
    words = range(HEAD, type(thing).__basicsize__, 8)
    places = [at for at in words if ctypes.c_size_t.from_address(id(thing) + at).value == id(mark)]
    return places[0] if len(places) == 1 else None


class _Method(ctypes.Structure):
    """What CPython wants to know of a function written in C (PyMethodDef)."""

    _fields_ = (("name", ctypes.c_char_p), ("address", ctypes.c_void_p), ("flags", ctypes.c_int), ("doc", ctypes.c_char_p))


def function_at(address, of=None):
    """(function, what must live as long) of machine code `object f(self, objects, count)`; `of` is what it is given as itself."""
    method = _Method(b"native", address, FASTCALL, None)
    make = python("PyCFunction_NewEx", ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    return make(ctypes.addressof(method), None if of is None else id(of), None), method


def address_of(name):
    """The address of a function of CPython's."""
    return ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value


def called(name, parameters):
    """LLVM's text of `object entry(self, objects, count)`: it finds the pointers that `parameters` (see `entry`) tell of in the
    objects, calls the function that computes, and answers what that does, or 2 if an array lies otherwise in memory."""
    lines, pointers = [], []
    for i, p in enumerate(parameters):
        if p.how == "memory":
            pointers.append(f"ptr inttoptr (i64 {p.thing.ctypes.data} to ptr)")
            continue
        if p.at is None:
            lines.append(f"%q{i} = inttoptr i64 {id(p.thing)} to ptr")
        else:
            lines += [f"%h{i} = getelementptr ptr, ptr %objects, i64 {p.at}", f"%q{i} = load ptr, ptr %h{i}"]
        lines += [f"%d{i} = getelementptr i8, ptr %q{i}, i64 {HEAD}"] if p.how == "number" else data_of(i, p)
        pointers.append(f"ptr %d{i}")
    number = f"inttoptr (i64 {address_of('PyLong_FromLong')} to ptr)"
    lines += [f"%u = call i32 @{name}({', '.join(pointers)})", "%w = sext i32 %u to i64"]
    lines += [f"%y = call ptr {number}(i64 %w)", "ret ptr %y", "otherwise:", f"%n = call ptr {number}(i64 2)", "ret ptr %n"]
    return "define ptr @entry(ptr %self, ptr %objects, i64 %count) {\nstart:\n" + "\n".join(lines) + "\n}\n"


def data_of(i, p, may_change=False):
    """The lines that find the data of an array, if it lies in memory as it should. `may_change` says whether its shape may have
    been set since the guard looked at it."""
    want = ALIGNED | (F_ORDER if p.order == "F" else C_ORDER) | (WRITABLE if p.written else 0)
    lines = [
        f"%f{i} = getelementptr i8, ptr %q{i}, i64 {FLAGS}", f"%s{i} = load i32, ptr %f{i}", f"%b{i} = and i32 %s{i}, {want}",
        f"%t{i} = icmp eq i32 %b{i}, {want}", f"br i1 %t{i}, label %flags{i}, label %otherwise", f"flags{i}:",
    ]  # fmt: skip
    if p.thing is not None or may_change:  # an array that was there can be given another shape, or other memory
        lines += [
            f"%nn{i} = getelementptr i8, ptr %q{i}, i64 {NDIM}", f"%nd{i} = load i32, ptr %nn{i}",
            f"%nt{i} = icmp eq i32 %nd{i}, {len(p.shape)}", f"br i1 %nt{i}, label %axes{i}, label %otherwise", f"axes{i}:",
            f"%ss{i} = getelementptr i8, ptr %q{i}, i64 {SHAPE}", f"%sp{i} = load ptr, ptr %ss{i}",
        ]  # fmt: skip
        for k, n in enumerate(p.shape):
            at = f"{i}_{k}"
            lines += [
                f"%k{at} = getelementptr i64, ptr %sp{i}, i64 {k}", f"%l{at} = load i64, ptr %k{at}",
                f"%e{at} = icmp eq i64 %l{at}, {n}", f"br i1 %e{at}, label %axis{at}, label %otherwise", f"axis{at}:",
            ]  # fmt: skip
    return [*lines, f"%p{i} = getelementptr i8, ptr %q{i}, i64 {DATA}", f"%d{i} = load ptr, ptr %p{i}"]
