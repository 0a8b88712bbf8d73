"""python -m benchmarks engine [--quick] [--only SECTION …] [--json FILE]"""

import argparse
import importlib
import json
import sys
from pathlib import Path

from benchmarks.machine import described

SUITES = {"engine": "benchmarks.engine"}  # name on the command line -> module with SECTIONS, {name: function of `quick`}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=sys.modules["benchmarks"].__doc__)
    suites = parser.add_subparsers(dest="suite", required=True)
    for name, path in SUITES.items():
        suite = importlib.import_module(path)
        command = suites.add_parser(name, help=suite.__doc__.splitlines()[0], description=suite.__doc__)
        command.set_defaults(sections=suite.SECTIONS)
        command.add_argument("--quick", action="store_true", help="few rounds and small sizes: to see that it runs")
        command.add_argument("--only", nargs="+", choices=suite.SECTIONS, metavar="SECTION", help=", ".join(suite.SECTIONS))
        command.add_argument("--json", metavar="FILE", help="also write everything to a file")
    options = parser.parse_args(arguments)

    machine = described()
    print(*(f"{name}: {value}" for name, value in machine.items()), sep="\n")
    tables = []
    for name in options.only or options.sections:
        for table in options.sections[name](options.quick):
            print(table, flush=True)
            tables.append(table)
    failed = [check for table in tables for check in table.checks if not check.passed]
    print(f"\n{sum(len(table.checks) for table in tables) - len(failed)} bars met, {len(failed)} missed", *failed, sep="\n")
    if options.json:
        everything = {"machine": machine, "quick": options.quick, "tables": [table.as_json() for table in tables]}
        Path(options.json).write_text(json.dumps(everything, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
