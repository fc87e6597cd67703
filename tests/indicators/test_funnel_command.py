"""python -m indicators funnel: what it writes, and how it refuses."""

import json

import numpy as np
import pytest

from etl.config import ROOT
from indicators.commands.funnel import WRITTEN
from indicators.funnel import funnel
from tests.indicators.tables import CliRunner, app, refused, told

REFERENCE = (ROOT / "tests" / "data" / "funnel" / "data_pr_od.csv").read_bytes()
HEAD = "unit,numerator,denominator\n"
THREE = f"{HEAD}A,5,10\nB,6,12\nC,3,9\n"


@pytest.mark.parametrize("mode", ["none", "additive", "calibrated"])
@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_it_writes_what_the_funnel_says(tmp_path, mode, kind):
    found = told(tmp_path, "funnel", REFERENCE, "--overdispersion", mode, "--kind", kind)
    assert found.status == 0
    lines = [line.split(",") for line in REFERENCE.decode().splitlines()[1:]]
    above, below = (np.array([float(line[i]) for line in lines]) for i in (1, 2))
    expected = funnel(above, below, kind, mode, 0.1)
    assert tuple(found.rows[0]) == WRITTEN
    assert [row["unit"] for row in found.rows] == [line[0].strip('"') for line in lines]
    for name in WRITTEN[1:7]:
        np.testing.assert_array_equal([float(row[name]) for row in found.rows], getattr(expected, name))
    for name in WRITTEN[7:]:
        assert [row[name] == "true" for row in found.rows] == getattr(expected, name).tolist()
    told_numbers = json.loads(found.output)
    assert told_numbers == {name: float(getattr(expected, name)) for name in ("phi", "tau2", "target")}


def test_calibrated_proportions_are_the_default(tmp_path):
    default = told(tmp_path, "funnel", REFERENCE).text
    assert default == told(tmp_path, "funnel", REFERENCE, "--overdispersion", "calibrated", "--kind", "proportion").text


def test_a_blank_unit_stays_blank(tmp_path):
    rows = told(tmp_path, "funnel", f"{THREE}D,,8\nE,3,\n").rows
    for row in rows[3:]:
        assert set(row.values()) == {row["unit"], ""}
    assert all(row["value"] for row in rows[:3])


@pytest.mark.parametrize(
    ("text", "options", "note"),
    [
        (THREE, ["--trim", "0.2"], "note: --trim changes nothing with --overdispersion calibrated"),
        (THREE, [], "note: with 3 units, fewer than 20, limits are provisional"),
        (f"{HEAD}A,0,10\nB,0,12\nC,0,9\n", [], "note: all units have the same value"),
        (f"{HEAD}A,1.5,10\nB,2,12\nC,3,9\n", [], "note: some numerators are no whole numbers"),
        (f"{HEAD}A,0,3\nB,0,4\nC,0,9\n", ["--kind", "rate"], "note: τ² stopped at 16"),
    ],
)
def test_what_a_reader_must_know_is_told(tmp_path, text, options, note):
    found = told(tmp_path, "funnel", text, *options)
    assert found.status == 0
    assert note in found.errors


def test_names_stay_names(tmp_path):
    rows = told(tmp_path, "funnel", f'{HEAD}=1+1,5,10\n"B, Ltd",6,12\n双创,3,9\n').rows
    assert [row["unit"] for row in rows] == ["'=1+1", "B, Ltd", "双创"]


def test_other_columns_their_order_a_byte_order_mark_and_blank_lines_do_not_matter(tmp_path):
    text = "\ufeffdenominator,note,unit, numerator\n10,x,A,5\n\n12,y,B,6\n9,,C,3\n"
    assert told(tmp_path, "funnel", text).text == told(tmp_path, "funnel", THREE).text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("D,11,10", "line 5 (D): the numerator 11 exceeds the denominator 10; correct it, or use --kind rate"),
        ("D,-1,10", "line 5 (D): the numerator is -1; it cannot be negative"),
        ("D,1,-10", "line 5 (D): the denominator is -10; it cannot be negative"),
        ("D,0,0", "line 5 (D): the denominator is 0"),
        ("D,0,1e-300", "line 5 (D): the denominator is 1e-300"),
        ("D,many,10", "line 5 (D): the numerator is 'many', which is no number"),
        ("D,1,inf", "'inf', which is no number"),
        ("D,1_0,20", "'1_0', which is no number"),
        ("D,1,1e300", "larger than 1e+15"),
        ("A,1,10", "line 5 (A): the unit stands in line 2 too"),
        (",1,10", "line 5: has no unit"),
        ("D,1,10,4", "line 5: has 4 cells, but the header names 3"),
    ],
)
def test_a_row_that_is_no_ratio_is_refused_by_name(tmp_path, line, words):
    assert words in refused(tmp_path, "funnel", f"{THREE}{line}\n")


def test_a_rate_may_exceed_one(tmp_path):
    assert told(tmp_path, "funnel", f"{THREE}D,11,10\n", "--kind", "rate").status == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no column 'unit'"),
        ("unit,numerator\nA,1\n", "has no column 'denominator'"),
        ("unit,unit,numerator,denominator\n", "has two columns 'unit'"),
        (HEAD, "has no unit with both numbers; a funnel needs at least 3"),
        (f"{HEAD}A,1,2\nB,,2\n", "has only 1 unit with both numbers"),
        (f"{HEAD}A,1,2\nB,1,2\n", "has only 2 units with both numbers"),
        (b"\xff\xfeu\x00n\x00", "is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, text, words):
    assert words in refused(tmp_path, "funnel", text)


@pytest.mark.parametrize(
    "options",
    [("--kind", "ratio"), ("--overdispersion", "much"), ("--trim", "0.5"), ("--trim", "-0.1"), ("--trim", "nan")],
)
def test_a_wrong_option_is_refused(tmp_path, options):
    assert options[0] in refused(tmp_path, "funnel", THREE, *options)


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path):
    for data, out, words in (
        ("none.csv", "out.csv", "there is no such file"),
        ("data.csv", "none/out.csv", "there is no such folder"),
        ("data.csv", ".", "no ordinary file"),
    ):
        (tmp_path / "data.csv").write_text(THREE, encoding="utf-8")
        done = CliRunner().invoke(app, ["funnel", "--data", str(tmp_path / data), "--out", str(tmp_path / out)])
        assert done.exit_code == 2
        assert words in done.stderr


def test_a_file_that_cannot_be_read_leaves_the_earlier_result(tmp_path):
    before = told(tmp_path, "funnel", THREE).text
    found = told(tmp_path, "funnel", f"{THREE}D,0,0\n")
    assert found.status == 2
    assert found.text == before
