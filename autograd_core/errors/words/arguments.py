"""Names of arguments, and what to write in their place."""

NOWHERE = "nothing in its place: a value lies where its array does, NumPy's on the CPU, CuPy's on a GPU"
# PyTorch's names of arguments, in calls of NumPy's functions: what to write for `name=value`
KEYWORDS = {
    "dim": "axis={value}",
    "dims": "axis={value}",
    "keepdim": "keepdims={value}",
    "unbiased": "ddof=1 for unbiased=True, ddof=0 (the default here) for False",
    "correction": "ddof={value}",
    "descending": "np.sort(t)[..., ::-1] for descending=True",
    "device": NOWHERE,
    "layout": NOWHERE,
    "memory_format": NOWHERE,
    "non_blocking": NOWHERE,
    "pin_memory": NOWHERE,
    "start_dim": "t.reshape(len(t), -1) for start_dim=1",
    "dim0": "t.swapaxes(dim0, dim1)",
    "input": "the array first, without a name",
}
# … in `Tensor(…)`
OF_TENSOR = {"dtype": "Tensor(np.array(data, dtype))", "device": NOWHERE, "pin_memory": NOWHERE}
# … and in layers and optimizers, whose arguments are PyTorch's, what is not
OF_CONSTRUCTORS = {"device": NOWHERE, "learning_rate": "lr={value}", "axis": "dim={value}", "keepdims": "keepdim={value}"}
