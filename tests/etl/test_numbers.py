"""Reading what people type."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.numbers import Unreadable, are_plain, is_blank, plain_text, to_date, to_number


@pytest.mark.parametrize(
    ("cell", "number"),
    [(5, 5), (5.25, 5.25), ("5", 5), (" 5 ", 5), ("1,234.5", 1234.5), ("1，234", 1234), ("１２", 12), ("１２．５", 12.5),
     ("-3", -3), ("+3", 3), ("0", 0), ("007", 7), ("\u3000" + "8", 8), ("1,234,567", 1234567)],
)  # fmt: skip
def test_a_number_however_it_is_typed(cell, number):
    assert to_number(cell) == number


@pytest.mark.parametrize("cell", [None, "", " ", "\t", "\u3000", "\n"])
def test_a_blank_is_no_number_and_no_mistake(cell):
    assert is_blank(cell)
    assert to_number(cell) is None
    assert to_date(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["12%", "3万", "about 5", "1,23", "12,34,567", "1e5", "1.2.3", "--1", "5.", ".5", "1 000", "O", "-", "∞", "nan", "inf",
     "12²", "120¹", "①②", "⑫", "㊿", "0,500", "00,500", "٣٤", "4₂",
     True, False, date(2026, 1, 1), "9" * 400, float("inf"), float("nan")],
)  # fmt: skip
def test_what_is_not_certainly_a_number_is_refused(cell):
    with pytest.raises(Unreadable):
        to_number(cell)


@given(st.floats(-1e12, 1e12).map(lambda number: round(number, 2)))
def test_a_number_typed_with_separators_is_read_as_it_is(number):
    assert to_number(f"{number:,.2f}") == number


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 9, 5),
        datetime(2026, 9, 5, 13, 0),
        "2026-09-05",
        "2026/9/5",
        "2026.9.5",
        "2026年9月5日",
        "２０２６-９-５",
    ],
)
def test_a_day_however_it_is_typed(cell):
    assert to_date(cell) == date(2026, 9, 5)


@pytest.mark.parametrize(
    "cell", ["2026-09-0⁵", "2026-13-01", "2026-02-30", "5.9.2026", "Sept 5", 46270, 46270.0, "46270", "2026-09", True]
)
def test_what_is_not_certainly_a_day_is_refused(cell):
    with pytest.raises(Unreadable):
        to_date(cell)


def test_a_code_that_excel_made_a_number_keeps_its_digits():
    assert plain_text(101.0) == "101"
    assert plain_text("ＡＢ１ ") == "AB1"


@given(st.lists(st.text(max_size=6), min_size=1, max_size=4))
def test_plain_texts_are_those_that_reading_leaves_as_they_are(texts):
    expected = all(text.strip() and plain_text(text) == text for text in texts)
    assert are_plain(texts, 6) <= expected
