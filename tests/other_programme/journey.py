"""What test_other_programme.py runs with the settings of another programme: public reading rooms (tests/data/small_programme)."""

import json
import random
import re

import pytest
from sqlalchemy import func, select

from dashboard.accounts import create_account
from dashboard.app import VIEWS, create_app
from dashboard.downloads import TABLES
from etl import periods, schema, warehouse
from etl.form import load_form
from indicators import publish, scope
from indicators.definition import load_definitions
from indicators.explain_scores import explain_any
from indicators.refresh import refresh
from indicators.repository import publications, ranking
from tests.builders import Writer, entry, load, set_up
from tests.dashboard.conftest import open_page, parts, signed_in  # noqa: F401 (fixtures)

QUARTERS = periods.span("2024Q1", "2026Q2")
LAST = QUARTERS[-1]
PLACES = {"N1": "norte", "S1": "sur"}
BASES = {f"{kind[0].upper()}{n:02d}": (kind, list(PLACES)[n % 2]) for kind in ("urban", "rural") for n in range(1, 13)}
OWN = "U01"
PASSWORD = "correct horse"
PEOPLE = {"eva": ("evaluator", None), "cora": ("coordinator", "S1"), "rep": ("reporter", OWN)}
FOREIGN = re.compile("[\u4e00-\u9fff]|Sample|incubat|regional base|双创")
"""What belongs to the demonstration bases and must not stand on a page of this programme in English."""


def story(base: str):
    """A base's quarters: some invented numbers that pass the checks."""
    draw = random.Random(base)
    size = draw.randint(200, 900)
    for quarter in QUARTERS:
        readers = size + draw.randint(-20, 40)
        yield base, quarter, {
            "readers": readers, "young": round(readers * draw.uniform(0.1, 0.5)), "loans": round(readers * draw.uniform(1, 4)),
            "books": 5_000 + size, "hours": 500, "new_books": draw.randint(20, 90),
        }  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Everything before the last quarter in one history file, the last quarter on forms; published as final."""
    folder = tmp_path_factory.mktemp("rooms")
    engine = warehouse.connect(f"sqlite:///{folder / 'warehouse.db'}")
    warehouse.create(engine)
    rooms = [entry(code, kind, province, name_en=f"Sala {code}", name_zh=f"Читальня {code}", batch=str(1 + n % 2))
             for n, (code, (kind, province)) in enumerate(BASES.items())]  # fmt: skip
    set_up(engine, rooms, QUARTERS)
    writer, rows = Writer(engine, folder), [row for base in BASES for row in story(base)]
    history = writer.history([row for row in rows if row[1] != LAST])
    forms = [writer.form_of(base, quarter, values) for base, quarter, values in rows if quarter == LAST]
    reports = load(engine, history, *forms)
    found = [finding for report in reports for one in report.returns for finding in one.findings]
    assert not [finding for finding in found if finding.severity == "error"], found[:3]
    refresh(engine)
    publish.publish(engine, LAST, "final", "eva")
    with warehouse.writing(engine) as connection:
        for name, (role, place) in PEOPLE.items():
            create_account(connection, name, PASSWORD, role, place)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def app(engine):
    app = create_app(engine, secret_key="a key for tests only")
    app.server.testing = True
    return app


def test_it_is_the_other_programme():
    assert len(load_form().measures) == 6
    assert len(load_definitions().indicators) == 3


def test_every_return_is_taken_in(engine):
    with engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(schema.fact)).scalar_one()
    assert count == len(BASES) * len(QUARTERS) * 6


@pytest.mark.parametrize("kind", ["urban", "rural"])
def test_bases_are_ranked_within_their_type(engine, kind):
    with engine.connect() as connection:
        publication = publications(connection, scope.national())[-1]
        found = ranking(connection, scope.national(), publication, kind)
    assert [row.rank for row in found.rows] == sorted(row.rank for row in found.rows)
    assert {row.member.code for row in found.rows} == {code for code, (of, _) in BASES.items() if of == kind}
    assert all(row.lamp and row.low is not None for row in found.rows)


@pytest.mark.parametrize("code", ["LEC01", "use", "index", "lamp", "grade"])
def test_every_number_leads_to_its_cell(engine, code):
    with engine.connect() as connection:
        found = json.dumps(explain_any(connection, OWN, LAST, code).as_json())
    assert code in ("lamp", "grade") or f"{OWN}-{LAST}.xlsx" in found


def said(tree):
    """Every text that a person sees or hears on a page."""
    for part in parts(tree):
        props = part["props"]
        told = [props.get(name) for name in ("title", "aria-label", "placeholder", "label", "alt")]
        told += [column.get("headerName") for column in props.get("columnDefs", [])]
        children = props.get("children")
        told += children if isinstance(children, list) else [children]
        yield from (text for text in told if isinstance(text, str))
        yield from said(props.get("tree"))  # what is drawn still


def address(path: str) -> str:
    for part, value in {
        "<of_base>": OWN, "<of_quarter>": LAST, "<of_number>": "LEC01", "<of_code>": "LEC01", "<of_area>": "S1",
    }.items():  # fmt: skip
        path = path.replace(part, value)
    assert "<" not in path, path
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("path", [path for _, path, _ in VIEWS])
def test_every_page_opens_in_this_programmes_words(open_page, path, name, language):  # noqa: F811 (a fixture)
    page = open_page(name, address(path), language)
    assert any(part["type"] == "H1" for part in parts(page))
    if language == "en":
        assert [words for words in said(page) if FOREIGN.search(words) and words != "中文"] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_taken_away(signed_in, table):  # noqa: F811 (a fixture)
    answer = signed_in("eva").get(f"/tables/{table}.csv?base={OWN}&bases=U01,U02&type=urban&code=LEC01&areas=N1,S1")
    assert answer.status_code == 200
    assert "Salas" in answer.data.decode("utf-8-sig")
