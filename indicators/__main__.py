"""python -m indicators: compute, rank, explain, publish, and the pages of docs/ that follow from the catalogue."""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from etl import periods, warehouse
from etl.console import fail, progress, run, speaking
from etl.form import load_form
from etl.inert import csv_row
from etl.registry import Registry
from indicators.catalogue import NotKept
from indicators.commands import publications
from indicators.commands.funnel import funnel
from indicators.commands.index import index
from indicators.commands.sensitivity import sensitivity
from indicators.commands.telling import lines
from indicators.commands.xmr import xmr
from indicators.computed import Computed
from indicators.cube import read_cube
from indicators.definition import load_definitions
from indicators.docs import write as write_docs
from indicators.explain import Unexplained
from indicators.explain_scores import explain_any
from indicators.publish import Refused, is_current, write_working
from indicators.ranking import COLUMNS, ranking
from indicators.sources import read_sources

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command()(index)
app.command()(sensitivity)
app.add_typer(publications.app)
app.command()(funnel)
app.command()(xmr)

Period = Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")]


@app.command()
@speaking
def compute(
    period: Annotated[str, typer.Option(help="The quarter (default: the latest with an accepted return).")] = "",
    all_: Annotated[bool, typer.Option("--all", help="Every quarter.")] = False,
) -> None:
    """Compute every indicator, score and rank from the facts; replaces the quarters' working results."""
    engine, form, definitions = _engine(), load_form(), load_definitions()
    with warehouse.reading(engine) as connection:
        registry = Registry(connection)
        if period and _quarter(period) not in registry.quarters:
            fail(f"the quarter {period} was never opened; open it with: python -m etl periods --open {period}")
        panel, sources = read_cube(connection, form, registry, period or None), read_sources(connection)
    if period and panel.periods and not panel.returned[-1].any():
        fail(f"no return of {period} is accepted yet; load some with: python -m etl load --accept FILES")
    if not panel.periods or not panel.returned.any():
        fail("there are no accepted returns yet; load some with: python -m etl load --accept FILES")
    with warehouse.reading(engine) as connection:
        wanted = [
            quarter
            for quarter in (panel.periods if all_ else panel.periods[-1:])
            if quarter in registry.quarters and not is_current(connection, definitions, quarter, sources)
        ]
    computed = Computed.of(form, definitions, registry, panel)
    with progress(len(wanted), "Computing indicators") as (done,):
        for quarter in wanted:
            with warehouse.writing(engine) as connection:
                write_working(connection, computed, quarter, sources)
            done()
    print(
        f"{len(definitions.indicators)} indicators up to {panel.periods[-1]}; {len(wanted)} quarters were not up to date."
    )


@app.command()
@speaking
def rank(
    period: Period,
    type_: Annotated[str, typer.Option("--type", help="One base type (default: each, one after another).")] = "",
    format_: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """The ranking of a quarter, within each type of base."""
    form = load_form()
    if type_ and type_ not in form.types:
        fail(f"there is no base type {type_!r}; there are {', '.join(form.types)}")
    if format_ not in ("table", "csv", "json"):
        fail(f"--format is table, csv or json, not {format_!r}")
    with warehouse.reading(_engine()) as connection:
        rows = ranking(connection, load_definitions(), _quarter(period), type_ or None)
    if not rows:
        fail(f"nothing is computed for {period}; run: python -m indicators compute --period {period}")
    if format_ == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if format_ == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows(csv_row(row[name] for name in COLUMNS) for row in rows)
        return
    print(
        "  ".join(f"{name:>8}" if name in ("index", "rank", "low", "high", "n") else f"{name:<12}" for name in COLUMNS)
    )
    for row in rows:
        print("  ".join(_cell(name, row[name]) for name in COLUMNS))


@app.command()
@speaking
def explain(
    base: Annotated[str, typer.Option(help="The base's code.")],
    period: Period,
    code: Annotated[str, typer.Option(help="An indicator such as EMP03, a pillar, index, lamp or grade.")],
    publication: Annotated[str, typer.Option(help="As it was published there (default: the quarter's newest).")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """A number, what it is made of, and the cells and files that it came from."""
    with warehouse.reading(_engine()) as connection:
        try:
            found = explain_any(connection, base, _quarter(period), code, publication or None)
        except (Unexplained, Refused, NotKept) as error:
            fail(str(error))
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(found)))


@app.command()
@speaking
def docs(out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("docs")) -> None:
    """Write the data dictionary and the methods page from the catalogue."""
    out.mkdir(parents=True, exist_ok=True)
    write_docs(out, load_form(), load_definitions())
    print(f"{out}: data-dictionary.md and methods.md written.")


def _cell(name: str, value: object) -> str:
    if value is None:
        return f"{'–':>8}" if name in ("index", "rank", "low", "high", "n") else f"{'–':<12}"
    if name == "index":
        return f"{value:>8.2f}"
    return f"{value:>8}" if name in ("rank", "low", "high", "n") else f"{value!s:<12}"


def _engine():
    engine = warehouse.connect()
    warehouse.require(engine)
    return engine


def _quarter(text: str) -> str:
    if not periods.is_period(text):
        fail(f"{text!r} is not a quarter; write it like 2026Q3")
    return text


if __name__ == "__main__":
    run(app, "python -m indicators")
