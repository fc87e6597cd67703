"""/health: whether the process answers, the database, and whether its tables are this version's."""

import pytest
from sqlalchemy import text

from dashboard.view import ENGINE
from etl import warehouse


@pytest.fixture
def on(app, client):
    """on(engine) → (status, answer) of /health with that warehouse."""

    def on(engine):
        known = app.server.extensions
        before, known[ENGINE] = known[ENGINE], engine
        try:
            answer = client.get("/health")
        finally:
            known[ENGINE] = before
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status_code, answer.json

    return on


def test_all_is_well(on, engine):
    assert on(engine) == (200, {"alive": True, "database": "ok", "schema": "ok"})


def test_a_database_that_is_not_there(on, tmp_path):
    gone = warehouse.connect(f"sqlite:///{tmp_path / 'none.db'}")
    assert on(gone) == (503, {"alive": True, "database": "unreachable", "schema": "unknown"})
    away = warehouse.connect("postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=2")
    assert on(away) == (503, {"alive": True, "database": "unreachable", "schema": "unknown"})


def test_a_database_without_its_tables(on, database_url):
    engine = warehouse.connect(database_url)
    with warehouse.writing(engine) as connection:
        connection.execute(text("CREATE TABLE other (name TEXT)"))
    assert on(engine) == (503, {"alive": True, "database": "ok", "schema": "other"})
    engine.dispose()
