"""Every reason why a step is not captured, in the words that a user reads: what is the matter, and what to write instead.

`{…}` is filled in where the reason is given. tests/capture/test_reasons.py has a step for each.
"""

from typing import NamedTuple

from autograd_core.errors import CaptureError
from autograd_core.graph.anomaly import calling_line
from autograd_core.graph.edits import at_line
from autograd_core.graph.modes import anomaly


class Reason(NamedTuple):
    what: str
    instead: str = ""


def refusal(reason, line=None, **names):
    """The error for what a program cannot hold, with the user's line. The recording remembers it, should the step catch it."""
    error = CaptureError(_text(reason, at_line(line or calling_line()), names))
    note = getattr(anomaly.get(), "refused", None)
    if note is not None:
        note.append(error)
    return error


def problem(reason, **names):
    """The same for what belongs to no line of the step."""
    return CaptureError(_text(reason, "", names))


def _text(reason, where, names):
    instead = f"; {reason.instead.format(**names)}" if reason.instead else ""
    return f"capture: {reason.what.format(**names)}{where}{instead}"


# Numbers taken out of the step

_OUT = " takes a number out of the step, and a replay would not know what became of it"
ITEM = Reason(f"item(){_OUT}", "return the array, and call item() on what the captured step returns")
TOLIST = Reason(f"tolist(){_OUT}", "return the array, and call tolist() on what the captured step returns")
FLOAT = Reason(f"float(…) or a function of math{_OUT}", "use NumPy's functions, such as np.sqrt, and return the value")
INT = Reason(f"int(…){_OUT}", "keep the array, or give the number to the step as an argument")
ROUND = Reason(f"round(…){_OUT}", "write np.round(…)")
COMPLEX = Reason(f"complex(…){_OUT}", "use NumPy's functions")
INDEX = Reason(f"a value as an index, a length or a count{_OUT}", "give it to the step as an argument")
WORDS = Reason(f"printing{_OUT}", "return the value, and print what the captured step returns")
HASH = Reason(f"a value as a key, or in a set,{_OUT}", "keep the array, or give the number to the step as an argument")
BYTES = Reason("{name} of a value of the step would be that of the recording in each replay",
               "use NumPy's functions, and return the value")  # fmt: skip
SAME = Reason(
    "the step compares by `is`, and {name} is an array that it has from elsewhere too, which in a replay is another one",
    "compare numbers, such as one that counts the calls",
)
PICKLE = Reason("a copy by pickle of a value of the step would be that of the recording in each replay", "return the value")
BOUNDS = Reason("a slice whose bounds are values of the step would have another length each time")
PLAIN = Reason(
    "np.asarray(…), np.array([…]) or a function that is not NumPy's needs a plain array of a value of the step",
    "write np.stack([…]) for an array of values, and NumPy's functions otherwise",
)

# What happens outside of the arrays

PRINT = Reason("print() would happen once, while recording", "return the values, and print what the captured step returns")
OUTSIDE = Reason(
    "{name} would be called once, while recording, and not by a replay", "call it outside, and give the step what it returns"
)
UNREAD = Reason("{name} runs code that capture has not read", "write the code out")
SEEDS = Reason(
    "the step draws from the random numbers of the whole process (np.random.… or random.…), which a replay does not",
    "draw from a numpy.random.Generator that it closes over",
)
HIDDEN = Reason(
    "the step reaches {name}, into which a replay cannot look",
    "give its values to the step as arguments, or keep arrays and numbers in attributes, lists, dicts or closures",
)
CAUGHT = Reason(
    "the step catches an error, {error}, so that a replay would take the way of that call for ever",
    "ask for what leads to it beforehand, with np.where or an `if`",
)
LEFT = Reason(
    "the step keeps a value of each call in {where}, where capture did not look for it, and a replay would leave it as it is",
    "return the value, and keep what the captured step returns",
)
RAISED = Reason("the step raises {error} if it is recorded: its arrays are stand-ins then, which only NumPy's functions take")
BROKEN = Reason(
    "the program of this step could not be made, which is a mistake of this library ({error})",
    "please report it with the step",
)
BUSY = Reason("programs do not apply to the very calls that they are recorded from", "please report it with the step")

# Changes

GROWN = Reason("the step makes {name} with each call, which a replay does not", "return the values, and collect them outside")
REPLACED = Reason(
    "the step puts another {kind} into {name} with each call, which a replay does not",
    "change the one that is there, or return it",
)
MADE_OUTSIDE = Reason("the step puts another {kind} into {name}, made outside of what is recorded", "return it")
ARGUMENT = Reason(
    "the step changes an argument, {name}, in place, which a replay does not",
    "return the new value, or let the step close over the array",
)
SHARED = Reason("the step writes into {name}, whose memory {other} is in too", "make one of them a copy")
LENT = Reason(
    "the step changes {name}, a number whose memory something else holds (t.data, t.numpy() or a view)", "keep t.item() or a copy"
)
VIEWED = Reason("the step gives {name} another array, and a view of it goes on looking at this one", "write t.data[...] = …")
RECORDED_EDIT = Reason("the step changes {name} by a recorded operation (t += …)", "write t.data += …")
LEAF = Reason("a Tensor that requires a gradient is made inside the step, of numbers that stay the same", "make it outside")
VIEW = Reason("a change in place of a view (reshape, transpose, …)", "write y = x + 1 in place of x += 1")
OTHER_VIEW = Reason("a change in place of an array of which there is another view", "write y = x + 1 in place of x += 1")
OWN_ARRAY = Reason("the step changes an array of its own that it has used before", "make another one, or a copy")

# Functions

OUT = Reason(
    "{function} writes values of the step into an array that capture does not know (out=)",
    "return the result instead, or let the step close over the array itself",
)
OUT_WHERE = Reason("{function} with where= and out=", "write np.where(condition, result, old)")
AT = Reason("{function}.at writes values of the step into a plain array", "make it from one: np.zeros_like(x)")
WRITES = Reason("{function} writes into one of its arguments", "take what it returns, or give out= by name")
PUT = Reason("{function} changes an array in place", "write arr[index] = value")
COPYTO = Reason("copyto into an array that capture does not know, or with where=", "write np.where(…)")
COUNTS = Reason("{function} has as many results as there are such values", "write np.where(condition, a, b)")
CONVERT = Reason("{function} of a value of the step with more than a dtype", "use np.reshape")
DTYPE_VIEW = Reason("view(dtype) of an array", "use astype")
TENSOR_INTO = Reason("a Tensor assigned into an array", "assign its value, t.detach().numpy()")
RESULT = Reason("the result of {function}, a {kind}, is neither an array nor a number", "call it outside of the step")
GIVEN_GRADIENT = Reason(
    "the argument {name} is a Tensor without requires_grad that has a .grad", "give the gradient to the step as another argument"
)
SUBCLASS = Reason("{name} is {kind}, not an array of NumPy's own", "give np.asarray(…) of it")
FOREIGN = Reason("the step has {kind} of another library, and programs are made of NumPy's alone", "run it without capture")
SHUFFLE = Reason("shuffle changes its argument in place", "write x[generator.permutation(len(x))]")
SPAWN = Reason("spawn makes other generators each time", "spawn them outside of the step, and let it close over them")
DRAW = Reason("a random draw, {function}(…), whose arguments are values of the step or that has out=")
STATE = Reason(
    "the state of a random generator is read (as by checkpoint, which must draw twice)",
    "read it outside of the step; draw outside of a checkpointed function, and give it the numbers",
)
TIED = Reason(
    "a second derivative exactly where {function} chooses between equals, for which other branches are tried out",
    "call it as it is, or move away from the tie",
)

# Results

GRAPH = Reason(
    "the step returns a Tensor that is part of a graph, of which a replay makes none",
    "return t.detach(), call backward() inside the step, or run it under no_grad()",
)
OBJECT = Reason(
    "the step returns {kind}, which a replay cannot make anew",
    "return arrays and numbers, in tuples, lists, dicts or dataclasses",
)
CREATED = Reason("the step leaves a Tensor in .grad (create_graph=True), which a replay does not make", "use autograd_core.grad")
OTHER_ARGUMENT = Reason(
    "each call gives another {kind} as an argument, {name}, of which nobody knows what is in it",
    "give its arrays and numbers as arguments, also in tuples, lists or dicts",
)
UNLIKE = Reason(
    "the replay is not what the step does: {name} is {got}, not {expected}. Usual causes: random numbers from elsewhere than a "
    "numpy.random.Generator that the step closes over, a file, something that the step changes and that is neither an array nor "
    "a number, or a way taken by the class of an array (isinstance(x, np.ndarray)), for which something stands while recording"
)
