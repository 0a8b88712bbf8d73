"""`torch.nn`: the layers of nn, with parameters of the default dtype, which take and return Tensors of this package.

Whatever nn has is here. A Module that holds Tensors of nn's has them as Tensors of this package: the same objects.
"""

import functools

import nn as _nn
from autograd_core.compat.torch import boundary as _boundary
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.access import CORE as _CORE
from autograd_core.compat.torch.access import requires as _requires
from autograd_core.compat.torch.tensor import Tensor as _Tensor
from autograd_core.compat.torch.words import check_device as _check_device
from autograd_core.compat.torch.words import numpy_dtype as _numpy_dtype


class Parameter(_Tensor, _nn.Parameter):
    """A Tensor that a Module trains."""

    __slots__ = ()

    def __init__(self, data=None, requires_grad=True):
        value = data.detach() if isinstance(data, _CORE) else data
        _CORE.__init__(self, value, requires_grad)


class Buffer(_Tensor, _nn.Buffer):
    """A Tensor that belongs to a Module's state but is not trained."""

    __slots__ = ()

    def __init__(self, data, *, persistent=True):
        _CORE.__init__(self, data.detach() if _requires(data) else data)


_boundary.FACES.update({_nn.Parameter: Parameter, _nn.Buffer: Buffer})


def _adopt(value):
    """Give Tensors and Modules of nn in an attribute the classes of this package."""
    if isinstance(value, _CORE):
        _boundary.adopted(value)
    elif isinstance(value, _nn.Module):
        if type(value) in _FACES:
            value.__class__ = _FACES[type(value)]
            _adopt(vars(value))
    elif isinstance(value, dict):
        for part in value.values():
            _adopt(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _adopt(part)


class _Keys(tuple):
    """What `load_state_dict` returns: (missing_keys, unexpected_keys)."""

    missing_keys = property(lambda self: self[0])
    unexpected_keys = property(lambda self: self[1])

    def __repr__(self):
        if not (self[0] or self[1]):
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self[0]}, unexpected_keys={self[1]})"


class Module(_nn.Module):
    """The base of layers and models: set Parameters and Modules as attributes, and write `forward`."""

    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)  # the constructors here take PyTorch's words, such as device=

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        forward = vars(cls).get("forward")
        if callable(forward) and not hasattr(forward, "__runs_outside__"):
            cls.forward = _boundary.outside(forward)

    def __setattr__(self, name, value):
        _adopt(value)
        super().__setattr__(name, value)

    def to(self, *args, dtype=None, device=None, non_blocking=False):
        """In another dtype; any device but the CPU is an error."""
        _check_device(device)
        for given in args:
            if isinstance(given, _CORE):
                dtype = _CORE.dtype.fget(given)
            elif isinstance(given, str) or str(given) == "cpu":
                _check_device(given)
            elif not isinstance(given, bool):
                dtype = given
        if dtype is not None:
            with _boundary.meaning(True):
                super().to(_numpy_dtype(dtype))
            _adopt(vars(self))
        return self

    def float(self):
        """In float32."""
        return self.to(_numpy_dtype("float32"))

    def double(self):
        """In float64."""
        return self.to(_numpy_dtype("float64"))

    def half(self):
        """In float16."""
        return self.to(_numpy_dtype("float16"))

    def cpu(self):
        """The Module itself."""
        return self

    def cuda(self, device=None):
        """An error: there is no GPU."""
        _check_device("cuda")

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Put the values of a `state_dict()` into Parameters and Buffers."""
        with _boundary.meaning(True):
            return _Keys(super().load_state_dict(state_dict, strict))

    def zero_grad(self, set_to_none=True):
        """Forget the gradients of all Parameters."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                parameter.grad.zero_()
        return self

    def __repr__(self):
        children = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        if not children:
            return f"{type(self).__name__}({_details(self)})"
        return "\n  ".join([f"{type(self).__name__}({_details(self)}", *children]) + "\n)"


def _details(module):
    """What PyTorch writes between the brackets, as far as it differs from what nn writes."""
    if type(module) not in _FACES.values():
        return module.extra_repr() if "extra_repr" in vars(type(module)) else ""
    try:
        return _DETAILS.get(type(module).__name__, type(module).extra_repr)(module)
    except AttributeError:
        return module.extra_repr()


def _of_convolution(m):
    padding = m.padding if isinstance(m.padding, str) else _pair(m.padding)
    shown = "" if padding == (0, 0) else f", padding={padding}"
    bias = "" if m.bias is not None else ", bias=False"
    return f"{m.in_channels}, {m.out_channels}, kernel_size={_pair(m.kernel_size)}, stride={_pair(m.stride)}{shown}{bias}"


def _pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def _of_norm(m):
    affine = f"affine={m.weight is not None}, bias={m.bias is not None}"
    return f"{m.num_features}, eps={m.eps}, momentum={m.momentum}, {affine}, track_running_stats=True"


_DETAILS = {
    "Linear": lambda m: f"in_features={m.in_features}, out_features={m.out_features}, bias={m.bias is not None}",
    "Embedding": lambda m: f"{m.num_embeddings}, {m.embedding_dim}",
    "Dropout": lambda m: f"p={m.p}, inplace=False",
    "Conv2d": _of_convolution,
    "MaxPool2d": lambda m: f"kernel_size={m.kernel_size}, stride={m.stride}, padding={m.padding}, dilation=1, ceil_mode=False",
    "AvgPool2d": lambda m: f"kernel_size={m.kernel_size}, stride={m.stride}, padding={m.padding}",
    "BatchNorm1d": _of_norm,
    "BatchNorm2d": _of_norm,
    "GELU": lambda m: f"approximate={m.approximate!r}",
    **dict.fromkeys(["ReLU", "Tanh", "Sigmoid", "SiLU", "CrossEntropyLoss", "MSELoss", "BCELoss", "NLLLoss"], lambda m: ""),
}


def _inside(name):
    method = getattr(_nn.Module, name)
    run = _boundary.inside(method)

    @functools.wraps(method)
    def call(self, *args, **kwargs):
        out = run(self, *args, **kwargs)
        _adopt(vars(self))
        return out

    return call


for _name in dir(_nn.Module):  # functions of the user's that are given to them, such as hooks, run outside
    if _name in ("state_dict", "summary", "add_module") or _name.startswith("register_"):
        setattr(Module, _name, _inside(_name))

_FACES = {_nn.Module: Module, _nn.Parameter: Parameter, _nn.Buffer: Buffer}


def _face(kind):
    """The class of this package for one of nn."""
    if kind in _FACES:
        return _FACES[kind]
    if not issubclass(kind, _nn.Module):
        return _wrapping.face_of_class(kind, __name__)
    members = {
        "__init__": _wrapping.with_default_dtype(kind.__init__),
        "__module__": __name__,
        "__doc__": _wrapping.first_line(kind),
    }
    if hasattr(kind, "forward") and not issubclass(kind, _CONTAINERS):
        members["forward"] = _lazily(kind.forward) if kind.__name__.startswith("Lazy") else _boundary.inside(kind.forward)
        members["forward"].__runs_outside__ = True
    face = _FACES[kind] = type(kind.__name__, (_Container if issubclass(kind, _CONTAINERS) else _Layer, kind), members)
    return face


def _lazily(forward):
    """The first call of a lazy layer, which makes another layer of it."""
    make = _wrapping.with_default_dtype(forward)

    def call(self, *args, **kwargs):
        try:
            return make(self, *args, **kwargs)
        finally:
            _adopt(self)

    return call


class _Layer(Module):
    """The base of the layers of nn here."""


class _Container(Module):
    """The base of Sequential, ModuleList and ModuleDict here, whose Modules are attributes too: `net.fc` is `net[0]`."""

    def __getattr__(self, name):
        items = vars(self).get("_items", ())
        if isinstance(items, dict) and name in items:
            return items[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)


def _set_item(self, index, module):
    items = self._items
    items[list(items)[index]] = module
    _adopt(module)


_CONTAINERS = (_nn.Sequential, _nn.ModuleList, _nn.ModuleDict)
_public = _wrapping.public(_nn)
globals().update(
    {name: value for name, value in _wrapping.wrapped(_public, _face).items() if name not in ("load", "save", "manual_seed")}
)

if not hasattr(_nn.Sequential, "__setitem__"):
    globals()["Sequential"].__setitem__ = _set_item


def _from_pretrained(cls, embeddings, freeze=True, **options):
    """An Embedding with these rows, which are not trained unless freeze=False."""
    layer = cls(*embeddings.shape, **options)
    layer.weight.data = embeddings.detach()
    layer.weight.requires_grad = not freeze
    return layer


if not hasattr(_nn.Embedding, "from_pretrained"):
    globals()["Embedding"].from_pretrained = classmethod(_from_pretrained)

from autograd_core.compat.torch.nn import functional as functional  # noqa: E402
from autograd_core.compat.torch.nn import init as init  # noqa: E402
from autograd_core.compat.torch.nn import utils as utils  # noqa: E402

parameter = type("parameter", (), {"Parameter": Parameter})
modules = type("modules", (), {"Module": Module})


__getattr__ = _wrapping.refuses(__name__)
