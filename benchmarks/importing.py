"""What `import autograd_core` costs beyond `import numpy`, in fresh processes."""

import os
import subprocess
import sys
import tempfile
from statistics import median
from time import perf_counter

from benchmarks.report import Check, Table
from benchmarks.timing import Timing

STATEMENTS = ("pass", "import numpy", "import autograd_core")
NEWCOMERS = """
import numpy, sys
before = set(sys.modules)
import autograd_core
print(*sorted(name for name in set(sys.modules) - before if name.partition(".")[0] != "autograd_core"))
"""
INSIDE = """
import numpy, time
start = time.perf_counter()
import autograd_core
print(time.perf_counter() - start)
"""


def section(quick):
    with tempfile.TemporaryDirectory() as compiled:
        return [table(4 if quick else 25, {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""})]


def table(rounds, environment):
    found = {statement: Timing() for statement in STATEMENTS}
    inside = Timing()
    for statement in STATEMENTS:
        process(statement, environment)  # compiles what it imports
    for _ in range(rounds):
        for statement in STATEMENTS:
            start = perf_counter()
            process(statement, environment)
            found[statement].rounds.append(perf_counter() - start)
        inside.rounds.append(float(process(INSIDE, environment)))
    new = process(NEWCOMERS, environment).split()
    foreign = [name for name in new if name.partition(".")[0] not in sys.stdlib_module_names]
    difference = [part * 1e3 for part in found["import autograd_core"].minus(found["import numpy"])]
    result = Table(
        "Import",
        ("", "min ms", "median ms"),
        [(f"python -c '{statement}'", timing.best * 1e3, timing.median * 1e3) for statement, timing in found.items()],
        [f"{rounds} interleaved rounds of fresh processes; modules beyond numpy's: {', '.join(new) or 'none'}"],
    )
    result.rows += [
        ("autograd_core over numpy", *difference),
        ("the same, timed inside one process", inside.best * 1e3, median(inside.rounds) * 1e3),
    ]
    result.checks += [
        Check("import: autograd_core over numpy", max(difference), 20, "ms"),
        Check("import: modules beyond numpy's that are not Python's own", len(foreign), 0, ""),
    ]
    return result


def process(code, environment):
    """What a fresh Python prints."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment).stdout
