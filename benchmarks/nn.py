"""nn and nn.optim against bare expressions, NumPy by hand, and PyTorch: steps, convolutions, sequences, Adam, an epoch."""

import numpy as np

import nn
from autograd_core import Tensor
from benchmarks import handwritten, images, ours, peers, sequences
from benchmarks.images import MODULES, TORCH, torch, training
from benchmarks.machine import installed
from benchmarks.nets import HAND, NETS, check_same
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved

BARE, KEPT = "autograd_core, bare", "the same, gradients kept"
ACTIVATIONS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


# The five nets


class KeptStep(ours.FusedStep):
    """The step in bare expressions as users write it: it leaves the gradients as they are, as an optimizer must."""

    def step(self):
        for p in self.p:
            p.grad = None
        loss = self.loss(self.x, self.y, *self.p)
        loss.backward()
        for p in self.p:
            p.data -= self.net.lr * p.grad
        return loss.data


class ModuleStep(ours.FusedStep):
    """A net's layers in a Sequential, trained by nn.optim.SGD."""

    def __init__(self, net):
        layers = []
        for sizes in zip(net.sizes, net.sizes[1:], strict=False):
            layers += [nn.Linear(*sizes, bias=net.biases, dtype=net.dtype), ACTIVATIONS[net.hidden]()]
        layers[-1:] = [nn.Sigmoid()] if net.loss == "sigmoid_bce" else []
        self.model = nn.Sequential(*layers)
        self.p = list(self.model.parameters())
        self.optimizer = nn.optim.SGD(self.p, lr=net.lr)
        loss = {"sigmoid_bce": nn.BCELoss, "half_mse": nn.MSELoss, "softmax_cross_entropy": nn.CrossEntropyLoss}[net.loss]()
        super().__init__(net, (lambda z, y: loss(z, y) / 2) if net.loss == "half_mse" else loss)

    def reset(self):
        for p, first in zip(self.p, self.net.parameters(), strict=True):
            p.data[...] = first.T  # in nn's own order

    def step(self):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(self.x), self.y)
        loss.backward()
        self.optimizer.step()
        return loss.data


def steps(quick):
    return [step_table(net, 5 if quick else 60) for net in NETS]


def step_table(net, rounds):
    """One net: its step written by hand, in bare expressions, through nn, and in PyTorch."""
    makers = {
        HAND: handwritten.make,
        BARE: ours.make_fused,
        KEPT: lambda net: KeptStep(net, ours.FUSED[net.loss]),
        MODULES: ModuleStep,
    }
    if installed(TORCH):
        makers[TORCH] = peers.TorchStep
    runners = {name: make(net) for name, make in makers.items()}
    check_same(net, runners)
    found = interleaved([Contender(name, runner.step, runner.reset) for name, runner in runners.items()], rounds)
    result = compared(f"One training step, net {net.name}, {np.dtype(net.dtype)}", found, HAND, rounds, 1e6, "µs")
    own = found[MODULES]
    over_bare = max(ratio for bare in (BARE, KEPT) for ratio in own.over(found[bare]))  # whichever is faster counts
    result.checks += [
        Check(f"net {net.name}: nn and nn.optim over bare expressions", over_bare, 1.15),
        Check(f"net {net.name}: through nn, over the hand-written step", max(own.over(found[HAND])), net.over_hand),
    ]
    if net.under_torch and TORCH in found:
        times = min(found[TORCH].over(own))
        result.checks.append(Check(f"net {net.name}: through nn, faster than PyTorch", times, net.under_torch, at_least=True))
    return result


def compared(title, found, base, rounds, scale, unit):
    """A table of times and of their ratios to those of `base`."""
    rows = [(name, timing.best * scale, timing.median * scale, *timing.over(found[base])) for name, timing in found.items()]
    return Table(
        title, ("", f"min {unit}", f"median {unit}", f"× {base} (min)", "(median)"), rows, [f"{rounds} interleaved rounds"]
    )


# Adam


def adam(quick):
    """Adam over one large parameter, and over many small ones."""
    rounds = 5 if quick else 60
    large = adam_table("a parameter of 1,000,000 elements", [(1000, 1000)], rounds)
    if len(large.rows) > 1:
        large.checks.append(Check("Adam over a million parameters, over PyTorch's", max(large.rows[0][3:]), 1.2))
    return [large, adam_table("200 parameters of 64 elements", [(64,)] * 200, rounds)]


def adam_table(what, shapes, rounds):
    rng = np.random.default_rng(0)
    values = [rng.standard_normal(shape, np.float32) for shape in shapes]
    mine = [Tensor(value, requires_grad=True) for value in values]
    for p, value in zip(mine, values, strict=True):
        p.grad = np.cos(value)
    runs, results = {MODULES: nn.optim.Adam(mine).step}, {MODULES: lambda: [p.data for p in mine]}
    if installed(TORCH):
        library = torch()
        theirs = [library.tensor(value, requires_grad=True) for value in values]
        for p in theirs:
            p.grad = library.cos(p.detach())
        runs[TORCH], results[TORCH] = library.optim.Adam(theirs).step, lambda: [p.detach().numpy() for p in theirs]
    for run in runs.values():
        run()
    first, last = ([np.concatenate([np.ravel(a) for a in results[name]()])] for name in (MODULES, list(runs)[-1]))
    np.testing.assert_allclose(first, last, rtol=1e-5, atol=1e-6, err_msg="the first step of Adam")
    found = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
    return compared(f"One step of Adam, {what}, float32", found, list(runs)[-1], rounds, 1e6, "µs")


# An epoch


def epoch(quick):
    """784-128-64-10 with sigmoids, batches of 64, shuffled, plain gradient descent, on numbers of the size of images."""
    rng, samples, rounds = np.random.default_rng(0), 640 if quick else 6400, 3 if quick else 15
    x, y = rng.random((samples, 784), np.float32), rng.integers(0, 10, samples)

    def layers(lib, **kwargs):
        return lib.Sequential(lib.Linear(784, 128, **kwargs), lib.Sigmoid(), lib.Linear(128, 64, **kwargs), lib.Sigmoid(),
                              lib.Linear(64, 10, **kwargs))  # fmt: skip

    model = layers(nn, dtype=np.float32)
    first = model.state_dict()
    optimizer, loss = nn.optim.SGD(model.parameters(), lr=0.01), nn.CrossEntropyLoss()
    loader = nn.data.DataLoader(x, y, batch_size=64, shuffle=True, seed=0)

    def ours_epoch():
        for x_batch, y_batch in loader:
            training(model, loss, optimizer, x_batch, y_batch)()

    runs = {MODULES: ours_epoch}
    if installed(TORCH):
        library = torch()
        theirs = layers(library.nn)
        theirs.load_state_dict({name: library.from_numpy(value) for name, value in first.items()})
        their_optimizer, their_loss = library.optim.SGD(theirs.parameters(), lr=0.01), library.nn.CrossEntropyLoss()
        all_x, all_y = library.from_numpy(x), library.from_numpy(y)

        def torch_epoch():
            for rows in library.randperm(samples).split(64):
                training(theirs, their_loss, their_optimizer, all_x[rows], all_y[rows])()

        runs[TORCH] = torch_epoch
    found = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
    title = f"An epoch of 784-128-64-10 over {samples} samples in batches of 64, float32"
    result = compared(title, found, list(runs)[-1], rounds, 1e3, "ms")
    result.notes.append("PyTorch's batches are taken by index from its tensors: many times faster than its own DataLoader")
    if TORCH in found:
        result.checks.append(Check("an epoch, PyTorch over ours", min(found[TORCH].over(found[MODULES])), 1.0, at_least=True))
    return [result]


SECTIONS = {"steps": steps, "images": images.section, "sequences": sequences.section, "adam": adam, "epoch": epoch}
