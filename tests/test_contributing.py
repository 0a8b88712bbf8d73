"""The recipes of CONTRIBUTING.md: each diff applies to the tree, and what its recipe says to run passes then."""

import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"^```(diff|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = {title: BLOCKS.findall(text) for title, text in re.findall(r"^### (.*?)\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL)}
COPIED = ["autograd_core", "nn", "tests", "docs", "pyproject.toml"]

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def tree(tmp_path):
    for name in COPIED:
        if (ROOT / name).is_dir():
            # With what was compiled: a file that a diff changes is compiled anew, by its time and size
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("_build", "_figures"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def applied(diff, tree):
    """Apply a diff in the tree, as `git apply` does: any line of it that is not as the tree has it is an error."""
    done = subprocess.run(["git", "apply", "-"], cwd=tree, input=diff.encode(), capture_output=True, check=False)
    assert done.returncode == 0, f"{diff}\n{done.stderr.decode()}"


def test_there_are_recipes():
    assert len(RECIPES) >= 8
    for blocks in RECIPES.values():
        assert {kind for kind, _ in blocks} == {"diff", "bash"}


def test_the_diffs_apply(tree):
    """Each on its own: they are taken back again."""
    for blocks in RECIPES.values():
        diffs = [text for kind, text in blocks if kind == "diff"]
        for diff in diffs:
            applied(diff, tree)
        for diff in reversed(diffs):
            subprocess.run(["git", "apply", "-R", "-"], cwd=tree, input=diff.encode(), check=True)


@pytest.mark.heavy
@pytest.mark.parametrize("title", RECIPES)
def test_what_a_recipe_says_to_run_passes(title, tree):
    for kind, text in RECIPES[title]:
        if kind == "diff":
            applied(text, tree)
            continue
        for line in text.splitlines():
            program, *rest = shlex.split(line)
            assert program == "python"
            done = subprocess.run([sys.executable, *rest], cwd=tree, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
