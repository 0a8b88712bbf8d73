"""A failing program made smaller: pieces dropped, or put more simply, while it fails in the same way."""

from tests.capture.fuzz.program import Piece
from tests.capture.fuzz.twins import run


def shrunk(program, limit=150):
    """(program, failure): the smallest that was met in `limit` runs."""
    failure = run(program).failure
    runs, smaller = 0, True
    while smaller and runs < limit:
        smaller = False
        for candidate in candidates(program):
            runs += 1
            other = fails(candidate)
            if other is not None and other[0] == failure[0]:
                program, failure, smaller = candidate, other, True
                break
            if runs >= limit:
                break
    return program, failure


def fails(program):
    try:
        return run(program).failure
    except Exception:  # a piece that others need
        return None


def candidates(program):
    """Programs with less: halves and single pieces dropped, single pieces put more simply; and without options."""
    free = [i for i, piece in enumerate(program.pieces) if piece.text and piece.simpler is not None]
    drop = [i for i in free if program.pieces[i].simpler == ""]
    for size in (len(drop) // 2, len(drop) // 4):
        if size > 1:
            for start in range(0, len(drop), size):
                yield without(program, drop[start : start + size])
    for i in reversed(free):
        yield without(program, [i])
    if "check" in program.options or "strict" in program.options:
        yield type(program)(program.seed, program.pieces, "passes=()" * program.exact, program.loose)


def without(program, dropped):
    pieces = [
        Piece(piece.section, piece.simpler, "" if piece.simpler == "" else None, piece.expected) if i in dropped else piece
        for i, piece in enumerate(program.pieces)
    ]
    return program.with_pieces([piece for piece in pieces if piece.text])
