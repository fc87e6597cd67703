"""The lamp of a quarter: each rule says of which bases it holds; the most serious rule that holds decides.

Rules look at evidence and thresholds only, whole arrays at once. A rule's name is also the name of its reason.
"""

import numpy as np

from indicators.flags import speaking
from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.evidence import Absent, Evidence
from indicators.verdicts.reasons import GREEN, GREY, RED, YELLOW
from indicators.verdicts.settings import VerdictSettings

Rules = dict[str, np.ndarray]
"""Name of a rule → for which bases it holds."""


def held(evidence: Evidence, settings: VerdictSettings) -> dict[str, Rules]:
    """Every rule by its lamp, the lamps in the order in which they decide. What a person found out about the data, and
    what was not handed in, needs no data to be judged on; all else does. A file with errors is no return: where the
    return was missed, open errors excuse nothing."""
    cannot = unjudged(evidence)
    judged = ~np.any(list(cannot.values()), axis=0)
    absent = missing(evidence, settings)
    return {
        RED: {
            "false_data": evidence.false_data,
            "missed_running": absent["missed_running"],
            "poor": poor(evidence, settings) & judged,
            "decline": running(evidence.changes.scores, -settings.decline_red.value, settings) & judged,
        },
        GREY: {name: rule & (evidence.absent[-1] != Absent.MISSED) for name, rule in cannot.items()},
        YELLOW: {
            "missed": absent["missed"],
            "pillar": weak_pillars(evidence, settings).sum(axis=0) >= settings.yellow_pillars.value,
            "floors": many_floors(evidence, settings),
            "slipping": running(evidence.changes.scores, -settings.decline_yellow.value, settings),
        },
    }


def lamps(evidence: Evidence, settings: VerdictSettings, rules: dict[str, Rules] | None = None) -> np.ndarray:
    """[base]: one of LAMPS."""
    rules = rules or held(evidence, settings)
    lamp = np.full(len(evidence.bases), GREEN, dtype=object)
    for colour in reversed(rules):
        lamp[np.any(list(rules[colour].values()), axis=0)] = colour
    return lamp


def unjudged(evidence: Evidence) -> Rules:
    """Where nothing can be judged, and why: one reason a base, the first that holds."""
    now = evidence.absent[-1]
    reasons = {
        "open_errors": evidence.open_errors,
        "in_review": now == Absent.IN_REVIEW,
        "not_due": now == Absent.NOT_DUE,
        "not_in": now == Absent.NOT_IN,
        "no_return": now == Absent.MISSED,
        "no_index": np.isnan(evidence.index[-1]),
    }
    free = np.ones(len(evidence.bases), dtype=bool)
    for name, holds in reasons.items():
        reasons[name] = holds & free
        free = free & ~holds
    return reasons


def missing(evidence: Evidence, settings: VerdictSettings) -> Rules:
    """Returns that were due and not handed in: this quarter's, and so many running that it costs the title."""
    last = evidence.absent[-int(settings.missed_running.value) :] == Absent.MISSED
    running = last.all(axis=0)
    return {"missed_running": running, "missed": last[-1] & ~running}


def running(scores: np.ndarray, limit: float, settings: VerdictSettings) -> np.ndarray:
    """Bases whose scores[recent, base] were past the limit (negative: at or below it) in each of the quarters running."""
    last = scores[-int(settings.running.value) :]
    return ((last <= limit) if limit < 0 else (last >= limit)).all(axis=0)


def weak_pillars(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """[pillar, base]: below the peers' percentile in each of the quarters running."""
    last = slice(-int(settings.running.value), None)
    return (evidence.pillar_scores[:, last] < evidence.pillar_limits[:, last]).all(axis=1)


def floors_missed(evidence: Evidence) -> np.ndarray:
    """[indicator, quarter, base]: floors missed, without those that may not speak alone and do."""
    return speaking(evidence.floors.missed, evidence.floors.alone)


def many_floors(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """[base]: so many floors missed in each of the quarters running."""
    count = floors_missed(evidence).sum(axis=0)[-int(settings.running.value) :]
    return (count >= settings.yellow_floors.value).all(axis=0)


def confirmed_floors(evidence: Evidence) -> np.ndarray:
    """[indicator, base]: floors missed in the last quarter that are confirmed, or about which nothing can be known."""
    floors = evidence.floors
    return speaking(floors.missed[:, -1] & (floors.confirmed != Confirmed.NOT), floors.alone)


def year_index(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """[base]: the mean of the quarterly composites; NaN with fewer than a grade needs."""
    there = ~np.isnan(evidence.index)
    count, total = there.sum(axis=0), np.where(there, evidence.index, 0.0).sum(axis=0)
    enough = count >= settings.least_quarters.value
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=enough)


def poor(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """[base]: poor in all three ways on four quarters: the composite, the pillars, and the floors."""
    return (
        (year_index(evidence, settings) < settings.composite_below.value)
        & (year_weak(evidence).sum(axis=0) >= settings.pillars_weak.value)
        & (confirmed_floors(evidence).sum(axis=0) >= settings.floors_missed.value)
    )


def year_weak(evidence: Evidence) -> np.ndarray:
    """[pillar, base]: below the peers' percentile in the mean of the four quarters."""
    return evidence.year_scores < evidence.year_limits
