"""The whole engine against other people's software: COINr's numbers to 1e-9, its ranks exactly (tests/data/asem)."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from indicators.__main__ import app
from indicators.index.recipe import Step, run
from indicators.index.tables import read_table
from indicators.index.written import downward
from tests.indicators.index.made import ASEM, GROUP, number, reference, rows, steps

TABLE = read_table(ASEM / "iData.csv", ASEM / "iMeta.csv")
FILLED = [Step("denominate"), Step("impute", {"how": "group_mean", "group": GROUP})]
TREATED = [*FILLED, Step("treat", {"max_winsorise": 5})]
VARIANTS = {
    "v1_raw_minmax_amean": steps(),
    "v1_raw_zscore_amean": steps("zscore"),
    "v2_notreat_minmax_amean": [*FILLED, *steps()],
    "v2_notreat_minmax1to100_gmean": [*FILLED, *steps(mean="geometric", scale=(1, 100))],
    "v3_treat_minmax_amean": [*TREATED, *steps(within=GROUP)],
    "v3_treat_minmax1to100_gmean": [*TREATED, *steps(mean="geometric", scale=(1, 100))],
    "v3_treat_minmax1to100_hmean": [*TREATED, *steps(mean="harmonic", scale=(1, 100))],
}
LEAVES, UNITS = TABLE.tree.leaves, TABLE.units
AGGREGATES = TABLE.tree.codes[TABLE.tree.indicators :]


def same(found: np.ndarray, expected: np.ndarray) -> None:
    """Equal to 1e-9 of the value, or of 1 where it is smaller; missing in the same places."""
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.fixture(scope="module")
def main():
    return run(VARIANTS["v3_treat_minmax_amean"], TABLE)


def test_every_variant_of_the_reference_is_held():
    assert {path.name.split("__")[0] for path in ASEM.glob("v*__*.csv")} == VARIANTS.keys()


@pytest.mark.parametrize("name", VARIANTS)
def test_scores_and_ranks_are_the_references(name):
    result = run(VARIANTS[name], TABLE)
    aggregates = slice(TABLE.tree.indicators, None)
    same(result.stages["normalise"], reference(f"{name}__normalised", LEAVES, UNITS))
    same(result.scores[:, aggregates], reference(f"{name}__aggregated", AGGREGATES, UNITS))
    np.testing.assert_array_equal(result.ranks[:, aggregates], reference(f"{name}__ranks", AGGREGATES, UNITS))


def test_ranks_within_groups_are_the_references(main):
    expected = reference(f"v3_treat_minmax_amean__groupranks_by_{GROUP}", AGGREGATES, UNITS)
    np.testing.assert_array_equal(main.group_ranks[:, TABLE.tree.indicators :], expected)


@pytest.mark.parametrize(
    ("verb", "stage"), [("denominate", "denominated"), ("impute", "imputed"), ("treat", "treated")]
)
def test_each_stage_is_the_references_also_where_numbers_are_small(main, verb, stage):
    np.testing.assert_allclose(main.stages[verb], reference(f"data_{stage}", LEAVES, UNITS), rtol=1e-9)


def test_what_was_winsorised_is_what_the_reference_winsorised(main):
    expected = rows(ASEM / "treat_points.csv")
    units = [row["uCode"] for row in rows(ASEM / "data_treated.csv")]
    for code, done in zip(LEAVES, main.treatments, strict=True):
        for places, mark in ((done.high, "winhi"), (done.low, "winlo")):
            assert {UNITS[place] for place in places} == {
                unit for unit, row in zip(units, expected, strict=True) if row[code] == mark
            }, code


def test_the_shape_before_and_after_is_the_references(main):
    details = {row["iCode"]: row for row in rows(ASEM / "treat_details.csv")}
    assert {"TRUE", "FALSE"} == {row["check_SkewKurt0.Pass"] for row in details.values()}
    for code, done in zip(LEAVES, main.treatments, strict=True):
        row = details[code]
        assert done.before.passes == (row["check_SkewKurt0.Pass"] == "TRUE"), code
        same(
            np.array([done.before.skew, done.before.kurtosis]),
            np.array([number(row["check_SkewKurt0.Skew"]), number(row["check_SkewKurt0.Kurt"])]),
        )
        if row["winsorise.nwin"]:
            assert (done.action, len(done.high + done.low)) == ("winsorised", int(row["winsorise.nwin"]))
            same(
                np.array([done.after.skew, done.after.kurtosis]),
                np.array([number(row["check_SkewKurt1.Skew"]), number(row["check_SkewKurt1.Kurt"])]),
            )


def test_the_command_writes_the_same_numbers_in_full(main, tmp_path):
    options = ["--denominate", "--impute", "group_mean", "--group", GROUP, "--treat", "--rank-within", GROUP]
    files = ["--data", str(ASEM / "iData.csv"), "--meta", str(ASEM / "iMeta.csv"), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["index", *files, *options])
    assert done.exit_code == 0, done.output
    aggregates = [TABLE.tree.codes[place] for place in downward(TABLE.tree)]
    for name, codes, expected in (
        ("data", LEAVES, main.values),
        ("normalised", LEAVES, main.stages["normalise"]),
        ("aggregated", aggregates, main.scores[:, downward(TABLE.tree)]),
        ("ranks", aggregates, main.ranks[:, downward(TABLE.tree)]),
        ("group_ranks", aggregates, main.group_ranks[:, downward(TABLE.tree)]),
    ):
        written = rows(tmp_path / "out" / f"{name}.csv")
        assert [row["uCode"] for row in written] == list(UNITS)
        found = np.array([[number(row[code]) for code in codes] for row in written])
        np.testing.assert_array_equal(found, expected)  # every bit


def test_the_columns_of_the_written_files_are_the_references(tmp_path):
    files = ["--data", str(ASEM / "iData.csv"), "--meta", str(ASEM / "iMeta.csv"), "--out", str(tmp_path)]
    assert CliRunner().invoke(app, ["index", *files, "--rank-within", GROUP]).exit_code == 0
    for ours, theirs in (
        ("normalised", "v1_raw_minmax_amean__normalised"),
        ("aggregated", "v1_raw_minmax_amean__aggregated"),
        ("ranks", "v1_raw_minmax_amean__ranks"),
        ("group_ranks", f"v3_treat_minmax_amean__groupranks_by_{GROUP}"),
        ("data", "data_treated"),
    ):
        assert list(rows(tmp_path / f"{ours}.csv")[0]) == list(rows(ASEM / f"{theirs}.csv")[0])


def test_a_written_recipe_makes_the_same_files_again(tmp_path):
    files = ["--data", str(ASEM / "iData.csv"), "--meta", str(ASEM / "iMeta.csv"), "--out"]
    options = ["--denominate", "--impute", "group_median", "--group", GROUP, "--treat", "--max-winsorise", "3"]
    first, again = tmp_path / "first", tmp_path / "again"
    assert CliRunner().invoke(app, ["index", *files, str(first), *options]).exit_code == 0
    replay = CliRunner().invoke(app, ["index", *files, str(again), "--recipe", str(first / "recipe.json")])
    assert replay.exit_code == 0, replay.output
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in again.iterdir()
    }
    record = json.loads((first / "recipe.json").read_text(encoding="utf-8"))
    assert [step["verb"] for step in record["steps"]] == [
        "denominate", "impute", "treat", "normalise", "aggregate", "rank"
    ]  # fmt: skip
