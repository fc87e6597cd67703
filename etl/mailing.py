"""python -m etl contacts, remind: who is written to, and the reminders by e-mail."""

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from etl import events
from etl.config import settings
from etl.console import OK, REJECTED, fail, one_quarter, speaking, usable_engine
from etl.contacts import contacts, read_contacts, replace_contacts
from etl.mail import MailError, Post, ServerGone, server_of
from etl.registry import Registry
from etl.reminders import BY_MAIL, Reminder, due_reminders, quarters_to_remind_of
from etl.warehouse import reading, writing

app = typer.Typer()

GIVEN_UP = 3
"""Messages in a row that the server was gone for; the others wait for the next run."""
RULE = "\n\n----------\n\n"


@app.command("contacts")
@speaking
def take_contacts(file: Annotated[Path, typer.Argument(help="base,email: one address a line")]) -> None:
    """Take the addresses of bases from a .csv or .xlsx list, in the place of what they had."""
    entries = read_contacts(file)
    with writing(usable_engine()) as connection:
        registry = Registry(connection)
        count = replace_contacts(connection, registry, entries)
        known = contacts(connection)
        quarter = next(reversed(registry.quarters), None)
    print(f"{count} addresses taken from {file}.")
    without = [base.code for base in registry.bases(quarter) if base.code not in known] if quarter else []
    if without:
        print(f"{len(without)} bases of {quarter} have no address: {', '.join(without)}")


@app.command()
@speaking
def remind(
    period: Annotated[str, typer.Option(help="The quarter (default: those due soon or not long ago).")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")] = False,
) -> None:
    """Remind bases by e-mail of returns that are not handed in: once before and once after the due day."""
    engine = usable_engine()
    waiting = _waiting(engine, period)
    reachable = [reminder for reminder in waiting if reminder.emails]
    for reminder in waiting:
        if not reminder.emails:
            _say(reminder, "no address is known; add it with: python -m etl contacts FILE.csv", error=True)
    if dry_run:
        for reminder in reachable:
            _say(reminder, f"would be reminded, at {_addresses(reminder)}")
        print(f"{len(reachable)} to be reminded, {len(waiting) - len(reachable)} without an address.")
        return
    counts = _send(engine, reachable) if reachable else Counter()
    print(
        f"{counts['sent']} reminded, {counts['failed']} not sent, {len(waiting) - len(reachable)} without an address."
    )
    raise typer.Exit(REJECTED if counts["failed"] else OK)


def _waiting(engine: Engine, period: str) -> list[Reminder]:
    with reading(engine) as connection:
        registry = Registry(connection)
        if period and one_quarter(period) not in registry.open_periods():
            fail(f"the quarter {period} is not open; see: python -m etl periods")
        chosen = [period] if period else quarters_to_remind_of(registry)
        return [reminder for quarter in chosen for reminder in due_reminders(connection, registry, quarter)]


def _send(engine: Engine, reminders: list[Reminder]) -> Counter[str]:
    """Sends them one by one and notes each that went out at once: what fails later does not make it go out again."""
    counts, gone = Counter(), 0
    try:
        with _post() as post:
            for done, reminder in enumerate(reminders):
                try:
                    refused = post.send(reminder.emails, *_written(reminder))
                except MailError as problem:
                    counts["failed"] += 1
                    _say(reminder, f"not sent: {problem}", error=True)
                    gone = gone + 1 if isinstance(problem, ServerGone) else 0
                    if gone == GIVEN_UP:
                        counts["failed"] += (left := len(reminders) - done - 1)
                        print(f"error: {left} more wait for the next run", file=sys.stderr)
                        break
                    continue
                gone = 0
                with writing(engine) as connection:
                    events.note(connection, reminder.base.code, reminder.period, BY_MAIL, events.REMINDED)
                counts["sent"] += 1
                _say(reminder, f"reminded, at {_addresses(reminder)}")
                if refused:
                    _say(reminder, f"{refused} of its addresses were refused; correct them", error=True)
    except ServerGone as problem:
        fail(str(problem))
    return counts


def _post() -> Post:
    chosen = settings()
    if not chosen.smtp_url or not chosen.mail_from:
        fail("SMTP_URL and MAIL_FROM are not both set; see docs/operations.md, or try --dry-run")
    return Post(server_of(chosen.smtp_url), chosen.mail_from)


def _written(reminder: Reminder) -> tuple[str, str]:
    """(subject, text) in both languages."""
    subject, text = reminder.subject, reminder.text
    return f"{subject.zh} · {subject.en}", f"{text.zh}{RULE}{text.en}\n"


def _addresses(reminder: Reminder) -> str:
    """How many; which ones is nobody's business."""
    n = len(reminder.emails)
    return "1 address" if n == 1 else f"{n} addresses"


def _say(reminder: Reminder, what: str, error: bool = False) -> None:
    line = f"{reminder.period} {reminder.base.code}, {reminder.kind} the due day: {what}"
    print(f"error: {line}" if error else line, file=sys.stderr if error else sys.stdout)
