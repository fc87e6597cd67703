"""A copy of the definitions and the method that a test edits, as the programme's owner would."""

import re
import shutil
from pathlib import Path

from etl.config import settings
from indicators import definition


class CatalogueCopy:
    """In force as long as the fixture `catalogue_copy` lasts; every edit is at once."""

    def __init__(self, folder: Path):
        self.definitions, self.method = folder / "definitions", folder / "method.yml"
        shutil.copytree(settings().definitions_dir, self.definitions)
        shutil.copy(settings().method_file, self.method)

    def weigh(self, code: str, weight: float) -> None:
        self.replace(code, r"(?m)^weight: .*$", f"weight: {weight}")

    def replace(self, code: str, pattern: str, by: str) -> None:
        """Another text in an indicator's definition."""
        _replace(self.definitions / f"{code}.yml", pattern, by)

    def remove(self, *codes: str) -> None:
        for code in codes:
            (self.definitions / f"{code}.yml").unlink()
        _read_again()

    def remove_pillar(self, code: str, indicators: list[str]) -> None:
        """A bonus pillar with its indicators."""
        self.remove(*indicators)
        _replace(self.method, rf"(?m)^  - code: {code}\n(    .*\n)+", "")


def _replace(path: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")
    _read_again()


def _read_again() -> None:
    """A folder is read once only."""
    definition._load.cache_clear()
