"""A warehouse whose last quarter can be held against the year before: three bases over eight quarters, one of which began
two quarters later; the last quarter is final."""

from pathlib import Path

from etl import warehouse
from indicators.publish import publish
from indicators.refresh import refresh
from tests.builders import QUARTERS, Writer, load, set_up
from tests.indicators.publishing import KINDS, LAST, lock

OWN, LATER_BEGUN, OTHER = KINDS
NAME = f"{LAST}-final-1"


def build(folder: Path) -> Path:
    """The warehouse's file."""
    file = folder / "eight.db"
    engine = warehouse.connect(f"sqlite:///{file}")
    warehouse.create(engine)
    set_up(engine)
    writer = Writer(engine, folder)
    load(engine, writer.archive({OWN: KINDS[OWN], OTHER: KINDS[OTHER]}, QUARTERS))
    load(engine, writer.archive({LATER_BEGUN: KINDS[LATER_BEGUN]}, QUARTERS[2:]))
    lock(engine)
    refresh(engine)
    publish(engine, LAST, "final", "Ann")
    engine.dispose()
    return file
