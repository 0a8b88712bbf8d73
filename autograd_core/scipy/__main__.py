"""`python -m autograd_core.scipy docs/api/scipy.md` writes what there is of each of SciPy's modules into that page."""

import importlib
import pkgutil
import re
import sys
from pathlib import Path

from autograd_core import scipy
from autograd_core.scipy.declaring import MADE

PLACE = re.compile(r"(<!-- functions of scipy\.([\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def updated(text):
    """The page with the lists of its modules written anew."""
    for module in pkgutil.walk_packages(scipy.__path__, f"{scipy.__name__}."):
        importlib.import_module(module.name)
    return PLACE.sub(lambda found: f"{found[1]}\n{MADE[found[2]].markdown()}\n\n{found[3]}", text)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(updated(page.read_text(encoding="utf-8")), encoding="utf-8")
