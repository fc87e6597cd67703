"""The floor that an indicator of a base is held against, in the indicator's own unit."""

import numpy as np

from etl import periods
from indicators.definition import Definitions, Indicator
from indicators.flags import eased_floor, floor_limits
from indicators.repository.members import Member

A_YEAR = 4


def floor_of(
    indicator: Indicator,
    member: Member,
    period: str,
    year_ago: float | None,
    peers: tuple[float, float] | None,
    definitions: Definitions,
) -> float | None:
    """The floor, None where there is none or it needs something that is missing. `peers`: the percentiles below
    (and, for less-is-better, above) which the peers' weakest lie."""
    floor = indicator.floor
    if floor is None or not floor.judges(member.type):
        return None
    if floor.rule == "peer_p20":
        return None if peers is None else peers[indicator.direction == "down"]
    before = np.array([np.nan if year_ago is None else year_ago])
    eased = np.array([eased_floor(floor, member, definitions.method.floors)])  # type: ignore[arg-type]
    limit = float(floor_limits(floor, eased, before, periods.quarter(period))[0])
    return None if np.isnan(limit) else limit


def is_upper(indicator: Indicator) -> bool:
    """Whether the value must not be above the floor."""
    rule = indicator.floor.rule if indicator.floor else None
    return rule == "max" or (rule == "peer_p20" and indicator.direction == "down")
