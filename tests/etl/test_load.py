"""Loading: one transaction for what is checked together, idempotent by content, the same whatever the order or the number of workers."""

from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from etl import facts as facts_module
from etl import returns, schema
from etl import warehouse as module
from etl.checks import Checker
from etl.form import load_form
from etl.load import check_files, collect
from etl.places import column_letters
from etl.template import write_history
from tests.builders import cell_of, codes, dump, edit, entry, load, set_up

Q1, Q2, Q3 = "2025Q1", "2025Q2", "2025Q3"


def rows(engine, table, *columns):
    with engine.connect() as connection:
        return connection.execute(select(*columns) if columns else select(table)).all()


def facts(engine, period, base="R1"):
    fact = schema.fact.c
    with engine.connect() as connection:
        query = select(fact.measure, fact.value).where(fact.period == period, fact.base == base)
        return {row.measure: row.value for row in connection.execute(query)}


def states(engine, period=Q1, base="R1"):
    version = schema.return_version.c
    with engine.connect() as connection:
        query = select(version.state).where(version.period == period, version.base == base).order_by(version.version)
        return list(connection.execute(query).scalars())


@pytest.fixture
def three(writer):
    """Three quarters of one regional base."""
    return list(writer.quarters("R1", "regional", (Q1, Q2, Q3)))


def test_an_accepted_return_becomes_facts_as_it_stands_in_the_file(warehouse, three):
    load(warehouse, three[0].path)
    assert facts(warehouse, Q1) == three[0].values


def test_a_return_that_is_not_accepted_is_kept_but_gives_no_facts(warehouse, three):
    load(warehouse, three[0].path, accept=False)
    assert states(warehouse) == ["checked"]
    assert facts(warehouse, Q1) == {}


def test_a_return_that_waits_can_be_accepted_later(warehouse, three):
    load(warehouse, three[0].path, accept=False)
    load(warehouse, three[0].path)
    assert states(warehouse) == ["final"]
    assert facts(warehouse, Q1) == three[0].values


def test_the_file_is_kept_whole(warehouse, three):
    load(warehouse, three[0].path)
    assert [row.bytes for row in rows(warehouse, schema.workbook)] == [three[0].path.read_bytes()]


def test_the_roster_is_kept_row_by_row(warehouse, three):
    load(warehouse, three[0].path)
    kept = {row.firm: row.details for row in rows(warehouse, schema.roster)}
    assert kept.keys() == {firm["uscc"] for firm in three[0].roster}
    firm = three[0].roster[0]
    assert kept[firm["uscc"]]["employees"] == firm["employees"]
    assert kept[firm["uscc"]]["entry_date"] == firm["entry_date"].isoformat()


@pytest.mark.parametrize("accept", [True, False])
def test_loading_the_same_file_again_changes_no_row_of_any_table(warehouse, three, accept):
    paths = [told.path for told in three]
    edit(paths[2], "Return", E9="many")  # a rejected one among them
    load(warehouse, *paths, accept=accept)
    before = dump(warehouse)
    reports = load(warehouse, *paths, accept=accept)
    assert dump(warehouse) == before
    assert [report.known for report in reports][:2] == [True, True]


def test_the_same_content_under_another_name_is_the_same_file(warehouse, three, tmp_path):
    load(warehouse, three[0].path)
    before = dump(warehouse)
    twin = tmp_path / "copy.xlsx"
    twin.write_bytes(three[0].path.read_bytes())
    load(warehouse, twin)
    assert dump(warehouse) == before


def test_a_failure_in_the_middle_of_a_file_leaves_nothing_of_it(warehouse, writer, monkeypatch):
    tale = list(writer.quarters("R1", "regional", (Q1, Q2)))
    path = writer.history([("R1", told.period, told.values) for told in tale])
    before, original = dump(warehouse), returns.accept_at_once

    def fail_at_second(connection, form, version, *others):
        if version.period == Q2:
            raise RuntimeError("power cut")
        original(connection, form, version, *others)

    monkeypatch.setattr(returns, "accept_at_once", fail_at_second)
    with pytest.raises(RuntimeError, match="power cut"):
        load(warehouse, path)
    assert dump(warehouse) == before


def test_a_failure_leaves_nothing_of_the_files_that_were_checked_together(warehouse, writer, monkeypatch):
    paths = [next(writer.quarters(code, "regional", (Q1,))).path for code in ("R1", "R2")]
    before, original = dump(warehouse), facts_module.put_in_force

    def fail_at_second(connection, form, version, *others):
        if version.base == "R2":
            raise RuntimeError("power cut")
        original(connection, form, version, *others)

    monkeypatch.setattr(facts_module, "put_in_force", fail_at_second)
    with pytest.raises(RuntimeError, match="power cut"):
        load(warehouse, *paths)
    assert dump(warehouse) == before


def test_what_is_only_looked_at_again_is_not_checked_together_with_new_files(warehouse, writer, monkeypatch):
    """So that loading which was stopped goes on with the same files together as if it had not been."""
    wrong, right = (next(writer.quarters(code, "regional", (Q1,))).path for code in ("R1", "R2"))
    edit(wrong, "Return", **{cell_of(wrong, "firms_end"): 999})
    load(warehouse, wrong)
    together, original = [], Checker.check
    monkeypatch.setattr(
        Checker, "check", lambda self, items: (together.append([i.base for i in items]), original(self, items))
    )
    load(warehouse, wrong, right)
    assert together == [["R1"], ["R2"]]


def test_two_workers_fill_the_same_warehouse_as_one(tmp_path, warehouse, writer):
    for base, kind in (("R1", "regional"), ("R2", "regional"), ("U1", "university")):
        list(writer.quarters(base, kind, (Q1, Q2, Q3)))
    files = collect([writer.folder])
    load(warehouse, *files, workers=1, received_on=date(2026, 1, 1))
    other = module.connect(f"sqlite:///{tmp_path / 'other.db'}")
    module.create(other)
    set_up(other)
    load(other, *files, workers=2, received_on=date(2026, 1, 1))
    assert dump(other) == dump(warehouse)
    other.dispose()


def test_quarters_are_taken_in_by_time_whatever_the_files_are_called(warehouse, three, tmp_path):
    names = ["c.xlsx", "b.xlsx", "a.xlsx"]  # the last quarter comes first by name
    paths = []
    for told, name in zip(three, names, strict=True):
        paths.append(told.path.rename(tmp_path / name))
    edit(paths[1], "Return", **{cell_of(paths[1], "firms_start"): 99, cell_of(paths[1], "firms_end"): 99})
    reports = {report.file.name: codes(report) for report in load(warehouse, *sorted(paths))}
    assert "K02" in reports["b.xlsx"], "the second quarter was checked against the first"


def test_checking_a_folder_finds_what_loading_it_finds(warehouse, three, tmp_path):
    names = ["c.xlsx", "b.xlsx", "a.xlsx"]
    paths = sorted(told.path.rename(tmp_path / name) for told, name in zip(three, names, strict=True))
    edit(paths[1], "Return", **{cell_of(paths[1], "firms_start"): 99})
    checked = {report.file: codes(report) for report in check_files(warehouse, paths)}
    assert checked == {report.file: codes(report) for report in load(warehouse, *paths)}


def test_checking_changes_nothing(warehouse, three):
    before = dump(warehouse)
    list(check_files(warehouse, [told.path for told in three]))
    assert dump(warehouse) == before


def test_a_correction_replaces_the_facts_and_keeps_what_they_were(warehouse, three, tmp_path):
    load(warehouse, three[0].path)
    better = edit(three[0].path, "Return", tmp_path / "better.xlsx", **{cell_of(three[0].path, "trainees"): 77})
    load(warehouse, better)
    assert facts(warehouse, Q1)["trainees"] == 77
    history = schema.fact_history.c
    old = rows(warehouse, None, history.value, history.version, history.known_from, history.known_to)
    kept = dict(rows(warehouse, None, history.measure, history.value))
    assert kept == three[0].values
    assert {row.version for row in old} == {1}
    assert all(row.known_from <= row.known_to for row in old)
    assert states(warehouse) == ["final", "final"]


def test_a_value_that_a_correction_blanks_is_no_fact_any_more(warehouse, three, tmp_path):
    load(warehouse, three[0].path)
    load(warehouse, edit(three[0].path, "Return", tmp_path / "b.xlsx", **{cell_of(three[0].path, "trainees"): None}))
    assert "trainees" not in facts(warehouse, Q1)


def test_the_first_version_loaded_again_after_a_correction_does_not_come_back(warehouse, three, tmp_path):
    load(warehouse, three[0].path)
    load(warehouse, edit(three[0].path, "Return", tmp_path / "b.xlsx", **{cell_of(three[0].path, "trainees"): 77}))
    before = dump(warehouse)
    load(warehouse, three[0].path)
    assert dump(warehouse) == before


def test_a_rejected_return_is_kept_as_a_version_and_gives_no_facts(warehouse, three):
    edit(three[0].path, "Return", **{cell_of(three[0].path, "firms_end"): 99})
    (report,) = load(warehouse, three[0].path)
    assert report.rejected
    assert states(warehouse) == ["draft"]
    assert facts(warehouse, Q1) == {}
    assert rows(warehouse, schema.roster) == []


def test_a_rejected_correction_leaves_the_accepted_facts(warehouse, three, tmp_path):
    load(warehouse, three[0].path)
    load(warehouse, edit(three[0].path, "Return", tmp_path / "b.xlsx", **{cell_of(three[0].path, "trainees"): "many"}))
    assert facts(warehouse, Q1) == three[0].values
    assert states(warehouse) == ["final", "draft"]


def test_a_return_rejected_for_want_of_the_quarter_before_passes_when_that_is_put_right(warehouse, three, tmp_path):
    wrong = {code: three[0].values[code] + 1 for code in ("firms_start", "firms_end")}
    write_history(tmp_path / "h.xlsx", load_form(), [("R1", Q1, three[0].values | wrong)])
    load(warehouse, tmp_path / "h.xlsx")
    (report,) = load(warehouse, three[1].path)
    assert "K02" in codes(report)
    load(warehouse, three[0].path)
    (report,) = load(warehouse, three[1].path)
    assert not report.rejected
    assert facts(warehouse, Q2) == three[1].values


def test_a_late_file_is_marked_with_the_day_it_came_in(warehouse, three):
    load(warehouse, three[0].path, received={three[0].path.name: date(2025, 5, 5)})
    assert rows(warehouse, None, schema.return_version.c.received) == [(date(2025, 5, 5),)]


def test_a_history_workbook_gives_a_return_for_each_row(warehouse, writer, three):
    path = writer.history([("R1", told.period, told.values) for told in three])
    (report,) = load(warehouse, path)
    assert [(item.base, item.period, item.verdict) for item in report.returns] == [
        ("R1", Q1, "clean"), ("R1", Q2, "clean"), ("R1", Q3, "clean"),
    ]  # fmt: skip
    assert facts(warehouse, Q3) == three[2].values


def test_a_base_registered_after_its_archive_was_loaded_gets_its_rows_by_loading_it_again(warehouse, writer, three):
    path = writer.history([("R1", Q1, three[0].values), ("R9", Q1, three[0].values)])
    load(warehouse, path)
    set_up(warehouse, [entry("R9")], ())
    load(warehouse, path)
    assert facts(warehouse, Q1, "R9") == three[0].values


def test_a_history_that_names_a_base_and_quarter_twice_loads_neither_row(warehouse, writer, three):
    path = writer.history([("R1", Q1, three[0].values), ("R1", Q1, three[0].values | {"trainees": 1.0})])
    (report,) = load(warehouse, path)
    assert "F15" in codes(report)
    assert facts(warehouse, Q1) == {}, "which of the two is right cannot be known"


def test_files_are_found_in_folders_and_excels_lock_files_are_not(tmp_path):
    for name in ("a.xlsx", "sub/b.xlsx", "~$a.xlsx", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in collect([tmp_path, tmp_path / "a.xlsx"])] == ["a.xlsx", "b.xlsx"]


def test_every_fact_points_to_a_version_that_is_accepted(warehouse, three):
    load(warehouse, *(told.path for told in three))
    fact, version = schema.fact.c, schema.return_version.c
    same = (fact.base == version.base) & (fact.period == version.period) & (fact.version == version.version)
    with warehouse.connect() as connection:
        joined = connection.execute(
            select(func.count()).select_from(schema.fact).join(schema.return_version, same)
            .where(version.state == "final")
        ).scalar()  # fmt: skip
        assert joined == connection.execute(select(func.count()).select_from(schema.fact)).scalar()


def test_a_history_may_say_on_which_day_each_return_came_in(warehouse, writer, three, tmp_path):
    came = {("R1", Q1): date(2025, 4, 18), ("R1", Q2): date(2025, 7, 25)}
    told_rows = [("R1", told.period, told.values) for told in three]
    write_history(tmp_path / "h.xlsx", load_form(), told_rows, came)
    load(warehouse, tmp_path / "h.xlsx", received_on=date(2026, 1, 21))
    version = schema.return_version.c
    known = dict(map(tuple, rows(warehouse, None, version.period, version.received)))
    assert known == {Q1: date(2025, 4, 18), Q2: date(2025, 7, 25), Q3: date(2026, 1, 21)}


def test_a_day_of_receipt_that_is_none_is_named_at_its_cell(warehouse, writer, three, tmp_path):
    path = tmp_path / "h.xlsx"
    write_history(path, load_form(), [("R1", Q1, three[0].values)], {("R1", Q1): date(2025, 4, 18)})
    last = openpyxl.load_workbook(path)["History"].max_column
    place = f"{column_letters(last - 1)}2"
    edit(path, "History", **{place: "soon"})
    (report,) = load(warehouse, path)
    assert [(finding.code, finding.cell) for finding in report.returns[0].findings] == [("F16", place)]
