"""Random numbers while a step is recorded."""

import numpy as np

from autograd_core.capturing.traced import holds_traced, refusal


class TracedGenerator(np.random.Generator):
    """Stands in for a random generator: draws from a copy of it, so that nothing is used up, and writes the draw down."""

    def __init__(self, on, generator):
        copied = type(generator.bit_generator)()
        copied.state = generator.bit_generator.state
        super().__init__(copied)
        self.on, self.generator = on, generator

    def shuffle(self, *args, **kwargs):
        raise refusal("shuffle changes its argument in place", "write x[generator.permutation(len(x))]")


def _draw(name):
    def method(self, *args, **kwargs):
        if holds_traced(args) or holds_traced(kwargs) or kwargs.get("out") is not None:
            raise refusal(f"a random draw, {name}(…), whose arguments are values of the step or that has out=")
        result = getattr(np.random.Generator, name)(self, *args, **kwargs)
        return self.on.note(getattr(self.generator, name), args, kwargs, result)

    return method


for _name in [
    "random",
    "normal",
    "standard_normal",
    "uniform",
    "integers",
    "permutation",
    "permuted",
    "choice",
    "exponential",
    "standard_exponential",
    "gamma",
    "beta",
    "binomial",
    "poisson",
    "laplace",
    "logistic",
    "lognormal",
    "gumbel",
    "bytes",
    "multivariate_normal",
    "dirichlet",
    "multinomial",
    "rayleigh",
    "triangular",
    "weibull",
]:
    setattr(TracedGenerator, _name, _draw(_name))
