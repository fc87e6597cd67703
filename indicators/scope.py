"""What a person may see. The repository applies it to every query; a page never filters by itself.

national       every base by name
province       the bases of one province by name; others only as distributions and as regional or national sums
base           one base by name; others only as distributions and as national sums
none           no base and no sum
"""

from dataclasses import dataclass
from typing import Literal, Protocol

NATION, REGION, PROVINCE = "nation", "region", "province"
"""The kinds of area, as in the table group_result."""


class NotAllowed(Exception):
    """Something outside the scope was asked for."""


class Located(Protocol):
    """A base and where it is."""

    @property
    def code(self) -> str: ...

    @property
    def province(self) -> str: ...


@dataclass(frozen=True)
class Scope:
    """Hashable, so that what was computed for one scope is never found under another."""

    role: Literal["national", "province", "base", "none"]
    province: str | None = None
    base: str | None = None
    approves: bool = False
    """Whether the person signs decisions and final publications."""
    acts: bool = True
    """Whether the person may change anything, such as decide on a return or move a case."""

    def allows_base(self, row: Located) -> bool:
        """Whether the base may be shown by name."""
        match self.role:
            case "national":
                return True
            case "province":
                return self.province is not None and row.province == self.province
            case "base":
                return self.base is not None and row.code == self.base
        return False

    def allows_area(self, kind: str, area: str) -> bool:
        """Whether the sums of an area may be shown."""
        match self.role:
            case "national":
                return True
            case "province":
                return kind in (NATION, REGION) or (kind == PROVINCE and area == self.province)
            case "base":
                return kind == NATION
        return False

    def covers(self, kind: str, area: str) -> bool:
        """Whether every base of an area may be shown by name."""
        return self.everywhere or (self.role == "province" and kind == PROVINCE and area == self.province)

    @property
    def sees_sums(self) -> bool:
        """Whether the nation's sums may be shown: to all but those who see no figure at all."""
        return self.allows_area(NATION, "")

    @property
    def everywhere(self) -> bool:
        return self.role == "national"


def national(approves: bool = False, acts: bool = True) -> Scope:
    return Scope("national", approves=approves, acts=acts)


def province(code: str) -> Scope:
    return Scope("province", province=code)


def base(code: str) -> Scope:
    return Scope("base", base=code)


def nothing() -> Scope:
    return Scope("none")
