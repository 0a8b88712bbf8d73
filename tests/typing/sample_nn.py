"""A net in user code, as type checkers see it: a Module of one's own, training, files, pictures, checks. See sample.py."""

import pathlib
import tempfile
from collections.abc import Iterable
from typing import Any, assert_type

import numpy as np
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

import nn
import nn.functional as F  # noqa: N812
from autograd_core import Tensor, capture, no_grad
from autograd_core.errors import GradientError
from autograd_core.testing import arrays, assert_allclose, check_vjp, gradcheck, numerical_jacobian, property_gradcheck
from autograd_core.testing.strategies import expressions, operands, well_conditioned
from autograd_core.visualize import draw, explore, listing, make_dot, record, records
from nn.errors import FileError

Image = NDArray[np.float64]


class Block(nn.Module):
    def __init__(self, width: int, *, p: float = 0.1) -> None:
        self.layers = [nn.Linear(width, width) for _ in range(2)]
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(p, generator=0)
        self.scale = nn.Parameter(np.ones(width), name="scale")

    def forward(self, x: Tensor, *, skip: bool = True) -> Tensor:
        out = x
        for layer in self.layers:
            out = F.relu(layer(out))
        out = self.dropout(self.norm(out)) * self.scale
        return out + x if skip else out


class Net(nn.Module):
    def __init__(self, classes: int) -> None:
        self.conv = nn.Sequential(nn.Conv2d(1, 2, 3, padding="same"), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2))
        self.flatten = nn.Flatten()
        self.block = Block(32)
        self.heads = nn.ModuleDict({"class": nn.Linear(32, classes)})
        if self.block.layers[0].bias is not None:
            nn.init.zeros_(self.block.layers[0].bias)
        assert_type(nn.init.kaiming_uniform_(self.block.layers[0].weight, nonlinearity="relu"), nn.Parameter)

    def forward(self, x: Tensor | Image) -> Tensor:
        features = self.flatten(F.tanh(self.conv(x)))
        scores: Tensor = self.heads["class"](self.block(features, skip=True))
        return scores


def train(net: Net, images: Image, labels: NDArray[np.int64]) -> list[float]:
    x_train, x_test, y_train, y_test = nn.data.train_test_split(images, labels, test_size=0.25, seed=0)
    loader = nn.data.DataLoader(x_train, y_train, batch_size=8, shuffle=True, seed=0)
    optimizer = nn.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=1e-4)
    schedule = nn.optim.CosineAnnealingLR(optimizer, T_max=2)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    losses = []
    for _ in range(2):
        net.train()
        for x, y in loader:
            optimizer.zero_grad()
            scores = net(x)
            assert_type(scores, Tensor)
            loss = criterion(scores, y)
            assert_type(loss, Tensor)
            loss.backward()
            nn.optim.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.item()))
        schedule.step()
    net.eval()
    with no_grad():
        accuracy = float((net(x_test).argmax(axis=1) == y_test).mean())
    print(f"accuracy {accuracy:.2f}, lr {schedule.get_last_lr()[0]:.1e}, {sum(p.size for p in net.parameters())} parameters")
    return losses


def keep(net: Net, folder: pathlib.Path) -> None:
    optimizer = nn.optim.SGD([{"params": net.conv.parameters()}, {"params": [net.block.scale], "lr": 0.1}], lr=0.01)
    nn.save(net, folder / "net.npz")
    nn.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, folder / "checkpoint.npz")
    missing, unexpected = Net(3).load_state_dict(nn.load(folder / "net.npz"))
    optimizer.load_state_dict(nn.load(str(folder / "checkpoint.npz"))["optimizer"])
    print(missing, unexpected, net, net.summary((1, 1, 8, 8)).rows[0], [name for name, _ in net.named_parameters()])
    (folder / "broken.npz").write_bytes(b"no archive")
    try:
        nn.load(folder / "broken.npz")
    except FileError as error:
        print(error)


def pictures(net: Net, image: Image, folder: pathlib.Path) -> None:
    with record():
        loss = nn.MSELoss()(net(image), np.zeros((1, 3)))
    make_dot(loss, params=dict(net.named_parameters()), show_attrs=True).save(folder / "graph.gv")
    make_dot([loss], net, depth=1)
    draw(loss, folder / "graph.svg", values=True).save(folder / "graph.dot")
    page = explore(lambda: net(image).sum(), folder / "graph.html", net)
    print(net.conv[0].weight.shape, len(page.text), len(draw(loss).svg), listing({"loss": loss}, net.named_parameters(), depth=1))
    print([(box.op, box.shape) for box in records(loss)][:3])


def checks() -> None:
    x = np.linspace(0.1, 1.0, 6).reshape(2, 3)
    layer = nn.Linear(3, 2, generator=0)
    assert gradcheck(lambda x: layer(x).tanh(), x, wrt=layer, order=1, modes=("reverse",))
    check_vjp(lambda a: a**2, lambda g, a: 2 * a * g, (x,))
    assert_allclose(numerical_jacobian(np.sum, x), np.ones_like(x), rtol=1e-6)
    try:
        check_vjp(lambda a: a**2, lambda g, a: a * g, (x,))
    except GradientError as error:
        print(error.verdict, error.index, error.ours)
    assert_type(arrays(shape=(2, 3), elements=(0.5, 2)), SearchStrategy[NDArray[Any]])
    print(operands(2), expressions(1, scalar=True), well_conditioned(3, batch=(2,)))


@property_gradcheck(x=arrays(shape=(3,), away_from=0.0), k=arrays(shape=()), max_examples=3, seed=0, order=1)
def test_product(x: Any, k: Any) -> Any:
    return np.abs(x) * np.sin(k)


def captured(x: Image) -> None:
    w = nn.Parameter(np.zeros(x.shape[1]))
    optimizer = nn.optim.SGD([w], lr=0.1, momentum=0.9)

    @capture
    def step(x: Image) -> Tensor:
        optimizer.zero_grad()
        loss = ((x @ w - 1) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss.detach()

    @capture(check=True)
    def forward(x: Image) -> Tensor:
        return (x @ w).detach()

    assert_type(step(x), Tensor)
    print(step(x).item(), forward(x).shape, step.program)


class Clipped(nn.optim.Optimizer):
    """An optimizer of one's own."""

    def __init__(self, params: Iterable[Tensor], lr: float = 0.1) -> None:
        super().__init__(params, lr=lr)

    def update(self, p: Any, g: Any, state: dict[str, Any], group: dict[str, Any], s: Any, t: Any) -> None:
        p -= group["lr"] * np.clip(g, -1, 1)


if __name__ == "__main__":
    r = nn.manual_seed(0)
    net = Net(classes=3)
    images = nn.data.Standardizer().fit_transform(r.normal(size=(16, 64))).reshape(16, 1, 8, 8)
    print(train(net, images, r.integers(0, 3, 16)))
    with tempfile.TemporaryDirectory() as folder:
        keep(net, pathlib.Path(folder))
        pictures(net, images[:1], pathlib.Path(folder))
    Clipped(net.parameters()).step()
    checks()
    test_product()
    captured(r.normal(size=(4, 3)))
