"""Adding rows: few or many, they are in the warehouse as they were given, and a fault undoes all of them."""

import math
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from etl import schema, warehouse
from etl.warehouse import Unreachable, insert, reading, writing

MANY = 3 * warehouse._WORTH_COPYING
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False)


def findings(text, number, count):
    row = {
        "base": "B1", "period": "2026Q3", "version": 1, "code": "K1", "severity": "query", "message_en": text,
        "message_zh": text, "sheet": None, "cell": "\\N", "about": text, "quantity": number, "score": 0.1,
        "answered_at": datetime(2026, 11, 24, 20, 30, 0, 123456),
    }  # fmt: skip
    return [{**row, "number": place} for place in range(count)]


@pytest.mark.parametrize("count", [1, MANY])
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(text=TEXT, number=NUMBER)
def test_rows_come_back_as_they_were_given(empty_warehouse, count, text, number):
    given_rows = findings(text, number, count)
    with writing(empty_warehouse) as connection:
        connection.execute(delete(schema.finding))
        insert(connection, schema.finding, given_rows)
    columns = [schema.finding.c[name] for name in given_rows[0]]
    with reading(empty_warehouse) as connection:
        found = connection.execute(select(*columns).order_by(schema.finding.c.number)).mappings().all()
    assert [dict(row) for row in found] == given_rows


@pytest.mark.parametrize("count", [1, MANY])
def test_every_kind_of_column_is_kept(empty_warehouse, count):
    figures = {"jobs": [math.pi, 3, 4, "“因为”\t\\n"], "none": [None, 0, 0, None]}
    versions = [
        {
            "base": f"B{place}", "period": "2026Q3", "version": 1, "sha256": "0" * 64, "sheet": "Return", "state": "draft",
            "in_force": place % 2 == 0, "received": date(2026, 10, 1), "by": "ann", "loaded_at": datetime(2026, 10, 1, 8),
            "figures": figures,
        }
        for place in range(count)
    ]  # fmt: skip
    files = [
        {"sha256": f"{place:064d}", "name": "a", "size": 3, "bytes": bytes(range(256)), "complete": True,
         "loaded_at": datetime(2026, 10, 1, 8)}
        for place in range(count)
    ]  # fmt: skip
    with writing(empty_warehouse) as connection:
        insert(connection, schema.return_version, versions)
        insert(connection, schema.workbook, files)
    with reading(empty_warehouse) as connection:
        for table, rows in ((schema.return_version, versions), (schema.workbook, files)):
            found = connection.execute(select(table)).mappings().all()
            assert sorted(map(repr, map(dict, found))) == sorted(map(repr, rows))


@pytest.mark.parametrize("count", [2, MANY])
@pytest.mark.parametrize("wrong", [{"number": 0}, {"message_en": None}])
def test_a_row_that_cannot_be_undoes_all(empty_warehouse, count, wrong):
    rows = [*findings("a", 1.0, count - 1), {**findings("a", 1.0, 1)[0], "number": count, **wrong}]

    def add():
        with writing(empty_warehouse) as connection:
            insert(connection, schema.finding, rows)

    with pytest.raises(Unreachable):
        add()
    with reading(empty_warehouse) as connection:
        assert connection.execute(select(schema.finding)).all() == []
    with writing(empty_warehouse) as connection:  # and the connection serves on
        insert(connection, schema.finding, rows[:-1])


def test_no_rows_are_no_rows(empty_warehouse):
    with writing(empty_warehouse) as connection:
        insert(connection, schema.finding, [])
