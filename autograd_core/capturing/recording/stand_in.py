"""What stands in the place of an array while a step is recorded.

A `StandIn` is no ndarray. It holds a real array, with which everything is really computed, and the place of that array in
the program. NumPy hands every call of it over (`__array_ufunc__`, `__array_function__`); a function that does not
hand over would have to convert it, and `__array__` refuses that, with the user's line. Nothing is left out silently.

- Testing one for truth is a guard: the program is good for as long as the answer stays the same.
- Taking a number out of one (`item()`, `float(…)`, `print`) is refused: nobody could say what it is used for.
- Writing into one makes a new value of the program; the arrays that it stands for are never changed.
"""

import operator
import sys
from weakref import ref

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.look.known import EXTENSION, OWN, library
from autograd_core.capturing.program.calls import is_finite
from autograd_core.capturing.program.forms import astype, setitem, ufunc_at
from autograd_core.capturing.program.functions import is_basic_index
from autograd_core.capturing.reasons import refusal
from autograd_core.capturing.recording.methods import RecordedMethods
from autograd_core.graph.variable import Variable

ASKED = {np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj, np.isscalar, np.min_scalar_type,
         np.common_type, np.broadcast_shapes, np.may_share_memory, np.shares_memory}  # fmt: skip


class StandIn(RecordedMethods):
    """An array or NumPy scalar of a step that is being recorded."""

    __stands_for_array__ = True
    __slots__ = ("__weakref__", "_base", "_views", "dtype", "ndim", "now", "recorder", "shape", "size", "value")

    def __init__(self, recorder, now, value):
        self.recorder, self.now, self.value, self._base, self._views = recorder, now, value, None, ()
        self.shape, self.ndim, self.size, self.dtype = value.shape, value.ndim, value.size, value.dtype or np.result_type(now)

    nbytes = property(lambda self: np.asarray(self.now).nbytes)
    itemsize = property(lambda self: self.dtype.itemsize)

    # NumPy's protocols

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        if any(isinstance(x, Variable) for x in inputs):
            return NotImplemented
        if method == "at":
            target = inputs[0]
            if not isinstance(target, StandIn):
                raise refusal(reasons.AT, function=ufunc.__name__)
            index, *operands = inputs[1:]
            if is_basic_index(index) and np.result_type(target, *operands) == target.dtype:  # which hits no element twice
                target[index] = ufunc(target[index], *operands)
            else:
                target._become(self.recorder.add(ufunc_at, (target, ufunc, index, *operands), kwargs))
            return None
        into = None if out is None else out[0] if len(out) == 1 else out
        if into is not None and not isinstance(into, StandIn):
            raise refusal(reasons.OUT, function=ufunc.__name__)
        if into is not None and kwargs.get("where", True) is not True:
            raise refusal(reasons.OUT_WHERE, function=ufunc.__name__)
        result = self.recorder.add(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)
        if into is None:
            return result
        return into._store(result)

    def __array_function__(self, function, types, args, kwargs):
        if any(issubclass(kind, Variable) for kind in types):
            return NotImplemented
        if function in ASKED:
            if function in (np.may_share_memory, np.shares_memory) and _asked_by_user(sys._getframe(1)):
                raise refusal(reasons.BYTES, name=function.__name__)
            return self.recorder.asked(function, args, kwargs)
        if kwargs.get("out") is not None:
            into, others = kwargs["out"], {name: value for name, value in kwargs.items() if name != "out"}
            if not isinstance(into, StandIn):
                raise refusal(reasons.OUT, function=function.__name__)
            return into._store(self.recorder.add(function, args, others))
        if function in (np.nonzero, np.flatnonzero, np.argwhere, np.unique) or (function is np.where and len(args) == 1):
            raise refusal(reasons.COUNTS, function=function.__name__)
        if function is np.copyto:
            if not isinstance(args[0], StandIn) or len(args) > 2 or kwargs:
                raise refusal(reasons.COPYTO)
            args[0][...] = args[1]
            return None
        if function in (np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis):
            raise refusal(reasons.PUT, function=function.__name__)
        result, shared = self.recorder.add_function(function, args, kwargs)
        base = args[0] if args else None
        if isinstance(base, StandIn):
            for part in result if isinstance(result, (tuple, list)) else (result,):
                if isinstance(part, StandIn):
                    part._is_view_of(base, None, shared)
        return result

    def __array__(self, dtype=None, copy=None):
        raise refusal(reasons.PLAIN)

    def _store(self, result):
        """`out=`: the value of the result, in this array's dtype and shape."""
        if result.shape != self.shape:
            result = self.recorder.add(np.broadcast_to, (result, self.shape), {})
        if result.dtype != self.dtype:
            result = self.recorder.add(astype, (result, self.dtype), {})
        return self._become(result)

    # Views and changes in place

    def _is_view_of(self, base, index, certainly=False):
        if certainly or self.now is base.now or (self.ndim and np.may_share_memory(self.now, base.now)):
            self._base = (base, index)
            base._views = base._views or []
            base._views.append(ref(self, base._views.remove))

    def _become(self, result, whole=False):
        """Take the value of `result`, as a change in place does, in what this is a view of too."""
        if any(view() is not None and view() is not whole for view in tuple(self._views)):
            raise refusal(reasons.OTHER_VIEW)
        if self._base is not None:
            base, index = self._base
            if index is None:
                raise refusal(reasons.VIEW)
            base._become(base.recorder.add(setitem, (base, index, result), {}), whole=self)
        self.recorder.writing = self.recorder.writing or self.value.source is not None
        now = result.now
        self.now = np.asarray(now) if isinstance(self.now, np.ndarray) else now  # also one without axes stays an array
        self.value = result.value
        return self

    def __setitem__(self, index, value):
        if isinstance(value, Variable):
            raise refusal(reasons.TENSOR_INTO)
        if isinstance(value, StandIn) and value._base is not None and value._base[0] is self:
            own = value._base[1]  # from Python 3.12 on `x[1:3] += …` makes its slice twice
            if own is index or (type(own) is type(index) is slice and own == index):
                return  # the end of `x[index] += …`, whose change in place has reached x already
        self._become(self.recorder.add(setitem, (self, index, value), {}))

    def __getitem__(self, index):
        if type(index) is tuple and not index and not isinstance(self.now, np.ndarray):
            return self
        result = self.recorder.add(operator.getitem, (self, index), {})
        result._is_view_of(self, index)
        return result

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(self.now)

    # What is decided by a value, or taken out of the program

    def __bool__(self):
        if self.size != 1:
            return bool(self.now)  # NumPy's own error
        answer = bool(self.now)
        self.recorder.guard(self, answer)
        return answer

    def __as_array__(self):
        """Itself, as an array without axes if it is a number."""
        return self if isinstance(self.now, np.ndarray) else self.recorder.add(np.asarray, (self,), {})

    def __call_on_number__(self, function):
        """A function of Python's on the number that this stands for, as a call of the program."""
        return self.recorder.add(function, (self,), {})

    def item(self, *args):
        raise refusal(reasons.ITEM)

    def tolist(self):
        raise refusal(reasons.TOLIST)

    def __float__(self):
        raise refusal(reasons.FLOAT)

    def __int__(self):
        raise refusal(reasons.INT)

    __trunc__ = __floor__ = __ceil__ = __int__

    def __round__(self, digits=None):
        raise refusal(reasons.ROUND)

    def __complex__(self):
        raise refusal(reasons.COMPLEX)

    def __index__(self):
        raise refusal(reasons.INDEX)

    def __repr__(self):
        raise refusal(reasons.WORDS)

    __str__ = __repr__

    def __format__(self, spec):
        raise refusal(reasons.WORDS)

    def __reduce_ex__(self, protocol):
        raise refusal(reasons.PICKLE)

    def __hash__(self):
        if self.shape or isinstance(self.now, np.ndarray):
            raise TypeError("unhashable type: 'numpy.ndarray'")
        raise refusal(reasons.HASH)

    def __getattr__(self, name):
        """What an array has and this lacks: nothing may go on as if an array lacked it too."""
        own = name == "strides" and not _asked_by_user(sys._getframe(1))
        if name.startswith("__") or own or not hasattr(np.ndarray, name):
            raise AttributeError(f"'numpy.ndarray' object has no attribute {name!r}", name=name, obj=None)
        raise refusal(reasons.BYTES, name=f"{name}{'()' if callable(getattr(np.ndarray, name)) else ''}")

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __finite__(self, part=None):
        """For the strong zero: whether all is finite now; the program is good for as long as it is, or as this part of it is.
        The way for what is not is right for any numbers, and needs no guard."""
        if self.dtype.kind in "fc":
            if not is_finite(self.now):
                return False
            self.recorder.guard_branch("finite", self if part is None else self[part])
        return True

    def __within__(self, bound):
        """For a quick way: whether all is in ±bound now; the program is good for as long as it is."""
        if not (np.all(np.abs(self.now) < bound) if self.shape else abs(self.now) < bound):
            return False
        self.recorder.guard_within(bound, self)
        return True

    def __no_zeros__(self):
        """For the strong zero: whether no element is 0 now; the program is good for as long as none is."""
        if not (np.all(self.now) if self.shape else self.now):
            return False
        self.recorder.guard_branch("nonzero", self)
        return True

    def __shares_memory__(self, other):
        """Whether this is a view of another one's memory."""
        if other is self or not isinstance(other, StandIn):
            return other is self
        return isinstance(self.now, np.ndarray) and np.may_share_memory(self.now, other.now)

    @property
    def flags(self):
        if _asked_by_user(sys._getframe(1)):
            raise refusal(reasons.BYTES, name="flags")
        return self.now.flags

    @property
    def base(self):
        raise refusal(reasons.BYTES, name="base")

    def __nowhere__(self):
        """For a rule that looks whether something is False everywhere; the program holds for as long as the answer does."""
        answer = self.recorder.add(np.any, (self,), {})
        return not answer

    def __tied__(self, name):
        raise refusal(reasons.TIED, function=name)

    def copy(self, order="C"):
        if not isinstance(self.now, np.ndarray):  # a number never changes
            return StandIn(self.recorder, self.now, self.value)
        return self.recorder.add(np.copy, (self,), {})

    def view(self, *args):
        if args:
            raise refusal(reasons.DTYPE_VIEW)
        return self[...]


def _asked_by_user(frame):
    """Whether code that is not this package's asks how an array lies in memory, which may be otherwise in the next call."""
    while (frame.f_globals.get("__name__") or "").startswith("autograd_core.tensor."):  # which hands on what a user asks
        frame = frame.f_back
    module = frame.f_globals.get("__name__")  # code that this package has made of text has none
    return module is not None and library(module) not in (OWN, EXTENSION)
