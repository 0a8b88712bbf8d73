"""`torch.utils.data`: the data sets, samplers and loader of `nn.data`."""

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.boundary import outside as _outside

_METHODS = ("__getitem__", "__getitems__", "__len__", "__iter__")


def _subclassed(cls, **kwargs):
    """The methods of a class that a program derives from one here run outside."""
    for name in _METHODS:
        method = vars(cls).get(name)
        if callable(method) and not hasattr(method, "__runs_outside__"):
            setattr(cls, name, _outside(method))


def _face(kind):
    face = _wrapping.face_of_class(kind, __name__)
    face.__init_subclass__ = classmethod(_subclassed)
    return face


_found = _wrapping.wrapped(_wrapping.public(_nn.data), _face)
_Dataset = _found.get("Dataset", object)


class _Indexed(_Dataset):  # type: ignore[misc, valid-type]
    """What has an index and a length, such as a list of samples, as a data set."""

    def __init__(self, samples):
        self.samples = samples

    def __getitem__(self, index):
        return self.samples[index]

    def __len__(self):
        return len(self.samples)

    def __getattr__(self, name):
        if name == "samples":
            raise AttributeError(name)
        return getattr(self.samples, name)


class DataLoader(_found.pop("DataLoader")):  # type: ignore[misc]
    """Iterates over a data set in batches, with PyTorch's arguments; for the rest see `nn.data.DataLoader`."""

    def __init__(
        self, dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None,
        pin_memory=False, drop_last=False, timeout=0, worker_init_fn=None, multiprocessing_context=None, generator=None,
        *, prefetch_factor=None, persistent_workers=False,
    ):  # fmt: skip
        super().__init__(
            dataset if isinstance(dataset, _nn.data.Dataset) else _Indexed(dataset),
            batch_size=batch_size, shuffle=bool(shuffle), sampler=sampler, batch_sampler=batch_sampler,
            num_workers=num_workers, collate_fn=collate_fn, pin_memory=pin_memory, drop_last=drop_last, timeout=timeout,
            worker_init_fn=worker_init_fn, multiprocessing_context=multiprocessing_context, generator=generator,
            prefetch_factor=prefetch_factor, persistent_workers=persistent_workers,
        )  # fmt: skip


globals().update(_found)
__getattr__ = _wrapping.refuses(__name__)
