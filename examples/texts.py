"""Text that every Python installation has, its letters as numbers, and how well it can be guessed without a net."""

import pathlib
import sysconfig

import numpy as np

import nn
from examples.common import Options, below, draw_training, figure, positive, save, stop, verdict

LEAST = 20_000  # letters: fewer are learnt by heart


def read(path=None):
    """The letters of a file, or of the licence and the language reference that come with Python; those beyond ASCII left out."""
    try:
        text = installed() if path is None else path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        stop(f"--text {path}: {getattr(error, 'strerror', None) or 'this is no text in UTF-8'}")
    text = "".join(letter for letter in text if letter == "\n" or " " <= letter <= "~")
    if len(text) < LEAST:
        stop(f"--text {path}: at least {LEAST:,} letters are needed, there are {len(text):,}")
    return text


def installed():
    """The licence of Python, if its file is there, and the chapters that help() shows."""
    licence = pathlib.Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    try:
        from pydoc_data.topics import topics
    except ModuleNotFoundError:
        stop("this Python comes without the text of help(), pydoc_data; give another one with --text FILE")
    return "\n".join([*([licence.read_text(encoding="utf-8")] if licence.exists() else []), *map(topics.get, sorted(topics))])


class Alphabet:
    """The letters of a text, and their numbers."""

    def __init__(self, text):
        self.letters = sorted(set(text))
        self.numbers = {letter: number for number, letter in enumerate(self.letters)}

    def __len__(self):
        return len(self.letters)

    def encode(self, text):
        return np.array([self.numbers[letter] for letter in text])

    def decode(self, numbers):
        return "".join(self.letters[number] for number in numbers)


def baselines(training, validation, size):
    """The cross-entropy of a letter of the validation text, if one knows nothing, how frequent each is, or the letter before."""
    alone = np.bincount(training, minlength=size) + 1.0
    pairs = np.ones((size, size))
    np.add.at(pairs, (training[:-1], training[1:]), 1)
    pairs /= pairs.sum(axis=1, keepdims=True)
    return {
        "all letters alike": np.log(size),
        "by frequency": -np.mean(np.log(alone / alone.sum())[validation]),
        "from the letter before": -np.mean(np.log(pairs[validation[:-1], validation[1:]])),
    }


def choose(scores, rng, temperature=0.8):
    """A letter's number, drawn with the probabilities softmax(scores / temperature)."""
    scaled = scores / temperature
    weights = np.exp(scaled - scaled.max())
    return rng.choice(len(weights), p=weights / weights.sum())


def show(title, text):
    """Print a sample, indented."""
    print(f"{title}:\n    " + text.replace("\n", "\n    "))


def learn(doc, argv, make, train, write, title, quick_steps, draw=None):
    """What an example of a text does: read it, train `make(size)` and let it write before and after; draw and judge the loss.

    train(model, training, validation, steps, quick) gives what `repeat` does; write(model, alphabet, count) gives letters.
    draw(model, alphabet, validation, folder) makes more pictures. Gives the exit status.
    """
    parser = Options(doc)
    parser.add_argument("--text", type=pathlib.Path, help="a text file in place of Python's licence and manual", metavar="FILE")
    parser.add_argument("--steps", type=positive(int), help="number of steps (2000)")
    options = parser.parse(argv)
    steps = options.steps or (quick_steps if options.quick else 2000)
    text = read(options.text)
    alphabet = Alphabet(text)
    training, validation = np.split(alphabet.encode(text), [len(text) * 9 // 10])
    nn.manual_seed(0)
    model = make(len(alphabet)).float()
    print(f"{len(text):,} letters, {len(alphabet)} different ones; {sum(p.size for p in model.parameters()):,} parameters")
    show("Before training", write(model, alphabet, 100))
    losses, checks = train(model, training, validation, steps, options.quick)
    show("After training", write(model, alphabet, 100 if options.quick else 400))

    levels = baselines(training, validation, len(alphabet))
    picture, axis = figure(1, 1, 7, 4.2)
    draw_training(axis, losses, checks, levels.items(), xlabel="step", ylabel="cross-entropy of a letter", title=title)
    save(picture, options.out / "loss.png")
    if draw is not None:
        draw(model, alphabet, validation, options.out)
    if options.steps or options.text:
        good = below("validation loss, and at first", checks[steps], checks[0])
    elif options.quick:
        good = below("validation loss, and 0.95 of that by frequency", checks[steps], 0.95 * levels["by frequency"])
    else:
        good = below(
            "validation loss, and ¾ of that from the letter before", checks[steps], 0.75 * levels["from the letter before"]
        )
    return verdict([good])
