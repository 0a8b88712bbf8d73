"""Which names are in code: of attributes, of globals, of modules; and whether it takes attributes by others, too."""

import dis
import operator
import types
from typing import NamedTuple

from autograd_core.capturing.look import known
from autograd_core.capturing.look.operations import operations

ACCESS = {"getattr", "setattr", "delattr", "hasattr"}  # of an attribute, whose name mostly is a text in the code
COMPUTING = {"vars", "attrgetter", "methodcaller", "__dict__", "__getattribute__", "__setattr__", "eval", "exec", "format_map"}
# Whoever names these asks for attributes by names that are not in the code …
DYNAMIC = ACCESS | COMPUTING | {"globals", "locals", "dir"}


# … and so does who has them under another name
ASKING = {
    id(f) for f in (
        getattr, setattr, delattr, hasattr, vars, eval, exec, operator.attrgetter, operator.methodcaller,
        object.__getattribute__, type.__getattribute__, object.__setattr__, type.__setattr__,
    )
}  # fmt: skip


COMPARING = {"id": id, "is_": operator.is_, "is_not": operator.is_not}  # who asks which object something is …
COMPARED = {id(function) for function in COMPARING.values()}  # … also under another name


IN_WORDS = {"str", "repr", "format", "print"}  # who names these makes words of an object …
WORDS = {"__repr__", "__str__", "__format__"}  # … and asks for these


class Names(NamedTuple):
    """Of a code object and those inside it."""

    attributes: frozenset  # names of attributes, and of globals
    asked: frozenset  # these, and its strings if it takes attributes by such
    texts: frozenset  # its strings
    read: frozenset  # names of globals
    written: frozenset
    imported: frozenset  # modules that it imports by itself
    dynamic: bool  # whether it asks for attributes in another way
    identities: bool  # whether it asks which object something is: by `is`, but for a constant, or by `id`
    computed: bool  # whether it takes methods and properties by names that are not in the code; see `computes_names`


@known.remembered
def names_in(code):
    attributes, texts, read, written, imported = set(code.co_names), set(), set(), set(), set()
    dynamic, identities = not DYNAMIC.isdisjoint(code.co_names), not COMPARING.keys().isdisjoint(code.co_names)
    computed = not COMPUTING.isdisjoint(code.co_names)
    for operation, name in operations(code):
        identities = identities or operation == "IS_OP"
        if operation in ("LOAD_GLOBAL", "LOAD_NAME"):
            read.add(name)
        elif operation in ("STORE_GLOBAL", "DELETE_GLOBAL"):
            written.add(name)
        elif operation == "IMPORT_NAME":
            imported.add(name)
        elif operation == "MATCH_CLASS":  # by the names in `__match_args__`
            dynamic = computed = True
            attributes.add("__match_args__")
        elif operation in ("CONVERT_VALUE", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC"):
            attributes |= WORDS
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
            dynamic, identities = dynamic or inner.dynamic, identities or inner.identities
            computed = computed or inner.computed
    if "format" in attributes and any("{" in text and ("." in text or "[" in text) for text in texts):
        dynamic = computed = True
    if not attributes.isdisjoint(IN_WORDS):
        attributes |= WORDS
    asked = attributes if attributes.isdisjoint(ACCESS) else attributes | texts
    return Names(*map(frozenset, (attributes, asked, texts, read, written, imported)), dynamic, identities, computed)


# Operations that tell more than the names that stand in the code
SETTING = {dis.opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL", "MATCH_CLASS")}
FORMATTING = {number for name, number in dis.opmap.items() if name.startswith(("FORMAT_", "CONVERT_VALUE"))}
OTHERS = bytes(set(range(256)) - SETTING - FORMATTING)
NONE: frozenset = frozenset()


def roughly_named_in(code):
    """The Names of code of a library, with all attributes among the globals: to tell them apart takes five times as long."""
    todo, names, constants = [code], set(), []
    while todo:
        inner = todo.pop()
        names.update(inner.co_names)
        constants += inner.co_consts
        if telling := inner.co_code[::2].translate(None, OTHERS):
            if not SETTING.isdisjoint(telling):
                return names_in(code)
            names |= WORDS
        if types.CodeType in map(type, inner.co_consts):
            todo += [constant for constant in inner.co_consts if type(constant) is types.CodeType]
    if "format" in names:
        return names_in(code)
    if not names.isdisjoint(IN_WORDS):
        names |= WORDS
    names = asked = frozenset(names)
    if not names.isdisjoint(ACCESS):
        asked = names.union([text for text in _flat(constants) if type(text) is str])
    return Names(names, asked, NONE, names, NONE, NONE, not names.isdisjoint(DYNAMIC), False, False)


@known.remembered
def computes_names(code):
    """Whether it may take methods and properties by names that are not in the code. Only the user's is asked: that takes long."""
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return names_in(code).computed or _computes_names(code) or any(map(computes_names, inner))


def _computes_names(code):
    """Whether there is a `getattr` or the like whose name is not written in the code. Only what is seen to be written there is:
    `getattr(a.b[c], "name", d)`, without calls and choices in between."""
    if ACCESS.isdisjoint((*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars)):
        return False
    given = None  # what the last `getattr` is given so far
    for instruction in dis.get_instructions(code):
        operation, value = instruction.opname, instruction.argval
        if type(value) is str and value in ACCESS:
            if given is not None or not operation.startswith("LOAD"):
                return True
            given = []
        elif given is None or operation in ("PRECALL", "PUSH_NULL"):
            pass
        elif operation == "CALL":
            if not (len(given) == value > 1 and type(given[1]) is str):
                return True
            given = None
        elif operation in ("LOAD_ATTR", "LOAD_METHOD") and given:
            given[-1] = None
        elif (operation == "BINARY_SUBSCR" or (operation == "BINARY_OP" and instruction.argrepr == "[]")) and len(given) > 1:
            given[-2:] = [None]
        elif operation == "LOAD_CONST":
            given.append(value)
        elif operation.startswith("LOAD") and operation != "LOAD_ATTR":
            given += [None] * (len(value) if type(value) is tuple else 1)
        else:
            return True
    return False


def _flat(constants):
    for constant in constants:
        if isinstance(constant, (tuple, frozenset)):
            yield from _flat(constant)
        else:
            yield constant
