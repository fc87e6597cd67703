"""The what-if page: the address is the choice, nonsense reads as published, and nobody sees another's base."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.pages.whatif import _address, published_weights, read_choice
from dashboard.urls import State
from indicators.definition import load_definitions
from indicators.whatif import MOST_FACTOR, Choice
from tests.dashboard.programme import OWN, samples
from tests.dashboard.reviewed.conftest import everything

KIND = samples()[OWN].type
WEIGHTS = published_weights(KIND)
PILLARS = [code for code in WEIGHTS if code in load_definitions().pillars]
SINGLE = next(code for code in WEIGHTS if code not in PILLARS)
OTHER = f"/what-if?type={KIND}&w_{PILLARS[0]}=70&mean=geometric"


def asked(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice({PILLARS[0]: 2.0}),
        Choice({SINGLE: 0.0, PILLARS[-1]: 0.5}, "zscore"),
        Choice({}, "minmax", "harmonic"),
    ],
)
def test_an_address_leads_back_to_its_choice(choice):
    assert read_choice(asked(_address(State(type=KIND), choice)), KIND) == choice


def test_equal_choices_are_one_in_a_cache_and_others_are_not():
    one, same = Choice({SINGLE: 0.0, PILLARS[0]: 2.0}), Choice({PILLARS[0]: 2.0, SINGLE: 0.0})
    assert len({one, same, Choice({SINGLE: 0.0}), Choice({SINGLE: 0.0, PILLARS[0]: 2.0}, "minmax")}) == 3


@pytest.mark.parametrize("nonsense", ["", "-1", "nan", "inf", "much", "1e999"])
def test_a_senseless_weight_reads_as_published(nonsense):
    assert read_choice({f"w_{PILLARS[0]}": nonsense, "scale": "nonsense", "mean": 7}, KIND).as_published


def test_a_weight_has_an_upper_end():
    assert read_choice({f"w_{SINGLE}": "1000000"}, KIND).factors[SINGLE] == MOST_FACTOR


def test_the_pillars_weigh_the_sum_of_their_indicators_and_a_bonus_none():
    definitions = load_definitions()
    for code in PILLARS:
        inside = [i.code for i in definitions.of_pillar(code) if i.code in WEIGHTS]
        assert WEIGHTS[code] == sum(WEIGHTS[i] for i in inside)
    assert not any(pillar.bonus and code in WEIGHTS for code, pillar in definitions.pillars.items())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["eva", "cora", "rep"])
def test_only_the_viewers_bases_are_listed(open_page, name, language):
    text = json.dumps(open_page(name, OTHER, language), ensure_ascii=False)
    own = samples()[OWN]
    visible = {
        "eva": {base.code for base in samples() if base.type == KIND},
        "cora": {base.code for base in samples() if base.type == KIND and base.province == own.province},
        "rep": {own.code},
    }[name]
    assert {base.code for base in samples() if f'"/bases/{base.code}"' in text} == visible


def test_the_form_says_what_the_address_does(open_page):
    chosen = {
        props["name"]: props["value"]
        for part in everything(open_page("eva", OTHER))
        if part["type"] == "Input" and (props := part["props"])["type"] in ("range", "radio")
        if props["type"] == "range" or props.get("checked")
    }
    assert chosen[f"w_{PILLARS[0]}"] == "70"
    assert (chosen["scale"], chosen["mean"]) == ("percentile_rank", "geometric")


def test_weights_of_nothing_are_answered_with_what_to_do(open_page):
    nothing = "&".join(f"w_{code}=0" for code in PILLARS)
    text = json.dumps(open_page("eva", f"/what-if?type={KIND}&{nothing}"))
    assert "Give at least one pillar" in text


def test_the_rankings_lead_here(open_page):
    assert f'"/what-if?type={KIND}"' in json.dumps(open_page("eva", f"/rankings?type={KIND}"))
