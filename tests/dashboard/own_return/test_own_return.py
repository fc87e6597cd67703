"""A base's own return as its reporter meets it: the four steps by the routes, and what the page says after each."""

import hashlib
import io
from datetime import date, timedelta

import openpyxl
import pytest

from dashboard.phrases import phrases
from etl import events, returns, versions, warehouse
from etl.catalogue import Text
from etl.config import settings
from etl.events import Actor
from etl.findings import Finding
from tests.dashboard import returning
from tests.dashboard.returning import (
    HERE,
    NOW,
    OWN,
    cell_of,
    changed,
    findings_of,
    newest,
    queries_of,
    step,
    text_of,
)  # fmt: skip

# Before anything is sent


@pytest.mark.parametrize("language", ["en", "zh"])
def test_until_it_is_submitted_the_page_says_so_first(person, language):
    text = person("rep", language).page()
    quarter = {"en": NOW, "zh": "2026年四季度"}[language]
    title = text_of(language, "return.title.unsubmitted", quarter=quarter)
    assert all(phrase in text for phrase in phrases(title))
    assert text_of(language, "return.next.missing") in text
    for each in ("download", "upload", "mend", "submit"):
        assert text_of(language, f"return.step.{each}") in text


@pytest.mark.parametrize(
    ("days", "words"), [(6, "6 days left"), (1, "1 day left"), (0, "due today"), (-1, "by 1 day"), (-3, "by 3 days")]
)
def test_the_due_day_is_counted(rep, monkeypatch, days, words):
    monkeypatch.setattr("dashboard.return_words.today", lambda: date(2027, 1, 20) - timedelta(days=days))
    assert words in rep.page()


def test_the_form_is_a_workbook_of_this_base_and_is_noted_once(rep, store):
    answer = rep.get("form")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert f"{NOW} {OWN}" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Return" in openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames
    rep.get("form")
    with warehouse.reading(store) as connection:
        happened = [event.event for event in events.events(connection, OWN, NOW)]
    assert happened == [events.DOWNLOADED]
    assert "rep downloaded the form" in rep.page()


def test_every_quarter_that_was_asked_can_be_chosen_with_its_state(rep):
    text = rep.page()
    for period in (*returning.BEFORE, NOW):
        assert f"/returns/{OWN}/{period}" in text
    assert "2026Q3 ✓ accepted for good" in text


def test_a_quarter_that_was_not_asked_says_which_were(rep):
    text = rep.page(f"/returns/{OWN}/2019Q1")
    assert text_of("en", "return.not_asked") in text
    assert HERE in text


def test_a_closed_quarter_takes_nothing_until_it_is_reopened(rep, store, good):
    returning.lock(store, NOW)
    text = rep.page()
    assert text_of("en", "return.title.locked", quarter=NOW) in text
    assert f"{HERE}/upload" not in text
    rep.send(good)
    assert newest(store) is None
    with warehouse.writing(store) as connection:
        returns.reopen(connection, OWN, NOW, date(2999, 1, 1), Actor("eva", "nation"), "the server was down")
    text = rep.page()
    assert "reopened for your base until 1 Jan 2999" in text
    assert f"{HERE}/upload" in text


# Sending


def test_a_good_file_is_ready_to_be_submitted(rep, store, good):
    answer = rep.send(good, "R1 fourth quarter.xlsx")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}#told")
    assert newest(store).state == "checked"
    text = rep.page()
    assert text_of("en", "return.told.clean", n=1) in text
    assert text_of("en", "return.next.ready") in text
    assert "R1 fourth quarter.xlsx" in text
    assert hashlib.sha256(good).hexdigest() in text
    assert text_of("en", "return.told.clean", n=1) not in rep.page(), "it is told once"


def test_a_script_is_told_where_to_go_on(rep, good):
    file = {"file": (io.BytesIO(good), "form.xlsx")}
    answer = rep.client.post(f"{HERE}/upload", data=file, headers={"Accept": "application/json"})
    assert answer.json == {"next": f"{HERE}#told"}


def test_errors_stand_at_their_cells_and_lead_to_the_values(rep, store, good):
    bad = changed(good, firms_end=999)
    rep.send(bad)
    assert newest(store).state == "draft"
    text, cell = rep.page(), cell_of(bad, "firms_end")
    message = next(finding.message.en for finding in findings_of(store).values() if finding.cell == cell)
    assert message.split(" = ")[1] in text
    assert f'"children": "{cell}"' in text
    assert '"href": "#value-firms_end"' in text
    assert '"id": "value-firms_end"' in text
    assert f"{HERE}/submit" not in text
    rep.post("submit", version=1)
    assert newest(store).state == "draft"


def test_the_same_file_again_is_known(rep, store, good):
    rep.send(good)
    rep.send(good)
    assert newest(store).version == 1
    assert text_of("en", "return.told.known", n=1) in rep.page()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("content", "code"), [(b"hello", "F01"), (b"", "F01"), (b"PK\x03\x04 but no more", "F01")])
def test_what_is_no_workbook_is_refused_on_the_page_and_stays_told(person, store, language, content, code):
    rep = person("rep", language)
    assert rep.send(content, "notes.xlsx").headers["Location"] == f"{HERE}#refused"
    for _ in range(2):
        text = rep.page()
        assert text_of(language, "return.refused", file="notes.xlsx") in text
    assert newest(store) is None


def test_another_bases_form_is_refused_and_a_good_one_ends_that(rep, person, store, good):
    theirs = person("other").get("form", here=f"/returns/R2/{NOW}").data
    rep.send(theirs, "theirs.xlsx")
    assert "which is not yours" in rep.page()
    assert newest(store) is None
    rep.send(good)
    assert "which is not yours" not in rep.page()
    assert newest(store).version == 1


def test_another_quarters_form_is_refused(rep, store):
    earlier = rep.get("form", here=f"/returns/{OWN}/2026Q3").data
    rep.send(earlier)
    assert "is reported. Send it on the page of its own quarter" in rep.page()
    assert newest(store) is None


def test_a_file_past_the_limit_gets_the_airlocks_words(rep, store, monkeypatch, good):
    monkeypatch.setenv("LIMIT_FILE_BYTES", str(2**20))
    settings.cache_clear()
    try:
        assert rep.send(b"PK\x03\x04" + b"0" * 2**21).status_code == 303
        assert "file size (at most 1 MiB)" in rep.page()
        assert newest(store) is None
        rep.send(good)
    finally:
        settings.cache_clear()
    assert newest(store).version == 1


def test_a_file_larger_than_other_requests_may_be_is_taken(rep, store):
    """Other requests end at 1 MB."""
    assert rep.send(b"PK\x03\x04" + b"0" * 3_000_000).status_code == 303
    assert "the file is damaged" in rep.page()


def test_sending_without_a_file_says_what_to_do(rep):
    rep.send(b"", name="")
    assert "Choose the filled form first" in rep.page()


# Answering


def test_queries_are_answered_in_place(rep, store, with_queries):
    rep.send(with_queries)
    open_one = next(number for number in queries_of(store) if not findings_of(store)[number].answer)
    text = rep.page()
    assert f'"name": "answer-{open_one}"' in text
    assert text_of("en", "return.answered_in_file") in text
    assert text_of("en", "return.submit_answers") in text
    rep.post("answers", version=1, **{f"answer-{open_one}": "The scheme\r\nended in June."})
    assert findings_of(store)[open_one].answer == "The scheme\nended in June."
    text = rep.page()
    assert text_of("en", "return.told.answered_one") in text
    assert "answered here by rep" in text
    rep.post("submit", version=1)
    assert newest(store).state == "submitted"


@pytest.mark.parametrize("field", ["answer-9999", "answer-x", "answer-", "answer-1e3", "note-1"])
def test_an_answer_to_nothing_changes_nothing(rep, store, with_queries, field):
    rep.send(with_queries)
    before = findings_of(store)
    assert rep.post("answers", version=1, **{field: "words"}).status_code == 303
    assert findings_of(store) == before


def test_an_answer_that_is_too_long_is_not_cut(rep, store, with_queries):
    rep.send(with_queries)
    before, number = findings_of(store), queries_of(store)[0]
    rep.post("answers", version=1, **{f"answer-{number}": "x" * (returns.LONGEST + 1)})
    assert findings_of(store) == before
    assert "longer than 1,000 characters" in rep.page()


def test_answers_to_an_older_version_are_refused(rep, store, with_queries, good):
    rep.send(with_queries)
    number = queries_of(store)[0]
    rep.send(good)
    rep.post("answers", version=1, **{f"answer-{number}": "words"})
    assert "has changed since the page was loaded" in rep.page()


# Submitting


def test_what_is_being_submitted_is_shown_before(rep, good):
    rep.send(good)
    text = rep.page()
    assert text_of("en", "return.submit", n=1) in text
    assert text_of("en", "return.filled") in text
    assert text_of("en", "return.submit_means") in text


def test_submitted_is_said_and_can_be_taken_back(submitted, store):
    text = submitted.page()
    assert "was submitted on" in text
    assert f"{HERE}/upload" not in text
    submitted.post("take-back", version=1)
    assert newest(store).state == "checked"
    assert "is NOT yet submitted" in submitted.page()


def test_a_version_that_is_not_the_newest_is_not_submitted(rep, store, good, with_queries):
    rep.send(with_queries)
    rep.send(good)
    rep.post("submit", version=1)
    assert newest(store).state == "checked"
    rep.post("submit", version="nonsense")
    assert newest(store).state == "checked"


def test_sent_back_with_the_reason_before_everything(submitted, store):
    step(store, returns.SEND_BACK, reason="Revenue looks ten times too large.")
    text = submitted.page()
    assert "was sent back by the province" in text
    assert text.index("Revenue looks ten times too large.") < text.index("1 Download your form")
    submitted.post("submit", version=1)
    assert newest(store).state == "returned", "again as it is only with a word"
    submitted.post("submit", version=1, word="The contract of November was paid at once.")
    assert newest(store).state == "submitted"


def test_accepted_leads_to_the_peers(submitted, store):
    peers = submitted.page(f"{HERE}/peers")
    assert text_of("en", "peers.empty") in peers
    step(store, returns.ACCEPT)
    text = submitted.page()
    assert "was accepted by the province on" in text
    assert text_of("en", "return.to_peers") in text
    assert text_of("en", "peers.not_computed", quarter=NOW) in submitted.page(f"{HERE}/peers")
    step(store, returns.FINALISE, Actor("eva", "nation"))
    assert "was accepted for good on" in submitted.page()


def test_a_revision_leaves_the_old_version_in_force(submitted, store, with_queries):
    step(store, returns.ACCEPT)
    step(store, returns.FINALISE, Actor("eva", "nation"))
    submitted.send(with_queries)
    text = submitted.page()
    assert text_of("en", "return.title.revision", quarter=NOW, old=1) in text
    assert newest(store).version == 2


# Queries that came later, reasons that are remembered


def add_query(store, **rest):
    """A query as a recheck adds it to a version that is in."""
    message = Text(en="Since 2026Q3 was revised: this does not follow.", zh="2026年三季度修订后:与上季不符。")
    with warehouse.writing(store) as connection:
        version = returns.newest(connection, OWN, NOW)
        number = max(versions.findings(connection, version), default=0) + 1
        finding = Finding("K02", "query", message, "Return", "E1", "firms_start", **rest)
        versions.add_findings(connection, version, [finding], first=number)
    return number


def test_a_query_that_came_up_after_acceptance_can_be_answered_once(submitted, store):
    step(store, returns.ACCEPT)
    step(store, returns.FINALISE, Actor("eva", "nation"))
    number = add_query(store)
    text = submitted.page()
    assert text_of("en", "return.next.since") in text
    assert f'"name": "answer-{number}"' in text
    submitted.post("answers", version=1, **{f"answer-{number}": "A firm was counted twice then."})
    assert findings_of(store)[number].answer == "A firm was counted twice then."
    text = submitted.page()
    assert f'"name": "answer-{number}"' not in text
    assert "A firm was counted twice then." in text


def test_a_remembered_reason_is_folded_and_says_where_it_is_from(rep, store, good):
    rep.send(good)
    add_query(store, answer="As every summer.", remembered="2026Q3")
    text = rep.page()
    assert text_of("en", "return.group.remembered", n=1) in text
    assert text_of("en", "return.remembered_from", quarter="2026Q3") in text
    assert text_of("en", "return.next.ready") in text
