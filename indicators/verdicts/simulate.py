"""What if the thresholds were others? The same quarters, judged twice: for the method's page, before anything is
changed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indicators.verdicts.evidence import Evidence
from indicators.verdicts.grades import grades
from indicators.verdicts.lamps import Findings, lamps
from indicators.verdicts.settings import VerdictSettings


@dataclass(frozen=True)
class Change:
    """A base whose verdict would be another."""

    period: str
    base: str
    lamp: tuple[str, str]
    grade: tuple[str | None, str | None]
    """As it is, and as it would be."""


@dataclass(frozen=True)
class Simulation:
    """Counts by lamp and by grade (None: no grade) over all quarters, as they are and as they would be."""

    lamps: tuple[Counter, Counter]
    grades: tuple[Counter, Counter]
    changes: list[Change]


def simulate(
    evidence: Mapping[str, Evidence],
    now: VerdictSettings,
    then: VerdictSettings,
    gathered: Mapping[str, Evidence] | None = None,
) -> Simulation:
    """Judges the evidence by period under both settings, without reasons. Some settings go into the evidence itself
    (`size`, `least_indicators`, `least_peers`, `own_fall`, and `least_quarters` into the pillars' means of the year):
    `gathered` is the evidence under the other settings, by the same periods; without it, that stays as it was."""
    counted = tuple(Counter() for _ in range(4))
    found = []
    for period, known in evidence.items():
        found_out = Findings(known, now), Findings((gathered or evidence)[period], then)
        lamp, grade = [tuple(rule(each).tolist() for each in found_out) for rule in (lamps, grades)]
        for counter, values in zip(counted, (*lamp, *grade), strict=True):
            counter.update(values)
        for base, *each in zip(known.bases, *lamp, *grade, strict=True):
            change = Change(period, base, (each[0], each[1]), (each[2], each[3]))
            if change.lamp[0] != change.lamp[1] or change.grade[0] != change.grade[1]:
                found.append(change)
    return Simulation((counted[0], counted[1]), (counted[2], counted[3]), found)


def together(simulations: Iterable[Simulation]) -> Simulation:
    """Those of several periods as one."""
    parts = list(simulations)

    def added(which: str, side: int) -> Counter:
        return sum((getattr(part, which)[side] for part in parts), Counter())

    return Simulation(
        (added("lamps", 0), added("lamps", 1)),
        (added("grades", 0), added("grades", 1)),
        [change for part in parts for change in part.changes],
    )
