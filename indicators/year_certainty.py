"""How sure is it that a base is among the first of its year? Replications of the mean of the quarterly indices.

Each replication scores all quarters of the year with the same weights, on the same scale, by the same mean and without
the same indicator, and ranks the means within the type. The draws are those of the intervals (`indicators.certainty`): of a
single quarter, the share would be the one that is published beside its interval.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indicators.certainty import index_tree, scales
from indicators.compute import Values
from indicators.definition import Definitions
from indicators.index.tree import Tree
from indicators.lifting import ends_of, lifted
from indicators.replications import Draws, rank_rows, scores, scores_of_all
from indicators.uncertainty import draw, seed_of
from indicators.verdicts.evidence import year_means
from indicators.verdicts.grades import places

BLOCK = 2**21
"""Scores [replication, quarter, base] that are held at once: 16 MB. Changes memory, never results."""

Whole = Mapping[tuple[str, str], np.ndarray]
"""What `scores_of_all` gives."""


@dataclass(frozen=True)
class _Year:
    """`types` and `returned` are [quarter of the panel, base], `quarters` places in the panel."""

    values: Mapping[str, Values]
    definitions: Definitions
    quarters: Sequence[int]
    types: np.ndarray
    returned: np.ndarray
    type_names: Sequence[str]


@dataclass(frozen=True)
class _Part:
    """The bases of a type that in one quarter were scored among the bases of one type, their own or a former one."""

    quarter: int
    """Its place in the year."""
    members: np.ndarray
    """[unit]: their places among the bases of the type."""
    tree: Tree
    draws: Draws
    tables: Mapping[str, np.ndarray]
    """Scale → scores [unit, indicator]."""


def year_top_share(
    values: Mapping[str, Values],
    definitions: Definitions,
    quarters: Sequence[int],
    types: np.ndarray,
    returned: np.ndarray,
    type_names: Sequence[str],
    seed: int,
    replications: int | None = None,
) -> np.ndarray:
    """[base]: the share (0 … 1) of replications in which the base's mean of the year is among the first
    `verdicts.top` % of its type; NaN where it has no mean, having an index in too few of the quarters.

    `quarters`: their places in the panel, the last is the one that is judged; `types[quarter, base]` and
    `returned[quarter, base]` are the panel's. `replications`: those of method.yml unless given.

    As in the grade (`indicators.verdicts.grades`): a base is ranked among those of its type in the last quarter, with
    or without a return in it; in each quarter it is scored among the type that it was of then; tied bases share the
    better place. So a base that changed its type takes its earlier indices along, under the draws of its type now.
    """
    year = _Year(values, definitions, quarters, types, returned, type_names)
    share = np.full(types.shape[1], np.nan)
    for number, name in enumerate(type_names):
        members = np.flatnonzero(types[quarters[-1]] == number)
        if parts := list(_parts(year, members, name, seed, replications)):
            share[members] = _share(parts, definitions, (len(quarters), members.size))
    return share


def _share(parts: Sequence[_Part], definitions: Definitions, shape: tuple[int, int]) -> np.ndarray:
    """[member] of one type; `shape`: how many quarters and members."""
    settings, index = definitions.method.verdicts, definitions.method.index.code
    wholes = _wholes(parts, definitions)
    least, top = int(settings.least_quarters.value), settings.top.value
    nominal = _laid(parts, [next(iter(whole.values()))[:, -1] for whole in wholes], shape)
    judged = np.flatnonzero(~np.isnan(year_means(nominal, least)))
    last = places(top, np.array(judged.size))
    among, ranked = np.zeros((2, judged.size), dtype=int)
    for rows in _blocks(parts[0].draws, nominal.size) if judged.size else ():
        drawn = [scores(of, part.tree, part.draws.take(rows), index) for part, of in zip(parts, wholes, strict=True)]
        means = year_means(_laid(parts, drawn, shape), least)
        ranks = rank_rows(means[:, judged], np.dtype(np.uint32))
        among += ((ranks > 0) & (ranks <= last)).sum(axis=0)
        ranked += (ranks > 0).sum(axis=0)
    share = np.full(shape[1], np.nan)
    share[judged] = np.divide(among, ranked, out=np.full(judged.size, np.nan), where=ranked > 0)
    return share


def _laid(parts: Sequence[_Part], found: Sequence[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Each part's numbers […, unit] at their places in […, quarter, member]."""
    laid = np.full((*found[0].shape[:-1], *shape), np.nan)
    for part, of in zip(parts, found, strict=True):
        laid[..., part.quarter, part.members] = of
    return laid


def _blocks(draws: Draws, scores_each: int) -> Iterator[np.ndarray]:
    """The replications, some at a time, those of one scale and mean together."""
    order = np.lexsort((draws.mean, draws.scale))
    step = max(1, BLOCK // scores_each)
    for start in range(0, order.size, step):
        yield order[start : start + step]


def _wholes(parts: Sequence[_Part], definitions: Definitions) -> list[Whole]:
    """A scale that goes below 0 is raised by the same in all quarters: that raises every mean of the year by as much,
    and sums of numbers of both signs would cancel. For a geometric mean, too, all quarters are moved by one map."""
    means, min_share = definitions.method.certainty.means, definitions.method.scores.min_share
    ends = ends_of([(part.tables, part.tree) for part in parts])
    lowest: dict[str, float] = {}
    for part in parts:
        for scale, table in part.tables.items():
            lowest[scale] = min(lowest.get(scale, 0.0), table.min(initial=0.0, where=~np.isnan(table)))
    return [
        scores_of_all(
            {scale: table - lowest[scale] for scale, table in part.tables.items()},
            part.tree,
            means,
            min_share,
            "weight",
            lifted(part.tables, ends),
        )
        for part in parts
    ]


def _parts(year: _Year, members: np.ndarray, name: str, seed: int, replications: int | None) -> Iterator[_Part]:
    """Of every quarter, and in it of every type that the members [base] were of."""
    home = index_tree(year.definitions, name)
    if home is None:
        return
    draws = _draw(year.definitions, home, replications, seed, name)
    for place, quarter in enumerate(year.quarters):
        kinds = np.where(year.returned[quarter], year.types[quarter], -1)
        for kind in sorted({int(kind) for kind in kinds[members] if kind >= 0}):
            former = year.type_names[kind]
            tree = index_tree(year.definitions, former)
            if tree is None:
                continue
            own = draws
            if former != name:
                more = _draw(year.definitions, tree, replications, seed, name, former)
                own = _elsewhere(draws, home, tree, more)
            inside = np.flatnonzero(kinds[members] == kind)
            scored = _tables(year, tree, quarter, np.flatnonzero(kinds == kind), members[inside])
            yield _Part(place, inside, tree, own, scored)


def _tables(year: _Year, tree: Tree, quarter: int, everyone: np.ndarray, units: np.ndarray) -> dict[str, np.ndarray]:
    """Scale → scores [unit, indicator] of those `units` among `everyone` [base, in order]."""
    method = year.definitions.method
    indicators = [year.definitions.indicators[code] for code in tree.leaves]
    tables = scales(year.values, indicators, quarter, everyone, method.scores, method.certainty.normalisations)
    rows = np.searchsorted(everyone, units)
    return {scale: table[rows] for scale, table in tables.items()}


def _draw(definitions: Definitions, tree: Tree, replications: int | None, seed: int, *names: str) -> Draws:
    """As for the intervals of the index of one type, where `names` is that type."""
    settings = definitions.method.certainty
    return draw(
        tree,
        replications or settings.replications,
        seed_of(seed, *names, definitions.method.index.code),
        noise=settings.weight_noise,
        scales=len(settings.normalisations),
        means=len(settings.means),
        leave_one_out=settings.leave_one_out,
    )


def _elsewhere(draws: Draws, home: Tree, tree: Tree, more: Draws) -> Draws:
    """The same draws for another type's tree: `more` has the weights of what only that one has; what is left out at
    home and not there to be left out changes nothing."""
    at = {code: place for place, code in enumerate(tree.codes)}
    there = np.array([at.get(code, -1) for code in home.codes])
    multipliers = more.multipliers.copy()
    multipliers[:, there[there >= 0]] = draws.multipliers[:, there >= 0]
    return Draws(multipliers, draws.scale, draws.mean, np.where(draws.left_out < 0, -1, there[draws.left_out]))
