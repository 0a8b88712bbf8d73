"""Every example in a docstring of nn runs and prints what it says; every public name is documented."""

import doctest
import importlib
import pkgutil

import pytest

import nn

MODULES = ["nn", *(module.name for module in pkgutil.walk_packages(nn.__path__, "nn."))]
PACKAGES = (nn, nn.functional, nn.optim, nn.optim.lr_scheduler, nn.utils, nn.data)
PUBLIC = {
    f"{package.__name__}.{name}": value
    for package in PACKAGES
    for name in package.__all__
    if callable(value := getattr(package, name))  # no module
}
OF_INIT = [name for name, value in vars(nn.init).items() if getattr(value, "__module__", "") == "nn.init" and name[0] != "_"]
PUBLIC |= {f"nn.init.{name}": getattr(nn.init, name) for name in OF_INIT}


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=options)
    assert failed == 0


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_have_examples_that_run(name):
    """A class one of its own: that of the class it inherits from shows another one."""
    value = PUBLIC[name]
    own = vars(value).get("__doc__") if isinstance(value, type) else value.__doc__
    assert ">>>" in (own or ""), f"the docstring of {name} has no example (>>>)"
    assert "+SKIP" not in own


def test_public_names_are_listed():
    for module in PACKAGES:
        public = {name for name in vars(module) if not name.startswith("_")}
        submodules = {name.rpartition(".")[2] for name in MODULES}
        assert public - submodules == set(module.__all__) - submodules
