"""The thresholds of the verdicts as the method's file has them: each with its name and the source it comes from."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from etl.catalogue import Entry, Text
from indicators.verdicts.decline import FURTHEST


class Setting(Entry):
    """One threshold."""

    value: float
    name: Text
    source: Text


@dataclass(frozen=True)
class Range:
    """Between which numbers, themselves included, a threshold can be set."""

    least: float
    most: float
    whole: bool = False

    def holds(self, value: float) -> bool:
        return self.least <= value <= self.most and not (self.whole and value != int(value))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, setting: Setting) -> Setting:
        if not self.holds(setting.value):
            raise ValueError(
                f"must {'be a whole number' if self.whole else 'lie'} from {self.least:g} to {self.most:g}"
            )
        return setting


Share = Annotated[Setting, Range(0, 100)]
Count = Annotated[Setting, Range(1, 1000, whole=True)]
Running = Annotated[Setting, Range(2, 3, whole=True)]
"""Quarters running: never one, since one bad quarter alone is never red."""
Quarters = Annotated[Setting, Range(1, 4, whole=True)]
Spread = Annotated[Setting, Range(0, 100)]
"""How many times the usual ups and downs."""

Fall = Annotated[Setting, Range(0, FURTHEST)]

TOP_AND_NEXT = 95
"""Per cent of a type that grades A and B may take together: C, the rest, is not to vanish."""


class VerdictSettings(Entry):
    """How lamps and grades are given. Counts are of quarters, pillars, floors, years; shares in %."""

    running: Running
    missed_running: Running
    yellow_pillars: Count
    yellow_floors: Count
    composite_below: Share
    pillars_weak: Count
    floors_missed: Count
    own_fall: Fall
    least_quarters: Quarters
    top: Share
    next: Share
    agreement: Share
    decline_red: Spread
    decline_yellow: Spread
    improvement: Spread
    least_indicators: Count
    least_peers: Count
    size: str = Field(min_length=1)
    """A formula: how large a base is. Small bases have larger ups and downs."""

    @model_validator(mode="after")
    def _leaves_a_rest(self) -> "VerdictSettings":
        if self.top.value + self.next.value > TOP_AND_NEXT:
            raise ValueError(f"top and next together must be at most {TOP_AND_NEXT}, so that some are left for grade C")
        return self

    @property
    def thresholds(self) -> dict[str, Setting]:
        """All that have a source, in their order."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: setting for name, setting in found.items() if isinstance(setting, Setting)}

    @classmethod
    def ranges(cls) -> dict[str, Range]:
        """Of each threshold, between which numbers it can be set."""
        return {
            name: part for name, field in cls.model_fields.items() for part in field.metadata if isinstance(part, Range)
        }

    def changed(self, **values: float) -> "VerdictSettings":
        """The same with other numbers: changed(composite_below=30). An unknown name raises KeyError, a number out of
        its range pydantic's ValidationError."""
        thresholds = self.thresholds
        stored = self.model_dump()
        for name, value in values.items():
            stored[name] = {**thresholds[name].model_dump(), "value": value}
        return type(self).model_validate(stored)
