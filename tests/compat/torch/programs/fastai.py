"""Two digits apart by a linear model, a small framework of one's own, collaborative filtering (in the manner of fast.ai)."""

import math

import numpy as np
import torch
from torch import nn, tensor
import torch.nn.functional as F

rng = np.random.RandomState(8)
threes = torch.tensor(rng.rand(20, 4, 4).astype(np.float32)) + tensor([0.0, 0.5, 0.5, 0.0])
sevens = torch.tensor(rng.rand(20, 4, 4).astype(np.float32))
train_x = torch.cat([threes[:15], sevens[:15]]).view(-1, 4 * 4)
train_y = tensor([1] * 15 + [0] * 15).unsqueeze(1)
valid_x = torch.cat([threes[15:], sevens[15:]]).view(-1, 16)
valid_y = tensor([1] * 5 + [0] * 5).unsqueeze(1)
mean3 = threes.mean(0)
distances = (threes[:2] - mean3).abs().mean((-1, -2))


def init_params(size, std=1.0):
    return (torch.tensor(rng.randn(*size).astype(np.float32)) * std).requires_grad_()


weights, bias = init_params((16, 1)), init_params((1,))


def linear1(xb):
    return xb @ weights + bias


def mnist_loss(predictions, targets):
    predictions = predictions.sigmoid()
    return torch.where(targets == 1, 1 - predictions, predictions).mean()


def batch_accuracy(xb, yb):
    preds = xb.sigmoid()
    return ((preds > 0.5) == yb).float().mean()


dl = [(train_x[i : i + 6], train_y[i : i + 6]) for i in range(0, 30, 6)]
log = []
for epoch in range(5):
    for xb, yb in dl:
        loss = mnist_loss(linear1(xb), yb)
        loss.backward()
        for p in (weights, bias):
            p.data -= p.grad * 1.0
            p.grad.zero_()
    log.append([loss.item(), round(batch_accuracy(linear1(valid_x), valid_y).item(), 4)])


class BasicOptim:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        for p in self.params:
            p.data -= p.grad.data * self.lr

    def zero_grad(self):
        for p in self.params:
            p.grad = None


simple_net = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 1))
for p in simple_net.parameters():
    p.data[:] = torch.tensor(rng.uniform(-0.25, 0.25, tuple(p.shape)).astype(np.float32))
opt = BasicOptim(simple_net.parameters(), 0.5)
for epoch in range(5):
    for xb, yb in dl:
        loss = mnist_loss(simple_net(xb), yb)
        loss.backward()
        opt.step()
        opt.zero_grad()
    log.append([loss.item(), batch_accuracy(simple_net(valid_x), valid_y).item()])

# Hooks on activations, and statistics
stats = []
handle = simple_net[1].register_forward_hook(lambda m, i, o: stats.append([o.data.mean().item(), o.data.std().item()]))
simple_net(valid_x)
handle.remove()


class DotProductBias(nn.Module):
    def __init__(self, n_users, n_items, n_factors, y_range=(0, 5.5)):
        super().__init__()
        self.u, self.i = nn.Embedding(n_users, n_factors), nn.Embedding(n_items, n_factors)
        self.ub, self.ib = nn.Embedding(n_users, 1), nn.Embedding(n_items, 1)
        self.y_range = y_range

    def forward(self, x):
        res = (self.u(x[:, 0]) * self.i(x[:, 1])).sum(dim=1, keepdim=True)
        res += self.ub(x[:, 0]) + self.ib(x[:, 1])
        lo, hi = self.y_range
        return torch.sigmoid(res) * (hi - lo) + lo


model = DotProductBias(6, 7, 3)
for p in model.parameters():
    p.data = torch.tensor(rng.randn(*p.shape).astype(np.float32) * 0.1)
x = tensor(np.stack([rng.randint(0, 6, 40), rng.randint(0, 7, 40)], 1))
y = (x.sum(1, keepdim=True) % 5).float() + 0.5
opt = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
for step in range(20):
    loss = F.mse_loss(model(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    log.append(loss.item())
rate = 0.1 * (1 + math.cos(math.pi * 0.25)) / 2
results = {"distances": distances, "log": log, "stats": stats, "rate": rate, "bias": model.ub.weight.squeeze()}
