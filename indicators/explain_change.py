"""From "this quarter alone: 26, against 151 in a quarter of the year before" back to the cells: the value of each quarter
that the statement compares, with its operands."""

from dataclasses import dataclass

from sqlalchemy import Connection

from etl import formula, periods
from etl.evaluation import Evaluator
from etl.panel import Panel, Why
from indicators import recompute
from indicators.definition import Indicator
from indicators.explain import Unexplained, operand_of
from indicators.results import reason
from indicators.trace import Operand, Trace, trace_of
from indicators.verdicts import alone, decline
from indicators.verdicts.grounds import number


@dataclass(frozen=True)
class QuarterAlone:
    """`missing`: why there is no value."""

    period: str
    value: float | None
    numerator: float | None
    denominator: float | None
    missing: str | None
    operands: tuple[Operand, ...]


@dataclass(frozen=True)
class Change:
    """`above`, `below`: the formula over one quarter; `before`: the quarters of the year before, the oldest first;
    `mean`: of those that are there, as the verdict reckons it."""

    indicator: Indicator
    above: formula.Node
    below: formula.Node | None
    before: tuple[QuarterAlone, ...]
    mean: float | None
    now: QuarterAlone

    @property
    def quarters(self) -> tuple[QuarterAlone, ...]:
        return (*self.before, self.now)


def explain_change(connection: Connection, base: str, publication: str, code: str) -> Change:
    """Of one indicator of a base as the publication compared it. Raises Unexplained for what is not compared, Refused and
    NotKept as `recompute.made_from` does."""
    made = recompute.made_from(connection, publication)
    computed, period = made.computed, made.period
    compared = {indicator.code: indicator for indicator in alone.compared(computed.definitions, computed.form)}
    if code not in compared:
        raise Unexplained(f"{code} is not compared quarter by quarter; compared are {', '.join(compared)}")
    if base not in computed.panel.bases:
        raise Unexplained(f"no base {base} is in the programme in {period}")
    indicator, panel, column = compared[code], computed.panel, computed.panel.bases.index(base)
    quarter = panel.periods.index(period)
    table = alone.span(panel, [indicator], quarter, decline.SPAN, [column])
    values = [number(value) for value in table[0, :, 0]]
    told = _Quarters(alone.latest(panel, quarter, decline.SPAN + 1), trace_of(connection, made.sources, base), column)
    above, below = told.trees(indicator)
    quarters = [
        told.quarter(periods.shift(period, place + 1 - decline.SPAN), value, above, below)
        for place, value in enumerate(values)
        if place < decline.REFERENCE or place + 1 == decline.SPAN
    ]
    mean = number(decline.year_before(table)[0, 0])
    return Change(indicator, above, below, tuple(quarters[:-1]), mean, quarters[-1])


class _Quarters:
    """Tells single quarters of one base: `column` of the panel."""

    def __init__(self, panel: Panel, trace: Trace, column: int):
        self._panel, self._trace, self._column = panel, trace, column
        self._evaluate = Evaluator(panel)

    @staticmethod
    def trees(indicator: Indicator) -> tuple[formula.Node, formula.Node | None]:
        below = indicator.denominator_tree
        return alone.of_one_quarter(indicator.numerator_tree), alone.of_one_quarter(below) if below else None

    def quarter(
        self, period: str, value: float | None, above: formula.Node, below: formula.Node | None
    ) -> QuarterAlone:
        whole = formula.Arithmetic("/", above, below) if below else above
        trees = [above, *([below] if below else [])]
        wanted = dict.fromkeys(
            (code, periods.shift(period, -back)) for tree in trees for code, back in formula.operands(tree)
        )
        return QuarterAlone(
            period,
            value,
            self._number(above, period),
            self._number(below, period) if below else None,
            None if value is not None else reason(self._why(whole, period)),
            tuple(operand_of(self._panel, key, self._column, self._trace) for key in wanted),
        )

    def _number(self, tree: formula.Node, period: str) -> float | None:
        if period not in self._panel.periods:
            return None
        return number(self._evaluate(tree).values[self._panel.periods.index(period), self._column])

    def _why(self, tree: formula.Node, period: str) -> int:
        if period not in self._panel.periods:
            return int(Why.HISTORY)
        return int(self._evaluate(tree).why[self._panel.periods.index(period), self._column])
