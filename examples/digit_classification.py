"""Handwritten digits read by a net: from scans to a trained and saved model, with pictures of what it learned and misread.

    python -m examples.digit_classification                       # 1,797 scans of 8×8 that come with scikit-learn
    python -m examples.digit_classification --model conv          # a net that slides small windows over the image
    python -m examples.digit_classification --data mnist          # 70,000 of 28×28, downloaded, or from --mnist-folder
    python -m examples.digit_classification --activation sigmoid --no-biases --optimizer sgd --batch-size 1 --lr 0.01

The net is pixels-128-64-10 (--hidden 128 64), its weights N(0, 1)/√out, and its softmax is part of the loss, where it cannot
overflow; --model conv looks through small sliding windows first. 15 % of the images are kept for validation (split by seed 42).
"""

import argparse
import sys
import time

import numpy as np

import nn
from autograd_core import capture, no_grad
from examples.common import Options, optional, positive, stop, verdict
from examples.digit_models import ACTIVATIONS, MODELS
from examples.digit_pictures import draw_all

OPTIMIZERS = {  # and a rate that suits them
    "sgd": (nn.optim.SGD, {}, 0.1),
    "momentum": (nn.optim.SGD, {"momentum": 0.9}, 0.05),
    "adagrad": (nn.optim.Adagrad, {}, 0.02),
    "adam": (nn.optim.Adam, {}, 0.002),
}
# Validation accuracy on scikit-learn's digits, with all options but --seed as they are
EXPECTED, EXPECTED_QUICK = {"mlp": 0.97, "conv": 0.985}, {"mlp": 0.9, "conv": 0.8}
STANDARD = ("data", "hidden", "activation", "biases", "optimizer", "batch_size", "epochs", "lr")


def load(options):
    """(images (n, side, side) between 0 and 1, labels (n,)) in two parts: for training, and for validation."""
    if options.mnist_folder is not None and options.data != "mnist":
        stop("--mnist-folder goes with --data mnist")
    if options.mnist_folder is None:
        optional("sklearn")
    try:
        mnist, kind = options.data == "mnist", np.float32
        images, labels = nn.data.load_mnist(options.mnist_folder, kind) if mnist else nn.data.load_digits(kind)
        x_train, x_val, y_train, y_val = nn.data.train_test_split(images, labels, test_size=0.15, seed=42)
    except (OSError, ValueError) as error:  # of which nn's FileError is one
        stop(error)
    if images.shape[1] != images.shape[2] or images.shape[1] < 2:
        stop(f"{options.mnist_folder}: the images must be square and at least 2×2, they are {images.shape[1]}×{images.shape[2]}")
    return (x_train, y_train), (x_val, y_val)


def scores_of(model, images):
    """What the net says to each image, (n, 10), without dropout."""
    model.eval()
    with no_grad():
        scores = [model(batch).numpy() for batch in nn.data.DataLoader(images, batch_size=500)]
    model.train()
    return np.concatenate(scores)


def predict(model, images):
    """The digit that gets the highest score, for each image."""
    return np.argmax(scores_of(model, images), axis=1)


def measured(model, images, labels):
    """(mean loss, part that is read right)."""
    scores = scores_of(model, images)
    return nn.functional.cross_entropy(scores, labels).item(), float(np.mean(np.argmax(scores, axis=1) == labels))


def train(model, training, validation, options):
    """Prints epoch, loss, seconds and accuracy; (epochs, 4), loss and accuracy of the training and of the validation images."""
    kind, extra, rate = OPTIMIZERS[options.optimizer]
    optimizer = kind(model.parameters(), lr=options.lr or rate, **extra)
    criterion = nn.CrossEntropyLoss()
    batches = nn.data.DataLoader(*training, batch_size=options.batch_size, shuffle=True, seed=options.seed)
    history, start = [], time.perf_counter()

    def step(x, y):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    if options.capture:
        step = capture(step)

    tqdm = optional("tqdm.auto").tqdm
    for epoch in range(1, options.epochs + 1):
        for x, y in tqdm(batches, f"epoch {epoch}", disable=options.quick or not sys.stderr.isatty(), leave=False):
            if not np.isfinite(loss := step(x, y).item()):
                stop(f"the loss became {loss} in epoch {epoch}; try a smaller rate than --lr {options.lr or rate}")
        history.append((*measured(model, *training), *measured(model, *validation)))
        loss, _, _, accuracy = history[-1]
        seconds = time.perf_counter() - start
        print(f"epoch {epoch:2}: loss {loss:.4f}, {seconds:5.1f} s, validation accuracy {accuracy:.2%}", flush=True)
    return np.array(history)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--data", choices=["digits", "mnist"], default="digits")
    parser.add_argument("--mnist-folder", help="folder with MNIST's four files, instead of the network", metavar="DIR")
    parser.add_argument("--model", choices=MODELS, default="mlp")
    parser.add_argument("--hidden", type=positive(int), nargs="*", default=[128, 64], help="sizes of the hidden layers (128 64)")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu")
    parser.add_argument("--biases", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adam")
    parser.add_argument("--batch-size", type=positive(int), default=64, help="images in a step; 1: one after the other (64)")
    parser.add_argument("--epochs", type=positive(int), help="(30)")
    parser.add_argument("--lr", type=positive(float), help="learning rate; there is a fitting one for each optimizer")
    parser.add_argument("--seed", type=positive(int, zero=True), default=0, help="of the weights and the order of the images (0)")
    parser.add_argument("--capture", action="store_true", help="record a step once and replay it, sooner")
    options = parser.parse(argv)
    if options.model == "conv" and options.hidden != parser.get_default("hidden"):
        parser.error("--hidden goes with --model mlp")
    standard = all(getattr(options, name) == parser.get_default(name) for name in STANDARD)
    options.epochs = options.epochs or (3 if options.quick else 30)
    training, validation = load(options)
    side = training[0].shape[1]
    nn.manual_seed(options.seed)
    model = MODELS[options.model](side, options)
    print(f"{model}\n{len(training[1]):,} images to learn from, {len(validation[1]):,} to check with")

    with np.errstate(over="ignore", invalid="ignore"):  # `train` looks at the loss itself
        history = train(model, training, validation, options)
    read = predict(model, validation[0])
    draw_all(model, history, *validation, read, options.out)
    path = options.out / "model.npz"
    nn.save(model, path)
    print(f"wrote {path}")

    again = MODELS[options.model](side, options)
    again.load_state_dict(nn.load(path))
    results = [np.array_equal(predict(again, validation[0]), read)]
    print(f"  the saved model, loaded again: {'reads the same' if results[0] else 'WRONG, reads otherwise'}")
    if standard:
        accuracy, expected = history[-1, 3], (EXPECTED_QUICK if options.quick else EXPECTED)[options.model]
        results.append(accuracy >= expected)
        print(f"  validation accuracy: {accuracy:.2%}, {'at least' if results[1] else 'WRONG, less than'} {expected:.1%}")
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
