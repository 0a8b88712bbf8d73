"""Gradients of models over chunks are those of the whole; layers that look at the batch are refused; dropout has its draws."""

import numpy as np
import pytest

pytest.importorskip("dask", reason="Dask is not installed")

import nn
from autograd_core import Tensor, errors, parallel
from tests.parallel.problems import T, X, cross_entropy, net
from tests.parallel.test_functions import dask_arrays


def gradients_of(model):
    return [None if p.grad is None else p.grad.copy() for p in model.parameters()]


@pytest.mark.parametrize("chunks", [(50, 3), (7, 3), ((1, 0, 198, 1), 2)])
def test_loss_and_gradients_are_those_of_the_whole(chunks):
    model, whole = net(), net()
    gradients = parallel.Gradients(model, cross_entropy)
    for times in (1, 2):  # they add up
        found = gradients(*dask_arrays(chunks))
        loss = cross_entropy(whole, X, T)
        loss.backward()
        np.testing.assert_allclose(found, loss.item(), rtol=1e-12)
        for ours, p in zip(gradients_of(model), whole.parameters(), strict=True):
            np.testing.assert_allclose(ours, p.grad, rtol=1e-12, atol=1e-13, err_msg=str(times))


def test_a_step_is_that_of_one_process():
    model, whole = net(nn.LayerNorm(5), nn.Tanh()), net(nn.LayerNorm(5), nn.Tanh())
    gradients = parallel.Gradients(model, lambda m, x, t: cross_entropy(m, x, t) * len(x), "sum")
    for some, step in (
        (model, lambda: gradients(*dask_arrays())),
        (whole, lambda: (cross_entropy(whole, X, T) * 200).backward()),
    ):
        optimizer = nn.optim.Adam(some.parameters())
        for _ in range(3):
            optimizer.zero_grad()
            step()
            optimizer.step()
    for ours, p in zip(model.parameters(), whole.parameters(), strict=True):
        np.testing.assert_allclose(ours.data, p.data, rtol=1e-12, atol=1e-12)


def test_what_is_frozen_or_not_used_has_no_gradient():
    model = net()
    model.unused = nn.Linear(2, 2)
    model[0].requires_grad_(False)
    parallel.Gradients(model, cross_entropy)(*dask_arrays())
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False, True, True]


def test_an_error_leaves_gradients_as_they_were():
    model = net()
    model[0].bias.grad = np.ones(5)
    with pytest.raises(errors.ShapeError, match="layer 0, Linear") as caught:
        parallel.Gradients(model, lambda m, x, t: cross_entropy(m, x[:, 1:], t))(*dask_arrays())
    assert any(note.startswith("in chunk ") for note in caught.value.__notes__)
    assert model[0].bias.grad.tolist() == [1] * 5


def test_dropout_draws_other_numbers_in_every_chunk_and_the_same_in_every_run():
    masks = []

    def watched(m, x, t):
        masks.append(m[1](np.ones((len(x), 5))))
        return cross_entropy(m, x, t)

    model, seeded = net(nn.Dropout()), net(nn.Dropout(generator=3))
    gradients = parallel.Gradients(model, watched, check=False)
    found = []
    for seed in (0, 0, 1):
        nn.manual_seed(seed)
        model.zero_grad()
        loss = gradients(*dask_arrays())
        found.append((loss, *gradients_of(model)))
    assert all(np.array_equal(a, b) for a, b in zip(found[0], found[1], strict=True))
    assert found[0][0] != found[2][0]
    assert len({mask.tobytes() for mask in masks}) == 8  # four chunks, two seeds
    losses = []
    for some in (model, seeded):  # whatever generator the layer has of its own
        nn.manual_seed(0)
        losses.append([parallel.Gradients(some, cross_entropy)(*dask_arrays()) for _ in range(2)])
    assert losses[0] == losses[1]
    assert losses[0][0] != losses[0][1]
    assert nn.functional.dropout(np.ones(8), generator=0).tolist() == [2, 0, 0, 0, 2, 2, 2, 2]  # no thread goes on with its draws


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(5), nn.BatchNorm1d(5, track_running_stats=False).eval()])
def test_what_looks_at_the_whole_batch_is_refused(layer):
    words = r"layer 1, BatchNorm1d computes with all samples of a batch, .* write model.eval\(\)"
    with pytest.raises(errors.UnsupportedError, match=words):
        parallel.Gradients(net(layer), cross_entropy)(*dask_arrays())


def test_running_statistics_are_no_matter_of_the_batch():
    model = net(nn.BatchNorm1d(5)).eval()
    found = parallel.Gradients(model, cross_entropy)(*dask_arrays())
    np.testing.assert_allclose(found, cross_entropy(model, X, T).item(), rtol=1e-12)


def test_a_buffer_that_changes_is_refused():
    model = net(nn.utils.parametrizations.spectral_norm(nn.Linear(5, 5)))
    before = {name: value.copy() for name, value in model.state_dict().items()}
    with pytest.raises(errors.GraphError, match=r"the loss changes the buffer .* of the model"):
        parallel.Gradients(model, cross_entropy)(*dask_arrays((200, 3)))
    assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("layers", [(), (nn.Dropout(),)], ids=["plain", "dropout"])
def test_a_mean_with_weights_is_refused(layers):
    loss = lambda m, x, t: nn.functional.cross_entropy(m(x), t.astype(int), weight=np.array([1.0, 9.0]))
    model = nn.Sequential(nn.Linear(3, 5), *layers, nn.Linear(5, 2))
    with pytest.raises(errors.GraphError, match="the loss is not a mean over rows"):
        parallel.Gradients(model, loss)(*dask_arrays())


def test_anything_with_parameters_is_a_model():
    class Line:
        slope = Tensor([1.0, 2.0, 3.0], requires_grad=True)

        def parameters(self):
            return iter([self.slope])

    line = Line()
    found = parallel.Gradients(line, lambda m, x: np.mean((x @ m.slope) ** 2))(dask_arrays()[0])
    np.testing.assert_allclose(found, np.mean((X @ [1, 2, 3]) ** 2))
    np.testing.assert_allclose(line.slope.grad, 2 * X.T @ (X @ [1, 2, 3]) / 200)
    with pytest.raises(TypeError, match=r"model must have parameters.*, got function"):
        parallel.Gradients(cross_entropy, line)
    with pytest.raises(TypeError, match=r"loss must be a function of .*, got Line"):
        parallel.Gradients(line, line)
