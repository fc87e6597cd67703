"""How much a value of a return changed: against what, by what share, and whether that is much."""

from etl.form import Measure

BIG = 0.2
"""A change past this share is called big."""


def before_of(measure: Measure, last_quarter: float | None, last_year: float | None) -> float | None:
    """What a value is compared with: last quarter's; last year's where the count begins anew each year."""
    return last_year if measure.timing == "year_to_date" else last_quarter


def change(value: float, before: float | None) -> float | None:
    """As a share of what was there before; None where there was nothing."""
    return value / before - 1 if before else None


def is_big(value: float | None, before: float | None) -> bool:
    """Whether a value changed by more than a fifth; anything is a big change from nothing."""
    if value is None or before is None or value == before:
        return False
    return not before or abs(value / before - 1) > BIG
