"""Who may import whom, who may read the environment, how long a file may be, and that no code names a measure."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.config import ROOT
from etl.form import load_form
from indicators.definition import load_definitions

OURS = {"etl", "indicators", "dashboard", "sample_data", "tests"}
MAY_IMPORT = {
    "etl": set(),
    "indicators": {"etl"},
    "dashboard": {"etl", "indicators"},
    "sample_data": {"etl"},
}
FORM_SIDE = {"etl.form", "etl.template", "etl.periods", "etl.registry", "etl.catalogue", "etl.config", "etl.console"}
"""What of etl the sample programme may use: how a form is made, not how it is read or checked."""
LONGEST = 400


def files(*packages: str) -> list[Path]:
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    assert found
    return found


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """(module, line) of every import, wherever it stands in the file."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module, node.lineno
            for alias in node.names:
                yield f"{module}.{alias.name}", node.lineno


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_it_may(package):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in files(package)
        for module, line in imports(path)
        if (top := module.split(".")[0]) in OURS and top not in MAY_IMPORT[package] | {package}
    ]
    assert wrong == []


def test_every_module_can_be_imported_first():
    """No import depends on another module having come before it."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files("etl")]
    run_by_others = ("__main__", "migrations.env")
    ours = [name.removesuffix(".__init__") for name in names if not name.endswith(run_by_others)]
    script = """
import importlib, sys
for name in sys.argv[1:]:
    for known in [known for known in sys.modules if known.split(".")[0] == "etl"]:
        del sys.modules[known]
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, error)
"""
    told = subprocess.run([sys.executable, "-c", script, *ours], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == ""


def test_the_sample_programme_uses_only_the_forms_side_of_etl():
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in files("sample_data")
        for module, line in imports(path)
        if module.startswith("etl.") and not any(f"{module}.".startswith(f"{side}.") for side in FORM_SIDE)
    ]
    assert wrong == []


def test_only_the_settings_read_the_environment():
    readers = {
        str(path.relative_to(ROOT))
        for path in files("etl", "indicators", "dashboard", "sample_data")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv"))
        or (isinstance(node, ast.alias) and node.name in ("environ", "environb", "getenv"))
    }
    assert readers == {"etl/config.py"}


@pytest.mark.parametrize("package", [*MAY_IMPORT, "tests"])
def test_no_file_is_longer_than_one_can_keep_in_mind(package):
    long = {str(path.relative_to(ROOT)): lines for path in files(package)
            if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST}  # fmt: skip
    assert long == {}


def test_no_code_names_a_measure_or_an_indicator():
    """The catalogue is the product: whoever changes it need not touch the code."""
    form = load_form()
    codes = form.measures.keys() | load_definitions().indicators.keys()
    codes -= form.roster.keys()  # a roster column may be called as the measure that it adds up to
    word = re.compile(rf"\b({'|'.join(sorted(codes))})\b")
    named = []
    for path in files("etl", "indicators", "dashboard"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = "" if id(node) in prose else _word(node)
            if found := word.search(text):
                named.append(f"{path.relative_to(ROOT)}:{node.lineno} names {found[1]}")
    # A help text may give an indicator's code as an example.
    assert [line for line in named if not line.startswith("indicators/__main__.py")] == []


def _word(node: ast.AST) -> str:
    """The text or name that a node of the syntax tree holds."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str() as name):
            return name
    return ""


def test_every_table_states_its_grain():
    files = [ROOT / "etl" / name for name in ("schema.py", "schema_access.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    tables = re.findall(r"(#[^\n]*\n)?([a-z_]+) = table\(", text)
    assert len(tables) > 10
    assert [name for grain, name in tables if "One row per" not in grain] == []


def test_every_module_says_what_it_is():
    silent = [
        str(path.relative_to(ROOT))
        for path in files("etl", "indicators", "dashboard", "sample_data", "tests")
        if (tree := ast.parse(path.read_text(encoding="utf-8"))).body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_every_test_file_has_a_name_of_its_own():
    """pytest imports them by their bare names, and stops at the second of one name only when all are run at once."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert [name for name in names if names.count(name) > 1] == []
