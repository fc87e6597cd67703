"""Scores, pillars, index and ranks: who is compared with whom, and what a missing value costs."""

import numpy as np
import pytest

from etl.panel import Why
from indicators.composite import indicator_scores, programme_tree
from tests.indicators.programmes import DEFINITIONS, computed, drawn, put, scored

nan = np.nan
RULES = DEFINITIONS.method.scores
UP, DOWN = DEFINITIONS.indicators["EMP03"], DEFINITIONS.indicators["INC03"]
MENTORS = DEFINITIONS.indicators["INC10"]


def same(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12)


def scores(indicator, values, whys):
    value = np.array([nan if why else value for value, why in zip(values, whys, strict=True)], dtype=float)
    return indicator_scores(indicator, value, np.array(whys, dtype=np.uint8), RULES)


def test_less_is_better_where_the_definition_says_so():
    same(scores(DOWN, [1, 2, 3], [0, 0, 0]), [100, 50, 0])


@pytest.mark.parametrize("why", [Why.WITHHELD, Why.NO_RETURN])
def test_a_withheld_value_scores_0(why):
    same(scores(UP, [1, 2, 3], [0, why, 0]), [0, 0, 100])


@pytest.mark.parametrize("why", [Why.NOT_ASKED, Why.HISTORY, Why.ZERO_DENOMINATOR])
def test_a_value_that_nobody_could_give_drops_out(why):
    same(scores(UP, [1, 2, 3], [0, why, 0]), [0, nan, 100])


def test_no_mentors_is_the_worst_case():
    same(scores(MENTORS, [1, 2, 3], [0, Why.ZERO_DENOMINATOR, 0]), [100, 0, 0])


def test_one_base_alone_has_no_score():
    same(scores(UP, [5], [0]), [nan])


def test_where_all_are_blank_nobody_has_a_score():
    same(scores(UP, [0, 0, 0], [Why.WITHHELD] * 3), [nan, nan, nan])


def test_a_withheld_value_scores_0_also_where_only_one_other_base_gave_one():
    same(scores(UP, [1, 2], [0, Why.WITHHELD]), [nan, 0])


def test_types_are_never_ranked_against_each_other():
    panel = drawn(["regional"] * 3 + ["university"] * 3)
    before = scored(panel)
    panel.values[:, :, 3:] = panel.values[:, :, 3:] * 7 + 3
    after = scored(panel)
    for code, values in before.scores.items():
        np.testing.assert_array_equal(values[:3], after.scores[code][:3])


def test_each_type_has_its_own_first_place():
    composite = scored(drawn(["regional"] * 3 + ["university"] * 3))
    ranks = composite.ranks["index"]
    assert sorted(ranks[:3]) == sorted(ranks[3:]) == [1, 2, 3]


def test_a_base_without_a_return_is_not_scored_and_its_peers_are():
    panel = drawn(["regional"] * 4)
    panel.returned[-1, 0] = False
    panel.refresh()
    composite = scored(panel)
    assert np.isnan(composite.scores["index"][0])
    assert sorted(composite.ranks["index"][1:]) == [1, 2, 3]


def test_the_index_is_the_mean_of_the_pillars_by_the_weights_of_their_indicators():
    composite = scored(drawn(["regional"] * 5))
    pillars = {"employment": 35, "incubation": 35, "financing": 30}
    expected = sum(weight * composite.scores[pillar] for pillar, weight in pillars.items()) / 100
    same(composite.scores["index"], expected)


def test_a_pillar_is_the_weighted_mean_of_its_indicators():
    composite = scored(drawn(["regional"] * 5))
    inside = DEFINITIONS.of_pillar("employment")
    same(composite.scores["employment"], sum(i.weight * composite.scores[i.code] for i in inside) / 35)


def test_the_bonus_pillar_weighs_its_indicators_equally_and_is_no_part_of_the_index():
    panel = drawn(["regional"] * 5)
    before = scored(panel)
    defined = [i.code for i in DEFINITIONS.of_pillar("collaboration") if "regional" in i.base_types]
    same(before.scores["collaboration"], np.mean([before.scores[code] for code in defined], axis=0))
    put(panel, "intl_projects", 0, 999)
    after = scored(panel)
    assert after.scores["collaboration"][0] > before.scores["collaboration"][0]
    same(after.scores["index"], before.scores["index"])


def test_an_indicator_that_is_only_shown_has_no_score():
    composite = scored(drawn(["regional"] * 5))
    for code in ("FIN03", "FIN08", "FIN11"):
        assert np.isnan(composite.scores[code]).all()


def test_with_too_little_history_there_is_no_index():
    panel = drawn(["regional"] * 5, quarters=2)
    assert np.isnan(scored(panel).scores["index"]).all()


def test_the_programmes_tree_has_its_pillars_below_the_index_and_the_bonus_beside_it():
    indicators = [i for i in DEFINITIONS.of_type("regional") if i.scored]
    tree = programme_tree(DEFINITIONS, indicators)
    above = {
        code: tree.codes[parent] if parent >= 0 else "" for code, parent in zip(tree.codes, tree.parents, strict=True)
    }
    assert {code for code, parent in above.items() if not parent} == {"index", "collaboration"}
    assert {code for code, parent in above.items() if parent == "index"} == {"employment", "incubation", "financing"}
    assert all(above[i.code] == i.pillar for i in indicators)


def test_an_index_whose_pillars_weigh_nothing_is_left_out_and_its_indicators_are_still_scored():
    bonus = [i for i in DEFINITIONS.of_pillar("collaboration") if i.scored]
    tree = programme_tree(DEFINITIONS, [DEFINITIONS.indicators["EMP03"].model_copy(update={"weight": 0.0}), *bonus])
    assert "index" not in tree.codes
    assert "EMP03" in tree.leaves
    assert "collaboration" in tree.codes


def test_a_pillar_needs_its_share_of_the_weight_not_of_the_number_of_its_indicators():
    panel = drawn(["regional"] * 60)
    values, random = computed(panel), np.random.default_rng(4)
    for of in values.values():
        drops = random.random(of.value.shape) < 0.4
        of.value[drops], of.why[drops] = nan, Why.HISTORY
    composite = scored(panel, values)
    told_apart = 0
    for pillar in ("employment", "incubation", "financing"):
        inside = [i for i in DEFINITIONS.of_pillar(pillar) if i.scored and "regional" in i.base_types]
        there = ~np.isnan(np.array([composite.scores[i.code] for i in inside]))
        weight = np.array([i.weight for i in inside])
        enough = weight @ there >= RULES.min_share * weight.sum()
        np.testing.assert_array_equal(~np.isnan(composite.scores[pillar]), enough)
        told_apart += int((enough != (there.mean(axis=0) >= RULES.min_share)).sum())
    assert told_apart > 0
