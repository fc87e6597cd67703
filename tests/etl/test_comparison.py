"""What a figure is compared with: the spread of peers, robust z, and which quarter's peers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.load import check_files
from etl.rules.comparison import FEWEST_PEERS, positive_logs, robust_z, spread
from tests.builders import Story, codes, entry, load, set_up

PEERS = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 100])
"""Median 5, absolute deviations 0 1 1 2 2 3 3 4 95 with median 2."""
ALIKE = np.array([5.0, 5, 5, 5, 5, 5, 5, 6, 9])
"""Median 5, median absolute deviation 0, mean absolute deviation 5/9."""


def test_robust_z_is_that_of_iglewicz_and_hoaglin():
    assert robust_z(9, PEERS) == pytest.approx(0.6745 * (9 - 5) / 2, rel=1e-4)


def test_below_the_median_it_is_negative():
    assert robust_z(1, PEERS) == pytest.approx(-0.6745 * 4 / 2, rel=1e-4)


def test_where_the_median_deviation_is_0_the_mean_deviation_takes_its_place():
    assert robust_z(9, ALIKE) == pytest.approx((9 - 5) / (1.253314 * 5 / 9))


def test_both_spreads_are_the_standard_deviation_of_normal_values():
    values = np.random.default_rng(1).normal(10, 3, 200_001)
    deviations = np.abs(values - np.median(values))
    assert 1.4826 * np.median(deviations) == pytest.approx(3, rel=0.01)
    assert 1.253314 * np.mean(deviations) == pytest.approx(3, rel=0.01)
    assert spread(values) == pytest.approx(3, rel=0.01)


def test_peers_that_are_all_the_same_say_nothing():
    assert robust_z(9, np.full(20, 5.0)) is None


def test_fewer_peers_than_it_takes_say_nothing():
    assert robust_z(9, PEERS[: FEWEST_PEERS - 1]) is None


def test_blanks_are_no_peers():
    assert robust_z(9, np.append(PEERS, np.nan)) == robust_z(9, PEERS)
    assert robust_z(9, np.append(PEERS[: FEWEST_PEERS - 1], [np.nan] * 9)) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=40), st.floats(-1e6, 1e6), st.floats(0.01, 100))
def test_it_does_not_depend_on_the_unit(values, value, unit):
    peers = np.round(np.array(values), 3)
    z, other = robust_z(round(value, 3), peers), robust_z(round(value, 3) * unit, peers * unit)
    assert (z is None) == (other is None)
    if z is not None and other is not None:
        assert other == pytest.approx(z, rel=1e-6, abs=1e-6)


def test_half_of_the_peers_may_be_wild_without_effect_on_the_median():
    wild = np.append(np.arange(1.0, 12), [1e9] * 10)
    assert abs(robust_z(6, wild) or 0) < 3.5


def test_of_what_is_blank_or_not_above_0_there_is_no_logarithm():
    np.testing.assert_array_equal(positive_logs(np.array([100.0, 0, -5, np.nan])), [2, np.nan, np.nan, np.nan])


FIRST, SECOND = "2025Q1", "2025Q2"
BASES = [f"P{i:02d}" for i in range(10)]


@pytest.fixture
def programme(warehouse, writer):
    """Ten more regional bases; figures of each for the first quarter."""
    set_up(warehouse, [entry(code) for code in BASES])
    return {code: Story(code).quarter(FIRST)[0] for code in [*BASES, "R1"]}


def in_yuan(values):
    """A return whose amounts are in yuan instead of 10k yuan; those too large for the form are left."""
    return {
        code: value * 10_000 if code.endswith("_amt") and value < 1_000 else value for code, value in values.items()
    }


def slips(warehouse, path):
    (report,) = check_files(warehouse, [path])
    return [code for code in codes(report) if code == "W01"]


def test_a_first_return_is_compared_with_last_quarters_peers(warehouse, writer, programme):
    load(warehouse, writer.history([(code, FIRST, programme[code]) for code in BASES], "peers.xlsx"))
    assert slips(warehouse, writer.history([("R1", SECOND, in_yuan(programme["R1"]))], "slip.xlsx")) == ["W01"]
    assert slips(warehouse, writer.history([("R1", SECOND, programme["R1"])], "right.xlsx")) == []


def test_in_a_programmes_first_quarter_with_those_accepted_before(warehouse, writer, programme):
    slip = writer.history([("R1", FIRST, in_yuan(programme["R1"]))], "slip.xlsx")
    assert slips(warehouse, slip) == [], "nobody to compare with"
    load(warehouse, writer.history([(code, FIRST, programme[code]) for code in BASES], "peers.xlsx"))
    assert slips(warehouse, slip) == ["W01"]
    assert slips(warehouse, writer.history([("R1", FIRST, programme["R1"])], "right.xlsx")) == []


def test_in_a_first_quarter_with_those_that_wait_for_acceptance_too(warehouse, writer, programme):
    slip = writer.history([("R1", FIRST, in_yuan(programme["R1"]))], "slip.xlsx")
    load(warehouse, writer.history([(code, FIRST, programme[code]) for code in BASES], "peers.xlsx"), accept=False)
    assert slips(warehouse, slip) == ["W01"]
    assert slips(warehouse, writer.history([("R1", FIRST, programme["R1"])], "right.xlsx")) == []


def test_in_a_first_quarter_with_those_checked_together(warehouse, writer, programme):
    files = [writer.history([(code, FIRST, programme[code])], f"{code}.xlsx") for code in BASES]
    files.insert(0, writer.history([("R1", FIRST, in_yuan(programme["R1"]))], "a slip.xlsx"))
    checked = {report.file: "W01" in codes(report) for report in check_files(warehouse, files)}
    assert checked == {path: path.name == "a slip.xlsx" for path in files}
    assert checked == {report.file: "W01" in codes(report) for report in load(warehouse, *files)}


def test_those_with_errors_are_no_peers(warehouse, writer, programme):
    wrong = {code: {**programme[code], "firms_end": programme[code]["firms_end"] + 1} for code in BASES}
    load(warehouse, writer.history([(code, FIRST, wrong[code]) for code in BASES], "peers.xlsx"), accept=False)
    assert slips(warehouse, writer.history([("R1", FIRST, in_yuan(programme["R1"]))], "slip.xlsx")) == []


def test_where_a_type_has_few_bases_a_slip_is_found_against_all_types(warehouse, writer, programme):
    load(warehouse, writer.history([(code, FIRST, programme[code]) for code in BASES], "others.xlsx"), accept=False)
    right = Story("E1", "enterprise").quarter(FIRST)[0]
    assert slips(warehouse, writer.history([("E1", FIRST, in_yuan(right))], "slip.xlsx")) == ["W01"]
    assert slips(warehouse, writer.history([("E1", FIRST, right)], "right.xlsx")) == []
