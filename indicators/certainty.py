"""How sure the programme's ranks are: its own scores under other weights, scales and means, and without single
indicators.

Each type of base is simulated by itself, from a seed that hangs on the given one and the type's name: a type done
again alone comes out byte for byte as it does among the others. The index with its pillars is one tree, each bonus
pillar another, so that "one indicator left out" means one that counts there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

import numpy as np

from etl.panel import Why
from indicators.composite import HELD_AGAINST, indicator_scores
from indicators.compute import Values
from indicators.definition import Definitions, Indicator, Scores
from indicators.index.normalise import minmax, zscore
from indicators.index.tree import Entry, Tree, grow
from indicators.lifting import ends_of, lifted
from indicators.uncertainty import Uncertainty, seed_of, simulate

EVEN = 12**0.5 / 100
"""Percentile ranks spread evenly over 0 … 100 have the standard deviation 100 / √12."""


def programme_uncertainty(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    types: np.ndarray,
    returned: np.ndarray,
    type_names: list[str],
    seed: int,
    replications: int | None = None,
) -> dict[str, Uncertainty]:
    """Code of each pillar and of the index → arrays [base] of one quarter, as `composite` ranks it; NaN: not ranked.

    `types[base]` and `returned[base]` are that quarter's. `replications`: those of method.yml unless given.
    """
    codes = (*definitions.pillars, definitions.method.index.code)
    blank = {field.name: np.full(types.shape[0], np.nan) for field in fields(Uncertainty)}
    result = {code: Uncertainty(**{name: array.copy() for name, array in blank.items()}) for code in codes}
    for number, name in enumerate(type_names):
        members = np.flatnonzero((types == number) & returned)
        found = type_uncertainty(values, definitions, quarter, members, name, seed, replications)
        for code, of in found.items():
            for field in fields(Uncertainty):
                getattr(result[code], field.name)[members] = getattr(of, field.name)
    return result


def type_uncertainty(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    members: np.ndarray,
    name: str,
    seed: int,
    replications: int | None = None,
) -> dict[str, Uncertainty]:
    """The same for the bases `members` [base] of one type alone: arrays [member], by the codes that the type has."""
    if not members.size:
        return {}
    settings, rules = definitions.method.certainty, definitions.method.scores
    result: dict[str, Uncertainty] = {}
    for tree in trees(definitions, name):
        scored = [definitions.indicators[code] for code in tree.leaves]
        tables = scales(values, scored, quarter, members, rules, settings.normalisations)
        result |= simulate(
            tables,
            tree,
            means=settings.means,
            lifted=lifted(tables, ends_of([(tables, tree)])),
            codes=tree.codes[tree.indicators :],
            min_share=rules.min_share,
            share_of="weight",
            replications=replications or settings.replications,
            noise=settings.weight_noise,
            leave_one_out=settings.leave_one_out,
            interval=settings.interval,
            seed=seed_of(seed, name, tree.codes[-1]),
        )
    return result


def trees(definitions: Definitions, base_type: str) -> Iterator[Tree]:
    """The index with its pillars, and each bonus pillar by itself, of what is scored and weighs for that type."""
    inside = {
        pillar.code: [
            Entry(indicator.code, pillar.code, 1.0 if pillar.bonus else indicator.weight, True)
            for indicator in definitions.of_pillar(pillar.code)
            if indicator.scored and base_type in indicator.base_types
        ]
        for pillar in definitions.method.pillars
    }
    weights = {code: sum(entry.weight for entry in entries) for code, entries in inside.items()}
    index = definitions.method.index.code
    of_index = [p.code for p in definitions.method.pillars if not p.bonus and weights[p.code]]
    if of_index:
        above = [*(Entry(code, index, weights[code], False) for code in of_index), Entry(index, "", 1.0, False)]
        yield grow([*(entry for code in of_index for entry in inside[code]), *above])
    for pillar in definitions.method.pillars:
        if pillar.bonus and weights[pillar.code]:
            yield grow([*inside[pillar.code], Entry(pillar.code, "", 1.0, False)])


def index_tree(definitions: Definitions, base_type: str) -> Tree | None:
    """The index with its pillars; None where that type has none."""
    index = definitions.method.index.code
    return next((tree for tree in trees(definitions, base_type) if tree.codes[-1] == index), None)


def scales(
    values: Mapping[str, Values],
    scored: list[Indicator],
    quarter: int,
    members: np.ndarray,
    rules: Scores,
    normalisations: Sequence[str],
) -> dict[str, np.ndarray]:
    """Scores [member, indicator] by normalisation, all with the programme's rule for what is missing."""
    columns: dict[str, list[np.ndarray]] = {name: [] for name in normalisations}
    for indicator in scored:
        of = values[indicator.code]
        value, why = of.value[quarter, members], of.why[quarter, members]
        published = indicator_scores(indicator, value, why, rules)
        directed = -value if indicator.direction == "down" else value
        for name in normalisations:
            columns[name].append(SCALES[name](directed, published, indicator, why, rules))
    return {name: np.array(found).T for name, found in columns.items()}


def _on_scale(
    scores: np.ndarray, published: np.ndarray, indicator: Indicator, why: np.ndarray, rules: Scores
) -> np.ndarray:
    """Missing where the published score is; what is held against a base lies as far up the scale as in percentile
    ranks (0: at its lower end), and the worst zero denominator at its lower end."""
    lowest, highest = np.nanmin(scores), np.nanmax(scores)
    result = scores.copy()
    result[np.isin(why, HELD_AGAINST)] = lowest + (highest - lowest) * rules.withheld / 100
    if indicator.zero_denominator == "lowest":
        result[why == Why.ZERO_DENOMINATOR] = lowest
    return np.where(np.isnan(published), np.nan, result)


def _minmax(directed: np.ndarray, published: np.ndarray, *rule) -> np.ndarray:
    scores = minmax(directed[:, None])[:, 0]
    return published if np.isnan(scores).all() else _on_scale(scores, published, *rule)


def _zscore(directed: np.ndarray, published: np.ndarray, *rule) -> np.ndarray:
    """Where the values do not differ there is no scale: the percentile ranks, as z-scores of an even spread."""
    scores = zscore(directed[:, None])[:, 0]
    return (published - 50) * EVEN if np.isnan(scores).all() else _on_scale(scores, published, *rule)


SCALES = {
    "percentile_rank": lambda _, published, *__: published,
    "minmax": _minmax,
    "zscore": _zscore,
}
