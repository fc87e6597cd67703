"""How sure the programme's ranks are: its own scores and rules under other weights, scales and indicators."""

from dataclasses import astuple, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from etl.panel import Panel, Why
from indicators.certainty import programme_uncertainty, scales, trees, type_uncertainty
from indicators.compute import Values
from indicators.definition import Certainty, Method
from indicators.lifting import ends_of, lifted
from indicators.replications import replicate, scores_of_all
from indicators.uncertainty import Uncertainty, draw
from tests.indicators.programmes import DEFINITIONS, FORM, TYPES, computed, drawn, scored

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
        ({"means": ["geometric"]}, "begin with arithmetic"),
        ({"means": ["arithmetic", "geometric", "geometric"]}, "each once"),
        ({"means": ["arithmetic", "median"]}, "Input should be"),
        ({"interval": (95, 5)}, "the smaller first"),
        ({"sources": {}}, "sources must name each"),
        ({"weight_noise": 1}, "less than 1"),
        ({"agreement": 0.8}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change, words):
    with pytest.raises(ValidationError, match=words):
        Certainty.model_validate(SETTINGS.model_dump() | change)


def test_a_method_kept_before_the_mean_was_a_setting_has_the_arithmetic_one_alone():
    kept = SETTINGS.model_dump(exclude={"means"}) | {
        "sources": {name: source for name, source in SETTINGS.sources.items() if name != "means"}
    }
    assert Certainty.model_validate(kept).means == ["arithmetic"]
    with pytest.raises(ValidationError, match="sources must name each"):
        Certainty.model_validate(kept | {"means": ["arithmetic", "geometric"]})


def test_a_score_below_0_for_what_is_withheld_goes_with_an_arithmetic_mean_only():
    below = METHOD.model_dump() | {"scores": METHOD.scores.model_dump() | {"withheld": -5}}
    with pytest.raises(ValidationError, match=r"scores\.withheld must be at least 0"):
        Method.model_validate(below)
    alone = below["certainty"] | {"means": ["arithmetic"]}
    assert Method.model_validate(below | {"certainty": alone}).scores.withheld == -5


def means(*names: str):
    certainty = SETTINGS.model_copy(update={"means": list(names)})
    return replace(DEFINITIONS, method=METHOD.model_copy(update={"certainty": certainty}))


def test_the_replications_of_the_arithmetic_mean_are_what_they_are_without_another():
    """A second mean draws no other weight, scale or indicator left out, and moves no score that is added up as it is."""
    panel = with_gaps(["regional"] * 15)
    (tree, *_), members = trees(DEFINITIONS, "regional"), np.flatnonzero(panel.returned[-1])
    scored = [DEFINITIONS.indicators[code] for code in tree.leaves]
    tables = scales(computed(panel), scored, 7, members, METHOD.scores, SETTINGS.normalisations)
    above = lifted(tables, ends_of([(tables, tree)]))
    ranks, draws = {}, {}
    for names in (("arithmetic",), ("arithmetic", "geometric")):
        draws[names] = draw(tree, 300, 1, scales=3, means=len(names), leave_one_out=True)
        whole = scores_of_all(tables, tree, names, METHOD.scores.min_share, "weight", above)
        ranks[names] = replicate(whole, tree, draws[names], ["index"], np.zeros(members.size, dtype=int))["index"]
    alone, both = ranks.values()
    arithmetic = draws["arithmetic", "geometric"].mean == 0
    assert 100 < arithmetic.sum() < 200
    np.testing.assert_array_equal(alone[:, arithmetic], both[:, arithmetic])
    assert (alone != both)[:, ~arithmetic].any()


def test_a_geometric_mean_moves_no_published_rank_and_widens_intervals():
    panel, last = with_gaps(["regional"] * 20), 7
    wide, narrow = (
        programme_uncertainty(
            computed(panel), means(*names), last, panel.types[last], panel.returned[last], TYPES, 1, 400
        )
        for names in (("arithmetic", "geometric"), ("arithmetic",))
    )
    for code, of in wide.items():
        np.testing.assert_array_equal(of.nominal, narrow[code].nominal)
        np.testing.assert_array_equal(np.isnan(of.high), np.isnan(narrow[code].high))
        assert np.nanmean(of.high - of.low) > np.nanmean(narrow[code].high - narrow[code].low), code


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["regional", "university"]), st.data())
def test_whoever_is_silent_is_never_before_a_base_that_gave_its_numbers_and_is_its_equal_elsewhere(seed, kind, data):
    """On every scale, by every mean, whatever is drawn, in the index and in each pillar."""
    panel = drawn([kind] * 5, seed)
    panel.values[:, :, 1] = panel.values[:, :, 0]
    asked = [measure.code for measure in FORM.measures_of(kind)]
    for measure in data.draw(st.lists(st.sampled_from(asked), min_size=1, max_size=6)):
        panel.values[-1, panel.rows[measure], 0] = nan
    panel.refresh()
    values, names = computed(panel), ("arithmetic", "geometric", "harmonic")
    for tree in trees(DEFINITIONS, kind):
        scored = [DEFINITIONS.indicators[code] for code in tree.leaves]
        tables = scales(values, scored, 7, np.arange(5), METHOD.scores, SETTINGS.normalisations)
        above = lifted(tables, ends_of([(tables, tree)]))
        draws = draw(tree, 60, seed, noise=0.9, scales=3, means=3, leave_one_out=True)
        whole = scores_of_all(tables, tree, names, METHOD.scores.min_share, "weight", above)
        codes = tree.codes[tree.indicators :]
        for code, ranks in replicate(whole, tree, draws, codes, np.zeros(5, dtype=int)).items():
            there = (ranks[:2] > 0).all(axis=0)
            assert (ranks[0] >= ranks[1])[there].all(), code
