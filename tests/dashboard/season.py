"""A small programme in the middle of a reporting season: seven bases with four accepted quarters behind them, whose
returns of the last one stand in different states. Made once; each test works on a copy."""

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from dashboard.accounts import create_account
from etl import returns, warehouse
from etl.events import BASE, NATION, PROVINCE, Actor
from etl.form import load_form
from etl.registry import Registry, open_period, register_bases
from indicators.refresh import refresh
from tests.builders import Story, Writer, entry, kept, load
from tests.dashboard.programme import PASSWORD

BEFORE = ("2025Q4", "2026Q1", "2026Q2", "2026Q3")
NOW = "2026Q4"
NEAR = ("N1", "N2", "N3", "N4", "N5")
"""The coordinator's bases."""
FAR = ("F1", "F2")
MISSING, RETURNED, WITH_QUERY = "N3", "N4", "N2"
"""Of the coordinator's bases: the one that sent nothing, the one whose return was sent back, and the one with a blank
and its reason; the others' returns are submitted."""
ACCEPTED = "F2"
"""The return that waits for the nation."""
BLANK = "voucher_amt"
REASON = "None were issued this quarter."
SENT_BACK = "Please look at the blank."
INERT = '=HYPERLINK("http://evil.example")'
"""A base's name that a spreadsheet must not take for a formula."""
PEOPLE = {
    "eva": ("evaluator", None),
    "cora": ("coordinator", "ZJ"),
    "rep": ("reporter", "N1"),
    "new": ("reporter", MISSING),
}
DUE = date(2026, 11, 10)
ON_TIME, LATE = date(2026, 11, 9), date(2026, 11, 13)


def build(engine: Engine, folder: Path) -> None:
    warehouse.create(engine)
    with warehouse.writing(engine) as connection:
        entries = [entry(code) for code in NEAR] + [entry(code, province="LN") for code in FAR]
        entries[0]["name_en"] = INERT
        register_bases(connection, load_form(), entries)
        for period in BEFORE:
            open_period(connection, period, locked=True)
        open_period(connection, NOW, due=DUE)
        for name, (role, place) in PEOPLE.items():
            create_account(connection, name, PASSWORD, role, place)
    _history(engine, folder)
    _returns(engine, folder)
    refresh(engine)


def _history(engine, folder: Path) -> None:
    with warehouse.writing(engine) as connection:
        for period in BEFORE:
            open_period(connection, period)
    path = Writer(engine, folder).archive(dict.fromkeys((*NEAR, *FAR), "regional"), BEFORE)
    load(engine, path)
    with warehouse.writing(engine) as connection:
        for period in BEFORE:
            open_period(connection, period, locked=True)


def _returns(engine, folder: Path) -> None:
    for code in (*NEAR, *FAR):
        if code == MISSING:
            continue
        tale = Story(code)
        for period in BEFORE:
            tale.quarter(period)
        values, roster = tale.quarter(NOW)
        answers = {}
        if code == WITH_QUERY:
            del values[BLANK]
            answers = {BLANK: REASON}
        path = Writer(engine, folder).form_of(code, NOW, values, roster, answers=answers)
        load(engine, path, accept=False, received_on=LATE if code == WITH_QUERY else ON_TIME)
        step(engine, code, returns.SUBMIT, BASE)
    step(engine, RETURNED, returns.SEND_BACK, PROVINCE, SENT_BACK)
    step(engine, ACCEPTED, returns.ACCEPT, PROVINCE)


def step(engine, base: str, name: str, level: str, reason: str = "", period: str = NOW) -> None:
    """Takes a step with a base's newest version."""
    who = {BASE: "rep", PROVINCE: "cora", NATION: "eva"}[level]
    with warehouse.writing(engine) as connection:
        version = returns.newest(connection, base, period)
        assert version is not None
        returns.take(
            connection, load_form(), Registry(connection), name, version, Actor(who, level), reason, kept(connection)
        )


def state_of(engine, base: str, period: str = NOW) -> str:
    with warehouse.reading(engine) as connection:
        version = returns.newest(connection, base, period)
    return version.state if version else "missing"
