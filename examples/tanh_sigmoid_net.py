"""The same small net twice: as NumPy expressions on Tensors, and as PyTorch's program with `nn` in the place of `torch.nn`.

First half: samples are columns, X is (3, 5), W is (out, in); tanh in the hidden layers, sigmoid at the end, binary cross-entropy
averaged over the samples, gradient descent. Try --layers 3 5 4 1. Second half: samples are rows, as PyTorch has them.
"""

import itertools
import sys

import numpy as np

import nn
from autograd_core import Tensor, visualize
from examples.common import BLUE, ORANGE, Options, agrees, figure, positive, progress, save, verdict

LR = 0.1
REFERENCE = {  # "numpy": by a program that has every derivative written by hand, "torch": by PyTorch
    "numpy": {
        "output": [[0.5003709702648986, 0.49966437998069135, 0.49999165294840686, 0.4998864508739078, 0.5001668779607065]],
        "cost": 0.6929801704859407,
        "W2": [[-0.0013258169456021463, 0.007260169788871643, -0.0033498370979000353, 0.009574208197738878]],
        "costs_every_100": [
            0.691970967, 0.510630319, 0.097314948, 0.036653064, 0.021111236,
            0.014502415, 0.010933524, 0.008725267, 0.007233995, 0.006163749,
        ],
    },
    "torch": [0.641908, 0.355435, 0.181952, 0.094983, 0.056912, 0.038369, 0.028081, 0.021755, 0.017556, 0.014603],
}  # fmt: skip
SAMPLES = [  # what torch.randn gave, and the weights that torch.nn.Linear began with
    [0.66135216, 0.2669241, 0.06167726], [0.6213173, -0.45190597, -0.16613023], [-1.5227685, 0.38168392, -1.0276086],
    [-0.5630528, -0.89229053, -0.058250178], [-0.19550958, -0.96563596, 0.42241532],
]  # fmt: skip
START = {
    "fc1.weight": [
        [0.3810857, -0.52604556, -0.5489495], [-0.27847457, 0.50697803, -0.09616865],
        [0.2470825, -0.26830125, 0.56650645], [-0.244276, 0.43296927, 0.0068367827],
    ],
    "fc1.bias": [-0.30415818, 0.2967666, -0.30646914, 0.16980143],
    "fc2.weight": [[-0.1443786, -0.0548172, -0.48069406, -0.23839086]],
    "fc2.bias": [0.271317],
}  # fmt: skip


def numpy_half(sizes, lr=LR, steps=1000, quick=False):
    """Prints the first step in full, then the cost every 100 steps: the output, the gradients, the parameters, all costs."""
    X, Y = np.random.RandomState(1).randn(3, 5), np.array([[1, 0, 1, 1, 0]])
    random, parameters = np.random.RandomState(1), {}
    for i, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        parameters[f"W{i}"] = Tensor(0.01 * random.randn(n_out, n_in), requires_grad=True, name=f"W{i}")
        parameters[f"b{i}"] = Tensor(np.zeros((n_out, 1)), requires_grad=True, name=f"b{i}")

    def forward(A):
        for i in range(1, len(sizes)):
            Z = parameters[f"W{i}"] @ A + parameters[f"b{i}"]
            A = np.tanh(Z) if i < len(sizes) - 1 else 1 / (1 + np.exp(-Z))
        return A

    def step():
        A = forward(X)
        cost = -1 / X.shape[1] * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
        cost.backward()  # instead of a page of derivatives
        gradients = {name: p.grad for name, p in parameters.items()}
        for p in parameters.values():
            p.data -= lr * p.grad
            p.grad = None
        return A.numpy(), cost.item(), gradients

    output, cost, gradients = step()
    updated = {name: p.numpy().copy() for name, p in parameters.items()}
    print(f"output = {output}\ncost = {cost}")
    for name, array in [*((f"d{k}", g) for k, g in gradients.items()), *((f"{k} after one step", u) for k, u in updated.items())]:
        print(f"{name} =\n{array}")
    costs = []
    for i in (bar := progress(steps, quick)):
        costs.append(step()[1])
        if i % 100 == 0:
            bar.write(f"cost after iteration {i}: {costs[-1]:.6f}")
    return {"output": output, "cost": cost, "gradients": gradients, "updated": updated, "costs": costs}


class Net(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.fc1 = nn.Linear(n_in, n_hidden, dtype=np.float32)
        self.tanh = nn.Tanh()
        self.fc2 = nn.Linear(n_hidden, n_out, dtype=np.float32)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        return self.sigmoid(self.fc2(self.tanh(self.fc1(x))))


def torch_half(epochs=1000, quick=False):
    """Prints the loss every 100 epochs: the model, its data and all losses."""
    X, Y = Tensor(np.array(SAMPLES, np.float32)), Tensor(np.array([[1], [0], [1], [1], [0]], np.float32))
    model = Net(3, 4, 1)
    model.load_state_dict({name: np.array(value, np.float32) for name, value in START.items()})
    criterion = nn.BCELoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=LR)
    losses = []
    for epoch in (bar := progress(epochs, quick)):
        optimizer.zero_grad()
        loss = criterion(model(X), Y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if epoch % 100 == 0:
            bar.write(f"epoch {epoch}: loss {losses[-1]:.6f}")
    return model, X, losses


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--layers", type=positive(int), nargs="+", default=[3, 4, 1], help="sizes, first 3 and last 1 (3 4 1)")
    options = parser.parse(argv)
    if len(options.layers) < 2 or options.layers[0] != 3 or options.layers[-1] != 1:
        parser.error(f"--layers must begin with 3, the inputs, and end with 1, the output; got {options.layers}")
    steps = 201 if options.quick else 1000
    print("Tensors and NumPy")
    ours = numpy_half(options.layers, steps=steps, quick=options.quick)
    print("\nnn, as in PyTorch")
    model, X, losses = torch_half(steps, options.quick)

    picture, axis = figure(1, 1, 6, 4)
    axis.plot(ours["costs"], color=BLUE, label=f"Tensors, {'-'.join(map(str, options.layers))}")
    axis.plot(losses, color=ORANGE, linestyle="--", label="nn, other data")
    axis.set(xlabel="step", ylabel="binary cross-entropy", title="Both nets learn their five samples")
    axis.legend(frameon=False)
    save(picture, options.out / "cost.png")
    parameters = dict(model.named_parameters())
    visualize.make_dot(model(X), params=parameters).save(options.out / "graph.gv")  # for Graphviz, in torchviz's colours
    visualize.draw(model(X), options.out / "graph.svg", params=parameters)
    print(f"wrote {options.out / 'graph.gv'}\nwrote {options.out / 'graph.svg'}")

    print("Compared with derivatives written by hand, and with PyTorch:")
    known, results = REFERENCE["numpy"], []
    if options.layers == [3, 4, 1]:
        results = [agrees(name, ours[name], known[name], 15) for name in ("output", "cost")]
        results.append(agrees("gradient of W2", ours["gradients"]["W2"], known["W2"], 15))
        results.append(agrees("costs of the first half", ours["costs"][::100], known["costs_every_100"][: -(-steps // 100)], 6))
    results.append(agrees("losses of the second half", losses[::100], REFERENCE["torch"][: -(-steps // 100)], 6))
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
