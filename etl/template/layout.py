"""Where things stand on the Return sheet, for every sheet that points there."""

from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from etl.reading import ANSWER, CODE, RETURN_SHEET, VALUE

LAST_QUARTER, LAST_YEAR, CHECK = "last_quarter", "last_year", "check"

COLUMNS = {
    header: col
    for col, header in enumerate((CODE, "name_zh", "name_en", "unit", VALUE, LAST_QUARTER, LAST_YEAR, CHECK, ANSWER))
}
"""Header → column; the reader looks for some of these headers."""

FIRST_ROW = 7
_BACK = {0: VALUE, 1: LAST_QUARTER, 4: LAST_YEAR}
"""How many quarters back → the column that shows it."""


@dataclass(frozen=True)
class Places:
    """Rows, from 0, of each measure and of each section's title."""

    measures: dict[str, int]
    sections: dict[str, int]

    @property
    def last_row(self) -> int:
        return max(self.measures.values(), default=FIRST_ROW)

    def cell(self, col: int, row: int) -> str:
        return xl_rowcol_to_cell(row, col, True, True)

    def value(self, measure: str, back: int = 0) -> str | None:
        """The cell of a measure's value that many quarters back, as other sheets name it; None where none shows it."""
        if measure not in self.measures or back not in _BACK:
            return None
        return f"{RETURN_SHEET}!{self.cell(COLUMNS[_BACK[back]], self.measures[measure])}"
