"""Averaged weights: means and exponential means in closed form, buffers, and batch norms made anew."""

import numpy as np
import pytest

import nn
from autograd_core import errors
from nn.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_swa_avg_fn, update_bn

r = np.random.default_rng(0)


def values(n=4):
    return r.normal(size=(n, 2, 3))


@pytest.mark.parametrize("function", [None, get_swa_avg_fn()], ids=["by default", "given"])
def test_the_mean_of_all(function):
    model = nn.Linear(3, 2)
    average = AveragedModel(model, avg_fn=function)
    seen = values()
    for value in seen:
        model.weight.data = value
        average.update_parameters(model)
    np.testing.assert_allclose(average.module.weight.data, seen.mean(axis=0), rtol=1e-14)
    assert average.n_averaged.data == 4
    x = r.normal(size=(5, 3))
    np.testing.assert_allclose(average(x).data, x @ seen.mean(axis=0).T + model.bias.data, rtol=1e-12)
    np.testing.assert_array_equal(model.weight.data, seen[-1])


def test_exponential_means():
    """a₁ = w₁, aₙ = d aₙ₋₁ + (1 − d) wₙ: weights dⁿ⁻¹ and (1 − d) dⁿ⁻ᵏ."""
    model, decay = nn.Linear(3, 2, dtype=np.float32), 0.75
    average = AveragedModel(model, avg_fn=get_ema_avg_fn(decay))
    seen = values().astype(np.float32)
    for value in seen:
        model.weight.data = value
        average.update_parameters(model)
    factors = np.array([decay**3, *(0.25 * decay ** np.arange(2, -1, -1))])
    np.testing.assert_allclose(average.module.weight.data, np.tensordot(factors, seen, 1), rtol=1e-6)
    assert average.module.weight.dtype == np.float32


@pytest.mark.parametrize("use_buffers", [True, False])
def test_buffers_are_averaged_or_copied(use_buffers):
    model = nn.BatchNorm1d(2)
    average = AveragedModel(model, use_buffers=use_buffers)
    for k in (1.0, 4.0):
        model.running_mean.data = np.full(2, k)
        average.update_parameters(model)
    np.testing.assert_allclose(average.module.running_mean.data, np.full(2, 2.5 if use_buffers else 4.0))
    assert average.module.num_batches_tracked.dtype == model.num_batches_tracked.dtype


def test_a_state_with_the_count_goes_round():
    average, other = AveragedModel(nn.Linear(3, 2)), AveragedModel(nn.Linear(3, 2))
    average.update_parameters(nn.Linear(3, 2))
    assert sorted(average.state_dict()) == ["module.bias", "module.weight", "n_averaged"]
    other.load_state_dict(average.state_dict())
    assert other.n_averaged.data == 1


def test_batch_norms_are_made_anew():
    model = nn.Sequential(nn.BatchNorm1d(3, momentum=0.3), nn.Dropout(0.5)).eval()
    model[0].running_mean.data = np.full(3, 9.0)
    batches = r.normal(size=(4, 8, 3))
    for loader in (list(batches), [(batch, np.zeros(8)) for batch in batches]):
        update_bn(loader, model)
        np.testing.assert_allclose(model[0].running_mean.data, batches.mean(axis=(0, 1)), rtol=1e-12)
        np.testing.assert_allclose(model[0].running_var.data, batches.var(axis=1, ddof=1).mean(axis=0), rtol=1e-12)
        assert model[0].num_batches_tracked.data == 4
        assert (model[0].momentum, model[0].training, model[1].training) == (0.3, False, False)
    with pytest.raises(TypeError):
        update_bn(3, model)
    assert (model[0].momentum, model.training) == (0.3, False)


def test_another_model():
    with pytest.raises(errors.ShapeError, match=r"shapes \[\(2, 3\), \(2,\)\], this one's have \[\(1, 1\), \(1,\)\]"):
        AveragedModel(nn.Linear(3, 2)).update_parameters(nn.Linear(1, 1))


def test_a_decay_out_of_range():
    with pytest.raises(ValueError, match=r"decay must be at least 0 and at most 1, got 1\.5"):
        get_ema_avg_fn(1.5)
