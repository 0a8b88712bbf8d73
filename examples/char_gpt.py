"""A small GPT, letter by letter: two layers of causal attention learn how Python's own licence and manual are written.

Each letter's vector looks at those before it, in four heads, and guesses the next letter. Prints what the net writes before
it has learnt and afterwards, and compares it with the best guess from the letter before alone.
"""

import sys

import numpy as np

import nn
from autograd_core import capture, no_grad
from examples import texts
from examples.common import repeat

CONTEXT, BATCH, WIDTH, HEADS, LAYERS = 64, 16, 64, 4, 2


class Block(nn.Module):
    """x + attention, then + a layer for each letter by itself, each after a layer norm: (n, letters, width) to the same."""

    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x):
        n, length, width = x.shape
        heads = self.qkv(self.norm1(x)).reshape(n, length, 3, HEADS, width // HEADS)
        q, k, v = np.transpose(heads, (2, 0, 3, 1, 4))
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(np.swapaxes(mixed, 1, 2).reshape(n, length, width))
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    """Numbers of letters (n, length) -> scores of the letter after each of them (n, length, size)."""

    def __init__(self, size):
        super().__init__()
        self.letters, self.places = nn.Embedding(size, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(LAYERS)])
        self.norm, self.scores = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, size)
        for embedding in (self.letters, self.places):
            nn.init.normal_(embedding.weight, std=0.02)

    def forward(self, numbers):
        x = self.letters(numbers) + self.places(np.arange(numbers.shape[1]))
        return self.scores(self.norm(self.blocks(x)))


def windows(numbers, starts):
    """Pieces of CONTEXT letters, and the letter after each of theirs."""
    found = numbers[np.asarray(starts)[:, None] + np.arange(CONTEXT + 1)]
    return found[:, :-1], found[:, 1:]


def cross_entropy(scores, targets):
    return nn.functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))


def write(model, alphabet, count):
    """Letters that the net writes by itself, each drawn from its guess."""
    rng, numbers = np.random.default_rng(0), [alphabet.numbers["\n"]]
    with no_grad():
        for _ in range(count):
            numbers.append(texts.choose(model(np.array([numbers[-CONTEXT:]])).numpy()[0, -1], rng))
    return alphabet.decode(numbers[1:])


def train(model, training, validation, steps, quick):
    """The cross-entropy of each step's batch, and {step: that of the validation text}."""
    optimizer = nn.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = nn.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    rng = np.random.default_rng(0)

    @capture
    def step(x, y):
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss

    def validated():
        with no_grad():
            x, y = windows(validation, np.linspace(0, len(validation) - CONTEXT - 1, 128).astype(int))
            return cross_entropy(model(x), y).item()

    def descend(number):
        loss = step(*windows(training, rng.integers(0, len(training) - CONTEXT, BATCH))).item()
        schedule.step()
        return loss

    return repeat(descend, validated, steps, quick)


def main(argv=None):
    return texts.learn(__doc__, argv, GPT, train, write, "A small GPT learns Python's manual", 100)


if __name__ == "__main__":
    sys.exit(main())
