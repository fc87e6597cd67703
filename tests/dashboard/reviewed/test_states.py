"""A state of a return has one word in each language and one colour, whoever looks at it and on whichever page."""

import re
from pathlib import Path

import pytest

from dashboard import texts
from dashboard.states import STATES
from dashboard.urls import BOARD, FLAGS, return_path
from tests.dashboard.season import ACCEPTED, INERT, MISSING, NOW, RETURNED, WITH_QUERY

ASSETS = Path(texts.__file__).parent / "assets"
STAND = {"N1": "submitted", MISSING: "missing", RETURNED: "returned", ACCEPTED: "accepted"}


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def word(language, state):
    return texts.texts(language)[f"state.{state}"]


def test_seven_states_have_seven_words(language):
    assert len({word(language, state) for state in STATES}) == len(STATES)


def test_no_other_table_names_the_states(language):
    """Sentences about a state have places to fill; a list of bare words would be a second name for each."""
    groups = {}
    for key, text in texts.texts(language).items():
        group, _, last = key.rpartition(".")
        if last in STATES and "{" not in text:
            groups.setdefault(group, set()).add(last)
    named = {group for group, states in groups.items() if set(STATES) <= states}
    assert named == {"state"}


def test_each_state_has_one_colour():
    css = "\n".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.css"))
    for state in STATES:
        rules = re.findall(rf"([^\n{{}}]*\.at-{state}\b[^{{]*)\{{([^}}]*)\}}", css)
        assert [selector.strip() for selector, _ in rules] == [f".at-{state}"], state
        assert re.search(r"--tone: [^;]+;", rules[0][1])
        assert not re.search(rf"\.(state|swatch|chip)\.{state}\b", css)


def test_the_same_word_stands_on_the_board_the_return_and_its_history(look, language):
    board = look("eva", BOARD, language)
    cells = {props["href"]: props["aria-label"] for props in board.of("A", "cell")}
    for base, state in STAND.items():
        assert word(language, state) in cells[return_path(base, NOW)]
    marks = look("cora", return_path(RETURNED, NOW), language).words("Span", "state-mark")
    assert any(word(language, "returned") in told for told in marks)


def test_reporter_and_reviewer_read_the_same_word(look, language):
    own = look("rep", return_path("N1", NOW), language).words("Span", "state-mark")
    reviewed = look("cora", return_path("N1", NOW), language).words("Span", "state-mark")
    assert own
    assert own == reviewed


def test_a_base_without_an_accepted_return_is_shown_where_its_return_is(look, language):
    """A return that waits for the province is not missing; who has sent nothing, or has to send again, is flagged."""
    page = look("cora", f"{FLAGS}?period={NOW}&kind=missing_return", language)
    (section,) = page.words("Section", "absent")
    told = page.words("Span", "state-mark")
    assert len(told) == 3
    for name in (INERT, f"Test base {WITH_QUERY}") if language == "en" else ("测试基地N1", f"测试基地{WITH_QUERY}"):
        assert name in section
    assert all(word(language, "submitted") in one for one in told)
    queued = " ".join(page.words("Table", "flag-queue"))
    for code in (MISSING, RETURNED):
        assert (f"Test base {code}" if language == "en" else f"测试基地{code}") in queued
    assert "Missing return" not in page.text
