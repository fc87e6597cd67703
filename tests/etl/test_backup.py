"""A backup holds the warehouse as it stood at one moment, is taken while others write, and comes back whole into either kind
of database or not at all."""

import errno
import threading
import zipfile
from datetime import datetime

import pytest
from sqlalchemy import select

from etl import audit, backup, periods, schema
from etl.backup import BadBackup
from etl.registry import open_period
from etl.warehouse import connect, reading, writing
from tests.builders import QUARTERS, dump, load

TAKEN = datetime(2026, 11, 24, 20, 0)


@pytest.fixture
def used(warehouse, writer):
    """A warehouse with workbooks, returns, facts and an audit."""
    load(warehouse, writer.archive({"R1": "regional", "U1": "university"}, QUARTERS[:2]))
    return warehouse


@pytest.fixture
def other(new_database):
    """An engine on an empty database."""
    engine = connect(new_database())
    yield engine
    engine.dispose()


def without_the_restoring(engine):
    """Its audit, but for the row that tells of the restoring."""
    with reading(engine) as connection:
        rows = connection.execute(select(schema.metadata.tables["audit"]).order_by("number")).all()
    return [row for row in rows if row.action != "warehouse.restored"]


def test_what_is_put_back_is_what_was_there(used, other, tmp_path):
    before, told = dump(used), without_the_restoring(used)
    assert before["fact"]
    made = backup.back_up(used, tmp_path / "b.zip", TAKEN)
    assert backup.restore(other, tmp_path / "b.zip") == made
    assert dump(other) == before
    assert without_the_restoring(other) == told
    with reading(other) as connection:
        assert audit.verify(connection).broken is None
        assert audit.verify(connection, [(len(told), made.seal)]).broken is None
    with writing(other) as connection:  # and it serves on
        open_period(connection, "2030Q1")


def test_a_backup_goes_from_one_kind_of_database_to_the_other(used, tmp_path):
    """From whichever the tests run on into an SQLite file; the manifest's sums are the same for either."""
    made = backup.back_up(used, tmp_path / "b.zip", TAKEN)
    engine = connect(f"sqlite:///{tmp_path / 'other.db'}")
    backup.restore(engine, tmp_path / "b.zip")
    again = backup.back_up(engine, tmp_path / "c.zip", TAKEN)
    assert {name: one for name, one in again.tables.items() if name != "audit"} == {
        name: one for name, one in made.tables.items() if name != "audit"
    }
    engine.dispose()


def test_it_is_one_moment_while_others_write(used, other, tmp_path):
    ended, quarters = threading.Event(), iter(periods.span("1990Q1", "2019Q4"))

    def write():
        while not ended.is_set():
            with writing(used) as connection:
                open_period(connection, next(quarters))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        made = backup.back_up(used, tmp_path / "b.zip", TAKEN)
    finally:
        ended.set()
        thread.join()
    backup.restore(other, tmp_path / "b.zip")
    with reading(other) as connection:
        opened = connection.execute(select(schema.period)).all()
        noted = audit.entries(connection, action="period.opened", most=10_000)
    assert len(opened) == len(noted) == made.tables["period"].rows


def parts(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_byte_counts(used, tmp_path):
    file = tmp_path / "b.zip"
    backup.back_up(used, file, TAKEN)
    whole, content = file.read_bytes(), parts(file)
    found = 0
    places = [*range(60, len(whole), len(whole) // 40), *range(len(whole) - 2_400, len(whole), 13)]  # and its directory
    for place in places:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            backup.read_back(file)
        except BadBackup:
            found += 1
        else:  # a byte that means nothing, such as of a time that the zip keeps
            assert parts(file) == content, place
    assert found > 30
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(BadBackup):
            backup.read_back(file)


def test_one_row_that_was_changed_is_found(used, other, tmp_path):
    file = tmp_path / "b.zip"
    backup.back_up(used, file, TAKEN)
    whole = parts(file)
    changed = whole["fact.jsonl"].replace(b"1", b"2", 1)
    assert changed != whole["fact.jsonl"]
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (whole | {"fact.jsonl": changed}).items():
            archive.writestr(name, content)
    with pytest.raises(BadBackup, match="table fact"):
        backup.restore(other, file)


def test_a_restoring_that_breaks_off_leaves_an_empty_warehouse(used, other, tmp_path, monkeypatch):
    backup.back_up(used, tmp_path / "b.zip", TAKEN)
    after, counted = 8, []

    def breaks():
        counted.append(1)
        if len(counted) == after:
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        backup.restore(other, tmp_path / "b.zip", breaks)
    assert not any(dump(other)[table.name] for table in backup.tables() if table.name != "audit")
    backup.restore(other, tmp_path / "b.zip")
    assert dump(other) == dump(used)


def test_a_warehouse_in_use_is_left_alone(used, tmp_path):
    backup.back_up(used, tmp_path / "b.zip", TAKEN)
    before = dump(used)
    with pytest.raises(BadBackup, match="holds something already"):
        backup.restore(used, tmp_path / "b.zip")
    assert dump(used) == before


def test_a_file_that_is_there_is_not_written_over(used, tmp_path):
    file = tmp_path / "b.zip"
    file.write_text("mine")
    with pytest.raises(BadBackup, match="is there already"):
        backup.back_up(used, file, TAKEN)
    assert file.read_text() == "mine"


def test_a_full_disk_leaves_nothing_half_written(used, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        backup.back_up(used, tmp_path / "b.zip", TAKEN)
    assert list(tmp_path.glob("b.zip*")) == []


def test_a_backup_of_another_version_says_what_to_do(used, other, tmp_path, monkeypatch):
    backup.back_up(used, tmp_path / "b.zip", TAKEN)
    monkeypatch.setattr(schema, "VERSION", "9999")
    with pytest.raises(BadBackup, match="python -m etl migrate"):
        backup.read_back(tmp_path / "b.zip")


def test_the_commands(used, call, tmp_path, monkeypatch):
    file = tmp_path / "b.zip"
    status, out, _ = call("backup", file)
    assert status == 0
    assert "rows of fact" in out
    assert call("backup", file, "--check")[0] == 0
    status, _, err = call("backup", file)
    assert (status, "is there already" in err) == (2, True)
    status, _, err = call("restore", file)
    assert (status, "holds something already" in err) == (2, True)
