"""A warehouse with a published programme of any size, for the benchmarks of the screens: the bases of simulated.py, told
over again for more of them, and every quarter's results computed and written by the product itself."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection, Engine

from dashboard.accounts import create_account
from etl import periods, schema, versions, warehouse
from etl.catalogue import Text
from etl.history import blank_panel
from etl.panel import Panel
from etl.registry import Base, Registry, open_period
from indicators.computed import Computed
from indicators.definition import load_definitions
from indicators.publish import write_working
from indicators.sources import read_sources
from tests.bench.simulated import FORM, simulated

TOLD = 212
"""So many bases are simulated, firm by firm; a larger programme is made of these, each value moved a little."""
MOVED = 0.15
NAME, PASSWORD = "bench", "a password for measuring"
FIRST_DAY = date(2016, 5, 1)


def store(engine: Engine, bases: int, publications: int) -> None:
    """Fills an empty warehouse: bases, quarters, returns that are in force, the last quarters' working results, and an
    evaluator's account."""
    panel, members = programme(bases)
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        _register(connection, panel, members)
        for period in panel.periods[-publications:]:
            _hand_in(connection, period, members)
        create_account(connection, NAME, PASSWORD, "evaluator")
    with warehouse.reading(engine) as connection:
        registry, sources = Registry(connection), read_sources(connection)
    computed = Computed.of(FORM, load_definitions(), registry, panel)
    for period in panel.periods[-publications:]:
        with warehouse.writing(engine) as connection:
            write_working(connection, computed, period, sources)


def programme(bases: int) -> tuple[Panel, list[Base]]:
    """The simulated bases, and as many more like them as are wanted, in the order of their codes."""
    told = simulated(1, TOLD)
    source = np.arange(bases) % TOLD
    members = [_named(told.bases[of], place) for place, of in enumerate(source.tolist())]
    order = np.argsort([member.code for member in members])
    members, source = [members[place] for place in order], source[order]
    codes = [member.code for member in members]
    types = {member.code: member.type for member in members}
    panel = blank_panel(FORM, told.panel.periods, codes, dict.fromkeys(told.panel.periods, types))
    columns = [told.panel.bases.index(told.bases[of].code) for of in source]
    panel.values[:] = told.panel.values[:, :, columns]
    again = order >= TOLD
    change = np.exp(np.random.default_rng(2).normal(0, MOVED, (panel.values.shape[1], int(again.sum()))))
    panel.values[:, :, again] = np.round(panel.values[:, :, again] * change)
    panel.returned[:] = True
    panel.refresh()
    return panel, members


def _named(base: Base, place: int) -> Base:
    """The base, or for those that come after them all another one with a code and a name of its own."""
    if place < TOLD:
        return base
    name = Text(en=f"{base.name.en} {place // TOLD + 1}", zh=f"{base.name.zh}{place // TOLD + 1}")
    return replace(base, code=f"X{place:05d}", name=name)


def _register(connection: Connection, panel: Panel, members: list[Base]) -> None:
    for period in panel.periods:
        open_period(connection, period)
    warehouse.insert(connection, schema.base, [{"base": one.code, "batch": one.batch} for one in members])
    history = [
        {
            "base": one.code, "valid_from": FIRST_DAY, "name_en": one.name.en, "name_zh": one.name.zh, "type": one.type,
            "province": one.province, "hardship": one.hardship, "status": one.status,
        }
        for one in members
    ]  # fmt: skip
    warehouse.insert(connection, schema.base_history, history)


def _hand_in(connection: Connection, period: str, members: list[Base]) -> None:
    """A return of each base that is in force. Its figures stand in no file: no page that is measured reads them."""
    day = periods.ends(period)
    rows = [
        {
            "base": one.code, "period": period, "version": 1, "sha256": "0" * 64, "sheet": "Return", "by": "bench",
            "state": versions.FINAL, "in_force": True, "received": day, "loaded_at": datetime(2027, 1, 10), "figures": {},
        }
        for one in members
    ]  # fmt: skip
    warehouse.insert(connection, schema.return_version, rows)
