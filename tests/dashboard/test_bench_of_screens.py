"""The bench of the screens compares like with like: the stock app draws what our page draws, and both are asked as a
browser asks them."""

import pytest

from etl import warehouse
from etl.form import load_form
from indicators.definition import load_definitions
from indicators.repository import publications
from indicators.repository.members import members
from indicators.scope import Scope
from tests import warehouses
from tests.bench import screens, stored
from tests.bench.stock_app import charts, create_app
from tests.dashboard.standing import standing

KIND = next(iter(load_form().types))
TOLD, BASES = 60, 220


def build(engine, _folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored, "TOLD", TOLD)
        stored.store(engine, BASES, 2)


@pytest.fixture(scope="module")
def engine_of_many(tmp_path_factory):
    """A programme large enough for every chart, as the bench stores it."""
    with warehouses.copied(tmp_path_factory, build) as engine:
        yield engine


@pytest.fixture
def many(app, engine_of_many):
    """The application on it."""
    with standing(app, engine_of_many):
        yield app.server.test_client()


def figures(part):
    """Every chart of an answer, in order."""
    if isinstance(part, list):
        return [figure for child in part for figure in figures(child)]
    if not isinstance(part, dict):
        return []
    here = [part["figure"]] if "figure" in part else []
    return here + [figure for child in part.values() for figure in figures(child)]


def answer_of(client, body):
    given = {"name": stored.NAME, "password": stored.PASSWORD}
    assert client.post("/login", data=given).status_code == 302
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    return answer.json["response"]


def test_both_draw_the_same_charts_of_as_many_traces(many, engine_of_many):
    code = screens.chosen()
    ours = figures(answer_of(many, screens.page_request(f"/indicators/{code}", f"?type={KIND}")))
    stock = charts(engine_of_many.url.database, code, KIND, list(load_definitions().indicators[code].base_types))
    assert [len(figure["data"]) for figure in ours] == [len(figure.data) for figure in stock]
    assert len(ours) == 7
    # The dots of single bases in the spreads and in the funnel.
    for place in (0, 1, 6):
        assert len(ours[place]["data"][-1]["x"]) == len(stock[place].data[-1].x)


def test_the_stock_app_has_the_callback_that_is_asked_for(engine_of_many):
    app = create_app(engine_of_many.url.database, screens.chosen())
    assert screens.stock_request(screens.chosen(), KIND)["output"] in app.callback_map


def test_every_base_is_stored_and_published_under_a_name_of_its_own(engine_of_many):
    with warehouse.reading(engine_of_many) as connection:
        known = publications(connection, Scope("national"))
        shown = members(connection, Scope("national"), known[-1])
        rows = connection.exec_driver_sql("SELECT publication, count(DISTINCT base) FROM standing GROUP BY 1").all()
    assert sorted(map(tuple, rows)) == [(one.code, BASES) for one in known]
    assert len(known) == 2
    assert len({member.name.en for member in shown.values()}) == BASES
