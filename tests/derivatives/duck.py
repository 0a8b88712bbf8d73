"""A bare duck array: NumPy's two protocols and the operators, and nothing else. No attribute of ndarray but shape, ndim,
dtype and size, and no conversion: a rule that comes to depend on more than that fails on it."""

import numpy as np


class Duck(np.lib.mixins.NDArrayOperatorsMixin):
    def __init__(self, value):
        self._value = np.asarray(value)

    shape = property(lambda self: self._value.shape)
    ndim = property(lambda self: self._value.ndim)
    size = property(lambda self: self._value.size)
    dtype = property(lambda self: self._value.dtype)

    def __array__(self, *args, **kwargs):
        raise TypeError("a rule must not convert an array to ndarray")

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return duck(getattr(ufunc, method)(*bare(inputs), **bare(kwargs)))

    def __array_function__(self, function, types, args, kwargs):
        return duck(function(*bare(args), **bare(kwargs)))

    def __getitem__(self, index):
        return Duck(self._value[bare(index)])

    def __bool__(self):
        raise TypeError("a rule must not decide anything by the value of an array")

    __iter__ = None


def bare(tree):
    if isinstance(tree, Duck):
        return tree._value
    if type(tree) in (list, tuple):
        return type(tree)([bare(item) for item in tree])
    if isinstance(tree, tuple):
        return type(tree)(*[bare(item) for item in tree])
    if type(tree) is dict:
        return {key: bare(item) for key, item in tree.items()}
    return tree


def duck(tree, kinds="?bhilqBHILQefdgFDG"):
    """Every array in tuples and lists as a duck, where its dtype is one of `kinds`; static values stay what they are."""
    if isinstance(tree, (np.ndarray, np.generic)):
        return Duck(tree) if tree.dtype.char in kinds else tree
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[duck(item, kinds) for item in tree])
    if type(tree) in (list, tuple):
        return type(tree)([duck(item, kinds) for item in tree])
    return tree
