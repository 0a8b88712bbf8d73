"""From a program to machine code, by LLVM; and to the same code in C.

choice      whether there is machine code for a program, and whether it is the quicker way
native      NativeProgram: the machine code, the Python function that calls it, and both in print
partly      PartlyNative: where some functions have no scalar code, a program of which only parts are machine code
division    which calls become a part, and their order; part, the machine code of one as a step of the replay
entry       the Python function: guard, call, effects; objects, how NumPy's arrays are read without NumPy
quick       the guard's text as machine code, too; rows, the table of what must be where; looking, the code that goes
            through it; ending, effects and results; shorter, the same for the guard of what NumPy replays
build       from a program to scalar code: the entries of the table, call by call
code        scalar code: operations on single numbers, each written once
operations  what there is to compute with, as LLVM and C write it
table/      the table: functions of NumPy as operations on numbers
schedule    which operations become loops, and which values are kept in memory; repeats, what repeats itself
printing    what both printers share; llvm, c: the two; machine, from LLVM's text to machine code
"""

from autograd_core.capturing.native.choice import Trial, native_program
from autograd_core.capturing.native.machine import library
from autograd_core.capturing.native.native import NativeProgram
from autograd_core.capturing.native.partly import PartlyNative
from autograd_core.capturing.native.shorter import shorten

__all__ = ["NativeProgram", "PartlyNative", "Trial", "library", "native_program", "shorten"]
