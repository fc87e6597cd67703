"""Publications on screen: all of them, signing, the name in the head, and two of them beside each other."""

import json
from datetime import datetime
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, select, update

from dashboard import view as viewing
from dashboard.pages.compare import made_up, mostly, picture, reach, signed
from dashboard.texts import speaker
from dashboard.urls import compare_path
from etl import schema, warehouse
from indicators import scope
from indicators.compare import PARTS, Shares, compare
from indicators.definition import load_definitions
from indicators.repository import Publication, comparisons
from indicators.repository.publications import before, every_publication, replaced_by, sign
from indicators.scope import NotAllowed
from tests.dashboard.published import APPROVER, EARLIER, FAR, FINAL, FULL, LATER, NEIGHBOUR, NOW, OWN

pytestmark = pytest.mark.usefixtures("publishing")
LIST, SIGNING = "/publications", "/publications/signing"
REASON = "Checked against the provinces' lists."
PEOPLE = ("eva", "cora", "rep", APPROVER)


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


def every(engine):
    with warehouse.reading(engine) as connection:
        return every_publication(connection, scope.national())


# A revision, on the pages of the bases


@pytest.fixture
def revised(publishing):
    """The later of the two publications as a revision of the earlier, which lacked OWN's return."""
    table = schema.publication
    with warehouse.writing(publishing) as connection:
        for name, vintage in ((EARLIER, "final"), (LATER, "revised")):
            connection.execute(update(table).where(table.c.publication == name).values(vintage=vintage, number=1))
    return publishing


def copy_ranks(engine, turned=False):
    """Gives the earlier publication the ranks of the later one, or those turned around."""
    index, table = load_definitions().method.index.code, schema.result
    of = {name: (table.c.publication == name, table.c.code == index) for name in (EARLIER, LATER)}
    with warehouse.writing(engine) as connection:
        now = [dict(row._mapping) for row in connection.execute(select(table).where(*of[LATER]))]
        ranked = sum(row["rank"] is not None for row in now)
        assert ranked == 2
        for row in now:
            row["publication"] = EARLIER
            if turned and row["rank"] is not None:
                row["rank"] = ranked + 1 - row["rank"]
        connection.execute(delete(table).where(*of[EARLIER]))
        connection.execute(table.insert(), now)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_base_of_a_revised_publication_says_what_its_rank_was_before(revised, open_page, language):
    say, page = speaker(language), f"/bases/{OWN}?period={NOW}"
    told = text_of(open_page("eva", page, language))
    assert say("base.before_unranked") in told
    assert compare_path(EARLIER, LATER) in told
    copy_ranks(revised, turned=True)
    second = {"en": "2nd", "zh": "第2名"}[language]
    viewing._answer.cache_clear()
    assert say("base.before_ranked", rank=second, n="2") in text_of(open_page("eva", page, language))


def test_a_rank_that_a_revision_left_alone_is_said_to_be_so(revised, open_page):
    copy_ranks(revised)
    assert speaker("en")("base.before_same") in text_of(open_page("eva", f"/bases/{OWN}?period={NOW}"))


def test_only_a_revision_speaks_of_a_rank_before(open_page):
    told = text_of(open_page("eva", f"/bases/{OWN}?period={NOW}"))
    assert not any(words in told for words in ("Before the revision", "The revision leaves"))


# The list and signing


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_sees_every_publication_with_its_content_and_who_made_it(publishing, open_page, name, language):
    text = text_of(open_page(name, LIST, language))
    for one in every(publishing):
        assert one.code in text
        assert (one.content or "") in text
    assert "Ann" in text
    assert "Bob" in text
    assert speaker(language)("publications.unsigned") in text
    assert ("python -m indicators publish" in text) == (name in ("eva", APPROVER))


def test_only_an_approver_is_offered_to_sign_and_only_what_is_final(open_page, all_parts):
    offered = {}
    for name in PEOPLE:
        fields = [part for part in all_parts(open_page(name, LIST)) if part["type"] == "Input"]
        offered[name] = [f["props"]["value"] for f in fields if f["props"].get("name") == "publication"]
    assert offered == {"eva": [], "cora": [], "rep": [], APPROVER: [FINAL]}


def test_the_head_says_that_a_final_publication_is_not_signed_until_it_is(open_page, signed_in):
    address = f"/rankings?period={FULL}"
    assert "final, not signed yet" in text_of(open_page("rep", address))
    assert "not signed yet" not in text_of(open_page("rep", "/rankings"))
    answer = signed_in(APPROVER).post(SIGNING, data={"publication": FINAL, "reason": REASON})
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    assert "not signed yet" not in text_of(open_page("rep", address))
    assert REASON in text_of(open_page("cora", LIST))


def test_the_head_leads_to_what_the_status_means_and_from_there_to_the_publications(open_page, all_parts):
    badges = [part for part in all_parts(open_page("rep", "/")) if part["props"].get("className") == "vintage"]
    assert [part["props"]["href"] for part in badges] == [f"/help?period={NOW}#status"]
    assert LIST in [part["props"].get("href") for part in all_parts(open_page("rep", "/help"))]


@pytest.mark.parametrize("name", ["eva", "cora", "rep"])
def test_nobody_else_signs(publishing, signed_in, name):
    assert signed_in(name).post(SIGNING, data={"publication": FINAL, "reason": REASON}).status_code == 403
    assert all(one.approved_by is None for one in every(publishing))


def test_the_repository_itself_refuses_who_does_not_approve(publishing):
    for who in (scope.national(), scope.province("ZJ"), scope.base(OWN)):
        with pytest.raises(NotAllowed):
            sign(publishing, who, "x", FINAL, REASON)


@pytest.mark.parametrize(
    ("publication", "reason"), [(FINAL, ""), (FINAL, "  "), (LATER, REASON), (f"{NOW}-working-1", REASON)]
)
def test_without_a_reason_or_before_it_is_final_nothing_is_signed(publishing, signed_in, publication, reason):
    client = signed_in(APPROVER)
    assert client.post(SIGNING, data={"publication": publication, "reason": reason}).status_code == 303
    with client.session_transaction() as session:
        assert session["told"]["good"] is False
    assert all(one.approved_by is None for one in every(publishing))


def test_an_unknown_publication_is_not_found(signed_in):
    assert signed_in(APPROVER).post(SIGNING, data={"publication": "none", "reason": REASON}).status_code == 404


def test_each_publication_is_held_against_the_one_before_it(publishing):
    known = {one.code: one for one in every(publishing)}
    before_of = {
        code: found.code if (found := before(tuple(known.values()), one)) else None for code, one in known.items()
    }
    assert before_of[LATER] == EARLIER
    assert before_of[EARLIER] == FINAL
    assert before_of[f"{NOW}-working-1"] == LATER
    assert before_of[min(known)] is None


def test_a_final_publication_is_held_against_the_final_one_of_the_quarter_before():
    when = datetime(2026, 11, 24)

    def named(period, vintage, number=1):
        return Publication(f"{period}-{vintage}-{number}", period, vintage, number, when)

    last = [named("2026Q2", "final"), named("2026Q2", "revised")]
    now = [named("2026Q3", "provisional"), named("2026Q3", "final"), named("2026Q3", "revised")]
    assert before([*last, *now], now[1]) == last[1], "what stands of the quarter before"
    assert before([*last, *now], now[2]) == now[1], "a revision is held against what it revises"
    assert before([*last, *now], now[0]) == last[1]
    assert before(now, now[1]) == now[0], "else the earlier vintage of the same quarter"
    assert before([named("2026Q2", "working"), *now], now[1]) == now[0]


def test_a_final_publication_is_replaced_by_the_last_revision_of_its_quarter():
    when = datetime(2026, 11, 24)

    def named(period, vintage, number=1):
        return Publication(f"{period}-{vintage}-{number}", period, vintage, number, when)

    of_quarter = [named("2026Q2", "provisional"), named("2026Q2", "final"), named("2026Q2", "revised")]
    every = [named("2026Q1", "final"), *of_quarter, named("2026Q2", "revised", 2)]
    assert [replaced_by(every, one) for one in every] == [None, None, every[-1], every[-1], None]


def test_a_changed_method_is_marked(publishing, open_page):
    assert "method changed" not in text_of(open_page("eva", LIST))
    with warehouse.writing(publishing) as connection:
        table = schema.publication
        connection.execute(update(table).where(table.c.publication == LATER).values(method_hash="f" * 64))
    text = text_of(open_page("eva", LIST))
    assert text.count("method changed") == 2, "of it, and of the working figures, which are by the method of now"
    assert "definitions changed" not in text


# Two beside each other


def result_of(signed_in, name, what, language="en"):
    client = signed_in(name)
    client.post("/language", data={"language": language})
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "compare-result.children",
            "outputs": {"id": "compare-result", "property": "children"},
            "inputs": [{"id": "compare-what", "property": "data", "value": what}],
            "changedPropIds": ["compare-what.data"],
        },
    )
    assert answer.status_code == 200
    return text_of(answer.json["response"]["compare-result"]["children"])


PAIR = {"a": EARLIER, "b": LATER}


@pytest.mark.parametrize("side", ["a", "b"])
def test_below_an_unknown_name_no_other_pair_is_compared(publishing, signed_in, open_page, all_parts, side):
    page = open_page("eva", f"/publications/compare?{urlencode(PAIR | {side: 'NOPE'})}")
    [store] = [part["props"] for part in all_parts(page) if part["props"].get("id") == "compare-what"]
    assert result_of(signed_in, "eva", store["data"]) == "null"


def moved_of(engine):
    with warehouse.reading(engine) as connection:
        return [row for row in compare(connection, EARLIER, LATER) if row.moved]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_moved_is_listed_for_those_who_may_see_them(publishing, signed_in, language):
    moved = {row.base for row in moved_of(publishing)}
    assert {OWN, FAR} <= moved, "the test needs moves of bases here and there"
    own_province = {code for code in moved if code.startswith("N")}
    visible = {"eva": moved, "cora": own_province, "rep": moved & {OWN}}
    for name, bases in visible.items():
        text = result_of(signed_in, name, PAIR, language)
        assert {base for base in (OWN, NEIGHBOUR, FAR, *moved) if f"/explain/{base}/" in text} == {
            row.base for row in moved_of(publishing) if row.base in bases and row.index_b is not None
        }


def test_the_summary_counts_the_viewers_bases_only(publishing, signed_in):
    moved = moved_of(publishing)
    assert f"{len(moved)} of 7 bases moved" in result_of(signed_in, "eva", PAIR)
    assert "1 of 1 base moved" in result_of(signed_in, "rep", PAIR)


def test_the_page_comes_at_once_and_says_that_it_is_working(open_page, all_parts):
    page = open_page("eva", f"/publications/compare?a={EARLIER}&b={LATER}&type=regional")
    assert "takes some seconds" in text_of(page)
    store = next(part for part in all_parts(page) if part["props"].get("id") == "compare-what")
    assert store["props"]["data"] == PAIR | {"type": "regional", "shown": "50"}


@pytest.mark.parametrize("what", [{}, None, 7, {"a": "", "b": ["x"]}, {"shown": {}}])
def test_what_is_not_given_reads_as_what_is_published_last_and_the_one_before(signed_in, what):
    assert result_of(signed_in, "eva", what) == result_of(signed_in, "eva", PAIR)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("a", "b"), [("nope", LATER), (EARLIER, "nope"), ("nope", "")])
def test_an_unknown_name_is_named_and_no_other_pair_is_compared(open_page, signed_in, a, b, language):
    text = text_of(open_page("eva", f"/publications/compare?a={a}&b={b}", language))
    assert speaker(language)("empty.unknown_publication", name="nope") in text
    assert LATER not in text
    assert result_of(signed_in, "eva", {"a": a, "b": b}) == "null"


def brand_of(all_parts, tree):
    return next(part for part in all_parts(tree) if part["props"].get("className") == "brand")


def test_the_head_of_a_comparison_names_no_single_publication(open_page, all_parts):
    for address in (f"/publications/compare?a={EARLIER}&b={LATER}", "/publications/compare?a=nope"):
        brand = text_of(brand_of(all_parts, open_page("eva", address)))
        assert NOW not in brand
        assert "vintage" not in brand


def test_the_head_of_an_explanation_names_the_publication_that_is_explained(open_page, all_parts):
    address = f"/explain/{FAR}/{NOW}/index?publication={NOW}-working-1"
    assert "working figures" in text_of(brand_of(all_parts, open_page("eva", address)))


def test_the_hash_is_explained(open_page):
    assert speaker("en")("publications.hash") in text_of(open_page("rep", LIST))


def test_signing_asks_first(open_page, all_parts):
    dialogs = [part for part in all_parts(open_page(APPROVER, LIST)) if part["type"] == "Dialog"]
    assert len(dialogs) == 1
    text = text_of(dialogs)
    assert f"Sign {FINAL}?" in text
    assert "cannot be changed or withdrawn" in text


def test_nothing_moves_between_a_publication_and_itself(signed_in):
    assert "Nothing moved" in result_of(signed_in, "eva", {"a": FINAL, "b": FINAL})


def test_a_type_without_own_bases_is_told(signed_in):
    assert "no base of this type" in result_of(signed_in, "rep", PAIR | {"type": "university"}).lower()


def test_what_cannot_be_compared_is_told_with_why(publishing, signed_in):
    with warehouse.writing(publishing) as connection:
        table = schema.publication
        stale = table.c.publication == f"{NOW}-working-1"
        assert connection.execute(select(table.c.publication).where(stale)).scalar()
        connection.execute(update(table).where(stale).values(data_state="0" * 64))
    text = result_of(signed_in, "eva", {"a": LATER, "b": f"{NOW}-working-1"})
    assert "cannot be compared" in text
    assert "out of date" in text


def test_what_is_settled_is_computed_once_for_everybody(publishing, signed_in, monkeypatch):
    comparisons._kept.cache_clear()
    calls = []
    monkeypatch.setattr(comparisons, "compare", lambda *args: calls.append(args) or compare(*args))
    for name in ("eva", "cora", "rep", "eva"):
        result_of(signed_in, name, PAIR)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("value", "told"), [(3.14, "+3.1"), (-0.26, "−0.3"), (0.04, "0.0"), (-0.04, "0.0"), (None, "–"), (0.0, "0.0")]
)
def test_a_change_is_written_with_its_sign(value, told):
    assert signed(value) == told


def test_the_parts_of_a_change_are_drawn_end_to_end_from_the_middle():
    class Shown:
        say = staticmethod(speaker("en"))

    shares = Shares(own=6.0, peers=-2.0, method=2.0)
    assert (reach(shares), mostly(shares)) == (8.0, "own")
    drawn = picture(Shown(), shares, 8.0)
    spans = [(float(bar.style["left"][:-1]), float(bar.style["width"][:-1])) for bar in drawn.children]
    assert spans == [(50.0, 37.5), (37.5, 12.5), (87.5, 12.5)]
    assert [bar.className for bar in drawn.children] == [f"by-{part}" for part in PARTS]
    assert made_up(Shown(), shares).children == "own data +6.0 · peers' data −2.0 · method +2.0"
    assert mostly(Shares(0.0, 0.0, 0.0)) is None
