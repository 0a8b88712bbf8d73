"""Functions of C's mathematical library for several numbers at once: glibc's libmvec, where the machine has it.

LLVM makes a loop one of two to sixteen elements at a time, unless it meets a call of `exp`: of that, it has to be told of a form
for as many. The functions are right to four units in the last place: https://sourceware.org/glibc/wiki/libmvec.
"""

import ctypes
from functools import cache

from autograd_core.capturing.native.machine import library

# What their names say: a letter for the instructions that they need, and how many numbers of 64 bits these take at once. Source:
# https://sourceware.org/glibc/wiki/libmvec?action=AttachFile&do=view&target=VectorABI.txt
INSTRUCTIONS = (("avx512f", "e", 8), ("avx2", "d", 4), ("sse4.1", "b", 2))


@cache
def libmvec():
    """The library, or None where there is none: on other systems than Linux with glibc, on other processors than x86-64."""
    try:
        return ctypes.CDLL("libmvec.so.1")
    except OSError:
        return None


@cache
def variants(name, count, single):
    """What LLVM is to be told of a function of `count` numbers: the list of its forms for several numbers at once, and
    {name: declaration} of these; None if there are none. `single` is whether the numbers have 32 bits."""
    llvm, found, declared = library(), [], {}
    name += "f" * single
    for feature, letter, lanes in INSTRUCTIONS if libmvec() is not None else ():
        lanes *= 1 + single
        symbol = f"_ZGV{letter}N{lanes}{'v' * count}_{name}"
        if not instructions().get(feature) or not hasattr(libmvec(), symbol):
            continue
        llvm.add_symbol(symbol, ctypes.cast(getattr(libmvec(), symbol), ctypes.c_void_p).value)
        vector = f"<{lanes} x {'float' if single else 'double'}>"
        found.append(f"_ZGV_LLVM_N{lanes}{'v' * count}_{name}({symbol})")
        declared[symbol] = f"declare {vector} @{symbol}({', '.join([vector] * count)})"
    return (",".join(found), declared) if found else None


@cache
def instructions():
    """{name: whether this processor has it}"""
    try:
        return dict(library().get_host_cpu_features())
    except RuntimeError:
        return {}


class Vectors:
    """The functions of several numbers at once that a module calls."""

    def __init__(self):
        self.declared, self.groups = {}, {}  # {name: declaration}; {forms of a function: the number of its attributes}

    def mark(self, operation, count):
        """What a call of a function is marked with, so that a loop may call a form of it; "" if there is none."""
        found = variants(operation.name, count, operation.out == "f4")
        if found is None:
            return ""
        forms, declared = found
        self.declared.update(declared)
        return f" #{self.groups.setdefault(forms, len(self.groups))}"

    def text(self):
        if not self.groups:
            return ""
        symbols = ", ".join([f"ptr @{name}" for name in self.declared])
        groups = [
            f'attributes #{i} = {{ nounwind willreturn readnone "vector-function-abi-variant"="{forms}" }}'
            for forms, i in self.groups.items()
        ]
        used = f'@llvm.compiler.used = appending global [{len(self.declared)} x ptr] [{symbols}], section "llvm.metadata"'
        return "\n".join([*self.declared.values(), used, *groups])
