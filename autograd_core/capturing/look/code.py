"""What the code of a function names: globals, attributes, modules that it imports."""

import dis
import functools
import types
from typing import NamedTuple

DYNAMIC = {  # whoever names these asks for attributes by names that are not in the code
    "vars", "getattr", "setattr", "delattr", "hasattr", "attrgetter", "__dict__", "__getattribute__", "__setattr__", "eval",
    "exec", "globals", "locals", "dir", "format_map", "methodcaller",
}  # fmt: skip


class Names(NamedTuple):
    """Of a code object and those inside it."""

    attributes: frozenset  # names of attributes, and of globals
    texts: frozenset  # its strings
    read: frozenset  # names of globals
    written: frozenset
    imported: frozenset  # modules that it imports by itself
    dynamic: bool  # whether it asks for attributes in another way


@functools.cache
def names_in(code):
    attributes, texts, read, written, imported = set(code.co_names), set(), set(), set(), set()
    dynamic = not DYNAMIC.isdisjoint(code.co_names)
    for instruction in dis.get_instructions(code):
        operation, name = instruction.opname, instruction.argval
        if operation in ("LOAD_GLOBAL", "LOAD_NAME"):
            read.add(name)
        elif operation in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            written.add(name)
        elif operation == "IMPORT_NAME":
            imported.add(name)
        elif operation == "MATCH_CLASS":
            dynamic = True
        elif operation in ("CONVERT_VALUE", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC"):
            attributes |= {"__repr__", "__str__", "__format__"}
    for constant in _flat(code.co_consts):
        if isinstance(constant, str):
            texts.add(constant)
        elif isinstance(constant, types.CodeType):
            inner = names_in(constant)
            attributes |= inner.attributes
            texts |= inner.texts
            read |= inner.read
            written |= inner.written
            imported |= inner.imported
            dynamic = dynamic or inner.dynamic
    if "format" in attributes and any("{" in text and ("." in text or "[" in text) for text in texts):
        dynamic = True
    if attributes & {"str", "repr", "format", "print"}:
        attributes |= {"__repr__", "__str__", "__format__"}
    return Names(*map(frozenset, (attributes, texts, read, written, imported)), dynamic)


def _flat(constants):
    for constant in constants:
        if isinstance(constant, (tuple, frozenset)):
            yield from _flat(constant)
        else:
            yield constant
