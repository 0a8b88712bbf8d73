"""The 'basics': a model, a loop for training and one for testing, a schedule, a checkpoint."""

import io

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

rng = np.random.RandomState(5)
device = "cuda" if torch.cuda.is_available() else "cpu"
X = torch.tensor(rng.randn(120, 1, 4, 4), dtype=torch.float32)
y = (X.flatten(1)[:, :3]).argmax(1)
train_dataloader = DataLoader(TensorDataset(X[:96], y[:96]), batch_size=16)
test_dataloader = DataLoader(TensorDataset(X[96:], y[96:]), batch_size=16)


class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3))

    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))


def train_loop(dataloader, model, loss_fn, optimizer):
    size, told = len(dataloader.dataset), []
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        X, y = X.to(device), y.to(device)
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 3 == 0:
            loss, current = loss.item(), batch * len(X)
            told.append([loss, current, size])
    return told


def test_loop(dataloader, model, loss_fn):
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    return [test_loss / len(dataloader), 100 * correct / len(dataloader.dataset)]


model = NeuralNetwork().to(device)
for p in model.parameters():
    p.data = torch.tensor(rng.uniform(-0.25, 0.25, tuple(p.shape)).astype(np.float32))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
log, rates = [], []
for epoch in range(4):
    log.append(train_loop(train_dataloader, model, loss_fn, optimizer))
    log.append(test_loop(test_dataloader, model, loss_fn))
    rates.append(scheduler.get_last_lr()[0])
    scheduler.step()
file = io.BytesIO()
torch.save(model.state_dict(), file)
file.seek(0)
again = NeuralNetwork()
again.load_state_dict(torch.load(file, weights_only=True))
again.eval()
results = {"log": log, "rates": rates, "again": test_loop(test_dataloader, again, loss_fn), "text": str(again)}
