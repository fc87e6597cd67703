"""How sure the first of a year are: what the grade ranks, in many replications that each hold for all four quarters."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import indicators.year_certainty as year_certainty
from etl.panel import Panel
from indicators.certainty import index_tree, programme_uncertainty, scales
from indicators.composite import composite
from indicators.index.rank import rank
from indicators.uncertainty import draw, seed_of
from indicators.verdicts.evidence import gather
from indicators.verdicts.grades import ranked_top
from indicators.verdicts.lamps import Findings
from indicators.year_certainty import year_top_share
from tests.indicators.programmes import DEFINITIONS, FORM, TYPES, base, computed, drawn

METHOD = DEFINITIONS.method
YEAR = range(4, 8)
MIXED = ["regional"] * 14 + ["university"] * 7 + ["enterprise"] * 6 + ["institute"]
REGIONAL, UNIVERSITY, ENTERPRISE = (TYPES.index(name) for name in ("regional", "university", "enterprise"))
nan = np.nan


def method(certainty=None, scores=None, **verdicts):
    """The programme's definitions with other settings."""
    changed = {
        "certainty": METHOD.certainty.model_copy(update=certainty or {}),
        "scores": METHOD.scores.model_copy(update=scores or {}),
        "verdicts": METHOD.verdicts.changed(**verdicts),
    }
    return replace(DEFINITIONS, method=METHOD.model_copy(update=changed))


def unlike(definitions):
    """Types of which each has an indicator that the other has not."""
    only = {"EMP03": ["university", "enterprise", "institute"], "INC02": ["regional", "enterprise", "institute"]}
    known = definitions.indicators
    return replace(
        definitions,
        indicators=known | {code: known[code].model_copy(update={"base_types": of}) for code, of in only.items()},
    )


NOTHING_DRAWN = {
    "normalisations": ["percentile_rank"],
    "means": ["arithmetic"],
    "weight_noise": 0.0,
    "leave_one_out": False,
}


def share(
    panel: Panel, definitions=DEFINITIONS, values=None, seed=1, replications=40, quarters: Sequence[int] = YEAR
) -> np.ndarray:
    values = values or computed(panel)
    return year_top_share(values, definitions, quarters, panel.types, panel.returned, TYPES, seed, replications)


def eventful(seed: int = 0) -> Panel:
    """Gaps, missing returns, a newcomer, one that left, and bases that changed their type within the year."""
    panel = drawn(MIXED, seed)
    panel.values[np.random.default_rng(8).random(panel.values.shape) < 0.02] = nan
    panel.returned[7, 3] = panel.returned[5, 15] = panel.returned[4:6, 6] = False
    panel.types[:5, 7], panel.returned[:5, 7] = -1, False
    panel.types[7, 8], panel.returned[7, 8] = -1, False
    panel.types[:6, 0] = UNIVERSITY
    panel.types[:5, 1] = ENTERPRISE
    panel.types[:7, 20] = REGIONAL
    panel.refresh()
    return panel


def graded_top(panel: Panel, definitions) -> np.ndarray:
    """[base of the panel]: among the first by the grade's own rank; NaN where it has none."""
    inside = [at for at, kind in enumerate(panel.types[7]) if kind >= 0]
    bases = [base(panel.bases[at], TYPES[panel.types[7, at]]) for at in inside]
    findings = Findings(gather(panel, computed(panel), definitions, FORM, bases, 7), definitions.method.verdicts)
    top = np.full(len(panel.bases), nan)
    top[inside] = np.where(np.isnan(findings.year_index), nan, ranked_top(findings))
    return top


@pytest.mark.parametrize("settings", [{}, {"top": 35}, {"least_quarters": 4}, {"least_quarters": 1}])
@pytest.mark.parametrize("seed", range(3))
def test_with_nothing_drawn_each_base_is_among_the_first_always_or_never_as_in_the_grade(settings, seed):
    panel = eventful(seed)
    nominal = graded_top(panel, method(**settings))
    np.testing.assert_array_equal(share(panel, method(NOTHING_DRAWN, **settings), replications=3), nominal)
    assert set(nominal[~np.isnan(nominal)]) == {0.0, 1.0}
    assert np.isnan(nominal).any()


def by_loop(panel: Panel, definitions, seed: int, replications: int) -> np.ndarray:
    """One replication, one base, one quarter after another."""
    values, rules = computed(panel), definitions.method
    least, names = rules.verdicts.least_quarters.value, rules.certainty.normalisations
    means_of = rules.certainty.means
    published = {q: composite(values, definitions, q, panel.types[q], panel.returned[q], TYPES).scores for q in YEAR}
    trees = {name: tree for name in TYPES if (tree := index_tree(definitions, name))}

    def drawn_for(tree, *of):
        settings = {"noise": rules.certainty.weight_noise, "scales": len(names), "means": len(means_of)}
        return draw(tree, replications, seed_of(seed, *of, "index"), leave_one_out=True, **settings)

    @cache
    def rows_of(q, kind):
        """Scale → base → scores of its indicators, of one type in one quarter."""
        group = np.flatnonzero((panel.types[q] == TYPES.index(kind)) & panel.returned[q])
        own = [definitions.indicators[code] for code in trees[kind].leaves]
        found = scales(values, own, q, group, rules.scores, names)
        return {name: dict(zip(group.tolist(), table, strict=True)) for name, table in found.items()}

    def on_1_to_100(q, m, scale, ends):
        low, high = ends if scale == "zscore" else (0, 100)
        return 1 + 99 * (rows_of(q, TYPES[panel.types[q, m]])[scale][m] - low) / (high - low)

    def z_ends(members):
        """One pair for all quarters of those bases, whatever type they were of."""
        there = [(q, m, TYPES[panel.types[q, m]]) for q in YEAR for m in members if panel.returned[q, m]]
        found = [z for q, m, kind in there for z in rows_of(q, kind).get("zscore", {}).get(m, ()) if not np.isnan(z)]
        return (min(found), max(found)) if found else (0, 1)

    share = np.full(len(panel.bases), nan)
    for name in TYPES:
        draws = drawn_for(trees[name], name)
        further = {kind: drawn_for(trees[kind], name, kind) for kind in TYPES}
        members = np.flatnonzero(panel.types[7] == TYPES.index(name)).tolist()
        judged = sum(sum(not np.isnan(published[q]["index"][m]) for q in YEAR) >= least for m in members)
        places = -(-rules.verdicts.top.value * judged // 100)
        ends = z_ends(members)
        among, ranked = np.zeros((2, len(members)))
        for r in range(replications):
            scale, out = names[draws.scale[r]], [*trees[name].codes, None][draws.left_out[r]]
            geometric = means_of[draws.mean[r]] == "geometric"
            means = []
            for m in members:
                quarterly = []
                for q in YEAR:
                    if not np.isnan(published[q]["index"][m]):
                        kind = TYPES[panel.types[q, m]]
                        noise = dict(zip(trees[kind].codes, further[kind].multipliers[r], strict=True))
                        noise |= dict(zip(trees[name].codes, draws.multipliers[r], strict=True))
                        there = {pillar for pillar in definitions.pillars if not np.isnan(published[q][pillar][m])}
                        row = on_1_to_100(q, m, scale, ends) if geometric else rows_of(q, kind)[scale][m]
                        quarterly.append(index_of(trees[kind], row, noise, out, there, geometric))
                quarterly = [one for one in quarterly if one is not None]
                means.append(np.mean(quarterly) if len(quarterly) >= least else nan)
            ranks = rank(np.array(means) + 10, axis=-1)  # above 0: the rule for ties is relative
            among, ranked = among + (ranks <= places), ranked + ~np.isnan(ranks)
        share[members] = np.divide(among, ranked, out=np.full(len(members), nan), where=ranked > 0)
    return share


def index_of(tree, row, noise, out, there, geometric) -> float | None:
    """The mean of the pillars that are `there`, each the mean of its indicators that are, without `out`."""
    to, back = (np.log, np.exp) if geometric else (float, float)
    inside: dict[str, list[tuple[float, float]]] = {}
    value = None
    for place, code in enumerate(tree.codes):
        parent, weight = tree.codes[tree.parents[place]], tree.weights[place] * noise[code]
        if place < tree.indicators:
            value = None if code == out or np.isnan(row[place]) else row[place]
        else:
            below = inside.get(code, [])
            total = sum(w for w, _ in below)
            there_is = total > 0 and (code in there or code == tree.codes[-1])
            value = back(sum(w * to(v) for w, v in below) / total) if there_is else None
        if value is not None:
            inside.setdefault(parent, []).append((weight, value))
    return value


@pytest.mark.parametrize("settings", [{}, {"scores": {"min_share": 0.0}, "least_quarters": 4}, {"top": 50}])
def test_it_is_what_a_plain_loop_over_replications_bases_and_quarters_gives(settings):
    panel, definitions = eventful(), unlike(method(**settings))
    found, expected = share(panel, definitions, replications=30), by_loop(panel, definitions, 1, 30)
    np.testing.assert_array_equal(found, expected)
    assert len(set(found[~np.isnan(found)])) > 5


def test_what_is_left_out_is_left_out_also_where_a_base_was_of_another_type():
    """Half of the bases changed their type within the year; nothing but the indicator left out differs."""
    panel = drawn(["regional"] * 12 + ["university"] * 8)
    panel.types[:6, :6], panel.types[:6, 14:18] = UNIVERSITY, REGIONAL
    panel.refresh()
    definitions = unlike(method(NOTHING_DRAWN | {"leave_one_out": True}))
    found = share(panel, definitions, replications=120)
    np.testing.assert_array_equal(found, by_loop(panel, definitions, 1, 120))
    assert ((found > 0) & (found < 1)).sum() > 3


def test_of_a_single_quarter_it_is_the_share_in_the_top_fifth_beside_the_interval():
    panel = eventful()
    sure = programme_uncertainty(
        computed(panel), DEFINITIONS, 7, panel.types[7], panel.returned[7], TYPES, seed=1, replications=200
    )
    found = share(panel, method(top=20, least_quarters=1), quarters=[7], replications=200)
    np.testing.assert_array_equal(found, sure["index"].top_fifth)


def test_four_equal_quarters_say_no_more_than_one():
    """The draws are the same in all four: nothing averages out."""
    panel = drawn(["regional"] * 12)
    one = computed(panel)
    same = {
        code: replace(of, value=np.repeat(of.value[7:], 8, axis=0), why=np.repeat(of.why[7:], 8, axis=0))
        for code, of in one.items()
    }
    whole = share(panel, values=same, replications=200)
    np.testing.assert_array_equal(whole, share(panel, method(least_quarters=1), one, quarters=[7], replications=200))
    assert ((whole > 0.05) & (whole < 0.95)).any()


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others():
    one, again, other = (share(eventful(), seed=seed) for seed in (1, 1, 2))
    assert one.tobytes() == again.tobytes()
    assert not np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("block", [1, 500, 4000])
def test_how_many_replications_are_held_at_once_changes_nothing(monkeypatch, block):
    whole = share(eventful())
    monkeypatch.setattr(year_certainty, "BLOCK", block)
    np.testing.assert_array_equal(share(eventful()), whole)


def test_a_type_alone_comes_out_byte_for_byte_as_among_the_others():
    panel = drawn(MIXED)
    panel.values[np.random.default_rng(8).random(panel.values.shape) < 0.02] = nan
    panel.refresh()
    among = share(panel)
    for kind in (REGIONAL, UNIVERSITY, ENTERPRISE):
        alone, members = drawn(MIXED), panel.types[7] == kind
        alone.values[:] = panel.values
        alone.types[:, ~members], alone.returned[:, ~members] = -1, False
        alone.refresh()
        found = share(alone)
        assert found[members].tobytes() == among[members].tobytes()
        assert np.isnan(found[~members]).all()


def test_another_type_does_not_move_it():
    panel = drawn(MIXED)
    before = share(panel)
    panel.values[:, :, 14:] = panel.values[:, :, 14:] * 3 + 1
    np.testing.assert_array_equal(share(panel)[:14], before[:14])


def test_the_mean_is_of_the_quarters_that_are_there_and_needs_three():
    panel = drawn(["regional"] * 10)
    panel.returned[7, 0] = panel.returned[4, 1] = panel.returned[4:6, 2] = False
    panel.refresh()
    found = share(panel)
    np.testing.assert_array_equal(np.isnan(found), np.arange(10) == 2)
    # of nine that are ranked two are among the first, in every replication
    np.testing.assert_allclose(np.nansum(found), 2)
    assert np.isnan(share(panel, quarters=range(6, 8))).all()


def test_tied_bases_share_the_better_place():
    panel = drawn(["regional"] * 10)
    panel.values[:, :, 1:5] = panel.values[:, :, :1]
    panel.refresh()
    found = share(panel, method(top=10))
    assert len(set(found[:5])) == 1
    np.testing.assert_allclose(found[0] + found[5:].sum(), 1)


def test_a_base_alone_in_its_type_has_no_share():
    assert np.isnan(share(eventful())[MIXED.index("institute")])
