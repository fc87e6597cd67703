"""Search: by name in both languages, code, pinyin and initials; quick with many bases; and nothing outside the scope."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import finding
from dashboard.finding import Entry, find, spelled
from etl.form import load_form
from indicators.definition import load_definitions
from tests.dashboard.programme import OWN, samples

MINE = samples()[OWN]
VISIBLE = {
    "eva": {base.code for base in samples()},
    "cora": {base.code for base in samples() if base.province == MINE.province},
    "rep": {MINE.code},
}
AREAS = {
    "eva": {*load_form().regions, *load_form().provinces},
    "cora": {MINE.province},
    "rep": set(),
}
PEOPLE = tuple(VISIBLE)
NAMES = [
    Entry("/bases/E1", "Sample enterprise base 01 · Fujian", "福建示例企业基地01", "E1"),
    Entry("/bases/R1", "Sample regional base 01 · Chongqing", "重庆示例区域基地01", "R1"),
    Entry("/bases/R10", "Sample regional base 10 · Changsha", "长沙示例区域基地10", "R10"),
]


def ask(client, query, accept="application/json"):
    return client.get("/search", query_string={"q": query}, headers={"Accept": accept})


def hrefs(answer):
    return [entry["href"] for group in answer.json for entry in group["entries"]]


def names(query, entries=NAMES):
    return [entry.code for entry in find(entries, query, 8).entries]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("fjqy", ["E1"]),
        ("福建企业", ["E1"]),
        ("FUJIAN", ["E1"]),
        ("chongqing", ["R1"]),
        ("cqsl", ["R1"]),
        ("changsha", ["R10"]),
        ("区域 10", ["R10"]),
        ("regional base", ["R1", "R10"]),
        ("R1", ["R1", "R10"]),
        ("base fujian", ["E1"]),
        ("no such name", []),
        ("", []),
        ("  ", []),
    ],
)
def test_a_name_is_found_however_it_is_written(query, codes):
    assert names(query) == codes


def test_a_character_is_read_as_its_word_says():
    assert spelled("重庆银行") == ("chongqingyinhang", "cqyh")
    assert spelled("重点行业")[1] == "zdhy"


def test_the_best_come_first_and_all_are_counted():
    many = [Entry(f"/bases/R{n}", f"Regional {n}", f"区域{n}", f"R{n}") for n in range(30)]
    found = find(many, "r1", 8)
    assert found.entries[0].code == "R1"
    assert (len(found.entries), found.total) == (8, 11)


def test_names_are_spelled_once(monkeypatch):
    spelled("温州示例")
    before = spelled.cache_info().misses
    assert names("wzsl", [Entry("/a", "a", "温州示例")]) == [""]
    assert spelled.cache_info().misses == before


@pytest.mark.parametrize("name", PEOPLE)
def test_bases_indicators_places_and_pages_are_found(signed_in, name):
    client = signed_in(name)
    indicator = next(iter(load_definitions().indicators.values()))
    for query in (MINE.code, "虚构基地01", "xgjd01", "xugoujidi01", "Invented base 01"):
        assert f"/bases/{MINE.code}" in hrefs(ask(client, query)), query
    for query in (indicator.code, indicator.name.en, indicator.name.zh):
        assert f"/indicators/{indicator.code}" in hrefs(ask(client, query))
    assert "/help" in hrefs(ask(client, "help"))
    assert "/help" in hrefs(ask(client, "bangzhu"))
    place = load_form().provinces[MINE.province]
    assert (f"/regions/{place.code}" in hrefs(ask(client, place.name.zh))) == (place.code in AREAS[name])


def test_what_was_found_for_one_scope_is_not_found_for_another(signed_in):
    clients = [signed_in(name) for name in (*PEOPLE, *reversed(PEOPLE))]
    found = [hrefs(ask(client, "Invented base")) for client in clients]
    assert found[:3] == found[:2:-1]
    assert len({tuple(each) for each in found}) == 3


@pytest.fixture(scope="module")
def clients(app):
    found = {}
    for name in PEOPLE:
        found[name] = app.server.test_client()
        found[name].post("/login", data={"name": name, "password": "correct horse"})
    return found


QUERIES = st.one_of(
    st.sampled_from([base.code for base in samples()] + list(load_form().provinces) + list(load_form().regions)),
    st.sampled_from(["Invented", "虚构", "xgjd", "b0", "base", "a", "i", "n", "基地", "1", "province", "省"]),
    st.text(max_size=12),
)


@pytest.mark.parametrize("name", PEOPLE)
@given(query=QUERIES, page=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_outside_the_scope_is_ever_found(clients, name, query, page):
    answer = ask(clients[name], query, "text/html" if page else "application/json")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    for number, base in enumerate(samples(), start=1):
        if base.code not in VISIBLE[name]:
            assert f"/bases/{base.code}" not in text
            assert f"Invented base {number:02d}" not in text or query.startswith("Invented base")
            assert f"虚构基地{number:02d}" not in text or query.startswith("虚构基地")
    for code in {*load_form().regions, *load_form().provinces} - AREAS[name]:
        assert f'/regions/{code}"' not in text
    if not page:
        assert all(len(group["entries"]) <= 8 for group in answer.json)


def test_nobody_finds_anything(client):
    assert ask(client, "base").status_code == 401


def test_readers_without_a_script_get_a_page(signed_in):
    client = signed_in("eva")
    text = ask(client, "B00", "text/html").get_data(as_text=True)
    assert "<h2>Bases</h2>" in text
    assert text.count('href="/bases/') == 9
    assert "Nothing here is called" in ask(client, "zzzz", "text/html").get_data(as_text=True)
    assert "<script>alert" not in ask(client, "<script>alert(1)</script>", "text/html").get_data(as_text=True)
    assert ask(client, "", "text/html").status_code == 200


def test_the_field_is_on_every_page_and_leads_to_the_page_of_results(open_page):
    text = json.dumps(open_page("rep", "/"))
    assert '"action": "/search"' in text
    assert '"role": "combobox"' in text


def test_a_key_reads_no_members_again(signed_in, monkeypatch):
    client = signed_in("cora")
    ask(client, "Inv")
    from indicators import repository

    monkeypatch.setattr(repository, "members", lambda *_: pytest.fail("the members were read again"))
    assert hrefs(ask(client, "Inve"))


def test_many_bases_are_searched_in_less_time_than_they_are_spelled():
    """A ratio within one run: the first search spells 15,000 names, each one after it only looks."""
    finding.spelled.cache_clear()
    many = [Entry(f"/bases/B{n}", f"Base {n}", f"福建示例企业基地{n:05d}", f"B{n}") for n in range(15_000)]
    start = time.perf_counter()
    assert find(many, "fjqy", 8).total == 15_000
    first = time.perf_counter() - start
    start = time.perf_counter()
    for query in ("f", "fj", "fjq", "fjqy", "b149"):
        assert find(many, query, 8).entries
    assert (time.perf_counter() - start) / 5 < first
