"""What the Array API standard asks of an array beside NumPy's attributes: its namespace, its device, and DLPack."""

import numpy as np

from autograd_core.errors import DetachError
from autograd_core.graph.results import recording

VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12")
namespace: list = []  # `autograd_core` puts here the function that loads `array_api`, which is built on Tensor
CPU = "the values of a Tensor are arrays of NumPy"


class Standard:
    """The standard's attributes that NumPy's functions do not give."""

    __slots__ = ()

    def __array_namespace__(self, *, api_version=None):
        if api_version is not None and api_version not in VERSIONS:
            raise ValueError(
                f"__array_namespace__: api_version must be None or one of {', '.join(VERSIONS)}, got {api_version!r}"
            )
        return namespace[0]()

    @property
    def device(self):
        """Where the values are: "cpu"."""
        return "cpu"

    def to_device(self, device, /, *, stream=None):
        """The Tensor itself for "cpu", the only device there is."""
        if device != "cpu":
            raise ValueError(f"to_device: device must be 'cpu', got {device!r}: {CPU}")
        if stream is not None:
            raise ValueError(f"to_device: stream must be None, got {stream!r}: {CPU}")
        return self

    def __dlpack_device__(self):
        return np.empty(0).__dlpack_device__()

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        if self._node is not None and recording() is not False:
            raise DetachError("from_dlpack(t) would cut the Tensor out of the graph; write from_dlpack(t.detach())")
        array = self.numpy()
        return array.__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)
