"""Side by side: who may be compared, what the address cannot give, and which differences are certain."""

import itertools
import json
from dataclasses import replace

import pytest

from dashboard import texts
from dashboard.beside_facts import certainly
from dashboard.beside_table import NEAR, Scale, levels
from dashboard.compared import LETTERS, Subject
from dashboard.figures import LABEL, side_by_side
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.repository import RankingRow, Spread
from tests.dashboard.programme import OWN, samples
from tests.dashboard.test_downloads import csv_of, fetch

TYPE = samples()[OWN].type
OF_TYPE = [base.code for base in samples() if base.type == TYPE]
PLACES = list(load_form().provinces)[:2]


def bases(*codes):
    return "/compare?bases=" + ",".join(codes)


def letters(tree, all_parts):
    return {p["props"]["children"] for p in all_parts(tree) if "letter" in str(p["props"].get("className", "")).split()}


@pytest.fixture
def all_parts():
    """Every component of a page, those that are drawn still included."""

    def walk(part):
        if isinstance(part, list):
            for child in part:
                yield from walk(child)
        elif isinstance(part, dict) and "props" in part:
            yield part
            yield from walk(part["props"].get("tree"))
            yield from walk(part["props"].get("children"))

    return lambda tree: list(walk(tree))


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_two_bases_side_by_side(open_page, all_parts, language):
    tree = open_page("eva", bases(*OF_TYPE[:2]), language)
    text = text_of(tree)
    assert letters(tree, all_parts) == {"A", "B"}
    for indicator in load_definitions().of_type(TYPE):
        assert indicator.name.en in text or indicator.name.zh in text
    graphs = [part for part in all_parts(tree) if part["type"] == "Graph"]
    assert len(graphs) == 1 + len(load_definitions().pillars)
    ends = [note["text"] for note in graphs[0]["props"]["figure"]["layout"]["annotations"]]
    assert sorted(ends) == ["<b>A</b>", "<b>B</b>"]


def test_a_pillars_trends_can_be_chosen(open_page, all_parts):
    pillar = next(iter(load_definitions().pillars))
    tree = open_page("eva", bases(*OF_TYPE[:2]) + f"&columns={pillar}")
    graphs = [part for part in all_parts(tree) if part["type"] == "Graph"]
    assert len(graphs) == len([i for i in load_definitions().of_pillar(pillar) if TYPE in i.base_types])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/compare", "Choose two to 6 bases"),
        (bases(OF_TYPE[0]), "Choose at least one more"),
        (bases(OF_TYPE[0], OF_TYPE[1], "none-such"), "There is no base or area none-such"),
        (bases(*[base.code for base in samples()[:8]]), "6 at most stand side by side; 2 more"),
        (bases(samples()[0].code, samples()[1].code), "of different types"),
        ("/compare?areas=XX," + ",".join(PLACES), "There is no base or area XX"),
    ],
)
def test_what_the_address_cannot_give_is_said(open_page, address, words):
    assert words in text_of(open_page("eva", address))


def test_with_two_of_one_type_nothing_is_said(open_page):
    text = text_of(open_page("eva", bases(*OF_TYPE[:2])))
    assert "beside-told" not in text
    assert "of different types" not in text


def test_an_eighth_is_left_out_not_the_first_six(open_page, all_parts):
    codes = [base.code for base in samples()[:8]]
    tree = open_page("eva", bases(*codes))
    assert letters(tree, all_parts) == set(LETTERS)
    assert f"/bases/{codes[6]}" not in text_of(tree)


def test_anothers_base_is_as_unknown_as_none(open_page):
    own, other = samples()[OWN].code, samples()[8].code
    theirs = text_of(open_page("cora", bases(own, other)))
    assert "Of the 2 bases or areas in this address 1 can be shown." in theirs
    assert "administrator can give access to more" in theirs
    assert other not in theirs
    assert "Invented base 09" not in theirs
    assert theirs == text_of(open_page("cora", bases(own, "Q999")))


def test_a_coordinator_compares_bases_of_the_own_province(open_page, all_parts):
    own = [base.code for base in samples() if base.province == samples()[OWN].province]
    tree = open_page("cora", bases(*own))
    assert letters(tree, all_parts) == set(LETTERS[: len(own)])


def test_a_reporter_has_nobody_to_compare_with(open_page):
    assert "Your role may not open this page" in text_of(open_page("rep", bases(*OF_TYPE[:2])))
    assert "Compare with others" not in text_of(open_page("rep", f"/bases/{samples()[OWN].code}"))


def test_a_bases_page_leads_here(open_page):
    text = text_of(open_page("eva", f"/bases/{OF_TYPE[0]}"))
    assert f"/compare?type={TYPE}&bases={OF_TYPE[0]}" in text


def test_adding_and_taking_away_are_addresses(open_page, all_parts):
    tree = open_page("eva", bases(*OF_TYPE[:2]))
    away = [p["props"]["href"] for p in all_parts(tree) if p["props"].get("className") == "take-away"]
    assert away == [f"/compare?type={TYPE}&bases={OF_TYPE[1]}", f"/compare?type={TYPE}&bases={OF_TYPE[0]}"]
    more = [p["props"]["value"] for p in all_parts(tree) if p["type"] == "Option" and "bases=" in p["props"]["value"]]
    assert f"/compare?type={TYPE}&bases={','.join(OF_TYPE[:3])}" in more


def test_provinces_side_by_side(open_page, all_parts):
    tree = open_page("eva", "/compare?areas=" + ",".join(PLACES))
    text = text_of(tree)
    assert letters(tree, all_parts) == {"A", "B"}
    for code in PLACES:
        assert load_form().provinces[code].name.en in text
    assert any(part["type"] == "Graph" for part in all_parts(tree))
    assert "certainly ahead" not in text


def test_a_coordinator_sees_no_other_province(open_page, all_parts):
    own = samples()[OWN].province
    region, other = load_form().provinces[own].region, next(code for code in load_form().provinces if code != own)
    tree = open_page("cora", f"/compare?areas={own},{region},{other}")
    assert letters(tree, all_parts) == {"A", "B"}
    assert "Of the 3 bases or areas in this address 2 can be shown." in text_of(tree)
    assert f"/regions/{other}" not in text_of(tree)


def test_each_base_is_told_why_it_stands_where_it_does(open_page):
    with_reasons = "Composite index, mean of four quarters"
    assert with_reasons in text_of(open_page("eva", bases(*(base.code for base in samples() if base.type == TYPE))))


def test_the_file_holds_ranks_scores_and_indicators(signed_in):
    _told, head, rows = csv_of(fetch(signed_in, "eva", "beside", "csv", f"bases={','.join(OF_TYPE[:2])}"))
    first = [row[0] for row in rows]
    assert first[:3] == ["rank", "low", "high"]
    assert set(load_definitions().pillars) <= set(first)
    assert {i.code for i in load_definitions().of_type(TYPE)} <= set(first)
    assert head[3:] == [OF_TYPE[0], f"{OF_TYPE[0]}_mark", OF_TYPE[1], f"{OF_TYPE[1]}_mark"]
    _, head, rows = csv_of(fetch(signed_in, "eva", "beside", "csv", f"areas={','.join(PLACES)}"))
    assert head[3] == PLACES[0]
    assert len(rows) == len(load_definitions().indicators)


# Which differences are certain ------------------------------------------------------------------------------------------------


class English:
    language = "en"
    say = staticmethod(texts.speaker("en"))


def placed(*ranks):
    """(rank, low, high) …"""
    row = RankingRow(None, 1, None, None, None, None, {}, {}, ())  # type: ignore[arg-type]
    return [
        (Subject(letter, letter, letter, "", {}), replace(row, rank=rank, low=low, high=high))
        for letter, (rank, low, high) in zip(LETTERS, ranks, strict=False)
    ]


def test_intervals_that_overlap_are_not_called_different():
    assert certainly(English(), placed((3, 1, 5), (6, 5, 9))) == [
        "Their intervals overlap: the two are not to be called different."
    ]
    assert len(certainly(English(), placed((3, 1, 5), (6, 5, 9), (7, 4, 9)))) == 1
    assert "All their intervals overlap" in certainly(English(), placed((3, 1, 5), (6, 5, 9), (7, 4, 9)))[0]


def test_those_that_do_not_are_named():
    found = certainly(English(), placed((20, 18, 22), (3, 1, 5), (4, 2, 17)))
    assert found == [
        "B, C: certainly ahead of A. The intervals do not overlap.",
        "The intervals of all other pairs overlap: they are not to be called different.",
    ]
    assert certainly(English(), placed((2, 1, 3), (9, 8, 10))) == [
        "A: certainly ahead of B. The intervals do not overlap."
    ]


def test_without_intervals_nothing_is_certain():
    assert certainly(English(), placed((2, None, None), (9, 8, 10))) == [English.say("rankings.no_interval")]


# Dots and lines ---------------------------------------------------------------------------------------------------------------


def test_no_dot_covers_another():
    spots = [50.0, 51.0, 52.0, 10.0, 50.0 + NEAR, 99.0]
    rows = levels(spots)
    for row in set(rows):
        mine = sorted(spot for spot, its in zip(spots, rows, strict=True) if its == row)
        assert all(b - a >= NEAR for a, b in itertools.pairwise(mine))
    assert levels([10.0, 50.0, 90.0]) == [0, 0, 0]


def test_right_is_better():
    up = next(i for i in load_definitions().indicators.values() if i.direction == "up")
    down = next(i for i in load_definitions().indicators.values() if i.direction == "down")
    spread = Spread(10, 0, 2, 5, 8, 10)
    assert Scale.of(up, spread, [1, 9]).spot(9) > Scale.of(up, spread, [1, 9]).spot(1)
    assert Scale.of(down, spread, [1, 9]).spot(9) < Scale.of(down, spread, [1, 9]).spot(1)


def test_an_outlier_stands_at_the_end_and_does_not_flatten_the_others():
    up = next(i for i in load_definitions().indicators.values() if i.direction == "up")
    scale = Scale.of(up, Spread(10, 0, 2, 5, 8, 10), [5, 10_000])
    assert scale.spot(10_000) == pytest.approx(97)
    assert scale.spot(10) - scale.spot(0) > 40
    assert Scale.of(up, None, [7.0]).spot(7.0) == pytest.approx(50)


def test_the_keys_of_lines_do_not_cover_each_other():
    series = {letter: [1.0, 5.0 + place / 100] for place, letter in enumerate(LETTERS)} | {"F": [0.0, None]}
    figure = side_by_side(["2026Q1", "2026Q2"], series, {letter: letter for letter in LETTERS}, str, "light")
    at = sorted(note["yshift"] for note in figure["layout"]["annotations"])
    assert len(at) == len(LETTERS)
    assert all(b - a >= LABEL - 1e-9 for a, b in itertools.pairwise(at))
    assert at[-1] <= figure["layout"]["height"]


def test_each_value_carries_the_letter_of_its_base_for_where_there_is_no_room_for_heads(open_page, all_parts):
    tree = open_page("eva", bases(*OF_TYPE[:3]))
    told = [part["props"]["data-label"] for part in all_parts(tree) if "data-label" in part["props"]]
    assert told == ["A", "B", "C"] * len(load_definitions().of_type(TYPE))
