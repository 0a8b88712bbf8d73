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
    """Options of the command line: --quick and --out for all examples, and what each adds."""

    def __init__(self, doc):
        program = f"python -m examples.{name_of_program()}"
        super().__init__(prog=program, description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        self.add_argument("--quick", action="store_true", help="only the first steps, and no progress bar")
        self.add_argument("--out", type=pathlib.Path, help="folder for the pictures (out/NAME)", metavar="DIR")

    def parse(self, argv=None):
        """The options. Makes the folder for pictures and imports what draws them, before hours of training."""
        options = self.parse_args(argv)
        optional("matplotlib")
        optional("tqdm")
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
    tqdm = optional("tqdm").tqdm
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
