"""A result as files: every number in full, every text inert, the files whole or not there."""

import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from etl.inert import csv_row
from indicators.index.recipe import Result, Step, to_json
from indicators.index.tables import UNIT
from indicators.index.treat import Shape
from indicators.index.tree import Tree

ONLY_WHEN_ASKED = ("group_ranks.csv", "uncertainty.csv")
"""Removed from the folder by a result that has none, so that no file of an earlier result is taken for its part."""

TREATMENT = (
    "iCode",
    "Treatment",
    "Winsorised",
    "Units",
    "Imputed",
    "Missing",
    "SkewBefore",
    "KurtosisBefore",
    "SkewAfter",
    "KurtosisAfter",
    "Note",
)
CHANGED = (UNIT, "iCode", "Change", "Before", "After")


def write(result: Result, steps: Sequence[Step], out: Path) -> list[str]:
    """Writes the result to the folder and returns the names of its files. Other files there stay as they are."""
    files = {name: _csv(rows) for name, rows in _tables(result).items()}
    files["recipe.json"] = json.dumps(_record(result, steps, files), ensure_ascii=False, indent=1).encode() + b"\n"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".index-", dir=out) as beside:
        for name, content in files.items():
            (Path(beside) / name).write_bytes(content)
        for name in files:
            os.replace(Path(beside) / name, out / name)
    for name in set(ONLY_WHEN_ASKED) - files.keys():
        (out / name).unlink(missing_ok=True)
    return list(files)


def downward(tree: Tree) -> list[int]:
    """The places of the aggregates, from the tops down, level after level."""
    level, found = [place for place in range(tree.indicators, len(tree.codes)) if tree.parents[place] < 0], []
    children = dict(tree.families)
    while level:
        found += level
        level = [child for parent in level for child in children[parent] if child >= tree.indicators]
    return found


def _tables(result: Result) -> dict[str, list[list[Any]]]:
    assert result.scores is not None
    assert result.ranks is not None
    tree, places = result.table.tree, downward(result.table.tree)
    codes = [tree.codes[place] for place in places]
    found = {
        "data.csv": _by_unit(result, tree.leaves, result.values),
        "treatment.csv": [list(TREATMENT), *_treatment(result)],
        "changed.csv": [list(CHANGED), *_changed(result)],
        "normalised.csv": _by_unit(result, tree.leaves, result.stages["normalise"]),
        "aggregated.csv": _by_unit(result, codes, result.scores[:, places]),
        "ranks.csv": _by_unit(result, codes, result.ranks[:, places], _whole),
    }
    if result.group_ranks is not None and result.groups is not None:
        rows = _by_unit(result, codes, result.group_ranks[:, places], _whole)
        groups = [result.arguments["rank"]["within"], *result.groups.tolist()]
        found["group_ranks.csv"] = [[row[0], group, *row[1:]] for row, group in zip(rows, groups, strict=True)]
    if result.uncertainty is not None:
        found["uncertainty.csv"] = _uncertainty(result)
    return found


def _by_unit(result: Result, codes: Sequence[str], table: np.ndarray, cell=None) -> list[list[Any]]:
    cell = cell or _cell
    rows = zip(result.table.units, table.tolist(), strict=True)
    return [[UNIT, *codes], *([unit, *map(cell, row)] for unit, row in rows)]


def _treatment(result: Result) -> Iterable[list[Any]]:
    missing, imputed = np.isnan(result.values).sum(axis=0), result.imputed.sum(axis=0)
    for i, (code, done) in enumerate(zip(result.table.tree.leaves, result.treatments, strict=True)):
        units = [result.table.units[place] for place in sorted((*done.high, *done.low))]
        counts = [len(units), "; ".join(units), int(imputed[i]), int(missing[i])]
        yield [code, done.action, *counts, *_shape(done.before), *_shape(done.after), done.note]


def _changed(result: Result) -> Iterable[list[Any]]:
    """Each value that is not as it was given: filled in, lost to its denominator, or winsorised."""
    tree, stages, units = result.table.tree, result.stages, result.table.units
    read = stages["read"]
    given = stages.get("denominate", read)
    filled = stages.get("impute", given)
    winsorised = np.zeros(read.shape, dtype=bool)
    for i, done in enumerate(result.treatments):
        winsorised[[*done.high, *done.low], i] = True
    for change, where, before, after in (
        ("no denominator", np.isnan(given) & ~np.isnan(read), read, given),
        ("imputed", result.imputed, given, filled),
        ("winsorised", winsorised, filled, result.values),
    ):
        for unit, code in np.argwhere(where).tolist():
            yield [units[unit], tree.codes[code], change, _cell(before.item(unit, code)), _cell(after.item(unit, code))]


def _uncertainty(result: Result) -> list[list[Any]]:
    """The nominal rank is the one of ranks.csv; a unit without a rank has no interval either."""
    assert result.ranks is not None
    found, nominal = result.uncertainty, result.ranks[:, -1]
    columns = [found.mean, found.median, found.low, found.high]
    rows = [["Nominal", "Mean", "Median", "Q5", "Q95"]]
    rows += [[_whole(rank), *map(_cell, row)] for rank, *row in zip(nominal.tolist(), *columns, strict=True)]
    return [[code, *row] for code, row in zip((UNIT, *result.table.units), rows, strict=True)]


def _record(result: Result, steps: Sequence[Step], files: dict[str, bytes]) -> dict[str, Any]:
    table = result.table
    return {
        "inputs": {
            role: {"file": sheet.name, "sha256": sheet.sha256}
            for role, sheet in (("data", table.data), ("meta", table.meta))
        },
        "steps": to_json(steps),
        "notes": result.notes,
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }


def _shape(shape: Shape | None) -> tuple[Any, Any]:
    return (None, None) if shape is None else (shape.skew, shape.kurtosis)


def _cell(value: float) -> float | None:
    """None, which is written as a blank cell, where the value is missing (the one value that is not itself)."""
    return None if value != value else float(value)


def _whole(value: float) -> int | None:
    return None if value != value else int(value)


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(csv_row(row) for row in rows)
    return text.getvalue().encode()
