"""Which finding is looked at first: what is most likely wrong and weighs most on the national figure.

As in selective editing (de Waal, Pannekoek and Scholtus, Handbook of Statistical Data Editing and Imputation, 2011,
chapter 6; Statistics Sweden's SELEKT), a finding's score is

    suspicion × Σ |value − anticipated| / national total of the measure last quarter

summed over the measures it speaks of. Anticipated is what the check says should be there; else the base's own last
quarter; else 0. Suspicion is 1 for an error. For a query it is t / (1 + t), where the value lies t times as far out as
the check allows: ½ at the limit, near 1 far beyond it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from etl.findings import Finding

Figures = Mapping[str, float]

AT_THE_LIMIT = 0.5
"""The suspicion of a query whose check cannot say how far out the value lies."""

_CELL = re.compile(r"([A-Z]+)(\d+)")


def suspicion_of(times: float) -> float:
    """Between 0 and 1, for a value that lies so many times as far out as is allowed (infinity: nothing is)."""
    return 1 - 1 / (1 + abs(times))


def weighed(finding: Finding, now: Figures, last: Figures, national: Figures) -> Finding:
    """The finding with its score. `now` and `last` are the base's figures of this and the last quarter, `national` the
    sums over all bases last quarter, by measure; what is not there is blank."""
    suspicion = AT_THE_LIMIT if finding.suspicion is None else finding.suspicion
    if finding.severity == "error":
        suspicion = 1.0
    return replace(finding, score=suspicion * _effect(finding, now, last, national))


def _effect(finding: Finding, now: Figures, last: Figures, national: Figures) -> float:
    anticipated = finding.anticipated
    if not anticipated and finding.measure:
        anticipated = {finding.measure: last.get(finding.measure, 0.0)}
    if not anticipated and finding.cell is None:
        return 1.0  # a whole sheet or file: nothing of the return counts
    return sum(_share(now.get(code, 0.0), value, national.get(code, 0.0)) for code, value in anticipated.items())


def _share(value: float, anticipated: float, total: float) -> float:
    """Of the national figure; of the base's own where there was none last quarter."""
    gap = abs(value - anticipated)
    return gap / (abs(total) or max(abs(value), abs(anticipated))) if gap else 0.0


def in_order(findings: Iterable[Finding], sheet: str) -> list[Finding]:
    """Errors, which block, then queries; each by score, the highest first, then by their place, `sheet` first."""
    return sorted(findings, key=lambda finding: _place_in_order(finding, sheet))


def _place_in_order(finding: Finding, sheet: str) -> tuple:
    match = _CELL.match(finding.cell or "")
    cell = (int(match[2]), len(match[1]), match[1]) if match else (0, 0, "")
    return (
        finding.severity,
        -finding.score,
        finding.sheet not in (None, sheet),
        finding.sheet or "",
        cell,
        finding.code,
        finding.about,
        finding.message.en,
    )
