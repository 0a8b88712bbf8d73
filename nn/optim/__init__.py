"""Optimizers, gradient clipping and learning rate schedules, step for step as PyTorch's.

optimizer = nn.optim.Adam(model.parameters(), lr=1e-3)
optimizer.zero_grad()
loss.backward()
optimizer.step()

`nn.optim.lr_scheduler` has learning rates that change, `nn.optim.swa_utils` averages of weights.
"""

from nn.optim import lr_scheduler, swa_utils
from nn.optim.adam import Adam, Adamax, AdamW, NAdam, RAdam
from nn.optim.adaptive import Adadelta, Adagrad, RMSprop
from nn.optim.descent import ASGD, SGD, Rprop
from nn.optim.lbfgs import LBFGS
from nn.optim.lr_scheduler import CosineAnnealingLR, ExponentialLR, StepLR
from nn.optim.optimizer import Optimizer
from nn.utils.clipping import clip_grad_norm_, clip_grad_value_

__all__ = [
    "ASGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "NAdam", "Optimizer", "RAdam", "RMSprop", "Rprop", "SGD",
    "clip_grad_norm_", "clip_grad_value_",
    "lr_scheduler", "CosineAnnealingLR", "ExponentialLR", "StepLR",
    "swa_utils",
]  # fmt: skip
