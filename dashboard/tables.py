"""A table as data: what a page shows, what a file holds, and how the page draws it. One source, so that they agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard import components as c
from dashboard import numbers
from dashboard.components import Part

Value = str | float | int | None


@dataclass(frozen=True)
class Column:
    """`code`: its name for programs; `words`: for people; `unit`: of its numbers, empty for texts; `decimals`: as shown
    on screen, None where each number chooses for itself. A file holds every number whole."""

    code: str
    words: str
    unit: str = ""
    decimals: int | None = None
    number: bool = False

    def written(self, value: Value) -> str:
        """The value as a reader sees it, without its unit."""
        if value is None:
            return numbers.NONE
        if isinstance(value, str):
            return value
        return numbers.plain(value, self.decimals) if self.decimals is not None else numbers.in_unit(value, self.unit)


@dataclass(frozen=True)
class Table:
    """`rows`: one value a column. `about`: (words, value) of what was chosen, for the file. `links`: the address that a
    row's first cell leads to, for the screen."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    about: tuple[tuple[str, str], ...] = ()
    links: tuple[str | None, ...] = ()


def drawn(table: Table, className: str = "dense") -> Part:
    """The table on a page."""
    numbered = next((place for place, column in enumerate(table.columns) if column.number), len(table.columns))
    rows = [_row(table, row, link) for row, link in zip(table.rows, _links(table), strict=True)]
    return c.table([column.words for column in table.columns], rows, numbered, className)


def _links(table: Table) -> Sequence[str | None]:
    return table.links or [None] * len(table.rows)


def _row(table: Table, row: Sequence[Value], link: str | None) -> list[Part]:
    cells: list[Part] = [column.written(value) for column, value in zip(table.columns, row, strict=True)]
    return [html.A(cells[0], href=link), *cells[1:]] if link else cells
