"""The values of all that a step reaches and is given: to put them back, and to compare them."""

import random
from collections import deque
from operator import is_

import numpy as np

from autograd_core.capturing.look.places import now, put_back
from autograd_core.graph.memory import array_of, put


def seeds():
    """The states of the random generators of the whole process."""
    name, keys, *others = np.random.get_state()
    return name, keys.tobytes(), others, random.getstate()


def contents(reached, args):
    """[(name, value)] of all arrays and of the states of generators, as they are now."""
    named = [(reached.names[key], tensor) for key, tensor in reached.tensors.items()]
    named_values = [(name, np.asarray(array_of(tensor))) for name, tensor in named]
    grads = [(f"{name}.grad", getattr(tensor, "_grad", None)) for name, tensor in named]
    named_values += [(name, grad if grad is None else np.asarray(getattr(grad, "_value", grad))) for name, grad in grads]
    named_values += [(place.name, value) for place, value in now([place for place, _ in reached.arrays])]
    named_values += [
        ("the state of a random generator", repr(generator.bit_generator.state)) for _, generator in reached.generators
    ]
    return named_values + [(f"argument {i}", array) for i, array in enumerate(args) if type(array) is np.ndarray]


def without_gradient(reached):
    """The ids of the Tensors that have none."""
    return {key for key, tensor in reached.tensors.items() if getattr(tensor, "_grad", None) is None}


class Objects:
    """Which objects are where now: in Tensors, containers, and all other places. `restore` puts them back."""

    def __init__(self, reached):
        self.moved = reached.moved
        self.tables = [(table, table.now()) for table in reached.tables()]
        self.names = now([place for place, _ in (*reached.vocabulary, *reached.absent)])  # some of which may be missing
        self.tensors = [(t, array_of(t), getattr(t, "_grad", None), t._node) for t in reached.tensors.values()]
        containers = [container for container, *_ in (*reached.sizes, *reached.orders, *reached.sets)]
        self.containers = [(c, c.copy()) for c in containers if isinstance(c, (dict, list, deque, set))]

    def restore(self):
        """May be called again, should it be interrupted."""
        for container, before in self.containers:
            refill(container, before)
        for table, was in self.tables[:-1]:
            put_back(table.displaced(was))
        arrays, was = self.tables[-1]
        put_back(arrays.displaced([self.successor(value) for value in was] if self.moved else was))
        put_back(self.names)
        for tensor, value, grad, node in self.tensors:
            put(tensor, self.successor(value))
            tensor._grad, tensor._node = grad, node

    def successor(self, value):
        """The array that has taken the place of another one since then, if a pass has moved it."""
        return self.moved[id(value)][1] if id(value) in self.moved else value


class Snapshot(Objects):
    """These, and what is in the arrays, in those that the step is given too."""

    def __init__(self, reached, args):
        super().__init__(reached)
        self.states = [(generator, generator.bit_generator.state) for _, generator in reached.generators]
        self.contents = [
            (name, value, value.copy() if type(value) is np.ndarray else value) for name, value in contents(reached, args)
        ]

    def restore(self):
        super().restore()
        for _, value, content in self.contents:
            if type(value) is np.ndarray and (value := self.successor(value)).flags.writeable:
                value[...] = content
        for generator, state in self.states:
            generator.bit_generator.state = state

    def beside_now(self, reached, args):
        """[(name, value)] of arrays, generators' states, and numbers that are other objects now: as they were; as they are."""
        table, before = self.tables[1]
        numbers = [
            (place.name, was, value) for place, was, value in zip(table.places, before, table.now(), strict=True)
            if was is not value or isinstance(was, np.generic)
        ]  # fmt: skip
        state = [(name, content) for name, _, content in self.contents] + [(name, was) for name, was, _ in numbers]
        return state, contents(reached, args) + [(name, value) for name, _, value in numbers]


def refill(container, before):
    """The same things in the same order as before, in the same container."""
    if not container and not before:  # as are the attributes of nearly all functions
        return
    if isinstance(container, set):
        same = container == before
    elif isinstance(container, dict):
        same = list(container) == list(before) and all(map(is_, container.values(), before.values()))
    else:
        same = len(container) == len(before) and all(map(is_, container, before))
    if not same:
        container.clear()
        (container.extend if isinstance(container, (list, deque)) else container.update)(before)
