"""What is more than noise, as rows of the warehouse's tables: each base against its peers, and over time."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from etl.registry import Base
from indicators.computed import Computed, cells
from indicators.histories import History, histories
from indicators.peers import WORSE, PeerFunnel, indicator_funnels
from indicators.xmr import CAUSES, JUDGEMENTS

FUNNEL, XMR = "funnel", "xmr"
BETTER_THAN, SIMILAR, WORSE_THAN = "better", "similar", "worse"
NUMBERS = ("target", "lower", "upper", "z", "q")
BLANK = {"target": None, "lower": None, "upper": None, "z": None, "q": None,
         "against_peers": None, "over_time": None, "cause": None, "provisional": None}  # fmt: skip


def against_peers(computed: Computed, quarter: int) -> dict[str, PeerFunnel]:
    """The funnel of each indicator that has one, arrays [base of the panel]."""
    panel, names = computed.panel, list(computed.form.types)
    types, returned = panel.types[quarter], panel.returned[quarter]
    return indicator_funnels(computed.values, computed.definitions, quarter, types, returned, names)


def rows(
    computed: Computed, funnels: Mapping[str, PeerFunnel], quarter: int, bases: list[Base], columns: list[int]
) -> Iterator[dict[str, Any]]:
    """A row for each indicator and base that is judged in that way."""
    for code, found in funnels.items():
        yield from _funnel_rows(code, found, bases, columns)
    for code, history in histories(computed.values, computed.definitions, computed.form, quarter).items():
        yield from _history_rows(code, history, bases, columns)


def _funnel_rows(code: str, found: PeerFunnel, bases: list[Base], columns: list[int]) -> Iterator[dict[str, Any]]:
    numbers = zip(*(cells(getattr(found, name)[columns]) for name in NUMBERS), strict=True)
    flagged = zip(found.outlier[columns].tolist(), found.side[columns].tolist(), strict=True)
    for base, told, (outlier, side) in zip(bases, numbers, flagged, strict=True):
        values = dict(zip(NUMBERS, told, strict=True))
        if values["z"] is not None:
            place = (WORSE_THAN if side == WORSE else BETTER_THAN) if outlier else SIMILAR
            yield {"code": code, "base": base.code, "kind": FUNNEL, **BLANK, **values, "against_peers": place}


def _history_rows(code: str, found: History, bases: list[Base], columns: list[int]) -> Iterator[dict[str, Any]]:
    chart = found.charts
    last = (cells(array[columns, -1]) for array in (chart.mean, chart.lower, chart.upper))
    judged = (
        np.asarray(array)[columns].tolist() for array in (found.judged, found.judgement, found.cause, found.provisional)
    )
    for base, mean, lower, upper, there, judgement, cause, provisional in zip(bases, *last, *judged, strict=True):
        if there:
            told = {"over_time": JUDGEMENTS[judgement], "cause": CAUSES[cause], "provisional": provisional}
            chart_of = {"target": mean, "lower": lower, "upper": upper}
            yield {"code": code, "base": base.code, "kind": XMR, **BLANK, **chart_of, **told}
