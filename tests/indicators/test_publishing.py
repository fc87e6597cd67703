"""What is published stays: immutable rows, one content for the same inputs, and computed again from what was known."""

import ast
import json
import os
import random
import re
import subprocess
import sys

import pytest
from sqlalchemy import func, select, update

from etl import periods, schema
from etl import warehouse as module
from etl.clock import today
from etl.config import ROOT, settings
from etl.registry import open_period
from etl.versions import ACCEPTED, SUBMITTED
from indicators import catalogue, content, recompute, scope
from indicators.definition import load_definitions
from indicators.publish import Refused, approve, publish
from indicators.refresh import refresh
from indicators.repository.publications import every_publication, publications
from tests import warehouses
from tests.builders import PROGRAMME, QUARTERS, facts_of, load, set_up
from tests.indicators.publishing import BEFORE, KINDS, LAST, archived, correct, first_figure, lock, state


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, archived)


def bytes_of(engine, name: str) -> bytes:
    with module.reading(engine) as connection:
        return recompute.stored(connection, name)


def verified(engine, name: str) -> list:
    with module.reading(engine) as connection:
        return recompute.verify(connection, name)


def everything(engine, name: str) -> list[str]:
    """Every row of one publication in every table that has one."""
    found = []
    with module.reading(engine) as connection:
        for table in schema.metadata.sorted_tables:
            if "publication" in table.c:
                found += map(repr, connection.execute(select(table).where(table.c.publication == name)))
    return sorted(found)


# Numbers and vintages


def test_each_publication_has_a_number_of_its_own(warehouse, filled):
    names = [
        publish(warehouse, LAST, vintage, "Ann").name
        for vintage in ("provisional", "provisional", "final", "revised", "revised")
    ]
    assert names == [
        f"{LAST}-{rest}" for rest in ("provisional-1", "provisional-2", "final-1", "revised-1", "revised-2")
    ]


def test_a_quarter_has_one_final_publication_and_then_revisions(warehouse, filled):
    with pytest.raises(Refused, match="--vintage final"):
        publish(warehouse, LAST, "revised", "Ann")
    publish(warehouse, LAST, "final", "Ann")
    for vintage in ("final", "provisional"):
        with pytest.raises(Refused, match="--vintage revised"):
            publish(warehouse, LAST, vintage, "Ann")


@pytest.mark.parametrize(("period", "vintage", "told"), [
    (LAST, "working", "provisional, final, revised"), (LAST, "best", "provisional, final, revised"),
    ("2031Q1", "provisional", "--open 2031Q1"),
])  # fmt: skip
def test_what_cannot_be_published_is_refused_with_what_to_do(warehouse, filled, period, vintage, told):
    with pytest.raises(Refused, match=told):
        publish(warehouse, period, vintage, "Ann")


def test_nothing_is_published_of_a_quarter_without_an_accepted_return(warehouse):
    with pytest.raises(Refused, match="load --accept"):
        publish(warehouse, LAST, "provisional", "Ann")


def test_a_final_publication_waits_until_the_due_day_has_passed_or_the_quarter_is_locked(warehouse, filled):
    with module.writing(warehouse) as connection:
        open_period(connection, LAST, today())
    with pytest.raises(Refused, match=f"--lock {LAST}"):
        publish(warehouse, LAST, "final", "Ann")
    assert publish(warehouse, LAST, "provisional", "Ann").name
    with module.writing(warehouse) as connection:
        open_period(connection, LAST, periods.ends(LAST).replace(year=2025))
    assert publish(warehouse, LAST, "final", "Ann").name


def test_a_final_publication_needs_the_nations_acceptance_of_every_return_in_force(warehouse, filled):
    state(warehouse, "R2", ACCEPTED)
    state(warehouse, "U1", ACCEPTED, BEFORE)
    with pytest.raises(
        Refused, match=rf"2 returns \(R2 {LAST}, U1 {BEFORE}\) are not accepted by the nation.*--finalise"
    ):
        publish(warehouse, LAST, "final", "Ann")
    assert publish(warehouse, LAST, "provisional", "Ann").name


def test_a_final_publication_waits_for_returns_that_the_province_has_not_decided_on(warehouse, filled, writer):
    lock_off = writer.archive({"I1": "institute"}, (LAST,), "late.xlsx")
    with module.writing(warehouse) as connection:
        open_period(connection, LAST)
    load(warehouse, lock_off, accept=False)
    state(warehouse, "I1", SUBMITTED)
    lock(warehouse)
    with pytest.raises(Refused, match=r"1 return \(I1\).*province.*--accept"):
        publish(warehouse, LAST, "final", "Ann")


def test_a_refusal_writes_nothing(warehouse, filled):
    state(warehouse, "R2", ACCEPTED)
    with pytest.raises(Refused):
        publish(warehouse, LAST, "final", "Ann")
    with module.reading(warehouse) as connection:
        assert every_publication(connection, scope.national()) == ()
        assert connection.execute(select(func.count()).select_from(schema.catalogue)).scalar() == 0


# Immutability


def test_nothing_that_follows_touches_what_is_published(warehouse, filled, tmp_path):
    first = publish(warehouse, LAST, "provisional", "Ann").name
    final = publish(warehouse, LAST, "final", "Ann").name
    before = {name: everything(warehouse, name) for name in (first, final)}
    assert all(len(rows) > 100 for rows in before.values())
    correct(warehouse, tmp_path, mentors=2)
    refresh(warehouse)
    publish(warehouse, LAST, "revised", "Bo")
    refresh(warehouse)
    assert {name: everything(warehouse, name) for name in (first, final)} == before


def test_only_the_working_publication_is_ever_deleted_and_none_updated():
    """No other statement of the code touches the tables of publications: the one that there is names `working`."""
    tables = {table.name for table in content.TABLES} | {"publication", "publication_source", "approval", "catalogue"}
    found = []
    for path in (path for package in ("etl", "indicators", "dashboard") for path in (ROOT / package).rglob("*.py")):
        calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
        for call in calls:
            text = ast.unparse(call)
            statement = re.fullmatch(r"delete|update|upsert|schema\.\w+\.(delete|update)", ast.unparse(call.func))
            named = set(re.findall(r"\w+", text)) & tables
            if statement and (named or path.is_relative_to(ROOT / "indicators")):
                found.append(f"{path.name}: {text}")
    assert found == ["publish.py: delete(table)"]


# Content


def test_the_content_is_the_hash_of_the_bytes(warehouse, filled):
    made = publish(warehouse, LAST, "final", "Ann")
    told = bytes_of(warehouse, made.name)
    assert content.digest(told) == made.content
    lines = [json.loads(line) for line in told.decode().splitlines()]
    assert lines[0] == {
        "period": LAST, "method_hash": load_definitions().method_hash,
        "definitions_hash": load_definitions().definitions_hash, "seed": 1,
    }  # fmt: skip
    assert {line["table"] for line in lines[1:]} >= {"standing", "result", "group_result", "flag"}


def test_who_when_vintage_and_number_are_no_part_of_the_content_and_the_data_are(warehouse, filled, tmp_path):
    first, second = publish(warehouse, LAST, "provisional", "Ann"), publish(warehouse, LAST, "final", "Bo")
    assert (second.content, second.same_as) == (first.content, first.name)
    correct(warehouse, tmp_path, mentors=2)
    third = publish(warehouse, LAST, "revised", "Bo")
    assert third.content != first.content
    assert third.same_as is None
    correct(warehouse, tmp_path, "back.xlsx", mentors=first_figure(warehouse, "mentors"))
    assert publish(warehouse, LAST, "revised", "Bo").content == first.content, "the same data again"


PUBLISH = """
import random, sys
from pathlib import Path
from etl import warehouse
from etl.registry import open_period
from tests.builders import PROGRAMME, QUARTERS, load, PROGRAMME, set_up
entries, files = PROGRAMME[:], [Path(name) for name in sys.argv[3:]]
random.Random(sys.argv[2]).shuffle(entries)
random.Random(sys.argv[2]).shuffle(files)
engine = warehouse.connect()
warehouse.create(engine)
set_up(engine, entries)
load(engine, *files)
with warehouse.writing(engine) as connection:
    open_period(connection, QUARTERS[-1], locked=True)
from indicators.__main__ import app
app(["publish", "--period", QUARTERS[-1], "--vintage", "final", "--by", sys.argv[2], "--out", sys.argv[1]])
"""


def test_two_processes_and_warehouses_publish_the_same_bytes(warehouse, writer, new_database, tmp_path):
    """Bases registered and files loaded in another order, strings hashed from another seed."""
    files = [writer.archive({code: kind}, QUARTERS, f"{code}.xlsx") for code, kind in KINDS.items()]
    told = []
    for seed, url in (("1", new_database()), ("2", f"sqlite:///{tmp_path / 'second.db'}")):
        out = tmp_path / seed
        environment = os.environ | {"PYTHONHASHSEED": seed, "DATABASE_URL": url}
        command = [sys.executable, "-c", PUBLISH, out, seed, *files]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        told.append((out / f"{LAST}-final-1.jsonl").read_bytes())
    assert told[0] == told[1]
    assert len(told[0]) > 10_000


def test_rows_in_any_order_give_the_same_bytes(warehouse, filled):
    name = publish(warehouse, LAST, "provisional", "Ann").name
    with module.reading(warehouse) as connection:
        row, tables = recompute.publication_row(connection, name), content.read_tables(connection, name)
    before = content.serialise(row, tables)
    for seed in range(3):
        shuffled = {table: random.Random(seed).sample(rows, len(rows)) for table, rows in tables.items()}
        assert content.serialise(row, dict(reversed(shuffled.items()))) == before


def test_a_number_is_read_back_exactly(warehouse, filled):
    name = publish(warehouse, LAST, "provisional", "Ann").name
    result = schema.result.c
    with module.reading(warehouse) as connection:
        rows = connection.execute(
            select(result.code, result.base, result.score).where(result.publication == name)
        ).all()
    told = {(line["code"], line["base"]): line["score"] for line in map(json.loads, bytes_of(warehouse, name).splitlines())
            if line.get("table") == "result"}  # fmt: skip
    assert told == {(row.code, row.base): row.score for row in rows}


# Computed again from what was known then


def test_a_publication_can_be_computed_again_after_everything_has_changed(warehouse, filled, tmp_path):
    """A return corrected, an earlier one too, a base moved and renamed, another one withdrawn, a quarter opened."""
    name = publish(warehouse, LAST, "final", "Ann").name
    correct(warehouse, tmp_path, mentors=2)
    correct(warehouse, tmp_path, "earlier.xlsx", QUARTERS[0], mentors=3)
    with module.writing(warehouse) as connection:
        open_period(connection, "2024Q4")
    moved = {"valid_from": "2020-01-01", "type": "enterprise", "province": "GD", "hardship": "yes"}
    set_up(warehouse, [{**base_entry("R1"), **moved}, {**base_entry("R2"), "status": "withdrawn"}], ())
    assert verified(warehouse, name) == []
    later = publish(warehouse, LAST, "revised", "Ann")
    assert bytes_of(warehouse, later.name) != bytes_of(warehouse, name)
    assert verified(warehouse, later.name) == []


def base_entry(code: str) -> dict[str, str]:
    return next(entry for entry in PROGRAMME if entry["code"] == code)


def test_the_facts_of_then_are_those_of_the_versions_then(warehouse, filled, tmp_path):
    """The figures of the versions, from which is computed again, are what the facts were."""
    name = publish(warehouse, LAST, "final", "Ann").name
    before = {base: facts_of(warehouse, base, LAST) for base in KINDS}
    correct(warehouse, tmp_path, mentors=2)
    with module.reading(warehouse) as connection:
        panel = recompute.made_from(connection, name).computed.panel
    for base, facts in before.items():
        column = panel.values[-1, :, panel.bases.index(base)]
        assert {m: v for m, v in zip(panel.measures, column, strict=True) if v == v} == facts


def test_a_publication_is_computed_again_with_the_method_of_then(warehouse, filled, tmp_path, monkeypatch):
    name = publish(warehouse, LAST, "final", "Ann").name
    method = tmp_path / "method.yml"
    text = settings().method_file.read_text(encoding="utf-8")
    assert "withheld: 0 " in text
    method.write_text(
        text.replace("min_share: 0.6", "min_share: 0.9").replace("ties: average", "ties: min"), encoding="utf-8"
    )
    monkeypatch.setenv("METHOD_FILE", str(method))
    settings.cache_clear()
    assert load_definitions().method.scores.ties == "min"
    assert verified(warehouse, name) == []
    with module.reading(warehouse) as connection:
        assert recompute.made_from(connection, name).computed.definitions.method.scores.ties == "average"


def test_a_catalogue_that_is_not_kept_is_named(warehouse, filled):
    definitions = load_definitions()
    with module.reading(warehouse) as connection, pytest.raises(catalogue.NotKept, match="aaaa"):
        catalogue.load(connection, "a" * 64, definitions.method_hash)


def test_rows_that_were_changed_in_the_warehouse_are_found(warehouse, filled):
    name = publish(warehouse, LAST, "final", "Ann").name
    result = schema.result
    with module.writing(warehouse) as connection:
        connection.execute(update(result).where(result.c.publication == name, result.c.base == "R1").values(rank=1))
    with pytest.raises(Refused, match="not those that were published"):
        verified(warehouse, name)


def test_what_differs_is_named(warehouse, filled, monkeypatch):
    name = publish(warehouse, LAST, "final", "Ann").name
    honest = recompute.tables

    def wrong(*arguments):
        found = honest(*arguments)
        found[schema.standing][0]["province"] = "XX"
        return found

    monkeypatch.setattr(recompute, "tables", wrong)
    (found,) = verified(warehouse, name)
    assert (found.table, found.key, found.column, found.recomputed) == ("standing", ("E1",), "province", "XX")


def test_a_working_publication_is_verified_while_it_is_current(warehouse, filled, tmp_path):
    refresh(warehouse)
    assert verified(warehouse, f"{LAST}-working-1") == []
    correct(warehouse, tmp_path, mentors=2)
    with pytest.raises(Refused, match=f"compute --period {LAST}"):
        verified(warehouse, f"{LAST}-working-1")


def test_who_had_not_reported_is_kept(warehouse, filled, writer):
    """E1 has sent nothing, I1's return waits for its province."""
    path = writer.archive({"I1": "institute"}, (LAST,), "late.xlsx")
    with module.writing(warehouse) as connection:
        open_period(connection, LAST)
    load(warehouse, path, accept=False)
    state(warehouse, "I1", SUBMITTED)
    name = publish(warehouse, LAST, "provisional", "Ann").name
    standing = schema.standing.c
    with module.reading(warehouse) as connection:
        rows = connection.execute(select(standing.base, standing.absence).where(standing.publication == name))
        assert dict(map(tuple, rows)) == {"E1": "not_due", "I1": "in_review", "R1": None, "R2": None, "U1": None}
    with module.writing(warehouse) as connection:
        open_period(connection, LAST, periods.starts(LAST))
    name = publish(warehouse, LAST, "provisional", "Ann").name
    with module.reading(warehouse) as connection:
        rows = connection.execute(select(standing.base, standing.absence).where(standing.publication == name))
        assert dict(map(tuple, rows))["E1"] == "missed"


# Signatures and the list


def test_a_final_publication_is_signed_by_name_with_a_reason(warehouse, filled):
    first, final = publish(warehouse, LAST, "provisional", "Ann").name, publish(warehouse, LAST, "final", "Ann").name
    with module.writing(warehouse) as connection:
        approve(connection, final, "Bo", "checked against the provinces' lists")
        for name, by, reason, told in (
            (final, "Bo", "again", "already"), (first, "Bo", "why not", "only final and revised"),
            ("2026Q4-final-9", "Bo", "so", "no publication"), (final, "Cy", " ", "a name and a reason"),
            (final, " Ann ", "mine", "somebody else has to sign"),
        ):  # fmt: skip
            with pytest.raises(Refused, match=told):
                approve(connection, name, by, reason)
    with module.reading(warehouse) as connection:
        shown = publications(connection, scope.base("R1"))
        listed = every_publication(connection, scope.national())
    assert [(one.code, one.by, one.approved_by) for one in shown] == [(final, "Ann", "Bo")]
    assert [(one.code, one.approved_by, one.settled) for one in listed] == [(first, None, True), (final, "Bo", True)]
