"""PyTorch's names and meanings, for course code as it stands: change the imports, and leave the rest.

    import autograd_core.compat.torch as torch
    import autograd_core.compat.torch.nn as nn
    import autograd_core.compat.torch.nn.functional as F
    from autograd_core.compat.torch.utils.data import DataLoader

Tensors are Tensors of autograd_core with PyTorch's methods; layers, optimizers and data sets are those of nn. Random numbers are
others than PyTorch's for the same seed, all else is meant to be the same. What it lacks is an AttributeError that says so.

boundary               where PyTorch's meanings end and NumPy's begin
words, promotion       dtypes, devices and shapes; the dtype of a result
tensor, printing       Tensor, and how it is printed
operations             functions and methods, in families
creation, randomness   functions that make Tensors
autograd, func, modes  gradients
linalg, saving, machine
wrapping               how nn becomes nn, optim and utils.data
"""

import math as _math

from autograd_core.compat.torch import autograd as autograd
from autograd_core.compat.torch import creation as _creation
from autograd_core.compat.torch import func as func
from autograd_core.compat.torch import linalg as linalg
from autograd_core.compat.torch import machine as _machine
from autograd_core.compat.torch import nn as nn
from autograd_core.compat.torch import operations as _operations
from autograd_core.compat.torch import optim as optim
from autograd_core.compat.torch import randomness as _randomness
from autograd_core.compat.torch import utils as utils
from autograd_core.compat.torch import words as _words
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.methods import method_of
from autograd_core.compat.torch.modes import enable_grad as enable_grad
from autograd_core.compat.torch.modes import inference_mode as inference_mode
from autograd_core.compat.torch.modes import is_grad_enabled as is_grad_enabled
from autograd_core.compat.torch.modes import no_grad as no_grad
from autograd_core.compat.torch.modes import set_grad_enabled as set_grad_enabled
from autograd_core.compat.torch.randomness import Generator as Generator
from autograd_core.compat.torch.randomness import default_generator as default_generator
from autograd_core.compat.torch.saving import load as load
from autograd_core.compat.torch.saving import save as save
from autograd_core.compat.torch.tensor import Tensor as Tensor
from autograd_core.compat.torch.words import Size as Size
from autograd_core.compat.torch.words import device as device
from autograd_core.compat.torch.words import dtype as dtype
from autograd_core.compat.torch.words import finfo as finfo
from autograd_core.compat.torch.words import get_default_dtype as get_default_dtype
from autograd_core.compat.torch.words import iinfo as iinfo
from autograd_core.compat.torch.words import set_default_dtype as set_default_dtype

__version__ = "2.13.0+autograd_core"
pi, e, inf, nan = _math.pi, _math.e, _math.inf, _math.nan


def _of(module):
    return {
        name: value
        for name, value in vars(module).items()
        if name[0] != "_" and getattr(value, "__module__", "") == module.__name__
    }


globals().update(_words.DTYPES)
globals().update({name: method_of(name, value) for name, value in _operations.operations("functions").items()})
globals().update(_of(_creation) | _of(_randomness) | _of(_machine))
cuda, mps, accelerator, backends = _machine.cuda, _machine.mps, _machine.accelerator, _machine.backends


def _legacy(name, given):
    def make(*data):
        made = Tensor(*data)
        return made.to(_words.DTYPES[given])

    make.__name__, make.dtype = name, _words.DTYPES[given]
    return make


globals().update({name: _legacy(name, given) for name, given in _words.LEGACY.items()})


def result_type(a, b):
    """The dtype of an operation on two Tensors or numbers."""
    from autograd_core.compat.torch.promotion import result_type as of

    return _words.word_of(of(a, b))


def promote_types(a, b):
    """The dtype of two together."""
    from autograd_core.compat.torch.promotion import promoted

    return _words.word_of(promoted(a.numpys, b.numpys))


def manual_seed(seed):
    """Let the same random numbers come in every run."""
    return _randomness.manual_seed(seed)


vmap = func.vmap
newaxis = None
strided = contiguous_format = preserve_format = None
__getattr__ = _wrapping.refuses(__name__)
