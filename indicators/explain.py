"""From a number back to its cells: the formula, every operand, and the file, sheet and cell that each came from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from etl import formula, periods, schema
from etl.evaluation import Evaluator
from etl.form import Form
from etl.panel import Panel, Why
from etl.places import address
from etl.registry import Registry
from indicators.compute import indicator_values
from indicators.cube import Facts, build_cube
from indicators.definition import Definitions, Indicator
from indicators.publish import reason


class Unexplained(ValueError):
    """Nothing to explain; the message says what is wrong."""


@dataclass(frozen=True)
class Operand:
    """One measure of one quarter, and the cell it was read from (None throughout when it is missing)."""

    measure: str
    period: str
    value: float | None
    file: str | None
    sha256: str | None
    sheet: str | None
    cell: str | None
    version: int | None
    missing: str | None = None
    """Why there is no value; "not_asked" counts as 0 where it is added to a measure that is asked."""


@dataclass(frozen=True)
class Explanation:
    """One indicator of one base and quarter, from the facts as they are now."""

    base: str
    period: str
    indicator: Indicator
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None
    missing: str | None
    operands: list[Operand]

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
            "operands": [vars(operand) for operand in self.operands],
        }


def explain(
    connection: Connection, form: Form, definitions: Definitions, registry: Registry, base: str, period: str, code: str
) -> Explanation:
    """Computes one indicator for one base and quarter and traces it. Raises Unexplained for what is not there."""
    indicator = definitions.indicators.get(code)
    if indicator is None:
        raise Unexplained(f"there is no indicator {code}; there are {', '.join(definitions.indicators)}")
    if registry.base(base, period) is None:
        raise Unexplained(f"no base {base} is in the programme in {period}")
    wanted = _wanted(indicator, period)
    sources = _sources(connection, base, wanted)
    panel = _panel(connection, form, registry, base, period, wanted, sources)
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
        [sources.get(key) or _absent(panel, key, column) for key in wanted],
    )


def _absent(panel: Panel, key: tuple[str, str], column: int) -> Operand:
    """An operand that has no cell, and why."""
    measure, period = key
    if period not in panel.periods:
        return Operand(measure, period, None, None, None, None, None, None, reason(Why.HISTORY))
    why = panel.column(measure)[1][panel.periods.index(period), column]
    return Operand(measure, period, None, None, None, None, None, None, reason(int(why)))


def _wanted(indicator: Indicator, period: str) -> list[tuple[str, str]]:
    """Every (measure, period) that the indicator reads, each once, in the formula's order."""
    found = list(formula.operands(indicator.numerator_tree))
    if indicator.denominator_tree:
        found += formula.operands(indicator.denominator_tree)
    return list(dict.fromkeys((code, periods.shift(period, -back)) for code, back in found))


def _sources(connection: Connection, base: str, wanted: list[tuple[str, str]]) -> dict[tuple[str, str], Operand]:
    fact, version, workbook = schema.fact.c, schema.return_version.c, schema.workbook.c
    rows = connection.execute(
        select(
            fact.measure,
            fact.period,
            fact.value,
            fact.row,
            fact.col,
            fact.version,
            version.sheet,
            version.sha256,
            workbook.name,
        )
        .join(
            schema.return_version,
            (version.base == fact.base) & (version.period == fact.period) & (version.version == fact.version),
        )
        .join(schema.workbook, workbook.sha256 == version.sha256)
        .where(
            fact.period.in_({period for _, period in wanted}),
            fact.measure.in_({measure for measure, _ in wanted}),
            fact.base == base,
        )
    )
    return {
        (row.measure, row.period): Operand(
            row.measure, row.period, row.value, row.name, row.sha256, row.sheet, address(row.row, row.col), row.version
        )
        for row in rows
    }


def _panel(connection: Connection, form: Form, registry: Registry, base: str, period: str, wanted, sources):
    """The base alone, over the quarters that the indicator looks at."""
    version = schema.return_version.c
    begun = connection.execute(select(func.min(version.period)).where(version.in_force)).scalar()
    # What lies before the first return of all is no history, as in the cube.
    first = max(min(quarter for _, quarter in wanted), min(begun or period, period))
    quarters = periods.span(first, period)
    accepted = connection.execute(
        select(version.period).where(version.base == base, version.in_force, version.period.in_(quarters))
    ).scalars()
    measures, places, values = [], [], []
    for (measure, quarter), operand in sources.items():
        measures.append(measure)
        places.append(quarter)
        values.append(operand.value)
    facts = Facts(places, measures, [base] * len(values), values, [(quarter, base) for quarter in set(accepted)])
    return build_cube(facts, form, registry, quarters)


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
