"""Which reason of a lamp tells most, and whether a lamp may be chance."""

from collections.abc import Iterable, Sequence

from indicators.verdicts.reasons import Reason

FACTS = ("false_data", "missed_running", "missed")
"""Rules that rest on what happened, not on figures."""
BEYOND_CHANCE = ("decline", "slipping")
"""Rules that hold a fall against the usual ups and downs of a base of its size."""
WHOLE = ("composite", "pillar", "pillar_year", "floors")
"""Rules on what a base's indicators say together; single indicators come after them."""
ORDER = (*FACTS, *BEYOND_CHANCE, *WHOLE)
CONFIRMED = ("confirmed_by_peers", "confirmed_by_history")


def most_telling_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Facts, then falls beyond chance, then the whole before its parts; of one rule what is confirmed, what stands
    longest, and what lies furthest beyond what it was held against."""
    return tuple(sorted(reasons, key=_weight))


def _weight(reason: Reason) -> tuple[int, bool, int, float]:
    place = ORDER.index(reason.rule) if reason.rule in ORDER else len(ORDER)
    return (place, reason.quality not in CONFIRMED, -(reason.quarters or 0), -_distance(reason))


def _distance(reason: Reason) -> float:
    """How far a value lies from what it was held against, as a share of that."""
    if reason.value is None or not reason.reference:
        return 0.0
    return abs(reason.value - reason.reference) / abs(reason.reference)


def is_sure(reasons: Sequence[Reason]) -> bool:
    """Whether these reasons of a lamp rest on something that is no chance: a fact, a fall beyond the usual ups and downs,
    or a missed floor that peers or history confirm. A place among the peers alone may be chance."""
    return any(one.rule in (*FACTS, *BEYOND_CHANCE) or one.quality in CONFIRMED for one in reasons)
