"""What is read from the bytes of code, against what `dis` says of it."""

import argparse
import collections
import dis
import types
import unittest.mock

import numpy as np
import pytest

from autograd_core.capturing.look.operations import CONSTANTS, NAMING, OTHERS, operations


def code_in(thing):
    """All code objects in the functions of a module, and those in them."""
    todo = [value.__code__ for value in vars(thing).values() if isinstance(value, types.FunctionType)]
    for kind in vars(thing).values():
        if isinstance(kind, type):
            todo += [value.__code__ for value in vars(kind).values() if isinstance(value, types.FunctionType)]
    for code in todo:
        todo += [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return todo


def by_dis(code):
    """The same, from all operations."""
    found, before = set(), 0
    for instruction in dis.get_instructions(code):
        name = instruction.opname
        if name in NAMING:
            found.add((name, instruction.argval))
        elif name in OTHERS or (name == "IS_OP" and before not in CONSTANTS):
            found.add((name, None))
        before = instruction.opcode
    return found


@pytest.mark.parametrize("module", [argparse, collections, unittest.mock, np.lib._function_base_impl], ids=lambda m: m.__name__)
def test_the_bytes_say_what_dis_says(module):
    codes = code_in(module)
    assert len(codes) > 20
    for code in codes:
        assert set(operations(code)) == by_dis(code)


def test_names_beyond_the_first_256():
    """Their numbers stand in more than one byte."""
    names = [f"name_{i}" for i in range(700)]
    source = "def f():\n    global " + ", ".join(names) + "\n" + "".join(f"    {name}\n    {name} = 1\n" for name in names)
    scope: dict = {}
    exec(source, scope)
    found = set(operations(scope["f"].__code__))
    assert found == {("LOAD_GLOBAL", name) for name in names} | {("STORE_GLOBAL", name) for name in names}
