"""One step of a recurrent layer: RNNCell, LSTMCell and GRUCell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn import functional, init
from nn.dtypes import dtype_of
from nn.functional.recurrent import gru_states, lstm_states, rnn_states
from nn.module import Module, Parameter
from nn.random import generator as generator_of
from nn.values import operand_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from nn.types import Generator


class _Cell(Module):
    """One step of a recurrent layer."""

    gates = 1
    weight_ih: Any
    weight_hh: Any
    bias_ih: Any
    bias_hh: Any

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        random, bound, rows = generator_of(generator), 1 / math.sqrt(hidden_size), self.gates * hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size)}
        for name, shape in (shapes | ({"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {})).items():
            setattr(self, name, init.uniform_(Parameter(np.empty(shape, dtype_of(dtype))), -bound, bound, random))
        if not bias:
            self.bias_ih = self.bias_hh = None

    def _rows(self, what: str, given: Any, size: int, x: Any = None) -> Any:
        """An input or state as a batch; zeros for a state that is not given."""
        if given is None:
            return np.zeros((x.shape[0], size), self.weight_ih.dtype)
        given = operand_of(given, what.removeprefix("the "))
        rows = given[None] if given.ndim == 1 else given
        if rows.ndim != 2 or rows.shape[1] != size or (x is not None and rows.shape[0] != x.shape[0]):
            count = "batch" if x is None else x.shape[0]
            raise errors.ShapeError(
                f"{type(self).__name__}: {what} must have the shape ({count}, {size}) or ({size},), got {np.shape(given)}"
            )
        return rows

    def forward(self, input: Any, hx: Any = None) -> Any:
        input = operand_of(input)
        x = self._rows("the input", input, self.input_size)
        out = self._step(x, self._rows("hx", hx, self.hidden_size, x))
        return out[0] if input.ndim == 1 else out

    def _step(self, x: Any, state: Any) -> Any:
        raise NotImplementedError

    def _sum(self) -> Any:
        return self.bias_ih + self.bias_hh if self.bias else None


class RNNCell(_Cell):
    """One step of `RNN`: (batch, input_size), (batch, hidden_size) -> (batch, hidden_size); without a batch likewise.

    >>> import numpy as np, nn
    >>> nn.RNNCell(3, 5)(np.zeros((2, 3))).shape
    (2, 5)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.nonlinearity = checked_nonlinearity("RNNCell", nonlinearity)
        super().__init__(input_size, hidden_size, bias, dtype=dtype, generator=generator)

    def _step(self, x: Any, state: Any) -> Any:
        gates = functional.linear(x, self.weight_ih, self._sum())
        return rnn_states(gates[None], state, self.weight_hh, self.nonlinearity == "relu")[0]


class LSTMCell(_Cell):
    """One step of `LSTM`: x, (h, c) -> (h, c).

    >>> import numpy as np, nn
    >>> h, c = nn.LSTMCell(3, 5)(np.zeros((2, 3)))
    >>> h.shape, c.shape
    ((2, 5), (2, 5))
    """

    gates = 4

    def forward(self, input: Any, hx: Any = None) -> Any:
        if hx is not None and not (isinstance(hx, (tuple, list)) and len(hx) == 2):
            raise TypeError(f"LSTMCell: hx must be two arrays, (h, c), got {type(hx).__name__}")
        input = operand_of(input)
        x = self._rows("the input", input, self.input_size)
        h, c = (
            self._rows(what, part, self.hidden_size, x)
            for what, part in zip(("h of hx", "c of hx"), hx or (None, None), strict=True)
        )
        gates = functional.linear(x, self.weight_ih, self._sum())
        state = lstm_states(gates[None], np.concatenate([h, c], axis=1), self.weight_hh)[0]
        state = state[0] if input.ndim == 1 else state
        return state[..., : self.hidden_size], state[..., self.hidden_size :]


class GRUCell(_Cell):
    """One step of `GRU`: x, h -> h.

    >>> import numpy as np, nn
    >>> nn.GRUCell(3, 5)(np.zeros(3)).shape
    (5,)
    """

    gates = 3

    def _step(self, x: Any, state: Any) -> Any:
        return gru_states(functional.linear(x, self.weight_ih, self.bias_ih)[None], state, self.weight_hh, self.bias_hh)[0]


def checked_nonlinearity(name: str, nonlinearity: str) -> str:
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"{name}: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
    return nonlinearity
