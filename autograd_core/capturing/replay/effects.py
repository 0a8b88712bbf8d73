"""The end of a replay: what the step leaves behind, and what it returns; and the tests of what the program takes for granted."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.edits import edits


class Leaving:
    """The part of a `Writer` that writes tests, effects and results."""

    def test(self, value, guards):
        name = self.names[value]
        for guard in guards:
            if guard.kind == "shape":
                test = f"{name}.shape != {guard.expected}"
            elif guard.kind == "within":  # the sum of squares takes a third of the time, and says enough for a few numbers
                far = f"{self.function(np.absolute)}({name}).max() <= {guard.expected!r}"
                test = f"not vdot({name}, {name}) <= {guard.expected**2!r} and not {far}"
            elif guard.kind == "nonzero":
                test = f"not {self.function(np.all)}({name})" if value.shape else f"{name} == 0"
            elif guard.kind == "finite" and not value.shape:
                test = f"not ({name} - {name} == 0)"
            elif guard.kind == "finite":  # of large numbers the sum of squares may be infinite all the same
                short = f"not vdot({name}, {name}) < inf and " if value.size < 10_000 else ""
                test = f"{short}not isfinite({name}).all()"
            else:
                test = f"not {name}" if guard.expected else name
            self.line(f"if {test}: return {self.miss}")

    def leave(self, effects):
        """The lines that write what the step leaves behind."""
        writes = [effect for effect in effects if effect.kind == "write" and effect.value not in self.written]
        for effect in writes:
            self.first_write = len(self.lines) if self.first_write is None else self.first_write
            self.line(f"{self.function(np.copyto)}({self.names[effect.target.value]}, {self.text(effect.value)})")
        stamped = []
        self.first_write = len(self.lines) if self.first_write is None else self.first_write
        for effect in effects:
            holder = effect.target.holder
            if effect.kind == "grad":
                tensor = self.name("t", holder)
                gradient = None if effect.value is None else self.gradient(effect.value, holder.dtype, tensor)
                self.line(f"{tensor}._grad = {gradient}")
            else:
                if effect.kind == "rebind":
                    self.line(f"{self.entry.access(self, effect.target)} = {self.fresh(effect.value)}")
                stamped += [
                    part.holder for part in effect.target.parts() if part.kind == "tensor" and part.holder._node is not None
                ]
        if stamped:
            self.line("edits.last = n = next_number()")
        for tensor in stamped:
            self.line(f"{self.name('l', tensor._node)}.edited = n")
            known = edits.arrays.get(id(tensor._value))
            if known is not None:
                self.line(f"{self.name('e', known)}[0] = n")

    def gradient(self, value, dtype, tensor):
        """What becomes the `.grad` of a Tensor: an array of its own."""
        if not value.shape:
            return f"{self.function(np.array)}({self.names[value]}, {self.name('d', dtype)})"
        stays = self.root(value) in self.permanent and self.names[value] in self.env
        if stays and not self.adds_up and not any(np.may_share_memory(self.bound[value], array) for array in self.gradients):
            self.gradients.append(self.bound[value])
            self.holders.append(tensor)
            return self.names[value]
        return self.fresh(value)

    def fresh(self, value):
        """The value as something that no later replay changes."""
        if not value.shape:
            return self.scalar(value)
        own = value in self.origins and value not in self.bound and not functions.is_view(self.origins[value])
        return self.names[value] if own else f"{self.function(np.copy)}({self.names[value]})"

    def scalar(self, value):
        """A number of the type that it had while recording."""
        kind = type(value.sample)
        if kind is np.ndarray:
            return f"{self.function(np.array)}({self.names[value]}, {self.name('d', value.dtype)})"
        if value not in self.scalars:
            self.scalars[value] = f"u{len(self.lines)}"
            self.line(f"{self.scalars[value]} = {self.function(kind)}({self.names[value]})")
        return self.scalars[value]

    def returned(self):
        return self.results(self, [self.fresh(value) for value in self.program.returned])
