"""The schema can be sharded by base: what is told per base has the base in its key, and the rest is small or stays in one
place. docs/operations.md says which table goes where."""

import re

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, String, Text

from etl import schema_access
from etl.config import ROOT
from etl.schema import metadata

BY_BASE = {name for name, table in metadata.tables.items() if "base" in table.c}
LOCAL = {name for name, table in metadata.tables.items() if name in vars(schema_access)} | {"alembic_version"}
BY_FILE = {"workbook"}
REGISTER = {"base", "base_history"}
"""Small, and locked for several bases at once, which a table that is spread cannot be."""
EVERYWHERE = (set(metadata.tables) - BY_BASE - LOCAL - BY_FILE) | REGISTER
PLAIN = (JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, String, Text)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(BY_BASE))
def test_what_is_told_per_base_has_the_base_in_its_key(name):
    assert "base" in metadata.tables[name].primary_key.columns


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_a_table_has_a_key_and_nothing_that_shards_cannot_keep(name):
    table = metadata.tables[name]
    assert list(table.primary_key.columns)
    assert not table.foreign_keys, "facts refer to dimensions by their natural keys, without the cost of checking each"
    assert not any(index.unique for index in table.indexes), "a key of another column cannot be held across shards"
    assert not [one for one in table.constraints if one is not table.primary_key]
    assert all(isinstance(column.type, PLAIN) for column in table.c)
    assert all(column.server_onupdate is None for column in table.c)


def test_operations_say_where_each_table_goes():
    distributed = dict(re.findall(r"create_distributed_table\('(\w+)', '(\w+)'\)", OPERATIONS))
    reference = set(re.findall(r"create_reference_table\('(\w+)'\)", OPERATIONS))
    assert {name for name, by in distributed.items() if by == "base"} == BY_BASE - REGISTER
    assert {name for name, by in distributed.items() if by == "sha256"} == BY_FILE
    assert reference == EVERYWHERE
