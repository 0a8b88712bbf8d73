"""Nearest neighbours, a linear classifier and a two-layer net with gradients by hand, then with autograd (in the manner of CS231n)."""

import numpy as np
import torch

rng = np.random.RandomState(9)
centers = rng.randn(3, 5) * 2
y_all = rng.randint(0, 3, 90)
X_all = torch.tensor(centers[y_all] + rng.randn(90, 5), dtype=torch.float32)
y_all = torch.tensor(y_all)
X_train, y_train, X_test, y_test = X_all[:70], y_all[:70], X_all[70:], y_all[70:]

dists = (X_test**2).sum(dim=1).view(-1, 1) + (X_train**2).sum(dim=1).view(1, -1) - 2 * X_test.mm(X_train.t())
_, idx = torch.topk(dists, 5, dim=1, largest=False)
votes = torch.stack([torch.bincount(v, minlength=3) for v in y_train[idx]])
knn = (votes.argmax(1) == y_test).float().mean().item()


def svm_loss(W, X, y, reg):
    n = X.shape[0]
    scores = X.mm(W)
    correct = scores[torch.arange(n), y].view(-1, 1)
    margins = (scores - correct + 1.0).clamp(min=0.0)
    margins[torch.arange(n), y] = 0.0
    mask = (margins > 0).to(X.dtype)
    mask[torch.arange(n), y] = -mask.sum(dim=1)
    return margins.sum() / n + reg * torch.sum(W * W), X.t().mm(mask) / n + 2 * reg * W


W = torch.tensor(rng.randn(5, 3) * 1e-2, dtype=torch.float32)
svm = []
for it in range(30):
    loss, dW = svm_loss(W, X_train, y_train, 1e-3)
    W -= 0.05 * dW
    svm.append(loss.item())
svm.append((X_test.mm(W).argmax(1) == y_test).float().mean().item())

params = {
    "W1": torch.tensor(rng.randn(5, 12) * 0.3, dtype=torch.float32),
    "b1": torch.zeros(12),
    "W2": torch.tensor(rng.randn(12, 3) * 0.3, dtype=torch.float32),
    "b2": torch.zeros(3),
}
twin = {k: v.clone().requires_grad_() for k, v in params.items()}


def forward(params, X):
    hidden = torch.mm(X, params["W1"]) + params["b1"]
    hidden = torch.where(hidden > 0, hidden, torch.zeros_like(hidden))
    return hidden.mm(params["W2"]) + params["b2"], hidden


def loss_and_grads(params, X, y, reg):
    scores, h1 = forward(params, X)
    n = X.shape[0]
    shifted = scores - scores.max(dim=1, keepdim=True)[0]
    probs = torch.exp(shifted) / torch.exp(shifted).sum(dim=1, keepdim=True)
    loss = -torch.log(probs[range(n), y]).mean() + reg * (params["W1"].pow(2).sum() + params["W2"].pow(2).sum())
    d = probs.clone()
    d[range(n), y] -= 1
    d /= n
    dh = d.mm(params["W2"].t())
    dh[h1 <= 0] = 0
    return loss, {
        "W2": h1.t().mm(d) + 2 * reg * params["W2"],
        "b2": d.sum(dim=0),
        "W1": X.t().mm(dh) + 2 * reg * params["W1"],
        "b1": dh.sum(dim=0),
    }


by_hand, by_autograd = [], []
for it in range(40):
    batch = torch.tensor(rng.randint(0, 70, 20))
    X, y = X_train[batch], y_train[batch]
    loss, grads = loss_and_grads(params, X, y, 1e-3)
    for name in params:
        params[name] -= 0.3 * grads[name]
    by_hand.append(loss.item())

    scores, _ = forward(twin, X)
    loss = torch.nn.functional.cross_entropy(scores, y) + 1e-3 * sum(twin[k].pow(2).sum() for k in ("W1", "W2"))
    loss.backward()
    with torch.no_grad():
        for p in twin.values():
            p -= 0.3 * p.grad
            p.grad.zero_()
    by_autograd.append(loss.item())
close = torch.allclose(params["W1"], twin["W1"], atol=1e-4)
accuracy = (forward(params, X_test)[0].argmax(1) == y_test).float().mean().item()
results = {"knn": knn, "svm": svm, "by_hand": by_hand, "by_autograd": by_autograd, "close": close, "accuracy": accuracy}
