"""Regions and provinces: their table, one of them, what nobody else's scope may see, and the files."""

import json
import re

import pytest

from dashboard.downloads import TABLES
from dashboard.pages import region_table
from etl import warehouse
from etl.form import load_form
from indicators import repository, scope
from indicators.definition import load_definitions
from indicators.repository import Area, NotAllowed
from indicators.scope import NATION, PROVINCE, REGION
from tests.dashboard.programme import LAST, OWN, samples
from tests.dashboard.test_downloads import csv_of, fetch

MINE = samples()[OWN]
HOME = load_form().provinces[MINE.province]
ELSEWHERE = next(base.province for base in samples() if base.province != MINE.province)
WITH_BASES = {base.province for base in samples()}


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


@pytest.fixture
def latest(engine):
    with warehouse.reading(engine) as connection:
        yield connection, repository.publications(connection, scope.national())[-1]


# The table of all


def test_every_area_with_a_base_is_a_row_under_its_region(open_page, all_parts):
    rows = [p for p in trees(all_parts(open_page("eva", "/regions"))) if p["type"] == "Tr"]
    kinds = [row["props"].get("className") for row in rows if str(row["props"].get("className")).startswith("is-")]
    regions = {load_form().provinces[code].region for code in WITH_BASES}
    assert kinds.count("is-nation") == 1
    assert kinds.count("is-region") == len(regions)
    assert kinds.count("is-province") == len(WITH_BASES)
    assert kinds[0] == "is-nation"


def trees(parts):
    """Every element, also those that are drawn still."""
    for part in parts:
        yield part
        tree = part["props"].get("tree")
        if tree is not None:
            yield from elements(tree)


def elements(tree):
    if isinstance(tree, list):
        for child in tree:
            yield from elements(child)
    elif isinstance(tree, dict):
        yield tree
        yield from elements(tree["props"].get("children"))


def test_the_sums_of_the_regions_add_up_to_the_nation(signed_in):
    _, head, rows = csv_of(fetch(signed_in, "eva", "regions", "csv", ""))
    total = load_definitions().method.headlines[0].code
    kind, value = head.index("kind"), head.index(total)
    by_kind = {
        each: sum(float(row[value]) for row in rows if row[kind] == each) for each in ("nation", "region", "province")
    }
    assert by_kind["nation"] > 0
    assert by_kind["region"] == pytest.approx(by_kind["nation"])
    assert by_kind["province"] == pytest.approx(by_kind["nation"])


def test_accepted_underway_and_missing_returns_are_all_that_are_expected(signed_in):
    _, head, rows = csv_of(fetch(signed_in, "eva", "regions", "csv", ""))
    for row in rows:
        given = dict(zip(head, row, strict=True))
        states = [int(float(given[f"returns_{name}"])) for name in ("accepted", "underway", "missing")]
        assert sum(states) == int(float(given["bases"]))
    nation = dict(zip(head, rows[0], strict=True))
    assert [nation[f"returns_{name}"] for name in ("accepted", "underway", "missing", "late")] == ["21", "2", "1", "1"]


def test_a_coordinator_sees_the_own_province_beside_its_region_and_the_nation(signed_in, open_page):
    _, head, rows = csv_of(fetch(signed_in, "cora", "regions", "csv", ""))
    assert [row[head.index("code")] for row in rows] == ["nation", HOME.region, HOME.code]
    for row in rows:
        counted = {name: cell for name, cell in zip(head, row, strict=True) if name.startswith(("lamp_", "returns_"))}
        assert all(bool(cell) == (row[0] == HOME.code) for cell in counted.values()), row
    links = re.findall(r'"/regions/([A-Za-z]+)', text_of(open_page("cora", "/regions")))
    assert set(links) == {HOME.code}


# One area


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", [HOME.code, HOME.region])
def test_an_area_shows_every_indicator_and_its_bases(open_page, code, language):
    text = text_of(open_page("eva", f"/regions/{code}", language))
    area = repository.Area(PROVINCE if code in load_form().provinces else REGION, code)
    for number, base in enumerate(samples(), start=1):
        name = f"Invented base {number:02d}" if language == "en" else f"虚构基地{number:02d}"
        assert (name in text) == area.holds(base.province)
    for indicator in load_definitions().indicators.values():
        assert indicator.name[language] in text


def test_the_rank_is_told_in_words(open_page):
    text = text_of(open_page("cora", f"/regions/{HOME.code}"))
    assert re.search(r"\d+(st|nd|rd|th) of \d+", text)


@pytest.mark.parametrize(
    ("name", "code"), [("cora", ELSEWHERE), ("cora", HOME.region), ("cora", "none-such"), ("rep", HOME.code)]
)
def test_anothers_area_is_refused(open_page, name, code):
    told = "Your role may not open this page" if name == "rep" else "This is not in your area"
    assert told in text_of(open_page(name, f"/regions/{code}"))


def test_an_unknown_area_is_told_to_who_sees_all(open_page):
    assert "There is no such page" in text_of(open_page("eva", "/regions/none-such"))


def test_an_area_without_a_base_of_the_type_says_so(open_page):
    empty = next(code for code in load_form().provinces if code not in WITH_BASES)
    assert "No base of this type" in text_of(open_page("eva", f"/regions/{empty}"))


def test_a_choice_cannot_stand_for_the_area_of_the_path(open_page):
    text = text_of(open_page("cora", f"/regions/{HOME.code}?province={ELSEWHERE}&region=east&areas={ELSEWHERE}"))
    assert HOME.name.en in text
    assert "This is not in your area" not in text


def test_every_number_of_a_base_leads_to_what_it_is_made_of(open_page):
    text = text_of(open_page("cora", f"/regions/{HOME.code}"))
    index = load_definitions().method.index.code
    assert f'"/explain/{MINE.code}/{LAST}/{index}"' in text


# Files


@pytest.mark.parametrize("query", [f"areas={ELSEWHERE}", f"region={HOME.region}", f"areas={HOME.region},{ELSEWHERE}"])
def test_a_file_of_anothers_area_is_refused_or_falls_back_to_the_own(signed_in, query):
    answer = fetch(signed_in, "cora", "region", "csv", query)
    if answer.status_code == 200:
        _, head, rows = csv_of(answer)
        assert {row[head.index("area_code")] for row in rows} == {HOME.code}
    else:
        assert answer.status_code == 403


def test_several_areas_come_in_one_file(signed_in):
    _, head, rows = csv_of(fetch(signed_in, "eva", "region", "csv", f"areas={HOME.code},{ELSEWHERE}"))
    assert {row[head.index("area_code")] for row in rows} == {HOME.code, ELSEWHERE}
    codes = {row[head.index("code")] for row in rows}
    assert codes > set(load_definitions().indicators)


def test_the_files_need_the_right_of_their_page(signed_in):
    assert {fetch(signed_in, "rep", name, "csv", "").status_code for name in ("regions", "region")} == {403}
    assert TABLES["region"][1] is region_table.table


# What the repository gives


@pytest.mark.parametrize(
    ("who", "area"),
    [
        (scope.province(MINE.province), Area(NATION)),
        (scope.province(MINE.province), Area(REGION, HOME.region)),
        (scope.province(MINE.province), Area(PROVINCE, ELSEWHERE)),
        (scope.base(MINE.code), Area(PROVINCE, MINE.province)),
        (scope.base(MINE.code), Area(NATION)),
    ],
)
def test_lamps_are_counted_only_where_the_scope_names_every_base(latest, who, area):
    connection, publication = latest
    with pytest.raises(NotAllowed):
        repository.lamps_of(connection, who, publication, "", (area,))


def test_many_areas_at_once_are_the_same_as_one_by_one(latest):
    connection, publication = latest
    national = scope.national()
    places = [Area(NATION), Area(REGION, HOME.region), Area(PROVINCE, HOME.code)]
    together = repository.headlines_of(connection, national, publication, MINE.type, places)
    sent = repository.reports_of(connection, national, publication.period, MINE.type, places)
    for area in places:
        assert together[area] == repository.headlines(connection, national, publication, MINE.type, area)
        assert sent[area] == repository.reports(connection, national, publication.period, MINE.type, area)


def test_a_course_is_guarded_like_every_sum(latest):
    connection, publication = latest
    code = next(iter(load_definitions().indicators))
    who = scope.province(MINE.province)
    found = repository.courses(connection, who, publication, [code], "", [Area(REGION, HOME.region)])
    whole = repository.courses(connection, scope.national(), publication, [code], "", [Area(REGION, HOME.region)])
    for mine, all_ in zip(*(each[code][Area(REGION, HOME.region)].points for each in (found, whole)), strict=True):
        assert mine is None or mine.hidden or mine == all_
    with pytest.raises(NotAllowed):
        repository.courses(connection, who, publication, [code], "", [Area(PROVINCE, ELSEWHERE)])
