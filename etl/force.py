"""Whose values are the facts: what follows when a version is accepted, and when it is sent back.

Reasons that were accepted are remembered, the base's later quarters are checked again, and of a version that is sent
back nothing stays: the one that was final before it is in force again, with its roster and its reasons.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from etl import events, facts
from etl.catalogue import Text
from etl.checks import Checker
from etl.clock import now
from etl.events import Actor
from etl.form import Form
from etl.history import History
from etl.reading import HISTORY_SHEET, Return
from etl.reasons import accept_reasons, forget_reasons
from etl.recheck import recheck
from etl.registry import Registry
from etl.versions import FINAL, Content, Version, figures, findings, versions


class NotPossible(Exception):
    """A step that cannot be taken now; `message` says why and what to do, in both languages."""

    def __init__(self, en: str, zh: str):
        super().__init__(en)
        self.message = Text(en=en, zh=zh)


def put_in_force(
    connection: Connection, form: Form, registry: Registry, version: Version, content: Content | None, actor: Actor
) -> None:
    """The province has accepted a version. Raises NotPossible when its kept file cannot be read just now."""
    read = _sure(content)
    _remember(connection, form, version, actor.name, now())
    _become_facts(connection, form, registry, version, read, actor)


def take_out_of_force(
    connection: Connection, form: Form, registry: Registry, version: Version, content: Content | None, actor: Actor
) -> None:
    """An accepted version has been sent back. Raises NotPossible as put_in_force does."""
    forget_reasons(connection, version.base, version.period)
    earlier = _last_final(versions(connection, version.base, version.period))
    if earlier is None:
        facts.withdraw(connection, version.base, version.period)
        return
    _remember(connection, form, earlier, *_accepted(connection, earlier))
    _become_facts(connection, form, registry, earlier, _sure(content), actor)


def remember(connection: Connection, form: Form, version: Version, actor: Actor) -> None:
    """The reasons that are accepted with a version answer the same queries later."""
    _remember(connection, form, version, actor.name, now())


def _become_facts(
    connection: Connection, form: Form, registry: Registry, version: Version, read: Content, actor: Actor
) -> None:
    item = None if version.sheet == HISTORY_SHEET else read(version)  # the row of a history has no roster
    entries = figures(connection, version)
    facts.put_in_force(connection, form, version, entries, item.roster if item else None)
    recheck(connection, Checker(form, registry, History(connection, form, registry)), version, read, actor)


def _sure(content: Content | None) -> Content:
    """Reads kept files or stops the step: without its file a version would be accepted without its roster."""

    def read(version: Version) -> Return:
        item = content(version) if content else None
        if item is None:
            raise NotPossible(
                "The kept file could not be read just now, so nothing was changed. Try again in a minute.",
                "留存文件暂时无法读取,未作任何更改。请稍后重试。",
            )
        return item

    return read


def _remember(connection: Connection, form: Form, version: Version, by: str, at: datetime) -> None:
    found = findings(connection, version).values()
    accept_reasons(connection, form, version.base, version.period, found, by, at)


def _accepted(connection: Connection, version: Version) -> tuple[str, datetime]:
    """Who accepted a version for its province, and when."""
    known = events.events(connection, version.base, version.period)
    mine = [one for one in known if one.event == events.ACCEPTED and one.version == version.version]
    return (mine[-1].by, mine[-1].at) if mine else (version.by, version.loaded_at)


def _last_final(known: Iterable[Version]) -> Version | None:
    final = [version for version in known if version.state == FINAL]
    return final[-1] if final else None
