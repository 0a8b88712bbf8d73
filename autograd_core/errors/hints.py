"""What errors say of a name that is missing: what to write for PyTorch's, or why there is nothing of it."""

import functools

from autograd_core.errors.words import ROWS

# The same name and the same call in NumPy: np.log1p(p), np.hypot(t, u), np.gcd(k, k)
OF_ONE = """
angle arccos arccosh arcsin arcsinh arctan arctanh argwhere ceil corrcoef cosh count_nonzero cov deg2rad diag diagflat diff
exp2 expm1 fix fliplr flipud floor frexp isfinite isinf isnan isneginf isposinf isreal log10 log1p log2 logical_not nan_to_num
nanmean nansum negative ones_like positive rad2deg reciprocal rot90 sign signbit sinc sinh tan trapezoid tril triu trunc
unique zeros_like
"""
OF_TWO = """
allclose arctan2 copysign cross divide float_power floor_divide fmax fmin fmod greater greater_equal heaviside hypot inner
isclose kron less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor maximum minimum multiply nextafter
not_equal remainder subtract true_divide
"""
OF_INTEGERS = """
bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor gcd lcm
"""
CONSTANTS = """
complex64 complex128 e euler_gamma finfo float16 float32 float64 iinfo inf int8 int16 int32 int64 nan newaxis pi uint8
"""
IN_PLACE = """
abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin
asinh atan atan2 atanh baddbmm bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor ceil
clamp_max clamp_min clip conj_physical copysign cos cosh cumprod cumsum deg2rad digamma divide eq erf erfc erfinv exp exp2
expm1 fill fix float_power floor floor_divide fmod frac gcd ge greater greater_equal gt heaviside hypot i0 igamma igammac lcm
ldexp le lerp less less_equal lgamma log log10 log1p log2 logical_and logical_not logical_or logical_xor logit lt
masked_scatter multiply mvlgamma nan_to_num ne neg negative nextafter not_equal polygamma put rad2deg reciprocal relu
remainder round rsqrt sgn sigmoid sign sin sinc sinh sqrt square squeeze subtract swapaxes swapdims t tan tanh transpose tril
triu true_divide trunc unsqueeze xlogy
"""

MATRIX = "matvec"  # what SciPy's iterative solvers ask for, of all that is no array of NumPy's
MEMORY = "strides flags setflags ctypes base byteswap getfield setfield"  # of NumPy's arrays

NOT_HERE = {
    "a value lies where its array does: NumPy's on the CPU, CuPy's on a GPU": """
        cuda xpu ipu mps mtia get_device pin_memory record_stream to_mkldnn device accelerator amp autocast Event
        Stream GradScaler is_cpu is_cuda is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_pinned is_vulkan is_xla
        is_xpu set_default_device get_default_device set_float32_matmul_precision get_float32_matmul_precision has_mkl
        has_lapack has_openmp""",
    "how an array lies in memory is asked of NumPy's: t.numpy().strides, .flags, .ctypes": """
        stride is_contiguous contiguous storage storage_offset storage_type untyped_storage data_ptr const_data_ptr
        layout dim_order as_strided as_strided_ as_strided_scatter new_empty_strided empty_strided is_set_to set_ resize resize_
        resize_as resize_as_ is_shared share_memory_ hash_tensor module_load is_conj is_neg memory_format
        contiguous_format preserve_format channels_last strided""",
    "there are no quantized numbers, and no dtypes but NumPy's": """
        bfloat16 chalf dequantize int_repr is_quantized q_per_channel_axis q_per_channel_scales
        q_per_channel_zero_points q_scale q_zero_point qscheme quantize_per_tensor quantize_per_channel qint8 quint8
        qint32 complex32 quantization quantized""",
    "sparse arrays are SciPy's: A @ t, and autograd_core.sparse": """
        coalesce is_coalesced indices col_indices ccol_indices crow_indices row_indices dense_dim sparse_dim is_sparse
        is_sparse_csr is_nested slice_inverse smm sspaddmm sparse_mask sparse_resize_ sparse_resize_and_clear_
        resize_as_sparse_ to_dense to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc to_sparse_csr
        to_padded_tensor sparse sparse_coo_tensor sparse_csr_tensor nested SparseAdam""",
    "the graph is shown by autograd_core.visualize, and t.register_hook(f) sees a gradient": """
        grad_fn grad_dtype output_nr retains_grad register_post_accumulate_grad_hook as_subclass is_inference
        reinforce volatile""",
    "NumPy has no such function; write it with those it has": """
        renorm renorm_ mode unique_consecutive nonzero_static index_reduce index_reduce_ scatter_reduce scatter_reduce_
        histogram apply_ map_ map2_ stft istft pixel_shuffle pixel_unshuffle channel_shuffle""",
    "write it with scipy.linalg, of which autograd_core.scipy.linalg has derivatives": """
        lu lu_solve lu_unpack geqrf orgqr ormqr lobpcg pca_lowrank svd_lowrank""",
    "these are functions of autograd_core: grad, jacobian, hessian, vjp, jvp, and vmap(f, in_axes, out_axes)": "vmap func",
    "the threads of NumPy's BLAS are set by threadpoolctl": "set_num_threads get_num_threads",
    "chunks of Dask arrays and processes under MPI are served by autograd_core.parallel": """
        is_distributed distributed multiprocessing DistributedSampler DataParallel SyncBatchNorm parallel""",
}


@functools.cache
def rows():
    """(heading, PyTorch's line, whether the numbers are the same, our line) of each row of the table."""
    listed, heading = [], None
    for line in ROWS.strip().splitlines():
        if line.startswith("# "):
            heading = line[2:]
        elif line:
            arrow = " -> " if " -> " in line else " ~> "
            theirs, _, ours = line.partition(arrow)
            listed.append((heading, theirs, arrow == " -> ", ours))
    return listed


def name_of(theirs):
    """ "t.view(3, 2)" -> "view" """
    return theirs.partition("(")[0].rpartition(".")[2]


@functools.cache
def lines():
    """{name: (PyTorch's line, ours)}"""
    of_numpy = [(OF_ONE, "{}(t)"), (OF_TWO, "{}(t, u)"), (OF_INTEGERS, "{}(k, k)")]
    calls = {name: call.format(name) for names, call in of_numpy for name in names.split()}
    known = {name: (f"torch.{call}", f"np.{call}") for name, call in calls.items()}
    known |= {name: (f"torch.{name}", f"np.{name}") for name in CONSTANTS.split()}
    for _, theirs, _, ours in reversed(rows()):
        known[name_of(theirs)] = theirs, ours
    return known


def hint(name):
    """What to write in the place of PyTorch's `name`, or why there is nothing of it; None for a name that is not in the table."""
    if name in lines():
        theirs, ours = lines()[name]
        return f"PyTorch's {theirs} is {ours} here"
    base = name.removesuffix("_")
    if base != name and base in IN_PLACE.split():
        ours = lines()[base][1] if base in lines() else f"t.{base}(…)"
        return f"it would change t in place; write t = {ours} for a recorded result, or t[...] = {ours} under no_grad()"
    if name == MATRIX:
        return "A @ x is the product"
    if name in MEMORY.split():
        return f"how an array lies in memory is asked of NumPy's: t.numpy().{name}"
    return next((f"it is not here: {reason}" for reason, names in NOT_HERE.items() if name in names.split()), None)


def absent(owner, name, public=(), otherwise=""):
    """The AttributeError for a name that a module lacks: with the hint, or with the nearest of its `public` names.

    public     the names that the module has
    otherwise  what to say of a name that NumPy lacks too
    """
    said = hint(name)
    if said is None and name[:1] != "_":
        import difflib

        import numpy as np

        near = difflib.get_close_matches(name, public, 1, 0.75)
        said = f"the nearest name is {near[0]!r}" if near else f"NumPy has np.{name}" if hasattr(np, name) else otherwise
    return AttributeError(f"{owner} has no attribute {name!r}{'; ' if said else ''}{said or ''}", name=name)


def names():
    """The names of PyTorch's methods of arrays that the table knows, some of its functions, and what only NumPy's arrays have."""
    of_rows = [name_of(line.partition(" ")[0]) for line in ROWS.splitlines() if line[1:2] == "."]
    in_place = [f"{name}_" for name in IN_PLACE.split()]
    return [*of_rows, *in_place, *" ".join([OF_ONE, OF_TWO, OF_INTEGERS, MEMORY, MATRIX, *NOT_HERE.values()]).split()]


asked_by = [lambda tensor: None]  # `tensor` puts here (a Tensor) -> what to say if a library asks for what it lacks, or None


class Missing:
    """A name that a Tensor lacks: asked for, it says what to write.

    (With a `__getattr__` instead, any attribute of a Tensor would take 50 ns to get and not 7, and an empty slot a microsecond.)
    """

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        said = None if instance is None else asked_by[0](instance)
        raise absent("'Tensor' object", self.name) if said is None else AttributeError(said, name=self.name)


class Listed(type):
    """The class of Tensor: `dir` does not show what is only there to be missed."""

    def __dir__(cls):
        there = {name for kind in cls.__mro__ if kind is not Hints for name in vars(kind)}
        return [name for name in super().__dir__() if name in there]


class Hints(metaclass=Listed):
    """The base that Tensor has for what it lacks."""

    __slots__ = ()
    locals().update({name: Missing(name) for name in names()})

    def __dir__(self):
        """The public names: the nearest of these is what Python suggests for one that is missing ("Did you mean: …")."""
        return [name for name in (*dir(type(self)), *getattr(self, "__dict__", ())) if name[:1] != "_" or name[:2] == "__"]
