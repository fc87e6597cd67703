"""Annotating from the command line, and what LibreOffice makes of an annotated workbook."""

import json
import re
import shutil

import pytest

from etl.annotate import annotate
from etl.findings_sheet import ERROR_COLOUR
from etl.form import load_form
from etl.load import check_files
from tests.builders import edit
from tests.etl.annotating import Q1, at_fault, colour, opened, path, read, sent  # noqa: F401 (fixtures)
from tests.office import require_office, saved_by_office

# The command


def test_the_command_writes_a_copy_beside(call, path, warehouse, tmp_path):  # noqa: F811
    at_fault(path, warehouse)
    before, folder = path.read_bytes(), tmp_path / "new" / "out"
    status, out, err = call("check", path, "--annotate", folder)
    assert status == 1
    assert f"annotated in {folder / 'R1-2025Q1-findings.xlsx'}" in out
    assert err == ""
    assert path.read_bytes() == before
    assert opened((folder / "R1-2025Q1-findings.xlsx").read_bytes()).sheetnames[0] == "Findings"


def test_files_of_one_name_and_copies_sent_again_get_names_of_their_own(call, path, warehouse, tmp_path):  # noqa: F811
    at_fault(path, warehouse)
    other, folder = tmp_path / "other", tmp_path / "out"
    other.mkdir()
    shutil.copy(path, other)
    call("check", path, other, "--annotate", folder)
    names = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert names.keys() == {"R1-2025Q1-findings.xlsx", "R1-2025Q1-findings-2.xlsx"}
    call("check", folder / "R1-2025Q1-findings-2.xlsx", "--annotate", folder)
    assert {file.name for file in folder.iterdir()} == {*names, "R1-2025Q1-findings-3.xlsx"}
    assert all((folder / name).read_bytes() == content for name, content in names.items())


def test_json_stays_json_and_a_clean_file_gets_no_copy(call, path, warehouse, tmp_path):  # noqa: F811
    status, _, _ = call("check", path, "--annotate", tmp_path / "out")
    assert (status, (tmp_path / "out").exists()) == (0, False)
    at_fault(path, warehouse)
    _, out, err = call("check", path, "--json", "--annotate", tmp_path / "out")
    assert [json.loads(line)["verdict"] for line in out.splitlines()] == ["rejected"]
    assert "annotated in" in err


def test_the_command_says_what_cannot_be_annotated(call, warehouse, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"nothing")
    status, _, err = call("check", broken, "--annotate", tmp_path / "out")
    assert status == 1
    assert len(err.splitlines()) == 1
    assert "broken.xlsx: cannot be annotated" in err
    assert not (tmp_path / "out").exists()


# LibreOffice


@pytest.mark.office
def test_marks_and_values_survive_libreoffice_and_are_taken_away_after_it(path, warehouse, tmp_path):  # noqa: F811
    require_office()
    clean = opened(path.read_bytes())["Return"]
    report, place = at_fault(path, warehouse)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(annotate(path.read_bytes(), report.returns, load_form()) or b"")
    (tmp_path / "saved").mkdir()
    (file,) = saved_by_office([copy], tmp_path / "saved", tmp_path / "office")
    saved = file.read_bytes()
    book = opened(saved)
    assert "firms" in book["Return"][place].comment.text.lower()
    assert colour(book["Return"][place]) == ERROR_COLOUR
    places = [cell.hyperlink.location for line in book.worksheets[0] for cell in line if cell.hyperlink]
    assert any(
        location.replace("'", "").replace("$", "") in (f"Return!{place}", f"Return.{place}") for location in places
    )
    before, after = read(path.read_bytes()), read(saved)
    assert (before[0].entries, before[0].roster, before[0].findings) == (
        after[0].entries, after[0].roster, after[0].findings,
    )  # fmt: skip
    again = annotate(saved, after, load_form())
    assert again is not None
    cell = opened(again)["Return"][place]
    assert (colour(cell), cell.comment) == (colour(clean[place]), None)


@pytest.mark.office
def test_a_query_on_a_firm_is_answered_where_its_comment_says_after_libreoffice(warehouse, writer, tmp_path):
    require_office()
    told = next(writer.quarters("R1", "regional", (Q1,), size=400))
    told.roster[300]["industry_code"] = "Z99"
    form = writer.form_of("R1", Q1, told.values, told.roster)
    (report,) = check_files(warehouse, [form])
    (query,) = [finding for finding in report.returns[0].findings if finding.sheet == "Roster"]
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(annotate(form.read_bytes(), report.returns, load_form()) or b"")
    (tmp_path / "saved").mkdir()
    (file,) = saved_by_office([copy], tmp_path / "saved", tmp_path / "office")
    comment = opened(file.read_bytes())["Roster"][query.cell].comment.text
    (place,) = re.findall(r"write the reason in ([A-Z]+\d+)", comment)
    edit(file, "Roster", **{place: "跨行业企业"})
    (report,) = check_files(warehouse, [file])
    (query,) = [finding for finding in report.returns[0].findings if finding.sheet == "Roster"]
    assert (query.code, query.answer, query.open) == ("R06", "跨行业企业", False)
