"""The signs of one form: which there are, where each is calculated, and the one that stands beside a measure."""

from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from etl.excel import FAILS, HOLDS, UNKNOWN
from etl.form import Form
from etl.rules.live import Places, Sign, live_signs
from etl.template.layout import Layout

CHECKS_SHEET = "Checks"
FIRST_CHECK, SIGN = 8, 1
"""The Checks sheet's first row, from 0, and the column of its signs."""
_BETWEEN = 4
"""Rows between the last check and the first comparison: a blank, a title and two of headers."""


@dataclass(frozen=True)
class Live:
    """What the form works out. On the Checks sheet `checks` come first, then what compares the roster."""

    checks: list[Sign]
    totals: list[Sign]
    unlisted: list[Sign]

    @property
    def first_total(self) -> int:
        return FIRST_CHECK + len(self.checks) + _BETWEEN

    @property
    def last_row(self) -> int:
        return self.first_total + len(self.totals) - 1 if self.totals else FIRST_CHECK + len(self.checks) - 1

    def beside(self, measure: str) -> str | None:
        """The formula for the sign beside a measure; None when no check speaks of it."""
        rows = [FIRST_CHECK + i for i, each in enumerate(self.checks) if each.measure == measure]
        rows += [self.first_total + i for i, each in enumerate(self.totals) if each.measure == measure]
        signs = [each.formula().removeprefix("=") for each in self.unlisted if each.measure == measure]
        signs += [f"{CHECKS_SHEET}!{xl_rowcol_to_cell(row, SIGN, True, True)}" for row in rows]
        return combined(signs) if signs else None


def live_of(form: Form, base_type: str, period: str, layout: Layout) -> Live:
    """What can be told while the form is filled for a base of the type."""
    signs = live_signs(Places(form, base_type, period, layout.value, layout.ranges()))
    return Live(
        [each for each in signs if each.listed and each.roster is None],
        [each for each in signs if each.listed and each.roster is not None],
        [each for each in signs if not each.listed],
    )


def combined(signs: list[str]) -> str:
    """One sign for several: ✗ if any fails, ✓ if all hold, else "?"."""
    fails = ",".join(f'{each}="{FAILS}"' for each in signs)
    holds = ",".join(f'{each}="{HOLDS}"' for each in signs)
    return f'=IF(OR({fails}),"{FAILS}",IF(AND({holds}),"{HOLDS}","{UNKNOWN}"))'
