"""The reasons for what was judged: for each rule, a function of the evidence that tells the reasons for one base."""

from collections.abc import Callable, Iterator

import numpy as np

from indicators.verdicts.confirm import Confirmed
from indicators.verdicts.evidence import Absent, Evidence
from indicators.verdicts.lamps import Findings
from indicators.verdicts.reasons import Reason

WORST = 3
"""How many indicators are named that fell, or rose, most."""
QUALITY = {
    Confirmed.PEERS: "confirmed_by_peers",
    Confirmed.HISTORY: "confirmed_by_history",
    Confirmed.NOT: "unconfirmed",
    Confirmed.NOT_APPLICABLE: "not_confirmable",
}

Ground = Callable[[Findings, int, str], Iterator[Reason]]
"""(findings, place of the base, what it weighs for) → its reasons."""


def number(value: float) -> float | None:
    """A plain number for JSON; None for what is missing. Twelve digits: what differs further is an engine's rounding."""
    value = float(value)
    return None if np.isnan(value) else float(f"{value:.12g}")


def bare(rule: str) -> Ground:
    """A rule that needs no numbers."""

    def ground(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
        yield Reason(rule, weighs)

    return ground


def no_index(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    known = findings.evidence
    yield Reason("no_index", weighs, known.index_code, quality=str(known.index_why[at]))


def missed_running(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    """How many returns running are missing, the longest run of the four quarters."""
    longest = run = 0
    for absent in findings.evidence.absent[:, at].tolist():
        run = run + 1 if absent == Absent.MISSED else 0
        longest = max(longest, run)
    yield Reason("missed_running", weighs, quarters=longest)


def missed_in_year(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    """Of a grade: how many of the four returns were missed."""
    missed = int((findings.evidence.absent[:, at] == Absent.MISSED).sum())
    yield Reason("missed_in_year" if weighs == "D" else "missed_capped", weighs, quarters=missed)


def composite(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    known, below = findings.evidence, findings.settings.composite_below.value
    quarters = int((~np.isnan(known.index[:, at])).sum())
    yield Reason(
        "composite", weighs, known.index_code, number(findings.year_index[at]), number(below), quarters=quarters
    )


def poor(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    """All that it rests on: the composite, each weak pillar of the year, each confirmed floor."""
    yield from poor_pillars(findings, at, weighs)
    for row in np.flatnonzero(findings.confirmed_floors[:, at]).tolist():
        yield floor(findings.evidence, row, at, weighs)


def poor_in_short(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    """The same where the floors have been told already: how many they are."""
    yield from poor_pillars(findings, at, weighs)
    count, needed = int(findings.confirmed_floors[:, at].sum()), int(findings.settings.floors_missed.value)
    yield Reason("floors_confirmed", weighs, count=count, of=needed)


def poor_pillars(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    """The composite, and each weak pillar of the year."""
    evidence = findings.evidence
    yield from composite(findings, at, weighs)
    for row in np.flatnonzero(findings.year_weak[:, at]).tolist():
        score, limit = number(evidence.year_scores[row, at]), number(evidence.year_limits[row, at])
        yield Reason("pillar_year", weighs, evidence.pillars[row], score, limit)


def pillar(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    evidence = findings.evidence
    for row in np.flatnonzero(findings.weak_pillars[:, at]).tolist():
        below = evidence.pillar_scores[row, :, at] < evidence.pillar_limits[row, :, at]
        score, limit = number(evidence.pillar_scores[row, -1, at]), number(evidence.pillar_limits[row, -1, at])
        yield Reason("pillar", weighs, evidence.pillars[row], score, limit, quarters=_running(below))


def floors(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    evidence, missed = findings.evidence, findings.floors_missed[:, -1, at]
    judged = int((~np.isnan(evidence.floors.limit[:, -1, at] + evidence.floors.value[:, -1, at])).sum())
    yield Reason("floors", weighs, count=int(missed.sum()), of=judged, quarters=_running(findings.many_floors[:, at]))
    for row in np.flatnonzero(missed).tolist():
        yield floor(evidence, row, at, weighs)


def floor(evidence: Evidence, row: int, at: int, weighs: str) -> Reason:
    """One missed floor of the last quarter, with its funnel, for how long it has been missed and where it is going."""
    held = evidence.floors
    values = held.value[row, :, at]
    if np.isnan(values[-1]):
        return Reason("floor_blank", weighs, held.codes[row], reference=number(held.limit[row, -1, at]))
    worse = np.diff(values) > 0 if held.upper[row] else np.diff(values) < 0
    steps = _running(worse)
    trend = ("rising" if held.upper[row] else "falling") if steps >= 2 else ""
    return Reason(
        "floor_above" if held.upper[row] else "floor_below",
        weighs,
        held.codes[row],
        number(values[-1]),
        number(held.limit[row, -1, at]),
        number(held.low[row, at]),
        number(held.high[row, at]),
        trend,
        steps if trend else None,
        quality=QUALITY[Confirmed(int(held.confirmed[row, at]))],
    )


def decline(limit: str) -> Ground:
    """The fall of all indicators together, and those that fell most."""
    rule = {"decline_red": "decline", "decline_yellow": "slipping"}[limit]

    def ground(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
        evidence, past = findings.evidence, getattr(findings.settings, limit).value
        scores = evidence.changes.scores[:, at]
        yield _together(evidence, rule, weighs, at, number(-scores[-1]), past, _running(scores <= -past), worse=True)
        yield from _furthest(evidence, "fell", weighs, at, worse=True)

    return ground


def improvement(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    evidence, past = findings.evidence, findings.settings.improvement.value
    scores = evidence.changes.scores[:, at]
    yield _together(evidence, "improving", weighs, at, number(scores[-1]), past, _running(scores >= past), worse=False)
    yield from _furthest(evidence, "rose", weighs, at, worse=False)


def outstanding(findings: Findings, at: int, weighs: str) -> Iterator[Reason]:
    """Indicators further on the good side than ordinary bases of the size."""
    held = findings.evidence.floors
    for row in np.flatnonzero(findings.outstanding[:, at]).tolist():
        rule, limit = ("outstanding_low", held.low) if held.upper[row] else ("outstanding_high", held.high)
        value = number(held.value[row, -1, at])
        yield Reason(rule, weighs, held.codes[row], value, number(limit[row, at]), quality="confirmed_by_peers")


def _together(
    evidence: Evidence, rule: str, weighs: str, at: int, value: float | None, past: float, quarters: int, worse: bool
) -> Reason:
    each = evidence.changes.each[:, -1, at]
    count = int((each < 0).sum() if worse else (each > 0).sum())
    there = int((~np.isnan(each)).sum())
    return Reason(rule, weighs, "", value, number(past), quarters=quarters, count=count, of=there)


def _furthest(evidence: Evidence, rule: str, weighs: str, at: int, worse: bool) -> Iterator[Reason]:
    """The indicators that changed most in the last quarter alone, the furthest first."""
    each = evidence.changes.each[:, -1, at] * (1 if worse else -1)
    for row in np.argsort(each, kind="stable")[:WORST]:  # NaN sorts last
        if each[row] < 0:
            now, before = evidence.changes.now[row, at], evidence.changes.before[row, at]
            trend = "falling" if now < before else "rising"
            yield Reason(rule, weighs, evidence.compared[row], number(now), number(before), trend=trend)


def _running(holds: np.ndarray) -> int:
    """How many quarters at the end of holds[quarter] are true."""
    false = np.flatnonzero(~holds[::-1])
    return int(false[0]) if false.size else len(holds)


GROUNDS: dict[str, Ground] = {
    **{name: bare(name) for name in ("false_data", "missed", "open_errors", "in_review", "not_due", "not_in")},
    "no_index": no_index,
    "missed_running": missed_running,
    "missed_in_year": missed_in_year,
    "poor": poor,
    "poor_in_short": poor_in_short,
    "decline": decline("decline_red"),
    "pillar": pillar,
    "floors": floors,
    "slipping": decline("decline_yellow"),
    "improving": improvement,
    "outstanding": outstanding,
}
"""By rule. What is true of a quarter or a year; the reasons for grades stand in judge.py."""
