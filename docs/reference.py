"""The reference pages: a block ```{reference} on a page names a package and its sections; here it becomes a table and entries.

A line of the block is `heading: what is in it`. A word with a dot is a module, and stands for the public names of the package
that are defined there; any other word is a public name, with the members to show in brackets, and none if they are empty.
"""

import importlib
import re
from functools import cache

import signatures

BLOCK = re.compile(r"^```\{reference\} (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"([\w.]+)(\([^)]*\))?")
WRONG = re.compile(r"\*wrong\b")  # the way in which no_grad(f) is answered, and nothing to write


@cache
def public(package):
    """The public names of a package: those it lists, or those it defines, and no modules."""
    module = importlib.import_module(package)
    defined = (name for name, value in vars(module).items() if getattr(value, "__module__", None) == package and name[0] != "_")
    names = getattr(module, "__all__", None) or list(defined)
    return {name: value for name in names if callable(value := getattr(module, name))}


def sections(package, text):
    """[(heading, {name: members or None})] of a block."""
    names, result = public(package), []
    for line in text.strip().splitlines():
        heading, _, rest = line.partition(": ")
        entries = {}
        for word, members in WORD.findall(rest):
            if "." in word:
                entries |= dict.fromkeys(name for name, value in names.items() if getattr(value, "__module__", None) == word)
            elif word in names:
                entries[word] = members[1:-1] if members else None
            else:
                raise ValueError(f"{package} has no public name {word}")
        result.append((heading, entries))
    return result


def documented(text):
    """{name with its package: what it is} of all that the blocks of a page show."""
    return {
        f"{package}.{name}": public(package)[name]
        for package, block in BLOCK.findall(text)
        for _, names in sections(package, block)
        for name in names
    }


def summary(value):
    """The first line of a docstring as reStructuredText, without a full stop."""
    (line, *_) = signatures.converted([(value.__doc__ or "").strip().splitlines()[0]])
    return line.removesuffix(":").removesuffix(".")


def table(package, parts):
    """One table for each section, which links every name."""
    lines = []
    for heading, names in parts:
        lines += [f".. rubric:: {heading}", "", ".. list-table::", "   :class: summary", "   :widths: auto", ""]
        for name in names:
            lines += [f"   * - :py:obj:`{name} <{package}.{name}>`", f"     - {summary(public(package)[name])}"]
        lines.append("")
    return lines


def entry(package, name, members):
    """The directive of one name."""
    value = public(package)[name]
    if not isinstance(value, type):
        return [f".. autofunction:: {package}.{name}", ""]
    kind = "autoexception" if issubclass(value, Exception) else "autoclass"
    options = {None: ["   :members:"], "": ["   :no-members:"], "all": ["   :members:", "   :inherited-members:"]}
    return [f".. {kind}:: {package}.{name}", *options.get(members, [f"   :members: {members}"]), ""]


def written(match):
    """A block as what Sphinx reads."""
    package, parts = match[1], sections(match[1], match[2])
    lines = ["```{eval-rst}", *table(package, parts), "```", ""]
    for heading, names in parts:
        lines += [f"## {heading}", "", "```{eval-rst}"]
        for name, members in names.items():
            lines += entry(package, name, members)
        lines += ["```", ""]
    return "\n".join(lines)


def read(app, page, source):
    """Replace the blocks of a page, when Sphinx reads it."""
    source[0] = BLOCK.sub(written, source[0])


def signature(app, what, name, obj, options, arguments, returned):
    """`()` for what takes nothing, and says so of whatever it is given."""
    return (WRONG.sub("", arguments) if arguments else arguments), returned
