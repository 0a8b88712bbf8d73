"""The tables of docs/howto/pytorch-to-numpy.md, from `autograd_core.errors.words`: `python docs/pytorch_page.py` writes them."""

from itertools import groupby
from pathlib import Path

from autograd_core.errors import arguments, hints

PAGE = Path(__file__).parent / "howto" / "pytorch-to-numpy.md"
START, END = "<!-- tables: made by docs/pytorch_page.py -->", "<!-- end of the tables -->"


def tables():
    """All of it, as Markdown."""
    lines = []
    for heading, rows in groupby(hints.rows(), key=lambda row: row[0]):
        lines += [f"### {heading}", "", "| PyTorch | here |", "|---|---|"]
        lines += [f"| `{theirs}` | `{ours}` |" for _, theirs, _, ours in rows] + [""]
    lines += ["### The same name in NumPy", ""]
    for call, names in [("(t)", hints.OF_ONE), ("(t, u)", hints.OF_TWO), ("(k, k)", hints.OF_INTEGERS), ("", hints.CONSTANTS)]:
        lines += [f"`np.…{call}`: " + ", ".join(f"`{name}`" for name in sorted(names.split())), ""]
    lines += ["### Arguments", "", "| PyTorch | here |", "|---|---|"]
    lines += [f"| `{name}=value` | {written(instead)} |" for name, instead in arguments.KEYWORDS.items()] + [""]
    lines += ["Of `Tensor(…)`:", "", "| PyTorch | here |", "|---|---|"]
    lines += [f"| `{name}=value` | {written(instead)} |" for name, instead in arguments.OF_TENSOR.items()] + [""]
    lines += ["In the constructors of layers and optimizers, whose arguments are PyTorch's:", "", "| not | but |", "|---|---|"]
    lines += [f"| `{name}=value` | {written(instead)} |" for name, instead in arguments.OF_CONSTRUCTORS.items()] + [""]
    lines += ["### Not here", "", "| | |", "|---|---|"]
    lines += [f"| {', '.join(f'`{name}`' for name in names.split())} | {reason} |" for reason, names in hints.NOT_HERE.items()]
    return "\n".join(lines)


def written(instead):
    return f"`{instead.format(value='value')}`" if "{value}" in instead or instead.startswith("Tensor(") else instead


def updated(text):
    """A text with the tables between START and END."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page must have the lines {START} and {END}")
    return f"{before}{start}\n\n{tables()}\n\n{end}{after}"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
