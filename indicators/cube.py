"""Facts → one dense panel of every quarter, measure and base: what all indicators are computed on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from etl import periods, schema
from etl.form import Form
from etl.history import blank_panel
from etl.panel import Panel
from etl.registry import Registry


@dataclass(frozen=True)
class Facts:
    """The facts by column, all of one length, and which (period, base) have an accepted return."""

    period: Sequence[str]
    measure: Sequence[str]
    base: Sequence[str]
    value: Sequence[float]
    returned: Sequence[tuple[str, str]]


def read_facts(connection: Connection, first: str | None = None, last: str | None = None) -> Facts:
    """Every fact from `first` to `last`."""
    fact, version = schema.fact.c, schema.return_version.c
    rows = select(fact.period, fact.measure, fact.base, fact.value)
    accepted = select(version.period, version.base).where(version.in_force)
    if first:
        rows, accepted = rows.where(fact.period >= first), accepted.where(version.period >= first)
    if last:
        rows, accepted = rows.where(fact.period <= last), accepted.where(version.period <= last)
    columns = list(zip(*connection.execute(rows).all(), strict=True)) or [(), (), (), ()]
    returned = [(period, base) for period, base in connection.execute(accepted)]
    return Facts(*columns, returned=returned)


def read_cube(connection: Connection, form: Form, registry: Registry, last: str | None = None) -> Panel:
    """The panel of everything accepted, from the first quarter with a return to `last` (default: the last with one).

    Shape [quarter, measure, base]; at 212 bases × 20 quarters about 2 MB.
    """
    facts = read_facts(connection, last=last)
    found = sorted({period for period, _ in facts.returned})
    if not found:
        return build_cube(facts, form, registry, ())
    return build_cube(facts, form, registry, periods.span(found[0], last or found[-1]))


def build_cube(facts: Facts, form: Form, registry: Registry, quarters: tuple[str, ...]) -> Panel:
    """Puts facts that are in memory into a panel over those quarters."""
    bases = registry.codes
    types = {period: {base.code: base.type for base in registry.bases(period)} for period in quarters}
    panel = blank_panel(form, quarters, bases, types)
    place(panel, facts)
    return panel


def place(panel: Panel, facts: Facts) -> None:
    """Writes facts into a panel; those of other quarters, measures or bases are left out."""
    axes = (panel.periods, facts.period), (panel.measures, facts.measure), (panel.bases, facts.base)
    places = tuple(_positions(axis, names) for axis, names in axes)
    values = np.asarray(facts.value, dtype=float)
    if any(place.min(initial=0) < 0 for place in places):
        inside = np.min(places, axis=0) >= 0
        places, values = tuple(place[inside] for place in places), values[inside]
    panel.values[places] = values
    rows = {period: i for i, period in enumerate(panel.periods)}
    columns = {code: i for i, code in enumerate(panel.bases)}
    for period, code in facts.returned:
        if period in rows and code in columns:
            panel.returned[rows[period], columns[code]] = True
    panel.refresh()


def _positions(axis: tuple[str, ...], names: Sequence[str]) -> np.ndarray:
    """Where each name stands on an axis, −1 for one that is not there. A categorical column is looked up by its few
    categories."""
    if isinstance(names, pd.Series) and isinstance(names.dtype, pd.CategoricalDtype):
        return pd.Index(axis).get_indexer(names.cat.categories)[names.cat.codes]
    return pd.Index(axis).get_indexer(pd.Index(names))
