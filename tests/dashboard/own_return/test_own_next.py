"""What the base's page says is to be done next, when nothing more is taken, when a paper is still wanted; and how a
change is to be read."""

import io

import openpyxl
import pytest

from etl import returns
from etl.events import Actor
from tests.dashboard import returning
from tests.dashboard.returning import HERE, NOW, OWN, changed, step, text_of

NATION = Actor("eva", "nation")


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def test_a_locked_quarter_invites_to_nothing_and_says_whom_to_ask(person, store, language):
    returning.lock(store, NOW)
    text = person("rep", language).page()
    assert text_of(language, "return.locked") in text
    assert text_of(language, "return.next.locked") in text
    for part in ("upload", "form", "papers"):
        assert f'"{HERE}/{part}"' not in text


def test_after_acceptance_for_good_a_locked_quarter_takes_no_correction(submitted, store):
    step(store, returns.ACCEPT)
    step(store, returns.FINALISE, NATION)
    assert text_of("en", "return.next.final") in submitted.page()
    returning.lock(store, NOW)
    text = submitted.page()
    assert text_of("en", "return.next.final") not in text
    assert text_of("en", "return.next.final_locked") in text
    assert f"{HERE}/upload" not in text
    assert f'"{HERE}/papers"' not in text


def test_what_is_under_review_in_a_locked_quarter_still_takes_its_cover_sheet(submitted, store):
    returning.lock(store, NOW)
    assert f'"{HERE}/papers"' in submitted.page()


def test_the_cover_sheet_is_the_next_step_until_it_is_there(submitted):
    text = submitted.page()
    assert text_of("en", "return.next.cover") in text
    assert "There is nothing to do now" not in text
    submitted.send(b"%PDF-1.4 a scan", "sealed.pdf", part="papers")
    text = submitted.page()
    assert text_of("en", "return.next.cover") not in text
    assert text_of("en", "return.next.submitted") in text


def test_a_running_total_says_what_its_change_is_held_against(rep, good):
    rep.send(good)
    assert text_of("en", "return.running") in rep.page()


def test_a_file_of_another_base_is_refused_on_a_page_with_a_way_back(rep, language):
    rep.client.post("/language", data={"language": language})
    answer = rep.client.get(f"/returns/{OWN}X/{NOW}/form", headers={"Accept": "text/html"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert text_of(language, "empty.not_allowed") in page
    assert text_of(language, "empty.who_grants.reporter").split(",")[0][:12] in page
    assert 'href="/"' in page


def test_a_script_gets_the_words_bare(rep):
    answer = rep.client.get(f"/returns/{OWN}X/{NOW}/form")
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")


def roster_of(answer):
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["Roster"]
    return [row for row in sheet.iter_rows(min_row=6, values_only=True) if any(row)]


def test_the_bases_form_names_its_firms_and_nobody_elses_copy_does(rep, person):
    assert roster_of(rep.get("form"))
    for name in ("cora", "eva"):
        assert roster_of(person(name).get("form")) == []


def test_a_count_is_written_whole_among_the_findings_of_the_marked_file(rep, good):
    rep.send(changed(good, mentors=-90))
    book = openpyxl.load_workbook(io.BytesIO(rep.get("findings.xlsx").data))
    cells = {cell.value: cell for row in book.worksheets[0].iter_rows() for cell in row}
    assert cells[-90].number_format == "#,##0"
    assert "-90.0" not in cells
