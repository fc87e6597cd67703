"""Hostile files: each is answered with a finding, the program lives, and the facts are what they were, to the byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from etl.config import ROOT, Limits, settings
from etl.form import load_form
from etl.load import check_files
from etl.sandbox import Sandbox
from tests.builders import codes, load
from tests.etl.archives import workbook
from tests.etl.hostile import HEAD, HOSTILE, with_roster

Q1 = "2025Q1"
SHORT = {"LIMIT_PARSE_SECONDS": "2", "LIMIT_PARSE_MEMORY_BYTES": str(400 * 2**20)}
"""Less than the defaults, so that the tests take less: what passes these would pass those."""
LIMITS = Limits(parse_seconds=2, parse_memory_bytes=400 * 2**20)


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox(load_form(), LIMITS)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def short(monkeypatch):
    for name, value in SHORT.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def attack(tmp_path) -> list[Path]:
    """Every hostile file on the disk, in a folder of its own."""
    folder = tmp_path / "attack"
    folder.mkdir()
    paths = [folder / f"{number:02d}.xlsx" for number in range(len(HOSTILE))]
    for path, (make, _) in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(make())
    return paths


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_with_what_is_wrong_and_what_to_do(sandbox, name):
    make, code = HOSTILE[name]
    returns = sandbox.read(make())
    errors = [finding for item in returns for finding in item.findings if finding.severity == "error"]
    assert errors
    if code:
        assert code in [finding.code for finding in errors]
    for finding in errors:
        assert len(finding.message.en) > 30
        assert any("一" <= letter <= "鿿" for letter in finding.message.zh)


def raw_facts(engine) -> list[str]:
    with engine.connect() as connection:
        return [repr(tuple(row)) for row in connection.execute(text("SELECT * FROM fact ORDER BY 1, 2, 3"))]


@pytest.mark.usefixtures("short")
def test_the_facts_are_what_they_were_whatever_is_loaded(warehouse, writer, attack):
    told = next(writer.quarters("R1", "regional", (Q1,)))
    load(warehouse, told.path)
    before = raw_facts(warehouse)
    assert before
    reports = load(warehouse, *attack, workers=2)
    assert len(reports) == len(attack)
    assert all(report.rejected for report in reports)
    assert raw_facts(warehouse) == before


@pytest.mark.usefixtures("short")
def test_good_files_among_hostile_ones_are_loaded(warehouse, writer, attack):
    told = list(writer.quarters("R1", "regional", (Q1, "2025Q2")))
    reports = {report.file: report for report in load(warehouse, *attack[:20], *(one.path for one in told), workers=2)}
    assert [codes(reports[one.path]) for one in told] == [[], []]


@pytest.mark.usefixtures("short")
def test_nothing_is_written_anywhere(warehouse, attack, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.chdir(scratch)
    around = {path for path in tmp_path.rglob("*") if "warehouse" not in path.name}
    list(check_files(warehouse, attack, 2))
    assert {path for path in tmp_path.rglob("*") if "warehouse" not in path.name} == around
    assert not (ROOT.parent / "evil.txt").exists()


def test_the_command_gives_one_object_a_file_and_nothing_on_standard_error(warehouse, attack, database_url):
    environment = os.environ | SHORT | {"DATABASE_URL": database_url}
    command = [sys.executable, "-m", "etl", "check", "--json", *map(str, attack)]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert told.returncode == 1
    assert told.stderr == ""
    objects = [json.loads(line) for line in told.stdout.splitlines()]
    assert sorted(one["file"] for one in objects) == sorted(map(str, attack))
    assert {one["verdict"] for one in objects} == {"rejected"}
    assert all(one["findings"] for one in objects)


def test_a_file_past_the_size_is_not_read_to_its_end(warehouse, tmp_path, monkeypatch):
    """A terabyte without a byte on the disk: whoever reads it whole has no memory left."""
    monkeypatch.setenv("LIMIT_FILE_BYTES", "1000000")
    settings.cache_clear()
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(2**40)
    (report,) = check_files(warehouse, [path])
    settings.cache_clear()
    assert codes(report) == ["F19"]


def test_fifty_thousand_roster_rows_are_read_and_one_more_is_refused():
    sandbox = Sandbox(load_form(), Limits())
    for rows, expected in ((50_000, False), (50_001, True)):
        found = [
            finding for item in sandbox.read(with_roster(rows)) for finding in item.findings if finding.code == "F19"
        ]
        assert bool(found) == expected
    assert "50,001 roster rows" in found[0].message.en
    sandbox.stop()


@pytest.mark.parametrize("start", "=+-@\t")
def test_a_text_that_looks_like_a_formula_is_a_text(sandbox, start):
    cell = f'<c r="B4" t="str"><v>{start}cmd|calc</v></c>'
    row = f'<row r="4"><c r="A4" t="str"><v>trainees</v></c>{cell}</row>'
    (finding, *_) = sandbox.read(workbook(HEAD + row))[0].findings
    assert (finding.code, finding.cell, finding.value) == ("F09", "B4", f"{start}cmd|calc".strip())
