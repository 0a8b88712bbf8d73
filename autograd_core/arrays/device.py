"""Device: arrays that lie on a device, as CuPy's: nothing of NumPy's stands beside them, and no number is waited for."""

import sys

import numpy as np

from autograd_core.arrays.foreign import Foreign, opened, opened_beside


class Device(Foreign):
    """An array of a library such as CuPy, whose arrays are changed in place and share memory as NumPy's do."""

    __slots__ = ()
    alone = True

    @property
    def namespace(self):
        return sys.modules[type(self.held).__module__.partition(".")[0]]

    def __shares_memory__(self, other):
        return isinstance(other, Device) and bool(self.namespace.may_share_memory(self.held, other.held))

    def __place__(self, constant):
        return type(self)(self.namespace.asarray(constant)) if np.ndim(constant) else constant

    def _has(self, ufunc):
        return hasattr(self.namespace, ufunc.__name__)

    def _opened(self, tree):
        return opened_beside(tree, self)

    def _become(self, result):
        self.held[...] = result.held if isinstance(result, Foreign) else result

    def _put(self, index, value):
        self.held[index] = value

    def _at(self, ufunc, target, index, *operands):
        getattr(self.namespace, ufunc.__name__).at(target.held, opened(index), *opened(operands))
