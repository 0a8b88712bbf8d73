"""Nets of sequences against PyTorch: an LSTM, and a small GPT of letters."""

import numpy as np

from benchmarks.images import table

BATCH, LENGTH, LETTERS = 16, 32, 65
WIDTH, HEADS, LAYERS = 64, 4, 2


def lstm(lib, **kwargs):
    """64 features, 32 steps; the class from the last of them."""

    class Last(lib.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.scores = lib.LSTM(WIDTH, WIDTH, batch_first=True, **kwargs), lib.Linear(WIDTH, 10, **kwargs)

        def forward(self, x):
            return self.scores(self.lstm(x)[0][:, -1])

    return Last()


def gpt(lib, **kwargs):
    """Two layers, four heads, width 64, GELU: the scores of each next letter, (512, 65)."""

    class Block(lib.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = lib.LayerNorm(WIDTH, **kwargs), lib.LayerNorm(WIDTH, **kwargs)
            self.qkv, self.out = lib.Linear(WIDTH, 3 * WIDTH, **kwargs), lib.Linear(WIDTH, WIDTH, **kwargs)
            self.mlp = lib.Sequential(lib.Linear(WIDTH, 4 * WIDTH, **kwargs), lib.GELU(), lib.Linear(4 * WIDTH, WIDTH, **kwargs))

        def forward(self, x):
            whole = self.qkv(self.norm1(x)).reshape(BATCH, LENGTH, 3, HEADS, WIDTH // HEADS)
            q, k, v = (whole[:, :, i].swapaxes(1, 2) for i in range(3))
            mixed = lib.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.out(mixed.swapaxes(1, 2).reshape(BATCH, LENGTH, WIDTH))
            return x + self.mlp(self.norm2(x))

    class GPT(lib.Module):
        def __init__(self):
            super().__init__()
            self.letters = lib.Embedding(LETTERS, WIDTH, **kwargs)
            self.places = lib.Embedding(LENGTH, WIDTH, **kwargs)
            self.blocks = lib.Sequential(*[Block() for _ in range(LAYERS)])
            self.norm, self.scores = lib.LayerNorm(WIDTH, **kwargs), lib.Linear(WIDTH, LETTERS, **kwargs)

        def forward(self, numbers):
            x = self.letters(numbers) + self.places.weight
            return self.scores(self.norm(self.blocks(x))).reshape(BATCH * LENGTH, LETTERS)

    return GPT()


def section(quick):
    rng, rounds = np.random.default_rng(0), 3 if quick else 40
    x, y = rng.standard_normal((BATCH, LENGTH, WIDTH), np.float32), rng.integers(0, 10, BATCH)
    numbers, after = rng.integers(0, LETTERS, (2, BATCH, LENGTH))
    return [
        table("LSTM 64, 32 steps, batch 16", lstm, x, y, 1.2, 0.7, rounds),
        table("char-GPT, 2 layers, width 64, context 32, batch 16", gpt, numbers, after.ravel(), 1.0, 0.75, rounds),
    ]
