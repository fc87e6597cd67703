"""The rug: a cell for every base and indicator, with what it rests on, ordered and filtered as the address says."""

import json

import pytest

from dashboard import mark_words, texts
from dashboard.urls import STEP
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.repository import Spread
from indicators.repository.marks import QUARTER, SHOWN, UNKNOWN, WORSE, Column, Reading
from indicators.signals import FUNNEL
from tests.dashboard import programme
from tests.dashboard.programme import LAST, MISSING, OWN, samples
from tests.dashboard.test_downloads import csv_of, fetch

TYPE = samples()[OWN].type
OF_TYPE = [base.code for base in samples() if base.type == TYPE]


def drawn(tree, all_parts):
    """The rug's table, out of what is drawn still."""
    still = next(part for part in all_parts(tree) if part["type"] == "Still")
    return still["props"]["tree"]


def rows(table):
    return list(table["props"]["children"][-1]["props"]["children"])


def base_of(row, all_parts):
    return next(p["props"]["href"].split("/")[2] for p in all_parts(row) if p["type"] == "A")


def cells(row, all_parts):
    """The links of a row's cells, without the base's own."""
    return [p for p in all_parts(row) if p["type"] == "A"][1:]


@pytest.fixture
def rug(open_page, all_parts):
    def rug(name="eva", query="", language="en"):
        return drawn(open_page(name, f"/rug?type={TYPE}{query}", language), all_parts)

    return rug


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_base_has_a_cell_in_every_indicator(rug, all_parts, language):
    table = rug(language=language)
    assert sorted(base_of(row, all_parts) for row in rows(table)) == sorted(OF_TYPE)
    for row in rows(table):
        links = cells(row, all_parts)
        assert len(links) == len(load_definitions().of_type(TYPE))
        assert all(link["props"]["aria-label"] for link in links)


def test_a_cell_leads_to_the_base_with_its_indicator(rug, all_parts):
    row = rows(rug())[0]
    addresses = [link["props"]["href"] for link in cells(row, all_parts)]
    assert addresses == [
        f"/bases/{base_of(row, all_parts)}?code={indicator.code}" for indicator in load_definitions().of_type(TYPE)
    ]


def test_an_older_quarter_stays_chosen(rug, all_parts):
    period = programme.PERIODS[0]
    link = cells(rows(rug(query=f"&period={period}"))[0], all_parts)[0]
    assert f"period={period}" in link["props"]["href"]


def test_a_finding_is_filled_and_a_place_is_not(rug, all_parts):
    own = next(row for row in rows(rug()) if base_of(row, all_parts) == samples()[programme.WORSE].code)
    for link, indicator in zip(cells(own, all_parts), load_definitions().of_type(TYPE), strict=True):
        classes = link["props"]["children"][0]["props"]["className"].split()
        assert ("firm" in classes) == (indicator.funnel is not None and indicator.scored)
        assert (link["props"]["children"][-1]["props"]["children"] == "↓") == indicator.scored


def test_heads_lead_to_the_indicators(rug, all_parts):
    head = rug()["props"]["children"][0]
    found = [part["props"]["href"] for part in all_parts(head) if part["type"] == "A"]
    assert [address.split("?")[0] for address in found] == [
        f"/indicators/{i.code}" for i in load_definitions().of_type(TYPE)
    ]


def test_the_counts_add_up_to_who_is_judged(rug, all_parts):
    table = rug()
    counts = table["props"]["children"][1]["props"]["children"]
    numbers = [[cell["props"]["children"] for cell in row["props"]["children"][1:]] for row in counts]
    for place, indicator in enumerate(load_definitions().of_type(TYPE)):
        told = [row[place] for row in numbers]
        if not indicator.scored:
            assert told == ["", "", ""]
        elif indicator.funnel:
            assert told == ["1", str(len(OF_TYPE) - 2), "1"]
        else:
            assert sum(map(int, told)) == len(OF_TYPE)


def test_orders(rug, all_parts):
    def order(query):
        return [base_of(row, all_parts) for row in rows(rug(query=query))]

    assert order("&sort=name") == sorted(OF_TYPE)  # invented names are numbered as the codes are
    assert order("&sort=late") == order("")

    def worse(row):
        return int(row["props"]["children"][1]["props"]["children"])

    numbers = [worse(row) for row in rows(rug(query="&sort=worse"))]
    assert numbers == sorted(numbers, reverse=True)
    assert sorted(numbers) == sorted(worse(row) for row in rows(rug()))


def test_filters(rug, all_parts):
    batches = {code: str(1 + place % 3) for place, code in enumerate(base.code for base in samples())}
    found = [base_of(row, all_parts) for row in rows(rug(query="&batch=2"))]
    assert set(found) == {code for code in OF_TYPE if batches[code] == "2"}
    province = samples()[8].province
    assert [base_of(row, all_parts) for row in rows(rug(query=f"&province={province}"))] == [samples()[8].code]


def test_nothing_matches(open_page):
    assert "No base matches these choices" in json.dumps(open_page("eva", f"/rug?type={TYPE}&batch=99"))


@pytest.mark.parametrize("name", ["cora", "rep"])
def test_others_see_their_own_row_and_no_counts(rug, all_parts, name):
    table = rug(name)
    assert [base_of(row, all_parts) for row in rows(table)] == [samples()[OWN].code]
    assert "counts" not in json.dumps(table)


def test_a_long_list_comes_in_parts(open_page, monkeypatch):
    assert "more (" not in json.dumps(open_page("eva", f"/rug?type={TYPE}"))
    monkeypatch.setattr("dashboard.pages.rug.STEP", 2)
    monkeypatch.setattr("dashboard.urls.STEP", 2)
    text = json.dumps(open_page("eva", f"/rug?type={TYPE}&shown=4"))
    assert f"Show 2 more ({len(OF_TYPE) - 4} left)" in text
    assert "shown=6" in text
    assert STEP == 50


def test_the_file_says_what_the_page_says(signed_in):
    _, head, lines = csv_of(fetch(signed_in, "eva", "rug", "csv", f"type={TYPE}"))
    own = dict(zip(head, next(line for line in lines if line[0] == samples()[programme.WORSE].code), strict=True))
    funnel = next(i for i in load_definitions().of_type(TYPE) if i.funnel and i.scored)
    assert own[f"{funnel.code}_mark"] == "worse, beyond chance"
    assert own[f"{funnel.code}_course"] == "worsening"
    assert float(own[funnel.code]) > 0
    assert int(own["worse"]) >= 1
    assert len(lines) == len(OF_TYPE)


# In words ------------------------------------------------------------------------------------------------------------------


class English:
    language = "en"
    say = staticmethod(texts.speaker("en"))


def told(by, mark, value=3.1, course="none", spread=None, **reading):
    indicator = next(i for i in load_definitions().indicators.values() if i.unit == "%")
    return mark_words.told(English(), Column(indicator, by, spread), value, mark, course, Reading(**reading))


def test_a_funnels_finding_tells_the_limits():
    words = told(FUNNEL, WORSE, target=12.0, lower=4.0, upper=21.26)
    assert words == "3.1 %: worse, beyond chance. Limits for its size 4.0 % to 21.3 %, peers 12.0 %."


def test_a_place_tells_the_middle_half():
    words = told(QUARTER, WORSE, spread=Spread(100, 1, 5, 7, 9, 20))
    assert words == "3.1 %: weakest quarter. The middle half of 100 peers: 5.0 % to 9.0 %."


def test_a_worsening_tells_its_cause():
    words = told(SHOWN, "context", course="concern", cause="two_of_three_below", provisional=True)
    assert words.endswith("Worsening: two of three points close to a limit. These limits rest on few points.")


def test_a_missing_value_tells_why():
    assert told(QUARTER, UNKNOWN, None, why="withheld") == "cannot be judged: left blank."
    assert told(SHOWN, "context", None, why="no_return") == "no return"


def test_the_missing_base_is_hatched_not_similar(open_page, all_parts):
    missing = samples()[MISSING]
    table = drawn(open_page("eva", f"/rug?type={missing.type}&period={LAST}"), all_parts)
    row = next(row for row in rows(table) if base_of(row, all_parts) == missing.code)
    shapes = {link["props"]["children"][0]["props"]["children"] for link in cells(row, all_parts)}
    assert shapes <= {"○", "·"}
    assert load_form().types[missing.type]
