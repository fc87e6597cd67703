"""Do funnel limits hold what they say? Units with known truth: how many in control lie outside the limits, and how many
planted outliers are found, for the product's limits and for the classical ones with and without trimming.

Units differ by a normal deviation on the logit (proportions) or log scale (rates). One in twenty is planted far out, all
on one side, as when some bases fail; none in the other half of the sets.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import expit, logit

from indicators.funnel import Kind, funnel
from tests.bench.timing import Row

METHODS = {
    "calibrated": {"overdispersion": "calibrated"},
    "additive, trim 0.1": {"overdispersion": "additive", "trim": 0.1},
    "additive, no trim": {"overdispersion": "additive", "trim": 0.0},
}
UNITS = (5, 10, 20, 60, 212, 1000)
SPREADS = (0.0, 0.15, 0.3, 0.39)
UNITS_A_CASE = 1000
ENOUGH = 20
"""The promise is for sets of at least so many units; smaller ones are shown."""
PLANTED, AWAY = 20, 6
"""One unit in so many lies so many deviations out (a deviation is the spread, with 0.2 added in squares)."""
TOLERANCE_95, TOLERANCE_998 = (0.04, 0.06), (0.001, 0.003)


@dataclass(frozen=True)
class Setting:
    """Counts to draw: the common chance, and the median denominator; for a rate the median expected number."""

    kind: Kind
    chance: float
    size: int

    def __str__(self) -> str:
        of = f"{self.chance:g} of {self.size}" if self.kind == "proportion" else f"{self.size} expected"
        return f"{self.kind} {of}"

    @property
    def sparse(self) -> bool:
        """Whether fewer than five events, or fewer than five others, are usual: a count can then lie far out on one
        side only, so fewer units than promised lie outside, never more."""
        return self.size * min(self.chance, 1 - self.chance if self.kind == "proportion" else 1) < 5


SETTINGS = [
    Setting("proportion", 0.02, 30),
    Setting("proportion", 0.02, 150),
    Setting("proportion", 0.02, 3000),
    Setting("proportion", 0.1, 150),
    Setting("proportion", 0.62, 30),
    Setting("proportion", 0.62, 150),
    Setting("proportion", 0.62, 3000),
    Setting("proportion", 0.98, 150),
    Setting("proportion", 0.98, 3000),
    Setting("rate", 1, 3),
    Setting("rate", 1, 15),
    Setting("rate", 1, 300),
]


@dataclass
class Tally:
    """Units in control, those of them outside 95 % and 99.8 %, planted ones, those of them outside 99.8 %."""

    control: int = 0
    out_95: int = 0
    out_998: int = 0
    planted: int = 0
    found: int = 0

    def add(self, score: np.ndarray, planted: np.ndarray) -> None:
        far_95, far_998 = np.abs(score) > 1.959964, np.abs(score) > 3.090232
        self.control += int((~planted).sum())
        self.out_95 += int(far_95[~planted].sum())
        self.out_998 += int(far_998[~planted].sum())
        self.planted += int(planted.sum())
        self.found += int(far_998[planted].sum())

    @property
    def rates(self) -> tuple[float, float]:
        return self.out_95 / self.control, self.out_998 / self.control

    def __str__(self) -> str:
        rates = [f"{share:6.2%}" for share in self.rates]
        return " ".join([*rates, f"{self.found / self.planted:5.0%}" if self.planted else f"{'':>5}"])


def drawn(
    rng: np.random.Generator, setting: Setting, sets: int, units: int, spread: float, outliers: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(numerators, denominators, which are planted), arrays [set, unit]."""
    size = setting.size * np.exp(rng.normal(0, 0.7, (sets, units)))
    deviation = rng.normal(0, spread, (sets, units))
    planted = np.zeros((sets, units), dtype=bool)
    if outliers:
        planted[:, : max(1, units // PLANTED)] = True
    away = AWAY * np.hypot(spread, 0.2)
    if setting.kind == "rate":
        expected = np.maximum(size, 0.3)
        return rng.poisson(expected * np.exp(np.where(planted, away, deviation))).astype(float), expected, planted
    whole, away = np.maximum(np.round(size), 5), away if setting.chance < 0.5 else -away
    chance = expit(logit(setting.chance) + np.where(planted, away, deviation))
    return rng.binomial(whole.astype(int), chance).astype(float), whole, planted


Case = tuple[Setting, int, float, bool]


def cases(full: bool) -> Iterator[tuple[Case, int]]:
    """Each case with its number of sets; in brief, a fixed thirteenth of all."""
    every = list(product(SETTINGS, UNITS, SPREADS, (False, True)))
    for case in every if full else every[::13]:
        yield case, max(2, UNITS_A_CASE // case[1])


def funnels(full: bool) -> list[Row]:
    tallies: dict[tuple[str, str, str], Tally] = defaultdict(Tally)
    rng = np.random.default_rng(2026)
    for (setting, units, spread, outliers), sets in cases(full):
        above, below, planted = drawn(rng, setting, sets, units, spread, outliers)
        for method, options in METHODS.items():
            score = funnel(above, below, setting.kind, **options).adjusted_z
            for group in _groups(setting, units, spread, outliers):
                tallies[(*group, method)].add(score, planted)
    _tell(tallies)
    return [_row(tallies, "no outliers"), _row(tallies, "5 % outliers"), _found(tallies)]


def _groups(setting: Setting, units: int, spread: float, outliers: bool) -> Iterator[tuple[str, str]]:
    among = "5 % outliers" if outliers else "no outliers"
    yield "units", f"{units:>5}, {among}"
    if units >= ENOUGH:
        yield "spread", f"{spread:5.2f}, {among}"
        yield "counts", str(setting)
        yield "sparse counts" if setting.sparse else "all", among


def _tell(tallies: dict[tuple[str, str, str], Tally]) -> None:
    print(f"  {'funnels: outside 95 %, 99.8 %, outliers found':<46}" + "".join(f"{name:<24}" for name in METHODS))
    for group, label in sorted({(group, label) for group, label, _ in tallies}):
        print(
            f"  {group + ' ' + label:<46}" + "".join(f"{tallies[group, label, m]!s:<24}" for m in METHODS), flush=True
        )


def _row(tallies: dict[tuple[str, str, str], Tally], among: str) -> Row:
    at_95, at_998 = tallies["all", among, "calibrated"].rates
    classical = ", ".join("{:.1%} / {:.2%} {}".format(*tallies["all", among, m].rates, m) for m in list(METHODS)[1:])
    met = TOLERANCE_95[0] <= at_95 <= TOLERANCE_95[1] and TOLERANCE_998[0] <= at_998 <= TOLERANCE_998[1]
    return f"funnels, in control outside, {among}", f"{at_95:.1%} / {at_998:.2%}", "5 ± 1 / 0.2 ± 0.1 %", classical, met


def _found(tallies: dict[tuple[str, str, str], Tally]) -> Row:
    share = {m: tallies["all", "5 % outliers", m].found / tallies["all", "5 % outliers", m].planted for m in METHODS}
    words = ", ".join(f"{share[m]:.0%} {m}" for m in list(METHODS)[1:])
    return (
        "funnels, planted outliers found", f"{share['calibrated']:.0%}", "≥ no trim", words,
        share["calibrated"] >= share["additive, no trim"],
    )  # fmt: skip
