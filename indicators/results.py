"""A quarter's results as rows of the warehouse's tables: standings, indicators, scores, ranks, groups and flags."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from etl import schema
from etl.panel import Why
from etl.registry import Base
from indicators import signals
from indicators.composite import Composite
from indicators.computed import Computed, cells
from indicators.content import Tables
from indicators.flags import flags
from indicators.groups import group_values, groups_of
from indicators.judging import certainty, certainty_rows, judged, verdict_rows
from indicators.sources import Absent, Sources
from indicators.uncertainty import Uncertainty


def tables(computed: Computed, sources: Sources, period: str, seed: int) -> Tables:
    """Every row of the quarter's results, without the publication's name. Depends on nothing but its arguments."""
    quarter = computed.panel.periods.index(period)
    bases = computed.registry.bases(period)
    columns = computed.columns(bases)
    returned = computed.panel.returned[quarter, columns]
    ranked = computed.composite(quarter)
    flagged = flags(computed.values, ranked, computed.definitions, period, quarter, bases, columns, returned)
    sure = certainty(computed, quarter, seed)
    funnels = signals.against_peers(computed, quarter)
    verdicts = judged(computed, sources, quarter, bases, columns, funnels, seed)
    return {
        schema.standing: list(_standings(bases, returned, sources.absence(period))),
        schema.result: list(_results(computed, ranked, sure, quarter, bases, columns)),
        schema.group_result: list(_group_results(computed, quarter, bases, columns)),
        schema.flag: [dict(vars(flag)) for flag in flagged],
        schema.certainty: list(certainty_rows(sure, bases, columns)),
        schema.signal: list(signals.rows(computed, funnels, quarter, bases, columns)),
        schema.verdict: list(verdict_rows(verdicts, bases)),
    }


def _standings(bases: list[Base], returned: np.ndarray, absence: dict[str, Absent]) -> Iterator[dict[str, Any]]:
    for base, there in zip(bases, returned, strict=True):
        yield {
            "base": base.code,
            "type": base.type,
            "province": base.province,
            "returned": bool(there),
            "absence": None if there or base.code not in absence else absence[base.code].state,
        }


def _results(
    computed: Computed,
    ranked: Composite,
    sure: Mapping[str, Uncertainty],
    quarter: int,
    bases: list[Base],
    columns: list[int],
) -> Iterator[dict[str, Any]]:
    """Rows for each base and each code that is defined for its type."""
    definitions = computed.definitions
    for code, indicator in definitions.indicators.items():
        of = computed.values[code]
        lines = zip(
            bases,
            cells(of.numerator[quarter, columns]),
            cells(None if of.denominator is None else of.denominator[quarter, columns], len(bases)),
            cells(of.value[quarter, columns]),
            cells(ranked.scores[code][columns]),
            cells(ranked.ranks[code][columns]),
            of.why[quarter, columns].tolist(),
            strict=True,
        )
        for base, numerator, denominator, value, score, rank, why in lines:
            if base.type in indicator.base_types:
                yield _result(code, base, numerator, denominator, value, score, rank, why)
    for headline in definitions.method.headlines:
        of = computed.values[headline.code]
        lines = zip(bases, cells(of.value[quarter, columns]), of.why[quarter, columns].tolist(), strict=True)
        for base, value, why in lines:
            yield _result(headline.code, base, value, None, value, None, None, why)
    for code in (*definitions.pillars, definitions.method.index.code):
        scores, ranks = cells(ranked.scores[code][columns]), cells(ranked.ranks[code][columns])
        lows, highs = cells(sure[code].low[columns]), cells(sure[code].high[columns])
        for base, score, rank, low, high in zip(bases, scores, ranks, lows, highs, strict=True):
            yield _result(code, base, None, None, score, score, rank, Why.PRESENT) | {"low": low, "high": high}


def _result(code: str, base: Base, numerator, denominator, value, score, rank, why: int) -> dict[str, Any]:
    return {
        "code": code,
        "base": base.code,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "score": score,
        "rank": None if rank is None else int(rank),
        "low": None,
        "high": None,
        "why": reason(why),
    }


def _group_results(computed: Computed, quarter: int, bases: list[Base], columns: list[int]) -> Iterator[dict[str, Any]]:
    groups, membership = groups_of(bases, computed.form)
    definitions = computed.definitions
    everyone = np.ones(len(bases), dtype=bool)
    asked = dict.fromkeys(computed.values, everyone)
    factors = dict.fromkeys(computed.values, 1.0)
    for code, indicator in definitions.indicators.items():
        asked[code] = np.array([base.type in indicator.base_types for base in bases], dtype=bool)
        factors[code] = indicator.factor
    for code, number, found in group_values(computed.values, factors, asked, quarter, columns, membership):
        if found.expected:
            yield {"code": code, **vars(groups[number]), **vars(found)}


def reason(why: int) -> str | None:
    """Why a value is missing, as the warehouse and the screens call it; None when it is there."""
    return None if why == Why.PRESENT else Why(why).name.lower()
