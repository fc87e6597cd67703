"""The rankings: what the filters leave, which columns there are, in which order, and what a file says of it all."""

import csv
import json
from io import StringIO

import pytest

from dashboard import permissions
from dashboard.pages import ranking_columns as columns
from dashboard.urls import State
from indicators import repository
from indicators.definition import load_definitions
from indicators.verdicts.reasons import RED
from tests.dashboard.programme import LAST, OWN, PERIODS, samples
from tests.dashboard.test_pages import rows_of

EMPTY = repository.Ranking("x", 0, 0, (), None, load_definitions())
"""A ranking without a base, and so without intervals."""

MINE = samples()[OWN]
INDEX = load_definitions().method.index.code
KIND = MINE.type


def grid_of(all_parts, tree):
    return next(part["props"] for part in all_parts(tree) if part["type"] == "AgGrid")


def columns_of(all_parts, tree):
    return {column["colId"]: column for column in grid_of(all_parts, tree)["columnDefs"]}


def file_of(signed_in, query, name="eva"):
    """(metadata, rows)"""
    lines = signed_in(name).get(f"/tables/rankings.csv?{query}").data.decode("utf-8-sig").splitlines()
    told = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    return told, list(csv.DictReader(StringIO("\n".join(lines[len(told) :]))))


# Rows


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ({"batch": "2"}, lambda row: row["batch"] == 2),
        ({"lamp": RED}, lambda row: row["lamp"] == 0),
        ({"province": MINE.province}, lambda row: row["base"] == MINE.code),
    ],
)
def test_a_filter_leaves_what_it_says(signed_in, what, holds):
    everything = rows_of(signed_in, "eva", {"type": KIND})
    left = rows_of(signed_in, "eva", {"type": KIND, **what})
    assert left == [row for row in everything if holds(row)]
    assert 0 < len(left) < len(everything)


def test_a_filter_that_leaves_nothing_offers_the_way_back(open_page):
    text = json.dumps(open_page("eva", f"/rankings?type={KIND}&batch=99"))
    assert "No base is left by these filters." in text
    assert f'"/rankings?type={KIND}"' in text


def test_eight_quarters_of_the_index_stand_beside_each_base(signed_in):
    rows = rows_of(signed_in, "eva", {"type": KIND})
    assert {len(row["trend"]) for row in rows} == {8}
    for row in rows:
        assert row["trend"][:2] == [None, None], "quarters before the programme's first"
        assert row["trend"][-1] == (None if row[INDEX] is None else round(row[INDEX], 1))
        assert all(value is not None for value in row["trend"][2:-1])


def test_changes_are_counted_from_the_publication_before(signed_in, open_page, all_parts):
    now = {row["base"]: row for row in rows_of(signed_in, "eva", {"type": KIND})}
    then = {row["base"]: row for row in rows_of(signed_in, "eva", {"type": KIND, "period": PERIODS[-2]})}
    for base, row in now.items():
        assert row["change"] == (None if row["rank"] is None else then[base]["rank"] - row["rank"])
    head = columns_of(all_parts, open_page("eva", f"/rankings?type={KIND}"))[columns.CHANGE]["headerName"]
    assert head == f"Since {PERIODS[-2]}"


def test_a_row_leads_to_the_base_and_its_scores_to_what_they_are_made_of(open_page, all_parts):
    found = columns_of(all_parts, open_page("eva", f"/rankings?period={PERIODS[0]}"))
    assert found["name"]["cellRendererParams"] == {"before": "/bases/", "after": f"?period={PERIODS[0]}"}
    assert found[INDEX]["cellRendererParams"] == {
        "before": "/explain/", "after": f"/{PERIODS[0]}/{INDEX}?publication={PERIODS[0]}-working-1"
    }  # fmt: skip


# Columns and order


def test_columns_are_those_of_the_address(open_page, all_parts):
    found = columns_of(all_parts, open_page("eva", "/rankings?columns=batch,index,nonsense"))
    assert {name for name, column in found.items() if not column.get("hide")} == {"rank", "name", INDEX, "batch"}


@pytest.mark.parametrize("asked", ["", "nonsense"])
def test_without_known_columns_the_usual_ones_are_shown(asked):
    state = State(columns=(asked,)) if asked else State()
    assert columns.chosen(state, EMPTY) == columns.defaults(EMPTY)
    assert not {"flags", "region", "batch"} & set(columns.defaults(EMPTY))


def test_no_column_at_all_can_be_asked_for():
    assert columns.chosen(State(columns=(columns.NONE,)), EMPTY) == []


def test_the_menu_ticks_what_is_shown(open_page):
    text = json.dumps(open_page("eva", "/rankings?columns=batch"))
    boxes = _inputs(json.loads(text))
    assert {box["value"] for box in boxes if box.get("checked")} == {"batch"}
    assert {"lamp", INDEX, "trend", "province"} <= {box["value"] for box in boxes}


def _inputs(tree):
    if isinstance(tree, list):
        return [found for part in tree for found in _inputs(part)]
    if not isinstance(tree, dict):
        return []
    own = [tree["props"]] if tree.get("type") == "Input" and tree["props"].get("type") == "checkbox" else []
    return own + [found for value in tree.values() for found in _inputs(value)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ("rank", False)), ("-rank", ("rank", True)), ("index", (INDEX, False)), ("trend", ("rank", False)),
        ("state", ("rank", False)), ("-lamp", ("lamp", True)), ("interval", ("rank", False)),
    ],
)  # fmt: skip
def test_the_order_is_that_of_the_address(sort, expected):
    assert columns.order(State(sort=sort), EMPTY) == expected


@pytest.mark.parametrize(
    ("sort", "direction"), [("", "asc"), ("-rank", "desc"), ("index", "desc"), ("-index", "asc"), ("lamp", "asc")]
)
def test_the_grid_is_sorted_as_the_address_says(open_page, all_parts, sort, direction):
    found = columns_of(all_parts, open_page("eva", f"/rankings?sort={sort}"))
    assert {name: column["sort"] for name, column in found.items() if "sort" in column} == {
        sort.removeprefix("-") or "rank": direction
    }


# The file


@pytest.mark.parametrize(
    ("sort", "key", "backwards"), [("", "rank", False), ("index", INDEX, True), ("-index", INDEX, False)]
)
def test_a_file_has_the_order_of_the_screen_with_blanks_last(signed_in, sort, key, backwards):
    kind = samples()[5].type  # with an unranked base
    _, rows = file_of(signed_in, f"type={kind}&sort={sort}")
    values = [float(row[key]) for row in rows if row[key]]
    assert values == sorted(values, reverse=backwards)
    assert [row[key] for row in rows][len(values) :] == [""]


def test_a_file_honours_every_filter_and_says_so(signed_in):
    told, rows = file_of(signed_in, f"type={KIND}&lamp={RED}&batch=1&sort=-name")
    assert all((row["lamp"], row["batch"]) == ("red", "1") for row in rows)
    assert (told["Lamp"], told["Batch"]) == ("red", "batch 1")
    assert told["Ordered by"] == "Base, the other way round"
    assert told["Changes counted from"] == f"{PERIODS[-2]}-working-1"
    assert told["Type of base"] == "Regional bases"


def test_a_file_holds_the_course_of_the_index(signed_in):
    _, rows = file_of(signed_in, f"type={KIND}")
    assert f"{INDEX}_{PERIODS[-2]}" in rows[0]
    assert f"{INDEX}_{LAST}" not in rows[0], "that is the index itself"


# Choosing bases to compare


@pytest.fixture
def comparing(monkeypatch):
    granted = {role: may | {permissions.BESIDE} for role, may in permissions.MAY.items()}
    monkeypatch.setattr(permissions, "MAY", granted)


def test_bases_are_chosen_where_they_can_be_compared(open_page, all_parts, comparing):
    tree = open_page("eva", f"/rankings?type={KIND}&period={PERIODS[0]}")
    assert grid_of(all_parts, tree)["dashGridOptions"]["rowSelection"]["mode"] == "multiRow"
    bar = next(part["props"] for part in all_parts(tree) if part["props"].get("className") == "comparing")
    assert bar["data-to"] == f"/compare?period={PERIODS[0]}"


def test_who_sees_one_base_has_nothing_to_compare(open_page, all_parts, comparing):
    assert "rowSelection" not in grid_of(all_parts, open_page("rep", f"/rankings?type={KIND}"))["dashGridOptions"]


# The repository


def test_the_course_is_that_of_the_same_type_only(engine):
    from etl import schema, warehouse
    from indicators.scope import national

    with engine.connect() as connection:
        publication = repository.publications(connection, national())[-1]
        found = repository.ranking(connection, national(), publication, KIND)
        assert found.periods[-1] == LAST
        assert found.before is not None
        assert found.before.period == PERIODS[-2]
    with warehouse.writing(engine) as connection:
        standing, first = schema.standing.c, f"{PERIODS[0]}-working-1"
        here = (standing.publication == first) & (standing.base == MINE.code)
        connection.execute(schema.standing.update().where(here).values(type="other"))
        row = next(
            row
            for row in repository.ranking(connection, national(), publication, KIND).rows
            if row.member.code == MINE.code
        )
        connection.rollback()
    assert row.trend[2] is None
    assert row.trend[3] is not None
