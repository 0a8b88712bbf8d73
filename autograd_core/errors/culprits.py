"""Who wanted a Tensor as a plain array: the function of another library that the user called, and what to write instead."""

import importlib
import sys
import types

OF_TABLES = {"pandas", "xarray", "polars", "geopandas", "dask"}  # they compute with arrays of their own
AS_ARRAYS = "series.to_numpy() or data_array.to_numpy() beside the Tensor"
KNOWN = {"numpy", "scipy", *OF_TABLES}
OTHERWISE = "it with NumPy's functions, or give it a derivative of your own with autograd_core.primitive"
DETACHED = {"the Tensor": "t.detach() first", "the Matrix": "A.toscipy() for the values"}
DOT = "sparse.dot"
FUNCTIONS, CYTHON = (types.FunctionType, types.BuiltinFunctionType), "cython_function_or_method"
BEFORE_C = {
    "f_raise": "scipy.optimize._zeros_py", "_check_func": "scipy.optimize._minpack_py", "_milp_iv": "scipy.optimize._milp",
    "lfilter": "scipy.signal._signaltools",
}  # fmt: skip
ITERATING = {  # written in Python, so that they would run on Tensors
    "_minimize_scalar_bounded": "scipy.optimize._optimize", "optimize": "scipy.optimize._optimize",
    "_minimize_scalar_golden": "scipy.optimize._optimize", "newton": "scipy.optimize._zeros_py",
    "_fixed_point_helper": "scipy.optimize._minpack_py",
}  # fmt: skip
BRACKETING = dict.fromkeys(("brentq", "brenth", "bisect", "ridder"), "scipy.optimize._zeros_py")
CATCHING = {  # around the functions of minimisers
    "function_wrapper": "scipy.optimize._optimize", "__call__": "scipy._lib._util",
    "_calculate_population_energies": "scipy.optimize._differentialevolution",
}  # fmt: skip
INSTALLED = ("site-packages", "dist-packages")
THIS = __name__.partition(".")[0]


def culprit():
    """("softmax of scipy", what to write instead), or None if the user's own line asked for it."""
    library = name = None
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        top = module.partition(".")[0]
        if top != THIS:
            if top not in KNOWN and not any(part in frame.f_code.co_filename for part in INSTALLED):
                break
            called = _of_scipy(frame) if top == "scipy" else _called(frame)
            if called is not None or library is None:
                library, name = top, called
        frame = frame.f_back
    if library is None or (library == "numpy" and name != "vectorize"):  # np.mean([t, u]): np.stack is what to write
        return None
    if library in OF_TABLES:
        return f"an operation of {library}", f"{AS_ARRAYS}, to compute with NumPy's functions alone"
    if name == DOT:
        return "A.dot(t) of a sparse array", "A @ t"
    if library == "scipy" and name is not None:
        return f"scipy.{name}", _counterpart(name)
    return f"{name} of {library}" if name is not None else library, OTHERWISE


def would_cut(what, instead, operand="the Tensor", value=None):
    """The words of the error; `value` is what to write if no derivative is wanted."""
    return f"{what} would cut {operand} out of the graph; write {instead}, or {value or DETACHED[operand]}"


def would_iterate():
    """The words of the error for an iteration: the slope of where it stopped is not that of what it converges to."""
    what, instead = culprit()
    return f"{what} would differentiate its iterations, and not their limit; write {instead}, or {DETACHED['the Tensor']}"


def lost_in_c():
    """Whether one of SciPy's functions looks at what C takes next: root finders at a number, others at an array.

    There an error of ours would be lost: `brentq` ends in a SystemError, `fsolve` prints it, `lfilter` knows no common type.
    """
    return _called_from(BEFORE_C)


def is_caught():
    """Whether one of SciPy's minimisers asks, which would catch a TypeError, and say that the function returned no number."""
    return _called_from(CATCHING)


def is_iterated():
    """Whether it is one of SciPy's iterations that compares a Tensor, to find out whether it has arrived."""
    if "scipy.optimize" not in sys.modules:
        return False
    frame = sys._getframe(2)
    return ITERATING.get(frame.f_code.co_name, "nowhere") == frame.f_globals.get("__name__")


def is_bracket():
    """Whether it is a root finder's end or tolerance that is asked for its number: the root does not depend on them."""
    return _called_from(BRACKETING)


def _called_from(places):
    """Whether the nearest frame outside this package and NumPy is of one of these functions: {its name: its module}."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in (THIS, "numpy"):
        frame = frame.f_back
    return frame is not None and places.get(frame.f_code.co_name, "nowhere") == frame.f_globals.get("__name__")


def left_of_tensor():
    """Whether it is a sparse array of SciPy, to the left of `@`, that asks for the plain array of the Tensor."""
    frame = sys._getframe(2)
    return frame.f_code.co_name == "_matmul_dispatch" and frame.f_globals.get("__name__", "").startswith("scipy.sparse")


def _called(frame):
    """The name by which a user calls the function of a frame; None for what only stands around others."""
    name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name).rpartition("<locals>.")[2].removesuffix(".__call__")
    last = name.rpartition(".")[2]
    return None if last.startswith(("_", "<")) or "wrap" in last else name


def _of_scipy(frame):
    """ "linalg.expm", "stats.norm.pdf": what a frame of SciPy is for its users; None for what is private.

    SciPy wraps many functions; then the frame is the wrapper's, and the function is one of its variables.
    """
    module, inside = frame.f_globals.get("__name__", ""), frame.f_locals
    owner, _, last = getattr(frame.f_code, "co_qualname", frame.f_code.co_name).rpartition(".")
    if last == "dot" and module.startswith("scipy.sparse"):
        return DOT
    object = inside.get("self")
    made = type(object).__name__ if last == "__init__" else None  # a class that inherits it
    distribution = getattr(object, "name", None)  # and a ufunc of several, which is an object with a name
    distribution = getattr(object, "__name__", None) if distribution is None else distribution
    functions = [f for f in inside.values() if isinstance(f, FUNCTIONS) or type(f).__name__ == CYTHON]
    wrapped = [(f.__module__, f.__name__, "") for f in functions]
    for place, name, method in [
        (module, distribution, "" if owner.endswith("<locals>") else last),
        (module, made, ""),
        (module, owner, ""),
        (module, last, ""),
        *wrapped,
    ]:
        path = _public(place, name)
        if path is not None:
            return path if method in ("", "__call__") or method.startswith("_") else f"{path}.{method}"
    return None


def _public(module, name):
    """The path, without "scipy.", of the nearest public module that has a function, class or object of that name."""
    parts = (module or "").split(".")
    if not isinstance(name, str) or parts[0] != "scipy":
        return None
    for end in range(len(parts), 1, -1):
        module = sys.modules.get(".".join(parts[:end]))
        if name in getattr(module, "__all__", ()) and not any(part.startswith("_") for part in parts[:end]):
            return ".".join([*parts[1:end], name])
    public = ".".join([*parts[:-1], parts[-1].lstrip("_")])  # such as scipy.optimize.elementwise, written in a file _elementwise
    return f"{public.partition('.')[2]}.{name}" if name in getattr(sys.modules.get(public), "__all__", ()) else None


def _counterpart(path):
    """What to write in the place of one of SciPy's functions."""
    try:
        counterpart = importlib.import_module(f"{THIS}.scipy.declaring").instead_of(path)
    except ImportError:  # a SciPy too old
        counterpart = None
    return counterpart or f"{OTHERWISE} (autograd_core.scipy has no counterpart of it)"
