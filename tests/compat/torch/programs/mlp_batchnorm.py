"""A letter model with an embedding, a hidden layer and batch norm by hand, and its backward pass by hand (in the manner of makemore)."""

import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.RandomState(1)
randn = lambda *shape: torch.tensor(rng.randn(*shape).astype(np.float32))
words = "anna otto hannah ada bob eve elle lea noa ana ivan nina mona leon".split()
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
block_size, V, n_embd, n_hidden = 3, len(chars) + 1, 4, 16
X, Y = [], []
for w in words:
    context = [0] * block_size
    for ch in w + ".":
        X.append(context)
        Y.append(stoi[ch])
        context = context[1:] + [stoi[ch]]
X, Y = torch.tensor(X), torch.tensor(Y)

C = randn(V, n_embd)
W1 = randn(n_embd * block_size, n_hidden) * (5 / 3) / (n_embd * block_size) ** 0.5
W2 = randn(n_hidden, V) * 0.1
b2 = randn(V) * 0.1
bngain, bnbias = torch.ones((1, n_hidden)), torch.zeros((1, n_hidden))
bnmean_running, bnvar_running = torch.zeros((1, n_hidden)), torch.ones((1, n_hidden))
parameters = [C, W1, W2, b2, bngain, bnbias]
for p in parameters:
    p.requires_grad = True

losses, agree = [], []
for i in range(40):
    ix = torch.tensor(rng.randint(0, len(X), 24))
    Xb, Yb = X[ix], Y[ix]
    n = len(Xb)
    emb = C[Xb]
    embcat = emb.view(emb.shape[0], -1)
    hprebn = embcat @ W1
    bnmean = hprebn.mean(0, keepdim=True)
    bnvar = hprebn.var(0, keepdim=True, unbiased=True)
    bnvar_inv = (bnvar + 1e-5) ** -0.5
    bnraw = (hprebn - bnmean) * bnvar_inv
    hpreact = bngain * bnraw + bnbias
    h = torch.tanh(hpreact)
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, Yb)
    with torch.no_grad():
        bnmean_running = 0.9 * bnmean_running + 0.1 * bnmean
        bnvar_running = 0.9 * bnvar_running + 0.1 * bnvar
    for p in parameters:
        p.grad = None
    loss.backward()

    with torch.no_grad():
        dlogits = F.softmax(logits, 1)
        dlogits[range(n), Yb] -= 1
        dlogits /= n
        dh = dlogits @ W2.T
        dW2 = h.T @ dlogits
        db2 = dlogits.sum(0)
        dhpreact = (1.0 - h**2) * dh
        dbngain = (bnraw * dhpreact).sum(0, keepdim=True)
        dbnbias = dhpreact.sum(0, keepdim=True)
        dhprebn = bngain * bnvar_inv / n * (n * dhpreact - dhpreact.sum(0) - n / (n - 1) * bnraw * (dhpreact * bnraw).sum(0))
        dembcat = dhprebn @ W1.T
        dW1 = embcat.T @ dhprebn
        demb = dembcat.view(emb.shape)
        dC = torch.zeros_like(C)
        for k in range(Xb.shape[0]):
            for j in range(Xb.shape[1]):
                dC[Xb[k, j]] += demb[k, j]
        grads = [dC, dW1, dW2, db2, dbngain, dbnbias]
        agree.append(all(torch.allclose(g, p.grad, atol=1e-5) for p, g in zip(parameters, grads)))
        for p, grad in zip(parameters, grads):
            p.data += -0.3 * grad
    losses.append(loss.log10().item())

with torch.no_grad():
    emb = C[X]
    hpreact = bngain * (emb.view(len(X), -1) @ W1 - bnmean_running) * (bnvar_running + 1e-5) ** -0.5 + bnbias
    final = F.cross_entropy(torch.tanh(hpreact) @ W2 + b2, Y)
results = {"losses": losses, "agree": all(agree), "final": final.item(), "W1": W1, "running": bnvar_running}
