"""How sure the ranks of a quarter are, and the verdict on each base, as rows of the warehouse's tables."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from etl import periods
from etl.registry import Base
from indicators.certainty import programme_uncertainty
from indicators.computed import Computed, cells
from indicators.peers import PeerFunnel
from indicators.sources import IN_REVIEW, MISSED, NOT_DUE, Sources
from indicators.uncertainty import Uncertainty
from indicators.verdicts.evidence import Absent, Evidence, gather
from indicators.verdicts.judge import judge
from indicators.verdicts.reasons import Verdicts
from indicators.year_certainty import year_top_share

ABSENT = {NOT_DUE: Absent.NOT_DUE, IN_REVIEW: Absent.IN_REVIEW, MISSED: Absent.MISSED}
FIGURES = ("low", "high", "mean", "median", "top_tenth", "top_fifth", "bottom_tenth", "ranked")
A_YEAR = 4


def certainty(computed: Computed, quarter: int, seed: int) -> dict[str, Uncertainty]:
    """Code of each pillar and of the index → how sure its ranks are, arrays [base of the panel]."""
    panel = computed.panel
    return programme_uncertainty(
        computed.values,
        computed.definitions,
        quarter,
        panel.types[quarter],
        panel.returned[quarter],
        list(computed.form.types),
        seed,
    )


def certainty_rows(sure: Mapping[str, Uncertainty], bases: list[Base], columns: list[int]) -> Iterator[dict[str, Any]]:
    """A row for each base and code that has a rank."""
    for code, of in sure.items():
        figures = [cells(getattr(of, name)[columns]) for name in FIGURES]
        for base, *row in zip(bases, *figures, strict=True):
            if None not in row:
                yield {"code": code, "base": base.code, **dict(zip(FIGURES, row, strict=True))}


def judged(
    computed: Computed,
    sources: Sources,
    quarter: int,
    bases: list[Base],
    columns: list[int],
    funnels: Mapping[str, PeerFunnel],
    seed: int,
) -> Verdicts:
    """The verdicts, in the order of the bases."""
    evidence = evidence_of(computed, sources, quarter, bases, columns, funnels, seed)
    return judge(evidence, computed.definitions.method.verdicts)


def evidence_of(
    computed: Computed,
    sources: Sources,
    quarter: int,
    bases: list[Base],
    columns: list[int],
    funnels: Mapping[str, PeerFunnel],
    seed: int,
) -> Evidence:
    """What the verdicts of a quarter of the panel rest on, in the order of the bases. The year is the last four
    quarters, of which the panel has some."""
    panel, definitions = computed.panel, computed.definitions
    year = range(max(0, quarter - A_YEAR + 1), quarter + 1)
    sure_top = year_top_share(
        computed.values, definitions, year, panel.types, panel.returned, list(computed.form.types), seed
    )
    errors = {code for code, absent in sources.absence(panel.periods[quarter]).items() if absent.errors}
    false = {found.base for found in sources.false_data}
    last = {grade.base: grade.grade for grade in sources.grades}
    return gather(
        panel,
        computed.values,
        definitions,
        computed.form,
        bases,
        quarter,
        composites={q: computed.composite(q) for q in year},
        absent=_absent(computed, sources, quarter, bases, columns),
        open_errors=np.array([base.code in errors for base in bases], dtype=bool),
        false_data=np.array([base.code in false for base in bases], dtype=bool),
        funnels=funnels,
        sure_top=sure_top[columns],
        last_grade=[last.get(base.code) for base in bases],
    )


def _absent(computed: Computed, sources: Sources, quarter: int, bases: list[Base], columns: list[int]) -> np.ndarray:
    """[4 quarters, base]: whether the return is there, and if not, why."""
    panel = computed.panel
    found = np.full((A_YEAR, len(bases)), Absent.NOT_IN, dtype=np.uint8)
    for row, back in enumerate(range(A_YEAR - 1, -1, -1)):
        absence = sources.absence(periods.shift(panel.periods[quarter], -back))
        for place, base in enumerate(bases):
            if base.code in absence:
                found[row, place] = ABSENT[absence[base.code].state]
        if quarter >= back:
            found[row, panel.returned[quarter - back, columns]] = Absent.THERE
    return found


def verdict_rows(verdicts: Verdicts, bases: list[Base]) -> Iterator[dict[str, Any]]:
    columns = verdicts.lamp, verdicts.grade, verdicts.proposal, verdicts.trend, verdicts.reasons
    for base, lamp, grade, proposal, trend, reasons in zip(bases, *columns, strict=True):
        yield {
            "base": base.code,
            "lamp": lamp,
            "grade": grade,
            "final": verdicts.final,
            "proposal": proposal,
            "trend": trend,
            "reasons": json.dumps([reason.as_dict() for reason in reasons], ensure_ascii=False, allow_nan=False),
        }
