"""The test suite of the standard's authors, on `autograd_core.array_api` and on NumPy: ours must pass what NumPy passes.

`python -m tests.array_api.conformance PATH`, with the path of a checkout of https://github.com/data-apis/array-api-tests, prints
how many tests each passes, and ends with an error if NumPy passes one that we fail. Further arguments are pytest's. `nox -s
array_api_tests -- PATH` makes an environment for it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

REPOSITORY = "https://github.com/data-apis/array-api-tests"
OPTIONS = ["-q", "--disable-deadline", "-p", "no:cacheprovider"]
SAME = ["--derandomize", "--max-examples=50"]
SEEDS = range(1, 6)


def checkout(path):
    """The path of a checkout that has its submodule."""
    path = Path(path).resolve()
    if not (path / "array_api_tests").is_dir() or not (path / "array-api" / "src").is_dir():
        sys.exit(
            f"conformance: expected a checkout of {REPOSITORY} at {path}; write\n"
            f"    git clone --recurse-submodules {REPOSITORY} {path}\nor give the path of another one"
        )
    return path


def outcomes(path, module, tests, options):
    """{test: whether it passed} of those tests that are not skipped."""
    from autograd_core.array_api import __array_api_version__

    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        env = {**os.environ, "ARRAY_API_TESTS_MODULE": module, "ARRAY_API_TESTS_VERSION": __array_api_version__}
        env["PYTHONPATH"] = os.pathsep.join([os.getcwd(), *filter(None, [env.get("PYTHONPATH")])])
        command = [sys.executable, "-m", "pytest", *OPTIONS, f"--junit-xml={report}", *options, *tests]
        run = subprocess.run(command, cwd=path, env=env, capture_output=True, text=True)
        if not report.exists():
            sys.exit(f"conformance: the tests of {module} did not run\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
        cases = ElementTree.parse(report).iter("testcase")
        kinds = {_node_id(one): {child.tag for child in one} for one in cases}
    return {name: not kind & {"failure", "error"} for name, kind in kinds.items() if "skipped" not in kind}


def _node_id(case):
    package, module, *classes = case.get("classname").split(".")
    return "::".join([f"{package}/{module}.py", *classes, case.get("name")])


def lost(path, numpy, ours):
    """The tests that NumPy passes and we fail.

    The suite draws other examples for each library, and some tests NumPy fails for few of them, such as `tanh` of complex
    infinities with large imaginary parts: so NumPy is asked again with other seeds.
    """
    found = [name for name, passed in numpy.items() if passed and not ours.get(name)]
    for seed in SEEDS:
        if found:
            again = outcomes(path, "numpy", found, ["--max-examples=2000", f"--hypothesis-seed={seed}"])
            found = [name for name in found if again[name]]
    return found


def main(arguments):
    path = checkout(arguments[0] if arguments else os.environ.get("ARRAY_API_TESTS", "../array-api-tests"))
    modules = "numpy", "autograd_core.array_api"
    numpy, ours = (outcomes(path, module, ["array_api_tests"], [*SAME, *arguments[1:]]) for module in modules)
    for name, tests in zip(modules, (numpy, ours), strict=True):
        print(f"{name}: {sum(tests.values())} of {len(tests)} pass")
    names = lost(path, numpy, ours)
    if names:
        sys.exit("NumPy passes, and we fail:\n    " + "\n    ".join(names))


if __name__ == "__main__":
    main(sys.argv[1:])
