"""HELP_FILE: whom to ask, and on which days publications are planned. What is not in it is not set."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import field_validator

from etl import periods
from etl.catalogue import Entry, Mistakes, Text
from etl.config import settings
from indicators.publish import VINTAGES


class Release(Entry):
    """A publication that is planned for a day."""

    period: str
    vintage: str
    day: date

    @field_validator("period")
    @classmethod
    def _is_a_quarter(cls, period: str) -> str:
        periods.parse(period)
        return period

    @field_validator("vintage")
    @classmethod
    def _is_a_vintage(cls, vintage: str) -> str:
        if vintage not in VINTAGES:
            raise ValueError(f"there is no vintage {vintage!r}; there are {', '.join(VINTAGES)}")
        return vintage


class HelpFile(Entry):
    contact: Text | None = None
    releases: tuple[Release, ...] = ()


def load_help() -> HelpFile:
    """The file of the settings, or an empty one. Raises CatalogueError with every mistake in it."""
    path = settings().help_file
    return _load(path) if path else HelpFile()


@cache
def _load(path: Path) -> HelpFile:
    mistakes = Mistakes()
    file = mistakes.read(path)
    found = mistakes.validate(HelpFile, file) if file.data is not None else None
    mistakes.settle()
    assert found is not None
    return found
