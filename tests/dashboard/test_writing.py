"""How numbers, quarters and days are written."""

from datetime import date, datetime

import pytest

from dashboard import numbers


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (1_423_000, "人", ("1.42 m", "people"), ("142", "万人")),
        (61_230, "家", ("61,230", "firms"), ("61,230", "家")),
        (3_840_000, "万元", ("¥38.4 bn", ""), ("384", "亿元")),
        (25, "万元", ("¥250,000", ""), ("25.0", "万元")),
    ],
)
def test_headlines(value, unit, en, zh):
    assert numbers.headline(value, unit, "en") == en
    assert numbers.headline(value, unit, "zh") == zh


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (3.14159, "%", "3.1 %", "3.1%"),
        (-0.5, "%", "−0.5 %", "−0.5%"),
        (12345.6, "人", "12,346 people", "12,346人"),
        (7, "家", "7 firms", "7家"),
        (None, "%", "–", "–"),
    ],
)
def test_values_with_units(value, unit, en, zh):
    assert numbers.with_unit(value, unit, "en") == en
    assert numbers.with_unit(value, unit, "zh") == zh


def test_ordinals():
    assert [numbers.ordinal(n, "en") for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
    assert numbers.ordinal(31, "zh") == "第31名"


def test_quarters_and_days():
    assert numbers.quarter("2026Q3", "en") == "2026Q3"
    assert numbers.quarter("2026Q3", "zh") == "2026年三季度"
    assert numbers.day(date(2026, 10, 20), "en") == "20 Oct 2026"
    assert numbers.day(date(2026, 10, 20), "zh") == "2026年10月20日"
    assert numbers.day(datetime(2026, 10, 20, 15, 59), "en") == "20 Oct 2026"
    assert numbers.day(datetime(2026, 10, 20, 16, 1), "en") == "21 Oct 2026", "midnight has passed in Shanghai"
    assert numbers.day(datetime(2026, 12, 31, 16), "zh") == "2027年1月1日"


def test_changes_carry_their_sign():
    assert numbers.change(0.031, "en") == "+3.1 %"
    assert numbers.change(-0.031, "zh") == "−3.1%"
