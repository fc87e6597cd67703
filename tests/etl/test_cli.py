"""The commands: what they print, their exit status (0 fine, 1 something rejected, 2 unusable), errors in one line."""

import json
import os
import subprocess
import sys
from datetime import datetime

import openpyxl
import pytest

from etl.config import ROOT
from tests.builders import cell_of, dump, edit, facts_of, load

Q1 = "2025Q1"
FINDING_KEYS = {"code", "severity", "sheet", "cell", "measure", "value", "message", "message_zh"}
BASES = "code,name_en,name_zh,type,province,batch,hardship,status,valid_from\n"


def run(*arguments, module="etl", **environment):
    """(exit status, standard output, standard error) of the command as a user runs it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", module, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, env=os.environ | environment,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def told_once(result, *words):
    """The command could not be done and says so in one line that says what to do."""
    status, out, err = result
    assert status == 2, err
    assert out == ""
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]


@pytest.fixture
def told(writer):
    return next(writer.quarters("R1", "regional", (Q1,)))


def test_init_makes_the_warehouse_and_a_second_time_changes_nothing(database_url):
    assert run("init", DATABASE_URL=database_url)[0] == 0
    assert run("init", DATABASE_URL=database_url)[:1] == (0,)


def test_a_return_goes_from_template_to_facts_by_the_commands_alone(warehouse, tmp_path):
    form = tmp_path / "deep" / "form.xlsx"
    assert run("template", "--base", "R1", "--period", Q1, "--out", form)[0] == 0
    status, out, err = run("load", form, "--accept")
    assert (status, out.splitlines()[-1].startswith("1 files read")) == (0, True), err


def test_bases_are_registered_from_csv(call, empty_warehouse, tmp_path):
    file = tmp_path / "bases.csv"
    file.write_text(
        BASES + "R1,A,甲,regional,浙江,1,no,active,2016-05-12\nU1,B,乙,university,SN,,yes,,\n", encoding="utf-8"
    )
    assert call("bases", file)[0] == 0
    assert len(dump(empty_warehouse)["base_history"]) == 2


def test_bases_are_registered_from_an_excel_list_with_real_dates(call, empty_warehouse, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(BASES.strip().split(","))
    book.active.append(["R1", "A", "甲", "regional", "ZJ", 1, "no", "active", datetime(2016, 5, 12)])
    book.save(tmp_path / "bases.xlsx")
    status, _, err = call("bases", tmp_path / "bases.xlsx")
    assert (status, err) == (0, "")
    assert "2016, 5, 12" in dump(empty_warehouse)["base_history"][0]


def test_every_mistake_in_a_list_of_bases_is_told_and_nothing_is_written(call, empty_warehouse, tmp_path):
    file = tmp_path / "bases.csv"
    file.write_text(BASES + "R1,A,甲,regional,XX,x,maybe,gone,soon\n,,,club,ZJ,,,,\n", encoding="utf-8")
    status, out, err = call("bases", file)
    assert (status, out) == (2, "")
    for words in ("line 2: there is no province", "line 2: hardship", "line 2: status", "line 2: batch",
                  "line 2: valid_from", "line 3: code", "line 3: a name", "line 3: there is no base type"):  # fmt: skip
        assert words in err
    assert dump(empty_warehouse)["base"] == []


def test_a_list_of_bases_that_is_no_workbook(call, empty_warehouse, tmp_path):
    (tmp_path / "bases.xlsx").write_bytes(b"hello")
    told_once(call("bases", tmp_path / "bases.xlsx"))


def test_a_list_of_bases_without_its_columns(call, empty_warehouse, tmp_path):
    (tmp_path / "bases.csv").write_text("a,b\n1,2\n")
    told_once(call("bases", tmp_path / "bases.csv"), "missing: code")


def test_quarters_are_opened_by_range_listed_and_locked(call, empty_warehouse):
    assert call("periods", "--open", "2026Q1:2026Q3", "--due", "2026-11-30")[0] == 0
    assert call("periods", "--lock", "2026Q1")[0] == 0
    lines = call("periods")[1].splitlines()
    assert [(line.split()[0], line.split()[-1]) for line in lines] == [
        ("2026Q1", "locked"), ("2026Q2", "open"), ("2026Q3", "open"),
    ]  # fmt: skip
    assert all("due 2026-11-30" in line for line in lines)


def test_a_quarter_is_due_twenty_days_after_its_end(call, empty_warehouse):
    assert "due 2026-10-20" in call("periods", "--open", "2026Q3")[1]


@pytest.mark.parametrize("quarter", ["2026", "2026Q5", "Q3", "0000Q1", "9999Q4", "٢٠٢٦Q3"])
def test_what_is_no_quarter_cannot_be_opened(call, empty_warehouse, quarter):
    told_once(call("periods", "--open", quarter), quarter)


def test_a_range_that_runs_backwards_is_an_error(call, empty_warehouse):
    told_once(call("periods", "--open", "2026Q3:2026Q1"))


def test_a_day_that_is_none_is_an_error(call, empty_warehouse):
    told_once(call("periods", "--open", "2026Q3", "--due", "soon"), "soon")


def test_a_form_for_a_base_or_quarter_that_is_not_there(call, warehouse, tmp_path):
    out = tmp_path / "f.xlsx"
    told_once(call("template", "--base", "R9", "--period", Q1, "--out", out), "R9")
    told_once(call("template", "--base", "R1", "--period", "2031Q1", "--out", out), "--open 2031Q1")
    assert not out.exists()


def test_a_form_that_cannot_be_written(call, warehouse, tmp_path):
    told_once(call("template", "--base", "R1", "--period", Q1, "--out", tmp_path))


def test_check_says_clean_and_changes_nothing(call, warehouse, told):
    before = dump(warehouse)
    status, out, _ = call("check", told.path)
    assert (status, out) == (0, f"{told.path}: R1 {Q1}: clean\n")
    assert dump(warehouse) == before


def test_check_of_a_rejected_return_ends_with_1_and_gives_cell_and_advice_in_both_languages(call, warehouse, told):
    edit(told.path, "Return", **{cell_of(told.path, "trainees"): "x"})
    status, out, _ = call("check", told.path)
    assert status == 1
    assert f"error F09 Return!{cell_of(told.path, 'trainees')}" in out
    assert "请只填数字" in out


def test_json_has_one_object_a_return_in_the_documented_shape(call, warehouse, told):
    edit(told.path, "Return", **{cell_of(told.path, "trainees"): "x"})
    status, out, _ = call("check", told.path, "--json")
    (item,) = map(json.loads, out.splitlines())
    assert status == 1
    assert {"file", "base", "period", "verdict", "findings"} <= item.keys()
    assert (item["base"], item["period"], item["verdict"]) == ("R1", Q1, "rejected")
    assert item["file"] == str(told.path)
    (finding,) = item["findings"]
    assert finding.keys() >= FINDING_KEYS
    assert finding["severity"] == "error"


def test_json_of_a_file_that_is_no_return_has_base_and_period_null(call, warehouse, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"hello")
    status, out, _ = call("load", tmp_path / "x.xlsx", "--json")
    (item,) = map(json.loads, out.splitlines())
    assert (status, item["base"], item["period"], item["verdict"]) == (1, None, None, "rejected")


def test_json_of_a_history_has_one_object_for_each_row(call, warehouse, writer, told):
    path = writer.history([("R1", "2025Q1", told.values), ("R2", "2025Q2", told.values)])
    _, out, _ = call("load", path, "--json", "--accept")
    items = [json.loads(line) for line in out.splitlines()]
    assert [(item["base"], item["period"], item["verdict"]) for item in items] == [
        ("R1", "2025Q1", "clean"), ("R2", "2025Q2", "clean"),
    ]  # fmt: skip


def test_load_counts_and_ends_with_0_when_there_are_queries_only(call, warehouse, told):
    edit(told.path, "Return", **{cell_of(told.path, "trainees"): None})
    status, out, _ = call("load", told.path)
    assert status == 0
    assert out.splitlines()[-1] == "1 files read, 0 known before; new returns: 0 clean, 1 with queries, 0 rejected."


def test_load_ends_with_1_when_a_return_is_rejected(call, warehouse, told):
    edit(told.path, "Return", B2="R9")
    assert call("load", told.path)[0] == 1


def test_loading_twice_says_that_the_file_was_known(call, warehouse, told):
    call("load", told.path)
    assert "0 files read, 1 known before" in call("load", told.path)[1]


def test_load_without_accept_gives_no_facts_and_with_it_does(call, warehouse, told):
    call("load", told.path)
    assert facts_of(warehouse, "R1", Q1) == {}
    call("load", told.path, "--accept")
    assert facts_of(warehouse, "R1", Q1) == told.values


def test_load_takes_the_day_of_each_file_from_a_list(call, warehouse, told, tmp_path):
    days = tmp_path / "days.csv"
    days.write_text(f"file,received\n{told.path.name},2025-06-01\n")
    assert call("load", told.path, "--deliveries", days)[0] == 0
    assert "2025, 6, 1" in dump(warehouse)["return_version"][0]


def test_a_list_of_days_without_its_columns_is_an_error(call, warehouse, told, tmp_path):
    (tmp_path / "days.csv").write_text("name,day\na,b\n")
    status, _, err = call("load", told.path, "--deliveries", tmp_path / "days.csv")
    assert status == 2
    assert err.startswith("error: ")


@pytest.mark.parametrize("command", ["check", "load"])
def test_a_file_that_does_not_exist(call, warehouse, command):
    told_once(call(command, "/nowhere/x.xlsx"), "/nowhere/x.xlsx")


@pytest.mark.parametrize("command", ["check", "load"])
def test_a_folder_without_workbooks(call, warehouse, tmp_path, command):
    (tmp_path / "empty").mkdir()
    told_once(call(command, tmp_path / "empty"))


def test_status_names_who_is_missing(call, warehouse, told):
    load(warehouse, told.path)
    status, out, _ = call("status", "--period", Q1)
    assert status == 0
    assert f"{Q1}, due 2025-04-20: 5 bases expected." in out
    assert "missing        4" in out
    assert "R2" in out
    assert not [line for line in out.splitlines() if line.split()[:2] == ["R1", "missing"]]


def test_status_of_a_quarter_that_is_none(call, warehouse):
    told_once(call("status", "--period", "2026"), "2026Q3")


@pytest.mark.parametrize(
    ("url", "word"),
    [("garbage", "DATABASE_URL"), ("mysql://h/x", "DATABASE_URL"), ("postgresql://nobody@127.0.0.1:1/x", "warehouse"),
     ("sqlite:////proc/none/x.db", "")],
)  # fmt: skip
@pytest.mark.parametrize("command", [["status"], ["init"]])
def test_a_warehouse_that_cannot_be_reached(call, empty_warehouse, url, word, command):
    told_once(call(*command, DATABASE_URL=url), word)


def test_a_database_that_is_none(call, empty_warehouse, tmp_path):
    (tmp_path / "no.db").write_bytes(b"this is no database" * 100)
    told_once(call("status", DATABASE_URL=f"sqlite:///{tmp_path / 'no.db'}"))


def test_a_warehouse_without_tables_says_how_to_make_them(call, empty_warehouse, tmp_path):
    told_once(call("status", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}"), "python -m etl init")


def test_a_setting_that_cannot_be_read(call, empty_warehouse):
    told_once(call("periods", "--open", "2026Q3", DUE_DAYS="soon"), "DUE_DAYS")


@pytest.mark.parametrize("arguments", [["load"], ["template", "--base", "R1"], ["nonsense"]])
def test_wrong_usage_ends_with_2(call, warehouse, arguments):
    status, out, err = call(*arguments)
    assert (status, out) == (2, "")
    assert err


# --- python -m indicators ---


def test_compute_rank_and_explain(call, warehouse, writer):
    for base, kind in (("R1", "regional"), ("R2", "regional")):
        load(warehouse, *(told.path for told in writer.quarters(base, kind)))
    assert call("compute", "--all", module="indicators")[0] == 0
    status, out, _ = call("rank", "--period", "2026Q4", "--format", "csv", module="indicators")
    head, *lines = out.split()
    assert (status, head) == (0, "base,name,type,province,index,rank,low,high,n")
    assert len(lines) > 0
    status, out, _ = call(
        "explain", "--base", "R1", "--period", "2026Q4", "--code", "EMP03", "--json", module="indicators"
    )
    found = json.loads(out)
    assert status == 0
    assert found.keys() >= {"base", "period", "code", "value", "unit", "formula", "numerator", "denominator", "missing",
                            "paragraphs", "operands"}  # fmt: skip
    assert found["operands"][0].keys() >= {"measure", "period", "value", "file", "sha256", "sheet", "cell"}


def test_compute_before_anything_is_accepted(call, warehouse):
    told_once(call("compute", module="indicators"), "etl load --accept")


@pytest.mark.parametrize("period", ["2031Q1", "2024Q4"])
def test_compute_of_a_quarter_that_was_never_opened(call, warehouse, told, period):
    load(warehouse, told.path)
    told_once(call("compute", "--period", period, module="indicators"), period)


def test_rank_before_compute(call, warehouse):
    told_once(call("rank", "--period", Q1, module="indicators"), "compute")


def test_explain_of_what_is_not_there(call, warehouse):
    told_once(call("explain", "--base", "R1", "--period", Q1, "--code", "EMP99", module="indicators"), "EMP99")
    told_once(call("explain", "--base", "R9", "--period", Q1, "--code", "EMP01", module="indicators"), "R9")


def test_a_list_may_use_official_chinese_words(call, empty_warehouse, tmp_path):
    file = tmp_path / "bases.csv"
    file.write_text(BASES + "U1,B,乙,高校示范基地,内蒙古自治区,1,是,active,2016-05-12\n", encoding="utf-8")
    assert call("bases", file)[0] == 0
    (row,) = dump(empty_warehouse)["base_history"]
    assert "'university', 'NM', 1" in row or "'university', 'NM', True" in row


def test_a_base_that_stands_twice_in_a_list_is_a_mistake(call, empty_warehouse, tmp_path):
    file = tmp_path / "bases.csv"
    line = "R1,A,甲,regional,ZJ,1,no,active,2016-05-12\n"
    file.write_text(BASES + line + line, encoding="utf-8")
    status, _, err = call("bases", file)
    assert (status, "line 3" in err) == (2, True)
    assert dump(empty_warehouse)["base"] == []


def test_init_can_register_the_bases_and_open_quarters_at_once(call, database_url, tmp_path):
    file = tmp_path / "bases.csv"
    file.write_text(BASES + "R1,A,甲,regional,ZJ,1,no,active,2016-05-12\n", encoding="utf-8")
    status, out, _ = call("init", "--bases", file, "--open", "2025Q1:2025Q2", DATABASE_URL=database_url)
    assert (status, "1 rows taken" in out) == (0, True)
    assert "2025Q2" in call("periods", DATABASE_URL=database_url)[1]


def test_a_rejected_file_sent_again_is_rejected_again(call, warehouse, told):
    edit(told.path, "Return", **{cell_of(told.path, "firms_end"): 999})
    assert [call("load", told.path, "--accept")[0] for _ in range(2)] == [1, 1]


def test_a_command_that_reads_makes_no_warehouse(tmp_path):
    for command in (("status",), ("check", ROOT / "README.md")):
        told_once(run(*command, DATABASE_URL=f"sqlite:///{tmp_path}/typo/w.db"), "there is no warehouse at", "etl init")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [("bogus",), ("template", "--base", "R1"), ("status", "--nonsense")])
def test_wrong_usage_is_told_in_one_line(wrong):
    told_once(run(*wrong), "--help")


@pytest.mark.parametrize("wrong", [("--due", "2026-10-20"), ("--lock", "2030Q1")])
def test_a_quarter_that_was_never_opened_is_neither_due_nor_locked(call, warehouse, wrong):
    before = dump(warehouse)
    assert call("periods", *wrong)[0] == 2
    assert dump(warehouse) == before


def test_the_quarter_of_a_return_is_a_quarter_or_null(call, warehouse, told):
    edit(told.path, "Return", B3="2025年一季度")
    _, out, _ = call("check", told.path, "--json")
    assert json.loads(out)["period"] is None
