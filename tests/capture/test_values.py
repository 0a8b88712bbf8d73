"""What depends on values: dtypes, complex numbers, errors that are caught or silenced, infinities; beside the step itself."""

import inspect
import warnings

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, cross_entropy, log_softmax, logsumexp, softmax
from autograd_core.errors import CaptureError
from nn import optim
from tests.capture.common import replays
from tests.capture.side_by_side import Scenario, X, check

r = np.random.default_rng(0)
Z = r.normal(size=(4, 3)) + 1j * r.normal(size=(4, 3))
MASK = np.triu(np.full((4, 4), -np.inf), 1)
S = r.normal(size=(4, 4))


# Complex parameters


@pytest.mark.parametrize(
    "make_optimizer",
    [
        lambda p: optim.SGD(p, lr=0.1),
        lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
        lambda p: optim.Adam(p, lr=0.1),
        lambda p: optim.AdamW(p, lr=0.1),
        lambda p: optim.RMSprop(p, lr=0.1),
        lambda p: optim.Adagrad(p, lr=0.1),
    ],
)
@pytest.mark.parametrize("shape", [(3,), ()])
def test_complex_parameters(make_optimizer, shape):
    """The way down is the conjugate of the gradient, of real and imaginary parts apart: as without capture."""

    def make():
        w = nn.Parameter(np.ones(shape) * (1 + 2j))
        optimizer = make_optimizer([w])

        def step(z):
            optimizer.zero_grad()
            loss = np.sum(np.abs(z * w - 1) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return Scenario(step, lambda k: (Z + k,), {}, lambda: w.data)

    check(make)


# A dtype that depends on values

ROTATIONS = lambda k: (np.array([[1.0, 2.0], [-2.0 if k % 2 else 2.0, 1.0]]),)  # or a reflection
TYPED = {
    "real_if_close": (lambda z: np.real_if_close(z) * 2, lambda k: (Z.real + (1j if k % 3 == 2 else 0) * Z.imag + 0j,)),
    "eigvals": (lambda a: np.sum(np.linalg.eigvals(a)) * 2, ROTATIONS),
    "eig": (lambda a: np.linalg.eig(a)[0] * 2, ROTATIONS),
    "roots": (lambda p: np.roots(p) * 2, lambda k: (np.array([1.0, 0.0, 1.0 if k % 2 else -1.0]),)),
    "emath.sqrt": (lambda x: np.emath.sqrt(x) * 2, lambda k: (X * (-1) ** k,)),
    "emath.log": (lambda x: np.emath.log(x) * 2, lambda k: (X * (-1) ** k,)),
    "emath.power": (lambda x: np.emath.power(x, 0.5) * 2, lambda k: (X * (-1) ** k,)),
    "emath.arccos": (lambda x: np.emath.arccos(x / 9) * 2, lambda k: (X * (1 if k % 2 else 9),)),
}


@pytest.mark.parametrize(("step", "args"), TYPED.values(), ids=TYPED)
def test_a_dtype_that_depends_on_values(step, args):
    check(lambda: Scenario(step, args), followed=False)


def test_functions_whose_dtype_or_shape_depends_on_values_are_known():
    """Of NumPy's public functions of one array: with other values of one shape and dtype the result has no other dtype.

    Found by trying all: those for which this is not so are in the two sets.
    """
    from autograd_core.capturing.recording.recorder import COUNTING, UNTYPED

    arrays = [np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[0.0, -3.0], [3.0, -1.0]]), np.array([[-1.0, 0.0], [0.0, -1.0]])]
    arrays += [a + 0j for a in arrays] + [np.array([[1 + 1j, 2], [3, 4j]])]
    unknown = []
    for space in (np, np.linalg, np.fft, np.emath):
        for name in sorted(vars(space)):
            function = getattr(space, name)
            if name.startswith("_") or not callable(function) or isinstance(function, (type, np.ufunc)) or name in NOT_TRIED:
                continue
            results = {}
            for a in arrays:
                for given in (a, a.ravel()):
                    with warnings.catch_warnings(), np.errstate(all="ignore"):
                        warnings.simplefilter("ignore")
                        try:
                            result = function(given.copy())
                        except Exception:
                            continue
                    parts = result if isinstance(result, tuple) else (result,)
                    if all(isinstance(part, (np.ndarray, np.generic)) for part in parts):
                        kinds = tuple((part.shape, part.dtype) for part in parts)
                        results.setdefault((given.shape, given.dtype), set()).add(kinds)
            if any(len(kinds) > 1 for kinds in results.values()) and function not in COUNTING | UNTYPED | REFUSED:
                unknown.append(f"{space.__name__}.{name}")
    assert not unknown


NOT_TRIED = {"test", "show_config", "info", "save", "savez", "savetxt", "fromfile", "loadtxt", "load", "genfromtxt",
             "show_runtime", "memmap", "get_include", "set_printoptions", "seterr", "seterrcall", "setbufsize"}  # fmt: skip
REFUSED = {np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.unique_all, np.unique_counts, np.unique_inverse, np.where,
           np.mask_indices}  # fmt: skip


# Fast ways that do not apply to the call that is recorded

NETS = {
    "softmax": lambda s: np.sum(softmax(s + MASK) * S),
    "log_softmax": lambda s: -log_softmax(s + MASK)[3, 3] - log_softmax(s + MASK)[2, 0],
    "logsumexp": lambda s: np.sum(logsumexp(s + MASK, axis=1)),
    "cross entropy": lambda s: cross_entropy(s + MASK, np.array([0, 0, 2, 1])),
    "attention": lambda s: np.sum((softmax(s @ s.T / 2 + MASK) @ s) ** 2),
    "where": lambda s: np.sum(softmax(np.where(MASK < 0, -np.inf, s)) ** 2),
}


@pytest.mark.parametrize("loss_of", NETS.values(), ids=NETS)
def test_causal_masks(loss_of):
    def make():
        w = Tensor(S.copy(), requires_grad=True)

        def step(x):
            w.grad = None
            loss = loss_of(w * x)
            loss.backward()
            w.data -= 0.1 * w.grad
            return loss.detach()

        return Scenario(step, lambda k: (np.float64(1 + k / 10),), {}, lambda: w)

    check(make)


EDGES = {
    "sqrt at 0": (lambda w, x: np.sum(np.where(x > 0, np.sqrt(w * x), 0.0)), [0.0, 4.0, 9.0]),
    "sqrt at 0, not masked": (lambda w, x: np.sum(np.sqrt(w * x)), [0.0, 4.0, 9.0]),
    "overflow of exp": (lambda w, x: np.sum(1 / (1 + np.exp(w * x))), [800.0, 1.0, -1.0]),
    "log at 0": (lambda w, x: np.sum(np.where(x > 0, np.log(w * x), 0.0)), [0.0, 4.0, 9.0]),
    "quotient by 0": (lambda w, x: np.sum(np.where(x > 0, 1 / (w * x), 0.0)), [0.0, 4.0, 9.0]),
    "norm at 0": (lambda w, x: np.linalg.norm(w * x), [0.0, 0.0, 0.0]),
    "power at 0": (lambda w, x: np.sum((w * x) ** 0.5), [0.0, 4.0, 9.0]),
}


@pytest.mark.parametrize(("loss_of", "x"), EDGES.values(), ids=EDGES)
def test_infinite_slopes(loss_of, x):
    """The step warns of what it meets; it is captured all the same, and the gradients are those of the step."""

    def make():
        w = Tensor(np.ones(3), requires_grad=True)

        def step(x):
            w.grad = None
            with np.errstate(all="ignore"):
                loss = loss_of(w, x)
                loss.backward()
            return loss.detach()

        return Scenario(step, lambda k: (np.array(x),), {}, lambda: w)

    check(make)


def test_two_losses_that_share_a_target():
    def make():
        rng = np.random.default_rng(0)
        d, g = (nn.Linear(2, 1, generator=rng) for _ in range(2))
        ones = np.ones((4, 1))
        bce = nn.BCELoss()

        def step(x):
            for part in (d, g):
                part.zero_grad()
            loss = bce(d(x).sigmoid(), ones) + bce(g(x).sigmoid(), ones)
            loss.backward()
            for part in (d, g):
                for p in part.parameters():
                    p.data -= 0.1 * p.grad
            return loss.detach()

        return Scenario(step, lambda k: (Z[:, :2].real + k,), {}, lambda: (d.state_dict(), g.state_dict()))

    check(make)


# Errors


def test_an_error_that_the_step_catches():
    """Recorded in its `except` branch a step would take it for ever."""

    def step(a):
        try:
            return np.linalg.inv(a) * 2
        except np.linalg.LinAlgError:
            return np.linalg.pinv(a)

    singular, regular = np.ones((2, 2)), np.array([[2.0, 1.0], [1.0, 3.0]])
    check(
        lambda: Scenario(step, lambda k: (singular if k < 4 else regular,)), refused="catches an error, LinAlgError.*inv\\(a\\)"
    )
    check(lambda: Scenario(step, lambda k: (regular if k < 4 else singular,)), refused="catches an error, LinAlgError")


def test_a_refusal_that_the_step_catches():
    def step(x):
        try:
            return x * float(np.sum(x))
        except TypeError:
            return x

    check(lambda: Scenario(step), refused=r"float\(…\) or a function of math takes a number out of the step")


def test_an_error_that_follows_from_settings_may_be_caught():
    def make():
        table = {}

        def step(x):
            try:
                return x * table["scale"]
            except KeyError:
                return x

        return Scenario(step, events={5: lambda: table.update(scale=3.0)})

    check(make)


def test_a_decision_by_an_error_of_ones_own():
    def step(x):
        try:
            if np.sum(x) > 20:
                raise ValueError("too much")
        except ValueError:
            return -x
        return x * 2

    check(lambda: Scenario(step))


def test_errors_silenced_in_one_call_are_not_in_others():
    def step(x, y):
        with np.errstate(divide="ignore"):
            a = np.log(x)
        return a + np.log(y)

    fast = capture(step, strict=True)
    for _ in range(4):
        fast(X, X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fast(np.zeros(3), X).tolist() == step(np.zeros(3), X).tolist()
        with pytest.raises(RuntimeWarning, match="divide by zero"):
            fast(X, np.zeros(3))
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        fast(X, np.zeros(3))


# Words and numbers of stand-ins


def test_a_tensor_beside_an_array_that_is_changed_in_place():
    def make():
        w, rate = Tensor(np.ones(3), requires_grad=True), Tensor(0.1)

        def step(x):
            w.grad = None
            np.sum((w * x) ** 2).backward()
            w.data -= rate * w.grad

        return Scenario(step, state=lambda: w.data)

    check(make)


def test_astype_of_a_tensor():
    check(lambda: Scenario(lambda x: Tensor(x * 2).astype(int).sum() + x.astype(int), lambda k: (X + k / 3,)))
    check(
        lambda: Scenario(lambda x: np.unique(np.round(Tensor(x))).size * X, lambda k: (X,)), refused="unique has as many results"
    )


def test_text_in_an_array():
    check(lambda: Scenario(lambda x, t: x * (t == "a"), lambda k: (X, np.array(["a", "b", "a" if k < 5 else "c"]))))


def test_lists_beside_arrays():
    check(lambda: Scenario(lambda x: x + [1, 2, 3] - (1.0, 2.0, 3.0)))  # noqa: RUF005
    check(lambda: Scenario(lambda x: (x == None) * 1.0 + x))  # noqa: E711


def test_attributes_of_arrays_that_a_stand_in_has_not():
    """`hasattr` must not take another way than it takes for an array."""
    check(lambda: Scenario(lambda x: x * 2 if hasattr(x, "tobytes") else x), refused=r"tobytes\(\) of a value of the step")
    check(lambda: Scenario(lambda x: x * 2 if hasattr(x, "mask") else x))


def test_the_line_of_a_mask_is_named():
    def step(x):
        h = np.zeros(3)
        h[x > 2] = np.sum(x)
        return h

    with pytest.raises(CaptureError, match=r"h\[x > 2\] = np.sum\(x\)"):
        capture(step, strict=True)(X)


def test_generators_and_coroutines_are_refused_at_once():
    def produce(x):
        yield x

    async def wait(x):
        return x

    async def both(x):
        yield x

    for function, kind in (
        (produce, "a generator function"),
        (wait, "a coroutine function"),
        (both, "an async generator function"),
    ):
        with pytest.raises(
            TypeError, match=f"{function.__name__} is {kind}, whose code runs bit by bit after the call; capture a"
        ):
            capture(function)
    assert inspect.isgeneratorfunction(produce)


def test_number_of_math_imported_by_name():
    from math import sqrt

    def make():
        state = {"n": 0}

        def step(x):
            state["n"] += 1
            return x * sqrt(state["n"])

        return Scenario(step, state=lambda: state)

    fast = check(make)
    replays(fast, X)
