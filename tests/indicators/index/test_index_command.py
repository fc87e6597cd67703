"""python -m indicators index: its files, its refusals in one line, and what it leaves alone."""

import json
import subprocess
import sys
import types
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from etl.config import ROOT
from indicators.__main__ import app
from tests.indicators.index.made import HEADER, rows

META = f"""{HEADER}
1,a,1,1,Left,Indicator,
1,b,-1,1,Left,Indicator,size
1,c,1,2,Right,Indicator,
2,Left,1,1,Top,Aggregate,
2,Right,1,3,Top,Aggregate,
3,Top,1,1,,Aggregate,
,size,,,,Denominator,
"""
DATA = """uCode,name,kind,a,b,c,size
X,One,east,1,8,5,2
Y,Two,east,2,3,,1
Z,Three,west,3,2,15,0
"""


@pytest.fixture
def index(tmp_path):
    """Runs the command on the small table; gives the result and the folder."""
    out = tmp_path / "out"

    def run(*options: str, data: str = DATA, meta: str = META):
        (tmp_path / "iData.csv").write_text(data, encoding="utf-8")
        (tmp_path / "iMeta.csv").write_text(meta, encoding="utf-8")
        files = ["--data", str(tmp_path / "iData.csv"), "--meta", str(tmp_path / "iMeta.csv"), "--out", str(out)]
        return CliRunner().invoke(app, ["index", *files, *options]), out

    return run


def cells(out, name):
    return {row.pop("uCode"): row for row in rows(out / f"{name}.csv")}


def test_scores_by_hand(index):
    done, out = index()
    assert done.exit_code == 0, done.output
    # a: 0 50 100; b (less is better): 0 83⅓ 100; c: 0 – 100
    found = cells(out, "aggregated")
    assert list(found["X"]) == ["Top", "Left", "Right"]
    assert found["X"] == {"Top": "0.0", "Left": "0.0", "Right": "0.0"}
    assert found["Z"] == {"Top": "100.0", "Left": "100.0", "Right": "100.0"}
    assert float(found["Y"]["Left"]) == pytest.approx((50 + 250 / 3) / 2)
    assert found["Y"]["Right"] == ""  # missing is a blank cell
    assert found["Y"]["Top"] == found["Y"]["Left"]
    assert cells(out, "ranks")["Y"] == {"Top": "2", "Left": "2", "Right": ""}
    assert cells(out, "ranks")["X"] == {"Top": "3", "Left": "3", "Right": "2"}


def test_an_aggregate_needs_its_share_of_the_children(index):
    done, out = index("--min-share", "0.6")
    assert cells(out, "aggregated")["Y"]["Top"] == ""
    assert cells(out, "ranks")["Y"]["Top"] == ""
    assert "note: Y: no Top, because too few of its parts are there" in done.stderr


def test_every_changed_value_is_listed_with_what_it_was(index):
    _, out = index("--denominate", "--impute", "group_mean", "--group", "kind")
    changed = [tuple(row.values()) for row in rows(out / "changed.csv")]
    assert changed == [("Z", "b", "no denominator", "2.0", ""), ("Y", "c", "imputed", "", "5.0")]
    assert [row["Imputed"] for row in rows(out / "treatment.csv")] == ["0", "0", "1"]
    assert [row["Missing"] for row in rows(out / "treatment.csv")] == ["0", "1", "0"]
    assert cells(out, "data")["X"] == {"a": "1.0", "b": "4.0", "c": "5.0"}


@pytest.mark.parametrize(("outlier", "next_to_it"), [("900", "20.0"), ("-900", "1.0")])
def test_winsorised_values_and_their_units_are_told(index, outlier, next_to_it):
    lines = "\n".join(f"U{i},n,k,{i},{i},{i},1" for i in range(1, 21))
    _, out = index("--treat", data=f"uCode,name,kind,a,b,c,size\n{lines}\nFAR,n,k,{outlier},5,5,1\n")
    first = rows(out / "treatment.csv")[0]
    assert (first["iCode"], first["Treatment"], first["Winsorised"], first["Units"]) == ("a", "winsorised", "1", "FAR")
    assert abs(float(first["SkewBefore"])) > 2 > abs(float(first["SkewAfter"]))
    changed = [tuple(row.values()) for row in rows(out / "changed.csv")]
    assert changed == [("FAR", "a", "winsorised", f"{outlier}.0", next_to_it)]


def test_the_record_names_the_inputs_and_outputs_by_their_hash(index, tmp_path):
    _, out = index()
    record = json.loads((out / "recipe.json").read_text(encoding="utf-8"))
    assert record["inputs"]["data"]["sha256"] == sha256((tmp_path / "iData.csv").read_bytes()).hexdigest()
    assert record["inputs"]["meta"]["sha256"] == sha256((tmp_path / "iMeta.csv").read_bytes()).hexdigest()
    assert record["outputs"] == {
        path.name: sha256(path.read_bytes()).hexdigest() for path in out.iterdir() if path.name != "recipe.json"
    }


def test_a_recipe_is_for_the_files_it_was_made_from_and_says_every_step_itself(index, tmp_path):
    _, out = index()
    recipe = ["--recipe", str(out / "recipe.json")]
    assert index(*recipe)[0].exit_code == 0
    assert "--recipe says every step itself" in index(*recipe, "--treat")[0].stderr
    done, _ = index(*recipe, data=DATA.replace("15", "16"))
    assert (done.exit_code, "iData.csv is not the file that recipe.json was made from" in done.stderr) == (2, True)
    for wrong in ("", "{}", "[]", '{"steps": [{"verb": "x", "arguments": {}}], "inputs": {}}', "\x00"):
        (tmp_path / "wrong.json").write_text(wrong, encoding="utf-8")
        done, _ = index("--recipe", str(tmp_path / "wrong.json"))
        assert (done.exit_code, "the recipe cannot be read" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verb": "explode"}, "there is no step 'explode'"),
        ({"arguments": {}}, "the step normalise: missing a required argument"),
        (
            {"arguments": {"how": "minmax", "scale": [0, 100], "ties": "max"}},
            "ties of the step normalise must be one of",
        ),
        ({"verb": "treat", "arguments": {"max_winsorise": 5}}, "in this order"),
    ],
)
def test_a_recipe_with_a_wrong_step_is_refused(index, change, said):
    _, out = index()
    record = json.loads((out / "recipe.json").read_text(encoding="utf-8"))
    record["steps"][0] |= change
    (out / "recipe.json").write_text(json.dumps(record), encoding="utf-8")
    done, _ = index("--recipe", str(out / "recipe.json"))
    assert done.exit_code == 2
    assert said in done.stderr


def test_other_files_in_the_folder_stay_and_parts_of_an_earlier_result_do_not(index):
    _, out = index("--rank-within", "kind")
    assert cells(out, "group_ranks")["X"] == {"kind": "east", "Top": "2", "Left": "2", "Right": "1"}
    (out / "mine.txt").write_text("mine")
    index()
    assert (out / "mine.txt").read_text() == "mine"
    assert not (out / "group_ranks.csv").exists()
    assert {path.name for path in out.iterdir()} == {
        "data.csv", "treatment.csv", "changed.csv", "normalised.csv", "aggregated.csv", "ranks.csv", "recipe.json", "mine.txt"
    }  # fmt: skip


def test_a_group_without_imputation_changes_nothing_and_is_told(index):
    _, out = index()
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix == ".csv"}
    done, out = index("--group", "kind")
    assert done.exit_code == 0
    assert "note: --group changes nothing without --impute" in done.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.suffix == ".csv"} == before


def test_what_is_refused_writes_nothing_and_changes_nothing(index):
    done, out = index("--aggregate", "geometric")
    assert done.exit_code == 2
    assert not out.exists()
    index()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert index("--aggregate", "harmonic")[0].exit_code == 2
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_disk_that_is_full_leaves_the_earlier_result_as_it_was(index, monkeypatch):
    _, out = index()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    write, written = Path.write_bytes, []

    def full(path, content):
        written.append(path)
        if len(written) > 3:
            raise OSError(28, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    done, _ = index("--denominate")  # changes the first file that is written
    assert (done.exit_code, "No space left on device" in done.stderr) == (2, True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_codes_that_a_spreadsheet_would_compute_are_written_as_text(index):
    _, out = index(data=DATA.replace("X,One", "=1+1,One").replace("Y,Two", "-Y,Two"))
    assert [row["uCode"] for row in rows(out / "ranks.csv")] == ["'=1+1", "'-Y", "Z"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--aggregate", "geometric"], "a of X is 0 after normalising, and a geometric mean needs scores above 0; use --normalise minmax --range 1 100, or --aggregate arithmetic"),
        (["--normalise", "zscore", "--aggregate", "harmonic"], "a of X is -1 after normalising, and a harmonic mean"),
        (["--normalise", "max"], "how of the step normalise must be one of minmax, zscore, rank, percentile_rank, not 'max'"),
        (["--aggregate", "median"], "how of the step aggregate must be one of arithmetic, geometric, harmonic"),
        (["--range", "100", "0"], "scale of the step normalise must be two numbers, the smaller first"),
        (["--range", "nan", "1"], "scale of the step normalise must be two numbers"),
        (["--min-share", "60"], "min_share of the step aggregate must be a number from 0 to 1"),
        (["--min-share", "nan"], "min_share of the step aggregate must be a number from 0 to 1"),
        (["--treat", "--max-winsorise", "-1"], "max_winsorise of the step treat must be a whole number of at least 0"),
        (["--impute", "mean", "--group", "kind"], "how of the step impute must be one of group_mean, group_median"),
        (["--impute", "group_mean"], "group of the step impute must be a column (--group COL)"),
        (["--impute", "group_mean", "--group", "colour"], "iData.csv has no column 'colour'; it has uCode, name, kind"),
        (["--rank-within", "colour"], "iData.csv has no column 'colour'"),
        (["--rank-within", "a"], "a is no column of groups"),
        (["--ties", "max"], "ties of the step normalise must be one of min, average"),
        (["--uncertainty", "-5"], "replications of the step uncertainty must be a whole number of at least 1"),
        (["--uncertainty", "5", "--weight-noise", "1"], "noise of the step uncertainty must be a number from 0 to below 1"),
        (["--uncertainty", "5", "--seed", "-1"], "seed of the step uncertainty must be a whole number"),
        (["--weights", "x"], "see: python -m indicators"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_one_line(index, tmp_path, options, said):
    index()
    files = ["--data", tmp_path / "iData.csv", "--meta", tmp_path / "iMeta.csv", "--out", tmp_path / "new"]
    done = (
        subprocess.run(
            [sys.executable, "-m", "indicators", "index", *map(str, files), *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if "--weights" in options
        else index(*options)[0]
    )
    assert (getattr(done, "exit_code", None) or done.returncode) == 2
    errors = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert len(errors) == 1
    assert said in errors[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA.replace("X,One,east,1,8,5,2", "X,One,east,1,8,5,-2"), "b is divided by size, which is negative for X"),
        (DATA.replace("X,One,east,1,8,5,2", "X,One,east,1,1e99,5,1e-99"), "b of X is too large when divided"),
    ],
)
def test_a_denominator_that_cannot_be_one_is_told(index, data, said):
    done, _ = index("--denominate", data=data)
    assert done.exit_code == 2
    assert said in done.stderr


def test_an_indicator_without_difference_or_values_is_told_and_drops_out(index):
    data = "uCode,a,b,c,size\nX,1,8,,2\nY,1,3,,1\n"
    done, out = index(data=data)
    assert "note: c: no value at all; its score is missing for every unit" in done.stderr
    assert "note: a: nothing to tell the units apart by; its score is missing" in done.stderr
    index("--treat", data=data)
    assert [row["Note"] for row in rows(out / "treatment.csv")] == ["too few values to treat"] * 3
    assert cells(out, "aggregated") == {
        "X": {"Top": "0.0", "Left": "0.0", "Right": ""},
        "Y": {"Top": "100.0", "Left": "100.0", "Right": ""},
    }


def test_a_denominator_that_is_not_used_is_told(index):
    assert "only with --denominate" in index()[0].stderr
    assert "only with --denominate" not in index("--denominate")[0].stderr


def test_a_single_unit_has_no_score_and_no_rank(index):
    done, out = index(data="uCode,a,b,c,size\nX,1,8,5,2\n")
    assert done.exit_code == 0
    assert cells(out, "ranks") == {"X": {"Top": "", "Left": "", "Right": ""}}
    assert "note: X: no Top" in done.stderr


def test_a_folder_that_cannot_be_written_to_and_a_file_that_is_not_there_are_told(index, tmp_path):
    (tmp_path / "out").write_text("a file")
    done, _ = index()
    assert (done.exit_code, len(done.stderr.strip().splitlines()[-1:])) == (2, 1)
    assert "out: File exists; check the path" in done.stderr
    files = ["--data", str(tmp_path / "no.csv"), "--meta", str(tmp_path / "iMeta.csv"), "--out", str(tmp_path / "new")]
    done = CliRunner().invoke(app, ["index", *files])
    assert (done.exit_code, "no.csv" in done.stderr) == (2, True)


class Drawn:
    """Stands for the Monte Carlo: records what it is asked, and answers with numbers that can be told apart."""

    def __init__(self):
        self.asked = {}

    def table_uncertainty(self, values, tree, **asked):
        self.asked = {"values": values, "tree": tree, **asked}
        units = len(values)
        return types.SimpleNamespace(**{name: np.arange(units) + i / 8 for i, name in enumerate(("nominal", "mean", "median", "low", "high"))})  # fmt: skip


def test_the_uncertainty_is_drawn_with_the_chosen_settings_and_written_beside_the_rank(index, monkeypatch):
    drawn = Drawn()
    monkeypatch.setitem(sys.modules, "indicators.uncertainty", drawn)
    options = ["--range", "1", "100", "--aggregate", "geometric", "--min-share", "0.5"]
    done, out = index(*options, "--uncertainty", "40", "--weight-noise", "0.1", "--seed", "9")
    assert done.exit_code == 0, done.output
    np.testing.assert_array_equal(drawn.asked.pop("values"), [[1, -8, 5], [2, -3, np.nan], [3, -2, 15]])
    assert drawn.asked.pop("tree").codes[-1] == "Top"
    assert drawn.asked == {
        "how": "geometric", "range_": (1, 100), "min_share": 0.5, "replications": 40, "noise": 0.1, "seed": 9
    }  # fmt: skip
    assert rows(out / "uncertainty.csv")[0] == {
        "uCode": "X", "Nominal": "3", "Mean": "0.125", "Median": "0.25", "Q5": "0.375", "Q95": "0.5"
    }  # fmt: skip


def test_what_is_drawn_belongs_to_the_ranks_beside_it(index):
    pytest.importorskip("indicators.uncertainty")
    data = "uCode,a,b,c,size\n" + "".join(f"U{i},{i * 7 % 11},{i * 5 % 13},{i * 3 % 17},1\n" for i in range(12))
    done, out = index("--uncertainty", "200", "--seed", "3", data=data)
    assert done.exit_code == 0, done.output
    ranks, moved = cells(out, "ranks"), 0
    for unit, row in cells(out, "uncertainty").items():
        low, median, high = (float(row[name]) for name in ("Q5", "Median", "Q95"))
        assert row["Nominal"] == ranks[unit]["Top"]
        assert 1 <= low <= median <= high <= 12
        assert low <= float(row["Mean"]) <= high or high - low < 1
        moved += high > low
    assert moved > 3
    first = (out / "uncertainty.csv").read_bytes()
    index("--uncertainty", "200", "--seed", "3", data=data)
    assert (out / "uncertainty.csv").read_bytes() == first  # the seed makes the same draws


def test_a_rank_that_no_replication_has_is_told_of(index):
    """Ranks rank also where all units are equal; min-max, which the replications begin with, does not."""
    same = "uCode,a,b,c,size\nX,1,8,5,2\nY,1,8,5,1\nZ,1,8,,1\n"
    done, out = index("--normalise", "rank", "--uncertainty", "20", data=same)
    assert done.exit_code == 0, done.output
    assert {row["Top"] for row in rows(out / "ranks.csv")} == {"1"}
    assert {(row["Nominal"], row["Mean"], row["Q95"]) for row in rows(out / "uncertainty.csv")} == {("1", "", "")}
    told = "X, Y, Z: a rank but no interval: the replications' first scale is min-max"
    assert told in done.stderr
    assert any(note.startswith(told) for note in json.loads((out / "recipe.json").read_text())["notes"])
    done, _ = index("--normalise", "rank", "--uncertainty", "20")
    assert "no interval" not in done.stderr


def test_ranks_under_a_geometric_mean_need_a_range_for_the_replications_only(index):
    asked = ["--normalise", "rank", "--aggregate", "geometric"]
    assert index(*asked)[0].exit_code == 0
    done, _ = index(*asked, "--uncertainty", "20")
    assert (done.exit_code, "these draw min-max whatever --normalise says; add --range 1 100" in done.stderr) == (
        2,
        True,
    )
    done, out = index(*asked, "--uncertainty", "20", "--range", "1", "100")
    assert done.exit_code == 0, done.output
    assert all(row["Mean"] for row in rows(out / "uncertainty.csv"))


def test_uncertainty_needs_one_index(index, monkeypatch):
    monkeypatch.setitem(sys.modules, "indicators.uncertainty", Drawn())
    done, _ = index("--uncertainty", "5", meta=META.replace("2,Left,1,1,Top,", "2,Left,1,1,,"))
    assert (done.exit_code, "Left, Top have no Parent, and uncertainty needs one index" in done.stderr) == (2, True)


def test_a_large_table_of_many_levels_is_done_whole(index):
    """Fifteen thousand units, fifty indicators, twenty levels."""
    random = np.random.default_rng(11)
    codes = [f"i{i}" for i in range(50)]
    values = random.lognormal(size=(15_000, 50)).round(4).tolist()
    data = "\n".join(
        ["uCode," + ",".join(codes), *(f"U{i}," + ",".join(map(str, row)) for i, row in enumerate(values))]
    )
    lines = [HEADER, *(f"1,{code},1,1,L{i % 20},Indicator," for i, code in enumerate(codes))]
    lines += [f"{i + 2},L{i},1,1,{f'L{i + 1}' if i < 19 else ''},Aggregate," for i in range(20)]
    done, out = index("--treat", data=data, meta="\n".join(lines))
    assert done.exit_code == 0, done.output
    ranks = [int(row["L19"]) for row in rows(out / "ranks.csv")]
    assert (len(ranks), min(ranks)) == (15_000, 1)
