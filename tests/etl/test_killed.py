"""Loading that is killed in the middle and started again ends in the same state as loading that nobody disturbed."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from etl import periods, schema, warehouse
from etl.config import ROOT
from etl.form import load_form
from etl.registry import open_period, read_bases, register_bases
from sample_data.generate import Order, generate
from tests.builders import dump

POINTS, SOAK_POINTS = 3, 25
Tables = dict[str, list[tuple]]
NewWarehouse = Callable[[], str]


@dataclass
class Programme:
    """An invented programme on disk: right and faulty returns, corrections, and in each quarter a firm that two bases
    name, one taken in in the middle and one at last, which are not checked together unless loading is disturbed."""

    folder: Path
    quarters: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        return [path for quarter in self.quarters for path in sorted((self.folder / "returns" / quarter).iterdir())]


def made(folder: Path, bases: int, quarters: tuple[str, ...]) -> Programme:
    generate(Order(folder, quarters, bases, 5), workers=2)
    with (folder / "deliveries.csv").open(encoding="utf-8", newline="") as file:
        days = {row["file"]: row["received"] for row in csv.DictReader(file)}
    for quarter in quarters:
        files = (folder / "returns" / quarter).glob(f"*-{quarter}.xlsx")
        in_order = sorted(files, key=lambda path: (days[path.name], path.name))
        _share_a_firm(in_order[len(in_order) // 2], in_order[-1])
    return Programme(folder, quarters)


def _share_a_firm(one: Path, other: Path) -> None:
    """The other names a firm of the one in the place of one of its own."""
    books = [openpyxl.load_workbook(path) for path in (one, other)]
    cells = [_first_firm(book["Roster"]) for book in books]
    cells[1].value = cells[0].value
    books[1].save(other)


def _first_firm(sheet):
    """The cell of the first firm's credit code."""
    key = load_form().firm_key
    head = next(cell for line in sheet.iter_rows() for cell in line if cell.value == key)
    below = (line[0] for line in sheet.iter_rows(head.row + 1, min_col=head.column, max_col=head.column))
    return next(cell for cell in below if len(str(cell.value or "")) == 18)


@pytest.fixture(scope="module")
def programme(tmp_path_factory) -> Programme:
    """More bases than are checked at once."""
    return made(tmp_path_factory.mktemp("programme"), 36, periods.span("2026Q1", "2026Q2"))


@pytest.fixture
def new_warehouse(new_database, programme) -> NewWarehouse:
    return lambda: _ready(new_database(), programme)


def _ready(url: str, programme: Programme) -> str:
    """The URL of a warehouse with the programme's bases and quarters, and no return yet."""
    engine = warehouse.connect(url)
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        register_bases(connection, load_form(), read_bases(programme.folder / "bases.csv"))
        for quarter in programme.quarters:
            open_period(connection, quarter)
    engine.dispose()
    return url


def start(programme: Programme, url: str, *options: str) -> subprocess.Popen:
    """The command, in a session of its own, a line of output for each return as soon as it is in."""
    folders = [str(programme.folder / "returns" / quarter) for quarter in programme.quarters]
    deliveries = ["--deliveries", str(programme.folder / "deliveries.csv")]
    return subprocess.Popen(
        [sys.executable, "-m", "etl", "load", *folders, *deliveries, "--json", "--workers", "2", *options],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def load_whole(programme: Programme, url: str, *options: str) -> None:
    process = start(programme, url, *options)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 1, "the programme has faults, and all that is wrong are its returns"
    assert {json.loads(line)["file"] for line in told.splitlines()} == {str(path) for path in programme.files}


def kill(process: subprocess.Popen, lines: int, seconds: float) -> None:
    """Kills the command so many seconds after it has told of so many returns."""
    assert process.stdout
    for _ in range(lines):
        assert process.stdout.readline(), "it ended before it was killed"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    assert process.wait(60) == -signal.SIGKILL


def left_behind(session: int) -> list[str]:
    """The processes of a session that are still alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its_session = path.read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(its_session) == session and state not in "ZX":
            found.append(path.parent.name)
    return found


def contents(url: str) -> Tables:
    engine = warehouse.connect(url)
    try:
        return dump(engine)
    finally:
        engine.dispose()


def half_taken_in(url: str) -> list[tuple[str, str]]:
    """Bases and quarters whose facts are not those of the version in force."""
    engine = warehouse.connect(url)
    version, fact = schema.return_version.c, schema.fact.c
    with engine.connect() as connection:
        kept = connection.execute(select(version.base, version.period, version.figures).where(version.in_force))
        wanted = Counter({(row.base, row.period): sum(v[0] is not None for v in row.figures.values()) for row in kept})
        counts = connection.execute(select(fact.base, fact.period, func.count()).group_by(fact.base, fact.period))
        there = Counter({(base, period): count for base, period, count in counts})
    engine.dispose()
    return sorted(key for key in wanted.keys() | there.keys() if wanted[key] != there[key])


def differences(one: Tables, other: Tables) -> dict[str, tuple[list, list]]:
    """Table → (rows only here, rows only there), for the tables that differ."""
    found = {}
    for table in one:
        here, there = Counter(one[table]), Counter(other[table])
        if here != there:
            found[table] = (list((here - there).elements())[:3], list((there - here).elements())[:3])
    return found


def try_points(programme: Programme, new_warehouse: NewWarehouse, points: int, *options: str) -> None:
    undisturbed = new_warehouse()
    load_whole(programme, undisturbed, *options)
    expected, chance = contents(undisturbed), random.Random(points)
    last = len(programme.files) - 1
    for point in range(points):
        # The first point lies in the reading that comes before anything is taken in.
        lines, seconds = (chance.randint(1, last), chance.uniform(0, 0.1)) if point else (0, 1.0)
        url = new_warehouse()
        process = start(programme, url, *options)
        kill(process, lines, seconds)
        told = f"killed {seconds:.3f} s after {lines} of {last + 1} files"
        assert half_taken_in(url) == [], told
        deadline = time.monotonic() + 30
        while (alive := left_behind(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert alive == [], f"{told}: its processes live on"
        load_whole(programme, url, *options)
        assert differences(expected, contents(url)) == {}, told


@pytest.mark.soak
def test_loading_killed_and_started_again_ends_as_if_undisturbed(programme, new_warehouse):
    try_points(programme, new_warehouse, POINTS, "--accept")


@pytest.mark.soak
def test_loading_killed_twice_before_anything_is_accepted_ends_as_if_undisturbed(programme, new_warehouse):
    undisturbed, url = new_warehouse(), new_warehouse()
    load_whole(programme, undisturbed)
    for lines in (8, 20):
        kill(start(programme, url), lines, 0.01)
    load_whole(programme, url)
    assert differences(contents(undisturbed), contents(url)) == {}


@pytest.mark.soak
def test_loading_killed_at_many_points_ends_as_if_undisturbed(tmp_path, new_database):
    programme = made(tmp_path, 100, periods.span("2026Q1", "2026Q4"))
    try_points(programme, lambda: _ready(new_database(), programme), SOAK_POINTS, "--accept")
