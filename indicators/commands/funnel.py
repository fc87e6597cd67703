"""python -m indicators funnel: funnel limits on any table."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import typer

from etl.console import fail, speaking
from indicators.commands import tables
from indicators.funnel import Funnel, Kind, Overdispersion, fewest
from indicators.funnel import funnel as limits
from indicators.overdispersion import WIDEST

READ = ("unit", "numerator", "denominator")
WRITTEN = ("unit", "value", "z", "lower_95", "upper_95", "lower_998", "upper_998", "outlier_95", "outlier_998")

TRIM = 0.1
FEW = 20
"""With fewer units the calibrated limits are crossed up to four times as often as they say (docs/signals.md)."""
SMALLEST = 1e-6
"""A denominator below this is as good as 0."""


@speaking
def funnel(
    data: Annotated[Path, typer.Option(help="A .csv with the columns unit, numerator, denominator.")],
    out: Annotated[Path, typer.Option(help="The .csv to write.")],
    kind: Annotated[str, typer.Option(help="proportion, or rate: observed of expected.")] = "proportion",
    overdispersion: Annotated[
        str, typer.Option(help="How units that differ more than by chance are allowed for: none, additive, calibrated.")
    ] = "calibrated",
    trim: Annotated[
        float, typer.Option(help="additive: scores are winsorised at this share on both sides; 0 up to 0.5.")
    ] = TRIM,
) -> None:
    """Which units of any table lie outside the limits for their size, at 95 % and 99.8 %. Needs no warehouse."""
    for option, given, known in (("kind", kind, Kind), ("overdispersion", overdispersion, Overdispersion)):
        if given not in get_args(known):
            fail(f"--{option} is {' or '.join(get_args(known))}, not {given!r}")
    if not 0 <= trim < 0.5:
        fail(f"--trim is a share from 0 up to, not including, 0.5, not {trim:g}")
    try:
        units, above, below = _read(data, kind)
    except tables.TableError as error:
        fail(str(error))
    least = fewest(kind, overdispersion)  # type: ignore[arg-type]
    there = int(np.sum(~np.isnan(above)))
    if there < least:
        words = "no unit" if there == 0 else f"only {there} unit{'s' * (there > 1)}"
        fail(f"{data}: has {words} with both numbers; a funnel needs at least {least}")
    found = limits(above, below, kind, overdispersion, trim)  # type: ignore[arg-type]
    numbers = zip(*(getattr(found, name).tolist() for name in WRITTEN[1:7]), strict=True)
    flags = zip(found.outlier_95.tolist(), found.outlier_998.tolist(), strict=True)
    tables.write(
        out,
        WRITTEN,
        (
            (unit, *row, *(("", "") if np.isnan(row[0]) else (str(flag).lower() for flag in pair)))
            for unit, row, pair in zip(units, numbers, flags, strict=True)
        ),
    )
    for note in _notes(found, there, kind, overdispersion, trim, above):
        print(f"note: {note}", file=sys.stderr)
    print(json.dumps({"phi": float(found.phi), "tau2": float(found.tau2), "target": float(found.target)}))


def _notes(found: Funnel, there: int, kind: str, overdispersion: str, trim: float, above: np.ndarray) -> Iterator[str]:
    """What a reader of the file must know, a line each."""
    if overdispersion != "additive" and trim != TRIM:
        yield f"--trim changes nothing with --overdispersion {overdispersion}"
    if overdispersion == "calibrated" and there < FEW:
        yield f"with {there} units, fewer than {FEW}, limits are provisional: too many or too few may lie outside"
    if found.tau2 >= WIDEST**2 * 0.999:
        yield f"τ² stopped at {WIDEST**2:g}, the largest that is looked for; these limits say nothing"
    if kind == "proportion" and found.target in (0, 1):
        yield "all units have the same value, which leaves no room for limits"
    if kind == "proportion" and np.any(np.mod(above[~np.isnan(above)], 1)):
        yield "some numerators are no whole numbers; limits of a proportion are meant for counts"


def _read(path: Path, kind: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Units with numerators and denominators, NaN where either is blank. Raises TableError for what is no ratio."""
    units: dict[str, int] = {}
    pairs = []
    for line, cells in tables.rows(path, READ):
        unit = cells["unit"]
        if not unit:
            raise tables.TableError(f"{path}, line {line}: has no unit; name it")
        where = f"{path}, line {line} ({unit})"
        if unit in units:
            raise tables.TableError(f"{where}: the unit stands in line {units[unit]} too; keep one of the two")
        units[unit] = line
        above, below = (tables.number(cells[name], f"{where}: the {name}") for name in READ[1:])
        for name, value in (("numerator", above), ("denominator", below)):
            if value < 0:
                raise tables.TableError(f"{where}: the {name} is {value:g}; it cannot be negative")
        if below < SMALLEST:
            raise tables.TableError(
                f"{where}: the denominator is {below:g}, too small to divide by; leave the unit out, or its cells blank"
            )
        if kind == "proportion" and above > below:
            raise tables.TableError(
                f"{where}: the numerator {above:g} exceeds the denominator {below:g}; correct it, or use --kind rate"
            )
        pairs.append((np.nan, np.nan) if np.isnan(above) or np.isnan(below) else (above, below))
    table = np.array(pairs, dtype=float).reshape(-1, 2)
    return list(units), table[:, 0], table[:, 1]
