"""The audit in words: what was done, on what, with which details. A stored word that the product no longer knows stands as
it is: an entry is never hidden."""

import json
from typing import Any

from dashboard import numbers, texts
from dashboard.permissions import ROLES
from dashboard.tables import Column, Table
from dashboard.view import View
from etl import periods
from etl.audit import Entry
from etl.clock import local
from etl.form import load_form

GROUPS = ("sign-in", "account", "return", "case", "publication", "period", "bases", "warehouse", "refused")
"""What an action begins with."""
LONGEST = 400
"""Of a detail on the screen; the file holds it whole."""


def clock(entry: Entry) -> str:
    """When it was, by the programme's clock."""
    return f"{local(entry.at):%Y-%m-%d %H:%M:%S}"


def action(view: View, code: str) -> str:
    """What was done: "account.role-changed" → "Role or place changed"."""
    return _known(view, f"audit.action.{_word(code)}", code)


def origin(view: View, entry: Entry) -> str:
    return _known(view, f"audit.origin.{_word(entry.origin)}", entry.origin)


def subject(view: View, text: str) -> str:
    """On what: "return_event/E026/2026Q3/4" → "Return · E026 · 2026Q3 · 4". An address stands as it is."""
    table, *key = text.split("/")
    if not table:
        return text
    words = (numbers.quarter(part, view.language) if periods.is_period(part) else part for part in key)
    return view.say("list.middot").join((_known(view, f"audit.subject.{_word(table)}", table), *words))


def details(view: View, entry: Entry) -> list[tuple[str, str]]:
    """(what, its value) in words; what is empty is left out."""
    try:
        told = json.loads(entry.detail)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return [("", entry.detail)]
    return [
        (_known(view, f"audit.detail.{_word(name)}", name), _value(view, name, value))
        for name, value in told.items()
        if value not in (None, "", [], {})
    ]


def _value(view: View, name: str, value: Any) -> str:
    if name in ("role", "was_role") and value in ROLES:
        return view.say(f"role.{value}")
    if name in ("place", "was_place") and value in load_form().provinces:
        return load_form().provinces[value].name[view.language]
    if name == "what":
        return _known(view, f"nav.{value}", str(value))
    if name == "way":
        return _known(view, f"audit.way.{_word(str(value))}", str(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _word(code: str) -> str:
    """A stored code as the texts' keys have it."""
    return code.replace(".", "_").replace("-", "_").replace(" ", "_")


def _known(view: View, key: str, otherwise: str) -> str:
    return texts.texts(view.language).get(key, otherwise)


def table(view: View, entries: list[Entry], about: tuple[tuple[str, str], ...]) -> Table:
    """The entries as a file holds them: in words, and as they are stored, so that each seal can be computed again."""
    named = ("number", "at", "by", "origin", "action", "subject", "words", "detail", "stored_at", "hash")
    columns = tuple(Column(name, view.say(f"audit.column.{name}"), number=name == "number") for name in named)
    rows = (
        (
            one.number, clock(one), one.by, one.origin, one.action, one.subject, action(view, one.action), one.detail,
            str(one.at), one.hash,
        )
        for one in entries
    )  # fmt: skip
    return Table(view.say("audit.title"), columns, tuple(rows), about)
