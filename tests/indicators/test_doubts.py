"""What speaks against a step of a case, and how the record tells it."""

from itertools import product

import pytest

from indicators import cases
from indicators.doubts import Said, doubt
from indicators.verdicts.reasons import ADJUST, GRADES, HONOUR, LAMPS

NAME = "2026Q3-final-1"


def said(lamp="green", grade="C", proposal=None):
    return Said(lamp, grade, proposal)


@pytest.mark.parametrize(("lamp", "grade", "proposal"), [*product(LAMPS, (*GRADES, None), (None, ADJUST, HONOUR))])
def test_a_notice_is_borne_out_by_a_lamp_a_grade_d_or_a_proposal(lamp, grade, proposal):
    found = doubt(cases.NOTIFY, None, NAME, said(lamp, grade, proposal))
    assert (found is None) == (lamp in ("red", "yellow") or grade == "D" or proposal is not None)


@pytest.mark.parametrize(("step", "decision"), [*product((cases.PROPOSE, cases.SIGN), cases.DECISIONS)])
def test_adjustment_and_honour_are_borne_out_by_that_proposal_only(step, decision):
    for proposal in (None, ADJUST, HONOUR):
        found = doubt(step, decision, NAME, said(proposal=proposal))
        assert (found is None) == (decision not in cases.NEED_FINAL or decision == proposal)


@pytest.mark.parametrize("step", sorted(set(cases.STEPS) - {cases.NOTIFY, cases.PROPOSE, cases.SIGN}))
def test_no_other_step_is_doubted(step):
    assert doubt(step, HONOUR, NAME, said()) is None


def test_it_is_told_plainly_and_kept_in_both_languages():
    found = doubt(cases.PROPOSE, HONOUR, NAME, said())
    assert found is not None
    assert found.words.en == "2026Q3-final-1 proposes no honour: grade C, lamp green"
    assert found.words.zh == "2026Q3-final-1未建议表彰：评级C，绿灯"
    assert found.words.en in found.remark
    assert found.words.zh in found.remark
    nothing = doubt(cases.NOTIFY, None, NAME, None)
    assert nothing is not None
    assert "no verdict" in nothing.words.en
    ungraded = doubt(cases.SIGN, ADJUST, NAME, said("grey", None))
    assert ungraded is not None
    assert ungraded.words.en == "2026Q3-final-1 proposes no adjustment: no grade, lamp grey"


def test_without_a_publication_there_is_nothing_to_doubt():
    assert doubt(cases.NOTIFY, None, None, None) is None
