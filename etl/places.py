"""Where a cell stands: A1 for the first, as spreadsheet programs count columns and rows."""

MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576
"""Of a sheet, in any spreadsheet program."""


def column_letters(col: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A → 0, aa → 26; -1 for no letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def address(row: int, col: int) -> str:
    """Row and column from 0 → "A1"."""
    return f"{column_letters(col)}{row + 1}"
