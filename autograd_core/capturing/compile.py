"""A recorded program as a Python function that is compiled: see `writer` for how it is written."""

from autograd_core.capturing.listing import listing
from autograd_core.capturing.program import hollow
from autograd_core.capturing.writer import HELD, MISS, Writer

__all__ = ["MISS", "Compiled"]


class Compiled:
    """A program as a function `run(*args)`, its text, and the bytes that it holds."""

    def __init__(self, program, entry, results, mode):
        self.program, self.entry, self.results, self.mode = program.guards_first(), entry, results, mode
        self.text = None
        self.build()
        sources = [source for source in self.program.sources if source.kind in ("argument", "grad")]
        for value in (*[call.out for call in self.program.calls], *[source.value for source in sources]):
            value.sample = hollow(value.sample)  # what it was while recording has served

    def build(self):
        """Write the function, with buffers of its own."""
        self.writer = writer = Writer(self.program, self.entry, self.results)
        text, env = writer.write()
        if text != self.text:  # with other buffers only, it is the same
            self.text, self.code = text, compile(text, "<captured step>", "exec")
        self.nbytes = writer.buffers.nbytes
        gradients = [writer.once("m", array) for array in (*writer.gradients, *writer.packs)]
        exec(self.code, env)
        self.run = env["replay"]
        # How many references there are to each gradient when nobody but the function has one
        env["LIMITS"] = tuple([eval(f"refs({name})", env) for name in gradients])

    def __str__(self):
        return listing(self.writer)

    def run_safely(self, *args):
        try:
            result = self.run(*args)
        except TypeError:
            if len(args) == len(self.entry.parameters):
                raise
            return MISS
        if result is HELD:
            self.build()
            result = self.run(*args)
        return result

    def call(self, args, kwargs):
        if len(args) + len(kwargs) != len(self.entry.parameters) or sorted(kwargs) != self.entry.names:
            return MISS
        return self.run_safely(*args, *(kwargs[name] for name in self.entry.names))
