"""What a benchmark found: tables to read, checks against the bars that the project sets itself, and both as JSON."""

from dataclasses import asdict, dataclass, field


@dataclass
class Check:
    """One number and its bar: at most `bar`, or at least that if `at_least`. The worst of several measures counts."""

    what: str
    value: float
    bar: float
    unit: str = "×"
    at_least: bool = False

    @property
    def passed(self):
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def __str__(self):
        bar = f"{'at least' if self.at_least else 'at most'} {self.bar:g} {self.unit}"
        return f"{'pass' if self.passed else 'FAIL'}  {self.what}: {self.value:.2f} {self.unit} ({bar})"


@dataclass
class Table:
    """A section of results: a title, how it was measured, rows, and checks."""

    title: str
    columns: tuple
    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    checks: list = field(default_factory=list)

    def __str__(self):
        cells = [[str(column) for column in self.columns], *[[shown(cell) for cell in row] for row in self.rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        lines = ["", self.title, "-" * len(self.title), *self.notes]
        for row in cells:
            padded = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append("  ".join((row[0].ljust(widths[0]), *padded[1:])).rstrip())
        return "\n".join([*lines, *map(str, self.checks)])

    def as_json(self):
        return {**asdict(self), "checks": [{**asdict(check), "passed": check.passed} for check in self.checks]}


def shown(cell):
    """A cell as text: three significant digits for floats, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"
    return str(cell)
