"""What of a stored verdict may be said, by the vintage of its publication.

A verdict is stored as it was computed, so that it can be computed again; but only a final or revised publication of a
year's last quarter closes the year. Whatever stands earlier may still change: it is a grade so far, and proposes nothing.
"""

from indicators.sources import SETTLED
from indicators.verdicts.reasons import ADJUST, GREY, HONOUR


def is_final(vintage: str, closes_year: bool) -> bool:
    """Whether a grade is that of a whole year, and stays."""
    return closes_year and vintage in SETTLED


def proposal_of(vintage: str, lamp: str, proposal: str | None) -> str | None:
    """The proposal that may be shown: none from figures that may change, and no honour for a base that cannot be judged."""
    if vintage not in SETTLED or (proposal == HONOUR and lamp == GREY):
        return None
    return proposal


def unsaid(proposal: str | None) -> set[str]:
    """What no reason that is shown may weigh for: proposals that are not."""
    return {ADJUST, HONOUR} - {proposal}
