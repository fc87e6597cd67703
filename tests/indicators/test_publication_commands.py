"""python -m indicators publish, approve, publications, content, verify, compare: what they print, and how they end."""

import csv
import json
from datetime import datetime

import numpy as np
import pytest
from sqlalchemy import update
from typer.main import get_command

from etl import schema
from etl import warehouse as module
from indicators.__main__ import app
from indicators.definition import load_definitions
from indicators.sensitivity import sensitivity
from tests import warehouses
from tests.indicators.publishing import KINDS, LAST, archived, correct

FINAL = f"{LAST}-final-1"


@pytest.fixture
def call(capsys):
    """Runs a command in this process: (exit status, standard output, standard error)."""

    def call(*arguments):
        capsys.readouterr()
        try:
            status = get_command(app).main([str(one) for one in arguments], prog_name="indicators")
        except SystemExit as end:
            status = end.code or 0
        return status, *capsys.readouterr()

    return call


@pytest.fixture
def filled(warehouse, tmp_path_factory):
    return warehouses.fill(warehouse, tmp_path_factory, archived)


def test_the_way_of_a_publication(call, warehouse, filled, tmp_path):
    status, out, _ = call("publish", "--period", LAST, "--vintage", "final", "--by", "Ann", "--out", tmp_path / "out")
    assert status == 0
    assert out.startswith(f"{FINAL} is published; its content is ")
    assert call("content", "--publication", FINAL, "--out", tmp_path / "again.jsonl")[0] == 0
    written = tmp_path / "out" / f"{FINAL}.jsonl"
    assert written.read_bytes() == (tmp_path / "again.jsonl").read_bytes()
    assert call("approve", "--publication", FINAL, "--by", "Bo", "--reason", "checked")[0] == 0
    assert "signed by Bo" in call("publications")[1]
    assert call("verify", "--publication", FINAL)[:2] == (0, f"{FINAL}: same bytes\n")


def test_the_times_in_the_list_are_the_programmes_and_say_so(call, warehouse, filled):
    call("publish", "--period", LAST, "--vintage", "final", "--by", "Ann")
    with module.writing(warehouse) as connection:
        made = update(schema.publication).values(created_at=datetime(2026, 11, 24, 20, 30))
        connection.execute(made)
    out = call("publications")[1]
    assert "Asia/Shanghai" in out
    assert "2026-11-25 04:30" in out
    assert "20:30" not in out


def test_a_revision_that_changes_nothing_says_so(call, warehouse, filled):
    call("publish", "--period", LAST, "--vintage", "final")
    assert f"(the same as {FINAL})" in call("publish", "--period", LAST, "--vintage", "revised")[1]


def test_who_moved_as_table_csv_and_json(call, warehouse, filled, tmp_path):
    call("publish", "--period", LAST, "--vintage", "final")
    correct(warehouse, tmp_path, mentors=50)
    call("publish", "--period", LAST, "--vintage", "revised")
    pair = (FINAL, f"{LAST}-revised-1")
    assert "bases moved" in call("compare", *pair)[1]
    told = json.loads(call("compare", *pair, "--format", "json")[1])
    lines = list(csv.DictReader(call("compare", *pair, "--format", "csv")[1].splitlines()))
    assert [line["base"] for line in lines] == [row["base"] for row in told] == ["E1", "I1", "R1", "R2", "U1"]
    for row in told:
        if row["index_own"] is not None:
            parts = row["index_own"] + row["index_peers"] + row["index_method"]
            assert parts == pytest.approx(row["index_b"] - row["index_a"], abs=1e-12)


@pytest.mark.parametrize(("arguments", "word"), [
    (("publish", "--period", LAST, "--vintage", "revised"), "--vintage final"),
    (("publish", "--period", LAST, "--vintage", "best"), "provisional, final, revised"),
    (("publish", "--period", "soon", "--vintage", "final"), "2026Q3"),
    (("verify", "--publication", FINAL), "publications"), (("compare", FINAL, FINAL), "publications"),
    (("compare", FINAL, FINAL, "--format", "pdf"), "table, csv or json"),
    (("content", "--publication", FINAL, "--out", "never.jsonl"), "publications"),
    (("approve", "--publication", FINAL, "--by", "Bo", "--reason", "so"), "publications"),
    (("publications",), "compute --all"),
    (("explain", "--base", "R1", "--period", LAST, "--code", "lamp"), f"compute --period {LAST}"),
])  # fmt: skip
def test_what_cannot_be_done_is_told_in_one_line_with_what_to_do(call, warehouse, filled, arguments, word):
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert err.startswith("error: ")
    assert word in err


def test_which_choice_moves_ranks_most_is_told_of_a_quarter_and_type(call, warehouse, filled):
    call("compute")
    kind = next(iter(KINDS.values()))
    asked = ("sensitivity", "--period", LAST, "--type", kind, "--power", "5")
    status, out, _ = call(*asked, "--json")
    told = json.loads(out)
    assert (status, told["period"], told["type"]) == (0, LAST, kind)
    assert told["bases"] == sum(one == kind for one in KINDS.values())
    totals = [factor["total"] for factor in told["factors"]]
    assert totals == sorted(totals, reverse=True)
    assert {"scale", "left_out"} <= {factor["factor"] for factor in told["factors"]}
    assert call(*asked, "--json")[1] == out, "the same seed, the same answer"
    assert "how values become scores" in call(*asked)[1]


def test_sensitivity_varies_what_the_certainty_of_ranks_does(call, warehouse, filled, monkeypatch):
    call("compute")
    asked = {}

    def record(tables, tree, **given):
        asked.update(given, tables=tables)
        return sensitivity(tables, tree, **given)

    monkeypatch.setattr("indicators.commands.sensitivity.indices", record)
    assert call("sensitivity", "--period", LAST, "--type", "regional", "--power", "4")[0] == 0
    settings = load_definitions().method.certainty
    assert list(asked["tables"]) == settings.normalisations
    assert asked["means"] == settings.means
    assert min(np.nanmin(table) for table in asked["lifted"].values()) >= 1


def test_sensitivity_of_a_published_quarter_stays_when_the_definitions_are_edited(
    call, warehouse, filled, catalogue_copy
):
    call("publish", "--period", LAST, "--vintage", "final")
    asked = ("sensitivity", "--period", LAST, "--type", next(iter(KINDS.values())), "--power", "5")
    before, text = json.loads(call(*asked, "--json")[1]), call(*asked)[1]
    assert (before["publication"], before["as_today"]) == (FINAL, True)
    assert "changed since" not in text
    catalogue_copy.weigh("EMP01", 40)
    catalogue_copy.remove("INC01")
    assert json.loads(call(*asked, "--json")[1]) == before | {"as_today": False}
    assert call(*asked)[1].startswith(text)
    assert "changed since" in call(*asked)[1]


def test_sensitivity_of_working_figures_says_that_they_were_computed_otherwise(call, warehouse, filled, catalogue_copy):
    call("compute")
    catalogue_copy.weigh("EMP01", 40)
    asked = ("sensitivity", "--period", LAST, "--type", next(iter(KINDS.values())), "--power", "5")
    assert "compute it again" in call(*asked)[1]


def test_sensitivity_tells_its_standard_error_and_what_few_points_leave_open(call, warehouse, filled):
    call("compute")
    asked = ("sensitivity", "--period", LAST, "--type", next(iter(KINDS.values())), "--power", "4")
    told = json.loads(call(*asked, "--json")[1])
    assert told["points"] == 16
    assert all(factor["total_error"] >= 0 and factor["first_error"] >= 0 for factor in told["factors"])
    text = call(*asked)[1]
    assert "standard error" in text
    assert "16 points" in text


@pytest.mark.parametrize(
    ("period", "kind", "said"), [("2031Q3", None, "indicators compute"), (LAST, "castle", "no base type 'castle'")]
)
def test_sensitivity_says_what_is_missing(call, warehouse, filled, period, kind, said):
    call("compute")
    status, _, error = call("sensitivity", "--period", period, "--type", kind or next(iter(KINDS.values())))
    assert status == 2
    assert said in error
