"""From a number back to its cells: the formula, every operand, and the file, sheet and cell that each came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from etl import formula, periods
from etl.evaluation import Evaluator
from etl.form import Form
from etl.panel import Panel, Why
from etl.registry import Registry
from indicators.compute import indicator_values
from indicators.cube import Facts, build_cube
from indicators.definition import Definitions, Indicator
from indicators.results import reason
from indicators.trace import Operand, Trace, trace_now


class Unexplained(ValueError):
    """Nothing to explain; the message says what is wrong."""


@dataclass(frozen=True)
class Explanation:
    """One indicator of one base and quarter, from the returns of a trace."""

    base: str
    period: str
    indicator: Indicator
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None
    missing: str | None
    operands: list[Operand]
    paragraphs: list[dict[str, str]]
    """Code and both names of each paragraph that asks for it."""

    def as_json(self) -> dict[str, Any]:
        return {
            "base": self.base,
            "period": self.period,
            "code": self.indicator.code,
            "value": self.value,
            "unit": self.unit,
            "formula": self.indicator.formula,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "missing": self.missing,
            "paragraphs": self.indicator.paragraphs,
            "name": self.indicator.name.model_dump(),
            "paragraph_names": self.paragraphs,
            "operands": [operand.as_json() for operand in self.operands],
        }


def explain(
    connection: Connection, form: Form, definitions: Definitions, registry: Registry, base: str, period: str, code: str
) -> Explanation:
    """Computes one indicator for one base and quarter from the facts as they are now, and traces it. Raises
    Unexplained for what is not there."""
    return explain_indicator(form, definitions, trace_now(connection, registry, base), base, period, code)


def explain_indicator(
    form: Form, definitions: Definitions, trace: Trace, base: str, period: str, code: str
) -> Explanation:
    """The same from the returns of a trace."""
    indicator = definitions.indicators.get(code)
    if indicator is None:
        raise Unexplained(f"there is no indicator {code}; there are {', '.join(definitions.indicators)}")
    if trace.registry.base(base, period) is None:
        raise Unexplained(f"no base {base} is in the programme in {period}")
    wanted = _wanted(indicator, period)
    panel = _panel(form, trace, base, period, wanted)
    column = panel.bases.index(base)
    values = indicator_values(Evaluator(panel), indicator, panel.types, list(form.types))
    below = None if values.denominator is None else values.denominator[-1, column]
    return Explanation(
        base,
        period,
        indicator,
        indicator.unit,
        _number(values.value[-1, column]),
        _number(values.numerator[-1, column]),
        _number(below),
        reason(int(values.why[-1, column])),
        [operand_of(panel, key, column, trace) for key in wanted],
        paragraphs(form, indicator.paragraphs),
    )


def paragraphs(form: Form, codes: Sequence[str]) -> list[dict[str, str]]:
    """Code and both names of each paragraph, in the opinion's order; last what the form does not name, as its own name."""
    order = {code: place for place, code in enumerate(form.paragraphs)}
    named = ((code, form.paragraphs.get(code)) for code in sorted(codes, key=lambda code: order.get(code, len(order))))
    return [{"code": code, "en": p.name.en if p else code, "zh": p.name.zh if p else code} for code, p in named]


def operand_of(panel: Panel, key: tuple[str, str], column: int, trace: Trace) -> Operand:
    """The operand of that measure and quarter; where it has no value, why, and what was found and answered about that."""
    if known := trace.operand(*key):
        return known
    measure, period = key
    why = Why.HISTORY
    if period in panel.periods:
        why = Why(int(panel.column(measure)[1][panel.periods.index(period), column]))
    nowhere = (None,) * 6
    return Operand(measure, period, *nowhere, missing=reason(why), findings=trace.about(measure, period))


def _wanted(indicator: Indicator, period: str) -> list[tuple[str, str]]:
    """Every (measure, period) that the indicator reads, each once, in the formula's order."""
    found = list(formula.operands(indicator.numerator_tree))
    if indicator.denominator_tree:
        found += formula.operands(indicator.denominator_tree)
    return list(dict.fromkeys((code, periods.shift(period, -back)) for code, back in found))


def _panel(form: Form, trace: Trace, base: str, period: str, wanted: Sequence[tuple[str, str]]) -> Panel:
    """The base alone, over the quarters that the indicator looks at."""
    # What lies before the first return of all is no history, as in the cube.
    first = max(min(quarter for _, quarter in wanted), min(trace.begun or period, period))
    quarters = periods.span(first, period)
    there = [operand for key in wanted if (operand := trace.operand(*key))]
    facts = Facts(
        period=[operand.period for operand in there],
        measure=[operand.measure for operand in there],
        base=[base] * len(there),
        value=[operand.value or 0.0 for operand in there],
        returned=[(quarter, base) for quarter in quarters if quarter in trace.returns],
    )
    return build_cube(facts, form, trace.registry, quarters)


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
