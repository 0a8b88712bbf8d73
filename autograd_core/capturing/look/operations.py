"""The few operations of code that tell what it names, read from its bytes. `dis` would say all of them, and take ten times
as long, which was most of what the first capture in a process took."""

import dis
import types

NAMING = {"LOAD_GLOBAL": 1, "LOAD_NAME": 0, "STORE_GLOBAL": 0, "DELETE_GLOBAL": 0, "IMPORT_NAME": 0}  # flags below the number
NUMBERS = [(name, flags, dis.opmap[name]) for name, flags in NAMING.items()]
OTHERS = ("MATCH_CLASS", "CONVERT_VALUE", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC")  # not all in each Python
CODES = [(name, dis.opmap[name]) for name in OTHERS if name in dis.opmap]
CONSTANTS = {code for name, code in dis.opmap.items() if name.startswith("LOAD_CONST")}
IS_OP = dis.opmap["IS_OP"]
CALLS = [number for name, number in dis.opmap.items() if name.startswith("CALL")]


def operations(code):
    """(operation, the name that is its argument, or None) of those above, and of `is` with something else than a constant."""
    made = code.co_code  # which is made anew each time
    codes, arguments = made[::2], made[1::2]  # between them is room for the interpreter's notes: zeros
    extended = dis.EXTENDED_ARG in codes
    for operation, flags, number in NUMBERS:
        at = codes.find(number)
        while at >= 0:
            argument = whole(codes, arguments, at) if extended else arguments[at]
            yield operation, code.co_names[argument >> flags]
            at = codes.find(number, at + 1)
    for operation, number in CODES:
        if number in codes:
            yield operation, None
    for at in places(codes, IS_OP):
        if codes[at - 1] not in CONSTANTS:
            yield "IS_OP", None


def calls_nothing(code):
    """Whether there is no call in code, nor code in it."""
    codes = code.co_code[::2]
    return not any(number in codes for number in CALLS) and not any(isinstance(each, types.CodeType) for each in code.co_consts)


def whole(codes, arguments, at):
    """The argument of an operation, of which the upper bytes may stand before it."""
    number, before, shift = arguments[at], at - 1, 8
    while before >= 0 and codes[before] == dis.EXTENDED_ARG:
        number |= arguments[before] << shift
        before, shift = before - 1, shift + 8
    return number


def places(codes, number):
    """Where an operation stands."""
    at = codes.find(number)
    while at >= 0:
        yield at
        at = codes.find(number, at + 1)
