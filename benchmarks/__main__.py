"""python -m benchmarks [SUITE …] [--quick] [--only SECTION …] [--json FILE] [--plot FILE] [--page FILE]; SUITES are below."""

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from benchmarks.machine import described
from benchmarks.page import page
from benchmarks.plot import draw

SUITES = (
    "engine",
    "nn",
    "capture",
    "native",
    "visualize",
    "scipy",
)  # modules here with SECTIONS: {name: function of `quick` -> tables}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=sys.modules["benchmarks"].__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)}; all of them if none is named")
    parser.add_argument("--quick", action="store_true", help="few rounds and small sizes: to see that it runs")
    parser.add_argument("--only", nargs="+", metavar="SECTION", help="only these sections; a wrong name lists those there are")
    parser.add_argument("--json", metavar="FILE", help="also write everything to a file")
    parser.add_argument("--plot", metavar="FILE", help="also draw the ratios (.png, .svg); needs matplotlib")
    parser.add_argument("--page", metavar="FILE", help="also write everything as a page in Markdown")
    options = parser.parse_args(arguments)
    sections = chosen(parser, options)

    machine = described()
    print(*(f"{name}: {value}" for name, value in machine.items()), sep="\n")
    tables = []
    for section in sections:
        for table in section(options.quick):
            print(table, flush=True)
            tables.append(table)
    failed = [check for table in tables for check in table.checks if not check.passed]
    print(f"\n{sum(len(table.checks) for table in tables) - len(failed)} bars met, {len(failed)} missed", *failed, sep="\n")
    if options.json:
        everything = {"machine": machine, "quick": options.quick, "tables": [table.as_json() for table in tables]}
        Path(options.json).write_text(json.dumps(everything, indent=1, ensure_ascii=False), encoding="utf-8")
    if options.plot:
        draw(tables, machine, options.plot)
    if options.page:
        command = " ".join(["python -m benchmarks", *options.suites, *["--quick"] * options.quick])
        picture = options.plot and os.path.relpath(options.plot, Path(options.page).parent)
        Path(options.page).write_text(page(tables, machine, command, picture), encoding="utf-8")


def chosen(parser, options):
    """The functions of the sections that were asked for."""
    if unknown := set(options.suites) - set(SUITES):
        parser.error(f"no suite {sorted(unknown)[0]!r}; there are {', '.join(SUITES)}")
    found = []
    for name in options.suites or SUITES:
        found += importlib.import_module(f"benchmarks.{name}").SECTIONS.items()
    if unknown := set(options.only or ()) - {name for name, _ in found}:
        parser.error(f"no section {sorted(unknown)[0]!r}; there are {', '.join(name for name, _ in found)}")
    return [section for name, section in found if not options.only or name in options.only]


if __name__ == "__main__":
    main()
