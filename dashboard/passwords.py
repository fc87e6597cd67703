"""Passwords: kept as argon2id hashes only, and no weak one is taken."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher()
LEAST_LENGTH, LONGEST = 12, 1_000
FEW = 5
"""A password of no more different letters than this is weak, whatever its length."""


def hashed(password: str) -> str:
    return _hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password of that hash. None, for nobody's, takes as long and never fits."""
    try:
        _hasher.verify(kept or _nobody(), password[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def is_weak(password: str, name: str) -> bool:
    """Whether it is too easily guessed: short, of few different letters, or with the account's name in it."""
    few = len(set(password)) <= FEW
    return not LEAST_LENGTH <= len(password) <= LONGEST or few or name.casefold() in password.casefold()


def first_password() -> str:
    """One to be handed over and changed at the first sign-in: 80 bits in letters that are not mistaken for one another."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@cache
def _nobody() -> str:
    """A hash that no password fits in practice."""
    return _hasher.hash(secrets.token_hex(32))
