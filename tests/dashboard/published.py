"""The season of season.py with real publications: a final one of the last full quarter, and two provisional ones of the
running quarter, between which the coordinator accepts a return."""

from pathlib import Path

from sqlalchemy import Engine

from dashboard.accounts import create_account
from etl import returns, warehouse
from etl.events import PROVINCE
from indicators.publish import publish
from indicators.refresh import refresh
from tests.dashboard import season
from tests.dashboard.programme import PASSWORD

FULL, NOW = season.BEFORE[-1], season.NOW
FINAL, EARLIER, LATER = f"{FULL}-final-1", f"{NOW}-provisional-1", f"{NOW}-provisional-2"
OWN, NEIGHBOUR, FAR = "N1", "N2", season.ACCEPTED
APPROVER = "ann"


def build(engine: Engine, folder: Path) -> None:
    season.build(engine, folder)
    with warehouse.writing(engine) as connection:
        create_account(connection, APPROVER, PASSWORD, "approver")
    publish(engine, FULL, "final", "Ann")
    publish(engine, NOW, "provisional", "Ann")
    season.step(engine, OWN, returns.ACCEPT, PROVINCE)
    refresh(engine)
    publish(engine, NOW, "provisional", "Bob")
