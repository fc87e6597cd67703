"""The lamp of a quarter: each rule says of which bases it holds; the most serious rule that holds decides.

Rules look at evidence and thresholds only, whole arrays at once. A rule's name is also the name of its reason.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indicators.flags import speaking
from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.evidence import Absent, Evidence, year_means
from indicators.verdicts.reasons import GREEN, GREY, RED, YELLOW
from indicators.verdicts.settings import VerdictSettings

Rules = dict[str, np.ndarray]
"""Name of a rule → for which bases it holds."""


@dataclass(frozen=True)
class Findings:
    """Evidence under thresholds: what is true of which base. Everything is found out once, when it is first asked."""

    evidence: Evidence
    settings: VerdictSettings

    def last(self) -> slice:
        """The quarters that must run."""
        return slice(-int(self.settings.running.value), None)

    @cached_property
    def weak_pillars(self) -> np.ndarray:
        """[pillar, base]: below the peers' percentile in each of the quarters running."""
        known, last = self.evidence, self.last()
        return np.logical_and.reduce(known.pillar_scores[:, last] < known.pillar_limits[:, last], axis=1)

    @cached_property
    def floors_missed(self) -> np.ndarray:
        """[indicator, quarter, base]: floors missed, without those that may not speak alone and do."""
        return speaking(self.evidence.floors.missed, self.evidence.floors.alone)

    @cached_property
    def many_floors(self) -> np.ndarray:
        """[quarter, base]: so many floors missed that it would be yellow."""
        return self.floors_missed.sum(axis=0) >= self.settings.yellow_floors.value

    @cached_property
    def confirmed_floors(self) -> np.ndarray:
        """[indicator, base]: floors missed in the last quarter that are confirmed, or about which nothing can be known."""
        floors = self.evidence.floors
        return speaking(floors.missed[:, -1] & (floors.confirmed != Confirmed.NOT), floors.alone)

    @cached_property
    def outstanding(self) -> np.ndarray:
        """[indicator, base]: past the funnel on the good side in the last quarter. Said, not scored."""
        floors = self.evidence.floors
        now = floors.value[:, -1]
        return np.where(floors.upper[:, None], now < floors.low, now > floors.high) & self.judged

    @cached_property
    def year_index(self) -> np.ndarray:
        """[base]: the mean of the quarterly composites; NaN with fewer than a grade needs."""
        return year_means(self.evidence.index, int(self.settings.least_quarters.value))

    @cached_property
    def year_weak(self) -> np.ndarray:
        """[pillar, base]: below the peers' percentile in the mean of the four quarters."""
        return self.evidence.year_scores < self.evidence.year_limits

    @cached_property
    def poor(self) -> np.ndarray:
        """[base]: poor in all three ways on four quarters: the composite, the pillars, and the floors."""
        settings = self.settings
        return (
            (self.year_index < settings.composite_below.value)
            & (self.year_weak.sum(axis=0) >= settings.pillars_weak.value)
            & (self.confirmed_floors.sum(axis=0) >= settings.floors_missed.value)
        )

    @cached_property
    def unjudged(self) -> Rules:
        """Where nothing can be judged, and why: one reason a base, the first that holds."""
        now = self.evidence.absent[-1]
        reasons = {
            "open_errors": self.evidence.open_errors,
            "in_review": now == Absent.IN_REVIEW,
            "not_due": now == Absent.NOT_DUE,
            "not_in": now == Absent.NOT_IN,
            "no_return": now == Absent.MISSED,
            "no_index": np.isnan(self.evidence.index[-1]),
        }
        free = np.ones(now.shape, dtype=bool)
        for name, holds in reasons.items():
            reasons[name] = holds & free
            free = free & ~holds
        return reasons

    @cached_property
    def judged(self) -> np.ndarray:
        return ~np.any(list(self.unjudged.values()), axis=0)

    @cached_property
    def missing(self) -> Rules:
        """Returns that were due and not handed in: this quarter's, and so many running that it costs the title."""
        last = self.evidence.absent[-int(self.settings.missed_running.value) :] == Absent.MISSED
        running = np.logical_and.reduce(last, axis=0)
        return {"missed_running": running, "missed": last[-1] & ~running}

    def fell(self, limit: float) -> np.ndarray:
        """[base]: all indicators together fell by `limit` or more in each of the quarters running."""
        return np.logical_and.reduce(self.evidence.changes.scores[self.last()] <= -limit, axis=0)

    def rose(self, limit: float) -> np.ndarray:
        return np.logical_and.reduce(self.evidence.changes.scores[self.last()] >= limit, axis=0)


def held(findings: Findings) -> dict[str, Rules]:
    """Every rule by its lamp, the lamps in the order in which they decide. What a person found out about the data, and
    what was not handed in, needs no data to be judged on; all else does. A file with errors is no return: where the
    return was missed, open errors excuse nothing."""
    known, settings, judged = findings.evidence, findings.settings, findings.judged
    here = known.absent[-1] != Absent.MISSED
    return {
        RED: {
            "false_data": known.false_data,
            "missed_running": findings.missing["missed_running"],
            "poor": findings.poor & judged,
            "decline": findings.fell(settings.decline_red.value) & judged,
        },
        GREY: {name: rule & here for name, rule in findings.unjudged.items()},
        YELLOW: {
            "missed": findings.missing["missed"],
            "pillar": findings.weak_pillars.sum(axis=0) >= settings.yellow_pillars.value,
            "floors": np.logical_and.reduce(findings.many_floors[findings.last()], axis=0),
            "slipping": findings.fell(settings.decline_yellow.value),
        },
    }


def lamps(findings: Findings) -> np.ndarray:
    """[base]: one of LAMPS."""
    lamp = np.full(len(findings.evidence.bases), GREEN, dtype=object)
    for colour, rules in reversed(held(findings).items()):
        lamp[np.any(list(rules.values()), axis=0)] = colour
    return lamp
