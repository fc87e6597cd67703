"""What of a type's index is another by later definitions."""

from dataclasses import replace

import pytest

from indicators.changed_since import Changed, Weight, changed_since, index_weights
from indicators.definition import load_definitions

THEN, KIND = load_definitions(), "regional"
COUNTED = [code for inside in index_weights(THEN, KIND).values() for code in inside]
ONE, OTHER = COUNTED[0], COUNTED[-1]
NOTHING = Changed((), (), False)


def edited(code: str, **changes):
    indicator = THEN.indicators[code].model_copy(update=changes)
    return replace(THEN, indicators=THEN.indicators | {code: indicator})


def without(code: str):
    return replace(THEN, indicators={one: what for one, what in THEN.indicators.items() if one != code})


def test_the_same_definitions_differ_in_nothing():
    assert changed_since(THEN, THEN, KIND) == NOTHING
    assert not NOTHING


def test_another_weight_and_what_came_and_went_are_told():
    weight = THEN.indicators[ONE].weight
    assert changed_since(THEN, edited(ONE, weight=weight + 3), KIND).weights == (Weight(ONE, weight, weight + 3),)
    assert changed_since(THEN, edited(ONE, weight=0), KIND).weights == (Weight(ONE, weight, None),)
    assert changed_since(THEN, without(ONE), KIND).weights == (Weight(ONE, weight, None),)
    assert changed_since(without(ONE), THEN, KIND).weights == (Weight(ONE, None, weight),)


@pytest.mark.parametrize(
    "change", [{"factor": 7.0}, {"numerator": "mentors"}, {"direction": "down"}, {"zero_denominator": "lowest"}]
)
def test_what_is_computed_otherwise_is_told(change):
    then = edited(OTHER, direction="up", zero_denominator="missing")
    assert changed_since(then, edited(OTHER, **{"direction": "up", **change}), KIND).computed == (OTHER,)


def test_what_does_not_touch_the_index_of_the_type_is_not_told():
    other_types = [kind for kind in THEN.indicators[ONE].base_types if kind != KIND]
    bonus = next(one.code for one in THEN.indicators.values() if THEN.pillars[one.pillar].bonus and one.scored)
    elsewhere = changed_since(edited(ONE, base_types=other_types), edited(ONE, base_types=other_types, weight=9), KIND)
    assert elsewhere == NOTHING
    assert changed_since(THEN, edited(bonus, weight=50, factor=3.0), KIND) == NOTHING
    assert changed_since(THEN, edited(ONE, floor=None), KIND) == NOTHING


def test_other_rules_for_scores_are_told():
    scores = THEN.method.scores.model_copy(update={"min_share": 0.1})
    now = replace(THEN, method=THEN.method.model_copy(update={"scores": scores}))
    assert changed_since(THEN, now, KIND) == Changed((), (), True)
