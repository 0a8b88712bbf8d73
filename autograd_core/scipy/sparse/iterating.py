"""Systems solved by iteration. The gradient solves the transposed system in the same way, to the same tolerance."""

import numpy as np
import scipy.sparse.linalg

from autograd_core.derivatives.table import primitive
from autograd_core.errors import GraphError
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Signature
from autograd_core.scipy.sparse.parts import operator, sparse

SYMMETRIC = {"cg", "minres"}  # or Hermitian: then the transpose is the conjugate
NOT_AGAIN = {"x0", "callback", "show", "CU"}  # of the first solution alone


def iterated_b(g, data, pattern, method, options, out):
    if out[1] != 0:
        raise GraphError(
            f"scipy.sparse.linalg.{method}: it did not converge (info={int(plain(out[1]))}), so what came out has no derivative; "
            "give it a larger maxiter or rtol, or a preconditioner M"
        )
    options = {name: value for name, value in options.items() if name not in NOT_AGAIN}
    if options.get("M") is not None and method not in SYMMETRIC:
        options["M"] = scipy.sparse.linalg.aslinearoperator(options["M"]).T
    if method in SYMMETRIC:
        back, info = iterated(data, pattern, np.conjugate(g[0]), method, options)
        back = np.conjugate(back)
    else:
        back, info = iterated(data, pattern.T, g[0], method, options)
    if info != 0:  # a method that breaks down at one right-hand side; this one does not
        options = {name: value for name, value in options.items() if name in ("rtol", "atol", "maxiter", "M")}
        back, info = iterated(data, pattern.T, g[0], "lgmres", options)
    if info != 0:
        raise GraphError(
            f"scipy.sparse.linalg.{method}: the transposed system, which the gradient needs, did not converge "
            f"(info={int(plain(info))}); give it a larger maxiter or rtol, or a preconditioner M"
        )
    return back


@primitive(
    "A⁻¹ b by iteration | -(A⁻ᵀ ḡ) outᵀ where A has elements | A⁻ᵀ ḡ",
    name="scipy.sparse.linalg.cg",
    outputs=2,
    data=lambda g, data, pattern, method, options, out: pattern.of_outer(
        -iterated_b(g, data, pattern, method, options, out), out[0]
    ),
    b=lambda g, data, pattern, method, options, out: iterated_b(g, data, pattern, method, options, out),
)
def iterated(data, pattern, b, method, options):
    x, info = getattr(scipy.sparse.linalg, method)(pattern.scipys(data), b, **options)
    return x, np.int64(info)


def iterative(name):
    original = getattr(scipy.sparse.linalg, name)
    call = Signature(original)

    def solve(**options):
        A, b = options.pop("A"), options.pop("b")
        data, pattern = operator(A, f"scipy.sparse.linalg.{name}", opaque=True)
        options = {key: plain(value) for key, value in options.items()}
        vector = b[:, 0] if len(b.shape) == 2 else b
        x, info = iterated(data, pattern, vector, name, options)
        return x, int(plain(info))

    solve.__signature__ = call.signature
    sparse.composed(name, "x with A x = b by iteration, and whether it converged")(solve)


for name in ("bicg", "bicgstab", "cg", "cgs", "gmres", "lgmres", "minres", "qmr", "tfqmr", "gcrotmk"):
    iterative(name)
