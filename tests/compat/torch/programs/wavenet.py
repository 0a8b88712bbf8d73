"""Layers as classes, neighbours joined two by two (in the manner of makemore's WaveNet)."""

import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.RandomState(2)
randn = lambda *shape: torch.tensor(rng.randn(*shape).astype(np.float32))


class Linear:
    def __init__(self, fan_in, fan_out, bias=True):
        self.weight = randn(fan_in, fan_out) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x):
        self.out = x @ self.weight
        if self.bias is not None:
            self.out += self.bias
        return self.out

    def parameters(self):
        return [self.weight] + ([] if self.bias is None else [self.bias])


class BatchNorm1d:
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = torch.ones(dim), torch.zeros(dim)
        self.running_mean, self.running_var = torch.zeros(dim), torch.ones(dim)

    def __call__(self, x):
        if self.training:
            dim = 0 if x.ndim == 2 else (0, 1)
            xmean, xvar = x.mean(dim, keepdim=True), x.var(dim, keepdim=True)
        else:
            xmean, xvar = self.running_mean, self.running_var
        xhat = (x - xmean) / torch.sqrt(xvar + self.eps)
        self.out = self.gamma * xhat + self.beta
        if self.training:
            with torch.no_grad():
                self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * xmean
                self.running_var = (1 - self.momentum) * self.running_var + self.momentum * xvar
        return self.out

    def parameters(self):
        return [self.gamma, self.beta]


class Tanh:
    def __call__(self, x):
        self.out = torch.tanh(x)
        return self.out

    def parameters(self):
        return []


class Embedding:
    def __init__(self, num_embeddings, embedding_dim):
        self.weight = randn(num_embeddings, embedding_dim)

    def __call__(self, IX):
        self.out = self.weight[IX]
        return self.out

    def parameters(self):
        return [self.weight]


class FlattenConsecutive:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        B, T, C = x.shape
        x = x.view(B, T // self.n, C * self.n)
        if x.shape[1] == 1:
            x = x.squeeze(1)
        self.out = x
        return self.out

    def parameters(self):
        return []


class Sequential:
    def __init__(self, layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        self.out = x
        return self.out

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


text = "anna otto hannah ada bob eve elle lea noa ana ivan nina mona leon ".replace(" ", ".")
chars = sorted(set(text))
d = torch.tensor([chars.index(c) for c in "........" + text])
X = torch.stack([d[i : i + 8] for i in range(len(d) - 8)])
Y = d[8:]
V, E, H = len(chars), 6, 12
model = Sequential(
    [
        Embedding(V, E),
        FlattenConsecutive(2),
        Linear(E * 2, H, bias=False),
        BatchNorm1d(H),
        Tanh(),
        FlattenConsecutive(2),
        Linear(H * 2, H, bias=False),
        BatchNorm1d(H),
        Tanh(),
        FlattenConsecutive(2),
        Linear(H * 2, H, bias=False),
        BatchNorm1d(H),
        Tanh(),
        Linear(H, V),
    ]
)
with torch.no_grad():
    model.layers[-1].weight *= 0.1
parameters = model.parameters()
for p in parameters:
    p.requires_grad = True

losses, ud = [], []
for i in range(30):
    ix = torch.tensor(rng.randint(0, len(X), (32,)))
    logits = model(X[ix])
    loss = F.cross_entropy(logits, Y[ix])
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -0.1 * p.grad
    losses.append(loss.item())
    with torch.no_grad():
        ud.append([((0.1 * p.grad).std() / p.data.std()).log10().item() for p in parameters if p.ndim == 2])

for layer in model.layers:
    layer.training = False
with torch.no_grad():
    final = F.cross_entropy(model(X), Y).item()
results = {"losses": losses, "ratios": ud[-1], "final": final, "count": sum(p.nelement() for p in parameters)}
