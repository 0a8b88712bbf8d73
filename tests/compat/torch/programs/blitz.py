"""A convolutional net on synthetic images (in the manner of the 60-minute blitz)."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset

rng = np.random.RandomState(4)


class Bars(Dataset):
    """Images with a horizontal, a vertical or a diagonal bar."""

    def __init__(self, n):
        self.images = rng.randn(n, 1, 12, 12).astype(np.float32) * 0.3
        self.labels = rng.randint(0, 3, n)
        for image, label in zip(self.images, self.labels):
            k = rng.randint(2, 10)
            if label == 0:
                image[0, k] += 1
            elif label == 1:
                image[0, :, k] += 1
            else:
                image[0] += np.eye(12, dtype=np.float32)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, idx):
        return torch.from_numpy(self.images[idx]), int(self.labels[idx])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(4, 6, 2)
        self.fc1 = nn.Linear(6 * 2 * 2, 16)
        self.fc2 = nn.Linear(16, 3)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        return self.fc2(F.relu(self.fc1(x)))


net = Net()
with torch.no_grad():
    for p in net.parameters():
        p.copy_(torch.from_numpy(rng.uniform(-0.3, 0.3, tuple(p.shape)).astype(np.float32)))
trainloader = DataLoader(Bars(96), batch_size=8, shuffle=False)
testloader = DataLoader(Bars(40), batch_size=20)
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
log = []
for epoch in range(3):
    running_loss = 0.0
    for i, data in enumerate(trainloader, 0):
        inputs, labels = data
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    log.append(running_loss / len(trainloader))
correct, total = 0, 0
with torch.no_grad():
    for images, labels in testloader:
        outputs = net(images)
        _, predicted = torch.max(outputs.data, 1)
        total += labels.size(0)
        correct += (predicted == labels).sum().item()
results = {"log": log, "correct": correct, "total": total, "conv": net.conv1.weight[0, 0]}
