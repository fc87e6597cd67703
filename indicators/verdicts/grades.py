"""The grade of a year, within the type: A and B by rank, D by its conditions, C the rest. D is no quota."""

import numpy as np

from indicators.index.rank import TIE, rank
from indicators.verdicts.evidence import Absent, Evidence
from indicators.verdicts.lamps import Findings, Rules
from indicators.verdicts.reasons import ADJUST, HONOUR

LAST_QUARTER = 4


def year_ranks(findings: Findings) -> tuple[np.ndarray, np.ndarray]:
    """(rank in the type by the mean of the year, how many are ranked), by base; NaN and 0 where there is no mean."""
    index, types = findings.year_index, findings.evidence.types
    ranks, ranked = np.full(index.shape, np.nan), np.zeros(index.shape, dtype=int)
    for kind in set(types.tolist()):
        inside = np.flatnonzero(types == kind)
        ranks[inside] = rank(index[inside], axis=-1)
        ranked[inside] = (~np.isnan(index[inside])).sum()
    return ranks, ranked


def places(share: float, ranked: np.ndarray) -> np.ndarray:
    """How many places `share` % of the ranked are, a begun one counted."""
    return np.ceil(share / 100 * ranked - TIE * np.maximum(ranked, 1))


def failing(findings: Findings) -> Rules:
    """The D conditions: any one of them is enough."""
    known = findings.evidence
    missed = (known.absent == Absent.MISSED).sum(axis=0)
    return {
        "false_data": known.false_data,
        "missed_in_year": missed >= findings.settings.missed_running.value,
        "poor": findings.poor & ~known.open_errors,
    }


def capped(findings: Findings) -> np.ndarray:
    """[base]: a return of the year was missed. The mean of the other quarters could be better than that of the year,
    and nobody is to gain by not reporting: such a base is graded C at best."""
    return (findings.evidence.absent == Absent.MISSED).any(axis=0)


def ranked_top(findings: Findings) -> np.ndarray:
    """[base]: one of the top of its type by rank, sure or not, with every return of the year that was due."""
    ranks, ranked = year_ranks(findings)
    return (ranks <= places(findings.settings.top.value, ranked)) & ~capped(findings)


def grades(findings: Findings) -> np.ndarray:
    """[base]: "A" … "D", or None where there is nothing to grade on. Without known agreement there is no A."""
    known, settings = findings.evidence, findings.settings
    ranks, ranked = year_ranks(findings)
    grade = np.full(len(known.bases), None, dtype=object)
    grade[~np.isnan(ranks)] = "C"
    grade[(ranks <= places(settings.top.value + settings.next.value, ranked)) & ~capped(findings)] = "B"
    grade[ranked_top(findings) & (known.sure_top >= settings.agreement.value / 100 - TIE)] = "A"
    grade[known.open_errors] = None
    grade[np.any(list(failing(findings).values()), axis=0)] = "D"
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
