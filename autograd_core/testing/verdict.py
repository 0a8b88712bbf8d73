"""How to judge a difference between a derivative and finite differences: is the derivative wrong, or are they?

A step that is too large crosses a kink, one that is too small drowns in rounding, and both give wrong numbers for right
derivatives. So a difference is looked at with every step there is (`Ladder`), from both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.testing.differences import STEPS, Ladder

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from autograd_core.testing.types import Array

RIGHT = "right"
WRONG = "gradient wrong"
NOISY = "finite difference too noisy"
KINK = "not differentiable here"

RESOLVES = 1e-3  # differences decide if they are known to this part of the derivative: an error of 1 % is then plain


@dataclass
class Verdict:
    """What finite differences say of a slope."""

    kind: str  # RIGHT, WRONG, NOISY or KINK
    ours: float
    numeric: float
    error: float  # how far the numeric slope may be off
    step: float  # the largest one used for it, relative to the input
    order: float | None = None  # of the remainder of Taylor's formula with our slope
    slopes: tuple | None = None  # (from the left, from the right) if they differ
    jump: bool = False  # a slope is infinite, or the function ends here

    @property
    def between(self) -> bool:
        """Whether ours is one of the slopes at a kink, or between them."""
        if self.slopes is None:
            return False
        low, high = sorted(self.slopes)
        slack = 1e-3 * max(abs(low), abs(high), abs(high - low)) if np.isfinite(low) and np.isfinite(high) else 0
        return bool(self.jump or low - slack - self.error <= self.ours <= high + slack + self.error)


def judge(line: Callable[[Any], Any], ours: Any, allowed: Any, eps: Any, noise: Any = 0.0) -> Verdict:
    """The Verdict on the slope `ours` of a function of one number, at 0, which may be off by `allowed`.

    Jumps of the function by less than `noise` are none.
    """
    ladder = Ladder(lambda s: np.asarray(line(s)).reshape(1), eps)
    verdict = _found(ladder, ours, allowed, noise)
    verdict.order = taylor_order(ladder, ours)
    return verdict


def _found(ladder: Ladder, ours: Any, allowed: Any, noise: Any) -> Verdict:
    central, error = ladder.central[:, 0], ladder.central_error[:, 0]
    right, left = ladder.right[:, 0], ladder.left[:, 0]
    sides = ladder.right_error[:, 0] + ladder.left_error[:, 0]
    jump = _jump(ladder, noise)
    if jump is not None and not np.isnan(ours):
        return Verdict(KINK, ours, np.nan, 0.0, STEPS[-1], slopes=jump, jump=True)
    if not np.isfinite(ours):
        j = int(np.argmin(error))
        return Verdict(WRONG, ours, central[j], error[j], STEPS[j])
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(central), np.maximum(np.abs(right), np.abs(left)))
        known = error <= np.maximum(RESOLVES * size, max(1e-10 * ladder.size[0, 0], allowed))
        bent = (np.abs(right - left) > 4 * sides + 1e-7 * size) & (sides <= 0.05 * size)
    smooth = known & ~bent & ~_contradicted(central, error, known)
    if smooth.any():
        j = int(np.argmin(np.where(smooth, error, np.inf)))
        distance, wide = abs(ours - central[j]), max(error[j], _scatter(ladder, j))
        if not bent[j:].any() or distance <= allowed + 2 * error[j]:
            # What computes in less precision inside is a staircase: smaller steps see it flat, and only larger ones its slope
            elsewhere = known & ~bent & (np.abs(ours - central) <= min(RESOLVES * np.abs(ours), distance / 10))
            clear = distance > 4 * wide and not elsewhere.any()
            kind = RIGHT if distance <= allowed + 2 * error[j] else WRONG if clear else NOISY
            return Verdict(kind, ours, central[j], wide, STEPS[j])
    if bent.any():
        j = int(np.argmin(np.where(bent, sides, np.inf)))
        kink = Verdict(KINK, ours, central[j], sides[j], STEPS[j], slopes=(left[j], right[j]))
        if not kink.between:
            kink.kind = WRONG
        return kink
    j = int(np.argmin(error))
    if abs(ours - central[j]) > allowed + 10 * error[j]:  # noisy, but not as noisy as that
        return Verdict(WRONG, ours, central[j], error[j], STEPS[j])
    return Verdict(NOISY, ours, central[j], error[j], STEPS[j])


def _contradicted(slopes: Array, errors: Array, known: Array) -> Array:
    """Which slopes those from smaller steps contradict: a kink lies between, and only the smaller steps stay on this side."""
    with np.errstate(all="ignore"):
        differ = np.abs(slopes[:, None] - slopes) > 10 * (errors[:, None] + errors)
    return (np.triu(differ, 1) & known).any(axis=1)


def _scatter(ladder: Ladder, j: int) -> float:
    """What the function's own noise may do to slope j: the largest part of its values that smaller steps do not explain."""
    h = ladder.h[:, 0]
    values = (ladder.plus[:, 0] - ladder.minus[:, 0])[j + 3 :] / 2
    with np.errstate(all="ignore"):
        return float(np.nanmax(np.abs(values - h[j + 3 :] * ladder.central[j, 0]), initial=0) / h[j + 2])


def _jump(ladder: Ladder, noise: Any) -> tuple[float, ...] | None:
    """The slopes from the left and the right if the function jumps, ends or has an infinite slope; else None."""
    slopes = []
    for values, sign in ((ladder.minus[:, 0], -1), (ladder.plus[:, 0], 1)):
        with np.errstate(all="ignore"):
            change = sign * (values - ladder.middle[0])
        if not np.isfinite(change[-4:]).all():
            slopes.append(np.nan)
            continue
        # Over a step 16 times smaller what is smooth changes 16 times less, a square root 4 times, and a jump as much. Only the
        # smallest steps are compared: over larger ones what is smooth may saturate, or meet a kink that is not here
        near, far = np.abs(change[-4:]), np.abs(change[-8:-4])
        steep = near[-1] > max(noise, 1e3 * ladder.noise[-1, 0] * STEPS[-1]) and not (near < far / 16**0.6).any()
        slopes.append(np.inf * np.sign(change[-1]) if steep else change[-13] / STEPS[-13])
    return None if np.isfinite(slopes).all() else tuple(float(slope) for slope in slopes)


def taylor_order(ladder: Ladder, ours: Any) -> float | None:
    """p of |f(h) - f(0) - h ours| ~ hᵖ: 2 or more for a right slope, 1 for a wrong one, None if rounding hides it."""
    with np.errstate(all="ignore"):
        h = ladder.h[:, 0]
        rest = np.abs(ladder.plus[:, 0] - ladder.middle[0] - h * ours)
        floor = 100 * ladder.noise[:, 0] * h
        orders = np.log2(rest[:-1] / rest[1:])[(rest[1:] > floor[1:]) & (h[1:] < 0.1)]
    orders = orders[np.isfinite(orders)]
    return float(np.median(orders[-6:])) if orders.size >= 3 else None
