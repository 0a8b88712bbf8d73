"""From a program to machine code, by LLVM; and to the same code in C.

native      NativeProgram: the machine code, the Python function that calls it, and both in print
entry       the Python function: guard, call, effects; how NumPy's arrays are read without NumPy
build       from a program to scalar code: the entries of the table, call by call
code        scalar code: operations on single numbers, each written once
operations  what there is to compute with, as LLVM and C write it
table/      the table: functions of NumPy as operations on numbers
schedule    which operations become loops, and which values are kept in memory
printing    what both printers share; llvm, c: the two
"""

from autograd_core.capturing.native.choice import Trial, native_program
from autograd_core.capturing.native.machine import library

__all__ = ["Trial", "library", "native_program"]
