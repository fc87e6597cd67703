"""The queue of flagged bases: whom it lists and in which order, why, how the case stands, what the viewer can do."""

import json
from datetime import date, datetime

import pytest

from dashboard import flag_case
from etl import schema, warehouse
from indicators import cases
from tests.dashboard.conftest import parts
from tests.dashboard.programme import LAST, OWN, PERIODS, samples
from tests.dashboard.test_downloads import csv_of

MINE = samples()[OWN]
PROVISIONAL = f"{LAST}-provisional-1"


def rows_of(tree):
    """Base → its row, in the order of the table."""
    found = {}
    for part in parts(tree):
        if part["type"] == "Tr" and (name := base_of(part)):
            found[name] = part
    return found


def base_of(row):
    links = [p["props"].get("href", "") for p in parts(row) if p["type"] == "A"]
    named = [href.split("/")[2].split("?")[0] for href in links if href.startswith("/bases/")]
    return named[0] if named else None


def lamps_in(tree):
    marks = ("is-red", "is-yellow", "is-grey", "is-green")
    return [next(mark[3:] for mark in marks if mark in json.dumps(row)) for row in rows_of(tree).values()]


def text_of(part):
    return json.dumps(part, ensure_ascii=False)


def test_only_what_needs_a_look_is_listed_and_red_comes_first(open_page):
    lamps = lamps_in(open_page("eva", "/flags"))
    assert lamps == sorted(lamps, key=["red", "yellow"].index)
    assert {"red", "yellow"} == set(lamps)


@pytest.mark.parametrize("lamp", ["red", "yellow", "green"])
def test_a_lamp_that_is_chosen_is_the_only_one(open_page, lamp):
    assert set(lamps_in(open_page("eva", f"/flags?lamp={lamp}"))) == {lamp}


def test_a_kind_of_flag_is_looked_for_among_all_lamps_and_told(open_page):
    tree = open_page("eva", "/flags?kind=p20")
    assert "green" in lamps_in(tree) or "yellow" in lamps_in(tree)
    assert all("lowest fifth of its peers" in text_of(row) for row in rows_of(tree).values())


def test_each_number_on_top_is_that_of_the_rows_it_leads_to(open_page):
    tree = open_page("eva", "/flags")
    figures = next(p for p in parts(tree) if p["props"].get("className") == "lamp-figures")
    for tile in (p for p in parts(figures) if p["type"] == "A"):
        lamp = tile["props"]["href"].partition("lamp=")[2]
        number = next(p["props"]["children"] for p in parts(tile) if p["props"].get("className") == "big")
        if lamp != "grey":  # these stand in a list of their own
            assert len(rows_of(open_page("eva", tile["props"]["href"]))) == int(number)


def test_a_row_says_why_since_when_and_where_to_see_it(open_page):
    row = next(iter(rows_of(open_page("eva", f"/flags?type={MINE.type}")).values()))
    text = text_of(row)
    assert "mean of four quarters" in text
    assert "/explain/" in text
    assert "evidence-link" in text
    assert "Also noted" in text or "also noted" in text


@pytest.mark.parametrize(("name", "least"), [("eva", 8), ("cora", 0)])
def test_a_coordinator_sees_only_the_own_province(open_page, name, least):
    seen = rows_of(open_page(name, "/flags"))
    assert len(seen) >= least
    mine = {base.code for base in samples() if base.province == MINE.province}
    assert name == "eva" or set(seen) <= mine


def test_a_base_sees_itself_however_it_stands(open_page):
    tree = open_page("rep", "/flags")
    assert set(rows_of(tree)) == {MINE.code}
    assert "lamp-figures" not in text_of(tree)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_nothing_is_flagged_the_page_says_what_would_be(open_page, language):
    kinds = [base.type for base in samples() if base.province != MINE.province]
    tree = open_page("cora", f"/flags?lamp=red&case=decided&type={kinds[0]}", language)
    text = text_of(tree)
    assert rows_of(tree) == {}
    assert ("No base of that choice" if language == "en" else "没有符合所选条件的基地") in text
    assert ("Show what needs a look" if language == "en" else "查看需要关注的基地") in text


def test_working_figures_open_no_case_and_the_page_says_so(open_page):
    text = text_of(open_page("eva", "/flags"))
    assert "No case can be opened yet" in text
    assert '"do"' not in text


def test_the_file_holds_the_rows_of_the_choice(signed_in, open_page):
    answer = signed_in("eva").get("/tables/flags.csv?lamp=red")
    _, head, rows = csv_of(answer)
    assert [row[head.index("code")] for row in rows] == list(rows_of(open_page("eva", "/flags?lamp=red")))
    assert {row[head.index("lamp")] for row in rows} == {"red"}


# Cases, on a copy of the programme with a publication that stays


@pytest.fixture
def flagged(engine, open_page):
    """The base that stands first, of a last quarter that is published; taken away again afterwards."""
    names = ("publication", "standing", "verdict", "flag")
    working = f"{LAST}-working-1"
    with warehouse.writing(engine) as connection:
        for name in names:
            table = schema.metadata.tables[name]
            rows = [dict(r._mapping) for r in connection.execute(table.select().where(table.c.publication == working))]
            changed = {"publication": PROVISIONAL} | ({"vintage": "provisional"} if name == "publication" else {})
            warehouse.insert(connection, table, [row | changed for row in rows])
    yield next(iter(rows_of(open_page("eva", "/flags"))))
    with warehouse.writing(engine) as connection:
        connection.execute(schema.case_event.delete())
        for name in reversed(names):
            table = schema.metadata.tables[name]
            connection.execute(table.delete().where(table.c.publication == PROVISIONAL))


def happened(engine, base, *steps, period=LAST):
    rows = [
        {
            "base": base, "period": period, "number": number, "event": step, "publication": PROVISIONAL, "decision": "clear" if step in (cases.PROPOSE, cases.SIGN) else None,
            "due": date(2027, 3, 1), "day": date(2027, 2, 1), "at": datetime(2027, 2, 1, 9), "by": "eva",
            "level": cases.STEPS[step].level, "text": "why",
        }
        for number, step in enumerate(steps, start=1)
    ]  # fmt: skip
    with warehouse.writing(engine) as connection:
        warehouse.insert(connection, schema.case_event, rows)


def test_an_evaluator_opens_a_case_from_the_queue(open_page, flagged):
    text = text_of(rows_of(open_page("eva", "/flags"))[flagged])
    assert "no case opened" in text
    assert "Open a case" in text
    assert f"/cases/{flagged}/{LAST}" in text


def test_a_row_says_whose_turn_it_is_until_when_and_who_can_act(engine, open_page, flagged):
    happened(engine, flagged, cases.NOTIFY, cases.ANSWER, cases.OPINION)
    row = text_of(rows_of(open_page("eva", "/flags"))[flagged])
    assert "decision to be proposed" in row
    assert "the evaluators, until 1 Mar 2027" in row
    assert "Propose a decision" in row


@pytest.mark.parametrize(
    ("steps", "stands"),
    [
        ((), "none"),
        ((cases.NOTIFY,), "notified"),
        ((cases.NOTIFY, cases.WITHDRAW), "none"),
        ((cases.NOTIFY, cases.ANSWER), "answered"),
        ((cases.NOTIFY, cases.ANSWER, cases.OPINION, cases.PROPOSE), "answered"),
        ((cases.NOTIFY, cases.ANSWER, cases.OPINION, cases.PROPOSE, cases.SIGN), "decided"),
    ],
)
def test_bases_are_found_by_how_their_case_stands(engine, open_page, flagged, steps, stands):
    if steps:
        happened(engine, flagged, *steps)
    for state in ("notified", "answered", "decided"):
        assert (flagged in rows_of(open_page("eva", f"/flags?case={state}"))) == (state == stands)
    assert (flagged in rows_of(open_page("eva", "/flags?case=none"))) == (stands == "none")


def test_an_open_case_of_a_quarter_before_is_shown_and_none_is_opened_beside_it(engine, open_page, flagged):
    happened(engine, flagged, cases.NOTIFY, period=PERIODS[-2])
    row = text_of(rows_of(open_page("eva", "/flags"))[flagged])
    assert "notified, reply awaited" in row
    assert f"Case of {PERIODS[-2]}" in row
    assert "Open a case" not in row


def test_every_state_of_a_case_is_found_by_some_choice():
    assert set(flag_case.STANDS) == set(cases.STATES) - {cases.WITHDRAWN}
