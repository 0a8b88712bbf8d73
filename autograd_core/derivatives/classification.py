"""What has no entry: every other public function of numpy, numpy.linalg and numpy.fft, and why.

With the table's entries and composed functions these four are all of NumPy; a test fails for a name that is in none
of them, or in two, so that a new NumPy cannot bring a function that nobody has thought about.

    value_only       no derivative by nature: the answer is a bool, an integer, an index, a set, a shape or a text
    unsupported      a derivative could be asked for, or the function makes no sense on a graph: with the way out
    NOT_DISPATCHED   constructors, conversions and settings, which NumPy does not hand over; a conversion such as
                     `np.array(t)` ends in `Tensor.__array__`, which refuses

Classes (np.float64, np.matrix, np.nditer, np.vectorize …) are not functions and are in none of them.
"""

from autograd_core.derivatives.table import unsupported, value_only

# Comparisons and questions about the elements
value_only("""
    equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor logical_not
    all any allclose array_equal array_equiv isclose isfinite isinf isnan isnat isneginf isposinf
    iscomplex isreal signbit count_nonzero
""")  # fmt: skip

# Integers: bits, divisors. A float operand is NumPy's own TypeError
value_only("""
    bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_invert bitwise_count bitwise_left_shift bitwise_right_shift
    invert left_shift right_shift gcd lcm
""")  # fmt: skip

# Where something is, and how often
value_only("""
    argmax argmin nanargmax nanargmin argsort argpartition lexsort argwhere nonzero flatnonzero searchsorted digitize
    diag_indices_from tril_indices_from triu_indices_from ravel_multi_index unravel_index
""")  # fmt: skip

# Sets (those that return elements would cut them out of the graph: `unique` is in `ordering`, the others are refused below)
value_only("in1d isin")

# About the array: shape, type, memory, text, files
value_only("""
    shape ndim size zeros_like ones_like empty_like result_type can_cast common_type min_scalar_type iscomplexobj isrealobj
    may_share_memory shares_memory array2string array_repr array_str save savez savez_compressed savetxt
    einsum_path linalg.matrix_rank
""")  # fmt: skip

unsupported({
    "roots": "write np.linalg.eigvals of the companion matrix",
    "polyfit": "write np.linalg.lstsq(np.vander(x, deg + 1), y)[0]",
    "unique_all unique_counts unique_inverse": "write np.unique, which has return_index, return_inverse and return_counts",
    "intersect1d setdiff1d setxor1d union1d": (
        "write t[np.isin(t, other)] for chosen elements, np.unique(np.concatenate(...)) for a union"
    ),
    "histogram histogram2d histogramdd histogram_bin_edges": (
        "counts have no derivative: write np.histogram(t.detach(), ...), and np.bincount(np.digitize(x, edges), weights) for sums"
    ),
    "asmatrix": "write np.reshape or np.atleast_2d, and @ for the product",
    "bmat": "write np.block",
    "ix_": "write np.meshgrid(..., indexing='ij', sparse=True)",
    "frompyfunc": "write the function with NumPy's functions, or make it one with autograd_core.primitive",
    "nested_iters": "write it with whole arrays",
    "packbits unpackbits": "bits have no derivative: give it the value, t.detach()",
    "busday_count busday_offset is_busday datetime_as_string": "dates have no derivative: give it the value, t.detach()",
})  # fmt: skip

NOT_DISPATCHED = set(str.split("""
    array asarray asanyarray ascontiguousarray asfortranarray asarray_chkfinite require
    zeros ones full empty eye identity tri arange fromfunction fromiter from_dlpack frombuffer fromstring fromfile fromregex
    load loadtxt genfromtxt indices diag_indices tril_indices triu_indices mask_indices broadcast_shapes
    bartlett blackman hamming hanning kaiser fft.fftfreq fft.rfftfreq
    isdtype issubdtype isscalar isfortran iterable promote_types mintypecode typename datetime_data info
    base_repr binary_repr format_float_positional format_float_scientific
    get_printoptions set_printoptions printoptions getbufsize setbufsize geterr seterr geterrcall seterrcall
    get_include show_config show_runtime test linalg.test fft.test
    row_stack trapz
"""))  # the last two just call vstack and trapezoid, which are in the table  # fmt: skip
