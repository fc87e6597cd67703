"""Where things stand in the form, for every sheet that points there."""

from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from etl.config import settings
from etl.form import Form, RosterColumn
from etl.reading import ANSWER, CODE, RETURN_SHEET, ROSTER_SHEET, VALUE

LAST_QUARTER, LAST_YEAR, CHECK = "last_quarter", "last_year", "check"

COLUMNS = {
    header: col
    for col, header in enumerate((CODE, "name_zh", "name_en", "unit", VALUE, LAST_QUARTER, LAST_YEAR, CHECK, ANSWER))
}
"""Header → column of the Return sheet; the reader looks for some of these headers."""

FIRST_ROW = 8
FIRST_FIRM = 5
"""The first row, from 0, of measures and of firms."""
_BACK = {0: VALUE, 1: LAST_QUARTER, 4: LAST_YEAR}
"""How many quarters back → the column that shows it."""


@dataclass(frozen=True)
class Layout:
    """The form for one type of base. Rows, from 0, of each measure and of each section's title; the roster's columns."""

    measures: dict[str, int]
    sections: dict[str, int]
    roster: list[RosterColumn]

    @property
    def last_row(self) -> int:
        return max(self.measures.values(), default=FIRST_ROW)

    @property
    def last_firm(self) -> int:
        """The last row, from 0, that a roster may fill."""
        return FIRST_FIRM + settings().limits.roster_rows - 1

    def value(self, measure: str, back: int = 0) -> str | None:
        """The cell of a measure's value that many quarters back, as other sheets name it; None where none shows it."""
        if measure not in self.measures or back not in _BACK:
            return None
        return f"{RETURN_SHEET}!{xl_rowcol_to_cell(self.measures[measure], COLUMNS[_BACK[back]], True, True)}"

    def ranges(self) -> dict[str, str]:
        """Roster column → its cells as other sheets name them, down to the last row that a roster may have."""
        names = ((column.code, xl_col_to_name(col, True)) for col, column in enumerate(self.roster))
        return {code: f"{ROSTER_SHEET}!{name}${FIRST_FIRM + 1}:{name}${self.last_firm + 1}" for code, name in names}


def layout_of(form: Form, base_type: str) -> Layout:
    """Each section's title with the measures asked of the type below it."""
    measures: dict[str, int] = {}
    sections: dict[str, int] = {}
    row = FIRST_ROW
    for measure in form.measures_of(base_type):
        if measure.section not in sections:
            sections[measure.section] = row
            row += 1
        measures[measure.code] = row
        row += 1
    return Layout(measures, sections, form.roster_of(base_type))
