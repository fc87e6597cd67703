"""A worksheet that is quick to write.

XlsxWriter keeps every cell as an object and checks each on its own, which is most of what writing a roster costs. The
rows of a roster are alike, so they are written column by column here, in the same XML.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from math import isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import ColumnInfo, Worksheet

Column = tuple[Format, Sequence[Any]]
"""How a column looks, and its values: texts, numbers, days, or None for a blank."""

LAST_COLUMN = 16_383
_DAY_0 = date(1899, 12, 30).toordinal()
_LEAP_DAY = 60
"""Excel's calendar has a 29 February 1900, so the days before it are numbered one lower."""


class FormSheet(Worksheet):
    """A worksheet with at most one block of such rows, below everything else, and one format for the columns beyond."""

    _block: tuple[int, list[tuple[Format, list[str]]]] = 0, []
    _beyond: tuple[int, Format] | None = None

    def format_beyond(self, first_col: int, look: Format) -> None:
        """Gives a format to this column and all to its right; set_column would keep each of the 16,384 on its own."""
        self._beyond = first_col, look

    def write_block(self, first_row: int, columns: Sequence[Column]) -> None:
        """The block, from its first row on. Every column has as many values; no later row may be written."""
        rendered = [(look, [self._content(value) for value in values]) for look, values in columns]
        self._block = first_row, rendered
        if rendered and rendered[0][1]:
            self._check_dimensions(first_row + len(rendered[0][1]) - 1, len(columns) - 1)

    def _content(self, value: Any) -> str:
        """What follows a cell's address and format in XML; empty for no cell."""
        if value is None:
            return ""
        if isinstance(value, str):  # whatever it begins with: no formula, no link
            index = self.str_table._get_shared_string_index(value)  # type: ignore[union-attr]
            return f' t="s"><v>{index}</v></c>'
        if isinstance(value, date):
            day = value.toordinal() - _DAY_0
            return f"><v>{day if day > _LEAP_DAY else day - 1}</v></c>"
        if not isfinite(value):
            raise ValueError(f"{value} cannot stand in a cell")
        return f"><v>{value:.16G}</v></c>"

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Without the search for functions newer than the file format: the form uses none, which a test holds."""
        return formula.removeprefix("=")

    def _write_cols(self) -> None:
        if self._beyond:
            first, look = self._beyond
            self.col_info[first] = ColumnInfo(column_format=look)
        super()._write_cols()

    def _write_col_info(self, col_min: int, col_max: int, col_info: ColumnInfo) -> None:
        beyond = self._beyond is not None and col_min == self._beyond[0]
        super()._write_col_info(col_min, LAST_COLUMN if beyond else col_max, col_info)

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.write("".join(self._block_rows()))  # type: ignore[union-attr]

    def _block_rows(self) -> Iterator[str]:
        first, columns = self._block
        starts = [f'<c r="{xl_col_to_name(col)}' for col in range(len(columns))]
        looks = [f'" s="{look._get_xf_index()}"' for look, _ in columns]
        for row, contents in enumerate(zip(*(values for _, values in columns), strict=True), start=first + 1):
            cells = [
                f"{start}{row}{look}{content}"
                for start, look, content in zip(starts, looks, contents, strict=True)
                if content
            ]
            yield f'<row r="{row}">{"".join(cells)}</row>'
