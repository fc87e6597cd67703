"""Findings stand in the order of suspicion × effect on the national figure."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from etl import schema
from etl.catalogue import Text
from etl.findings import Finding, reading_fault
from etl.form import load_form
from etl.history import History
from etl.load import check_files
from etl.ordering import in_order, suspicion_of, weighed
from etl.registry import Registry
from tests.builders import Story, load
from tests.etl.test_checks import EARLIER, SOUND

FORM = load_form()
LAST, NOW = "2025Q1", "2025Q2"
WORDS = Text(en="Odd.", zh="异常。")


def finding(severity="query", score=0.0, cell=None, sheet="Return", code="W02", **more) -> Finding:
    return Finding(code, severity, WORDS, sheet, cell, score=score, **more)


class TestOrder:
    def test_errors_come_first_because_they_block(self):
        found = [finding(score=9), finding("error", score=0.1)]
        assert in_order(found, "Return") == found[::-1]

    def test_the_highest_score_comes_first(self):
        found = [finding(score=score) for score in (0.2, 0.7, 0.0)]
        assert [one.score for one in in_order(found, "Return")] == [0.7, 0.2, 0.0]

    def test_equal_scores_follow_the_sheet(self):
        places = [("Return", None), ("Return", "C2"), ("Return", "B9"), ("Return", "C9"), ("Return", "AA9")]
        places += [("Return", "A10"), ("Roster", "A2")]
        found = [finding(sheet=sheet, cell=cell) for sheet, cell in places]
        assert in_order(random.Random(1).sample(found, len(found)), "Return") == found

    @given(st.randoms(use_true_random=False), st.data())
    def test_the_order_is_the_same_whatever_came_first(self, chance, data):
        choices = {
            "severity": st.sampled_from(["error", "query"]),
            "score": st.sampled_from([0.0, 0.5, math.inf]),
            "cell": st.sampled_from([None, "C1", "C10", "AB3"]),
            "sheet": st.sampled_from([None, "Return", "Roster"]),
            "code": st.sampled_from(["F09", "W02"]),
            "about": st.sampled_from(["", "a", "b"]),
        }
        found = data.draw(st.lists(st.fixed_dictionaries(choices).map(lambda fields: finding(**fields)), max_size=12))
        mixed = chance.sample(found, len(found))
        assert in_order(mixed, "Return") == in_order(found, "Return")


class TestScore:
    def score(self, one, now=None, last=None, national=None):
        return weighed(one, now or {}, last or {}, national or {}).score

    def test_suspicion_is_one_half_at_the_limit_and_nears_one(self):
        assert [suspicion_of(times) for times in (1, 3, -3, math.inf)] == [0.5, 0.75, 0.75, 1.0]

    def test_suspicion_times_the_share_of_the_national_figure(self):
        one = finding(measure="a", anticipated={"a": 100.0}, suspicion=0.6)
        assert self.score(one, {"a": 150.0}, national={"a": 1000.0}) == pytest.approx(0.6 * 50 / 1000)

    def test_what_speaks_of_several_measures_adds_them_up(self):
        one = finding(measure="a", anticipated={"a": 1.0, "b": 2.0}, suspicion=1.0)
        assert self.score(one, {"a": 11.0, "b": 22.0}, national={"a": 100.0, "b": 200.0}) == pytest.approx(0.2)

    def test_an_error_is_certain(self):
        one = finding("error", measure="a", anticipated={"a": 0.0}, suspicion=0.5)
        assert self.score(one, {"a": 10.0}, national={"a": 100.0}) == pytest.approx(0.1)

    def test_where_the_check_expects_nothing_last_quarters_value_is_expected(self):
        assert self.score(finding(measure="a", suspicion=1.0), {}, {"a": 30.0}, {"a": 300.0}) == pytest.approx(0.1)

    def test_without_a_last_quarter_all_of_the_value_is_in_doubt(self):
        assert self.score(finding(measure="a", suspicion=1.0), {"a": 30.0}, {}, {"a": 300.0}) == pytest.approx(0.1)

    def test_without_a_national_figure_the_bases_own_stands_for_it(self):
        one = finding(measure="a", anticipated={"a": 40.0}, suspicion=1.0)
        assert self.score(one, {"a": 100.0}) == pytest.approx(0.6)

    def test_a_value_that_is_as_expected_weighs_nothing(self):
        assert self.score(finding(measure="a", anticipated={"a": 0.0}, suspicion=1.0), {"a": 0.0}) == 0.0

    def test_a_sheet_that_is_not_there_is_the_whole_return(self):
        assert self.score(reading_fault("F02", sheet="Roster", wanted="Roster", sheets="Return")) == 1.0

    def test_a_cell_that_is_of_no_measure_weighs_nothing(self):
        assert self.score(finding("error", cell="E7", sheet="Roster")) == 0.0


class TestInTheWarehouse:
    @pytest.fixture
    def nation(self, warehouse, writer):
        """Two bases of one type and one of another, with a quarter accepted."""
        rows = [(code, LAST, EARLIER) for code in ("R1", "R2")]
        (university, *_) = [Story("U1", "university").quarter(LAST)[0]]
        load(warehouse, writer.history([*rows, ("U1", LAST, university)], "last.xlsx"))
        return EARLIER["posts_filled"] * 2 + university.get("posts_filled", 0.0)

    def found(self, engine, writer, **changes):
        values = {code: value for code, value in (SOUND | changes).items() if value is not None}
        (report,) = check_files(engine, [writer.history([("R1", NOW, values)], "now.xlsx")])
        return report.returns[0].findings

    def test_the_national_figure_is_of_all_bases_of_all_types(self, warehouse, nation):
        with warehouse.connect() as connection:
            history = History(connection, FORM, Registry(connection))
            assert history.national(LAST)["posts_filled"] == nation
            history.learn_accepted("R2", LAST, EARLIER | {"posts_filled": 7.0})
            assert history.national(LAST)["posts_filled"] == nation - EARLIER["posts_filled"] + 7.0

    def test_a_formula_expects_what_would_close_the_gap(self, warehouse, writer, nation):
        (one,) = [f for f in self.found(warehouse, writer, posts_filled=150.0) if f.code == "K08b"]
        assert one.score == pytest.approx(1.5 / 2.5 * 50 / nation)  # 150 filled of 100 offered: half as much again

    def test_a_unit_slip_of_the_whole_return_comes_before_a_small_blank(self, warehouse, writer, nation):
        money = {m.code: SOUND[m.code] * 10 for m in FORM.measures_of("regional") if m.value_type == "amount"}
        found = self.found(warehouse, writer, **money, events_held=None)
        codes = [one.code for one in found]
        assert codes.index("W01") < codes.index("K17")

    def test_a_large_blank_comes_before_a_small_one(self, warehouse, writer, nation):
        load(warehouse, writer.history([("E1", LAST, {"trainees": 5.0, "events_held": 900.0})], "e.xlsx"))
        blanks = [f for f in self.found(warehouse, writer, events_held=None, trainees=None) if f.code == "K17"]
        assert [one.measure for one in blanks] == ["trainees", "events_held"]  # of trainees, R1 has the larger share

    def test_the_order_and_the_scores_are_kept(self, warehouse, writer, nation):
        values = SOUND | {"posts_filled": 150.0, "jobs_highedu": 501.0}
        (report,) = load(warehouse, writer.history([("R1", NOW, values)], "now.xlsx"))
        kept = schema.finding.c
        with warehouse.connect() as connection:
            rows = connection.execute(select(kept.code, kept.score).where(kept.period == NOW).order_by(kept.number))
            assert [tuple(row) for row in rows] == [(f.code, f.score) for f in report.returns[0].findings]
        assert report.returns[0].findings[0].code == "K07b"
