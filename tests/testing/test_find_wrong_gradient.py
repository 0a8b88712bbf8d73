"""The example finds the three wrong gradients, by numbers worked out here in another way."""

import numpy as np
import pytest

from autograd_core import grad
from examples import find_wrong_gradient as example


def small():
    rng = np.random.default_rng(1)
    return *[rng.standard_normal((n, m)) for m, n in ((5, 4), (4, 3), (3, 2))], rng.random(5), np.array([0.0, 1.0])


def test_it_finds_all_three_and_passes_the_right_one(capsys):
    example.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line[:12] for line in lines[1:4]] == ["  w1: wrong.", "  w2: wrong.", "  w3: wrong."]
    assert [line for line in lines if line.endswith(": right")] == [
        "  w1: right",
        "  w2: right",
        "  w3: right",
        "  w1, w2, w3: right",
    ]
    assert lines[-1] == "3 wrong gradients found, 0 left."


@pytest.mark.parametrize("layer", range(3))
def test_what_it_says_is_so(layer, capsys):
    args = small()
    wrong = example.examine(example.wrong_backward, args)
    expected = grad(example.loss, layer)(*args)
    assert wrong[layer].numeric == pytest.approx(expected[wrong[layer].index], rel=1e-8)
    assert wrong[layer].ours == pytest.approx(example.wrong_backward(1.0, *args)[layer][wrong[layer].index])
    off = np.abs(example.wrong_backward(1.0, *args)[layer] - expected)
    assert np.abs(wrong[layer].ours - wrong[layer].numeric) == pytest.approx(off.max(), rel=0.5)
    np.testing.assert_allclose(example.right_backward(1.0, *args)[layer], expected, rtol=1e-12)
