"""python -m etl submit, review, reopen, known: the life of returns on the command line, for whoever runs the system."""

import csv
import getpass
import sys
from functools import partial
from typing import Annotated

import typer

from etl import returns, warehouse
from etl.console import UNUSABLE, day, fail, one_quarter, speaking, usable_engine
from etl.events import OPERATOR, Actor
from etl.facts import known_on
from etl.form import load_form
from etl.inert import csv_row
from etl.registry import Registry
from etl.sandbox import shared
from etl.status import reporting
from etl.versions import reread, versions

app = typer.Typer()

Base = Annotated[str, typer.Option(help="The base's code.")]
Bases = Annotated[list[str], typer.Option("--base", help="The base's code; again for more (default: all that wait).")]
Period = Annotated[str, typer.Option(help="The quarter, such as 2026Q3.")]
KNOWN = ("period", "base", "measure", "value", "version", "row", "col")


@app.command()
@speaking
def submit(
    base: Base, period: Period, word: Annotated[str, typer.Option(help="Why a returned version is right.")] = ""
) -> None:
    """Hand in the newest version of a base's return."""
    _take(returns.SUBMIT, [base], one_quarter(period), word)


@app.command()
@speaking
def review(
    period: Period,
    base: Bases = [],  # noqa: B006
    accept: Annotated[bool, typer.Option("--accept", help="For the province; the values become facts.")] = False,
    finalise: Annotated[bool, typer.Option("--finalise", help="For the nation, what a province has accepted.")] = False,
    send_back: Annotated[str, typer.Option(help="Send back, with this reason.")] = "",
) -> None:
    """Accept returns that wait, or send them back."""
    chosen = [step for step, given in _decisions(accept, finalise, send_back) if given]
    if len(chosen) != 1:
        fail('say one of --accept, --finalise and --send-back "the reason"')
    if not base and send_back:
        fail("name with --base whom to send it back to")
    quarter = one_quarter(period)
    _take(chosen[0], base or _waiting(chosen[0], quarter), quarter, send_back)


def _decisions(accept: bool, finalise: bool, send_back: str) -> list[tuple[str, bool]]:
    return [(returns.ACCEPT, accept), (returns.FINALISE, finalise), (returns.SEND_BACK, bool(send_back))]


@app.command()
@speaking
def reopen(
    base: Base,
    period: Period,
    until: Annotated[str, typer.Option(help="The last day on which it may send, such as 2026-11-30.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Let one base send for a locked quarter until a day."""
    quarter, last = one_quarter(period), day(until)
    if last is None:
        fail("--until needs a day, such as 2026-11-30")
    with warehouse.writing(usable_engine()) as connection:
        registry = Registry(connection)
        _require_known(registry, base, quarter)
        if not registry.quarters[quarter].locked:
            fail(f"the quarter {quarter} is open, so {base} may send without this; its due day stays as it is")
        try:
            returns.reopen(connection, base, quarter, last, _me(), reason)
        except returns.NotPossible as problem:
            fail(str(problem))
    print(f"{base} may send for {quarter} until {last}.")


@app.command()
@speaking
def known(
    on: Annotated[str, typer.Option(help="The day, such as 2026-10-31.")],
    period: Annotated[str, typer.Option(help="One quarter (default: all).")] = "",
    base: Annotated[str, typer.Option(help="One base (default: all).")] = "",
) -> None:
    """What the facts were at the end of a day, as CSV."""
    moment = day(on) or fail("--on needs a day, such as 2026-10-31")
    quarter = one_quarter(period) if period else None
    with warehouse.reading(usable_engine()) as connection:
        rows = known_on(connection, moment, quarter, base or None)
    writer = csv.writer(sys.stdout)
    writer.writerow(KNOWN)
    writer.writerows(csv_row(getattr(row, name) for name in KNOWN) for row in rows)


def _require_known(registry: Registry, base: str, period: str) -> None:
    """Ends the command for a quarter that was never opened, or a base that is not asked in it."""
    if period not in registry.quarters:
        fail(f"the quarter {period} was never opened; open it with: python -m etl periods --open {period}")
    if registry.base(base, period) is None:
        fail(
            f"no base {base} is in the programme in {period}; see the list with: python -m etl status --period {period}"
        )


def _me() -> Actor:
    try:
        return Actor(getpass.getuser(), OPERATOR)
    except (OSError, KeyError):  # a machine without that user's name
        return Actor("operator", OPERATOR)


def _waiting(step: str, period: str) -> list[str]:
    """The bases whose newest version is where the step begins."""
    with warehouse.reading(usable_engine()) as connection:
        known = [r.base.code for r in reporting(connection, Registry(connection), period) if r.versions]
        newest = [versions(connection, base, period)[-1] for base in known]
    return [version.base for version in newest if version.state in returns.STEPS[step].sources]


def _take(step: str, bases: list[str], period: str, reason: str) -> None:
    """Takes the step for each base in a transaction of its own, and says what became of it."""
    engine, form, problems = usable_engine(), load_form(), 0
    read = shared().read
    with warehouse.reading(engine) as connection:
        registry = Registry(connection)
        for base in bases:
            _require_known(registry, base, period)
    for base in bases:
        try:
            with warehouse.writing(engine) as connection:
                version = returns.newest(connection, base, period)
                if version is None:
                    raise returns.NotPossible(f"nothing of {base} has come in for {period}", "尚未收到报表")
                told = (version, _me(), reason, partial(reread, connection, read=read))
                moved = returns.take(connection, form, Registry(connection), step, *told)
            print(f"{base} {period}: version {moved.version} is {moved.state}")
        except returns.NotPossible as problem:
            problems += 1
            print(f"error: {base} {period}: {problem}", file=sys.stderr)
    if not bases:
        print(f"nothing waits for that in {period}")
    if problems:
        raise typer.Exit(UNUSABLE)
