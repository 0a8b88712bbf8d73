"""A run as a page in Markdown: the machine, all tables, and the bars."""

from benchmarks.report import shown

HEAD = """# All measurements

Which library is the fastest for your size of problem says [How fast it is](how-fast.md); this page is for those who change it.

The same work here, written by hand in NumPy, and in every peer that is installed: in one process, turn by turn, so that
any disturbance hits all alike. Ratios are what matters; the microseconds are those of this machine.

    {command}
"""
BARS = """## Bars

What the project asks of itself: {met} of {all} are met in this run, and the others say how far off they are.
"""


def page(tables, machine, command, picture=None):
    """The text; `picture` is the path, from the page, of the one that `--plot` drew."""
    checks = [check for table in tables for check in table.checks]
    lines = [HEAD.format(command=command), *rows(("", ""), machine.items()), ""]
    lines += [f"![the ratios of this run]({picture})", ""] if picture else []
    for table in tables:
        lines += ["", f"## {table.title}", "", *[f"{note[0].upper()}{note[1:].rstrip('.')}." for note in table.notes], ""]
        lines += rows(table.columns, table.rows)
    lines += ["", BARS.format(met=sum(check.passed for check in checks), all=len(checks))]
    lines += rows(("", "measured", "bar", ""), [of_check(check) for check in checks])
    return "\n".join(lines) + "\n"


def of_check(check):
    value, bar = f"{check.value:.2f} {check.unit}", f"{'≥' if check.at_least else '≤'} {check.bar:g} {check.unit}"
    return check.what, value.strip(), bar.strip(), "met" if check.passed else "**missed**"


def rows(columns, cells):
    """A table's lines."""
    body = ["| " + " | ".join(shown(cell) for cell in row) + " |" for row in cells]
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *body]
