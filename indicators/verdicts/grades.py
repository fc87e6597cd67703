"""The grade of a year, within the type: A and B by rank, D by its conditions, C the rest. D is no quota."""

import numpy as np

from indicators.composite import TIE, rank_descending
from indicators.verdicts.evidence import Absent, Evidence
from indicators.verdicts.lamps import Rules, poor, year_index
from indicators.verdicts.reasons import ADJUST, HONOUR
from indicators.verdicts.settings import VerdictSettings

LAST_QUARTER = 4


def year_ranks(evidence: Evidence, settings: VerdictSettings) -> tuple[np.ndarray, np.ndarray]:
    """(rank in the type by the mean of the year, how many are ranked), by base; NaN and 0 where there is no mean."""
    index = year_index(evidence, settings)
    ranks, ranked = np.full(index.shape, np.nan), np.zeros(index.shape, dtype=int)
    for kind in set(evidence.types.tolist()):
        inside = np.flatnonzero(evidence.types == kind)
        ranks[inside] = rank_descending(index[inside])
        ranked[inside] = (~np.isnan(index[inside])).sum()
    return ranks, ranked


def places(share: float, ranked: np.ndarray) -> np.ndarray:
    """How many places `share` % of the ranked are, a begun one counted."""
    return np.ceil(share / 100 * ranked - TIE * np.maximum(ranked, 1))


def failing(evidence: Evidence, settings: VerdictSettings) -> Rules:
    """The D conditions: any one of them is enough."""
    missed = evidence.absent == Absent.MISSED
    running = int(settings.missed_running.value)
    starts = range(missed.shape[0] - running + 1)
    return {
        "false_data": evidence.false_data,
        "missed_running": np.any([missed[start : start + running].all(axis=0) for start in starts], axis=0),
        "poor": poor(evidence, settings) & ~evidence.open_errors,
    }


def ranked_top(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    ranks, ranked = year_ranks(evidence, settings)
    return ranks <= places(settings.top.value, ranked)


def agreed(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """Whether enough replications agree that the base is one of the top; not where it is unknown."""
    return evidence.sure_top >= settings.agreement.value / 100 - TIE


def grades(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """[base]: "A" … "D", or None where there is nothing to grade on."""
    ranks, ranked = year_ranks(evidence, settings)
    both = places(settings.top.value + settings.next.value, ranked)
    top = ranked_top(evidence, settings)
    grade = np.full(len(evidence.bases), None, dtype=object)
    grade[~np.isnan(ranks)] = "C"
    grade[ranks <= both] = "B"
    grade[top & agreed(evidence, settings)] = "A"
    grade[evidence.open_errors] = None
    grade[np.any(list(failing(evidence, settings).values()), axis=0)] = "D"
    return grade


def is_final(evidence: Evidence) -> bool:
    """Only the fourth quarter closes a year; before, a grade is one so far and proposes nothing."""
    return evidence.quarter_of_year == LAST_QUARTER


def proposals(evidence: Evidence, grade: np.ndarray) -> np.ndarray:
    """[base]: ADJUST after two D years, HONOUR after A twice, else None."""
    found = np.full(grade.shape, None, dtype=object)
    if is_final(evidence):
        before = np.array(evidence.last_grade, dtype=object)
        found[(grade == "D") & (before == "D")] = ADJUST
        found[(grade == "A") & (before == "A")] = HONOUR
    return found
