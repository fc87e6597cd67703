"""R02–R05: the roster and the return say the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.etl.rules_helper import FORM, cell, findings, make_roster, measures

BEFORE, FIRST, LAST, AFTER = date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)


class TestMovements:
    """R02."""

    ROSTER = make_roster(
        [
            {"entry_date": BEFORE},
            {"entry_date": FIRST},
            {"entry_date": LAST, "status": "closed", "status_date": LAST},
            {"entry_date": BEFORE, "status": "graduated", "status_date": FIRST},
            {"entry_date": BEFORE, "status": "graduated", "status_date": BEFORE},
            {"entry_date": BEFORE, "status": "exited", "status_date": LAST},
            {"entry_date": AFTER, "status": "exited", "status_date": AFTER},
            {"entry_date": BEFORE, "status": "closed", "status_date": None},
        ]
    )
    RIGHT = {"firms_end": 2, "firms_entered": 2, "firms_graduated": 1, "firms_exited": 2, "firms_closed": 1}

    def test_the_right_numbers_are_accepted(self):
        assert findings("R02", self.RIGHT, roster=self.ROSTER) == []

    @pytest.mark.parametrize("measure", RIGHT)
    @pytest.mark.parametrize("step", [-1, 1])
    def test_each_number_must_be_exact(self, measure, step):
        wrong = {**self.RIGHT, measure: self.RIGHT[measure] + step}
        assert [f.cell for f in findings("R02", wrong, roster=self.ROSTER)] == [cell(measure)]

    def test_the_message_names_both_numbers_and_how_far_they_are_apart(self):
        more, less = findings("R02", {**self.RIGHT, "firms_end": 5, "firms_entered": 0}, roster=self.ROSTER)
        assert "the roster gives 2, but the return says 5 (3 more)." in more.message.en
        assert "名册为2,报表为0,少2。" in less.message.zh

    def test_a_blank_is_not_compared(self):
        assert findings("R02", {**self.RIGHT, "firms_end": None}, roster=self.ROSTER) == []

    def test_a_movement_without_its_column_is_not_compared(self):
        roster = make_roster([{}], without=["status_date"])
        assert measures(findings("R02", dict.fromkeys(self.RIGHT, 9.0), roster=roster)) == [
            "firms_end",
            "firms_entered",
        ]

    def test_an_empty_roster_has_no_firms(self):
        assert measures(findings("R02", {"firms_end": 1}, roster=make_roster([]))) == ["firms_end"]
        assert findings("R02", {"firms_end": 0}, roster=make_roster([])) == []


class TestSums:
    """R03."""

    def hires(self, stated, *hires, base_type="regional"):
        roster = make_roster([{"hires": number} for number in hires])
        return findings("R03", {"jobs_new": stated}, roster=roster, base_type=base_type)

    def test_the_right_sum_is_accepted(self):
        assert self.hires(41, 20.0, 21.0) == []

    def test_a_wrong_sum_names_both_numbers_and_how_far_they_are_apart(self):
        (found,) = self.hires(45, 20.0, 21.0)
        assert found.cell == cell("jobs_new")
        assert "the roster adds up to 41, but the return says 45 (4 more)." in found.message.en
        assert "名册合计41,报表为45,多4。" in found.message.zh

    @pytest.mark.parametrize("stated", [40, 42, None])
    def test_one_unit_is_tolerated(self, stated):
        assert self.hires(stated, 20.0, 21.0) == []

    @pytest.mark.parametrize(("stated", "faults"), [(1005, 0), (1006, 1), (996, 0), (994, 1)])
    def test_half_a_percent_is_tolerated(self, stated, faults):
        assert len(self.hires(stated, 1000.0)) == faults

    def test_a_blank_number_counts_as_0(self):
        assert self.hires(41, 20.0, None, 21.0) == []

    def test_flows_count_all_firms_and_stocks_only_those_in_incubation(self):
        rows = [{"hires": 10.0, "ip_valid": 10.0}, {"hires": 10.0, "ip_valid": 10.0, "status": "graduated"}]
        assert findings("R03", {"jobs_new": 20, "ip_valid": 10}, roster=make_roster(rows)) == []
        wrong = findings("R03", {"jobs_new": 10, "ip_valid": 20}, roster=make_roster(rows))
        assert measures(wrong) == ["jobs_new", "ip_valid"]

    def test_what_is_not_asked_of_the_type_is_not_compared(self):
        roster = make_roster([{"bond": 100.0}])
        assert measures(findings("R03", {"bond_amt": 0}, roster=roster)) == ["bond_amt"]
        assert findings("R03", {"bond_amt": 0}, roster=roster, base_type="university") == []

    def test_a_column_that_is_not_there_is_not_compared(self):
        assert findings("R03", {"jobs_new": 50}, roster=make_roster([{}], without=["hires"])) == []

    def test_counts_are_left_to_the_next_check(self):
        assert findings("R03", {"firms_hightech": 50}, roster=make_roster([{}])) == []


class TestCounts:
    """R04."""

    ROSTER = make_roster(
        [
            {"uscc": "A", "loan": 5.0, "equity": 2.0},
            {"uscc": "B", "other_fin": 0.5, "status": "graduated", "hightech": "yes", "srdi": "giant"},
            {"uscc": "C", "hightech": "yes", "srdi": "provincial", "techsme": "yes"},
            {"uscc": "D", "early_equity": None, "loan": None, "srdi": "giant"},
        ]
    )

    @pytest.mark.parametrize(
        ("measure", "right"),
        [("fin_firms", 2), ("firms_hightech", 1), ("firms_techsme", 1), ("firms_srdi", 2), ("firms_giant", 1)],
    )
    def test_counts_must_be_exact(self, measure, right):
        assert findings("R04", {measure: right}, roster=self.ROSTER) == []
        assert [f.cell for f in findings("R04", {measure: right + 1}, roster=self.ROSTER)] == [cell(measure)]

    def this_year(self, stated, earlier):
        now = {"fin_firms": 2, "fin_firms_ytd": stated}
        return measures(findings("R04", now, roster=self.ROSTER, rosters_this_year=lambda: earlier))

    @pytest.mark.parametrize(("earlier", "right"), [([], 2), ([set(), {"A"}], 2), ([{"A", "X"}, {"X", "Y"}], 4)])
    def test_each_firm_counts_once_a_year(self, earlier, right):
        assert self.this_year(right, earlier) == []
        assert self.this_year(right + 1, earlier) == ["fin_firms_ytd"]

    def test_without_every_roster_of_the_year_it_is_not_compared(self):
        assert self.this_year(99, None) == []

    def test_finance_is_not_counted_when_one_of_its_columns_is_not_there(self):
        assert findings("R04", {"fin_firms": 9}, roster=make_roster([{}], without=["loan"])) == []

    def test_finance_that_the_type_is_not_asked_for_is_not_counted(self):
        roster = make_roster([{"bond": 5.0}], without=[])
        assert findings("R04", {"fin_firms": 0}, roster=roster, base_type="university") == []
        assert findings("R04", {"fin_firms": 1}, roster=roster) == []

    def test_a_form_without_the_column_of_another_type_is_compared(self):
        roster = make_roster([{"loan": 5.0}], without=["bond"])
        assert measures(findings("R04", {"fin_firms": 9}, roster=roster, base_type="university")) == ["fin_firms"]


class TestStaff:
    """R05."""

    ROSTER = make_roster([{"employees": 60.0}, {"employees": 40.0}, {"employees": 70.0, "status": "exited"}])

    def staff(self, total, teams=2, roster=ROSTER):
        return findings("R05", {"jobs_total": total, "teams_end": teams}, roster=roster)

    @pytest.mark.parametrize("total", [100, 140])
    def test_all_employees_are_those_of_firms_and_of_teams(self, total):
        assert self.staff(total) == []

    def test_firms_cannot_have_more_employees_than_there_are(self):
        (found,) = self.staff(99)
        assert found.cell == cell("jobs_total")
        assert "have 100 employees, but" in found.message.en
        assert "= 99 (1 less)." in found.message.en

    def test_teams_have_at_most_twenty_people(self):
        (found,) = self.staff(141)
        assert "41 more than the 100 in the roster; 2 teams of at most 20 people" in found.message.en
        assert "多41" in found.message.zh

    def test_where_teams_are_blank_only_the_firms_are_compared(self):
        assert self.staff(1000, teams=None) == []
        assert len(self.staff(99, teams=None)) == 1

    def test_a_roster_without_employees_is_not_compared(self):
        assert self.staff(9, roster=make_roster([{}], without=["employees"])) == []


amounts = st.none() | st.integers(0, 10**6).map(lambda cents: cents / 100)
counts = st.none() | st.integers(0, 500).map(float)
firms = st.fixed_dictionaries(
    {
        "uscc": st.integers(0, 10**6).map(str),
        "entry_date": st.dates(date(2026, 1, 1), LAST),
        "status": st.sampled_from(["incubating", "incubating", "graduated", "exited", "closed"]),
        "status_date": st.dates(FIRST, LAST),
        "srdi": st.sampled_from([None, "none", "provincial", "giant"]),
        **{c.code: counts for c in FORM.roster.values() if c.value_type == "count"},
        **{c.code: amounts for c in FORM.roster.values() if c.value_type == "amount"},
        **{c.code: st.sampled_from([None, "yes", "no"]) for c in FORM.roster.values() if c.value_type == "yes_no"},
    }
)
rosters = st.lists(firms, max_size=12, unique_by=lambda firm: firm["uscc"])


def the_return_of(rows: list[dict]) -> dict[str, float]:
    """What a careful base reports about these firms, worked out row by row."""
    there = [row for row in rows if row["status"] == "incubating"]
    gone = [row for row in rows if row["status"] in ("exited", "closed")]
    figures: dict[str, float] = {
        "firms_end": len(there),
        "firms_entered": sum(FIRST <= row["entry_date"] <= LAST for row in rows),
        "firms_graduated": sum(row["status"] == "graduated" for row in rows),
        "firms_exited": len(gone),
        "firms_closed": sum(row["status"] == "closed" for row in rows),
        "jobs_total": sum(row["employees"] or 0 for row in there),
        "teams_end": 0,
    }
    for column in FORM.roster.values():
        for total in column.totals:
            over = rows if total.over == "all" else there
            if total.count:
                figures[total.measure] = sum(row[column.code] in total.count for row in over)
            else:
                figures[total.measure] = round(sum(row[column.code] or 0 for row in over), 2)
    kinds = [column.code for column in FORM.roster.values() if column.finance]
    figures["fin_firms"] = figures["fin_firms_ytd"] = sum(any(row[kind] for kind in kinds) for row in rows)
    return figures


@given(rosters)
def test_a_return_worked_out_from_its_roster_agrees_with_it(rows):
    figures, roster = the_return_of(rows), make_roster(rows)
    for code in ("R02", "R03", "R04", "R05"):
        assert findings(code, figures, roster=roster, rosters_this_year=lambda: []) == []


@given(rosters, st.sampled_from(sorted(the_return_of([]).keys() - {"teams_end"})), st.floats(1.01, 3))
def test_a_figure_that_leaves_its_roster_is_found_and_no_other(rows, measure, factor):
    figures, roster = the_return_of(rows), make_roster(rows)
    figures[measure] = round(figures[measure] * factor) + 5
    found = [
        finding
        for code in ("R02", "R03", "R04", "R05")
        for finding in findings(code, figures, roster=roster, rosters_this_year=lambda: [])
    ]
    assert measures(found) == [measure]
