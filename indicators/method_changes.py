"""What differs between two methods: indicators, settings, and what bases are asked. In words, from the two catalogues."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from etl.catalogue import Text
from etl.form import Form
from indicators import method_words
from indicators.definition import Definitions, Indicator

T = TypeVar("T")
NOTHING = Text(en="–", zh="–")
INDICATOR, SETTING, MEASURE, CHECK = "indicator", "setting", "measure", "check"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class MethodChange:
    """One thing that is not as it was. `kind`: what it is; `field`: what of it ("weight"), empty where the whole came
    or went; `before` and `after`: as they are read."""

    kind: str
    what: str
    code: str
    name: Text
    field: str = ""
    before: Text = NOTHING
    after: Text = NOTHING


@dataclass(frozen=True)
class Catalogue:
    """The form and the definitions of one publication."""

    form: Form
    definitions: Definitions


def method_changes(before: Catalogue, after: Catalogue) -> tuple[MethodChange, ...]:
    """Everything that differs, indicators first, each kind in the order of its codes."""
    return (*_indicators(before, after), *_settings(before, after), *_form(before, after))


def _same(text: str) -> Text:
    return Text(en=text, zh=text)


READ: Mapping[str, Callable[[Indicator], Text]] = {
    "name": lambda one: one.name,
    "formula": lambda one: _same(one.formula),
    "unit": lambda one: _same(one.unit),
    "direction": lambda one: _same(one.direction),
    "weight": lambda one: _same(f"{one.weight:g}"),
    "floor": lambda one: method_words.floor_in_words(one.floor),
    "alone": lambda one: method_words.YES if one.alone else method_words.NO,
    "zero_denominator": lambda one: _same(one.zero_denominator),
    "base_types": lambda one: _same(", ".join(one.base_types)),
    "pillar": lambda one: _same(one.pillar),
    "paragraphs": lambda one: _same(", ".join(one.paragraphs) or "–"),
    "why": lambda one: one.why,
    "basis": lambda one: one.basis or NOTHING,
    "funnel": lambda one: _same(one.funnel or "–"),
    "reviewed": lambda one: _same(f"{one.reviewed:%Y-%m-%d}" if one.reviewed else "–"),
}
"""Every field of an indicator, as it is read."""


def _indicators(before: Catalogue, after: Catalogue) -> Iterator[MethodChange]:
    old, new = before.definitions.indicators, after.definitions.indicators
    for what, code, one in _come_and_gone(old, new):
        yield MethodChange(INDICATOR, what, code, one.name)
    for code in sorted(old.keys() & new.keys()):
        for field, read in READ.items():
            then, now = read(old[code]), read(new[code])
            if then != now:
                yield MethodChange(INDICATOR, CHANGED, code, new[code].name, field, then, now)


def _settings(before: Catalogue, after: Catalogue) -> Iterator[MethodChange]:
    old, new = (
        {line.key: line for group in method_words.settings(one.definitions) for line in group.lines}
        for one in (before, after)
    )
    for what, key, line in _come_and_gone(old, new):
        then, now = (NOTHING, line.value) if what == ADDED else (line.value, NOTHING)
        yield MethodChange(SETTING, what, key, line.name, "", then, now)
    for key in sorted(old.keys() & new.keys()):
        if old[key].value != new[key].value:
            yield MethodChange(SETTING, CHANGED, key, new[key].name, "", old[key].value, new[key].value)


def _form(before: Catalogue, after: Catalogue) -> Iterator[MethodChange]:
    """Measures and checks that came, went or are not what they were; in which of their words, their files tell."""
    for kind, old, new in (
        (MEASURE, before.form.measures, after.form.measures),
        (CHECK, before.form.checks, after.form.checks),
    ):
        for what, code, one in _come_and_gone(old, new):
            yield MethodChange(kind, what, code, one.name)
        for code in sorted(old.keys() & new.keys()):
            if old[code] != new[code]:
                yield MethodChange(kind, CHANGED, code, new[code].name)


def _come_and_gone(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[str, str, T]]:
    for code in sorted(new.keys() - old.keys()):
        yield ADDED, code, new[code]
    for code in sorted(old.keys() - new.keys()):
        yield REMOVED, code, old[code]
