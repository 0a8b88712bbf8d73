"""`PartlyNative`: a program of which some calls run as machine code, and the others by NumPy's replay."""

from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.division import QUICK, Division, refused
from autograd_core.capturing.native.kernel import Kernels
from autograd_core.capturing.native.part import Part
from autograd_core.capturing.native.shorter import shorten
from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Call
from autograd_core.capturing.replay import Compiled, gathered
from autograd_core.errors import CaptureError


class PartlyNative(Compiled):
    """A recorded step of which some functions have no native code: they are replayed by NumPy, what is between them is native.

    It does what NumPy's replay does, in its guard, its effects and its buffers. `print` it to see which calls ran where, and why.

    >>> import numpy as np
    >>> from autograd_core import capture
    >>> fast = capture(lambda x: np.sort(np.sin(x) * x + 1), native=True)
    >>> for _ in range(3):
    ...     y = fast(np.array([2.0, 1.0]))
    >>> y
    array([1.84147098, 2.81859485])
    >>> fast.program.address
    Traceback (most recent call last):
        ...
    autograd_core.errors.CaptureError: address: NumPy runs sort, so there is no code that runs without Python; ...
    """

    def __init__(self, program, guard, mode, threads, parts=None, left=None, unable=(), why=None):
        """`left` is {result: function} of what NumPy runs, if that is known, `unable` the names of those that have no native
        code, or only for other arguments; `why` there is none for the whole."""
        self.why, self.unable = why, unable
        super().__init__(program.replaced(in_registers=True), guard, mode, threads, parts, shorten, Kernels())
        self.left = left if left is not None else {call.out: call.function for call in self.program.calls if not call.is_view}
        self.indices = {location: contents for part in self.parts.values() for location, contents in part.indices.items()}

    @property
    def pieces(self):
        """What is machine code."""
        return [*self.parts.values(), *self.kernels.made()]

    @property
    def by_numpy(self):
        """The names of the functions that NumPy runs."""
        native = {call.out for piece in self.pieces for call in piece.calls}
        return list(dict.fromkeys([functions.shown(function) for out, function in self.left.items() if out not in native]))

    def __str__(self):
        head, *lines = super().__str__().splitlines()
        return "\n".join([head, *[f"  {note}" for note in self.summary()], *lines])

    def summary(self):
        """What ran where, in two lines."""
        pieces = self.pieces
        if not pieces:
            return [f"by NumPy, since there is no native code for {self.why}"]
        where = f"in {len(pieces)} parts" if len(pieces) > 1 else "in one part"
        seconds, names = sum([piece.seconds for piece in pieces]), self.by_numpy
        count = sum([len(piece.calls) for piece in pieces])
        first = f"native code for {count} call{'s' * (count > 1)}, {where}, compiled in {seconds * 1e3:.0f} ms"
        return [first, f"by NumPy: {', '.join(names)}"] if names else [first]

    @property
    def address(self):
        raise self.needs_python("address")

    @property
    def signature(self):
        raise self.needs_python("signature")

    def c_source(self, name="step"):
        raise self.needs_python("c_source")

    def needs_python(self, what):
        names = " and ".join(self.unable) if self.why is None else self.why.function
        who, part = (f"NumPy runs {names}", f"without {names}") if names else ("its arrays are too long", "of shorter arrays")
        return CaptureError(
            f"{what}: {who}, so there is no code that runs without Python; call the captured function from Python, or capture a "
            f"part of the step {part}"
        )


def partly_native(program, guard_of, mode, threads):
    """The PartlyNative of a program, or None if native code of parts of it does not pay. `guard_of(program)` is its guard."""
    program = gathered(program.guards_first().replaced(in_registers=True))
    left = refused(program)
    while True:
        ordered, stretches = Division(program, left).divided()
        parts, failed = {}, {}
        for at, stretch in stretches.items():
            try:
                parts[at] = Part(ordered, stretch)
            except NotLoweredError as error:
                failed.update(dict.fromkeys(stretch.calls, str(error)))
        if not failed:
            break
        left = {call: why for call, why in left.items() if why} | failed
    if not parts:
        return None
    calls = [call if call not in left else noted(call, left[call]) for call in ordered.calls]
    ordered = ordered.replaced(calls=tuple(calls))
    unable = dict.fromkeys([functions.shown(call.function) for call, why in left.items() if why and not why.endswith(QUICK)])
    left = {call.out: call.function for call, why in left.items() if why}
    return PartlyNative(ordered, guard_of(ordered), mode, threads, parts, left, tuple(unable))


def noted(call, why):
    """The call with the reason why it is left to NumPy."""
    name = functions.shown(call.function)
    note = f"by NumPy: no native code for {name}" if why == name else f"by NumPy: {why}" if why else "by NumPy"
    return Call(call.function, call.args, call.kwargs, None, call.note or note, call.errors, call.out)
