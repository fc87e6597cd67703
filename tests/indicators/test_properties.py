"""What must hold of any programme, whatever its numbers."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.panel import Panel
from tests.indicators.programmes import DEFINITIONS, FORM, computed, drawn, scored

KINDS = st.lists(st.sampled_from(["regional", "university", "enterprise"]), min_size=2, max_size=8)
SEED = st.integers(0, 10_000)
SCORED = [indicator for indicator in DEFINITIONS.indicators.values() if indicator.scored and indicator.weight]
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def with_gaps(panel: Panel, seed: int, share: float) -> Panel:
    """The panel with some values blank and some 0."""
    draw = np.random.default_rng(seed).random(panel.values.shape)
    panel.values[draw < share] = np.nan
    panel.values[draw > 1 - share] = 0
    panel.refresh()
    return panel


@quick
@given(KINDS, SEED, st.sampled_from(SCORED))
def test_scores_do_not_change_when_an_indicator_is_measured_on_another_scale(kinds, seed, indicator):
    panel = with_gaps(drawn(kinds, seed), seed, 0.03)
    values = computed(panel)
    before = scored(panel, values)
    of = values[indicator.code]
    values[indicator.code] = type(of)(
        of.numerator, of.denominator, np.arctan(of.value / 50) * 3 + 1, of.why, of.complete
    )
    after = scored(panel, values)
    for code in before.scores:
        np.testing.assert_allclose(after.scores[code], before.scores[code], rtol=1e-12)
        np.testing.assert_array_equal(after.ranks[code], before.ranks[code])


@quick
@given(KINDS, SEED, st.sampled_from(SCORED), st.floats(0.01, 1000))
def test_improving_one_indicator_of_a_base_never_worsens_its_index_or_rank(kinds, seed, indicator, step):
    panel = with_gaps(drawn(kinds, seed), seed, 0.03)
    values = computed(panel)
    before = scored(panel, values)
    of = values[indicator.code]
    better = of.value.copy()
    better[-1, 0] += step if indicator.direction == "up" else -step
    values[indicator.code] = type(of)(of.numerator, of.denominator, better, of.why, of.complete)
    after = scored(panel, values)
    if not np.isnan(before.scores["index"][0]):
        assert after.scores["index"][0] >= before.scores["index"][0] - 1e-9
        assert after.ranks["index"][0] <= before.ranks["index"][0]


@quick
@given(KINDS, SEED, st.randoms(use_true_random=False))
def test_the_order_of_the_bases_changes_nothing(kinds, seed, random):
    panel = with_gaps(drawn(kinds, seed), seed, 0.05)
    order = list(range(len(kinds)))
    random.shuffle(order)
    turned = Panel(panel.periods, panel.measures, tuple(panel.bases[i] for i in order), panel.values[:, :, order],
                   panel.types[:, order], panel.asked, panel.returned[:, order])  # fmt: skip
    before, after = scored(panel), scored(turned)
    for code in before.scores:
        np.testing.assert_allclose(after.scores[code], before.scores[code][order], rtol=1e-12)
        np.testing.assert_array_equal(after.ranks[code], before.ranks[code][order])


@quick
@given(KINDS, SEED, st.data())
def test_withholding_a_value_never_raises_the_bases_index(kinds, seed, data):
    """A base must not gain by silence: neither with one measure nor with several."""
    panel = with_gaps(drawn(kinds, seed), seed, data.draw(st.sampled_from([0, 0.02])))
    asked = [measure.code for measure in FORM.measures_of(kinds[0])]
    silent = data.draw(st.lists(st.sampled_from(asked), min_size=1, max_size=4))
    before = scored(panel).scores["index"][0]
    for measure in silent:
        panel.values[-1, panel.rows[measure], 0] = np.nan
    panel.refresh()
    after = scored(panel).scores["index"][0]
    if not np.isnan(before) and not np.isnan(after):
        assert after <= before + 1e-9


@quick
@given(SEED, st.data())
def test_withholding_does_not_help_in_a_pair_either(seed, data):
    panel = drawn(["institute", "institute"], seed)
    measure = data.draw(st.sampled_from([measure.code for measure in FORM.measures_of("institute")]))
    before = scored(panel).scores["index"][0]
    panel.values[-1, panel.rows[measure], 0] = np.nan
    assert scored(panel).scores["index"][0] <= before + 1e-9


@quick
@given(KINDS, SEED)
def test_scores_lie_between_0_and_100(kinds, seed):
    for values in scored(with_gaps(drawn(kinds, seed), seed, 0.1)).scores.values():
        told = values[~np.isnan(values)]
        assert ((told >= 0) & (told <= 100)).all()


@quick
@given(KINDS, SEED)
def test_a_value_is_missing_exactly_where_a_reason_is_given(kinds, seed):
    for code, of in computed(with_gaps(drawn(kinds, seed), seed, 0.1)).items():
        assert (np.isnan(of.value) == (of.why > 0)).all(), code


@pytest.mark.parametrize("code", DEFINITIONS.indicators)
def test_an_indicator_is_missing_for_the_types_it_is_not_defined_for(code):
    indicator = DEFINITIONS.indicators[code]
    panel = drawn(list(FORM.types), 1)
    defined = [kind in indicator.base_types for kind in FORM.types]
    assert (~np.isnan(computed(panel)[code].value[-1])).tolist() == defined
