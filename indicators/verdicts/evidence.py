"""What is known of each base when it is judged: the last four quarters as arrays, without any threshold of the verdicts,
so that the same evidence can be judged again under other settings. Bonus pillars are shown, never judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from etl import formula, periods
from etl.evaluation import Evaluator
from etl.form import Form
from etl.panel import Panel, Why
from etl.registry import Base
from indicators.composite import Composite, composite
from indicators.compute import Values
from indicators.definition import Definitions, Peers
from indicators.flags import A_YEAR, check_floor, check_scores, is_upper, with_floor
from indicators.verdicts import alone, decline
from indicators.verdicts.confirm import Limits, confirmed


class Absent(IntEnum):
    """Why there is no accepted return of a quarter."""

    THERE = 0
    NOT_IN = 1  # the base was not in the programme
    NOT_DUE = 2  # not handed in, and not due yet
    IN_REVIEW = 3  # handed in, not accepted yet
    MISSED = 4  # due, and not handed in


@dataclass(frozen=True)
class Floors:
    """Arrays [indicator, quarter, base] of the four quarters, by `codes`."""

    codes: tuple[str, ...]
    alone: np.ndarray
    """[indicator]: whether a missed floor speaks by itself."""
    upper: np.ndarray
    """[indicator]: whether the floor is missed above it."""
    value: np.ndarray
    limit: np.ndarray
    missed: np.ndarray
    """A value past its limit, or one that was asked and left blank: a base must not gain by silence."""
    confirmed: np.ndarray
    """[indicator, base] as Confirmed, of the last quarter."""
    low: np.ndarray
    high: np.ndarray
    """[indicator, base]: between which an ordinary base of this size lies in the last quarter; NaN: not known."""


@dataclass(frozen=True)
class Evidence:
    """Of one quarter, by base. The last quarter is the one that is judged."""

    bases: tuple[str, ...]
    types: np.ndarray
    """[base] of str."""
    quarter_of_year: int
    absent: np.ndarray
    """[4 quarters, base] as Absent."""
    open_errors: np.ndarray
    false_data: np.ndarray
    """[base]: a person has recorded that the base's data were false."""
    index_code: str
    index: np.ndarray
    """[4 quarters, base]."""
    index_why: np.ndarray
    """[base]: why there is no index in the last quarter, as text; empty where there is."""
    pillars: tuple[str, ...]
    pillar_scores: np.ndarray
    """[pillar, 4 quarters, base]."""
    pillar_limits: np.ndarray
    """The peers' percentile, likewise; NaN with too few peers."""
    year_scores: np.ndarray
    """[pillar, base]: the mean of the four quarters, where there are enough for an index."""
    year_limits: np.ndarray
    floors: Floors
    compared: tuple[str, ...]
    """The indicators of `changes`."""
    changes: decline.Changes
    sure_top: np.ndarray
    """[base]: the share of replications in which the base's mean of the quarters is one of the top of its type (see
    `indicators.year_certainty`); NaN: not known."""
    last_grade: tuple[str | None, ...]
    """Of the year before."""


def gather(
    panel: Panel,
    values: Mapping[str, Values],
    definitions: Definitions,
    form: Form,
    bases: Sequence[Base],
    quarter: int,
    *,
    composites: Mapping[int, Composite] | None = None,
    absent: np.ndarray | None = None,
    open_errors: np.ndarray | None = None,
    false_data: np.ndarray | None = None,
    funnels: Mapping[str, Limits] | None = None,
    sure_top: np.ndarray | None = None,
    last_grade: Sequence[str | None] | None = None,
) -> Evidence:
    """The evidence on `bases` in panel quarter `quarter`.

    `composites` by quarter of the panel (those that are not there are computed); `funnels` by indicator, of this quarter,
    over all bases of the panel. The other arrays are in the order of `bases`: `absent[4 quarters, base]` as Absent
    (default: every return that is not accepted was missed), `open_errors[base]` of a return that was handed in,
    `false_data[base]` as a person has recorded it, `sure_top[base]` the share of replications (0 … 1) in which the base is
    one of the top of its type (over the year; default: not known), `last_grade` of the year before as it was published.
    """
    at = {code: place for place, code in enumerate(panel.bases)}
    columns = np.array([at[base.code] for base in bases], dtype=int)
    size = len(columns)
    window = range(quarter - A_YEAR + 1, quarter + 1)
    scored = {
        q: (composites or {}).get(q)
        or composite(values, definitions, q, panel.types[q], panel.returned[q], list(form.types))
        for q in window
        if q >= 0
    }
    types = np.array([base.type for base in bases], dtype=object)
    index_code = definitions.method.index.code
    pillars = tuple(code for code, pillar in definitions.pillars.items() if not pillar.bonus)
    index = _window(scored, index_code, window, columns)
    pillar_scores = np.array([_window(scored, code, window, columns) for code in pillars])
    least = definitions.method.peers
    year = year_means(pillar_scores, int(definitions.method.verdicts.least_quarters.value))
    if absent is None:
        absent = _absent(panel, window, columns)
    changes, compared = _changes(panel, definitions, form, quarter, columns, types)
    floors = _floors(panel, values, definitions, bases, quarter, window, columns, funnels or {}, changes, compared)
    nobody = np.zeros(size, dtype=bool)
    return Evidence(
        bases=tuple(base.code for base in bases),
        types=types,
        quarter_of_year=periods.quarter(panel.periods[quarter]),
        absent=absent,
        open_errors=nobody if open_errors is None else np.asarray(open_errors, dtype=bool),
        false_data=nobody if false_data is None else np.asarray(false_data, dtype=bool),
        index_code=index_code,
        index=index,
        index_why=_index_why(index[-1], values, definitions, types, quarter, columns),
        pillars=pillars,
        pillar_scores=pillar_scores,
        pillar_limits=_by_type(types, pillar_scores, least),
        year_scores=year,
        year_limits=_by_type(types, year, least),
        floors=floors,
        compared=tuple(compared),
        changes=changes,
        sure_top=np.full(size, np.nan) if sure_top is None else np.asarray(sure_top, dtype=float),
        last_grade=tuple(last_grade) if last_grade is not None else (None,) * size,
    )


def _window(scored: Mapping[int, Composite], code: str, window: range, columns: np.ndarray) -> np.ndarray:
    """scores[4 quarters, base] of one code; NaN before the panel begins."""
    nothing = np.full(columns.shape, np.nan)
    return np.array([scored[q].scores[code][columns] if q in scored else nothing for q in window])


def year_means(scores: np.ndarray, least: int) -> np.ndarray:
    """[…, quarter, base] → the mean of the quarters that are there, NaN with fewer than `least`."""
    count = (~np.isnan(scores)).sum(axis=-2)
    total = np.nansum(scores, axis=-2)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count >= least)


def _by_type(types: np.ndarray, scores: np.ndarray, peers: Peers) -> np.ndarray:
    """The peers' limit for each score […, base]."""
    limits = np.full(scores.shape, np.nan)
    for kind in set(types.tolist()):
        inside = np.flatnonzero(types == kind)
        for place in np.ndindex(scores.shape[:-1]):
            limits[(*place, inside)] = check_scores(scores[(*place, inside)], peers).limits
    return limits


def _absent(panel: Panel, window: range, columns: np.ndarray) -> np.ndarray:
    """As if every return were due: there, missed, or not asked for."""
    found = np.full((len(window), columns.size), Absent.NOT_IN, dtype=np.uint8)
    for row, q in enumerate(window):
        if q >= 0:
            inside, there = panel.types[q, columns] >= 0, panel.returned[q, columns]
            found[row] = np.where(inside, np.where(there, Absent.THERE, Absent.MISSED), Absent.NOT_IN)
    return found


def _index_why(
    index: np.ndarray,
    values: Mapping[str, Values],
    definitions: Definitions,
    types: np.ndarray,
    quarter: int,
    columns: np.ndarray,
) -> np.ndarray:
    """Why there is no index: too little history, too few peers, or too much left blank."""
    counted = [indicator for indicator in definitions.indicators.values() if indicator.scored and indicator.weight > 0]
    why = np.array([values[indicator.code].why[quarter, columns] for indicator in counted])
    kinds, which, counts = np.unique(types.astype(str), return_inverse=True, return_counts=True)
    lonely = counts[which] < 2 if kinds.size else np.zeros(columns.shape, dtype=bool)
    mostly_history = (why == Why.HISTORY).sum(axis=0) > (why == Why.WITHHELD).sum(axis=0)
    reason = np.where(lonely, "no_peers", np.where(mostly_history, "history", "blank"))
    return np.where(np.isnan(index), reason, "")


def _changes(
    panel: Panel, definitions: Definitions, form: Form, quarter: int, columns: np.ndarray, types: np.ndarray
) -> tuple[decline.Changes, list[str]]:
    """How each base changed; a quarter that the panel does not have is empty."""
    settings = definitions.method.verdicts
    indicators = alone.compared(definitions, form)
    table = alone.span(panel, indicators, quarter, decline.SPAN, columns)
    size = Evaluator(alone.latest(panel, quarter, decline.SPAN + 1))(formula.parse(settings.size)).values[-1, columns]
    up = np.array([indicator.direction == "up" for indicator in indicators], dtype=bool)
    least = int(settings.least_indicators.value), int(settings.least_peers.value)
    return decline.changes(table, up, size, types.astype(str), *least), [i.code for i in indicators]


def _floors(
    panel: Panel,
    values: Mapping[str, Values],
    definitions: Definitions,
    bases: Sequence[Base],
    quarter: int,
    window: range,
    columns: np.ndarray,
    funnels: Mapping[str, Limits],
    changes: decline.Changes,
    compared: Sequence[str],
) -> Floors:
    """Every floor of the four quarters. A base is held against the peers of its type that reported in that quarter."""
    pillars = definitions.pillars
    judged = [i for i in definitions.indicators.values() if i.floor and not pillars[i.pillar].bonus]
    rows = {indicator.code: row for row, indicator in enumerate(judged)}
    shape = (len(judged), len(window), columns.size)
    value, limit, missed = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    hardship = np.array([base.hardship for base in bases], dtype=bool)
    types = np.array([base.type for base in bases], dtype=object)
    for kind in set(types.tolist()):
        for when, q in enumerate(window):
            inside = np.flatnonzero((types == kind) & panel.returned[q, columns]) if q >= 0 else []
            if not len(inside):
                continue
            of_year = periods.quarter(panel.periods[q])
            for indicator in with_floor(definitions, kind):
                if indicator.code not in rows:
                    continue
                own, row = values[indicator.code], rows[indicator.code]
                check = check_floor(
                    indicator, own, definitions, of_year, q, kind, hardship[inside], columns[inside].tolist()
                )
                value[row, when, inside] = own.value[q, columns[inside]]
                blank = own.why[q, columns[inside]] == Why.WITHHELD
                limit[row, when, inside], missed[row, when, inside] = check.limits, check.past | blank
    upper = np.array([is_upper(indicator) for indicator in judged], dtype=bool)
    low, high = np.full((2, len(judged), columns.size), np.nan)
    for code in rows.keys() & funnels.keys():
        low[rows[code]], high[rows[code]] = funnels[code].lower[columns], funnels[code].upper[columns]
    fell = {code: changes.each[row, -1] for row, code in enumerate(compared)}
    history = np.array([fell.get(i.code, np.full(columns.size, np.nan)) for i in judged])
    return Floors(
        codes=tuple(rows),
        alone=np.array([indicator.alone for indicator in judged], dtype=bool),
        upper=upper,
        value=value,
        limit=limit,
        missed=missed,
        confirmed=confirmed(
            value[:, -1], low, high, upper, missed, history, definitions.method.verdicts.own_fall.value
        ),
        low=low,
        high=high,
    )
