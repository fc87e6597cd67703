"""What the tests of publications share: a programme whose returns are in, and how it changes."""

from pathlib import Path

from sqlalchemy import select, update

from etl import schema
from etl import warehouse as module
from etl.form import load_form
from etl.registry import open_period
from etl.template import write_history
from tests.builders import QUARTERS, Writer, facts_of, load, programme

LAST, BEFORE = QUARTERS[-1], QUARTERS[-2]
KINDS = {"R1": "regional", "R2": "regional", "U1": "university"}


def archived(engine, folder) -> Path:
    """Fills an empty database: an archive of two regional bases and a university with all quarters, of which all but the
    last are over."""
    programme(engine, folder)
    load(engine, path := Writer(engine, folder).archive(KINDS))
    lock(engine)
    return path


def lock(engine, period=LAST) -> None:
    with module.writing(engine) as connection:
        open_period(connection, period, locked=True)


def correct(
    engine, folder, name: str = "corrected.xlsx", period: str = LAST, base: str = "R1", **values: float
) -> None:
    """A base sends a corrected return."""
    with module.writing(engine) as connection:
        open_period(connection, period)
    path = folder / name
    write_history(path, load_form(), [(base, period, facts_of(engine, base, period) | values)])
    load(engine, path)
    lock(engine, period)


def state(engine, base: str, to: str, period: str = LAST) -> None:
    """Puts the base's return into a state."""
    version = schema.return_version
    with module.writing(engine) as connection:
        connection.execute(update(version).where(version.c.base == base, version.c.period == period).values(state=to))


def first_figure(engine, measure: str) -> float:
    """What R1's first version of the last quarter said."""
    version = schema.return_version.c
    with module.reading(engine) as connection:
        query = select(version.figures).where(version.base == "R1", version.period == LAST, version.version == 1)
        return connection.execute(query).scalar_one()[measure][0]
