"""Reviewing: what waits, deciding on one or many, what became of it, and one return as its reviewers see it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard import deciding, following
from dashboard.deciding import unpacked
from etl import returns, schema, warehouse
from etl.clock import today
from etl.events import BASE
from etl.form import load_form
from tests.dashboard import season
from tests.dashboard.returning import Person
from tests.dashboard.season import ACCEPTED, BLANK, FAR, MISSING, NEAR, NOW, REASON, RETURNED, WITH_QUERY, state_of

REVIEW, DECISIONS = "/returns/review", "/returns/review/decisions"


def page_of(base, period=NOW):
    return f"/returns/{base}/{period}"


def packed(base, state="submitted", version=1):
    return json.dumps([base, NOW, version, state])


def decide(client, step, *ones, reason=""):
    """The lines of the answer."""
    answer = client.post(DECISIONS, data={"step": step, "reason": reason, "chosen": list(ones)})
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]


def ranked(store):
    """The bases whose return is in the quarter's working publication."""
    standing = schema.standing.c
    with warehouse.reading(store) as connection:
        rows = select(standing.base).where(standing.publication == f"{NOW}-working-1", standing.returned)
        return set(connection.execute(rows).scalars())


# What waits


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "waits"), [("cora", {"N1", "N2", "N5"}), ("eva", {ACCEPTED})])
def test_the_queue_is_what_waits_for_the_viewer(look, name, waits, language):
    page = look(name, REVIEW, language)
    ticks = [props for props in page.of("Input") if props.get("name") == "chosen"]
    assert {unpacked(props["value"]).base for props in ticks} == waits
    links = {props["href"] for props in page.of("A") if "href" in props}
    assert {page_of(base) for base in waits} <= links


def test_the_number_that_waits_stands_beside_the_word_in_the_navigation(look):
    assert look("cora", "/").words("Span", "waits") == ["3  3 wait for you"]
    assert look("eva", "/").words("Span", "waits") == ["1  1 waits for you"]
    assert look("new", "/").words("Span", "waits") == ["!  something is to be done"]
    assert look("rep", "/").words("Span", "waits") == []


def test_the_queue_says_late_answered_and_unusual(look):
    first = look("cora", REVIEW).words("Tr")[1]
    assert "Test base N2" in first
    assert "3 days late" in first
    assert "1/1" in first


def test_doubtful_returns_are_named_before_many_are_accepted(look):
    ticks = {
        unpacked(props["value"]).base: props["data-doubts"]
        for props in look("cora", REVIEW).of("Input")
        if props.get("name") == "chosen"
    }
    assert "answered queries: 1" in ticks[WITH_QUERY]
    assert "queries" not in ticks["N5"]


def test_an_empty_queue_says_how_returns_get_here(look, sign_in):
    decide(sign_in("eva"), returns.FINALISE, packed(ACCEPTED, "accepted"))
    assert "Nothing waits for you" in look("eva", REVIEW).text
    assert "Other returns wait" in look("cora", f"{REVIEW}?type=university").text


# Deciding


def test_many_are_accepted_each_tells_and_the_ranking_follows(sign_in, store):
    assert ranked(store) == {ACCEPTED}
    lines = decide(sign_in("cora"), returns.ACCEPT, packed("N1"), packed("N5"))
    assert lines == [
        {"base": "N1", "period": NOW, "problem": None},
        {"base": "N5", "period": NOW, "problem": None},
        {"computing": True},
        {"computed": True, "problem": None},
    ]
    assert [state_of(store, base) for base in ("N1", "N5", WITH_QUERY)] == ["accepted", "accepted", "submitted"]
    assert ranked(store) == {ACCEPTED, "N1", "N5"}


def test_what_changed_in_the_meantime_is_told_and_the_others_are_done(sign_in, store):
    season.step(store, "N1", returns.TAKE_BACK, BASE)
    first, second, *_ = decide(sign_in("cora", "zh"), returns.ACCEPT, packed("N1"), packed("N5"))
    assert "已有变化" in first["problem"]
    assert second["problem"] is None
    assert (state_of(store, "N1"), state_of(store, "N5")) == ("checked", "accepted")


def test_one_reason_goes_back_to_all_that_are_sent_back(sign_in, store, look):
    decide(sign_in("cora"), returns.SEND_BACK, packed("N1"), packed("N5"), reason="The unit is 10k yuan.")
    assert [state_of(store, base) for base in ("N1", "N5")] == ["returned", "returned"]
    for base in ("N1", "N5"):
        assert "The unit is 10k yuan." in look("cora", page_of(base)).text


def test_what_the_nation_sends_back_leaves_the_ranking(sign_in, store):
    decide(sign_in("eva"), returns.SEND_BACK, packed(ACCEPTED, "accepted"), reason="Wrong unit.")
    assert state_of(store, ACCEPTED) == "returned"
    assert ranked(store) == set()


def test_a_decision_stands_when_computing_fails(sign_in, store, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("no room left")

    monkeypatch.setattr(following, "refresh", broken)
    *_, last = decide(sign_in("cora"), returns.ACCEPT, packed("N1"))
    assert last["computed"] is False
    assert "no room left" in last["problem"]
    assert state_of(store, "N1") == "accepted"
    assert "could not be brought up to date" in caplog.text


def test_what_was_decided_is_computed_though_the_reviewer_has_gone(sign_in, store):
    client = sign_in("cora")
    answer = client.post(
        DECISIONS, data={"step": returns.ACCEPT, "chosen": [packed("N1"), packed("N5")]}, buffered=False
    )
    next(iter(answer.response))
    answer.close()
    assert state_of(store, "N1") == "accepted"
    assert state_of(store, "N5") == "submitted", "nobody waits for it any more"
    assert ranked(store) == {ACCEPTED, "N1"}


@pytest.mark.parametrize(
    ("name", "step", "ones"),
    [
        ("cora", returns.ACCEPT, [packed("N1"), packed("F1")]),
        ("cora", returns.FINALISE, [packed("N1")]),
        ("eva", returns.ACCEPT, [packed("N1")]),
        ("rep", returns.ACCEPT, [packed("N1")]),
        ("rep", returns.SEND_BACK, [packed("N1")]),
        ("cora", "nonsense", [packed("N1")]),
    ],
)
def test_nobody_decides_what_is_not_theirs(sign_in, store, name, step, ones):
    answer = sign_in(name).post(DECISIONS, data={"step": step, "chosen": ones, "reason": "x"})
    assert answer.status_code == 403
    assert [state_of(store, base) for base in ("N1", "F1")] == ["submitted", "submitted"]


@pytest.mark.parametrize(
    "one", ["", "N1", "[]", '["N1"]', '["N1","2026Q4","1","submitted"]', '["N1","x",1,"submitted"]', "[1,2,3,4]", "{}"]
)
def test_nonsense_is_refused_as_a_whole(sign_in, store, one):
    answer = sign_in("cora").post(DECISIONS, data={"step": returns.ACCEPT, "chosen": [packed("N5"), one]})
    assert answer.status_code == 400
    assert state_of(store, "N5") == "submitted"


def test_an_unknown_base_is_not_found(sign_in):
    answer = sign_in("eva").post(DECISIONS, data={"step": returns.FINALISE, "chosen": packed("none such")})
    assert answer.status_code == 404


def test_another_site_cannot_decide(sign_in, store):
    data, headers = {"step": returns.ACCEPT, "chosen": packed("N1")}, {"Sec-Fetch-Site": "cross-site"}
    assert sign_in("cora").post(DECISIONS, data=data, headers=headers).status_code == 403
    assert state_of(store, "N1") == "submitted"


def test_a_return_is_packed_and_unpacked_whatever_its_base_is_called(store):
    with warehouse.reading(store) as connection:
        version = returns.newest(connection, "N1", NOW)
    strange = replace(version, base='N"1|, 基')
    assert unpacked(deciding.packed(strange)).base == 'N"1|, 基'


# One return


@pytest.mark.parametrize(
    ("name", "base", "words"),
    [
        ("cora", "N1", "Version 1 waits for your decision since"),
        ("eva", "N1", "Version 1 waits for the province since"),
        ("cora", MISSING, "Nothing has come in; it is due"),
        ("cora", RETURNED, "Version 1 was sent back by the province on"),
        ("eva", ACCEPTED, "Version 1 waits for your decision since"),
    ],
)
def test_the_first_sentence_says_who_waits_for_whom(look, name, base, words):
    assert look(name, page_of(base)).words("Div", "standing")[0].count(words) == 1


def test_only_who_may_decide_finds_the_buttons(look):
    def steps(name, base):
        return {props["value"] for props in look(name, page_of(base)).of("Button") if props.get("name") == "step"}

    assert steps("cora", "N1") == {returns.ACCEPT, returns.SEND_BACK}
    assert steps("eva", "N1") == set()
    assert steps("eva", ACCEPTED) == {returns.FINALISE, returns.SEND_BACK}
    assert steps("cora", RETURNED) == set()


def test_queries_stand_there_with_their_answers_and_make_reasons(look):
    page = look("cora", page_of(WITH_QUERY))
    (finding,) = page.words("Li", "answered")
    assert REASON in finding
    offered = page.words("Button", "template")
    assert any("The reason given does not explain it" in words for words in offered)
    assert REASON not in str(offered)


def test_values_stand_beside_last_quarter_last_year_and_peers(look, store):
    page = look("cora", page_of("N1", "2026Q3"))
    names = [" ".join(words.split()) for words in page.words("Th")]
    for measure in load_form().measures_of("regional"):
        assert measure.full_name.en in names
    assert len(page.of("Div", "track")) == len(load_form().measures_of("regional"))
    assert len(page.of("Span", "dot")) > 50


def test_a_blank_with_a_query_is_marked_in_its_row(look):
    page = look("cora", page_of(WITH_QUERY))
    (row,) = page.words("Tr", "has-query")
    assert load_form().measures[BLANK].name.en in row


def test_the_way_through_the_queue(look):
    page = look("cora", page_of(WITH_QUERY))
    assert page.words("Nav", "way")[0].startswith("1 of 3 in the queue")
    ways = {props["id"]: props["href"] for props in page.of("A", "button") if "id" in props}
    assert set(ways) == {"next"}
    after = look("cora", ways["next"])
    assert {props["id"]: props["href"] for props in after.of("A", "button") if "id" in props}["previous"] == page_of(
        WITH_QUERY
    )


def test_an_earlier_version_is_compared(look, store):
    with warehouse.writing(store) as connection:
        version = returns.newest(connection, "N1", NOW)
        assert version
        table = schema.return_version
        kept = connection.execute(select(table).where(table.c.base == "N1", table.c.period == NOW)).mappings().one()
        figures = {**kept["figures"], BLANK: [4321.0, *kept["figures"][BLANK][1:]]}
        warehouse.insert(connection, table, [{**kept, "version": 2, "figures": figures}])
    page = look("cora", f"{page_of('N1')}?against=1")
    assert "Version 1 against version 2 (differences: 1)" in page.text
    assert "4,321.00" in page.text
    assert "differences:" not in look("cora", f"{page_of('N1')}?against=7").text


@pytest.mark.parametrize(("name", "base"), [("cora", FAR[0]), ("cora", "none such")])
def test_anothers_return_is_refused(look, name, base):
    page = look(name, page_of(base))
    assert "This is not in your area" in page.text or "There is no base" in page.text
    assert f"Test base {FAR[0]}" not in page.text
    assert page.of("Div", "standing") == []


def test_an_unknown_quarter_is_told(look):
    assert "There is no base N1 in the programme in 1999Q1" in look("eva", page_of("N1", "1999Q1")).text


# Reopening


def reopen(client, **changes):
    data = {"base": "N1", "period": "2026Q3", "until": str(today() + timedelta(days=2)), "reason": "Wrong unit."}
    return client.post("/returns/reopening", data={**data, **changes})


def test_the_nation_reopens_a_locked_quarter_for_one_base(sign_in, look, store):
    assert "reopening" in look("eva", page_of("N1", "2026Q3")).text
    assert reopen(sign_in("eva")).headers["Location"] == "/returns/N1/2026Q3?reopened=1"
    page = look("eva", page_of("N1", "2026Q3"))
    assert "reopened for this base until" in page.text
    assert "Wrong unit." in page.text


@pytest.mark.parametrize("name", ["cora", "rep"])
def test_others_do_not_reopen(sign_in, look, store, name):
    assert reopen(sign_in(name)).status_code == 403
    with warehouse.reading(store) as connection:
        assert connection.execute(select(schema.reopening)).all() == []
    assert "/returns/reopening" not in look("cora", page_of("N1", "2026Q3")).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": ""}, "Name the day"),
        ({"until": "2020-01-01"}, "has passed"),
        ({"reason": " "}, "needs a reason"),
    ],
)
def test_reopening_needs_a_day_to_come_and_a_reason(sign_in, store, changes, words):
    client = sign_in("eva")
    answer = reopen(client, **changes)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/returns/N1/2026Q3#told")
    assert words in Person(client).page("/returns/N1/2026Q3")
    with warehouse.reading(store) as connection:
        assert connection.execute(select(schema.reopening)).all() == []


def test_reopening_for_a_base_that_is_not_there(sign_in, store):
    assert reopen(sign_in("eva"), base="none such").status_code == 404


def test_the_collection_is_refused_to_a_reporter_on_a_page_with_a_way_back(sign_in):
    answer = sign_in("rep").get("/returns/collection.xlsx", headers={"Accept": "text/html"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Your role may not open this page: Returns" in page
    assert 'href="/"' in page
    assert "national evaluator, approver, coordinator" in page


def test_why_it_was_sent_back_stands_above_the_next_decision(look, store):
    assert not look("cora", page_of("N1")).of("Div", "sent-back-before")
    season.step(store, RETURNED, returns.SUBMIT, BASE, "None were issued, as the books say.")
    page = look("cora", page_of(RETURNED))
    (told,) = page.words("Div", "sent-back-before")
    assert "Version 1 was sent back: the province" in told
    assert season.SENT_BACK in told
    assert "None were issued, as the books say." in told
    assert page.text.index(season.SENT_BACK) < page.text.index('"Accept"')


def test_every_page_of_review_opens_in_both_languages(look):
    for language in ("en", "zh"):
        for name in ("eva", "cora"):
            for base in NEAR if name == "cora" else NEAR + FAR:
                assert look(name, page_of(base), language).words("H1")
