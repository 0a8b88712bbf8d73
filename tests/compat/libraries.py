"""Libraries that are written for HIPS autograd, under it and under `compat.hips`: their own tests, compared test for test.

`python -m tests.compat.libraries [NAME …]` takes the source distributions from the index, runs the tests in each first with HIPS
autograd and then after `hips.install()`, and ends with an error if one passes with HIPS autograd and fails with ours. `nox -s
libraries` makes an environment for it. Nothing of these libraries is in the repository. All of them take some 20 minutes.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

# In the place of autograd before anything imports it; the same random numbers in both runs, and for every test
PLUGIN = """
import os, random
import numpy
if os.environ["AUTOGRAD"] == "ours":
    from autograd_core.compat import hips
    hips.install()

def pytest_runtest_setup(item):
    random.seed(0)
    numpy.random.seed(0)
"""
OPTIONS = ["-q", "-W", "ignore", "-p", "no:cacheprovider", "-p", "in_place_of_autograd", "--continue-on-collection-errors"]


@dataclass
class Library:
    """A release whose source distribution has its tests.

    tests      their path in it
    options    pytest's: what needs other frameworks, or takes very long
    different  {the end of a test's name: why it has another outcome}
    """

    release: str
    tests: str
    options: tuple = ()
    different: dict = field(default_factory=dict)


LIBRARIES = {
    "reliability": Library(
        "reliability==0.9.0",
        "tests",
        different={
            # The likelihood is flat: what its optimizers call the largest differs by a quarter in `a`, and the last bit of the
            # gradient decides where they stop.
            "test_Fit_Exponential_Power": "a flat likelihood",
            # Of its model Normal_Power, TNC reaches log p = -1949.652 with ours, -1949.670 with HIPS; but with ours in its 101st
            # evaluation, by which it counts as failed. The gradients at the start differ by 5e-17 of 1.5e-2.
            "test_Fit_Everything_ALT_single_stress": "a flat likelihood",
        },
    ),
    # Its conftest imports TensorFlow and PyTorch, to seed them
    "pymanopt": Library("pymanopt==2.2.1", "tests", ("--noconftest",)),
    "lifelines": Library("lifelines==0.30.3", "lifelines/tests", ("--deselect=lifelines/tests/test_plotting.py",)),
}


def fetched(library, folder):
    """The unpacked source distribution."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
    subprocess.run([*command, library.release], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


def outcomes(library, source, autograd):
    """{test: whether it passed} of those that are not skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        (Path(folder) / "in_place_of_autograd.py").write_text(PLUGIN, encoding="utf-8")
        env = {**os.environ, "AUTOGRAD": autograd, "PYTHONPATH": folder, "MPLBACKEND": "agg"}
        command = [sys.executable, "-m", "pytest", *OPTIONS, f"--junit-xml={report}", *library.options, library.tests]
        run = subprocess.run(command, cwd=source, env=env, capture_output=True, text=True)
        if not report.exists():
            sys.exit(f"{library.release}: the tests did not run\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
        cases = ElementTree.parse(report).iter("testcase")
        kinds = {f"{case.get('classname')}::{case.get('name')}": {child.tag for child in case} for case in cases}
    return {name: not kind & {"failure", "error"} for name, kind in kinds.items() if "skipped" not in kind}


def lost(library, theirs, ours):
    """The tests that pass with HIPS autograd and fail with ours, but for those that are known to."""
    found = [name for name, passed in theirs.items() if passed and not ours.get(name)]
    return [name for name in found if not name.endswith(tuple(library.different))]


def main(names):
    if unknown := set(names) - LIBRARIES.keys():
        sys.exit(f"libraries: no library {sorted(unknown)[0]!r}; there are {', '.join(LIBRARIES)}")
    wrong = []
    for name in names or LIBRARIES:
        library = LIBRARIES[name]
        with tempfile.TemporaryDirectory() as folder:
            source = fetched(library, Path(folder))
            theirs, ours = (outcomes(library, source, autograd) for autograd in ("HIPS", "ours"))
        passed = [sum(found.values()) for found in (theirs, ours)]
        print(f"{library.release}: of {len(theirs)} tests {passed[0]} pass with HIPS autograd, {passed[1]} with ours", flush=True)
        wrong += [f"{name}: {test}" for test in lost(library, theirs, ours)]
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
