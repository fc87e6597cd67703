"""Who may sign in: accounts in the warehouse, their passwords kept as argon2id hashes."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_login import UserMixin
from sqlalchemy import Connection, select

from dashboard.permissions import BOUND_TO, ROLES
from etl import schema
from etl.warehouse import upsert

_hasher = PasswordHasher()
LEAST_LENGTH = 8


class AccountError(ValueError):
    """An account that cannot be made; the message says what to correct."""


class Account(UserMixin):
    """A person who is signed in. `place`: the province or base the role is bound to."""

    def __init__(self, name: str, role: str, place: str | None, demo: bool = False):
        self.name, self.role, self.place, self.demo = name, role, place, demo

    def get_id(self) -> str:
        return self.name


def create_account(
    connection: Connection, name: str, password: str, role: str, place: str | None = None, demo: bool = False
) -> None:
    """Makes an account, or replaces the one of that name. Raises AccountError."""
    if role not in ROLES:
        raise AccountError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    if bool(BOUND_TO[role]) != bool(place):
        raise AccountError(f"a {role} is bound to {BOUND_TO[role] or 'nothing'}; give its code accordingly")
    if not name or len(password) < LEAST_LENGTH:
        raise AccountError(f"an account needs a name and a password of at least {LEAST_LENGTH} characters")
    row = {"name": name, "password_hash": _hasher.hash(password), "role": role, "scope": place, "demo": demo}
    upsert(connection, schema.account, [row])


def find_account(connection: Connection, name: str) -> Account | None:
    row = connection.execute(select(schema.account).where(schema.account.c.name == name)).first()
    return Account(row.name, row.role, row.scope, row.demo) if row and row.role in ROLES else None


def verify(connection: Connection, name: str, password: str) -> Account | None:
    """The account when name and password are right. An unknown name takes as long as a wrong password."""
    row = connection.execute(select(schema.account).where(schema.account.c.name == name)).first()
    try:
        _hasher.verify(row.password_hash if row else _nobody(), password)
    except (Argon2Error, InvalidHashError):
        return None
    return find_account(connection, name) if row else None


@cache
def _nobody() -> str:
    """A hash that no password fits in practice."""
    return _hasher.hash("nobody has this password " * 2)
