"""One quarter alone: an indicator's formula without its windows. Four quarters together hide whether the last one was
bad too, and one bad quarter stays in them for a year."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from etl import formula
from etl.evaluation import Evaluator
from etl.form import Form
from etl.panel import Panel
from indicators.definition import Definitions, Indicator

SHORTER = {"lag4": "lag1"}
"""Windows that become shorter: growth over a year becomes growth over a quarter."""
WITHOUT = ("sum4", "avg5")
"""Windows that are left out: a year's hires become the quarter's."""


def of_one_quarter(node: formula.Node) -> formula.Node:
    """The formula over a quarter instead of a year."""
    match node:
        case formula.Window(name, operand):
            inner = of_one_quarter(operand)
            return inner if name in WITHOUT else formula.Window(SHORTER.get(name, name), inner)
        case formula.Arithmetic(_, left, right):
            return replace(node, left=of_one_quarter(left), right=of_one_quarter(right))
        case formula.Negative(operand):
            return replace(node, operand=of_one_quarter(operand))
        case formula.Function(_, operands):
            return replace(node, operands=tuple(of_one_quarter(operand) for operand in operands))
    return node


def compared(definitions: Definitions, form: Form) -> list[Indicator]:
    """The indicators that count in the index and can be told for one quarter: what counts since January cannot."""
    bonus = {pillar.code for pillar in definitions.method.pillars if pillar.bonus}
    return [
        indicator
        for indicator in definitions.indicators.values()
        if indicator.scored and indicator.pillar not in bonus and not _since_january(indicator, form)
    ]


def _since_january(indicator: Indicator, form: Form) -> bool:
    used = formula.measures(indicator.ratio_tree)
    return any(form.measures[code].timing == "year_to_date" for code in used)


def span(
    panel: Panel, indicators: list[Indicator], quarter: int, count: int, columns: Sequence[int] | np.ndarray
) -> np.ndarray:
    """values[indicator, quarter, base] of the `count` quarters that end with `quarter`, each alone; NaN for quarters that
    the panel does not have."""
    recent = latest(panel, quarter, count + 1)  # one more: growth over a quarter needs the one before
    found = quarterly(recent, indicators)[:, -count:, columns]
    table = np.full((len(indicators), count, len(columns)), np.nan)
    table[:, count - found.shape[1] :] = found
    return table


def quarterly(panel: Panel, indicators: list[Indicator]) -> np.ndarray:
    """values[indicator, quarter, base] of each quarter alone, in the indicators' own units."""
    evaluate = Evaluator(panel)
    return np.array([evaluate(of_one_quarter(i.ratio_tree)).values * i.factor for i in indicators]).reshape(
        len(indicators), len(panel.periods), len(panel.bases)
    )


def latest(panel: Panel, quarter: int, count: int) -> Panel:
    """The `count` quarters that end with `quarter`, or those that there are."""
    part = slice(max(0, quarter + 1 - count), quarter + 1)
    return Panel(
        panel.periods[part], panel.measures, panel.bases, panel.values[part], panel.types[part], panel.asked,
        panel.returned[part],
    )  # fmt: skip
