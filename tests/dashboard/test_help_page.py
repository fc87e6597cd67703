"""The help page: the status of the figures, what was revised, what is due, whom to ask, how to report."""

import json
import sys
from datetime import date

import pytest

from dashboard.help_file import load_help
from dashboard.pages import help_log
from dashboard.texts import speaker
from etl import warehouse
from etl.catalogue import CatalogueError
from etl.config import settings
from indicators import repository, scope
from tests.dashboard.published import EARLIER, FINAL, FULL, LATER, NOW, OWN

PEOPLE = ("eva", "cora", "rep")


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


@pytest.fixture
def help_file(tmp_path, monkeypatch):
    """help_file("contact: …") → the settings point at a file with that text."""

    def write(text):
        path = tmp_path / "help.yml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("HELP_FILE", str(path))
        settings.cache_clear()
        return path

    yield write
    monkeypatch.delenv("HELP_FILE", raising=False)
    settings.cache_clear()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_reads_the_status_and_only_a_reporter_how_to_report(publishing, open_page, name, language):
    text, say = text_of(open_page(name, "/help", language)), speaker(language)
    for vintage in ("working", "provisional", "final", "revised"):
        assert say(f"help.vintage.{vintage}").replace('"', '\\"') in text
    assert LATER in text
    assert (say("help.part.reporting") in text) == (name == "rep")
    assert say("help.not_set") in text


def test_the_badge_in_the_head_leads_to_the_status_of_the_shown_quarter(publishing, open_page):
    text = text_of(open_page("rep", f"/rankings?period={FULL}"))
    assert f'"/help?period={FULL}#status"' in text
    assert "final, not signed yet" in text_of(open_page("rep", f"/help?period={FULL}"))


def test_every_publication_is_in_the_log_with_what_it_changed(publishing, open_page):
    for name in PEOPLE:
        text = text_of(open_page(name, "/help"))
        assert FINAL in text
        assert EARLIER in text
        assert f"/publications/compare?a={EARLIER}&b={LATER}" in text


def found(engine, who):
    with warehouse.reading(engine) as connection:
        return {one.publication.code: one for one in repository.revisions(connection, who)}


def test_a_revision_counts_the_bases_whose_values_are_others(publishing):
    log = found(publishing, scope.national())
    assert list(log) == [FINAL, EARLIER, LATER]
    assert log[FINAL].before is None
    assert log[LATER].before.code == EARLIER
    assert log[LATER].bases == 1, "between the two, one return was accepted"
    assert not log[LATER].method
    assert any(total.before != total.now for total in log[LATER].totals)


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (scope.national(), True),
        (scope.province("ZJ"), True),
        (scope.province("LN"), False),
        (scope.base(OWN), True),
        (scope.base("F1"), False),
    ],
)
def test_a_difference_of_totals_that_gives_a_base_away_is_hidden(publishing, who, told):
    """It is the return of one base: who may see that base may see the difference."""
    assert (found(publishing, who)[LATER].totals is not None) == told


def test_a_difference_of_enough_other_bases_is_shown(publishing, monkeypatch):
    monkeypatch.setattr(sys.modules["indicators.repository.revisions"], "LEAST", 1)
    assert found(publishing, scope.province("LN"))[LATER].totals is not None


def test_the_calendar_tells_due_days_and_what_was_published(publishing, open_page, monkeypatch):
    monkeypatch.setattr(help_log, "today", lambda: date(2026, 11, 1))
    text = text_of(open_page("rep", "/help"))
    assert "10 Nov 2026, still to come" in text
    monkeypatch.setattr(help_log, "today", lambda: date(2026, 11, 11))
    assert "10 Nov 2026, still to come" not in text_of(open_page("rep", "/help"))


def test_that_no_day_is_planned_is_said_once(publishing, open_page, help_file):
    text = text_of(open_page("rep", "/help"))
    assert text.count("The planned days of publication are not set.") == 1
    assert "Planned publication" not in text
    help_file(f"releases:\n  - {{period: {NOW}, vintage: final, day: 2027-02-26}}\n")
    assert "Planned publication" in text_of(open_page("rep", "/help"))


def test_contact_and_planned_days_come_from_the_file(publishing, open_page, help_file):
    help_file(
        f"contact: {{en: The programme office, zh: 项目办公室}}\n"
        f"releases:\n  - {{period: {NOW}, vintage: final, day: 2027-02-26}}\n"
    )
    text = text_of(open_page("rep", "/help"))
    assert "The programme office" in text
    assert "26 Feb 2027, final" in text
    assert "项目办公室" in text_of(open_page("rep", "/help", "zh"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("contact: {en: Only one language}", ":1: contact.zh"),
        ("releases:\n  - {period: 2026Q9, vintage: final, day: 2027-01-28}", ":2: releases.0.period"),
        ("releases:\n  - {period: 2026Q4, vintage: best, day: 2027-01-28}", ":2: releases.0.vintage"),
        ("kontakt: x", ":1: kontakt"),
        ("", ":1: is empty"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(help_file, text, line):
    help_file(text)
    with pytest.raises(CatalogueError) as told:
        load_help()
    assert line in told.value.mistakes[0]


def test_without_a_file_nothing_is_set():
    assert load_help().contact is None
    assert load_help().releases == ()
