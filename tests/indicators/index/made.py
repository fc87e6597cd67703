"""Tables for the tests of the index: small ones made of text, and the reference's."""

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from etl.config import ROOT
from indicators.index.recipe import Step
from indicators.index.tables import Sheet, Table, read_sheet, table_of
from indicators.index.tree import Entry, Tree, grow

ASEM = ROOT / "tests" / "data" / "asem"
GROUP = "EurAsia_group"
HEADER = "Level,iCode,Direction,Weight,Parent,Type,Denominator"

nan = np.nan


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    return float(text) if text not in ("", "NA") else nan


def reference(name: str, codes: Sequence[str], units: Sequence[str]) -> np.ndarray:
    """The reference's numbers, in the order of these codes and units."""
    by_unit = {row["uCode"]: row for row in rows(ASEM / f"{name}.csv")}
    return np.array([[number(by_unit[unit][code]) for code in codes] for unit in units])


def sheet(folder: Path, name: str, text: str) -> Sheet:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_sheet(path)


def table(folder: Path, data: str, meta: str) -> Table:
    """A table of two texts; `meta` is without its header."""
    return table_of(sheet(folder, "iData.csv", data), sheet(folder, "iMeta.csv", f"{HEADER}\n{meta}"))


def of_values(values: np.ndarray, tree: Tree, direction: Sequence[float] | None = None) -> Table:
    """A table of numbers, without files."""
    units = tuple(f"U{i:03d}" for i in range(values.shape[0]))
    texts = {"uCode": units, "group": tuple("ab"[i % 2] for i in range(len(units)))}
    for code, column in zip(tree.leaves, values.T, strict=True):
        texts[code] = tuple("" if np.isnan(value) else repr(float(value)) for value in column)
    empty = Sheet("none", hashlib.sha256(b"").hexdigest(), texts, tuple(range(2, len(units) + 2)))
    ones = np.array(direction if direction is not None else [1.0] * tree.indicators)
    return Table(empty, empty, units, tree, values, ones, ("",) * tree.indicators)


def tree_of(*lines: tuple[str, str, float]) -> Tree:
    """A tree of (code, parent, weight): what is nobody's parent is an indicator."""
    parents = {parent for _, parent, _ in lines}
    return grow([Entry(code, parent, weight, code not in parents) for code, parent, weight in lines])


def steps(
    how: str = "minmax",
    mean: str = "arithmetic",
    scale: tuple[float, float] = (0, 100),
    min_share: float = 0.0,
    ties: str = "min",
    within: str = "",
) -> list[Step]:
    """The three steps that every recipe has."""
    return [
        Step("normalise", {"how": how, "scale": list(scale), "ties": ties}),
        Step("aggregate", {"how": mean, "min_share": min_share}),
        Step("rank", {"within": within}),
    ]
