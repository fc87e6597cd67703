"""What the docs say is so: generated pages are current, settings and commands are all described."""

import re
from pathlib import Path

import pytest

from etl.__main__ import app as etl_app
from etl.config import LIMIT_VARIABLES, ROOT, VARIABLES
from etl.form import load_form
from etl.returns import STEPS
from etl.versions import STATES
from indicators import cases
from indicators.__main__ import app as indicators_app
from indicators.definition import load_definitions
from indicators.docs import pages

DOCS = ROOT / "docs"
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])


@pytest.mark.parametrize("name", ["data-dictionary.md", "methods.md"])
def test_a_generated_page_is_what_the_catalogue_says_now(name: str) -> None:
    expected = pages(load_form(), load_definitions())[name]
    assert (DOCS / name).read_text(encoding="utf-8") == expected, "run: make docs"


@pytest.mark.parametrize("variable", [*VARIABLES, *LIMIT_VARIABLES])
def test_every_setting_is_described(variable: str) -> None:
    assert f"| `{variable}` |" in (DOCS / "settings.md").read_text(encoding="utf-8")


def test_every_described_setting_exists() -> None:
    described = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "settings.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(described) == {*VARIABLES, *LIMIT_VARIABLES}


@pytest.mark.parametrize(("package", "app"), [("etl", etl_app), ("indicators", indicators_app)])
def test_the_readme_shows_every_command(package: str, app) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert f"python -m {package} {name}" in readme


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_make_target_is_described() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    told = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for target in {"run", "test", "bench", "lint", "docs", "lock"}:
        assert target in targets
        assert f"make {target}" in told


def test_the_life_of_a_return_is_told_with_each_state_and_step():
    text = (DOCS / "returns.md").read_text(encoding="utf-8")
    rows = {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines() if line[:1] == "|"}
    assert {row[0] for row in rows if len(row) == 3} >= set(STATES)
    told = {row[:3] for row in rows if len(row) == 4}
    assert told >= {(name, ", ".join(step.sources), step.target) for name, step in STEPS.items()}


@pytest.mark.parametrize("name", [*cases.STEPS, *cases.STATES])
def test_every_step_and_state_of_a_case_is_described(name: str) -> None:
    assert re.search(rf"\b{name}\b", (DOCS / "cases.md").read_text(encoding="utf-8"))
