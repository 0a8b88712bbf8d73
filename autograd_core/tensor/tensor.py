"""Tensor: a NumPy array that remembers how it was computed."""

import operator

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.indexing import getitem
from autograd_core.derivatives.kinds import from_lists, handed_out, stands_in, taken_in
from autograd_core.derivatives.operands import as_plain, detached
from autograd_core.errors import AutogradError, DetachError, DTypeError, GraphError, ShapeError
from autograd_core.errors.arguments import OF_TENSOR, unknown
from autograd_core.errors.culprits import culprit, is_bracket, is_caught, left_of_tensor, would_cut
from autograd_core.errors.hints import Hints, Listed, asked_by
from autograd_core.graph import arity, results
from autograd_core.graph.anomaly import calling_line
from autograd_core.graph.apply import apply, apply_one
from autograd_core.graph.edits import edits
from autograd_core.graph.gradients import backward, gradient_as_array
from autograd_core.graph.hooks import register_hook, retain_grad
from autograd_core.graph.memory import array_of, in_memory, is_array, mark_as_array, memory, put
from autograd_core.graph.modes import anomaly
from autograd_core.graph.nodes import Leaf, give_name, in_words, is_leaf, is_retained, name_of
from autograd_core.graph.results import recording, wrap
from autograd_core.graph.variable import Variable, count_recorded, index_of, plain
from autograd_core.graph.views import base_of, link, unlink, written
from autograd_core.tensor import dispatch
from autograd_core.tensor.changing import assign, become, edit
from autograd_core.tensor.copying import _unpickle, copied, deeply_copied, reduced  # noqa: F401  pickles know _unpickle by this module
from autograd_core.tensor.methods import Methods
from autograd_core.tensor.operators import Operators
from autograd_core.tensor.standard import Standard

quick = dispatch.quick.get  # the way of nearly every `np.f(t)`


class Tensor(Operators, Methods, Standard, Variable, Hints, metaclass=Listed):
    """A NumPy array that remembers how it was computed, so that gradients can be sent back through it.

    data           anything `np.asarray` takes, of a float, complex, integer or bool dtype
    requires_grad  whether `backward()` should put a gradient into `.grad`; then data must be float or complex,
                   and the Tensor keeps a copy of it. Otherwise the Tensor shares the array.
    name           shown by `repr`, in error messages and in drawings

    All operators, all of NumPy's functions with a derivative, indexing and the usual methods work and are recorded.
    If the shape is (), it computes with a NumPy scalar, and `t.data` is the 0-d array in which that is. Raises DTypeError for a
    dtype that cannot be had.

    >>> a = Tensor(2.0, requires_grad=True)
    >>> y = a * a + 1
    >>> y.backward()
    >>> a.grad
    array(4.)
    """

    __slots__ = ()
    __array_priority__ = 1000  # for matrix types older than __array_ufunc__

    def __init__(self, data, requires_grad=False, name=None, **others):
        if others:
            raise unknown("Tensor", *others.popitem(), OF_TENSOR)
        if isinstance(data, Variable):
            if data._node is not None and recording() is not False:
                raise DetachError(
                    "Tensor(t) would cut t out of its graph; write t.detach() for the value, t.copy() for a recorded copy"
                )
            data = data._value if requires_grad or not is_array(data) else memory(data)
        if type(data) is not ndarray and stands_in(data := taken_in(data)):
            self._stand_in(data, requires_grad, name)
            return
        if hasattr(data, "filled"):
            raise DTypeError(
                "Tensor: a masked array would lose its mask; write Tensor(data.filled(value)) and keep the mask beside it"
            )
        value = from_lists(data) if isinstance(data, (list, tuple)) else np.asarray(data)
        if value.dtype.kind not in "fciub":
            raise DTypeError(
                f"Tensor: data must be float, complex, integer or bool, got dtype {value.dtype} from {type(data).__name__}"
            )
        if requires_grad and value.dtype.kind not in "fc":
            raise DTypeError(_integer_message(value.dtype))
        if value.ndim:
            self._value = value.copy("K") if requires_grad else value
        elif requires_grad or not isinstance(data, ndarray):
            self._value = value[()]
        else:
            put(self, value)
        self._name = name
        self._views = None  # as it is in no result, but setting `.data` looks at it, which takes 0.2 µs longer if it is not there
        self._node = Leaf(self, self._value, name) if requires_grad else None

    def _stand_in(self, value, requires_grad, name):
        if requires_grad and value.dtype.kind not in "fc":
            raise DTypeError(_integer_message(value.dtype))
        self._value, self._name = value.copy() if requires_grad else value, name
        self._node = Leaf(self, value, name) if requires_grad else None

    # The value and its place in the graph

    @property
    def data(self):
        """The array itself of a leaf or constant; a read-only view of it for a result.

        Set it to change the value, in the same shape and dtype: a leaf takes a copy, a constant shares an array of its dtype.
        """
        node = self._node
        if node is not None and (type(node) is not Leaf or node.argument):
            return self.numpy()
        value = self._value
        return value if type(value) is ndarray else memory(self) if isinstance(value, generic) else handed_out(value)

    @data.setter
    def data(self, value):
        leaf = self._node
        if leaf is not None and (type(leaf) is not Leaf or leaf.argument):
            raise GraphError(
                f"data of {in_words(leaf)} cannot be set: gradients would be wrong. Make a new Tensor, or t.detach()"
            )
        current = self._value
        if value is not current and type(current) is not ndarray:
            current = array_of(self)
        if value is current or (type(value) is not ndarray and handed_out(value) is handed_out(current)):
            edits.note(self._value, self, calling_line() if anomaly.get() else None)
            if getattr(self, "_views", None):
                written(self)
            return
        given, value = value, plain(value)
        if value is not given and count_recorded((given,)) and recording() is not False:
            raise DetachError(
                "t.data = value would cut value, a Tensor that requires a gradient, out of its graph; write t.data = "
                "value.detach(), or compute with value itself in the place of t"
            )
        if value is not current:
            value = value if type(value) is ndarray else as_plain(value)
            if value.shape != np.shape(current):
                raise ShapeError(f"data: expected an array of shape {self.shape}, got {value.shape}")
            if not np.can_cast(value.dtype, self.dtype, "same_kind"):
                raise DTypeError(
                    f"data: expected an array of dtype {self.dtype}, got {value.dtype}; "
                    f"write value.astype({self.dtype}), or make a new Tensor"
                )
            value = value.astype(self.dtype, copy=leaf is not None)
            value = value if value.ndim or stands_in(value) or value is given else value[()]
        edits.note(value, self, calling_line() if anomaly.get() else None)
        if value is not current:
            unlink(self)
            put(self, value)
        elif getattr(self, "_views", None):
            written(self)

    @property
    def grad(self):
        """The gradient that backward passes have added up: an array of this shape and dtype (a Tensor after
        `create_graph=True`), or None. Set it to None to start again; of an array it takes a copy."""
        gradient = getattr(self, "_grad", None)
        if gradient is None:
            if not self.is_leaf and not is_retained(self._node):
                _warn_not_leaf(self)
            return None
        if type(gradient) is ndarray:
            return gradient
        return gradient_as_array(self) if isinstance(gradient, generic) else handed_out(gradient)

    @grad.setter
    def grad(self, value):
        if value is not None and not isinstance(value, Variable):
            value = taken_in(value)
            value = value.copy() if stands_in(value) else np.array(value)
        if value is not None and (value.shape != self.shape or value.dtype != self.dtype):
            raise ShapeError(
                f"grad: expected None or {self.dtype} of shape {self.shape}, got {value.dtype} of shape {value.shape}"
            )
        self._grad = value

    @property
    def requires_grad(self):
        """Whether gradients are sent back to or through this Tensor."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value):
        if self._node is not None and not is_leaf(self._node):
            if value and type(self._node) is Leaf:
                return
            raise GraphError(f"requires_grad of {in_words(self._node)} cannot be set; only that of a leaf can. Write t.detach()")
        if not value:
            self._node = None
        elif self._node is None:
            if self.dtype.kind not in "fc":
                raise DTypeError(_integer_message(self.dtype))
            unlink(self)
            put(self, self._value.copy())
            self._views = getattr(self, "_views", None)
            self._node = Leaf(self, self._value, self.name)

    def requires_grad_(self, requires_grad=True):
        """Set `requires_grad` and return the Tensor."""
        self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self):
        """Whether this Tensor was made by the user: not computed from one that requires a gradient, nor the argument of a
        function that is being differentiated."""
        return self._node is None or is_leaf(self._node)

    @property
    def name(self):
        """What `repr`, error messages and drawings call it, or None."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, value):
        self._name = value
        give_name(self._node, value)

    backward, register_hook, retain_grad = backward, register_hook, retain_grad
    __setitem__, _edit, _become = assign, edit, become

    def numpy(self):
        """The value as an ndarray: read-only while it is part of a graph, shared otherwise."""
        array, node = self._value, self._node
        if isinstance(array, generic):
            if node is not None and not is_leaf(node) and not in_memory(self):  # the value of a loss
                array = np.array(array)
                array.setflags(False)
                return array
            array = memory(self)
        elif type(array) is not ndarray and stands_in(array):
            return array.__as_array__()
        if node is not None:
            array = array.view()
            array.setflags(False)
        return array

    def detach(self):
        """A Tensor of the same value that is not part of the graph. It is a view of a leaf or constant, so what is written into
        it is written there; of a result it has the value alone."""
        value, node = self._value, self._node
        if not (node is None or is_leaf(node)):
            return wrap(value)
        if isinstance(value, generic):
            if not is_array(self):
                return wrap(value)
            value = memory(self)
        other = mark_as_array(wrap(value))
        if type(value) is ndarray and not value.shape:
            put(other, value)
        base = base_of(self)
        link(self if base is None or self._view[1] is not detached else base, other, detached, (), {})
        return other

    def item(self, *index):
        """The value of a Tensor of one element, or of the element at an index, as a Python number."""
        if index:
            return self._value.item(*index)
        if self.size != 1:
            raise ShapeError(f"item() needs a Tensor of one element, got shape {self.shape}; write t[index].item() or t.tolist()")
        return self._value.item()

    def tolist(self):
        """The value as nested lists of Python numbers."""
        return self._value.tolist()

    # NumPy's protocols

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method == "__call__" and not kwargs and (run := quick(ufunc)) is not None:
            return run(*inputs)
        return dispatch.array_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return dispatch.array_function(function, args, kwargs)

    def __autograd_function__(self, entry, args, kwargs):
        return apply(entry, args, kwargs)

    def _beside(self, entry, other, swapped):
        if not type(other).__module__.startswith("scipy.sparse"):
            return NotImplemented
        from autograd_core.tensor.sparse_products import beside  # it needs SciPy, which is there if one of its arrays is

        return beside(entry, self, other, swapped)

    def __array__(self, dtype=None, copy=None):
        if left_of_tensor():
            return np.array(None)  # to SciPy that is no array, and it leaves A @ t to the Tensor
        self._refuse("np.asarray(t) or np.array([t, …])", "t.numpy() for the value, np.stack([t, …]) for a recorded array")
        return np.array(self.numpy(), dtype=dtype, copy=copy)  # read-only if it shares what a graph may have saved

    def __float__(self):
        self._refuse(
            "float(t), math.f(t) or arr[i] = t",
            "t.item() for the value, np.f(t) for a recorded result, np.stack([t, …]) for a recorded array",
        )
        return float(handed_out(self._value))

    def __int__(self):
        self._refuse("int(t)", "int(t.item())")
        return int(handed_out(self._value))

    def __complex__(self):
        self._refuse("complex(t)", "t.item()")
        return complex(handed_out(self._value))

    def __index__(self):
        self._refuse("t as an index", "int(t.item())")
        return operator.index(self._value)

    def _refuse(self, what, instead):
        if self._node is not None and recording() is not False and not is_bracket():
            kind = AutogradError if is_caught() else DetachError
            raise kind(would_cut(*(culprit() or (what, instead))))

    @property
    def _numba_type_(self):
        """Asked for by functions that numba has compiled."""
        raise DetachError(
            "a function compiled by numba takes no Tensor; give it t.numpy() inside a function with a derivative of your own: "
            "@autograd_core.primitive(x=lambda g, …: …, once=True)"
        )

    def __bool__(self):
        return bool(handed_out(self._value))

    def __format__(self, spec):
        return format(self._value.item() if self.ndim == 0 and spec else self._value if spec else repr(self), spec)

    def __repr__(self):
        if stands_in(self._value):
            value = repr(self._value)
        else:
            value = np.array2string(np.asarray(self._value), separator=", ", prefix="Tensor(")
        parts = [value, f"dtype={self.dtype}"]
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        if type(self._node) is Leaf:
            parts.append("requires_grad=True")
        elif self._node is not None:
            parts.append(f"from {name_of(self._node)}")
        return f"Tensor({', '.join(parts)})"

    def _repr_html_(self):
        from autograd_core.tensor.notebook import as_html  # which notebooks alone ask for

        return as_html(self)

    # Containers

    def __getitem__(self, index):
        return apply_one(getitem, self, (index_of(index),))

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("len() of a 0-d Tensor; write t.size for its number of elements, 1")
        return len(self._value)

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d Tensor; write t.item() for its number")
        return (self[i] for i in range(len(self._value)))

    def __contains__(self, value):
        return value in np.asarray(self._value) if not isinstance(value, Variable) else value._value in np.asarray(self._value)

    __copy__, __deepcopy__, __reduce__ = copied, deeply_copied, reduced


def _integer_message(dtype):
    return (
        f"requires_grad=True needs a float or complex dtype, got {dtype}: write Tensor(2.0) for Tensor(2), or data.astype(float)"
    )


def _warn_not_leaf(tensor):
    import warnings

    warnings.warn(
        f".grad of {in_words(tensor._node)} is None: backward() fills the .grad of leaves only. "
        "Call t.retain_grad() before backward() to have this one too",
        UserWarning,
        stacklevel=3,
    )


def _asked_by(tensor):
    """What to say if a function of a library wants to see the memory of a Tensor whose graph that would cut."""
    asked = culprit() if tensor._node is not None and recording() is not False else None
    if asked is not None and asked[0].startswith("scipy.sparse."):  # which goes on after an AttributeError, and says less
        raise DetachError(would_cut(*asked))
    return would_cut(*asked, value="t.numpy() for the value") if asked is not None else None


asked_by[:] = [_asked_by]
results.Result = arity.Result = Tensor
