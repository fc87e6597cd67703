"""What of the audit is asked for: the choices in an address, and the entries that fit them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from dashboard import audit_words, urls
from dashboard.tables import Table
from dashboard.view import View
from etl import audit
from etl.audit import Entry, Verified
from indicators.scope import Scope

PAGE = 100
LONGEST = 200
MOST = 100_000
"""So many entries a file holds: what a spreadsheet can show without trouble."""


@dataclass(frozen=True)
class Wanted:
    """`by`: who; `group`: what the action begins with; `subject`: what its subject begins with; `before`: only entries of
    smaller numbers; `verify`: whether the whole chain is to be verified."""

    by: str = ""
    group: str = ""
    subject: str = ""
    before: int = 0
    verify: bool = False

    @property
    def narrowed(self) -> bool:
        return bool(self.by or self.group or self.subject)

    def address(self, **changes: object) -> str:
        kept = {"by": self.by, "group": self.group, "subject": self.subject}
        return urls.audit_path(**(kept | changes))


def parse(query: Mapping[str, Any]) -> Wanted:
    """The choices of an address; what is senseless reads as not given."""

    def text(key: str) -> str:
        value = query.get(key)
        return value.strip()[:LONGEST] if isinstance(value, str) and value.isprintable() else ""

    before = text("before")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else 0
    group = text("group")
    return Wanted(
        text("by"), group if group in audit_words.GROUPS else "", text("subject"), number, bool(text("verify"))
    )


def entries(connection: Connection, scope: Scope, wanted: Wanted, most: int = PAGE) -> list[Entry]:
    """The newest first. To be asked where the permission AUDIT was: who did what is no figure, so that no scope holds it."""
    return audit.entries(connection, wanted.group, wanted.by, wanted.subject, wanted.before or None, most)


def verified(connection: Connection, scope: Scope) -> Verified:
    return audit.verify(connection)


def file_table(shown: View, query: Mapping[str, Any]) -> Table:
    """What was chosen, on all pages together, as a file."""
    wanted = parse(query)
    found = shown.ask_now(entries, wanted, MOST)
    chosen = {
        "by": wanted.by,
        "group": shown.say(f"audit.group.{wanted.group}") if wanted.group else "",
        "subject": wanted.subject,
    }
    about = tuple((shown.say(f"audit.choose.{name}"), value) for name, value in chosen.items() if value)
    return audit_words.table(shown, found, about)
