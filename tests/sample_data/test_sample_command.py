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


def test_a_sample_in_progress_has_returns_to_send_and_to_review(tmp_path):
    options = ("--bases", 24, "--quarters", 4, "--workers", 1)
    assert run("--out", tmp_path / "whole", *options).exit_code == 0
    result = run("--out", tmp_path / "s", *options, "--in-progress")
    assert result.exit_code == 0, result.output
    whole = {path.name: path for path in (tmp_path / "whole").rglob("*Q*.xlsx")}
    found = {path.name: path for path in (tmp_path / "s").rglob("*Q*.xlsx")}
    assert found.keys() == whole.keys()
    assert all(path.read_bytes() == whole[name].read_bytes() for name, path in found.items())  # only the place differs
    kinds = [path.parent.name for name, path in found.items() if "2026Q4" in name]
    assert kinds.count("unsent") >= 1
    assert kinds.count("in_review") >= 1
    assert "unsent/" in (tmp_path / "s" / "README.txt").read_text(encoding="utf-8")
    assert "unsent/" not in (tmp_path / "whole" / "README.txt").read_text(encoding="utf-8")


def test_the_demos_reporter_has_a_return_to_send():
    from dashboard.demo import _base
    from etl.form import load_form
    from sample_data.generate import PROGRAMME_DRAWS, PROGRESS_DRAWS, Order
    from sample_data.programme import bases
    from sample_data.progress import UNSENT, plan

    order = Order(Path(), ("2026Q4",) * 12, 212, 7)
    members = bases(load_form(), 212, 12, order.draws(PROGRAMME_DRAWS))
    reporter = _base([member.base for member in sorted(members, key=lambda member: member.base.code)])
    assert plan(members, order.draws(PROGRESS_DRAWS))[reporter] == UNSENT
