"""Optimizers, gradient clipping and learning rate schedules, step for step as PyTorch's.

    optimizer = nn.optim.Adam(model.parameters(), lr=1e-3)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

`nn.optim.lr_scheduler` has learning rates that change, `nn.optim.swa_utils` averages of weights.
"""

import typing as _typing

from nn.later import later as _later
from nn.missing import missing as _missing

if _typing.TYPE_CHECKING:
    from nn.optim import lr_scheduler, swa_utils
    from nn.optim.adam import Adam, Adamax, AdamW, NAdam, RAdam
    from nn.optim.adaptive import Adadelta, Adagrad, RMSprop
    from nn.optim.descent import ASGD, SGD, Rprop
    from nn.optim.lbfgs import LBFGS
    from nn.optim.lr_scheduler import CosineAnnealingLR, ExponentialLR, StepLR
    from nn.optim.optimizer import Optimizer
    from nn.utils.clipping import clip_grad_norm_, clip_grad_value_
else:
    __getattr__ = _later(
        __name__,
        {
            "nn.optim.adam": ("Adam", "AdamW", "Adamax", "NAdam", "RAdam"),
            "nn.optim.adaptive": ("Adadelta", "Adagrad", "RMSprop"),
            "nn.optim.descent": ("ASGD", "SGD", "Rprop"),
            "nn.optim.lbfgs": ("LBFGS",),
            "nn.optim.lr_scheduler": ("lr_scheduler", "CosineAnnealingLR", "ExponentialLR", "StepLR"),
            "nn.optim.optimizer": ("Optimizer",),
            "nn.optim.swa_utils": ("swa_utils",),
            "nn.utils.clipping": ("clip_grad_norm_", "clip_grad_value_"),
        },
        _missing(__name__, "optimizer or schedule"),
    )

__all__ = [
    "ASGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS", "NAdam", "Optimizer", "RAdam", "RMSprop", "Rprop", "SGD",
    "clip_grad_norm_", "clip_grad_value_",
    "lr_scheduler", "CosineAnnealingLR", "ExponentialLR", "StepLR",
    "swa_utils",
]  # fmt: skip
