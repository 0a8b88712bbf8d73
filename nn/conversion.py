"""Modules of another dtype; and what is said to those who ask for another device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.state import replace
from nn.structure import Structure, walk

if TYPE_CHECKING:
    from typing import Any, NoReturn, Self

    from numpy.typing import DTypeLike


class Conversion(Structure):
    """The part of Module that changes the dtype of its Parameters and Buffers."""

    def to(self, *args: Any, device: object = None, dtype: DTypeLike | None = None, non_blocking: bool = False) -> Self:
        """Give all floating Parameters and Buffers a dtype: `to(np.float32)`, or that of a Tensor or array, `to(x)`.

        They stay the same objects, so optimizers go on with them; hooks of a Tensor itself are gone. The device "cpu" changes
        nothing, and there is no other one.

        >>> import numpy as np, nn
        >>> nn.Linear(2, 3).to(np.float32).weight.dtype
        dtype('float32')
        """
        for given in args:
            if isinstance(given, bool):  # non_blocking, by position
                continue
            if isinstance(given, (Tensor, np.ndarray)):
                dtype = given.dtype
            elif given is not None and (named := _as_dtype(given)) is not None:
                dtype = named
            else:
                check_device("Module.to", given)
        check_device("Module.to", device)
        if dtype is None:
            return self
        wanted = np.dtype(dtype)
        if wanted.kind not in "fc":
            raise TypeError(
                f"Module.to: dtype must be floating or complex, got {wanted}; write type({wanted}) for all, also integers"
            )
        return self._converted(wanted, "f" if wanted.kind == "f" else "fc", "Module.to")

    def float(self) -> Self:
        """Make all floating Parameters and Buffers float32."""
        return self._converted(np.dtype(np.float32), "f")

    def double(self) -> Self:
        """Make all floating Parameters and Buffers float64."""
        return self._converted(np.dtype(np.float64), "f")

    def half(self) -> Self:
        """Make all floating Parameters and Buffers float16, which NumPy computes slowly."""
        return self._converted(np.dtype(np.float16), "f")

    def type(self, dst_type: DTypeLike) -> Self:
        """Give all Parameters and Buffers this dtype, integers too."""
        return self._converted(np.dtype(dst_type), "fciub")

    def _converted(self, dtype: np.dtype[Any], kinds: str, what: str | None = None) -> Self:
        tensors = [(path, part) for path, part, _ in walk(self) if isinstance(part, Tensor) and part.is_leaf]
        for path, tensor in tensors:
            if tensor.dtype.kind == "c" and dtype.kind != "c" and (what or tensor.dtype.kind in kinds):
                raise TypeError(f"{what or 'Module.type'}: {path} is complex, and would lose its imaginary part as {dtype}; "
                                "write float() or double() for the others")  # fmt: skip
        for _, tensor in tensors:
            if tensor.dtype.kind in kinds and tensor.dtype != dtype:
                replace(tensor, tensor.data.astype(dtype))
        return self

    def cpu(self) -> Self:
        """Change nothing: everything is there already."""
        return self

    def cuda(self, device: object = None) -> NoReturn:
        """An error: there are no other devices."""
        check_device("Module.cuda", "cuda" if device is None else device)
        raise _no_device("Module.cuda", "cuda")


def check_device(what: str, device: object) -> None:
    """Raise for any device but the CPU."""
    name = getattr(device, "type", device)  # of a torch.device
    if device is not None and str(name).partition(":")[0] != "cpu":
        raise _no_device(what, name)


def _no_device(what: str, name: object) -> errors.UnsupportedError:
    return errors.UnsupportedError(
        f"{what}: there is no device {name!r}, since NumPy computes on the CPU; leave the call out, or write .to('cpu')"
    )


def _as_dtype(given: Any) -> np.dtype[Any] | None:
    if isinstance(given, str) and given.partition(":")[0] == "cpu":
        return None
    try:
        return np.dtype(given) if isinstance(given, (str, np.dtype, type)) else None
    except TypeError:
        return None
