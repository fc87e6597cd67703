"""How the commands speak: results on standard output, progress and errors on standard error, a clear exit status."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial, wraps
from typing import NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from xlsxwriter.exceptions import XlsxWriterException

from etl import periods
from etl.catalogue import CatalogueError
from etl.config import SettingError
from etl.intake import Refused
from etl.mistake import Mistake
from etl.registry import RegistryError
from etl.sandbox import SandboxError
from etl.warehouse import Unreachable, connect, require

OK, REJECTED, UNUSABLE = 0, 1, 2
"""All clean or with queries only; at least one rejected; wrong usage or an unreachable warehouse."""

Command = TypeVar("Command", bound=Callable)


def fail(message: str, status: int = UNUSABLE) -> NoReturn:
    """Ends the command with its message on standard error."""
    print(f"error: {message}", file=sys.stderr)
    raise typer.Exit(status)


def speaking(command: Command) -> Command:
    """Turns what users can cause into one line that says what to do, instead of a traceback."""

    @wraps(command)
    def run(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (CatalogueError, RegistryError) as error:
            for line in error.mistakes:
                print(f"error: {line}", file=sys.stderr)
            raise typer.Exit(UNUSABLE) from None
        except FileNotFoundError as error:
            fail(f"{error.filename}: there is no such file; check the path" if error.filename else str(error))
        except (Unreachable, SettingError, SandboxError, Refused, Mistake, XlsxWriterException) as error:
            fail(str(error))
        except BrokenPipeError:
            # Whoever read our output has seen enough. Python would complain once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(OK) from None
        except OSError as error:
            fail(f"{error.filename or 'a file'}: {error.strerror or error}; check the path and who may use it")
        except DBAPIError as error:
            fail(str(error).split("\n")[0])

    return run  # type: ignore[return-value]


def run(app: typer.Typer, name: str) -> NoReturn:
    """Runs the commands; a wrong option is told in one line like every other error."""
    try:
        sys.exit(app(standalone_mode=False, prog_name=name) or OK)
    except Exception as error:
        tell = getattr(error, "format_message", None)  # what every error of usage has
        if tell is None:
            raise
        message = " ".join(tell().split())
        print(f"error: {message.rstrip('.')}; see: {name} --help", file=sys.stderr)
        sys.exit(UNUSABLE)


@contextmanager
def progress(total: int, *labels: str) -> Iterator[list[Callable[[], None]]]:
    """A progress bar on standard error for each label; calling what it gives counts one more as done."""
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        yield [partial(bar.advance, bar.add_task(label, total=total)) for label in labels]


def usable_engine() -> Engine:
    """The configured warehouse. Raises Unreachable when it cannot be used."""
    engine = connect()
    require(engine)
    return engine


def quarters(texts: list[str]) -> list[str]:
    """Quarters and ranges of them ("2024Q1:2026Q4")."""
    found: list[str] = []
    for text in texts:
        first, _, last = text.partition(":")
        for end in (first, last or first):
            if not periods.is_period(end):
                fail(f"{end!r} is not a quarter; write it like 2026Q3")
        between = periods.span(first, last or first)
        if not between:
            fail(f"{last} lies before {first}; write the earlier quarter first")
        found += between
    return found


def one_quarter(text: str) -> str:
    """One quarter. Ends the command for anything else."""
    if not periods.is_period(text):
        fail(f"{text!r} is not a quarter; write it like 2026Q3")
    return text


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fail(f"{text!r} is not a day; write it like 2026-10-20")


def default_workers() -> int:
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
