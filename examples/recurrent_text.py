"""An LSTM reads Python's own licence and manual letter by letter, and keeps what it needs to guess the next one.

It reads 32 places of the text side by side, 48 letters at a time; its state goes on from one piece to the next, the gradients
do not. Prints what the net writes before it has learnt and afterwards, and draws at which letters it is surprised.
"""

import sys

import numpy as np

import nn
from autograd_core import capture, no_grad
from examples import texts
from examples.common import figure, repeat, save

WIDTH, LENGTH, BATCH = 128, 48, 32


class Reader(nn.Module):
    """Numbers of letters (n, length), state -> scores of the letter after each (n, length, size), the state after them."""

    def __init__(self, size):
        super().__init__()
        self.letters, self.lstm = nn.Embedding(size, 32), nn.LSTM(32, WIDTH, batch_first=True)
        self.scores = nn.Linear(WIDTH, size)

    def forward(self, numbers, state=None):
        out, state = self.lstm(self.letters(numbers), state)
        return self.scores(out), state


def write(model, alphabet, count):
    """Letters that the net writes by itself: each is drawn from its guess, and read before the next."""
    rng, numbers, state = np.random.default_rng(0), [alphabet.numbers["\n"]], None
    with no_grad():
        for _ in range(count):
            scores, state = model(np.array([numbers[-1:]]), state)
            numbers.append(texts.choose(scores.numpy()[0, -1], rng))
    return alphabet.decode(numbers[1:])


def surprise(model, numbers):
    """-log of the probability that the net gave to each letter but the first, in one go from start to end."""
    with no_grad():
        scores = model(numbers[None, :-1])[0].numpy()[0]
    return nn.functional.cross_entropy(scores, numbers[1:], reduction="none")


def train(model, training, validation, steps, quick):
    """The cross-entropy of each step's letters, and {step: that of the validation text}."""
    optimizer = nn.optim.Adam(model.parameters(), lr=4e-3)
    schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    rows = training[: len(training) // BATCH * BATCH].reshape(BATCH, -1)  # places that are read side by side
    pieces = (rows.shape[1] - 1) // LENGTH
    start = [np.zeros((1, BATCH, WIDTH), np.float32)] * 2
    state = start

    @capture
    def step(x, y, h, c):
        optimizer.zero_grad()
        scores, (h, c) = model(x, (h, c))
        loss = nn.functional.cross_entropy(scores.reshape(-1, scores.shape[-1]), y.reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.detach(), h.detach(), c.detach()

    def descend(number):
        nonlocal state
        first = number % pieces * LENGTH
        piece = rows[:, first : first + LENGTH + 1]
        loss, *after = step(piece[:, :-1], piece[:, 1:], *(state if first else start))
        state = [part.numpy() for part in after]
        schedule.step()
        return loss.item()

    return repeat(descend, lambda: surprise(model, validation[:5000]).mean(), steps, quick)


def draw_surprise(model, alphabet, validation, folder, columns=70):
    """A page of the validation text: the darker a letter's ground, the less the net expected it."""
    text, values = alphabet.decode(validation[1:701]), surprise(model, validation[:701])
    rows = -(-len(text) // columns)
    picture, axis = figure(1, 1, 9, 0.6 + 0.22 * rows)
    page = np.full(rows * columns, np.nan)
    page[: len(values)] = values
    shown = axis.imshow(page.reshape(rows, columns), cmap="Oranges", vmin=0, vmax=6, aspect="auto")
    style = {"ha": "center", "va": "center", "fontsize": 8, "family": "monospace"}
    for place, (letter, value) in enumerate(zip(text, values, strict=True)):
        color = "white" if value > 4 else "black"
        axis.text(place % columns, place // columns, letter.replace("\n", "↵"), color=color, **style)
    axis.set_axis_off()
    picture.colorbar(shown, ax=axis, label="surprise, -log p", shrink=0.8)
    save(picture, folder / "surprise.png")


def main(argv=None):
    return texts.learn(__doc__, argv, Reader, train, write, "An LSTM learns Python's manual", 80, draw_surprise)


if __name__ == "__main__":
    sys.exit(main())
