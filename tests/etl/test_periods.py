"""Quarters."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import periods

PERIOD = st.builds("{}Q{}".format, st.integers(1990, 2200), st.integers(1, 4))
STEP = st.integers(-300, 300)


@given(PERIOD, STEP)
def test_shifting_there_and_back_changes_nothing(period, steps):
    assert periods.shift(periods.shift(period, steps), -steps) == period


@given(PERIOD, STEP)
def test_the_distance_is_what_was_shifted(period, steps):
    assert periods.distance(period, periods.shift(period, steps)) == steps


@given(PERIOD, PERIOD)
def test_the_order_of_the_texts_is_the_order_of_time(one, other):
    assert (one < other) == (periods.starts(one) < periods.starts(other))


@given(PERIOD, st.integers(-3, 40))
def test_a_span_holds_every_quarter_once_with_both_ends(first, steps):
    last = periods.shift(first, steps)
    span = periods.span(first, last)
    assert len(span) == max(0, steps + 1)
    assert list(span) == sorted(set(span))
    if span:
        assert (span[0], span[-1]) == (first, last)


@given(PERIOD)
def test_a_quarter_ends_the_day_before_the_next_begins(period):
    assert periods.ends(period) + timedelta(days=1) == periods.starts(periods.shift(period, 1))


def test_a_quarter_is_three_months():
    assert (periods.starts("2024Q1"), periods.ends("2024Q1")) == (date(2024, 1, 1), date(2024, 3, 31))
    assert (periods.starts("2024Q4"), periods.ends("2024Q4")) == (date(2024, 10, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    "text", ["2026", "2026Q0", "2026Q5", "2026q3", " 2026Q3", "2026Q3 ", "2026Q3\n", "26Q3", "2026-Q3", "٢٠٢٦Q3", "", None, 2026, "0000Q1", "9999Q4"]
)  # fmt: skip
def test_there_is_one_spelling(text):
    assert not periods.is_period(text)


def test_another_spelling_is_refused_with_the_right_one():
    with pytest.raises(ValueError, match="2026Q3"):
        periods.parse("Q3 2026")
