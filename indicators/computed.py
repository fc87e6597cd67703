"""Everything computed from one panel: the indicators of all quarters, and each quarter's scores and ranks."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from etl.form import Form
from etl.panel import Panel
from etl.registry import Base, Registry
from indicators.composite import Composite, composite
from indicators.compute import Values, compute, headline_values
from indicators.definition import Definitions


@dataclass(frozen=True)
class Computed:
    """Everything computed from one panel; quarters are published from it one by one."""

    form: Form
    definitions: Definitions
    registry: Registry
    panel: Panel
    values: dict[str, Values]
    """By indicator and headline."""
    known: dict[int, Composite] = field(default_factory=dict, repr=False)
    """What `composite` has computed, by quarter."""

    @classmethod
    def of(cls, form: Form, definitions: Definitions, registry: Registry, panel: Panel) -> "Computed":
        values = compute(panel, definitions, list(form.types))
        values |= {headline.code: headline_values(panel, headline) for headline in definitions.method.headlines}
        return cls(form, definitions, registry, panel, values)

    def columns(self, bases: list[Base]) -> list[int]:
        """The bases' places in the arrays."""
        place = {code: i for i, code in enumerate(self.panel.bases)}
        return [place[base.code] for base in bases]

    def composite(self, quarter: int) -> Composite:
        """Scores and ranks of one quarter, of every base of the panel."""
        quarter %= len(self.panel.periods)
        if quarter not in self.known:
            types, returned = self.panel.types[quarter], self.panel.returned[quarter]
            names = list(self.form.types)
            self.known[quarter] = composite(self.values, self.definitions, quarter, types, returned, names)
        return self.known[quarter]


def cells(values: np.ndarray | None, size: int = 0) -> Iterable[float | None]:
    """NaN → None, NumPy → plain numbers."""
    if values is None:
        return [None] * size
    return [None if value != value else value for value in values.tolist()]
