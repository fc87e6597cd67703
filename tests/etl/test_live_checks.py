"""The form's own ✓ and ✗ are the product's: calculated by LibreOffice, and found by the checker in the same file."""

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

import openpyxl
import pytest

from etl import formula, periods
from etl.catalogue import Text
from etl.checks import Checker
from etl.config import settings
from etl.excel import FAILS, HOLDS, UNKNOWN, NotInForm, check_formula
from etl.form import load_form
from etl.history import History
from etl.reading import Return, read_returns
from etl.registry import Base, Registry
from etl.rules import RULES
from etl.rules.credit_code import check_character
from etl.rules.live import LIVE, LONGEST_FORMULA, Places, live_signs, row_marks
from etl.template import Filling, write_form
from etl.template.layout import COLUMNS, layout_of
from etl.warehouse import reading
from tests.builders import PROGRAMME, Story, credit_code, registered
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


# Which checks the form shows

LATER = {"not_asked", "unit_slip", "jump", "revised", "credit_code", "roster_plausible"}
"""Rules that need other bases, a longer history or single firms; a measure that is not asked is not in the form."""


def test_every_check_is_shown_live_or_waits_for_the_check_that_is_made_on_sending():
    assert {check.rule for check in FORM.checks.values() if check.rule} == LIVE.keys() | LATER
    assert LIVE.keys() <= RULES.keys()
    assert not LIVE.keys() & LATER


def signs_of(base_type: str, period: str = "2026Q3"):
    layout = layout_of(FORM, base_type)
    return live_signs(Places(FORM, base_type, period, layout.value, layout.ranges()))


@pytest.mark.parametrize("base_type", FORM.types)
def test_every_live_rule_and_formula_of_the_type_has_its_sign(base_type):
    shown = {sign.check.code for sign in signs_of(base_type)}
    wanted = {check.code for check in FORM.checks.values() if check.rule in LIVE}
    assert wanted <= shown
    assert {"K01", "K02", "K14"} <= shown


def test_no_formula_is_longer_than_excel_takes():
    assert max(len(sign.formula()) for sign in signs_of("regional")) <= LONGEST_FORMULA


def test_parameters_are_those_of_the_catalogue():
    formulas = [sign.formula("X1") for sign in signs_of("regional") if sign.check.code == "R05"]
    assert f"<={FORM.checks['R05'].parameters['per_team']}*" in formulas[1]


def test_a_movement_is_counted_within_the_quarter():
    (entered,) = [sign for sign in signs_of("regional") if (sign.check.code, sign.measure) == ("R02", "firms_entered")]
    assert '">="&DATE(2026,7,1)' in entered.roster
    assert '"<"&DATE(2026,10,1)' in entered.roster


# The same values, calculated by LibreOffice and checked by the product


class Earlier(History):
    """A history in which one base's last quarter and last year are known, and nothing else."""

    known: Mapping[tuple[str, str], dict[str, float]]

    def figures(self, keys):
        return {key: self.known[key] for key in keys if key in self.known}


def guesses(base_type: str, draw: random.Random) -> dict[str, float]:
    """Values so small that every check now holds, now fails; some are blank, some outside their range."""
    return {
        measure.code: float(draw.choice((0, 1, 2, 3, 3, -1)))
        + (0.25 if measure.value_type != "count" or draw.random() < 0.05 else 0)
        for measure in FORM.measures_of(base_type)
        if draw.random() >= 0.1
    }


def disturbed(values: dict[str, float], roster: list[dict], period: str, draw: random.Random):
    """A good return with some of its values and some of its firms changed."""
    values, roster = dict(values), [dict(firm) for firm in roster]
    for code in draw.sample(sorted(values), 8):
        values[code] = draw.choice((0.0, values[code] + 1, values[code] * 10))
    values.pop(draw.choice(sorted(values)))
    for firm in draw.sample(roster, 3):
        firm["status"] = draw.choice(("incubating", "graduated", "exited", "closed"))
        firm["status_date"] = periods.starts(period) + timedelta(days=draw.choice((-1, 0, 91, 200)))
        firm["entry_date"] = periods.starts(period) + timedelta(days=draw.choice((-1, 0, 91, 92)))
        firm["employees"] = draw.choice((0, 400))
        firm["loan"] = draw.choice((0.0, 77.7))
    return values, roster


def cases(base_type: str, number: int):
    """(values, roster, last quarter, last year, period): a good return, a disturbed one, and two of guesses."""
    draw, quarters = random.Random(number), periods.span("2025Q3", "2026Q3")
    story = Story("X", base_type, size=9, seed=number)
    told = [story.quarter(period) for period in quarters]
    values, roster = told[-1]
    last, year = told[-2][0], told[0][0]
    yield values, roster, last, year, quarters[-1]
    yield *disturbed(values, roster, quarters[-1], draw), last, year, quarters[-1]
    yield guesses(base_type, draw), roster[:2], guesses(base_type, draw), guesses(base_type, draw), "2026Q1"
    same = guesses(base_type, draw)
    yield same, [], same, guesses(base_type, draw), "2026Q3"


def found_by_product(connection, content: bytes, known: Mapping[tuple[str, str], dict[str, float]]) -> Return:
    (item,) = read_returns(content, FORM, settings().limits)
    registry = Registry(connection)
    history = Earlier(connection, FORM, registry)
    history.known = known
    Checker(FORM, registry, history).check([item])
    return item


def shown_by_form(book: openpyxl.Workbook) -> dict[tuple[str, str | None], set[str]]:
    """(check, measure) → its signs on the Checks sheet."""
    codes = {f"E{row[0].row}": row[0].value for row in book["Return"].iter_rows(min_row=9)}
    signs = defaultdict(set)
    for row in book["Checks"].iter_rows(values_only=True):
        if row[0] in FORM.checks and row[1] in (HOLDS, FAILS, UNKNOWN):
            signs[row[0], codes.get(row[7])].add(row[1])
    return signs


@pytest.mark.office
def test_the_signs_in_the_form_are_what_the_product_finds(warehouse, tmp_path):
    require_office()
    told, paths = {}, []
    for kind in FORM.types:
        base = registered(warehouse, next(one["code"] for one in PROGRAMME if one["type"] == kind), "2026Q3")
        for number, (values, roster, last, year, period) in enumerate(cases(kind, len(paths))):
            path = tmp_path / f"{kind}{number}.xlsx"
            earlier = {code: (last.get(code), year.get(code)) for code in FORM.measures}
            write_form(path, FORM, base, period, Filling(values, earlier=earlier, roster=roster))
            told[path.name] = {
                (base.code, periods.shift(period, back)): then for back, then in ((-1, last), (-4, year))
            }
            paths.append(path)
    (tmp_path / "saved").mkdir()
    failing = set()
    for path in saved_by_office(paths, tmp_path / "saved", tmp_path / "profile"):
        with reading(warehouse) as connection:
            item = found_by_product(connection, path.read_bytes(), told[path.name])
        book = openpyxl.load_workbook(path, data_only=True)
        failing |= agree(path.name, item, shown_by_form(book))
        agree_beside(path.name, item, book["Return"])
        if path.stem.endswith("0"):
            assert item.findings == [], "a good return is good"
    assert {"K01", "K16", "R02", "R03", "R04", "R05", "W03", "W04", "W05"} <= failing, (
        "the sample must make checks fail"
    )


def agree(name: str, item: Return, shown: Mapping[tuple[str, str | None], set[str]]) -> set[str]:
    """Every sign on the Checks sheet says what the product found; returns the checks that failed."""
    assert len(shown) >= 45
    for (code, measure), signs in shown.items():
        found = any(each.code == code and measure in (None, each.measure) for each in item.findings)
        sign = UNKNOWN if code == "K17" else FAILS  # a blank is what "?" says
        assert found == (sign in signs), (name, code, measure, signs)
    return {code for (code, _), signs in shown.items() if FAILS in signs}


def agree_beside(name: str, item: Return, sheet) -> None:
    """The sign beside a measure fails exactly when a live check speaks of it."""
    live = {code for code, check in FORM.checks.items() if check.formula or check.rule in LIVE}
    found = {each.measure for each in item.findings if each.code in live - {"K17", "W03"}}
    for row in sheet.iter_rows(min_row=9, values_only=True):
        if row[0] in FORM.measures:
            assert (row[COLUMNS["check"]] == FAILS) == (row[0] in found), (name, row[0], row[COLUMNS["check"]])


@pytest.mark.office
def test_the_roster_is_added_up_and_compared_with_the_return(tmp_path):
    require_office()
    firm = {"uscc": "X", "firm_name": "=1+1", "entry_date": date(2026, 1, 5), "status": "incubating", "hires": 2.0}
    gone = {**firm, "status": "exited", "status_date": date(2026, 2, 1), "ip_valid": 50.0}
    base = Base("X", Text(en="X", zh="X"), "regional", "BJ", False, "active", 1)
    path = tmp_path / "form.xlsx"
    values = {"jobs_new": 4.0, "ip_valid": 3.0, "firms_srdi": 1.0, "revenue_amt": 0.0, "firms_exited": 2.0}
    roster = [firm | {"ip_valid": 3.0, "srdi": "giant"}, gone]
    write_form(path, FORM, base, "2026Q1", Filling(values, roster=roster))
    (tmp_path / "saved").mkdir()
    (saved,) = saved_by_office([path], tmp_path / "saved", tmp_path / "profile")
    book = openpyxl.load_workbook(saved, data_only=True)
    codes = {f"E{row[0].row}": row[0].value for row in book["Return"].iter_rows(min_row=9)}
    rows = [row for row in book["Checks"].iter_rows(values_only=True) if row[0] in FORM.checks and row[7] in codes]
    totals = {(row[0], codes[row[7]]): (row[1], row[5]) for row in rows}
    assert totals["R03", "jobs_new"] == (HOLDS, 4), "flows are summed over all rows"
    assert totals["R03", "ip_valid"] == (HOLDS, 3), "stocks over incubating rows only"
    assert totals["R04", "firms_srdi"] == (HOLDS, 1)
    assert totals["R02", "firms_exited"] == (FAILS, 1), "one exited in the quarter"
    assert totals["R03", "jobs_grad_new"][0] == UNKNOWN, "the return's cell is blank"
    assert book["Roster"]["B6"].value == "=1+1", "text stays text"


@pytest.mark.office
def test_a_wrong_code_a_repeated_one_and_an_early_entry_are_coloured_in_their_row(tmp_path):
    require_office()
    good, digits = credit_code(7), "91330100123456789"
    codes = [good, good[:-1] + ("0" if good[-1] != "0" else "1"), good[:-1], digits + check_character(digits),
             digits[:-1] + "0" + check_character(digits[:-1] + "0"), credit_code(8), credit_code(8), "", "I" * 18]  # fmt: skip
    book = openpyxl.Workbook()
    sheet = book.active
    columns = {"uscc": "$A1", "reg_date": "$B1", "entry_date": "$C1"}
    marks = {mark.column: mark.wrong for mark in row_marks(FORM, columns, 20)}
    for row, code in enumerate(codes, start=1):
        sheet[f"A{row}"], sheet[f"B{row}"], sheet[f"C{row}"] = code or None, 46000, 46000 + row - 5
        sheet[f"S{row}"], sheet[f"T{row}"] = (
            "=" + marks[column].replace("$A1,", f"$A{row},").replace("$A1)", f"$A{row})").replace("$A1&", f"$A{row}&")
            .replace("$B1", f"$B{row}").replace("$C1", f"$C{row}")
            for column in ("uscc", "entry_date")
        )  # fmt: skip
    path = tmp_path / "marks.xlsx"
    book.save(path)
    (tmp_path / "saved").mkdir()
    (saved,) = saved_by_office([path], tmp_path / "saved", tmp_path / "profile")
    sheet = openpyxl.load_workbook(saved, data_only=True).active
    wrong = [bool(sheet[f"S{row}"].value) for row in range(1, 10)]
    assert wrong == [False, True, True, False, False, True, True, False, True]
    assert [bool(sheet[f"T{row}"].value) for row in range(1, 10)] == [True] * 4 + [False] * 5
