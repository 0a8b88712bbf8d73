"""Each reason why a step is not captured, by a step that gives it; and what a user reads then has no word of the inside."""

import re
import sys
import threading
import types

import numpy as np
import pytest

from autograd_core import Tensor, capture, hessian
from autograd_core.capturing import beside, reasons
from autograd_core.capturing.passes import PASSES
from autograd_core.capturing.reasons import Reason
from autograd_core.errors import CaptureError
from tests.arrays import strict_device

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
ALL = {name for name, value in vars(reasons).items() if isinstance(value, Reason)}
INSIDE = re.compile(r"StandIn|Variable|Session|Recorder|_value|_node|Reached|Place|autograd_core\.capturing|object at 0x")
EXAMPLES = {}


class Bag:
    def __init__(self, **attributes):
        vars(self).update(attributes)


KEPT = []  # what a step does not see


class Other:
    def __init__(self, x):
        self.x = x


def with_gradient(k):
    tensor = Tensor(X)
    tensor.grad = X
    return (tensor,)


def example(name, words, args=lambda k: (X.copy(),), **options):
    """A step, made by the function below this, that is refused in these words."""

    def put(make):
        EXAMPLES.setdefault(name, []).append((make, words, args, options))
        return make

    return put


W = Tensor(np.ones(3), requires_grad=True)
RNG = np.random.default_rng(0)

example("ITEM", r"item\(\) takes a number out")(lambda: lambda x: x * x.sum().item())
example("TOLIST", r"tolist\(\) takes a number out")(lambda: lambda x: x.tolist())
example("FLOAT", r"float\(…\) or a function of math takes a number out.*np.sqrt")(lambda: lambda x: x * float(x.sum()))
example("INT", r"int\(…\) takes a number out")(lambda: lambda x: x * int(x.sum()))
example("ROUND", r"round\(…\) takes a number out.*write np\.round")(lambda: lambda x: x * round(x.sum()))
example("ROUND", r"round\(…\) takes a number out.*write np\.round")(lambda: lambda x: x * round(x.sum(), 1))
example("COMPLEX", r"complex\(…\) takes a number out")(lambda: lambda x: x * complex(x.sum()))
example("INDEX", r"a value as an index, a length or a count")(lambda: lambda x: [x] * (x[0] > 1).sum())
example("WORDS", r"printing takes a number out")(lambda: lambda x: (x, f"{x.sum()}"))
example("HASH", r"a value as a key, or in a set")(lambda: lambda x: {x.sum(): 1}[x.sum()] * x)
example("BYTES", r"tobytes\(\) of a value of the step would be that of the recording")(lambda: lambda x: x.tobytes())
example("BYTES", r"data of a value of the step")(lambda: lambda x: bytes(x.data))
example("BYTES", r"flags of a value of the step")(lambda: lambda x: x * (2 if x.flags.c_contiguous else 3))
example("BYTES", r"base of a value of the step")(lambda: lambda x: x * (2 if x.base is None else 3))
example("BYTES", r"strides of a value of the step")(lambda: lambda x: x * x.strides[0])
example("BOUNDS", r"a slice whose bounds are values")(lambda: lambda x: x[: np.argmax(x[0])])
example("PLAIN", r"needs a plain array of a value of the step.*np.stack")(
    lambda: (lambda box: lambda x: box.convert(x))(Bag(convert=np.asarray))
)
example("PRINT", r"print\(\) would happen once, while recording.*return the values")(lambda: lambda x: print(x.shape))
example("OUTSIDE", r"open would be called once, while recording.*call it outside")(lambda: lambda x: open("/dev/null").close())
example("UNREAD", r"eval runs code that capture has not read.*write the code out")(lambda: lambda x: eval("1.0") * x)
example("SEEDS", r"random numbers of the whole process.*numpy.random.Generator")(lambda: lambda x: x + np.random.normal())
example("HIDDEN", r"reaches numbers, a bytearray, into which a replay cannot look")(
    lambda: (lambda numbers: lambda x: x * numbers[0])(bytearray(b"a"))
)
example("VIEW", r"a change in place of a view.*write y = x \+ 1")(lambda: lambda x: x.T.__iadd__(1))
example("OUT", r"sum writes values of the step into an array that capture does not know")(
    lambda: lambda x: np.sum(x, axis=0, out=np.empty(3))
)
example("AT", r"add.at writes values of the step into a plain array.*np.zeros_like\(x\)")(
    lambda: lambda x: np.add.at(np.zeros(3), [0, 0], x[0, :2])
)
example("PUT", r"put changes an array in place.*write arr\[index\] = value")(lambda: lambda x: np.put(x * 2, [0], 1.0))
example("COUNTS", r"nonzero has as many results.*np.where\(condition, a, b\)")(lambda: lambda x: np.nonzero(x))
example("CONVERT", r"array of a value of the step with more than a dtype.*np.reshape")(lambda: lambda x: np.array(x, ndmin=3))
example("DTYPE_VIEW", r"view\(dtype\) of an array.*astype")(lambda: lambda x: x.view(int))
example("TENSOR_INTO", r"a Tensor assigned into an array.*detach")(lambda: lambda x: (x * 1).__setitem__(0, W.detach()))
example("SHUFFLE", r"shuffle changes its argument in place.*permutation")(lambda: lambda x: RNG.shuffle(x))
example("SPAWN", r"spawn makes other generators each time")(lambda: lambda x: x + RNG.spawn(1)[0].normal())
example("DRAW", r"a random draw, normal\(…\), whose arguments are values")(lambda: lambda x: RNG.normal(x))
example("STATE", r"the state of a random generator is read")(lambda: lambda x: x + RNG.bit_generator.state["has_uint32"])
example("GRAPH", r"returns a Tensor that is part of a graph.*return t.detach\(\)")(lambda: lambda x: x @ W)
example("OBJECT", r"returns an Other, which a replay cannot make anew")(lambda: lambda x: Other(x))
example("ARGUMENT", r"changes an argument, a0, in place.*return the new value")(lambda: lambda x: x.__iadd__(1))
example("ARGUMENT", r"changes an argument, a list or dict, in place", lambda k: ([X],))(lambda: lambda xs: xs.append(1))
example("GIVEN_GRADIENT", r"argument a0 is a Tensor without requires_grad that has a .grad; give the gradient", with_gradient)(
    lambda: lambda t: t.detach() * 2
)
example("SUBCLASS", r"argument a0 is a MaskedArray, not an array of NumPy's own", lambda k: (np.ma.array([1.0]),))(
    lambda: lambda x: x * 2
)
example("FOREIGN", r"a ndarray of another library.*without capture", lambda k: (strict_device.place(X),))(lambda: lambda x: x * 2)
example("OTHER_ARGUMENT", r"gives another Bag as an argument.*its arrays and numbers as arguments", lambda k: (Bag(x=X + k),))(
    lambda: lambda bag: bag.x * 2
)
example("RAISED", r"raises TypeError: .* if it is recorded.*stand-ins")(lambda: lambda x: np.frombuffer(x, dtype=float))
example("RAISED", r"raises KeyError: <class 'numpy.ndarray'> if it is recorded")(
    lambda: lambda x: x * {np.float64: 2}[type(x.sum())]
)
example("SAME", r"compares by `is`, and the argument a1 is an array that it has from elsewhere", lambda k: (X, X))(
    lambda: lambda a, b: a * 2 if a is b else b
)
example("RESULT", r"the result of array2string, a str, is neither an array nor a number")(lambda: lambda x: np.array2string(x))

example(
    "TIED", r"second derivative exactly where maximum chooses between equals.*move away from the tie", lambda k: (np.zeros(3),)
)(lambda: hessian(lambda x: np.sum(np.maximum(x, -x) ** 2)))


@example("PICKLE", r"a copy by pickle of a value of the step")
def pickled():
    import pickle

    return lambda x: pickle.loads(pickle.dumps(x))


@example("CAUGHT", r"catches an error, LinAlgError.*take the way of that call for ever")
def caught():
    def step(x):
        try:
            return np.linalg.inv(x @ np.zeros((3, 3)))
        except np.linalg.LinAlgError:
            return x

    return step


@example("LEFT", r"keeps a value of each call in .*, where capture did not look for it")
def left():
    import functools

    kept = functools.lru_cache(list)

    def step(x):
        kept().append(x * 2)
        return x

    return step


@example("GROWN", r"makes items longer or shorter with each call.*collect them outside")
def grown():
    items = []
    return lambda x: items.append(1.0)


@example("GROWN", r"makes the keys of items others with each call")
def other_keys():
    items = {0: 1.0}

    def step(x):
        k = next(iter(items))
        items.clear()
        items[k + 1] = 1.0

    return step


@example("REPLACED", r"puts another Bag into box.part with each call.*change the one that is there")
def replaced():
    box = Bag(part=Bag(k=1.0))

    def step(x):
        box.part = Bag(k=box.part.k)

    return step


@example("MADE_OUTSIDE", r"puts another ndarray into box.a, made outside of what is recorded")
def made_outside():
    box = Bag(a=np.zeros(3))

    def step(x):
        box.a = np.ones(3)
        return x

    return step


@example("SHARED", r"writes into a, whose memory b is in too.*make one of them a copy")
def shared():
    a = np.zeros(3)
    b = a[:2]

    def step(x):
        a[...] = a + x[0]
        return b * 2

    return step


@example("LENT", r"changes t, a number whose memory something else holds .*keep t\.item\(\) or a copy")
def lent():
    t = Tensor(2.0)
    held = t.data

    def step(x):
        t.data += held.size * x[0, 0]
        return x

    return step


@example("VIEWED", r"gives t another array, and a view of it.*write t\.data\[\.\.\.\] = …")
def viewed():
    t = Tensor(np.ones(3), name="t")
    KEPT.append(t[:2])

    def step(x):
        t[...] = x[0, 0]
        return x * 2

    return step


@example("RECORDED_EDIT", r"changes t by a recorded operation \(t \+= …\)")
def recorded_edit():
    t = Tensor(np.ones(3))

    def step(x):
        nonlocal t
        t[0] = W[0]

    return step


@example("LEAF", r"a Tensor that requires a gradient is made inside the step.*make it outside")
def leaf():
    def step(x):
        w = Tensor(np.ones(3), requires_grad=True)
        np.sum(w * 2).backward()
        return x + w.grad

    return step


@example("OTHER_VIEW", r"a change in place of an array of which there is another view.*write y = x \+ 1")
def other_view():
    def step(x):
        y = x * 2
        part = y[:1]
        y += 1
        return part

    return step


@example("OWN_ARRAY", r"changes an array of its own that it has used before .*make another one, or a copy")
def own_array():
    def step(x):
        weights = np.zeros(3)
        first = x * weights
        weights[0] = 1
        return first + x * weights

    return step


@example("OUT_WHERE", r"add with where= and out=.*write np.where")
def out_where():
    total = np.zeros((2, 3))
    return lambda x: np.add(x, 1, out=total, where=x > 0)


@example("WRITES", r"nan_to_num writes into one of its arguments.*take what it returns")
def writes():
    total = np.zeros((2, 3))

    def step(x):
        np.nan_to_num(total, copy=False)
        return total + x

    return step


@example("COPYTO", r"copyto into an array that capture does not know, or with where=.*np.where")
def copies():
    def step(x):
        y = x * 2
        np.copyto(y, x, where=x > 0)
        return y

    return step


@example("CREATED", r"leaves a Tensor in .grad \(create_graph=True\)")
def created():
    w = Tensor(np.ones(3), requires_grad=True)

    def step(x):
        w.grad = None
        np.sum((x @ w) ** 2).backward(create_graph=True)

    return step


@example("UNLIKE", r"the replay is not what the step does: result 0 is .*Usual causes")
def unlike():
    return lambda x: x + threading.current_thread().native_id + np.random.default_rng().normal()


def broken(program):
    raise LookupError("something of the inside")


@example("BROKEN", r"the program of this step could not be made, which is a mistake of this library.*report it", passes=(broken,))
def not_made():
    return lambda x: x * 2


@pytest.mark.parametrize("name", sorted(ALL - {"BUSY"}))
def test_each_reason(name, monkeypatch, capsys):
    assert name in EXAMPLES, "a reason without a step that shows it"
    for make, words, args, options in EXAMPLES[name]:
        fast = capture(make(), strict=True, **options)
        calls = lambda fast=fast, args=args: [fast(*args(k)) for k in range(11)]
        with pytest.raises(CaptureError, match=f"(?s){words}") as caught:
            calls()
        assert not INSIDE.search(str(caught.value)), caught.value
        assert "{" not in str(caught.value).split("(/")[0]


def test_programs_that_never_apply(monkeypatch):
    monkeypatch.setattr(beside, "Compiled", lambda *args, **options: types.SimpleNamespace(
        replay=lambda *args: beside.MISS, mode=True, guard=types.SimpleNamespace(moved=set, numbers=())
    ))  # fmt: skip
    fast = capture(lambda x: x * 2, strict=True)
    for _ in range(4):
        assert fast(X).tolist() == (X * 2).tolist()
    with pytest.raises(CaptureError, match="programs do not apply to the very calls that they are recorded from; please report"):
        fast(X)


def test_a_reason_is_given_in_a_warning_if_not_strict():
    fast = capture(lambda x: x * float(x.sum()))
    with pytest.warns(RuntimeWarning, match=r"<lambda> runs as it is, not captured: capture: float\(…\)"):
        fast(X)
    assert PASSES
    assert sys.modules
