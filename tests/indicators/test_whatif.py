"""What if: as published it gives the published ranks; other choices change what they should, and write nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.compute import Values
from indicators.whatif import AS_PUBLISHED, MEAN_NAMES, MOST_FACTOR, SCALE_NAMES, Choice, NoIndex, what_if
from tests.indicators.programmes import DEFINITIONS, computed, drawn, scored

KIND = "regional"
PANEL = drawn([KIND] * 15, seed=4)
VALUES = computed(PANEL)
LAST = {
    code: Values(*(None if part is None else part[-1:] for part in vars(of).values())) for code, of in VALUES.items()
}
INDEX = DEFINITIONS.method.index.code
PILLARS = [code for code, pillar in DEFINITIONS.pillars.items() if not pillar.bonus]


PUBLISHED = Choice()


def ranks(choice: Choice = PUBLISHED, values=LAST) -> list[float]:
    return what_if(values, DEFINITIONS, KIND, choice, seed=1).certainty.nominal.tolist()


def test_as_published_the_ranks_and_the_index_are_the_published_ones():
    published, found = scored(PANEL, VALUES), what_if(LAST, DEFINITIONS, KIND, Choice(), seed=1)
    np.testing.assert_array_equal(found.certainty.nominal, published.ranks[INDEX])
    np.testing.assert_allclose(found.index, published.scores[INDEX], rtol=1e-12)


@pytest.mark.parametrize("pillar", PILLARS)
def test_with_one_pillar_alone_the_ranks_are_that_pillars(pillar):
    alone = Choice({code: float(code == pillar) for code in PILLARS})
    assert ranks(alone) == scored(PANEL, VALUES).ranks[pillar].tolist()


def test_all_weights_doubled_change_nothing():
    assert ranks(Choice(dict.fromkeys(PILLARS, 2.0))) == ranks()


@pytest.mark.parametrize("scale", SCALE_NAMES)
@pytest.mark.parametrize("mean", MEAN_NAMES)
def test_every_scale_goes_with_every_mean(scale, mean):
    found = what_if(LAST, DEFINITIONS, KIND, Choice(scale=scale, mean=mean), seed=1)
    assert sorted(found.certainty.nominal) == list(range(1, 16))
    assert np.isfinite(found.index).all()
    assert (found.certainty.low <= found.certainty.median).all()
    assert (found.certainty.median <= found.certainty.high).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.1, MOST_FACTOR), min_size=len(PILLARS), max_size=len(PILLARS)), st.sampled_from(SCALE_NAMES)
)
def test_a_base_that_is_best_in_everything_stays_first(factors, scale):
    best = {}
    for code, of in LAST.items():
        value, down = of.value.copy(), DEFINITIONS.indicators[code].direction == "down"
        value[0, 3] = np.nanmin(value) - 1 if down else np.nanmax(value) + 1
        best[code] = Values(value, None, value, np.zeros_like(of.why), of.complete)
    assert ranks(Choice(dict(zip(PILLARS, factors, strict=True)), scale), best)[3] == 1


def test_a_weight_that_goes_to_0_does_not_jump_by_moving_the_scale():
    """Z-scores under a geometric mean have one map for all indicators; it goes by the published weights."""
    for indicator in DEFINITIONS.indicators.values():
        none, hardly = (
            what_if(LAST, DEFINITIONS, KIND, Choice({indicator.code: factor}, "zscore", "geometric"), seed=1)
            for factor in (0.0, 1e-12)
        )
        np.testing.assert_allclose(none.index, hardly.index, rtol=1e-9)


def test_without_any_weight_there_is_no_index():
    with pytest.raises(NoIndex, match="every pillar"):
        ranks(Choice(dict.fromkeys(PILLARS, 0.0)))


def test_a_pillar_that_weighs_needs_an_indicator_that_does():
    inside = {i.code: 0.0 for i in DEFINITIONS.of_pillar(PILLARS[0])}
    with pytest.raises(NoIndex, match=PILLARS[0]):
        ranks(Choice(inside))
    assert ranks(Choice({**inside, PILLARS[0]: 0.0})) == ranks(Choice({PILLARS[0]: 0.0}))


def test_only_the_methods_own_choice_is_called_as_published():
    assert (Choice().scale, Choice().mean) == AS_PUBLISHED
    assert Choice(dict.fromkeys(PILLARS, 1.0)).as_published
    assert not Choice({PILLARS[0]: 1.1}).as_published
    assert not Choice(scale="minmax").as_published
