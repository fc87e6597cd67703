"""python -m etl audit: who did what, and whether the record of it is whole, for whoever runs the system."""

import json
from typing import Annotated, Any

import typer

from etl import audit
from etl.audit import Entry, Verified
from etl.clock import local
from etl.console import OK, REJECTED, fail, speaking, usable_engine
from etl.warehouse import reading

app = typer.Typer()


@app.command("audit")
@speaking
def show(
    verify: Annotated[
        bool, typer.Option("--verify", help="Verify the whole chain; exit status 1 when broken.")
    ] = False,
    seal: Annotated[
        list[str], typer.Option(help="NUMBER:HASH as it was noted down elsewhere, which must be there still; verifies.")
    ] = [],  # noqa: B006
    last: Annotated[int, typer.Option(min=1, max=audit.AT_ONCE, help="So many entries, the newest last.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Who did what, when and from where; or whether every entry is as it was written."""
    known = [_seal(text) for text in seal]
    with reading(usable_engine()) as connection:
        if verify or known:
            found = audit.verify(connection, known)
            print(json.dumps(vars(found)) if as_json else _verdict(found))
            raise typer.Exit(OK if found.broken is None else REJECTED)
        entries = audit.entries(connection, most=last)
    for entry in reversed(entries):
        print(json.dumps(_as_json(entry), ensure_ascii=False) if as_json else _line(entry))


def _seal(text: str) -> tuple[int, str]:
    """ "120:ab12…" → (120, "ab12…"). Ends the command for anything else."""
    number, _, digits = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(digits) == len(audit.START)):
        fail(f"{text!r} is not a seal; give it as it was told: --seal NUMBER:HASH")
    return int(number), digits


def _verdict(found: Verified) -> str:
    if found.broken is not None:
        return (
            f"The chain is broken at entry {found.broken}: it was changed, taken out or put in. "
            f"The {found.entries} entries before it hold."
        )
    return (
        f"The chain holds: {found.entries} entries. Its seal, to be noted down elsewhere: {found.entries}:{found.last}"
    )


def _line(entry: Entry) -> str:
    when = f"{local(entry.at):%Y-%m-%d %H:%M:%S}"
    return f"{entry.number:>7}  {when}  {entry.by} ({entry.origin})  {entry.action}  {entry.subject}  {entry.detail}"


def _as_json(entry: Entry) -> dict[str, Any]:
    """The time in UTC, as it is stored."""
    return vars(entry) | {"at": entry.at.isoformat(), "detail": json.loads(entry.detail)}
