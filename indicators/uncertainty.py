"""How sure is a rank? Monte Carlo over what a method could have chosen otherwise: weights, scale, mean, indicators.

In each replication every indicator's and every aggregate's weight is multiplied by its own draw from U(1 − a, 1 + a),
and the scale (how values are normalised), the mean, and an indicator to leave out ("none" is as likely as each of
them) are drawn with equal chances. The spread of a unit's ranks says how far its place hangs on such choices
(Saisana, Saltelli & Tarantola 2005, J. R. Statist. Soc. A 168, 307–323; OECD & JRC 2008, Handbook on Constructing
Composite Indicators, step 7).

The same seed gives the same draws and, byte for byte, the same result, whatever CHUNK is. A draw belongs to a
replication and a code, never to a unit: units in another order have the same intervals.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indicators.index.aggregate import MEANS
from indicators.index.normalise import normalise
from indicators.index.rank import rank
from indicators.index.tree import Tree
from indicators.lifting import ends_of, stretched
from indicators.replications import Draws, replicate, scores_of_all

NOISE, INTERVAL = 0.25, (5.0, 95.0)
NORMALISATIONS = ("minmax", "zscore", "rank")


@dataclass(frozen=True)
class Uncertainty:
    """Of one aggregate, by unit. NaN where the unit has no nominal rank."""

    nominal: np.ndarray
    """The rank with the first scale, the first mean and the weights as they are."""
    mean: np.ndarray
    median: np.ndarray
    low: np.ndarray
    """The lower percentile of the ranks (the better end), interpolated linearly between replications."""
    high: np.ndarray
    top_tenth: np.ndarray
    """The share of replications with one of the first ⌈n / 10⌉ places among the n ranked; `top_fifth` likewise."""
    bottom_tenth: np.ndarray
    """… with one of the last ⌈n / 10⌉ places. Tied units take the best place, so a tie can keep them out of it."""
    top_fifth: np.ndarray
    ranked: np.ndarray
    """The share of replications in which the unit is ranked; below 1 where all that it has can be left out. Its other
    figures are over these."""


def seed_of(seed: int, *names: str) -> np.random.SeedSequence:
    """A seed of one part (a type, a code) that hangs on the seed and its names only: a part done alone comes out as
    it does among the others."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.SeedSequence([seed, *np.frombuffer(digest, dtype="<u4").tolist()])


def draw(
    tree: Tree,
    replications: int,
    seed: int | np.random.SeedSequence,
    *,
    noise: float = NOISE,
    scales: int = 1,
    means: int = 1,
    leave_one_out: bool = False,
) -> Draws:
    """Draws of NumPy's PCG64, a stream of its own for each kind of choice. Left out are indicators with a weight.
    Raises ValueError for a noise outside 0 … 1 (below 1, so that no weight vanishes) or fewer than one replication."""
    if not 0 <= noise < 1:
        raise ValueError(f"the noise on the weights must be at least 0 and below 1, not {noise:g}")
    if replications < 1:
        raise ValueError(f"there must be at least one replication, not {replications}")
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    streams = [np.random.Generator(np.random.PCG64(child)) for child in sequence.spawn(4)]
    drop = candidates(tree, leave_one_out)
    return Draws(
        multipliers=streams[0].uniform(1 - noise, 1 + noise, (replications, len(tree.codes))),
        scale=streams[1].integers(scales, size=replications),
        mean=streams[2].integers(means, size=replications),
        left_out=drop[streams[3].integers(drop.size, size=replications)],
    )


def candidates(tree: Tree, leave_one_out: bool) -> np.ndarray:
    """The places of what can be left out, one of them at a time: −1 (none), and each indicator with a weight."""
    return np.array([-1, *(i for i in range(tree.indicators) if leave_one_out and tree.weights[i] > 0)])


def simulate(
    scales: Mapping[str, np.ndarray],
    tree: Tree,
    *,
    means: Sequence[str] = ("arithmetic",),
    lifted: Mapping[str, np.ndarray] | None = None,
    codes: Sequence[str] | None = None,
    within: np.ndarray | None = None,
    min_share: float = 0.0,
    share_of: str = "number",
    replications: int = 1000,
    noise: float = NOISE,
    leave_one_out: bool = False,
    interval: tuple[float, float] = INTERVAL,
    seed: int | np.random.SeedSequence = 0,
) -> dict[str, Uncertainty]:
    """Code of an aggregate → its uncertainty. `codes`: those without a parent unless given.

    `scales`: the indicators' scores [unit, indicator] by scale, NaN: missing; the first scale and the first mean are
    the nominal ones. `lifted`: the same scales above 0 for means that need that (`scales` unless given). `within` [unit]: whole numbers, units are ranked among those with the same; below 0: not ranked.
    Missing children drop out as in `aggregate`, and `min_share` is judged once, with the weights as they are: see
    `replicate`. Raises what `aggregate` and `draw` do, and ValueError for an unknown code.
    """
    tops = [tree.codes[i] for i, _ in tree.families if tree.parents[i] < 0]
    wanted = tops if codes is None else list(codes)
    if unknown := set(wanted) - set(tree.codes[tree.indicators :]):
        raise ValueError(f"{', '.join(sorted(unknown))}: no aggregates of this tree")
    units = next(iter(scales.values())).shape[0]
    groups = np.zeros(units, dtype=int) if within is None else np.asarray(within)
    draws = draw(
        tree, replications, seed, noise=noise, scales=len(scales), means=len(means), leave_one_out=leave_one_out
    )
    whole = scores_of_all(scales, tree, means, min_share, share_of, lifted)
    nominal = next(iter(whole.values()))
    ranks = replicate(whole, tree, draws, wanted, groups)
    return {code: summarise(ranks[code], nominal[:, tree.codes.index(code)], groups, interval) for code in wanted}


def table_uncertainty(
    values: np.ndarray,
    tree: Tree,
    *,
    how: str = "arithmetic",
    range_: tuple[float, float] = (0.0, 100.0),
    normalisations: Sequence[str] = NORMALISATIONS,
    within: np.ndarray | None = None,
    min_share: float = 0.0,
    replications: int = 1000,
    noise: float = NOISE,
    seed: int = 0,
) -> Uncertainty:
    """Of any table: values [unit, indicator] in the order of the tree's indicators, of which more is better (see
    `directed`), for the last aggregate of the tree. The first normalisation is the nominal one.

    A geometric or harmonic mean needs scores above 0: z-scores are then stretched to the range, all indicators by the
    same factor (each by its own would be min-max again), and a range that does not begin above 0 is refused.
    """
    if MEANS[how].needs_positive and not min(range_) > 0:
        raise ValueError(f"a {how} mean needs scores above 0; choose a range such as 1 100, not {range_[0]:g} …")
    scales = {name: normalise(values, name, range_) for name in normalisations}
    if MEANS[how].needs_positive:
        ends = ends_of([(scales, tree)])
        scales = {
            name: stretched(table, ends[name], range_) if name == "zscore" else table for name, table in scales.items()
        }
    top = tree.codes[-1]
    return simulate(
        scales,
        tree,
        means=(how,),
        codes=(top,),
        within=within,
        min_share=min_share,
        replications=replications,
        noise=noise,
        seed=seed,
    )[top]


def summarise(
    ranks: np.ndarray, nominal: np.ndarray, within: np.ndarray, interval: tuple[float, float] = INTERVAL
) -> Uncertainty:
    """ranks [unit, replication] (0: not ranked) and the nominal scores [unit] → each unit's figures. Exact: they are
    read off whole numbers."""
    found = np.full((9, ranks.shape[0]), np.nan)
    for group in np.unique(within[within >= 0]):
        members = np.flatnonzero((within == group) & ~np.isnan(nominal))
        if members.size:
            found[:, members] = [rank(nominal[members], axis=0), *_figures(ranks[members], interval)]
    return Uncertainty(*found)


def _figures(ranks: np.ndarray, interval: tuple[float, float]) -> list[np.ndarray]:
    """By unit of one group: mean, median, both ends, three shares, and the share of replications with a rank."""
    units, replications = ranks.shape
    ordered = np.sort(ranks, axis=1, kind="stable")  # of 16 bits: in linear time
    tenth, fifth = -(-units // 10), -(-units // 5)  # ⌈n / 10⌉, ⌈n / 5⌉
    bounds = np.array([0, tenth, units - tenth, fifth], dtype=ranks.dtype)
    up_to = np.array([np.searchsorted(line, bounds, side="right") for line in ordered])
    missing = up_to[:, 0]
    count = replications - missing
    with np.errstate(invalid="ignore"):
        return [
            ordered.sum(axis=1, dtype=np.int64) / count,
            *(_quantile(ordered, missing, q / 100) for q in (50.0, *interval)),
            (up_to[:, 1] - missing) / count,
            (replications - up_to[:, 2]) / count,
            (up_to[:, 3] - missing) / count,
            count / replications,
        ]


def _quantile(ordered: np.ndarray, missing: np.ndarray, q: float) -> np.ndarray:
    """NumPy's "linear" quantile of each unit's sorted ranks [unit, replication] after the first `missing`."""
    last = ordered.shape[1] - 1
    place = missing + q * (last - missing)
    below = np.floor(place).astype(np.int64)
    lines = np.arange(len(ordered))
    lower, upper = ordered[lines, below].astype(float), ordered[lines, np.minimum(below + 1, last)].astype(float)
    return np.where(missing <= last, lower + (upper - lower) * (place - below), np.nan)
