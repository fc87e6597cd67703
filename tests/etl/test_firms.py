"""R01 and R06: the rows of the roster."""

from datetime import date

import pytest
from typer.main import get_command

from etl.__main__ import app
from etl.rules.credit_code import ALPHABET, check_character
from etl.rules.industry import DIVISIONS, is_industry
from etl.versions import findings as kept_findings
from etl.versions import versions
from tests.builders import Story, load
from tests.etl.rules_helper import FORM, findings, make_base, make_roster

NEAR, FAR = make_base("B7"), make_base("B9", province="GD")


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91330000{number:09d}"
    return body + check_character(body)


class TestCreditCode:
    """R01."""

    def check(self, *codes: str | None):
        return findings("R01", {}, roster=make_roster([{"uscc": text} for text in codes]))

    def test_different_valid_codes_are_right(self):
        assert self.check(*map(code, range(5))) == []

    def test_a_blank_code_is_left_to_the_reading(self):
        assert self.check(None, None) == []

    def test_a_wrong_check_character_is_named_with_the_right_one(self):
        right = code(1)
        other = ALPHABET[ALPHABET.index(right[-1]) - 1]
        (found,) = self.check(code(2), right[:-1] + other)
        assert (found.severity, found.sheet, found.cell) == ("error", "Roster", "A7")
        assert f"check character {right[-1]}, not {other}." in found.message.en
        assert f"校验码应为{right[-1]}" in found.message.zh
        assert found.value == right[:-1] + other

    @pytest.mark.parametrize("wrong", [code(1)[:-1], code(1) + "0"])
    def test_a_wrong_length_is_named(self, wrong):
        (found,) = self.check(wrong)
        assert f"has {len(wrong)} characters; a credit code has 18." in found.message.en

    def test_characters_that_no_code_has_are_named(self):
        (found,) = self.check("9133OOOO00000001IA")
        assert "holds OI;" in found.message.en

    def test_a_code_that_stands_there_twice_names_the_first_row(self):
        first, second, third = self.check(code(1), code(2), code(1), code(1), code(2))
        assert [first.cell, second.cell, third.cell] == ["A8", "A9", "A10"]
        assert "first in row 6." in first.message.en
        assert "首次在第7行" in third.message.zh

    def test_twenty_rows_are_listed_and_the_last_says_how_many_are_left(self):
        found = self.check(*("wrong" + str(i) for i in range(23)))
        assert len(found) == 20
        assert found[-1].message.en.endswith("3 more rows with the same fault are not listed.")
        assert "not listed" not in found[-2].message.en

    def test_twenty_rows_exactly_leave_nothing_to_add(self):
        assert "not listed" not in self.check(*("wrong" + str(i) for i in range(20)))[-1].message.en


class TestPlausible:
    """R06."""

    def check(self, *rows, without=(), **more):
        return findings("R06", {}, roster=make_roster(rows, without), **more)

    def test_ordinary_firms_are_plausible(self):
        assert self.check({}, {"reg_date": None}, {"industry_code": None}) == []

    def test_a_firm_in_two_bases_is_asked_about(self):
        (found,) = self.check({"uscc": code(1)}, {"uscc": code(2)}, elsewhere=lambda firms: {code(2): [NEAR]})
        assert (found.severity, found.cell) == ("query", "A7")
        assert f"{code(2)} is also in this quarter's roster of another base in the programme" in found.message.en
        assert "同时列入同省另一家基地的本季名册" in found.message.zh

    @pytest.mark.parametrize(
        ("others", "en", "zh"),
        [
            ([NEAR], "another base in the programme, in the same province.", "同省另一家基地"),
            ([FAR], "another base in the programme, in another province.", "外省另一家基地"),
            (
                [NEAR, FAR],
                "2 other bases in the programme, 1 of them in the same province.",
                "另外2家基地(其中同省1家)",
            ),
        ],
    )
    def test_only_reviewers_learn_which_other_base_it_is(self, others, en, zh):
        (found,) = self.check({"uscc": code(1)}, elsewhere=lambda firms: {code(1): others})
        assert en in found.message.en
        assert zh in found.message.zh
        for base in others:
            assert base.code not in found.message.en + found.message.zh
            assert f"{base.code} {base.name.en}" in found.for_reviewer.en
            assert f"{base.code} {base.name.zh}" in found.for_reviewer.zh

    def test_each_firm_and_fault_is_a_question_of_its_own(self):
        wrong = {"uscc": code(1), "reg_date": date(2030, 1, 1), "industry_code": "X"}
        found = self.check(wrong, {**wrong, "uscc": code(2)}, elsewhere=lambda firms: {code(1): [NEAR]})
        assert len({finding.query for finding in found}) == len(found) == 5

    def test_a_firm_in_two_bases_would_be_taken_out_of_the_totals(self):
        firm = {"uscc": code(1), "employees": 5.0, "revenue": 40.0, "ip_valid": 3.0, "hightech": "yes"}
        now = {"revenue_amt": 100.0, "ip_valid": 8.0, "firms_hightech": 2.0}
        rest = {"revenue_amt": 60.0, "ip_valid": 5.0, "firms_hightech": 1.0}
        elsewhere = {"elsewhere": lambda firms: {code(1): [NEAR]}}
        (staying,) = findings("R06", now, roster=make_roster([firm]), **elsewhere)
        (gone,) = findings("R06", now, roster=make_roster([firm | {"status": "exited"}]), **elsewhere)
        assert staying.anticipated == rest
        assert gone.anticipated == {"revenue_amt": 60.0}  # its stocks are in no total

    def test_other_rosters_are_asked_for_each_code_once(self):
        asked = []
        self.check({"uscc": code(1)}, {"uscc": code(1)}, {"uscc": None}, elsewhere=lambda c: asked.append(c) or {})
        assert asked == [[code(1)]]

    def test_a_firm_that_entered_before_it_was_registered_is_asked_about(self):
        (found,) = self.check({"reg_date": date(2025, 2, 2), "entry_date": date(2025, 2, 1)})
        assert found.cell == "E6"
        assert "entered on 2025-02-01, before it was registered on 2025-02-02." in found.message.en

    def test_a_firm_may_enter_on_the_day_it_is_registered(self):
        assert self.check({"reg_date": date(2025, 2, 1), "entry_date": date(2025, 2, 1)}) == []

    def test_an_industry_that_does_not_exist_is_asked_about(self):
        (found,) = self.check({"industry_code": "I99"})
        assert found.cell == "C6"
        assert "“I99” is not in GB/T 4754-2017" in found.message.en

    def test_columns_that_are_not_there_are_not_looked_at(self):
        wrong = {"reg_date": date(2030, 1, 1), "industry_code": "X"}
        assert self.check(wrong, without=["uscc", "reg_date", "industry_code"]) == []

    def test_each_kind_of_fault_has_its_own_twenty_rows(self):
        wrong = {"reg_date": date(2030, 1, 1), "industry_code": "X"}
        assert len(self.check(*[wrong] * 30)) == 40


class TestIndustry:
    @pytest.mark.parametrize("text", ["A", "I65", "C391", "C3911", "T97", "i65", "K70"])
    def test_codes_of_the_standard(self, text):
        assert is_industry(text)

    @pytest.mark.parametrize(
        "text", ["", "U", "65", "I6", "I66", "C12", "C44", "C39111", "I65x", "I 65", "I６５", "软件"]
    )
    def test_other_texts(self, text):
        assert not is_industry(text)

    def test_the_sections_follow_each_other_without_gap_or_overlap(self):
        divisions = [number for first, last in DIVISIONS.values() for number in range(first, last + 1)]
        assert divisions == list(range(1, 98))
        assert "".join(DIVISIONS) == "ABCDEFGHIJKLMNOPQRST"


@pytest.mark.parametrize("check", [c for c in FORM.checks if c.startswith("R")])
def test_a_history_without_a_roster_is_not_asked_about_firms(check):
    assert findings(check, dict.fromkeys(FORM.measures, 5.0)) == []


class TestInTheWarehouse:
    """R06 between returns that are checked with others taken in before."""

    @pytest.fixture
    def double(self, warehouse, writer):
        """R1's return names a firm that R2's accepted roster names too."""
        near, own = next(writer.quarters("R2", "regional", ("2025Q1",))), Story("R1", "regional")
        load(warehouse, near.path)
        values, roster = own.quarter("2025Q1")
        staying = next(firm for firm in roster if firm["status"] == "incubating")
        staying["uscc"] = near.roster[0]["uscc"]
        return writer.form_of("R1", "2025Q1", values, roster)

    def test_the_other_base_is_told_to_nobody_but_reviewers(self, warehouse, double):
        load(warehouse, double)
        with warehouse.connect() as connection:
            (version,) = versions(connection, "R1", "2025Q1")
            (found,) = [f for f in kept_findings(connection, version).values() if f.code == "R06"]
        assert "R2 Test base R2 (Liaoning)" in found.for_reviewer.en
        assert "R2 测试基地R2" in found.for_reviewer.zh
        assert "another base in the programme, in another province" in found.message.en
        assert "R2" not in found.message.en + found.message.zh

    @pytest.mark.parametrize("options", [[], ["--json"]])
    def test_no_command_names_it(self, double, capsys, options):
        get_command(app).main(["check", str(double), *options], standalone_mode=False)
        told = capsys.readouterr().out
        assert "R06" in told
        assert "R2" not in told
