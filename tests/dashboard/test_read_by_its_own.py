"""A publication is read by its own definitions: once every definition has become another, each page, file and report of
an old quarter is, to the last letter, what it was before."""

import json
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from dashboard import permissions, urls
from dashboard.app import VIEWS
from dashboard.downloads import TABLES
from dashboard.pages import explain
from dashboard.pages.compare import RESULT, WHAT
from dashboard.pages.rankings import CAME, GRID
from dashboard.pages.rankings import WHAT as RANKED
from dashboard.texts import LANGUAGES
from etl.config import settings
from etl.form import load_form
from indicators.definition import load_definitions
from tests.catalogue_copy import OTHER, CatalogueCopy
from tests.dashboard import published
from tests.dashboard.programme import PASSWORD
from tests.dashboard.published import EARLIER, FINAL, FULL, LATER, OWN
from tests.dashboard.standing import standing_on_copy

KIND, CODE, PROVINCE = "regional", "INC02", "ZJ"
PEOPLE = ("eva", "cora", "rep")
PARTS = {"of_base": OWN, "of_quarter": FULL, "of_number": CODE, "of_code": CODE, "of_area": PROVINCE}
QUERY = f"period={FULL}&type={KIND}&code={CODE}&bases={OWN},N2&publication={FINAL}"
OF_TODAY = {
    urls.METHOD: "says what is in force",
    urls.HELP: "tells the numbers of the method that is in force",
    urls.SIMULATION: "tries out other thresholds than those in force",
    urls.WHAT_IF: "says what has been changed since (test_since_then.py)",
    urls.ACCOUNTS: "holds no figure",
    urls.PERIODS: "holds no figure of a publication",
    urls.AUDIT: "holds no figure",
}
"""The pages that are right to speak of today's definitions."""
PAGES = [path for _, path, _ in VIEWS if path not in OF_TODAY]
CARD = f"/indicators/{CODE}/card?at={FINAL}"
FORMULAS = (urls.INDICATORS, "/indicators/<of_code>", "/bases/<of_base>", explain.PATH, CARD)
MEASURE = load_form().measures["firms_graduated"].name.en
"""Of the indicator's formula."""
REPORTS = [f"{urls.report_path('html', base)}?period={FULL}" for base in ("", OWN)]


def address(path: str) -> str:
    """A page of the old quarter. A page whose address has a part of a new kind fails here, so that it is thought of."""
    return f"{re.sub('<(.+?)>', lambda found: PARTS[found[1]], path)}?{QUERY}"


def content(client, address: str) -> str:
    path, _, query = address.partition("?")
    outputs = [("_pages_content", "children"), ("_pages_store", "data")]
    inputs = [("_pages_location", "pathname", path), ("_pages_location", "search", f"?{query}")]
    asked = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": name, "property": part} for name, part in outputs],
        "inputs": [{"id": name, "property": part, "value": value} for name, part, value in inputs],
        "changedPropIds": ["_pages_location.pathname"],
    }
    answer = client.post("/_dash-update-component", json=asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.dumps(answer.json["response"]["_pages_content"]["children"], ensure_ascii=False)


def called_back(client, outputs: list[tuple[str, str]], store: str, what: dict) -> str:
    names = [f"{name}.{part}" for name, part in outputs]
    listed = [{"id": name, "property": part} for name, part in outputs]
    asked = {
        "output": f"..{'...'.join(names)}.." if len(names) > 1 else names[0],
        "outputs": listed if len(listed) > 1 else listed[0],
        "inputs": [{"id": store, "property": "data", "value": what}],
        "changedPropIds": [f"{store}.data"],
    }
    answer = client.post("/_dash-update-component", json=asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.dumps(answer.json, ensure_ascii=False)


def without_times(text: str) -> str:
    """When a file or report was made is no part of what it says."""
    return re.sub(r"\d\d:\d\d", "", re.sub(r"(?m)^# .*\n", "", text))


@pytest.fixture(scope="module")
def seen(app, tmp_path_factory):
    """Everything that three people see in two languages, before every definition became another and after. Each time on a
    copy of the warehouse that nobody has asked before, so that nothing is remembered."""
    before = everything(app, tmp_path_factory)
    with rewritten(tmp_path_factory.mktemp("catalogue")):
        after = everything(app, tmp_path_factory)
        shown = method_page(app, tmp_path_factory)
    return SimpleNamespace(before=before, after=after, method=shown)


@contextmanager
def rewritten(folder):
    with pytest.MonkeyPatch.context() as patch:
        copy = CatalogueCopy(folder)
        patch.setenv("DEFINITIONS_DIR", str(copy.definitions))
        patch.setenv("METHOD_FILE", str(copy.method))
        settings.cache_clear()
        copy.rewrite()
        copy.remove(load_definitions().of_pillar(next(iter(load_definitions().pillars)))[0].code)
        yield
    settings.cache_clear()


@contextmanager
def renamed_measures(folder):
    """Another form, in which every measure has another name."""
    form = Path(shutil.copytree(settings().form_dir, folder / "form"))
    file = form / "measures.yml"
    measures = yaml.safe_load(file.read_text(encoding="utf-8"))
    for measure in measures:
        measure["name"] = {language: f"{OTHER[language]} {words}" for language, words in measure["name"].items()}
    file.write_text(yaml.safe_dump(measures, allow_unicode=True), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORM_DIR", str(form))
        settings.cache_clear()
        yield
    settings.cache_clear()


@contextmanager
def people(app, factory):
    """(name, language) → a client on a copy of that warehouse."""
    with standing_on_copy(app, factory, published.build):
        clients = {}
        for name in PEOPLE:
            for language in LANGUAGES if name == "eva" else LANGUAGES[-1:]:
                clients[name, language] = client = app.server.test_client()
                client.post("/login", data={"name": name, "password": PASSWORD})
                client.post("/language", data={"language": language})
        yield clients


def everything(app, factory) -> dict[tuple, str]:
    found = {}
    with people(app, factory) as clients:
        for (name, language), client in clients.items():
            for path in PAGES:
                found[path, name, language] = content(client, address(path))
            for table in TABLES:
                answer = client.get(f"/tables/{table}.csv?{QUERY}&base={OWN}")
                found[table, name, language] = without_times(answer.get_data(as_text=True))
            for path in (*REPORTS, CARD):
                found[path, name, language] = without_times(client.get(path).get_data(as_text=True))
            rows = {"period": FULL, "type": KIND}
            outputs = [(GRID, "rowData"), (CAME, "children")]
            found["rows", name, language] = called_back(client, outputs, RANKED, rows)
            pair = {"a": EARLIER, "b": LATER, "type": KIND}
            found["compared", name, language] = called_back(client, [(RESULT, "children")], WHAT, pair)
    return found


def test_a_formula_names_the_measures_of_its_form(app, tmp_path, tmp_path_factory):
    """The other pages do not name measures, or are about returns, which are read by the form that is in force."""
    with people(app, tmp_path_factory) as clients, renamed_measures(tmp_path):
        for path in FORMULAS:
            client = clients["eva", "en"]
            text = client.get(path).get_data(as_text=True) if path == CARD else content(client, address(path))
            assert MEASURE in text, path
            assert OTHER["en"] not in text, path
        assert OTHER["en"] in content(clients["eva", "en"], f"{urls.METHOD}?{QUERY}")


def method_page(app, factory) -> str:
    with people(app, factory) as clients:
        return content(clients["eva", "en"], f"{urls.METHOD}?{QUERY}")


@pytest.mark.parametrize("what", [*PAGES, *TABLES, *REPORTS, CARD, "rows", "compared"])
def test_an_old_quarter_reads_as_it_did(seen, what):
    compared = [key for key in seen.before if key[0] == what]
    assert len(compared) == len(PEOPLE) + 1
    for key in compared:
        assert not any(word in seen.after[key] for word in OTHER.values()), key
        assert seen.after[key] == seen.before[key], key


def test_every_definition_is_another_indeed(seen):
    assert OTHER["en"] in seen.method
    assert len({name for _, name, _ in seen.before}) == len(PEOPLE)
    assert set(OF_TODAY) <= {path for _, path, _ in VIEWS}


@pytest.mark.parametrize(
    "what", [urls.OVERVIEW, urls.RUG, urls.BESIDE, urls.INDICATORS, "/bases/<of_base>", "base", CARD]
)
def test_what_is_held_against_each_other_tells_of_indicators(seen, what):
    assert load_definitions().indicators[CODE].name.en in seen.before[what, "eva", "en"]


def test_whoever_may_not_open_a_page_is_not_the_only_one_who_is_asked(seen):
    """Each page is opened by somebody who may: else two refusals would be held against each other."""
    for what, path, _ in VIEWS:
        if path not in OF_TODAY:
            assert {role for role in ("evaluator", "coordinator", "reporter") if permissions.may(role, what)}, path
