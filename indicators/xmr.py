"""Is it noise? A unit's own history: XmR charts with the rules of the NHS's "Making Data Count".

Limits are the mean ± 2.66 × the mean moving range (Wheeler 1993). One cause a point, by priority: outside the limits; a
trend; two of three close to a limit; a shift. A missing point is skipped in the limits and ends every run: what was not
reported is not taken for a continuation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

LIMITS, SCREEN = 2.66, 3.267
"""3 / d₂ and D₄ for ranges of two points: limits in mean moving ranges, and from where a range is left out."""
RUN = 7
FEW = 13
"""With fewer points limits are provisional."""
NOISE = 1e-12
"""A range this small beside the values is rounding: the series is constant."""

Improvement = Literal["up", "down"]
RULES = {
    "limit": ("above_limit", "below_limit"),
    "trend": ("trend_up", "trend_down"),
    "two_of_three": ("two_of_three_above", "two_of_three_below"),
    "shift": ("shift_above", "shift_below"),
}
"""By rule, in the order of priority: how a cause is called that points up, and one that points down."""
CAUSES = ("none", *(name for names in RULES.values() for name in names))
"""What `cause` counts: the odd ones point up, the even ones down."""
JUDGEMENTS = ("none", "improvement", "concern")


@dataclass(frozen=True)
class Charts:
    """Arrays [series, point]; NaN and 0 where a point is missing. `cause` and `judgement` are places in CAUSES and
    JUDGEMENTS; `provisional`: limits from fewer than FEW points."""

    value: np.ndarray
    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    cause: np.ndarray
    judgement: np.ndarray
    provisional: np.ndarray


def xmr(
    value: np.ndarray,
    improvement: Improvement = "up",
    screen: bool = True,
    baseline: int | None = None,
    rebase: Sequence[int] = (),
) -> Charts:
    """The chart of one series, arrays [point]; see `charts`."""
    found = charts(np.asarray(value, dtype=float)[None, :], improvement, screen, baseline, rebase)
    return Charts(*(getattr(found, name)[0] for name in Charts.__dataclass_fields__))


def charts(
    values: np.ndarray,
    improvement: Improvement = "up",
    screen: bool = True,
    baseline: int | None = None,
    rebase: Sequence[int] = (),
) -> Charts:
    """The charts of many series, values[series, point] in the order of time, NaN for a missing point.

    `screen`: moving ranges of at least 3.267 times their mean are left out once. `baseline`: limits come from the first
    so many points that are there. `rebase`: at these points limits begin anew, and every run with them (each part with
    its own baseline). A series, or part of it, with fewer than two points has limits equal to its value. Raises
    ValueError for a baseline below 2.
    """
    if baseline is not None and baseline < 2:
        raise ValueError("a baseline needs at least two points")
    values = np.asarray(values, dtype=float)
    starts = sorted({0, *(place for place in rebase if 0 < place < values.shape[1])})
    parts = [
        _part(values[:, a:b], screen, baseline) for a, b in zip(starts, [*starts[1:], values.shape[1]], strict=True)
    ]
    mean, lower, upper, cause, provisional = (np.concatenate(found, axis=1) for found in zip(*parts, strict=True))
    good = 1 if improvement == "up" else 0
    judgement = np.where(cause == 0, 0, np.where(cause % 2 == good, 1, 2)).astype(np.uint8)
    return Charts(values, mean, lower, upper, cause, judgement, provisional)


def _part(values: np.ndarray, screen: bool, baseline: int | None) -> tuple[np.ndarray, ...]:
    present = ~np.isnan(values)
    counted = present if baseline is None else present & (np.cumsum(present, axis=1) <= baseline)
    mean, half = _limits(values, counted, screen)
    lower, upper = mean - half, mean + half
    cause = _causes(values, present, mean[:, None], half[:, None])
    few = np.broadcast_to(counted.sum(axis=1)[:, None] < FEW, values.shape)
    spread = (np.where(present, line[:, None], np.nan) for line in (mean, lower, upper))
    return *spread, cause, few & present


def _limits(values: np.ndarray, counted: np.ndarray, screen: bool) -> tuple[np.ndarray, np.ndarray]:
    """(mean, half the width of the limits) of each series."""
    number = counted.sum(axis=1)
    mean = np.divide(
        np.where(counted, values, 0.0).sum(axis=1), number, out=np.full(number.shape, np.nan), where=number > 0
    )
    ranges = np.abs(np.diff(_packed(values, counted), axis=1))
    largest = np.max(np.abs(np.where(counted, values, 0.0)), axis=1, initial=0.0)
    ranges = np.where(ranges <= NOISE * largest[:, None], ranges * 0.0, ranges)  # NaN stays NaN
    average = _mean_of(ranges)
    if screen:
        kept = np.where(ranges < SCREEN * average[:, None], ranges, np.nan)
        average = np.where(average > 0, _mean_of(kept), average)
    return mean, LIMITS * average


def _packed(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """The counted points of each series moved together, in their order; NaN after them."""
    if counted.all():
        return values
    order = np.argsort(~counted, axis=1, kind="stable")
    return np.take_along_axis(np.where(counted, values, np.nan), order, axis=1)


def _mean_of(ranges: np.ndarray) -> np.ndarray:
    there = ~np.isnan(ranges)
    number = there.sum(axis=1)
    total = np.where(there, ranges, 0.0).sum(axis=1)
    return np.divide(total, number, out=np.zeros_like(total), where=number > 0)


def _causes(values: np.ndarray, present: np.ndarray, mean: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Places in CAUSES. The rules are applied from the weakest to the strongest, so that the strongest stands."""
    if not values.size:
        return np.zeros(values.shape, dtype=np.uint8)
    far = np.where(present, values - mean, 0.0)
    far[np.abs(far) <= NOISE * np.maximum(np.abs(mean), np.abs(np.where(present, values, 0.0)))] = 0.0
    step = np.diff(values, axis=1)  # NaN beside a missing point, so that no run goes over it
    zone = (np.abs(far) <= half) & (np.abs(far) > half * 2 / 3)
    rising, falling = (_joined(_in_runs(way, RUN - 1)) for way in (step > 0, step < 0))
    turning, goes_up = rising & falling, np.pad(step > 0, ((0, 0), (0, 1)))  # a turning point belongs to what follows
    cause = np.zeros(values.shape, dtype=np.uint8)
    for rule, up, down in (
        ("shift", _in_runs(far > 0, RUN), _in_runs(far < 0, RUN)),
        ("two_of_three", _two_of_three(zone, far > 0), _two_of_three(zone, far < 0)),
        ("trend", rising & ~(turning & ~goes_up), falling & ~(turning & goes_up)),
        ("limit", far > half, far < -half),
    ):
        for flags, name in zip((up, down), RULES[rule], strict=True):
            cause[flags] = CAUSES.index(name)
    return cause


def _in_runs(flags: np.ndarray, length: int) -> np.ndarray:
    """Which cells belong to at least `length` true ones in a row."""
    if flags.shape[1] < length:
        return np.zeros_like(flags)
    return _covered(np.logical_and.reduce(_shifted(flags, length)), length)


def _shifted(flags: np.ndarray, length: int) -> list[np.ndarray]:
    """The cells of every window of that length: the first ones, the second ones, and so on."""
    number = flags.shape[1] - length + 1
    return [flags[:, first : first + number] for first in range(length)]


def _covered(windows: np.ndarray, length: int) -> np.ndarray:
    """The cells of the windows that are true; a window is named by its first cell."""
    covered = np.zeros((windows.shape[0], windows.shape[1] + length - 1), dtype=bool)
    for shift in range(length):
        covered[:, shift : shift + windows.shape[1]] |= windows
    return covered


def _joined(steps: np.ndarray) -> np.ndarray:
    """The points that steps lead from or to."""
    return _covered(steps, 2)


def _two_of_three(zone: np.ndarray, side: np.ndarray) -> np.ndarray:
    """The points of the zone that lie among three in a row on one side of the mean of which two are in it."""
    if zone.shape[1] < 3:
        return np.zeros_like(zone)
    a, b, c = _shifted(zone, 3)
    two = ((a & b) | (b & c) | (a & c)) & np.logical_and.reduce(_shifted(side, 3))
    return zone & _covered(two, 3)
