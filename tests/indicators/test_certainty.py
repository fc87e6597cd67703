"""How sure the programme's ranks are: its own scores and rules under other weights, scales and indicators."""

from dataclasses import astuple, fields

import numpy as np
import pytest
from pydantic import ValidationError

from etl.panel import Panel, Why
from indicators.certainty import programme_uncertainty, scales, trees, type_uncertainty
from indicators.compute import Values
from indicators.definition import Certainty
from indicators.uncertainty import Uncertainty
from tests.indicators.programmes import DEFINITIONS, TYPES, computed, drawn, scored

METHOD = DEFINITIONS.method
SETTINGS = METHOD.certainty
nan = np.nan


def certainty(panel: Panel, values=None, seed=1, replications=200):
    last = len(panel.periods) - 1
    return programme_uncertainty(
        values or computed(panel), DEFINITIONS, last, panel.types[last], panel.returned[last], TYPES, seed, replications
    )


def with_gaps(kinds: list[str]) -> Panel:
    panel = drawn(kinds)
    panel.values[np.random.default_rng(8).random(panel.values.shape) < 0.01] = nan
    panel.returned[-1, 3] = False
    panel.refresh()
    return panel


MIXED = ["regional"] * 14 + ["university"] * 7 + ["institute"]


def test_the_nominal_ranks_are_the_published_ones_in_every_type_and_pillar():
    panel = with_gaps(MIXED)
    found, published = certainty(panel), scored(panel)
    assert set(found) == {*DEFINITIONS.pillars, METHOD.index.code}
    for code, of in found.items():
        np.testing.assert_array_equal(of.nominal, published.ranks[code], err_msg=code)
        there = ~np.isnan(of.nominal)
        assert there.any()
        assert (of.low <= of.median)[there].all()
        assert (of.median <= of.high)[there].all()
        np.testing.assert_array_equal(np.isnan(of.high), ~there)


def test_a_type_done_alone_comes_out_byte_for_byte_as_among_the_others():
    panel = with_gaps(MIXED)
    whole, last = certainty(panel), len(panel.periods) - 1
    members = np.flatnonzero((panel.types[last] == TYPES.index("university")) & panel.returned[last])
    alone = type_uncertainty(computed(panel), DEFINITIONS, last, members, "university", 1, 200)
    for code, of in alone.items():
        for field in fields(Uncertainty):
            part = getattr(whole[code], field.name)[members]
            assert part.tobytes() == getattr(of, field.name).tobytes(), (code, field.name)


def test_another_type_does_not_move_the_intervals():
    before = certainty(drawn(MIXED))
    panel = drawn(MIXED)
    panel.values[:, :, 14:] = panel.values[:, :, 14:] * 3 + 1
    after = certainty(panel)
    for code, of in before.items():
        np.testing.assert_array_equal(np.array(astuple(of))[:, :14], np.array(astuple(after[code]))[:, :14])


def test_types_draw_differently_and_so_do_the_index_and_the_bonus_pillar():
    panel = drawn(["regional"] * 8 + ["enterprise"] * 8)
    panel.values[:, :, 8:] = panel.values[:, :, :8]
    found = certainty(panel)["index"]
    assert not np.array_equal(found.mean[:8], found.mean[8:])


def test_bases_in_another_order_have_the_same_certainty():
    panel, values = drawn(["regional"] * 9), computed(drawn(["regional"] * 9))
    order = np.random.default_rng(0).permutation(9)
    moved = {
        code: Values(of.numerator, of.denominator, of.value[:, order], of.why[:, order], of.complete)
        for code, of in values.items()
    }
    one, other = certainty(panel, values), certainty(panel, moved)
    for code, of in one.items():
        np.testing.assert_array_equal(np.array(astuple(of))[:, order], np.array(astuple(other[code])))


def test_the_trees_are_the_composite_s():
    index, bonus = trees(DEFINITIONS, "regional")
    assert (index.codes[-1], bonus.codes[-1]) == ("index", "collaboration")
    weights = dict(zip(index.codes, index.weights, strict=True))
    assert {code: weights[code] for code in ("employment", "incubation", "financing")} == {
        "employment": 35, "incubation": 35, "financing": 30,
    }  # fmt: skip
    assert set(bonus.weights) == {1.0}
    assert not {"FIN03", "FIN08", "FIN11"} & set(index.leaves)


def scores_of(code: str, value: list[float], why: list[int]) -> dict[str, np.ndarray]:
    reasons = np.array([why], dtype=np.uint8)
    values = np.where(reasons == Why.PRESENT, np.array([value], dtype=float), nan)
    of = Values(values, None, values, reasons, reasons == Why.PRESENT)
    indicator = DEFINITIONS.indicators[code]
    found = scales({code: of}, [indicator], 0, np.arange(len(value)), METHOD.scores, SETTINGS.normalisations)
    return {name: table[:, 0] for name, table in found.items()}


def test_what_is_withheld_scores_as_the_worst_on_every_scale():
    found = scores_of("EMP03", [1, 2, 0, 4], [0, 0, Why.WITHHELD, 0])
    for name, scores in found.items():
        assert scores[2] == scores[0] == scores.min(), name
    np.testing.assert_allclose(found["minmax"], [0, 100 / 3, 0, 100])
    np.testing.assert_allclose(found["zscore"][[0, 1, 3]].std(ddof=1), 1)


@pytest.mark.parametrize(("code", "expected"), [("INC10", False), ("EMP03", True)])
def test_a_zero_denominator_is_the_worst_only_where_the_definition_says_so(code, expected):
    for scores in scores_of(code, [1, 2, 0, 4], [0, 0, Why.ZERO_DENOMINATOR, 0]).values():
        assert np.isnan(scores[2]) == expected
        assert expected or scores[2] == np.nanmin(scores)


def test_less_is_better_where_the_definition_says_so():
    for scores in scores_of("INC03", [1, 2, 4], [0, 0, 0]).values():
        assert scores[0] > scores[1] > scores[2]


def test_equal_values_stay_equal_and_above_what_is_withheld_on_every_scale():
    for scores in scores_of("EMP03", [5, 5, 5, 0], [0, 0, 0, Why.WITHHELD]).values():
        assert scores[0] == scores[1] == scores[2] > scores[3]


def test_a_base_alone_in_its_type_has_no_rank_and_no_interval():
    found = certainty(drawn(["institute"]))
    assert all(np.isnan(astuple(of)).all() for of in found.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"normalisations": ["minmax"]}, "begin with percentile_rank"),
        ({"normalisations": ["percentile_rank", "minmax", "minmax"]}, "each once"),
        ({"interval": (95, 5)}, "the smaller first"),
        ({"sources": {}}, "sources must name each"),
        ({"weight_noise": 1}, "less than 1"),
        ({"agreement": 0.8}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change, words):
    with pytest.raises(ValidationError, match=words):
        Certainty.model_validate(SETTINGS.model_dump() | change)
