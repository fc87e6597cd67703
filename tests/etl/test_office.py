"""A form filled by openpyxl and saved by LibreOffice, as a reporter without Excel would: the same values and verdict."""

import os
import re
import shutil
import subprocess
import zipfile

import pytest

from tests.builders import cell_of, codes, edit, facts_of, load
from tests.etl.annotating import annotated, finding
from tests.etl.test_annotate_carried import illustrated, workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.office


@pytest.fixture
def resaved(tmp_path):
    if SOFFICE is None:
        if os.environ.get("BASEWATCH_REQUIRE_OFFICE") == "1":
            pytest.fail("BASEWATCH_REQUIRE_OFFICE=1, but there is no LibreOffice")
        pytest.skip("LibreOffice is not installed")

    def resaved(path):
        """The workbook as LibreOffice saves it."""
        out = tmp_path / "office"
        command = [SOFFICE, f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", "--norestore",
                   "--convert-to", "xlsx", "--outdir", str(out), str(path)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return out / path.name

    return resaved


def test_a_form_saved_by_libreoffice_loads_with_the_same_values_and_verdict(warehouse, writer, resaved):
    told = next(writer.quarters("R1", "regional", ("2025Q1",)))
    cell = cell_of(told.path, "trainees")
    edit(told.path, "Return", **{cell: "=20+22", cell_of(told.path, "trainees", "answer"): "counted twice: 1,5 % 误差"})
    (report,) = load(warehouse, resaved(told.path))
    assert codes(report) == []
    assert facts_of(warehouse, "R1", "2025Q1") == told.values | {"trainees": 42}
    assert report.returns[0].entries["trainees"].answer == "counted twice: 1,5 % 误差"
    (item,) = report.returns
    roster = item.roster
    for i, firm in enumerate(told.roster):
        assert {code: roster.columns[code][i] for code in firm} == firm


def test_an_error_cell_survives_libreoffice_as_an_error(warehouse, writer, resaved):
    told = next(writer.quarters("R1", "regional", ("2025Q1",)))
    cell = cell_of(told.path, "trainees")
    edit(told.path, "Return", **{cell: "=1/0"})
    (report,) = load(warehouse, resaved(told.path))
    assert [(f.code, f.cell) for f in report.returns[0].findings] == [("F13", cell)]


def test_pictures_and_charts_of_an_annotated_workbook_are_there_for_libreoffice(resaved, tmp_path):
    path = tmp_path / "annotated.xlsx"
    path.write_bytes(annotated(annotated(workbook(illustrated), finding("B5")), finding("B5")))
    with zipfile.ZipFile(resaved(path)) as archive:
        names = archive.namelist()
    assert len([name for name in names if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]) == 3
    assert [name for name in names if name.startswith("xl/media/")]
