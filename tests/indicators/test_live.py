"""Ranks patched return by return are those of computing anew, to the last bit, whatever happens to the returns."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import periods
from etl.panel import Panel
from indicators.composite import composite
from indicators.compute import compute
from indicators.counting import Places
from indicators.definition import Definitions
from indicators.index.rank import places, places_in_order, rank
from indicators.live import Change, Live, reach
from tests.indicators.programmes import DEFINITIONS, LAST, TYPES, drawn

QUARTERS = 8
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = st.sampled_from([0.0, 1.0, 2.0, 3.0, 7.5, 100.0])
"""So few that values are often tied, and denominators often 0."""


def with_method(ties: str, withheld: float) -> Definitions:
    scores = DEFINITIONS.method.scores.model_copy(update={"ties": ties, "withheld": withheld})
    return dataclasses.replace(DEFINITIONS, method=DEFINITIONS.method.model_copy(update={"scores": scores}))


@st.composite
def programmes(draw) -> Panel:
    """Some bases of some types (one may be alone in its type), some without returns, some that join late or change
    their type, with values that are often blank, 0 or tied."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=9))
    panel = drawn(kinds, draw(st.integers(0, 999)), QUARTERS)
    random = np.random.default_rng(draw(st.integers(0, 999)))
    panel.values[:] = random.integers(0, draw(st.sampled_from([2, 5, 1000])), panel.values.shape)
    panel.values[random.random(panel.values.shape) < draw(st.sampled_from([0, 0.05, 0.5]))] = np.nan
    panel.returned[:] = random.random(panel.returned.shape) >= draw(st.sampled_from([0, 0.2, 1]))
    panel.values[np.broadcast_to(~panel.returned[:, None, :], panel.values.shape)] = np.nan
    if draw(st.booleans()):
        base, quarter = draw(st.integers(0, len(kinds) - 1)), draw(st.integers(1, QUARTERS - 1))
        panel.types[:quarter, base] = draw(st.integers(-1, len(TYPES) - 1))
    panel.refresh()
    return panel


@st.composite
def returns(draw, panel: Panel):
    """(base, quarter, figures): new, corrected a little, the same, or withdrawn."""
    base, quarter = draw(st.sampled_from(panel.bases)), draw(st.sampled_from(panel.periods))
    kept = panel.values[panel.periods.index(quarter), :, panel.bases.index(base)]
    known = {code: float(kept[row]) for code, row in panel.rows.items() if kept[row] == kept[row]}
    match draw(st.sampled_from(["new", "corrected", "same", "by a hair", "withdrawn"])):
        case "new":
            random = np.random.default_rng(draw(st.integers(0, 999)))
            blank = draw(st.sampled_from([0, 0.2, 1]))
            figures = {m: float(random.integers(0, 5)) for m in panel.measures if random.random() >= blank}
        case "corrected":
            figures = known | draw(st.dictionaries(st.sampled_from(panel.measures), FEW, min_size=1, max_size=4))
        case "by a hair":
            figures = {code: value * (1 + 1e-15) for code, value in known.items()}
        case "same":
            figures = known
        case _:
            return base, quarter, None
    return base, quarter, figures


def anew(panel: Panel, definitions: Definitions, period: str):
    """(values, composite) of one quarter from a panel that nobody has patched."""
    fresh = Panel(*(getattr(panel, field.name) for field in dataclasses.fields(Panel) if field.init))
    values, at = compute(fresh, definitions, TYPES), panel.periods.index(period)
    return {code: (of, at) for code, of in values.items()}, composite(
        values, definitions, at, fresh.types[at], fresh.returned[at], TYPES
    )


def same(live: Live, definitions: Definitions, period: str) -> None:
    values, expected = anew(live.panel, definitions, period)
    found = live.quarter(period)
    for code, (of, at) in values.items():
        for name, array in vars(of).items():
            patched = getattr(found.values[code], name)
            if array is None:
                assert patched is None
            else:
                np.testing.assert_array_equal(patched[0], array[at], err_msg=f"{code} {name}")
    for name, tables in vars(expected).items():
        for code, table in tables.items():
            np.testing.assert_array_equal(getattr(found.composite, name)[code], table, err_msg=f"{name} of {code}")


@quick
@given(st.data(), programmes(), st.sampled_from(["average", "min"]), st.sampled_from([0, 0, 37.5, 50, 100]))
def test_after_every_return_all_followed_quarters_are_as_if_computed_anew(data, panel, ties, withheld):
    definitions = with_method(ties, withheld)
    live = Live(panel, definitions, TYPES)
    followed = data.draw(st.lists(st.sampled_from(panel.periods), min_size=1, max_size=4, unique=True))
    for period in followed:
        same(live, definitions, period)
    for _ in range(data.draw(st.integers(1, 5))):
        live.accept(*data.draw(returns(panel)))
        for period in followed:
            same(live, definitions, period)


@quick
@given(st.lists(st.one_of(FEW, st.just(np.nan)), min_size=1, max_size=12), st.data())
def test_counted_places_are_those_of_sorting(values, data):
    hair = st.sampled_from([0.0, 1e-16, 3e-13, 1e-11])
    kept = Places(np.array(values))
    for _ in range(6):
        unit = data.draw(st.integers(0, len(values) - 1))
        new = data.draw(st.one_of(FEW, st.just(np.nan)))
        values[unit] = new * (1 + data.draw(hair))
        kept.move(unit, values[unit])
        given_ = np.array(values)
        assert kept.count == np.count_nonzero(~np.isnan(given_))
        np.testing.assert_array_equal(kept.ranks, rank(given_, -1))
        for ties in ("average", "min"):
            if kept.count >= 2:
                np.testing.assert_array_equal(
                    kept.percentiles(ties), (places(given_, ties, -1) - 1) / (kept.count - 1) * 100
                )


def figures_of(panel: Panel, base: int, quarter: int) -> dict[str, float]:
    return dict(zip(panel.measures, panel.values[quarter, :, base].tolist(), strict=True))


def test_two_bases_that_swap_their_returns_swap_their_ranks():
    panel = drawn(["university", "university"])
    live = Live(panel, DEFINITIONS, TYPES)
    quarter = live.quarter(LAST)
    before = {code: ranks.copy() for code, ranks in quarter.composite.ranks.items()}
    for at, period in enumerate(panel.periods):
        ones, others = figures_of(panel, 0, at), figures_of(panel, 1, at)
        live.accept(panel.bases[0], period, others)
        live.accept(panel.bases[1], period, ones)
    assert sorted(before["index"]) == [1, 2]
    for code, ranks in quarter.composite.ranks.items():
        np.testing.assert_array_equal(ranks, before[code][::-1])


def test_a_return_changes_its_quarter_and_as_many_later_ones_as_formulas_look_back():
    panel = drawn(["regional"] * 3)
    live = Live(panel, DEFINITIONS, TYPES)
    for period in panel.periods:
        live.quarter(period)
    revised = panel.periods[3]
    changes = live.accept(panel.bases[0], revised, dict.fromkeys(panel.measures, 41.0))
    assert reach(DEFINITIONS) == 4
    assert [change.period for change in changes] == list(periods.span(revised, periods.shift(revised, 4)))
    assert all(change.codes for change in changes)
    for period in panel.periods:
        same(live, DEFINITIONS, period)


def test_only_the_indicators_that_read_a_corrected_measure_change():
    panel = drawn(["regional"] * 4)
    live = Live(panel, DEFINITIONS, TYPES)
    live.quarter(LAST)
    (change,) = live.accept(panel.bases[2], LAST, figures_of(panel, 2, -1) | {"mentors": 7777.0})
    assert change == Change(LAST, ("INC10",), True)


def test_sending_the_same_again_changes_nothing():
    panel = drawn(["regional"] * 4)
    live = Live(panel, DEFINITIONS, TYPES)
    live.quarter(LAST)
    assert live.accept(panel.bases[2], LAST, figures_of(panel, 2, -1)) == [Change(LAST, (), False)]


def test_a_base_whose_return_is_withdrawn_is_not_ranked_and_its_peers_close_up():
    panel = drawn(["regional"] * 4)
    live = Live(panel, DEFINITIONS, TYPES)
    quarter = live.quarter(LAST)
    first = int(np.argmin(quarter.composite.ranks["index"]))
    live.accept(panel.bases[first], LAST, None)
    ranks = quarter.composite.ranks["index"]
    assert np.isnan(ranks[first])
    assert sorted(np.delete(ranks, first)) == [1, 2, 3]


def test_one_types_return_leaves_the_ranks_of_the_others():
    panel = drawn(["regional"] * 3 + ["university"] * 3)
    live = Live(panel, DEFINITIONS, TYPES)
    quarter = live.quarter(LAST)
    before = quarter.peers[TYPES.index("university")].ranks["index"].copy()
    live.accept(panel.bases[0], LAST, dict.fromkeys(panel.measures, 3.0))
    np.testing.assert_array_equal(quarter.peers[TYPES.index("university")].ranks["index"], before)


@pytest.mark.parametrize(("base", "period", "error"), [("nobody", LAST, KeyError), ("B00", "2031Q1", ValueError)])
def test_a_return_that_the_panel_has_no_place_for_is_refused_and_changes_nothing(base, period, error):
    panel = drawn(["regional"] * 2)
    before = panel.values.copy()
    with pytest.raises(error):
        Live(panel, DEFINITIONS, TYPES).accept(base, period, {"mentors": 1.0})
    np.testing.assert_array_equal(panel.values, before)


def test_a_panel_patched_return_by_return_is_one_that_was_filled_at_once():
    whole = drawn(["regional", "institute"], quarters=3)
    panel = Panel.empty(whole.periods, whole.measures, whole.bases, whole.types, whole.asked)
    for quarter in range(3):
        for base in range(2):
            panel.put(quarter, base, {"unknown": 1.0} | figures_of(whole, base, quarter))
    for measure in whole.measures:
        for found, expected in zip(panel.column(measure), whole.column(measure), strict=True):
            np.testing.assert_array_equal(found, expected)
    panel.put(1, 0, None)
    whole.returned[1, 0] = False
    whole.refresh()
    for measure in whole.measures:
        for found, expected in zip(panel.column(measure), whole.column(measure), strict=True):
            np.testing.assert_array_equal(found, expected)


def test_places_do_not_depend_on_how_equal_values_were_ordered():
    values = np.array([3.0, 1, np.nan, 3, 2, 2 + 1e-14])
    for order in ([1, 4, 5, 0, 3, 2], [1, 4, 5, 3, 0, 2]):
        for ties in ("min", "average"):
            np.testing.assert_array_equal(places_in_order(values, np.array(order), ties), places(values, ties, -1))
