"""One small sample for all tests here: 16 bases over six quarters, written once and loaded once."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from etl import periods, warehouse
from etl.form import load_form
from etl.load import Delivery, FileReport, collect, load_files
from etl.registry import open_period, read_bases, register_bases
from sample_data.generate import Order, generate

QUARTERS = periods.span("2025Q3", "2026Q4")


@dataclass
class Sample:
    """A sample in its folder, and what loading it found, by file name."""

    folder: Path
    truth: dict[str, Any]
    reports: dict[str, FileReport]

    @property
    def faulty(self) -> dict[str, dict[str, Any]]:
        """File name → the fault planted in it."""
        return {fault["file"]: fault for fault in self.truth["faults"]}

    @property
    def right(self) -> dict[str, FileReport]:
        """The files without a fault: history, single returns, corrected versions."""
        return {name: report for name, report in self.reports.items() if name not in self.faulty}

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def make(folder: Path, seed: int = 7, workers: int = 1) -> Path:
    folder.mkdir()
    generate(Order(folder, QUARTERS, 16, seed), workers)
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Sample:
    home = tmp_path_factory.mktemp("sample")
    folder = make(home / "programme")
    engine = warehouse.connect(f"sqlite:///{home / 'warehouse.db'}")
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        register_bases(connection, load_form(), read_bases(folder / "bases.csv"))
        for period in QUARTERS:
            open_period(connection, period)
    with (folder / "deliveries.csv").open(encoding="utf-8", newline="") as file:
        received = {row["file"]: date.fromisoformat(row["received"]) for row in csv.DictReader(file)}
    delivery = Delivery(accept=True, received=received)
    reports = {report.file.name: report for report in load_files(engine, collect([folder]), delivery)}
    engine.dispose()
    return Sample(folder, json.loads((folder / "truth.json").read_text(encoding="utf-8")), reports)
