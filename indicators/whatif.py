"""What if the weights, the scale or the mean were others? The ranks of one type as they would be, with their intervals.

Nothing is written: whoever asks sees it alone. With every choice as published, and the definitions that the publication
was made with, the ranks are the published ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from indicators.certainty import SCALES, scales, trees
from indicators.compute import Values
from indicators.definition import Definitions
from indicators.index.aggregate import MEANS, aggregate
from indicators.index.tree import Tree
from indicators.lifting import ends_of, lifted
from indicators.uncertainty import Uncertainty, seed_of, simulate

AS_PUBLISHED = "percentile_rank", "arithmetic"
"""The programme's scale and mean."""
SCALE_NAMES = tuple(SCALES)
MEAN_NAMES = tuple(MEANS)
MOST_FACTOR = 4.0
"""How many times its published weight a pillar or indicator can weigh."""
WORK = 2_000_000
"""Bases × replications that a person waits for."""
LEAST_REPLICATIONS = 200


class NoIndex(ValueError):
    """Nothing would be left to rank: every weight is 0."""


@dataclass(frozen=True)
class Choice:
    """What differs from the method. `factors`: pillar or indicator → factor on its weight (1 unless named)."""

    factors: Mapping[str, float] = field(default_factory=dict)
    scale: str = AS_PUBLISHED[0]
    mean: str = AS_PUBLISHED[1]

    def __hash__(self) -> int:
        """Equal choices are found again in a cache."""
        return hash((tuple(sorted(self.factors.items())), self.scale, self.mean))

    @property
    def as_published(self) -> bool:
        return (self.scale, self.mean) == AS_PUBLISHED and all(factor == 1 for factor in self.factors.values())


@dataclass(frozen=True)
class WhatIf:
    """By base of the type, in the order of the values: the index as it would be, and the certainty of its rank."""

    index: np.ndarray
    certainty: Uncertainty
    replications: int


def what_if(
    values: Mapping[str, Values], definitions: Definitions, base_type: str, choice: Choice, seed: int
) -> WhatIf:
    """The index of one type's returned bases under a choice.

    `values`: of each indicator arrays [1, base] of those bases alone. The intervals speak of the weights around the
    chosen ones, of the chosen scale and mean, and of single indicators left out. Raises NoIndex.
    """
    published = _index_tree(definitions, base_type)
    tree = _weighed(published, choice)
    settings, rules = definitions.method.certainty, definitions.method.scores
    scored = [definitions.indicators[code] for code in tree.leaves]
    members = np.arange(next(iter(values.values())).value.shape[1])
    found = scales(values, scored, 0, members, rules, [choice.scale])
    table = found[choice.scale]
    if MEANS[choice.mean].needs_positive:
        # By the published weights, so that a weight moved to 0 does not move the scale of all other indicators.
        table = lifted(found, ends_of([(found, published)]))[choice.scale]
    replications = min(settings.replications, max(LEAST_REPLICATIONS, WORK // max(1, members.size)))
    top = tree.codes[-1]
    options = {"min_share": rules.min_share, "share_of": "weight"}
    certainty = simulate(
        {choice.scale: table},
        tree,
        means=(choice.mean,),
        codes=(top,),
        replications=replications,
        noise=settings.weight_noise,
        leave_one_out=settings.leave_one_out,
        interval=settings.interval,
        seed=seed_of(seed, base_type, top),
        **options,
    )[top]
    return WhatIf(aggregate(table, tree, how=choice.mean, **options)[..., -1], certainty, replications)


def _index_tree(definitions: Definitions, base_type: str) -> Tree:
    index = definitions.method.index.code
    found = [tree for tree in trees(definitions, base_type) if tree.codes[-1] == index]
    if not found:
        raise NoIndex(f"no indicator is scored for {base_type}")
    return found[0]


def _weighed(tree: Tree, choice: Choice) -> Tree:
    """The tree with the chosen weights. A pillar keeps its weight when its indicators' change among themselves."""
    weights = tuple(
        weight * choice.factors.get(code, 1.0) for code, weight in zip(tree.codes, tree.weights, strict=True)
    )
    changed = replace(tree, weights=weights)
    idle = [parent for parent, children in changed.families if not any(weights[child] for child in children)]
    if tree.indicators + len(changed.families) - 1 in idle:
        raise NoIndex("every pillar weighs nothing; give one of them a weight")
    weighing = [parent for parent in idle if weights[parent]]
    if weighing:
        raise NoIndex(f"every indicator of {tree.codes[weighing[0]]} weighs nothing; give one of them a weight")
    return changed
