"""What a program asks PyTorch about the machine: there is a CPU, and nothing else."""

import types

from autograd_core.compat.torch import words
from autograd_core.compat.torch.words import check_device


def _namespace(name, **members):
    module = types.ModuleType(f"autograd_core.compat.torch.{name}", f"`torch.{name}`: there is none here.")
    vars(module).update(members)
    return module


def _never():
    return False


def _seeded(seed):
    """Nothing: there is no device to seed."""


cuda = _namespace(
    "cuda", is_available=_never, device_count=lambda: 0, manual_seed=_seeded, manual_seed_all=_seeded, empty_cache=lambda: None,
    synchronize=lambda: None, current_device=lambda: check_device("cuda"), get_device_name=lambda *_: check_device("cuda"),
)  # fmt: skip
mps = _namespace("mps", is_available=_never, manual_seed=_seeded)
accelerator = _namespace("accelerator", is_available=_never, current_accelerator=lambda: None, device_count=lambda: 0)
backends = _namespace(
    "backends",
    mps=_namespace("backends.mps", is_available=_never, is_built=_never),
    cuda=_namespace("backends.cuda", is_built=_never),
    cudnn=_namespace("backends.cudnn", is_available=_never, deterministic=False, benchmark=False, enabled=False),
)


def set_printoptions(**_):
    """Nothing: Tensors are printed with PyTorch's usual options."""


def set_num_threads(number):
    """Nothing: NumPy's library for products of matrices takes its number of threads from OMP_NUM_THREADS."""


def get_num_threads():
    """1"""
    return 1


def use_deterministic_algorithms(mode, **_):
    """Nothing: all here is deterministic."""


def set_float32_matmul_precision(precision):
    """Nothing: products are of full precision."""


def set_default_device(device):
    """Nothing for the CPU, an error for any other."""
    check_device(device)


def get_default_device():
    """The CPU."""
    return words.device()


def compile(model=None, **_):
    """The model or function itself, as it is."""
    return model if model is not None else lambda function: function
