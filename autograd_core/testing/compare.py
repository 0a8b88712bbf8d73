"""One derivative against finite differences: where they differ, and what that means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.testing.differences import directional, first_step, scales
from autograd_core.testing.judging import Judge
from autograd_core.testing.verdict import RIGHT, WRONG

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.testing.maps import Map
    from autograd_core.testing.types import Array, Kinks, Random
    from autograd_core.testing.verdict import Verdict

ELEMENTS = 100  # up to this many elements of the inputs, each is checked alone
COLUMNS, ENTRIES = 500, 20_000  # up to this many columns and entries, the whole Jacobian is searched for the worst entry
PUSHED = 16  # up to this many elements of the inputs, forward mode checks each alone too
DOUBTS = 20  # this many of the entries that may be wrong are checked with every step


@dataclass
class Failure:
    """What is wrong: a Verdict, and where."""

    verdict: Verdict
    source: int | None  # place among the inputs, None for a direction
    target: int | None  # place among the results, None for a weighted sum
    mode: str
    allowed: float
    along: str = ""  # which direction, if it is not one element


class Comparison:
    """A map's pullback and pushforward against finite differences of it.

    rtol, atol   |ours - numeric| <= atol + rtol * max(|ours|, |numeric|); atol=None takes it from the sizes of gradient and input
    kinks        "accept" what lies between the slopes from both sides, or "reject" it

    A slope that differs by more than its own size allows is checked with every step. If it is then wrong beyond doubt, that is a
    failure, however small it is beside others; if differences cannot tell, it passes if it is slight (`_is_slight`).
    """

    def __init__(
        self,
        map: Map,
        rng: Random,
        rtol: float,
        atol: float | None,
        kinks: Kinks,
        directions: int | None = None,
        joint: bool = False,
    ) -> None:
        self.map, self.rng, self.rtol, self.atol = map, rng, rtol, atol
        self.scales = scales(map.vector)
        self.step = first_step(float(map.eps))
        self.joint = joint
        self.judge = Judge(map, self.scales, kinks, higher=joint)
        self.directions = self._directions(3 if directions is None else directions, directions is None, joint)
        self._slopes: list[Array] | None = None
        self._columns: dict[int, int] = {}

    def _directions(self, count: int, elements: bool, joint: bool) -> list[tuple[int | None, Array]]:
        """[(place or None, direction)]: single elements of small inputs, random directions of the others.

        In random directions each element moves by ½ to 1½ of its scale, to either side. An error e of one element of the
        gradient then escapes a direction with a probability of at most τ/|e|, where τ is what is allowed: see `gradcheck`.
        """
        if joint:
            return [(None, self.random(slice(None))) for _ in range(count)]
        directions: list[tuple[int | None, Array]] = []
        left = ELEMENTS if elements else 0
        for part in sorted(self.map.inputs.slices, key=lambda part: part.stop - part.start):
            size = part.stop - part.start
            if size <= left:
                directions += [(place, self.element(place)) for place in range(part.start, part.stop)]
                left -= size
            else:
                directions += [(None, self.random(part)) for _ in range(count)]
        return directions

    def _slope(self, gradient: Any, place: int | None, direction: Array) -> Any:
        """Along a direction; of one element without touching the others, which may be infinite."""
        return gradient @ direction if place is None else gradient[place] * self.scales[place]

    def element(self, place: int) -> Array:
        direction = np.zeros_like(self.map.vector)
        direction[place] = self.scales[place]
        return direction

    def random(self, part: slice) -> Array:
        direction = np.zeros_like(self.map.vector)
        direction[part] = (self.scales * self.weights(self.scales.size))[part]
        return direction

    def weights(self, size: int) -> Array:
        """Random numbers that are neither small nor large: none of them hides the number it multiplies."""
        return self.rng.choice([-1.0, 1.0], size) * self.rng.uniform(0.5, 1.5, size)

    def numeric(self, direction: Array) -> Array:
        """The differences of the results along a direction; if each element was checked alone, composed of those."""
        for slope, (_, other) in zip(self._slopes or [], self.directions, strict=False):
            if other is direction:
                return slope
        places, known = np.flatnonzero(direction).tolist(), self._columns
        if self._slopes is not None and all(place in known for place in places):
            with np.errstate(all="ignore"):
                parts = [direction[place] / self.scales[place] * self._slopes[known[place]] for place in places]
                return np.sum(parts, axis=0)
        return directional(self.map.line(direction), self.step)

    def slopes(self) -> list[Array]:
        """The differences along each of the directions."""
        if self._slopes is None:
            self._slopes = [self.numeric(direction) for _, direction in self.directions]
            self._columns = {place: i for i, (place, _) in enumerate(self.directions) if place is not None}
        return self._slopes

    # The two modes

    def reverse(self) -> Failure | None:
        """The pullback of each result alone, and of all together, against the differences of that sum. A Failure or None."""
        if not self.map.middle.size:
            return None
        parts = [part for part in self.map.outputs.slices if part.stop > part.start]
        for part in [*parts, slice(None)] if len(parts) > 1 else parts:
            weights = np.zeros_like(self.map.middle)
            weights[part] = self.weights(self.map.middle.size)[part]
            gradient = self.map.pullback(weights)
            ours = np.array([self._slope(gradient, *pair) for pair in self.directions])
            with np.errstate(all="ignore"):
                numeric = np.array([weights @ slope for slope in self.slopes()])
                allowed = self.allowed(ours, numeric, np.abs(weights) @ self.map.size)
            slight = self._is_slight(ours, numeric, allowed)
            for i in self._failed(ours, numeric, allowed):
                place, direction = self.directions[i]
                verdict = self.judge.verdict(ours[i], allowed[i], weights, direction)
                if not self.judge.passes(verdict, weights, direction, slight[i]):
                    along = Failure(verdict, place, None, "reverse", allowed[i], self._along(place, direction))
                    failure = self._located(along, weights, gradient, direction)
                    if failure is not None:
                        return failure
                    break  # all entries of the Jacobian are right, or between the slopes at a kink
        alone = all(place is not None for place, _ in self.directions) and self.map.middle.size > 1
        return self._each_entry() if alone and self._is_small() else None

    def _each_entry(self) -> Failure | None:
        """The entry of the Jacobian that is wrong beyond doubt, as a Failure; None if there is none.

        In a sum of the results, a small one drowns in the rounding of the others. Here each is checked alone.
        """
        rows = np.array([self.map.pullback(row) for row in np.eye(self.map.middle.size)])
        places = [place for place, _ in self.directions if place is not None]
        with np.errstate(all="ignore"):
            ours, numeric = rows[:, places] * self.scales[places], np.array(self.slopes()).T
            allowed = self.allowed(ours, numeric, self.map.size[:, None])
        for entry in self._failed(ours.ravel(), numeric.ravel(), allowed.ravel())[:DOUBTS]:
            k, i = np.unravel_index(entry, ours.shape)
            weights, direction = np.eye(1, len(rows), int(k))[0], self.directions[i][1]
            verdict = self.judge.verdict(ours[k, i], allowed[k, i], weights, direction)
            if not self.judge.passes(verdict, weights, direction, slight=True):
                return Failure(verdict, places[i], int(k), "reverse", allowed[k, i])
        return None

    def forward(self) -> Failure | None:
        """The pushforward of a few directions against the differences along them, result by result. A Failure or None."""
        if not self.map.middle.size:
            return None
        for direction in self._forward_directions():
            failure = self._pushed(direction, None)
            if failure is not None:
                failure = self._entries(failure)
                if failure is not None:
                    return failure
        return None

    def _forward_directions(self) -> list[Array]:
        """A random one for each of the inputs, one for all together, and of few elements each alone; at higher orders those of
        the reverse mode."""
        if self.joint:
            return [direction for _, direction in self.directions]
        parts = [part for part in self.map.inputs.slices if part.stop > part.start]
        alone = self.directions if self.map.inputs.size <= PUSHED else []
        return [
            *[self.random(part) for part in ([*parts, slice(None)] if len(parts) > 1 else parts)],
            *[direction for place, direction in alone if place is not None],
        ]

    def transposed(self) -> tuple[float, float]:
        """⟨w, J t⟩ = ⟨Jᵀ w, t⟩: how far the two modes are apart, and how far they may be, for random w and t."""
        weights, direction = self.weights(self.map.middle.size), self.random(slice(None))
        forward, reverse = weights * self.map.pushforward(direction), self.map.pullback(weights) * direction
        size = np.sum(np.abs(forward)) + np.sum(np.abs(reverse))
        rounding = 1e3 * self.map.eps * (size + np.abs(weights) @ self.map.size)
        return abs(np.sum(forward) - np.sum(reverse)), 1e-2 * self.rtol * size + rounding

    def _pushed(self, direction: Array, place: int | None) -> Failure | None:
        ours, numeric = self.map.pushforward(direction), self.numeric(direction)
        allowed = self.allowed(ours, numeric, self.map.size, direction)
        slight = self._is_slight(ours, numeric, allowed)
        for k in self._failed(ours, numeric, allowed):
            weights = np.eye(1, ours.size, k)[0]
            verdict = self.judge.verdict(ours[k], allowed[k], weights, direction)
            if not self.judge.passes(verdict, weights, direction, slight[k]):
                return Failure(verdict, place, k, "forward", allowed[k], self._along(place, direction))
        return None

    # What is allowed, and what passes

    def allowed(self, ours: Any, numeric: Any, size: Any, direction: Array | None = None) -> Array:
        """The differences that are allowed, in slopes along directions. `size` is that of the function.

        Each may be off by what its own size and the rounding of the function make of it, and by what the largest beside it rounds
        to; a derivative of a gradient by more, since the terms of a gradient may cancel.
        """
        with np.errstate(all="ignore"):
            larger = self._larger(ours, numeric)
            least = 64 * self.map.eps * np.max(larger, axis=-1, keepdims=True, initial=0)
            if self.joint:
                largest = np.abs(self.slopes())
                least = least + 1e4 * self.map.eps * np.max(np.where(np.isfinite(largest), largest, 0), initial=0)
            if self.atol is not None:
                along = [other for _, other in self.directions] if direction is None else direction
                least = least + self.atol * np.linalg.norm(along, axis=-1)
            return self.rtol * larger + least + 16 * self.map.eps * size / self.step

    def _larger(self, ours: Any, numeric: Any) -> Array:
        sizes = np.abs([ours, numeric])
        return np.max(np.where(np.isfinite(sizes), sizes, 0), axis=0)

    def _is_slight(self, ours: Any, numeric: Any, allowed: Any) -> Array:
        """Which differences are slight beside the largest slope: these pass if finite differences cannot tell."""
        with np.errstate(all="ignore"):
            most = 1e-2 * self.rtol * np.max(self._larger(ours, numeric), initial=0) if self.atol is None else 0
            return np.abs(ours - numeric) <= allowed + most

    def _failed(self, ours: Any, numeric: Any, allowed: Any) -> list[int]:
        """The numbers of the elements that differ too much, the worst first."""
        with np.errstate(all="ignore"):
            excess = np.nan_to_num(np.abs(ours - numeric) / allowed, nan=np.inf, posinf=np.inf)
            excess = np.where((ours == numeric) & np.isfinite(ours), 0, excess)
        return [i for i in np.argsort(-excess, kind="stable") if excess[i] > 1]

    # Where it is wrong

    def _along(self, place: int | None, direction: Array) -> str:
        if place is not None:
            return ""
        reached = [
            name for name, part in zip(self.map.inputs.names, self.map.inputs.slices, strict=True) if direction[part].any()
        ]
        return f"a random direction of {', '.join(reached)}"

    def _is_small(self) -> bool:
        n, m = self.map.inputs.size, self.map.middle.size
        return n <= COLUMNS and n * m <= ENTRIES

    def _located(self, failure: Failure, weights: Any, gradient: Any, direction: Array) -> Failure | None:
        """The Failure at one element, from one that may be along a direction. None if no element is wrong by itself."""
        if self._is_small():
            return self._entries(failure)
        if failure.source is not None:
            return failure
        return self._searched(failure, weights, gradient, direction) or failure

    def _entries(self, failure: Failure) -> Failure | None:
        """The worst entry of the Jacobian, one by one. None if each is right, or between the slopes at a kink."""
        if not self._is_small():
            return failure
        n, m = self.map.inputs.size, self.map.middle.size
        if failure.mode == "reverse":
            rows = np.array([self.map.pullback(row) for row in np.eye(m)])
        else:
            rows = np.array([self.map.pushforward(column) for column in np.eye(n)]).T
        doubtful, kinked = [], False
        for place in range(n):
            direction = self.element(place)
            ours, numeric = rows[:, place] * self.scales[place], self.numeric(direction)
            allowed = self.allowed(ours, numeric, self.map.size, direction)
            slight = self._is_slight(ours, numeric, allowed)
            doubtful += [
                (abs(ours[k] - numeric[k]), place, k, ours[k], allowed[k], slight[k])
                for k in self._failed(ours, numeric, allowed)
            ]
        doubtful.sort(key=lambda entry: -np.nan_to_num(entry[0], nan=np.inf))
        for _, place, k, ours, allowed, slight in doubtful:
            direction = self.element(place)
            weights = np.eye(1, m, k)[0]
            verdict = self.judge.verdict(ours, allowed, weights, direction)
            if not self.judge.passes(verdict, weights, direction, slight):
                return Failure(verdict, place, k, failure.mode, allowed)
            kinked = kinked or verdict.kind != RIGHT
        alone = failure.verdict.kind == WRONG and failure.verdict.slopes is None
        return failure if alone and not kinked else None

    def _searched(self, failure: Failure, weights: Any, gradient: Any, direction: Array) -> Failure | None:
        """Find a wrong element among many: halve, and continue with the half that is off by more."""
        places = np.flatnonzero(direction)
        while len(places) > 1:
            halves = np.array_split(places, 2)
            off = []
            for half in halves:
                part = np.zeros_like(direction)
                part[half] = direction[half]
                off.append(abs(gradient @ part - weights @ self.numeric(part)))
            places = halves[int(np.nan_to_num(off[1], nan=np.inf) > np.nan_to_num(off[0], nan=np.inf))]
        (place,) = places
        element = self.element(int(place))
        ours = gradient @ element
        numeric = weights @ self.numeric(element)
        allowed = self.rtol * max(abs(ours), abs(numeric)) + 8 * self.map.eps * (np.abs(weights) @ self.map.size) / self.step
        verdict = self.judge.verdict(ours, allowed, weights, element)
        return None if self.judge.passes(verdict, weights, element) else Failure(verdict, int(place), None, failure.mode, allowed)
