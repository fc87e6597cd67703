"""Are the verdicts right? Programmes of which the truth is known go through compute → composite → evidence → verdict;
counted is how many steady bases turn red or yellow, and how many true decliners are found, beside three rules that
people use instead.

The thresholds of method.yml were set on programmes of other seeds (TUNED_ON) than those reported here (REPORTED).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from indicators.composite import composite
from indicators.compute import compute
from indicators.definition import load_definitions
from indicators.peers import indicator_funnels
from indicators.verdicts import lamps
from indicators.verdicts.evidence import Evidence, gather
from tests.bench.detection import wilson
from tests.bench.simulated import BEGINS, COLLAPSE, DIP, FORM, QUARTERS, SLOW, STEADY, Simulated, simulated

DEFINITIONS = load_definitions()
SETTINGS = DEFINITIONS.method.verdicts
FIRST = 9
"""The first quarter that is judged: with eight quarters and one before."""
JUDGED = range(FIRST, QUARTERS)
TUNED_ON, REPORTED = range(100, 115), range(1000, 1018)
SHRINK = (15, 5)
"""Every second programme: the sample's fifteenth of real size, and a fifth of it."""
WITHIN = (2, 4)
MOST_RED, LEAST_GAIN = 0.005, 2.0
Row = tuple[str, str, str, str, bool]

Alarm = np.ndarray
"""[judged quarter, base]: how alarming, larger is worse, −inf: cannot say."""


@dataclass
class Trial:
    """One programme judged: what each rule said in every judged quarter."""

    fate: np.ndarray
    firms: np.ndarray
    red: np.ndarray
    flagged: np.ndarray
    """Red or yellow."""
    by_rule: dict[str, np.ndarray]
    everyday: dict[str, Alarm]


@dataclass
class Count:
    """Of how many base-quarters, or bases, something is true."""

    each: list[tuple[int, int]] = field(default_factory=list)
    """By programme: of how many it is true, of how many."""

    def add(self, holds: np.ndarray) -> None:
        self.each.append((int(holds.sum()), holds.size))

    @property
    def found(self) -> int:
        return sum(found for found, _ in self.each)

    @property
    def of(self) -> int:
        return sum(of for _, of in self.each)

    @property
    def share(self) -> float:
        return self.found / self.of if self.of else math.nan

    def __str__(self) -> str:
        low, high = wilson(self.found, self.of)
        return f"{100 * self.share:5.2f} % ({100 * low:.2f}–{100 * high:.2f})"


def trials(seeds: range) -> Iterator[Trial]:
    for seed in seeds:
        yield tried(simulated(seed, shrink=SHRINK[seed % len(SHRINK)]))


def tried(programme: Simulated) -> Trial:
    """Through the product's own pipeline, quarter by quarter, as it would have been judged then."""
    panel, types = programme.panel, list(FORM.types)
    values = compute(panel, DEFINITIONS, types)
    scored = {q: composite(values, DEFINITIONS, q, panel.types[q], panel.returned[q], types) for q in range(QUARTERS)}
    rules: dict[str, list[np.ndarray]] = defaultdict(list)
    lamp, floors = [], []
    for quarter in JUDGED:
        there = panel.types[quarter], panel.returned[quarter]
        funnels = indicator_funnels(values, DEFINITIONS, quarter, *there, types)
        known = gather(panel, values, DEFINITIONS, FORM, programme.bases, quarter, composites=scored, funnels=funnels)
        findings = lamps.Findings(known, SETTINGS)
        lamp.append(lamps.lamps(findings))
        floors.append(_below_floor(known))
        for colour, found in lamps.held(findings).items():
            for name, holds in found.items():
                rules[f"{colour}: {name}"].append(holds)
    lamp = np.array(lamp)
    index = np.array([scored[q].scores[DEFINITIONS.method.index.code] for q in range(QUARTERS)])
    everyday = {
        "bottom 10 %": _lowest(index),
        "z ≥ 3 on own history": _own_history(index),
        "below the floor": np.array(floors),
    }
    red, flagged = lamp == "red", (lamp == "red") | (lamp == "yellow")
    return Trial(programme.fate, programme.firms, red, flagged, {k: np.array(v) for k, v in rules.items()}, everyday)


def _lowest(index: np.ndarray) -> Alarm:
    """The composite itself: the lower, the more alarming; as a cut-off, "the lowest 10 %" and any other share."""
    return np.nan_to_num(-index[FIRST:], nan=-np.inf)


def _own_history(index: np.ndarray) -> Alarm:
    """By how many standard deviations the composite lies below the mean of all its quarters before."""
    found = []
    for quarter in JUDGED:
        before = index[:quarter]
        with np.errstate(all="ignore"):
            z = (np.nanmean(before, axis=0) - index[quarter]) / np.nanstd(before, axis=0, ddof=1)
        found.append(np.nan_to_num(z, nan=-np.inf))
    return np.array(found)


def _below_floor(known: Evidence) -> np.ndarray:
    """How many floors are missed; among equals, the lower composite comes first, so that every rate can be reached."""
    count = known.floors.missed[:, -1].sum(axis=0)
    return count - np.nan_to_num(known.index[-1], nan=100.0) / 1000


@dataclass
class Score:
    """One rule on all programmes: alarms among the steady, and decliners found."""

    standing: Count = field(default_factory=Count)
    """Steady bases in alarm, of all steady base-quarters."""
    turned: Count = field(default_factory=Count)
    """Steady bases that went into alarm in a quarter, not in alarm the quarter before."""
    found: dict[tuple[str, int], Count] = field(default_factory=lambda: defaultdict(Count))
    """(fate, within so many quarters): bases in alarm in any of them."""

    def add(self, alarm: np.ndarray, fate: np.ndarray) -> None:
        """`alarm[judged quarter, base]`."""
        steady = alarm[:, fate == STEADY]
        self.standing.add(steady[1:])
        self.turned.add(steady[1:] & ~steady[:-1])
        for kind in (SLOW, COLLAPSE, DIP):
            for within in WITHIN:
                start = BEGINS - FIRST
                self.found[kind, within].add(np.logical_or.reduce(alarm[start : start + within, fate == kind], axis=0))

    def decliners(self, within: int) -> Count:
        slow, collapse = self.found[SLOW, within].each, self.found[COLLAPSE, within].each
        return Count([(a + b, n + m) for (a, n), (b, m) in zip(slow, collapse, strict=True)])


def scored(done: list[Trial], alarm: Callable[[Trial], np.ndarray]) -> Score:
    score = Score()
    for trial in done:
        score.add(alarm(trial), trial.fate)
    return score


TURNED, STANDING = "turned", "standing"
"""What false alarms are made equal by: those that are new in a quarter, or those that there are at any time."""


def tuned(done: list[Trial], rule: str, wanted: float, measure: str = TURNED) -> Score:
    """The everyday rule with the threshold at which it has as many false alarms as ours: of the thresholds with at least
    that many the strictest, so that the comparison never favours us."""
    steady = np.sort(np.concatenate([trial.everyday[rule][:, trial.fate == STEADY].ravel() for trial in done]))[::-1]
    ranks = np.unique((1.03 ** np.arange(int(math.log(steady.size, 1.03)))).astype(int))
    for threshold in steady[ranks[ranks < steady.size]]:
        if _false_alarms(done, rule, threshold, measure) >= wanted:
            return scored(done, lambda trial, at=threshold: trial.everyday[rule] >= at)
    raise LookupError(f"{rule} cannot reach {wanted:.2%} false alarms")


def _false_alarms(done: list[Trial], rule: str, threshold: float, measure: str) -> float:
    count = Count()
    for trial in done:
        steady = trial.everyday[rule][:, trial.fate == STEADY] >= threshold
        count.add(steady[1:] & ~steady[:-1] if measure == TURNED else steady[1:])
    return count.share


def gain(ours: Count, other: Count) -> tuple[float, float, float]:
    """(how many times as many are found, and the 95 % interval of that, by drawing programmes anew)."""
    table = np.array([[a, b] for (a, _), (b, _) in zip(ours.each, other.each, strict=True)], dtype=float)
    chance = np.random.default_rng(1)
    drawn = table[chance.integers(len(table), size=(5000, len(table)))].sum(axis=1)
    ratio = drawn[:, 0] / np.maximum(drawn[:, 1], 0.5)
    low, high = np.quantile(ratio, [0.025, 0.975])
    return float(table[:, 0].sum() / max(table[:, 1].sum(), 0.5)), float(low), float(high)


WHAT: dict[str, Callable[[Score], Count]] = {
    "slow declines within two": lambda score: score.found[SLOW, 2],
    "slow declines within four": lambda score: score.found[SLOW, 4],
    "collapses within two": lambda score: score.found[COLLAPSE, 2],
    "collapses within four": lambda score: score.found[COLLAPSE, 4],
    "all decliners within two": lambda score: score.decliners(2),
    "all decliners within four": lambda score: score.decliners(4),
}
NAMED = ("slow declines within four", "collapses within two")
"""Those for which the promise stands: a collapse within four quarters is found more than half by everyday rules."""


def verdicts(full: bool) -> list[Row]:
    seeds = range(REPORTED.start, REPORTED.start + len(REPORTED) * (4 if full else 1))
    done = list(trials(seeds))
    _tell(done)
    red = scored(done, lambda trial: trial.red)
    rows = [
        ("steady bases that turn red, a quarter", str(red.turned), f"≤ {100 * MOST_RED:.1f} %",
         f"of {red.turned.of} base-quarters; {red.standing} are red at any time", red.turned.share <= MOST_RED)
    ]  # fmt: skip
    everyday = {name: tuned(done, name, red.turned.share) for name in done[0].everyday}
    for what in NAMED:
        best, (times, low, high) = _best(what, red, everyday)
        rows.append(
            (f"{what}, red", f"{times:.1f} × ({low:.1f}–{high:.1f})", f"≥ {LEAST_GAIN:.0f} ×",
             f"{WHAT[what](red)}; {best}: {WHAT[what](everyday[best])}", times >= LEAST_GAIN)
        )  # fmt: skip
    return rows


def _best(what: str, ours: Score, everyday: dict[str, Score]) -> tuple[str, tuple[float, float, float]]:
    """The everyday rule that finds most, and how many times as many ours finds."""
    best = max(everyday, key=lambda name: WHAT[what](everyday[name]).share)
    return best, gain(WHAT[what](ours), WHAT[what](everyday[best]))


def _tell(done: list[Trial]) -> None:
    """The whole table, for both lamps, with false alarms made equal in both ways."""
    for title, own in (
        ("RED", lambda trial: trial.red),
        ("RED BY DECLINE ALONE", lambda trial: trial.by_rule["red: decline"]),
        ("RED OR YELLOW", lambda trial: trial.flagged),
    ):
        ours = scored(done, own)
        for measure in (TURNED, STANDING):
            wanted = getattr(ours, measure).share
            others = {name: tuned(done, name, wanted, measure) for name in done[0].everyday}
            print(f"\n{title}, equal false alarms by those {measure} (95 % intervals)")
            print(f"{'':<22}{'turned, a quarter':<21}{'at any time':<21}{'dips in 4':<23}", end="")
            print("".join(f"{what:<27}" for what in WHAT))
            for name, score in {"lamp": ours, **others}.items():
                line = "".join(f"{count(score)!s:<27}" for count in WHAT.values())
                dips = score.found[DIP, 4]
                print(f"{name:<22}{score.turned!s:<21}{score.standing!s:<21}{dips!s:<23}{line}")
            times = (_best(what, ours, others)[1] for what in WHAT)
            print(f"{'times the best':<87}", "".join(f"{f'{t:.1f} × ({a:.1f}–{b:.1f})':<27}" for t, a, b in times))
    print("\nSteady base-quarters by rule, and by size of base in firms")
    for name in done[0].by_rule:
        score = scored(done, lambda trial, name=name: trial.by_rule[name])
        if score.standing.found:
            print(f"{name:<24} {score.turned!s:<22} {score.standing!s:<22}")
    for low, high in ((0, 15), (15, 60), (60, 10_000)):
        count = Count()
        for trial in done:
            inside = (trial.fate == STEADY) & (trial.firms >= low) & (trial.firms < high)
            count.add(trial.red[1:, inside] & ~trial.red[:-1, inside])
        print(f"turned red, {low}–{high:<14} {count}")


if __name__ == "__main__":
    for row in verdicts(full=False):
        print(row)
