"""python -m etl: bases, quarters, forms, checking and loading returns."""

import csv
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from etl import audit_command, backup_command, desk, mailing, migrating, periods, warehouse
from etl.clock import today
from etl.console import (
    OK,
    REJECTED,
    day,
    default_workers,
    fail,
    one_quarter,
    progress,
    quarters,
    run,
    speaking,
    usable_engine,
)
from etl.form import load_form
from etl.history import History
from etl.load import Delivery, FileReport, check_files, collect, load_files
from etl.prefill import prefilled, with_firms
from etl.reading import Return
from etl.registry import Registry, open_period, read_bases, register_bases
from etl.sandbox import shared
from etl.status import MISSING, reporting
from etl.template import write_form
from etl.versions import CHECKED, DRAFT, RETURNED

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

app.add_typer(desk.app)
app.add_typer(mailing.app)
app.add_typer(audit_command.app)
app.add_typer(backup_command.app)

Files = Annotated[list[Path], typer.Argument(help="Workbooks, or folders of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line for each return.")]


Bases = Annotated[Path, typer.Argument(help="code,name_en,name_zh,type,province,batch,hardship,status,valid_from")]


@app.command()
@speaking
def init(
    bases_file: Annotated[
        Path | None, typer.Option("--bases", help="A list of all bases, to register at once.")
    ] = None,
    open_: Annotated[list[str], typer.Option("--open", help="Quarters to open, such as 2024Q1:2026Q4.")] = [],  # noqa: B006
) -> None:
    """Make the warehouse's tables. Does nothing to those that are there."""
    load_form()
    fresh = warehouse.create(warehouse.connect())
    print("The warehouse is made." if fresh else "The warehouse is there already.")
    if bases_file:
        _register(bases_file, whole=True)
    with warehouse.writing(usable_engine()) as connection:
        for period in quarters(open_):
            open_period(connection, period)


@app.command()
@speaking
def migrate() -> None:
    """Bring an older warehouse up to this version, wholly or not at all. Make a backup before."""
    steps = migrating.migrate(warehouse.connect())
    print(f"Migrated to version {steps[-1]} of the schema." if steps else "The warehouse is at this version already.")


@app.command()
@speaking
def bases(
    file: Bases,
    whole: Annotated[
        bool, typer.Option("--whole", help="The list is all there is: refuse when other bases are known.")
    ] = False,
) -> None:
    """Register bases, or correct them, from a .csv or .xlsx list."""
    _register(file, whole)


def _register(file: Path, whole: bool) -> None:
    if not file.exists():
        fail(f"{file} does not exist; check the name")
    entries = read_bases(file)
    with warehouse.writing(usable_engine()) as connection:
        others = set(Registry(connection).codes) - {entry["code"] for entry in entries}
        if whole and others:
            fail(f"the warehouse knows {len(others)} bases that are not in {file}; use another one (DATABASE_URL)")
        count = register_bases(connection, load_form(), entries)
    print(f"{count} rows taken from {file}.")


@app.command("periods")
@speaking
def manage_periods(
    open_: Annotated[list[str], typer.Option("--open", help="Quarter to open, or a range 2024Q1:2026Q4.")] = [],  # noqa: B006
    due: Annotated[str, typer.Option(help="Day on which its returns are due.")] = "",
    lock: Annotated[list[str], typer.Option(help="Quarter to lock: no return is taken any more.")] = [],  # noqa: B006
) -> None:
    """Open, reopen or lock quarters; without options, list them."""
    if due and not open_:
        fail("--due goes with --open: python -m etl periods --open 2026Q3 --due 2026-10-20")
    with warehouse.writing(usable_engine()) as connection:
        known = Registry(connection).quarters
        for period in quarters(open_):
            open_period(connection, period, day(due))
        for period in quarters(lock):
            if period not in known and period not in quarters(open_):
                fail(f"the quarter {period} was never opened, so it cannot be locked")
            open_period(connection, period, locked=True)
        for quarter in Registry(connection).quarters.values():
            state = "locked" if quarter.locked else "open"
            print(f"{quarter.period}  opens {quarter.opens}  due {quarter.due}  {state}")


@app.command()
@speaking
def template(
    base: Annotated[str, typer.Option(help="The base's code.")],
    period: Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")],
    out: Annotated[Path, typer.Option(help="Where to write the workbook.")],
) -> None:
    """Write a base's form for one quarter, with what is known filled in."""
    period = one_quarter(period)
    form = load_form()
    with warehouse.reading(usable_engine()) as connection:
        registry = Registry(connection)
        if period not in registry.quarters:
            fail(f"the quarter {period} is not open; open it with: python -m etl periods --open {period}")
        known = registry.base(base, period)
        if known is None:
            fail(f"no base {base} is in the programme in {period}; see the list with: python -m etl status")
        history = History(connection, form, registry)
        filling = with_firms(prefilled(form, history, base, period), form, history, base, period)
        due = registry.quarters[period].due
    out.parent.mkdir(parents=True, exist_ok=True)
    write_form(out, form, known, period, filling, due)
    print(f"{out}: the form of {base} for {period}.")


@app.command()
@speaking
def check(
    files: Files,
    as_json: AsJson = False,
    annotated: Annotated[
        Path | None, typer.Option("--annotate", help="Folder for copies with each finding written at its cell.")
    ] = None,
) -> None:
    """Say what is wrong with workbooks. Changes nothing."""
    paths = collect(files)
    if not paths:
        fail("no .xlsx file there; name the workbooks or their folder")
    worst = OK
    for report in check_files(usable_engine(), paths, min(default_workers(), len(paths))):
        _tell(report, as_json)
        if annotated and any(item.findings for item in report.returns):
            _annotate(report, annotated, as_json)
        worst = max(worst, REJECTED if report.rejected else OK)
    raise typer.Exit(worst)


@app.command()
@speaking
def load(
    files: Files,
    as_json: AsJson = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that read files.")] = default_workers(),
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept what has no error, for province and nation.")
    ] = False,
    submit: Annotated[bool, typer.Option("--submit", help="Hand in what waits for nothing.")] = False,
    received: Annotated[str, typer.Option(help="Day on which the files came in (default: today).")] = "",
    deliveries: Annotated[
        Path | None, typer.Option(help="CSV file,received: the day for each file by its name.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the sums.")] = False,
) -> None:
    """Check workbooks and take their returns into the warehouse, each return whole or not at all."""
    paths = collect(files)
    if not paths:
        fail("no .xlsx file there; name the workbooks or their folder")
    delivery = Delivery(accept, day(received) or today(), _read_deliveries(deliveries), submit)
    engine, sums, worst = usable_engine(), Counter(), OK
    with progress(len(paths), "Putting in order", "Checking and loading") as (ordered, done):
        for report in load_files(engine, paths, delivery, min(workers, len(paths)), ordered):
            done()
            sums["known" if report.known else "files"] += 1
            worst = max(worst, REJECTED if report.rejected else OK)
            for item in report.returns if not report.known else ():
                sums[item.verdict] += 1
            if as_json or not quiet:
                _tell(report, as_json)
    if not as_json:
        print(
            f"{sums['files']} files read, {sums['known']} known before; new returns: {sums['clean']} clean, "
            f"{sums['queries']} with queries, {sums['rejected']} rejected."
        )
    raise typer.Exit(worst)


@app.command()
@speaking
def status(period: Annotated[str, typer.Option(help="The quarter (default: the latest open one).")] = "") -> None:
    """Who has reported."""
    with warehouse.reading(usable_engine()) as connection:
        registry = Registry(connection)
        chosen = one_quarter(period) if period else next(reversed(registry.open_periods()), None)
        if chosen is None:
            fail("no quarter is open; open one with: python -m etl periods --open 2026Q3")
        if chosen not in registry.quarters:
            fail(f"the quarter {chosen} was never opened; open it with: python -m etl periods --open {chosen}")
        rows = reporting(connection, registry, chosen)
    states = Counter(row.state for row in rows)
    late, overdue = sum(bool(row.late) for row in rows), sum(row.overdue for row in rows)
    print(f"{chosen}, due {registry.quarters[chosen].due}: {len(rows)} bases expected.")
    for state, count in sorted(states.items()):
        print(f"  {state:<10} {count:>5}")
    print(f"  {'late':<10} {late:>5}  whose first error-free version came after the due day")
    print(f"  {'overdue':<10} {overdue:>5}  without an error-free version although the due day has passed")
    for row in rows:
        if row.state in (MISSING, DRAFT, CHECKED, RETURNED) or row.late:
            when = " (late)" if row.late else " (overdue)" if row.overdue else ""
            print(f"  {row.base.code:<12} {row.state}{when}  {row.base.name.zh} · {row.base.name.en}")


def _read_deliveries(path: Path | None) -> dict[str, date]:
    if path is None:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not {"file", "received"} <= rows[0].keys():
        fail(f"{path} needs the columns file,received; its first row has {','.join(filter(None, rows[0]))}")
    return {row["file"]: day(row["received"]) or today() for row in rows}


def _tell(report: FileReport, as_json: bool) -> None:
    for item in report.returns:
        if as_json:
            print(json.dumps(_as_json(report, item), ensure_ascii=False))
        elif item.findings or report.known:
            known = ", loaded before" if report.known else ""
            print(f"{report.file}: {item.base or '–'} {item.period or '–'}: {item.verdict}{known}")
            for finding in item.findings:
                place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or ""
                print(f"  {finding.severity} {finding.code} {place} {finding.message.en}")
                print(f"    {finding.message.zh}")
        else:
            print(f"{report.file}: {item.base} {item.period}: clean")


def _annotate(report: FileReport, folder: Path, as_json: bool) -> None:
    from etl.annotate import annotate_file  # not above: openpyxl takes a quarter of a second, and few commands need it

    out = annotate_file(report.file, report.returns, load_form(), folder, shared().annotate)
    if out:
        print(f"{report.file}: annotated in {out}", file=sys.stderr if as_json else sys.stdout)
    else:
        print(f"{report.file}: cannot be annotated; do what its finding says, and check it again", file=sys.stderr)


def _as_json(report: FileReport, item: Return) -> dict[str, Any]:
    return {
        "file": str(report.file),
        "base": item.base,
        "period": item.period if periods.is_period(item.period) else None,
        "verdict": item.verdict,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "sheet": finding.sheet,
                "cell": finding.cell,
                "measure": finding.measure,
                "value": finding.value,
                "message": finding.message.en,
                "message_zh": finding.message.zh,
                "answer": finding.answer,
            }
            for finding in item.findings
        ],
    }


if __name__ == "__main__":
    run(app, "python -m etl")
