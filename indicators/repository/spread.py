"""How the values of a type's bases are spread: percentiles that name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from etl import schema
from indicators.definition import load_definitions
from indicators.repository.publications import Publication

SHARES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Spread:
    """Percentiles of `n` values."""

    n: int
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float


def percentiles(values: Sequence[float], shares: Sequence[float]) -> list[float] | None:
    """The percentiles of the values; None for so few bases that they would give single ones away."""
    if len(values) < load_definitions().method.peers.least_peers:
        return None
    return [float(share) for share in np.percentile(np.asarray(values, dtype=float), shares)]


def side_of_middle(value, low: float, high: float, direction: str):
    """1 better than the middle half of the peers (beyond `high`, or below `low` where less is better), −1 worse, else 0.
    For a number or an array; 0 for NaN."""
    side = (value > high) * 1 - (value < low) * 1
    return -side if direction == "down" else side


def spreads(
    connection: Connection, publication: Publication, codes: Sequence[str], type_code: str
) -> dict[str, Spread]:
    """Code → how the values of the type's bases are spread; codes with too few values are left out."""
    found = {}
    for (_, code), values in values_of_type(connection, [publication.code], codes, type_code).items():
        points = percentiles(values, SHARES)
        if points:
            found[code] = Spread(len(values), *points)
    return found


def values_of_type(
    connection: Connection, publications: Sequence[str], codes: Sequence[str], type_code: str
) -> dict[tuple[str, str], list[float]]:
    """(publication, code) → the values of the bases that were of the type then."""
    result, standing = schema.result.c, schema.standing.c
    rows = connection.execute(
        select(result.publication, result.code, result.value)
        .join_from(
            schema.result,
            schema.standing,
            (standing.publication == result.publication) & (standing.base == result.base),
        )
        .where(result.publication.in_(publications), result.code.in_(codes), result.value.is_not(None))
        .where(standing.type == type_code)
    )
    values: dict[tuple[str, str], list[float]] = {}
    for publication, code, value in rows:
        values.setdefault((publication, code), []).append(value)
    return values
