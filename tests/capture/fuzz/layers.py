"""Layers, losses, optimizers. All layers have 4 features in and out, so that each can be dropped."""

LAYERS = [
    "nn.Linear(4, 4, generator=0)", "nn.Linear(4, 4, generator=1)", "nn.Linear(4, 4, bias=False, generator=2)",
    "nn.Tanh()", "nn.ReLU()", "nn.Sigmoid()", "nn.GELU()", "nn.SiLU()", "nn.ELU()", "nn.Softplus()", "nn.LeakyReLU()",
    "nn.BatchNorm1d(4)", "nn.BatchNorm1d(4, momentum=None)", "nn.BatchNorm1d(4, affine=False)", "nn.LayerNorm(4)",
    "nn.Dropout(0.3)", "nn.Dropout(0.3, generator=3)", "nn.Softmax()", "nn.LogSoftmax()", "nn.Identity()",
]  # fmt: skip

MODULES = {  # class -> its source
    "Attention": """\
class Attention(nn.Module):
    def __init__(self):
        self.q, self.k, self.v = (nn.Linear(4, 4, generator=i) for i in range(3))
        self.mask = np.triu(np.full((5, 5), -np.inf), 1)
    def forward(self, x):
        n = len(x)
        mask = self.mask if n == 5 else np.triu(np.full((n, n), -np.inf), 1)
        return softmax(self.q(x) @ self.k(x).T / 2.0 + mask, axis=-1) @ self.v(x)""",
    "Recurrent": """\
class Recurrent(nn.Module):
    def __init__(self):
        rng = np.random.default_rng(5)
        self.w, self.u = nn.Parameter(rng.normal(size=(4, 4)) / 2), nn.Parameter(rng.normal(size=(4, 4)) / 2)
    def forward(self, x):
        h = np.zeros_like(x)
        for t in range(3):
            h = np.tanh(x @ self.w + h @ self.u)
        return h""",
    "Residual": """\
class Residual(nn.Module):
    def __init__(self):
        self.inner, self.scale = nn.Linear(4, 4, generator=6), 0.5
    def forward(self, x):
        return x + self.scale * np.tanh(self.inner(x))""",
    "Convolution": """\
class Convolution(nn.Module):
    def __init__(self):
        self.conv = nn.Conv2d(1, 1, 3, padding=1, generator=7)
    def forward(self, x):
        return self.conv(x.reshape(len(x), 1, 2, 2)).reshape(len(x), 4)""",
    "Images": """\
class Images(nn.Module):
    def __init__(self):
        self.conv, self.pool = nn.Conv2d(1, 4, 2, padding=1, generator=7), nn.MaxPool2d(3)
        self.norm = nn.BatchNorm2d(4)
    def forward(self, x):
        return self.pool(relu(self.norm(self.conv(x.reshape(-1, 1, 2, 2))))).reshape(-1, 4)""",
    "Words": """\
class Words(nn.Module):
    def __init__(self):
        self.table, self.words = nn.Embedding(6, 4, generator=8), np.array([1, 3, 1, 0, 5])
    def forward(self, x):
        return x + self.table(self.words)[:len(x)].mean(axis=0)""",
    "Counting": """\
class Counting(nn.Module):
    def __init__(self):
        self.calls, self.scale = 0, 1.0
    def forward(self, x):
        self.calls += 1
        return x * self.scale + 0.01 * self.calls""",
    "Gate": """\
class Gate(nn.Module):
    def __init__(self):
        self.act, self.open = np.tanh, True
    def forward(self, x):
        return self.act(x) * 0.5 if self.open else x""",
    "Experts": """\
class Experts(nn.Module):
    def __init__(self):
        self.experts = nn.ModuleList([nn.Linear(4, 4, generator=i) for i in (9, 10)])
        self.gate = nn.Linear(4, 2, generator=11)
    def forward(self, x):
        weights = softmax(self.gate(x), axis=-1)
        return sum(weights[:, i : i + 1] * expert(x) for i, expert in enumerate(self.experts))""",
}

LOSSES = [
    "np.mean((h - y) ** 2)", "nn.MSELoss()(h, y)", "nn.functional.l1_loss(h, y)", "nn.functional.huber_loss(h, y, delta=0.5)",
    "nn.functional.binary_cross_entropy_with_logits(h, (y > 0).astype(float))",
    "nn.functional.binary_cross_entropy(sigmoid(h), (y > 0).astype(float))",
    "cross_entropy(h, labels)", "nn.functional.nll_loss(log_softmax(h, axis=1), labels)",
    "np.mean(logsumexp(h, axis=1) - np.sum(h * y, axis=1) / 4)", "np.sum(np.abs(h - y)) / 10", "np.sqrt(np.mean((h - y) ** 2))",
    "np.log(1 + np.sum((h - y) ** 2))", "np.linalg.norm(h - y) ** 2 / 10", "np.mean(np.where(y > 0, (h - y) ** 2, np.abs(h)))",
    "np.mean(np.maximum(0.0, 1 - h * np.sign(y)))", "np.mean(np.logaddexp(0.0, -h * y))", "-np.mean(np.log(softmax(h) + 1e-3))",
    "np.einsum('ij,ij->', h - y, h - y) / 20", "np.var(h - y) + np.mean(h - y) ** 2", "np.mean(np.max(np.abs(h - y), axis=1))",
]  # fmt: skip

OPTIMIZERS = [
    "nn.optim.SGD({p}, lr=0.05)", "nn.optim.SGD({p}, lr=0.05, momentum=0.9)", "nn.optim.SGD({p}, lr=0.05, maximize=True)",
    "nn.optim.SGD({p}, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)",
    "nn.optim.SGD({p}, lr=0.05, momentum=0.5, dampening=0.3)",
    "nn.optim.Adam({p}, lr=0.01, eps=1e-3)", "nn.optim.Adam({p}, lr=0.01, eps=1e-3, amsgrad=True, weight_decay=0.1)",
    "nn.optim.AdamW({p}, lr=0.01, eps=1e-3)", "nn.optim.RMSprop({p}, lr=0.01, eps=1e-3)",
    "nn.optim.RMSprop({p}, lr=0.01, eps=1e-3, momentum=0.5, centered=True)", "nn.optim.Adagrad({p}, lr=0.05, eps=1e-3)",
    "nn.optim.Adagrad({p}, lr=0.05, eps=1e-3, lr_decay=0.1, initial_accumulator_value=0.1)",
]  # fmt: skip
