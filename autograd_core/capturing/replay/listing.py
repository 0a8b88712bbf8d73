"""A compiled program in print: what it reads, its calls one a line, what was taken together, and the memory that it holds."""

import numpy as np


def listing(writer):
    """The text that `print(captured.program)` shows."""
    program, calls = writer.program, writer.listing.values()
    head = [
        (
            f"{len(calls)} calls, {len(program.guards)} tests, {len(program.effects)} effects, "
            f"{size(writer.buffers.nbytes)} of buffers"
        ),
        *(f"  {note}" for note in dict.fromkeys(program.notes)),
        "reads",
    ]
    for source in program.sources:
        name = writer.names.get(source.value)
        if name is not None:
            head.append(f"  {name:<6} {described(source.value.sample):<24} {source.name}")
    for name, thing in writer.env.items():
        if name.startswith("c") and name[1:].isdigit():
            head.append(f"  {name:<6} {described(thing):<24} {thing!r}" if thing.ndim == 0 else f"  {name:<6} {described(thing)}")
    views = [f"  {name:<6} {described(writer.env[name]):<24} {text}" for name, text in writer.views]
    lines = ["views, made once", *views] if views else []
    lines.append("calls")
    for i, line in enumerate(writer.lines):
        call = writer.listing.get(i)
        note = "" if call is None else f"{described(call.out.sample)}{'; ' + call.note if call.note else ''}"
        lines.append(f"  {line:<48} {'# ' + note if note else ''}".rstrip())
    return "\n".join([*head, *lines, f"  return {writer.result}"])


def described(value):
    """dtype and shape."""
    return f"{getattr(value, 'dtype', type(value).__name__)} {list(np.shape(value)) if np.ndim(value) else ''}".strip()


def size(count):
    """Bytes in words."""
    return f"{count} bytes" if count < 2000 else f"{count / 1e3:.1f} kB" if count < 2e6 else f"{count / 1e6:.1f} MB"
