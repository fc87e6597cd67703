"""The pages as Dash sends them: their content, and that nothing of another's is in them."""

import json
import re
from pathlib import Path

import pytest

import dashboard
from dashboard import figures
from dashboard.texts import HTML_LANG
from etl.form import load_form
from indicators.definition import load_definitions
from tests.dashboard.programme import LAST, MISSING, OWN, samples

OWN_BASE = samples()[OWN]
BESIDE = "/compare?bases=" + ",".join(base.code for base in samples()[:4])
FIRST = next(iter(load_definitions().indicators))
PAGES = (
    "/", "/rankings", "/rug", BESIDE, "/flags", f"/bases/{OWN_BASE.code}", "/method", "/indicators", f"/indicators/{FIRST}",
    "/help", "/regions", f"/regions/{OWN_BASE.province}",
)  # fmt: skip
PEOPLE = ("eva", "cora", "rep")
VISIBLE = {
    "eva": {base.code for base in samples()},
    "cora": {base.code for base in samples() if base.province == OWN_BASE.province},
    "rep": {OWN_BASE.code},
}


def rows_of(signed_in, name, what):
    answer = signed_in(name).post(
        "/_dash-update-component",
        json={
            "output": "..ranking-grid.rowData...ranking-came.children..",
            "outputs": [
                {"id": "ranking-grid", "property": "rowData"},
                {"id": "ranking-came", "property": "children"},
            ],
            "inputs": [{"id": "ranking-what", "property": "data", "value": what}],
            "changedPropIds": ["ranking-what.data"],
        },
    )
    assert answer.status_code == 200
    assert answer.json["response"]["ranking-came"] == {"children": None}, "nothing waits any more"
    return answer.json["response"]["ranking-grid"]["rowData"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_and_names_only_the_viewers_bases(open_page, address, name, language):
    text = json.dumps(open_page(name, address, language), ensure_ascii=False)
    place = "Invented base {:02d}" if language == "en" else "虚构基地{:02d}"
    for number, base in enumerate(samples(), start=1):
        if base.code not in VISIBLE[name]:
            assert place.format(number) not in text
            assert f'"/bases/{base.code}' not in text
    assert '"h1"' in text.lower()


@pytest.mark.parametrize("name", PEOPLE)
def test_ranking_rows_are_the_viewers(signed_in, name):
    seen = {row["base"] for kind in load_form().types for row in rows_of(signed_in, name, {"type": kind})}
    assert seen == VISIBLE[name]


@pytest.mark.parametrize(
    "what", [None, 7, [], {"type": ["x"]}, {"type": "none such", "period": "1999Q9"}, {"shown": {}}]
)
def test_what_the_client_asks_is_read_like_an_address(signed_in, what):
    first = next(iter(load_form().types))
    assert rows_of(signed_in, "eva", what) == rows_of(signed_in, "eva", {"type": first})


def test_the_ranking_is_in_order_with_the_unranked_last(signed_in):
    kind = samples()[MISSING].type
    rows = rows_of(signed_in, "eva", {"type": kind})
    ranks = [row["rank"] for row in rows if row["rank"] is not None]
    assert ranks == sorted(ranks)
    assert rows[-1]["base"] == samples()[MISSING].code
    assert rows[-1]["index"] is None
    assert rows[-1]["note"] == "no accepted return"


def test_no_interval_is_shown_while_there_is_none(open_page, all_parts):
    tree = open_page("eva", "/rankings")
    grid = next(part for part in all_parts(tree) if part["type"] == "AgGrid")
    assert "low" not in {column["field"] for column in grid["props"]["columnDefs"]}
    assert "rowData" not in grid["props"]


@pytest.mark.parametrize("name", ["cora", "rep"])
def test_anothers_base_is_refused_with_who_can_help(open_page, name):
    other = next(base.code for base in samples() if base.code not in VISIBLE[name])
    text = json.dumps(open_page(name, f"/bases/{other}"))
    assert "This is not in your area" in text
    assert "programme's administrator" in text
    assert text == json.dumps(open_page(name, "/bases/none-such")), "whether a base exists is not told"


def test_an_unknown_base_is_told_to_who_sees_all(open_page):
    assert "There is no base none-such" in json.dumps(open_page("eva", "/bases/none-such"))


def test_an_unknown_address_is_designed(open_page):
    assert "There is no such page" in json.dumps(open_page("rep", "/nonsense/of/any/kind"))


@pytest.mark.parametrize("address", ["/nonsense/of/any/kind", "/review", "/bases/none-such?x=1"])
def test_a_refusal_offers_no_link_to_copy(open_page, address):
    assert "copy-link" not in json.dumps(open_page("rep", address))
    assert "copy-link" in json.dumps(open_page("rep", "/help"))


@pytest.mark.parametrize(
    "address", ["/?period=1999Q1&type=x&region=y&code=z", "/rankings?type=&period=2026Q4%00", "/flags?kind=x&shown=-3"]
)
def test_senseless_addresses_fall_back(open_page, address):
    path = address.partition("?")[0]
    assert json.dumps(open_page("eva", address)) == json.dumps(open_page("eva", path))


def test_a_choice_cannot_stand_for_the_base_of_the_path(open_page):
    text = json.dumps(open_page("rep", f"/bases/{OWN_BASE.code}?code=B002&base=B002"))
    assert "Invented base 01" in text
    assert "not in your area" not in text


def test_the_overview_shows_the_programmes_headlines(open_page):
    text = json.dumps(open_page("eva", "/"))
    for headline in load_definitions().method.headlines:
        assert headline.name.en in text
    assert "21 of 24 bases" in text
    assert LAST in text


def test_every_indicator_of_the_type_is_on_the_base_page(open_page):
    text = json.dumps(open_page("rep", f"/bases/{OWN_BASE.code}"), ensure_ascii=False)
    for indicator in load_definitions().of_type(OWN_BASE.type):
        assert indicator.name.en in text
    assert "Ranked" in text


def test_a_missing_return_is_said_in_words(open_page):
    text = json.dumps(open_page("eva", f"/bases/{samples()[MISSING].code}"))
    assert "no return has been accepted" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_graph_uses_the_one_configuration(open_page, all_parts, language):
    graphs = [part for page in PAGES for part in all_parts(open_page("eva", page, language)) if part["type"] == "Graph"]
    assert graphs
    for graph in graphs:
        assert graph["props"]["config"] == figures.graph_config(HTML_LANG[language])
        assert graph["props"]["config"]["showSendToCloud"] is False


def test_graphs_are_made_in_one_place_only():
    folder = Path(dashboard.__file__).parent
    makers = [path.name for path in folder.rglob("*.py") if "dcc.Graph" in path.read_text(encoding="utf-8")]
    assert makers == ["components.py"]


def test_every_callbacks_parts_are_in_some_page(app, open_page, all_parts):
    found = {"_pages_location", "_pages_content", "_pages_store", "_pages_dummy"}
    for page in (*PAGES, "/method/simulation", "/publications/compare"):
        found |= {part["props"].get("id") for part in all_parts(open_page("eva", page))}
    found |= {
        part["props"].get("id")
        for part in all_parts(json.loads(json.dumps(app.layout(), default=lambda c: c.to_plotly_json())))
    }
    for output, entry in app.callback_map.items():
        for part in (*entry["inputs"], *entry.get("state", [])):
            assert part["id"] in found, (output, part)


def test_nothing_in_the_code_names_a_measure_or_an_indicator():
    form, definitions = load_form(), load_definitions()
    names = {*form.measures, *definitions.indicators, *(h.code for h in definitions.method.headlines)}
    pattern = re.compile(r"\b(" + "|".join(sorted(names)) + r")\b")
    for path in Path(dashboard.__file__).parent.rglob("*"):
        if path.suffix in (".py", ".js", ".css", ".html", ".yml") and "plotly" not in path.name:
            assert not pattern.findall(path.read_text(encoding="utf-8")), path.name


def test_what_was_computed_for_one_scope_is_not_found_under_another(open_page):
    texts = [json.dumps(open_page(name, "/flags")) for name in (*PEOPLE, *reversed(PEOPLE))]
    assert texts[0] == texts[5]
    assert len(set(texts)) == 3


def test_the_vendored_chart_library_is_the_version_plotly_expects():
    from plotly.offline import get_plotlyjs_version

    assets = Path(dashboard.__file__).parent / "assets"
    assert [path.name for path in assets.glob("plotly*")] == [f"plotly-basic-{get_plotlyjs_version()}.min.js"]
