"""Skip-grams with negative sampling, trained by Adam (in the manner of word2vec tutorials)."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim

rng = np.random.RandomState(7)
tokens = (
    "the king rules the land the queen rules the land a dog eats a bone a cat eats a fish "
    "the king and the queen eat fish the dog and the cat eat"
).split()
vocab = {w: i for i, w in enumerate(sorted(set(tokens)))}
ids = [vocab[w] for w in tokens]
pairs = [(ids[i], ids[j]) for i in range(len(ids)) for j in range(max(0, i - 2), min(len(ids), i + 3)) if i != j]
counts = torch.bincount(torch.tensor(ids), minlength=len(vocab)).float()
noise = (counts**0.75 / (counts**0.75).sum()).numpy().astype(float)
noise /= noise.sum()


class SkipGram(nn.Module):
    def __init__(self, n, dim):
        super().__init__()
        self.center, self.context = nn.Embedding(n, dim), nn.Embedding(n, dim)

    def forward(self, c, o, negatives):
        v, u, un = self.center(c), self.context(o), self.context(negatives)
        good = F.logsigmoid((v * u).sum(dim=1))
        bad = F.logsigmoid(-torch.bmm(un, v.unsqueeze(2)).squeeze(2)).sum(dim=1)
        return -(good + bad).mean()


model = SkipGram(len(vocab), 5)
for p in model.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.shape).astype(np.float32) * 0.5))
optimizer = optim.Adam(model.parameters(), lr=0.05)
losses = []
for epoch in range(4):
    total = 0.0
    for i in range(0, len(pairs), 16):
        batch = torch.tensor(pairs[i : i + 16], dtype=torch.long)
        negatives = torch.from_numpy(rng.choice(len(vocab), (len(batch), 3), p=noise))
        loss = model(batch[:, 0], batch[:, 1], negatives)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    losses.append(total)
E_ = F.normalize(model.center.weight.detach(), dim=1)
similar = (E_ @ E_[vocab["king"]]).topk(3)
results = {"losses": losses, "values": similar.values, "indices": similar.indices}
