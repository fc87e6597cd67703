"""Ranks that follow each accepted return: what one return changes is patched in place, the rest stays as it is.

Equal to computing the quarter anew, to the last bit: the values of one base are computed by the same formulas, places
are counted instead of sorted, and pillars and index are the same means over the same scores.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from etl import formula, periods
from etl.evaluation import PRESENT
from etl.panel import Panel, Why
from indicators.composite import HELD_AGAINST, Composite, composite, mean_of, programme_tree, scored_of
from indicators.compute import Values, compute
from indicators.counting import Places
from indicators.definition import Definitions, Indicator, Scores
from indicators.index.rank import apart, places_in_order


@dataclass(frozen=True)
class Change:
    """What a return changed in one quarter. `codes`: the indicators of which the base's value, or why it is missing,
    is another now. `ranked`: whether ranks were taken anew; without, no rank of the quarter depends on that return."""

    period: str
    codes: tuple[str, ...]
    ranked: bool


def reach(definitions: Definitions) -> int:
    """How many quarters back the indicators look at most; so many later quarters does a return change."""
    return max(formula.reach(indicator.ratio_tree) for indicator in definitions.indicators.values())


class Live:
    """A programme's panel, and the quarters of it that are followed. The panel is this object's: only `accept` changes
    it. The bases, their types and the quarters are fixed; when the registry changes, make a new one. Not for several
    threads at once."""

    def __init__(self, panel: Panel, definitions: Definitions, type_names: list[str]):
        self.panel, self._definitions, self._type_names = panel, definitions, type_names
        self._reach = reach(definitions)
        self._columns = {code: i for i, code in enumerate(panel.bases)}
        self._quarters: dict[str, LiveQuarter] = {}

    def quarter(self, period: str) -> "LiveQuarter":
        """That quarter's values and ranks, which follow every `accept` from now on. Raises ValueError for a quarter that
        the panel does not have."""
        if period not in self._quarters:
            at = self.panel.periods.index(period)
            self._quarters[period] = LiveQuarter(self.panel, at, self._reach, self._definitions, self._type_names)
        return self._quarters[period]

    def accept(self, base: str, period: str, figures: Mapping[str, float] | None) -> list[Change]:
        """Takes in the accepted return of a base and quarter; None: what was accepted has been withdrawn.

        Returns the changes in the quarters that are followed, from that quarter to as many later ones as formulas look
        back. Raises KeyError for a base, ValueError for a quarter that the panel does not have.
        """
        column, at = self._columns[base], self.panel.periods.index(period)
        self.panel.put(at, column, figures)
        touched = periods.span(period, periods.shift(period, self._reach))
        return [self._quarters[one].patch(column) for one in touched if one in self._quarters]


class LiveQuarter:
    """One quarter: `values` [1, base] by indicator, `peers`: how the bases of each type stand, in the order of the types,
    and `composite`. All are changed in place: copy what must stay as it is."""

    def __init__(self, panel: Panel, at: int, reach: int, definitions: Definitions, type_names: list[str]):
        self._panel, self._at, self._first = panel, at, max(0, at - reach)
        self._definitions, self._type_names = definitions, type_names
        self.values = {code: _last(of) for code, of in self._compute(slice(None)).items()}
        types, returned = panel.types[at], panel.returned[at]
        ranked = composite(self.values, definitions, 0, types, returned, type_names)
        self._composite, self._behind = ranked, [set[str]() for _ in type_names]
        self.peers = [
            Peers(np.flatnonzero(types == number), name, self.values, returned, ranked, definitions)
            for number, name in enumerate(type_names)
        ]

    @property
    def composite(self) -> Composite:
        """The scores and ranks of all types, which are those of `peers`: put together here, so that several returns
        that come before it is read cost this once."""
        for peers, codes in zip(self.peers, self._behind, strict=True):
            for code in codes:
                self._composite.scores[code][peers.bases] = peers.scores[code]
                self._composite.ranks[code][peers.bases] = peers.ranks[code]
            codes.clear()
        return self._composite

    def patch(self, base: int) -> Change:
        """Follows a change in the panel's column of that base, in this quarter or one that formulas look back to."""
        new = self._compute(slice(base, base + 1))
        changed = tuple(code for code, of in new.items() if _write(self.values[code], base, of))
        kind = int(self._panel.types[self._at, base])
        there = bool(self._panel.returned[self._at, base])
        ranked = self.peers[kind].patch(base, new, there) if kind >= 0 else set[str]()
        if ranked:
            self._behind[kind] |= ranked
        return Change(self._panel.periods[self._at], changed, bool(ranked))

    def _compute(self, bases: slice) -> dict[str, Values]:
        """The values of some bases, each array [quarter, base]; the quarter is the last."""
        part = self._panel.part(slice(self._first, self._at + 1), bases)
        return compute(part, self._definitions, self._type_names)


def _last(of: Values) -> Values:
    parts = {name: None if array is None else array[-1:].copy() for name, array in vars(of).items()}
    return replace(of, **parts)


def _write(of: Values, base: int, new: Values) -> bool:
    """Whether the base's value, or why it is missing, is another one than before."""
    value, why = of.value[0, base], of.why[0, base]
    of.numerator[0, base], of.complete[0, base] = new.numerator[-1, 0], new.complete[-1, 0]
    of.value[0, base], of.why[0, base] = new.value[-1, 0], new.why[-1, 0]
    if of.denominator is not None and new.denominator is not None:
        of.denominator[0, base] = new.denominator[-1, 0]
    return bool(of.why[0, base] != why or (why == PRESENT and of.value[0, base] != value))


class Peers:
    """The bases of one type in one quarter, with or without a return: `scores` and `ranks` by code, as in a Composite,
    each [peer]; `bases[peer]` are their places in the panel."""

    def __init__(
        self,
        bases: np.ndarray,
        name: str,
        values: Mapping[str, Values],
        returned: np.ndarray,
        ranked: Composite,
        definitions: Definitions,
    ):
        self.bases, self._rules = bases, definitions.method.scores
        self._peer = {int(base): peer for peer, base in enumerate(bases)}
        indicators = scored_of(definitions, name)
        self._tree = programme_tree(definitions, indicators) if indicators else None
        self._standings = {
            indicator.code: Standing(indicator, self._rules, values[indicator.code], bases, returned)
            for indicator in indicators
        }
        self.scores = {code: scores[bases] for code, scores in ranked.scores.items()}
        self.ranks = {code: ranks[bases] for code, ranks in ranked.ranks.items()}
        self._orders: dict[str, np.ndarray] = {}

    def patch(self, base: int, new: Mapping[str, Values], there: bool) -> set[str]:
        """Follows one base's new values [quarter, 1], of which the last counts, and whether it has a return. The codes whose scores and ranks changed."""
        peer, changed = self._peer[base], set[str]()
        for code, standing in self._standings.items():
            of = new[code]
            value, why = (of.value[-1, 0], of.why[-1, 0]) if there else NOT_RANKED
            if standing.move(peer, float(value), int(why)):
                self.scores[code], self.ranks[code] = standing.tell()
                changed.add(code)
        if changed:
            self._climb(changed)
        return changed

    def _climb(self, changed: set[str]) -> None:
        """Scores and ranks of what these indicators are part of; their codes are added."""
        assert self._tree is not None
        codes = self._tree.codes
        for place, children in self._tree.families:
            if not changed.isdisjoint(codes[child] for child in children):
                changed.add(codes[place])
                below = {child: self.scores[codes[child]] for child in children}
                scores = self.scores[codes[place]] = mean_of(children, below, self._tree, self._rules)
                self.ranks[codes[place]] = self._rank(codes[place], scores)

    def _rank(self, code: str, scores: np.ndarray) -> np.ndarray:
        """`rank`, sorting from the order of last time: what is nearly sorted is soon sorted."""
        order, falling = self._orders.get(code, np.arange(scores.size)), -scores
        order = self._orders[code] = order[np.argsort(falling[order], kind="stable")]
        return places_in_order(falling, order)


NOT_RANKED = np.nan, np.uint8(Why.HISTORY)
"""What a base without a return counts as: no value, and a reason that is not held against it."""


class Standing:
    """How the bases of a type stand in one indicator, kept while single ones change."""

    def __init__(self, indicator: Indicator, rules: Scores, of: Values, bases: np.ndarray, returned: np.ndarray):
        self._rules, self._sign = rules, -1.0 if indicator.direction == "down" else 1.0
        there, (value, why) = returned[bases], NOT_RANKED
        self._places = Places(self._sign * np.where(there, of.value[0, bases], value))
        self._why = np.where(there, of.why[0, bases], why)
        self._held = [(np.uint8(reason), rules.withheld) for reason in HELD_AGAINST]
        if indicator.zero_denominator == "lowest":
            self._held.append((np.uint8(Why.ZERO_DENOMINATOR), 0.0))

    def move(self, peer: int, value: float, why: int) -> bool:
        """One base's value and why it is missing become these. False: they are what they were."""
        value = self._sign * value
        if why == self._why[peer] and (why != PRESENT or value == self._places.values[peer]):
            return False
        self._why[peer] = why
        self._places.move(peer, value)
        return True

    def tell(self) -> tuple[np.ndarray, np.ndarray]:
        """(scores, ranks): `indicator_scores` and `rank` without sorting. Scores of values that differ do so
        by far more than TIE, so that among them the ranks are those of the values."""
        count = self._places.count
        scores, ranks = self._places.percentiles(self._rules.ties), self._places.ranks
        if count < 2:
            ranks = scores.copy()  # nobody to compare with
        held = [(score, whose) for reason, score in self._held if np.count_nonzero(whose := self._why == reason)]
        if not (count and held):
            return scores, ranks
        ranks = ranks.copy()
        for score, whose in held:
            ranks += np.count_nonzero(whose) * _above(score, scores)
        for score, whose in held:
            scores[whose] = score
        for score, whose in held:
            ranks[whose] = 1 + np.count_nonzero(_above(scores, score))
        return scores, ranks


def _above(score, other):
    """Whether a score is above another by more than rounding, as `rank` sees it."""
    return (score > other) & apart(other, score)
