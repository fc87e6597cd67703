"""The board of returns: who has reported, whom to remind, and the quarter to take away."""

import io

import openpyxl
import pytest
from dash import dcc

from dashboard.still import still
from etl import events, warehouse
from etl.form import load_form
from indicators.repository import returns as desks
from indicators.scope import national
from tests.dashboard import season
from tests.dashboard.season import ACCEPTED, DUE, FAR, INERT, MISSING, NEAR, NOW, RETURNED, WITH_QUERY

BOARD = "/returns"


def cells(page):
    """(base, quarter) → what its cell says."""
    found = {}
    for props in page.of("A", "cell"):
        base, quarter = props["href"].split("/")[2:4]
        found[base, quarter] = props["aria-label"]
    return found


def order(page):
    return [props["children"]["props"]["href"].split("/")[-1] for props in _heads(page)]


def _heads(page):
    return [{"children": part["children"][0]} for part in page.of("Th") if _is_base(part)]


def _is_base(props):
    children = props.get("children")
    return isinstance(children, list) and props.get("scope") == "row" and children[0].get("type") == "A"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_base_of_the_viewer_has_a_cell_a_quarter_with_its_state_in_words(look, language):
    found = cells(look("eva", BOARD, language))
    assert set(found) == {(base, period) for base in NEAR + FAR for period in (*season.BEFORE, NOW)}
    state = {"en": "accepted by the province", "zh": "省级已接受"}[language]
    assert state in found[ACCEPTED, NOW]
    assert {"en": "3 days late", "zh": "迟报3天"}[language] in found[WITH_QUERY, NOW]


def test_a_coordinator_sees_the_own_province(look):
    page = look("cora", BOARD)
    assert {base for base, _ in cells(page)} == set(NEAR)
    assert f"Test base {FAR[0]}" not in page.text


def test_a_reporter_is_refused(look):
    page = look("rep", BOARD)
    assert "Your role may not open this page: Returns" in page.text
    assert "coordinator" in page.text, "who can open it"
    assert cells(page) == {}


def test_the_counts_of_the_quarter_stand_at_the_head(look):
    page = look("cora", BOARD)
    counted = {row.split()[0]: row.split()[-1] for row in page.words("Tr") if row.split()[0] in COUNTED}
    assert counted == {"Expected": "5", "Received": "4", "Submitted": "3", "Accepted": "–", "Late": "1"}
    assert "0 of 5 returns accepted" in page.words("H1")[0]


COUNTED = ("Expected", "Received", "Submitted", "Accepted", "Late")


def test_states_have_a_shape_and_a_word_besides_their_colour(look):
    page = look("eva", BOARD)
    legend = page.words("Ul", "board-legend")[0]
    shapes = set(page.words("Span", "chip"))
    for word in (
        "accepted for good",
        "accepted by the province",
        "with the province",
        "sent back",
        "nothing sent",
        "with errors",
    ):
        assert word in legend
    assert {"✓", "●", "▶", "◀", "○"} <= shapes


def test_rows_by_name_by_state_and_by_lateness(look):
    assert order(look("cora", BOARD))[1:] == ["N2", "N3", "N4", "N5"]
    assert order(look("cora", f"{BOARD}?sort=state"))[:2] == [MISSING, RETURNED]
    assert order(look("cora", f"{BOARD}?sort=nonsense")) == order(look("cora", BOARD))


def test_type_area_and_quarter_are_in_the_address(look):
    assert {base for base, _ in cells(look("eva", f"{BOARD}?province=LN"))} == set(FAR)
    assert {period for _, period in cells(look("eva", f"{BOARD}?period=2026Q1"))} == {"2025Q4", "2026Q1"}
    other = next(kind for kind in load_form().types if kind != "regional")
    assert "No base of this type" in look("eva", f"{BOARD}?type={other}").text
    assert cells(look("cora", f"{BOARD}?province=LN")).keys() == cells(look("cora", BOARD)).keys()


def test_a_correction_on_its_way_is_marked(look, store):
    with warehouse.writing(store) as connection:
        (known,) = desks.versions(connection, "N1", "2026Q3")
        row = {**vars(known), "version": 2, "state": "submitted", "in_force": False, "figures": {}}
        warehouse.insert(connection, desks.schema.return_version, [row])
    told = cells(look("cora", BOARD))["N1", "2026Q3"]
    assert "accepted for good" in told
    assert "a correction is on its way (with the province)" in told


def test_only_plain_parts_are_drawn_still():
    with pytest.raises(TypeError, match="leave it to Dash"):
        still(dcc.Store(id="x"))


# Reminders


def test_whom_to_remind_is_listed_with_the_text_in_both_languages(look):
    page = look("cora", BOARD)
    ticks = {props["value"]: props["data-text"] for props in page.of("Input") if props.get("name") == "base"}
    assert set(ticks) == {MISSING, RETURNED}
    assert f"Test base {MISSING}" in ticks[MISSING]
    assert f"测试基地{MISSING}" in ticks[MISSING]
    assert sum(props["href"].startswith("mailto:?subject=") for props in page.of("A")) == 2


def test_noting_a_reminder_is_kept_and_shown(sign_in, look, store):
    answer = sign_in("cora").post(
        "/returns/reminders", data={"period": NOW, "base": [MISSING, RETURNED], "next": BOARD}
    )
    assert answer.headers["Location"] == f"{BOARD}?noted=2#reminders"
    with warehouse.reading(store) as connection:
        happened = events.events(connection, MISSING, NOW)
    assert [(event.event, event.by, event.level) for event in happened] == [("reminded", "cora", "province")]
    assert "2 noted as reminded today" in look("cora", f"{BOARD}?noted=2").text


def test_a_reminder_leads_nowhere_else(sign_in):
    data = {"period": NOW, "base": MISSING, "next": "https://evil.example/"}
    answer = sign_in("cora").post("/returns/reminders", data=data)
    assert answer.headers["Location"].startswith(f"{BOARD}?period={NOW}")


@pytest.mark.parametrize(
    ("name", "base", "status"), [("cora", FAR[0], 403), ("rep", MISSING, 403), ("eva", "none such", 404)]
)
def test_others_are_not_reminded(sign_in, store, name, base, status):
    answer = sign_in(name).post("/returns/reminders", data={"period": NOW, "base": base})
    assert answer.status_code == status
    with warehouse.reading(store) as connection:
        assert all(event.event != "reminded" for event in events.events(connection, base, NOW))


# The collection


def collection(client, query=f"?period={NOW}"):
    answer = client.get(f"/returns/collection.xlsx{query}")
    assert answer.status_code == 200
    assert f"returns-{NOW}.xlsx" in answer.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def rows(book):
    sheet = book["Returns"]
    head = [cell.value for cell in sheet[2]]
    return {row[0].value: dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=3)}


def test_the_collection_has_a_row_a_base_and_a_column_a_measure(sign_in, store):
    found = rows(collection(sign_in("cora")))
    assert set(found) == set(NEAR)
    assert set(load_form().measures) <= set(found["N1"])
    with warehouse.reading(store) as connection:
        lines = desks.beside(connection, national(), "N1", NOW).lines
    for line in lines:
        assert found["N1"][line.measure.code].value == pytest.approx(line.value)
    late = found[WITH_QUERY]
    assert (late["timely"].value, late["days_late"].value, late["values_from"].value) == ("late", 3, "submitted")
    assert late["due"].value.date() == DUE
    assert found[WITH_QUERY][season.BLANK].value is None, "blank is not 0"
    assert found[RETURNED]["values_from"].value == "returned"
    assert found[MISSING]["version"].value is None


def test_text_in_the_collection_is_inert(sign_in):
    cell = rows(collection(sign_in("cora")))["N1"]["name_en"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (INERT, "s", None)


def test_the_collection_says_what_it_is_in_both_languages(sign_in):
    told = [[cell.value for cell in row] for row in collection(sign_in("cora"))["About"].iter_rows()]
    text = "\n".join(str(value) for row in told for value in row)
    for words in (NOW, "cora", "Zhejiang", "浙江", "Blank is not 0", "空白不等于0", *load_form().measures):
        assert words in text


def test_the_collection_follows_the_choices_and_the_scope(sign_in):
    assert set(rows(collection(sign_in("eva")))) == set(NEAR + FAR)
    assert set(rows(collection(sign_in("eva"), f"?period={NOW}&province=LN"))) == set(FAR)
    assert set(rows(collection(sign_in("cora"), f"?period={NOW}&province=LN"))) == set(NEAR)


def test_no_firm_is_in_the_collection(sign_in):
    book = collection(sign_in("eva"))
    assert book.sheetnames == ["Returns", "About"]
    assert "Firm N" not in str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])


@pytest.mark.parametrize(("name", "query", "status"), [("rep", "", 403), ("cora", "?period=1999Q1", 404)])
def test_there_is_no_collection_for_a_reporter_or_an_unknown_quarter(sign_in, name, query, status):
    assert sign_in(name).get(f"/returns/collection.xlsx{query}").status_code == status
