"""What a user's own code may do while the guard in machine code looks: raise, interrupt, let go of what was just read."""

import gc
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.capturing.native import objects
from autograd_core.capturing.native.entry import AGAIN
from autograd_core.capturing.replay import MISS
from autograd_core.graph import edits

pytest.importorskip("llvmlite", reason="native code needs llvmlite")
pytestmark = [
    pytest.mark.skipif(not objects.tells(), reason="this Python's objects are not looked at by machine code"),
    pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning"),
]
X = np.array([1.0, -2.0, 3.0])


STEPS = {"native": lambda x, thing: x * thing.scale, "in parts": lambda x, thing: np.sort(np.sin(x) * x) * thing.scale}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_while_the_guard_looks_is_raised(step, error):
    class Slotted:
        __slots__ = ("scale",)

    class Raising:
        def __get__(self, instance, owner):
            if self.raises:
                self.raises -= 1
                raise self.error("here")
            return slot.__get__(instance, owner)

    thing, raising, slot = Slotted(), Raising(), Slotted.scale
    thing.scale = 2.0
    fast = capture(lambda x: step(x, thing), native=True)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), step(X, thing))
    run, raising.error, Slotted.scale = fast.program.run, error, raising
    for _ in range(3):
        raising.raises = 1
        with pytest.raises(error, match="here"):
            run(X)
        np.testing.assert_array_equal(run(X), step(X, thing))
    raising.error = ValueError  # of which the step itself may make something: Python looks again
    raising.raises = 1
    np.testing.assert_array_equal(run(X), step(X, thing))
    raising.raises = 2
    assert run(X) is MISS


def run(program):
    """Run a program of its own, which may die of what it does; its last line is `fine`."""
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip().rpartition("\n")[2]) == (0, "fine"), done.stderr[-2000:]


@pytest.mark.parametrize("what", ["clear", "other", "resize"])
def test_a_key_whose_eq_changes_the_dict(what):
    """It is asked in the midst of the guard, since its hash is that of a key that is read afterwards, as is an array before."""
    run(f"""
import gc
import numpy as np
from autograd_core import capture

class Key:
    mean = False

    def __hash__(self):
        return hash(1)

    def __eq__(self, other):
        if Key.mean:
            Key.mean = False
            if {what!r} == "clear":
                things.clear()
            elif {what!r} == "other":
                things["b"] = things["a"] = np.full(100_000, 3.0)
            else:
                things["a"].resize(3, refcheck=False)
            gc.collect()
            junk.extend(np.full(100_000, 7.0) for _ in range(20))
        return self is other

x, junk = np.ones(100_000), []

def step(x):
    return x * things["a"] + things["b"] * things[1]

for native in (True, False):
    things = {{Key(): None, "a": np.ones(100_000), "b": np.ones(100_000), 1: 2.0}}
    fast = capture(step, native=native)
    for i in range(8):
        things["a"], things["b"], things[1] = np.full(100_000, i + 1.0), np.full(100_000, i + 2.0), i + 0.5
        assert (fast(x) == step(x)).all()
    for _ in range(3):
        things["a"], things["b"], things[1] = np.full(100_000, 4.0), np.full(100_000, 5.0), 0.25
        Key.mean = True
        try:
            y = fast(x)
        except (KeyError, ValueError):
            pass
        else:  # with the arrays from before, or those from afterwards
            assert (y == y[0]).all() and y[0] in (4 + 5 / 4, 3 + 3 / 4)
        junk.clear()
        things.update({{"a": np.ones(100_000), "b": np.ones(100_000), 1: 2.0}})
        assert (fast(x) == step(x)).all()
print("fine")
""")


def test_nothing_is_left_of_a_step_whose_end_fails():
    """A key's own code raises after arrays and numbers were made; they are let go of, and so is the lock of the edits."""

    class Key:
        def __hash__(self):
            if gc.get_threshold()[2] == 77:  # which no guard looks at
                raise RuntimeError("broken")
            return 1

    key, w, ones = Key(), Tensor([1.0, 2.0, 3.0], requires_grad=True), np.ones(10_000)

    def step(x):
        w.grad = None
        np.sum(w * w * x).backward()
        more = np.sum(x), ones * x[0]
        w.data -= 0.125 * w.grad
        return {key: [more[0], np.sum(w.data)], "more": more}

    fast = capture(step, native=True)
    for _ in range(5):
        fast(X)
    run = fast.program.run
    assert run.__globals__["quick"](X) is not AGAIN

    def blocks():
        """How much memory Python has given away after so many failures."""
        gc.set_threshold(*usual[:2], 77)
        try:
            for _ in range(200):
                with pytest.raises(RuntimeError, match="broken"):
                    run(X)
        finally:
            gc.set_threshold(*usual)
        gc.collect()
        return sys.getallocatedblocks()

    before, usual = edits.edits.last, gc.get_threshold()
    blocks()
    assert abs(blocks() - blocks()) < 100
    assert edits.edits.last > before
    threads = ThreadPoolExecutor(1)  # who does not hold the lock already
    assert threads.submit(edits.lock.acquire, blocking=False).result()
    threads.submit(edits.lock.release).result()


def test_what_was_read_is_let_go_of():
    """Objects that were held while a user's code might run are not kept."""

    class Key:
        def __eq__(self, other):
            return self is other

        def __hash__(self):
            return hash(1)

    things = {Key(): None, "a": X * 1.0, 1: 2.0}
    fast = capture(lambda x: x * things["a"] + things[1], native=True)
    for i in range(8):
        things["a"], things[1] = X + i, i + 0.5
        np.testing.assert_array_equal(fast(X), X * (X + i) + i + 0.5)
    quick = fast.program.run.__globals__["quick"]
    for given in (X, None, X[:2]):  # done, and not
        things["a"] = array = X + 10.0
        reference = weakref.ref(array)
        assert (quick(given) is not AGAIN) == (given is X)
        things["a"] = None
        del array
        assert reference() is None
