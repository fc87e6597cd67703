"""The panel tells why a value is missing."""

import numpy as np

from etl.panel import Panel, Why


def panel():
    """Two quarters, measures a (asked of type 0) and b (asked of both), bases: type 0, type 1, one that joins late."""
    types = np.array([[0, 1, -1], [0, 1, 0]], dtype=np.int16)
    made = Panel.empty(
        ["2024Q1", "2024Q2"], ["a", "b"], ["X", "Y", "Z"], types, np.array([[True, False], [True, True]])
    )
    made.returned[:] = [[True, True, False], [True, False, True]]
    made.values[0, 0, 0], made.values[1, 1, 2] = 5, 7
    made.refresh()
    return made


def whys(measure):
    return [[Why(int(why)).name for why in row] for row in panel().column(measure)[1]]


def test_every_reason_has_its_place():
    assert whys("a") == [["PRESENT", "NOT_ASKED", "HISTORY"], ["WITHHELD", "NOT_ASKED", "WITHHELD"]]
    assert whys("b") == [["WITHHELD", "WITHHELD", "HISTORY"], ["WITHHELD", "NO_RETURN", "PRESENT"]]


def test_a_value_is_nan_exactly_where_there_is_a_reason():
    for measure in ("a", "b"):
        values, why = panel().column(measure)
        assert (np.isnan(values) == (why != Why.PRESENT)).all()


def test_a_value_that_is_not_asked_is_not_read_though_it_stands_there():
    made = panel()
    made.values[0, 0, 1] = 9
    values, why = made.column("a")
    assert np.isnan(values[0, 1])
    assert why[0, 1] == Why.NOT_ASKED


def test_an_empty_panel_has_no_values():
    made = Panel.empty([], ["a"], ["X"], np.zeros((0, 1), dtype=np.int16), np.array([[True]]))
    assert made.column("a")[0].shape == (0, 1)
