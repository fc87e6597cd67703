"""The return form as data: what is asked of whom, the roster, the checks, the provinces. Loads and checks form/*.yml."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from etl import formula as language
from etl.catalogue import Entry, Location, Mistakes, Text, YamlFile
from etl.config import settings

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]

MONEY_TOLERANCE = 0.005
"""Money has two decimals; values closer than this are equal. Counts are exact."""


class Named(Entry):
    code: str = Field(min_length=1, max_length=40)
    name: Text


class Programme(Entry):
    """What the programme is called, and the words of its form."""

    name: Text
    cover_sheet: Literal["none", "asked", "required"] = "none"
    types: list[Named] = Field(min_length=1)
    sections: list[Named] = Field(min_length=1)
    units: list[Named] = []
    paragraphs: list[Named] = []


BELOW = {"en": ("of which", "same,"), "zh": ("其中",)}
"""How a name begins that is only understood below the name of its whole."""


class Part(Entry):
    """What may be a part of another one in the same list, as "of which veterans" is of the hires."""

    code: Code
    name: Text
    part_of: Code | None = None
    _whole: Text | None = PrivateAttr(None)

    @property
    def full_name(self) -> Text:
        """The name as it is understood alone: "New hires · of which veterans"."""
        return Text(en=self._alone("en"), zh=self._alone("zh"))

    def _alone(self, language: str) -> str:
        name = self.name[language]
        if self._whole is None or not name.startswith(BELOW[language]):
            return name
        return f"{self._whole[language]}{' · ' if language == 'en' else '·'}{name}"


class Measure(Part):
    """One number that a base reports each quarter."""

    section: str
    unit: str = ""
    timing: Literal["stock", "flow", "year_to_date"]
    value_type: Literal["count", "amount", "area"]
    min: float = 0
    max: float
    base_types: list[str] = Field(min_length=1)
    paragraphs: list[str] = []
    why: Text | None = None
    guide: Text | None = None

    @property
    def tolerance(self) -> float:
        return MONEY_TOLERANCE if self.value_type == "amount" else 0.0


class Choice(Entry):
    code: str
    name: Text


class Total(Entry):
    """The measure that a roster column adds up to."""

    measure: Code
    over: Literal["all", "incubating"]
    count: list[str] | None = None
    """Count the rows that hold one of these; without it the column is summed."""


class RosterColumn(Part):
    """One column of the roster, which has a row for every firm that was in the base during the quarter."""

    unit: str = ""
    value_type: Literal["text", "date", "choice", "count", "amount", "yes_no"]
    choices: list[Choice] = []
    required: bool = False
    required_unless: dict[str, str] = {}
    finance: bool = False
    constant: bool = False
    """What stays the same while the firm is in the base: it is carried over into the next quarter's form."""
    note: Text | None = None
    totals: list[Total] = []


class Check(Entry):
    """Something that must hold of a return: a formula, or a named rule with parameters."""

    code: str = Field(pattern=r"^[A-Z]\d\d[a-z]?$")
    severity: Literal["error", "query"]
    name: Text
    formula: str | None = None
    rule: str | None = None
    parameters: dict[str, Any] = {}
    remembered_within: float | None = Field(None, ge=0)
    """Of a query: a reason that was accepted is remembered while the number it is about stays within this share of
    it, and what is no number stays the same. Without it each quarter is asked anew."""
    advice: Text
    note: Text | None = None

    @cached_property
    def tree(self) -> language.Node:
        return language.parse(self.formula or "")


class Region(Entry):
    code: Code
    name: Text


class Province(Entry):
    code: Code
    name: Text
    region: str
    tile: tuple[int, int]
    """Row and column in the tile-grid map."""


@dataclass(frozen=True, eq=False)  # one catalogue is equal only to itself, so what follows from it can be cached
class Form:
    """The whole form. Mappings keep the order of the files."""

    programme: Programme
    types: dict[str, Named]
    sections: dict[str, Named]
    units: dict[str, Named]
    paragraphs: dict[str, Named]
    measures: dict[str, Measure]
    roster: dict[str, RosterColumn]
    checks: dict[str, Check]
    regions: dict[str, Region]
    provinces: dict[str, Province]

    def measures_of(self, base_type: str) -> list[Measure]:
        """What is asked of a base of that type, in the form's order."""
        return [measure for measure in self.measures.values() if base_type in measure.base_types]

    def roster_of(self, base_type: str) -> list[RosterColumn]:
        """The roster's columns for that type: without those that add up only to measures it is not asked for."""
        asked = {measure.code for measure in self.measures_of(base_type)}
        return [c for c in self.roster.values() if not c.totals or any(t.measure in asked for t in c.totals)]

    def unit(self, code: str) -> Text:
        """The unit in both languages; a unit without an entry is its own name."""
        return self.units[code].name if code in self.units else Text(en=code or "–", zh=code or "–")

    @cached_property
    def firm_key(self) -> str | None:
        """The roster's column that names a firm: the first that must be filled."""
        return next((column.code for column in self.roster.values() if column.required), None)

    @cached_property
    def carried(self) -> dict[str, str]:
        """Measures that an error check says must equal another one's value of last quarter: measure → that other."""
        found = {}
        for check in self.checks.values():
            match check.formula and check.severity == "error" and check.tree:
                case language.Comparison(
                    "==", language.Measure(code), language.Window("lag1", language.Measure(earlier))
                ):
                    found[code] = earlier
        return found

    @cached_property
    def tolerances(self) -> dict[str, float]:
        return {code: measure.tolerance for code, measure in self.measures.items()}


def load_form(folder: Path | None = None) -> Form:
    """The form in `folder` (default: the configured one). Raises CatalogueError with every mistake in every file."""
    return _load(folder or settings().form_dir)


@cache
def _load(folder: Path) -> Form:
    mistakes = Mistakes()
    programme_file, measure_file, roster_file, check_file, region_file = (
        mistakes.read(folder / f"{name}.yml") for name in ("programme", "measures", "roster", "checks", "regions")
    )
    programme = mistakes.validate(Programme, programme_file) if programme_file.data is not None else None
    measures = mistakes.validate_list(Measure, measure_file)
    roster = mistakes.validate_list(RosterColumn, roster_file)
    checks = mistakes.validate_list(Check, check_file)
    regions = mistakes.validate_list(Region, region_file, ("regions",))
    provinces = mistakes.validate_list(Province, region_file, ("provinces",))
    for file, entries in (
        (measure_file, measures),
        (roster_file, roster),
        (check_file, checks),
        (region_file, regions),
        (region_file, provinces),
    ):
        _check_distinct(mistakes, file, entries)
    _join_parts(mistakes, measure_file, measures)
    _join_parts(mistakes, roster_file, roster)
    codes = {measure.code for _, measure in measures}
    if programme:
        for key in ("types", "sections", "units", "paragraphs"):
            entries = [((key, i), entry) for i, entry in enumerate(getattr(programme, key))]
            _check_distinct(mistakes, programme_file, entries)
        _check_measures(mistakes, measure_file, measures, programme)
    for where, column in roster:
        for i, total in enumerate(column.totals):
            if total.measure not in codes:
                mistakes.add(roster_file, (*where, "totals", i, "measure"), f"there is no measure {total.measure!r}")
    for where, check in checks:
        _check_check(mistakes, check_file, where, check, codes)
    known_regions, tiles = {region.code for _, region in regions}, {}
    for where, province in provinces:
        if (neighbour := tiles.setdefault(province.tile, province.code)) != province.code:
            mistakes.add(region_file, (*where, "tile"), f"the tile {list(province.tile)} is that of {neighbour} too")
        if province.region not in known_regions:
            mistakes.add(region_file, (*where, "region"), f"there is no region {province.region!r}")
    mistakes.settle()
    assert programme is not None
    return Form(
        programme=programme,
        types=_by_code(programme.types),
        sections=_by_code(programme.sections),
        units=_by_code(programme.units),
        paragraphs=_by_code(programme.paragraphs),
        measures=_by_code(entry for _, entry in measures),
        roster=_by_code(entry for _, entry in roster),
        checks=_by_code(entry for _, entry in checks),
        regions=_by_code(entry for _, entry in regions),
        provinces=_by_code(entry for _, entry in provinces),
    )


def _by_code(entries: Iterable) -> dict[str, Any]:
    return {entry.code: entry for entry in entries}


def _check_distinct(mistakes: Mistakes, file: YamlFile, entries: list[tuple[Location, Any]]) -> None:
    first: dict[str, Location] = {}
    for where, entry in entries:
        if entry.code in first:
            line = file.line((*first[entry.code], "code"))
            mistakes.add(file, (*where, "code"), f"{entry.code!r} stands here a second time, first on line {line}")
        first.setdefault(entry.code, where)


def _join_parts(mistakes: Mistakes, file: YamlFile, entries: list[tuple[Location, Any]]) -> None:
    """Tells each part the name of its whole. One that is only understood below its whole must name it."""
    names = {entry.code: entry.name for _, entry in entries if entry.part_of is None}
    for where, entry in entries:
        if entry.part_of is not None and entry.part_of not in names:
            mistakes.add(
                file, (*where, "part_of"), f"there is no whole {entry.part_of!r} that {entry.code!r} is part of"
            )
        elif entry.part_of is not None:
            entry._whole = names[entry.part_of]
        elif any(entry.name[language].startswith(BELOW[language]) for language in ("en", "zh")):
            mistakes.add(file, (*where, "name"), f"{entry.name.en!r} is part of something; name it with part_of")


def _check_measures(mistakes: Mistakes, file: YamlFile, measures: list, programme: Programme) -> None:
    types, sections = _by_code(programme.types), _by_code(programme.sections)
    reserved = {*language.FUNCTIONS, *language.WINDOWS, language.QUARTER}
    for where, measure in measures:
        for i, base_type in enumerate(measure.base_types):
            if base_type not in types:
                mistakes.add(file, (*where, "base_types", i), f"there is no base type {base_type!r}")
        if measure.section not in sections:
            mistakes.add(file, (*where, "section"), f"there is no section {measure.section!r}")
        if measure.min > measure.max:
            mistakes.add(file, (*where, "min"), f"min {measure.min:g} is above max {measure.max:g}")
        if measure.code in reserved:
            mistakes.add(file, (*where, "code"), f"{measure.code!r} is a word of the formula language; choose another")


def _check_check(mistakes: Mistakes, file: YamlFile, where: Location, check: Check, codes: set[str]) -> None:
    if check.remembered_within is not None and check.severity != "query":
        mistakes.add(file, (*where, "remembered_within"), f"{check.code}: only a query has a reason to remember")
    if (check.formula is None) == (check.rule is None):
        mistakes.add(file, where, f"{check.code}: give either a formula or a rule")
    elif check.formula is not None:
        tree = parse_formula(mistakes, file, (*where, "formula"), check.formula, codes)
        if tree is not None and not language.is_condition(tree):
            mistakes.add(file, (*where, "formula"), f"{check.code}: a check is a comparison, such as a <= b")
    else:
        _check_rule(mistakes, file, where, check, codes)


def _check_rule(mistakes: Mistakes, file: YamlFile, where: Location, check: Check, codes: set[str]) -> None:
    from etl.rules import RULES  # not above: NumPy comes with them, and a process that only reads files needs neither

    if check.rule not in RULES:
        known = ", ".join(RULES)
        mistakes.add(file, (*where, "rule"), f"there is no rule {check.rule!r}; there are {known}")
    else:
        for text in RULES[check.rule].problems(check.parameters, codes):
            mistakes.add(file, (*where, "parameters"), text)


def parse_formula(
    mistakes: Mistakes, file: YamlFile, where: Location, text: str, codes: set[str]
) -> language.Node | None:
    """The formula's tree, or None with the mistake added: a text that is no formula, or a name that is no measure."""
    try:
        tree = language.parse(text)
    except language.FormulaError as error:
        mistakes.add(file, where, f"{text!r}: {error}")
        return None
    unknown = [code for code in language.measures(tree) if code not in codes]
    for code in unknown:
        mistakes.add(file, where, f"{text!r}: there is no measure {code!r}")
    return None if unknown else tree
