"""Learning rates that change during training: call `step()` of a schedule after the optimizer's, once an epoch or once a batch.

    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    schedule = nn.optim.lr_scheduler.StepLR(optimizer, step_size=30)
    for epoch in range(90):
        train(model, optimizer)
        schedule.step()

A warm-up is a LinearLR before another schedule, in a SequentialLR, as its example has it.

base         LRScheduler, of which all are made
factors      a factor for each epoch: LambdaLR, StepLR, LinearLR, CosineAnnealingLR, …
cycles       up and down again, with the momentum if there is one: CyclicLR, OneCycleLR, CosineAnnealingWarmRestarts
plateau      ReduceLROnPlateau, which looks at the loss
combining    SequentialLR and ChainedScheduler
"""

from nn.optim.lr_scheduler.base import LRScheduler
from nn.optim.lr_scheduler.combining import ChainedScheduler, SequentialLR
from nn.optim.lr_scheduler.cycles import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from nn.optim.lr_scheduler.factors import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau

__all__ = [
    "LRScheduler",
    "LambdaLR", "MultiplicativeLR", "StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR",
    "ReduceLROnPlateau",
    "ChainedScheduler", "SequentialLR",
]  # fmt: skip
