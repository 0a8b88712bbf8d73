"""Each pass alone: what it makes of a program, and that the numbers stay."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_core import Tensor, binary_cross_entropy, capture, cross_entropy, gelu, sigmoid, silu, value_and_grad
from autograd_core.capturing.passes import PASSES, cleaning, guarding, losses, products, slopes, tangents, updates
from autograd_core.derivatives import bells
from autograd_core.testing.strategies import calls
from tests.capture.common import NATIVE, Twins, equal, replays

r = np.random.default_rng(0)
X, B = r.normal(size=(5, 3)), r.normal(size=(3, 4))


@pytest.fixture(autouse=True)
def each_pass(monkeypatch):
    """Those, too, that are for other processors."""
    monkeypatch.setattr(tangents, "is_quick", lambda name: True)
    monkeypatch.setattr(slopes, "is_quick", lambda name: False)


DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["howto/capture.md", "api/capture.md"])
def test_every_pass_is_in_the_documentation(page):
    written = (DOCS / page).read_text(encoding="utf-8")
    sign = {"howto/capture.md": "`{}`", "api/capture.md": "autofunction:: {}\n"}[page]
    assert [one.__name__ for one in PASSES if sign.format(one.__name__) not in written] == []


def text(step, *args, passes):
    """The program's text, after its results were compared with the step's."""
    fast = capture(step, strict=True, passes=passes)
    for _ in range(3):
        equal(fast(*args), step(*args))
    return fast.program.text


def test_a_program_has_no_other_parts():
    fast = capture(lambda x: x + 1, strict=True)
    fast(X)
    program = fast.program.program
    assert program.replaced(notes=("one",)).notes == ("one",)
    with pytest.raises(TypeError, match=r"expected parts of a program, sources, calls, .*; got call, note"):
        program.replaced(note=("one",), call=(), effects=())


def test_unused():
    step = lambda x: (np.exp(x), x + 1)[1]
    assert "exp" in text(step, X, passes=())
    assert "exp" not in text(step, X, passes=(cleaning.unused,))


def test_shared():
    step = lambda x: np.exp(x) * 2 + np.exp(x)
    assert text(step, X, passes=()).count("exp(") == 2
    assert text(step, X, passes=(cleaning.shared,)).count("exp(") == 1


@pytest.mark.parametrize(
    "step",
    [
        lambda x: np.copy(x) + 2, lambda x: x * 1 + 2, lambda x: 1.0 * x + 2, lambda x: x / 1 + 2, lambda x: np.positive(x) + 2,
        lambda x: np.transpose(np.transpose(x)) + 2, lambda x: np.reshape(x, (5, 3)) + 2, lambda x: x.astype(float) + 2,
    ],
)  # fmt: skip
def test_direct(step):
    before, after = text(step, X, passes=()), text(step, X, passes=(cleaning.direct, cleaning.unused))
    assert len(after.splitlines()) < len(before.splitlines())


def test_direct_leaves_what_changes_the_dtype_or_shape():
    for step in (lambda x: x.astype(np.float32) + 2, lambda x: np.reshape(x, (3, 5)) + 2, lambda x: x * np.ones((2, 1, 1)) + 2):
        text(step, X, passes=(cleaning.direct,))


def test_outer():
    column, row = r.normal(size=(50, 1)), r.normal(size=(1, 60))
    assert "dot(" in text(lambda a, b: np.tanh(a * b), column, row, passes=(products.outer,))
    assert "dot(" not in text(lambda a, b: np.tanh(a * b), column[:3], row, passes=(products.outer,))


def test_sums():
    passes = (products.sums, cleaning.unused)
    assert "dot(" in text(lambda x: np.tanh(np.add.reduce(x, axis=0)), X, passes=passes)
    assert "blocks" in text(lambda x: np.add.reduce(x * x, axis=None), np.ones((60_001, 2)), passes=passes)
    assert "blocks" not in text(lambda x: np.add.reduce(x * x, axis=None), X, passes=passes)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [1, -1, (1,)])
def test_sums_over_columns(axis, keepdims):
    assert "dot(" in text(lambda x: np.tanh(np.add.reduce(x, axis=axis, keepdims=keepdims)), X, passes=(products.sums,))


def test_sums_that_stay():
    for step in (
        lambda x: np.add.reduce(x, axis=(0, 1), keepdims=True),
        lambda x: np.add.reduce(x > 0, axis=0),
        lambda x: np.add.reduce(x, axis=0, dtype=int),
    ):
        assert "dot" not in text(step, X * 3, passes=(products.sums,))


def trained():
    W = Tensor(np.random.default_rng(1).normal(size=(3, 1)), requires_grad=True)
    b = Tensor([0.5], requires_grad=True)

    def step(x, y):
        W.grad = b.grad = None
        loss = binary_cross_entropy((x @ W + b).sigmoid(), y)
        loss.backward()
        for p in (W, b):
            p.data -= 0.1 * p.grad
        return loss.detach()

    return step, {"W": W, "b": b}


@pytest.mark.parametrize("passes", [(losses.sigmoid_with_its_loss,), (updates.flat,), PASSES], ids=["loss", "flat", "all"])
def test_a_training_step(passes):
    y = r.integers(0, 2, (5, 1)).astype(float)
    both = Twins(trained, passes=(cleaning.direct, cleaning.unused, cleaning.shared, *passes, cleaning.unused))
    for _ in range(4):
        both(X, y)
    found = str(both.captured.program)
    assert ("taken together" in found) == (passes != (updates.flat,))
    assert ("2 arrays as one" in found) == (losses.sigmoid_with_its_loss not in passes or passes is PASSES)
    # Where p (1 - p) is cut, and where there is an error. (At 20 that p is rounded shows: the slope of the sigmoid is not.)
    for scale in (3, 1e3, np.inf, np.nan):
        with np.errstate(all="ignore"):
            outcomes = []
            for run in (both.eager, both.captured):
                try:
                    outcomes.append(run(X * scale, y).item())
                except ValueError as error:
                    outcomes.append(str(error))
        assert (
            outcomes[0] == pytest.approx(outcomes[1], rel=1e-9, nan_ok=True)
            if type(outcomes[0]) is float
            else outcomes[0] == outcomes[1]
        )
        both.same()


@settings(max_examples=40, deadline=None)
@given(calls())
def test_random_programs(case):
    """Of arrays and their gradients, with all passes and with none."""
    f, arguments = case

    def make():
        leaves = [Tensor(x, requires_grad=True) for x in arguments]

        def step():
            for leaf in leaves:
                leaf.grad = None
            out = f(*leaves)
            np.sum(out * np.cos(np.arange(out.size)).reshape(out.shape)).backward()
            return out.detach()

        return step, {"leaves": leaves}

    for passes in (PASSES, ()):
        both = Twins(make, passes=passes)
        for k in range(4):
            for state in (both.state, both.captured_state):
                for leaf in state["leaves"]:
                    leaf.data = leaf.data + 1e-3 * (k == 2)
            both()


def test_two_losses_with_one_target():
    """As in a GAN: what the discriminator is to say of real data is what the generator wants to hear."""

    def make():
        generator, discriminator = (Tensor(np.random.default_rng(k).normal(size=(3, 3)), requires_grad=True) for k in (5, 6))

        def step(noise, real, yes, no):
            generator.grad = discriminator.grad = None
            says = lambda x: x @ discriminator
            fake = np.tanh(noise @ generator)
            d_loss = cross_entropy(says(real), yes) + cross_entropy(says(fake.detach()), no)
            d_loss.backward()
            discriminator.data -= 0.1 * discriminator.grad
            g_loss = cross_entropy(says(fake), yes)
            g_loss.backward()
            generator.data -= 0.1 * generator.grad
            return d_loss.detach(), g_loss.detach()

        return step, {"generator": generator, "discriminator": discriminator}

    both, data = Twins(make), np.random.default_rng(7)
    yes, no = np.full((5, 3), [0.9, 0.05, 0.05]), np.full((5, 3), [0.0, 0.5, 0.5])
    for _ in range(5):
        both(data.normal(size=(5, 3)), data.normal(size=(5, 3)), yes, no)
    replays(both.captured, data.normal(size=(5, 3)), data.normal(size=(5, 3)), yes, no)


def with_data():
    data = {"t": np.array([[0.0], [0.25], [1.0]]), "w": np.ones((3, 1))}

    def step(x):
        if data["t"].min() < 0 or data["t"].max() > 1:
            return x - 100
        share = (data["t"] - 0.5) * 4
        data["w"] *= 1.5
        return np.sum(share * x) + share + np.sum(data["w"])

    return step, data


def test_steady():
    """What depends on nothing but data is made once, and again when the data was changed in place; a test of it, too."""
    both = Twins(with_data)
    x = np.arange(3.0).reshape(3, 1)
    for _ in range(4):
        both(x)
    _, behind = both.captured.program.text.split("    if h", 1)
    inside = behind.split("[:] = ")[0]
    assert "maximum_reduce" in inside
    assert "multiply" in inside
    assert "maximum_reduce" not in behind.split("[:] = ")[1]
    for t in (0.5, -0.0, 0.75, 3.0, 0.0, np.nan, 1.0, -1.0):
        for state in (both.state, both.captured_state):
            state["t"][1] = t
        with np.errstate(invalid="ignore"):
            both(x)
            both(x)
    replays(both.captured, x)


def test_steady_leaves_what_the_step_changes_returns_or_draws():
    def make():
        state = {"a": np.ones(3), "generator": np.random.default_rng(3)}

        def step(x):
            shift = state["a"] * 2
            state["a"] += 1
            return x + shift + state["generator"].normal(size=3) + np.cos(state["a"])

        return step, state

    both = Twins(lambda: (lambda made: (made[0], {"a": made[1]["a"]}))(make()))
    for _ in range(5):
        both(np.ones(3))
    assert "bytearray" not in both.captured.program.text
    constant = np.arange(4.0)
    fast = capture(lambda x: (np.exp(constant), constant[::-1] * 2, x), strict=True)
    kept = [fast(1.0 * k * np.ones(2))[0] for k in range(4)]
    kept[2][...] = 7  # results are the caller's
    equal(fast(np.ones(2))[0], np.exp(constant))


def test_steady_after_a_failure_on_the_way():
    """Half of what is made once may be new already when a test fails: the old data then is not taken for made."""
    data = np.array([1.0, 2.0])

    def step(x):
        a = np.exp(data)
        if a.sum() > 50:
            return x
        return x + a

    fast = capture(step, strict=True)
    for t in (2.0, 2.0, 2.0, 9.0, 2.0, 2.0, 9.0, 9.0, 2.0):
        data[1] = t
        equal(fast(np.ones(2)), step(np.ones(2)))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_outer_of_a_large_result(dtype):
    """With zeros beside the column and below the row: bit for bit the product, also of infinities and NaN."""
    column, row = r.normal(size=(300, 1)).astype(dtype), r.normal(size=(1, 200)).astype(dtype)
    for step in (lambda a, b: np.negative(a * b), lambda a, b: np.negative(a @ b), lambda a, b: np.negative(b.T @ a.T)):
        fast = capture(step, strict=True, passes=(products.outer,))
        for special in (1.0, 0.0, np.inf, np.nan, 1e-40):
            a = column.copy()
            a[7] = special
            with np.errstate(all="ignore"):
                for _ in range(3):
                    np.testing.assert_array_equal(fast(a, row), step(a, row))
        assert "matmul(" in fast.program.text
        assert "copyto(" in fast.program.text


def nets():
    """Steps in which each of PASSES has something to do: (step, arguments)."""
    generator = np.random.default_rng(4)
    weights = [Tensor(generator.normal(size=(n, m)) / 10, requires_grad=True) for n, m in ((3, 90), (90, 100), (100, 1))]
    wide = Tensor(generator.normal(size=(100, 90)) / 10, requires_grad=True)
    bias = Tensor(generator.normal(size=90), requires_grad=True)
    target, grid = generator.integers(0, 2, (9, 1)).astype(float), generator.normal(size=2000)

    def small(x):
        for p in (bias, *weights, wide):
            p.grad = None
        hidden = np.tanh(np.tanh(x @ weights[0] + bias) @ wide.T + np.mean(x, axis=1, keepdims=True))
        loss = binary_cross_entropy((hidden @ weights[2]).sigmoid(), target) + np.sum(hidden[1:] * hidden[1:])
        loss += np.sum(np.sin(x[0, 0] * grid))
        loss.backward()
        for p in (bias, *weights, wide):
            p.data -= 0.1 * p.grad if p.grad is not None else 0 * p.data
        return loss.detach()

    def single(x):
        weights[1].grad = None
        np.sum(np.tanh(x @ weights[1]) * 2 + np.tanh(x @ weights[1])).backward()
        return np.copy(weights[1].grad) * 1

    return {"a net": (small, generator.normal(size=(9, 3))), "a batch of one": (single, generator.normal(size=(1, 90)))}


def written_down(program):
    """Everything of a program by identity, and the contents of its arrays."""
    calls = [(c, c.function, repr(c.args), repr(c.kwargs), *map(id, c.operands), c.out) for c in program.calls]
    values = [value for call in program.calls for value in (call.out, *call.operands)]
    samples = [(value, id(value.sample), np.asarray(value.sample).tobytes(), value.source) for value in values]
    sources = [(s, s.kind, s.holder, s.value) for s in program.sources]
    guards = [(id(guard), guard.value, guard.expected, guard.kind) for guard in program.guards]
    effects = [(id(effect), effect.kind, effect.target, effect.value) for effect in program.effects]
    arrays = {value: id(array) for value, array in program.arrays.items()}
    rest = program.returned, program.notes, program.steady, program.alone, program.moving, arrays
    return calls, samples, sources, guards, effects, rest


@pytest.mark.parametrize("name", ["a net", "a batch of one"])
def test_a_pass_changes_nothing_of_its_program(name):
    """Each in its place among the others; and each makes another program of one of the two."""
    step, x = nets()[name]
    changing = set()

    def watched(each):
        def run(program):
            before = written_down(program)
            after = each(program)
            assert written_down(program) == before
            if written_down(after) != before:
                changing.add(each.__name__)
            return after

        return run

    fast = capture(step, strict=True, passes=tuple(map(watched, PASSES)))
    for _ in range(4):
        fast(x)
    if name == "a net":
        assert {each.__name__ for each in PASSES} - changing == {"outer"}
    else:
        assert "outer" in changing


SLOPES = {
    "p (1 - p)": lambda p, x: p * (1 - p),
    "p / (1 + eˣ)": lambda p, x: p / (1 + np.exp(np.minimum(x, 80))),
    "e / (1 + e)²": lambda p, x: (lambda e: e / ((1 + e) * (1 + e)))(np.exp(-np.abs(x))),
}


def layers():
    W = Tensor(np.random.default_rng(1).normal(size=(3, 4)), requires_grad=True)
    V = Tensor(np.random.default_rng(2).normal(size=(4, 2)), requires_grad=True)

    def step(x, mask):
        W.grad = V.grad = None
        out = np.tanh(np.tanh(x @ W) @ V)
        np.sum(np.where(mask, out, 0)).backward()
        return W.grad.copy(), V.grad.copy()

    return step, {"W": W, "V": V}


def test_implied():
    """No test of an operand is left if both layers' sums are looked at; what is masked stays 0 when they are not finite."""
    both = Twins(layers, passes=(guarding.implied, cleaning.unused))
    mask = np.arange(10).reshape(5, 2) > 3
    for _ in range(3):
        both(X, mask)
    assert both.captured.program.text.count("isfinite") == 0
    for bad in (np.inf, -np.inf, np.nan, 1e200):
        x = X.copy()
        x[0, 1] = bad  # in a row that is masked
        with np.errstate(all="ignore"):
            found = both(x, mask)
        assert all(np.isfinite(part).all() for part in found)
    both(X, mask)


def test_implied_of_factors_and_terms():
    """One look at a product tells of both factors; what is not finite there is still noticed."""
    # Squared, so that the gradient of the product is computed: of one that is known to be 1 no rule looks at the factors
    step = value_and_grad(lambda x: np.sum(np.square(np.exp(x) * np.sin(x) + np.exp(x))))
    none, passes = (), (cleaning.shared, guarding.implied)
    assert text(step, X, passes=none).count("isfinite") > text(step, X, passes=passes).count("isfinite")
    fast = capture(step, strict=True, passes=passes)
    for _ in range(3):
        fast(X)
    for bad in (np.inf, -np.inf, np.nan, 800.0):
        x = X.copy()
        x[2, 1] = bad
        with np.errstate(all="ignore"):
            equal(fast(x), step(x))


@NATIVE
def test_implied_of_a_quotient(native):
    """Its numerator, and so the factors of that; not its denominator, which may be infinite where the quotient is 0."""
    D = np.full((5, 3), 3.0)
    step = value_and_grad(lambda x: np.sum(np.exp(x) * np.sin(x) / D * np.cos(x)))
    fast = capture(step, strict=True, native=native, passes=(cleaning.shared, guarding.implied, cleaning.unused))
    for _ in range(3):
        equal(fast(X), step(X))
    assert functions_tested(fast) == ["multiply"] * 3  # the last of each term, and none of cos x, which is a numerator
    for bad in (np.inf, -np.inf, np.nan, 800.0):
        for array in (X.copy(), D):
            before, array[2, 1] = array[2, 1], bad
            with np.errstate(all="ignore"):
                x = X if array is D else array
                for found, expected in zip(fast(x), step(x), strict=True):
                    np.testing.assert_allclose(found, expected, rtol=1e-13)
            array[2, 1] = before


def functions_tested(fast):
    """The functions whose results are seen to be finite."""
    program = fast.program.program
    return [program.origins[guard.value].function.__name__ for guard in program.guards if guard.kind == "finite"]


def test_implied_leaves_what_is_not():
    """The sum of the last product is looked at by nobody."""
    step, W = lambda x: (x @ W) @ W.T, Tensor(B, requires_grad=True)

    def one(x):
        W.grad = None
        np.sum(step(x)).backward()
        return W.grad.copy()

    assert text(one, X, passes=(guarding.implied,)).count("isfinite") == text(one, X, passes=()).count("isfinite") > 0


@pytest.mark.parametrize("name", SLOPES)
def test_the_forms_of_the_slope_of_a_sigmoid_are_known(name):
    """The gradient of its cross-entropy is p - t, also if the slope is computed from x for the sake of its digits."""

    def step(x, t):
        e = np.exp(np.minimum(x, 80))
        p = e / (1 + e)
        return 2.0 * ((p - t) / np.maximum(p * (1 - p), 1e-12)) * SLOPES[name](p, x)

    x, t = r.normal(size=(5, 2)) * 3, r.integers(0, 2, (5, 2)).astype(float)
    fast = capture(step, strict=True, passes=(cleaning.shared, losses.sigmoid_with_its_loss, cleaning.unused))
    for scale in (1, 1, 1, 1.5):
        np.testing.assert_allclose(fast(x * scale, t), 2 / (1 + np.exp(-x * scale)) - 2 * t, rtol=1e-12)
    assert "maximum(" not in fast.program.text
    assert "absolute(x" not in fast.program.text
    for wide in (x * 20, np.full((5, 2), 27.0)):
        equal(fast(wide, t), step(wide, t), exact=True)


BY = pytest.mark.parametrize("few", [sys.maxsize, 0], ids=["by cosh", "by exp"])  # as size and processor say


@BY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [10, 5000])
def test_slopes_in_place_have_the_digits_of_the_calls(monkeypatch, few, dtype, n):
    monkeypatch.setattr(bells, "FEW", dict.fromkeys("fd", few))
    for f in (np.tanh, sigmoid, silu, gelu):
        step = value_and_grad(lambda x, f=f: np.sum(f(x) ** 2))
        fast = capture(step, strict=True, passes=())
        for end in (5, 40, 400):
            x = np.linspace(-end, end / 2, n, dtype=dtype)
            for _ in range(3):
                equal(fast(x), step(x), exact=True)


@BY
@pytest.mark.parametrize("n", [600, 5000])
def test_tanh_with_its_slope(monkeypatch, few, n):
    """Both have their digits everywhere, the sign of 0 too; what is far out, infinite or NaN is left to the step."""
    monkeypatch.setattr(bells, "FEW", dict.fromkeys("fd", few))
    mpmath = pytest.importorskip("mpmath")
    x = np.concatenate([[0.0, -0.0, 5e-324, -1e-300], np.geomspace(1e-20, 340, n - 4) * np.where(np.arange(n - 4) % 2, 1, -1)])

    def step(x):
        leaf = Tensor(x, requires_grad=True)
        out = np.tanh(leaf)
        np.sum(out * 3.0).backward()
        return out.detach(), leaf.grad

    fast = capture(step, strict=True, passes=(cleaning.direct, cleaning.shared, slopes.tanh_with_its_slope, cleaning.unused))
    for _ in range(3):
        out, slope = fast(x)
    assert "expm1(" in fast.program.text
    assert "tanh(" not in fast.program.text
    assert "cosh(" not in fast.program.text
    some = [*range(4), *range(4, n, 37)]
    with mpmath.workdps(40):
        expected = [[float(mpmath.tanh(v)), float(3 * mpmath.sech(v) ** 2)] for v in map(mpmath.mpf, x[some].tolist())]
    np.testing.assert_allclose(np.stack([np.asarray(out)[some], slope[some]], 1), expected, rtol=1e-15)
    np.testing.assert_array_equal(np.signbit(out), np.signbit(x))
    for bad in (360.0, -1e200, np.inf, np.nan):
        y = x.copy()
        y[7] = bad
        with np.errstate(all="ignore"):
            equal(fast(y), step(y), exact=True)


def test_tanh_stays_where_cosh_is_quick(monkeypatch):
    monkeypatch.setattr(slopes, "is_quick", lambda name: name == "cosh")
    x = np.linspace(-1, 1, 900)
    fast = capture(value_and_grad(lambda x: np.sum(np.tanh(x))), strict=True)
    for _ in range(3):
        fast(x)
    assert " tanh(" in fast.program.text
    assert " cosh(" in fast.program.text


def test_tanh_stays_where_its_slope_is_not_asked_for():
    for step, x in (
        (np.tanh, np.linspace(-1, 1, 900)),
        (value_and_grad(lambda x: np.sum(np.tanh(x))), np.linspace(-1, 1, 100)),
        (value_and_grad(lambda x: np.sum(np.tanh(x))), np.linspace(-1, 1, 900, dtype=np.float32)),
        (value_and_grad(lambda x: np.sum(np.tanh(x))), np.linspace(-1, 500, 900)),
    ):
        assert " tanh(" in text(step, x, passes=PASSES)


def test_a_slope_before_its_tanh():
    def step(x):
        c = np.cosh(x)
        return (x + 2) / (c * c) + np.tanh(x)

    assert "expm1(" in text(step, np.linspace(-3, 3, 900), passes=PASSES)


def test_a_cross_entropy_is_two_dot_products():
    x, t = r.normal(size=(7, 2)) * 5, r.uniform(size=(7, 2))
    t[:2] = [[0.0, 1.0], [1.0, 0.0]]

    def step(x):
        leaf = Tensor(x, requires_grad=True)
        loss = binary_cross_entropy(leaf.sigmoid(), t)
        loss.backward()
        return loss.detach(), leaf.grad

    fast = capture(step, strict=True)
    for _ in range(3):
        loss, _ = fast(x)
    terms = [math.log1p(math.exp(-abs(v))) + max(v, 0) - v * w for v, w in zip(x.ravel(), t.ravel(), strict=True)]
    assert loss.item() == pytest.approx(math.fsum(terms) / 14, rel=1e-14)
    assert fast.program.text.count(" = vdot(") == 2


def test_a_sum_that_cancels_is_added_up_term_by_term():
    """Two dot products would leave the difference of two roundings."""
    p = r.uniform(size=(9, 2))
    q = p * (1 + 1e-12)
    assert "vdot(" not in text(lambda p, q: np.sum(p * np.log(p) - p * np.log(q)), p, q, passes=PASSES)
