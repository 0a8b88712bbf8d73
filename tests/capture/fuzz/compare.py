"""Two worlds walked side by side: whatever differs between what the eager and the captured program left behind."""

import collections
import enum
import functools
import types

import numpy as np

from autograd_core import Tensor

PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)
QUICK = (bool, int, str, bytes, type(None))
CONSTANT = (tuple, frozenset, range, slice)  # that it is another object makes no difference
OPAQUE = (types.ModuleType, types.BuiltinFunctionType, np.ufunc, np.dtype, types.MappingProxyType)


class Walk:
    """Differences between two worlds, as texts. `exact`: to the last bit, else to some digits."""

    def __init__(self, exact, digits=1e-7):
        self.exact, self.digits = exact, digits
        self.twin, self.found = {}, []

    def differ(self, path, text):
        self.found.append(f"{path} {text}")

    def __call__(self, a, b, path):
        """Compare `a`, of the eager world, with `b`, of the captured one."""
        kind = type(a)
        if kind is type(b) and kind in QUICK:
            return None if a == b else self.differ(path, f"is {shown(b)}, not {shown(a)}")
        if left_behind(b):
            return self.differ(path, "holds a stand-in of the recording")
        if is_captured(b):
            for name, value in public(vars(a) if not is_captured(a) else {}).items():
                self(value, getattr(b, name, None), f"{path}.{name}")
            b = b.step
            if is_captured(a):
                a = a.step
            kind = type(a)
        if isinstance(a, PLAIN):
            if type(b) is not kind:
                return self.differ(path, f"is {shown(b)}, not {shown(a)}")
            if not self.same(np.asarray(a), np.asarray(b)):
                self.differ(path, f"is {shown(b)}, not {shown(a)}")
            return None
        if type(b) is not kind and not (isinstance(a, type) or kind.__name__ == type(b).__name__):
            return self.differ(path, f"is {shown(b)}, not {shown(a)}")
        if isinstance(a, OPAQUE) and not getattr(a, "__name__", "").startswith("settings"):
            return None
        if kind is np.ndarray:
            return self.array(a, b, path)
        if isinstance(a, CONSTANT):
            return self.inside(a, b, path)
        if (id(a) in self.twin) != (id(b) in self.twin) or self.twin.get(id(a), b) is not b:
            return self.differ(path, f"is another object than where it was met before ({kind.__name__})")
        if id(a) in self.twin:
            return None
        self.twin[id(a)], self.twin[id(b)] = b, a
        return self.inside(a, b, path)

    def inside(self, a, b, path):
        if isinstance(a, Tensor):
            if (a.requires_grad, a.is_leaf) != (b.requires_grad, b.is_leaf):
                self.differ(path, f"requires_grad={b.requires_grad}, is_leaf={b.is_leaf}, not {a.requires_grad}, {a.is_leaf}")
            self(a.data, b.data, path)
            if a.is_leaf:
                self(a.grad, b.grad, f"{path}.grad")
            self(getattr(a, "__dict__", None), getattr(b, "__dict__", None), path)
        elif isinstance(a, np.random.Generator):
            if a.bit_generator.state != b.bit_generator.state:
                self.differ(path, "is a generator in another state")
        elif isinstance(a, (dict, collections.UserDict, types.MappingProxyType)):
            self.mapping(a, b, path)
            self.attributes(a, b, path)
        elif isinstance(a, (list, tuple, collections.deque)):
            if len(a) != len(b):
                return self.differ(path, f"has {len(b)} items, not {len(a)}")
            for i, (one, other) in enumerate(zip(a, b, strict=True)):
                self(one, other, f"{path}[{i}]")
            self.attributes(a, b, path)
        elif isinstance(a, (set, frozenset)):
            if any(map(left_behind, b)):
                self.differ(path, "holds a stand-in of the recording")
            elif len(a) != len(b) or (all(isinstance(item, PLAIN) for item in (*a, *b)) and a != b):
                self.differ(path, f"is {shown(b)}, not {shown(a)}")
        elif isinstance(a, (types.FunctionType, types.MethodType, functools.partial)):
            self.function(a, b, path)
        elif isinstance(a, (range, slice, enum.Enum)):
            if str(a) != str(b):
                self.differ(path, f"is {b}, not {a}")
        elif isinstance(a, BaseException):
            self(a.args, b.args, f"{path}.args")
        else:
            self.attributes(a, b, path)
        return None

    def mapping(self, a, b, path):
        if len(a) != len(b):
            return self.differ(path, f"has the keys {shown(list(b))}, not {shown(list(a))}")
        for (key, one), (other_key, other) in zip(a.items(), b.items(), strict=True):
            if isinstance(key, PLAIN):
                if key != other_key:
                    return self.differ(path, f"has the keys {shown(list(b))}, not {shown(list(a))}")
            else:
                self(key, other_key, f"{path}.keys()")
            self(one, other, f"{path}[{key!r}]" if isinstance(key, PLAIN) else f"{path}[…]")
        return None

    def function(self, a, b, path):
        if isinstance(a, types.MethodType):
            return self(a.__self__, b.__self__, f"{path}.__self__")
        if isinstance(a, functools.partial):
            return self((a.args, a.keywords), (b.args, b.keywords), path)
        if a.__name__ != b.__name__:
            return self.differ(path, f"is the function {b.__name__}, not {a.__name__}")
        self((a.__defaults__, a.__kwdefaults__), (b.__defaults__, b.__kwdefaults__), f"{path}'s defaults")
        if not path.endswith("['step']"):  # whose attributes are those of what capture made of it
            self(public(vars(a)), public(vars(b)), f"{path}'s attributes")
        for name, one, other in zip(a.__code__.co_freevars, a.__closure__ or (), b.__closure__ or (), strict=False):
            self(contents(one), contents(other), f"{path}'s {name}")
        return None

    def attributes(self, a, b, path):
        module = type(a).__module__ if not isinstance(a, type) else a.__module__
        ours = module.partition(".")[0] in ("nn", "fuzzed", "tests") or module in ("types", "argparse", "_thread", "collections")
        if not ours and not isinstance(a, types.ModuleType):
            return
        slots = [name for one in type(a).__mro__ for name in listed(vars(one).get("__slots__", ()))]
        for name in slots:
            if name not in ("__dict__", "__weakref__"):
                name = f"_{type(a).__name__.lstrip('_')}{name}" if name.startswith("__") else name
                self(getattr(a, name, None), getattr(b, name, None), f"{path}.{name}")
        self.mapping(public(getattr(a, "__dict__", {})), public(getattr(b, "__dict__", {})), path)

    def array(self, a, b, path):
        if (a.shape, a.dtype) != (b.shape, b.dtype):
            self.differ(path, f"has shape {b.shape} and dtype {b.dtype}, not {a.shape} and {a.dtype}")
        elif a.dtype.hasobject:
            self(a.tolist(), b.tolist(), path)
        elif a.flags.writeable and not b.flags.writeable:
            self.differ(path, "is not writeable")
        elif not self.same(a, b):
            self.differ(path, f"is {shown(b)}, not {shown(a)}")

    def same(self, a, b):
        if a.dtype.kind not in "fc":
            return bool(np.all(a == b)) if a.dtype.kind != "V" else a.tobytes() == b.tobytes()
        if a.tobytes() == b.tobytes():
            return True
        if self.exact:
            return np.array_equal(a, b, equal_nan=True) and same_signs(a, b)
        with np.errstate(all="ignore"):
            finite = np.isfinite(a)
            if not np.array_equal(finite, np.isfinite(b)) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
                return False
            digits = self.digits if a.dtype in (np.float64, np.complex128) else 3e-3
            largest = np.max(np.abs(a[finite]), initial=1e-3)
            return bool(np.all(np.abs(a - b)[finite] <= digits * largest))


def same_signs(a, b):
    if a.dtype.kind == "c":
        return same_signs(a.real, b.real) and same_signs(a.imag, b.imag)
    return bool(np.all((np.signbit(a) == np.signbit(b)) | np.isnan(a)))


def is_captured(thing):
    return type(thing).__name__ == "Captured" and type(thing).__module__.startswith("autograd_core")


def left_behind(thing):
    """Whether something is a stand-in of a recording."""
    return type(thing).__module__.startswith("autograd_core.capturing") and not is_captured(thing)


def listed(slots):
    return (slots,) if isinstance(slots, str) else slots


def public(attributes):
    """Attributes but for what Python and `capture` keep there, and what an optimizer has for scratch."""
    return {
        name: value
        for name, value in attributes.items()
        if not (type(name) is str and (name.startswith(("__", "_captured_", "_abc")) or name == "_scratch"))
        and type(value).__name__ not in ("getset_descriptor", "member_descriptor", "wrapper_descriptor")
    }


def contents(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None


def shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 90 else text[:87] + "…"
