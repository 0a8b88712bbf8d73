"""What scalar code computes with: each operation on each kind of number, as LLVM and C write it.

Kinds are named as NumPy's dtypes are: f8, f4, i8, i4, b1. Nothing here rounds, orders or joins operations otherwise than they are
written: no fast-math, no fused products and sums.
"""

from functools import cache
from typing import NamedTuple

import numpy as np


class Kind(NamedTuple):
    """One kind of number: in a register of LLVM, in memory, and in C."""

    dtype: np.dtype
    register: str
    memory: str
    c: str


KINDS = {
    "f8": Kind(np.dtype("f8"), "double", "double", "double"),
    "f4": Kind(np.dtype("f4"), "float", "float", "float"),
    "i8": Kind(np.dtype("i8"), "i64", "i64", "int64_t"),
    "i4": Kind(np.dtype("i4"), "i32", "i32", "int32_t"),
    "b1": Kind(np.dtype("?"), "i1", "i8", "unsigned char"),
}
FLOATS, INTEGERS = ("f8", "f4"), ("i8", "i4")


@cache
def kind_of(dtype):
    """The kind of a dtype; None if there is none."""
    dtype = np.dtype(dtype)
    name = dtype.kind + str(dtype.itemsize)
    return name if name in KINDS and dtype.isnative else None


class Operation(NamedTuple):
    """`out` is the kind of the result; `llvm` and `c` are templates; `declared` is what LLVM has to know of a function."""

    name: str
    out: str
    llvm: str
    c: str
    declared: str = ""


OPERATIONS: dict = {}  # {(name, kinds of the operands): Operation}


def define(name, kinds, out, llvm, c, declared=""):
    OPERATIONS[name, kinds] = Operation(name, out, llvm, c, declared)


def intrinsic(name, kind, llvm_name, c, count=1):
    """An operation that LLVM has a name for."""
    t = KINDS[kind].register
    full = f"@llvm.{llvm_name}.{'f64' if kind == 'f8' else 'f32'}"
    arguments = ", ".join([f"{t} {{}}"] * count)
    declared = f"declare {t} {full}({', '.join([t] * count)})"
    define(name, (kind,) * count, kind, f"call {t} {full}({arguments})", c, declared)


COMPARISONS = {"eq": ("==", "oeq", "eq"), "ne": ("!=", "une", "ne"), "lt": ("<", "olt", "slt"), "le": ("<=", "ole", "sle")}

# Of the machine's library of mathematical functions, which is that of Python's `math`
LIBRARY = {
    "exp": 1, "exp2": 1, "expm1": 1, "log": 1, "log2": 1, "log10": 1, "log1p": 1, "sin": 1, "cos": 1, "tan": 1, "asin": 1,
    "acos": 1, "atan": 1, "sinh": 1, "cosh": 1, "tanh": 1, "asinh": 1, "acosh": 1, "atanh": 1, "cbrt": 1,
    "erf": 1, "erfc": 1, "tgamma": 1, "lgamma": 1, "logb": 1,
    "atan2": 2, "pow": 2, "hypot": 2, "fmod": 2,
}  # fmt: skip


def _floats(kind):
    t, suffix = KINDS[kind].register, "" if kind == "f8" else "f"
    for name, sign in (("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/")):
        define(name, (kind, kind), kind, f"f{name} {t} {{}}, {{}}", f"{{}} {sign} {{}}")
    define("neg", (kind,), kind, f"fneg {t} {{}}", "-{}")
    define("ordered", (kind,), "b1", f"fcmp ord {t} {{}}, 0.0", "{0} == {0}")  # whether it is no NaN
    for name, (sign, of_floats, _) in COMPARISONS.items():
        define(name, (kind, kind), "b1", f"fcmp {of_floats} {t} {{}}, {{}}", f"{{}} {sign} {{}}")
    for name, in_c in (
        ("sqrt", "sqrt"),
        ("fabs", "fabs"),
        ("floor", "floor"),
        ("ceil", "ceil"),
        ("trunc", "trunc"),
        ("rint", "rint"),
    ):
        intrinsic(name, kind, name, f"{in_c}{suffix}({{}})")
    intrinsic("copysign", kind, "copysign", f"copysign{suffix}({{}}, {{}})", 2)
    for name, count in LIBRARY.items():
        types, arguments = ", ".join([t] * count), ", ".join([f"{t} {{}}"] * count)
        define(
            name, (kind,) * count, kind, f"call {t} @{name}{suffix}({arguments})",
            f"{name}{suffix}({', '.join(['{}'] * count)})", f"declare {t} @{name}{suffix}({types})",
        )  # fmt: skip

    define(
        "ldexp", (kind, "i4"), kind, f"call {t} @ldexp{suffix}({t} {{}}, i32 {{}})", f"ldexp{suffix}({{}}, {{}})",
        f"declare {t} @ldexp{suffix}({t}, i32)",
    )  # fmt: skip


def _integers(kind):
    t, c = KINDS[kind].register, KINDS[kind].c
    for name, sign in (("add", "+"), ("sub", "-"), ("mul", "*")):  # they wrap around, which C promises of unsigned ones only
        define(name, (kind, kind), kind, f"{name} {t} {{}}, {{}}", f"({c})((u{c}){{}} {sign} (u{c}){{}})")
    define("neg", (kind,), kind, f"sub {t} 0, {{}}", f"({c})(0 - (u{c}){{}})")
    define("div", (kind, kind), kind, f"sdiv {t} {{}}, {{}}", "{} / {}")
    define("rem", (kind, kind), kind, f"srem {t} {{}}, {{}}", "{} % {}")
    define("not", (kind,), kind, f"xor {t} {{}}, -1", "~{}")
    for name, (sign, _, of_integers) in COMPARISONS.items():
        define(name, (kind, kind), "b1", f"icmp {of_integers} {t} {{}}, {{}}", f"{{}} {sign} {{}}")


def _shared(kind):
    t = KINDS[kind].register
    define("select", ("b1", kind, kind), kind, f"select i1 {{}}, {t} {{}}, {t} {{}}", "{} ? {} : {}")
    define("mov", (kind,), kind, f"bitcast {t} {{}} to {t}", "{}")
    if kind not in FLOATS:
        for name, sign in (("and", "&"), ("or", "|"), ("xor", "^")):
            define(name, (kind, kind), kind, f"{name} {t} {{}}, {{}}", f"{{}} {sign} {{}}")


def _casts():
    for to in KINDS:
        t, c = KINDS[to].register, KINDS[to].c
        for of in KINDS:
            s = KINDS[of].register
            if to == of:
                continue
            if to == "b1":
                test = f"fcmp une {s} {{}}, 0.0" if of in FLOATS else f"icmp ne {s} {{}}, 0"
                define("to_b1", (of,), "b1", test, "{} != 0")
                continue
            if of in FLOATS:
                verb = ("fptrunc" if to == "f4" else "fpext") if to in FLOATS else "fptosi"
            elif to in FLOATS:
                verb = "uitofp" if of == "b1" else "sitofp"
            else:
                verb = "trunc" if (of, to) == ("i8", "i4") else "zext" if of == "b1" else "sext"
            define(f"to_{to}", (of,), to, f"{verb} {s} {{}} to {t}", f"({c}){{}}")


for _kind in FLOATS:
    _floats(_kind)
for _kind in INTEGERS:
    _integers(_kind)
for _kind in KINDS:
    _shared(_kind)
_casts()
define("not", ("b1",), "b1", "xor i1 {}, true", "!{}")
define("eq", ("b1", "b1"), "b1", "icmp eq i1 {}, {}", "{} == {}")
define("check", ("b1",), "b1", "", "")  # the program applies only if this is true
