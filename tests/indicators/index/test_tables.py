"""iData and iMeta: what is read, and that every mistake is told with its place and a way out."""

import numpy as np
import pytest

from indicators.index.tables import TableError, read_sheet, read_table
from indicators.index.tree import TreeError
from tests.indicators.index.made import table

DATA = "uCode,b,a,size,kind,more\nX,1,2,10,east,\nY,,4,20,,x\n"
META = "\n".join(
    [
        "1,a,1,1,Top,Indicator,",
        "1,b,-1,2,Top,Indicator,size",
        "2,Top,1,1,,Aggregate,",
        ",size,,,,Denominator,",
    ]
)


def test_values_stand_in_the_order_of_imeta_and_blank_is_missing(tmp_path):
    found = table(tmp_path, DATA, META)
    assert (found.units, found.tree.leaves, found.denominators) == (("X", "Y"), ("a", "b"), ("", "size"))
    np.testing.assert_array_equal(found.values, [[2, 1], [4, np.nan]])
    np.testing.assert_array_equal(found.direction, [1, -1])
    assert found.tree.weights == (1, 2, 1)
    assert found.groups("kind").tolist() == ["east", ""]


@pytest.mark.parametrize("missing", ["", " ", "NA", "NaN", "nan"])
def test_these_mean_missing(tmp_path, missing):
    assert np.isnan(table(tmp_path, DATA.replace("X,1,", f"X,{missing},"), META).values[0, 1])


@pytest.mark.parametrize(
    ("text", "value"), [("-1.5", -1.5), ("+2", 2), (".5", 0.5), ("3.", 3), ("1e3", 1000), (" 7 ", 7)]
)
def test_these_are_numbers(tmp_path, text, value):
    assert table(tmp_path, DATA.replace("X,1,", f"X,{text},"), META).values[0, 1] == value


@pytest.mark.parametrize(
    "text", ["1_000", "inf", "-Infinity", "1O", "TRUE", "５", "1 000", "0x1F", "=1+1", "3%", "n/a", "1e"]
)
def test_a_text_that_is_no_number_is_told_with_row_and_column(tmp_path, text):
    with pytest.raises(TableError, match=r"iData.csv, row 2, column 'b': '.*' is no number; write it plainly"):
        table(tmp_path, DATA.replace("X,1,", f"X,{text},"), META)


def test_a_number_that_nothing_could_be_computed_with_is_told(tmp_path):
    with pytest.raises(TableError, match="row 3, column 'a': 1e200 is too large"):
        table(tmp_path, DATA.replace("Y,,4", "Y,,1e200"), META)


def test_the_row_told_is_the_line_of_the_file(tmp_path):
    data = 'uCode,a,b,size\n\n"X\nx",1,2,3\n\nY,4,wrong,5\n'
    with pytest.raises(TableError, match="row 6, column 'b'"):
        table(tmp_path, data, META)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_either_end_of_line_are_read(tmp_path, mark, end):
    path = tmp_path / "x.csv"
    path.write_bytes((mark + "uCode,甲\nX,1\n".replace("\n", end)).encode())
    assert read_sheet(path).columns == {"uCode": ("X",), "甲": ("1",)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n,,\n", "is empty"),
        (b"uCode,a\n", "is empty; it needs a row of headers and at least one row below"),
        ("uCode,甲\nX,1\n".encode("gb18030"), "is not in UTF-8; save it as CSV UTF-8"),
        (b"PK\x03\x04\0\0", "is no .csv"),
        (b"uCode;a\nX;1\n", "is not separated by commas"),
        (b"uCode,a,a\nX,1,2\n", "has the column 'a' twice"),
        (b"uCode,a\nX,1\nY,1,2\n", "row 3: 3 cells under 2 headers"),
        (b'uCode,a\nX,"1\n', "row 2: .*; save the table as CSV UTF-8"),
        (b"a,b\n1,2\n", "has no column 'uCode'; it has a, b"),
        (b"uCode,a\nX,1\n,2\n", "row 3: the column uCode is blank"),
        (b"uCode,a,b\nX,1,1\nY,1,1\nX,1,1\n", "row 4: the unit 'X' is there twice"),
        (b"uCode,a\nX,1\n", "has no column 'b', which iMeta.csv names as Indicator"),
        (b"uCode,a,b\nX,1,1\n", "has no column 'size', which iMeta.csv names as Denominator"),
    ],
)
def test_a_wrong_idata_is_told(tmp_path, content, said):
    table(tmp_path, DATA, META)
    (tmp_path / "iData.csv").write_bytes(content)
    with pytest.raises(TableError, match=said):
        read_table(tmp_path / "iData.csv", tmp_path / "iMeta.csv")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("1,a,1,1,Top,Indicator,", "1,a,1,1,Top,Indicateur,", "row 2: a has the Type 'Indicateur'; the types are"),
        ("1,a,1,", "1,a,2,", "the Direction of a must be 1"),
        ("1,a,1,", "1,a,,", "the Direction of a must be 1"),
        ("1,a,1,", "1,a,up,", "row 2, column 'Direction': 'up' is no number"),
        ("1,a,1,1,", "1,a,1,,", "a has no Weight"),
        ("1,a,1,1,", "1,a,1,-1,", "a has the weight -1"),
        ("1,a,1,1,Top", "1,a,1,1,", "a has no Parent; name its aggregate, or give it the type Other"),
        ("1,a,1,1,Top", "1,a,1,1,Nowhere", "Nowhere, which is not in the table"),
        ("1,a,1,1,Top", "1,a,1,1,b", "b, which is an indicator|a parent's Level must be higher"),
        ("1,a,", "1,b,", "b is there twice"),
        ("1,a,", "1,,", "row 2: the iCode '' cannot be used"),
        ("1,a,", "1,uCode,", "row 2: the iCode 'uCode' cannot be used"),
        ("1,a,", "2,a,", "a is at Level 2 and its parent Top at 2; a parent's Level must be higher"),
        ("1,b,-1,2,Top,Indicator,size", "1,b,-1,2,Top,Indicator,weight", "b has the denominator weight, no column"),
        ("2,Top,1,1,,Aggregate,", "2,Top,-1,1,,Aggregate,", "its Direction must be 1"),
        ("2,Top,1,1,,Aggregate,", "2,Top,1,1,Top,Aggregate,", "a parent's Level must be higher|go in a circle"),
    ],
)
def test_a_wrong_imeta_is_told(tmp_path, was, becomes, said):
    assert was in META
    with pytest.raises((TableError, TreeError), match=said):
        table(tmp_path, DATA, META.replace(was, becomes, 1))


def test_a_table_without_an_aggregate_is_told(tmp_path):
    with pytest.raises((TableError, TreeError), match=r"type Aggregate|not in the table"):
        table(tmp_path, DATA, META.replace("2,Top,1,1,,Aggregate,\n", ""))


def test_the_weight_of_a_top_and_levels_may_be_blank(tmp_path):
    meta = META.replace("2,Top,1,1,", "2,Top,,,").replace("1,a,", ",a,")
    assert table(tmp_path, DATA, meta).tree.codes == ("a", "b", "Top")


def test_a_line_of_type_other_is_left_out(tmp_path):
    assert table(tmp_path, DATA, META + "\n,absent,,,,Other,").tree.leaves == ("a", "b")
