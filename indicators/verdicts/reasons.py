"""What a verdict says and why, as data: it is stored, compared and replayed, and put into words only when shown."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

GREY, GREEN, YELLOW, RED = "grey", "green", "yellow", "red"
LAMPS = (GREY, GREEN, YELLOW, RED)
WORST_FIRST = (RED, YELLOW, GREY, GREEN)
WARNINGS = (RED, YELLOW)
"""Lamps that ask for a look, and give cause to open a case."""
GRADES = ("A", "B", "C", "D")
ADJUST, HONOUR = "adjust", "honour"
"""Proposals: people decide."""
IMPROVING, STEADY, DECLINING = "improving", "steady", "declining"
PRAISE = "praise"
"""What a reason weighs for that is good and changes neither lamp nor grade."""


OF_ONE_QUARTER = ("fell", "rose")
"""Rules that compare one quarter alone with those of the year before (indicators/explain_change.py)."""


@dataclass(frozen=True)
class Reason:
    """One thing that a verdict rests on. Numbers are in the unit of `code`; None: there is none."""

    rule: str
    """Which rule: a key of words.WORDS."""
    weighs: str
    """What it speaks for: a lamp ("grey", "yellow", "red", "green"), a grade ("A" … "D"), a proposal ("adjust",
    "honour"), a trend ("improving") or "praise"; "grade" where there is none."""
    code: str = ""
    """The indicator, the pillar or the index that it is about; empty: the base as a whole."""
    value: float | None = None
    reference: float | None = None
    """What the value was held against: the floor, the peers' percentile, the limit."""
    low: float | None = None
    high: float | None = None
    """The interval in which the value of an ordinary base of this size lies, or how sure a rank is."""
    trend: str = ""
    """Either "falling", "rising" or empty."""
    quarters: int | None = None
    """For how many quarters running."""
    count: int | None = None
    """How many things of this kind there are, and of how many."""
    of: int | None = None
    quality: str = ""
    """How good the data behind it are: "confirmed_by_peers", "confirmed_by_history", "unconfirmed", or why a value
    cannot be judged."""

    def as_dict(self) -> dict[str, Any]:
        """What is there, ready for JSON, in a fixed order: equal reasons, equal bytes."""
        return {name: value for name, value in asdict(self).items() if value is not None and value != ""}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The opposite of as_dict; what a later version added is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of one quarter, in the order of the bases of the evidence."""

    lamp: list[str]
    """One of LAMPS."""
    grade: list[str | None]
    """One of GRADES; None: there is nothing to grade on."""
    final: bool
    """Whether the grade is that of a whole year; else it is the grade so far."""
    proposal: list[str | None]
    """ADJUST, HONOUR or None."""
    trend: list[str]
    """IMPROVING, STEADY or DECLINING."""
    reasons: list[list[Reason]]
    """Those for the lamp first, then those for the grade, the proposal and the trend."""
