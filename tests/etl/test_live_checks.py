"""The form's own ✓ and ✗ are the product's: the same tree, calculated by LibreOffice and by the evaluator."""

import random
from datetime import date

import numpy as np
import openpyxl
import pytest

from etl import formula, periods
from etl.catalogue import Text
from etl.evaluation import Evaluator
from etl.excel import FAILS, HOLDS, UNKNOWN, NotInForm, check_formula
from etl.form import load_form
from etl.history import blank_panel, place
from etl.registry import Base
from etl.template import Filling, write_form
from tests.office import require_office, saved_by_office

FORM = load_form()
TOLERANCE = FORM.tolerances


def cell(code: str, back: int) -> str | None:
    return {0: "E1", 1: "F1"}.get(back)


class TestTranslation:
    def test_a_comparison_of_counts_is_exact(self):
        text = check_formula(formula.parse("firms_closed <= firms_exited"), cell, "2026Q3", set(), TOLERANCE)
        assert text == '=IF(COUNT(E1,E1)<2,"?",IF((E1)-(E1)<=0,"✓","✗"))'

    def test_a_comparison_of_money_leaves_half_a_cent(self):
        text = check_formula(formula.parse("early_equity_amt <= equity_amt"), cell, "2026Q3", set(), TOLERANCE)
        assert "<=0.005" in text

    def test_last_quarter_is_the_column_beside(self):
        text = check_formula(formula.parse("firms_start == lag1(firms_end)"), cell, "2026Q3", set(), TOLERANCE)
        assert "ABS((E1)-(F1))" in text

    def test_the_quarter_of_a_window_is_that_quarters(self):
        text = check_formula(formula.parse("mentors <= lag1(quarter)"), cell, "2026Q1", set(), TOLERANCE)
        assert "(E1)-(4)" in text

    def test_what_is_not_asked_counts_as_0_when_it_is_added(self):
        text = check_formula(formula.parse("bond_amt + loan_amt == 0"), cell, "2026Q3", {"bond_amt"}, TOLERANCE)
        assert text.startswith("=IF(COUNT(E1)<1,")

    @pytest.mark.parametrize("text", ["sum4(mentors) > 0", "lag1(lag1(mentors)) > 0", "bond_amt > 0"])
    def test_what_the_form_does_not_show_is_not_checked_in_it(self, text):
        with pytest.raises(NotInForm):
            check_formula(formula.parse(text), cell, "2026Q3", {"bond_amt"}, TOLERANCE)


def guesses(base_type: str, seed: int) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Values of this quarter, the last, and the year before: small, so that every check now holds, now fails; some
    are blank."""
    draw = random.Random(seed)

    def quarter(blank: float) -> dict[str, float]:
        return {
            measure.code: float(draw.choice((0, 1, 2, 3))) + (0.25 if measure.value_type != "count" else 0)
            for measure in FORM.measures_of(base_type)
            if draw.random() >= blank
        }

    return quarter(0.1), quarter(0.1), quarter(0.1)


def signs_of_the_product(base_type: str, period: str, now: dict, last: dict, year: dict) -> dict[str, str]:
    """What the evaluator says of every formula check: ✓, ✗, or ? for a missing operand."""
    quarters = periods.span(periods.shift(period, -4), period)
    panel = blank_panel(FORM, quarters, ["X"], {quarter: {"X": base_type} for quarter in quarters})
    for quarter, values in ((4, now), (3, last), (0, year)):
        place(panel, quarter, 0, values)
    panel.refresh()
    evaluate = Evaluator(panel, TOLERANCE)
    found = {}
    for check in FORM.checks.values():
        if check.formula:
            value = evaluate(check.tree).values[-1, 0]
            found[check.code] = UNKNOWN if np.isnan(value) else HOLDS if value else FAILS
    return found


@pytest.mark.office
def test_the_signs_in_the_form_are_what_the_product_finds(tmp_path):
    require_office()
    cases, paths = {}, []
    for number, (base_type, period) in enumerate(
        (kind, period) for kind in FORM.types for period in ("2026Q1", "2026Q3")
    ):
        now, last, year = guesses(base_type, number)
        path = tmp_path / f"form{number}.xlsx"
        earlier = {code: (last.get(code), year.get(code)) for code in FORM.measures}
        base = Base("X", Text(en="X", zh="X"), base_type, "BJ", False, "active", 1)
        write_form(path, FORM, base, period, Filling(now, earlier=earlier))
        cases[path.name] = signs_of_the_product(base_type, period, now, last, year)
        paths.append(path)
    (tmp_path / "saved").mkdir()
    shown = 0
    for path in saved_by_office(paths, tmp_path / "saved", tmp_path / "profile"):
        sheet = openpyxl.load_workbook(path, data_only=True)["Checks"]
        signs = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0] in FORM.checks}
        assert len(signs) >= 25
        assert signs == {code: cases[path.name][code] for code in signs}, path.name
        shown += sum(sign == FAILS for sign in signs.values())
    assert shown > 20, "the sample must make checks fail"


@pytest.mark.office
def test_the_roster_is_added_up_and_compared_with_the_return(tmp_path):
    require_office()
    columns = {column.code: column for column in FORM.roster_of("regional")}
    firm = {"uscc": "X", "firm_name": "=1+1", "entry_date": date(2026, 1, 5), "status": "incubating", "hires": 2.0}
    gone = {**firm, "status": "exited", "status_date": date(2026, 2, 1), "ip_valid": 50.0}
    assert set(gone) <= set(columns)
    base = Base("X", Text(en="X", zh="X"), "regional", "BJ", False, "active", 1)
    path = tmp_path / "form.xlsx"
    values = {"jobs_new": 4.0, "ip_valid": 3.0, "firms_srdi": 1.0, "revenue_amt": 0.0}
    roster = [firm | {"ip_valid": 3.0, "srdi": "giant"}, gone]
    write_form(path, FORM, base, "2026Q1", Filling(values, roster=roster))
    (tmp_path / "saved").mkdir()
    (saved,) = saved_by_office([path], tmp_path / "saved", tmp_path / "profile")
    book = openpyxl.load_workbook(saved, data_only=True)
    totals = {row[0]: row for row in book["Checks"].iter_rows(values_only=True) if row[0] in FORM.measures}
    assert totals["jobs_new"][1:7:4] == (HOLDS, 4), "flows are summed over all rows"
    assert totals["ip_valid"][1:7:4] == (HOLDS, 3), "stocks over incubating rows only"
    assert totals["firms_srdi"][1:7:4] == (HOLDS, 1)
    assert totals["jobs_grad_new"][1] == UNKNOWN, "the return's cell is blank"
    assert book["Roster"]["B4"].value == "=1+1", "text stays text"
