"""What a report says, as data. It is written once and drawn twice, as a document and as a sheet to print, so that the two
cannot say different things."""

from dataclasses import dataclass

STRONG, SMALL, PLAIN = "strong", "small", ""


@dataclass(frozen=True)
class Marked:
    """A text behind a mark; `tone` names the mark's colour: red, yellow, green, grey, better, worse, similar or nothing."""

    mark: str
    tone: str
    text: str


Cell = str | Marked


@dataclass(frozen=True)
class Words:
    """A paragraph; `style`: STRONG, SMALL or PLAIN."""

    text: Cell
    style: str = PLAIN


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """A table. Columns from `numbers` on hold numbers; `widths`: of the columns, in parts of the whole."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    numbers: int = 1
    title: str = ""


@dataclass(frozen=True)
class Two:
    """Blocks that flow through two columns."""

    blocks: tuple["Block", ...]


Block = Words | Points | Grid | Two


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """`head`: programme, quarter and status; `about`: below the title; `foot`: what the figures are, on every page;
    `name`: of the file, without its ending; `dense`: it has to fit on one page."""

    language: str
    name: str
    head: tuple[str, str]
    title: str
    about: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    foot: str
    dense: bool = False


def texts(report: Report) -> list[str]:
    """Every text of it, in its order."""
    found = [*report.head, report.title, report.about]
    for block in report.lead:
        found += _block(block)
    for section in report.sections:
        found.append(section.title)
        for block in section.blocks:
            found += _block(block)
    return [*found, report.foot]


def _block(block: Block) -> list[str]:
    match block:
        case Words():
            return [text_of(block.text)]
        case Points():
            return [text_of(item) for item in block.items]
        case Grid():
            cells = [text_of(cell) for row in block.rows for cell in row]
            return [*([block.title] if block.title else []), *block.head, *cells]
        case Two():
            return [text for inner in block.blocks for text in _block(inner)]


def text_of(cell: Cell) -> str:
    """The text without its mark."""
    return cell.text if isinstance(cell, Marked) else cell
