"""python -m etl backup, restore: the whole warehouse in one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from etl import audit, backup
from etl.clock import now
from etl.console import progress, speaking, usable_engine
from etl.warehouse import connect, writing

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="The backup, such as basewatch-2026-11-24.zip.")]


@app.command("backup")
@speaking
def take(
    file: File,
    check: Annotated[bool, typer.Option("--check", help="Only say whether a backup that there is is whole.")] = False,
) -> None:
    """Write the whole warehouse to a file, as it stands now, while it is in use. The file is read back before it counts."""
    if check:
        made = backup.read_back(file)
    else:
        engine = usable_engine()
        with progress(len(backup.tables()), "Writing tables") as (done,):
            made = backup.back_up(engine, file, now(), done)
        with writing(engine) as connection:
            audit.note(connection, "warehouse.backed-up", "warehouse", file=file.name)
    print(f"{file}: {_told(made)}; the audit's last seal is {made.seal}.")


@app.command("restore")
@speaking
def put_back(file: File) -> None:
    """Put a backup into an empty database (DATABASE_URL), which may be of the other kind, whole or not at all."""
    with progress(len(backup.tables()), "Restoring tables") as (done,):
        made = backup.restore(connect(), file, done)
    print(f"Restored as of {made.taken_at} UTC: {_told(made)}. Every table adds up, and the audit holds.")


def _told(made: backup.Manifest) -> str:
    rows = {name: made.tables[name].rows for name in ("return_version", "fact", "publication", "result", "audit")}
    return ", ".join(f"{count:,} rows of {name}" for name, count in rows.items())
