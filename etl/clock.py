"""Times are stored in UTC; days are the programme's own, in the time zone of its settings."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from etl.config import settings


def now() -> datetime:
    """The time in UTC, without a zone: what the warehouse stores."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The day it is where the programme is run."""
    return datetime.now(ZoneInfo(settings().time_zone)).date()


def local(moment: datetime) -> datetime:
    """A stored time as the clock shows it where the programme is run, without a zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(settings().time_zone)).replace(tzinfo=None)


def end_of(day: date) -> datetime:
    """The stored time at which a day ends."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings().time_zone))
    return midnight.astimezone(UTC).replace(tzinfo=None)
