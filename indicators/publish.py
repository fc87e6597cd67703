"""Writes a quarter's results to the warehouse as one publication, in one transaction.

`working` is the quarter's one current computation and is replaced; the other vintages are immutable.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, select

from etl import schema
from etl.form import Form
from etl.panel import Panel, Why
from etl.registry import Base, Registry
from etl.warehouse import insert
from indicators.composite import Composite, composite
from indicators.compute import Values, compute, headline_values
from indicators.definition import Definitions
from indicators.flags import flags
from indicators.groups import group_values, groups_of

WORKING = "working"
VINTAGES = (WORKING, "provisional", "final", "revised")
"""From the least to the most settled."""

_TABLES = (schema.standing, schema.result, schema.group_result, schema.flag)


@dataclass(frozen=True)
class Computed:
    """Everything computed from one panel; quarters are published from it one by one."""

    form: Form
    definitions: Definitions
    registry: Registry
    panel: Panel
    values: dict[str, Values]
    """By indicator and headline."""

    @classmethod
    def of(cls, form: Form, definitions: Definitions, registry: Registry, panel: Panel) -> "Computed":
        values = compute(panel, definitions, list(form.types))
        values |= {headline.code: headline_values(panel, headline) for headline in definitions.method.headlines}
        return cls(form, definitions, registry, panel, values)


def publication_name(period: str, vintage: str, number: int) -> str:
    return f"{period}-{vintage}-{number}"


def write_working(connection: Connection, computed: Computed, period: str) -> str:
    """Replaces the quarter's working publication. Returns its name."""
    name = publication_name(period, WORKING, 1)
    for table in (*_TABLES, schema.publication):
        connection.execute(delete(table).where(table.c.publication == name))
    state = data_state(connection, period)
    definitions = computed.definitions
    insert(
        connection,
        schema.publication,
        [
            {
                "publication": name,
                "period": period,
                "vintage": WORKING,
                "number": 1,
                "method_hash": definitions.method_hash,
                "definitions_hash": definitions.definitions_hash,
                "data_state": state,
                "seed": None,
                "created_at": datetime.now(UTC).replace(tzinfo=None),
            }
        ],
    )
    quarter = computed.panel.periods.index(period)
    bases = computed.registry.bases(period)
    place = {code: i for i, code in enumerate(computed.panel.bases)}
    columns = [place[base.code] for base in bases]
    returned = computed.panel.returned[quarter, columns]
    type_names = list(computed.form.types)
    ranked = composite(
        computed.values,
        definitions,
        quarter,
        computed.panel.types[quarter],
        computed.panel.returned[quarter],
        type_names,
    )
    flagged = flags(computed.values, ranked, definitions, period, quarter, bases, columns, returned)
    for table, rows in (
        (schema.standing, _standings(bases, returned)),
        (schema.result, _results(computed, ranked, quarter, bases, columns)),
        (schema.group_result, _group_results(computed, quarter, bases, columns)),
        (schema.flag, (vars(flag) for flag in flagged)),
    ):
        insert(connection, table, ({"publication": name, **row} for row in rows))
    return name


def is_current(connection: Connection, definitions: Definitions, period: str) -> bool:
    """Whether the quarter's working publication was made from the data, definitions and method as they are now."""
    publication = schema.publication.c
    made = connection.execute(
        select(publication.definitions_hash, publication.method_hash, publication.data_state).where(
            publication.publication == publication_name(period, WORKING, 1)
        )
    ).first()
    now = (definitions.definitions_hash, definitions.method_hash, data_state(connection, period))
    return made is not None and tuple(made) == now


def data_state(connection: Connection, last: str) -> str:
    """A hash of which file each accepted return up to `last` came from, of what the bases were and of which quarters
    were asked for: equal data, equal hash."""
    version = schema.return_version.c
    rows = connection.execute(
        select(version.period, version.base, version.sha256)
        .where(version.in_force, version.period <= last)
        .order_by(version.period, version.base, version.version)
    )
    bases = connection.execute(select(schema.base_history).order_by("base", "valid_from"))
    quarters = connection.execute(
        select(schema.period.c.period).where(schema.period.c.period <= last).order_by("period")
    )
    total = hashlib.sha256()
    for row in (*rows, *bases, *quarters):
        total.update("\t".join(map(str, row)).encode() + b"\n")
    return total.hexdigest()


def _standings(bases: list[Base], returned: np.ndarray) -> Iterator[dict[str, Any]]:
    for base, there in zip(bases, returned, strict=True):
        yield {"base": base.code, "type": base.type, "province": base.province, "returned": bool(there)}


def _results(
    computed: Computed, ranked: Composite, quarter: int, bases: list[Base], columns: list[int]
) -> Iterator[dict[str, Any]]:
    """Rows for each base and each code that is defined for its type."""
    definitions = computed.definitions
    for code, indicator in definitions.indicators.items():
        of = computed.values[code]
        lines = zip(
            bases,
            _cells(of.numerator[quarter, columns]),
            _cells(None if of.denominator is None else of.denominator[quarter, columns], len(bases)),
            _cells(of.value[quarter, columns]),
            _cells(ranked.scores[code][columns]),
            _cells(ranked.ranks[code][columns]),
            of.why[quarter, columns].tolist(),
            strict=True,
        )
        for base, numerator, denominator, value, score, rank, why in lines:
            if base.type in indicator.base_types:
                yield _result(code, base, numerator, denominator, value, score, rank, why)
    for headline in definitions.method.headlines:
        of = computed.values[headline.code]
        lines = zip(bases, _cells(of.value[quarter, columns]), of.why[quarter, columns].tolist(), strict=True)
        for base, value, why in lines:
            yield _result(headline.code, base, value, None, value, None, None, why)
    for code in (*definitions.pillars, definitions.method.index.code):
        scores, ranks = _cells(ranked.scores[code][columns]), _cells(ranked.ranks[code][columns])
        for base, score, rank in zip(bases, scores, ranks, strict=True):
            yield _result(code, base, None, None, score, score, rank, Why.PRESENT)


def _result(code: str, base: Base, numerator, denominator, value, score, rank, why: int) -> dict[str, Any]:
    return {
        "code": code,
        "base": base.code,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "score": score,
        "rank": None if rank is None else int(rank),
        "low": None,
        "high": None,
        "why": reason(why),
    }


def _group_results(computed: Computed, quarter: int, bases: list[Base], columns: list[int]) -> Iterator[dict[str, Any]]:
    groups, membership = groups_of(bases, computed.form)
    definitions = computed.definitions
    everyone = np.ones(len(bases), dtype=bool)
    asked = dict.fromkeys(computed.values, everyone)
    factors = dict.fromkeys(computed.values, 1.0)
    for code, indicator in definitions.indicators.items():
        asked[code] = np.array([base.type in indicator.base_types for base in bases], dtype=bool)
        factors[code] = indicator.factor
    for code, number, found in group_values(computed.values, factors, asked, quarter, columns, membership):
        if found.expected:
            yield {"code": code, **vars(groups[number]), **vars(found)}


def reason(why: int) -> str | None:
    """Why a value is missing, as the warehouse and the screens call it; None when it is there."""
    return None if why == Why.PRESENT else Why(why).name.lower()


def _cells(values: np.ndarray | None, size: int = 0) -> Iterable[float | None]:
    """NaN → None, NumPy → plain numbers."""
    if values is None:
        return [None] * size
    return [None if value != value else value for value in values.tolist()]
