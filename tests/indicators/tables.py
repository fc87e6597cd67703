"""Runs a command that works on a table, and reads what it wrote."""

import csv
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from indicators.__main__ import app


@dataclass(frozen=True)
class Told:
    status: int
    output: str
    errors: str
    rows: list[dict[str, str]] | None
    text: str


def told(folder: Path, command: str, text: str | bytes, *options: str) -> Told:
    """The command on a file of that text."""
    data, out = folder / "data.csv", folder / "out.csv"
    data.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = CliRunner().invoke(app, [command, "--data", str(data), "--out", str(out), *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    written = out.read_text(encoding="utf-8") if out.exists() else ""
    assert "nan" not in written.lower()
    assert "inf" not in written.lower()
    assert [path.name for path in folder.iterdir() if path.name.endswith(".part")] == []
    return Told(
        done.exit_code,
        done.stdout,
        done.stderr,
        list(csv.DictReader(written.splitlines())) if written else None,
        written,
    )


def refused(folder: Path, command: str, text: str | bytes, *options: str) -> str:
    """The one line in which the command refuses; it writes nothing."""
    found = told(folder, command, text, *options)
    assert found.status == 2
    assert found.rows is None
    lines = found.errors.splitlines()
    assert len(lines) == 1, lines
    return lines[0]
