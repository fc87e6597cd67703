"""The programme's bases against their peers and their own history."""

import numpy as np
import pytest

from etl import formula
from etl.panel import Why
from indicators.compute import Values
from indicators.funnel import funnel
from indicators.histories import A_YEAR, histories, step_of
from indicators.peers import BETTER, WORSE, indicator_funnels
from indicators.xmr import xmr
from tests.indicators.programmes import DEFINITIONS, FORM, TYPES, computed, drawn

RULES = DEFINITIONS.method.signals
FUNNELS = {code: i for code, i in DEFINITIONS.indicators.items() if i.funnel}


def programme(seed=0, kinds=("regional",) * 30 + ("university",) * 12 + ("institute",) * 3):
    """Every funnel's counts drawn from one common chance of 40 %."""
    rng = np.random.default_rng(seed)
    panel = drawn(list(kinds), seed)
    values = computed(panel)
    for code in FUNNELS:
        size = rng.integers(40, 400, panel.types.shape)
        count = rng.binomial(size, 0.4).astype(float)
        factor = DEFINITIONS.indicators[code].factor
        why = np.where(values[code].why == Why.NOT_ASKED, Why.NOT_ASKED, Why.PRESENT)
        value = np.where(why == Why.PRESENT, factor * count / size, np.nan)
        values[code] = Values(count, size.astype(float), value, why, why == Why.PRESENT)
    return panel, values


def judged(panel, values):
    return indicator_funnels(values, DEFINITIONS, 7, panel.types[7], panel.returned[7], TYPES)


def test_every_indicator_with_a_funnel_is_judged_within_each_type():
    panel, values = programme()
    found = judged(panel, values)
    assert found.keys() == FUNNELS.keys()
    for code, of in found.items():
        members = np.flatnonzero(panel.types[7] == TYPES.index("university"))
        count, size = values[code].numerator[7, members], values[code].denominator[7, members]
        alone, factor = funnel(count, size), DEFINITIONS.indicators[code].factor
        np.testing.assert_allclose(of.z[members], alone.z, atol=1e-6)
        np.testing.assert_allclose(of.upper[members], alone.upper_998 * factor, rtol=1e-5)
        np.testing.assert_allclose(of.target[members], float(alone.target) * factor, rtol=1e-6)
        np.testing.assert_allclose(of.funnels["university"].limit(-3.0, size), alone.limit(-3.0, size), rtol=1e-5)


def test_three_bases_of_a_type_are_too_few():
    panel, values = programme()
    few = panel.types[7] == TYPES.index("institute")
    for of in judged(panel, values).values():
        assert np.isnan(of.z[few]).all()
        assert not of.outlier[few].any()


def put(values, code, base, count, size):
    values[code].numerator[7, base], values[code].denominator[7, base] = count, size


def test_a_base_far_below_its_peers_is_flagged_as_worse_where_more_is_better():
    panel, values = programme()
    put(values, "EMP03", 4, 20, 300)
    put(values, "INC03", 5, 20, 300)
    found = judged(panel, values)
    assert found["EMP03"].outlier[4]
    assert found["EMP03"].side[4] == WORSE
    assert found["EMP03"].q[4] < RULES.funnel.false_discovery
    assert found["INC03"].outlier[5]
    assert found["INC03"].side[5] == BETTER, "fewer closures are better"


def test_an_indicator_without_a_direction_is_shown_and_never_flagged():
    panel, values = programme()
    code = next(code for code, i in FUNNELS.items() if not i.scored)
    put(values, code, 4, 1, 300)
    of = judged(panel, values)[code]
    assert of.z[4] < -3.1
    assert not of.outlier.any()
    assert not of.side.any()
    assert np.isnan(of.q).all()


def test_in_programmes_without_a_bad_base_hardly_any_base_is_flagged():
    flags = [sum(int(of.outlier.sum()) for of in judged(*programme(seed)).values()) for seed in range(12)]
    assert np.mean(flags) < 0.3


def test_what_is_no_proportion_or_not_there_takes_no_part():
    panel, values = programme()
    before = judged(panel, values)["EMP06"]
    for base, (count, size) in enumerate([(50, 40), (0, 0)]):
        put(values, "EMP06", base, count, size)
    values["EMP06"].why[7, 2] = Why.WITHHELD
    panel.returned[7, 3] = False
    of = judged(panel, values)["EMP06"]
    assert np.isnan(of.z[:4]).all()
    assert not np.isnan(before.z[:4]).any()
    others = np.flatnonzero(panel.types[7] == TYPES.index("regional"))[4:]
    alone = funnel(values["EMP06"].numerator[7, others], values["EMP06"].denominator[7, others])
    np.testing.assert_allclose(of.z[others], alone.z, atol=1e-6)


def test_a_rate_is_held_against_what_the_type_has_for_each_unit_of_the_denominator():
    panel, values = programme()
    rate = DEFINITIONS.indicators["EMP03"].model_copy(update={"funnel": "rate"})
    definitions = type(DEFINITIONS)({"EMP03": rate}, DEFINITIONS.method, "", "")
    of = indicator_funnels(values, definitions, 7, panel.types[7], panel.returned[7], TYPES)["EMP03"]
    members = np.flatnonzero(panel.types[7] == TYPES.index("regional"))
    count, size = values["EMP03"].numerator[7, members], values["EMP03"].denominator[7, members]
    pooled = count.sum() / size.sum()
    alone = funnel(count, size * pooled, "rate")
    np.testing.assert_allclose(of.z[members], alone.z, atol=1e-6)
    np.testing.assert_allclose(of.target[members], 100 * pooled)
    np.testing.assert_allclose(of.lower[members], 100 * pooled * alone.lower_998, rtol=1e-5)


def test_a_series_is_charted_in_the_indicators_direction_and_up_to_its_quarter_only():
    panel = drawn(["regional"] * 3, 1, quarters=12)
    values = computed(panel)
    code = next(code for code, i in DEFINITIONS.indicators.items() if step_of(i, FORM) == 1 and i.direction == "down")
    of = histories(values, DEFINITIONS, FORM, 10)[code]
    for base in range(3):
        alone = xmr(values[code].value[:11, base], "down")
        np.testing.assert_array_equal(of.charts.cause[base], alone.cause)
        assert (of.cause[base], of.judgement[base]) == (alone.cause[-1], alone.judgement[-1])
    assert of.judged.all()
    assert of.provisional.all()


def test_values_that_share_quarters_are_charted_a_year_apart():
    for indicator in DEFINITIONS.indicators.values():
        trees = [tree for tree in (indicator.numerator_tree, indicator.denominator_tree) if tree]
        looks_back = any(formula.reach(tree) for tree in trees)
        since_january = any(FORM.measures[m].timing == "year_to_date" for t in trees for m in formula.measures(t))
        assert step_of(indicator, FORM) == (A_YEAR if looks_back or since_january else 1)


@pytest.mark.parametrize(
    ("points", "expected"), [(RULES.history.least_points - 1, False), (RULES.history.least_points, True)]
)
def test_a_short_series_is_not_judged(points, expected):
    panel = drawn(["regional"] * 3, 1, quarters=points)
    values = computed(panel)
    of = histories(values, DEFINITIONS, FORM, points - 1)
    monthly = [code for code in of if step_of(DEFINITIONS.indicators[code], FORM) == 1]
    assert monthly
    assert all(of[code].judged.all() == expected for code in monthly)
    assert not any(of[code].cause[~of[code].judged].any() for code in of)


def test_a_missing_last_value_is_not_judged():
    panel = drawn(["regional"] * 3, 1, quarters=12)
    panel.values[-1, :, 0] = np.nan
    panel.refresh()
    for of in histories(computed(panel), DEFINITIONS, FORM, 11).values():
        assert not of.judged[0]
        assert of.judgement[0] == 0
