"""A copy of the definitions and the method that a test edits, as the programme's owner would."""

import re
import shutil
from pathlib import Path

import yaml

from etl.config import settings
from indicators import definition

OTHER = {"en": "Rewritten", "zh": "改写", "unit": "改写的单位"}
"""By which what was rewritten is found again."""


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

    def rewrite(self) -> None:
        """Every definition becomes another: names, units, directions, weights and formulas of the indicators, and what
        the method names. Codes, pillars and types stay."""
        for path in self.definitions.glob("*.yml"):
            one = yaml.safe_load(path.read_text(encoding="utf-8"))
            one["name"], one["why"] = _other(path.stem, "name"), _other(path.stem, "why")
            one["unit"], one["weight"] = OTHER["unit"], 3 * one["weight"] + 1
            one["direction"] = {"up": "down", "down": "up"}.get(one["direction"], one["direction"])
            one["numerator"] = f"{one['numerator']} + {one['numerator']}"
            if "basis" in one:
                one["basis"] = _other(path.stem, "basis")
            path.write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
        method = yaml.safe_load(self.method.read_text(encoding="utf-8"))
        for entry in (*method["pillars"], method["index"], *method["headlines"]):
            entry["name"] = _other(entry["code"], "name")
        for headline in method["headlines"]:
            headline["unit"] = OTHER["unit"]
        method["certainty"] |= {"interval": [10, 90], "replications": 777}
        self.method.write_text(yaml.safe_dump(method, allow_unicode=True), encoding="utf-8")
        _read_again()

    def remove(self, *codes: str) -> None:
        for code in codes:
            (self.definitions / f"{code}.yml").unlink()
        _read_again()

    def remove_pillar(self, code: str, indicators: list[str]) -> None:
        """A bonus pillar with its indicators."""
        self.remove(*indicators)
        _replace(self.method, rf"(?m)^  - code: {code}\n(    .*\n)+", "")


def _other(code: str, field: str) -> dict[str, str]:
    return {language: f"{OTHER[language]} {field} {code}" for language in ("en", "zh")}


def _replace(path: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")
    _read_again()


def _read_again() -> None:
    """A folder is read once only."""
    definition._load.cache_clear()
