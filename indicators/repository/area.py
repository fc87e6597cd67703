"""A part of the country whose bases are summed."""

from dataclasses import dataclass

from etl.form import load_form
from indicators.scope import NATION, PROVINCE


@dataclass(frozen=True)
class Area:
    kind: str = NATION
    code: str = ""

    def holds(self, province: str) -> bool:
        """Whether the province lies in it."""
        if self.kind == PROVINCE:
            return province == self.code
        known = load_form().provinces.get(province)
        return self.kind == NATION or (known is not None and known.region == self.code)


NATIONWIDE = Area()
