"""Whether a slope that differs from finite differences is wrong: by every step, in a wider dtype, nearer to the element."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core.testing.differences import first_step
from autograd_core.testing.verdict import KINK, RESOLVES, RIGHT, WRONG, Verdict, judge

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.testing.maps import Map
    from autograd_core.testing.types import Array, Kinks, Line

AROUND = 100  # points around one with ties, at which slopes are compared
BEYOND_DOUBT = 30  # a slight difference counts if it is this many times the error of the differences


class Judge:
    """Judges slopes of a map.

    kinks    "accept" what lies between the slopes from both sides, or "reject" it
    higher   whether the map is a gradient itself, which rounds more than its values show
    """

    def __init__(self, map: Map, scales: Array, kinks: Kinks, higher: bool) -> None:
        self.map, self.scales, self.kinks, self.higher = map, scales, kinks, higher
        self.wide: Map | None = None
        self._lines: dict[Any, dict[Any, Array]] = {}

    def verdict(self, ours: Any, allowed: Any, weights: Array, direction: Array) -> Verdict:
        """The Verdict on our slope of the weighted results along a direction."""
        verdict = self._judged(self.map, ours, allowed, weights, direction)
        if verdict.kind == RIGHT or (self.kinks == "accept" and verdict.between):
            return verdict
        if self.wide is None:  # look again in long double, if there is one: nearer to a kink, below noise
            self.wide = self.map.widened(np.longdouble) or self.map
        plain = verdict.kind == WRONG and verdict.slopes is None and verdict.step > 1e-6
        if self.wide is not self.map and not plain:
            verdict = self._judged(self.wide, ours, allowed, weights, direction)
        return self._nearer(verdict, ours, allowed, weights, direction)

    def _judged(self, map: Map, ours: Any, allowed: Any, weights: Array, direction: Array) -> Verdict:
        used, line = np.flatnonzero(weights), self._line(map, direction)
        noise = 400 * map.eps * (np.abs(weights) @ map.size) / first_step(float(map.eps))
        return judge(lambda step: weights[used] @ line(step)[used], ours, allowed, map.eps, noise)

    def _line(self, map: Map, direction: Array) -> Line:
        """The results along a direction, each step of it computed once."""
        known = self._lines.setdefault((map is self.map, direction.tobytes()), {})
        line = map.line(direction.astype(map.vector.dtype))

        def at(step: Any) -> Array:
            if step not in known:
                known[step] = line(step)
            return known[step]

        return at

    def _nearer(self, verdict: Verdict, ours: Any, allowed: Any, weights: Array, direction: Array) -> Verdict:
        """The Verdict of steps relative to the element's own size, if that is far below the other elements' and they can tell.

        With any step relative to 1, a square root at 1e-10 leaves its domain.
        """
        places = np.flatnonzero(direction)
        if verdict.kind == RIGHT or len(places) != 1 or not 0 < (own := abs(self.map.vector[places[0]])) < self.scales[places[0]]:
            return verdict
        part = own / self.scales[places[0]]
        nearer = self._judged(self.wide or self.map, ours * part, allowed * part, weights, direction * part)
        if nearer.kind not in (RIGHT, WRONG) or nearer.slopes is not None:
            return verdict
        if nearer.error > RESOLVES * max(abs(nearer.ours), abs(nearer.numeric)):
            return verdict
        return Verdict(nearer.kind, ours, nearer.numeric / part, nearer.error / part, nearer.step * part, nearer.order)

    def passes(self, verdict: Verdict, weights: Array, direction: Array, slight: bool = False) -> bool:
        """Whether a Verdict is no failure. A slight difference is one only if the derivative is wrong beyond doubt."""
        if verdict.kind == RIGHT:
            return True
        if slight and not (verdict.kind == WRONG and verdict.slopes is None and self._is_clear(verdict)):
            return True
        if self.kinks != "accept" or np.isnan(verdict.ours):
            return False
        return (verdict.kind == KINK and verdict.between) or self._is_nearby(verdict, weights, direction)

    def _is_clear(self, verdict: Verdict) -> bool:
        """Whether a slope is wrong beyond doubt."""
        factor = 10 * BEYOND_DOUBT if self.higher else BEYOND_DOUBT
        return abs(verdict.ours - verdict.numeric) > factor * verdict.error

    def _is_nearby(self, verdict: Verdict, weights: Array, direction: Array) -> bool:
        """Whether our slope lies between those at points around this one, at which three equal elements are no longer equal.

        A derivative at a tie is a mean of those nearby (Clarke's). Along each element alone, the middle one of three equal
        values has the slope 0 on both sides.
        """
        rng, slopes = np.random.default_rng(0), []
        for _ in range(AROUND):
            place = self.map.vector + 1e-5 * self.scales * rng.uniform(-1, 1, self.scales.size)
            with np.errstate(all="ignore"):
                difference = self.map.value(place + 1e-8 * direction) - self.map.value(place - 1e-8 * direction)
                slopes.append(weights @ difference / 2e-8)
        low, high = np.min(slopes), np.max(slopes)
        return bool(low - 1e-3 * (high - low) <= verdict.ours <= high + 1e-3 * (high - low))
