"""python -m indicators xmr: what it writes, and how it refuses."""

import numpy as np
import pytest

from etl.config import ROOT
from indicators.commands.xmr import WRITTEN
from indicators.xmr import CAUSES, JUDGEMENTS, xmr
from tests.indicators.tables import refused, told

REFERENCE = (ROOT / "tests" / "data" / "xmr" / "data.csv").read_bytes()
HEAD = "series,date,value\n"


def series(values, name="s"):
    return "".join(f"{name},2024-{month:02d}-01,{value}\n" for month, value in enumerate(values, 1))


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ((), {}),
        (("--improvement", "down", "--no-screen"), {"improvement": "down", "screen": False}),
        (("--baseline", "12"), {"baseline": 12}),
        (("--rebase", "2023-07-01", "--rebase", "2024-01-15"), {"rebase": [6, 13]}),
    ],
)
def test_it_writes_what_the_charts_say(tmp_path, options, arguments):
    found = told(tmp_path, "xmr", REFERENCE, *options)
    assert found.status == 0
    assert tuple(found.rows[0]) == WRITTEN
    for name in dict.fromkeys(row["series"] for row in found.rows):
        rows = [row for row in found.rows if row["series"] == name]
        expected = xmr(np.array([float(row["value"]) for row in rows]), **arguments)
        for line in ("mean", "lower", "upper"):
            np.testing.assert_array_equal([float(row[line]) for row in rows], getattr(expected, line))
        assert [row["special_cause"] for row in rows] == [CAUSES[i] for i in expected.cause]
        assert [row["judgement"] for row in rows] == [JUDGEMENTS[i] for i in expected.judgement]


def test_dates_are_put_in_order(tmp_path):
    lines = series(range(1, 9)).splitlines(keepends=True)
    assert told(tmp_path, "xmr", HEAD + "".join(lines[::-1])).text == told(tmp_path, "xmr", HEAD + "".join(lines)).text


def test_short_series_are_told_one_by_one(tmp_path):
    text = HEAD + series([1, 2, 3], "short") + "".join(f"long,{2000 + i}-01-01,{i % 3}\n" for i in range(13))
    found = told(tmp_path, "xmr", text)
    assert found.errors.splitlines() == ["short: fewer than 13 points; its limits are provisional"]


def test_options_that_change_nothing_are_told(tmp_path):
    found = told(tmp_path, "xmr", HEAD + series([1, 2, 3] * 4), "--baseline", "99", "--rebase", "2030Q1")
    assert found.errors.splitlines()[1:] == [
        "s: has 12 points, fewer than the baseline of 99; all of them make the limits",
        "s: has no point from 2030-01-01 on, so --rebase changes nothing there",
    ]


@pytest.mark.parametrize("dates", [("2025Q4", "2026Q1", "2026Q2"), ("2025-10", "2026-01", "2026-04")])
def test_quarters_and_months_are_dates_too(tmp_path, dates):
    found = told(tmp_path, "xmr", HEAD + "".join(f"s,{day},{value}\n" for value, day in enumerate(reversed(dates))))
    assert [row["date"] for row in found.rows] == list(dates)


def test_a_missing_value_stays_blank(tmp_path):
    rows = told(tmp_path, "xmr", HEAD + series([1, 2, "NA", 3])).rows
    assert [rows[2][name] for name in ("value", "mean", "lower", "upper")] == [""] * 4
    assert (rows[2]["special_cause"], rows[2]["judgement"]) == ("none", "none")
    assert rows[3]["mean"] == "2.0"


def test_names_stay_names(tmp_path):
    assert told(tmp_path, "xmr", HEAD + series([1, 2], "@now")).rows[0]["series"] == "'@now"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("s,2024-01-01,5", "line 5 (s): 2024-01-01 stands in line 2 too"),
        ("s,2024-13-01,5", "line 5 (s): the date is '2024-13-01'; write it like 2026-09-30"),
        ("s,,5", "line 5 (s): the date is ''"),
        ("s,2024-05-01,high", "line 5 (s): the value is 'high', which is no number"),
        ("s,2024-05-01,-inf", "'-inf', which is no number"),
        (",2024-05-01,5", "line 5: has no series"),
        ("t,2024-05-01,", "the series t has no value at all"),
    ],
)
def test_a_row_that_is_no_point_is_refused_by_name(tmp_path, line, words):
    assert words in refused(tmp_path, "xmr", f"{HEAD}{series([1, 2, 3])}{line}\n")


def test_an_empty_table_is_refused(tmp_path):
    assert "holds no points" in refused(tmp_path, "xmr", HEAD)
    assert "has no column 'date'" in refused(tmp_path, "xmr", "series,value\n")


@pytest.mark.parametrize(
    "options", [("--improvement", "left"), ("--baseline", "1"), ("--rebase", "spring")], ids=lambda options: options[0]
)
def test_a_wrong_option_is_refused(tmp_path, options):
    assert options[0] in refused(tmp_path, "xmr", HEAD + series([1, 2, 3]), *options)
