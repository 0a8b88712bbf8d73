"""The modules that a program written for HIPS autograd imports, and `install`, which puts them where it looks."""

import importlib
import sys
import types

import numpy as np

from autograd_core.compat.hips import arrays, boxes, checks, containers, extend, flattening, operators, scipy_names, spaces


def install():
    """Let `import autograd`, and the imports of its submodules, find this package. Call it before the program imports them.

    Raises RuntimeError if HIPS autograd itself has been imported already: parts of the program would go on using that.

    >>> from autograd_core.compat import hips
    >>> hips.install()
    >>> import autograd.numpy as np
    >>> from autograd import grad
    >>> grad(lambda x: np.sum(np.array([x, x**2])))(3)
    np.float64(7.0)
    >>> hips.uninstall()
    """
    there = sys.modules.get("autograd")
    if there is not None and not getattr(there, "__autograd_core__", False):
        raise RuntimeError(
            "hips.install(): autograd has been imported already, from "
            f"{getattr(there, '__file__', None) or 'elsewhere'}; call install() before the first import of it"
        )
    if there is None:
        sys.modules.update(_made())


def uninstall():
    """Take the modules that `install` has put there away again; what has imported them keeps them."""
    if getattr(sys.modules.get("autograd"), "__autograd_core__", False):
        for name in [name for name in sys.modules if name == "autograd" or name.startswith("autograd.")]:
            del sys.modules[name]


def _made():
    """{name: module} of all modules."""
    modules = {}

    def module(name, *parts):
        made = modules[name] = types.ModuleType(name, "Of autograd_core.compat.hips, with the names of HIPS autograd.")
        made.__autograd_core__, made.__path__ = True, []
        for part in parts:
            public = part if type(part) is dict else {n: v for n, v in vars(part).items() if not n.startswith("__")}
            vars(made).update(public)
        parent, _, own = name.rpartition(".")
        if parent:
            setattr(modules[parent], own, made)
        return made

    numpy = arrays.numpy_namespace()
    rules = {name: getattr(arrays, name) for name in RULES}
    by_hand = {"make_vjp": operators.make_vjp_of_one, "make_jvp": operators.make_jvp_of_one}
    face = importlib.import_module("autograd_core.compat.hips")
    module("autograd", {name: getattr(face, name) for name in face.__all__ if name not in ("install", "uninstall")})
    module("autograd.builtins", {name: getattr(containers, name) for name in containers.__all__})
    module("autograd.extend", {name: getattr(extend, name) for name in extend.__all__})
    tracer = {
        name: getattr(extend, name) for name in ("Box", "getval", "isbox", "notrace_primitive", "primitive", "register_notrace")
    }
    module("autograd.tracer", tracer)
    tables = {"primitive_vjps": extend.primitive_vjps, "primitive_jvps": extend.primitive_jvps}
    module("autograd.core", _public(modules["autograd.extend"]), by_hand, tables)
    module("autograd.differential_operators", operators)
    wrapping = {"get_name": operators.name_of, "get_doc": operators.doc_of, "wraps": operators.renamed}
    module("autograd.wrap_util", {"unary_to_nary": operators.unary_to_nary, **wrapping})
    module("autograd.util", {"subvals": _subvals, "subval": lambda x, i, v: _subvals(x, [(i, v)]), "func": lambda f: f})
    module("autograd.test_util", checks)
    module("autograd.numpy", numpy)
    linalg = arrays.namespace(np.linalg, "linalg.") | {"cholesky": arrays.cholesky, "T": np.matrix_transpose, "_dot": np.matmul}
    module("autograd.numpy.linalg", linalg)
    module("autograd.numpy.fft", arrays.namespace(np.fft, "fft."))
    module("autograd.numpy.random", _public(np.random))
    module("autograd.numpy.numpy_wrapper", numpy)
    module("autograd.numpy.numpy_boxes", {"ArrayBox": boxes.ArrayBox})
    module("autograd.numpy.numpy_vspaces", spaces)
    module("autograd.numpy.numpy_vjps", rules)
    flat = {name: getattr(flattening, name) for name in ("flatten", "flatten_func", "const_graph")}
    module("autograd.misc", {"flatten": flat["flatten"], "const_graph": flat["const_graph"]})
    module(
        "autograd.misc.optimizers",
        {name: getattr(flattening, name) for name in ("sgd", "rmsprop", "adam", "unflatten_optimizer")},
    )
    module("autograd.misc.fixed_points", {"fixed_point": flattening.fixed_point})
    module("autograd.misc.tracers", {"const_graph": flat["const_graph"]})
    modules["autograd.misc.flatten"] = module("autograd.misc.flatten", flat)
    modules["autograd.misc"].flatten = flat["flatten"]  # a function and a module have this name; the function is the attribute
    if scipy_names.is_there():
        for name, names in scipy_names.modules():
            module(name, names)
    return modules


TRACER = ("Box", "getval", "isbox", "notrace_primitive", "primitive", "register_notrace")
OPTIMIZERS = ("sgd", "rmsprop", "adam", "unflatten_optimizer")
RULES = ("match_complex", "metadata", "repeat_to_match_shape", "replace_zero", "unbroadcast", "unbroadcast_f")


def _public(module):
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def _subvals(x, ivs):
    values = list(x)
    for i, value in ivs:
        values[i] = value
    return tuple(values)
