"""Tensors of shape (): what NumPy calls a 0-d array has memory, which its views share, and what it calls a number has none.

What is right is what NumPy does to a 0-d array, and what PyTorch does to a tensor of shape ().
"""

import copy
import gc
import pickle
import threading

import numpy as np
import pytest

from autograd_core import Tensor, array_api, capture, grad, no_grad
from autograd_core.errors import DetachError, GraphError, UnsupportedError
from autograd_core.graph.memory import in_memory
from autograd_core.testing import gradcheck

# Each writes 9 into a Tensor of shape (), in some way
WRITES = {
    "reshape": lambda t: t.reshape(1).__setitem__(0, 9),
    "reshape to ()": lambda t: t.reshape(()).__setitem__(..., 9),
    "ravel": lambda t: t.ravel().fill(9),
    "flat": lambda t: t.flat.__setitem__(0, 9),
    "flat, all of it": lambda t: t.flat.__setitem__(slice(None), [9.0]),
    "new axis": lambda t: t[None].__setitem__(0, 9),
    "everything": lambda t: t[...].__setitem__(..., 9),
    "itself": lambda t: t.__setitem__((), 9),
    "fill": lambda t: t.fill(9),
    "expand_dims": lambda t: np.expand_dims(t, 0).__setitem__(0, 9),
    "atleast_1d": lambda t: np.atleast_1d(t).__setitem__(0, 9),
    "atleast_3d": lambda t: np.atleast_3d(t).__setitem__((0, 0, 0), 9),
    "squeeze": lambda t: np.squeeze(t).fill(9),
    "transpose": lambda t: t.T.fill(9),
    "moveaxis": lambda t: np.moveaxis(t, (), ()).fill(9),
    "real": lambda t: t.real.fill(9),
    "a view of a view": lambda t: t.reshape(1, 1)[0].reshape(()).__setitem__(..., 9),
    "a part of a split": lambda t: np.split(t.reshape(1), 1)[0].__setitem__(0, 9),
    "in place": lambda t: t.reshape(1).__iadd__(7),
    "out=": lambda t: np.add(4.0, 5.0, out=t.reshape(())),
    "put": lambda t: np.put(t, [0, 0], [3, 9]),
    "place": lambda t: np.place(t, True, [9]),
    "putmask": lambda t: np.putmask(t, True, [9]),
    "copyto": lambda t: np.copyto(t.reshape(1), 9.0),
    "detach": lambda t: t.detach().fill(9),
    "a view of detach": lambda t: t.detach().reshape(1).__setitem__(0, 9),
    "detach twice": lambda t: t.detach().detach().__setitem__(..., 9),
    "data": lambda t: t.data.fill(9),
    "data, itself": lambda t: t.data.__setitem__(..., 9),
    "data, ravel": lambda t: t.data.ravel().__setitem__(0, 9),
    "data, flat": lambda t: t.data.flat.__setitem__(0, 9),
    "data, in place": lambda t: t.data.__iadd__(7),
    "data, out=": lambda t: np.add(4.0, 5.0, out=t.data),
    "data, a buffer": lambda t: memoryview(t.data).__setitem__((), 9.0),
    "data, strides": lambda t: np.lib.stride_tricks.as_strided(t.data, (1,), (8,)).fill(9),
    "data, nditer": lambda t: [x.__setitem__(..., 9) for x in np.nditer(t.data, op_flags=["readwrite"])],
    "data of detach": lambda t: t.detach().data.fill(9),
    "numpy of detach": lambda t: t.detach().numpy().fill(9),
    "DLPack of detach": lambda t: np.from_dlpack(t.detach()).fill(9),
}
READ_ONLY = {
    "numpy": lambda t: t.numpy().fill(9),
    "asarray": lambda t: np.asarray(t).fill(9),
    "array without copy": lambda t: np.array(t, copy=False).fill(9),
    "broadcast_to": lambda t: np.broadcast_to(t, 2).__setitem__(0, 9),
    "an index that makes a number": lambda t: t[()].fill(9),
    "flip, which makes a number": lambda t: np.flip(t).fill(9),
}


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_is_written_reaches_the_tensor(write, requires_grad):
    t = Tensor(2.0, requires_grad=requires_grad)
    for _ in range(2):
        with no_grad():
            t[...] = 2.0
            write(t)
        assert t.item() == t.data == t.numpy() == 9
        assert (t * 1.0).item() == 9


@pytest.mark.parametrize("write", READ_ONLY.values(), ids=READ_ONLY)
def test_what_cannot_be_written_says_so(write):
    t = Tensor(2.0, requires_grad=True)
    with no_grad(), pytest.raises((ValueError, GraphError), match=r"read-only|which is a number, as in NumPy"):
        write(t)
    assert t.item() == 2


@pytest.mark.parametrize("dtype", list("?bhilqBefdgFDG"))
def test_memory_of_every_dtype(dtype):
    t = Tensor(np.array(1, dtype))
    t.data[...] = 0
    assert t.dtype == np.dtype(dtype)
    assert t.item() == 0
    t.reshape(1)[0] = 1
    assert t.item() == 1


def test_views_and_the_tensor_see_each_other():
    for made in (np.array(2.0), Tensor(2.0, requires_grad=True)):
        held, view, other = made[...] if isinstance(made, np.ndarray) else made.data, made.reshape(1), made.reshape(1, 1)
        seen = []
        with no_grad():
            for value, target in enumerate((held, view, other, made), 3):
                target[...] = value
                seen.append([float(x.item()) for x in (held, view, other, made)])
        assert seen == [[value] * 4 for value in (3, 4, 5, 6)]


def test_views_stay_views_after_data_is_set_to_itself():
    w = Tensor(2.0, requires_grad=True)
    view = w.reshape(1, 1)
    w.data += 1.0
    with no_grad():
        w[...] = 4.0
    assert view.item() == w.item() == 4


@pytest.mark.parametrize("make", [lambda c: c.detach(), lambda c: c.detach().reshape(1), lambda c: c.detach().detach()])
@pytest.mark.parametrize("write", ["d[...] = 5", "c[...] = 5", "c += 2", "d += 2", "c.fill(5)"])
def test_what_detach_gave_shares_memory_after_a_write_too(make, write):
    for shape in ((), (1,)):
        c = Tensor(np.full(shape, 3.0))
        d = make(c)
        exec(write)
        assert c.item() == d.item() == 5
        d.data[...] = 6
        assert c.item() == 6
        c.data += 1
        assert d.item() == 7


@pytest.mark.parametrize("shape", [(), (1,)])
def test_a_tensor_that_comes_to_require_a_gradient_parts_from_its_views(shape):
    c = Tensor(np.full(shape, 3.0))
    view, other = c.reshape(1, 1), c.detach()
    c.requires_grad = True  # which takes a copy
    with no_grad():
        c[...] = 4.0
        view[...] = 5.0
    assert (c.item(), view.item(), other.item()) == (4, 5, 5)
    leaf = other.requires_grad_()
    with no_grad():
        leaf += 1.0
        view[...] = 2.0
    assert (leaf.item(), view.item(), c.item(), leaf.requires_grad) == (6, 2, 4, True)


def test_what_requires_a_gradient_does_not_go_into_a_detached_tensor():
    c, x = Tensor(np.ones(2)), Tensor(3.0, requires_grad=True)
    d = c.detach()
    with pytest.raises(DetachError, match=r"what t\.detach\(\) gave.*write d = d \+ value"):
        d += x
    d += 1.0
    assert c.tolist() == d.tolist() == [2, 2]


@pytest.mark.parametrize("value", [2.0, np.ones(3)])
@pytest.mark.parametrize("view", [lambda t: t.detach(), lambda t: t.detach().reshape(-1)])
def test_a_leaf_does_not_change_through_a_detached_tensor_unless_that_is_meant(view, value):
    w = Tensor(value, requires_grad=True)
    words = (
        r"of memory that is also that of the leaf .*no_grad\(\):` to change the leaf too, or write d = t\.detach\(\)\.copy\(\)"
    )
    for write in (lambda d: d.__setitem__(..., 5.0), lambda d: d.__iadd__(1.0), lambda d: np.add(1.0, 2.0, out=d)):
        with pytest.raises(GraphError, match=words):
            write(view(w))
        np.testing.assert_array_equal(w.data, value)
    with no_grad():
        view(w)[...] = 5.0
    np.testing.assert_array_equal(w.data, np.full(np.shape(value), 5.0))
    own = w.detach().copy()
    own[...] = 7.0
    np.testing.assert_array_equal(w.data, np.full(np.shape(value), 5.0))


def test_the_users_own_array_is_shared_as_those_with_axes_are():
    array = np.array(2.0)
    t = Tensor(array)
    array[...] = 5
    assert t.item() == 5
    t.data = array = np.array(3.0)
    array[...] = 4
    assert t.item() == 4
    t[...] = 6.0  # moves on, and leaves the user's array alone
    assert array == 4
    leaf = Tensor(array, requires_grad=True)
    array[...] = 7
    assert leaf.item() == 4


def test_another_value_parts_a_tensor_from_those_that_hold_the_old_one():
    w = Tensor(2.0, requires_grad=True)
    before = w.data
    w.data = w.data - 0.5
    assert (before, w.item()) == (2, 1.5)
    w.data -= 0.5
    assert (before, w.item()) == (2, 1)


def test_a_number_that_a_function_returned_is_a_value_of_its_own():
    x = np.array([1.0, 2.0])
    for t in (Tensor(x), Tensor(x, requires_grad=True)):
        total, largest = t.sum(), np.atleast_1d(t.max())
        largest[0] = 7.0
        name = total
        total += 1.0
        assert (name.item(), total.item(), t.max().item()) == (3, 4, 2)
        for write in (lambda t=t: t[1].fill(9), lambda t=t: np.add(1.0, 2.0, out=t[1]), lambda t=t: t.sum().__setitem__(..., 1)):
            with pytest.raises(GraphError, match=r"of shape \(\), which is a number, as in NumPy.*write x\[i\] = value"):
                write()


@pytest.mark.parametrize("make", [np.copy, lambda t: t.copy(), copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))])
def test_copies_have_memory_of_their_own(make):
    w = Tensor(2.0, requires_grad=True)
    held, other = w.data, make(w)
    assert type(other) is Tensor
    with no_grad():
        other.reshape(1)[0] = 5.0
    assert (w.item(), held, other.item()) == (2, 2, 5)
    held[...] = 3
    assert (w.item(), other.item()) == (3, 5)


def test_gradients_through_what_is_written_into_views():
    def f(x):
        y = np.copy(x)
        y.reshape(1)[0] = x * x * x
        part = y[None, ...]
        part *= 2.0
        return y * x

    assert gradcheck(f, np.array(1.3))
    np.testing.assert_allclose(grad(f)(1.3), 8 * 1.3**3, rtol=1e-14)  # of 2 x⁴


def test_an_argument_is_an_array_if_it_is_given_as_one():
    def f(x):
        np.atleast_1d(x)[0] = 5.0
        return x * x

    assert f(np.array(2.0)) == 25
    assert grad(f)(np.array(2.0)) == 0
    assert f(2.0) == 4
    assert grad(f)(2.0) == 4
    x = np.array(2.0)
    grad(f)(x)
    assert x == 2


def test_a_view_of_one_element_reads_the_array():
    t = Tensor(np.zeros(3), requires_grad=True)
    part = t[1, ...]
    t.data[1] = 5.0
    assert part.item() == 5
    with no_grad():
        part[...] = 6.0
    np.testing.assert_array_equal(t.data, [0, 6, 0])
    part.data  # noqa: B018  of a result, which is read-only
    with pytest.raises(ValueError, match="read-only"):
        part.data[...] = 7


def test_a_number_comes_back_when_nobody_holds_the_memory():
    w = Tensor(2.0, requires_grad=True)
    held = w.data
    assert w.item() == 2
    assert in_memory(w)
    held[...] = 3
    del held
    gc.collect()
    assert w.item() == 3
    assert not in_memory(w)
    assert type(w) is Tensor


def test_saved_values_do_not_follow_and_edits_are_noticed():
    w = Tensor(2.0, requires_grad=True)
    y = w * w
    w.data.fill(9)
    y.backward()
    assert w.grad == 4  # of the value that was multiplied
    y = w * w
    w.data += 1.0
    with pytest.raises(GraphError, match="was changed after multiply had saved its value"):
        y.backward()


def test_threads_that_take_the_memory_get_the_same():
    for _ in range(200):
        w, held = Tensor(2.0, requires_grad=True), []
        threads = [threading.Thread(target=lambda w=w, held=held: held.append(w.data)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held[0][...] = 5
        assert w.item() == 5
        assert [float(x) for x in held] == [5] * 4


def test_a_captured_step_loses_nothing():
    def trained(wrap):
        w, seen = Tensor(2.0, requires_grad=True), []

        def step():
            w.grad = None
            (w * w).backward()
            w.data -= 0.25 * w.grad

        step = wrap(step)
        for i in range(8):
            step()
            seen.append(w.item())
            if i == 4:
                held = w.data
        before = held.item()
        held.fill(7)
        return [*seen, before, w.item()]

    with pytest.warns(RuntimeWarning, match="a number whose memory something else holds"):
        captured = trained(capture)
    assert captured == trained(lambda step: step)


def test_a_captured_step_follows_memory_that_it_only_reads():
    array = np.array(2.0)
    t = Tensor(array)
    step = capture(lambda x: x * t)
    found = []
    for value in range(6):
        array[...] = value
        found.append(float(step(np.array([3.0]))[0]))
    assert found == [0, 3, 6, 9, 12, 15]


def test_arrays_of_the_standard_have_views_of_one_element():
    array = array_api.asarray(np.arange(3.0))
    array[1, ...][...] = 9.0
    number = array_api.asarray(2.0)
    array_api.reshape(number, (1,))[0] = 7.0
    assert (array.tolist(), number.item()) == ([0, 9, 2], 7)
    assert isinstance(array[1, ...], type(array))


def test_in_the_array_api_standard_every_result_is_an_array():
    """Libraries that are written for it assign to results of shape ()."""
    x = Tensor(np.array([1.0, 2.0]), requires_grad=True)
    xp = x.__array_namespace__()
    for total in (xp.sum(x), xp.astype(np.sum(x), np.float64, copy=True), xp.max(x), xp.asarray(np.float64(3.0))):
        total[...] = x[1] * 4.0
        total.backward()
        assert total.item() == 8
        np.testing.assert_array_equal(x.grad, [0, 4])
        x.grad = None


def test_what_astype_makes_of_a_number_is_an_array():
    """As np.astype does, which takes no number; SciPy's `fixed_point` writes into it."""
    t = Tensor(2.0, requires_grad=True)
    y = np.astype(np.sum(t * 1.0), np.float64)
    y[...] = t * 3.0
    y.backward()
    assert (y.item(), t.grad) == (6, 3)


def test_plain_fixed_point_with_a_tensor():
    """Its iterations are no limit: started at the fixed point, it stops at once, with a derivative of 0."""
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
    from autograd_core.scipy.optimize import fixed_point

    c = Tensor(2.0, requires_grad=True)
    words = r"scipy\.optimize\.fixed_point would differentiate its iterations, .* optimize\.fixed_point\("
    with pytest.raises(UnsupportedError, match=words):
        optimize.fixed_point(lambda x: np.sqrt(c + x), 1.5)  # x² = c + x
    for start in (1.5, 2.0):
        x = fixed_point(lambda x: np.sqrt(c + x), start)
        c.grad = None
        x.backward()
        assert x.item() == pytest.approx(2, rel=1e-8)
        assert c.grad == pytest.approx(1 / 3, rel=1e-7)


def test_a_subclass_hears_of_no_class_that_it_did_not_make():
    heard = []

    class Heard(type(Tensor)):
        def __new__(cls, name, bases, namespace, **kwargs):
            heard.append(name)
            return super().__new__(cls, name, bases, namespace, **kwargs)

    class Own(Tensor):
        def __init_subclass__(cls, tag, **kwargs):
            heard.append(tag)
            super().__init_subclass__(**kwargs)

    class Tagged(Own, metaclass=Heard, tag="tagged"):
        pass

    t = Tagged(2.0, requires_grad=True)
    t.data[...] = 3
    held = t.data
    assert (t.item(), held, heard) == (3, 3, ["Tagged", "tagged"])
    assert isinstance(t, Tagged)
    assert t.__class__ is Tagged
