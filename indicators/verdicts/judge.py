"""Evidence and thresholds → the verdict on each base, with its reasons."""

import numpy as np

from indicators.verdicts import grades as grading
from indicators.verdicts import lamps as signals
from indicators.verdicts.evidence import Evidence
from indicators.verdicts.grounds import GROUNDS, number
from indicators.verdicts.reasons import (
    ADJUST,
    DECLINING,
    GREEN,
    HONOUR,
    IMPROVING,
    STEADY,
    Reason,
    Verdicts,
)
from indicators.verdicts.settings import VerdictSettings


def judge(evidence: Evidence, settings: VerdictSettings) -> Verdicts:
    """The verdicts, in the order of `evidence.bases`. The same evidence and settings give the same verdicts."""
    rules = signals.held(evidence, settings)
    lamp = signals.lamps(evidence, settings, rules)
    grade = grading.grades(evidence, settings)
    proposal = grading.proposals(evidence, grade)
    trend = trends(evidence, settings)
    reasons: list[list[Reason]] = [[] for _ in evidence.bases]
    for colour, found in rules.items():
        for name, holds in found.items():
            for at in np.flatnonzero(holds & (lamp == colour)):
                reasons[at] += _grounds(name, evidence, settings, at, colour)
    for at in np.flatnonzero(lamp == GREEN):
        reasons[at].append(Reason("in_order", GREEN))
    _explain_grades(reasons, evidence, settings, grade)
    for at in np.flatnonzero(proposal != None):  # noqa: E711
        reasons[at].append(_proposal(str(proposal[at])))
    for at in np.flatnonzero(trend == IMPROVING):
        reasons[at] += _grounds("improving", evidence, settings, at, IMPROVING)
    return Verdicts(
        lamp.tolist(), grade.tolist(), grading.is_final(evidence), proposal.tolist(), trend.tolist(), reasons
    )


def trends(evidence: Evidence, settings: VerdictSettings) -> np.ndarray:
    """[base]: IMPROVING or DECLINING where all indicators together moved past the usual in each of the quarters
    running; else STEADY, also where it cannot be judged."""
    scores = evidence.changes.scores
    trend = np.full(len(evidence.bases), STEADY, dtype=object)
    judged = ~np.any(list(signals.unjudged(evidence).values()), axis=0)
    trend[signals.running(scores, settings.improvement.value, settings) & judged] = IMPROVING
    trend[signals.running(scores, -settings.decline_yellow.value, settings) & judged] = DECLINING
    return trend


def _grounds(name: str, evidence: Evidence, settings: VerdictSettings, at: int, weighs: str) -> list[Reason]:
    return list(GROUNDS[name](evidence, settings, at, weighs))


def _explain_grades(
    reasons: list[list[Reason]], evidence: Evidence, settings: VerdictSettings, grade: np.ndarray
) -> None:
    """Adds to each base's reasons those of its grade."""
    for name, holds in grading.failing(evidence, settings).items():
        for at in np.flatnonzero(holds):
            reasons[at] += _grounds(name, evidence, settings, at, "D")
    ranks, ranked = grading.year_ranks(evidence, settings)
    index, top = signals.year_index(evidence, settings), grading.ranked_top(evidence, settings)
    wanted, sure = number(settings.agreement.value / 100), evidence.sure_top
    for at, letter in enumerate(grade):
        if letter is None:
            reasons[at].append(Reason("no_grade", "grade", evidence.index_code, quality=_why_none(evidence, at)))
            continue
        if letter == "D":
            continue
        reasons[at].append(
            Reason(
                "year_rank", letter, evidence.index_code, number(index[at]), count=int(ranks[at]), of=int(ranked[at])
            )
        )
        if letter == "A":
            reasons[at].append(Reason("sure", "A", evidence.index_code, number(sure[at]), wanted))
        elif top[at]:
            rule = "sure_unknown" if np.isnan(sure[at]) else "unsure"
            reasons[at].append(Reason(rule, letter, evidence.index_code, number(sure[at]), wanted))


def _why_none(evidence: Evidence, at: int) -> str:
    return "open_errors" if evidence.open_errors[at] else "few_quarters"


def _proposal(kind: str) -> Reason:
    return {ADJUST: Reason("d_twice", ADJUST, quarters=8), HONOUR: Reason("a_twice", HONOUR, quarters=8)}[kind]
