"""Another programme: other measures, indicators, types, regions and names, and the whole product works, pages included.

The form and the definitions are read once a process, so the tests of the other programme run in one of their own, with
the settings that a ministry would give: see journey.py.
"""

import os
import subprocess
import sys

import pytest

from etl.config import ROOT

DATA = ROOT / "tests" / "data" / "small_programme"


@pytest.mark.long
def test_the_whole_product_works_for_another_programme():
    settings = {
        "FORM_DIR": str(DATA / "form"),
        "DEFINITIONS_DIR": str(DATA / "definitions"),
        "METHOD_FILE": str(DATA / "method.yml"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/other_programme/journey.py"],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
