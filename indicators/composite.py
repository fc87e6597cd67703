"""Values → scores → pillars → index → ranks, within each type of base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from etl.panel import Why
from indicators.compute import Values
from indicators.definition import Definitions, Indicator, Scores
from indicators.index.aggregate import MEANS, aggregate, family_mean
from indicators.index.normalise import percentile_rank
from indicators.index.rank import rank
from indicators.index.tree import Entry, Tree, grow

HELD_AGAINST = (Why.WITHHELD, Why.NO_RETURN)
MEAN, SHARE_OF = "arithmetic", "weight"
"""How pillars and index are means, and what `min_share` is a share of."""


@dataclass
class Composite:
    """One quarter: arrays [base] by code of indicator, pillar and index. NaN: missing, or not judged."""

    scores: dict[str, np.ndarray] = field(default_factory=dict)
    ranks: dict[str, np.ndarray] = field(default_factory=dict)


def indicator_scores(indicator: Indicator, value: np.ndarray, why: np.ndarray, rules: Scores) -> np.ndarray:
    """Percentile rank in the direction of the indicator; what is withheld scores lowest, and a zero denominator does
    where the definition says so."""
    scores = percentile_rank(-value if indicator.direction == "down" else value, rules.ties, axis=-1)
    if value.size < 2 or np.isnan(value).all():
        return scores  # one base alone, or nothing there: nobody can be compared
    scores[np.isin(why, HELD_AGAINST)] = rules.withheld
    if indicator.zero_denominator == "lowest":
        scores[why == Why.ZERO_DENOMINATOR] = 0.0
    return scores


def programme_tree(definitions: Definitions, indicators: Sequence[Indicator]) -> Tree:
    """The tree over these indicators, in their order: a pillar weighs the sum of its indicators' weights; the bonus
    pillar weighs its indicators equally and stands beside the index. A pillar none of whose indicators weighs anything
    is left out, and so is an index without pillars."""
    leaves, pillars = {i.code: Entry(i.code, "", i.weight, True) for i in indicators}, []
    index = definitions.method.index.code
    for pillar in definitions.method.pillars:
        inside = [i for i in indicators if i.pillar == pillar.code]
        shares = {i.code: 1.0 if pillar.bonus else i.weight for i in inside}
        if weight := sum(shares.values()):
            leaves |= {code: Entry(code, pillar.code, share, True) for code, share in shares.items()}
            pillars.append(Entry(pillar.code, "" if pillar.bonus else index, weight, False))
    top = [Entry(index, "", 1.0, False)] if any(pillar.parent for pillar in pillars) else []
    return grow([*leaves.values(), *pillars, *top])


def scored_of(definitions: Definitions, type_name: str) -> list[Indicator]:
    """The indicators that a type of base is scored on."""
    return [indicator for indicator in definitions.of_type(type_name) if indicator.scored]


def mean_of(children: Sequence[int], scores: Mapping[int, np.ndarray], tree: Tree, rules: Scores) -> np.ndarray:
    """The scores [base] of the pillar, or index, that has these children, from theirs, by place in the tree."""
    return family_mean(scores, tree.weights, children, MEANS[MEAN], rules.min_share, SHARE_OF)


def composite(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    types: np.ndarray,
    returned: np.ndarray,
    type_names: list[str],
) -> Composite:
    """Scores, pillars, index and ranks of one quarter. `types[base]` and `returned[base]` are that quarter's; a base
    without a return is not scored at all: its missing return speaks for itself."""
    result = Composite()
    size = types.shape[0]
    for code in (*definitions.indicators, *definitions.pillars, definitions.method.index.code):
        result.scores[code], result.ranks[code] = np.full(size, np.nan), np.full(size, np.nan)
    for number, name in enumerate(type_names):
        members = np.flatnonzero((types == number) & returned)
        if members.size:
            _score_type(result, values, definitions, quarter, members, name)
    return result


def components(definitions: Definitions, code: str, base_type: str) -> list[tuple[str, float]]:
    """(what a pillar, or the index, is the weighted mean of for that type of base, its weight); nothing where it is not
    scored. A pillar weighs the sum of its indicators' weights; the indicators of a bonus pillar count equally."""
    if code == definitions.method.index.code:
        found = [(p.code, _weight(definitions, p.code, base_type)) for p in definitions.method.pillars if not p.bonus]
        return [(pillar, weight) for pillar, weight in found if weight]
    inside = [i for i in definitions.of_pillar(code) if i.scored and base_type in i.base_types]
    parts = [(i.code, 1.0 if definitions.pillars[code].bonus else i.weight) for i in inside]
    return parts if sum(weight for _, weight in parts) else []


def _weight(definitions: Definitions, pillar: str, base_type: str) -> float:
    return sum(weight for _, weight in components(definitions, pillar, base_type))


def _score_type(
    result: Composite,
    values: Mapping[str, Values],
    definitions: Definitions,
    quarter: int,
    members: np.ndarray,
    name: str,
) -> None:
    rules = definitions.method.scores
    indicators = scored_of(definitions, name)
    if not indicators:
        return
    tree = programme_tree(definitions, indicators)
    columns = []
    for indicator in indicators:
        of = values[indicator.code]
        columns.append(indicator_scores(indicator, of.value[quarter, members], of.why[quarter, members], rules))
    scores = aggregate(np.column_stack(columns), tree, how=MEAN, min_share=rules.min_share, share_of=SHARE_OF)
    ranks = rank(scores)
    for place, code in enumerate(tree.codes):
        result.scores[code][members], result.ranks[code][members] = scores[:, place], ranks[:, place]
