"""To whom a base's reminders are sent. Addresses are personal: nothing but the e-mail itself shows them."""

import re
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, select

from etl import schema
from etl.registry import Registry, RegistryError, read_list
from etl.warehouse import insert

COLUMNS = ("base", "email")
LONGEST = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""What every mail server takes. Quoted and non-Latin addresses are left out: few do."""


def is_email(text: str) -> bool:
    return len(text) <= LONGEST and _EMAIL.fullmatch(text) is not None


def contacts(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Base → its addresses, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for base, email in sorted(tuple(row) for row in connection.execute(select(schema.contact))):
        found[base] = (*found.get(base, ()), email)
    return found


def read_contacts(path: Path) -> list[dict[str, str]]:
    """The rows of a list of addresses (.csv or .xlsx with the columns of COLUMNS). Raises RegistryError."""
    return read_list(path, COLUMNS, needed=len(COLUMNS))


def replace_contacts(connection: Connection, registry: Registry, entries: Iterable[dict[str, str]]) -> int:
    """Puts a list's addresses in the place of all that its bases had; a base with a blank one has none any more. Returns
    how many there are. Raises RegistryError with every mistake, and then nothing is written."""
    mistakes: list[str] = []
    wanted: dict[str, set[str]] = {}
    for line, entry in enumerate(entries, start=2):
        base, email = ((entry.get(name) or "").strip() for name in COLUMNS)
        if not registry.knows(base):
            mistakes.append(f"line {line}: there is no base {base!r}; register it with: python -m etl bases")
        if email and not is_email(email):
            mistakes.append(f"line {line}: {email!r} is no e-mail address")
        wanted.setdefault(base, set()).update([email] if email else [])
    if mistakes:
        raise RegistryError(mistakes)
    table = schema.contact
    for base in wanted:
        connection.execute(table.delete().where(table.c.base == base))
    rows = [{"base": base, "email": email} for base in sorted(wanted) for email in sorted(wanted[base])]
    insert(connection, table, rows)
    return len(rows)
