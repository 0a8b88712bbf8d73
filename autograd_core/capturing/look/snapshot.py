"""The values of all that a step reaches and is given: to put them back, and to compare them."""

import random

import numpy as np

from autograd_core.capturing.look.places import GONE, current


def seeds():
    """The states of the random generators of the whole process."""
    name, keys, *others = np.random.get_state()
    return name, keys.tobytes(), others, random.getstate()


def contents(reached, args):
    """[(name, array or number)] of everything, as it is now."""
    named = [(reached.names[key], tensor) for key, tensor in reached.tensors.items()]
    named_values = [(name, np.asarray(tensor._value)) for name, tensor in named]
    grads = [(f"{name}.grad", getattr(tensor, "_grad", None)) for name, tensor in named]
    named_values += [(name, grad if grad is None else np.asarray(getattr(grad, "_value", grad))) for name, grad in grads]
    named_values += [(place.name, current(place)) for place, _ in (*reached.arrays, *reached.numbers)]
    named_values += [
        ("the state of a random generator", repr(generator.bit_generator.state)) for _, generator in reached.generators
    ]
    return named_values + [(f"argument {i}", array) for i, array in enumerate(args) if type(array) is np.ndarray]


def without_gradient(reached):
    """The ids of the Tensors that have none."""
    return {key for key, tensor in reached.tensors.items() if getattr(tensor, "_grad", None) is None}


class Snapshot:
    """What is there now: which objects are where, and what is in the arrays. `restore` puts it back, into the same arrays."""

    def __init__(self, reached, args):
        self.moved = reached.moved
        self.tensors = [(tensor, tensor._value, getattr(tensor, "_grad", None)) for tensor in reached.tensors.values()]
        self.places = [(place, current(place)) for place, _ in (*reached.links, *reached.arrays, *reached.numbers)]
        self.states = [(generator, generator.bit_generator.state) for _, generator in reached.generators]
        self.contents = [
            (name, value, value.copy() if type(value) is np.ndarray else value) for name, value in contents(reached, args)
        ]

    def restore(self):
        for place, value in self.places:
            value = self._now(value)
            if current(place) is not value and place.can_change:
                place.remove() if value is GONE else place.set(value)
        for tensor, value, grad in self.tensors:
            tensor._value, tensor._grad = self._now(value), grad
        for _, value, content in self.contents:
            value = self._now(value)
            if type(value) is np.ndarray and value.flags.writeable:
                value[...] = content
        for generator, state in self.states:
            generator.bit_generator.state = state

    def _now(self, value):
        """The array that has taken the place of another one, see `placing`."""
        return self.moved.get(id(value), (None, value))[1]

    def values(self):
        """[(name, array or number)] of everything, as it was."""
        return [(name, content) for name, _, content in self.contents]
