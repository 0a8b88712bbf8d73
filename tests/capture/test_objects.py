"""Objects among arguments and results, and containers: followed like all that a step closes over, made anew, or refused."""

import collections
import dataclasses
import types
from typing import NamedTuple

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from nn import optim
from tests.capture.side_by_side import Scenario, X, check

pytestmark = pytest.mark.usefixtures("either_way")

BATCH = np.random.default_rng(0).normal(size=(6, 3))


@dataclasses.dataclass
class Config:
    scale: float = 2.0
    shift: float = 0.0


@dataclasses.dataclass
class Out:
    loss: object
    name: str


@dataclasses.dataclass(frozen=True)
class Frozen:
    values: object


@dataclasses.dataclass(slots=True)
class Slotted:
    values: object


class Pair(NamedTuple):
    a: object
    b: object


class Mine(dict):
    pass


def net():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Dropout(0.5), nn.Linear(4, 1))
    rng = np.random.default_rng(1)
    for p in model.parameters():
        p.data = rng.normal(size=p.shape)
    for part in model.modules():
        if isinstance(part, nn.Dropout):
            part.generator = np.random.default_rng(3)
    return model


# Arguments


def test_a_model_as_argument_is_switched():
    def make():
        model = net()
        return Scenario(
            lambda model, x: model(x).detach(), lambda k: (model, BATCH), {4: model.eval, 7: model.train}, model.state_dict
        )

    check(make)


def test_a_config_as_argument_is_changed():
    def make():
        config = Config()
        return Scenario(lambda config, x: x * config.scale, lambda k: (config, X), {5: lambda: setattr(config, "scale", 5.0)})

    check(make)


def test_equal_configs_are_two():
    """`==` of dataclasses says that they are the same; what is changed later is one of them."""

    def make():
        configs = [Config(), Config()]
        return Scenario(
            lambda config, x: x * config.scale, lambda k: (configs[k % 2], X), {6: lambda: setattr(configs[1], "scale", 9.0)}
        )

    check(make)


def test_model_and_optimizer_as_arguments():
    """Nothing moves once more than the step moves it: neither parameters nor moments nor counts."""

    def make():
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
        rng = np.random.default_rng(1)
        for p in model.parameters():
            p.data = rng.normal(size=p.shape)
        optimizer = optim.Adam(model.parameters(), lr=0.1)

        def step(model, optimizer, x, y):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            return loss.detach()

        y = BATCH[:, :1]
        events = {6: lambda: optimizer.param_groups[0].update(lr=0.01)}
        return Scenario(
            step, lambda k: (model, optimizer, BATCH, y), events, lambda: (model.state_dict(), optimizer.state_dict())
        )

    check(make)


def test_a_function_as_argument():
    functions = [lambda h: h * 2, np.tanh]
    check(lambda: Scenario(lambda f, x: f(x), lambda k: (functions[k % 2], X)))


def test_another_object_with_each_call_is_refused():
    class Batch:
        def __init__(self, x):
            self.x = x

    def make():
        return Scenario(lambda batch: batch.x * 2, lambda k: (Batch(X + k),))

    check(make, refused="gives another Batch as an argument.*arrays and numbers as arguments")


def test_an_array_in_an_argument_is_refilled_and_replaced():
    def make():
        box = types.SimpleNamespace(x=np.ones(3))
        events = {3: lambda: np.copyto(box.x, 5), 6: lambda: setattr(box, "x", np.full(3, 7.0))}
        return Scenario(lambda box: box.x * 2, lambda k: (box,), events)

    check(make)


CONTAINERS = {
    "list and tuple as an index": (lambda x, i: x[i], lambda k: (BATCH, [0, 1] if k % 2 else (0, 1))),
    "named tuple and tuple": (lambda p: p[0] + len(type(p).__mro__), lambda k: (Pair(X, X) if k % 2 else (X, X),)),
    "dict and its subclass": (lambda d: d["a"] + len(type(d).__mro__), lambda k: (Mine(a=X) if k % 2 else {"a": X},)),
    "order of keys": (
        lambda d: next(iter(d.values())) * 2,
        lambda k: ({"a": X, "b": X + 1} if k % 2 else {"b": X + 1, "a": X},),
    ),
    "other keys": (lambda d: sum(d.values()) + ("a" in d), lambda k: ({"a": X, "b": X} if k % 2 else {"c": X, "b": X},)),
    "defaultdict": (
        lambda d: d["a"] * 2 + (type(d) is dict),
        lambda k: (collections.defaultdict(list, {"a": X}) if k % 2 else {"a": X},),
    ),
    "list and tuple": (lambda x: X * isinstance(x, list), lambda k: ([X, X] if k % 2 else (X, X),)),
    "nested": (lambda x: X * isinstance(x[0], list), lambda k: (([X],) if k % 2 else ((X,),),)),
}


@pytest.mark.parametrize(("step", "args"), CONTAINERS.values(), ids=CONTAINERS)
def test_containers_of_arguments_are_compared_by_class_and_keys(step, args):
    check(lambda: Scenario(step, args), followed=False)


# Results

RESULTS = {
    "dataclass": lambda x: Out(x * 2, "a"),
    "frozen dataclass": lambda x: Frozen(x * 2),
    "namespace": lambda x: types.SimpleNamespace(a=x * 2, b=[x + 1]),
    "deque": lambda x: collections.deque([x * 2, 1], maxlen=3),
    "UserDict": lambda x: collections.UserDict(a=x * 2),
    "UserList": lambda x: collections.UserList([x * 2]),
    "OrderedDict": lambda x: collections.OrderedDict(b=x, a=x * 2),
    "named tuple": lambda x: Pair(x * 2, {"c": (x,)}),
    "subclass of dict": lambda x: Mine(a=x * 2),
    "Counter": lambda x: collections.Counter(a=1),
}


@pytest.mark.parametrize("step", RESULTS.values(), ids=RESULTS)
def test_results_in_objects_are_made_anew(step):
    fast = check(lambda: Scenario(step))
    one, other = fast(X), fast(X + 1)
    assert one is not other


def test_a_dataclass_with_slots():
    fast = check(lambda: Scenario(lambda x: Slotted(x * 2).values))
    assert fast(X).tolist() == [2, 4, 6]


def test_one_list_that_is_returned_twice_is_one():
    def step(x):
        both = [x * 2]
        return both, both

    fast = check(lambda: Scenario(step))
    one, other = fast(X)
    assert one is other


def test_an_object_of_outside_is_returned_itself():
    def make():
        state = {"a": np.zeros(3)}

        def step(x):
            state["a"] += x
            return state

        return Scenario(step)

    check(make)


class Other:
    def __init__(self, x):
        self.x = x


def test_an_object_that_nobody_can_make_is_refused():
    def step(x):
        return Other(x * 2)

    check(
        lambda: Scenario(step), refused="returns an Other, which a replay cannot make anew.*tuples, lists, dicts or dataclasses"
    )


def test_an_iterator_as_result_is_refused():
    check(lambda: Scenario(lambda x: iter([x * 2])), refused="returns a list_iterator")


def test_records_are_refused():
    record = np.zeros(1, [("a", float)])[0]
    check(lambda: Scenario(lambda x, r: x * r["a"], lambda k: (X, record)), refused="the argument a1 is a void, not an array")
    check(lambda: Scenario(lambda x: x * record["a"]), refused="reaches record, a void")


def test_a_tensor_in_an_object():
    def make():
        box = types.SimpleNamespace(w=Tensor(np.ones(3), requires_grad=True))

        def step(box, x):
            box.w.grad = None
            np.sum(box.w * x).backward()
            box.w.data -= 0.1 * box.w.grad

        return Scenario(step, lambda k: (box, X), {}, lambda: box)

    check(make)
