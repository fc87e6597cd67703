"""W02–W06: jumps, copies, odd ratios, staff from nowhere, revisions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.etl.rules_helper import FORM, cell, findings, make_roster, measures

FLOWS = [measure.code for measure in FORM.measures_of("regional") if measure.timing == "flow"]


class TestJump:
    """W02."""

    @pytest.mark.parametrize(("last", "now"), [(100, 151), (100, 49), (100, 0), (20, 31)])
    def test_a_stock_that_moves_more_than_half_is_asked_about(self, last, now):
        assert measures(findings("W02", {"mentors": now}, [{"mentors": last}])) == ["mentors"]

    @pytest.mark.parametrize(
        ("last", "now", "why"),
        [
            (100, 150, "exactly half"),
            (9, 100, "less than 10 before"),
            (0, 100, "nothing before"),
            (10, 20, "a step of 10 is small in itself"),
            (None, 100, "last quarter is blank"),
            (100, None, "blank now"),
        ],
    )
    def test_a_stock_is_left_alone(self, last, now, why):
        assert findings("W02", {"mentors": now}, [{"mentors": last}]) == [], why

    def test_a_stock_without_an_earlier_quarter_is_left_alone(self):
        assert findings("W02", {"mentors": 1000}) == []

    def test_the_message_says_from_where_and_how_far(self):
        (found,) = findings("W02", {"mentors": 40}, [{"mentors": 100}])
        assert "= 40, down 60% from last quarter's 100." in found.message.en
        assert "=40,比上季100减少60%。" in found.message.zh
        assert found.cell == cell("mentors")

    def flow(self, now, *earlier):
        return measures(findings("W02", {"trainees": now}, [{"trainees": value} for value in earlier]))

    def test_a_flow_above_five_times_its_median_is_asked_about(self):
        assert self.flow(501, 100, 100, 100, 100) == ["trainees"]

    def test_one_quarter_at_0_still_tells(self):
        assert self.flow(501, 0, 100, 100, 100) == ["trainees"]

    @pytest.mark.parametrize(
        ("series", "why"),
        [
            ((500, 100, 100, 100, 100), "exactly five times"),
            ((501, 0, 0, 100, 100), "only two quarters above 0"),
            ((501, None, 100, 100, 100), "a quarter is blank"),
            ((501, 100, 100, 100), "only three quarters known"),
            ((11, 1, 1, 1, 1), "a step of 10 is small in itself"),
            ((0, 100, 100, 100, 100), "a fall"),
        ],
    )
    def test_a_flow_is_left_alone(self, series, why):
        assert self.flow(*series) == [], why

    def test_small_steps_are_larger_for_money_and_area(self):
        last = {"mentors": 20, "riskpool_amt": 20, "space_free_sqm": 20}
        now = {"mentors": 90, "riskpool_amt": 90, "space_free_sqm": 90}
        assert measures(findings("W02", now, [last])) == ["mentors"]

    def test_counts_since_january_may_start_anew(self):
        assert findings("W02", {"fin_firms_ytd": 5}, [{"fin_firms_ytd": 500}]) == []

    def test_of_many_jumps_the_five_largest_are_told_the_largest_first(self):
        stocks = [m.code for m in FORM.measures_of("regional") if m.timing == "stock" and m.code not in FORM.carried][
            :8
        ]
        now = {code: 1000.0 * (i + 2) for i, code in enumerate(stocks)}
        found = findings("W02", now, [dict.fromkeys(stocks, 1000.0)])
        assert measures(found) == stocks[:-6:-1]

    def test_a_stock_that_falls_to_0_is_the_largest_jump(self):
        found = findings("W02", {"mentors": 1e4, "teams_end": 0}, [{"mentors": 100, "teams_end": 100}])
        assert measures(found) == ["teams_end", "mentors"]


class TestCopied:
    """W03."""

    def copy(self, same: int, changed: int = 0, zero: int = 0, base_type: str = "regional"):
        codes = FLOWS[: same + changed + zero]
        last = {code: 0.0 if i >= same + changed else 7.0 for i, code in enumerate(codes)}
        now = {code: value + (same <= i < same + changed) for i, (code, value) in enumerate(last.items())}
        return findings("W03", now, [last], base_type=base_type)

    def test_a_copied_return_is_asked_about_once_at_its_first_flow(self):
        (found,) = self.copy(same=12)
        assert found.cell == cell(FLOWS[0])
        assert "12 of the 12 flows" in found.message.en
        assert "12项非零流量中有12项" in found.message.zh

    def test_four_fifths_are_enough(self):
        assert len(self.copy(same=12, changed=3)) == 1

    def test_less_than_four_fifths_are_not(self):
        assert self.copy(same=12, changed=4) == []

    def test_fewer_than_ten_are_not(self):
        assert self.copy(same=9) == []

    def test_flows_at_0_are_no_copies(self):
        assert self.copy(same=9, zero=10) == []

    def test_stocks_may_stay(self):
        stocks = {m.code: 7.0 for m in FORM.measures_of("regional") if m.timing == "stock"}
        assert findings("W03", stocks, [stocks]) == []

    def test_money_is_equal_within_half_a_hundredth(self):
        amounts = [code for code in FLOWS if FORM.measures[code].value_type == "amount"]
        assert len(amounts) >= 10
        last = dict.fromkeys(amounts, 7.0)
        assert len(findings("W03", dict.fromkeys(amounts, 7.004), [last])) == 1
        assert findings("W03", dict.fromkeys(amounts, 7.01), [last]) == []

    def test_without_last_quarter_nothing_is_said(self):
        assert findings("W03", dict.fromkeys(FLOWS, 7.0)) == []
        assert findings("W03", dict.fromkeys(FLOWS, 7.0), [dict.fromkeys(FLOWS, 7.0), None]) == []


class TestImplausible:
    """W04."""

    @pytest.mark.parametrize(
        ("figures", "measure"),
        [
            ({"jobs_total": 2001, "firms_end": 8, "teams_end": 2}, "jobs_total"),
            ({"jobs_total": 9, "firms_end": 8, "teams_end": 2}, "jobs_total"),
            ({"rd_amt": 101, "revenue_amt": 100}, "rd_amt"),
            ({"rd_amt": 101, "revenue_amt": 0}, "rd_amt"),
            ({"firms_end": 101, "mentors": 2}, "firms_end"),
            ({"firms_end": 60, "mentors": 0}, "firms_end"),
        ],
    )
    def test_a_ratio_outside_its_limits_is_asked_about_at_its_numerator(self, figures, measure):
        assert measures(findings("W04", figures)) == [measure]

    @pytest.mark.parametrize(
        "figures",
        [
            {"jobs_total": 2000, "firms_end": 8, "teams_end": 2},
            {"jobs_total": 10, "firms_end": 8, "teams_end": 2},
            {"jobs_total": 0, "firms_end": 0, "teams_end": 0},
            {"jobs_total": 2001, "firms_end": 8, "teams_end": None},
            {"rd_amt": 100, "revenue_amt": 100},
            {"rd_amt": 0, "revenue_amt": 0},
            {"firms_end": 3, "mentors": 0},
        ],
    )
    def test_a_ratio_within_its_limits_or_not_known_is_left_alone(self, figures):
        assert findings("W04", figures) == []

    def test_the_message_shows_the_ratio_and_its_limits(self):
        (found,) = findings("W04", {"jobs_total": 2001, "firms_end": 8, "teams_end": 2})
        assert "2,001 ÷ (" in found.message.en
        assert "= 200.1, outside 1 to 200." in found.message.en
        assert "不在1至200之间。" in found.message.zh

    def peers(self, ratios):
        return [{"jobs_total": 100.0 * ratio, "firms_end": 90.0, "teams_end": 10.0} for ratio in ratios]

    def against(self, ratio, peers):
        return findings("W04", {"jobs_total": 10.0 * ratio, "firms_end": 9, "teams_end": 1}, peers=self.peers(peers))

    @pytest.mark.parametrize("ratio", [2, 60])
    def test_a_ratio_far_from_its_peers_is_asked_about(self, ratio):
        (found,) = self.against(ratio, [8, 9, 10, 11, 11, 12, 13, 14])
        assert "far from 11, the median of 8 other bases" in found.message.en
        assert found.measure == "jobs_total"

    @pytest.mark.parametrize("ratio", [8, 11, 16])
    def test_a_ratio_like_its_peers_is_left_alone(self, ratio):
        assert self.against(ratio, [8, 9, 10, 11, 11, 12, 13, 14]) == []

    def test_fewer_than_eight_peers_prove_nothing(self):
        assert self.against(60, [8, 9, 10, 11, 12, 13, 14]) == []

    def test_where_most_peers_are_the_same_the_mean_deviation_is_taken(self):
        assert len(self.against(60, [10, 10, 10, 10, 10, 10, 10, 12])) == 1

    def test_where_all_peers_are_the_same_nothing_is_said(self):
        assert self.against(60, [10] * 8) == []

    def test_peers_that_agree_closely_do_not_make_a_small_difference_odd(self):
        assert self.against(14, [9.9, 9.95, 10, 10, 10, 10, 10.05, 10.1]) == []

    def test_a_broken_limit_is_told_once(self):
        assert len(self.against(201, [8, 9, 10, 11, 11, 12, 13, 14])) == 1


class TestStaffBalance:
    """W05."""

    ENTRANTS = make_roster(
        [
            {"entry_date": date(2026, 7, 1), "employees": 4.0},
            {"entry_date": date(2026, 9, 30), "employees": 6.0, "status": "closed"},
            {"entry_date": date(2026, 8, 8), "employees": None},
            {"entry_date": date(2026, 6, 30), "employees": 50.0},
        ]
    )

    def balance(self, staff, roster=ENTRANTS, last: float | None = 100, hires: float | None = 20):
        return findings("W05", {"jobs_total": staff, "jobs_new": hires}, [{"jobs_total": last}], roster=roster)

    def test_staff_from_nowhere_is_asked_about(self):
        (found,) = self.balance(131)
        assert found.cell == cell("jobs_total")
        assert "= 131, 1 more than last quarter's 100" in found.message.en
        assert "合计130多1" in found.message.zh

    def test_last_quarters_staff_hires_and_entrants_may_be_reached(self):
        assert self.balance(130) == []

    def test_without_a_roster_nothing_is_said(self):
        assert self.balance(1000, roster=None) == []

    @pytest.mark.parametrize("column", ["employees", "entry_date"])
    def test_without_the_column_nothing_is_said(self, column):
        assert self.balance(1000, roster=make_roster([{}], without=[column])) == []

    def test_without_last_quarter_or_hires_nothing_is_said(self):
        assert self.balance(1000, last=None) == []
        assert self.balance(1000, hires=None) == []


class TestRevised:
    """W06."""

    def test_each_changed_value_asks_for_its_reason(self):
        now = {"mentors": 12, "revenue_amt": 99.5, "trainees": 3}
        found = findings("W06", now, accepted={"mentors": 10, "revenue_amt": 100, "trainees": 3})
        assert measures(found) == ["mentors", "revenue_amt"]
        assert "= 12, the accepted return says 10." in found[0].message.en
        assert "=12,已接受的报表为10。" in found[0].message.zh

    def test_a_value_that_becomes_or_was_blank_is_changed(self):
        found = findings("W06", {"mentors": None, "trainees": 5}, accepted={"mentors": 10})
        assert measures(found) == ["mentors", "trainees"]
        assert "is blank now, the accepted return says 10." in found[0].message.en
        assert "= 5, the accepted return left it blank." in found[1].message.en

    def test_what_is_blank_in_both_is_not_changed(self):
        assert findings("W06", {"mentors": None}, accepted={"trainees": 1}) == []

    def test_money_may_differ_by_half_a_hundredth(self):
        assert findings("W06", {"revenue_amt": 100.004}, accepted={"revenue_amt": 100}) == []

    def test_the_first_return_of_a_quarter_revises_nothing(self):
        assert findings("W06", {"mentors": 12}) == []


APART = {"revenue_amt", "rd_amt", "mentors", "firms_end", "teams_end", "jobs_total"}
"""Measures whose ratios to each other chance would make odd."""


@given(st.sampled_from(["W01", "W02", "W03", "W04", "W05"]), st.data())
def test_steady_growth_after_four_ordinary_quarters_is_never_asked_about(code, data):
    usual = {m.code: 100.0 + 10 * i for i, m in enumerate(FORM.measures_of("regional")) if m.code not in APART}
    earlier = [{k: v * data.draw(st.floats(0.7, 1.3)) for k, v in usual.items()} for _ in range(4)]
    now = {k: v * 1.1 for k, v in earlier[-1].items()}
    assert findings(code, now, earlier, roster=make_roster([{}])) == []
