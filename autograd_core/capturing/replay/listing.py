"""A compiled program in print: what it reads, its calls one a line, what was taken together, and the memory that it holds."""

import numpy as np


def listing(w):
    """The text that `print(captured.program)` shows."""
    program, calls = w.program, [line for line in w.lines if line.call is not None]
    counts = f"{len(calls)} calls, {len(program.guards)} tests, {len(program.effects)} effects, {size(w.plan.nbytes)} of buffers"
    head = [counts, *(f"  {note}" for note in dict.fromkeys(program.notes)), "reads"]
    for source in program.sources:
        name = w.names.get(source.value)
        if name is not None:
            head.append(f"  {name:<6} {described(source.value.sample):<24} {source.name}")
    for name, thing in w.env.items():
        if name.startswith("c") and name[1:].isdigit():
            head.append(f"  {name:<6} {described(thing):<24} {thing!r}" if thing.ndim == 0 else f"  {name:<6} {described(thing)}")
    views = [f"  {name:<6} {described(w.env[name]):<24} {text}" for name, text in w.views]
    lines = ["views, made once", *views] if views else []
    lines.append("calls")
    for line in w.lines:
        note = "" if line.call is None else f"{described(line.call.out.sample)}{'; ' + line.call.note if line.call.note else ''}"
        lines.append(f"  {line.text:<48} {'# ' + note if note else ''}".rstrip())
    return "\n".join([*head, *lines, f"  return {w.result}"])


def described(value):
    """dtype and shape."""
    return f"{getattr(value, 'dtype', type(value).__name__)} {list(np.shape(value)) if np.ndim(value) else ''}".strip()


def size(count):
    """Bytes in words."""
    return f"{count} bytes" if count < 2000 else f"{count / 1e3:.1f} kB" if count < 2e6 else f"{count / 1e6:.1f} MB"
