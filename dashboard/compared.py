"""What a comparison side by side is of: two to six bases, or provinces and regions, each with its values and marks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dashboard import numbers, urls
from dashboard.mark_words import mark_of
from dashboard.urls import State
from dashboard.view import View
from etl.form import load_form
from indicators import repository
from indicators.definition import Indicator
from indicators.repository import Area, GroupValue, Member, Publication, Spread
from indicators.repository.marks import BETTER, CONTEXT, QUARTER, SHOWN, SIMILAR, UNKNOWN, WORSE, Marks, marks, readings
from indicators.repository.spread import SHARES, percentiles, side_of_middle
from indicators.scope import PROVINCE, REGION

FEWEST, MOST = 2, 6
LETTERS = "ABCDEF"
"""How each is called in charts and sentences."""


@dataclass(frozen=True)
class Told:
    """One indicator of one of them. `by`: how its mark came about; `why`: in words, why there is no value; `note`: what
    the value rests on; `href`: where it is explained."""

    value: float | None
    mark: str
    by: str
    why: str = ""
    note: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Subject:
    letter: str
    code: str
    name: str
    href: str
    cells: Mapping[str, Told]

    @property
    def place(self) -> int:
        return LETTERS.index(self.letter)


@dataclass(frozen=True)
class Compared:
    """`codes`: the indicators that one of them has; `spreads`: how the peers of all of them are spread, where they have
    the same peers; `reference`: the whole country's value."""

    subjects: tuple[Subject, ...]
    codes: tuple[str, ...]
    spreads: Mapping[str, Spread]
    reference: Mapping[str, float]


def of_bases(shown: View, publication: Publication, members: Mapping[str, Member]) -> Compared:
    """Each base among the peers of its own type."""
    types = list(dict.fromkeys(member.type for member in members.values()))
    judged: dict[str, Marks] = {kind: shown.ask(marks, publication, kind) for kind in types}
    rest = shown.ask(readings, publication, tuple(members)) if members else {}
    has = {column.code for found in judged.values() for column in found.columns}
    subjects = []
    for letter, (code, member) in zip(LETTERS, members.items(), strict=False):
        found = judged[member.type]
        row, cells = found.bases.index(code), {}
        for place, column in enumerate(found.columns):
            number = float(found.value[row, place])
            reading = rest.get((code, column.code))
            why = shown.say(f"why.{reading.why}") if reading and reading.why else shown.say("count.no_value")
            href = urls.explain_path(code, publication.period, column.code, publication.code)
            value = None if np.isnan(number) else number
            cells[column.code] = Told(value, mark_of(found, row, place), column.by, why, href=href)
        address = urls.build(urls.base_path(code), State(period=publication.period))
        subjects.append(Subject(letter, code, member.name[shown.language], address, cells))
    alike = judged[types[0]].columns if len(types) == 1 else ()
    spreads = {column.code: column.spread for column in alike if column.spread}
    codes = tuple(code for code in shown.definitions(publication).indicators if code in has)
    return Compared(tuple(subjects), codes, spreads, {})


def of_areas(shown: View, publication: Publication, type_code: str, codes: tuple[str, ...]) -> Compared:
    """Provinces and regions by their guarded sums; a province is held against the other provinces where the viewer may
    see them all."""
    definitions, form, language = shown.definitions(publication), load_form(), shown.language
    wanted = tuple(
        code for code, indicator in definitions.indicators.items() if type_code in ("", *indicator.base_types)
    )
    places = {code: Area(PROVINCE if code in form.provinces else REGION, code) for code in codes}
    found = shown.ask(repository.areas, publication, wanted, type_code, (*places.values(), Area()))
    spreads = _spread_of_provinces(shown, publication, wanted, type_code)
    subjects = []
    for letter, (code, area) in zip(LETTERS, places.items(), strict=False):
        cells = {
            key: _of_area(shown, definitions.indicators[key], found[key].get(area), area, spreads.get(key))
            for key in wanted
        }
        name = (form.provinces if area.kind == PROVINCE else form.regions)[code].name[language]
        subjects.append(Subject(letter, code, name, urls.region_path(code), cells))
    ratios = [key for key in wanted if definitions.indicators[key].denominator]  # the country's sum is on another scale
    nation = {key: value.value for key in ratios if (value := found[key].get(Area())) and value.value is not None}
    return Compared(tuple(subjects), wanted, spreads, nation)


def _spread_of_provinces(
    shown: View, publication: Publication, wanted: tuple[str, ...], type_code: str
) -> dict[str, Spread]:
    if not shown.scope.everywhere:
        return {}
    every = tuple(Area(PROVINCE, code) for code in load_form().provinces)
    found = shown.ask(repository.areas, publication, wanted, type_code, every)
    spreads = {}
    for code in wanted:
        values = [value.value for value in found[code].values() if value.value is not None]
        if points := percentiles(values, SHARES):
            spreads[code] = Spread(len(values), *points)
    return spreads


def _of_area(shown: View, indicator: Indicator, found: GroupValue | None, area: Area, spread: Spread | None) -> Told:
    if found is None or found.value is None:
        why = shown.say("count.hidden" if found and found.hidden else "count.no_value")
        return Told(None, UNKNOWN if indicator.scored else CONTEXT, QUARTER, why)
    n = f"{numbers.plain(found.bases)}/{numbers.plain(found.expected)}"
    if not indicator.scored or area.kind != PROVINCE or spread is None:
        return Told(found.value, CONTEXT, SHOWN, note=n)
    side = side_of_middle(found.value, spread.p25, spread.p75, indicator.direction)
    return Told(found.value, BETTER if side > 0 else WORSE if side < 0 else SIMILAR, QUARTER, note=n)
