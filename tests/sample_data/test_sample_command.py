"""The command, and what the package may know of the product."""

import ast
from pathlib import Path

from typer.testing import CliRunner

import sample_data
from sample_data.__main__ import app

ALLOWED = {
    "etl.form", "etl.template", "etl.registry", "etl.periods", "etl.catalogue", "etl.console", "etl.config",
    "etl.formula", "etl.evaluation", "etl.panel",
}  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, ["generate", *map(str, arguments)])


def test_it_writes_a_sample_and_says_what_it_is(tmp_path):
    result = run("--out", tmp_path / "s", "--bases", 8, "--quarters", 4, "--workers", 1)
    assert result.exit_code == 0, result.output
    assert "8 invented bases, 2026Q1 to 2026Q4" in result.output
    assert "EVERYTHING IN THIS FOLDER IS INVENTED" in (tmp_path / "s" / "README.txt").read_text(encoding="utf-8")
    assert not list((tmp_path / "s" / "history").iterdir())


def test_it_does_not_mix_two_samples(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    result = run("--out", tmp_path)
    assert result.exit_code == 2
    assert "not an empty folder" in result.stderr


def test_it_wants_a_quarter(tmp_path):
    result = run("--out", tmp_path / "s", "--last", "2026-Q4")
    assert result.exit_code == 2
    assert "write it like 2026Q4" in result.stderr


def test_it_knows_only_the_form():
    for path in Path(sample_data.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "etl":
                names = {f"etl.{alias.name}" for alias in node.names} if node.module == "etl" else {node.module}
                assert names <= ALLOWED, f"{path.name} imports {names - ALLOWED}"
            elif isinstance(node, ast.ImportFrom) and node.module:
                assert node.module.split(".")[0] not in ("indicators", "dashboard"), path.name
