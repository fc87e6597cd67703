"""LibreOffice for tests: opens workbooks without a screen, calculates every formula anew, and saves them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
REQUIRED = os.environ.get("BASEWATCH_REQUIRE_OFFICE") == "1"

# 0: formulas are always calculated when a file is opened, whoever wrote it.
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def require_office() -> None:
    """Skips the test where there is no LibreOffice, with the reason; where it must be there, fails."""
    if SOFFICE is None:
        if REQUIRED:
            pytest.fail("LibreOffice is required here and is not installed")
        pytest.skip("LibreOffice is not installed")


def saved_by_office(paths: list[Path], out: Path, profile: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them after calculating every formula."""
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_RECALCULATE, encoding="utf-8")
    command = [SOFFICE, "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", out, *paths], check=True, capture_output=True, timeout=300)
    return [out / path.name for path in paths]
