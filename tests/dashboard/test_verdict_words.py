"""A verdict on screen: each lamp, grade, trend and proposal has a word and a shape; reasons carry their mark."""

import json
from types import SimpleNamespace

import pytest

from dashboard import texts, verdict_words
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.repository import Verdict
from indicators.verdicts.reasons import GRADES, IMPROVING, LAMPS, PRAISE, STEADY, Reason
from indicators.verdicts.words import in_words

INDICATOR = next(code for code, i in load_definitions().indicators.items() if i.unit == "万元")
NOW = load_definitions()
KIND = next(iter(load_form().types))


def viewer(language):
    return SimpleNamespace(language=language, say=texts.speaker(language))


def said(part):
    return json.dumps(part.to_plotly_json(), default=lambda child: child.to_plotly_json(), ensure_ascii=False)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_lamp_has_a_shape_and_a_word_of_its_own(language):
    marks = {lamp: said(verdict_words.lamp_mark(viewer(language), lamp)) for lamp in LAMPS}
    assert set(verdict_words.SHAPES) == set(verdict_words.WORST_FIRST) == set(LAMPS)
    assert len(set(marks.values())) == len(set(verdict_words.SHAPES.values())) == len(LAMPS)


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("final", [True, False])
def test_a_grade_says_whether_it_is_of_a_whole_year(language, final):
    line = said(verdict_words.headline(viewer(language), Verdict("green", "B", final, None, STEADY, (), NOW)))
    key = "verdict.grade" if final else "verdict.grade_so_far"
    assert texts.speaker(language)(key, grade="B") in line


@pytest.mark.parametrize("proposal", ["adjust", "honour"])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_proposal_is_shown(language, proposal):
    line = said(verdict_words.headline(viewer(language), Verdict("red", "D", True, proposal, STEADY, (), NOW)))
    assert texts.speaker(language)(f"verdict.proposal.{proposal}") in line


@pytest.mark.parametrize("weighs", [*LAMPS, *GRADES, "adjust", "honour", IMPROVING, PRAISE, "grade"])
def test_every_reason_has_a_mark_and_what_is_good_is_not_drawn_as_bad(weighs):
    mark, _ = verdict_words.sentence(viewer("en"), None, Reason("in_order", weighs), KIND, NOW)
    assert mark.children
    good = weighs in verdict_words.GOOD
    assert ("weighs-green" in mark.className) == good


def test_only_so_many_reasons_are_told_as_asked_for():
    verdict = Verdict("red", None, False, None, STEADY, (Reason("missed", "red"),) * 5, NOW)
    assert len(verdict_words.reasons(viewer("en"), None, verdict, KIND, 2).children) == 2
    assert len(verdict_words.reasons(viewer("en"), None, verdict, KIND).children) == 5


@pytest.mark.parametrize(("value", "en", "zh"), [(4.3419, "¥43,419", "4.34万元"), (-1.0, "−¥10,000", "−1万元")])
def test_money_is_told_in_yuan_in_english_and_in_wan_in_chinese(value, en, zh):
    reason = Reason("fell", "red", INDICATOR, value, value)
    assert en in in_words(reason, load_definitions(), "en")
    assert zh in in_words(reason, load_definitions(), "zh")
