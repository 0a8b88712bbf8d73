"""How far to go along a direction: a search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from nn.types import Array


class Point(NamedTuple):
    """A place on the line of a search: how far it is, the loss there, its gradient, and its slope along the line."""

    t: Any
    loss: float
    gradient: Array
    slope: Any


def strong_wolfe(
    evaluate: Callable[[Any], Point],
    t: Any,
    d: Array,
    start: Point,
    smallest: float,
    most: int,
    c1: float = 1e-4,
    c2: float = 0.9,
) -> tuple[Point, int]:
    """A point whose loss is low enough and whose slope is flat enough, and how often it evaluated: at most `most` + 1 times.

    It goes on until a bracket of two points must contain one, then makes it smaller.
    """
    before, point = start, evaluate(t)
    count, done = 0, False
    bracket = [start, point]
    while count < most:
        if point.loss > start.loss + c1 * point.t * start.slope or (count > 1 and point.loss >= before.loss):
            bracket = [before, point]
            break
        if abs(point.slope) <= -c2 * start.slope:
            bracket, done = [point], True
            break
        if point.slope >= 0:
            bracket = [before, point]
            break
        t = _lowest(before, point, point.t + 0.01 * (point.t - before.t), point.t * 10)
        before, point = point, evaluate(t)
        bracket = [start, point]
        count += 1
    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    stuck = False
    while not done and count < most:
        left, right = sorted((bracket[0].t, bracket[1].t))
        if (right - left) * np.abs(d).max() < smallest:
            break
        t = _lowest(bracket[0], bracket[1], left, right)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:  # too near an end: once is allowed
            if stuck or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        point = evaluate(t)
        count += 1
        if point.loss > start.loss + c1 * t * start.slope or point.loss >= bracket[low].loss:
            bracket[high] = point
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
        else:
            if abs(point.slope) <= -c2 * start.slope:
                done = True
            elif point.slope * (bracket[high].t - bracket[low].t) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = point
    return bracket[low], count + 1


def _lowest(a: Point, b: Point, least: Any, most: Any) -> Any:
    """Where the cubic through two points, with their slopes, is lowest, within bounds (Nocedal and Wright, 3.59)."""
    a, b = (a, b) if a.t <= b.t else (b, a)
    middle = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = middle**2 - a.slope * b.slope
    if not square >= 0:
        return (least + most) / 2.0
    root = np.sqrt(square)
    t = b.t - (b.t - a.t) * ((b.slope + root - middle) / (b.slope - a.slope + 2 * root))
    return min(max(t, least), most)
