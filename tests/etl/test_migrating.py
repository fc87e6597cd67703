"""An older warehouse comes up to this version with all that is in it, or stays what it is.

tests/data/warehouses holds dumps of warehouses in use, made by the released versions themselves: two invented bases with
three quarters, a final publication and two accounts.
"""

import gzip
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, literal_column, make_url, select, text, update

from etl import audit, migrating, schema, warehouse
from etl.warehouse import Unreachable

DUMPS = Path(__file__).parent.parent / "data" / "warehouses"
RELEASED = ("0.1.0",)


def restore(url: str, released: str):
    """An engine on the dump of a released version, of the kind of database that the URL names."""
    kind = make_url(url).get_backend_name()
    script = gzip.decompress((DUMPS / f"{released}.{kind}.sql.gz").read_bytes()).decode()
    engine = warehouse.connect(url)
    if kind == "sqlite":
        with sqlite3.connect(str(make_url(url).database)) as connection:
            connection.executescript(script)
        connection.close()
    else:
        with engine.begin() as connection:
            connection.connection.cursor().execute(script)
    return engine


@pytest.fixture(params=RELEASED)
def old(new_database, request):
    engine = restore(new_database(), request.param)
    yield engine
    engine.dispose()


def quoted(name):
    return f'"{name}"'


def rows(engine):
    """Table → its rows, by the columns that it has."""
    found = {}
    with warehouse.reading(engine) as connection:
        for table, columns in inspect(connection).get_multi_columns().items():
            names = [column["name"] for column in columns]
            listed = connection.execute(
                select(*map(literal_column, map(quoted, names))).select_from(text(quoted(table[1])))
            )
            found[table[1]] = [dict(zip(names, row, strict=True)) for row in listed]
    return found


def differences(engine):
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), schema.metadata)


def test_the_steps_lead_to_the_schema(old):
    migrating.migrate(old)
    assert differences(old) == []
    warehouse.require(old)


def test_a_new_warehouse_has_the_schema(empty_warehouse):
    assert differences(empty_warehouse) == []
    assert migrating.migrate(empty_warehouse) == ()


def test_it_is_in_the_audit(old):
    migrating.migrate(old)
    with warehouse.reading(old) as connection:
        (row,) = audit.entries(connection)
    assert (row.action, row.detail) == ("warehouse.migrated", '{"steps": "0002"}')


def test_the_newest_step_is_the_version_of_the_schema():
    assert migrating.known()[-1] == schema.VERSION


def test_nothing_that_was_there_is_lost(old):
    before = rows(old)
    assert before["fact"]
    migrating.migrate(old)
    after = rows(old)
    for table, listed in before.items():
        if table != schema.version.name:
            kept = [{name: row[name] for name in listed[0]} for row in after[table]] if listed else []
            assert sorted(kept, key=repr) == sorted(listed, key=repr), table


def test_an_older_warehouse_is_refused_with_what_to_do(old):
    with pytest.raises(Unreachable, match="python -m etl migrate"):
        warehouse.require(old)
    with pytest.raises(Unreachable, match="python -m etl migrate"):
        warehouse.create(old)


def test_a_step_that_fails_changes_nothing(old, monkeypatch):
    before = rows(old)

    def broken(given, _to):
        given.attributes["connection"].execute(text("ALTER TABLE account ADD COLUMN half INTEGER"))
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(migrating.command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="power"):
        migrating.migrate(old)
    assert rows(old) == before
    monkeypatch.undo()
    migrating.migrate(old)
    warehouse.require(old)


def test_a_later_warehouse_is_left_alone(empty_warehouse):
    with warehouse.writing(empty_warehouse) as connection:
        connection.execute(update(schema.version).values(version_num="9999"))
    for act in (warehouse.require, migrating.migrate, warehouse.create):
        with pytest.raises(Unreachable, match=r"later version \(9999\); install that one"):
            act(empty_warehouse)
    with warehouse.reading(empty_warehouse) as connection:
        assert connection.execute(select(schema.version.c.version_num)).scalar_one() == "9999"


def test_a_warehouse_of_before_the_first_release_is_refused(old):
    with warehouse.writing(old) as connection:
        connection.execute(text("DROP TABLE signal"))
    with pytest.raises(Unreachable, match="it lacks signal"):
        migrating.migrate(old)


def test_an_empty_database_is_sent_to_init(database_url):
    with pytest.raises(Unreachable, match="python -m etl init"):
        migrating.migrate(warehouse.connect(database_url))
