"""Recurrent layers: RNN, LSTM and GRU over whole sequences. Their cells are in `recurrent_cells`."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn import functional, init
from nn.dtypes import dtype_of
from nn.functional.dropout import check_probability
from nn.functional.recurrent import gru_states, lstm_states, rnn_states
from nn.module import Module, Parameter
from nn.random import generator as generator_of
from nn.recurrent_cells import checked_nonlinearity
from nn.utils.rnn import PackedSequence, packed_like, padded_of
from nn.values import operand_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from nn.types import Generator


class _Recurrent(Module):
    """What RNN, LSTM and GRU have in common: layers, directions, and the shapes of what goes in and comes out."""

    gates = 1  # how many vectors of hidden_size the weights make for each step
    proj_size = 0
    weight_ih_l0: Any

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        name = type(self).__name__
        if hidden_size < 1 or num_layers < 1:
            what, got = ("hidden_size", hidden_size) if hidden_size < 1 else ("num_layers", num_layers)
            raise ValueError(f"{name}: {what} must be at least 1, got {got}")
        check_probability(name, dropout)
        if dropout and num_layers == 1:
            warnings.warn(
                f"{name}: dropout acts between layers, and there is one; put nn.Dropout after it", UserWarning, stacklevel=3
            )
        if not 0 <= self.proj_size < hidden_size:
            raise ValueError(f"{name}: proj_size must be less than hidden_size, {hidden_size}, got {self.proj_size}")
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, dropout, bidirectional
        self.generator = None if generator is None else generator_of(generator)
        random, bound = generator_of(self.generator), 1 / math.sqrt(hidden_size)
        for layer in range(num_layers):
            size = input_size if layer == 0 else self._out_size * len(self._directions)
            for direction in self._directions:
                for part, shape in self._shapes(size).items():
                    weight = Parameter(np.empty(shape, dtype_of(dtype)))
                    setattr(self, f"{part}_l{layer}{direction}", init.uniform_(weight, -bound, bound, random))

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    @property
    def _out_size(self) -> int:
        return self.proj_size or self.hidden_size

    def _shapes(self, size: int) -> dict[str, tuple[int, ...]]:
        rows = self.gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, size), "weight_hh": (rows, self._out_size)}
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        packed = input if isinstance(input, PackedSequence) else None
        x, mask = (operand_of(input), None) if packed is None else padded_of(packed)
        alone = packed is None and x.ndim == 2
        name = type(self).__name__
        if x.ndim != 2 + (not alone) or x.shape[-1] != self.input_size:
            first = "batch, time" if self.batch_first else "time, batch"
            raise errors.ShapeError(
                f"{name}: expected an input of shape ({first}, {self.input_size}) or (time, {self.input_size}), got {x.shape}"
            )
        if alone:
            x = x[:, None]
        elif self.batch_first and packed is None:
            x = x.swapaxes(0, 1)
        if x.shape[0] == 0:
            raise errors.ShapeError(f"{name}: expected at least one step, got an input of shape {x.shape}")
        states = self._states(hx, x, alone, packed)
        finals = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, self.training, generator=self.generator)
            outs = []
            for number, direction in enumerate(self._directions):
                state = states[layer * len(self._directions) + number]
                out, final = self._direction(x, state, f"_l{layer}{direction}", mask)
                outs.append(out)
                finals.append(final)
            x = outs[0] if len(outs) == 1 else np.concatenate(outs, axis=-1)
        final = self._given_back(np.stack(finals), alone, packed)
        if packed is not None:
            return packed_like(x, packed), final
        return (x[:, 0] if alone else x.swapaxes(0, 1) if self.batch_first else x), final

    def _direction(self, x: Any, state: Any, names: str, mask: Any) -> tuple[Any, Any]:
        """The outputs (time, batch, out) and the last state of one layer in one direction."""
        reverse = names.endswith("_reverse")
        if reverse:
            x, mask = x[::-1], None if mask is None else mask[::-1]
        part = lambda name: getattr(self, name + names, None)
        states = self._over_time(x, state, part, mask)
        out = states[..., : self._out_size] if states.shape[-1] != self._out_size else states
        if mask is not None:
            out = np.where(mask, out, 0)
        return (out[::-1] if reverse else out), states[-1]

    def _over_time(self, x: Any, state: Any, part: Any, mask: Any) -> Any:
        raise NotImplementedError

    def _states(self, hx: Any, x: Any, alone: bool, packed: PackedSequence | None) -> Any:
        """The first state of every layer and direction, (layers × directions, batch, size)."""
        return self._checked("hx", hx, self._out_size, x, alone, packed)

    def _checked(self, what: str, given: Any, size: int, x: Any, alone: bool, packed: PackedSequence | None) -> Any:
        shape = (self.num_layers * len(self._directions), x.shape[1], size)
        if given is None:
            return np.zeros(shape, self.weight_ih_l0.dtype)
        wanted = shape[::2] if alone else shape
        given = operand_of(given, what)
        if given.shape != wanted:
            raise errors.ShapeError(f"{type(self).__name__}: {what} must have the shape {wanted}, got {given.shape}")
        if alone:
            return given[:, None]
        return given if packed is None or packed.sorted_indices is None else given[:, packed.sorted_indices]

    def _given_back(self, final: Any, alone: bool, packed: PackedSequence | None) -> Any:
        if alone:
            return final[:, 0]
        return final if packed is None or packed.unsorted_indices is None else final[:, packed.unsorted_indices]


class RNN(_Recurrent):
    """hₜ = tanh(W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh) over a sequence, in layers and directions.

    input     (time, batch, input_size), with batch_first (batch, time, input_size), of one sequence (time, input_size), or a
              `nn.utils.rnn.PackedSequence` of sequences of different lengths
    hx        the first state, (layers × directions, batch, hidden_size); zeros by default

    Returns (out, h): the states of the last layer at each step, (time, batch, directions × hidden_size), and the last state of
    each layer, as hx. `nonlinearity` is "tanh" or "relu"; `dropout` acts between layers; parameters are named as in PyTorch,
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_ih_l0_reverse, …, uniform in ±1/√hidden_size.

    >>> import numpy as np, nn
    >>> out, h = nn.RNN(3, 5)(np.zeros((7, 2, 3)))
    >>> out.shape, h.shape
    ((7, 2, 5), (1, 2, 5))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.nonlinearity = checked_nonlinearity("RNN", nonlinearity)
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, generator=generator
        )

    def _over_time(self, x: Any, state: Any, part: Any, mask: Any) -> Any:
        gates = functional.linear(x, part("weight_ih"), part("bias_ih") + part("bias_hh") if self.bias else None)
        return rnn_states(gates, state, part("weight_hh"), self.nonlinearity == "relu", mask)


class LSTM(_Recurrent):
    """Long short-term memory over a sequence: gates i, f, o = σ(…) and u = tanh(…) of W_ih xₜ + W_hh hₜ₋₁ + b;
    cₜ = f cₜ₋₁ + i u;  hₜ = o tanh cₜ.

    input     as of `RNN`
    hx        the first state (h, c): (layers × directions, batch, hidden_size) each; zeros by default

    Returns (out, (h, c)). With `proj_size` h is weight_hr (o tanh cₜ), of that size. The rows of `weight_ih_l0`,
    (4 hidden_size, input_size), are those of i, f, u, o in this order (S. Hochreiter and J. Schmidhuber, Neural Comput. 9, 1997).

    >>> import numpy as np, nn
    >>> out, (h, c) = nn.LSTM(3, 5, num_layers=2, batch_first=True, bidirectional=True)(np.zeros((2, 7, 3)))
    >>> out.shape, h.shape, c.shape
    ((2, 7, 10), (4, 2, 5), (4, 2, 5))
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.proj_size = proj_size
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype=dtype, generator=generator
        )

    def _over_time(self, x: Any, state: Any, part: Any, mask: Any) -> Any:
        gates = functional.linear(x, part("weight_ih"), part("bias_ih") + part("bias_hh") if self.bias else None)
        return lstm_states(gates, state, part("weight_hh"), part("weight_hr"), mask)

    def _states(self, hx: Any, x: Any, alone: bool, packed: PackedSequence | None) -> Any:
        if hx is not None and not (isinstance(hx, (tuple, list)) and len(hx) == 2):
            raise TypeError(f"LSTM: hx must be two arrays, (h, c), got {type(hx).__name__}")
        h, c = (None, None) if hx is None else hx
        h = self._checked("h of hx", h, self._out_size, x, alone, packed)
        return np.concatenate([h, self._checked("c of hx", c, self.hidden_size, x, alone, packed)], axis=-1)

    def _given_back(self, final: Any, alone: bool, packed: PackedSequence | None) -> Any:
        final = super()._given_back(final, alone, packed)
        return final[..., : self._out_size], final[..., self._out_size :]


class GRU(_Recurrent):
    """Gated recurrent units over a sequence: r, z = σ(W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh);
    n = tanh(W_ih xₜ + b_ih + r (W_hh hₜ₋₁ + b_hh));  hₜ = (1 - z) n + z hₜ₋₁.

    input, hx, results   as of `RNN`

    `weight_ih_l0`, (3 hidden_size, input_size), has the rows of r, z, n in this order (K. Cho et al., 2014, as PyTorch has it).

    >>> import numpy as np, nn
    >>> out, h = nn.GRU(3, 5)(np.zeros((7, 3)))
    >>> out.shape, h.shape
    ((7, 5), (1, 5))
    """

    gates = 3

    def _over_time(self, x: Any, state: Any, part: Any, mask: Any) -> Any:
        gates = functional.linear(x, part("weight_ih"), part("bias_ih"))
        return gru_states(gates, state, part("weight_hh"), part("bias_hh"), mask)
