"""What differs between two methods is told, each thing once, with what it was and what it is."""

from dataclasses import replace

import pytest

from etl.catalogue import Text
from etl.form import load_form
from indicators.definition import Floor, Indicator, load_definitions
from indicators.method_changes import READ, Catalogue, method_changes

FORM, DEFINITIONS = load_form(), load_definitions()
NOW = Catalogue(FORM, DEFINITIONS)
FIRST = next(iter(DEFINITIONS.indicators))


def with_indicator(**changes):
    one = DEFINITIONS.indicators[FIRST].model_copy(update=changes)
    return Catalogue(FORM, replace(DEFINITIONS, indicators={**DEFINITIONS.indicators, FIRST: one}))


def test_nothing_differs_from_itself():
    assert method_changes(NOW, NOW) == ()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("weight", {"weight": 99.5}),
        ("floor", {"floor": Floor(rule="min", value=123)}),
        ("name", {"name": Text(en="Another", zh="另一")}),
        ("direction", {"direction": "context"}),
        ("alone", {"alone": False}),
        ("base_types", {"base_types": ["regional"]}),
    ],
)
def test_a_changed_field_is_told_with_both_values(field, changes):
    (one,) = method_changes(NOW, with_indicator(**changes))
    assert (one.kind, one.what, one.code, one.field) == ("indicator", "changed", FIRST, field)
    assert one.before == READ[field](DEFINITIONS.indicators[FIRST])
    assert one.after == READ[field](with_indicator(**changes).definitions.indicators[FIRST])
    assert one.before != one.after


def test_no_field_of_an_indicator_is_forgotten():
    told = {"code", "numerator", "denominator", "factor"}  # the code is its name; the others are the formula
    assert set(Indicator.model_fields) - told == set(READ) - {"formula"}


def test_an_indicator_that_comes_is_one_that_goes_the_other_way_round():
    fewer = {code: one for code, one in DEFINITIONS.indicators.items() if code != FIRST}
    without = Catalogue(FORM, replace(DEFINITIONS, indicators=fewer))
    assert [(one.what, one.code) for one in method_changes(without, NOW)] == [("added", FIRST)]
    assert [(one.what, one.code) for one in method_changes(NOW, without)] == [("removed", FIRST)]


def test_a_changed_setting_is_told_by_its_name():
    peers = DEFINITIONS.method.peers.model_copy(update={"weak_below": 33.0})
    method = DEFINITIONS.method.model_copy(update={"peers": peers})
    (one,) = method_changes(NOW, Catalogue(FORM, replace(DEFINITIONS, method=method)))
    assert (one.kind, one.code, one.before.en, one.after.en) == ("setting", "peers.weak_below", "20", "33")


@pytest.mark.parametrize("kind", ["measures", "checks"])
def test_what_bases_are_asked_is_told(kind):
    entries = getattr(FORM, kind)
    code = next(iter(entries))
    other = entries[code].model_copy(update={"name": Text(en="Another", zh="另一")})
    changed = Catalogue(replace(FORM, **{kind: {**entries, code: other}}), DEFINITIONS)
    assert [(one.kind, one.what, one.code) for one in method_changes(NOW, changed)] == [(kind[:-1], "changed", code)]
