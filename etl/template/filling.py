"""What a form is written with, apart from what the catalogue says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Filling:
    """Values and answers by measure; `roster` rows by column, `answer` among them. `earlier` gives by measure last quarter's and last
    year's value, for comparison."""

    values: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    roster: Sequence[Mapping[str, Any]] = ()
    carried_from: str = ""
    """The quarter whose firms stand in the roster, to be checked; empty when they are of this one."""
