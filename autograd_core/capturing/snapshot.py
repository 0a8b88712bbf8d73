"""The values of all that a step reaches and is given: to put them back, and to compare them."""

import random

import numpy as np

from autograd_core.capturing.reach import current


def seeds():
    """The states of the random generators of the whole process."""
    name, keys, *others = np.random.get_state()
    return name, keys.tobytes(), others, random.getstate()


class Snapshot:
    """What is there now. `restore` puts it back, into the same arrays."""

    def __init__(self, reached, args):
        self.tensors, self.moved = [], reached.moved
        for tensor in reached.tensors.values():
            value, grad = tensor._value, getattr(tensor, "_grad", None)
            name = reached.names[id(tensor)]
            self.tensors.append(
                (name, tensor, value, np.copy(value)[()], grad, None if grad is None else np.copy(getattr(grad, "_value", grad)))
            )
        found = [(place, current(place)) for place, _ in reached.arrays]
        self.arrays = [(place, array, array.copy()) for place, array in found if type(array) is np.ndarray]
        self.links = [(place, current(place)) for place, _ in reached.links]
        self.seeds = seeds()
        self.numbers = [(place, current(place)) for place, _ in reached.numbers]
        self.states = [(generator, generator.bit_generator.state) for _, generator in reached.generators]
        self.args = [(array, array.copy()) for array in args if type(array) is np.ndarray]

    def restore(self):
        for place, value in self.links:
            if current(place) is not value:
                place.set(value)
        for _, tensor, value, content, grad, grad_content in self.tensors:
            _, value = self.moved.get(id(value), (None, value))
            tensor._value, tensor._grad = value, grad
            for array, before in ((value, content), (grad, grad_content)):
                if type(array) is np.ndarray and array.flags.writeable:
                    array[...] = before
        for place, array, content in self.arrays:
            _, array = self.moved.get(id(array), (None, array))
            if array.flags.writeable:
                array[...] = content
            if current(place) is not array:
                place.set(array)
        for place, value in self.numbers:
            if current(place) is not value:
                place.set(value)
        for generator, state in self.states:
            generator.bit_generator.state = state
        for array, content in self.args:
            if array.flags.writeable:
                array[...] = content

    def without_gradient(self):
        """The names of the Tensors that have none."""
        return {(name, id(tensor)) for name, tensor, _, _, grad, _ in self.tensors if grad is None}

    def values(self):
        """[(name, array or number)] of everything."""
        found = [(name, content) for name, _, _, content, _, _ in self.tensors]
        found += [(f"{name}.grad", grad) for name, _, _, _, _, grad in self.tensors]
        found += [(place.name, content) for place, _, content in self.arrays]
        found += [(place.name, value) for place, value in self.numbers]
        found += [("the state of a random generator", repr(state)) for _, state in self.states]
        return [*found, *((f"argument {i}", content) for i, (_, content) in enumerate(self.args))]
