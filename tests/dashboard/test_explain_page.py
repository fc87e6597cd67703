"""Any number of a base on screen: its parts, its formula with the cells, its reasons, and for whom."""

import json
import re

import pytest

from etl import returns, warehouse
from etl.events import PROVINCE
from indicators.definition import load_definitions
from indicators.explain_scores import explain_published, explain_whole
from indicators.refresh import refresh
from tests.dashboard import season
from tests.dashboard.conftest import parts
from tests.dashboard.published import FAR, FINAL, FULL, LATER, NEIGHBOUR, NOW, OWN
from tests.dashboard.season import BLANK, REASON, WITH_QUERY

INDEX = load_definitions().method.index.code
pytestmark = pytest.mark.usefixtures("publishing")


def address(code, base=OWN, period=FULL):
    return f"/explain/{base}/{period}/{code}"


def text_of(tree):
    return json.dumps(tree, ensure_ascii=False)


def links(tree):
    """Every address in the page, in what is drawn still too."""
    return re.findall(r'"href": "([^"]*)"', text_of(tree))


@pytest.fixture
def whole(publishing):
    with warehouse.reading(publishing) as connection:
        return explain_whole(connection, OWN, FINAL)


def test_the_whole_tells_what_each_number_alone_is_told(publishing, whole):
    with warehouse.reading(publishing) as connection:
        for code in (*whole.numbers, *whole.verdict):
            assert whole.find(code) == explain_published(connection, OWN, FULL, code, FINAL)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_the_base_is_listed_and_leads_on(open_page, whole, language):
    page = open_page("rep", address(INDEX), language)
    text = text_of(page)
    assert set(map(address, (*whole.numbers, *whole.verdict))) <= set(links(page))
    for code in whole.numbers:
        assert load_definitions().name(code)[language] in text
    assert FINAL in text


def test_the_contributions_shown_add_up_to_the_score_shown(open_page, whole):
    page = open_page("eva", address(INDEX))
    drawn = [part for part in parts(page) if part["type"] == "Still"]
    table = next(part for part in drawn_parts(drawn) if part["props"].get("className") == "sum")
    shares = [words(cell) for cell in drawn_parts(table) if cell["props"].get("className") == "contributes"]
    total = whole.numbers[INDEX].value
    assert len(shares) == len(whole.numbers[INDEX].components)
    assert sum(map(float, shares)) == pytest.approx(total, abs=0.05 * len(shares) + 0.05)
    assert f"{total:.1f}" in text_of(table)


def drawn_parts(tree):
    """Every component of a tree, also of those drawn still."""
    if isinstance(tree, list):
        for child in tree:
            yield from drawn_parts(child)
    elif isinstance(tree, dict) and "props" in tree:
        yield tree
        yield from drawn_parts(tree["props"].get("children"))
        yield from drawn_parts(tree["props"].get("tree"))


def words(tree):
    if isinstance(tree, list):
        return "".join(map(words, tree))
    if isinstance(tree, dict):
        return words(tree["props"].get("children"))
    return "" if tree is None else str(tree)


def indicator_with_a_ratio(whole):
    return next(
        code for code, one in whole.numbers.items() if getattr(one, "denominator", None) and one.value is not None
    )


def test_an_indicator_leads_to_the_cells_of_its_operands(open_page, whole):
    code = indicator_with_a_ratio(whole)
    page, told = open_page("eva", address(code)), whole.numbers[code]
    text = text_of(page)
    assert told.indicator.formula in text
    for operand in told.operands:
        if operand.cell:
            assert f"{operand.sheet}!{operand.cell}" in text
            assert operand.file in text
            assert f"/returns/{OWN}/{operand.period}" in links(page)
    for paragraph in told.paragraphs:
        assert paragraph["en"] in text


def test_only_the_base_itself_is_offered_its_file_and_none_that_holds_others(open_page, signed_in):
    code = next(i.code for i in load_definitions().of_type("regional") if i.numerator.startswith("sum4(") and i.scored)
    later = address(code, OWN, NOW)
    files = {name: [link for link in links(open_page(name, later)) if "/file?" in link] for name in NAMES}
    # The quarters before came in one archive of all bases.
    assert files == {"eva": [], "cora": [], "rep": [f"/returns/{OWN}/{NOW}/file?version=1"]}
    assert signed_in("rep").get(files["rep"][0]).status_code == 200


NAMES = ("eva", "cora", "rep")


def test_a_blank_tells_what_was_found_and_answered(open_page, publishing):
    code = next(i.code for i in load_definitions().of_type("regional") if BLANK in i.formula)
    working = f"{address(code, WITH_QUERY, NOW)}?publication={NOW}-working-1"
    assert REASON not in text_of(open_page("eva", working)), "its return is not accepted yet"
    season.step(publishing, WITH_QUERY, returns.ACCEPT, PROVINCE)
    refresh(publishing)
    page = text_of(open_page("eva", working))
    assert "left blank" in page
    assert f"Answered: {REASON}" in page


@pytest.mark.parametrize(("code", "language"), [("lamp", "en"), ("lamp", "zh"), ("grade", "en"), ("grade", "zh")])
def test_a_verdict_tells_its_reasons(open_page, whole, code, language):
    text = text_of(open_page("rep", address(code), language))
    of_lamp = ("grey", "green", "yellow", "red", "praise", "improving")
    reasons = [reason for reason, _ in whole.verdict[code].reasons if (reason["weighs"] in of_lamp) == (code == "lamp")]
    assert reasons
    for reason in reasons:
        assert json.dumps(reason["words"][language], ensure_ascii=False)[1:-1] in text


@pytest.mark.parametrize(("name", "base"), [("rep", NEIGHBOUR), ("cora", FAR), ("rep", "none-such")])
def test_another_bases_numbers_are_refused(open_page, name, base):
    assert "This is not in your area" in text_of(open_page(name, address(INDEX, base)))


def test_what_is_not_there_is_told(open_page):
    assert "There is no base none-such" in text_of(open_page("eva", address(INDEX, "none-such")))
    assert "no number NOPE" in text_of(open_page("eva", address("NOPE")))
    assert "There is no such page" in text_of(open_page("eva", address(INDEX, period="1999Q1")))
    assert f"no publication {LATER} of {FULL}" in text_of(open_page("eva", f"{address(INDEX)}?publication={LATER}"))
    assert f"no publication nope of {FULL}" in text_of(open_page("eva", f"{address(INDEX)}?publication=nope"))


def test_a_publication_of_the_quarter_can_be_named(open_page):
    older = f"{address(INDEX, FAR, NOW)}?publication={NOW}-provisional-1"
    page = open_page("eva", older)
    assert f"{NOW}-provisional-1" in text_of(page)
    assert older in links(page)


def test_the_page_of_a_base_leads_to_the_numbers(open_page):
    found = links(open_page("rep", f"/bases/{OWN}?period={FULL}"))
    definitions = load_definitions()
    assert {address(code) for code in (INDEX, *definitions.pillars)} <= set(found)
    assert any(link.rpartition("/")[2] in definitions.indicators for link in found if link.startswith("/explain/"))
