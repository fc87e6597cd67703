"""python -m indicators publish, publications, approve, content, verify, compare: what is published, and how it stands."""

import csv
import getpass
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from etl import warehouse
from etl.clock import local
from etl.config import settings
from etl.console import REJECTED, fail, one_quarter, speaking, usable_engine
from etl.inert import csv_row
from indicators import publish as publishing
from indicators import recompute, scope
from indicators.catalogue import NotKept
from indicators.compare import COLUMNS, compare, flat, summary
from indicators.publish import SEED, Refused
from indicators.repository.publications import every_publication

app = typer.Typer()

Name = Annotated[str, typer.Option("--publication", help="Its name, such as 2026Q3-final-1.")]
_SHOWN = 10


@app.command()
@speaking
def publish(
    period: Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")],
    vintage: Annotated[str, typer.Option(help="provisional, final or revised.")],
    by: Annotated[str, typer.Option(help="Who publishes (default: who is signed in on this machine).")] = "",
    seed: Annotated[int, typer.Option(min=0, help="From which random numbers are drawn.")] = SEED,
    out: Annotated[Path | None, typer.Option(help="Folder to write its content to as well.")] = None,
) -> None:
    """Publish a quarter's results under a new number, never to be changed."""
    engine = usable_engine()
    if out:
        out.mkdir(parents=True, exist_ok=True)
    try:
        made = publishing.publish(engine, one_quarter(period), vintage, by or _me(), seed)
    except (Refused, NotKept) as error:
        fail(str(error))
    same = f" (the same as {made.same_as})" if made.same_as else ""
    print(f"{made.name} is published; its content is {made.content}{same}")
    if out:
        _write(engine, made.name, out / f"{made.name}.jsonl")
    if vintage in publishing.SETTLED:
        print(f"to sign it: python -m indicators approve --publication {made.name} --by NAME --reason TEXT")


@app.command()
@speaking
def publications() -> None:
    """List what is published."""
    with warehouse.reading(usable_engine()) as connection:
        known = every_publication(connection, scope.national())
    if not known:
        fail("nothing is published or computed yet; run: python -m indicators compute --all")
    print(f"Times are those of {settings().time_zone}.")
    for one in known:
        signed = f"signed by {one.approved_by}" if one.approved_by else ""
        made = f"{local(one.created_at):%Y-%m-%d %H:%M}"
        print(f"{one.code:<24} {made}  {one.by or '–':<12} {(one.content or '–')[:12]:<12}  {signed}".rstrip())


@app.command()
@speaking
def approve(
    publication: Name,
    by: Annotated[str, typer.Option(help="Who signs.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")],
) -> None:
    """Sign a final or revised publication."""
    with warehouse.writing(usable_engine()) as connection:
        try:
            publishing.approve(connection, publication, by, reason)
        except Refused as error:
            fail(str(error))
    print(f"{publication} is signed by {by}.")


@app.command()
@speaking
def content(publication: Name, out: Annotated[Path, typer.Option(help="The file to write, JSON lines.")]) -> None:
    """Write a publication's content: the same inputs, the same bytes."""
    _write(usable_engine(), publication, out)


@app.command()
@speaking
def verify(publication: Name) -> None:
    """Compute a publication again from what was known when it was made, and compare."""
    with warehouse.reading(usable_engine()) as connection:
        try:
            found = recompute.verify(connection, publication)
        except (Refused, NotKept) as error:
            fail(str(error))
    if not found:
        print(f"{publication}: same bytes")
        return
    print(f"{publication}: {len(found)} values differ from what was published")
    for one in found[:_SHOWN]:
        print(f"  {one.table} {' '.join(one.key)} {one.column}: published {one.published}, recomputed {one.recomputed}")
    if len(found) > _SHOWN:
        print(f"  … and {len(found) - _SHOWN} more")
    raise typer.Exit(REJECTED)


@app.command("compare")
@speaking
def compare_(
    a: Annotated[str, typer.Argument(help="The earlier publication, such as 2026Q3-provisional-1.")],
    b: Annotated[str, typer.Argument(help="The later one, such as 2026Q3-final-1.")],
    format_: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Who moved from one publication to another, and whether its own data, its peers' or the method moved it."""
    if format_ not in ("table", "csv", "json"):
        fail(f"--format is table, csv or json, not {format_!r}")
    with warehouse.reading(usable_engine()) as connection:
        try:
            found = compare(connection, a, b)
        except (Refused, NotKept) as error:
            fail(str(error))
    rows = [flat(row) for row in found]
    if format_ == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows(csv_row(row[name] for name in COLUMNS) for row in rows)
    else:
        for line in summary(found):
            print(line)
        print("  ".join(f"{name:>12}" for name in COLUMNS))
        for moved, row in zip(found, rows, strict=True):
            if moved.moved:
                print("  ".join(_cell(row[name]) for name in COLUMNS))


def _cell(value: object) -> str:
    if value is None:
        return f"{'–':>12}"
    return f"{value:>12.2f}" if isinstance(value, float) else f"{value!s:>12}"


def _write(engine, name: str, file: Path) -> None:
    with warehouse.reading(engine) as connection:
        try:
            told = recompute.stored(connection, name)
        except Refused as error:
            fail(str(error))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(told)
    print(f"{file}: the content of {name}, {len(told):,} bytes", file=sys.stderr)


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a machine without that user's name
        return "operator"
