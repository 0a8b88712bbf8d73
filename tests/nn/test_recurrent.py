"""Recurrent layers beyond parity: states in pairs, packed sequences, one node a layer, capture, words of refusal."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, grad
from autograd_core.errors import ShapeError
from autograd_core.graph.backward_pass import collect
from autograd_core.testing import gradcheck
from nn.utils.rnn import (
    PackedSequence,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
    unpad_sequence,
)

LAYERS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def by_hand(layer, x, h, c):
    """One sequence through one layer and direction, by the formulas."""
    value = lambda name: getattr(layer, f"{name}_l0").numpy()
    n, out = layer.hidden_size, []
    for step in x:
        a, b = value("weight_ih") @ step + value("bias_ih"), value("weight_hh") @ h + value("bias_hh")
        if isinstance(layer, nn.LSTM):
            i, f, u, o = np.split(a + b, 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(u)
            h = sigmoid(o) * np.tanh(c)
        elif isinstance(layer, nn.GRU):
            r, z = sigmoid(a[:n] + b[:n]), sigmoid(a[n : 2 * n] + b[n : 2 * n])
            h = (1 - z) * np.tanh(a[2 * n :] + r * b[2 * n :]) + z * h
        else:
            h = np.tanh(a + b)
        out.append(h)
    return np.stack(out), h, c


@pytest.mark.parametrize("name", LAYERS)
def test_a_batch_of_lengths(name, rng):
    """Each sequence of a packed batch, with states of its own, comes out as it does alone by the formulas."""
    layer = LAYERS[name](3, 4, generator=0)
    lengths = [2, 5, 1, 4]
    parts = [rng.normal(size=(length, 3)) for length in lengths]
    h, c = rng.normal(size=(1, 4, 4)), rng.normal(size=(1, 4, 4))
    out, last = layer(pack_sequence(parts, enforce_sorted=False), (h, c) if name == "LSTM" else h)
    outs = unpack_sequence(out)
    for k, part in enumerate(parts):
        expected, final_h, final_c = by_hand(layer, part, h[0, k], c[0, k])
        np.testing.assert_allclose(outs[k].numpy(), expected, rtol=1e-12)
        np.testing.assert_allclose((last[0] if name == "LSTM" else last).numpy()[0, k], final_h, rtol=1e-12)
        if name == "LSTM":
            np.testing.assert_allclose(last[1].numpy()[0, k], final_c, rtol=1e-12)


@pytest.mark.parametrize("name", LAYERS)
def test_a_packed_batch_is_its_sequences_in_both_directions(name, rng):
    layer = LAYERS[name](3, 2, num_layers=2, bidirectional=True, generator=0).requires_grad_(False)
    parts = [rng.normal(size=(length, 3)) for length in (4, 2, 3)]

    def together(*parts):
        out, last = layer(pack_sequence(list(parts), enforce_sorted=False))
        last = last if isinstance(last, tuple) else (last,)
        return np.concatenate(unpack_sequence(out)), *last

    def alone(*parts):
        results = [layer(part) for part in parts]
        lasts = [last if isinstance(last, tuple) else (last,) for _, last in results]
        return np.concatenate([out for out, _ in results]), *[np.stack(part, axis=1) for part in zip(*lasts, strict=True)]

    for ours, expected in zip(together(*parts), alone(*parts), strict=True):
        np.testing.assert_allclose(ours.numpy(), expected.numpy(), rtol=1e-12, atol=1e-15)
    loss = lambda f: lambda *parts: sum(np.sum(np.sin(part) * (k + 1)) for k, part in enumerate(f(*parts)))
    for k in range(3):
        np.testing.assert_allclose(grad(loss(together), k)(*parts), grad(loss(alone), k)(*parts), rtol=1e-10, atol=1e-13)
    assert gradcheck(together, *parts, directions=2)


@pytest.mark.parametrize("name", LAYERS)
def test_one_operation_for_a_whole_sequence(name):
    out, _ = LAYERS[name](3, 4, generator=0)(np.ones((200, 2, 3)))
    order, *_ = collect([np.sum(out)._node])
    assert len(order) < 10


def test_the_states_of_cells_come_in_pairs(rng):
    cell, layer = nn.LSTMCell(3, 4, generator=0), nn.LSTM(3, 4, generator=0)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(cell, name).data = getattr(layer, f"{name}_l0").data
    x, h, c = rng.normal(size=(2, 3)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    new_h, new_c = cell(x, (h, c))
    for k in range(2):
        _, expected_h, expected_c = by_hand(layer, x[k : k + 1], h[k], c[k])
        np.testing.assert_allclose(new_h.numpy()[k], expected_h, rtol=1e-12)
        np.testing.assert_allclose(new_c.numpy()[k], expected_c, rtol=1e-12)
    assert gradcheck(lambda x, h, c: cell(x, (h, c)), x, h, c)
    alone_h, alone_c = cell(x[0], (h[0], c[0]))
    assert alone_h.shape == alone_c.shape == (4,)


@pytest.mark.parametrize("name", LAYERS)
def test_captured(name, rng):
    """As eager, over several steps: with dropout of the layer's own generator, and of sequences packed inside the step."""
    xs = [(rng.normal(size=(5, 2, 3)), [rng.normal(size=(length, 3)) for length in (4, 3, 1)]) for _ in range(5)]
    losses = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        layer = LAYERS[name](3, 4, num_layers=2, dropout=0.25, generator=0)
        optimizer = nn.optim.SGD(layer.parameters(), lr=0.1)

        def step(x, parts, layer=layer, optimizer=optimizer):
            optimizer.zero_grad()
            out, _ = layer(x)
            other, _ = layer(pack_sequence(parts))
            loss = np.sum(out**2) + np.sum(other.data**2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        run = wrap(step)
        losses.append([run(*x).item() for x in xs])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    assert len(set(losses[0])) == 5


@pytest.mark.parametrize("name", LAYERS)
def test_lists_are_arrays(name):
    layer = LAYERS[name](2, 3, generator=0)
    first = [[0.5, 0.0, 1.0]]
    state = (first, first) if name == "LSTM" else first
    out, _ = layer([[1.0, 2.0], [3.0, 4.0]], state)
    expected, _ = layer(np.array([[1.0, 2.0], [3.0, 4.0]]), tuple(map(np.array, state)) if name == "LSTM" else np.array(state))
    np.testing.assert_array_equal(out.numpy(), expected.numpy())


@pytest.mark.parametrize("name", LAYERS)
def test_a_gradient_that_is_changed_between_two_passes(name, rng):
    """The operation keeps gradients for its operands, one after the other: not for the next pass with the same array."""
    x, g = Tensor(rng.normal(size=(4, 2, 3)), requires_grad=True), rng.normal(size=(4, 2, 5))
    out, _ = LAYERS[name](3, 5, generator=0)(x)
    out.backward(g, retain_graph=True)
    once, x.grad = x.grad, None
    g *= 2
    out.backward(g)
    np.testing.assert_allclose(x.grad, 2 * once, rtol=1e-12)


def test_dropout_between_layers():
    layer = nn.RNN(2, 64, num_layers=2, dropout=0.5, generator=0)
    x = np.ones((1, 1, 2))
    assert len({np.sum(layer(x)[0]).item() for _ in range(4)}) == 4
    layer.eval()
    assert len({np.sum(layer(x)[0]).item() for _ in range(4)}) == 1
    with pytest.warns(UserWarning, match=r"^RNN: dropout acts between layers, and there is one; put nn.Dropout after it"):
        nn.RNN(2, 3, dropout=0.5)


def test_nothing_after_the_end_reaches_a_result():
    """NaN in the padding, forward and back."""
    layer = nn.GRU(2, 3, bidirectional=True, generator=0)
    x = np.ones((4, 2, 2))
    x[2:, 1] = np.nan
    x = Tensor(x, requires_grad=True)
    out, lengths = pad_packed_sequence(layer(pack_padded_sequence(x, [4, 2]))[0])
    assert lengths.tolist() == [4, 2]
    np.sum(out).backward()
    assert np.isfinite(out.numpy()).all()
    np.testing.assert_array_equal(x.grad[2:, 1], 0)
    assert all(np.isfinite(parameter.grad).all() for parameter in layer.parameters())


# Padding and packing


def test_padding():
    parts = [np.arange(3.0), np.arange(1.0) + 5, np.arange(2.0) + 7]
    np.testing.assert_array_equal(pad_sequence(parts, padding_value=-1), [[0, 5, 7], [1, -1, 8], [2, -1, -1]])
    np.testing.assert_array_equal(pad_sequence(parts, batch_first=True, padding_side="left"), [[0, 1, 2], [0, 0, 5], [0, 7, 8]])
    for part, back in zip(parts, unpad_sequence(pad_sequence(parts), [3, 1, 2]), strict=True):
        np.testing.assert_array_equal(back, part)
    t = Tensor(np.arange(2.0), requires_grad=True)
    np.sum(pad_sequence([np.arange(3.0), t]) ** 2).backward()
    np.testing.assert_array_equal(t.grad, [0, 2])


@pytest.mark.parametrize("batch_first", [False, True])
def test_packing_and_back(batch_first):
    """The rows of PyTorch's documentation: step by step, the longest sequence first."""
    padded = np.array([[1, 2, 0], [3, 0, 0], [4, 5, 6]])
    packed = pack_padded_sequence(padded if batch_first else padded.T, [2, 1, 3], batch_first, enforce_sorted=False)
    assert isinstance(packed, PackedSequence)
    assert packed.data.tolist() == [4, 1, 3, 5, 2, 6]
    assert packed.batch_sizes.tolist() == [3, 2, 1]
    assert packed.sorted_indices.tolist() == [2, 0, 1]
    assert packed.unsorted_indices.tolist() == [1, 2, 0]
    back, lengths = pad_packed_sequence(packed, batch_first, padding_value=-1, total_length=4)
    expected = np.array([[1, 2, -1, -1], [3, -1, -1, -1], [4, 5, 6, -1]])
    np.testing.assert_array_equal(back, expected if batch_first else expected.T)
    assert lengths.tolist() == [2, 1, 3]


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda: nn.LSTM(3, 4)(np.ones((5, 2, 2))), ShapeError, r"LSTM: .*\(time, batch, 3\) or \(time, 3\), got \(5, 2, 2\)"),
        (lambda: nn.GRU(3, 4)(np.ones(3)), ShapeError, r"GRU: expected an input of shape"),
        (lambda: nn.RNN(3, 4)(np.ones((0, 2, 3))), ShapeError, r"RNN: expected at least one step"),
        (lambda: nn.RNN(3, 4)(np.ones((5, 2, 3)), np.ones((1, 3, 4))), ShapeError, r"RNN: hx must have the shape \(1, 2, 4\)"),
        (lambda: nn.LSTM(3, 4)(np.ones((5, 2, 3)), np.ones((1, 2, 4))), TypeError, r"LSTM: hx must be two arrays, \(h, c\)"),
        (
            lambda: nn.LSTM(3, 4)(np.ones((5, 3)), (np.ones((1, 4)), np.ones(4))),
            ShapeError,
            r"LSTM: c of hx must have the shape",
        ),
        (lambda: nn.LSTM(3, 4, proj_size=4), ValueError, r"^LSTM: proj_size must be less than hidden_size, 4, got 4"),
        (lambda: nn.RNN(3, 4, nonlinearity="sigmoid"), ValueError, r"^RNN: nonlinearity must be 'tanh' or 'relu', got 'sigmoid'"),
        (lambda: nn.GRU(3, 0), ValueError, r"^GRU: hidden_size must be at least 1, got 0"),
        (
            lambda: nn.LSTMCell(3, 4)(np.ones((2, 2))),
            ShapeError,
            r"LSTMCell: the input must have the shape \(batch, 3\) or \(3,\)",
        ),
        (lambda: nn.GRUCell(3, 4)(np.ones((2, 3)), np.ones((3, 4))), ShapeError, r"GRUCell: hx must have the shape \(2, 4\)"),
        (lambda: nn.LSTMCell(3, 4)(np.ones((2, 3)), np.ones((2, 4))), TypeError, r"LSTMCell: hx must be two arrays"),
        (lambda: pad_sequence([]), ValueError, r"^pad_sequence: expected at least one sequence"),
        (lambda: pad_sequence([np.ones((2, 3)), np.ones((2, 4))]), ShapeError, r"^pad_sequence: .* \(2, 3\).* got \(2, 4\)"),
        (lambda: pack_padded_sequence(np.ones((3, 2)), [1, 3]), ValueError, r"decreasing order.* enforce_sorted=False"),
        (lambda: pack_padded_sequence(np.ones((3, 2)), [4, 1]), ValueError, r"lengths must be from 1 to 3, got 1 to 4"),
        (lambda: pack_padded_sequence(np.ones((3, 2)), [1.0, 1.0]), ShapeError, r"lengths must be 2 integers, got float64"),
        (lambda: pad_packed_sequence(pack_sequence([np.ones(3)]), total_length=2), ValueError, r"total_length must be at least"),
    ],
)
def test_wrong_calls_say_what_is_wrong(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong()
