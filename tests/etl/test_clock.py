"""Times are stored in UTC; days are those of the programme's time zone."""

from datetime import date, datetime

import pytest

from etl import clock
from etl.config import SettingError, settings


@pytest.fixture
def zone(monkeypatch):
    def choose(name):
        monkeypatch.setenv("TIME_ZONE", name)
        settings.cache_clear()

    yield choose
    settings.cache_clear()


def test_a_day_in_shanghai_ends_eight_hours_before_it_does_in_utc(zone):
    zone("Asia/Shanghai")
    assert clock.end_of(date(2026, 10, 20)) == datetime(2026, 10, 20, 16)
    zone("UTC")
    assert clock.end_of(date(2026, 10, 20)) == datetime(2026, 10, 21)


def test_a_stored_time_is_shown_as_the_local_clock_shows_it(zone):
    zone("Asia/Shanghai")
    assert clock.local(datetime(2026, 10, 20, 16, 30)) == datetime(2026, 10, 21, 0, 30)


def test_an_unknown_time_zone_is_named(zone):
    zone("Mars/Olympus")
    with pytest.raises(SettingError, match="TIME_ZONE"):
        settings()
