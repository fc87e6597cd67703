"""python -m indicators xmr: process charts on any table."""

import re
import sys
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import typer

from etl import periods
from etl.console import fail, speaking
from indicators.commands import tables
from indicators.xmr import CAUSES, FEW, JUDGEMENTS, Charts, Improvement
from indicators.xmr import xmr as chart

READ = ("series", "date", "value")
WRITTEN = ("series", "date", "value", "mean", "lower", "upper", "special_cause", "judgement")
MONTH = re.compile(r"\d{4}-\d{2}")
DATES = "write it like 2026-09-30, 2026-09 or 2026Q3"
Points = dict[datetime, tuple[str, float, int]]
"""A series: date → as it was written, value, line."""


@speaking
def xmr(
    data: Annotated[Path, typer.Option(help="A .csv with the columns series, date, value.")],
    out: Annotated[Path, typer.Option(help="The .csv to write.")],
    improvement: Annotated[str, typer.Option(help="Which way is better: up or down.")] = "up",
    screen: Annotated[
        bool, typer.Option("--screen/--no-screen", help="Leave unusually large steps out of the limits, once.")
    ] = True,
    baseline: Annotated[int | None, typer.Option(help="Limits come from the first so many points only.")] = None,
    rebase: Annotated[
        list[str] | None, typer.Option(help="A date from which limits begin anew; may be repeated.")
    ] = None,
) -> None:
    """Which points of a series over time are more than noise. Needs no warehouse."""
    if improvement not in get_args(Improvement):
        fail(f"--improvement is up or down, not {improvement!r}")
    if baseline is not None and baseline < 2:
        fail(f"--baseline is a number of points, at least 2, not {baseline}")
    anew = [_option_day(text) for text in rebase or []]
    try:
        series = _read(data)
    except tables.TableError as error:
        fail(str(error))
    found = {
        name: chart(
            np.array([value for _, value, _ in points.values()]),
            improvement,  # type: ignore[arg-type]
            screen,
            baseline,
            [sum(day < start for day in points) for start in anew],
        )
        for name, points in series.items()
    }
    tables.write(out, WRITTEN, (row for name, points in series.items() for row in _rows(name, points, found[name])))
    for note in _notes(series, found, baseline, anew):
        print(note, file=sys.stderr)


def _notes(
    series: dict[str, Points], found: dict[str, Charts], baseline: int | None, anew: list[datetime]
) -> Iterator[str]:
    """What a reader of the file must know, a line each."""
    for name, points in series.items():
        there = sum(not np.isnan(value) for _, value, _ in points.values())
        if found[name].provisional.any():
            yield f"{name}: fewer than {FEW} points; its limits are provisional"
        if baseline is not None and there < baseline:
            yield f"{name}: has {there} points, fewer than the baseline of {baseline}; all of them make the limits"
        for start in anew:
            if start > max(points):
                yield f"{name}: has no point from {start:%Y-%m-%d} on, so --rebase changes nothing there"


def _rows(name: str, points: Points, of: Charts):
    columns = zip(*(getattr(of, column).tolist() for column in ("value", "mean", "lower", "upper")), strict=True)
    words = zip((CAUSES[i] for i in of.cause), (JUDGEMENTS[i] for i in of.judgement), strict=True)
    for (written, _, _), numbers, judged in zip(points.values(), columns, words, strict=True):
        yield name, written, *numbers, *judged


def _read(path: Path) -> dict[str, Points]:
    """The points of each series in the order of time. Raises TableError."""
    series: dict[str, Points] = {}
    for line, cells in tables.rows(path, READ):
        if not cells["series"]:
            raise tables.TableError(f"{path}, line {line}: has no series; name it")
        where = f"{path}, line {line} ({cells['series']})"
        day = _day(cells["date"])
        if day is None:
            raise tables.TableError(f"{where}: the date is {cells['date']!r}; {DATES}")
        points = series.setdefault(cells["series"], {})
        if day in points:
            raise tables.TableError(
                f"{where}: {cells['date']} stands in line {points[day][2]} too; keep one of the two"
            )
        points[day] = cells["date"], tables.number(cells["value"], f"{where}: the value"), line
    if not series:
        raise tables.TableError(f"{path}: holds no points; give at least one row below the header")
    for name, points in series.items():
        if all(np.isnan(value) for _, value, _ in points.values()):
            raise tables.TableError(f"{path}: the series {name} has no value at all; fill it in or leave it out")
    return {name: dict(sorted(points.items())) for name, points in series.items()}


def _day(text: str) -> datetime | None:
    """A day, a month such as 2026-09 or a quarter such as 2026Q3: their first day."""
    if periods.is_period(text):
        return datetime.combine(periods.starts(text), time())
    if MONTH.fullmatch(text):
        text = f"{text}-01"
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _option_day(text: str) -> datetime:
    day = _day(text)
    if day is None:
        fail(f"--rebase is {text!r}, which is no date; {DATES}")
    return day
