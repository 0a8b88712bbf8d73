"""A recorded program as a Python function that is compiled: see `writer` for how it is written."""

from autograd_core.capturing.program.order import hollow
from autograd_core.capturing.replay.listing import listing
from autograd_core.capturing.replay.writer import HELD, MISS, Writer

SETS = 3  # of buffers, kept for those who hold on to gradients for a call or two

__all__ = ["HELD", "MISS", "Compiled"]


class Compiled:
    """A program as a function `run(*args)`, its text, and the bytes that it holds."""

    def __init__(self, program, entry, results, mode):
        self.program, self.entry, self.results, self.mode = program.guards_first(), entry, results, mode
        self.text, self.runs = None, []
        self.build()
        read = [
            source.value
            for source in self.program.parts()
            if source.kind in ("argument", "grad") or source.value in self.program.arrays
        ]
        for value in (*[call.out for call in self.program.calls], *read):
            value.sample = hollow(value.sample)  # what it was while recording has served

    def build(self):
        """Write the function, with buffers of its own."""
        writer = Writer(self.program, self.entry, self.results)
        text, env = writer.write()
        if text != self.text:  # with other buffers only, it is the same
            self.text, self.code = text, compile(text, "<captured step>", "exec")
        gradients = [writer.once("m", array) for array in (*writer.gradients, *writer.packs)]
        exec(self.code, env)
        self.runs = [env["replay"], *self.runs[: SETS - 1]]
        self.run.writer = writer  # which has references to gradients, too
        # How many references there are to each gradient when nobody but the function has one
        env["LIMITS"] = tuple([eval(f"refs({name})", env) for name in gradients])

    def __str__(self):
        return listing(self.run.writer)

    @property
    def run(self):
        """The function, with the buffers that were used last."""
        return self.runs[0]

    @property
    def nbytes(self):
        return len(self.runs) * self.run.writer.buffers.nbytes

    def call(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.entry.parameters) or sorted(kwargs) != self.entry.names:
            return MISS
        args = (*args, *(kwargs[name] for name in self.entry.names))
        for run in self.runs:  # somebody holds a gradient of the last call: then by other buffers
            result = run(*args)
            if result is not HELD:
                self.runs.remove(run)
                self.runs.insert(0, run)
                return result
        self.build()
        return self.run(*args)
