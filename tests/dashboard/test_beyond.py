"""A link under another role: what it asks for beyond that role is told, with who can help, and not by name or code."""

import json

import pytest

from etl.form import load_form
from tests.dashboard.programme import LAST, OWN, samples

MINE = samples()[OWN]
PROVINCES = load_form().provinces
FAR = next(code for code in PROVINCES if code != MINE.province)
OTHER = next(base for base in samples() if base.type == MINE.type and base.province != MINE.province)
HELP = {"cora": "administrator can give access to more", "rep": "coordinator or the programme's administrator can help"}


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


@pytest.mark.parametrize("name", ["cora", "rep"])
@pytest.mark.parametrize("path", ["/", "/rankings", "/rug", "/flags", "/indicators", "/what-if"])
def test_an_area_out_of_reach_is_told_on_every_page(open_page, name, path):
    text = text_of(open_page(name, f"{path}?province={FAR}"))
    assert f"This address asks for {PROVINCES[FAR].name.en}, which is not in your area" in text
    assert HELP[name] in text
    assert "This address asks for" not in text_of(open_page(name, path))
    assert "This address asks for" not in text_of(open_page("eva", f"{path}?province={FAR}"))


@pytest.mark.parametrize("path", ["/rankings", "/rug", "/flags", "/cases", "/returns"])
def test_a_region_without_own_bases_is_told_where_bases_are_listed(open_page, path):
    regions, home = load_form().regions, PROVINCES[MINE.province].region
    far = next(code for code in regions if code != home)
    asks = "This address asks for"
    text = text_of(open_page("cora", f"{path}?type={MINE.type}&region={far}"))
    assert f"{asks} {regions[far].name.en}, which is not in your area" in text
    assert "No base is left" not in text
    assert f"region={far}" not in text, "no link of the page leads back to nothing"
    assert asks not in text_of(open_page("cora", f"{path}?type={MINE.type}&region={home}"))
    assert asks not in text_of(open_page("eva", f"{path}?type={MINE.type}&region={far}"))


@pytest.mark.parametrize("name", ["cora", "rep"])
def test_a_ranking_names_no_base_out_of_reach_that_a_link_had_chosen(open_page, name):
    text = text_of(open_page(name, f"/rankings?type={MINE.type}&bases={MINE.code},{OTHER.code}"))
    assert "Of the 2 bases or areas in this address 1 can be shown." in text
    assert HELP[name] in text
    assert OTHER.code not in text
    assert f"bases={MINE.code}" in text, "the links of the page keep what is left"


def test_for_the_nation_a_base_that_is_no_more_is_told(open_page):
    text = text_of(open_page("eva", f"/rankings?type={MINE.type}&bases={OTHER.code},B999"))
    assert "Of the 2 bases or areas in this address 1 can be shown. The others are not in the programme" in text
    assert "B999" not in text


def test_nobodys_choice_is_told_as_such(open_page):
    assert "The bases or areas in this address cannot be shown." in text_of(
        open_page("cora", f"/rankings?type={MINE.type}&bases={OTHER.code}")
    )


def test_a_refused_page_says_it_once(open_page):
    text = text_of(open_page("rep", f"/bases/{OTHER.code}?province={FAR}"))
    assert text.count(HELP["rep"]) == 1


def test_the_document_repeats_no_address(signed_in):
    page = signed_in("rep").get(f"/rankings?bases={OTHER.code}").get_data(as_text=True)
    assert OTHER.code not in page
    assert 'name="viewport"' in page


def test_values_of_a_base_lead_to_their_cells(open_page):
    assert f'"/explain/{MINE.code}/{LAST}/' in text_of(open_page("rep", f"/bases/{MINE.code}"))


def test_the_list_of_publications_leads_to_each_bulletin_but_for_a_base(open_page):
    assert f"/reports/bulletin.docx?period={LAST}" in text_of(open_page("cora", "/publications"))
    assert "/reports/bulletin" not in text_of(open_page("rep", "/publications"))
