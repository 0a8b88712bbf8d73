"""What the examples compare themselves with is right, and the parts of them that can be checked alone."""

import numpy as np
import pytest
import scipy.integrate

from autograd_core import grad
from examples import autoencoder, common, neural_ode, physics_informed, recurrent_text, texts, two_player


def test_the_text_that_comes_with_python():
    text = texts.read()
    assert "PYTHON SOFTWARE FOUNDATION" in text
    assert len(text) > 200_000
    assert set(text) <= {"\n", *map(chr, range(32, 127))}
    alphabet = texts.Alphabet(text)
    assert alphabet.decode(alphabet.encode(text[:500])) == text[:500]


def test_baselines():
    """Of a text in which b follows a and a follows b: nothing is left to guess if the letter before is known."""
    numbers = np.array([0, 1] * 5000)
    levels = texts.baselines(numbers, numbers, 4)
    assert levels["all letters alike"] == np.log(4)
    np.testing.assert_allclose(levels["by frequency"], np.log(2), rtol=1e-3)
    assert 0 < levels["from the letter before"] < 1e-3


def test_letters_are_chosen_by_their_probabilities(rng):
    p = np.array([0.1, 0.2, 0.7])
    drawn = [texts.choose(np.log(p), rng, temperature=1.0) for _ in range(3000)]
    np.testing.assert_allclose(np.bincount(drawn) / 3000, p, atol=0.04)


def test_the_reader_guesses_from_what_it_has_read():
    """The surprise at a letter is the same whether the rest of the text is there or not."""
    model, numbers = recurrent_text.Reader(5), np.array([0, 3, 2, 4, 1, 1, 0])
    whole = recurrent_text.surprise(model, numbers)
    np.testing.assert_allclose(whole[:3], recurrent_text.surprise(model, numbers[:4]), rtol=1e-12)


def test_the_closed_form_solves_the_heat_equation(rng):
    x, t = rng.random((2, 20))
    u_t = grad(lambda t: np.sum(physics_informed.closed_form(x, t)))(t)
    u_x = grad(lambda x: np.sum(physics_informed.closed_form(x, t)))
    u_xx = grad(lambda x: np.sum(u_x(x)))(x)
    np.testing.assert_allclose(u_t, physics_informed.KAPPA * u_xx, rtol=1e-12)


def test_the_residual_is_that_of_the_net(rng):
    """By central differences of the net's own values."""
    model, h = physics_informed.Temperature(), 1e-4
    x, t = rng.random((2, 10, 1))
    u_t = (model(x, t + h) - model(x, t - h)) / (2 * h)
    u_xx = (model(x + h, t) - 2 * model(x, t) + model(x - h, t)) / h**2
    found = physics_informed.residual(model, x, t).numpy()
    np.testing.assert_allclose(found, (u_t - physics_informed.KAPPA * u_xx).numpy(), atol=1e-5)


def test_runge_kutta_is_of_fourth_order():
    """Against SciPy's solver; y = exp(-t) exactly, with an error below dt⁴."""
    states = neural_ode.runge_kutta(lambda y: -y, np.ones((1, 2)), 40)
    times = neural_ode.TIMES[1:41]
    np.testing.assert_allclose(states[:, 0, 0], np.exp(-times), atol=neural_ode.TIMES[1] ** 4)
    solved = scipy.integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0], t_eval=times, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(states[:, 0, 0], solved.y[0], atol=1e-7)


def test_principal_components_are_those_of_the_data(rng):
    """Points of a plane come back as they are; the others lose what stands out of it."""
    plane = rng.normal(size=(2, 6))
    flat = rng.normal(size=(50, 2)) @ plane + 3.0
    np.testing.assert_allclose(autoencoder.by_principal_components(flat, flat), flat, atol=1e-12)
    out = np.linalg.svd(plane)[2][-1]
    np.testing.assert_allclose(autoencoder.by_principal_components(flat, flat + out), flat, atol=1e-12)


def test_points_of_the_ring(rng):
    points = two_player.ring(rng, 20_000)
    radius = np.linalg.norm(points, axis=1)
    np.testing.assert_allclose([radius.mean(), radius.std()], [1, two_player.NOISE], atol=2e-3)
    np.testing.assert_allclose(two_player.distance(points), two_player.NOISE * np.sqrt(2 / np.pi), atol=2e-3)


def test_repeat_stops_at_a_loss_that_is_not_finite(capsys):
    losses, checks = common.repeat(lambda number: 1.0 / (number + 1), lambda: 0.5, 24, True)
    assert losses == [1 / n for n in range(1, 25)]
    assert sorted(checks) == [0, *range(2, 25, 2)]
    with pytest.raises(SystemExit, match="2"):
        common.repeat(lambda number: [1.0, np.nan][number], lambda: 0.0, 5, True)
    assert "the loss became nan at step 1" in capsys.readouterr().err
