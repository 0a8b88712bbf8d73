"""Random numbers: PyTorch's functions, on NumPy's generator. The numbers are others than PyTorch's for the same seed."""

import numpy as np

import nn
from autograd_core.compat.torch.access import data_of, dtype_of, shape_of
from autograd_core.compat.torch.assigning import assign
from autograd_core.compat.torch.boundary import inside
from autograd_core.compat.torch.creation import _made, _size
from autograd_core.compat.torch.tensor import Tensor
from autograd_core.compat.torch.words import Default, Word, check_device, device, numpy_dtype


class Generator(Word):
    """`torch.Generator()`: random numbers that repeat after `manual_seed`."""

    __slots__ = ("seeded",)

    def __init__(self, device="cpu"):
        check_device(device)
        self.seeded, self.numpys = 67280421310721, np.random.default_rng(67280421310721)

    device = property(lambda self: device("cpu"), doc="The CPU.")

    def manual_seed(self, seed):
        """Start anew from this seed; returns the generator."""
        self.seeded, self.numpys = int(seed), np.random.default_rng(abs(int(seed)))
        return self

    def seed(self):
        """Start anew from a random seed, which is returned."""
        self.manual_seed(int(np.random.SeedSequence().generate_state(1, np.uint64)[0]) >> 1)
        return self.seeded

    def initial_seed(self):
        """The seed from which it started."""
        return self.seeded

    def get_state(self):
        """Where it is, for `set_state`."""
        return self.numpys.bit_generator.state

    def set_state(self, state):
        """Go on from there."""
        self.numpys.bit_generator.state = state
        return self


default_generator = Generator()
default_generator.seed()


def manual_seed(seed):
    """Let the same random numbers come in every run: those here, and those of layers, initial values and dropout."""
    default_generator.manual_seed(seed)
    default_generator.numpys = nn.manual_seed(abs(int(seed)))
    return default_generator


def seed():
    """Start anew from a random seed, which is returned."""
    manual_seed(default_generator.seed())
    return default_generator.seeded


def initial_seed():
    """The seed from which random numbers started."""
    return default_generator.seeded


def get_rng_state():
    """Where the random numbers are, for `set_rng_state`."""
    return default_generator.get_state()


def set_rng_state(state):
    """Go on from there."""
    default_generator.set_state(state)


def _of(generator):
    return (generator or default_generator).numpys


def _drawn(draw):
    def function(*size, generator=None, dtype=None, device=None, requires_grad=False, **size_by_name):
        size = _size(size or (size_by_name.pop("size", ()),))
        return _made(np.asarray(draw(_of(generator), size)).astype(numpy_dtype(dtype, Default.float)), requires_grad, device)

    return function


rand, randn = _drawn(lambda rng, size: rng.random(size)), _drawn(lambda rng, size: rng.standard_normal(size))


def randint(low, high=None, size=None, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Integers from low to just before high."""
    if size is None:
        low, high, size = 0, low, high
    values = _of(generator).integers(int(low), int(high), _size((size,)))
    return _made(np.asarray(values).astype(numpy_dtype(dtype, np.dtype(np.int64))), requires_grad, device)


def randperm(n, *, generator=None, dtype=None, device=None):
    """The numbers from 0 to n - 1 in a random order."""
    return _made(_of(generator).permutation(n).astype(numpy_dtype(dtype, np.dtype(np.int64))), device=device)


def _like(draw):
    def function(input, *, dtype=None, device=None, requires_grad=False):
        values = draw(_of(None), shape_of(input))
        return _made(np.asarray(values).astype(numpy_dtype(dtype, dtype_of(input))), requires_grad, device)

    return function


rand_like, randn_like = _like(lambda rng, size: rng.random(size)), _like(lambda rng, size: rng.standard_normal(size))


def randint_like(input, low, high=None, *, dtype=None):
    """Integers in the shape of a Tensor."""
    low, high = (0, low) if high is None else (low, high)
    return randint(low, high, shape_of(input), dtype=dtype or dtype_of(input))


def normal(mean, std=1.0, size=None, *, generator=None):
    """Normal with these means and standard deviations, numbers or Tensors."""
    values = [data_of(one) if isinstance(one, Tensor) else one for one in (mean, std)]
    size = _size((size,)) if size is not None else np.broadcast_shapes(*map(np.shape, values))
    return _made(np.asarray(_of(generator).normal(*values, size)).astype(Default.float))


def bernoulli(input, p=None, *, generator=None):
    """1 with these probabilities, else 0."""
    chances = np.full(shape_of(input), p) if p is not None else data_of(input)
    return _made((_of(generator).random(shape_of(input)) < chances).astype(dtype_of(input)))


def poisson(input, generator=None):
    """Poisson distributed with these rates."""
    return _made(np.asarray(_of(generator).poisson(data_of(input))).astype(dtype_of(input)))


def multinomial(input, num_samples, replacement=False, *, generator=None):
    """Row numbers drawn with these weights, which need not add up to 1: (n,) -> (num_samples,), (m, n) -> (m, num_samples)."""
    weights, rng = np.asarray(data_of(input), float), _of(generator)
    if (weights < 0).any() or not np.isfinite(weights).all() or (weights.sum(-1) <= 0).any():
        raise RuntimeError("multinomial: the weights must be finite and not negative, and their sum greater than 0")
    if not replacement and (np.count_nonzero(weights, axis=-1) < num_samples).any():
        raise RuntimeError("multinomial: without replacement there must be as many weights above 0 as samples")
    rows = [rng.choice(len(row), num_samples, replacement, row / row.sum()) for row in weights.reshape(-1, weights.shape[-1])]
    return _made(np.stack(rows).reshape(*weights.shape[:-1], num_samples))


# Methods that fill a Tensor


def _filling(name, draw):
    def fill(self, *args, generator=None, **kwargs):
        rng = generator if generator is not None else default_generator.numpys
        assign(self, ..., np.asarray(draw(rng, shape_of(self), *args, **kwargs)).astype(dtype_of(self)))
        return self

    fill.__name__, fill.__doc__ = name, f"`{name}`: fill the Tensor with random numbers."
    setattr(Tensor, name, inside(fill))


def _random(rng, size, low=0, high=None):
    low, high = (low, high) if high is not None else (0, low or 2**24)
    return rng.integers(low, high, size)


_filling("uniform_", lambda rng, size, a=0.0, b=1.0, **by_name: rng.uniform(by_name.get("from", a), by_name.get("to", b), size))
_filling("normal_", lambda rng, size, mean=0.0, std=1.0: rng.normal(mean, std, size))
_filling("bernoulli_", lambda rng, size, p=0.5: rng.random(size) < (data_of(p) if isinstance(p, Tensor) else p))
_filling("exponential_", lambda rng, size, lambd=1.0: rng.exponential(1 / lambd, size))
_filling("random_", _random)
for _name, _method in (("multinomial", multinomial), ("bernoulli", bernoulli)):
    setattr(Tensor, _name, _method)
