"""Kinds of programs, and how the parts of one are put together."""

from tests.capture.fuzz.ingredients import CONFIGS, EXTRAS, FORMS, NET_EXTRAS, RESULTS
from tests.capture.fuzz.layers import LAYERS, LOSSES, MODULES, OPTIMIZERS
from tests.capture.fuzz.program import Piece

NET = """\
class Net(nn.Module):
    def __init__(self, layers):
        self.layers = layers
    def __getitem__(self, i):
        return self.layers[i]
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x"""


def apply_form(draft):
    """The head of the step, and how it is called."""
    head, draft.call = draft.choice(FORMS)
    head, *unpacked = head.split("\n    ")
    draft.add("start", "\n".join([head, *unpacked]), None, expected="SimpleNamespace" in draft.call)
    draft.has.add("tensors" if "Tensor" in draft.call else "arrays")


def net(draft):
    """A model of nn, a loss, an optimizer."""
    apply_form(draft)
    layers = [draft.choice([*LAYERS, *[f"{name}()" for name in MODULES]]) for _ in range(draft.random.randint(1, 4))]
    for name in sorted({layer[:-2] for layer in layers} & MODULES.keys()):
        draft.add("setup", MODULES[name])
        draft.has.add(name)
    draft.add("setup", "layers = [nn.Linear(4, 4, generator=12)]", None)
    for layer in layers:
        draft.add("setup", f"layers.append({layer})")
    if draft.chance(0.1):
        draft.add("setup", "layers.append(layers[0])")
    if draft.chance(0.4):
        draft.add("setup", f"{NET}\nmodel = Net(layers)", "model = nn.Sequential(*layers)")
        draft.has.add("list")
    else:
        draft.add("setup", "model = nn.Sequential(*layers)", None)
        draft.has.add("sequential")
    draft.add("setup", "parameters = list(model.parameters())", None)
    optimizer = draft.choice(OPTIMIZERS)
    which = "parameters" if draft.chance(0.8) else "[{'params': parameters[:1], 'lr': 0.02}, {'params': parameters[1:]}]"
    draft.add("setup", f"optimizer = {optimizer.format(p=which)}", f"optimizer = {OPTIMIZERS[0].format(p='parameters')}")
    draft.has |= {"model", "optimizer", "parameters"}
    if draft.chance(0.25):
        schedule = draft.choice(["StepLR(optimizer, 2)", "ExponentialLR(optimizer, 0.9)", "CosineAnnealingLR(optimizer, 4)"])
        draft.add("setup", f"schedule = nn.optim.{schedule}")
        if draft.chance(0.4):
            draft.add("after", "schedule.step()")
        else:
            draft.has.add("schedule")
    draft.add("forward", "h = model(x)", None)
    loss = draft.choice(LOSSES)
    if "labels" in loss:
        draft.add("forward", "labels = np.argmax(np.asarray(y), axis=1)")
    draft.add("loss", f"loss = {loss}", "loss = np.mean((h - y) ** 2)")
    if draft.chance(0.2):
        draft.add("setup", "turn = {'n': 0}")
        draft.add("backward", "(loss / 2).backward()\nturn['n'] += 1\nif turn['n'] % 2 == 0:\n    optimizer.step()\n"
                  "    optimizer.zero_grad()", None)  # fmt: skip
    else:
        draft.add("backward", "optimizer.zero_grad()")
        draft.add("backward", "loss.backward()", None)
        draft.add("after", "optimizer.step()")


def by_hand(draft):
    """Tensors, and an update by hand."""
    apply_form(draft)
    dtype = draft.choice(["float", "float", "complex", "np.float32"])
    draft.add(
        "setup", f"rng = np.random.default_rng(2)\nw = Tensor(rng.normal(size=(4, 4)).astype({dtype}), requires_grad=True)", None
    )
    draft.add("setup", f"b = Tensor(np.zeros(4, {dtype}), requires_grad=True)", None)
    draft.add("setup", "parameters = [w, b]\nRATE = 0.05", None)
    draft.has |= {"parameters", "hand"}
    hidden = draft.choice(
        ["np.tanh(x @ w + b)", "x @ w + b", "np.sin(x @ w) + b", "np.exp(-(x @ w + b) ** 2)", "(x @ w + b) @ w.T"]
    )
    if dtype == "complex":
        draft.add("forward", f"h = np.abs({hidden}) ** 2", "h = np.abs(x @ w + b) ** 2")
    else:
        draft.add("forward", f"h = {hidden}", "h = x @ w + b")
    draft.add("loss", f"loss = {draft.choice(LOSSES[:1] + LOSSES[8:14] + LOSSES[-3:])}", "loss = np.mean((h - y) ** 2)")
    if draft.chance(0.8):
        draft.add("backward", "for p in parameters:\n    p.grad = None")
    draft.add("backward", "loss.backward()", None)
    conj = ".conj()" if dtype == "complex" and draft.chance(0.7) else ""
    update = draft.choice([
        "p.data -= RATE * p.grad{c}", "p.data = p.data - RATE * p.grad{c}", "p.data[...] = p.data - RATE * p.grad{c}",
        "np.subtract(p.data, RATE * p.grad{c}, out=p.data)", "with no_grad():\n        p.data -= RATE * p.grad{c}",
        "p.data -= Tensor(RATE) * p.grad{c}", "p.data += -RATE * p.grad{c} / (1 + np.linalg.norm(p.grad))",
    ])  # fmt: skip
    if dtype == "complex" and draft.chance(0.4):
        draft.add(
            "setup",
            f"optimizer = {draft.choice(OPTIMIZERS).format(p='parameters')}",
            "optimizer = nn.optim.SGD(parameters, lr=0.05)",
        )
        draft.add("after", "optimizer.step()")
        draft.has.add("optimizer")
    else:
        draft.add("after", f"for p in parameters:\n    {update.format(c=conj)}")


def gan(draft):
    """Two players, with two optimizers and shared targets."""
    draft.add("start", "def step(x, y):", None)
    draft.has.add("arrays")
    bodies = [
        draft.choice(["nn.Tanh()", "nn.ReLU()", "nn.BatchNorm1d(4)", "nn.Dropout(0.3)", "nn.LeakyReLU()"]) for _ in range(2)
    ]
    draft.add("setup", f"G = nn.Sequential(nn.Linear(4, 4, generator=0), {bodies[0]}, nn.Linear(4, 4, generator=1))", None)
    draft.add("setup", f"D = nn.Sequential(nn.Linear(4, 4, generator=2), {bodies[1]}, nn.Linear(4, 1, generator=3))", None)
    draft.add("setup", "model, parameters = D, [*G.parameters(), *D.parameters()]", None)
    for name in "GD":
        draft.add("setup", f"optimizer{name} = {draft.choice(OPTIMIZERS[:2] + OPTIMIZERS[5:8]).format(p=name + '.parameters()')}",
                  f"optimizer{name} = nn.optim.SGD({name}.parameters(), lr=0.05)")  # fmt: skip
    draft.add("setup", "optimizer = optimizerG\nloss_of = nn.BCEWithLogitsLoss()", None)
    draft.add("setup", "ones, zeros = np.ones((5, 1)), np.zeros((5, 1))", None)
    draft.add("forward", "ones, zeros = np.ones((len(x), 1)), np.zeros((len(x), 1))")
    draft.add("forward", "h = G(x)", None)
    draft.add("loss", "optimizerD.zero_grad()\nloss_d = loss_of(D(y), ones) + loss_of(D(h.detach()), zeros)\n"
              "loss_d.backward()\noptimizerD.step()", None)  # fmt: skip
    draft.add("loss", "loss = loss_of(D(h), ones)", None)
    draft.add("backward", "optimizerG.zero_grad()\nloss.backward()", None)
    draft.add("after", "optimizerG.step()")
    draft.has |= {"model", "optimizer", "parameters"}


def plain(draft):
    """Arrays alone."""
    apply_form(draft)
    draft.out, draft.value = "loss + 0", "loss"
    draft.add("setup", "w, v = np.random.default_rng(2).normal(size=(4, 4)) / 2, np.zeros((4, 4))", None)
    draft.has.add("plain")
    draft.add("forward", "x, y = np.array(x) if isinstance(x, Tensor) else x, np.array(y) if isinstance(y, Tensor) else y")
    draft.add(
        "forward",
        f"h = {draft.choice(['np.tanh(x @ w)', 'x @ w', 'np.maximum(x @ w, 0.1)', 'softmax(x @ w)', 'x @ w - v[0]'])}",
        None,
    )
    draft.add("loss", "loss = np.mean((h - y) ** 2)", None)
    update = draft.choice([
        "v[...] = 0.9 * v + x.T @ (h - y) / len(x)\nw[...] -= 0.05 * v",
        "np.multiply(v, 0.9, out=v)\nw[:] = w - 0.05 * (x.T @ (h - y))",
        "np.add(v, x.T @ (h - y), out=v)\nnp.copyto(w, w - 0.05 * v)", "w[0] += 0.1 * h.mean(axis=0)\nv[:, 1] = w[:, 0]",
        "global w\nw = w - 0.05 * (x.T @ (h - y))", "w[...] = w - 0.05 * (x.T @ (h - y))\nw[w > 1] = 1.0",
        "q, r = np.linalg.qr(w)\nw[...] = 0.5 * (w + q)", "v[...] = w\nw[...] = v.T * 0.9",
    ])  # fmt: skip
    if update.startswith("global w"):
        draft.add("start", "global w", None)
        update = update.removeprefix("global w\n")
    draft.add("after", update)


def trainer(draft):
    """A step that is given the model, the optimizer, a configuration: objects as arguments."""
    kind = draft.choice(["model", "model, optimizer", "config", "model, config"])
    draft.add("start", f"def step({kind}, x, y):", None, expected=True)  # docs: arguments are arrays
    draft.call = f"step({kind}, *{{batch}})"
    draft.has |= {"model", "optimizer", "parameters", "arrays"}
    layers = ", ".join(draft.choice(LAYERS) for _ in range(2))
    draft.add("setup", f"model = nn.Sequential(nn.Linear(4, 4, generator=12), {layers})",
              "model = nn.Sequential(nn.Linear(4, 4, generator=12))")  # fmt: skip
    draft.add("setup", "parameters = list(model.parameters())", None)
    draft.add(
        "setup", f"optimizer = {draft.choice(OPTIMIZERS).format(p='parameters')}", "optimizer = nn.optim.SGD(parameters, lr=0.05)"
    )
    configs = [config for config in CONFIGS if config[0].rpartition("\n")[2].startswith("config =")]
    setup, read, change = draft.choice(configs)
    if "config" in kind:
        draft.add("setup", setup, None)
        draft.add("loss", f"loss = {read} * np.mean((model(x) - y) ** 2)", None)
        draft.changes = [change]
    else:
        draft.add("loss", "loss = np.mean((model(x) - y) ** 2)", None)
    draft.add("start", "h = x", None)
    draft.add("backward", "optimizer.zero_grad()\nloss.backward()", None)
    draft.add("after", "optimizer.step()")


SKELETONS = [net, net, net, by_hand, by_hand, gan, plain, plain, trainer]


def mixed_in(draft):
    """Settings, counters, noise, and what is returned."""
    draft.changes = getattr(draft, "changes", [])
    used = "\n".join(piece.text for piece in draft.pieces)
    for setup, read, change in draft.some(CONFIGS, 2):
        if setup.split("\n")[0].split("=")[0] in used:
            continue
        used += setup
        draft.add("setup", setup)
        draft.add("loss", f"loss = loss * {read}" if "4, 1.5" not in setup else f"loss = loss * {read}[1]")
        draft.changes.append(change)
    extras = EXTRAS if "parameters" not in draft.has else EXTRAS + NET_EXTRAS
    for section, setup, lines, expected in draft.some(extras, 3):
        names = {line.split("=")[0].strip() for line in setup.split("\n") if "=" in line}
        if any(name in used for name in names if name) or (expected is True and draft.chance(0.75)):
            continue
        if "parameters" in lines and "parameters" not in draft.has:
            continue
        used += setup
        if "total_phases" in lines:
            setup += "\ntotal_phases = {'n': 0}"
        if setup:
            draft.add("setup", setup)
        lines = lines.replace("{out}", draft.out).replace("{value}", draft.value)
        if lines.startswith("global "):  # before anything uses the name
            first, _, lines = lines.partition("\n")
            draft.pieces.insert(next(i for i, p in enumerate(draft.pieces) if p.section == "start") + 1, Piece("start", first))
        draft.add(section, lines, expected=expected or ("plain" in draft.has and "SCALE = Tensor" in used))
        draft.has |= {f"flags[{key!r}]" for key in ("raise", "late") if f"flags = {{'{key}'" in setup}
    setup, returned = draft.choice(RESULTS if draft.chance(0.4) else RESULTS[:5])
    if setup:
        draft.add("setup", setup)
    draft.add("result", f"return {returned.format(out=draft.out)}", f"return {draft.out}", expected="partial" in returned)
