"""A recorded program as a Python function that is compiled, and its buffers."""

from autograd_core.capturing.program.order import hollow
from autograd_core.capturing.replay.buffers import plan
from autograd_core.capturing.replay.function import function_of
from autograd_core.capturing.replay.listing import listing
from autograd_core.capturing.replay.writer import HELD, MISS

SETS = 3  # of buffers, kept for those who hold on to gradients for a call or two


class Compiled:
    """A program as a function `run(*args)`, its text, and the bytes that it holds."""

    def __init__(self, program, guard, results, mode):
        self.program, self.guard, self.results, self.mode = program.guards_first(), guard, results, mode
        self.text, self.runs = None, []
        self.build()
        arrays = self.program.arrays
        read = [source.value for source in self.program.parts() if source.kind in ("argument", "grad") or source.value in arrays]
        for value in (*[call.out for call in self.program.calls], *read):
            value.sample = hollow(value.sample)  # what it was while recording has served

    def build(self):
        """Write the function, with buffers of its own."""
        text, writer, names = function_of(self.program, plan(self.program), self.guard, self.results)
        if text != self.text:  # with other buffers only, it is the same
            self.text, self.code = text, compile(text, "<captured step>", "exec")
        env = writer.env
        exec(self.code, env)
        self.runs = [env["replay"], *self.runs[: SETS - 1]]
        self.run.writer = writer  # which has references to gradients, too
        # How many references there are to each gradient if nobody but the function has one
        env["LIMITS"] = tuple([eval(f"refs({name})", env) for name in names])

    def __str__(self):
        return listing(self.run.writer)

    @property
    def run(self):
        """The function, with the buffers that were used last."""
        return self.runs[0]

    @property
    def nbytes(self):
        return len(self.runs) * self.run.writer.plan.nbytes

    def call(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.guard.parameters) or sorted(kwargs) != self.guard.names:
            return MISS
        args = (*args, *(kwargs[name] for name in self.guard.names))
        for run in self.runs:  # somebody holds a gradient of the last call: then by other buffers
            result = run(*args)
            if result is not HELD:
                self.runs.remove(run)
                self.runs.insert(0, run)
                return result
        self.build()
        return self.run(*args)
