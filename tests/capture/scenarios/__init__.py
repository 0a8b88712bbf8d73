"""Small programs by hand, one kind in a file: what a step reads, is given, leaves behind or returns; what changes in between.

# the title; `# everyday: …` where a refusal would be a fault
the program up to the step, `def step(x):` and its body
call: step(config, x)              how it is called, if not by step(x); k counts the calls
>>> config.scale = 3.0             what happens after four calls; four more follow
copies                             results are arrays that are there before, of which a replay returns copies (docs)
raises                             where errors are expected, of the step itself
exactly                            without passes; with `passes`, with them
warns                              NumPy may warn once more, in a replay that then does not apply (docs)
compared                           may be refused because the first replay was something else (docs)
"""

import re
from pathlib import Path

from tests.capture.fuzz.program import PRELUDE

MARKS = ("raises", "copies", "exactly", "passes", "warns", "compared")
CALLS = 4  # before what happens, and as many behind it


class Scenario:
    """One of them; runs as a Program of the fuzzer does."""

    loose = False

    def __init__(self, kind, text, options):
        title, *lines = text.strip().split("\n")
        self.everyday = title.startswith("everyday: ")
        self.title = f"{kind}: {title.removeprefix('everyday: ')}"
        self.raises, self.keeps = "raises" in lines, "copies" not in lines
        self.call = next((line.removeprefix("call: ") for line in lines if line.startswith("call: ")), "step(x)")
        self.events = [line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")]
        self.source = [line for line in lines if not line.startswith((">>> ", "call: ")) and line not in MARKS]
        options = "passes=()" if "exactly" in lines else "" if "passes" in lines else options
        self.options, self.exact, self.may_refuse = options, "passes=()" in options, not self.everyday
        self.warns, self.compared = "warns" in lines, "compared" in lines

    def setup(self):
        decorated = [
            f"@capture({self.options})\n{line}" if re.match(r"(async )?def step\(", line) else line for line in self.source
        ]
        return "\n".join([PRELUDE, *decorated, ""])

    def script(self):
        calls = [f"k = {k}\nx = np.array([1.0, 2.0, 3.0]) + k\nout = {self.call}" for k in range(2 * CALLS)]
        return [*calls[:CALLS], *self.events, *calls[CALLS:]]

    def __str__(self):
        events = [f">>> {event}" for event in self.events]
        return "\n".join([f"# {self.title}", *self.source, f"call: {self.call}", *events])


def scenarios():
    """All of them; every other one without passes, where all is the same to the last bit."""
    texts = [
        (path.stem, text)
        for path in sorted(Path(__file__).parent.glob("*.txt"))
        for text in re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    ]
    return [Scenario(kind, text, "" if i % 2 else "passes=()") for i, (kind, text) in enumerate(texts)]
