"""The unified social credit code (统一社会信用代码) of GB 32100-2015: 17 characters and their check character."""

import re
from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The digits and letters without I, O, S, V, Z; a character's place is its value."""
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_FORM = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def check_character(body: str) -> str:
    """The last character of the code that begins with these 17. Raises KeyError for a character outside ALPHABET.

    Weights and modulus (31, a prime) are such that any single wrong character changes the sum.
    """
    total = sum(map(mul, map(_VALUES.__getitem__, body), WEIGHTS))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether a code has 18 allowed characters of which the last is right."""
    return _FORM.fullmatch(code) is not None and check_character(code[:-1]) == code[-1]
