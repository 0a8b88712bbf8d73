"""A variational autoencoder squeezes digits through two numbers, and draws digits from any two numbers.

The encoder gives each of scikit-learn's digits of 8×8 a place in a plane, and how uncertain that is; the decoder draws the digit
again. The loss is how badly it draws, plus how far the places are from the normal distribution (Kingma and Welling, 2014).
What it must beat is the best that two numbers can do if encoder and decoder are linear: principal components.
"""

import sys
from statistics import NormalDist

import numpy as np

import nn
from autograd_core import capture, no_grad
from examples.common import Options, below, draw_training, figure, optional, positive, repeat, save, verdict


class Autoencoder(nn.Module):
    """Images (n, 64) between 0 and 1 -> scores of the pixels drawn, and the mean and log variance of the place, (n, 2) each."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 128), nn.SiLU(), nn.Linear(128, 64), nn.SiLU(), nn.Linear(64, 4))
        self.decoder = nn.Sequential(nn.Linear(2, 64), nn.SiLU(), nn.Linear(64, 128), nn.SiLU(), nn.Linear(128, 64))

    def forward(self, images, noise):
        found = self.encoder(images)
        mean, log_variance = found[:, :2], found[:, 2:]
        return self.decoder(mean + noise * np.exp(log_variance / 2)), mean, log_variance


def minus_elbo(model, images, noise):
    """The bound on -log p of an image: of drawing it, and of its place against N(0, 1)."""
    scores, mean, log_variance = model(images, noise)
    drawing = nn.functional.binary_cross_entropy_with_logits(scores, images, reduction="sum")
    place = np.sum(np.exp(log_variance) + mean**2 - 1 - log_variance) / 2
    return (drawing + place) / len(images)


def train(model, training, validation, epochs, quick):
    """The loss of the training and of the validation images, see `repeat`."""
    optimizer = nn.optim.Adam(model.parameters(), lr=3e-3)
    schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs, eta_min=1e-4)
    batches = nn.data.DataLoader(training, batch_size=64, shuffle=True, drop_last=True, seed=0)
    rng = np.random.default_rng(0)
    noise = lambda images: rng.standard_normal((len(images), 2), np.float32)

    @capture
    def step(images, noise):
        optimizer.zero_grad()
        loss = minus_elbo(model, images, noise)
        loss.backward()
        optimizer.step()
        return loss

    def epoch(number):
        losses = [step(images, noise(images)).item() for images in batches]
        schedule.step()
        return np.mean(losses)

    def validated():
        with no_grad():
            return minus_elbo(model, validation, noise(validation)).item()

    return repeat(epoch, validated, epochs, quick)


def drawn(model, places):
    """The images (n, 64) that belong to places (n, 2)."""
    with no_grad():
        return nn.functional.sigmoid(model.decoder(places.astype(np.float32))).numpy()


def by_principal_components(training, images):
    """Images put through the plane that fits the training images best, by the singular value decomposition."""
    middle = training.mean(axis=0)
    plane = np.linalg.svd(training - middle, full_matrices=False)[2][:2]
    return middle + (images - middle) @ plane.T @ plane


def draw_plane(model, places, labels, path):
    """Where the encoder puts the validation images, and what the decoder draws at each place of the plane."""
    picture, (left, right) = figure(1, 2, 11, 5.2)
    for digit in range(10):
        for x, y in places[labels == digit]:
            left.text(x, y, digit, color=f"C{digit}", fontsize=9, ha="center", va="center")
    left.update_datalim(places)
    left.autoscale_view()
    left.set(title="Where each digit is put", xlabel="first number", ylabel="second number", aspect="equal")
    side = 14
    steps = np.array([NormalDist().inv_cdf((i + 0.5) / side) for i in range(side)])  # each as likely as the others
    grid = np.stack(np.meshgrid(steps, steps[::-1]), axis=-1).reshape(-1, 2)
    images = np.pad(drawn(model, grid).reshape(side, side, 8, 8), [(0, 0), (0, 0), (1, 1), (1, 1)])
    right.imshow(np.swapaxes(images, 1, 2).reshape(side * 10, side * 10), cmap="gray_r")
    right.set(title="What is drawn, from place to place", xticks=[], yticks=[])
    save(picture, path)


def draw_again(images, again, by_components, path):
    picture, axes = figure(3, 12, 9, 2.8)
    picture.suptitle("Digits (above), drawn again from two numbers by the net, and by principal components (below)")
    for row, shown in zip(axes, (images, again, by_components), strict=True):
        for axis, image in zip(row, shown, strict=False):
            axis.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
            axis.set_axis_off()
    save(picture, path)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--epochs", type=positive(int), help="times that it sees all images (200)")
    options = parser.parse(argv)
    optional("sklearn")
    epochs = options.epochs or (40 if options.quick else 200)
    images, labels = nn.data.load_digits(np.float32)
    training, validation, _, labels = nn.data.train_test_split(images.reshape(-1, 64), labels, test_size=0.15, seed=42)
    nn.manual_seed(0)
    model = Autoencoder().float()
    losses, checks = train(model, training, validation, epochs, options.quick)

    picture, axis = figure(1, 1, 6, 4)
    words = {"title": "A variational autoencoder of digits", "xlabel": "epoch", "ylabel": "bound on -log p of an image"}
    draw_training(axis, losses, checks, **words)
    save(picture, options.out / "loss.png")
    with no_grad():
        places = model.encoder(validation).numpy()[:, :2]
    again, by_components = drawn(model, places), by_principal_components(training, validation)
    draw_plane(model, places, labels, options.out / "plane.png")
    draw_again(validation, again, by_components, options.out / "again.png")
    error, linear = (float(np.mean((found - validation) ** 2)) for found in (again, by_components))
    goal = 0.9 if options.quick else 0.8
    return verdict([below("squared error of a pixel over that of two principal components", error / linear, goal)])


if __name__ == "__main__":
    sys.exit(main())
