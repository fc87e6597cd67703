"""Sections and divisions of the industrial classification GB/T 4754-2017, as far as a roster's code is checked."""

import re

DIVISIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}
"""Section letter → its first and last division, the two digits after the letter."""

LONGEST = 5
"""Characters of the longest code: a letter and four digits."""

_FORM = re.compile(r"([A-Ta-t])(?:(\d\d)\d{0,2})?", re.ASCII)


def is_industry(code: str) -> bool:
    """A section letter alone, or with two to four digits of which the first two are a division of that section."""
    match = _FORM.fullmatch(code)
    if match is None:
        return False
    first, last = DIVISIONS[match[1].upper()]
    return match[2] is None or first <= int(match[2]) <= last
