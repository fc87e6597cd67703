"""The what-if page: the address is the choice, nonsense is told and reads as published, and nobody sees another's base."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.chosen_weights import NO_NUMBER, TOO_MUCH, UNKNOWN, Misread, address, most, read_choice, weights_of
from dashboard.urls import State
from indicators.definition import load_definitions
from indicators.whatif import MEAN_NAMES, MOST_FACTOR, Choice
from tests.dashboard.programme import OWN, samples
from tests.dashboard.reviewed.conftest import everything

KIND = samples()[OWN].type
WEIGHTS = weights_of(load_definitions(), KIND)
PILLARS = [code for code in WEIGHTS if code in load_definitions().pillars]
SINGLE = next(code for code in WEIGHTS if code not in PILLARS)
OTHER = f"/what-if?type={KIND}&w_{PILLARS[0]}=70&mean=geometric"


def asked(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


def shown(page) -> str:
    """The note on what was misread."""
    (note,) = [part for part in everything(page) if "misread" in str(part["props"].get("className"))]
    return json.dumps(note, ensure_ascii=False)


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
    assert read_choice(asked(address(State(type=KIND), choice, WEIGHTS)), WEIGHTS) == (choice, ())


def test_equal_choices_are_one_in_a_cache_and_others_are_not():
    one, same = Choice({SINGLE: 0.0, PILLARS[0]: 2.0}), Choice({PILLARS[0]: 2.0, SINGLE: 0.0})
    assert len({one, same, Choice({SINGLE: 0.0}), Choice({SINGLE: 0.0, PILLARS[0]: 2.0}, "minmax")}) == 3


@pytest.mark.parametrize("nonsense", ["-1", "nan", "inf", "much", "1e999"])
def test_a_senseless_weight_reads_as_published_and_is_told(nonsense):
    name = f"w_{PILLARS[0]}"
    choice, misread = read_choice({name: nonsense, "scale": "nonsense", "mean": 7}, WEIGHTS)
    assert choice.as_published
    assert misread == (
        Misread(name, nonsense, NO_NUMBER, PILLARS[0]),
        Misread("scale", "nonsense", "scale"),
        Misread("mean", "7", "mean"),
    )


def test_a_weight_has_an_upper_end_and_what_is_beyond_is_told():
    choice, misread = read_choice({f"w_{SINGLE}": "1000000"}, WEIGHTS)
    assert choice.factors[SINGLE] == MOST_FACTOR
    assert [one.why for one in misread] == [TOO_MUCH]
    assert read_choice({f"w_{SINGLE}": str(most(WEIGHTS[SINGLE]))}, WEIGHTS) == (choice, ())


def test_what_is_no_choice_at_all_is_told_only_where_it_is_meant_as_a_weight():
    given = {"w_NOTHING": "3", "type": KIND, "period": "soon", f"w_{SINGLE}": "", "utm": "x"}
    assert read_choice(given, WEIGHTS) == (Choice(), (Misread("w_NOTHING", "3", UNKNOWN, "NOTHING"),))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_which_choice_it_did_not_take_and_what_is_allowed(open_page, language):
    text = shown(open_page("eva", f"/what-if?type={KIND}&w_{SINGLE}=-5&w_{PILLARS[0]}=abc&mean=median", language))
    assert f"w_{SINGLE}=-5" in text
    assert load_definitions().name(SINGLE)[language] in text
    assert f"{most(WEIGHTS[SINGLE]):g}" in text
    assert f"w_{PILLARS[0]}=abc" in text
    assert "mean=median" in text
    assert all(name in text for name in MEAN_NAMES)


def test_of_many_misread_choices_some_are_named_and_the_others_counted(open_page):
    many = "&".join(f"w_X{i}=<b>{i}" for i in range(9))
    text = shown(open_page("eva", f"/what-if?type={KIND}&{many}"))
    assert text.count("w_X") == 5
    assert "4 more" in text


def test_what_is_understood_is_not_called_misread(open_page):
    assert not [
        part for part in everything(open_page("eva", OTHER)) if "misread" in str(part["props"].get("className"))
    ]


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
