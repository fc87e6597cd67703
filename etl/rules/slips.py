"""W01: amounts that were entered in another unit, such as yuan or thousand yuan instead of 10k yuan.

All is measured in log10, so that a slip is a shift of every amount by the same power of ten. Flows of small bases are
lumpy: a single loan can move several cells tenfold. So a slip of the whole return is read from the median shift over
all cells that can be compared, which a few wild cells cannot move, and only when most cells took part. In a simulated
programme with compound-Poisson loans and equity this gave two false alarms in 15,000 clean returns of small bases, and
found 95 % (three to five comparable amounts) to 100 % (a dozen) of the slips.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from etl.findings import Finding
from etl.ordering import suspicion_of
from etl.rules.comparison import (
    FEWEST_PEERS,
    history,
    of_peers,
    of_peers_by_measure,
    positive_logs,
    robust_z,
    spread,
)
from etl.rules.context import Context, Parameters, Rule
from etl.wording import number

EARLIER_QUARTERS = 4
OUTVOTING_QUARTERS = 3
"""From so many earlier quarters on their median is the reference, because one that itself slipped is outvoted."""
FEWEST_CELLS = 3
"""With fewer comparable cells there is no whole to speak of; each is then looked at by itself."""
MAJORITY = 0.6
"""The share of the comparable cells that must have gone at least half the way of the slip."""
NATURAL_SHIFT = 0.05
"""How far all amounts of a base drift together within a year, as a standard deviation: about 12 %."""
WIDEST = 0.4
"""The tolerance is never widened past this: less than a 4-fold change of everything is growth, not a slip."""
PEERS_APART = 3.0
"""A base is compared with peers per firm only where the slip is so many times what separates the peers themselves."""
UNUSUAL = 3.5
"""A robust z beyond this is out of line with peers."""

WHOLE = "amounts"
"""What a finding about the whole return is about."""

Positive = Annotated[float, Field(gt=0)]


class SlipParameters(Parameters):
    factors: list[Positive] = Field(min_length=1)
    tolerance_log10: Positive
    per: str | None = None
    """The measure of size by which amounts are divided before they are compared with other bases'."""

    def formulas(self) -> list[str]:
        return [self.per] if self.per else []


class Slip(NamedTuple):
    """A common shift of the return's amounts: by which factor, and each cell's own shift (NaN: cannot be told)."""

    factor: float
    shifts: np.ndarray

    @property
    def moved(self) -> np.ndarray:
        """Which cells took part."""
        return _went_along(self.shifts, self.factor)


def unit_slip(context: Context, parameters: SlipParameters) -> Iterator[Finding]:
    """The amounts of a return shift together by a power of ten, against the base's own earlier quarters or, where
    these are too few to be sure, per firm against the type; or one amount does so by itself."""
    cells = [m.code for m in context.form.measures_of(context.base.type) if m.value_type == "amount"]
    logs = positive_logs(history(context, cells))
    slip = _against_own_quarters(logs, parameters)
    if slip is None and _quarters_known(logs) < OUTVOTING_QUARTERS:
        slip = _against_peers(context, cells, logs[-1], parameters)
    if slip:
        yield _whole_return(context, cells, logs[-1], slip)
    else:
        yield from _single_cells(context, cells, logs, parameters)


def common_factor(shifts: np.ndarray, factors: Sequence[float], tolerance: float, between: float = 0.0) -> float | None:
    """The factor by which most cells shifted together; None where there is none.

    `shifts`: log10 of each cell's value to its reference, without NaN. The median shift must lie within `tolerance`
    of the factor, widened by two standard errors of the median (1.2533 robust sd / √n; never less than what all
    amounts drift together, NATURAL_SHIFT, nor than `between`, the standard deviation between peers), at most WIDEST.
    """
    if len(shifts) < FEWEST_CELLS:
        return None
    middle = float(np.median(shifts))
    error = max(1.2533 * spread(shifts) / math.sqrt(len(shifts)), NATURAL_SHIFT, between)
    slack = max(tolerance, min(tolerance + 2 * error, WIDEST))
    for factor in factors:
        near = abs(middle - math.log10(factor)) <= slack
        if near and np.mean(_went_along(shifts, factor)) >= MAJORITY:
            return factor
    return None


def _went_along(shifts: np.ndarray, factor: float) -> np.ndarray:
    """Which cells went at least half the way of the factor, in its direction."""
    way = math.log10(factor)
    return shifts * np.sign(way) >= abs(way) / 2


def _against_own_quarters(logs: np.ndarray, parameters: SlipParameters) -> Slip | None:
    """`logs`: [quarter, cell]. With fewer than OUTVOTING_QUARTERS earlier ones the latest of them is the reference."""
    earlier = logs[-1 - EARLIER_QUARTERS : -1]
    known = earlier[~np.isnan(earlier).all(axis=1)]
    if not len(known):
        return None
    reference = _medians(known) if len(known) >= OUTVOTING_QUARTERS else known[-1]
    return _common_slip(logs[-1] - reference, parameters)


def _quarters_known(logs: np.ndarray) -> int:
    return int((~np.isnan(logs[-1 - EARLIER_QUARTERS : -1])).any(axis=1).sum())


def _against_peers(context: Context, cells: list[str], now: np.ndarray, parameters: SlipParameters) -> Slip | None:
    """Amounts per firm against the type's medians or, where it has too few bases, those of all types. Richer and poorer
    bases differ in everything together, so the shift must also be far outside what separates the peers from their own
    medians."""
    own = context.value(parameters.per) if parameters.per else None
    if not own or own < 0:
        return None
    peers = _apart(context, cells, parameters) or _apart(context.among_all(), cells, parameters)
    if peers is None:
        return None
    slip = _common_slip(now - math.log10(own) - peers.reference, parameters, peers.between)
    return slip if slip and abs(np.nanmedian(slip.shifts)) > PEERS_APART * peers.between else None


class Peers(NamedTuple):
    """Amounts per firm in log10: each cell's median, and what separates bases from these medians as a whole."""

    reference: np.ndarray
    between: float


def _apart(context: Context, cells: list[str], parameters: SlipParameters) -> Peers | None:
    """None where too few peers have amounts that can be compared."""
    peers = _per_firm(context, cells, parameters)
    reference = _medians(peers.T, fewest=FEWEST_PEERS)
    apart = peers - reference[:, None]
    told = (~np.isnan(apart)).sum(axis=0) >= FEWEST_CELLS
    return Peers(reference, spread(_medians(apart[:, told]))) if told.sum() >= FEWEST_PEERS else None


def _per_firm(context: Context, cells: list[str], parameters: SlipParameters) -> np.ndarray:
    """log10 of the peers' amounts per firm, [cell, peer]."""
    assert parameters.per is not None
    return positive_logs(of_peers_by_measure(context, cells)) - positive_logs(of_peers(context, parameters.per))


def _common_slip(shifts: np.ndarray, parameters: SlipParameters, between: float = 0.0) -> Slip | None:
    told = shifts[~np.isnan(shifts)]
    factor = common_factor(told, parameters.factors, parameters.tolerance_log10, between)
    return Slip(factor, shifts) if factor else None


def _medians(table: np.ndarray, fewest: int = 1) -> np.ndarray:
    """The median of each column without its NaN; NaN where fewer than `fewest` are left. As np.nanmedian gives it, but
    in a tenth of the time: it is asked for every return."""
    if not len(table):
        return np.full(table.shape[1], np.nan)
    told, columns = (~np.isnan(table)).sum(axis=0), np.arange(table.shape[1])
    ordered = np.sort(table, axis=0)  # NaN last
    medians = (ordered[(told - 1) // 2, columns] + ordered[told // 2, columns]) / 2
    return np.where(told >= fewest, medians, np.nan)


def _whole_return(context: Context, cells: list[str], now: np.ndarray, slip: Slip) -> Finding:
    """One finding for all cells, at the first that took part."""
    moved = slip.moved
    first = int(np.flatnonzero(moved)[0])
    name, value = context.name(cells[first]), number(10 ** now[first])
    expected = number(round(10 ** (now[first] - slip.shifts[first]), 2))
    count, total, factor = int(moved.sum()), int((~np.isnan(slip.shifts)).sum()), number(slip.factor)
    values = 10 ** now[moved] / slip.factor
    return context.finding(
        f"{count} of {total} amounts that can be compared are about {factor} times what is usual; "
        f"the first is {name.en} = {value}, where about {expected} would be expected.",
        f"{total}项可比金额中有{count}项约为通常水平的{factor}倍;首项为{name.zh}={value},通常约为{expected}。",
        measure=cells[first],
        about=WHOLE,
        quantity=slip.factor,
        anticipated=dict(zip(np.array(cells)[moved].tolist(), values.tolist(), strict=True)),
        suspicion=count / total,
    )


def _single_cells(
    context: Context, cells: list[str], logs: np.ndarray, parameters: SlipParameters
) -> Iterator[Finding]:
    if len(logs) < 2:
        return
    steps = logs[-1] - logs[-2]
    for cell in np.flatnonzero(~np.isnan(steps)):
        for factor in parameters.factors:
            near = abs(steps[cell] - math.log10(factor)) <= parameters.tolerance_log10
            if near and _out_of_line(context, cells[cell], logs[:, cell], factor, parameters):
                yield _one_cell(context, cells[cell], logs[-2:, cell], factor, parameters.tolerance_log10)
                break


def _out_of_line(context: Context, cell: str, logs: np.ndarray, factor: float, parameters: SlipParameters) -> bool:
    """Whether one amount's step is more than its usual ups and downs: the earlier quarters agree among themselves and
    with the factor; where only the last is known, the other bases of the type do not reach the value."""
    earlier = logs[-1 - EARLIER_QUARTERS : -1]
    earlier = earlier[~np.isnan(earlier)]
    way = math.log10(factor)
    if len(earlier) >= 2:
        steady = np.ptp(earlier) <= abs(way) / 2
        return bool(steady and abs(logs[-1] - np.median(earlier) - way) <= 2 * parameters.tolerance_log10)
    return _unusual_among_peers(context, cell, logs[-2:], parameters)


def _unusual_among_peers(context: Context, cell: str, logs: np.ndarray, parameters: SlipParameters) -> bool:
    """Whether the amount per firm is far from the type's now, and was not a quarter ago."""
    last, own = (context.value(parameters.per, back) if parameters.per else None for back in (1, 0))
    if not last or not own or min(last, own) < 0:
        return False
    peers = _per_firm(context, [cell], parameters)[0]
    before, now = (robust_z(float(log) - math.log10(size), peers) for log, size in zip(logs, (last, own), strict=True))
    return before is not None and now is not None and abs(before) <= UNUSUAL < abs(now)


def _one_cell(context: Context, cell: str, logs: np.ndarray, factor: float, tolerance: float) -> Finding:
    name = context.name(cell)
    before, now = (number(round(10**log, 2)) for log in logs)
    return context.finding(
        f"{name.en} = {now} is about {number(factor)} times last quarter's {before}.",
        f"{name.zh}={now},约为上季{before}的{number(factor)}倍。",
        measure=cell,
        anticipated={cell: float(10 ** logs[-1]) / factor},
        suspicion=suspicion_of(math.log10(factor) / tolerance),
    )


RULES = {"unit_slip": Rule(unit_slip, SlipParameters, looks_back=True)}
