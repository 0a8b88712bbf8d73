"""Random numbers while a step is recorded."""

import numpy as np

from autograd_core.capturing import reasons
from autograd_core.capturing.reasons import refusal
from autograd_core.capturing.recording.recorder import holds_traced


class TracedGenerator(np.random.Generator):
    """Stands in for a random generator: draws from a copy of it, so that nothing is used up, and writes the draw down."""

    def __init__(self, on, generator):
        copied = type(generator.bit_generator)()
        copied.state = generator.bit_generator.state
        super().__init__(copied)
        self.on, self.generator = on, generator
        self.plain = np.random.Generator(copied)  # whose methods call one another, which are not to be written down

    @property
    def bit_generator(self):
        raise refusal(reasons.STATE)

    def __reduce__(self):
        raise refusal(reasons.STATE)

    def shuffle(self, *args, **kwargs):
        raise refusal(reasons.SHUFFLE)

    def spawn(self, n_children):
        raise refusal(reasons.SPAWN)


def _draw(name):
    def method(self, *args, **kwargs):
        if holds_traced(args) or holds_traced(kwargs) or kwargs.get("out") is not None:
            raise refusal(reasons.DRAW, function=name)
        result = getattr(self.plain, name)(*args, **kwargs)
        return self.on.note(getattr(self.generator, name), args, kwargs, result)

    return method


for _name in vars(np.random.Generator):
    if not _name.startswith("_") and _name not in ("bit_generator", "spawn", "shuffle"):
        setattr(TracedGenerator, _name, _draw(_name))
