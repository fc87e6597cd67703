"""What makes one base differ from another and stays: its levels and rates, drawn once, and the strain of a decline."""

from dataclasses import dataclass

import numpy as np

from sample_data import rates
from sample_data.programme import PILLARS, Member

LEAN = 0.25
"""How far one standard deviation of quality moves a rate, as a logarithm (or log-odds)."""
FURTHEST = 0.9
"""No rate is moved further than this from the programme's level, so that the best and the worst stay believable."""


@dataclass(frozen=True)
class Traits:
    """A base's own levels. Rates are a year's, shares lie between 0 and 1."""

    entry: float
    graduation: float
    exit: float
    hires: float
    separations: float
    staff: float
    graduates: float
    other_key: float
    college: float
    revenue: float
    research: float
    patents: float
    hightech: float
    techsme: float
    srdi: float
    cross_region: float
    equity: float
    early: float
    loans: float
    credit: float
    long: float
    pledged: float
    guaranteed: float
    other_finance: float
    survival: float


def draw(member: Member, rng: np.random.Generator) -> Traits:
    """The base's traits: the programme's level, moved by the base's quality and by chance."""
    kind, quality = member.base.type, dict(zip(PILLARS, member.quality, strict=True))

    def rate(level: float, pillar: str, chance: float = 0.2, lean: float = LEAN) -> float:
        moved = lean * quality[pillar] + rng.normal(0, chance) - chance**2 / 2
        return level * float(np.exp(np.clip(moved, -FURTHEST, FURTHEST)))

    def share(level: float, pillar: str, chance: float = 0.3, lean: float = LEAN) -> float:
        moved = lean * quality[pillar] + rng.normal(0, chance)
        odds = np.log(level / (1 - level)) + np.clip(moved, -FURTHEST, FURTHEST)
        return float(1 / (1 + np.exp(-odds)))

    return Traits(
        entry=rate(rates.ENTRY, "incubation", 0.1, 0.18),
        graduation=rate(rates.GRADUATION, "incubation", 0.15),
        exit=rate(rates.EXIT, "incubation", 0.15, -0.2),
        hires=rate(rates.HIRES, "employment", 0.1, 0.15),
        separations=rate(rates.SEPARATIONS, "employment", 0.1, -0.05),
        staff=rate(1.0, "employment", 0.1, 0.1),
        graduates=share(rates.GRADUATE_SHARE[kind], "employment"),
        other_key=share(rates.OTHER_KEY_SHARE[kind], "employment", 0.25),
        college=share(rates.COLLEGE_SHARE[kind], "employment", 0.35),
        revenue=rate(rates.REVENUE_PER_HEAD, "incubation", 0.2, 0.1),
        research=rate(rates.RD_INTENSITY, "incubation", 0.25, 0.18),
        patents=rate(rates.IP_PER_FIRM, "incubation"),
        hightech=share(rates.HIGHTECH, "incubation", 0.25, 0.35),
        techsme=share(rates.TECHSME, "incubation"),
        srdi=share(rates.SRDI, "incubation", 0.25, 0.35),
        cross_region=share(rates.CROSS_REGION, "collaboration", 0.4),
        equity=rate(rates.EQUITY_RATE, "financing", 0.2, 0.35),
        early=share(rates.EARLY_ROUNDS, "financing"),
        loans=rate(rates.LOAN_RATE, "financing", 0.2, 0.35),
        credit=share(rates.CREDIT_SHARE, "financing", 0.15, 0.2),
        long=share(rates.LONG_SHARE, "financing"),
        pledged=share(rates.PLEDGE_SHARE, "financing"),
        guaranteed=share(rates.GUARANTEE_SHARE, "financing", 0.3, 0.0),
        other_finance=rate(rates.OTHER_RATE, "financing"),
        survival=share(rates.SURVIVAL, "incubation"),
    )


def strain(member: Member, quarters: int) -> np.ndarray:
    """How badly the base does in each quarter of the sample: 0 as ever, 1 in full decline."""
    if member.declines_in is None:
        return np.zeros(quarters)
    since = np.arange(quarters) - member.declines_in
    return np.clip(0.4 + 0.3 * since, 0, 1) * (since >= 0)
