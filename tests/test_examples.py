"""The examples run, as the README says they do."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent


def test_quickstart():
    command = [sys.executable, "-W", "error", "-m", "examples.quickstart"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "All derivatives agree."
    assert done.stdout.count("differs from finite differences by") == 7
