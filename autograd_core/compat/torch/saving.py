"""`torch.save` and `torch.load`: files of arrays as `nn.save` writes them, which need no pickle; whole Modules with pickle, and
only if `load` is asked for it. PyTorch's own files are others."""

import io
import os
import pathlib
import pickle
import tempfile

import nn
from autograd_core.compat.torch.boundary import inside, lifted, meaning

ALONE = "what torch.save was given"
PICKLED = b"autograd_core.compat.torch\n"


def save(obj, f):
    """Write a state_dict, a checkpoint or Tensors to a path or an open file; a whole Module is pickled."""
    content = _pickled(obj) if isinstance(obj, nn.Module) else _arrays(obj)
    if hasattr(f, "write"):
        f.write(content)
    else:
        pathlib.Path(f).write_bytes(content)


def load(f, map_location=None, weights_only=True, **_):
    """What `save` has written. A whole Module needs weights_only=False: unpickling can run any code, so know whose file it is."""
    content = f.read() if hasattr(f, "read") else pathlib.Path(f).read_bytes()
    if content.startswith(PICKLED):
        if weights_only:
            raise pickle.UnpicklingError(
                "torch.load: the file holds a whole Module, and unpickling can run any code; write weights_only=False if you "
                "trust it, or save model.state_dict()"
            )
        with meaning(True):
            return pickle.loads(content[len(PICKLED) :])
    with _path() as path:
        path.write_bytes(content)
        tree = lifted(nn.load(path))
    return tree[ALONE] if tree.keys() == {ALONE} else tree


@inside
def _arrays(obj):
    with _path() as path:
        nn.save(obj if isinstance(obj, dict) and ALONE not in obj else {ALONE: obj}, path)
        return path.read_bytes()


def _pickled(module):
    content = io.BytesIO()
    with meaning(True):
        pickle.dump(module, content)
    return PICKLED + content.getvalue()


class _path:
    """A name for a file, for as long as it is needed."""

    def __enter__(self):
        handle, name = tempfile.mkstemp(suffix=".npz")
        os.close(handle)
        self.path = pathlib.Path(name)
        return self.path

    def __exit__(self, *exc):
        self.path.unlink()
