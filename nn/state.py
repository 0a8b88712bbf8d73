"""The state of a Module: what `state_dict` returns and `load_state_dict` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_core import Tensor, errors
from nn.structure import Structure, is_parameter, near, walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

EXTRA = "_extra_state"  # PyTorch's name for what `get_extra_state` returns


class Keys(NamedTuple):
    """The keys that `load_state_dict` missed in the state, and those it did not expect there."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class State(Structure):
    """The part of Module that saves and loads it."""

    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> dict[str, Any]:
        """{path: array} of all Parameters and persistent Buffers: copies, which further training does not change.

        keep_vars   the Tensors themselves instead

        A shared Parameter is there under each of its paths, as in PyTorch. What a Module returns from `get_extra_state` is
        there as `_extra_state`.
        """
        state = {prefix + name: part if keep_vars else np.array(part.data) for name, part in _state(self).items()}
        return state | {prefix + name: module.get_extra_state() for name, module in _with_extra(self).items()}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Keys:
        """Put the values of a `state_dict()` into the Parameters and Buffers, which keep their dtypes.

        state    {path: array}, of these shapes exactly
        strict   whether missing and unexpected paths are errors too
        assign   take the dtypes of the state; optimizers go on with the same Parameters

        Returns (missing_keys, unexpected_keys). Raises ValueError (ShapeError if shapes differ) with all problems at
        once; nothing is loaded then.
        """
        own, extra = _state(self), _with_extra(self)
        missing = [name for name in (*own, *extra) if name not in state]
        unexpected = [name for name in state if name not in own and name not in extra]
        problems, misfit, values = [], False, []
        if strict:
            problems += [f"{name}: missing" for name in missing]
            problems += [f"{name}: unexpected{near(name, missing)}" for name in unexpected]
        for name, part in own.items():
            if name not in state:
                continue
            given = state[name]
            if isinstance(given, Tensor) and given.requires_grad and not given.is_leaf:
                problems.append(f"{name}: a Tensor that would be cut out of its graph; write .detach() after it")
                continue
            value = np.asarray(getattr(given, "data", given) if isinstance(given, Tensor) else given)
            if value.shape != part.shape:
                misfit = True
                problems.append(f"{name}: the model has shape {part.shape}, the state {value.shape}")
            elif assign and part.requires_grad and value.dtype.kind not in "fc":
                problems.append(
                    f"{name}: the model trains it, the state has dtype {value.dtype}; expected a float or complex one"
                )
            elif not assign and not np.can_cast(value.dtype, part.dtype, "same_kind"):
                problems.append(f"{name}: the model has dtype {part.dtype}, the state {value.dtype}")
            values.append((part, value))
        if problems:
            kind = errors.ShapeError if misfit else ValueError
            listed = "\n  ".join(problems)
            raise kind(
                f"load_state_dict: nothing was loaded into {type(self).__name__}, since the state does not fit:\n  {listed}"
            )
        for part, value in values:
            if assign and value.dtype != part.dtype:
                replace(part, value)
                continue
            data = np.empty_like(part.data)  # in the order in memory that it has
            data[...] = value
            part.data = data
        for name, module in extra.items():
            if name in state:
                module.set_extra_state(state[name])
        return Keys(missing, unexpected)

    def get_extra_state(self) -> Any:
        """What else belongs to the state: write it, and `set_extra_state(state)`, if there is anything."""
        raise NotImplementedError(f"{type(self).__name__} has no extra state: write get_extra_state(self) and set_extra_state")

    def set_extra_state(self, state: Any) -> None:
        """Take back what `get_extra_state` has returned."""
        raise NotImplementedError(f"{type(self).__name__} has get_extra_state(self), so write set_extra_state(self, state) too")


def replace(tensor: Tensor, value: Any) -> None:
    """Give a Tensor a value of another dtype. It stays the same object, so that optimizers and ties go on with it."""
    gradient, tensor.grad = tensor.grad, None
    tensor.data = tensor.data  # so that a graph that saved the old value says that it was changed
    Tensor.__init__(tensor, value, tensor.requires_grad, tensor.name)
    if gradient is not None and tensor.requires_grad:
        gradient = gradient.detach().data if isinstance(gradient, Tensor) else gradient
        tensor.grad = gradient.astype(tensor.dtype)


def _state(module: Structure) -> dict[str, Tensor]:
    """{path: Parameter or persistent Buffer}."""
    state: dict[str, Tensor] = {}
    for path, part, buffer in walk(module, once=False):
        if buffer or is_parameter(part, buffer):
            if path in state:
                raise ValueError(f"state_dict: two parameters have the path {path!r}; give them different names")
            state[path] = part
    return state


def _with_extra(module: Structure) -> dict[str, State]:
    """{path of its extra state: Module} for those that have one."""
    modules = ((name, part) for name, part, _ in walk(module, once=False) if isinstance(part, State))
    extra = ((name, part) for name, part in modules if type(part).get_extra_state is not State.get_extra_state)
    return {f"{name}.{EXTRA}" if name else EXTRA: part for name, part in extra}
