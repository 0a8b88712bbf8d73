"""Our docstrings as reStructuredText: lists of arguments ("name   what it is", one under another), and indented code."""

import re

MARKUP = re.compile(r"(?<![\w*\\])\*(?=\w)|\|")  # of `f(*args)` and |x|, which reStructuredText takes for markup
ROW = re.compile(r"^(?P<name>\S+(?:,? \S+)*?) {2,}(?P<text>\S.*)$")


def as_lists(app, what, name, obj, options, lines):
    """Replace the lines of a docstring in place, as autodoc wants it. (Of a module's, autodoc takes away the indentation.)"""
    lines[:] = converted(obj.__doc__.splitlines() if what == "module" and obj.__doc__ else lines)


def converted(lines):
    """The lines, with every paragraph that is a list of arguments as a definition list, and every indented one as code."""
    result, paragraph = [], []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            continue
        indented = paragraph and all(line.startswith("    ") for line in paragraph)
        result += ["::", "", *paragraph] if indented else as_definitions(paragraph) or paragraph
        result.append("")
        paragraph = []
    return [line if line.startswith(">>>") or "``" in line else MARKUP.sub(r"\\\g<0>", line) for line in result]


def as_definitions(paragraph):
    """A paragraph as a definition list; None if it is none: its first line and every other unindented one must be a row."""
    found = []
    for line in paragraph:
        row = ROW.match(line)
        if row and not line.startswith((" ", ">>>")) and ":" not in row["name"]:  # that is a sentence with a formula behind it
            found += [f"**{row['name']}**", "    " + row["text"]]
        elif found and line.startswith("  "):
            found.append("    " + line.strip())
        else:
            return None
    return found
