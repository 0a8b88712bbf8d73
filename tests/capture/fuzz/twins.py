"""One program as two worlds, of which one captures: run line by line, and compared after each line."""

import contextlib
import io
import itertools
import linecache
import random
import re
import sys
import types
import warnings

import numpy as np

import nn.random
from autograd_core import capture
from autograd_core.errors import CaptureError
from tests.capture.fuzz.compare import Walk, is_captured, public

NUMBER = itertools.count()
REFUSED = re.compile(r"runs as it is, not captured|not captured: ")
INTERNAL = re.compile(  # what no user can know, in a message
    r"StandIn|stand-in|<string>|list\.remove|programs do not apply|object has no attribute|unhashable|not subscriptable|KeyError"
    r"|IndexError|TypeError|AttributeError|AssertionError|__annotate|mappingproxy|autograd_core\.capturing|NameError|not iterable"
    r"|object __array__|UnboundLocal|ValueError: (?!asked)"
)

CAUGHT = re.compile(r"catches an error, .*? so that ")  # the step's own


class Outcome:
    """What came of a program: `failure` (kind, text) or None; `refusals`, the words of each."""

    def __init__(self):
        self.failure, self.refusals, self.calls, self.recorded = None, [], 0, False
        self.raised = []  # by the eager program

    def fail(self, kind, text):
        if self.failure is None:
            self.failure = kind, text


class World:
    """The names of one of the twins, with random numbers of the process of its own."""

    def __init__(self, program, captured):
        self.name = f"fuzzed{next(NUMBER)}"
        self.module = types.ModuleType(self.name)
        self.names = vars(self.module)
        self.process = np.random.RandomState(0).get_state(), random.Random(0).getstate(), np.random.default_rng(0)
        self.warned, self.kept = [], []
        self.imported = {}  # modules whose names begin with fuzzed_: each world has its own
        source = program.setup()
        self.imports = "fuzzed_" in source
        linecache.cache[self.name] = len(source), None, source.splitlines(keepends=True), self.name
        sys.modules[self.name] = self.module  # for pickles, and dataclasses
        self.names["capture"] = capture if captured else as_it_is
        error = self.run(compile(source.replace("Tensor, capture,", "Tensor,"), self.name, "exec"))
        if error is not None:
            raise error

    def run(self, code):
        """Run code among the names; the exception that it raises, or None."""
        outside = np.random.get_state(), random.getstate(), nn.random._shared
        np.random.set_state(self.process[0])
        random.setstate(self.process[1])
        nn.random._shared = self.process[2]
        sys.modules.update(self.imported)
        try:
            with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()):
                warnings.simplefilter("always")
                exec(code, self.names)
        except BaseException as error:
            return error
        finally:
            self.warned = [warning.message for warning in caught]
            self.process = np.random.get_state(), random.getstate(), nn.random._shared
            if self.imports:
                self.imported = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith("fuzzed_")}
            np.random.set_state(outside[0])
            random.setstate(outside[1])
            nn.random._shared = outside[2]
        return None

    def state(self):
        """Everything that can be seen: names, results so far, random numbers of the process."""
        names = {name: value for name, value in public(self.names).items() if name != "capture"}
        process = (self.process[0][1].tobytes(), self.process[0][2:]), hash(self.process[1]), self.process[2]
        return {"": names, "results so far": self.kept, "random numbers of the process": process}

    def close(self):
        sys.modules.pop(self.name, None)
        linecache.cache.pop(self.name, None)


def as_it_is(step=None, **options):
    """In the place of `capture` in the eager world."""
    return step if step is not None else lambda step: step


def run(program):
    """The Outcome of a program, captured beside eager."""
    outcome = Outcome()
    eager = captured = None
    try:
        eager = World(program, captured=False)
        try:
            captured = World(program, captured=True)
        except (CaptureError, TypeError) as error:
            if not str(error).startswith("capture: "):
                raise
            outcome.refusals.append(str(error))  # by capture() itself
            judge(program, str(error), outcome)
            return outcome
        for line in program.script():
            if not beside(program, line, eager, captured, outcome):
                break
        things = [*captured.names.values(), *[part for thing in captured.names.values() for part in attributes(thing)]]
        outcome.recorded = any(is_captured(thing) and has_program(thing) for thing in things)
    except SyntaxError as error:
        outcome.invalid = error
    finally:
        for world in (eager, captured):
            if world is not None:
                world.close()
    return outcome


def attributes(thing):
    """Among which are the captured methods of an object."""
    return vars(thing).values() if isinstance(getattr(thing, "__dict__", None), dict) else ()


def has_program(captured):
    try:
        return captured.program is not None
    except CaptureError:
        return False


def beside(program, line, eager, captured, outcome):
    """One line of the script in both worlds; whether to go on."""
    code = compile(line, "<script>", "exec")
    outcome.calls += "step(" in line
    expected, found = eager.run(code), captured.run(code)
    outcome.raised += [expected] if expected is not None else []
    for message in map(str, captured.warned):
        if REFUSED.search(message):
            outcome.refusals.append(message)
            judge(program, message, outcome)
    if isinstance(found, CaptureError) and not isinstance(expected, CaptureError):
        outcome.refusals.append(str(found))
        judge(program, str(found), outcome)
        strict = "strict" in program.options
        if not strict:
            outcome.fail("crash", f"{line}: raised CaptureError though not strict: {found}")
        compare_worlds(Walk(exact=False, digits=np.inf), eager, captured, line, outcome, only_stand_ins=True)
        return False
    if kind_of(expected) != kind_of(found):
        outcome.fail("crash", f"{line}: raised {kind_of(found)}, eager {kind_of(expected)}")
        return False
    if program.exact and not getattr(program, "warns", False) and floating_point(eager) != floating_point(captured):
        outcome.fail("warnings", f"{line}: warned of {floating_point(captured)}, eager of {floating_point(eager)}")
    for world in (eager, captured):
        if "out" in world.names and getattr(program, "keeps", True):
            world.kept.append(world.names["out"])
    compare_worlds(Walk(program.exact), eager, captured, line, outcome)
    return outcome.failure is None


def floating_point(world):
    """What NumPy has warned of."""
    return sorted({str(message) for message in world.warned if "encountered in" in str(message)})


def compare_worlds(walk, eager, captured, line, outcome, only_stand_ins=False):
    walk(eager.state(), captured.state(), "")
    found = [text for text in walk.found if not only_stand_ins or "stand-in" in text]
    if found:
        outcome.fail("wrong", f"after {line!r}: " + "; ".join(found[:3]))


def judge(program, message, outcome):
    """Whether a refusal is in words that users know, and has a reason that the docs give."""
    words = CAUGHT.sub("", message.split("Usual causes")[0])
    if INTERNAL.search(words):
        outcome.fail("internal", message)
    elif "the replay is not what the step does" in message and getattr(program, "compared", False):
        return
    elif not program.may_refuse or "the replay is not what the step does" in message:  # nothing in them is out of sight
        outcome.fail("needless", message)


def kind_of(error):
    """What of an exception must be the same: NumPy's floating-point errors name the function, of which passes take others."""
    if error is None or isinstance(error, FloatingPointError):
        return type(error).__name__
    return f"{type(error).__name__}: {error}"
