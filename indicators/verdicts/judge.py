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
    PRAISE,
    RED,
    STEADY,
    Reason,
    Verdicts,
)
from indicators.verdicts.settings import VerdictSettings

PROPOSED = {ADJUST: "d_twice", HONOUR: "a_twice"}
"""Proposal → the reason for it."""


def judge(evidence: Evidence, settings: VerdictSettings) -> Verdicts:
    """The verdicts, in the order of `evidence.bases`. The same evidence and settings give the same verdicts."""
    findings = signals.Findings(evidence, settings)
    lamp, grade, trend = signals.lamps(findings), grading.grades(findings), trends(findings)
    proposal = grading.proposals(evidence, grade)
    reasons: list[list[Reason]] = [[] for _ in evidence.bases]
    for colour, rules in signals.held(findings).items():
        for name, holds in rules.items():
            for at in np.flatnonzero(holds & (lamp == colour)).tolist():
                reasons[at] += GROUNDS[name](findings, at, colour)
    for at in np.flatnonzero(lamp == GREEN).tolist():
        reasons[at].append(Reason("in_order", GREEN))
    _explain_grades(reasons, findings, grade)
    for at, kind in enumerate(proposal):
        if kind is not None:
            reasons[at].append(Reason(PROPOSED[kind], kind, quarters=8))
    for at in np.flatnonzero(trend == IMPROVING).tolist():
        reasons[at] += GROUNDS["improving"](findings, at, IMPROVING)
    for at in np.flatnonzero(findings.outstanding.any(axis=0)).tolist():
        reasons[at] += GROUNDS["outstanding"](findings, at, PRAISE)
    return Verdicts(
        lamp.tolist(), grade.tolist(), grading.is_final(evidence), proposal.tolist(), trend.tolist(), reasons
    )


def trends(findings: signals.Findings) -> np.ndarray:
    """[base]: IMPROVING or DECLINING where all indicators together moved past the usual in each of the quarters
    running; else STEADY, also where it cannot be judged."""
    settings, judged = findings.settings, findings.judged
    trend = np.full(judged.shape, STEADY, dtype=object)
    trend[findings.rose(settings.improvement.value) & judged] = IMPROVING
    trend[findings.fell(settings.decline_yellow.value) & judged] = DECLINING
    return trend


def _explain_grades(reasons: list[list[Reason]], findings: signals.Findings, grade: np.ndarray) -> None:
    """Adds to each base's reasons those of its grade."""
    told = signals.held(findings)[RED]["poor"]
    for name, holds in grading.failing(findings).items():
        for at in np.flatnonzero(holds).tolist():
            rule = "poor_in_short" if name == "poor" and told[at] else name
            reasons[at] += GROUNDS[rule](findings, at, "D")
    known, index = findings.evidence, findings.year_index
    ranks, ranked = grading.year_ranks(findings)
    capped = grading.capped(findings)
    top, wanted = grading.ranked_top(findings), number(findings.settings.agreement.value / 100)
    for at, letter in enumerate(grade):
        sure = number(known.sure_top[at])
        if letter is None:
            reasons[at].append(Reason("no_grade", "grade", known.index_code, quality=_why_none(known, at)))
        elif letter != "D":
            place, last = int(ranks[at]), int(ranked[at])
            reasons[at].append(Reason("year_rank", letter, known.index_code, number(index[at]), count=place, of=last))
            if capped[at]:
                reasons[at] += GROUNDS["missed_in_year"](findings, at, letter)
            if top[at]:
                rule = "sure" if letter == "A" else "sure_unknown" if sure is None else "unsure"
                reasons[at].append(Reason(rule, letter, known.index_code, sure, wanted))


def _why_none(evidence: Evidence, at: int) -> str:
    return "open_errors" if evidence.open_errors[at] else "few_quarters"
