"""The thresholds of the verdicts as the method's file has them: each with its name and the source it comes from."""

from typing import Annotated

from pydantic import AfterValidator, Field

from etl.catalogue import Entry, Text
from indicators.verdicts.decline import FURTHEST


class Setting(Entry):
    """One threshold."""

    value: float
    name: Text
    source: Text


def _from_to(least: float, most: float, whole: bool = False) -> AfterValidator:
    def check(setting: Setting) -> Setting:
        if not least <= setting.value <= most:
            raise ValueError(f"must lie from {least:g} to {most:g}")
        if whole and setting.value != int(setting.value):
            raise ValueError("must be a whole number")
        return setting

    return AfterValidator(check)


Share = Annotated[Setting, _from_to(0, 100)]
Count = Annotated[Setting, _from_to(1, 1000, whole=True)]
Running = Annotated[Setting, _from_to(2, 3, whole=True)]
"""Quarters running: never one, since one bad quarter alone is never red."""
Quarters = Annotated[Setting, _from_to(1, 4, whole=True)]
Spread = Annotated[Setting, _from_to(0, 100)]
"""How many times the usual ups and downs."""

Fall = Annotated[Setting, _from_to(0, FURTHEST)]


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

    @property
    def thresholds(self) -> dict[str, Setting]:
        """All that have a source, in their order."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: setting for name, setting in found.items() if isinstance(setting, Setting)}

    def changed(self, **values: float) -> "VerdictSettings":
        """The same with other numbers: changed(composite_below=30). An unknown name raises KeyError, a number out of
        its range pydantic's ValidationError."""
        thresholds = self.thresholds
        stored = self.model_dump()
        for name, value in values.items():
            stored[name] = {**thresholds[name].model_dump(), "value": value}
        return type(self).model_validate(stored)
