"""Optimizers, gradient clipping and learning rate schedules, step for step as PyTorch's.

optimizer = nn.optim.Adam(model.parameters(), lr=1e-3)
optimizer.zero_grad()
loss.backward()
optimizer.step()
"""

from nn.missing import missing as _missing
from nn.optim.clipping import clip_grad_norm_, clip_grad_value_
from nn.optim.methods import SGD, Adagrad, Adam, AdamW, RMSprop
from nn.optim.optimizer import Optimizer
from nn.optim.schedules import CosineAnnealingLR, ExponentialLR, StepLR

__all__ = [
    "SGD",
    "Adagrad",
    "RMSprop",
    "Adam",
    "AdamW",
    "Optimizer",
    "clip_grad_norm_",
    "clip_grad_value_",
    "StepLR",
    "ExponentialLR",
    "CosineAnnealingLR",
]

__getattr__ = _missing("nn.optim", "optimizer or schedule")
