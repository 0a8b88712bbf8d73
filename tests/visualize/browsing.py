"""What tests in headless Chromium need: Playwright, a Chromium, and for the accessibility rules axe-core's axe.min.js."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUICK = os.environ.get("HYPOTHESIS_PROFILE") == "quick"
NEEDED = [
    pytest.mark.heavy,
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the PATH"),
    pytest.mark.skipif(QUICK, reason="the quick profile starts no browser"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
AXE = Path(os.environ.get("AXE_CORE", ".cache/node_modules/axe-core/axe.min.js"))
