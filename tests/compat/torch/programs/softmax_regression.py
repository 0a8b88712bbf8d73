"""Softmax regression and a recurrent net from scratch (in the manner of d2l)."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

rng = np.random.RandomState(6)
features = torch.tensor(rng.randn(60, 2, 3), dtype=torch.float32)
labels = (features.sum((1, 2)) > 0).long() + (features[:, 0, 0] > 1).long()
W = torch.tensor(rng.normal(0, 0.01, (6, 3)).astype(np.float32), requires_grad=True)
b = torch.zeros(3, requires_grad=True)


def softmax(X):
    X_exp = torch.exp(X)
    return X_exp / X_exp.sum(1, keepdim=True)


def net(X):
    return softmax(torch.matmul(X.reshape((-1, W.shape[0])), W) + b)


def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y])


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


def accuracy(y_hat, y):
    y_hat = y_hat.argmax(axis=1)
    cmp = y_hat.type(y.dtype) == y
    return float(cmp.type(y.dtype).sum()) / len(y)


log = []
for epoch in range(5):
    for i in range(0, 60, 10):
        X, y = features[i : i + 10], labels[i : i + 10]
        l = cross_entropy(net(X), y)
        l.sum().backward()
        sgd([W, b], 0.5, X.shape[0])
    with torch.no_grad():
        log.append([float(cross_entropy(net(features), labels).mean()), accuracy(net(features), labels)])

# A recurrent net
text = "hello hello hello hello"
vocab = sorted(set(text))
ids = torch.tensor([vocab.index(c) for c in text])
V, H = len(vocab), 8
params = [torch.tensor(rng.normal(0, 0.3, shape).astype(np.float32)) for shape in ((V, H), (H, H), (H,), (H, V), (V,))]
for param in params:
    param.requires_grad_(True)


def rnn(inputs, state):
    W_xh, W_hh, b_h, W_hq, b_q = params
    outputs = []
    for X in inputs:
        state = torch.tanh(torch.mm(X, W_xh) + torch.mm(state, W_hh) + b_h)
        outputs.append(torch.mm(state, W_hq) + b_q)
    return torch.cat(outputs, dim=0), state


perplexities = []
for epoch in range(15):
    state = torch.zeros((1, H))
    for i in range(0, 20, 5):
        X, Y = F.one_hot(ids[i : i + 5], V).float().unsqueeze(1), ids[i + 1 : i + 6]
        y_hat, state = rnn(X, state.detach())
        loss = nn.CrossEntropyLoss()(y_hat, Y).mean()
        for param in params:
            if param.grad is not None:
                param.grad.zero_()
        loss.backward()
        norm = torch.sqrt(sum(torch.sum((p.grad**2)) for p in params))
        if norm > 1:
            for param in params:
                param.grad[:] *= 1 / norm
        sgd(params, 0.5, 1)
    perplexities.append(torch.exp(loss.detach()).item())
prefix, state = [vocab.index("h")], torch.zeros((1, H))
for _ in range(5):
    y, state = rnn(F.one_hot(torch.tensor([prefix[-1]]), V).float().unsqueeze(1), state)
    prefix.append(int(y.argmax(dim=1).reshape(1)))
results = {"log": log, "perplexities": perplexities, "W": W, "text": "".join(vocab[i] for i in prefix)}
