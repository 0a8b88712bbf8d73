"""Arrays of other kinds than NumPy's: what a class must answer for its objects to be the values of Tensors.

    __stands_for_array__ = True   nothing converts them: no `np.asarray`, no numbers taken out
    NumPy's two protocols         `__array_ufunc__` and `__array_function__`, which hand over to Tensors among the arguments
    what arrays have              shape, ndim, size, dtype, x[index], the operators, astype(dtype, copy=…), copy(),
                                  reshape(shape, order=…)
    __shares_memory__(other)      whether it is a view of the memory of the other, so that a change of one changes both
    __as_array__()                itself, as what `t.numpy()` hands out: changes in place are changes of it

and, if it can be told without waiting for a computation (without these the way is taken that is right for any numbers):

    __finite__(part=None)         whether all of it, or of this part, is finite
    __no_zeros__()                whether no element is 0
    __nowhere__()                 whether a mask is False everywhere
    __call_on_number__(f)         a function of Python's, such as `math.cos`, of the number that it stands for
    __tied__(name)                told of a mask that is True where the function of that name chooses between equals, in a pass
                                  that is recorded: second derivatives there take a look at the numbers

    __leaves_no_trace__ = True    they live in one call only, and may not become the `.grad` of a Tensor made outside

The stand-ins of `capture` are such a class.
"""


def stands_in(x):
    """Whether something is such an array."""
    return hasattr(type(x), "__stands_for_array__")


def shares_memory(out, data):
    """Whether a result that is no array of NumPy's is a view of `data`."""
    return stands_in(out) and out.__shares_memory__(data)
