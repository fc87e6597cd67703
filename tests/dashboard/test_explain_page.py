"""Any number of a base on screen: its parts, its formula with the cells, its reasons, and for whom."""

import json
import re

import pytest
from sqlalchemy import select, update

from dashboard.texts import speaker
from etl import returns, schema, warehouse
from etl.events import PROVINCE
from etl.form import load_form
from indicators import scope
from indicators.definition import load_definitions
from indicators.explain_scores import explain_published, explain_whole
from indicators.refresh import refresh
from indicators.repository import pictures, publications
from indicators.scope import NotAllowed, national
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
    before = text_of(open_page("eva", working))
    assert REASON not in before, "its return is not accepted yet"
    assert "brings nothing this quarter" in before
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


def sum_of_four():
    return next(i.code for i in load_definitions().of_type("regional") if i.numerator.startswith("sum4(") and i.scored)


def trace(engine, base=OWN):
    """The operands of that indicator."""
    with warehouse.reading(engine) as connection:
        return explain_whole(connection, base, LATER).numbers[sum_of_four()].operands


def picture_of(page):
    """(the picture, row number → its cells in words, the outlined cell in words); None throughout without one."""
    found = [part for part in drawn_parts(page) if part["props"].get("className") == "sheet-picture"]
    if not found:
        return None, None, None
    rows = [part for part in drawn_parts(found[0]) if part["type"] == "Tr"]
    cells = {words(row["props"]["children"][0]): list(map(words, row["props"]["children"][1:])) for row in rows}
    it = [part for part in drawn_parts(found[0]) if "this-cell" in (part["props"].get("className") or "")]
    return found[0], cells, words(it[0]["props"]["children"][1:])


def with_sheet(operand, code):
    return f"{address(code, OWN, NOW)}?cell={operand.measure}.{operand.period}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sheet_around_a_cell_shows_the_value_at_its_place(open_page, publishing, language):
    code = sum_of_four()
    operand = next(one for one in trace(publishing) if one.sheet == "Return")
    page = open_page("eva", with_sheet(operand, code), language)
    _, rows, it = picture_of(page)
    assert it == f"{operand.value:,.12g}"
    number = re.sub("[A-Z]+", "", operand.cell)
    assert operand.measure in rows[number][0]
    assert load_form().measures[operand.measure].name[language] in rows[number][1]
    assert {int(row) for row in rows if row.isdigit()} <= {8, *range(int(number) - 4, int(number) + 5)}
    assert operand.cell.rstrip("0123456789") in rows[""], "the column's letter"
    assert operand.file in text_of(page)


def test_every_cell_leads_to_its_sheet_and_the_open_one_back(open_page, publishing):
    code = sum_of_four()
    operands = [one for one in trace(publishing) if one.cell]
    closed = open_page("eva", address(code, OWN, NOW))
    assert picture_of(closed)[0] is None
    assert {with_sheet(one, code) for one in operands} <= set(links(closed))
    opened = open_page("eva", with_sheet(operands[0], code))
    assert with_sheet(operands[0], code) not in links(opened)
    assert address(code, OWN, NOW) in links(opened)


@pytest.mark.parametrize("name", ["eva", "cora", "rep"])
def test_of_an_archive_only_the_own_row_is_shown(open_page, publishing, name):
    code = sum_of_four()
    operand = next(one for one in trace(publishing) if one.sheet == "History")
    picture, rows, it = picture_of(open_page(name, with_sheet(operand, code)))
    assert it == f"{operand.value:,.12g}"
    number = re.sub("[A-Z]+", "", operand.cell)
    assert {row for row in rows if row.isdigit()} == {"1", number}
    assert rows[number][:2] == [OWN, operand.period]
    for other in (*season.NEAR, *season.FAR):
        assert other == OWN or other not in text_of(picture)


@pytest.mark.parametrize("cell", ["", "none.2026Q4", "../../x", "voucher_amt.1999Q1"])
def test_a_senseless_cell_shows_no_sheet(open_page, cell):
    assert picture_of(open_page("eva", f"{address(sum_of_four(), OWN, NOW)}?cell={cell}"))[0] is None


def test_a_file_that_is_gone_or_broken_says_so(open_page, publishing):
    code = sum_of_four()
    operand = next(one for one in trace(publishing) if one.sheet == "Return")
    kept = schema.workbook
    mine = kept.c.sha256 == operand.sha256
    pictures._tables.clear()
    with warehouse.writing(publishing) as connection:
        connection.execute(update(kept).where(mine).values(bytes=b"no workbook"))
    page = open_page("eva", with_sheet(operand, code))
    assert f"{operand.file} cannot be opened at the moment" in text_of(page)
    with warehouse.writing(publishing) as connection:
        connection.execute(update(kept).where(mine).values(sha256="0" * 64))
    assert why_no_picture(publishing, operand) == pictures.GONE


def why_no_picture(engine, operand):
    """Why there is no picture, as the repository says it."""
    with warehouse.reading(engine) as connection:
        shown = next(one for one in publications(connection, national()) if one.code == LATER)
        where = (OWN, operand.period, operand.version, operand.measure)
        with pytest.raises(pictures.NoPicture) as error:
            pictures.picture(connection, national(), shown, *where)
    return error.value.why


def test_a_file_that_holds_something_else_now_says_so(open_page, publishing):
    code = sum_of_four()
    mine, other = (next(one for one in trace(publishing, base) if one.sheet == "Return") for base in (OWN, FAR))
    pictures._tables.clear()
    kept = schema.workbook
    with warehouse.writing(publishing) as connection:
        theirs = connection.execute(select(kept.c.bytes).where(kept.c.sha256 == other.sha256)).scalar_one()
        connection.execute(update(kept).where(kept.c.sha256 == mine.sha256).values(bytes=theirs))
    page = open_page("eva", with_sheet(mine, code))
    assert "does not stand at this cell any more" in text_of(page)
    assert picture_of(page)[0] is None
    pictures._tables.clear()


@pytest.mark.parametrize(("scope", "base"), [(scope.base(OWN), NEIGHBOUR), (scope.province("ZJ"), FAR)])
def test_another_bases_sheet_is_refused(publishing, scope, base):
    with warehouse.reading(publishing) as connection:
        shown = next(one for one in publications(connection, national()) if one.code == LATER)
        with pytest.raises(NotAllowed):
            pictures.picture(connection, scope, shown, base, FULL, 1, next(iter(load_form().measures)))


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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_working_figures_are_not_called_published(open_page, publishing, language):
    with warehouse.writing(publishing) as connection:
        connection.execute(update(schema.publication).values(vintage="working"))
    say = speaker(language)
    told = text_of(open_page("eva", f"{address(INDEX)}?publication={FINAL}", language))
    assert say("explain.working_in", publication=FINAL) in told
    assert say("explain.published_in", publication=FINAL) not in told
