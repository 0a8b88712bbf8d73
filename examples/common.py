"""What the training examples share: options, a progress bar, pictures that need no screen, and the check at the end."""

import argparse
import importlib
import os
import pathlib
import sys

import numpy as np

BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#777777"  # colour-blind safe (Okabe and Ito)


def name_of_program():
    """The name of the example that was started."""
    return pathlib.Path(sys.argv[0]).stem


def stop(message):
    """End with one line on stderr and status 2: the request cannot be met."""
    print(f"{name_of_program()}: {message}", file=sys.stderr)
    raise SystemExit(2)


def optional(name, extra="examples"):
    """Import a package that only the examples need, or those of an extra."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        return stop(f'the package {error.name} is missing; install what the examples need: pip install -e ".[{extra}]"')


class Options(argparse.ArgumentParser):
    """Options of the command line: --out for the examples that write files, --quick for those that train, and what each adds."""

    def __init__(self, doc, trains=True, writes=True):
        program = f"python -m examples.{name_of_program()}"
        super().__init__(prog=program, description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        self.needed = ["matplotlib", "tqdm"] if trains else []
        self.writes = writes
        if trains:
            self.add_argument("--quick", action="store_true", help="only the first steps, and no progress bar")
        if writes:
            self.add_argument("--out", type=pathlib.Path, help="folder for what is written (out/NAME)", metavar="DIR")

    def parse(self, argv=None):
        """The options. Makes the folder for pictures and imports what draws them, before hours of training."""
        options = self.parse_args(argv)
        for package in self.needed:
            optional(package)
        if not self.writes:
            return options
        options.out = options.out or pathlib.Path("out") / name_of_program()
        try:
            options.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            stop(f"--out {options.out}: no such folder can be made ({error.strerror})")
        if not os.access(options.out, os.W_OK):
            stop(f"--out {options.out}: nothing can be written there")
        return options

    def error(self, message):
        stop(f"{message} (--help lists the options)")


def positive(kind, zero=False):
    """The type of an option that must be a number above zero, or at least zero."""

    def number(text):
        value = kind(text)
        if not (0 < value < float("inf") or (zero and value == 0)):
            raise argparse.ArgumentTypeError(f"must be {'at least' if zero else 'above'} zero, got {text}")
        return value

    number.__name__ = kind.__name__  # argparse names it if the text is no number at all
    return number


def progress(steps, quick, **kwargs):
    """range(steps) with a progress bar on stderr, if that is a terminal. `.write(text)` prints without tearing it."""
    tqdm = optional("tqdm.auto").tqdm
    return tqdm(range(steps), disable=quick or not sys.stderr.isatty(), leave=False, **kwargs)


def figure(rows, columns, width, height):
    """A picture and its axes, without pyplot, so that no window is ever opened."""
    picture = optional("matplotlib.figure").Figure(figsize=(width, height), layout="constrained")
    axes = picture.subplots(rows, columns)
    for axis in np.ravel(axes):
        axis.spines[["top", "right"]].set_visible(False)
    return picture, axes


def save(picture, path):
    """Write a picture and say where it is."""
    try:
        picture.savefig(path, dpi=120)
    except OSError as error:
        stop(f"{path} cannot be written ({error.strerror})")
    print(f"wrote {path}")


def film(picture, show, frames, path):
    """Write a GIF: `show(*frame)` draws each frame into the picture."""
    writer = optional("matplotlib.animation").PillowWriter(fps=8)
    try:
        with writer.saving(picture, path, dpi=80):
            for frame in frames:
                show(*frame)
                writer.grab_frame()
    except OSError as error:
        stop(f"{path} cannot be written ({error.strerror})")
    print(f"wrote {path}")


def repeat(step, validate, steps, quick, what="validation"):
    """Make steps, `step(number)`; the loss of each, and {number of steps made: `validate()`} for a dozen of them."""
    losses, checks, every = [], {0: validate()}, max(1, steps // 12)
    for number in (bar := progress(steps, quick)):
        losses.append(step(number))
        if not np.isfinite(losses[-1]):
            stop(f"the loss became {losses[-1]} at step {number}")
        if (number + 1) % every == 0 or number + 1 == steps:
            checks[number + 1] = float(validate())
            bar.write(f"step {number + 1:5}: loss {np.mean(losses[-every:]):.4g}, {what} {checks[number + 1]:.4g}")
    return losses, checks


def draw_training(axis, losses, checks, levels=(), **labels):
    """What `repeat` found, over each other; and horizontal lines to compare them with, (name, value)."""
    draw_curves(axis, {"training": (range(len(losses)), losses), "validation": (list(checks), list(checks.values()))}, **labels)
    for name, value in levels:
        axis.axhline(value, color=GREY, linewidth=0.8, linestyle=":")
        place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "ha": "right"}
        axis.annotate(name, (1, value), (0, 2), color=GREY, **place)


def draw_curves(axis, curves, **labels):
    """Curves {name: (steps, values)} over each other."""
    styles = zip((BLUE, ORANGE, GREEN), ("-", "--", "-."), strict=True)
    for (name, (steps, values)), (color, line) in zip(curves.items(), styles, strict=False):
        axis.plot(steps, values, color=color, linestyle=line, label=name)
    axis.set(**labels)
    axis.legend(frameon=False)


def below(what, ours, bound):
    """Whether a number is finite and below a bound; prints the answer."""
    good = bool(-np.inf < ours < bound)
    print(f"  {what}: {ours:.4g}, {'below' if good else 'WRONG, not below'} {bound:.4g}")
    return good


def agrees(what, ours, reference, decimals):
    """Whether our numbers are the reference's up to one unit of the last of `decimals` decimals; prints the answer."""
    ours, reference = np.asarray(ours, float), np.asarray(reference, float)
    good = ours.shape == reference.shape and bool(np.all(np.abs(ours - reference) <= 10.0**-decimals))
    verb = "agrees with the reference" if good else f"WRONG, {ours.tolist()}, but the reference has {reference.tolist()},"
    print(f"  {what}: {verb} to {decimals} decimals")
    return good


def verdict(results):
    """The exit status: 0 if everything agreed."""
    if results:
        print("Everything agrees." if all(results) else "Something is wrong.")
    return 0 if all(results) else 1
