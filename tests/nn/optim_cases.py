"""What optimizers, schedules and weights are compared with PyTorch on: the same calls on its modules and on ours."""

SHAPES = ((4, 2), (3,), ())
STEPS = (1, 3, 20)
DECAY, MAXIMIZE = {"weight_decay": 0.1}, {"maximize": True}
DECOUPLED = {"decoupled_weight_decay": True, **DECAY}
BOTH = {**DECAY, **MAXIMIZE}
OPTIMIZERS = {
    "SGD": [{}, {"lr": 0.1, **DECAY}, {"lr": 0.1, **MAXIMIZE}, {"lr": 0.1, **BOTH}, {"lr": 0.1, "momentum": 0.9},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}, {"lr": 0.1, "momentum": 0.9, "nesterov": True},
            {"lr": 0.1, "momentum": 0.5, "nesterov": True, **BOTH}],
    "ASGD": [{}, {"lr": 0.05, "lambd": 0.1, "alpha": 0.5, "t0": 2}, {"t0": 5, **BOTH}],
    "Rprop": [{}, {"lr": 0.05, "etas": (0.3, 1.5), "step_sizes": (0.01, 0.2)}, MAXIMIZE],
    "Adagrad": [{}, {"lr": 0.1, "lr_decay": 0.05, "initial_accumulator_value": 0.2, "eps": 1e-4}, DECAY, MAXIMIZE, BOTH],
    "RMSprop": [{}, {"lr": 0.05, "alpha": 0.9, "eps": 1e-3}, {"momentum": 0.8}, {"centered": True},
                {"momentum": 0.8, "centered": True, **DECAY}, BOTH],
    "Adadelta": [{}, {"lr": 0.5, "rho": 0.7, "eps": 1e-3}, BOTH],
    "Adam": [{}, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3}, {"amsgrad": True, "betas": (0.9, 0.5)}, DECAY, MAXIMIZE,
             {"lr": 0.05, **DECOUPLED}, {"amsgrad": True, **BOTH}],
    "AdamW": [{}, {"lr": 0.05, **DECAY}, {"amsgrad": True, "betas": (0.9, 0.5), **BOTH}],
    "Adamax": [{}, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3}, BOTH],
    "NAdam": [{}, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3, "momentum_decay": 0.1}, {"lr": 0.05, **DECOUPLED}, BOTH],
    "RAdam": [{}, {"lr": 0.05, "betas": (0.8, 0.9), "eps": 1e-3}, {"lr": 0.05, **DECOUPLED}, BOTH],
}  # fmt: skip
LINES = [{}, {"lr": 0.3, "max_iter": 4, "history_size": 2}, {"line_search_fn": "strong_wolfe"},
         {"line_search_fn": "strong_wolfe", "max_iter": 3, "max_eval": 4, "lr": 3.0},
         {"line_search_fn": "strong_wolfe", "tolerance_grad": 0.5, "tolerance_change": 1e-3}]  # fmt: skip

LINEAR, STEP = ["LinearLR", {"total_iters": 3}], ["StepLR", {"step_size": 2}]
SCHEDULES = [
    ("LambdaLR", {"lr_lambda": "lambda n: 1 / (n + 1)"}),
    ("LambdaLR", {"lr_lambda": ["lambda n: 0.9**n", "lambda n: 2.0 if n < 3 else 0.5"]}),
    ("MultiplicativeLR", {"lr_lambda": "lambda n: 1 - 0.01 * n"}),
    ("StepLR", {"step_size": 3}),
    ("StepLR", {"step_size": 2, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [2, 5, 5, 7], "gamma": 0.5}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 3}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.2, "total_iters": 7}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 8, "power": 2.0}),
    ("CosineAnnealingLR", {"T_max": 5}),
    ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.01}),
    ("CosineAnnealingLR", {"T_max": 1}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3}),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 2, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 2}, [0.5, 1.25, 2, 3.75, 6, 6.5, None, 14, None, 1.0, None, None]),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": [0.1, 0.3], "step_size_up": 2, "step_size_down": 3, "mode": "triangular2",
                  "cycle_momentum": False}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3, "mode": "exp_range", "gamma": 0.9, "base_momentum": 0.5,
                  "max_momentum": 0.95}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 2, "scale_fn": "lambda x: 1 / (5 ** (x * 0.1))",
                  "scale_mode": "iterations"}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 13}),
    ("OneCycleLR", {"max_lr": [0.5, 0.2], "epochs": 4, "steps_per_epoch": 4, "anneal_strategy": "linear", "pct_start": 0.4,
                    "base_momentum": 0.7, "div_factor": 10.0, "final_div_factor": 100.0}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 14, "three_phase": True, "cycle_momentum": False}),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.5}, [3.0, 2.0, 2.0, 2.5, 1.9, 1.9, 1.9, 1.9, 1.8999, 1.89989, 1.0, 1.0]),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 0, "cooldown": 2, "threshold": 0.1, "threshold_mode": "abs",
                           "min_lr": [0.02, 0.001]}, [1.0, 1.05, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0]),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 0, "threshold": 0.1, "factor": 0.9},
     [1.0, 1.05, 1.2, 1.0, 1.0, 2.0, 2.0, 2.3, 2.3, 1.0, 1.0, 1.0]),
    ("ReduceLROnPlateau", {"patience": 0, "threshold": 0.1, "threshold_mode": "abs", "eps": 0.01},
     [1.0, 0.95, 0.7, 0.65, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
    ("SequentialLR", {"schedulers": [LINEAR, ["CosineAnnealingLR", {"T_max": 5}]], "milestones": [3]}),
    ("SequentialLR", {"schedulers": [["ConstantLR", {}], ["ExponentialLR", {"gamma": 0.5}], STEP], "milestones": [2, 6]}),
    ("SequentialLR", {"schedulers": [LINEAR, ["LambdaLR", {"lr_lambda": "lambda n: 0.8**n"}],
                                     ["CosineAnnealingWarmRestarts", {"T_0": 3}]], "milestones": [2, 5]}),
    ("SequentialLR", {"schedulers": [["PolynomialLR", {}], ["MultiStepLR", {"milestones": [1, 3]}],
                                     ["LinearLR", {"start_factor": 0.5}]], "milestones": [3, 7]}),
    ("ChainedScheduler", {"schedulers": [LINEAR, ["ExponentialLR", {"gamma": 0.9}]]}),
    ("SWALR", {"swa_lr": 0.5, "anneal_epochs": 4}),
    ("SWALR", {"swa_lr": [0.5, 0.001], "anneal_epochs": 3, "anneal_strategy": "linear"}),
    ("SWALR", {"swa_lr": 0.5, "anneal_epochs": 0}),
]  # fmt: skip


def schedule_of(optim, optimizer, name, options):
    """A schedule from `optim.lr_scheduler` or `optim.swa_utils`; functions and schedules in its options are spelt out."""
    made = {}
    for key, value in options.items():
        if key == "schedulers":
            made[key] = [schedule_of(optim, optimizer, *one) for one in value]
        elif key in ("lr_lambda", "scale_fn"):
            made[key] = [eval(one) for one in value] if isinstance(value, list) else eval(value)
        else:
            made[key] = value
    kind = getattr(optim.swa_utils if name == "SWALR" else optim.lr_scheduler, name)
    return kind(**made) if name == "ChainedScheduler" else kind(optimizer, **made)


def rates(optim, groups, name, options, given=None, kind="Adam"):
    """[the rates of all groups, the first momentum] at the start and after each step."""
    optimizer = getattr(optim, kind)(groups, lr=0.1)
    schedule = schedule_of(optim, optimizer, name, options)
    found = []
    for value in [None, *(given or [None] * 12)]:
        if found:
            optimizer.step()
            schedule.step() if value is None else schedule.step(value)
        group = optimizer.param_groups[0]
        found.append([*schedule.get_last_lr(), group["betas"][0] if "betas" in group else group["momentum"]])
    return found
