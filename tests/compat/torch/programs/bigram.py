"""Pairs of letters: counts against a table that is trained (in the manner of makemore)."""

import numpy as np
import torch
import torch.nn.functional as F

words = ["emma", "olivia", "ava", "isabella", "sophia", "mia", "amelia", "harper", "evelyn", "luna"]
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
V = len(stoi)

N = torch.zeros((V, V), dtype=torch.int32)
xs, ys = [], []
for w in words:
    chs = ["."] + list(w) + ["."]
    for a, b in zip(chs, chs[1:]):
        N[stoi[a], stoi[b]] += 1
        xs.append(stoi[a])
        ys.append(stoi[b])
xs, ys = torch.tensor(xs), torch.tensor(ys)
P = (N + 1).float()
P /= P.sum(1, keepdim=True)
counted = -P[xs, ys].log().mean()

W = torch.tensor(np.random.RandomState(0).randn(V, V).astype(np.float32), requires_grad=True)
losses = []
for k in range(60):
    xenc = F.one_hot(xs, num_classes=V).float()
    logits = xenc @ W
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdims=True)
    loss = -probs[torch.arange(xs.nelement()), ys].log().mean() + 0.01 * (W**2).mean()
    losses.append(loss.item())
    W.grad = None
    loss.backward()
    W.data += -20 * W.grad

out, ix = [], 0
for _ in range(6):
    ix = (W[ix].softmax(0)).argmax().item()
    out.append(itos[ix])
results = {"counted": counted.item(), "losses": losses, "letters": "".join(out)}
