"""The list of indicators, the page of one, and the card at its name: from the definitions, and nobody else's bases."""

import json
from datetime import date
from html import unescape

import pytest

from dashboard import explainer, method_record
from dashboard.pages import indicator as page_of_one
from dashboard.texts import texts
from dashboard.urls import State
from dashboard.view import View
from etl.catalogue import Text
from etl.form import load_form
from indicators import method_words, repository, scope
from indicators.catalogue import NotKept
from indicators.definition import load_definitions
from indicators.method_changes import MethodChange
from indicators.repository.methods import Since
from indicators.repository.one_indicator import standings
from tests.dashboard.programme import LAST, OWN, samples

OWN_BASE = samples()[OWN]
ALL = load_definitions().indicators
COMMON = [one for one in ALL.values() if set(one.base_types) == set(load_form().types)]
LEAD = COMMON[0]
WORDS = 10


def said(tree):
    return unescape(json.dumps(tree, ensure_ascii=False))


def quoted(text):
    return json.dumps(text, ensure_ascii=False)[1:-1]


def links(all_parts, tree):
    return [part["props"]["href"] for part in all_parts(tree) if "href" in part["props"]]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["eva", "cora", "rep"])
def test_the_list_has_every_indicator(open_page, name, language):
    text = said(open_page(name, "/indicators", language))
    for one in ALL.values():
        assert quoted(one.name[language]) in text
        assert f"/indicators/{one.code}" in text


def test_the_list_of_a_type_has_only_what_it_is_asked(open_page):
    kind = next(kind for kind in load_form().types if len(load_definitions().of_type(kind)) < len(ALL))
    text = said(open_page("eva", f"/indicators?type={kind}"))
    asked = {one.code for one in load_definitions().of_type(kind)}
    assert {code for code in ALL if f"/indicators/{code}?" in text} == asked


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", ALL)
def test_a_page_says_what_the_definition_says(open_page, code, language):
    text, one = said(open_page("rep", f"/indicators/{code}", language)), ALL[code]
    for words in (one.name, one.why, one.basis, method_words.floor_in_words(one.floor)):
        assert words is None or quoted(words[language]) in text or (one.floor and one.floor.by_type)
    for paragraph in one.paragraphs:
        assert quoted(load_form().paragraphs[paragraph].name[language]) in text
    assert {"en": "not set", "zh": "未填写"}[language] in text


def test_a_reviewed_definition_shows_its_day(app, monkeypatch):
    reviewed = LEAD.model_copy(update={"reviewed": date(2026, 5, 4)})

    class Shown:
        language = "en"

    assert explainer.reviewed(Shown, reviewed) == "4 May 2026"


@pytest.mark.parametrize("name", ["eva", "rep"])
def test_an_unknown_code_leads_to_those_that_there_are(open_page, name):
    text = said(open_page(name, "/indicators/none-such"))
    assert "There is no indicator none-such" in text
    assert all(f"/indicators/{code}" in text for code in ALL)


@pytest.mark.parametrize(("name", "least"), [("eva", 6), ("cora", 1), ("rep", 1)])
def test_the_numbers_of_the_listed_bases_lead_to_what_they_are_made_of(open_page, all_parts, name, least):
    found = links(all_parts, open_page(name, f"/indicators/{LEAD.code}?type={OWN_BASE.type}"))
    explained = [address for address in found if address.startswith("/explain/")]
    tree = said(open_page(name, f"/indicators/{LEAD.code}?type={OWN_BASE.type}"))
    assert f"/explain/{OWN_BASE.code}/{LAST}/{LEAD.code}" in tree
    assert tree.count("/explain/") >= least
    for address in explained:
        assert name == "eva" or address.split("/")[2] == OWN_BASE.code


def test_a_page_is_of_the_viewers_type_when_none_is_chosen(open_page, app):
    assert f"type={OWN_BASE.type}" in said(open_page("rep", f"/indicators/{LEAD.code}"))


def test_a_type_that_is_not_asked_gives_way_to_one_that_is(open_page):
    one = next(one for one in ALL.values() if set(one.base_types) < set(load_form().types))
    other = next(kind for kind in load_form().types if kind not in one.base_types)
    assert "h1" in said(open_page("eva", f"/indicators/{one.code}?type={other}")).lower()


def test_the_file_of_an_indicator_is_that_of_its_page(signed_in):
    answer = (
        signed_in("eva").get(f"/tables/indicator.csv?code={LEAD.code}&type={OWN_BASE.type}").data.decode("utf-8-sig")
    )
    assert f"{LEAD.code} {LEAD.name.en}" in answer
    assert sum(line.startswith("B0") for line in answer.splitlines()) == 6


def one_with_misses(app):
    """(code, type, how many miss its floor, how many there are), where some but not all do."""
    with app.server.test_request_context("/"):
        shown = View("eva", "evaluator", scope.national(), None, "en", "light")
        for one in ALL.values():
            for kind in one.base_types:
                rows = shown.ask(standings, shown.published[-1], one.code, kind).rows
                missed = sum(row.missed for row in rows)
                if 0 < missed < len(rows):
                    return one.code, kind, missed, len(rows)
    raise AssertionError("no floor of the small programme is missed")


def test_those_that_miss_the_floor_can_be_listed_alone(open_page, signed_in, app):
    code, kind, missed, many = one_with_misses(app)
    address = f"/indicators/{code}?type={kind}"
    everyone, alone = said(open_page("eva", address)), said(open_page("eva", f"{address}&kind=floor"))
    assert "kind=floor#bases" in everyone
    assert f"{missed} that miss the floor" in everyone
    assert everyone.count('"/bases/') - alone.count('"/bases/') == many - missed
    file = signed_in("eva").get(f"/tables/indicator.csv?code={code}&type={kind}&kind=floor").data.decode("utf-8-sig")
    assert sum(line.startswith("B0") for line in file.splitlines()) == missed


def test_titles_of_charts_have_ten_words_or_fewer():
    """The numbers and names that fill the places count as one word, a type's name as two."""
    heads = ("types_", "regions_", "trend_rose", "trend_fell", "trend_stayed", "funnel_all", "funnel_own", "funnel_one",
             "map_highest", "map_lowest", "bases_", "base_")  # fmt: skip
    long = {
        key: text
        for key, text in texts("en").items()
        if key.startswith("indicator.") and key.split(".")[1].startswith(heads) and not key.endswith(("_help", "_why"))
        if len(text.replace("{name}", "Regional bases").replace(" %", "").split()) > WORDS
    }
    assert long == {}


# The card ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_indicator_has_a_card(signed_in, language):
    client = signed_in("rep")
    client.post("/language", data={"language": language})
    for one in ALL.values():
        answer = client.get(f"/indicators/{one.code}/card")
        text = unescape(answer.get_data(as_text=True))
        assert answer.status_code == 200
        for words in (one.name, one.why):
            assert words[language] in text
        assert f'href="/indicators/{one.code}"' in text
        for paragraph in one.paragraphs:
            assert load_form().paragraphs[paragraph].name[language] in text


def test_there_is_no_card_of_nothing_and_none_for_nobody(signed_in, client):
    assert signed_in("rep").get("/indicators/none-such/card").status_code == 404
    assert client.get(f"/indicators/{LEAD.code}/card").status_code == 401


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("rep", f"/bases/{OWN_BASE.code}"),
        ("cora", "/"),
        ("eva", "/flags"),
        ("eva", "/method"),
        ("rep", f"/returns/{OWN_BASE.code}/{LAST}/peers"),
    ],
)
def test_names_of_indicators_are_explained_where_they_stand(open_page, name, address):
    text = said(open_page(name, address))
    assert any(f'"data-explains": "{code}"' in text for code in ALL)


# The method's record -----------------------------------------------------------------------------------------------------


def test_the_coverage_counts_the_bases_of_every_indicator(open_page):
    """21 of 24 bases have reported in the last quarter: 87 %, and all in those before."""
    text = said(open_page("rep", "/method"))
    assert text.count('"87 "') == len(ALL)
    assert text.count('"100 "') == 5 * len(ALL)


def test_an_unchanged_method_is_said_to_be_unchanged(open_page):
    assert f"the form of {LAST}-working-1 are those of 2026Q3-working-1" in said(open_page("rep", "/method"))


def test_changes_of_the_method_are_listed(open_page, monkeypatch):
    was, now = Text(en="at least 3", zh="不低于3"), Text(en="at least 4", zh="不低于4")
    changes = (
        MethodChange("indicator", "changed", LEAD.code, LEAD.name, "floor", was, now),
        MethodChange("measure", "added", "a_measure", Text(en="A measure", zh="一项")),
    )

    def since(connection, scope, publication):
        return Since(repository.publications(connection, scope)[0], changes)

    monkeypatch.setattr(method_record, "changed_since", since)
    text = said(open_page("rep", "/method"))
    assert all(words in text for words in ("at least 3", "at least 4", "A measure", "(2 changes)"))


def test_a_method_that_is_not_kept_is_said_to_be_lost(open_page, monkeypatch):
    def lost(connection, scope, publication):
        raise NotKept("what has the hash 123 is not kept")

    monkeypatch.setattr(method_record, "changed_since", lost)
    assert "not kept" in said(open_page("rep", "/method"))


def test_the_default_type_is_asked(app):
    class Shown:
        scope = type("Everywhere", (), {"everywhere": True})

        @staticmethod
        def publication(state):
            return None

    one = next(one for one in ALL.values() if set(one.base_types) < set(load_form().types))
    assert page_of_one.with_type(Shown, State(), one).type == one.base_types[0]
