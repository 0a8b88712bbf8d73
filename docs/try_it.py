"""`python -m docs.try_it FOLDER`: a JupyterLite page of the notebooks, which runs Python in the browser, with this package in it.

Needs jupyterlite-core, jupyterlite-pyodide-kernel, jupyter-server and build (`nox -s try_it`). The page is made of files: any web
server can hand it out. The browser fetches Python, NumPy, matplotlib and scikit-learn, as WebAssembly, from Pyodide's own server.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
INSTALL = {"cell_type": "code", "id": "install", "metadata": {}, "outputs": [], "execution_count": None}
INSTALL["source"] = ["# In the browser: the wheel lies beside this page\n", "%pip install -q autograd-core"]


def main(out):
    with tempfile.TemporaryDirectory() as folder:
        contents, wheels = Path(folder, "contents"), Path(folder, "wheels")
        contents.mkdir()
        for path in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
            notebook = json.loads(path.read_text(encoding="utf-8"))
            notebook["cells"].insert(1, INSTALL)
            (contents / path.name).write_text(json.dumps(notebook, indent=1), encoding="utf-8")
        run("build", "--wheel", "--outdir", str(wheels), str(ROOT))
        run("pip", "download", "-q", "--no-deps", "--dest", str(wheels), "graphviz")  # what it requires beside NumPy
        wheel_options = [f"--piplite-wheels={wheel}" for wheel in wheels.glob("*.whl")]
        places = [f"--contents={contents}", f"--output-dir={out}", f"--lite-dir={folder}"]
        run("jupyterlite_core.app", "build", *places, "--no-libarchive", *wheel_options, cwd=folder)
    check(out)
    print(f"{out}: python -m http.server --directory {out}, then open /lab/index.html?path=first-gradient.ipynb")


def run(module, *arguments, cwd=ROOT):
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, cwd=cwd)


def check(out):
    """The notebooks and the wheels are in the page."""
    listed = {item["name"] for item in json.loads((out / "api" / "contents" / "all.json").read_text(encoding="utf-8"))["content"]}
    notebooks = {path.name for path in (ROOT / "docs" / "notebooks").glob("*.ipynb")}
    wheels = {path.name.split("-")[0] for path in out.rglob("*.whl")}
    if missing := (notebooks - listed) | ({"autograd_core", "graphviz"} - wheels):
        sys.exit(f"{out}: the page lacks {', '.join(sorted(missing))}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m docs.try_it", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write the page")
    main(parser.parse_args().folder.resolve())
