"""Small contexts for the rules: a base's return, its earlier quarters, its peers and its roster, on the real form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from etl import periods
from etl.catalogue import Text
from etl.evaluation import Evaluator
from etl.findings import Finding
from etl.form import load_form
from etl.history import blank_panel, place
from etl.panel import Panel
from etl.reading import Entry, Return, Roster
from etl.registry import Base
from etl.rules import RULES, Context

FORM = load_form()
PERIOD = "2026Q3"
OWN = "B0"
Figures = Mapping[str, float | None]


def findings(
    code: str,
    now: Figures,
    earlier: Sequence[Figures | None] = (),
    *,
    parameters: Mapping[str, Any] | None = None,
    base_type: str = "regional",
    peers: Sequence[Figures] = (),
    roster: Roster | None = None,
    **more: Any,
) -> list[Finding]:
    """What the check `code` says of the return `now`. `earlier`: the quarters before, the latest last, None for no
    return; `parameters` are put over those of checks.yml; `more` goes into the context."""
    check = FORM.checks[code]
    rule = RULES[check.rule or ""]
    panel = _panel([*earlier, now], base_type)
    context = Context(
        form=FORM,
        check=check,
        item=_item(now, roster),
        base=make_base(OWN, base_type),
        panel=panel,
        position=0,
        evaluate=Evaluator(panel, FORM.tolerances),
        peers=_peers(peers, base_type) if peers else None,
        **more,
    )
    chosen = rule.parameters.model_validate({**check.parameters, **(parameters or {})})
    return list(rule.run(context, chosen))


def make_base(code: str, base_type: str = "regional", province: str = "ZJ") -> Base:
    return Base(code, Text(en=f"Base {code}", zh=f"基地{code}"), base_type, province, False, "active", None)


def measures(found: Sequence[Finding]) -> list[str | None]:
    return [finding.measure for finding in found]


def cell(measure: str) -> str:
    """Where `findings` puts a measure: column C, one row each from the sixth."""
    return f"C{list(FORM.measures).index(measure) + 6}"


def money(base_type: str = "regional") -> list[str]:
    return [measure.code for measure in FORM.measures_of(base_type) if measure.value_type == "amount"]


FIRM = {
    "uscc": "91330000000000001A",
    "firm_name": "Firm",
    "industry_code": "I65",
    "reg_date": date(2024, 1, 5),
    "entry_date": date(2025, 2, 1),
    "status": "incubating",
    "status_date": None,
    "founder_group": "student",
    "employees": 5.0,
    **{column.code: 0.0 for column in FORM.roster.values() if column.value_type in ("count", "amount")},
    **{column.code: "no" for column in FORM.roster.values() if column.value_type == "yes_no"},
    "srdi": "none",
}
"""A firm about which there is nothing to say."""


def make_roster(rows: Sequence[Mapping[str, Any]], without: Sequence[str] = ()) -> Roster:
    """A roster whose firms are FIRM but for what is given, from row 6 on; `without` names columns left out."""
    columns = [code for code in FORM.roster if code not in without]
    return Roster(
        rows=list(range(5, 5 + len(rows))),
        places={code: place for place, code in enumerate(columns)},
        columns={code: [{**FIRM, **row}[code] for row in rows] for code in columns},
        key=FORM.firm_key,
    )


def _item(now: Figures, roster: Roster | None) -> Return:
    rows = {code: 5 + row for row, code in enumerate(FORM.measures)}
    entries = {code: Entry(value, rows[code], 2, f"why {code}") for code, value in now.items()}
    return Return(OWN, PERIOD, "Return", entries, roster)


def _panel(quarters: Sequence[Figures | None], base_type: str) -> Panel:
    span = periods.span(periods.shift(PERIOD, 1 - len(quarters)), PERIOD)
    panel = blank_panel(FORM, span, [OWN], {period: {OWN: base_type} for period in span})
    for quarter, figures in enumerate(quarters):
        if figures is not None:
            place(panel, quarter, 0, _known(figures))
    panel.refresh()
    return panel


def _peers(bases: Sequence[Figures], base_type: str) -> Panel:
    codes = [OWN, *(f"P{i}" for i in range(len(bases)))]
    period = periods.shift(PERIOD, -1)
    panel = blank_panel(FORM, (period,), codes, {period: dict.fromkeys(codes, base_type)})
    for column, figures in enumerate(bases, start=1):
        place(panel, 0, column, _known(figures))
    panel.refresh()
    return panel


def _known(figures: Figures) -> dict[str, float]:
    return {code: value for code, value in figures.items() if value is not None}
