"""The method's page says what the catalogue says; other thresholds are read from the address and simulated."""

import json
from collections import Counter
from dataclasses import replace
from html import unescape
from operator import attrgetter

import pytest

from dashboard import method_record, numbers, simulated, texts
from dashboard.accounts import create_account
from dashboard.pages import simulation
from dashboard.urls import STEP, State
from dashboard.view import ENGINE
from etl import warehouse as module
from etl.catalogue import Text
from etl.form import load_form
from etl.registry import Base
from indicators import method_words, repository, scope
from indicators.definition import load_definitions
from indicators.refresh import refresh
from indicators.repository.rejudge import Rejudged, other_thresholds
from indicators.verdicts.settings import TOP_AND_NEXT
from indicators.verdicts.simulate import Change
from tests.builders import PROGRAMME, entry, load, set_up
from tests.dashboard.programme import LAST, PASSWORD
from tests.indicators.publishing import lock

METHOD = load_definitions().method
THRESHOLDS = METHOD.verdicts.thresholds


def said(tree) -> str:
    """Every text of a layout as sent."""
    return unescape(json.dumps(tree, ensure_ascii=False))


# The method -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["eva", "cora", "rep"])
def test_everybody_reads_the_whole_method(open_page, name, language):
    """Every indicator with weight and floor, every step, every setting with its source."""
    text, definitions = said(open_page(name, "/method", language)), load_definitions()
    assert method_words.PROPOSAL[language] in text
    for known in (definitions.definitions_hash, definitions.method_hash):
        assert known[:12] in text
    for indicator in definitions.indicators.values():
        assert json.dumps(indicator.name[language], ensure_ascii=False)[1:-1] in text
        if indicator.basis:
            assert json.dumps(indicator.basis[language], ensure_ascii=False)[1:-1] in text
    for step in method_words.steps(definitions):
        assert json.dumps(step.text[language], ensure_ascii=False)[1:-1] in text
    for group in method_words.settings(definitions):
        for line in group.lines:
            for part in (line.name, line.value, line.source):
                assert json.dumps(part[language], ensure_ascii=False)[1:-1] in text


def test_every_setting_of_the_method_is_listed_once_with_its_source():
    definitions = load_definitions()
    lines = [line for group in method_words.settings(definitions) for line in group.lines]
    expected = [f"verdicts.{name}" for name in THRESHOLDS] + [f"certainty.{name}" for name in METHOD.certainty.sources]
    for path in ("scores", "floors", "peers", "cases", "signals.funnel", "signals.history"):
        part = attrgetter(path)(METHOD)
        expected += [f"{path}.{name}" for name in type(part).model_fields if name != "source"]
    assert sorted(line.key for line in lines) == sorted(expected)
    assert all(line.source != method_words.UNSOURCED for line in lines)


def certainty_in_words(**changed) -> Text:
    certainty = METHOD.certainty.model_copy(update=changed)
    definitions = replace(load_definitions(), method=METHOD.model_copy(update={"certainty": certainty}))
    (step,) = (step for step in method_words.steps(definitions) if step.name.en == "Certainty")
    return step.text


def test_the_step_of_certainty_names_what_is_drawn_and_nothing_else():
    text = certainty_in_words()
    assert "as percentile rank, min–max or z-score, put together by arithmetic mean or geometric mean, and" in text.en
    assert "合成方法在算术平均、几何平均中随机选取，并剔除" in text.zh
    text = certainty_in_words(means=["arithmetic"], leave_one_out=False, normalisations=["percentile_rank"])
    assert "1.25, scores as percentile rank; a rank's" in text.en
    assert "得分在百分位排名中随机选取；名次" in text.zh


def test_the_weights_of_the_index_are_told(open_page, all_parts):
    """Each pillar's table has its indicators' weights, and they add up to what stands at its head."""
    text = said(open_page("rep", "/method"))
    counted = [pillar for pillar in METHOD.pillars if not pillar.bonus]
    sums = {p.code: sum(i.weight for i in load_definitions().of_pillar(p.code)) for p in counted}
    for total in sums.values():
        assert f"weight {total:g} of {sum(sums.values()):g} in the index" in text


@pytest.mark.parametrize("rule", method_words.FLOOR_WORDS)
def test_a_floor_in_words_names_its_number_and_other_types(rule):
    floors = [i.floor for i in load_definitions().indicators.values() if i.floor and i.floor.rule == rule]
    types = {code: kind.name for code, kind in load_form().types.items()}
    for floor in floors:
        words = method_words.floor_in_words(floor, types)
        for language in ("en", "zh"):
            if floor.value is not None and rule != "peer_p20":
                assert f"{abs(floor.value):g}" in words[language]
            for kind in floor.by_type:
                assert types[kind][language] in words[language]


def test_every_page_leads_to_the_method(open_page, all_parts):
    foot = next(part for part in all_parts(open_page("rep", "/flags")) if part["type"] == "Footer")
    assert "/method" in [part["props"].get("href") for part in all_parts(foot)]


# The thresholds in the address ------------------------------------------------------------------------------------------


def test_an_address_holds_what_is_not_as_published_and_reads_back():
    name, other = "composite_below", "running"
    query = {f"t_{name}": "30", f"t_{other}": f"{THRESHOLDS[other].value:g}", "t_none_such": "3", "x": "y"}
    asked = simulation.read(query)
    assert (dict(asked.written), dict(asked.changed), asked.wrong) == ({name: "30"}, {name: 30.0}, set())
    assert simulation.address(asked, State()) == f"/method/simulation?t_{name}=30"
    assert simulation.address(asked, State(shown=2 * STEP)) == f"/method/simulation?t_{name}=30&shown={2 * STEP}"
    assert simulation.address(simulation.read({}), State()) == "/method/simulation"


@pytest.mark.parametrize("text", ["", "abc", "1e999", "nan", "-1", "2.5", "x" * 500])
def test_what_a_threshold_cannot_be_is_wrong_and_given_back(text):
    asked = simulation.read({"t_running": text})
    assert asked.wrong == {"running"}
    assert asked.written["running"] == text[:20]


@pytest.mark.parametrize(
    ("name", "most"), [("yellow_pillars", 3), ("pillars_weak", 3), ("yellow_floors", 28), ("floors_missed", 28)]
)
def test_no_more_pillars_or_floors_can_be_asked_for_than_are_judged(name, most):
    """The bonus pillar is not judged."""
    definitions = load_definitions()
    judged = [one for one in definitions.indicators.values() if not definitions.pillars[one.pillar].bonus]
    there = len({one.pillar for one in judged}) if "pillar" in name else sum(one.floor is not None for one in judged)
    assert there == most, "the test's own numbers are those of the catalogue"
    assert simulation.read({f"t_{name}": str(most)}).changed == {name: most}
    assert simulation.read({f"t_{name}": str(most + 1)}).wrong == {name}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("query", "wrong"), [({"top": 80, "next": 80}, {"top", "next"}), ({"top": 60}, {"top"}), ({"next": 76}, {"next"})]
)
def test_grades_a_and_b_leave_some_for_c(open_page, all_parts, query, wrong, language):
    asked = simulation.read({f"t_{name}": str(value) for name, value in query.items()} | {"t_agreement": "70"})
    assert (asked.wrong, dict(asked.changed)) == (wrong, {"agreement": 70.0})
    tree = open_page(
        "eva", "/method/simulation?" + "&".join(f"t_{name}={value}" for name, value in query.items()), language
    )
    told = texts.speaker(language)("simulation.too_many", most=f"{TOP_AND_NEXT}")
    drawn = list(all_parts([part["props"]["tree"] for part in all_parts(tree) if part["type"] == "Still"]))
    problems = [part["props"]["children"] for part in drawn if part["props"].get("role") == "alert"]
    assert problems == [told] * len(wrong)


def test_at_the_limit_a_and_b_can_be_tried_out_and_a_method_past_it_is_refused():
    now = METHOD.verdicts
    edge = TOP_AND_NEXT - now.next.value
    assert simulation.read({"t_top": f"{edge:g}"}).changed == {"top": edge}
    assert now.changed(top=edge).top.value == edge
    with pytest.raises(ValueError, match="grade C"):
        now.changed(top=edge + 1)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lead_names_the_quarters_and_which_are_working_figures(open_page, language):
    text = said(open_page("eva", "/method/simulation", language))
    say = texts.speaker(language)
    last = say("simulation.of_vintage", quarter=numbers.quarter(LAST, language), vintage=say("vintage.working"))
    assert last in text


@pytest.mark.parametrize("name", THRESHOLDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_number_out_of_its_range_is_told_at_its_field_with_the_range(open_page, all_parts, name, language):
    allowed = load_definitions().threshold_ranges()[name]
    tree = open_page("eva", f"/method/simulation?t_{name}={allowed.most + 1:g}", language)
    drawn = list(all_parts([part["props"]["tree"] for part in all_parts(tree) if part["type"] == "Still"]))
    (problem,) = (part["props"] for part in drawn if part["props"].get("role") == "alert")
    (field,) = (part["props"] for part in drawn if part["props"].get("aria-invalid"))
    least, most = f"{allowed.least:g}", f"{allowed.most:g}"
    assert {"en": f"from {least} to {most}.", "zh": f"{least}至{most}之间的"}[language] in problem["children"]
    assert (field["name"], field["value"]) == (f"t_{name}", f"{allowed.most + 1:g}")
    assert problem["id"] in field["aria-describedby"]
    assert '"simulation-what"' not in said(tree), "nothing is computed of it"


def test_the_thresholds_of_the_address_stand_in_the_fields(open_page, all_parts):
    tree = open_page("eva", "/method/simulation?t_composite_below=30")
    stills = [part["props"]["tree"] for part in all_parts(tree) if part["type"] == "Still"]
    inputs = {part["props"]["name"]: part["props"] for part in all_parts(stills) if part["type"] == "Input"}
    assert set(inputs) == {f"t_{name}" for name in THRESHOLDS}
    assert inputs["t_composite_below"]["value"] == "30"
    for name, setting in THRESHOLDS.items():
        assert inputs[f"t_{name}"]["data-published"] == f"{setting.value:g}"
    store = next(part for part in all_parts(tree) if part["props"].get("id") == simulation.WHAT)
    assert store["props"]["data"] == {"t_composite_below": "30"}
    button = next(part for part in all_parts(tree) if part["props"].get("id") == simulation.BUTTON)
    assert button["props"]["disabled"], "until the result is there"


# What comes of it -------------------------------------------------------------------------------------------------------


def ask(client, what):
    outputs = [(simulation.RESULT, "children"), (simulation.CHANGES, "children"),
               (simulation.BUTTON, "disabled"), (simulation.BUTTON, "children")]  # fmt: skip
    return client.post(
        "/_dash-update-component",
        json={
            "output": ".." + "...".join(f"{id}.{name}" for id, name in outputs) + "..",
            "outputs": [{"id": id, "property": name} for id, name in outputs],
            "inputs": [{"id": simulation.WHAT, "property": "data", "value": what}],
            "changedPropIds": [f"{simulation.WHAT}.data"],
        },
    )


@pytest.fixture
def real(app, monkeypatch, warehouse, writer):
    """Seven bases whose returns are in, computed; an evaluator signed in, and the engine."""
    set_up(warehouse, [*PROGRAMME, *(entry(f"R{i}", "regional", "ZJ") for i in range(3, 8))], ())
    load(warehouse, writer.archive(dict.fromkeys([f"R{i}" for i in range(1, 8)], "regional")))
    lock(warehouse)
    refresh(warehouse)
    with module.writing(warehouse) as connection:
        create_account(connection, "eva", PASSWORD, "evaluator")
    monkeypatch.setitem(app.server.extensions, ENGINE, warehouse)
    client = app.server.test_client()
    client.post("/login", data={"name": "eva", "password": PASSWORD})
    return client, warehouse


def test_a_simulation_is_told_and_the_button_is_free_again(real):
    client, engine = real
    same = ask(client, {}).json["response"]
    assert same[simulation.BUTTON] == {"disabled": False, "children": "Simulate on the last four quarters"}
    assert "These are the verdicts as they stand" in said(same)
    other = said(ask(client, {"t_agreement": "0", "t_top": "95", "t_next": "0"}).json["response"])
    with module.reading(engine) as connection:
        found = other_thresholds(connection, scope.national(), {"agreement": 0.0, "top": 95.0, "next": 0.0})
        shown = repository.publications(connection, scope.national())[-4:]
    assert found.changes
    assert f"Judged otherwise: {len(found.changes)}" in other
    for base, change in found.changes:
        assert f'"/bases/{base.code}?period={change.period}"' in other
    for known in shown:
        assert known.period in other
    assert "agreement:\\n    value: 0" in other
    assert "top:\\n    value: 95" in other


@pytest.mark.parametrize("what", [None, 7, [], {"t_running": ["x"]}, {"t_none": "1"}])
def test_what_the_client_asks_is_read_like_an_address(real, what):
    client, _ = real
    answer = ask(client, what)
    assert answer.status_code == 200
    assert answer.json == ask(client, {}).json


@pytest.mark.parametrize("name", ["cora", "rep"])
def test_only_the_nation_simulates(open_page, signed_in, name):
    assert "/method/simulation" not in said(open_page(name, "/method"))
    for language, role in (("en", "approver"), ("zh", "签批人")):
        text = said(open_page(name, "/method/simulation", language))
        say = texts.speaker(language)
        assert say("empty.not_your_role", page=say("nav.simulation")) in text
        assert role in text, "who can open it"
        assert say("empty.not_allowed") not in text, "it is the role, not the area"
    assert ask(signed_in(name), {}).status_code == 403


class _Viewer:
    language = "en"

    @staticmethod
    def say(key, **places):
        return f"{key} {places}"


def test_a_long_list_is_told_in_steps_with_the_way_to_more():
    kind, province = next(iter(load_form().types)), next(iter(load_form().provinces))
    name = load_definitions().method.index.name
    base = Base("B1", name, kind, province, False, "active", None)
    changes = tuple((base, Change("2026Q4", "B1", ("green", "red"), (None, "D"))) for _ in range(STEP + 3))
    found = Rejudged(("2026Q4",), (), (), 1, 1, (Counter(), Counter()), (Counter(), Counter()), changes)
    parts = simulated.changes(_Viewer(), found, STEP, "/the-rest")  # type: ignore[arg-type]
    text = str(parts)
    assert text.count("/bases/B1") == STEP
    assert "/the-rest" in text
    assert "'n': '3'" in text
    assert simulated.changes(_Viewer(), found, STEP + 3, "/the-rest")[-1] is None  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("address", ["/method", "/method/simulation"])
def test_what_the_trial_is_stands_where_a_setting_names_its_command(open_page, address, language):
    text = said(open_page("eva", address, language))
    assert method_record.TRIAL in text
    assert texts.speaker(language)("method.trial") in text


def test_nothing_is_said_of_the_trial_where_no_setting_rests_on_it():
    assert method_record.trial(None, ["Proposal", "Practice"]) is None  # type: ignore[arg-type]
