"""Definitions and method are edited after a publication: every page still shows it as it was published, and says so."""

import json

import pytest

from dashboard.chosen_weights import weights_of
from indicators.definition import load_definitions
from tests.dashboard.published import FINAL, FULL, OWN
from tests.dashboard.reviewed.conftest import everything

KIND, HEAVY, GONE, RECKONED = "regional", "EMP01", "EMP02", "INC02"
WHAT_IF = f"/what-if?type={KIND}&period={FULL}"


@pytest.fixture
def edited(publishing, catalogue_copy):
    """The definitions as they were; then one weight, one formula, one indicator and the bonus pillar are edited."""
    before = load_definitions()
    bonus = next(code for code, pillar in before.pillars.items() if pillar.bonus)
    catalogue_copy.weigh(HEAVY, 40)
    catalogue_copy.replace(RECKONED, r"(?m)^factor: .*$", "factor: 1000")
    catalogue_copy.remove(GONE)
    catalogue_copy.remove_pillar(bonus, [one.code for one in before.of_pillar(bonus)])
    return before


def text(page) -> str:
    return json.dumps(page, ensure_ascii=False)


def starts(page) -> dict[str, str]:
    """Weight → where the form starts."""
    inputs = [part["props"] for part in everything(page) if part["type"] == "Input"]
    return {one["name"]: one["value"] for one in inputs if one.get("type") in ("range", "number") and "name" in one}


def test_the_form_starts_from_the_weights_of_then_and_the_ranks_are_the_published_ones(edited, open_page):
    page = open_page("eva", WHAT_IF)
    then, now = weights_of(edited, KIND), weights_of(load_definitions(), KIND)
    assert starts(page) == {f"w_{code}": f"{weight:g}" for code, weight in then.items()}
    assert then != now
    assert "These are the published choices" in text(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_what_has_been_changed_since(edited, open_page, language):
    said = text(open_page("eva", WHAT_IF, language))
    heavy, gone, reckoned = (edited.name(code)[language] for code in (HEAVY, GONE, RECKONED))
    weight = f"{edited.indicators[HEAVY].weight:g}"
    lines = {
        "en": (f"{heavy}: weight {weight}, today 40", f"{gone}: weight", f"{reckoned}: computed otherwise"),
        "zh": (f"{heavy}：发布时权重{weight}，现为40", f"{gone}：发布时权重", f"{reckoned}：计算方法已修改"),
    }
    assert all(line in said for line in lines[language])


def test_nothing_is_said_where_nothing_was_changed(publishing, open_page):
    assert "changed since" not in text(open_page("eva", WHAT_IF))


def test_a_change_that_touches_no_rank_is_said_to_be_one(publishing, catalogue_copy, open_page):
    catalogue_copy.replace(HEAVY, r"(?m)^floor: .*$", "floor: {rule: min, value: 1}")
    assert "does not touch the ranks" in text(open_page("eva", WHAT_IF))


def test_of_working_figures_it_says_that_they_are_due_to_be_computed_again(edited, open_page):
    assert "due to be computed again" in text(open_page("eva", f"/what-if?type={KIND}&period=2026Q2"))


@pytest.mark.parametrize("address", [
    "/", "/rankings", "/flags", "/what-if", "/method", "/publications", f"/bases/{OWN}", f"/bases/{OWN}?code={GONE}",
    f"/explain/{OWN}/{FULL}/{GONE}", f"/explain/{OWN}/{FULL}/nothing", f"/returns/{OWN}/{FULL}/peers",
])  # fmt: skip
@pytest.mark.parametrize("name", ["eva", "cora", "rep"])
def test_every_page_is_there_for_the_old_and_for_the_working_quarter(edited, open_page, name, address):
    for period in (FULL, "2026Q2"):
        assert open_page(name, f"{address}{'&' if '?' in address else '?'}period={period}")


def test_an_indicator_of_then_can_be_chosen_and_is_named_on_the_bases_page(edited, open_page):
    page = open_page("eva", f"/bases/{OWN}?period={FULL}&code={GONE}")
    (chosen,) = [p for p in everything(page) if p["props"].get("id") == "indicator"]
    assert edited.name(GONE)["en"] in text(chosen)
    bonus = next(pillar for pillar in edited.pillars.values() if pillar.bonus)
    assert bonus.name["en"] in text(page)


def test_the_ranking_has_the_pillars_of_then(edited, open_page, signed_in):
    bonus = next(pillar for pillar in edited.pillars.values() if pillar.bonus)
    assert f'"colId": "{bonus.code}"' in text(open_page("eva", f"/rankings?type={KIND}&period={FULL}"))
    file = signed_in("eva").get(f"/tables/rankings.csv?type={KIND}&period={FULL}").get_data(as_text=True)
    head = next(line for line in file.splitlines() if line.startswith("code,"))
    assert bonus.code in head.split(",")


def test_the_overview_is_there_for_what_the_quarter_has_no_values_of(edited, open_page, catalogue_copy):
    new = (catalogue_copy.definitions / "INC01.yml").read_text(encoding="utf-8").replace("code: INC01", "code: NEW01")
    (catalogue_copy.definitions / "NEW01.yml").write_text(new, encoding="utf-8")
    catalogue_copy.weigh("NEW01", 3)
    assert load_definitions().indicators["NEW01"].weight == 3
    assert open_page("eva", f"/?period={FULL}&code=NEW01")


def test_the_method_page_says_that_what_is_shown_was_made_by_another(edited, open_page):
    told = text(open_page("eva", f"/method?period={FULL}"))
    assert FINAL in told
    assert "This page tells of today's" in told


def test_the_method_page_says_nothing_where_it_is_the_one(publishing, open_page):
    assert "This page tells of today's" not in text(open_page("eva", f"/method?period={FULL}"))


def test_weights_that_are_kept_no_more_are_told_and_the_rankings_named(edited, open_page, publishing):
    with publishing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM catalogue")
    assert "cannot be loaded" in text(open_page("eva", WHAT_IF))
    assert open_page("eva", f"/rankings?type={KIND}&period={FULL}")
    assert open_page("eva", f"/flags?period={FULL}")
