"""A program is source text in pieces, so that it can be read, and shrunk by dropping pieces."""

import random

SECTIONS = ("setup", "start", "forward", "loss", "backward", "update", "after", "result", "script")

PRELUDE = """\
import collections, contextlib, copy, dataclasses, functools, gc, math, pickle, random, threading, types
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import nn
from autograd_core import Tensor, capture, detect_anomaly, no_grad
from autograd_core import cross_entropy, gelu, logsumexp, log_softmax, relu, sigmoid, softmax

def batch(seed, n=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 4)), rng.normal(size=(n, 4))
"""


class Piece:
    """Some lines of one section; `simpler` is what may stand in their place, "" for nothing, None where they must stay.

    expected   a refusal is expected of a program with this piece, since the docs say so: (a needless refusal is a failure too)
    """

    def __init__(self, section, text, simpler="", expected=False):
        self.section, self.text, self.simpler, self.expected = section, text, simpler, expected


class Program:
    """Pieces, and how they are captured. `exact`: whether all is the same to the last bit, as it is without passes."""

    def __init__(self, seed, pieces, options, loose=False):
        self.seed, self.pieces, self.options, self.loose = seed, pieces, options, loose

    @property
    def exact(self):
        return "passes=()" in self.options and not self.loose

    @property
    def may_refuse(self):
        return any(piece.expected for piece in self.pieces)

    def with_pieces(self, pieces):
        return Program(self.seed, pieces, self.options, self.loose)

    def lines(self, section):
        return [line for piece in self.pieces if piece.section == section and piece.text for line in piece.text.split("\n")]

    def setup(self):
        """The source before the calls: what the step works on, and the step."""
        body = [line for section in SECTIONS[1:-1] for line in self.lines(section)]
        head = next((i for i, line in enumerate(body) if line.startswith("def step(")), 0)
        step = [*body[:head], f"@capture({self.options})", body[head], *[f"    {line}" for line in body[head + 1 :]]]
        return "\n".join([PRELUDE, *self.lines("setup"), *step, ""])

    def script(self):
        """The calls, and the events between them: one statement, or more in one text, at a time."""
        return [piece.text for piece in self.pieces if piece.section == "script" and piece.text]

    def __str__(self):
        return f"# seed {self.seed}\n{self.setup()}\n" + "\n".join(self.script())


class Draft:
    """A program that is being drawn. `names` says what it has, for ingredients and events that need it."""

    def __init__(self, seed):
        self.seed, self.random = seed, random.Random(seed)
        self.pieces, self.has, self.loose = [], set(), False
        self.call, self.out, self.value = "step(*{batch})", "loss.detach()", "loss.data"

    def add(self, section, text, simpler="", expected=False):
        self.pieces.append(Piece(section, text, simpler, expected))

    def chance(self, p):
        return self.random.random() < p

    def choice(self, items):
        return self.random.choice(list(items))

    def some(self, items, most):
        """Up to `most` of them, in any order."""
        items = list(items)
        return self.random.sample(items, min(self.random.randint(0, most), len(items)))

    def program(self, options):
        order = {section: i for i, section in enumerate(SECTIONS)}
        return Program(self.seed, sorted(self.pieces, key=lambda piece: order[piece.section]), options, self.loose)


def draw(seed):
    """The program of a seed: always the same one."""
    from tests.capture.fuzz import events, skeletons  # they are made of Pieces

    draft = Draft(seed)
    draft.choice(skeletons.SKELETONS)(draft)
    skeletons.mixed_in(draft)
    events.between_calls(draft)
    options = draft.choice(
        ["passes=()", "passes=()", "", "", "", "check=2", "strict=True", "passes=(), check=True", "cache_size=1"]
    )
    events.another_step(draft, options)
    return draft.program(options)
