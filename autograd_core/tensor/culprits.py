"""Who wanted a Tensor as a plain array: the function of another library that the user called, and what to write instead."""

import sys

OF_TABLES = {"pandas", "xarray", "polars", "geopandas", "dask"}  # they compute with arrays of their own
AS_ARRAYS = "series.to_numpy() or data_array.to_numpy() beside the Tensor"
KNOWN = {"numpy", "scipy", *OF_TABLES}
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
            called = _called(frame)
            if called is not None or library is None:
                library, name = top, called
        frame = frame.f_back
    if library is None or (library == "numpy" and name != "vectorize"):  # np.mean([t, u]): np.stack is what to write
        return None
    if library in OF_TABLES:
        return f"an operation of {library}", f"{AS_ARRAYS}, to compute with NumPy's functions alone"
    what = f"{name} of {library}" if name is not None else library
    return what, "it with NumPy's functions, or give it a derivative of your own with autograd_core.primitive"


def _called(frame):
    """The name by which a user calls the function of a frame; None for what only stands around others."""
    name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name).rpartition("<locals>.")[2].removesuffix(".__call__")
    last = name.rpartition(".")[2]
    return None if last.startswith(("_", "<")) or "wrap" in last else name
