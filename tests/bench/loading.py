"""Loading a province's worth of workbooks by the command, beside pandas merely reading the same files.

Both sides take turns over parts of the files, so that a busy moment of the machine falls on both.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from etl import periods, warehouse
from etl.config import ROOT
from etl.console import default_workers
from etl.form import load_form
from etl.reading import RETURN_SHEET
from etl.registry import open_period, read_bases, register_bases
from sample_data.generate import Order, generate
from tests.bench.timing import Row

TARGET = 3.0
QUARTERS = periods.span("2026Q1", "2026Q4")
BASES, FULL_BASES = 140, 580
"""They send about 600 and 2,500 workbooks, with the corrections of planted faults."""
PART = 5
"""pandas reads one file in so many, and its time is multiplied: it takes each file alone. Ours is the whole command with
its start, and every file."""
SHEETS = {"every sheet": None, "the sheet Return only": RETURN_SHEET}


def loading(folder: Path, full: bool) -> list[Row]:
    home = folder / "programme"
    home.mkdir()
    generate(Order(home, QUARTERS, FULL_BASES if full else BASES, 31), default_workers())
    files = sorted((home / "returns").rglob("*.xlsx"))
    url = f"sqlite:///{folder / 'loading.db'}"
    _make(url, home)
    part = files[::PART]
    before = {name: _reading(part[::2], sheet) for name, sheet in SHEETS.items()}
    ours = _load(url, home)
    after = {name: _reading(part[1::2], sheet) for name, sheet in SHEETS.items()}
    _require_all(url, files)
    rows = []
    for name in SHEETS:
        theirs = (before[name] + after[name]) * len(files) / len(part)
        words = f"{ours:.1f} s beside {theirs:.1f} s, pandas.read_excel (openpyxl) reading {name} one after another"
        judged = SHEETS[name] is None
        target = f"≥ {TARGET:g} ×" if judged else "–"
        ratio = theirs / ours
        rows.append(
            (f"load {len(files):,} workbooks", f"{ratio:.1f} × as fast", target, words, not judged or ratio >= TARGET)
        )
    return rows


def _make(url: str, home: Path) -> None:
    engine = warehouse.connect(url)
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        register_bases(connection, load_form(), read_bases(home / "bases.csv"))
        for quarter in QUARTERS:
            open_period(connection, quarter)
    engine.dispose()


def _load(url: str, home: Path) -> float:
    """Seconds of the one command, from its start to its end."""
    command = [sys.executable, "-m", "etl", "load", str(home / "returns"), "--accept", "--quiet"]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--deliveries", str(home / "deliveries.csv")],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    assert done.returncode == 1, done.stderr  # 1: some returns are rejected, as the planted faults should be
    return seconds


def _reading(files: Iterable[Path], sheet: str | None) -> float:
    start = time.perf_counter()
    for path in files:
        pd.read_excel(path, engine="openpyxl", sheet_name=sheet)
    return time.perf_counter() - start


def _require_all(url: str, files: list[Path]) -> None:
    """Nothing was left out for the sake of speed: every file is kept."""
    engine = warehouse.connect(url)
    with warehouse.reading(engine) as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM workbook").scalar_one()
    engine.dispose()
    assert count == len(files), (count, len(files))
