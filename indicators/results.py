"""A quarter's results as rows of the warehouse's tables: standings, indicators, scores, ranks, groups and flags."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from etl import schema
from etl.form import Form
from etl.panel import Panel, Why
from etl.registry import Base, Registry
from indicators.composite import Composite, composite
from indicators.compute import Values, compute, headline_values
from indicators.content import Tables
from indicators.definition import Definitions
from indicators.flags import flags
from indicators.groups import group_values, groups_of
from indicators.sources import Sources


@dataclass(frozen=True)
class Computed:
    """Everything computed from one panel; quarters are published from it one by one."""

    form: Form
    definitions: Definitions
    registry: Registry
    panel: Panel
    values: dict[str, Values]
    """By indicator and headline."""

    @classmethod
    def of(cls, form: Form, definitions: Definitions, registry: Registry, panel: Panel) -> "Computed":
        values = compute(panel, definitions, list(form.types))
        values |= {headline.code: headline_values(panel, headline) for headline in definitions.method.headlines}
        return cls(form, definitions, registry, panel, values)

    def columns(self, bases: list[Base]) -> list[int]:
        """The bases' places in the arrays."""
        place = {code: i for i, code in enumerate(self.panel.bases)}
        return [place[base.code] for base in bases]

    def composite(self, quarter: int) -> Composite:
        """Scores and ranks of one quarter, of every base of the panel."""
        types, returned = self.panel.types[quarter], self.panel.returned[quarter]
        return composite(self.values, self.definitions, quarter, types, returned, list(self.form.types))


def tables(computed: Computed, sources: Sources, period: str) -> Tables:
    """Every row of the quarter's results, without the publication's name. Depends on nothing but its arguments."""
    quarter = computed.panel.periods.index(period)
    bases = computed.registry.bases(period)
    columns = computed.columns(bases)
    returned = computed.panel.returned[quarter, columns]
    ranked = computed.composite(quarter)
    flagged = flags(computed.values, ranked, computed.definitions, period, quarter, bases, columns, returned)
    return {
        schema.standing: list(_standings(bases, returned, sources.absence(period))),
        schema.result: list(_results(computed, ranked, quarter, bases, columns)),
        schema.group_result: list(_group_results(computed, quarter, bases, columns)),
        schema.flag: [dict(vars(flag)) for flag in flagged],
        schema.certainty: [],
        schema.signal: [],
        schema.verdict: [],
    }


def _standings(bases: list[Base], returned: np.ndarray, absence: dict[str, str]) -> Iterator[dict[str, Any]]:
    for base, there in zip(bases, returned, strict=True):
        yield {
            "base": base.code,
            "type": base.type,
            "province": base.province,
            "returned": bool(there),
            "absence": None if there else absence.get(base.code),
        }


def _results(
    computed: Computed, ranked: Composite, quarter: int, bases: list[Base], columns: list[int]
) -> Iterator[dict[str, Any]]:
    """Rows for each base and each code that is defined for its type."""
    definitions = computed.definitions
    for code, indicator in definitions.indicators.items():
        of = computed.values[code]
        lines = zip(
            bases,
            _cells(of.numerator[quarter, columns]),
            _cells(None if of.denominator is None else of.denominator[quarter, columns], len(bases)),
            _cells(of.value[quarter, columns]),
            _cells(ranked.scores[code][columns]),
            _cells(ranked.ranks[code][columns]),
            of.why[quarter, columns].tolist(),
            strict=True,
        )
        for base, numerator, denominator, value, score, rank, why in lines:
            if base.type in indicator.base_types:
                yield _result(code, base, numerator, denominator, value, score, rank, why)
    for headline in definitions.method.headlines:
        of = computed.values[headline.code]
        lines = zip(bases, _cells(of.value[quarter, columns]), of.why[quarter, columns].tolist(), strict=True)
        for base, value, why in lines:
            yield _result(headline.code, base, value, None, value, None, None, why)
    for code in (*definitions.pillars, definitions.method.index.code):
        scores, ranks = _cells(ranked.scores[code][columns]), _cells(ranked.ranks[code][columns])
        for base, score, rank in zip(bases, scores, ranks, strict=True):
            yield _result(code, base, None, None, score, score, rank, Why.PRESENT)


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


def _cells(values: np.ndarray | None, size: int = 0) -> Iterable[float | None]:
    """NaN → None, NumPy → plain numbers."""
    if values is None:
        return [None] * size
    return [None if value != value else value for value in values.tolist()]
