"""The formula checks, one by one: a return that breaks exactly one gets exactly that finding, where it belongs."""

import pytest

from etl import formula
from etl.form import Check, load_form
from etl.load import check_files
from etl.places import column_letters
from etl.wording import failed
from tests.builders import cell_of, codes, edit, load

FORM = load_form()
BEFORE, NOW, FIRST = "2025Q1", "2025Q2", "2026Q1"

SOUND = dict.fromkeys((measure.code for measure in FORM.measures_of("regional")), 100.0) | {
    "space_total_sqm": 1000, "space_firms_sqm": 800, "space_free_sqm": 100,
    "jobs_total": 500, "jobs_highedu": 300, "jobs_new": 80, "jobs_key_new": 40,
    "jobs_grad_new": 20, "jobs_migrant_new": 15, "jobs_unemp_new": 10, "jobs_vet_new": 5,
    "flex_led_new": 50, "posts_filled": 50,
    "firms_start": 60, "firms_entered": 5, "firms_graduated": 3, "firms_exited": 2, "firms_closed": 1, "firms_end": 60,
    "teams_end": 5, "grads_cum": 100, "grads_alive": 90,
    "firms_hightech": 10, "firms_techsme": 10, "firms_srdi": 8, "firms_giant": 3, "cross_region_firms": 5,
    "equity_market_firms": 5, "ip_invention": 40, "revenue_amt": 1000, "rd_amt": 50, "mentors": 10,
    "fin_firms": 10, "fin_firms_ytd": 25,
    "early_equity_amt": 50, "loan_credit_amt": 50, "loan_mlt_amt": 50, "loan_ip_amt": 50, "loan_guar_amt": 50,
}  # fmt: skip
"""A second quarter in which every check holds, after EARLIER."""
EARLIER = SOUND | {"grads_cum": 97, "fin_firms_ytd": 20, "fin_firms": 20}

# Check → what breaks it and nothing else, the measure at whose cell it is told, the numbers that must be named.
BROKEN = {
    "K01": ({"firms_end": 61}, "firms_end", "61 60"),
    "K02": ({"firms_start": 61, "firms_end": 61}, "firms_start", "61 60"),
    "K03": ({"firms_closed": 3}, "firms_closed", "3 2"),
    "K04a": ({"grads_cum": 101}, "grads_cum", "101 97 3 100"),
    "K04b": ({"grads_alive": 101}, "grads_alive", "101 100"),
    "K05a": ({"space_firms_sqm": 1000.5}, "space_firms_sqm", "1,000.5 1,000"),
    "K05b": ({"space_free_sqm": 1001}, "space_free_sqm", "1,001 1,000"),
    "K06a": ({"jobs_migrant_new": 41}, "jobs_grad_new", "20 41 10 5 40"),
    "K06b": ({"jobs_key_new": 51}, "jobs_key_new", "51 20 15 10 5 50"),
    "K07a": ({"jobs_new": 39}, "jobs_key_new", "40 39"),
    "K07b": ({"jobs_highedu": 501}, "jobs_highedu", "501 500"),
    "K08a": ({"flex_led_new": 101}, "flex_led_new", "101 100"),
    "K08b": ({"posts_filled": 101}, "posts_filled", "101 100"),
    "K09a": ({"firms_hightech": 61}, "firms_hightech", "61 60"),
    "K09b": ({"firms_techsme": 61}, "firms_techsme", "61 60"),
    "K09c": ({"firms_srdi": 61}, "firms_srdi", "61 60"),
    "K09d": ({"cross_region_firms": 61}, "cross_region_firms", "61 60"),
    "K09e": ({"equity_market_firms": 61}, "equity_market_firms", "61 60"),
    "K09f": ({"firms_giant": 9}, "firms_giant", "9 8"),
    "K10": ({"ip_invention": 101}, "ip_invention", "101 100"),
    "K11a": ({"fin_firms": 26}, "fin_firms", "26 25"),
    "K11b": ({"fin_firms_ytd": 31}, "fin_firms_ytd", "31 20 10 30"),
    "K11c": ({"fin_firms_ytd": 19}, "fin_firms_ytd", "19 20"),
    "K11d": ({"fin_firms_ytd": 26, "fin_firms": 25}, "fin_firms_ytd", "26 25"),
    "K12": ({"early_equity_amt": 100.01}, "early_equity_amt", "100.01 100"),
    "K13a": ({"loan_credit_amt": 100.01}, "loan_credit_amt", "100.01 100"),
    "K13b": ({"loan_mlt_amt": 100.01}, "loan_mlt_amt", "100.01 100"),
    "K13c": ({"loan_ip_amt": 100.01}, "loan_ip_amt", "100.01 100"),
    "K13d": ({"loan_guar_amt": 100.01}, "loan_guar_amt", "100.01 100"),
    "K14": ({"fin_firms": 0, "fin_firms_ytd": 20}, "fin_firms", "0 100"),
}  # fmt: skip
FORMULAS = [code for code, check in FORM.checks.items() if check.formula]


@pytest.fixture
def checked(warehouse, writer):
    """What the formula checks find in one quarter's values, after an earlier quarter that is sound."""
    load(warehouse, writer.history([("R1", BEFORE, EARLIER), ("R1", "2025Q4", EARLIER)], "before.xlsx"))

    def checked(values, period=NOW):
        path = writer.history([("R1", period, {k: v for k, v in values.items() if v is not None})], "now.xlsx")
        (report,) = check_files(warehouse, [path])
        return [finding for finding in report.returns[0].findings if finding.code in FORMULAS]

    return checked


def test_every_formula_check_is_tried():
    assert sorted(BROKEN) == sorted(FORMULAS)


def test_a_sound_return_breaks_no_check(checked):
    assert checked(SOUND) == []


def quarter_of(code):
    """K11d speaks of the first quarter only."""
    return FIRST if code == "K11d" else NOW


@pytest.mark.parametrize("code", BROKEN)
def test_a_return_that_breaks_one_check_gets_exactly_that_finding(checked, code):
    changes, measure, numbers = BROKEN[code]
    (finding,) = checked(SOUND | changes, quarter_of(code))
    column = column_letters(2 + list(FORM.measures).index(measure))
    assert (finding.code, finding.severity) == (code, "query" if code == "K08b" else "error")
    assert (finding.sheet, finding.cell, finding.measure) == ("History", f"{column}2", measure)
    assert finding.value == (SOUND | changes)[measure]
    name, advice = FORM.measures[measure].name, FORM.checks[code].advice
    for language in ("en", "zh"):
        text = finding.message[language]
        assert name[language][1:] in text
        assert text.endswith(advice[language])
        for number in numbers.split():
            assert number in text, (number, text)


@pytest.mark.parametrize("code", BROKEN)
def test_with_any_operand_blank_the_check_is_not_evaluated(checked, code):
    changes, _, _ = BROKEN[code]
    now = [measure for measure, back in formula.operands(FORM.checks[code].tree) if back == 0]
    for measure in now:
        found = checked(SOUND | changes | {measure: None}, quarter_of(code))
        assert code not in [finding.code for finding in found], measure


@pytest.mark.parametrize("code", ["K02", "K04a", "K11b", "K11c"])
def test_without_the_earlier_quarter_a_check_with_history_is_not_evaluated(checked, code):
    assert code not in [finding.code for finding in checked(SOUND | BROKEN[code][0], "2025Q3")]


def test_a_year_to_date_count_starts_anew_in_the_first_quarter(checked):
    assert checked(SOUND | {"firms_start": 60, "grads_cum": 100, "fin_firms_ytd": 10, "fin_firms": 10}, FIRST) == []


@pytest.mark.parametrize(("over", "found"), [(0.004, []), (0.01, ["K12"])])
def test_money_has_a_tolerance_of_half_a_cent(checked, over, found):
    assert [finding.code for finding in checked(SOUND | {"early_equity_amt": 100 + over})] == found


def test_a_count_has_no_tolerance(checked):
    assert "K03" in [finding.code for finding in checked(SOUND | {"firms_closed": 2.004})]


def test_nothing_raised_and_nobody_financed_is_fine(checked):
    nothing = dict.fromkeys(
        [code for code in SOUND if code.startswith(("loan", "equity_amt", "early", "bond", "other_fin"))], 0
    )
    assert checked(SOUND | nothing | {"fin_firms": 0, "fin_firms_ytd": 20}) == []


def test_a_university_is_checked_without_the_measures_it_is_not_asked_for(warehouse, writer):
    told = next(writer.quarters("U1", "university", (BEFORE,)))
    path = edit(told.path, "Return", **{cell_of(told.path, "fin_firms"): 0})
    (report,) = load(warehouse, path)
    assert "K14" in codes(report), "its bonds, which it is not asked for, count as 0"


def test_the_quarter_before_is_read_from_the_latest_version_without_error(warehouse, writer):
    load(warehouse, writer.history([("R1", BEFORE, EARLIER)], "one.xlsx"))
    load(
        warehouse,
        writer.history([("R1", BEFORE, EARLIER | {"firms_start": 61, "firms_end": 61})], "two.xlsx"),
        accept=False,
    )
    load(warehouse, writer.history([("R1", BEFORE, EARLIER | {"firms_end": 99})], "rejected.xlsx"))
    (report,) = check_files(warehouse, [writer.history([("R1", NOW, SOUND)], "now.xlsx")])
    assert [f.value for f in report.returns[0].findings if f.code == "K02"] == [60]
    better = SOUND | {"firms_start": 61, "firms_end": 61}
    (report,) = check_files(warehouse, [writer.history([("R1", NOW, better)], "now.xlsx")])
    assert "K02" not in codes(report)


def test_quarters_of_one_history_are_checked_against_each_other(warehouse, writer):
    path = writer.history([("R1", NOW, SOUND | {"firms_start": 61, "firms_end": 61}), ("R1", BEFORE, EARLIER)])
    (report,) = check_files(warehouse, [path])
    assert {item.period: [f.code for f in item.findings if f.code == "K02"] for item in report.returns} == {
        BEFORE: [], NOW: ["K02"],
    }  # fmt: skip


def test_a_quarter_after_a_rejected_one_is_not_compared_with_it(warehouse, writer):
    path = writer.history([("R1", BEFORE, EARLIER | {"firms_end": 70}), ("R1", NOW, SOUND)])
    (report,) = check_files(warehouse, [path])
    assert {item.period: [f.code for f in item.findings if f.code[0] == "K"] for item in report.returns} == {
        BEFORE: ["K01"], NOW: [],
    }  # fmt: skip


def test_several_bases_in_one_history_do_not_mix(warehouse, writer):
    path = writer.history([("R1", NOW, SOUND), ("R2", NOW, SOUND | {"firms_closed": 3})])
    (report,) = check_files(warehouse, [path])
    assert {item.base: [f.code for f in item.findings if f.code[0] == "K"] for item in report.returns} == {
        "R1": [], "R2": ["K03"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [("firms_end <= firms_start - (firms_entered - firms_exited)", "− (Entered in quarter 5 − "),
     ("firms_end <= firms_start - (firms_entered + firms_exited)", "− (Entered in quarter 5 + "),
     ("firms_end <= firms_start / (mentors * teams_end)", "÷ (Signed entrepreneurship mentors 10 × "),
     ("firms_end <= (firms_start + mentors) * teams_end", "(Incubated firms, start of quarter 60 + ")],
)  # fmt: skip
def test_a_formula_is_told_with_the_brackets_that_its_sense_needs(text, words):
    check = Check.model_validate(
        {"code": "K99", "severity": "error", "name": {"en": "n", "zh": "n"}, "formula": text,
         "advice": {"en": "a", "zh": "a"}}
    )  # fmt: skip
    message = failed(check, FORM, lambda node: SOUND[node.code] if isinstance(node, formula.Measure) else 7.0)
    assert words in message.en
